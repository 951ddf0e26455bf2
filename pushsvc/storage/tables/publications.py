"""Publications, their contents, versions and revisions, and the works that copies share."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from pushsvc.storage.tables.base import an_id, json, metadata, moment, text

addresses = Table(
    "addresses",
    metadata,
    Column("address", String(2000), primary_key=True),
    an_id("publication_id", index=True),
)

publications = Table(
    "publications",
    metadata,
    an_id("publication_id", primary_key=True),
    text("address"),
    Column("site", String(10), nullable=False, index=True),
    an_id("work_id", index=True),
    json("declared"),  # the effective declared fields after the last accepted event
    Column("revision", Integer, nullable=False),
    an_id("version_id"),
    an_id("content_id"),
    Column("withdrawn", Boolean, nullable=False, default=False),
    moment("published_at", nullable=True),
    Column("published_at_said", Boolean, nullable=False, default=False),  # by the site: then a page's own tag does not move it
    moment("first_at"),
    moment("changed_at", index=True),
)

revisions = Table(
    "revisions",
    metadata,
    an_id("publication_id", primary_key=True),
    Column("revision", Integer, primary_key=True),
    an_id("version_id", index=True),
    an_id("event_id"),
    an_id("change_id"),
    Column("kind", String(10), nullable=False),  # new, changed, withdrawn
    moment("accepted_at"),  # when the event was received: interests saved later do not answer
    Column("material", Boolean, nullable=True),  # written by summarise
    json("change", nullable=True),  # {"told": {"zh": …, "en": …}, "urgent": bool}, written by summarise
)
Index("uq_revisions_event", revisions.c.event_id, unique=True)

contents = Table(
    "contents",
    metadata,
    an_id("content_id", primary_key=True),
    text("title"),
    Column("language", String(2), nullable=False),
    text("source_text"),
    json("meta"),
    moment("first_at"),
)

versions = Table(
    "versions",
    metadata,
    an_id("version_id", primary_key=True),
    an_id("publication_id", index=True),
    an_id("content_id"),
    an_id("work_id"),
    Column("site", String(10), nullable=False),
    text("url"),
    text("title"),
    Column("language", String(2), nullable=False),
    json("declared"),
    moment("published_at", nullable=True),
    moment("first_at"),
)

works = Table(
    "works",
    metadata,
    Column("work_key", String(80), primary_key=True),  # what copies have in common, or the publication's own id
    an_id("work_id", index=True),
)

work_aliases = Table(
    "work_aliases",
    metadata,
    an_id("work_id", primary_key=True),
    an_id("alias", primary_key=True),
)

summaries = Table(
    "summaries",
    metadata,
    an_id("version_id", primary_key=True),
    json("summary"),
    moment("at"),
)

# An official interpretation and the document that it explains find each other, whichever is published first: a key is the hash
# of a canonical address or of a title without its wrapping. A hint whose key is another's name joins the two.
publication_names = Table(
    "publication_names",
    metadata,
    Column("name_key", String(40), primary_key=True),
    an_id("publication_id", primary_key=True, index=True),
)

interpretation_hints = Table(
    "interpretation_hints",
    metadata,
    Column("key", String(40), primary_key=True),  # of the address or the name that a document links or names
    an_id("publication_id", primary_key=True, index=True),  # whose hint it is
    Column("relation", String(14), primary_key=True),  # interprets, interpreted_by
    Column("how", String(10), nullable=False),  # declared, link, name
)
