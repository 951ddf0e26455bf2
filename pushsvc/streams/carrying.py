"""Bringing a batch through its stage, whatever is wrong with it: what every engine decides in the same way."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from pushsvc.domain.records import Record
from pushsvc.errors import TryLater
from pushsvc.streams.faults import kind_of
from pushsvc.streams.stage import Stage


class NotOurs(TryLater):
    """Somebody else does this lane's work now: nothing was marked as done, and the batch is given up at once."""


class Hands(Protocol):
    """What a lane of an engine does with records; `carry` decides what is done, and when."""

    stage: Stage

    @property
    def closing(self) -> bool:
        """Whether the lane is to end: what is left of the batch is read again later."""
        ...

    async def attempt(self, records: Sequence[Record]) -> None:
        """Effects and outputs of `records`, and the note that they are done. It may fail at any point, and be repeated."""
        ...

    async def bury(self, record: Record, error: Exception) -> None:
        """Put this one record with its reason to the dead letters, and note that it is done."""
        ...

    async def wait_out(self, error: Exception, tries: int) -> None:
        """Pause after `tries` failures in a row (1, 2, …), or until the lane is to end."""
        ...


async def carry(records: Sequence[Record], hands: Hands) -> None:
    """Bring `records` through, in their order: what fails as a batch is halved until the bad record is alone.

    A passing fault is tried again for ever. Raises NotOurs, and what `bury` raises; the caller then reads again from the
    first record that is not noted as done.
    """
    pieces: list[Sequence[Record]] = [records]
    tries = 0
    while pieces and not hands.closing:
        piece = pieces[-1]
        try:
            await _uncancelled(hands.attempt(piece))
        except NotOurs:
            raise
        except Exception as error:
            tries += 1
            kind = kind_of(error)
            if kind != "passing" and len(piece) > 1:
                middle = len(piece) // 2
                pieces[-1:] = [piece[middle:], piece[:middle]]
                tries = 0
            elif kind == "invalid" or (kind == "unknown" and tries >= hands.stage.retry.unknown_tries):
                await hands.bury(piece[0], error)
                pieces.pop()
                tries = 0
            else:
                await hands.wait_out(error, tries)
        else:
            pieces.pop()
            tries = 0


async def _uncancelled(work: Coroutine[Any, Any, None]) -> None:
    """Await `work`; a cancellation that came from inside it, not from our own stop, is a fault like any other."""
    try:
        await work
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise RuntimeError("the stage was cancelled from inside") from error
