"""NORMALISE: reads an event's content, and decides which state it makes of its publication."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pushsvc.clock import Clock
from pushsvc.domain.attachments import Attachment, AttachmentText, WhyNot
from pushsvc.domain.publications import Reading
from pushsvc.domain.records import Output, Record
from pushsvc.errors import InvalidRecord
from pushsvc.publications import store as publications
from pushsvc.sites import fetch_queue
from pushsvc.sites import store as events
from pushsvc.sites.events import Body
from pushsvc.sites.store import Fate, StoredEvent
from pushsvc.storage.database import Database, Transaction
from pushsvc.streams.states import NameIt, Read, States, WorkKey
from pushsvc.telemetry import count

#: Fetched forms that are files: how their names end, and their media types.
_FILES = {
    "pdf-bytes": (".pdf", "application/pdf"),
    "docx-bytes": (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@dataclass(frozen=True)
class Readers:
    """The room `plain`, as far as this stage needs it."""

    decode: Callable[[bytes, str | None], str]
    read_attachments: Callable[[Sequence[Attachment]], Sequence[AttachmentText]]
    why_words: Callable[[WhyNot], Mapping[str, str]]
    read_document: Callable[[str | None, str | None, str | None, Sequence[AttachmentText]], Reading]
    """(page, text, title, attachments): one of page and text is None."""
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
        notes = {read.event.event_id: read.notes for read in prepared}
        await events.note_fates(tx, [_with_notes(fate, notes.get(fate.event_id, ())) for fate in batch.decided])
        for fate in batch.decided:
            count("versions", outcome=fate.outcome)
        await fetch_queue.ask_again(tx, batch.to_fetch, now)
        return outputs

    def _read(self, stored: StoredEvent) -> Read:
        event, body = stored.event, stored.body
        if event.event == "withdrawn" or body is None:
            return Read(event, None, None, fetched=False)
        title = event.declared.get("title")
        carried = [*_as_file(body, event.url), *stored.attachments]
        beside = self._readers.read_attachments(carried) if carried else ()
        reading = self._readings(body, title, beside)
        key = self._readers.work_key(str(title or reading.title), reading.source_text)
        notes = tuple(self._note(each) for each in beside if each.why and each.why != "linked")
        return Read(event, reading, key, fetched=body.form.endswith("-bytes"), notes=notes)

    def _note(self, each: AttachmentText) -> str:
        """For the site, in both languages: sites and operators share these notes."""
        words = self._readers.why_words(each.why) if each.why else {}
        said = "read in part" if each.text else "not read"
        return f'attachments: "{each.name[:120]}" {said} ({each.why}): {words.get("zh", "")}; {words.get("en", "")}'

    def _readings(self, body: Body, title: str | None, beside: Sequence[AttachmentText]) -> Reading:
        if body.form in _FILES:
            # A document without a page: the file is the text, and where it cannot be read the error says why.
            text = ""
        elif body.form in ("html", "text"):
            text = body.content.decode("utf-8")
        else:
            # A zero byte means nothing in a text, and PostgreSQL cannot keep one.
            text = self._readers.decode(body.content, body.charset).replace("\x00", " ")
        page = body.form.startswith("html")
        return self._readers.read_document(text if page else None, None if page else text, title, beside)


def _as_file(body: Body, url: str) -> Sequence[Attachment]:
    """A PDF or DOCX that was fetched as the document itself, under the name in its address."""
    if body.form not in _FILES:
        return ()
    ending, media_type = _FILES[body.form]
    stem = PurePosixPath(unquote(urlsplit(url).path)).stem or "document"
    return (Attachment(stem + ending, media_type, body.content),)


def _with_notes(fate: Fate, notes: Sequence[str]) -> Fate:
    return replace(fate, note="\n".join([fate.note, *notes] if fate.note else notes)) if notes else fate
