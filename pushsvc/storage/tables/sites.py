"""Sites, what they sent, and what is still to be fetched."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table

from pushsvc.storage.tables.base import Counter, an_id, json, metadata, moment, sealed, text

sites = Table(
    "sites",
    metadata,
    Column("site", String(10), primary_key=True),
    text("name"),
    text("organisation"),
    Column("region", String(12), nullable=False),
    json("reach"),  # region codes; empty: its own region and below
    moment("created_at"),
)

site_domains = Table(
    "site_domains",
    metadata,
    Column("host", String(255), primary_key=True),  # lower case, with ":port" where one is named
    Column("path", String(255), primary_key=True, default=""),  # a path prefix, "" or "/chengdu"
    Column("site", String(10), nullable=False, index=True),
)

site_feeds = Table(
    "site_feeds",
    metadata,
    Column("site", String(10), primary_key=True),
    Column("url", String(1000), primary_key=True),
)

site_keys = Table(
    "site_keys",
    metadata,
    Column("site_key_id", Counter, primary_key=True, autoincrement=True),
    Column("site", String(10), nullable=False, index=True),
    sealed("secret"),
    moment("created_at"),
    moment("revoked_at", nullable=True),
)

events = Table(
    "events",
    metadata,
    an_id("event_id", primary_key=True),
    Column("site", String(10), nullable=False, index=True),
    Column("webhook_id", String(300), nullable=True),  # forgotten (null) after 30 days
    Column("body_hash", LargeBinary(32), nullable=True),
    Column("origin", String(20), nullable=False),  # api, cli, feed, console, demo
    Column("cloudevent_id", String(300), nullable=True),  # kept for the sender; the webhook-id is what counts
    Column("event", String(12), nullable=False),
    text("url"),
    text("address"),
    json("declared"),
    moment("published_at", nullable=True),
    Column("test", Boolean, nullable=False, default=False),
    moment("received_at", index=True),
    # What became of it, written by normalise:
    Column("outcome", String(12), nullable=True),
    an_id("publication_id", nullable=True, index=True),
    Column("revision", Integer, nullable=True),
    an_id("version_id", nullable=True),
    text("note", nullable=True),  # a plain word for the site, for example that an emergency travels as urgent
    moment("dead_at", nullable=True),
    text("dead_reason", nullable=True),
    moment("released_at", nullable=True),  # an operator let an event for more than MAX_PEOPLE go
)
Index("uq_events_webhook", events.c.site, events.c.webhook_id, unique=True)

event_bodies = Table(
    "event_bodies",
    metadata,
    an_id("event_id", primary_key=True),
    # html or text: what the site sent, UTF-8. html-bytes or text-bytes: what was fetched, its encoding not yet known.
    Column("form", String(10), nullable=False),
    Column("charset", String(40), nullable=True),  # what the server declared, for the fetched forms
    Column("body", LargeBinary, nullable=False),
)

event_attachments = Table(
    "event_attachments",
    metadata,
    an_id("event_id", primary_key=True),
    Column("position", Integer, primary_key=True),  # as in the event, from 0
    text("name"),
    text("type", nullable=True),  # the media type that the site says
    text("url", nullable=True),  # where it lies, when the event does not carry it: it is linked, never fetched
    Column("body", LargeBinary, nullable=True),  # what the event carries
)

fetches = Table(
    "fetches",
    metadata,
    an_id("event_id", primary_key=True),
    Column("site", String(10), nullable=False),
    Column("host", String(255), nullable=False, index=True),
    text("url"),
    Column("state", String(10), nullable=False),  # waiting, done, dead
    Column("tries", Integer, nullable=False, default=0),
    moment("due_at", index=True),
    moment("leased_until", nullable=True),
    text("reason", nullable=True),
)

fetch_hosts = Table(
    "fetch_hosts",
    metadata,
    Column("host", String(255), primary_key=True),
    moment("next_at"),
)
"""When each host may be asked again: its pace, shared by all processes."""


feeds = Table(
    "feeds",
    metadata,
    an_id("feed_id", primary_key=True),  # derived from site and address
    Column("site", String(10), nullable=False, index=True),
    Column("url", String(1000), nullable=False),
    Column("host", String(255), nullable=False),
    Column("state", String(10), nullable=False),  # new, ok, failing, refused, gone
    text("reason", nullable=True),
    text("etag", nullable=True),
    text("modified", nullable=True),
    Column("interval_seconds", Integer, nullable=False),
    moment("due_at"),
    moment("leased_until", nullable=True),
    Column("failures", Integer, nullable=False, default=0),
    moment("polled_at", nullable=True),
    moment("changed_at", nullable=True),  # when something new was last found in it
    moment("newest_at", nullable=True),  # the latest publication date that an item of it has said
    Column("items", Integer, nullable=False, default=0),
)
"""How the poller stands with each feed that the registry names."""
Index("ix_feeds_due", feeds.c.state, feeds.c.due_at)

feed_items = Table(
    "feed_items",
    metadata,
    an_id("feed_id", primary_key=True),
    Column("item_hash", LargeBinary(32), primary_key=True),  # of its id, else of its address
    Column("fingerprint", LargeBinary(32), nullable=False),  # of what it says: an edit without a new date changes it
    moment("seen_at"),
)

site_states = Table(
    "site_states",
    metadata,
    Column("site", String(10), primary_key=True),
    Column("state", String(10), nullable=False),  # ok, due, late, failing
    Column("rule", String(60), nullable=False),  # which rule says so
    moment("since"),
    moment("last_event_at", nullable=True),
    moment("checked_at"),
    moment("told_at", nullable=True),  # its followers were told of this silence
)
"""Each site's health by the national rules."""

drafts = Table(
    "drafts",
    metadata,
    an_id("draft_id", primary_key=True),
    Column("site", String(10), nullable=False, index=True),
    Column("who", String(80), nullable=False),
    json("document"),  # {"sent": the event as it will be sent, its content with it, "title": what was read as its title}
    Column("state", String(10), nullable=False),  # open, leaving, sending, sent, taken_back
    an_id("test_event_id", nullable=True),  # the test event that counts whom it would reach
    an_id("event_id", nullable=True),
    text("why", nullable=True),
    moment("created_at"),
    moment("publish_at", nullable=True),  # until then it can be taken back
)
"""What a clerk is writing at the console, and what can still be taken back (HOLD_SECONDS)."""
Index("ix_drafts_leaving", drafts.c.state, drafts.c.publish_at)
# Who wrote an event, and so may not approve it: asked for each that waits, on every look.
Index("ix_drafts_event_id", drafts.c.event_id)

reaches = Table(
    "reaches",
    metadata,
    an_id("event_id", primary_key=True),
    Column("of_what", String(10), primary_key=True),  # channel, place, why (nobody)
    Column("name", String(40), primary_key=True),
    Column("people", Integer, nullable=False),
)
"""Whom a test event would have told, by channel and by place: the preview of a publication."""
