"""Search over all publications that stand, answer first: the passages that answer a question, the best first."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.publications.marking import Piece, marked, places_of
from pushsvc.publications.passages import entry_of, first_of_day
from pushsvc.publications.questions import Essential, essentials, is_broad
from pushsvc.publications.word_parts import FIRST, TITLE, parts, region_part
from pushsvc.storage.database import Database
from pushsvc.storage.full_text import HIGHEST, Word, how_common, newest_passages, plan_for_these
from pushsvc.storage.tables.publications import contents, publications, versions
from pushsvc.storage.tables.search import passages, search_entries
from pushsvc.taxonomy.lines import region_line

PAGE = 10
#: What is weighed: the newest so many passages that have all words, of those that have most of them, and titles.
MOST_WEIGHED, MOST_TITLES = 100, 40
#: So often the index is asked for a question.
MOST_LOOKS = 3
#: A word in so many passages says no more by being in twice as many.
COMMON = 200
#: An answer says so much of what was asked, by weight.
_ENOUGH = 0.55
_MOST_LEFT_OUT = 2


@dataclass(frozen=True)
class Answer:
    """One publication with the passage that answers best, in pieces of which some are marked."""

    publication_id: str
    version_id: str
    title: str
    language: Language
    site: str
    url: str
    published_at: Instant | None
    passage: tuple[Piece, ...]


@dataclass(frozen=True)
class Found:
    """One page of answers, and whether there are more. `essentials`: the words that were looked for."""

    answers: tuple[Answer, ...]
    more: bool
    essentials: tuple[Essential, ...]


@dataclass(frozen=True)
class Wish:
    """What is asked. `place`: only what reaches it; `year`: only what was published in it; `page` from 1 on."""

    words: str
    place: str | None = None
    year: int | None = None
    newest: bool = False
    page: int = 1


async def search(database: Database, wish: Wish, today: date) -> Found:
    asked = essentials(wish.words)
    if not asked:
        return Found((), False, ())
    async with database.read() as tx:
        await plan_for_these(tx)
        common = dict(zip(asked, await how_common(tx, [_anywhere(each) for each in asked], COMMON), strict=True))
        weights = _weights(common)
        looked_for = {each: weights[each] for each in asked if weights[each] > 0 and common[each]}
        numbers = await _candidates(tx, looked_for, wish) if _is_enough(looked_for, weights) else []
        rows = await _rows(tx, numbers)
    # Weighing reads some hundred passages: on the loop it would hold everybody else for 20 ms.
    ranked = await asyncio.to_thread(_ranked, rows, weights, wish, today)
    start = (max(1, wish.page) - 1) * PAGE
    shown = ranked[start : start + PAGE]
    words = [word for each in looked_for for word in each.words]
    answers = tuple(
        Answer(
            row.publication_id, row.version_id, row.title, row.language, row.site, row.url, row.published_at,
            tuple(marked(row.passage, words)),
        )
        for row in shown
    )  # fmt: skip
    return Found(answers, len(ranked) > start + PAGE, tuple(asked))


def _weights(common: Mapping[Essential, int]) -> dict[Essential, float]:
    """How much each essential says: the rarer the more. A pair of characters that stands nowhere is no word; but of a run that
    nobody has ever written, something must count: it was asked for."""
    written = {each.of for each, count in common.items() if count}
    missing = {each.of: each for each in common if each.of and each.of not in written}.values()
    return {each: _weight(each, count) if count or each.sure or each in missing else 0.0 for each, count in common.items()}


def _is_enough(looked_for: Mapping[Essential, float], weights: Mapping[Essential, float]) -> bool:
    return bool(looked_for) and sum(looked_for.values()) >= _ENOUGH * sum(weights.values())


def _weight(essential: Essential, count: int) -> float:
    weight = math.log((COMMON + 1) / (count + 1)) + 1
    if not essential.sure and count:
        return weight * 0.4
    return weight * 0.5 if is_broad(essential.written) else weight


async def _candidates(tx: AsyncConnection, weights: Mapping[Essential, float], wish: Wish) -> list[int]:
    """Passages that have all words, in themselves or with their title; where these are few, those that lack the least."""
    low, high = _span(wish.year)
    reach: list[list[Word]] = [[(region_part(code),) for code in region_line(wish.place)]] if wish.place else []
    titled: list[list[Word]] = [[(FIRST,)], *([_titled(word) for word in each.words] for each in weights), *reach]
    found = dict.fromkeys(await newest_passages(tx, titled, MOST_TITLES, low, high))
    for kept in _choices(weights):
        groups: list[list[Word]] = [*(_anywhere(each) for each in kept), *reach]
        found |= dict.fromkeys(await newest_passages(tx, groups, MOST_WEIGHED, low, high))
        if len(found) >= 2 * PAGE:
            break
    return list(found)[: MOST_WEIGHED + MOST_TITLES]


def _choices(weights: Mapping[Essential, float]) -> list[tuple[Essential, ...]]:
    """All words, then all but one or two: those first that keep the most, and none that keeps too little for an answer."""
    asked = list(weights)
    kept = [
        choice
        for left_out in range(min(_MOST_LEFT_OUT, len(asked) - 1) + 1)
        for choice in combinations(asked, len(asked) - left_out)
    ]
    weighed = [(sum(weights[each] for each in choice), choice) for choice in kept]
    enough = _ENOUGH * sum(weights.values())
    weighed.sort(key=lambda each: (-each[0], -len(each[1])))
    return [choice for weight, choice in weighed if weight >= enough][:MOST_LOOKS]


def _anywhere(essential: Essential) -> list[Word]:
    """In the passage or in its title."""
    return [option for word in essential.words for option in (_plain(word), _titled(word))]


def _plain(word: str) -> Word:
    return tuple(parts(word)) or (f"{word}*",)


def _titled(word: str) -> Word:
    return tuple(TITLE + part for part in _plain(word))


def _span(year: int | None) -> tuple[int, int]:
    if year is None:
        return 0, HIGHEST
    return first_of_day(date(year, 1, 1)), first_of_day(date(year + 1, 1, 1)) - 1


@dataclass(frozen=True)
class _Row:
    publication_id: str
    version_id: str
    work_id: str
    title: str
    language: Language
    site: str
    url: str
    published_at: Instant | None
    day: int
    passage: str


async def _rows(tx: AsyncConnection, numbers: Collection[int]) -> list[_Row]:
    if not numbers:
        return []
    row, entry = passages.c, search_entries.c
    text = sa.func.substr(contents.c.source_text, row.starts + 1, row.ends - row.starts)
    entries = {number: entry_of(number) for number in numbers}
    known: dict[int, Any] = {
        each.entry_no: each
        for each in await tx.execute(
            sa.select(
                entry.entry_no, entry.day, versions.c.publication_id, versions.c.version_id, versions.c.work_id,
                versions.c.title, versions.c.language, versions.c.site, versions.c.url, versions.c.published_at,
            )
            .join(versions, versions.c.version_id == entry.version_id)
            .join(publications, publications.c.publication_id == entry.publication_id)
            .where(entry.entry_no.in_(set(entries.values())), publications.c.withdrawn.is_(False))
        )
    }  # fmt: skip
    texts = await tx.execute(
        sa.select(row.passage_no, text.label("passage"))
        .join(search_entries, entry.entry_no == entry_of(row.passage_no))
        .join(versions, versions.c.version_id == entry.version_id)
        .join(contents, contents.c.content_id == versions.c.content_id)
        .where(row.passage_no.in_(list(numbers)))
    )
    return [
        _Row(
            of.publication_id, of.version_id, of.work_id, of.title, of.language, of.site, of.url, of.published_at, of.day,
            each.passage,
        )
        for each in texts
        if (of := known.get(entries[each.passage_no])) is not None
    ]  # fmt: skip


def _ranked(rows: Sequence[_Row], weights: Mapping[Essential, float], wish: Wish, today: date) -> list[_Row]:
    """One passage a work, the best of it; the best works first, among equals the newest."""
    best = dict[str, tuple[float, int, _Row]]()
    for row in rows:
        score = _score(row, weights)
        if score > 0 and (row.work_id not in best or best[row.work_id][:2] < (score, row.day)):
            best[row.work_id] = (score, row.day, row)
    ordered = sorted(best.values(), key=lambda each: each[2].publication_id)
    if wish.newest:
        ordered.sort(key=lambda each: -each[1])
    else:
        now = (today - date(1970, 1, 1)).days
        ordered.sort(key=lambda each: (-round(each[0] + 0.15 * math.exp(-max(0, now - each[1]) / 365), 1), -each[1]))
    return [row for _, _, row in ordered]


def _score(row: _Row, weights: Mapping[Essential, float]) -> float:
    """0 for no answer, else up to about 2: what it says of what was asked, in how little room, and the title's part."""
    total = sum(weights.values()) or 1.0
    said = in_title = 0.0
    spots = list[int]()
    for essential, weight in weights.items():
        here = places_of(row.passage, essential.words)
        titled = bool(places_of(row.title, essential.words))
        said += weight if here else 0.8 * weight if titled else 0.0
        in_title += weight if titled else 0.0
        if here:
            spots.append(here[0][0])
    if said / total < _ENOUGH or not said:
        return 0.0
    nearness = 1 - (max(spots) - min(spots)) / max(len(row.passage), 1) if spots else 0.0
    is_heading = len(row.passage) < 15
    return said / total + 0.4 * in_title / total + 0.2 * nearness - (0.3 if is_heading or not spots else 0.0)
