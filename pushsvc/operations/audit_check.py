"""Whether the audit trail is whole: `pushsvc audit verify`, and the first line of `/o/audit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, Problem
from pushsvc.storage.audit_chain import CHAINED_LATE, SEAL_LOST, START, Hash, Seal, hash_of, link, read_seal, rows_in_order

#: changed: the row is not as it was written, or rows just before it are gone. removed: rows before it are gone. inserted: it
#: was not written by pushsvc. cut: rows after it are gone. unsealed: it is the last row, and no seal of ours says that it is.
#: head: it is not the row that the head of an earlier check named.
What = Literal["changed", "removed", "inserted", "cut", "unsealed", "head"]


@dataclass(frozen=True)
class Break:
    """The first row at which the trail is not what was written; `audit_id` 0: before the first row."""

    audit_id: int
    what: What
    at: Instant | None = None


@dataclass(frozen=True)
class Checked:
    """`head` is `<audit_id>:<chain in hex>` of the last row: kept elsewhere, it proves later that nothing up to it was
    replaced. `chained_late`: rows older than the chain itself, of whose time before it nothing can be said."""

    rows: int
    head: str
    broken: Break | None = None
    chained_late: int = 0

    @property
    def whole(self) -> bool:
        return self.broken is None


async def verify(tx: AsyncConnection, *, head: str | None = None) -> Checked:
    """Read the whole trail and compare. `head`: what an earlier check printed, to be found again. BadInput when it is none."""
    keyed, kept = hash_of(tx), _read_head(head)
    seen, broken, late = Seal(0, 0, START), None, 0
    at_head: bytes | None = None
    before: Any = None
    async for row in rows_in_order(tx):
        if before is not None and broken is None:
            broken = _look(keyed, seen, before, row)
        if before is not None:
            seen = Seal(before.audit_id, seen.rows + 1, before.chain or seen.chain)
        before = row
        if kept and row.audit_id == kept[0]:
            at_head = row.chain
        if row.action == CHAINED_LATE:
            late = int((row.detail or {}).get("rows", 0))
    if before is not None:
        broken = broken or _look(keyed, seen, before, None)
        seen = Seal(before.audit_id, seen.rows + 1, before.chain or seen.chain)
    broken = broken or _compare(seen, await read_seal(tx))
    if kept and at_head != kept[1]:
        broken = broken or Break(kept[0], "head")
    return Checked(seen.rows, f"{seen.audit_id}:{seen.chain.hex()}", broken, late)


def _look(keyed: Hash, seen: Seal, row: Any, following: Any) -> Break | None:
    """What is wrong with `row`, which comes after `seen`; `following` tells an inserted row from a changed one."""
    if row.chain == link(keyed, seen.chain, row):
        return Break(row.audit_id, "removed", row.at) if row.action == SEAL_LOST else None
    passed_over = following is not None and following.chain == link(keyed, seen.chain, following)
    if row.chain is None or passed_over:
        return Break(row.audit_id, "inserted", row.at)
    return Break(row.audit_id, "removed" if row.audit_id > seen.audit_id + 1 else "changed", row.at)


def _compare(seen: Seal, seal: Seal | None) -> Break | None:
    """The last row and the seal, which must name it."""
    if seal is None:
        return Break(seen.audit_id, "unsealed") if seen.rows else None
    if seal.chain == seen.chain and seal.rows == seen.rows:
        return None
    return Break(seen.audit_id, "cut")


def _read_head(head: str | None) -> tuple[int, bytes] | None:
    if head is None:
        return None
    number, _, chain = head.partition(":")
    try:
        return int(number), bytes.fromhex(chain)
    except ValueError:
        raise BadInput(Problem("--head", "is no head: give the line `ID:HEX` that an earlier `audit verify` printed")) from None
