"""Finding passages by their words, as each database does it best: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

A word part is made of letters and digits only (`publications.word_parts` sees to it), so neither language of queries can be
written by who searches. On SQLite the words of a passage that is gone stay behind, where nothing is found by them: an index
without its own copy of the words cannot take them out, and a passage's number is never given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import expect_many
from pushsvc.storage.tables.search import passages

Word = tuple[str, ...]
"""Word parts that must all stand in the passage. One that ends in `*` stands for all that begin so."""
Asked = Sequence[Sequence[Word]]
"""Of each group one word must stand in the passage."""
#: No passage has a higher number.
HIGHEST = (1 << 63) - 1

_FILE_WORDS = sa.text("INSERT INTO passage_words (rowid, words) VALUES (:passage_no, :words)")
#: All rows of a batch in one statement: an array for each column.
_FILE_POSTGRESQL = sa.text(
    "INSERT INTO passages (passage_no, starts, ends, words)"
    " SELECT n, s, e, array_to_tsvector(string_to_array(w, ' '))"
    " FROM unnest(CAST(:numbers AS bigint[]), CAST(:starts AS int[]), CAST(:ends AS int[]), CAST(:words AS text[]))"
    " AS given(n, s, e, w) ON CONFLICT DO NOTHING"
)
_FIND_SQLITE = sa.text(
    "SELECT rowid FROM passage_words WHERE passage_words MATCH :asked AND rowid BETWEEN :low AND :high"
    " AND EXISTS (SELECT 1 FROM passages WHERE passage_no = passage_words.rowid) ORDER BY rowid DESC LIMIT :most"
)
_FIND_POSTGRESQL = sa.text(
    "SELECT passage_no FROM passages WHERE words @@ CAST(:asked AS tsquery) AND passage_no BETWEEN :low AND :high"
    " ORDER BY passage_no DESC LIMIT :most"
)
_COUNT_SQLITE = (
    "SELECT {n} AS n, count(*) AS found FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH :w{n} LIMIT :most)"
)
_COUNT_POSTGRESQL = (
    "SELECT {n} AS n, count(*) AS found FROM (SELECT 1 FROM passages WHERE words @@ CAST(:w{n} AS tsquery) LIMIT :most) AS p{n}"
)


async def file_passages(tx: Transaction, rows: Sequence[tuple[int, int, int, Sequence[str]]]) -> None:
    """Write passages (number, start, end, word parts), none of which is there."""
    if not rows:
        return
    numbers, starts, ends, parts = zip(*rows, strict=True)
    words = [" ".join(each) for each in parts]
    if tx.dialect.name == "postgresql":
        columns = {"numbers": list(numbers), "starts": list(starts), "ends": list(ends), "words": words}
        await tx.execute(_FILE_POSTGRESQL, columns)
        return
    await tx.execute(
        sa.insert(passages),
        [{"passage_no": number, "starts": start, "ends": end} for number, start, end, _ in rows],
    )
    await tx.execute(_FILE_WORDS, [{"passage_no": number, "words": each} for number, each in zip(numbers, words, strict=True)])


async def remove_passages(tx: Transaction, ranges: Iterable[tuple[int, int]]) -> None:
    """Remove the passages whose numbers lie in one of these ranges, both ends included."""
    number = passages.c.passage_no
    for low, high in ranges:
        await tx.execute(sa.delete(passages).where(number.between(low, high)))


async def plan_for_these(tx: AsyncConnection) -> None:
    """Called before the questions of a transaction. PostgreSQL looks a rare word up in the index and reads a common one from
    the newest passage down: which of them it is, it sees only when it plans for the very words."""
    await expect_many(tx)


async def newest_passages(tx: AsyncConnection, asked: Asked, most: int, low: int = 0, high: int = HIGHEST) -> list[int]:
    """The numbers of the passages that have all that is asked, the highest first; only those between `low` and `high`."""
    statement = _FIND_POSTGRESQL if tx.dialect.name == "postgresql" else _FIND_SQLITE
    bound = {"asked": _written(tx, asked), "low": low, "high": high, "most": most}
    return list((await tx.execute(statement, bound)).scalars())


async def how_common(tx: AsyncConnection, groups: Asked, most: int) -> list[int]:
    """In how many passages one of each group's words stands; `most` for so many or more."""
    if not groups:
        return []
    each = _COUNT_POSTGRESQL if tx.dialect.name == "postgresql" else _COUNT_SQLITE
    statement = " UNION ALL ".join(each.format(n=n) for n in range(len(groups)))
    bound = {f"w{n}": _written(tx, [group]) for n, group in enumerate(groups)}
    found = {row.n: row.found for row in await tx.execute(sa.text(statement), {**bound, "most": most})}
    return [found[n] for n in range(len(groups))]


def _written(tx: AsyncConnection, asked: Asked) -> str:
    both, either, part = (" & ", " | ", _lexeme) if tx.dialect.name == "postgresql" else (" AND ", " OR ", _token)
    return both.join(
        "(" + either.join("(" + both.join(part(each) for each in word) + ")" for word in group) + ")" for group in asked
    )


def _token(part: str) -> str:
    assert part.removesuffix("*").isalnum(), "a word part is letters and digits"
    return f'"{part[:-1]}"*' if part.endswith("*") else f'"{part}"'


def _lexeme(part: str) -> str:
    assert part.removesuffix("*").isalnum(), "a word part is letters and digits"
    return f"'{part[:-1]}':*" if part.endswith("*") else f"'{part}'"
