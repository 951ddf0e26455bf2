"""A plain HTTP gateway for SMS, as CONTRACT describes it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import aiohttp
from aiohttp import web

Fault = Literal[
    "throttle", "refuse", "own", "later", "hang", "hang_after", "reset", "reset_after", "rubbish", "html", "500", "deaf"
]
"""throttle: 429. refuse, own, later: an error for good, for good with a strange code, or for now. hang: no answer. reset: the
connection breaks before the message is taken; hang_after, reset_after: after it. rubbish, html: it is taken, and the answer is
200 with something else. 500: not taken, without a code. deaf: 401."""
_CALLED_AGAIN_SECONDS = 1.0
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass
class FakeGateway:
    """`sent` holds each message once, by our id. `faults` are taken one a request; `receipts_to` is told what became of it."""

    secret: str
    receipts_to: str | None = None
    receipts: tuple[str, ...] = ("delivered",)
    receipt_after_seconds: float = 0.0
    delay_seconds: float = 0.0
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: int = 0
    faults: deque[Fault] = field(default_factory=deque)
    on_sent: Callable[[dict[str, Any]], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64 * 1024)
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for task in self._telling:
            task.cancel()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """For SMS_URL."""
        return f"http://:{self.secret.replace('/', '%2F').replace('+', '%2B')}@127.0.0.1:{self.port}/sms"

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        fault = self.faults.popleft() if self.faults else None
        body = await request.read()
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "reset":
            return _broken(request)
        if fault == "deaf" or request.headers.get("Authorization") != f"Bearer {self.secret}":
            return web.json_response({"error": "unauthorized", "permanent": False}, status=401)
        if fault == "throttle":
            return web.json_response({"error": "too_many", "permanent": False}, status=429, headers={"Retry-After": "3"})
        if fault == "500":
            return web.Response(status=500, text="upstream failed")
        if fault in ("refuse", "own", "later"):
            permanent = fault != "later"
            return web.json_response({"error": fault, "permanent": permanent}, status=422 if permanent else 503)
        wrong = _wrong(body)
        if wrong:
            return web.json_response({"error": wrong, "permanent": True}, status=422)
        told = json.loads(body)
        if told["id"] not in self.sent:
            self.sent[told["id"]] = told | {"own": f"gw-{next(self._numbers)}"}
            self._tell(self.sent[told["id"]])
        if fault == "reset_after":
            return _broken(request)
        if fault == "hang_after":
            await asyncio.sleep(3600)
        if fault == "html":
            return web.Response(text="<html>200</html>", content_type="text/html")
        if fault == "rubbish":
            return web.Response(body=b"\x00\xff[[[{", content_type="application/json")
        return web.json_response({"id": self.sent[told["id"]]["own"]})

    def _tell(self, message: dict[str, Any]) -> None:
        task = asyncio.create_task(self._say(message))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _say(self, message: dict[str, Any]) -> None:
        if self.on_sent:
            await self.on_sent(message)
        for state in self.receipts if self.receipts_to else ():
            await asyncio.sleep(self.receipt_after_seconds)
            told = {"id": message["own"], "state": state, "code": "000" if state == "delivered" else "UNDELIV"}
            for _ in range(3):
                with contextlib.suppress(aiohttp.ClientError):
                    if await self.say(told) < 300:
                        break
                await asyncio.sleep(_CALLED_AGAIN_SECONDS)

    async def say(self, told: dict[str, Any], *, at: datetime | None = None, secret: str | None = None) -> int:
        """Send a receipt, or a person's answer (`{"id", "from", "text"}`); gives the status that came back."""
        body = json.dumps(told).encode()
        moment = str(int((at or datetime.now(UTC)).timestamp()))
        key = base64.b64decode(secret or self.secret)
        name = f"msg-{next(self._numbers)}"
        mac = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "webhook-id": name, "webhook-timestamp": moment, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
            "Content-Type": "application/json",
        }  # fmt: skip
        async with (
            aiohttp.ClientSession() as session,
            session.post(str(self.receipts_to), data=body, headers=headers) as answer,
        ):
            return answer.status


def _wrong(body: bytes) -> str:
    """What the gateway has against a message; nothing when it is as CONTRACT says."""
    try:
        told = json.loads(body)
    except ValueError:
        return "not_json"
    if (
        not isinstance(told, dict)
        or set(told) != {"id", "to", "text"}
        or not all(isinstance(each, str) for each in told.values())
    ):
        return "wrong_fields"
    if not _NUMBER.fullmatch(told["to"]):
        return "wrong_number"
    return "" if told["id"] and told["text"] else "empty"


def _broken(request: web.Request) -> web.StreamResponse:
    """The connection ends without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()
