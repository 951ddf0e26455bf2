"""The ledger: whatever is not in it did not happen."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from pushsvc.storage.tables.base import Counter, an_id, json, metadata, moment, sealed, text

notices = Table(
    "notices",
    metadata,
    an_id("notice_id", primary_key=True),
    Column("subscriber_no", BigInteger, nullable=False, index=True),
    an_id("work_id"),
    Column("kind", String(12), nullable=False),  # new, correction, withdrawal, reminder
    Column("reason", String(60), nullable=False, default=""),
    an_id("event_id"),
    an_id("publication_id"),
    Column("revision", Integer, nullable=False),
    an_id("version_id"),
    Column("eligibility", String(8), nullable=True),
    json("reasons", nullable=True),  # {"0": ["region:510000", …]}
    # planned while a delivery carries it (what became of it stands there); suppressed with a reason; cancelled by a
    # withdrawal, replaced by a newer version before it left.
    Column("state", String(12), nullable=False),
    Column("suppressed", String(40), nullable=True),
    # The address that is told. The second key, unique among the planned: one mailbox of two subscribers hears once.
    Column("address_hash", LargeBinary(32), nullable=True),
    an_id("delivery_id", nullable=True, index=True),  # the delivery that carries it now
    moment("deadline", nullable=True),
    moment("created_at"),
    moment("told_at", nullable=True),
    moment("remind_at", nullable=True),  # when to look whether a reminder is wanted; empty once that was done
)
# A publication's people in the order of their numbers: changes and releases walk them, and each event's funnel counts them.
Index("ix_notices_walk", notices.c.publication_id, notices.c.subscriber_no)
_to_remind = notices.c.remind_at.is_not(None)
Index("ix_notices_remind_at", notices.c.remind_at, sqlite_where=_to_remind, postgresql_where=_to_remind)
_stands = notices.c.state == "planned"
Index(
    "uq_notices_address",
    notices.c.address_hash,
    notices.c.work_id,
    notices.c.kind,
    notices.c.reason,
    unique=True,
    sqlite_where=_stands,
    postgresql_where=_stands,
)

deliveries = Table(
    "deliveries",
    metadata,
    an_id("delivery_id", primary_key=True),
    Column("subscriber_no", BigInteger, nullable=False, index=True),
    Column("endpoint_id", BigInteger, nullable=False, index=True),
    Column("channel", String(10), nullable=False),
    Column("kind", String(12), nullable=False),  # new, correction, withdrawal, reminder, digest
    Column("language", String(2), nullable=False),
    Column("urgent", Boolean, nullable=False, default=False),
    # planned, claimed, accepted, delivered, failed, unknown, cancelled, suppressed
    Column("state", String(12), nullable=False),
    # Why a planned one waits though it is not being worked on: digest, quiet_hours, over_limit, paused, release, undo, budget,
    # template, approval, ""
    Column("held", String(12), nullable=False, default=""),
    moment("due_at"),
    Column("claim", String(40), nullable=True, index=True),
    Column("claim_order", Integer, nullable=True),
    moment("leased_until", nullable=True),
    Column("tries", Integer, nullable=False, default=0),
    Column("segment", String(80), nullable=False),  # language, kind and version: what is rendered once for many
    Column("provider", String(40), nullable=True),
    Column("provider_id", String(120), nullable=True, index=True),
    Column("code", String(40), nullable=True),
    text("why", nullable=True),  # the last answer, or why it was cancelled or suppressed
    # The message on another endpoint that this one may say again: that one was accepted, and nothing was heard of it since.
    an_id("may_repeat", nullable=True),
    moment("created_at"),
    moment("ended_at", nullable=True),
)
# The order of a claim, so that taking the next few of a hundred thousand reads only those few.
Index(
    "ix_deliveries_due",
    deliveries.c.channel,
    deliveries.c.state,
    deliveries.c.urgent,
    deliveries.c.due_at,
    deliveries.c.delivery_id,
)

# What ended in an hour, for the dashboard.
Index("ix_deliveries_ended_at", deliveries.c.ended_at)

attempts = Table(
    "attempts",
    metadata,
    an_id("delivery_id", primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("outcome", String(12), nullable=False),
    Column("code", String(40), nullable=True),
    text("why", nullable=True),
    moment("at"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("receipt_id", Counter, primary_key=True, autoincrement=True),
    Column("provider", String(40), nullable=False),
    Column("provider_id", String(120), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("code", String(40), nullable=True),
    an_id("delivery_id", nullable=True),
    # What was said, hashed: a provider that says it again, or somebody who replays it, adds no row.
    Column("said_hash", LargeBinary(32), nullable=True),
    Column("segments", Integer, nullable=True),
    Column("price", BigInteger, nullable=True),  # millionths of a yuan
    moment("at"),
    moment("applied_at", nullable=True),
)
"""What providers said later. One whose message is not known yet is kept, and applied when it is."""
Index("uq_receipts_said_hash", receipts.c.said_hash, unique=True)
# Whether a provider has said anything final lately: asked each minute.
Index("ix_receipts_heard", receipts.c.provider, receipts.c.state, receipts.c.at)
_open = receipts.c.applied_at.is_(None)
Index("ix_receipts_open", receipts.c.at, sqlite_where=_open, postgresql_where=_open)

ends = Table(
    "ends",
    metadata,
    an_id("event_id", primary_key=True),
    Column("of", Integer, primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("matched", Integer, nullable=False),
    moment("planned_at"),
)
"""Each matcher shard's word that it is through with an event. `done` and `no_audience` are read from here. Shard -1 is the
planner's own word that it has told everybody of a change who is to hear of it. `of` is part of the key: when the number of
shards changes at a restart, an event may have been answered in part by the shards of before."""

chunks = Table(
    "chunks",
    metadata,
    an_id("event_id", primary_key=True),
    Column("of", Integer, primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("chunk", Integer, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("members_hash", String(32), nullable=False),  # the same chunk again, or one that was matched anew
    json("suppressed"),  # {"told_before": 3}: people of it who have no notice row for this event
    moment("planned_at"),
)
"""Which chunks of an event were planned: a repeat of one is a no-op."""

approvals = Table(
    "approvals",
    metadata,
    an_id("event_id", primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("people", Integer, nullable=False),  # when it was asked
    moment("asked_at"),
    Column("first_by", String(80), nullable=True),  # accounts
    moment("first_at", nullable=True),
    Column("second_by", String(80), nullable=True),
    moment("second_at", nullable=True),
    Column("refused_by", String(80), nullable=True),
    moment("refused_at", nullable=True),
)
"""Events that would be told to more than SMS_APPROVAL_PEOPLE by SMS: asked about once, answered by two people."""

emergencies = Table(
    "emergencies",
    metadata,
    an_id("event_id", primary_key=True),
    an_id("publication_id"),
    Column("revision", Integer, nullable=False),
    moment("seen_at"),
    Column("people", Integer, nullable=False, default=0),  # in quiet hours when it was asked
    moment("asked_at", nullable=True),  # empty: quiet hours hold nobody
    moment("ends_at", nullable=True),  # when most of them wake
    Column("first_by", String(80), nullable=True),  # accounts
    moment("first_at", nullable=True),
    Column("second_by", String(80), nullable=True),
    moment("second_at", nullable=True),
    Column("refused_by", String(80), nullable=True),
    moment("refused_at", nullable=True),
)
"""Events that were declared emergencies: whether two people have approved that they pass quiet hours."""
Index("ix_emergencies_seen_at", emergencies.c.seen_at)

turns = Table("turns", metadata, Column("name", String(20), primary_key=True))
"""Whoever locks a row here plans alone until the commit: copies of one work come on several partitions."""

mailbox = Table(
    "mailbox",
    metadata,
    Column("message_no", Counter, primary_key=True, autoincrement=True),
    an_id("delivery_id", index=True),
    Column("channel", String(10), nullable=False),
    sealed("message"),  # JSON: to, subject, text, html
    an_id("publication_id", nullable=True),
    Column("kind", String(12), nullable=False),
    moment("at"),
)
"""What went to the mailbox viewer of `pushsvc dev`, because its channel has no provider."""

short_links = Table(
    "short_links",
    metadata,
    Column("token", String(10), primary_key=True),
    an_id("delivery_id"),
)
"""What `/s/{token}` in an SMS leads to."""
