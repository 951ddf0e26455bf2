"""What operators hold: accounts, paused channels, keys of the vault, the audit trail, small settings of the installation."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table

from pushsvc.storage.tables.base import Counter, json, metadata, moment, sealed, text

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("role", String(12), nullable=False),
    Column("site", String(10), nullable=True),
    text("password_hash"),
    Column("one_time", Boolean, nullable=False, default=True),
    Column("disabled", Boolean, nullable=False, default=False),
    moment("created_at"),
)

paused_channels = Table(
    "paused_channels",
    metadata,
    Column("channel", String(10), primary_key=True),  # email, sms, wechat
    moment("paused_at"),
    text("why"),
)

vault_keys = Table(
    "vault_keys",
    metadata,
    Column("key_id", String(20), primary_key=True),
    Column("purpose", String(10), nullable=False),  # seal, find, token
    sealed("wrapped"),
    moment("created_at"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(120), nullable=False),
    moment("until"),
)
"""Who does what only one process may do at a time, such as the scheduler's duties, and until when unless renewed."""

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Counter, primary_key=True, autoincrement=True),
    moment("at", index=True),
    Column("who", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    text("subject"),
    json("detail", nullable=True),
)

installation = Table(
    "installation",
    metadata,
    Column("name", String(40), primary_key=True),
    json("value"),
)
"""Facts of this installation, for example that a restore has left it paused."""
