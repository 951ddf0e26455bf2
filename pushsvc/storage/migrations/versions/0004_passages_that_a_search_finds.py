"""Passages that a search finds, and the deadline of each publication."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("entry_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication_id", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("entry_no", name=op.f("pk_search_entries")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_search_entries_publication", "search_entries", ["publication_id"], unique=True)
    op.create_index(op.f("ix_search_entries_open_until"), "search_entries", ["open_until"], unique=False)
    op.create_table(
        "passages",
        sa.Column("passage_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("passage_no", name=op.f("pk_passages")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE passage_words USING fts5"
            "(words, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute("CREATE INDEX passage_words ON passages USING gin (words)")
