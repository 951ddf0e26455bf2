"""A publication changed or was withdrawn: who was told hears of it, what has not left is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import sqlalchemy as sa

from pushsvc.domain.notices import Held
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.errors import TryLater
from pushsvc.ledger import book
from pushsvc.ledger.book import Entry
from pushsvc.ledger.copies import take_over
from pushsvc.ledger.matters import Matter, Person
from pushsvc.ledger.planning import plan_people
from pushsvc.ledger.repeats import as_accepted
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.ledger import deliveries, ends

#: Subscribers that one record walks over, so that no transaction is long.
PAGE_PEOPLE = 1_000
#: The planner's own "shard" in the table `ends`.
WALK = -1
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Changed:
    """A material change, as it is told. `matter.kind` is correction or withdrawal, its reason the change_id.

    `urgent`: the action or the deadline moved, so that it does not wait for a digest.
    """

    matter: Matter
    urgent: bool

    @property
    def says(self) -> str:
        """The state in which the publication is now, in the words of `_heard`."""
        return WITHDRAWN if self.matter.kind == "withdrawal" else self.matter.version_id


async def walk_page(
    tx: Transaction,
    change: Changed,
    page: Sequence[Entry],
    recipients: Mapping[int, Recipient],
    now: Instant,
    *,
    hold: Held = "",
    hold_copies: Held = "",
) -> list[tuple[str, str]]:
    """Correct one page of people (`book.page_of`, read in this transaction). A repeat changes nothing.

    Who has heard something else than what holds now is told. So a correction that is itself corrected before it leaves, or
    a text that goes back to what somebody was told, makes no message. Gives (event, publication) of the copies that
    tell somebody instead, held as `hold_copies`. Raises TryLater when one is just leaving.
    """
    if any(entry.repeating for entry in page):
        raise TryLater("a message of the version before is just being repeated; looking again", book.LOOK_AGAIN_SECONDS)
    page = await as_accepted(tx, page, now)
    waiting = [entry for entry in page if entry.waiting]
    await book.hold_back(tx, waiting)
    state: Literal["cancelled", "replaced"] = "cancelled" if change.says == WITHDRAWN else "replaced"
    await book.take_back(tx, waiting, state, now)
    await _repeat_no_more(tx, [entry for entry in page if entry.told and entry.delivery_state == "unknown"], now)
    people = []
    for number, entries in groupby(page, key=lambda entry: entry.subscriber_no):
        last = _last_heard([entry for entry in entries if entry.told])
        if last is None or _heard(last) == change.says:
            continue
        people.append(
            Person(
                number,
                recipients.get(number),
                last.eligibility,
                last.reasons,
                in_digest=last.delivery_kind == "digest" and not change.urgent,
            )
        )
    await plan_people(tx, change.matter, people, now, hold=hold)
    if change.says == WITHDRAWN and waiting:
        mine = {entry.subscriber_no for entry in waiting}
        return await take_over(tx, change.matter, mine, recipients, now, hold=hold_copies)
    return []


async def note_end(tx: Transaction, event_id: str, shard: int, of: int, matched: int, now: Instant) -> None:
    """A shard of the matcher, or with `WALK` the planner itself, is through with the event."""
    row = {"event_id": event_id, "shard": shard, "of": of, "matched": matched, "planned_at": now}
    await insert_new(tx, ends, [row])


def _last_heard(told: Sequence[Entry]) -> Entry | None:
    return max(told, key=lambda entry: (entry.revision, entry.created_at), default=None)


def _heard(entry: Entry) -> str:
    return WITHDRAWN if entry.kind == "withdrawal" else entry.version_id


async def _repeat_no_more(tx: Transaction, doubtful: Sequence[Entry], now: Instant) -> None:
    """A message in doubt would be sent once more; now what follows it says what holds.

    Raises TryLater when a connection took one to repeat it since the page was read.
    """
    for piece in book.pieces(sorted({entry.delivery_id for entry in doubtful if entry.delivery_id})):
        await book.states_of(tx, piece)
        still = sa.and_(deliveries.c.delivery_id.in_(piece), deliveries.c.state == "unknown", deliveries.c.ended_at.is_(None))
        ended = sa.update(deliveries).where(still).values(ended_at=now).returning(deliveries.c.claim)
        if any(claim is not None for claim in (await tx.execute(ended)).scalars()):
            raise TryLater("a message of the version before is just being repeated; looking again", book.LOOK_AGAIN_SECONDS)
