"""What the search finds publications by. All of it is derived: it is made from publications, contents and summaries, so a
backup leaves it out and a move does not carry it; what is missing is made again (`publications.passages`).

The words of the passages lie where each database searches them best, see `storage.full_text`: on PostgreSQL in
`passages.words`, on SQLite in a virtual table.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR

from pushsvc.storage.tables.base import Counter, an_id, metadata, moment

#: A table whose rows are made from other tables.
DERIVED = {"derived": True}
#: The names of what only one of the two databases has begin so: the comparison of migrations leaves them out.
WORDS = "passage_words"

search_entries = Table(
    "search_entries",
    metadata,
    Column("entry_no", Counter, primary_key=True),  # a new one for each version that is indexed, never given twice
    an_id("publication_id"),
    an_id("version_id"),
    Column("day", Integer, nullable=False),  # days since 1970 to its publication: the newest first, and years
    moment("open_until", nullable=True, index=True),  # its proven deadline
    sqlite_autoincrement=True,
    info=DERIVED,
)
Index("uq_search_entries_publication", search_entries.c.publication_id, unique=True)

passages = Table(
    "passages",
    metadata,
    # The day, the entry and the position in one number: what is newest has the highest.
    Column("passage_no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("starts", Integer, nullable=False),  # source_text[starts:ends]
    Column("ends", Integer, nullable=False),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=True),
    info=DERIVED,
)

#: Without its own copy of the words, and without their places: a passage is short, so its words stand near each other.
SQLITE_WORDS = (
    f"CREATE VIRTUAL TABLE {WORDS} USING fts5"
    "(words, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')"
)
POSTGRESQL_WORDS = f"CREATE INDEX {WORDS} ON passages USING gin (words)"


def kept_tables() -> list[Table]:
    """The tables whose rows cannot be made again, in an order in which they can be filled."""
    return [table for table in metadata.sorted_tables if not table.info.get("derived")]


@event.listens_for(passages, "after_create")
def _make_words(_table: Table, connection: sa.Connection, **_: object) -> None:
    connection.exec_driver_sql(SQLITE_WORDS if connection.dialect.name == "sqlite" else POSTGRESQL_WORDS)
