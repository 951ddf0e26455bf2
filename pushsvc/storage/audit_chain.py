"""The chain of the audit trail: whoever changes, removes, inserts or cuts off a row of it is found out.

Each row carries `chain`: the vault's keyed hash of the chain before it and of the row itself. Beside the rows stands a seal,
which names the last of them and how many there are, under the same key: so rows that are cut off at the end are missed too.
Who can write the tables and does not hold SECRET_KEY can make neither. What this cannot see is a whole database that was put
back to an earlier day, rows, seal and all: the head that `pushsvc audit verify` prints, kept elsewhere, does (decision 0023).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant, to_micros
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import KEYED_HASH, Transaction
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.operations import audit, installation

SEAL = "audit_seal"
START = bytes(32)
#: What the service itself writes into the trail, as nobody in particular, because it concerns the trail.
ITSELF = "pushsvc"
#: Rows of before there was a chain: chained at the first deed after the update. On a trail that had one, somebody undid it.
CHAINED_LATE = "older rows chained"
#: There were chained rows and no seal of ours: what was cut off before this deed nobody can know.
SEAL_LOST = "audit seal missing"
PAGE_ROWS = 1_000

Hash = Callable[[str, str], bytes]


@dataclass(frozen=True)
class Seal:
    """The last row of the trail, and how many rows there are."""

    audit_id: int
    rows: int
    chain: bytes


async def append(tx: Transaction, row: Mapping[str, Any]) -> int:
    """Add `row` (at, who, action, subject, detail) at the end of the chain. Gives its audit_id.

    One at a time until the commit, so that the order of the ids is the order of the chain on PostgreSQL too. Call it last
    in a transaction: whoever waits here must hold nothing that the one before still needs.
    """
    await one_after_another(tx, "audit", ("chain",))
    before = await _end(tx, row["at"])
    return (await _add(tx, before, row)).audit_id


async def _end(tx: Transaction, at: Instant) -> Seal:
    """Where the next row is tied to: the seal, not the last row, so that a cut is not healed by the next deed."""
    seal = await read_seal(tx)
    if seal is not None:
        return seal
    chained = (await tx.execute(sa.select(sa.func.count(), sa.func.count(audit.c.chain)))).one()
    if chained[0] == 0:
        return Seal(0, 0, START)
    late = chained[1] == 0
    end = await _walk(tx, chaining=late)
    action = CHAINED_LATE if late else SEAL_LOST
    deed = {"at": at, "who": ITSELF, "action": action, "subject": "audit", "detail": {"rows": end.rows}}
    return await _add(tx, end, deed)


async def _walk(tx: Transaction, *, chaining: bool) -> Seal:
    """The end of the rows that are there; with `chaining` they get their chain now."""
    end = Seal(0, 0, START)
    async for row in rows_in_order(tx):
        chain = link(hash_of(tx), end.chain, row) if chaining else row.chain or end.chain
        if chaining:
            await tx.execute(sa.update(audit).where(audit.c.audit_id == row.audit_id).values(chain=chain))
        end = Seal(row.audit_id, end.rows + 1, chain)
    return end


async def _add(tx: Transaction, before: Seal, row: Mapping[str, Any]) -> Seal:
    keyed = hash_of(tx)
    chain = _link(keyed, before.chain, row)
    made = await tx.execute(sa.insert(audit).values({**row, "chain": chain}).returning(audit.c.audit_id))
    seal = Seal(made.scalar_one(), before.rows + 1, chain)
    await _write_seal(tx, keyed, seal)
    return seal


async def read_seal(tx: AsyncConnection) -> Seal | None:
    """None where there is none, or none that we made."""
    value: Any = (await tx.execute(sa.select(installation.c.value).where(installation.c.name == SEAL))).scalar()
    try:
        seal = Seal(int(value["audit_id"]), int(value["rows"]), bytes.fromhex(value["chain"]))
        ours = hmac.compare_digest(_sealed(hash_of(tx), seal), bytes.fromhex(value["mac"]))
    except (TypeError, KeyError, ValueError):
        return None
    return seal if ours else None


async def _write_seal(tx: Transaction, keyed: Hash, seal: Seal) -> None:
    value = {
        "audit_id": seal.audit_id, "rows": seal.rows, "chain": seal.chain.hex(), "mac": _sealed(keyed, seal).hex()
    }  # fmt: skip
    await upsert(tx, installation, [{"name": SEAL, "value": value}], update=["value"])


def _sealed(keyed: Hash, seal: Seal) -> bytes:
    return keyed("audit seal", f"{seal.audit_id} {seal.rows} {seal.chain.hex()}")


def link(keyed: Hash, before: bytes, row: Any) -> bytes:
    """The chain of a row of the table after one whose chain is `before`."""
    return _link(keyed, before, row._mapping)


def _link(keyed: Hash, before: bytes, row: Mapping[str, Any]) -> bytes:
    said = [to_micros(row["at"]), row["who"], row["action"], row["subject"], row["detail"]]
    return keyed("audit", before.hex() + json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":")))


def hash_of(tx: AsyncConnection) -> Hash:
    """The keyed hash of this database's vault. Without a vault, as in `pushsvc migrate`, nobody writes deeds."""
    keyed: Hash | None = tx.info.get(KEYED_HASH)
    return keyed or _plain


def _plain(use: str, subject: str) -> bytes:
    return hashlib.sha256(f"{use}\0{subject}".encode()).digest()


async def rows_in_order(tx: AsyncConnection) -> AsyncIterator[Any]:
    """Every row of the trail, the oldest first, read a page at a time."""
    wanted = sa.select(audit).order_by(audit.c.audit_id).limit(PAGE_ROWS)
    page = (await tx.execute(wanted)).all()
    while page:
        for row in page:
            yield row
        page = (await tx.execute(wanted.where(audit.c.audit_id > page[-1].audit_id))).all()
