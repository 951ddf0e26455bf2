"""The processes: dev, serve, worker, schedule."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Callable
from typing import Annotated

import typer

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.pages import routes
from pushsvc.commands.console import BAD_INPUT, FAILED, command, fail, run, say
from pushsvc.commands.running import EVERYWHERE, LOOPBACK, Process, answering, health_routes, listen, run_until_told, server
from pushsvc.commands.waiting_room import patiently
from pushsvc.demo.play import Demo
from pushsvc.errors import BadInput, BadSetting
from pushsvc.settings import Settings, read_settings

MOST_SHARDS = 64


@command
def dev(
    empty: Annotated[bool, typer.Option("--empty", help="Without demo sites, people and publications.")] = False,
    fakes: Annotated[
        bool,
        typer.Option("--fakes", help="SMS and WeChat go to providers of our own on this machine, which bill, answer and fail."),
    ] = False,
) -> None:
    """Everything in one process, with a mailbox viewer and a demo."""
    settings = read_settings()
    if settings.engine_url:
        raise BadSetting("PUSHSVC_ENGINE_URL: `pushsvc dev` runs everything in one process, without Kafka; unset it")
    run(_with_fakes(settings, demo=not empty) if fakes else _embedded(settings, dev=True, demo=not empty))


@command
def serve() -> None:
    """The API and the pages; without ENGINE_URL also every stage: everything in one process."""
    settings = read_settings()
    run(_serve(settings) if settings.engine_url else _embedded(settings, dev=False, demo=False))


@command
def worker(
    stages: Annotated[
        list[str] | None, typer.Argument(help="normalise, summarise, match, plan, deliver, record; none: all of them.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", help="i/N, for match: this one holds every N-th subscriber, i from 0.")
    ] = None,
) -> None:
    """Run stages as a process of their own. Needs the Kafka engine."""
    settings = _on_kafka("worker")
    wanted, place = _stages(stages or []), _shard(shard, stages or [])
    if not run(_worker(settings, wanted, *place)):
        raise fail("error: the engine stopped by itself; see the log. Start the worker anew", FAILED)


@command
def schedule() -> None:
    """Ring digests, reminders and sweeps as a process of its own. Needs the Kafka engine."""
    if not run(_schedule(_on_kafka("schedule"))):
        raise fail("error: the scheduler stopped by itself; see the log. Start it anew", FAILED)


def _on_kafka(name: str) -> Settings:
    settings = read_settings()
    if settings.engine_url is None:
        raise fail(
            f"error: `pushsvc {name}` needs the Kafka engine (PUSHSVC_ENGINE_URL=kafka://host:port): "
            "on the embedded engine `pushsvc serve` alone runs everything",
            BAD_INPUT,
        )
    return settings


def _stages(named: list[str]) -> tuple[str, ...]:
    from pushsvc.bootstrap.cluster import STAGES

    for name in named:
        if name not in STAGES:
            raise BadInput(f"stage {name!r} is none of {', '.join(STAGES)}")
    return tuple(dict.fromkeys(named)) or STAGES


def _shard(written: str | None, stages: list[str]) -> tuple[int, int]:
    if written is None:
        return 0, 1
    found = re.fullmatch(r"([0-9]{1,3})/([0-9]{1,3})", written)
    shard, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not shard < of <= MOST_SHARDS:
        raise BadInput(f"--shard {written!r} must be i/N, i from 0 to N-1, N at most {MOST_SHARDS}: 0/2 and 1/2 are two shards")
    if stages != ["match"]:
        raise BadInput("--shard is for the stage match alone: `pushsvc worker match --shard 0/2`")
    return shard, of


async def _with_fakes(settings: Settings, *, demo: bool) -> None:
    from pushsvc.bootstrap.fakes import running_fakes

    if settings.sms_url:
        raise BadSetting("PUSHSVC_SMS_URL: `pushsvc dev --fakes` sends SMS to its own providers; unset it")
    if settings.wechat_url:
        raise BadSetting("PUSHSVC_WECHAT_URL: `pushsvc dev --fakes` sends WeChat to its own provider; unset it")
    async with running_fakes(settings) as fakes:
        say("fakes: SMS go to aliyun, tencent, http, smpp and cmpp, WeChat to an account, all on this machine; see the mailbox")
        own = read_settings(sms_url=fakes.sms_url, wechat_url=fakes.wechat.url)
        await _embedded(own, dev=True, demo=demo, opened=fakes.call)


async def _embedded(
    settings: Settings, *, dev: bool, demo: bool, opened: Callable[[House], None] = lambda _house: None
) -> None:
    """`opened` is told of the house before anything is sent."""
    from pushsvc.bootstrap.service import Service

    listening = listen(LOOPBACK if dev else EVERYWHERE, settings.port, "PORT")
    async with patiently(settings, "pushsvc dev" if dev else "pushsvc serve", listening) as house:
        opened(house)
        service = Service(house)
        serving = server(house, routes(house, service, dev=dev))
        play = Demo(house) if demo else None
        playing: list[asyncio.Task[None]] = []
        told = await play.accounts() if play else () if dev else _nobody_gets(settings)

        def ready() -> None:
            say(f"ready: {settings.base_url}/" + (f"  (mailbox: {settings.base_url}/dev/mailbox)" if dev else ""))
            for line in told:
                say(line)
            if play:
                playing.append(asyncio.create_task(play.run(), name="demo"))

        try:
            await run_until_told(service, serving, listening, ready)
        finally:
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)


async def _serve(settings: Settings) -> None:
    from pushsvc.bootstrap.cluster import Serve

    listening = listen(EVERYWHERE, settings.port, "PORT")
    async with patiently(settings, "pushsvc serve", listening) as house:
        process = Serve(house)
        serving = server(house, routes(house, process, dev=False))
        await run_until_told(process, serving, listening, lambda: say(f"ready: {settings.base_url}/"))


async def _worker(settings: Settings, stages: tuple[str, ...], shard: int, of: int) -> bool:
    from pushsvc.bootstrap.cluster import Worker

    listening = _health(settings)
    async with patiently(settings, "pushsvc worker", listening, needs_broker=True) as house:
        process = Worker(house, stages, shard, of)
        if "deliver" in stages:
            for line in _nobody_gets(settings):
                say(line)
        name = f"worker {' '.join(stages)}" + (f" --shard {shard}/{of}" if of > 1 else "")
        return await _run(house, process, listening, name)


async def _schedule(settings: Settings) -> bool:
    from pushsvc.bootstrap.cluster import Schedule

    listening = _health(settings)
    async with patiently(settings, "pushsvc schedule", listening) as house:
        process = Schedule(house, f"{socket.gethostname()} pid {os.getpid()}")
        return await _run(house, process, listening, "schedule")


def _health(settings: Settings) -> socket.socket | None:
    """Where a process without pages tells how it is, if anywhere."""
    return listen(EVERYWHERE, settings.health_port, "HEALTH_PORT") if settings.health_port else None


async def _run(house: House, process: Process, listening: socket.socket | None, name: str) -> bool:
    serving = answering(health_routes(house, process)) if listening else None
    return await run_until_told(process, serving, listening, lambda: say(f"ready: {name}"), at_once=True)


def _nobody_gets(settings: Settings) -> list[str]:
    """A warning for each channel whose messages go nowhere in production: `serve` has no mailbox viewer to show them."""
    named = {"email": settings.smtp_url, "sms": settings.sms_url, "wechat": settings.wechat_url}
    setting = {"email": "SMTP_URL", "sms": "SMS_URL", "wechat": "WECHAT_URL"}
    return [
        f"warning: PUSHSVC_{setting[channel]} is not set: {channel} messages count as accepted and reach nobody"
        for channel, urls in named.items()
        if not urls
    ]
