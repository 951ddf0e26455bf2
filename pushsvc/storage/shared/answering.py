"""A time limit that holds, whatever the client library does with a cancel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

#: A time limit that ends so much too late says something of this process, not of Redis.
LATE_SECONDS = 0.02

_T = TypeVar("_T")


async def answer_within(question: Coroutine[Any, Any, _T], seconds: float) -> _T:
    """What it gives within `seconds`, else TimeoutError at that moment.

    Not by `asyncio.timeout`: a cancel that falls into a poll of redis-py's (a time limit of 0) is lost there, and the wait
    goes on. So the question is left to itself, which ends by the time limits of its socket.
    """
    asking, begun = asyncio.ensure_future(question), time.monotonic()
    try:
        done, _ = await asyncio.wait({asking}, timeout=seconds)
        if not done and time.monotonic() - begun > seconds + LATE_SECONDS:
            # This process itself was held up. The answer may be here, and only has to be read.
            done, _ = await asyncio.wait({asking}, timeout=LATE_SECONDS)
    except asyncio.CancelledError:
        _leave(asking)
        raise
    if not done:
        _leave(asking)
        raise TimeoutError
    return asking.result()


def _leave(asking: asyncio.Future[Any]) -> None:
    asking.cancel()
    asking.add_done_callback(lambda late: None if late.cancelled() else late.exception())
