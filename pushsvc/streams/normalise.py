"""NORMALISE: reads an event's content, and decides which state it makes of its publication."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pushsvc.clock import Clock
from pushsvc.domain.publications import Reading
from pushsvc.domain.records import Output, Record
from pushsvc.errors import InvalidRecord
from pushsvc.publications import store as publications
from pushsvc.sites import fetch_queue
from pushsvc.sites import store as events
from pushsvc.sites.events import Body
from pushsvc.sites.store import StoredEvent
from pushsvc.storage.database import Database, Transaction
from pushsvc.streams.states import NameIt, Read, States, WorkKey
from pushsvc.telemetry import count


@dataclass(frozen=True)
class Readers:
    """The room `plain`, as far as this stage needs it."""

    decode: Callable[[bytes, str | None], str]
    read_html: Callable[[str], Reading]
    read_text: Callable[[str, str | None], Reading]
    work_key: WorkKey
    name_it: NameIt


class Normalise:
    """The stage. Reading runs in a thread, so that a long document holds nobody's heartbeat."""

    def __init__(self, database: Database, clock: Clock, readers: Readers) -> None:
        self._database, self._clock, self._readers = database, clock, readers

    async def prepare(self, records: Sequence[Record]) -> Sequence[Read]:
        ids = [str(record.value.get("event_id")) for record in records]
        async with self._database.read() as tx:
            stored = await events.load_events(tx, ids)
        missing = [each for each in ids if each not in stored]
        if missing:
            raise InvalidRecord(f"event {missing[0]} is not in the store: send it again")
        return await asyncio.to_thread(lambda: [self._read(stored[each]) for each in ids])

    async def apply(self, tx: Transaction, prepared: Sequence[Read]) -> Sequence[Output]:
        """Decides event by event, in their order; writes the whole batch at its end."""
        now = self._clock.now()
        batch = await States.load(tx, prepared, self._readers.work_key, self._readers.name_it)
        outputs = [output for read in prepared for output in batch.decide(read)]
        await publications.write(tx, batch.changes, now)
        await events.note_fates(tx, batch.decided)
        for fate in batch.decided:
            count("versions", outcome=fate.outcome)
        await fetch_queue.ask_again(tx, batch.to_fetch, now)
        return outputs

    def _read(self, stored: StoredEvent) -> Read:
        event, body = stored.event, stored.body
        if event.event == "withdrawn" or body is None:
            return Read(event, None, None, fetched=False)
        title = event.declared.get("title")
        reading = self._readings(body, title)
        key = self._readers.work_key(str(title or reading.title), reading.source_text)
        return Read(event, reading, key, fetched=body.form.endswith("-bytes"))

    def _readings(self, body: Body, title: str | None) -> Reading:
        if body.form in ("html", "text"):
            text = body.content.decode("utf-8")
        else:
            # A zero byte means nothing in a text, and PostgreSQL cannot keep one.
            text = self._readers.decode(body.content, body.charset).replace("\x00", " ")
        return self._readers.read_html(text) if body.form.startswith("html") else self._readers.read_text(text, title)
