"""What the contract suite needs of an engine. To put another engine under the same tests, add it to `KINDS`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from pushsvc.clock import SystemClock
from pushsvc.domain.records import Publisher
from pushsvc.storage.database import Database
from pushsvc.streams.dead_letters import DeadLetter
from pushsvc.streams.embedded import EmbeddedEngine, EmbeddedLog
from pushsvc.streams.stage import Engine, Stage
from tests.contract.on_kafka import OnKafka

OnDead = Callable[[DeadLetter], Awaitable[None]]


class EngineUnderTest(Protocol):
    @property
    def kind(self) -> str: ...

    @property
    def exactly_once(self) -> bool:
        """Effects in SQL happen once also after a kill (else: at least once, and the stages' upserts make it once)."""
        ...

    @property
    def life_seconds(self) -> float:
        """How long a process lives at most before it is killed: in the midst of its work, and after it has noted some."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs in its environment to run the same pipeline: see child.py."""
        ...

    async def open(self) -> None:
        """Make what the engine finds when it starts, and let what is published reach it. Not called in a child."""
        ...

    async def close(self) -> None: ...

    @property
    def database(self) -> Database: ...

    @property
    def publisher(self) -> Publisher: ...

    def part_of(self, key: str) -> int:
        """The partition that records of `key` go to."""
        ...

    def build(
        self,
        stages: Sequence[Stage],
        *,
        on_dead: Callable[[DeadLetter], Awaitable[None]] | None = None,
        most_behind: int = 1_000,
    ) -> Engine:
        """A new engine on `database`, not started; at most one runs at a time."""
        ...

    async def settled(self, engine: Engine, timeout: float = 30.0) -> None:
        """Wait until `engine` has brought every record through; raises TimeoutError."""
        ...


class Embedded:
    kind = "embedded"
    exactly_once = True
    life_seconds = 0.12

    def __init__(self, database: Database) -> None:
        self.database = database
        self.publisher = EmbeddedLog(partitions=4)
        self.environment: Mapping[str, str] = {}

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def part_of(self, key: str) -> int:
        return self.publisher.part_of(key)

    def build(
        self,
        stages: Sequence[Stage],
        *,
        on_dead: Callable[[DeadLetter], Awaitable[None]] | None = None,
        most_behind: int = 1_000,
    ) -> EmbeddedEngine:
        return EmbeddedEngine(self.database, self.publisher, stages, SystemClock(), on_dead=on_dead, most_behind=most_behind)

    async def settled(self, engine: Engine, timeout: float = 30.0) -> None:
        assert isinstance(engine, EmbeddedEngine)
        await engine.drained(timeout)


KINDS: dict[str, Callable[[Database], EngineUnderTest]] = {"embedded": Embedded, "kafka": OnKafka}
"""On Kafka, the environment says where the brokers are: CONTRACT_BROKERS."""
