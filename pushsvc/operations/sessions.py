"""Who is signed in: citizens by a one-time code, accounts by a password. A session lives in its row, and ends with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.operations import sessions

Kind = Literal["citizen", "console"]
#: However busy, a session ends after this; and after the second, when nobody used it.
LASTS = {"citizen": timedelta(days=30), "console": timedelta(hours=12)}
IDLE = {"citizen": timedelta(days=7), "console": timedelta(hours=2)}
#: `seen_at` is written at most so often: reading a page is no reason to write.
SEEN_EVERY = timedelta(minutes=5)
_TOKEN_BYTES = 24


@dataclass(frozen=True)
class Session:
    """`subject`: a subscriber_no in digits, or the name of an account. `token` is what the cookie carries."""

    kind: Kind
    subject: str
    token: str
    created_at: Instant
    seen_at: Instant
    ends_at: Instant


async def open_session(
    tx: Transaction, kind: Kind, subject: str, now: Instant, random_bytes: Callable[[int], bytes]
) -> Session:
    """A new session. Its token is kept nowhere; the table has its hash."""
    token = random_bytes(_TOKEN_BYTES).hex()
    session = Session(kind, subject, token, now, now, now + LASTS[kind])
    row = {
        "session_hash": _hash(token), "kind": kind, "subject": subject, "created_at": now, "seen_at": now,
        "ends_at": session.ends_at,
    }  # fmt: skip
    await tx.execute(sa.insert(sessions).values(row))
    return session


async def find_session(tx: Transaction, kind: Kind, token: str, now: Instant) -> Session | None:
    """The session of a token while it lasts; None for one that ended, was revoked, or never was."""
    found = await tx.execute(
        sa.select(sessions).where(
            sessions.c.session_hash == _hash(token), sessions.c.kind == kind, sessions.c.ends_at > now,
            sessions.c.seen_at > now - IDLE[kind],
        )
    )  # fmt: skip
    row = found.one_or_none()
    return Session(kind, row.subject, token, row.created_at, row.seen_at, row.ends_at) if row else None


async def note_seen(tx: Transaction, token: str, now: Instant) -> None:
    """Call it when `seen_at` lies SEEN_EVERY back: the session was used."""
    await tx.execute(sa.update(sessions).where(sessions.c.session_hash == _hash(token)).values(seen_at=now))


async def end_session(tx: Transaction, token: str) -> None:
    await tx.execute(sa.delete(sessions).where(sessions.c.session_hash == _hash(token)))


async def end_sessions_of(tx: Transaction, kind: Kind, subject: str, *, but: str | None = None) -> int:
    """End every session of one person, except the one whose token is `but`. Gives how many."""
    theirs = sa.delete(sessions).where(sessions.c.kind == kind, sessions.c.subject == subject)
    if but is not None:
        theirs = theirs.where(sessions.c.session_hash != _hash(but))
    return int((await tx.execute(theirs)).rowcount)


async def forget_ended(tx: Transaction, now: Instant) -> int:
    """A duty: drop the rows of sessions that are over."""
    return int((await tx.execute(sa.delete(sessions).where(sessions.c.ends_at <= now))).rowcount)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
