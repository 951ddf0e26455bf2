"""Quiet hours are looked at once more before a message rings: what was put off, held or tried again may fall due at night.
An emergency that two people have approved rings all the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from pushsvc.clock import Clock
from pushsvc.domain.notices import Due
from pushsvc.domain.subscribers import Channel, Recipient
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import RINGING, end_of_quiet_hours, habits
from pushsvc.ledger import emergencies
from pushsvc.ledger.claims import put_off
from pushsvc.storage.database import Database, Transaction

Recipients = Callable[[Transaction, Collection[int]], Awaitable[Mapping[int, Recipient]]]


class Awake:
    """`recipients` knows each subscriber's hours."""

    def __init__(self, database: Database, clock: Clock, recipients: Recipients) -> None:
        self._database, self._clock, self._recipients = database, clock, recipients

    async def those(self, channel: Channel, claim_name: str, dues: Sequence[Due]) -> list[Due]:
        """Those of `dues` whose readers are awake, in their order; the others are given back until the morning."""
        if channel not in RINGING or not dues:
            return list(dues)
        async with self._database.read() as tx:  # by day nobody sleeps, and nobody waits for the writer
            people = await self._recipients(tx, {due.subscriber_no for due in dues})
        asleep = self._asleep(channel, dues, people)
        if asleep:
            async with self._database.write(first=True) as tx:
                for ringing in await emergencies.passing(tx, asleep, self._clock.now(), lock=True):
                    del asleep[ringing]
                await put_off(tx, claim_name, asleep, "quiet_hours")
        return [due for due in dues if due.delivery_id not in asleep]

    def _asleep(self, channel: Channel, dues: Sequence[Due], people: Mapping[int, Recipient]) -> dict[str, Instant]:
        now, found = self._clock.now(), {}
        for due in dues:
            person = people.get(due.subscriber_no)
            if person is None:  # gone since: the late check says so
                continue
            ends = end_of_quiet_hours(now, habits(person.preferences, channel, person.timezone))
            if ends > now:
                found[due.delivery_id] = ends
        return found
