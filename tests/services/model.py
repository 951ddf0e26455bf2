"""A real HTTP server that speaks as a language model's does, on a free port of 127.0.0.1, and can be told to misbehave.

model.says({"headline": …})              a chat completion with that answer, as JSON or as any text
model.answers(500)                       another status, body, headers
model.does(drips, resets)                one way after the other; the last goes on
model.asked                              what came: headers and bodies
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Way = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def document(self) -> dict[str, Any]:
        """The user message: the document under its ids."""
        document = json.loads(self.body["messages"][1]["content"])
        assert isinstance(document, dict)
        return document


def completion(content: object, finish: str = "stop") -> bytes:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return json.dumps({"id": "c-1", "object": "chat.completion", "choices": [choice]}).encode()


def saying(content: object, finish: str = "stop") -> Way:
    return answering(200, completion(content, finish))


def answering(status: int, body: bytes = b"{}", **headers: str) -> Way:
    async def way(_request: web.Request) -> web.StreamResponse:
        named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return web.Response(status=status, body=body, headers=named)

    return way


def dripping(body: bytes, seconds_a_byte: float = 0.05) -> Way:
    """Always something, never an end in time."""

    async def way(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        for byte in body:
            await answer.write(bytes([byte]))
            await asyncio.sleep(seconds_a_byte)
        return answer

    return way


def flooding(megabytes: int) -> Way:
    async def way(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        for _ in range(megabytes):
            await answer.write(b" " * 1_000_000)
        return answer

    return way


async def hanging(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(600)
    raise AssertionError


async def resetting(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


class ModelServer:
    """Runs in a thread of its own, so that a test may wait for a command or a house meanwhile."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self._ways: list[Way] = [saying("nothing was told to me")]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._port = 0

    def start(self) -> ModelServer:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def url(self, key: str = "sk-hunter2", options: str = "") -> str:
        """As WRITER_URL."""
        return f"http://:{key}@127.0.0.1:{self._port}/v1?model=test-model{options}"

    def does(self, *ways: Way) -> None:
        self._ways = list(ways)

    def says(self, content: object, finish: str = "stop") -> None:
        self.does(saying(content, finish))

    def answers(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        self.does(answering(status, body, **headers))

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.method == "POST" else {}
        self.asked.append(Asked({**dict(request.headers), "path": request.path}, body))
        way = self._ways.pop(0) if len(self._ways) > 1 else self._ways[0]
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await way(request)
        finally:
            self.at_once -= 1
