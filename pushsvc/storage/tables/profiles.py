"""Subscribers, their endpoints and consent, their interests, and the change feed that the matcher follows."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from pushsvc.storage.tables.base import Counter, an_id, json, metadata, moment, sealed, text

subscribers = Table(
    "subscribers",
    metadata,
    Column("subscriber_no", Counter, primary_key=True, autoincrement=True),  # dense: chunks and bitmaps carry it
    Column("subscriber_id", String(100), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("timezone", String(60), nullable=False),
    json("preferences"),
    json("places"),
    json("industries"),
    json("attributes"),
    moment("age_as_of", nullable=True),
    moment("paused_until", nullable=True),
    moment("created_at"),
    moment("changed_at"),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("endpoint_id", Counter, primary_key=True, autoincrement=True),
    Column("subscriber_no", BigInteger, nullable=False, index=True),
    Column("channel", String(10), nullable=False),
    Column("position", Integer, nullable=False),
    sealed("address"),
    Column("address_hash", LargeBinary(32), nullable=False, index=True),
    moment("consent_at"),
    text("consent_source"),
    moment("withdrawn_at", nullable=True),  # the person said stop
    moment("suppressed_at", nullable=True),  # the mailbox is dead
    text("suppressed_reason", nullable=True),
)
Index("uq_endpoints_address", endpoints.c.subscriber_no, endpoints.c.channel, endpoints.c.address_hash, unique=True)

interests = Table(
    "interests",
    metadata,
    an_id("interest_id", primary_key=True),
    Column("subscriber_no", BigInteger, nullable=False, index=True),
    Column("position", Integer, nullable=False),
    json("body"),
    Column("paused", Boolean, nullable=False, default=False),
    moment("saved_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", Counter, primary_key=True, autoincrement=True),
    Column("subscriber_no", BigInteger, nullable=False, index=True),
    Column("channel", String(10), nullable=False),
    Column("address_hash", LargeBinary(32), nullable=False),
    Column("given", Boolean, nullable=False),
    moment("at"),
    text("source"),
    moment("noted_at"),
)
"""The evidence, append only: every consent and every withdrawal, with where it was given."""

stopped_subjects = Table(
    "stopped_subjects",
    metadata,
    Column("subscriber_no", BigInteger, primary_key=True),
    Column("subject", String(40), primary_key=True),  # an interest_id or a topic that the person does not want
    moment("at"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("subscriber_hash", LargeBinary(32), primary_key=True),
    moment("erased_at"),
)

profile_changes = Table(
    "profile_changes",
    metadata,
    Column("change_no", BigInteger, primary_key=True, autoincrement=False),
    Column("subscriber_no", BigInteger, nullable=False),
    moment("at"),
)
"""The change feed. `change_no` is taken under one lock inside the writing transaction, so its order is commit order."""
