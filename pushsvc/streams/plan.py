"""PLAN: for each subscriber, is it wanted, on which endpoint, when; for a change, who is corrected and what is taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.emergencies import EMERGENCY
from pushsvc.domain.notices import Held, Suppression
from pushsvc.domain.publications import change_id
from pushsvc.domain.records import Output, Record
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.timing import deadline_instant
from pushsvc.errors import InvalidRecord
from pushsvc.ledger import (
    after_approval,
    approving,
    book,
    changes,
    chunks,
    emergencies,
    held_fallbacks,
    holding,
    layouts,
    reaches,
    site_pause,
)
from pushsvc.ledger.approving import NOBODY_IS_ASKED, Asking
from pushsvc.ledger.matters import URGENT, Matter
from pushsvc.ledger.planning import plan_people
from pushsvc.ledger.standing import Standing, standing
from pushsvc.profiles.places import places_of
from pushsvc.publications import loading
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.publications import versions
from pushsvc.streams.plan_records import Prepared, Said, checked, people_of, reach_of

Recipients = Callable[[Transaction, Collection[int]], Awaitable[Mapping[int, Recipient]]]
Stopped = Callable[[Transaction, Collection[int]], Awaitable[AbstractSet[int]]]


class Plan:
    """The stage. `zone` is the publications' own: a deadline that is a plain date ends with its day there."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        recipients: Recipients,
        stopped: Stopped,
        *,
        zone: ZoneInfo,
        max_people: int = 100_000,
        on_held: Callable[[str, int], None] = lambda _event, _people: None,
        asking: Asking = NOBODY_IS_ASKED,
    ) -> None:
        """`on_held(event_id, people)` hears of an event that waits for an operator; it may hear of one again. `asking`: whose
        SMS two people approve first."""
        self._database = database
        self._clock = clock
        self._recipients = recipients
        self._stopped = stopped
        self._zone = zone
        self._max_people = max_people
        self._on_held = on_held
        self._asking = asking

    async def prepare(self, records: Sequence[Record]) -> Sequence[Prepared]:
        values = [checked(record) for record in records]
        telling = [value for value in values if value["type"] in ("chunk", "change") and not value.get("test")]
        counting = [value for value in values if value["type"] == "chunk" and value.get("test")]
        numbers = {number for value in (*telling, *counting) for number, _ in value.get("members", ())}
        async with self._database.read() as tx:
            said = await self._read_versions(tx, {str(value["version_id"]) for value in telling})
            people = await self._recipients(tx, numbers) if numbers else {}
            places = await places_of(tx, {number for value in counting for number, _ in value["members"]}) if counting else {}
            shut = [number for number, person in people.items() if not person.endpoints]
            stopped = await self._stopped(tx, shut) if shut else frozenset()
        return [
            Prepared(
                value, said.get(str(value.get("version_id")), Said()),
                () if value.get("test") else people_of(value, people, stopped),
                reach_of(value, people, places, self._clock.now()) if value.get("test") else {},
            )
            for value in values
        ]  # fmt: skip

    async def apply(self, tx: Transaction, prepared: Sequence[Prepared]) -> Sequence[Output]:
        outputs: list[Output] = []
        if self._asking.most is not None or any(one.value["type"] != "end" for one in prepared):
            await book.plan_alone(tx)
        for one in prepared:
            match one.value["type"]:
                case "chunk":
                    await self._chunk(tx, one)
                case "change":
                    outputs += await self._change(tx, one)
                case "release":
                    outputs += await self._release(tx, one)
                case "wake":
                    await emergencies.wake(tx, one.value["event_id"], one.value["publication_id"], self._clock.now())
                case "end":
                    outputs += await self._end(tx, one.value)
        return outputs

    async def _end(self, tx: Transaction, value: Mapping[str, Any]) -> list[Output]:
        event, shard, of = value["event_id"], value["shard"], value["of"]
        if not await layouts.is_answered_by_others(tx, event, of):
            await changes.note_end(tx, event, shard, of, value["matched"], self._clock.now())
        return await self._settle(tx, event, value.get("publication_id"))

    async def _settle(self, tx: Transaction, event: str, publication: str | None) -> list[Output]:
        if self._asking.most is None or publication is None:
            return []
        return await self._asking.settle(tx, event, publication, self._clock.now())

    async def _chunk(self, tx: Transaction, prepared: Prepared) -> None:
        value, now = prepared.value, self._clock.now()
        place = (value["event_id"], value["of"], value["shard"], value["chunk"], value["members"])
        if await chunks.is_planned(tx, *place) or await layouts.is_answered_by_others(tx, value["event_id"], value["of"]):
            return
        passed_over: Mapping[Suppression, int] = {}
        if prepared.people:
            stands = await _standing(tx, value)
            if stands.overtaken(value["revision"]):
                numbers = {person.subscriber_no for person in prepared.people}
                late = await chunks.without_a_notice(tx, value["event_id"], value["publication_id"], numbers)
                passed_over = {"withdrawn" if stands.withdrawn else "replaced": late} if late else {}
            else:
                await self._mark(tx, prepared)
                hold = await self._holds(tx, value)
                passed_over = await plan_people(tx, _matter(value, stands, prepared.said), prepared.people, now, hold=hold)
        if prepared.reach:
            await reaches.add(tx, value["event_id"], prepared.reach)
        await chunks.note_planned(tx, *place, passed_over, now)

    async def _mark(self, tx: Transaction, prepared: Prepared) -> None:
        if prepared.said.emergency:
            value = prepared.value
            await emergencies.mark(tx, value["event_id"], value["publication_id"], value["revision"], self._clock.now())

    async def _holds(self, tx: Transaction, value: Mapping[str, Any]) -> Held:
        """`release` where the event concerns more than MAX_PEOPLE and waits for it, else as `_held_for_others`.

        A shard knows only its own people. One that found more than its part of MAX_PEOPLE is held, so that all shards
        together never tell more than MAX_PEOPLE without a release, however unevenly people are spread over them; so is one
        whose people are too many together with those of the shards that are through.
        """
        event, of, shard, found = value["event_id"], value["of"], value["shard"], value["people"]
        people = found * of
        if of > 1 and people <= self._max_people:
            people = found + await layouts.matched_by_others(tx, event, of, shard)
        if people <= self._max_people or await holding.is_released(tx, event):
            return await self._held_for_others(tx, value)
        if value["chunk"] == 0 or of > 1:  # of several shards, the first that is held may be at a later chunk
            self._on_held(event, people)
        return "release"

    async def _held_for_others(self, tx: Transaction, value: Mapping[str, Any]) -> Held:
        """`site` where its site is paused, `approval` where its SMS may wait for two people."""
        by_its_site = await _held_by_its_site(tx, value)
        return by_its_site or ("" if await self._asking.word(tx, value["event_id"]) == "approved" else "approval")

    async def _change(self, tx: Transaction, prepared: Prepared) -> list[Output]:
        value, now = prepared.value, self._clock.now()
        if value.get("test"):
            return []
        publication, revision, after = value["publication_id"], value["revision"], value.get("after", 0)
        outputs: list[Output] = []
        stands = await _standing(tx, value)
        if not stands.overtaken(revision):
            await self._mark(tx, prepared)
            page = await book.page_of(tx, publication, before_revision=revision, after=after, limit=changes.PAGE_PEOPLE)
            numbers = {entry.subscriber_no for entry in page}
            withdrawn = value["kind"] == "withdrawn"
            urgent = bool(value.get("urgent")) or withdrawn
            matter = replace(
                _matter(value, stands, prepared.said),
                kind="withdrawal" if withdrawn else "correction",
                reason=change_id(publication, revision),
                urgent=urgent or prepared.said.urgent,
                deadline=None if withdrawn else prepared.said.deadline,
            )
            copies = await changes.walk_page(
                tx,
                changes.Changed(matter, urgent),
                page,
                await self._recipients(tx, numbers),
                now,
                hold=await self._held_for_others(tx, value),
                hold_copies="" if self._asking.most is None else "approval",
            )
            for copy, its_publication in copies:
                outputs += await self._settle(tx, copy, its_publication)
            if len(numbers) == changes.PAGE_PEOPLE:
                return [*outputs, Output("matches", publication, {**value, "after": max(numbers)})]
        await changes.note_end(tx, value["event_id"], changes.WALK, 1, 0, now)
        return [*outputs, *await self._settle(tx, value["event_id"], publication)]

    async def _release(self, tx: Transaction, prepared: Prepared) -> list[Output]:
        event, publication = prepared.value["event_id"], prepared.value["publication_id"]
        held = prepared.value.get("held", "release")
        hold: Held = await _held_by_its_site(tx, prepared.value)
        said = (await approving.words(tx, {event})).get(event, "")
        if held == hold:  # paused again before it was its turn
            return []
        if held == "approval" and said == "waiting":  # a fallback meanwhile made it too many
            return []
        page = await holding.held_page(tx, event, publication, prepared.value["after"], held)
        if not page:
            return await self._settle(tx, event, publication)
        stands = await _standing(tx, prepared.value)
        version = (await self._read_versions(tx, {page[0].version_id})).get(page[0].version_id, Said())
        value = {**prepared.value, "revision": page[0].revision, "version_id": page[0].version_id}
        matter = _matter(value, stands, version)
        people = await self._recipients(tx, {one.subscriber_no for one in page})
        if said == "refused":
            await after_approval.plan_refused(tx, matter, page, people, self._clock.now(), hold=hold)
        elif held == "approval":
            await after_approval.plan_approved(tx, matter, page, people, self._clock.now(), hold=hold)
        else:
            hold = hold or await self._held_for_others(tx, prepared.value)
            await held_fallbacks.plan_resumed(tx, matter, page, people, self._clock.now(), held, hold=hold)
        return [holding.released(event, publication, page[-1].subscriber_no, held)]

    async def _read_versions(self, tx: Transaction, version_ids: Collection[str]) -> dict[str, Said]:
        if not version_ids:
            return {}
        summaries = await loading.summaries(tx, version_ids)
        rows = await tx.execute(
            sa.select(versions.c.version_id, versions.c.published_at, versions.c.declared).where(
                versions.c.version_id.in_(version_ids)
            )
        )
        now = self._clock.now()
        today = now.astimezone(self._zone).date().isoformat()
        return {
            row.version_id: Said(
                deadline_instant(summaries[row.version_id].deadline(today), self._zone, row.published_at or now)
                if row.version_id in summaries
                else None,
                row.declared.get("urgency") in URGENT,
                row.declared.get("urgency") == EMERGENCY,
            )
            for row in rows
        }


def _matter(value: Mapping[str, Any], stands: Standing, said: Said) -> Matter:
    return Matter(
        event_id=value["event_id"],
        publication_id=value["publication_id"],
        revision=value["revision"],
        version_id=value["version_id"],
        works=stands.works,
        urgent=said.urgent,
        deadline=said.deadline,
        since_revision=stands.told_apart_since(value["revision"]),
    )


async def _held_by_its_site(tx: Transaction, value: Mapping[str, Any]) -> Literal["", "site"]:
    return "site" if await site_pause.is_paused(tx, value["publication_id"]) else ""


async def _standing(tx: Transaction, value: Mapping[str, Any]) -> Standing:
    stands = await standing(tx, value["publication_id"])
    if stands is None:
        raise InvalidRecord(f"publication {value['publication_id']} is not in the store: replay the event that brought it")
    return stands
