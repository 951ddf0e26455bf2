"""Waiting that a stop can end."""

from __future__ import annotations

import asyncio
from collections.abc import Collection


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Until `event`, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


async def end(tasks: Collection[asyncio.Task[None]], seconds: float) -> None:
    """Let the tasks end by themselves for so long, then cancel them."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
