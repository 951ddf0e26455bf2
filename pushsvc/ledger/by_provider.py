"""What each provider did in the last day, and what it cost: counted from the ledger for whoever watches over providers."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Database
from pushsvc.storage.rows import expect_many
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.providers import spending_by_provider

LOOKED_BACK = timedelta(hours=24)
#: Channels whose messages go by providers.
CHANNELS: tuple[Channel, ...] = ("sms", "wechat")
#: A count that took a second is made again half a minute later at the earliest: a page that is looked at often must not keep a
#: database busy that sends millions.
_RESTS_TIMES = 30.0


@dataclass(frozen=True)
class Done:
    """Messages of one provider. `silent` were accepted, and no final receipt has come; `undelivered` were accepted, and a
    receipt says that they did not arrive; `refused` were never accepted; of those in `doubt` nobody knows."""

    silent: int = 0
    delivered: int = 0
    undelivered: int = 0
    refused: int = 0
    doubt: int = 0

    @property
    def accepted(self) -> int:
        return self.silent + self.delivered + self.undelivered

    @property
    def tried(self) -> int:
        return self.accepted + self.refused + self.doubt

    @property
    def failed(self) -> int:
        return self.undelivered + self.refused

    @property
    def settled(self) -> int:
        """Those with a final receipt."""
        return self.delivered + self.undelivered

    @property
    def percent_delivered(self) -> float | None:
        """Of those with a final receipt; None where there is none."""
        return 100 * self.delivered / self.settled if self.settled else None

    @property
    def percent_accepted(self) -> float | None:
        """Of those that were tried; None where there is none."""
        return 100 * self.accepted / self.tried if self.tried else None


@dataclass(frozen=True)
class Spent:
    """Millionths of a yuan: exact where the provider has said what it bills, else as estimated."""

    today: int = 0
    month: int = 0


@dataclass(frozen=True)
class ByProvider:
    """By the provider's name; "" where nobody wrote down which it was (a process died while it was sending)."""

    done: Mapping[str, Done] = field(default_factory=dict)
    spent: Mapping[str, Spent] = field(default_factory=dict)


class Counting:
    """Counts anew whenever it is asked, but not more often than the database can bear. `zone`: where a day begins."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database, self._zone = database, zone
        self._known, self._known_until = ByProvider(), 0.0

    async def look(self, now: Instant) -> ByProvider:
        started = time.monotonic()
        if started < self._known_until:
            return self._known
        async with self._database.read() as tx:
            self._known = ByProvider(await done_since(tx, now - LOOKED_BACK), await spent_by(tx, now, self._zone))
        ended = time.monotonic()
        self._known_until = ended + (ended - started) * _RESTS_TIMES if ended - started > 0.2 else 0.0
        return self._known


_place = sa.case(
    (deliveries.c.state == "accepted", "silent"),
    (deliveries.c.state == "unknown", "doubt"),
    (deliveries.c.state == "delivered", "delivered"),
    # Who was never accepted has no id from the provider.
    (deliveries.c.provider_id.is_(None), "refused"),
    else_="undelivered",
)
_name = sa.func.coalesce(deliveries.c.provider, "")
_ENDED = (
    sa.select(_name.label("name"), _place.label("place"), sa.func.count().label("many"))
    .where(
        deliveries.c.ended_at >= sa.bindparam("since"),
        deliveries.c.channel.in_(CHANNELS),
        deliveries.c.state.in_(("accepted", "delivered", "failed", "unknown")),
        deliveries.c.tries > 0,
    )
    .group_by(sa.text("1"), sa.text("2"))
)
#: In doubt, and going to be asked about again: it has not ended. The index of claims finds them.
_OPEN_DOUBTS = (
    sa.select(_name.label("name"), sa.literal("doubt").label("place"), sa.func.count().label("many"))
    .where(deliveries.c.channel.in_(CHANNELS), deliveries.c.state == "unknown", deliveries.c.ended_at.is_(None))
    .group_by(sa.text("1"))
)


async def done_since(tx: AsyncConnection, since: Instant) -> Mapping[str, Done]:
    """What became of the messages that ended after `since`, and of those that are still in doubt, by provider."""
    await expect_many(tx)
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for query in (_ENDED, _OPEN_DOUBTS):
        for row in await tx.execute(query, {"since": since} if query is _ENDED else {}):
            counted[row.name][row.place] += row.many
    return {name: Done(**places) for name, places in counted.items()}


async def spent_by(tx: AsyncConnection, now: Instant, zone: tzinfo) -> Mapping[str, Spent]:
    """What the messages of today and of this month cost, by the provider that carried them: the one that was to have a message
    is not the one that carried it when it could not be reached, and its charge is moved then."""
    today, sums = now.astimezone(zone).date().isoformat(), spending_by_provider
    query = (
        sa.select(
            sums.c.provider,
            sa.func.sum(sa.case((sums.c.day == today, sums.c.spent), else_=0)).label("today"),
            sa.func.sum(sums.c.spent).label("month"),
        )
        .where(sums.c.day >= f"{today[:8]}01", sums.c.day <= f"{today[:8]}31")
        .group_by(sums.c.provider)
    )
    return {row.provider: Spent(int(row.today), int(row.month)) for row in await tx.execute(query)}
