"""Running a process: its port, its signals, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.errors import BadSetting
from pushsvc.web.api.health import HealthRoutes
from pushsvc.web.app import application

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - serve stands behind a proxy; dev stays on loopback
_STOP_SECONDS = 10


class Process(Protocol):
    """What the command line runs."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def failed(self) -> None:
        """Returns when the process cannot go on and must be started anew."""
        ...

    async def readiness(self) -> Mapping[str, str]: ...

    async def measure(self) -> None: ...


async def run_until_told(
    process: Process,
    server: uvicorn.Server | None,
    listening: socket.socket | None,
    ready: Callable[[], None],
    *,
    at_once: bool = False,
) -> bool:
    """Start, serve until SIGTERM or SIGINT, stop. False when the process failed by itself.

    `at_once`: answer while it is still starting, for those who ask how it is.
    """
    told = asyncio.Event()

    def tell(number: int) -> None:
        told.set()
        if server:
            server.handle_exit(number, None)

    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, tell, asked)
    asked_to_stop = asyncio.ensure_future(told.wait())
    answering: asyncio.Future[None] | None = None

    def answer() -> None:
        nonlocal answering
        if server and listening and answering is None:
            answering = asyncio.ensure_future(server.serve(sockets=[listening]))

    try:
        if at_once:
            answer()
        if not await _started(process, asked_to_stop):
            return True
        answer()
        ready()
        failing = asyncio.ensure_future(process.failed())
        await asyncio.wait([one for one in (asked_to_stop, failing, answering) if one], return_when=asyncio.FIRST_COMPLETED)
        failed = failing.done() and not told.is_set()
        failing.cancel()
        return not failed
    finally:
        asked_to_stop.cancel()
        if server and answering:
            server.should_exit = True
            await answering
        await process.stop()


async def _started(process: Process, asked_to_stop: asyncio.Future[Any]) -> bool:
    """False when it was told to stop while it was still starting."""
    starting = asyncio.ensure_future(process.start())
    await asyncio.wait([starting, asked_to_stop], return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        starting.result()
        return True
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    return False


class Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn raises a caught one again when it has closed its connections, and that would end the
    process before the stages have given back what they have in hand."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Pages that look again by themselves hold a connection open, which would hold up the stop: they end first."""
        end_streams = getattr(getattr(self.config.app, "state", None), "end_streams", None)
        if end_streams is not None:
            end_streams()
        await super().shutdown(sockets)


def server(house: House, routes: Sequence[BaseRoute]) -> Server:
    settings = house.settings
    return _server(application(routes, house.vault, language=settings.language, https=settings.base_url.startswith("https://")))


def answering(routes: Sequence[BaseRoute]) -> Server:
    """For programs that ask how a process is: plain answers, no pages."""
    return _server(Starlette(routes=routes))


def _server(app: Any) -> Server:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=30,
        lifespan="off",
    )
    return Server(config)


def health_routes(house: House, process: Process) -> Sequence[BaseRoute]:
    """What `worker` and `schedule` answer on HEALTH_PORT."""
    token = house.settings.metrics_token
    return HealthRoutes(process.readiness, process.measure, token.get_secret_value() if token else None).routes()


def listen(host: str, port: int, setting: str) -> socket.socket:
    """Take the port before anything else is started, so that a second start changes nothing."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        raise BadSetting(f"PUSHSVC_{setting}: {host}:{port} cannot be used: {error.strerror}; choose another") from None
    listening.setblocking(False)
    return listening
