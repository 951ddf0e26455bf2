"""The processes: dev, serve, worker, schedule."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from typing import Annotated

import typer
import uvicorn

from pushsvc.bootstrap.house import House, open_house
from pushsvc.bootstrap.pages import routes
from pushsvc.bootstrap.service import Service
from pushsvc.commands.console import BAD_INPUT, command, fail, run, say
from pushsvc.demo.play import Demo
from pushsvc.errors import BadSetting
from pushsvc.settings import Settings, read_settings
from pushsvc.web.app import application

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - serve stands behind a proxy; dev stays on loopback
_STOP_SECONDS = 10


@command
def dev(
    empty: Annotated[bool, typer.Option("--empty", help="Without demo sites, people and publications.")] = False,
) -> None:
    """Everything in one process, with a mailbox viewer and a demo."""
    run(_serve(read_settings(), dev=True, demo=not empty))


@command
def serve() -> None:
    """The service: API, pages and, on the embedded engine, every stage."""
    settings = read_settings()
    if settings.engine_url:
        raise BadSetting("PUSHSVC_ENGINE_URL: this version has the embedded engine only; unset it (Kafka comes next)")
    run(_serve(settings, dev=False, demo=False))


@command
def worker(
    _stages: Annotated[list[str] | None, typer.Argument(help="The stages to run; none: all.")] = None,
    _shard: Annotated[str | None, typer.Option("--shard", help="i/N, for match.")] = None,
) -> None:
    """Run stages as a process of their own. Needs the Kafka engine."""
    raise _needs_kafka("worker")


@command
def schedule() -> None:
    """Ring digests, reminders and sweeps as a process of its own. Needs the Kafka engine."""
    raise _needs_kafka("schedule")


def _needs_kafka(name: str) -> typer.Exit:
    read_settings()
    return fail(
        f"error: `pushsvc {name}` needs the Kafka engine (PUSHSVC_ENGINE_URL=kafka://host:port): "
        "on the embedded engine `pushsvc serve` alone runs everything",
        BAD_INPUT,
    )


async def _serve(settings: Settings, *, dev: bool, demo: bool) -> None:
    listening = _listen(LOOPBACK if dev else EVERYWHERE, settings.port)
    async with open_house(settings) as house:
        service = Service(house)
        server = _server(house, service, dev=dev)
        for asked in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(asked, server.handle_exit, asked, None)
        await service.start()
        play = Demo(house) if demo else None
        playing = asyncio.create_task(play.run(), name="demo") if play else None
        try:
            say(f"ready: {settings.base_url}/" + (f"  (mailbox: {settings.base_url}/dev/mailbox)" if dev else ""))
            for line in await play.accounts() if play else () if dev else _nobody_gets(settings):
                say(line)
            await server.serve(sockets=[listening])
        finally:
            if playing:
                playing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await playing
            await service.stop()


def _nobody_gets(settings: Settings) -> list[str]:
    """A warning for each channel whose messages go nowhere in production: `serve` has no mailbox viewer to show them."""
    named = {"email": settings.smtp_url, "sms": settings.sms_url, "wechat": settings.wechat_url}
    setting = {"email": "SMTP_URL", "sms": "SMS_URL", "wechat": "WECHAT_URL"}
    return [
        f"warning: PUSHSVC_{setting[channel]} is not set: {channel} messages count as accepted and reach nobody"
        for channel, urls in named.items()
        if not urls
    ]


class _Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn raises a caught one again when it has closed its connections, and that would end the
    process before the stages have given back what they have in hand."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(house: House, service: Service, *, dev: bool) -> uvicorn.Server:
    config = uvicorn.Config(
        application(
            routes(house, service, dev=dev),
            language=house.settings.language,
            https=house.settings.base_url.startswith("https://"),
        ),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=30,
        lifespan="off",
    )
    return _Server(config)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is started, so that a second start changes nothing."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise BadSetting(f"PUSHSVC_PORT: {host}:{port} cannot be used: {error.strerror}; choose another") from None
    listening.listen(1024)
    listening.setblocking(False)
    return listening
