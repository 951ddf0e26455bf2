"""Whether the brokers and our topics are there: asked every 2 s, on light connections of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from aiokafka.conn import AIOKafkaConnection

from pushsvc.errors import TryLater
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.connection import ASK_SECONDS, ask, connect
from pushsvc.streams.kafka.topics import TOPICS, faults_of, topic_name, words_of

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
SILENT_SECONDS = 6.0
"""A broker that leads partitions of ours may be silent for so long: usually another one takes over meanwhile."""


class BrokerWatch:
    """Says within 10 s that the brokers vanished, froze or lost a topic, and that they are back.

    What one broker tells is not enough: without a quorum those that are left tell of the others as if they were still there.
    So each that leads partitions of ours is asked, too.
    """

    def __init__(self, brokers: Brokers, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._brokers = brokers
        self._look_seconds = look_seconds
        self._names = [topic_name(brokers, spec.name) for spec in TOPICS]
        self._connection: AIOKafkaConnection | None = None
        self._leaders: dict[str, AIOKafkaConnection] = {}
        self._answered: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None
        self._trouble: str | None = "the brokers were not asked yet"

    @property
    def healthy(self) -> bool:
        return self._trouble is None

    def trouble(self) -> str | None:
        """What is wrong and how to mend it, as of the last look; None: nothing."""
        return self._trouble

    async def start(self) -> None:
        """Returns after the first look, at most 3 s."""
        if self._task is None:
            await self.look()
            self._task = asyncio.create_task(self._run(), name="broker watch")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._close()

    async def look(self) -> str | None:
        """Ask now; gives what `trouble` says from now on."""
        try:
            self._note(await self._ask())
        except Exception as error:  # a watch that died would say "healthy" for ever
            self._close()
            self._note(str(error) if isinstance(error, TryLater) else f"{type(error).__name__}: {error}")
        return self._trouble

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            await self.look()

    async def _ask(self) -> str | None:
        if self._connection is None or not self._connection.connected():
            self._close()
            self._connection = await connect(self._brokers, ASK_SECONDS)
        said = await ask(self._brokers, self._names, connection=self._connection, seconds=ASK_SECONDS)
        if faults := faults_of(said, self._brokers):
            return words_of(faults)
        return await self._ask_leaders(said)

    async def _ask_leaders(self, said: Mapping[str, Any]) -> str | None:
        """What is wrong with those that lead, when there are several brokers; the only one has answered already."""
        leading = {part["leader"] for topic in said["topics"] for part in topic["partitions"]}
        servers = [_server(broker) for broker in said["brokers"] if broker["node_id"] in leading]
        if len(said["brokers"]) == 1:
            return None
        answers = await asyncio.gather(*(self._answers(server) for server in servers))
        now = time.monotonic()
        for server, answered in zip(servers, answers, strict=True):
            if answered or server not in self._answered:
                self._answered[server] = now
        silent = [server for server in servers if now - self._answered[server] >= SILENT_SECONDS]
        return f"Kafka at {', '.join(silent)}: leads partitions of ours and does not answer; start it again" if silent else None

    async def _answers(self, server: str) -> bool:
        link = self._leaders.get(server)
        try:
            if link is None or not link.connected():
                self._leaders[server] = await connect(replace(self._brokers, servers=(server,)), ASK_SECONDS)
            else:
                await ask(self._brokers, [], connection=link, seconds=ASK_SECONDS)
        except TryLater:
            if link is not None:
                link.close()
            self._leaders.pop(server, None)
            return False
        return True

    def _note(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            if trouble is not None:
                logger.warning("brokers_in_trouble", reason=trouble)
            elif self._task is not None:
                logger.info("brokers_are_back")
        self._trouble = trouble

    def _close(self) -> None:
        connections = [*self._leaders.values(), *([self._connection] if self._connection else [])]
        self._leaders, self._connection = {}, None
        for connection in connections:
            connection.close()


def _server(broker: Mapping[str, Any]) -> str:
    host = f"[{broker['host']}]" if ":" in broker["host"] else broker["host"]
    return f"{host}:{broker['port']}"
