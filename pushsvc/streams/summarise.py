"""SUMMARISE: what a version says, in facts and plain words, and what it changed against the one before it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pushsvc.clock import Clock
from pushsvc.domain.publications import Change, Version, change_id
from pushsvc.domain.records import Output, Record
from pushsvc.domain.summaries import Summary
from pushsvc.errors import InvalidRecord
from pushsvc.plain.changes import changed
from pushsvc.publications import loading
from pushsvc.publications.filling import ready
from pushsvc.publications.passages import Shelved, shelve
from pushsvc.sites import registry
from pushsvc.storage.database import Database, Transaction

Writer = Callable[[Version, str | None, str | None], Summary]
"""Writes the summary of a version, given its site's region and the name of who issued it."""

Reworder = Callable[[Sequence[tuple[Version, Summary]]], Awaitable[Mapping[str, Summary]]]
"""The same summaries by version id, some in better words; it never fails, and takes no longer than it promises."""

#: The fields that decide whom a version answers: when one of them moved, the index is asked again.
_ASKED_BY = ("regions", "topics", "audiences", "industries", "type")


@dataclass(frozen=True)
class Summarised:
    """One version record with all that summarise found out about it."""

    record: Record
    summary: Summary | None
    change: Change
    asks: bool
    shelved: Shelved | None = None
    """What the search finds of it; None for what was withdrawn, and for a test."""


class Summarise:
    """The stage. `write` is the room `plain`; it runs in a thread, so that a long document holds nobody's heartbeat.

    `reword`, where there is one, words new summaries better. What is written is stored, so nothing is reworded twice.
    """

    def __init__(self, database: Database, clock: Clock, write: Writer, reword: Reworder | None = None) -> None:
        self._database = database
        self._clock = clock
        self._write = write
        self._reword = reword

    async def prepare(self, records: Sequence[Record]) -> Sequence[Summarised]:
        wanted = {str(record.value[name]) for record in records for name in ("version_id", "before") if record.value.get(name)}
        async with self._database.read() as tx:
            versions = await loading.versions(tx, wanted)
            written = await loading.summaries(tx, wanted)
            names = await registry.names_and_regions(tx, {version.site for version in versions.values()})
        missing = [version for key, version in versions.items() if key not in written]
        fresh = await asyncio.to_thread(self._write_all, missing, names)
        if self._reword is not None and fresh:
            fresh |= await self._reword([(version, fresh[version.version_id]) for version in missing])
        judged = [self._judge(record, versions, {**written, **fresh}) for record in records]
        return await asyncio.to_thread(lambda: [_made_ready(done, versions) for done in judged])

    async def apply(self, tx: Transaction, prepared: Sequence[Summarised]) -> Sequence[Output]:
        now = self._clock.now()
        await loading.save_summaries(
            tx, {str(done.record.value["version_id"]): done.summary for done in prepared if done.summary is not None}, now
        )
        await loading.judge_revisions(
            tx,
            [
                (str(done.record.value["publication_id"]), int(done.record.value["revision"]), done.change)
                for done in prepared
                if not done.record.value.get("test")
            ],
        )
        await shelve(
            tx,
            [done.shelved for done in prepared if done.shelved is not None],
            gone=[str(done.record.value["publication_id"]) for done in prepared if done.change.kind == "withdrawn"],
        )
        return [
            Output(
                "summaries",
                done.record.key,
                {**done.record.value, "material": done.change.material, "urgent": done.change.urgent, "asks": done.asks},
            )
            for done in prepared
        ]

    def _write_all(self, versions: Sequence[Version], names: Mapping[str, tuple[str, str]]) -> dict[str, Summary]:
        summaries = {}
        for version in versions:
            organisation, region = names.get(version.site, (None, None))
            summaries[version.version_id] = self._write(version, region, organisation)
        return summaries

    def _judge(self, record: Record, versions: Mapping[str, Version], summaries: Mapping[str, Summary]) -> Summarised:
        said = record.value
        change = change_id(str(said["publication_id"]), int(said["revision"]))
        if said["kind"] == "withdrawn":
            return Summarised(record, None, Change(change, "withdrawn", material=True, urgent=True), asks=False)
        version = str(said["version_id"])
        if version not in summaries:
            raise InvalidRecord(f"version {version} is not in the store: replay the event that brought it")
        after, before = summaries[version], summaries.get(str(said.get("before")))
        if said["kind"] == "new" or before is None:
            return Summarised(record, after, Change(change, "new", material=False), asks=True)
        if said.get("restored"):  # it was withdrawn and is published again: who was told of that hears that it holds
            return Summarised(record, after, Change(change, "changed", material=True, urgent=True), asks=True)
        material, told, urgent = changed(
            before,
            after,
            declared_before=versions[str(said["before"])].declared,
            declared_after=versions[version].declared,
            before_text=versions[str(said["before"])].source_text,
            after_text=versions[version].source_text,
        )
        moved = any(getattr(before, name) != getattr(after, name) for name in _ASKED_BY)
        return Summarised(record, after, Change(change, "changed", material, told, urgent), asks=material or moved)


def _made_ready(done: Summarised, versions: Mapping[str, Version]) -> Summarised:
    if done.summary is None or done.record.value.get("test"):
        return done
    return replace(done, shelved=ready(versions[str(done.record.value["version_id"])], done.summary, done.record.at))
