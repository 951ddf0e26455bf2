"""The addresses in messages. A token names a delivery; nothing personal can be read from it, and nobody can forge one."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.check_codes import CHECKED_AS, check_code
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.ledger import short_links
from pushsvc.storage.vault import Vault

_PAGE, _LEAVE = "message", "leave"


class VaultLinks:
    """The Links port. `/m/` and `/u/` tokens read back by themselves; a short one is kept beside its delivery."""

    def __init__(self, vault: Vault, base_url: str) -> None:
        self._vault, self._base = vault, base_url.rstrip("/")

    def message_page(self, delivery_id: str) -> str:
        return f"{self._base}/m/{self._vault.token(_PAGE, delivery_id)}"

    def unsubscribe(self, delivery_id: str) -> str:
        return f"{self._base}/u/{self._vault.token(_LEAVE, delivery_id)}"

    def short(self, delivery_id: str) -> str:
        return f"{self._base}/s/{self._vault.short_token(delivery_id)}"

    def check_code(self, delivery_id: str) -> str:
        return str(check_code(delivery_id, self._vault.keyed_hash(CHECKED_AS, delivery_id)))

    def read_message_page(self, token: str) -> str | None:
        """The delivery of a `/m/` token; None for a token that is not ours."""
        return self._vault.read_token(_PAGE, token)

    def read_unsubscribe(self, token: str) -> str | None:
        """The delivery of a `/u/` token; None for a token that is not ours."""
        return self._vault.read_token(_LEAVE, token)

    async def remember_short(self, tx: Transaction, delivery_ids: Collection[str]) -> None:
        """Keep the short tokens of these deliveries, before a message with one leaves."""
        rows = [{"token": self._vault.short_token(delivery), "delivery_id": delivery} for delivery in delivery_ids]
        await insert_new(tx, short_links, rows)

    async def read_short(self, tx: AsyncConnection, token: str) -> str | None:
        """The delivery of a `/s/` token; None for a token that is not ours."""
        found = await tx.execute(sa.select(short_links.c.delivery_id).where(short_links.c.token == token))
        return found.scalar_one_or_none()
