"""The steps of a trace: what each stage did, with the moment, in the order of the flow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.emergencies import SAYS, Stands
from pushsvc.domain.notices import Suppression
from pushsvc.domain.notices import delivery_id as message_id
from pushsvc.domain.time import iso
from pushsvc.ledger.arrived import DELIVERED, told_instead
from pushsvc.ledger.cancelling import CANCELLED, REFUSED
from pushsvc.ledger.changes import WALK
from pushsvc.ledger.chunks import passed_over_by
from pushsvc.ledger.emergencies import marked
from pushsvc.ledger.funnel import funnel
from pushsvc.ledger.layouts import counted_layout
from pushsvc.ledger.site_pause import WHY as SITE_PAUSED
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.ledger import attempts, chunks, deliveries, ends, notices, receipts
from pushsvc.storage.tables.publications import publications, revisions, summaries
from pushsvc.storage.tables.sites import fetches

Step = dict[str, Any]
#: Why a message did not leave, or was taken back: by what stands in its row, the code that a page has words for. Anything else
#: there is in a provider's own words.
WHY_NOT: Mapping[str, str] = {
    **{each: each for each in (*get_args(Suppression), "cancelled", DELIVERED)},
    CANCELLED: "by_operator",
    REFUSED: "refused",
    SITE_PAUSED: "site_paused",
}


def step(stage: str, at: datetime | None, **said: Any) -> Step:
    """One step; what is None is left out."""
    return {"stage": stage, "at": iso(at) if at else None, **{name: value for name, value in said.items() if value is not None}}


async def of_event(tx: AsyncConnection, event: Any) -> list[Step]:
    """From the site's request to the funnel, with every dead letter on the way."""
    steps = [
        step(
            "event", event.received_at, event=event.event, site=event.site, url=event.url, origin=event.origin,
            test=event.test or None,
        )
    ]  # fmt: skip
    for row in await tx.execute(sa.select(fetches).where(fetches.c.event_id == event.event_id)):
        steps.append(step("fetch", row.due_at, state=row.state, tries=row.tries, reason=row.reason))
    if event.outcome:
        steps.append(
            step(
                "normalise", None, outcome=event.outcome, publication=event.publication_id, revision=event.revision,
                version=event.version_id, note=event.note,
            )
        )  # fmt: skip
    steps += await _summarised(tx, event)
    steps += await _matched_and_planned(tx, event.event_id)
    letters = sa.select(dead_letters).where(dead_letters.c.event_id == event.event_id).order_by(dead_letters.c.at)
    for row in await tx.execute(letters):
        replayed = iso(row.replayed_at) if row.replayed_at else None
        steps.append(step(row.stage, row.at, dead_letter=row.dead_letter_id, reason=row.reason, replayed_at=replayed))
    if event.dead_at:
        steps.append(step("other", event.dead_at, state="dead", reason=event.dead_reason))
    if event.released_at:
        steps.append(step("plan", event.released_at, released=True))
    steps += await _approved(tx, event.event_id)
    counted = await funnel(tx, event.event_id) or {}
    shown = {
        name: value for name, value in counted.items() if value not in ({}, 0) and name not in ("event_id", "publication_id")
    }
    return [*steps, step("deliver", None, **shown)]


async def _approved(tx: AsyncConnection, event_id: str) -> list[Step]:
    """Of an emergency that quiet hours held: since when it waits for two people, and what they said. Who they are stands in
    the audit trail."""
    one = (await marked(tx, {event_id})).get(event_id)
    if one is None or one.asked_at is None:
        return []
    said: list[tuple[Stands, datetime | None]] = [
        ("waits_for_two", one.asked_at), ("waits_for_one", one.first_at), ("approved", one.second_at),
        ("refused", one.refused_at),
    ]  # fmt: skip
    return [step("plan", at, emergency=SAYS[what], people=one.people) for what, at in said if at is not None]


async def _summarised(tx: AsyncConnection, event: Any) -> list[Step]:
    written = (await tx.execute(sa.select(summaries.c.at).where(summaries.c.version_id == event.version_id))).scalar()
    if written is None or event.outcome == "same":
        return []
    change = (await tx.execute(sa.select(revisions.c.material).where(revisions.c.event_id == event.event_id))).scalar()
    return [step("summarise", written, material=change)]


async def _matched_and_planned(tx: AsyncConnection, event_id: str) -> list[Step]:
    """What the shards said and what was planned of it. People are counted in one layout, as the funnel does."""
    layout = await counted_layout(tx, event_id)
    steps = []
    for row in await tx.execute(sa.select(ends).where(ends.c.event_id == event_id).order_by(ends.c.of, ends.c.shard)):
        if row.shard == WALK:
            steps.append(step("plan", row.planned_at, corrected="everybody who was told has been walked over"))
        else:
            # As `pushsvc worker match --shard` writes it. Shards of another number are told of, but count nobody.
            shard = f"{row.shard}/{row.of}" if row.of > 1 else None
            counted = None if layout is not None and row.of == layout.of else False
            steps.append(step("match", row.planned_at, shard=shard, matched=row.matched, counted=counted))
    if layout is None:
        return steps
    here = sa.and_(chunks.c.event_id == event_id, chunks.c.of == layout.of)
    sums = sa.select(sa.func.count(), sa.func.sum(chunks.c.people), sa.func.max(chunks.c.planned_at)).where(here)
    number, people, last = (await tx.execute(sums)).one()
    if number:
        passed_over = dict(await passed_over_by(tx, event_id, layout.of)) or None
        steps.append(step("plan", last, chunks=number, people=people, passed_over=passed_over))
    return steps


async def of_publication(tx: AsyncConnection, publication_id: str) -> list[Step]:
    """The publication as it stands, then each of its revisions."""
    now = (await tx.execute(sa.select(publications).where(publications.c.publication_id == publication_id))).first()
    steps = []
    if now is not None:
        steps.append(
            step(
                "publication", now.first_at, publication=publication_id, address=now.address, site=now.site,
                work=now.work_id, revision=now.revision, version=now.version_id, withdrawn=now.withdrawn,
            )
        )  # fmt: skip
    for row in await tx.execute(
        sa.select(revisions).where(revisions.c.publication_id == publication_id).order_by(revisions.c.revision)
    ):
        counted = await funnel(tx, row.event_id) or {}
        steps.append(
            step(
                "normalise", row.accepted_at, event=row.event_id, kind=row.kind, revision=row.revision,
                version=row.version_id, material=row.material, state=counted.get("state"),
                matched=counted.get("matched"), planned=counted.get("planned"),
            )
        )  # fmt: skip
    return steps


def notice_step(row: Any) -> Step:
    """A notice with where it stands; from a row with its delivery's columns, their state too."""
    return step(
        "notice", row.created_at, notice=row.notice_id, kind=row.kind, event=row.event_id, publication=row.publication_id,
        revision=row.revision, state=getattr(row, "delivery_state", None) if row.state == "planned" else row.state,
        suppressed=row.suppressed, channel=getattr(row, "channel", None), delivery=row.delivery_id,
        eligibility=row.eligibility, reasons=row.reasons,
        deadline=iso(row.deadline) if row.deadline else None,
    )  # fmt: skip


async def of_message_and_those_before(tx: AsyncConnection, delivery_id: str) -> list[Step]:
    """The message that carries a notice now, after those which it stands in for (they failed, or nothing was heard of them),
    and before those that were begun in its place before it arrived after all."""
    way = [delivery_id]
    while (earlier := await _stands_in_for(tx, way[0])) and earlier not in way:
        way.insert(0, earlier)
    row = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == delivery_id))).first()
    way += [one.delivery_id for one in await told_instead(tx, row)] if row is not None else []
    return [one for each in way for one in await of_delivery(tx, each)]


async def _stands_in_for(tx: AsyncConnection, delivery_id: str) -> str | None:
    row = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == delivery_id))).first()
    if row is None:
        return None
    # A fallback is named after the message that failed; only a repeat keeps its id in words.
    ended = sa.select(deliveries.c.delivery_id).where(
        deliveries.c.subscriber_no == row.subscriber_no, deliveries.c.state.in_(("failed", "cancelled"))
    )
    held = [
        str(name)
        for name in (await tx.execute(sa.select(notices.c.notice_id).where(notices.c.delivery_id == delivery_id))).scalars()
    ]
    for before in (await tx.execute(ended)).scalars():
        named = [(before, "fallback"), *((before, "fallback", notice) for notice in held)]
        if any(message_id(row.endpoint_id, *after) == delivery_id for after in named):
            return str(before)
    return str(row.may_repeat) if row.may_repeat else None


async def of_delivery(tx: AsyncConnection, delivery_id: str) -> list[Step]:
    """The message, each attempt, each receipt. A provider's own words are left out: they may name the address."""
    row = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == delivery_id))).first()
    if row is None:
        return []
    steps = [
        step(
            "plan", row.created_at, delivery=delivery_id, channel=row.channel, kind=row.kind, state=row.state,
            held=row.held or None, due_at=iso(row.due_at), urgent=row.urgent or None, tries=row.tries,
            possible_repeat=row.may_repeat is not None or None, repeats=row.may_repeat,
            why=WHY_NOT.get(row.why or ""),
            ended_at=iso(row.ended_at) if row.ended_at else None,
        )
    ]  # fmt: skip
    tried = sa.select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.attempt)
    steps += [
        step("deliver", one.at, attempt=one.attempt, outcome=one.outcome, code=one.code or None)
        for one in await tx.execute(tried)
    ]
    said = sa.select(receipts).where(receipts.c.delivery_id == delivery_id).order_by(receipts.c.at)
    steps += [
        step("record", one.at, provider=one.provider, state=one.state, code=one.code or None) for one in await tx.execute(said)
    ]
    return steps
