"""What a database's error means to us: whether the same may succeed later, and what an operator reads of it."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

#: SQLSTATE -> what is wrong and the way out. All of them pass once an operator has acted: meanwhile nothing may be given up.
_POSTGRESQL_WORDS = {
    "25006": "this PostgreSQL cannot write (a read-only replica, or default_transaction_read_only is on): "
    "point PUSHSVC_DATABASE_URL at the primary",
    "25P03": "PostgreSQL ended a transaction of ours that stood still too long: this process was frozen or starved",
    "28P01": "PostgreSQL refuses the user or the password: mend them in PUSHSVC_DATABASE_URL",
    "28000": "PostgreSQL does not let this user in: mend the user in PUSHSVC_DATABASE_URL, or its line in pg_hba.conf",
    "3D000": "PostgreSQL has no database of that name: create it (createdb -E UTF8), or mend the name in PUSHSVC_DATABASE_URL",
    "42501": "this user of PostgreSQL lacks a right: make it the owner of the database (ALTER DATABASE … OWNER TO …), "
    "or grant it what it lacks",
    "53100": "the disk of PostgreSQL is full: make room",
    "53300": "PostgreSQL has no connection left for us: raise its max_connections, or lower PUSHSVC_DATABASE_POOL",
    "57P03": "PostgreSQL is starting or stopping: it answers when it is through",
}
#: Class 08: connection; 28: log-in; 40: serialisation and deadlock; 53: resources (disk, connections).
_PASSING_CLASSES = frozenset({"08", "28", "40", "53"})
#: 25006: may be promoted; 25P03: we stood still; 3D000: not made yet; 42501: not granted yet; 55P03: a lock; 57P0x: shutdown.
_PASSING_STATES = ("25006", "25P03", "3D000", "42501", "55P03", "57P")
_MIGRATED = "cached statement plan is invalid"
_DAMAGED = ("malformed", "not a database")


def is_passing(error: BaseException) -> bool:
    """Whether the same statement may succeed later: the machine is in the way, not the statement."""
    if isinstance(error, ConnectionError | PoolTimeout):
        return True
    original = _original(error)
    cause = getattr(original, "__cause__", None) or original
    if isinstance(cause, sqlite3.OperationalError) or isinstance(original, sqlite3.OperationalError):
        words = str(original)
        return any(sign in words for sign in ("full", "locked", "disk I/O", "unable to open", "readonly"))
    if isinstance(cause, sqlite3.DatabaseError) and any(sign in str(original) for sign in _DAMAGED):
        return True  # the file is damaged: until an operator puts a backup in its place, nothing that waits may be given up
    state = sqlstate(error)
    if state == "0A000" and _MIGRATED in str(original):
        return True  # a migration came between two uses of a prepared statement: the next one prepares it anew
    return (
        state[:2] in _PASSING_CLASSES
        or state.startswith(_PASSING_STATES)
        or bool(isinstance(error, DBAPIError) and error.connection_invalidated)
    )


def words_of(error: BaseException) -> str:
    """One line: our own words where an operator can mend it, and what the database says itself."""
    if isinstance(error, PoolTimeout):
        return "every connection of this process is in use: raise PUSHSVC_DATABASE_POOL, or look for what holds them"
    said = (str(_original(error)).splitlines() or ["no reason given"])[0]
    ours = _POSTGRESQL_WORDS.get(sqlstate(error))
    return f"{ours} (it says: {said.rpartition('>: ')[2]})" if ours else said


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five characters; empty where there are none."""
    original = _original(error)
    return str(getattr(original, "sqlstate", None) or getattr(original.__cause__, "sqlstate", None) or "")


def _original(error: BaseException) -> BaseException:
    """asyncpg's own errors come bare while a connection is being made, wrapped later."""
    original = getattr(error, "orig", None)
    return original if isinstance(original, BaseException) else error
