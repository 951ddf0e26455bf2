"""What flows between the stages: small records (at most 64 KiB) that carry ids; documents lie in SQL."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pushsvc.domain.time import Instant

Topic = Literal["publication-events", "versions", "summaries", "matches", "outcomes", "receipts"]
MAX_RECORD_BYTES = 64 * 1024


def part_of(key: bytes, parts: int) -> int:
    """The partition of a key, out of `parts`: the same in every process, in both engines and for ever, for order per key
    hangs on it."""
    return zlib.crc32(key) % parts


@dataclass(frozen=True)
class Output:
    """A record on its way out. Records of one key keep their order."""

    topic: Topic
    key: str
    value: Mapping[str, Any]


@dataclass(frozen=True)
class Record:
    """A record as a stage reads it, with its place in the topic."""

    topic: Topic
    part: int
    offset: int
    key: str
    value: Mapping[str, Any]
    at: Instant


class Publisher(Protocol):
    """Puts records on their topics as part of a transaction: they are there when it commits, and only then."""

    async def publish(self, tx: Any, outputs: Sequence[Output]) -> None:
        """`tx` is the storage room's Transaction (the domain knows no SQL)."""
        ...

    def ring(self) -> None:
        """Wake the stages after the commit, so that nothing waits for the next look at the log."""
        ...
