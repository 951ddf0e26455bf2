"""The plain HTTP gateway of CONTRACT: `{"id", "to", "text"}` goes in, the gateway's own id comes back.

The same id again is the same message, so whatever broke is simply said again. Its receipts are signed like events, with the
same secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pushsvc.channels.http_calls import CALL_SECONDS, Answer, HttpCalls, base_of
from pushsvc.channels.sms.provider import InDoubt, Sms
from pushsvc.clock import Clock
from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Callback, Forged, Heard, Incoming, ReceiptState, Said, Unreadable
from pushsvc.domain.signatures import BadSignature, verify
from pushsvc.errors import BadInput
from pushsvc.settings.providers import ProviderUrl

#: Messages on their way at once, where the setting says no other number (`at_once=`).
AT_ONCE = 10
MOST_AT_ONCE = 100
#: What broke off later than this is left to the next claim: a kept connection that the gateway closed breaks at once.
AGAIN_WITHIN_SECONDS = 1.0
_STATES: Mapping[str, ReceiptState] = {
    "sent": "sent", "delivered": "delivered", "undelivered": "undelivered", "dead": "dead",
}  # fmt: skip
_SECRET = re.compile(r"[\x21-\x7e]+")
_ID = re.compile(r"[\x21-\x7e]{1,120}")
_TAKEN = '{"ok": true}'


class Gateway:
    """Sends through one gateway. ValueError names an option that makes no sense."""

    takes: Literal["templates", "text"] = "text"
    repeats = True

    def __init__(self, url: ProviderUrl, clock: Clock, name: str = "http", *, call_seconds: float = CALL_SECONDS) -> None:
        self.name, self._clock, self._path = name, clock, url.path
        self.at_once = _number(url.options.get("at_once", str(AT_ONCE)))
        secret = url.secret or ""
        if not _SECRET.fullmatch(secret):
            raise ValueError("the secret is visible ASCII without blanks: is there a line break (%0A) at its end?")
        self._bearer, self._key = secret, _key(secret)
        # A gateway of plain HTTP is an operator's own, in their own network: CONTRACT names http:// among its forms.
        base = base_of(url, https=url.scheme == "https")
        self._calls = HttpCalls(name, base, at_once=self.at_once, call_seconds=call_seconds)

    async def send(self, sms: Sms) -> SendResult:
        """See SmsProvider. A message that broke off is said again at once, under its id: that is harmless here."""
        told = json.dumps({"id": sms.delivery_id, "to": sms.to, "text": sms.text}, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {self._bearer}", "Content-Type": "application/json; charset=utf-8"}
        began = time.monotonic()
        answer = await self._calls.call("POST", self._path, body=told, headers=headers)
        early = time.monotonic() - began < AGAIN_WITHIN_SECONDS  # a lease lasts for one call, not for two
        if isinstance(answer, SendResult) and answer.code == "broke" and early:
            answer = await self._calls.call("POST", self._path, body=told, headers=headers)
        return answer if isinstance(answer, SendResult) else self._judge(answer)

    async def look_up(self, doubt: InDoubt) -> Said | Literal["absent", "later"]:
        """Nobody needs to ask: sent again under its id, it is the same message."""
        return "absent"

    async def poll(self) -> Sequence[Said]:
        return ()

    def read_callback(self, callback: Callback) -> Heard:
        """`{"id", "state", "code"}`, or of a person's answer `{"id", "from", "text"}`; signed by Standard Webhooks."""
        try:
            verify(
                [self._key], callback.headers, callback.body, self._clock.now(), f"the secret that SMS_URL has for {self.name}"
            )
        except BadSignature as error:
            raise Forged(str(error)) from None
        try:
            told = json.loads(callback.body)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not isinstance(told.get("id"), str) or not _ID.fullmatch(told["id"]):
            raise Unreadable('the body must be {"id": "<yours>", "state": "delivered|undelivered", "code": "…"}')
        if isinstance(told.get("from"), str):
            return Heard(incoming=_incoming(told), answer=_TAKEN, media_type="application/json")
        state = _STATES.get(str(told.get("state")))
        if state is None:
            raise Unreadable(f"state is none of {', '.join(_STATES)}")
        said = Said(state, told["id"], code=_plain(str(told.get("code") or ""), 40))
        return Heard(said=(said,), answer=_TAKEN, media_type="application/json")

    async def close(self) -> None:
        await self._calls.close()

    def _judge(self, answer: Answer) -> SendResult:
        told = answer.json()
        if answer.status == 200:
            own = told.get("id") if told else None
            if isinstance(own, str) and _ID.fullmatch(own):
                return SendResult("accepted", "200", provider=self.name, provider_id=own)
            return SendResult("unknown", "200", "the gateway answered 200 without its id", provider=self.name)
        code, why = str(answer.status), f"the gateway answered {answer.status}"
        permanent: Any = None
        if told and isinstance(told.get("error"), str):
            code, permanent = _plain(told["error"], 40) or code, told.get("permanent")
            why = f"{why}: {code}"
        if answer.status == 401 or (answer.status == 403 and permanent is None):
            return SendResult("not_sent", code, f"{why}: it does not know our secret", provider=self.name, stops="provider")
        if answer.status == 429:
            wait = answer.retry_after_seconds
            return SendResult("slow_down", code, why, provider=self.name, retry_after_seconds=wait)
        if permanent is True or (permanent is None and 400 <= answer.status < 500 and answer.status not in (404, 408)):
            return SendResult("refused", code, why, provider=self.name)
        if permanent is None and answer.status >= 500:
            # Whoever stands before the gateway may speak so (502, 504) of what it took: nobody else may be told it then.
            return SendResult("unknown", code, f"{why}, not with its error", provider=self.name)
        wait = answer.retry_after_seconds
        return SendResult("try_later", code, why, provider=self.name, retry_after_seconds=wait)


def _key(secret: str) -> bytes:
    """The secret is base64, as after `whsec_`; one that is not is taken as it stands."""
    try:
        return base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def _incoming(told: Mapping[str, Any]) -> tuple[Incoming, ...]:
    """Nothing from who is no number: a short code, a service of the operator."""
    words = told.get("text")
    try:
        address = normalise_address("sms", told["from"])
    except BadInput:
        return ()
    return (Incoming(address, _plain(words if isinstance(words, str) else "", 500), told["id"]),)


def _plain(words: str, most: int) -> str:
    """What can be kept: no NUL, no half characters, no endless text."""
    return "".join(sign for sign in words[:most] if sign.isprintable())


def _number(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= MOST_AT_ONCE:
        raise ValueError(f"at_once is a number from 1 to {MOST_AT_ONCE}")
    return int(written)
