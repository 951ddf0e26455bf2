"""RECORD: what follows from an outcome or a receipt. Dead endpoints are closed, fallbacks begin, deliveries move on.

The outcome itself stands in the ledger already: the deliverer writes it before its connection sends the next message. Only
what has consequences comes here as a record.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.notices import NO_ENDPOINT
from pushsvc.domain.records import Output, Record
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.errors import InvalidRecord
from pushsvc.ledger.approving import NOBODY_IS_ASKED, Asking
from pushsvc.ledger.arrived import arrived_after_all, said_failed
from pushsvc.ledger.book import plan_alone
from pushsvc.ledger.charges import Bill, settle, without_a_delivery
from pushsvc.ledger.claims import WAITING_FOR_A_PERSON
from pushsvc.ledger.fallback import fall_back
from pushsvc.ledger.moves import LONGEST_CODE, suppress_delivery
from pushsvc.ledger.receipts import Receipt, apply_receipt, read_receipts, says_failed
from pushsvc.ledger.repeats import drop_repeat
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.telemetry import count

Recipients = Callable[[Transaction, Collection[int]], Awaitable[Mapping[int, Recipient]]]
Suppress = Callable[[Transaction, int, str, Instant], Awaitable[tuple[int, ...]]]
"""profiles.consent.suppress: closes the endpoint's mailbox and gives every endpoint that this closed."""

_DEAD = "the endpoint is dead"


@dataclass(frozen=True)
class Prepared:
    """One outcome, or one receipt."""

    outcome: Mapping[str, Any] | None = None
    receipt: Receipt | None = None


class RecordOutcomes:
    """The stage over `outcomes` and `receipts`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        recipients: Recipients,
        suppress: Suppress,
        asking: Asking = NOBODY_IS_ASKED,
    ) -> None:
        """`asking`: whose SMS two people approve first."""
        self._asking = asking
        self._database, self._clock, self._recipients, self._suppress = database, clock, recipients, suppress

    async def prepare(self, records: Sequence[Record]) -> Sequence[Prepared]:
        """Reads the receipts that the records name. Raises InvalidRecord."""
        prepared = [Prepared(outcome=_checked(record)) for record in records if record.topic == "outcomes"]
        named = [_receipt_id(record) for record in records if record.topic == "receipts"]
        if named:
            async with self._database.read() as tx:
                receipts = await read_receipts(tx, named)
            prepared += [Prepared(receipt=receipt) for receipt in receipts]
        return prepared

    async def apply(self, tx: Transaction, prepared: Sequence[Prepared]) -> Sequence[Output]:
        """Everything here may be repeated: what was closed or moved is found closed or moved."""
        now = self._clock.now()
        late = await said_failed(tx, _delivered(prepared))
        if late or any(_may_be_planned_anew(one) for one in prepared):
            await plan_alone(tx)
        late |= {str(one.receipt.delivery_id) for one in prepared if one.receipt is not None and says_failed(one.receipt)}
        for one in prepared:
            if one.outcome is not None:
                if one.outcome["verdict"] == "suppress":
                    told = one.outcome
                    await self._close(tx, int(told["endpoint_id"]), str(told["channel"]), str(told["code"]), now)
                delivery = str(one.outcome["delivery_id"])
                if not await self._fall_back(tx, delivery, now) and one.outcome["code"] == NO_ENDPOINT:
                    await suppress_delivery(tx, delivery, NO_ENDPOINT, now)
            if one.receipt is not None:
                count("receipts", channel=one.receipt.channel, state=one.receipt.state)
                if one.receipt.state != "delivered" or await self._may_arrive(tx, one.receipt, late, now):
                    await self._apply(tx, one.receipt, now)
        said = [one.receipt for one in prepared if one.receipt is not None]
        await settle(tx, _billed(said) | await _billed_to_the_service(tx, said))
        return []

    async def _may_arrive(self, tx: Transaction, receipt: Receipt, late: Collection[str], now: Instant) -> bool:
        return receipt.delivery_id not in late or await arrived_after_all(tx, str(receipt.delivery_id), now)

    async def _apply(self, tx: Transaction, receipt: Receipt, now: Instant) -> None:
        """A receipt whose message is not known yet stays open, and comes again when it is (ledger/receipts.py)."""
        failed = await apply_receipt(tx, receipt, now)
        if receipt.state == "delivered" and receipt.delivery_id is not None:
            await drop_repeat(tx, receipt.delivery_id, now)
        if failed and receipt.state == "dead" and receipt.endpoint_id is not None:
            await self._close(tx, receipt.endpoint_id, receipt.channel, receipt.code or "dead", now)
        if failed:
            await self._fall_back(tx, str(receipt.delivery_id), now)

    async def _close(self, tx: Transaction, endpoint_id: int, channel: str, code: str, now: Instant) -> None:
        """Nobody is written to at a dead mailbox any more; what waits for it finds another way, or is seen as stopped.
        What waits for a release is planned anew by the release."""
        closed = await self._suppress(tx, endpoint_id, code, now)
        if not closed:
            return
        count("endpoints_suppressed", len(closed), channel=channel)
        by_itself = deliveries.c.held.not_in(WAITING_FOR_A_PERSON)
        waiting = sa.and_(deliveries.c.endpoint_id.in_(closed), deliveries.c.state == "planned", by_itself)
        moving = (
            sa.update(deliveries)
            .where(waiting)
            .values(state="failed", held="", code=code[:LONGEST_CODE], why=_DEAD, ended_at=now)
            .returning(deliveries.c.delivery_id)
        )
        for (delivery_id,) in (await tx.execute(moving)).all():
            if not await self._fall_back(tx, delivery_id, now):
                await suppress_delivery(tx, delivery_id, "no_endpoint", now)

    async def _fall_back(self, tx: Transaction, delivery_id: str, now: Instant) -> bool:
        row = (await tx.execute(sa.select(deliveries.c.subscriber_no).where(deliveries.c.delivery_id == delivery_id))).first()
        if row is None:
            return False
        people = await self._recipients(tx, [row.subscriber_no])
        return await fall_back(tx, delivery_id, people.get(row.subscriber_no), now, self._asking) is not None


def _may_be_planned_anew(one: Prepared) -> bool:
    """Whether a fallback may follow: planners wait for each other, and do so before anything is locked."""
    if one.outcome is not None:
        return bool(one.outcome["verdict"] != "unknown")
    return one.receipt is not None and says_failed(one.receipt)


def _delivered(prepared: Iterable[Prepared]) -> set[str]:
    """The messages that arrived, as far as it is known whose receipts these are."""
    said = [one.receipt for one in prepared if one.receipt is not None and one.receipt.state == "delivered"]
    return {one.delivery_id for one in said if one.delivery_id is not None}


def _billed(receipts: Iterable[Receipt]) -> dict[str, Bill]:
    """What they say that their messages cost, where they say so."""
    return {
        receipt.delivery_id: Bill(receipt.segments, receipt.price)
        for receipt in receipts
        if receipt.delivery_id is not None and (receipt.segments is not None or receipt.price is not None)
    }


async def _billed_to_the_service(tx: Transaction, receipts: Iterable[Receipt]) -> dict[str, Bill]:
    """As `_billed`, of codes and other words of the service itself."""
    said = {
        receipt.named: receipt
        for receipt in receipts
        if receipt.named and receipt.delivery_id is None and (receipt.segments is not None or receipt.price is not None)
    }
    own = await without_a_delivery(tx, {named: receipt.provider for named, receipt in said.items()})
    return {named: Bill(said[named].segments, said[named].price) for named in own}


def _checked(record: Record) -> Mapping[str, Any]:
    missing = [name for name in ("delivery_id", "verdict", "endpoint_id", "channel") if name not in record.value]
    if missing:
        raise InvalidRecord(f"an outcome without {', '.join(missing)}")
    return {"code": "", **record.value}


def _receipt_id(record: Record) -> int:
    try:
        return int(record.value["receipt_id"])
    except (KeyError, TypeError, ValueError):
        raise InvalidRecord("a receipt record without a receipt_id") from None
