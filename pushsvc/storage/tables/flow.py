"""The flow: the log that the embedded engine reads, how far each stage has come, and the dead letters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from pushsvc.storage.tables.base import Counter, json, metadata, moment, text

log_heads = Table(
    "log_heads",
    metadata,
    Column("topic", String(60), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False, default=0),
)
"""The next free offset of each partition. Its row lock makes offset order commit order, on PostgreSQL too."""

log = Table(
    "log",
    metadata,
    Column("topic", String(60), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("key", String(80), nullable=False),
    text("value"),  # JSON text: measured and written in one go
    moment("at"),
)

positions = Table(
    "positions",
    metadata,
    Column("stage", String(60), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)
"""The offset that each stage reads next: committed with the stage's effects."""

outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", Counter, primary_key=True, autoincrement=True),
    Column("topic", String(60), nullable=False),
    Column("key", String(80), nullable=False),
    text("value"),  # JSON text, as in `log`
    moment("at"),
)
"""Records of a transaction that was not a stage's, on their way to the Kafka topics: a relay carries them over, and removes
them when the broker has them. The order of one publication is the order of `outbox_id`."""

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("dead_letter_id", Counter, primary_key=True, autoincrement=True),
    Column("stage", String(60), nullable=False),
    Column("topic", String(60), nullable=False),
    Column("part", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("key", String(80), nullable=False),
    json("value"),
    text("reason"),
    Column("event_id", String(40), nullable=True, index=True),
    moment("at"),
    moment("replayed_at", nullable=True),
)
Index(
    "uq_dead_letters_place",
    dead_letters.c.stage,
    dead_letters.c.topic,
    dead_letters.c.part,
    dead_letters.c.offset,
    unique=True,
)
