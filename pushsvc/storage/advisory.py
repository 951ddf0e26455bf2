"""PostgreSQL's advisory locks that end with their transaction. On SQLite, which has one writer, its lock is enough."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import sqlalchemy as sa

from pushsvc.storage.database import Transaction

_SPACE = zlib.crc32(b"pushsvc transactions") >> 1
_KEYS = 4096
"""So many locks at most for all keys of a kind: two keys that share one wait for each other, and no more than that."""

_TAKE = sa.text(
    "SELECT pg_advisory_xact_lock(CAST(:space AS int), slot) FROM unnest(CAST(:slots AS int[])) AS slot"
)  # unnest gives them in our order: two transactions wait for each other and never deadlock
_TRY = sa.text(
    "SELECT pg_try_advisory_xact_lock(CAST(:space AS int), CAST(:slot AS int)),"
    " set_config('idle_in_transaction_session_timeout', CAST(:still AS text), true)"
)


async def one_after_another(tx: Transaction, kind: str, keys: Iterable[str]) -> None:
    """Transactions that name the same key go on one after the other, each once the one before has ended.

    So numbers that a sequence hands out after this call are in the order of the commits, for each key.
    """
    if tx.dialect.name == "postgresql":
        slots = sorted({_slot(f"{kind} {key}") % _KEYS for key in keys})
        await tx.execute(_TAKE, {"space": _SPACE, "slots": slots})


async def only_one(tx: Transaction, name: str, *, still_seconds: float) -> bool:
    """Whether this transaction is the only one of `name` until it ends; False: another is.

    `still_seconds`: how long it may wait between two statements. Then the server ends it, so that a frozen process does not
    keep the others out for ever. On SQLite always True: see `sole` for being the only process.
    """
    if tx.dialect.name != "postgresql":
        return True
    asked = {"space": _SPACE, "slot": _KEYS + _slot(name) % 2**30, "still": str(int(still_seconds * 1000))}
    got = (await tx.execute(_TRY, asked)).one()
    return bool(got[0])


def _slot(name: str) -> int:
    return zlib.crc32(name.encode()) >> 1
