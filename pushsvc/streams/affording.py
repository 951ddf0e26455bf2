"""Whether the messages of a claim can be paid: charged before they leave, held and told of where a budget is spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time, tzinfo
from functools import partial
from typing import Protocol, runtime_checkable

from pushsvc.clock import Clock
from pushsvc.domain.notices import Due, Message
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import instant_of
from pushsvc.errors import NotDurable
from pushsvc.ledger import charges, emergencies
from pushsvc.ledger.charges import Charge, Warning
from pushsvc.ledger.claims import put_off
from pushsvc.ledger.intents import name_providers
from pushsvc.storage.database import Database
from pushsvc.streams.preparing import Batch
from pushsvc.telemetry import log

_YUAN = 1_000_000


class Cost(Protocol):
    @property
    def provider(self) -> str: ...
    @property
    def segments(self) -> int: ...
    @property
    def price(self) -> int: ...


@runtime_checkable
class Priced(Protocol):
    """A carrier whose messages cost money."""

    async def estimate(self, message: Message) -> Cost | None:
        """What the message will cost, in millionths of a yuan; None when nobody would take it now."""
        ...


class Purse:
    """`zone`: where a day of a budget begins and ends. `warn` hears in words of a budget that is nearly or wholly spent."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo, warn: Callable[[str], None]) -> None:
        self._database, self._clock, self._zone, self._warn = database, clock, zone, warn

    async def afford(self, carrier: object, channel: Channel, claim_name: str, dues: Sequence[Due], batch: Batch) -> list[Due]:
        """Those of `dues` that may leave, in their order; the others are given back and wait. The same transaction names the
        provider of each: that is whom a crash puts in doubt."""
        if not isinstance(carrier, Priced):
            return list(dues)
        wanted, offered = list[Charge](), dict[str, str]()
        for due in dues:
            message = batch.message(due)
            if not isinstance(message, Message) or (cost := await _cost_of(carrier, message)) is None:
                continue
            wanted.append(Charge(due.delivery_id, message.site, cost.provider, cost.segments, cost.price))
            if not due.in_doubt:
                offered[due.delivery_id] = cost.provider
            batch.keep(due, replace(message, offered_to=offered.get(due.delivery_id, "")))
        if not wanted:
            return list(dues)
        now = self._clock.now()
        async with self._database.write(first=True) as tx:
            ringing = partial(emergencies.passing, tx, now=now, lock=True)
            today = now.astimezone(self._zone).date()
            afforded = await charges.reserve(tx, channel, wanted, today, now, unheld=ringing)
            waits = afforded.waits
            await put_off(tx, claim_name, {one: self._opens(day) for one, day in waits.items()}, "budget")
            await name_providers(tx, claim_name, offered)
        for warning in afforded.warnings:
            self._warn(in_words(warning))
        if waits:
            log.warning("messages wait for a budget", channel=channel, count=len(waits))
        return [due for due in dues if due.delivery_id not in waits]

    async def note_accepted(self, channel: Channel, accepted: Sequence[Charge]) -> None:
        """What was taken at another price than it was charged at is charged at its own."""
        async with self._database.read() as tx:
            otherwise = await charges.charged_otherwise(tx, accepted)
        if otherwise:
            now = self._clock.now()
            async with self._database.write() as tx:
                await charges.settle_accepted(tx, channel, otherwise, now.astimezone(self._zone).date(), now)

    def _opens(self, day: date) -> Instant:
        return instant_of(day, time(), self._zone)


async def _cost_of(carrier: Priced, message: Message) -> Cost | None:
    try:
        return await carrier.estimate(message)
    except NotDurable:
        raise
    except Exception:
        # A fault of ours with one message: the others need not wait for it. It shows when that one is sent.
        log.exception("what a message costs cannot be told", delivery_id=message.delivery_id)
        return None


def in_words(warning: Warning) -> str:
    """What an operator is told of a budget."""
    whose = "all sites together" if warning.tenant == charges.ALL else f"site {warning.tenant}"
    spent, most = warning.spent / _YUAN, warning.most / _YUAN
    said = f"{whose} spent {spent:.2f} of {most:.2f} yuan for {warning.channel} in {warning.period} ({warning.percent} %)"
    if not warning.full:
        return f"{said}: at 100 % its messages wait"
    until = "the next day" if len(warning.period) == len("2026-01-31") else "the next month"
    return f"{said}: what does not fit waits until {until}, or until the budget is raised at /o/providers"
