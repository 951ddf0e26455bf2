"""What the service's own messages cost: codes, welcomes, help. They count as the whole house's, and no budget holds them.

Whoever waits for a code at the door cannot wait until tomorrow; but what it costs is money all the same, charged before it
leaves as for every message, so that a budget shows it and the publications' messages keep to what is left.
"""

from __future__ import annotations

import asyncio
from datetime import date, tzinfo

from pushsvc.clock import Clock
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.ports import Alerts
from pushsvc.ledger import charges
from pushsvc.ledger.charges import ALL, Charge
from pushsvc.storage.database import Database, Transaction
from pushsvc.streams.affording import Priced, in_words


class ServiceCosts:
    """`zone`: where a day of a budget begins and ends. `alerts` hears of a budget that is nearly spent."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo, alerts: Alerts | None = None) -> None:
        self._database, self._clock, self._zone, self._alerts = database, clock, zone, alerts
        self._telling: set[asyncio.Task[None]] = set()

    async def charge(self, carrier: object, message: Message) -> None:
        """Before it leaves: what it will cost, where it costs anything. A second try is charged once."""
        cost = await carrier.estimate(message) if isinstance(carrier, Priced) else None
        if cost is None:
            return
        one = Charge(message.delivery_id, ALL, cost.provider, cost.segments, cost.price)
        async with self._database.write(first=True) as tx:
            warnings = await charges.charge_unheld(tx, message.channel, one, self._today(), self._clock.now())
        for warning in warnings:
            self._tell(in_words(warning))

    async def settle(self, tx: Transaction, message: Message, result: SendResult) -> None:
        """After it: as the provider that took it bills it; what nobody took costs nothing. One in doubt stays as estimated."""
        if result.verdict == "accepted" and result.segments is not None and result.price is not None:
            taken = Charge(message.delivery_id, ALL, result.provider, result.segments, result.price)
            await charges.settle_accepted(tx, message.channel, [taken], self._today(), self._clock.now())
        elif result.verdict not in ("accepted", "unknown"):
            await charges.settle(tx, {message.delivery_id: charges.Bill(price=0)})

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _tell(self, words: str) -> None:
        if self._alerts:
            telling = asyncio.create_task(self._alerts.raise_alert("budget", words))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
