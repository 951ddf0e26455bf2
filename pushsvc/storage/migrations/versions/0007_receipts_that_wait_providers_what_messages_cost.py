"""Receipts that wait for their message, providers and their templates, what messages cost, WeChat's quotas and bindings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("first_by", sa.String(length=80), nullable=True),
        sa.Column("first_at", sa.BigInteger(), nullable=True),
        sa.Column("second_by", sa.String(length=80), nullable=True),
        sa.Column("second_at", sa.BigInteger(), nullable=True),
        sa.Column("refused_by", sa.String(length=80), nullable=True),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "channel", name=op.f("pk_approvals")),
    )
    op.create_table(
        "budgets",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("day_most", sa.BigInteger(), nullable=True),
        sa.Column("month_most", sa.BigInteger(), nullable=True),
        sa.Column("warned_day", sa.String(length=20), nullable=True),
        sa.Column("warned_month", sa.String(length=20), nullable=True),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "channel", name=op.f("pk_budgets")),
    )
    op.create_table(
        "charges",
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("estimated", sa.BigInteger(), nullable=False),
        sa.Column("exact", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_charges")),
    )
    op.create_index("ix_charges_at", "charges", ["at"], unique=False)
    op.create_table(
        "incoming",
        sa.Column("incoming_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("said_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("meant", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("helped_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("incoming_id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("said_hash", name=op.f("uq_incoming_said_hash")),
    )
    op.create_index("ix_incoming_address", "incoming", ["address_hash", "at"], unique=False)
    op.create_table(
        "provider_tokens",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_provider_tokens")),
    )
    op.create_table(
        "providers",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_by", sa.String(length=80), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_providers")),
    )
    op.create_table(
        "spending",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "channel", "day", name=op.f("pk_spending")),
    )
    op.create_table(
        "stopped_templates",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "template", name=op.f("pk_stopped_templates")),
    )
    op.create_table(
        "wechat_bindings",
        sa.Column("scene_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subscriber_no", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("scene_hash", name=op.f("pk_wechat_bindings")),
    )
    op.create_index(op.f("ix_wechat_bindings_subscriber_no"), "wechat_bindings", ["subscriber_no"], unique=False)
    op.create_table(
        "wechat_quotas",
        sa.Column("endpoint_id", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", "template", name=op.f("pk_wechat_quotas")),
    )
    op.add_column("deliveries", sa.Column("may_repeat", sa.String(length=40), nullable=True))
    op.add_column("receipts", sa.Column("said_hash", sa.LargeBinary(length=32), nullable=True))
    op.add_column("receipts", sa.Column("segments", sa.Integer(), nullable=True))
    op.add_column("receipts", sa.Column("price", sa.BigInteger(), nullable=True))
    op.add_column("receipts", sa.Column("applied_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_receipts_open",
        "receipts",
        ["at"],
        unique=False,
        sqlite_where=sa.text("applied_at IS NULL"),
        postgresql_where=sa.text("applied_at IS NULL"),
    )
    op.create_index("uq_receipts_said_hash", "receipts", ["said_hash"], unique=True)
    op.create_index("ix_receipts_heard", "receipts", ["provider", "at"], unique=False)
