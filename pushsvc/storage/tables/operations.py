"""What operators hold: accounts, paused channels, keys of the vault, the audit trail, small settings of the installation."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from pushsvc.storage.tables.base import Counter, Moment, an_id, json, metadata, moment, sealed, text

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("role", String(12), nullable=False),
    Column("site", String(10), nullable=True),
    text("password_hash"),
    Column("one_time", Boolean, nullable=False, default=True),
    Column("disabled", Boolean, nullable=False, default=False),
    sealed("totp", nullable=True),  # the secret of a second factor, for whoever set one up
    Column("totp_step", BigInteger, nullable=True),  # the last 30 seconds whose code was used: no code works twice
    moment("created_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", LargeBinary(32), primary_key=True),  # SHA-256 of what the cookie carries
    Column("kind", String(8), nullable=False),  # citizen, console
    Column("subject", String(100), nullable=False),  # a subscriber_no in digits, or the name of an account
    moment("created_at"),
    moment("seen_at"),
    moment("ends_at", index=True),
)
"""Who is signed in. A row that is deleted ends the session at its next request."""
Index("ix_sessions_subject", sessions.c.kind, sessions.c.subject)

paused_channels = Table(
    "paused_channels",
    metadata,
    Column("channel", String(10), primary_key=True),  # email, sms, wechat
    moment("paused_at"),
    text("why"),
)

paused_sites = Table(
    "paused_sites",
    metadata,
    Column("site", String(10), primary_key=True),
    moment("paused_at"),
    Column("who", String(80), nullable=False),
    text("why"),
)
"""Sites of which nobody is told for now: what they publish is read and planned, and waits for a release."""

service_messages = Table(
    "service_messages",
    metadata,
    an_id("message_id", primary_key=True),  # derived: the same message is queued once
    Column("kind", String(20), nullable=False),  # code, welcome, …: the name of its template
    Column("channel", String(10), nullable=False),
    sealed("address", nullable=True),  # empty once it has left
    Column("subscriber_no", BigInteger, nullable=True, index=True),
    Column("language", String(2), nullable=False),
    sealed("words", nullable=True),  # JSON: what its template is filled with; empty once it has left
    Column("state", String(10), nullable=False),  # waiting, sent, dead
    moment("due_at"),
    moment("until"),  # of no use any more after this
    Column("tries", Integer, nullable=False, default=0),
    moment("leased_until", nullable=True),
    Column("code", String(40), nullable=True),
    text("why", nullable=True),
    moment("created_at"),
    moment("ended_at", nullable=True),
    Column("provider_id", String(120), nullable=True),  # of an SMS: whose its receipt is (ledger/traces.py)
)
"""What the service itself says to one person: a code, a welcome, a source that fell silent. No notice, and no publication."""
Index("ix_service_messages_due", service_messages.c.state, service_messages.c.due_at)
_named = service_messages.c.provider_id.is_not(None)
Index("ix_service_messages_named", service_messages.c.provider_id, sqlite_where=_named, postgresql_where=_named)

reports = Table(
    "reports",
    metadata,
    Column("report_id", Counter, primary_key=True, autoincrement=True),
    an_id("delivery_id"),
    an_id("publication_id", index=True),
    an_id("version_id"),
    text("sentence"),  # of ours, the one that the reader found wrong
    sealed("words", nullable=True),  # the reader's own words
    moment("at", index=True),
    moment("closed_at", nullable=True),
    Column("closed_by", String(80), nullable=True),
    text("answer", nullable=True),
)
"""Errors that readers reported, for the operator."""

tallies = Table(
    "tallies",
    metadata,
    Column("width", Integer, primary_key=True),  # seconds of a bucket: 60 or 3600
    Column("bucket", Moment, primary_key=True),
    Column("what", String(30), primary_key=True),  # events, matched, told, failed, …
    Column("channel", String(12), primary_key=True),  # or a stage, or ""
    Column("bin", Integer, primary_key=True),  # of a histogram, else 0
    Column("value", BigInteger, nullable=False),
)
"""What the dashboard shows, counted from the ledger by minutes and hours: made anew, never counted up."""

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
    Column("chain", LargeBinary(32), nullable=True),  # SHA-256 of the row before and of this one
)
"""What people did here. `chain` ties each row to the one before: whoever changes or removes one breaks it."""

installation = Table(
    "installation",
    metadata,
    Column("name", String(40), primary_key=True),
    json("value"),
)
"""Facts of this installation, for example that a restore has left it paused."""
