"""submit_sm a second over SMPP: the session by itself and the provider's `send`, beside smpplib and the npm package smpp.

    python -m bench.sms_smpp [--quick] [--rounds 3] [--messages 20000] [--npm FOLDER_WITH_NODE_MODULES] [--far]

One fast server (ours, below) for all; each sender is a process of its own, in turn; the median of the rounds. Without node
the npm peer is left out; without --npm it is installed into a folder that goes away. With a delay of 20 ms the law is
window / round trip.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvloop

from bench.report import figure, machine

BENCH = "sms_smpp"
TEXT = "【市民政局】适老化改造补贴4月30日前可申请，到街道便民中心办。"
WINDOWS = (1, 10, 100)
RTT_MS = 20.0
SMPP_JS = "0.5.1"
WHO = {"session": "our session", "send": "our provider's send", "smpplib": "smpplib", "npm": "npm smpp"}


class FastServer(asyncio.Protocol):
    """Takes every submit and numbers it; the answers to one read leave in one write."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest, self._number = b"", 0

    def data_received(self, data: bytes) -> None:
        data, at, out, number = self._rest + data, 0, [], self._number
        while len(data) - at >= 16:
            length, command, _, sequence = struct.unpack_from(">IIII", data, at)
            if len(data) - at < length:
                break
            if command == 4:
                number += 1
                own = b"%d\0" % number
                out.append(struct.pack(">IIII", 16 + len(own), 0x80000004, 0, sequence) + own)
            elif not command & 0x80000000:
                body = b"FAST\0" if command == 9 else b""
                out.append(struct.pack(">IIII", 16 + len(body), command | 0x80000000, 0, sequence) + body)
            at += length
        self._rest, self._number = data[at:], number
        if out:
            self._transport.write(b"".join(out))  # type: ignore[attr-defined]


class Delayed(asyncio.Protocol):
    """One side of a line: what comes leaves on the other side half a round trip later, in order."""

    def __init__(self, half: float, far: tuple[str, int] | None, other: Delayed | None = None) -> None:
        self._half, self._far, self._other, self._early = half, far, other, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        if self._far:
            self._reaching = asyncio.ensure_future(self._reach(*self._far))
        elif self._other is not None:
            self._other._other = self
        self.write(b"")

    async def _reach(self, host: str, port: int) -> None:
        await asyncio.get_running_loop().create_connection(lambda: Delayed(self._half, None, self), host, port)

    def data_received(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(self._half, self._hand_over, data)

    def _hand_over(self, data: bytes) -> None:
        if self._other is None:
            asyncio.get_running_loop().call_later(0.001, self._hand_over, data)
        else:
            self._other.write(data)

    def write(self, data: bytes) -> None:
        self._early += data
        if self._transport is not None and not self._transport.is_closing() and self._early:
            self._transport.write(self._early)
            self._early = b""

    def connection_lost(self, error: Exception | None) -> None:
        if self._other is not None and self._other._transport is not None:
            asyncio.get_running_loop().call_later(self._half + 0.01, self._other._transport.close)


async def serve(port: int, to: int | None) -> None:
    """The server, or a line to it when `to` is given."""
    loop = asyncio.get_running_loop()
    half = RTT_MS / 2000
    make = (lambda: Delayed(half, ("127.0.0.1", to))) if to else FastServer
    server = await loop.create_server(make, "127.0.0.1", port)
    await server.serve_forever()


def measured(started: float, cpu: float) -> str:
    return json.dumps({"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu})


async def by_session(port: int, count: int, window: int) -> str:
    """The session by itself: a submit is made when an answer came, as the peers do it."""
    from pushsvc.channels.sms.smpp import pdu
    from pushsvc.channels.sms.smpp.session import SmppSession

    loop = asyncio.get_running_loop()
    done = loop.create_future()
    _, session = await loop.create_connection(lambda: SmppSession(window, lambda _, answer: answer(0)), "127.0.0.1", port)
    await session.ask(1, pdu.bind_transceiver(1, "push", "secret", ""), 5)
    session.taking = True
    head, octets = b"\0" + pdu.Address("10690000", 0, 1).octets(), TEXT.encode("utf-16-be")
    sent = answered = 0

    def next_one() -> None:
        nonlocal sent
        session.submit(pdu.submit(head, f"86138{sent:08d}", 0, 8, octets, sent & 0xFFFF), heard)
        sent += 1

    def heard(status: int, _: str) -> None:
        nonlocal answered
        if status:
            done.set_exception(RuntimeError(f"status {status}"))
            return
        answered += 1
        if answered == count:
            done.set_result(None)
        elif sent < count:
            next_one()

    started, cpu = time.perf_counter(), time.process_time()
    for _ in range(min(window, count)):
        next_one()
    await done
    return measured(started, cpu)


async def by_ping(port: int, count: int, window: int) -> str:
    """The round trip of the line itself: one enquire_link at a time, `seconds` is that of one (the median)."""
    from pushsvc.channels.sms.smpp import pdu
    from pushsvc.channels.sms.smpp.session import SmppSession

    _, session = await asyncio.get_running_loop().create_connection(
        lambda: SmppSession(window, lambda _, answer: answer(0)), "127.0.0.1", port
    )
    trips = []
    for number in range(1, count + 1):
        started = time.perf_counter()
        await session.ask(number, pdu.message(pdu.ENQUIRE_LINK, 0, number), 5)
        trips.append(time.perf_counter() - started)
    return json.dumps({"seconds": statistics.median(trips), "cpu": 0.0})


async def by_send(port: int, count: int, window: int) -> str:
    """The provider as the deliverer uses it: so many connections, each of which waits for its message."""
    from pushsvc.channels.sms.provider import Sms
    from pushsvc.channels.sms.smpp.provider import Smpp
    from pushsvc.clock import SystemClock
    from pushsvc.domain.receipts import Heard
    from pushsvc.settings.providers import provider_urls

    async def nothing(_: Heard) -> None:
        return None

    written = f"smpp://push:secret@127.0.0.1:{port}/?window={window}&source=10690000"
    provider = Smpp(provider_urls(written, ("smpp",))[0], SystemClock(), nothing)
    await provider.open()
    numbers = iter(range(count))

    async def connection() -> None:
        for number in numbers:
            result = await provider.send(Sms(f"dlv_{number}", f"+86138{number:08d}", TEXT, "市民政局"))
            if result.verdict != "accepted":
                raise RuntimeError(result.why)

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(connection() for _ in range(window)))
    line = measured(started, cpu)
    await provider.close()
    return line


def by_smpplib(port: int, count: int, window: int) -> str:
    """smpplib has no window: a submit is sent while fewer than `window` are unanswered, then one answer is read."""
    import logging

    import smpplib.client

    logging.disable(logging.CRITICAL)
    client = smpplib.client.Client("127.0.0.1", port, allow_unknown_opt_params=True)
    answered = 0

    def heard(*_: object, **__: object) -> None:
        nonlocal answered
        answered += 1

    client.set_message_sent_handler(heard)
    client.connect()
    client.bind_transceiver(system_id="push", password="secret")
    octets = TEXT.encode("utf-16-be")
    started, cpu = time.perf_counter(), time.process_time()
    for number in range(count):
        client.send_message(
            source_addr_ton=0, source_addr_npi=1, source_addr="10690000", dest_addr_ton=1, dest_addr_npi=1,
            destination_addr=f"86138{number:08d}", short_message=octets, data_coding=8, registered_delivery=True,
        )  # fmt: skip
        while number + 1 - answered >= window:
            client.read_once()
    while answered < count:
        client.read_once()
    return measured(started, cpu)


@contextmanager
def child(*arguments: str, port: int) -> Iterator[None]:
    """This bench as a server on `port`, until the block ends."""
    process = subprocess.Popen([sys.executable, "-m", "bench.sms_smpp", *arguments])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def turn(who: str, port: int, count: int, window: int, modules: str) -> dict[str, float]:
    """Seconds and CPU seconds of one sender in a process of its own."""
    if who == "npm":
        command = ["node", str(Path(__file__).with_suffix(".js")), str(port), str(count), str(window)]
    else:
        command = [sys.executable, "-m", "bench.sms_smpp", "--send", who, str(port), str(count), str(window)]
    done = subprocess.run(command, env={**os.environ, "NODE_PATH": modules}, capture_output=True, text=True, check=True)
    measure: dict[str, float] = json.loads(done.stdout)
    return measure


def npm_modules(stack: ExitStack, given: str | None) -> str | None:
    """The folder with the package; None when node or the registry is missing."""
    if given:
        return given
    if not shutil.which("node") or not shutil.which("npm"):
        print("node and npm are missing: without the npm peer", file=sys.stderr)
        return None
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    installed = subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--prefix", folder, f"smpp@{SMPP_JS}"], check=False, timeout=120
    )
    return None if installed.returncode else str(Path(folder, "node_modules"))


def compare(port: int, rounds: int, messages: int, modules: str | None) -> None:
    """Everybody in turn, at each window."""
    senders = ["session", "send", "smpplib", *(["npm"] if modules else [])]
    for window in WINDOWS:
        measures: dict[str, list[dict[str, float]]] = {who: [] for who in senders}
        for _ in range(rounds):
            for who in senders:
                measures[who].append(turn(who, port, messages, window, modules or ""))
        rates = {who: messages / statistics.median(one["seconds"] for one in ones) for who, ones in measures.items()}
        cpus = {who: statistics.median(one["cpu"] for one in ones) / messages * 1e6 for who, ones in measures.items()}
        for own in ("session", "send"):
            for peer in senders[2:]:
                name = f"submits a second, window {window}, {WHO[own]}"
                figure(BENCH, name, rates[own], "1/s", WHO[peer], rates[peer], rates[own] / rates[peer])
                name = f"CPU a submit, window {window}, {WHO[own]}"
                figure(BENCH, name, cpus[own], "us", WHO[peer], cpus[peer], cpus[peer] / cpus[own])


def far(port: int, rounds: int, seconds: float) -> None:
    """Over a round trip of 20 ms: the law is window / round trip, as the line shows it when nothing else is on it."""
    trip = statistics.median(turn("ping", port, 50, 1, "")["seconds"] for _ in range(rounds))
    figure(BENCH, "round trip of the slow line", trip * 1000, "ms", "asked for", RTT_MS)
    for window in WINDOWS:
        law = window / trip
        count = int(law * seconds)
        for own in ("session", "send"):
            rate = statistics.median(count / turn(own, port, count, window, "")["seconds"] for _ in range(rounds))
            figure(
                BENCH, f"submits a second over {RTT_MS:g} ms, window {window}, {WHO[own]}", rate, "1/s", "law", law, rate / law
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--npm", help="a node_modules folder that holds smpp")
    parser.add_argument("--serve", type=int, nargs="+", metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--far", action="store_true", help="the slow line only")
    parser.add_argument("--send", nargs=4, metavar="WHO", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        uvloop.run(serve(asked.serve[0], asked.serve[1] if len(asked.serve) > 1 else None))
        return
    if asked.send:
        who, port, count, window = asked.send[0], *map(int, asked.send[1:])
        if who == "smpplib":
            print(by_smpplib(port, count, window))
        else:
            print(uvloop.run({"session": by_session, "send": by_send, "ping": by_ping}[who](port, count, window)))
        return
    messages, rounds = (1000, 1) if asked.quick else (asked.messages, asked.rounds)
    machine(BENCH)
    with ExitStack() as stack:
        port, line = free_port(), free_port()
        stack.enter_context(child("--serve", str(port), port=port))
        if not asked.far:
            compare(port, rounds, messages, npm_modules(stack, asked.npm))
        stack.enter_context(child("--serve", str(line), str(port), port=line))
        far(line, rounds, 0.5 if asked.quick else 3.0)


if __name__ == "__main__":
    main()
