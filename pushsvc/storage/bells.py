"""Bells: a process tells the others at once that there is something to do. Whoever hears one looks into the database.

A bell carries its name and nothing else. One that is lost costs the seconds until the listener's own sweep, never a message.

PostgreSQL: LISTEN and NOTIFY, on one connection of their own that comes back by itself. NOTIFY is a statement by itself,
after the commit that it tells of: inside, it would make all transactions that ring commit one after the other. A pooler in
transaction mode (PgBouncer's `pool_mode = transaction`) gives that connection to others in between and no bell arrives: let
PUSHSVC_DATABASE_URL name the server itself, or a pool in session mode.
SQLite: whoever wrote, and whatever, all bells of the other processes ring: `PRAGMA data_version` is looked at four times a
second.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pushsvc.storage.changes import Changes
from pushsvc.storage.database import Database
from pushsvc.storage.postgres import connect_to
from pushsvc.telemetry.logs import log

SQLITE_LOOK_SECONDS = 0.25
#: A connection whose other end vanished is noticed after both: within 8 s.
QUIET_SECONDS, ANSWER_SECONDS = 5.0, 3.0
FIRST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.2, 5.0
_CHANNEL = "pushsvc_bells"
_RING = "SELECT pg_notify($1, name) FROM unnest($2::text[]) AS name"

Listener = Callable[[], object]


class Bells:
    """The bells of one process. Ring and listen from its event loop; before `start` only this process hears."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: defaultdict[str, dict[object, Listener]] = defaultdict(dict)
        self._to_ring: set[str] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.hears_others = False
        """Whether other processes are heard at this moment."""

    def ring(self, name: str) -> None:
        """Call after the commit. This process hears at once, the others soon; however often, one NOTIFY is on its way."""
        self._call(name)
        if self._database.dialect == "postgresql":
            self._to_ring.add(name)
            self._wake.set()

    def on(self, name: str, listener: Listener) -> Callable[[], None]:
        """Call `listener`, without waiting, whenever `name` rings; also when it may have rung unheard. Gives how to end it."""
        key = object()
        self._listeners[name][key] = listener
        return lambda: self._listeners[name].pop(key, None) and None

    async def start(self) -> None:
        """Hear other processes from now on. Returns at once, also when the database is away."""
        if self._task is None:
            listen = self._listen if self._database.dialect == "postgresql" else self._look
            self._task = asyncio.create_task(listen(), name="bells")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self.hears_others = False

    def _call(self, name: str) -> None:
        for listener in tuple(self._listeners[name].values()):
            try:
                listener()
            except Exception:
                log.exception("a listener failed on its bell", bell=name)

    def _call_all(self) -> None:
        for name in tuple(self._listeners):
            self._call(name)

    async def _listen(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            connection: Any = None
            try:
                connection = await connect_to(
                    self._database.url, f"{self._database.name} bells", command_timeout=ANSWER_SECONDS
                )
                await connection.add_listener(_CHANNEL, self._heard)
                connection.add_termination_listener(lambda _connection: self._wake.set())
                self.hears_others, pause = True, FIRST_PAUSE_SECONDS
                self._call_all()
                await self._notify(connection)
            except Exception as error:  # whatever it was: without bells everything still works, and they come back
                _say_lost(error)
            finally:
                self.hears_others = False
                if connection is not None:
                    connection.terminate()
            await asyncio.sleep(pause)
            pause = min(2 * pause, MOST_PAUSE_SECONDS)

    async def _notify(self, connection: Any) -> None:
        """Until the connection is lost. What was rung and not yet sent waits for the next one."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIET_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            names, self._to_ring = self._to_ring, set()
            try:
                # Without names it asks nothing but whether the server is still there.
                await connection.execute(_RING, _CHANNEL, list(names))
            except BaseException:
                self._to_ring |= names
                raise

    def _heard(self, connection: Any, pid: int, _channel: str, name: object) -> None:
        if pid != connection.get_server_pid():  # our own listeners have heard it already
            self._call(str(name))

    async def _look(self) -> None:
        changes = Changes(self._database)
        try:
            while True:
                try:
                    if await changes.seen():
                        self._call_all()
                    self.hears_others = True
                except Exception as error:
                    self.hears_others = False
                    _say_lost(error)
                    await changes.close()
                    await asyncio.sleep(MOST_PAUSE_SECONDS)
                await asyncio.sleep(SQLITE_LOOK_SECONDS)
        finally:
            await changes.close()


def _say_lost(error: Exception) -> None:
    log.warning("bells of other processes are not heard now", why=str(error) or type(error).__name__)
