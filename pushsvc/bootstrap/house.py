"""What every command and every process stands on."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock, SystemClock
from pushsvc.ledger import told
from pushsvc.ledger import trace as traces
from pushsvc.ledger.funnel import funnel
from pushsvc.settings import Settings, read_settings
from pushsvc.sites.intake import Intake
from pushsvc.storage.database import Database
from pushsvc.storage.migrations import migrate
from pushsvc.storage.secret_key import secret_key_of
from pushsvc.storage.vault import Vault
from pushsvc.streams.embedded import EmbeddedLog
from pushsvc.streams.why_not import why_not


@dataclass(frozen=True)
class House:
    """What every command and every process stands on: the database, the vault, the log."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    publisher: EmbeddedLog
    intake: Intake
    secret_key: str
    random_bytes: Callable[[int], bytes] = os.urandom

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)

    async def funnel(self, event_id: str) -> Mapping[str, Any] | None:
        async with self.database.read() as tx:
            return await funnel(tx, event_id)

    async def trace(self, tx: AsyncConnection, what: str) -> Mapping[str, Any] | None:
        """An id's whole way, stage by stage."""
        return await traces.trace(tx, what)

    async def trace_pair(self, tx: AsyncConnection, subscriber: str, event: str) -> Mapping[str, Any] | None:
        """Did she get it, and why (not)?"""
        return await told.trace_pair(tx, subscriber, event, why_not)


@asynccontextmanager
async def open_house(settings: Settings | None = None, clock: Clock | None = None) -> AsyncIterator[House]:
    """Opens the database, brings its schema up to date, loads the vault. BadSetting says what stands in the way."""
    settings = settings or read_settings()
    clock = clock or SystemClock()
    database = Database(settings.database_url)
    try:
        await migrate(database)
        key = secret_key(settings)
        vault = await Vault.load(database, key, clock)
        publisher = EmbeddedLog(clock=clock)
        yield House(settings, clock, database, vault, publisher, Intake(database, publisher, vault, clock), key)
    finally:
        await database.close()


def secret_key(settings: Settings) -> str:
    """SECRET_KEY, or where none is set the one that was made once under HOME."""
    return settings.secret_key.get_secret_value() if settings.secret_key else secret_key_of(settings.home)
