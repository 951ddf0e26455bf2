"""Emergencies, and whether two people have approved that they pass quiet hours; who has the name of a provider; what each
provider cost by day; the provider's id of an SMS of the service itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "emergencies",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("publication_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("first_by", sa.String(length=80), nullable=True),
        sa.Column("first_at", sa.BigInteger(), nullable=True),
        sa.Column("second_by", sa.String(length=80), nullable=True),
        sa.Column("second_at", sa.BigInteger(), nullable=True),
        sa.Column("refused_by", sa.String(length=80), nullable=True),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_emergencies")),
    )
    op.create_index("ix_emergencies_seen_at", "emergencies", ["seen_at"], unique=False)
    op.add_column("providers", sa.Column("identity", sa.String(length=40), nullable=True))
    op.create_table(
        "spending_by_provider",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "channel", "day", name=op.f("pk_spending_by_provider")),
    )
    # Who carried a message at last stood in its delivery only.
    op.execute(
        "UPDATE charges SET provider = coalesce((SELECT nullif(d.provider, '') FROM deliveries d"
        " WHERE d.delivery_id = charges.delivery_id), provider, '')"
    )
    op.execute(
        "INSERT INTO spending_by_provider (provider, channel, day, spent)"
        " SELECT provider, channel, day, sum(coalesce(exact, estimated)) FROM charges GROUP BY provider, channel, day"
    )
    op.drop_index("ix_receipts_heard", table_name="receipts")
    op.create_index("ix_receipts_heard", "receipts", ["provider", "state", "at"], unique=False)
    op.add_column("service_messages", sa.Column("provider_id", sa.String(length=120), nullable=True))
    named = sa.text("provider_id IS NOT NULL")
    op.create_index(
        "ix_service_messages_named", "service_messages", ["provider_id"], unique=False,
        sqlite_where=named, postgresql_where=named,
    )  # fmt: skip
    op.create_index("ix_drafts_event_id", "drafts", ["event_id"], unique=False)
    # From now on an SMS without a provider was offered to nobody. The version before wrote none down: what it has in hand may
    # be with any of them.
    op.execute("UPDATE deliveries SET provider = '' WHERE claim IS NOT NULL AND channel = 'sms' AND provider IS NULL")
