"""Attachments that events carry; what documents and their interpretations say of each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "event_attachments",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_event_attachments")),
    )
    op.create_table(
        "publication_names",
        sa.Column("name_key", sa.String(length=40), nullable=False),
        sa.Column("publication_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name_key", "publication_id", name=op.f("pk_publication_names")),
    )
    op.create_index(op.f("ix_publication_names_publication_id"), "publication_names", ["publication_id"])
    op.create_table(
        "interpretation_hints",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("publication_id", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=14), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("key", "publication_id", "relation", name=op.f("pk_interpretation_hints")),
    )
    op.create_index(op.f("ix_interpretation_hints_publication_id"), "interpretation_hints", ["publication_id"])
