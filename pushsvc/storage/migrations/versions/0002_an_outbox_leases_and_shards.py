"""An outbox for Kafka, leases, and matcher shards whose number may change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_outbox")),
    )
    _make_anew(
        "ends",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "of", "shard", name=op.f("pk_ends")),
    )
    _make_anew(
        "chunks",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("members_hash", sa.String(length=32), nullable=False),
        sa.Column("suppressed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "of", "shard", "chunk", name=op.f("pk_chunks")),
    )


def _make_anew(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A primary key with one more column: SQLite cannot alter one. Before, there was one shard of one."""
    op.rename_table(name, f"{name}_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX pk_{name} RENAME TO pk_{name}_before")
    op.create_table(name, *parts)
    written = ", ".join(f'"{part.name}"' for part in parts if isinstance(part, sa.Column))
    read = written if name == "ends" else written.replace('"of"', "1")
    op.execute(f"INSERT INTO {name} ({written}) SELECT {read} FROM {name}_before")
    op.drop_table(f"{name}_before")
