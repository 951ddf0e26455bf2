"""What people do in WeChat, made durable with the callback that told of it: follow, leave, scan, agree.

Who unfollows is heard at once, as by the page `/u`. Following alone is no consent: only a scanned code of a person's own page,
and an agreement to a template, are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pushsvc.domain.receipts import Event
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.ledger.stopping import cancel_for_endpoints
from pushsvc.profiles import consent, wechat
from pushsvc.profiles.changes import hold_the_pen
from pushsvc.profiles.holders import endpoints_at
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_one
from pushsvc.storage.tables.providers import incoming
from pushsvc.storage.vault import Vault
from pushsvc.telemetry import count, log

CHANNEL: Channel = "wechat"
UNFOLLOWED = "unfollowed the WeChat account"


class WeChatEvents:
    """`OnEvents` of streams/callbacks.py."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def __call__(self, tx: Transaction, provider: str, events: Sequence[Event], now: Instant) -> None:
        """In the transaction of the callback. A repeat of an event changes nothing."""
        if any(event.kind == "left" or event.scene for event in events):
            await hold_the_pen(tx)  # before anything else is locked: two calls with the same events would deadlock
        for event in events:
            if await self._is_new(tx, provider, event, now):
                count("answers", what=event.kind, channel=CHANNEL)
                await self._take(tx, event, now)

    async def _take(self, tx: Transaction, event: Event, now: Instant) -> None:
        if event.kind == "left":
            await self._leave(tx, event, now)
        elif event.kind in ("scanned", "subscribed") and event.scene:
            came_to = await wechat.join_by_scene(tx, self._vault, event.scene, event.address, now)
            log.info("a WeChat code was scanned", came_to=came_to)
        elif event.kind == "agreed":
            if not await wechat.add(tx, self._vault, event.address, event.template, event.many, now):
                log.info("somebody agreed to messages who is not registered here", template=event.template)
        elif event.kind == "refused":
            await wechat.empty(tx, self._vault, event.address, event.template, now)

    async def _leave(self, tx: Transaction, event: Event, now: Instant) -> None:
        there = await endpoints_at(tx, CHANNEL, self._vault.find(CHANNEL, event.address))
        for endpoint in there[:1]:  # the stop of one is the stop of all who share the openid
            stop = await consent.stop_endpoint(tx, endpoint.endpoint_id, now, UNFOLLOWED)
            await cancel_for_endpoints(tx, stop.endpoint_ids, now)
            count("unsubscribes", what="endpoint")

    async def _is_new(self, tx: Transaction, provider: str, event: Event, now: Instant) -> bool:
        """WeChat says an event again when it does not hear from us in time."""
        mailbox = self._vault.find(CHANNEL, event.address)
        said = f"{provider}\n{event.kind}\n{event.said_id}"
        row = {
            "channel": CHANNEL, "provider": provider, "said_hash": hashlib.sha256(said.encode()).digest(),
            "address_hash": mailbox, "meant": event.kind[:10], "at": now, "helped_at": None,
        }  # fmt: skip
        return await insert_one(tx, incoming, row)
