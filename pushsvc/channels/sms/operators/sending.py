"""A provider that is an operator's gateway: free text, a kept session, a window, messages of several parts.

Of several parts the first goes ahead: an operator that refuses the message says so to it, while nothing has been taken.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, Literal, TypeVar

from pushsvc.channels.sms.clouds import words_of
from pushsvc.channels.sms.operators.joining import Joiner
from pushsvc.channels.sms.operators.line import Line, NotOpen
from pushsvc.channels.sms.operators.messages import Messages
from pushsvc.channels.sms.operators.parts import Parts
from pushsvc.channels.sms.operators.receiving import Done, OnHeard, Receiver
from pushsvc.channels.sms.operators.session import BROKEN, LATE, NOT_SENT, Session
from pushsvc.channels.sms.provider import InDoubt, Sms
from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Callback, Heard, Incoming, Said, Unreadable
from pushsvc.errors import BadInput
from pushsvc.settings.providers import ProviderUrl

#: For a whole message, connecting too: it ends while its lease of 20 s has time left.
SEND_SECONDS = 15.0
#: Of it the first of several parts may take so much, that the others have time left.
_FIRST_PART_SECONDS = 7.0
_SINGLE_PART_SECONDS = 12.0
_AGAIN_SECONDS = 1.0
WINDOW, MOST_WINDOW = 10, 1000
_LONGEST_WORDS = 500
S = TypeVar("S", bound=Session)
#: Of a part that was refused so, it is worth trying again.
_PASSING = ("try_later", "slow_down", "not_sent")


@dataclass(frozen=True)
class Refusal:
    """What a status of the operator means: the verdict on a message of which nothing was taken."""

    verdict: Literal["refused", "suppress", "try_later", "slow_down", "not_sent"]
    code: str
    why: str
    stops: Literal["", "provider"] = ""


class Operator(ABC, Generic[S]):
    """What SMPP and CMPP have in common behind the port `SmsProvider`."""

    takes: Literal["templates", "text"] = "text"
    repeats = False
    line: Line[S]

    def __init__(self, name: str, url: ProviderUrl, on_heard: OnHeard, call_seconds: float = SEND_SECONDS) -> None:
        self.name, self._call_seconds = name, call_seconds
        self.at_once = number(url, "window", WINDOW, MOST_WINDOW)
        self._sign = url.options.get("sign", "")
        self._messages, self._receiver, self._joiner = Messages(), Receiver(on_heard, name), Joiner()
        self._accepted = vars(SendResult("accepted", "0", provider=name))

    @abstractmethod
    def bodies(self, sms: Sms) -> Sequence[bytes]:
        """The submits of a message. BadInput when it cannot be an SMS."""

    @abstractmethod
    def refusal(self, status: int) -> Refusal: ...

    async def open(self) -> str | None:
        """Be bound from now on, so that receipts reach us while nothing is sent. Gives why it cannot be yet."""
        try:
            await self.line.session()
        except NotOpen as not_open:
            return not_open.why
        return None

    async def send(self, sms: Sms) -> SendResult:
        """See the port. Ends within `call_seconds`."""
        try:
            bodies = self.bodies(sms)
        except BadInput as error:
            return SendResult("refused", "message", str(error), provider=self.name)
        session, ends_at = self.line.bound, asyncio.get_running_loop().time() + self._call_seconds
        if session is None:
            try:
                session = await self.line.session()
            except NotOpen as closed:
                return SendResult("not_sent", closed.code, closed.why, provider=self.name, stops=closed.stops)
        if len(bodies) == 1 and self._messages.begin_alone(sms.delivery_id, sms.to):
            return await self._send_alone(session, sms, bodies[0], ends_at)
        parts = self._messages.begin(sms.delivery_id, sms.to, bodies)
        try:
            return await self._send_parts(session, parts, bodies, ends_at)
        finally:
            self._messages.end(parts)

    async def look_up(self, doubt: InDoubt) -> Said | Literal["absent", "later"]:
        """See the port. An operator can be asked only by an id of its own, so without one the memory of this process and
        the receipts say what they know, and the rest is `later`: a repeat would be worse than a message in doubt."""
        said = self._messages.settle(doubt.delivery_id, doubt.to)
        for own in self._messages.taken_parts(doubt.delivery_id) if said == "later" else ():
            if (answer := await self.query(own)) is not None:
                self._messages.queried(doubt.delivery_id, answer)
                said = self._messages.settle(doubt.delivery_id, doubt.to)
        if said == "later" and doubt.provider_id:
            return await self.query(doubt.provider_id) or "later"
        return said

    async def query(self, provider_id: str) -> Said | None:
        """What the operator says of a message of its id, where it can be asked."""
        return None

    async def poll(self) -> Sequence[Said]:
        """Receipts come by the session itself."""
        return ()

    def read_callback(self, callback: Callback) -> Heard:
        """Operators call nobody back over HTTP."""
        raise Unreadable(f"{self.name} says everything over its own session; it has no callbacks")

    async def close(self) -> None:
        """Wait for what is on its way, for a few seconds, and say goodbye."""
        self._joiner.close()
        await self._receiver.close()
        await self.line.close()
        await self._receiver.close()

    def hear_person(self, done: Done, phone: str, words: str, said_id: str) -> None:
        """A text that came. Of short numbers and names come the operator's own advertisements, not people's answers."""
        if phone.startswith("+"):
            self._receiver.hear(done, incoming=Incoming(phone, words_of(words, _LONGEST_WORDS), said_id))
        else:
            done(True)

    def signed(self, sms: Sms) -> str:
        """The text with a signature in front, where it has none."""
        signature = sms.signature or self._sign
        return sms.text if sms.text.startswith("【") or not signature else f"【{signature}】{sms.text}"

    def _send_alone(self, session: S, sms: Sms, body: bytes, ends_at: float) -> asyncio.Future[SendResult]:
        """A message of one part, as most are: nothing is kept of one that is taken but whose it is."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[SendResult] = loop.create_future()
        left = min(ends_at - loop.time(), _SINGLE_PART_SECONDS)
        session.submit(body, partial(self._answered_alone, session, sms, body, answer), left)
        return answer

    def _answered_alone(
        self, session: S, sms: Sms, body: bytes, answer: asyncio.Future[SendResult], status: int, provider_id: str
    ) -> None:
        if status == 0 and not answer.done():
            self._messages.took_alone(sms.delivery_id, sms.to, provider_id)
            answer.set_result(self._taken(provider_id))
            return
        parts = self._messages.end_alone(sms.delivery_id, sms.to, body)
        self._move_on(parts, 0, status, provider_id)
        self._messages.note(parts)
        if not answer.done():
            answer.set_result(self._of_the_first(session, status))

    def _taken(self, provider_id: str) -> SendResult:
        """A frozen dataclass sets its fields one by one: its ten cost as much as the whole submit and its answer."""
        result = object.__new__(SendResult)
        vars(result).update(self._accepted, provider_id=provider_id or None)
        return result

    async def _send_parts(self, session: S, parts: Parts, bodies: Sequence[bytes], ends_at: float) -> SendResult:
        loop = asyncio.get_running_loop()
        many = len(bodies)
        if not parts.ids and "taken" not in parts.states:
            left = ends_at - loop.time()
            most = min(left, _SINGLE_PART_SECONDS if many == 1 else min(_FIRST_PART_SECONDS, left / 2))
            status = await self._submit(session, parts, 0, bodies[0], most)
            if status:
                return self._of_the_first(session, status)
        while not parts.whole:
            todo = [number for number, state in enumerate(parts.states) if state != "taken"]
            left = ends_at - loop.time()
            if left < _AGAIN_SECONDS:
                return self._incomplete(parts, "the time was up")
            if not session.taking:
                try:
                    session = await self.line.session()
                except NotOpen as closed:
                    return self._incomplete(parts, closed.why)
            statuses = await asyncio.gather(*(self._submit(session, parts, at, bodies[at], left) for at in todo))
            failed = [status for status in statuses if status]
            if failed and not all(state in ("taken", "passing") for state in parts.states):
                worst = next((status for status in failed if status > 0), failed[0])
                return self._incomplete(
                    parts, self.refusal(worst).why if worst > 0 else session.why_closed or "no answer in time"
                )
            if failed:
                await asyncio.sleep(_AGAIN_SECONDS)
        return SendResult("accepted", "0", provider_id=parts.provider_id, provider=self.name)

    def _submit(self, session: S, parts: Parts, at: int, body: bytes, seconds: float) -> asyncio.Future[int]:
        """The operator's status of one part, or what became of it without one."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        parts.states[at] = "sent"
        session.submit(body, partial(self._answered, parts, at, answer), seconds)
        return answer

    def _answered(self, parts: Parts, at: int, answer: asyncio.Future[int], status: int, provider_id: str) -> None:
        self._move_on(parts, at, status, provider_id)
        if not answer.done():
            answer.set_result(status)
        else:
            self._messages.note(parts)

    def _move_on(self, parts: Parts, at: int, status: int, provider_id: str) -> None:
        if status == 0:
            parts.states[at] = "taken"
            parts.ids[at] = provider_id
        elif status == NOT_SENT:
            parts.states[at] = "passing"
        elif status in (LATE, BROKEN):
            parts.states[at] = "lost"
        else:
            parts.states[at] = "passing" if self.refusal(status).verdict in _PASSING else "refused"

    def _of_the_first(self, session: S, status: int) -> SendResult:
        if status == NOT_SENT:
            why = session.why_closed or "the window had no room in time"
            return SendResult("not_sent", "broken", why, provider=self.name)
        if status in (LATE, BROKEN):
            code, why = ("timeout", "no answer in time") if status == LATE else ("broken", session.why_closed)
            return SendResult("unknown", code, f"{self.line.where}: {why} after the submit", provider=self.name)
        said = self.refusal(status)
        return SendResult(said.verdict, said.code, said.why, provider=self.name, stops=said.stops)

    def _incomplete(self, parts: Parts, why: str) -> SendResult:
        """Part of it is with the operator: nobody may tell it again before that is settled."""
        why = f"{parts.states.count('taken')} of {len(parts.states)} parts were taken; {why}"
        return SendResult("unknown", "parts", why, provider=self.name)


def number(url: ProviderUrl, option: str, default: int, most: int) -> int:
    """An option that is a number from 1 to `most`. ValueError names the rule."""
    written = url.options.get(option, str(default))
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= most):
        raise ValueError(f"{url.scheme}://: {option} is a number from 1 to {most}")
    return int(written)
