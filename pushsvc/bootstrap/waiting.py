"""Processes start in any order: each waits for what is missing, and says what it waits for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from pushsvc.errors import PushsvcError
from pushsvc.settings import Brokers
from pushsvc.telemetry import log

LOOK_SECONDS = 1.0
SAY_AGAIN_SECONDS = 30.0


async def wait_for(what: str, look: Callable[[], Awaitable[str | None]], say: Callable[[str], None]) -> None:
    """Return when `look` finds nothing wrong; meanwhile say what is, when it changes and every 30 s."""
    said, said_at = "", 0.0
    while (trouble := await look()) is not None:
        if trouble != said or time.monotonic() - said_at > SAY_AGAIN_SECONDS:
            said, said_at = trouble, time.monotonic()
            say(f"waiting for {what}: {trouble}")
        await asyncio.sleep(LOOK_SECONDS)
    if said:
        say(f"{what}: there")


async def ended(task: asyncio.Task[None] | None) -> None:
    """Returns when a task that should run for ever has ended, and says why; never where there is none."""
    if task is None:
        await asyncio.Event().wait()
        return
    await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()):
        log.error("a task ended that should run for ever", task=task.get_name(), exc_info=error)


async def topics_are_there(brokers: Brokers) -> str | None:
    """Make the topics that are missing, and look at all of them; what is wrong, or None."""
    from pushsvc.streams.kafka.topics import check_topics, make_topics

    try:
        await make_topics(brokers)
        await check_topics(brokers)
    except PushsvcError as error:
        return str(error)
    return None
