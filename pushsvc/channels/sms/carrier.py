"""SMS by several providers: the one whose turn it is, else the next that takes it. Nothing is tried elsewhere that may have
left, and what is in doubt is asked about first."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.channels.sms.lines import Line
from pushsvc.channels.sms.provider import Filled, Sms
from pushsvc.channels.sms.settling import settle, wait
from pushsvc.channels.sms.templates import Templates
from pushsvc.channels.sms.trying import billed, says_more, tried_elsewhere
from pushsvc.clock import Clock
from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.standing import Intents, Providers, Standing
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput, NotDurable
from pushsvc.telemetry import log, without_contact

#: A stopped template is looked at again so often.
LOOK_AGAIN_SECONDS = 600.0
MOST_CONNECTIONS = 200
AT_HOME = "+86"
_SIGNED = re.compile(r"^\s*【[^】]{0,20}】")
#: A provider that could not be reached is tried after the others for so long.
AWAY_SECONDS = 30.0
#: Another provider is tried in the same sending only while there is time left for a whole one.
ELSEWHERE_WITHIN_SECONDS = 1.0


@runtime_checkable
class KeepsASession(Protocol):
    """A provider that says what became of messages over a session of its own."""

    async def open(self) -> str | None:
        """Be connected from now on; why it cannot be yet, or None."""
        ...


@dataclass(frozen=True)
class Estimate:
    """What a message will cost, before it leaves."""

    provider: str
    segments: int
    price: int


class SmsCarrier:
    """Carries SMS by its lines. `templates` may be None where every provider takes free text. `intents`: writes down to whom a
    message is offered; None where no ledger stands behind it."""

    channel: Channel = "sms"
    name = "sms"

    def __init__(
        self, lines: Sequence[Line], providers: Providers, clock: Clock, templates: Templates | None = None,
        intents: Intents | None = None,
    ) -> None:  # fmt: skip
        self.clock, self.intents = clock, intents
        self.lines: Mapping[str, Line] = {line.provider.name: line for line in lines}
        self.providers, self.templates = providers, templates
        self._away_until: dict[str, float] = {}
        self._opening: list[asyncio.Task[str | None]] = []
        self.connections = min(MOST_CONNECTIONS, sum(line.provider.at_once for line in lines))

    async def connect(self) -> SmsConnection:
        return SmsConnection(self)

    def open(self) -> None:
        """Sessions that bring receipts are opened before anything is sent."""
        self._opening = [
            asyncio.create_task(line.provider.open(), name=f"open {name}")
            for name, line in self.lines.items()
            if isinstance(line.provider, KeepsASession)
        ]

    async def close(self) -> None:
        for opening in self._opening:
            opening.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for line in self.lines.values():
            await line.provider.close()

    def in_turn(self, standing: Standing, message: str) -> list[str]:
        """Who is tried for `message`, in this order: who could not be reached a moment ago comes last."""
        now = time.monotonic()
        return sorted(standing.order(list(self.lines), message), key=lambda name: self._away_until.get(name, 0.0) > now)

    def note_away(self, provider: str) -> None:
        self._away_until[provider] = time.monotonic() + AWAY_SECONDS

    async def estimate(self, message: Message) -> Estimate | None:
        """What `message` costs with the provider whose turn it is; None when none would take it now."""
        standing = await self.providers.standing()
        for name in self.in_turn(standing, message.delivery_id):
            sms = self.sms(message, message.to, self.lines[name], standing)
            if isinstance(sms, Sms):
                segments = sms_length(sms.text).segments
                return Estimate(name, segments, segments * self.lines[name].price)
        return None

    def sms(self, message: Message, to: str, line: Line, standing: Standing) -> Sms | SendResult:
        """The message as the provider of `line` takes it; or why it does not."""
        provider, signed = line.provider, f"【{line.signature}】"
        if provider.takes == "text":
            return Sms(message.delivery_id, to, signed + _SIGNED.sub("", message.text), line.signature)
        stopped = standing.stopped.get(provider.name, frozenset())
        kind = line.kind or provider.name
        chosen = self.templates.choose(message, kind, stopped) if self.templates else None
        if chosen is None and self.templates and self.templates.any_stopped(message, kind, stopped):
            why = f"{provider.name} refuses its template; mend it, then let it go on at /o/providers"
            return SendResult("hold", "template_stopped", why, provider=provider.name, held="template",
                              retry_after_seconds=LOOK_AGAIN_SECONDS)  # fmt: skip
        if chosen is None:
            why = f"no approved template of {provider.name} fits a {message.about or message.kind} in {message.language}"
            return SendResult("refused", "no_template", why, provider=provider.name)
        filled: Filled = chosen.of(kind)
        return Sms(message.delivery_id, to, signed + chosen.text, line.signature, filled)


class SmsConnection:
    """One message at a time, by whichever provider."""

    def __init__(self, carrier: SmsCarrier) -> None:
        self._carrier = carrier

    async def send(self, message: Message) -> SendResult:
        """See `domain.ports.Connection`. `not_sent` only when no provider could be reached or be used."""
        try:
            to = normalise_address("sms", message.to)
        except BadInput as error:
            return SendResult("suppress", "number", str(error))
        if message.in_doubt_since is not None:
            settled = await settle(self._carrier.lines.values(), message, to, self._carrier.clock.now())
            if settled:
                return settled
        return await self._send(message, to)

    async def close(self) -> None:
        """Providers keep their connections for all of us."""

    async def _send(self, message: Message, to: str) -> SendResult:
        """By the first provider that takes it. What a provider refuses for good is not tried elsewhere, unless only its
        template or its own trouble was why."""
        carrier = self._carrier
        try:
            standing = await carrier.providers.standing()
        except NotDurable as fault:  # nothing has left, so nothing is in doubt
            return SendResult("not_sent", "connect", f"how the SMS providers stand cannot be read: {fault}")
        last: SendResult | None = None
        named = message.offered_to or message.in_doubt_at
        began = time.monotonic()
        for name in self._may_carry(message, carrier.in_turn(standing, message.delivery_id)):
            line = carrier.lines[name]
            sms = carrier.sms(message, to, line, standing)
            if isinstance(sms, Sms) and name != named:
                if not_ours := await self._offer(message, name):
                    return not_ours
                named = name
                if time.monotonic() - began > ELSEWHERE_WITHIN_SECONDS:  # what is left of the lease is too short for a call
                    last = last or SendResult("not_sent", "connect", "writing down to whom it goes took too long")
                    break
            result = sms if isinstance(sms, SendResult) else await self._tried(line, sms)
            if isinstance(sms, Sms) and result.verdict == "accepted":
                result = billed(result, sms, line)
            if not tried_elsewhere(result, line):
                return result
            last = result if last is None or says_more(result, last) else last
            if time.monotonic() - began > ELSEWHERE_WITHIN_SECONDS:
                break  # a lease lasts for one sending, not for two: the next claim begins with another provider
        last = last or SendResult("not_sent", "connect", "every SMS provider is paused: see /o/providers")
        if message.in_doubt_at not in ("", named):
            # Nobody else took it after that one had said no: it is that one's doubt as before, and nobody waits for the others.
            await self._offer(message, message.in_doubt_at)
        if message.in_doubt_since is not None and last.verdict == "not_sent":
            # It is claimed before all others, which need not wait for the one provider that may have it.
            return wait(last.provider or message.in_doubt_at, message.in_doubt_since, carrier.clock.now())
        return last

    async def _offer(self, message: Message, provider: str) -> SendResult | None:
        """Write down that `provider` is offered the message; else why it may not be."""
        if self._carrier.intents is None or message.kind == "service":
            return None
        try:
            if await self._carrier.intents.offer(message.delivery_id, message.claim, provider):
                return None
        except NotDurable as fault:
            return SendResult("not_sent", "connect", f"to whom it goes cannot be written down: {fault}")
        return SendResult("not_sent", "lease", "another connection has it by now")

    def _may_carry(self, message: Message, names: list[str]) -> list[str]:
        """A message that a gateway may have is told to that gateway only, also while it is paused: there the same id is the
        same message."""
        if message.in_doubt_since is None:
            return names
        lines = self._carrier.lines
        there = [message.in_doubt_at] if message.in_doubt_at in lines else [*names, *lines]
        repeating = [name for name in there if lines[name].provider.repeats]
        return [name for name in names if name in repeating[:1]] if repeating else names

    async def _tried(self, line: Line, sms: Sms) -> SendResult:
        """Send, and stop what must not be used any more."""
        result = replace(await line.provider.send(sms), provider=line.provider.name)
        if result.verdict == "suppress" and not sms.to.startswith(AT_HOME):
            # Who takes only Chinese numbers says of a foreign one that there is none. It may be a good one all the same.
            result = replace(result, verdict="refused")
        if result.verdict == "not_sent":
            self._carrier.note_away(line.provider.name)
        if result.stops:
            await self._stop(result, sms)
        if result.stops == "template" and sms.filled is not None:
            return replace(result, verdict="hold", held="template", retry_after_seconds=LOOK_AGAIN_SECONDS)
        return result

    async def _stop(self, result: SendResult, sms: Sms) -> None:
        """What the provider says of a number stays with that message: operators read why something was stopped."""
        why, providers = without_contact(result.why, sms.to), self._carrier.providers
        try:
            if result.stops == "provider":
                await providers.pause(result.provider, f"{result.code}: {why}")
            elif sms.filled is not None:
                await providers.stop_template(result.provider, sms.filled.template, result.code, why)
        except NotDurable as fault:  # the next message that hears the same says it again
            log.warning("a stop could not be written down", provider=result.provider, why=str(fault))
