"""The mailbox viewer of `pushsvc dev`: a channel without a provider hands its messages over here, sealed like a contact."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import iso
from pushsvc.errors import NotDurable
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import mailbox
from pushsvc.storage.vault import Vault

SEALED_AS = "mailbox"
PROVIDER = "mailbox"
CONNECTIONS = 2


class MailboxCarrier:
    """Takes the messages of one channel for the viewer."""

    name = PROVIDER
    connections = CONNECTIONS

    def __init__(self, channel: Channel, database: Database, vault: Vault, clock: Clock) -> None:
        self.channel = channel
        self._database, self._vault, self._clock = database, vault, clock

    async def connect(self) -> MailboxConnection:
        return MailboxConnection(self._database, self._vault, self._clock)


class MailboxConnection:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database, self._vault, self._clock = database, vault, clock

    async def send(self, message: Message) -> SendResult:
        """Keep the message. The same delivery again is the same message: it is kept once."""
        shown = {"to": message.to, "subject": message.subject, "text": message.text, "html": message.html}
        row = {
            "delivery_id": message.delivery_id, "channel": message.channel, "publication_id": message.publication_id,
            "message": self._vault.seal(json.dumps(shown, ensure_ascii=False), SEALED_AS), "kind": message.kind,
            "at": self._clock.now(),
        }  # fmt: skip
        kept = sa.exists().where(mailbox.c.delivery_id == message.delivery_id)
        values = [sa.literal(value, mailbox.c[name].type) for name, value in row.items()]
        try:
            async with self._database.write() as tx:
                await tx.execute(sa.insert(mailbox).from_select(list(row), sa.select(*values).where(~kept)))
        except NotDurable as fault:
            return SendResult("not_sent", "not_durable", str(fault), provider=PROVIDER)
        return SendResult("accepted", "kept", provider=PROVIDER)

    async def close(self) -> None:
        """Nothing is kept open."""


async def list_messages(
    tx: AsyncConnection, vault: Vault, limit: int = 200, *, channel: str | None = None, delivery: str | None = None
) -> list[dict[str, Any]]:
    """The last `limit` messages (of one channel, of one delivery), newest first, as CONTRACT's `/dev/mailbox.json`."""
    wanted = sa.select(mailbox).order_by(mailbox.c.message_no.desc()).limit(limit)
    for column, value in ((mailbox.c.channel, channel), (mailbox.c.delivery_id, delivery)):
        if value is not None:
            wanted = wanted.where(column == value)
    rows = await tx.execute(wanted)
    return [
        {
            "channel": row.channel, **json.loads(vault.open(row.message, SEALED_AS)), "at": iso(row.at),
            "delivery": row.delivery_id, "publication": row.publication_id, "kind": row.kind,
        }
        for row in rows
    ]  # fmt: skip
