"""Whether the brokers and our topics are there: asked every 2 s, on one light connection of its own."""

from __future__ import annotations

import asyncio

import structlog
from aiokafka.conn import AIOKafkaConnection

from pushsvc.errors import TryLater
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.connection import ASK_SECONDS, ask, connect
from pushsvc.streams.kafka.topics import TOPICS, faults_of, topic_name

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0


class BrokerWatch:
    """Says within 10 s that the brokers vanished, froze or lost a topic, and that they are back."""

    def __init__(self, brokers: Brokers, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._brokers = brokers
        self._look_seconds = look_seconds
        self._names = [topic_name(brokers, spec.name) for spec in TOPICS]
        self._connection: AIOKafkaConnection | None = None
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
        faults = faults_of(said, self._brokers)
        return f"{faults[0].words}{f' (and {len(faults) - 1} more)' if len(faults) > 1 else ''}" if faults else None

    def _note(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            if trouble is not None:
                logger.warning("brokers_in_trouble", reason=trouble)
            elif self._task is not None:
                logger.info("brokers_are_back")
        self._trouble = trouble

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
