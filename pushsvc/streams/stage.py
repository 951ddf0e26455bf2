"""A stage is two plain functions. The engine calls them and is the only one that commits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pushsvc.domain.records import Output, Record, Topic
from pushsvc.storage.database import Transaction

Prepare = Callable[[Sequence[Record]], Awaitable[Any]]
"""Reads, computes, calls out; writes nothing. Raises InvalidRecord or TryLater; the engine then halves the batch until
the one bad record is alone: that goes to the dead letters, the others go on."""

Apply = Callable[[Transaction, Any], Awaitable[Sequence[Output]]]
"""SQL upserts by derived ids, and the output records. Called with what `prepare` gave; may be repeated."""


@dataclass(frozen=True)
class Retry:
    """How a passing fault is tried again: the pause doubles from `first` to `most` seconds; it never gives up.

    A fault of an unknown kind is tried `unknown_tries` times and then counts as the record's own.
    """

    first: float = 0.1
    most: float = 10.0
    unknown_tries: int = 3


@dataclass(frozen=True)
class Stage:
    name: str
    sources: tuple[Topic, ...]
    sinks: tuple[Topic, ...]
    prepare: Prepare
    apply: Apply
    batch: int = 50
    """At most so many records at once, all of one partition."""
    retry: Retry = Retry()
    group: str = ""
    """Who reads together: all processes with this group share the partitions. By default the stage's name; each shard of the
    matcher has its own, because each must see every record."""

    def __post_init__(self) -> None:
        if not self.group:
            object.__setattr__(self, "group", self.name)


class Engine(Protocol):
    """Runs a pipeline: at least once, in order per key, a fault holding only its own partition."""

    async def start(self) -> None: ...

    async def stop(self) -> None:
        """Finish or abandon the batches in hand, losing nothing."""
        ...

    @property
    def healthy(self) -> bool: ...
