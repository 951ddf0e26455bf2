"""What every command and every process stands on."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.bootstrap.waiting import topics_are_there, wait_for
from pushsvc.clock import Clock, SystemClock
from pushsvc.domain.ports import Shared
from pushsvc.domain.records import Publisher
from pushsvc.ledger import told
from pushsvc.ledger import trace as traces
from pushsvc.ledger.funnel import funnel
from pushsvc.operations.provider_names import Named, remember_names
from pushsvc.settings import Settings, read_settings
from pushsvc.sites.intake import Intake
from pushsvc.storage.database import Database
from pushsvc.storage.looking import look
from pushsvc.storage.migrations import migrate, require_current
from pushsvc.storage.secret_key import secret_key_of
from pushsvc.storage.shared import open_shared
from pushsvc.storage.vault import Vault
from pushsvc.streams.embedded import EmbeddedLog
from pushsvc.streams.why_not import why_not


class Log(Publisher, Protocol):
    """Where records go: the embedded engine's log, or the outbox of Kafka."""

    def on_ring(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at every ring; the answer takes it off again."""
        ...


@dataclass(frozen=True)
class House:
    """What every command and every process stands on: the database, the vault, the log."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    publisher: Log
    intake: Intake
    secret_key: str
    shared: Shared
    random_bytes: Callable[[int], bytes] = os.urandom
    sms_providers: Named = ()
    """Those of SMS_URL, in its order, under the names by which everybody calls them."""

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
async def open_house(
    settings: Settings | None = None,
    clock: Clock | None = None,
    *,
    name: str = "pushsvc",
    patient: bool = False,
    needs_broker: bool = False,
    say: Callable[[str], None] = lambda _line: None,
) -> AsyncIterator[House]:
    """Opens the database, sees to its schema, loads the vault. BadSetting says what stands in the way.

    The embedded engine brings the schema up to date by itself; on a cluster `pushsvc migrate` does, once. `patient`
    processes wait for what does not answer yet, and `say` what it is; a command fails instead (NotDurable).
    `needs_broker`: without one the process could do nothing; others go on with the database alone. `name` is what
    PostgreSQL shows of our connections.
    """
    settings = settings or read_settings()
    clock = clock or SystemClock()
    database = Database(settings.database_url, pool_size=settings.database_pool, name=name)
    try:
        if patient and database.dialect == "postgresql":
            await wait_for("the database", partial(look, database), say)
        if settings.engine_url is None:
            await migrate(database)
        else:
            await require_current(database)
            if patient and needs_broker:
                await wait_for("the broker", partial(topics_are_there, settings.engine_url), say)
        key = secret_key(settings)
        vault = await Vault.load(database, key, clock)
        publisher = _log(settings, clock)
        intake = Intake(database, publisher, vault, clock)
        redis = settings.redis_url.get_secret_value() if settings.redis_url else None
        shared = open_shared(redis, clock, key)
        try:
            named = await remember_names(database, settings.sms_url, clock.now())
            yield House(settings, clock, database, vault, publisher, intake, key, shared, sms_providers=named)
        finally:
            await shared.close()
    finally:
        await database.close()


def _log(settings: Settings, clock: Clock) -> Log:
    """The embedded engine's log, or on Kafka the outbox (loaded only then)."""
    if settings.engine_url is None:
        return EmbeddedLog(clock=clock)
    from pushsvc.streams.kafka.outbox import KafkaOutbox

    return KafkaOutbox(clock)


def secret_key(settings: Settings) -> str:
    """SECRET_KEY, or where none is set the one that was made once under HOME."""
    return settings.secret_key.get_secret_value() if settings.secret_key else secret_key_of(settings.home)
