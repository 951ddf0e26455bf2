"""Which provider a message is about to be offered to: durable before it is, so that after a crash nobody has to guess.

The claim says that a connection is sending; this says by whom. A batch is named in one go, in the transaction that charges
it. What is then tried by another provider (the first took nothing) is named anew, by itself, before it is offered there.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import deliveries


async def name_providers(tx: Transaction, claim_name: str, providers: Mapping[str, str]) -> None:
    """The provider of each of these deliveries, as far as the claim still has them. One in doubt keeps the provider that may
    have it: until that one has said no, nobody else is asked instead."""
    if not providers:
        return
    mine = (
        one_of(tx, deliveries.c.delivery_id, sorted(providers)),
        deliveries.c.claim == claim_name,
        deliveries.c.state == "claimed",
    )
    # In the order in which everybody locks several deliveries (`book.states_of`).
    await tx.execute(sa.select(deliveries.c.delivery_id).where(*mine).order_by(deliveries.c.delivery_id).with_for_update())
    for provider in sorted(set(providers.values())):
        its = sorted(delivery for delivery, name in providers.items() if name == provider)
        which = (one_of(tx, deliveries.c.delivery_id, its), *mine[1:])
        await tx.execute(sa.update(deliveries).where(*which).values(provider=provider))


class LedgerIntents:
    """The port of the carriers (domain/standing.py, Intents)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, delivery_id: str, claim: str, provider: str) -> bool:
        in_hand = (deliveries.c.delivery_id == delivery_id, deliveries.c.claim == claim)
        async with self._database.write(first=True) as tx:
            named = await tx.execute(sa.update(deliveries).where(*in_hand).values(provider=provider))
        return named.rowcount > 0
