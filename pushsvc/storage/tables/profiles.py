"""Subscribers, their endpoints and consent, their interests, and the change feed that the matcher follows."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from pushsvc.storage.tables.base import Counter, an_id, json, metadata, moment, sealed, text

subscribers = Table(
    "subscribers",
    metadata,
    # Dense, because chunks and bitmaps carry it; counted in profile_counters, so that no number is ever given twice.
    Column("subscriber_no", Counter, primary_key=True, autoincrement=False),
    Column("subscriber_id", String(100), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("language", String(2), nullable=True),  # not said: the installation's own
    Column("timezone", String(60), nullable=True),
    json("preferences"),
    json("places"),
    json("industries"),
    json("attributes"),
    moment("age_as_of", nullable=True),
    moment("paused_until", nullable=True),
    Column("large_print", Boolean, nullable=True),
    # No position below it is given to a new interest: reasons of old notices name positions of interests that are gone.
    Column("next_position", Integer, nullable=True),
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
    moment("withdrawn_at", nullable=True),  # the person said stop; a consent given later than this opens it again
    moment("closed_at", nullable=True),  # the last import no longer names it
    moment("suppressed_at", nullable=True),  # the mailbox is dead
    text("suppressed_reason", nullable=True),
    sqlite_autoincrement=True,  # a delivery names it for good
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
"""The evidence, append only: every consent and every withdrawal, with where it was given. A repeat adds no row."""
Index(
    "uq_consents_evidence",
    consents.c.subscriber_no,
    consents.c.channel,
    consents.c.address_hash,
    consents.c.given,
    consents.c.at,
    unique=True,
)

stopped_subjects = Table(
    "stopped_subjects",
    metadata,
    Column("subscriber_no", BigInteger, primary_key=True),
    Column("subject", String(40), primary_key=True),  # the interest_id that the person does not want to hear of
    moment("at"),
)
"""Kept beside the interest, so that an import that drops and brings back the same question does not wake it."""

stops = Table(
    "stops",
    metadata,
    Column("stop_id", Counter, primary_key=True, autoincrement=True),
    Column("scope", String(10), nullable=False),  # endpoint, everything, subject
    Column("subscriber_no", BigInteger, nullable=False, index=True),
    text("source"),
    moment("at"),
    moment("undone_at", nullable=True),
    sqlite_autoincrement=True,  # an undo link of long ago must not undo the stop of somebody else
)

stop_effects = Table(
    "stop_effects",
    metadata,
    Column("stop_id", BigInteger, primary_key=True),
    Column("subject", String(40), primary_key=True, index=True),  # an endpoint_id in digits, or an interest_id
    moment("before", nullable=True),  # what withdrawn_at was
    moment("after"),  # what the stop made of it
)
"""What each stop moved, so that its undo moves exactly that back, and nothing that was changed again since."""

erasures = Table(
    "erasures",
    metadata,
    Column("subject_hash", LargeBinary(32), primary_key=True),  # the keyed hash of an erased id, or of an address of it
    moment("erased_at"),
)
"""All that is kept of the erased: what a later import must be newer than."""

profile_changes = Table(
    "profile_changes",
    metadata,
    Column("change_no", BigInteger, primary_key=True, autoincrement=False),
    Column("subscriber_no", BigInteger, nullable=False),
    moment("at"),
)
"""The change feed. `change_no` is taken under one lock inside the writing transaction, so its order is commit order."""

profile_counters = Table(
    "profile_counters",
    metadata,
    Column("name", String(20), primary_key=True),  # change, subscriber
    Column("value", BigInteger, nullable=False),
)
"""The last number given. Its row is the lock under which profiles are written, and a rollback leaves no gap."""

matcher_positions = Table(
    "matcher_positions",
    metadata,
    Column("shard", Integer, primary_key=True),
    Column("of", Integer, primary_key=True),
    Column("change_no", BigInteger, nullable=False),
    moment("at"),  # the matcher's sign of life
)
"""How far each running matcher has followed the change feed."""
