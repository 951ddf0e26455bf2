"""SMS over HTTP: sends a second by our providers, beside httpx and Aliyun's official SDK; and whether estimates are the bill.

    python -m bench.sms [--quick] [--rounds 3] [--messages 4000] [--texts 10000]

One fast server (ours, below) for all, in a process of its own; each sender too, in turn; the median of the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import uvloop

from bench.report import figure, machine

BENCH = "sms"
IN_FLIGHT = (1, 10, 50)
TEXT = "【市民政局】适老化改造补贴：每户最高补3000元，4月30日前申请 https://push.example/s/abcdefghij"
_CODE = '{"Code":"OK","Message":"OK","BizId":"%d^0","RequestId":"r","id":"%d"}'
ALIYUN = ("aliyun", "sdk")


class FastGateway(asyncio.Protocol):
    """As little HTTP/1.1 as a POST with a length needs: takes everything, and answers both kinds of clients."""

    served = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._rest = transport, b""
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            head = self._rest[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._rest) < end + 4 + length:
                return
            self._rest = self._rest[end + 4 + length :]
            FastGateway.served += 1
            body = (_CODE % (FastGateway.served, FastGateway.served)).encode()
            self._transport.write(  # type: ignore[attr-defined]
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            )


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(FastGateway, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


async def in_turn(send: Callable[[int], Awaitable[bool]], count: int, in_flight: int) -> str:
    numbers = iter(range(count))

    async def one() -> None:
        for number in numbers:
            if not await send(number):
                raise SystemExit("a message was not taken")

    await send(-1)  # the connection is open when the clock starts
    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one() for _ in range(in_flight)))
    return json.dumps({"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu})


async def by_gateway(port: int, count: int, in_flight: int) -> str:
    from pushsvc.channels.sms.gateway import Gateway
    from pushsvc.channels.sms.provider import Sms
    from pushsvc.clock import SystemClock
    from pushsvc.settings.providers import provider_urls

    (url,) = provider_urls(f"http://:c2VjcmV0@127.0.0.1:{port}/sms?at_once={in_flight}", ("http",))
    provider = Gateway(url, SystemClock())

    async def send(number: int) -> bool:
        return (await provider.send(Sms(f"dlv_{number}", "+8613800000000", TEXT, ""))).verdict == "accepted"

    try:
        return await in_turn(send, count, in_flight)
    finally:
        await provider.close()


async def by_httpx(port: int, count: int, in_flight: int) -> str:
    import httpx

    limits = httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
    headers = {"Authorization": "Bearer c2VjcmV0", "Content-Type": "application/json; charset=utf-8"}
    async with httpx.AsyncClient(limits=limits, timeout=30, trust_env=False) as client:

        async def send(number: int) -> bool:
            body = json.dumps({"id": f"dlv_{number}", "to": "+8613800000000", "text": TEXT}, ensure_ascii=False).encode()
            answer = await client.post(f"http://127.0.0.1:{port}/sms", content=body, headers=headers)
            return bool(answer.json()["id"])

        return await in_turn(send, count, in_flight)


async def by_aliyun(port: int, count: int, in_flight: int) -> str:
    from pushsvc.channels.sms.aliyun import Aliyun
    from pushsvc.channels.sms.provider import Filled, Sms
    from pushsvc.clock import SystemClock
    from pushsvc.settings.providers import provider_urls

    sign = "%E5%B8%82%E6%B0%91%E6%94%BF%E5%B1%80"
    (url,) = provider_urls(f"aliyun://KEY:SECRET@127.0.0.1:{port}/?sign={sign}&insecure=1&at_once={in_flight}", ("aliyun",))
    provider = Aliyun(url, SystemClock(), callback_key="k")
    filled = Filled("SMS_1", {"matter": "适老化改造补贴", "deadline": "4月30日"}, ("matter", "deadline"))

    async def send(number: int) -> bool:
        return (await provider.send(Sms(f"dlv_{number}", "+8613800000000", TEXT, "市民政局", filled))).verdict == "accepted"

    try:
        return await in_turn(send, count, in_flight)
    finally:
        await provider.close()


async def by_sdk(port: int, count: int, in_flight: int) -> str:
    """The official SDK is blocking by its usual call: as many threads as messages in flight."""
    from alibabacloud_dysmsapi20170525 import models  # type: ignore[import-untyped]
    from alibabacloud_dysmsapi20170525.client import Client  # type: ignore[import-untyped]
    from alibabacloud_tea_openapi import models as open_api  # type: ignore[import-untyped]

    config = open_api.Config(access_key_id="KEY", access_key_secret="SECRET", endpoint=f"127.0.0.1:{port}")
    config.protocol = "HTTP"
    client, loop = Client(config), asyncio.get_running_loop()
    with ThreadPoolExecutor(in_flight) as threads:

        def blocking(number: int) -> bool:
            asked = models.SendSmsRequest(
                phone_numbers="13800000000", sign_name="市民政局", template_code="SMS_1", out_id=f"dlv_{number}",
                template_param=json.dumps({"matter": "适老化改造补贴", "deadline": "4月30日"}, ensure_ascii=False),
            )  # fmt: skip
            return bool(client.send_sms(asked).body.code == "OK")

        async def send(number: int) -> bool:
            return await loop.run_in_executor(threads, blocking, number)

        return await in_turn(send, count, in_flight)


SENDERS: dict[str, Callable[[int, int, int], Awaitable[str]]] = {
    "gateway": by_gateway, "httpx": by_httpx, "aliyun": by_aliyun, "sdk": by_sdk,
}  # fmt: skip


def estimates(many: int) -> None:
    """Random texts with emoji, rare characters and signatures: what we count, and what the fake bills."""
    from pushsvc.channels.rendering.lengths import sms_length
    from pushsvc.demo.fakes.sms_texts import segments_of

    dice = random.Random(20261126)
    alphabets = [
        "适老化改造补贴申请截止每户最高元月日前街道便民中心",
        "abcXYZ 019.,:;/-@$_", "{}[]~^|\\€", "😀🏠🧓🏽👨‍👩‍👧", "𠮷𠀀𪚥㐂", "éèùÉÑßΔΩ",
        "\u200d\ufe0f\u3000", "，。！？【】（）",
    ]  # fmt: skip
    equal = 0
    for _ in range(many):
        chosen = dice.sample(alphabets, dice.randint(1, 4))
        text = "".join(
            dice.choice(dice.choice(chosen)) for _ in range(dice.choice((5, 60, 69, 70, 71, 134, 135, 160, 161, 300)))
        )
        whole = f"【{'市民政局便民'[: dice.randint(2, 6)]}】{text}"
        equal += sms_length(whole).segments == segments_of(whole)
    figure(BENCH, f"of {many} random texts, the estimate is the fake's bill", equal, "texts", "all", many, equal / many)


@contextmanager
def serving() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen([sys.executable, "-m", "bench.sms", "--serve", str(port)], cwd=Path(__file__).parents[1])
    try:
        for _ in range(100):
            with socket.socket() as knock:
                if not knock.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.kill()
        server.wait()


def measured(who: str, port: int, count: int, in_flight: int) -> tuple[float, float]:
    """(messages a second, microseconds of CPU a message) of a sender in a process of its own."""
    command = [sys.executable, "-m", "bench.sms", "--who", who, "--port", str(port), "--messages", str(count)]
    done = subprocess.run(
        [*command, "--in-flight", str(in_flight)], cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True
    )
    said = json.loads(done.stdout.splitlines()[-1])
    return count / said["seconds"], said["cpu"] / count * 1e6


def compare(port: int, messages: int, rounds: int) -> None:
    for ours, peer in (("gateway", "httpx"), ("aliyun", "sdk")):
        for in_flight in IN_FLIGHT:
            rates: dict[str, list[tuple[float, float]]] = {ours: [], peer: []}
            for _ in range(rounds):
                for who in (ours, peer):
                    count = messages if who in (ours, "httpx") else messages // 4
                    rates[who].append(measured(who, port, count, in_flight))
            mine, other = ([statistics.median(each[place] for each in rates[who]) for place in (0, 1)] for who in (ours, peer))
            name = f"{ours}: sends a second, {in_flight} in flight"
            figure(BENCH, name, mine[0], "1/s", peer, other[0], mine[0] / other[0])
            figure(BENCH, f"{ours}: CPU a message, {in_flight} in flight", mine[1], "us", peer, other[1], other[1] / mine[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--who", choices=SENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--in-flight", type=int, default=1, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        uvloop.run(serve(asked.serve))
    elif asked.who:
        print(uvloop.run(SENDERS[asked.who](asked.port, asked.messages, asked.in_flight)))  # type: ignore[arg-type]
    else:
        machine(BENCH)
        estimates(1000 if asked.quick else asked.texts)
        with serving() as port:
            compare(port, 200 if asked.quick else asked.messages, 1 if asked.quick else asked.rounds)


if __name__ == "__main__":
    main()
