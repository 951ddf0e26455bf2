"""What a process answers while it waits for what is missing: that it is alive, that it is not ready, and for what it waits."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import typer
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pushsvc.bootstrap.house import House, open_house
from pushsvc.commands.console import say
from pushsvc.commands.running import answering
from pushsvc.settings import Settings

_SOON = {"Retry-After": "5"}


class WaitingRoom:
    """`say` tells the log and remembers the last line for `/readyz`."""

    def __init__(self) -> None:
        self._said = "starting"

    def say(self, line: str) -> None:
        self._said = line
        say(line)

    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/{path:path}", self.later, methods=["GET", "POST"]),
        ]

    async def healthz(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        return JSONResponse({"ready": False, "slower": [], "parts": {"start": self._said}}, status_code=503, headers=_SOON)

    async def later(self, request: Request) -> Response:
        return PlainTextResponse("not ready yet\n", status_code=503, headers=_SOON)


@asynccontextmanager
async def patiently(
    settings: Settings, name: str, listening: socket.socket | None, *, needs_broker: bool = False
) -> AsyncIterator[House]:
    """Open the house when everything that it stands on is there; until then `listening` answers as above.

    SIGTERM ends the wait at once, with exit code 0: nothing was begun.
    """
    room = WaitingRoom()
    opening = open_house(settings, name=name, patient=True, needs_broker=needs_broker, say=room.say)
    if listening is None:
        house = await _entered(opening)
    else:
        async with _open(room, listening):
            house = await _entered(opening)
    try:
        yield house
    finally:
        await opening.__aexit__(None, None, None)


async def _entered(opening: AbstractAsyncContextManager[House]) -> House:
    entering = asyncio.ensure_future(opening.__aenter__())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, entering.cancel)
    try:
        return await entering
    except asyncio.CancelledError:
        if not entering.cancelled():
            raise
        say("stopped while it waited")
        raise typer.Exit(0) from None


@asynccontextmanager
async def _open(room: WaitingRoom, listening: socket.socket) -> AsyncIterator[None]:
    # Its own handle on the same port: uvicorn closes what it is given, and the next answers where this one ended.
    server = answering(room.routes())
    waiting = asyncio.create_task(server.serve(sockets=[listening.dup()]), name="waiting room")
    try:
        yield
    finally:
        server.should_exit = True
        await waiting
