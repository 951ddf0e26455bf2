"""The passages of each publication as it stands, one to three sentences each, kept so that a search finds them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.publications import Version
from pushsvc.domain.summaries import Summary
from pushsvc.domain.time import Instant
from pushsvc.publications.word_parts import FIRST, TITLE, parts, region_part
from pushsvc.storage.database import Transaction
from pushsvc.storage.full_text import file_passages, remove_passages
from pushsvc.storage.rows import insert_new, one_of
from pushsvc.storage.tables.publications import publications
from pushsvc.storage.tables.search import search_entries

MOST_SENTENCES = 3
#: A passage is closed when it has so many characters, and none has more than LONGEST; Latin letters count half.
LONG_ENOUGH, LONGEST = 90, 300
#: The position has 8 bits of a passage's number, the entry 32, the day the rest.
MOST_PASSAGES = 256
_ENTRIES = 1 << 32
_EPOCH = date(1970, 1, 1)
_END = re.compile(r"[。！？!?；;]+[”’」』）)\"]*|\n+|\.(?=\s+[A-Z“\"(]|\s*$)")


@dataclass(frozen=True)
class Passage:
    """`source_text[start:end]`, and the parts by which it is found."""

    start: int
    end: int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Shelved:
    """A publication in one version, ready for the search. `day`: days since 1970."""

    publication_id: str
    version_id: str
    day: int
    open_until: Instant | None
    passages: tuple[Passage, ...]


def shelved(version: Version, summary: Summary, open_until: Instant | None, known_at: Instant) -> Shelved:
    """Pure, and the most of the work: some milliseconds for a long document. `known_at` counts where no date is said."""
    on = (version.published_at or known_at).astimezone(UTC)
    title = [TITLE + part for part in parts(version.title)]
    everywhere = [*title, *map(region_part, summary.regions)]
    made = [
        Passage(start, end, (*parts(version.source_text[start:end]), *everywhere, *([FIRST] if position == 0 else [])))
        for position, (start, end) in enumerate(split(version.source_text, _behind_title(version)))
    ]
    day = max(0, (on.date() - _EPOCH).days)
    return Shelved(version.publication_id, version.version_id, day, open_until, tuple(made))


def split(text: str, begin: int = 0) -> list[tuple[int, int]]:
    """The passages of a text from `begin` on as spans: whole sentences, one to three, where a sentence is not longer than
    LONGEST."""
    longest = max(LONGEST, len(text) // (MOST_PASSAGES // 2))
    enough = longest * LONG_ENOUGH // LONGEST
    found = list[tuple[int, int]]()
    start, sentences = begin, 0
    for end in _ends(text, longest, begin):
        if not text[start:end].strip():
            continue
        sentences += 1
        if sentences == MOST_SENTENCES or _weight(text[start:end]) >= enough:
            found.append(_bare(text, start, end))
            start, sentences = end, 0
    if text[start:].strip():
        found.append(_bare(text, start, len(text)))
    return found[:MOST_PASSAGES]


def _behind_title(version: Version) -> int:
    """Where the text begins that does not only repeat the title."""
    text, title = version.source_text, version.title.strip()
    lead = len(text) - len(text.lstrip())
    end = lead + len(title)
    return end if title and text[lead:end] == title and text[end : end + 1] == "\n" and text[end:].strip() else 0


def _ends(text: str, longest: int, begin: int) -> list[int]:
    """Where sentences end; one that is too long ends more often, at a comma or a blank where it has one."""
    ends, last = list[int](), begin
    for end in [*(found.end() for found in _END.finditer(text, begin)), len(text)]:
        while end - last > longest:
            cut = max(text.rfind(mark, last, last + longest) for mark in "，,、 ")
            last = cut + 1 if cut > last else last + longest
            ends.append(last)
        ends.append(end)
        last = end
    return ends


def _weight(text: str) -> int:
    latin = sum(map(str.isascii, text))
    return len(text) - latin // 2


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def passage_no(day: int, entry_no: int, position: int) -> int:
    """The newest day has the highest number, so that a search that reads from the top finds the newest first."""
    return ((day * _ENTRIES) + entry_no) * MOST_PASSAGES + position


def entry_of(number: Any) -> Any:
    """Of a number, or of the column in a statement."""
    return number // MOST_PASSAGES % _ENTRIES


def first_of_day(day: date) -> int:
    """The lowest number that a passage published on that day can have."""
    return passage_no(max(0, (day - _EPOCH).days), 0, 0)


async def shelve(tx: Transaction, wanted: Sequence[Shelved], gone: Collection[str] = ()) -> None:
    """Let the search find these publications as they are now; a repeat changes nothing.

    What is not the version that stands, or was withdrawn (`gone` names more that may be), is not found from then on.
    """
    by_id = {each.publication_id: each for each in wanted}
    ids = {*by_id, *gone}
    if not ids:
        return
    now, there = publications.c, search_entries.c
    rows = await tx.execute(
        sa.select(now.publication_id, now.version_id, now.withdrawn, there.entry_no, there.day, there.version_id.label("held"))
        .outerjoin(search_entries, there.publication_id == now.publication_id)
        .where(one_of(tx, now.publication_id, sorted(ids)))
    )
    new, old = list[Shelved](), list[tuple[int, int]]()
    for row in rows:
        stands = None if row.withdrawn else row.version_id
        if row.held is not None and row.held != stands:
            old.append((row.day, row.entry_no))
        made = by_id.get(row.publication_id)
        if made is not None and made.version_id == stands != row.held:
            new.append(made)
    await _take_off(tx, old)
    await _put_up(tx, new)


async def _take_off(tx: Transaction, entries: Sequence[tuple[int, int]]) -> None:
    if entries:
        await tx.execute(sa.delete(search_entries).where(search_entries.c.entry_no.in_([entry for _, entry in entries])))
        last = MOST_PASSAGES - 1
        await remove_passages(tx, [(passage_no(day, entry, 0), passage_no(day, entry, last)) for day, entry in entries])


async def _put_up(tx: Transaction, new: Sequence[Shelved]) -> None:
    if not new:
        return
    rows = [
        {"publication_id": each.publication_id, "version_id": each.version_id, "day": each.day, "open_until": each.open_until}
        for each in sorted(new, key=lambda each: each.publication_id)
    ]
    await insert_new(tx, search_entries, rows)
    columns = search_entries.c
    by_version = {each.version_id: each for each in new}
    found = await tx.execute(
        sa.select(columns.entry_no, columns.version_id, columns.day).where(
            one_of(tx, columns.publication_id, [each.publication_id for each in new])
        )
    )
    await file_passages(
        tx,
        [
            (passage_no(row.day, row.entry_no, position), each.start, each.end, each.parts)
            for row in found
            if row.version_id in by_version
            for position, each in enumerate(by_version[row.version_id].passages)
        ],
    )
