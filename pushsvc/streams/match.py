"""MATCH: which interests a version answers, told as chunks of subscriber numbers and one `end` for each shard."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from pushsvc.domain.matches import Match, Question
from pushsvc.domain.publications import Limit, Version
from pushsvc.domain.records import MAX_RECORD_BYTES, Output, Record
from pushsvc.domain.summaries import Summary
from pushsvc.domain.time import Instant
from pushsvc.errors import InvalidRecord
from pushsvc.publications import loading
from pushsvc.storage.database import Database, Transaction
from pushsvc.telemetry import count

CHUNK_PEOPLE = 1000
#: A chunk's groups of reasons may fill so much of a record; the rest is for its members (at most 17 bytes each).
CHUNK_GROUP_BYTES = MAX_RECORD_BYTES // 2
#: The zone in which the day of a publication is read, for ages.
_ZONE = ZoneInfo("Asia/Shanghai")


class Index(Protocol):
    def answer(self, question: Question) -> Iterator[Match]: ...


class Follower(Protocol):
    async def catch_up(self) -> int:
        """Return, with its position, when the index holds every profile change that was committed before this call."""
        ...


@dataclass(frozen=True)
class Answered:
    record: Record
    matches: Sequence[Match]


class Answer:
    """The stage. One shard of the subscribers, held in memory by `index`, which `follower` keeps up with the tables."""

    def __init__(self, database: Database, index: Index, follower: Follower, *, shard: int = 0, of: int = 1) -> None:
        self._database = database
        self._index = index
        self._follower = follower
        self._shard = shard
        self._of = of

    async def prepare(self, records: Sequence[Record]) -> Sequence[Answered]:
        asking = [record for record in records if record.value.get("asks")]
        if not asking:
            return [Answered(record, ()) for record in records]
        wanted = {str(record.value["version_id"]) for record in asking}
        async with self._database.read() as tx:
            versions = await loading.versions(tx, wanted)
            summaries = await loading.summaries(tx, wanted)
            accepted = await loading.accepted_at(tx, {str(record.value["event_id"]) for record in asking})
        await self._follower.catch_up()
        answered = []
        for record in records:
            version = str(record.value["version_id"])
            if not record.value.get("asks"):
                answered.append(Answered(record, ()))
                continue
            if version not in versions or version not in summaries:
                raise InvalidRecord(f"version {version} has no summary in the store: replay the event that brought it")
            question = question_of(versions[version], summaries[version], accepted.get(str(record.value["event_id"])))
            answered.append(Answered(record, await asyncio.to_thread(self._answer, question)))
        return answered

    async def apply(self, tx: Transaction, prepared: Sequence[Answered]) -> Sequence[Output]:
        count("people_matched", sum(len(answered.matches) for answered in prepared))
        return [output for answered in prepared for output in self._outputs(answered)]

    def _answer(self, question: Question) -> list[Match]:
        return list(self._index.answer(question))

    def _outputs(self, answered: Answered) -> Iterator[Output]:
        said = answered.record.value
        whose = {name: said.get(name) for name in ("event_id", "publication_id", "revision", "version_id", "kind", "test")}
        place = {**whose, "shard": self._shard, "of": self._of}
        key = answered.record.key
        if said["kind"] != "new" and said.get("material") and self._shard == 0:
            yield Output("matches", key, {**whose, "type": "change", "urgent": bool(said.get("urgent"))})
        for number, chunk in enumerate(chunks(answered.matches)):
            yield Output("matches", key, {**place, "type": "chunk", "chunk": number, "people": len(answered.matches), **chunk})
        yield Output("matches", key, {**place, "type": "end", "matched": len(answered.matches)})


def question_of(version: Version, summary: Summary, accepted_at: Instant | None) -> Question:
    """The event's side of CONTRACT's matching rules: what it declared, else what was read."""
    day: datetime | None = version.published_at or accepted_at
    return Question(
        regions=summary.regions,
        title=version.title,
        text=version.source_text,
        topics=summary.topics,
        audiences=summary.audiences,
        industries=summary.industries,
        site=version.site,
        type=summary.type,
        eligibility=limits(version.declared.get("eligibility")),
        accepted_at=accepted_at,
        on=day.astimezone(_ZONE).date() if day else None,
    )


def limits(eligibility: Mapping[str, Mapping[str, float]] | None) -> dict[str, Limit]:
    """`{"age": {"min": 60}}` as limits; `{}` or neither end limits nothing."""
    return {
        name: Limit(ends.get("min"), ends.get("max"))
        for name, ends in (eligibility or {}).items()
        if ends.get("min") is not None or ends.get("max") is not None
    }


def chunks(matches: Iterable[Match]) -> Iterator[dict[str, Any]]:
    """At most 1,000 people a chunk, and fewer when their reasons are so various that a record would grow too large."""
    groups: dict[str, int] = {}
    members: list[tuple[int, int]] = []
    weight = 0
    for match in matches:
        body = json.dumps(
            {"eligibility": match.eligibility, "reasons": {str(position): why for position, why in match.reasons.items()}},
            ensure_ascii=False,
        )
        if body not in groups:
            weight += len(body.encode())
            if members and weight > CHUNK_GROUP_BYTES:
                yield _chunk(groups, members)
                groups, members, weight = {}, [], len(body.encode())
            groups[body] = len(groups)
        members.append((match.subscriber_no, groups[body]))
        if len(members) == CHUNK_PEOPLE:
            yield _chunk(groups, members)
            groups, members, weight = {}, [], 0
    if members:
        yield _chunk(groups, members)


def _chunk(groups: Mapping[str, int], members: Sequence[tuple[int, int]]) -> dict[str, Any]:
    return {"groups": [json.loads(body) for body in groups], "members": [list(member) for member in members]}
