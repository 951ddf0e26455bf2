"""What became of a message in doubt: its provider is asked before anybody sends it again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Literal

from pushsvc.channels.sms.lines import Line
from pushsvc.channels.sms.provider import InDoubt, SmsProvider
from pushsvc.domain.notices import NEVER_KNOWN, Message, SendResult, Verdict
from pushsvc.domain.receipts import ReceiptState, Said
from pushsvc.domain.time import Instant

#: A provider that cannot say yet whether it has a message is asked again, less and less often, and after a day no more: then
#: it stays in doubt for good, for a second one would be worse.
ASK_AGAIN_SECONDS, MOST_ASK_AGAIN_SECONDS, GIVE_UP_SECONDS = 30.0, 3600.0, 86_400.0
#: What one question may take: several are asked while a lease lasts.
ASKING_SECONDS = 4.0
_VERDICTS: dict[ReceiptState, Verdict] = {"undelivered": "refused", "dead": "suppress"}


async def settle(lines: Collection[Line], message: Message, to: str, now: Instant) -> SendResult | None:
    """What the providers say of `message`; None when none of them has it, so that it may be sent.

    Asked is the one that was sending, or where that is not known all of them; not those to whom the same id again is the same
    message (`repeats`). One that no setting names any more cannot be asked: another that knows nothing of it proves nothing.
    """
    assert message.in_doubt_since is not None
    doubt = InDoubt(message.delivery_id, to, message.in_doubt_since, last=message.in_doubt_last)
    meant = [line for line in lines if message.in_doubt_at in ("", line.provider.name)]
    if not meant:
        return wait(message.in_doubt_at, message.in_doubt_since, now)
    unsure = ""
    for provider in (line.provider for line in meant if not line.provider.repeats):
        said = await _asked(provider, doubt)
        if isinstance(said, Said):
            return _found(provider.name, said)
        if said == "later":
            unsure = provider.name
    return wait(unsure, message.in_doubt_since, now) if unsure else None


def wait(provider: str, since: Instant, now: Instant) -> SendResult:
    """`provider` ("" where nobody knows which) may have it and does not say so: it waits, and after a day it stays in doubt."""
    age_seconds = (now - since).total_seconds()
    named = provider or "its provider"
    if age_seconds > GIVE_UP_SECONDS:
        return SendResult("unknown", NEVER_KNOWN, f"{named} never said whether it has it", provider=provider)
    seconds = min(max(age_seconds / 4, ASK_AGAIN_SECONDS), MOST_ASK_AGAIN_SECONDS)
    why = f"{named} cannot say yet whether it has it"
    return SendResult("hold", "asked", why, provider=provider, retry_after_seconds=seconds)


async def _asked(provider: SmsProvider, doubt: InDoubt) -> Said | Literal["absent", "later"]:
    try:
        async with asyncio.timeout(ASKING_SECONDS):
            return await provider.look_up(doubt)
    except TimeoutError:
        return "later"


def _found(provider: str, said: Said) -> SendResult:
    verdict = _VERDICTS.get(said.state, "accepted")
    why = f"{provider} has it: {said.state}"
    return SendResult(verdict, said.code or "found", why, provider_id=said.provider_id or None, provider=provider)
