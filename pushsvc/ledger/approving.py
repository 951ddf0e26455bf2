"""Two people approve what would be told to more than SMS_APPROVAL_PEOPLE by SMS.

How many people an event reaches by SMS is known only when all of its planning has ended: every shard of the matcher, and the
walk over those who hear a correction. Until then its SMS are planned as held (`approval`), each on a message of its own, so
that no digest carries one. Then `settle` counts: at or under the number they are planned anew at once, as if just matched;
above it they wait until two accounts have approved. Emails and WeChat messages never wait for this.

A fallback to SMS, and the repeat of a silent message, ask `word_for_one_more`: they go while the event's SMS stay at or under
the number, and wait with the others from then on. Reminders go to who was told: of a refused event without SMS.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.approvals import ASKED_CHANNEL, Answer, Approval, Word, answer_of, needs_approval
from pushsvc.domain.notices import TOLD_STATES, WAITING_STATES
from pushsvc.domain.records import Output
from pushsvc.domain.time import Instant
from pushsvc.ledger import holding
from pushsvc.ledger.layouts import planning_has_ended
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, one_of
from pushsvc.storage.tables.ledger import approvals, deliveries, notices

_COLUMNS = [approvals.c[each.name] for each in fields(Approval)]


@dataclass(frozen=True)
class Asking:
    """The rule as an installation has it: `most` people by SMS without an approval; None: any number. `on_asked(event_id,
    people)` hears of an event that waits from now on."""

    most: int | None = None
    on_asked: Callable[[str, int], None] = lambda _event, _people: None

    async def word(self, tx: AsyncConnection, event_id: str) -> Word:
        """What was said of an event that is being planned. An unset rule reads nothing."""
        return "approved" if self.most is None else (await words(tx, {event_id})).get(event_id, "")

    async def word_for_one_more(self, tx: Transaction, event_id: str, publication_id: str, now: Instant) -> Word:
        """The same for one message more; "" lets it go. `waiting`: it is too many, or nobody knows yet how many there are."""
        said = (await words(tx, {event_id})).get(event_id, "")
        if said or self.most is None:
            return said
        if not await planning_has_ended(tx, event_id):
            return "waiting"
        people = await _people_by_sms(tx, event_id, publication_id, enough=self.most) + 1
        if not needs_approval(people, self.most):
            return ""
        await self._ask(tx, event_id, people, now)
        return "waiting"

    async def settle(self, tx: Transaction, event_id: str, publication_id: str, now: Instant) -> list[Output]:
        """Call it whenever a part of an event's planning has ended. When it was the last, count, and let its SMS go or ask.

        Gives the records that plan them anew. Again is a no-op that gives the same while they are held. What waits for its
        release, or for its site, is asked about after that.
        """
        held = await _held(tx, event_id, publication_id)
        if "approval" not in held or held & {"release", "site"} or not await planning_has_ended(tx, event_id):
            return []
        said = (await words(tx, {event_id})).get(event_id, "")
        if said == "waiting":
            return []
        if not said:
            people = await _people_by_sms(tx, event_id, publication_id)
            if needs_approval(people, self.most):
                await self._ask(tx, event_id, people, now)
                return []
        return [holding.released(event_id, publication_id, 0, "approval")]

    async def _ask(self, tx: Transaction, event_id: str, people: int, now: Instant) -> None:
        row = {"event_id": event_id, "channel": ASKED_CHANNEL, "people": people, "asked_at": now}
        await insert_new(tx, approvals, [row])
        self.on_asked(event_id, people)


NOBODY_IS_ASKED = Asking()


async def words(tx: AsyncConnection, event_ids: Collection[str]) -> dict[str, Word]:
    """What was said of each of these events; those that nobody was asked about are absent."""
    return {event: asked.word for event, asked in (await asked_about(tx, event_ids)).items()}


async def asked_about(tx: AsyncConnection, event_ids: Collection[str]) -> Mapping[str, Approval]:
    """What was asked and answered, by event."""
    which = one_of(tx, approvals.c.event_id, sorted(event_ids))
    rows = await tx.execute(sa.select(*_COLUMNS).where(which, approvals.c.channel == ASKED_CHANNEL))
    return {row.event_id: Approval(*row) for row in rows}


async def approve(
    tx: Transaction, asked: Approval, publication_id: str, who: str, author: str | None, now: Instant
) -> tuple[Answer, Sequence[Output]]:
    """`who` approves that the SMS leave that were asked about (`asked.asked_events`). The second of two lets them go: publish
    the outputs in this transaction."""
    stands = await _locked(tx, asked)
    answer = answer_of(stands, who, author)
    if answer == "first":
        await _note(tx, stands, first_by=who, first_at=now)
    if answer != "second":
        return answer, ()
    await _note(tx, stands, second_by=who, second_at=now)
    return answer, [holding.released(asked.event_id, publication_id, 0, "approval")]


async def refuse(tx: Transaction, asked: Approval, publication_id: str, who: str, now: Instant) -> Sequence[Output]:
    """One refusal is enough: the planner then takes each person's next channel. Empty where it was decided already."""
    stands = await _locked(tx, asked)
    if stands.word != "waiting":
        return ()
    await _note(tx, stands, refused_by=who, refused_at=now)
    return [holding.released(asked.event_id, publication_id, 0, "approval")]


async def _locked(tx: Transaction, asked: Approval) -> Approval:
    """How it stands; until the commit nobody else answers. Written down where it was not."""
    await insert_new(tx, approvals, [asdict(asked)])
    row = (await tx.execute(sa.select(*_COLUMNS).where(*_row_of(asked)).with_for_update())).one()
    return Approval(*row)


async def _note(tx: Transaction, asked: Approval, **said: object) -> None:
    await tx.execute(sa.update(approvals).where(*_row_of(asked)).values(said))


def _row_of(asked: Approval) -> tuple[sa.ColumnElement[bool], ...]:
    return approvals.c.event_id == asked.event_id, approvals.c.channel == asked.channel


def _of(event_id: str, publication_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        notices.c.publication_id == publication_id, notices.c.event_id == event_id, notices.c.state == "planned",
        deliveries.c.delivery_id == notices.c.delivery_id,
    )  # fmt: skip


async def _held(tx: AsyncConnection, event_id: str, publication_id: str) -> set[str]:
    """What the messages of the event wait for."""
    query = sa.select(deliveries.c.held).where(*_of(event_id, publication_id), deliveries.c.state == "planned").distinct()
    return set((await tx.execute(query)).scalars())


async def _people_by_sms(tx: AsyncConnection, event_id: str, publication_id: str, *, enough: int | None = None) -> int:
    """How many people were told of the event by SMS, or are to be; at most `enough`."""
    told = sa.select(notices.c.subscriber_no).where(
        *_of(event_id, publication_id),
        deliveries.c.channel == ASKED_CHANNEL,
        deliveries.c.state.in_((*WAITING_STATES, *TOLD_STATES)),
    )
    people = told.distinct().limit(enough).subquery()
    return int((await tx.execute(sa.select(sa.func.count()).select_from(people))).scalar_one())
