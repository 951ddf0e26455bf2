"""What the fakes of Aliyun and Tencent Cloud have in common: templates, what was taken and billed, faults, receipts."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from pushsvc.clock import Clock, SystemClock
from pushsvc.demo.fakes.sms_receipts import Receipts, Taken
from pushsvc.demo.fakes.sms_texts import Template, segments_of

__all__ = ["BREAKS", "SmsHouse", "Taken"]

BREAKS = ("hang", "hang_after", "reset", "reset_after", "rubbish", "html", "another", "500")
"""Faults that are no code of the provider: no answer (before or after the message is taken); the connection breaks (before or
after); 200 with rubbish, with HTML, with an answer about another message (the message is taken); 500 without a code."""


class SmsHouse(Receipts):
    """`sent`: what was taken, in order; its `segments` and `price` are the bill. `refused`: the codes of what was not.

    `faults` are taken one a send: a name of BREAKS, or a code of the provider. Limits and money are as the console would set
    them. Of receipts see Receipts.
    """

    def __init__(self, *, clock: Clock | None = None, receipts_to: str | None = None, price: int = 45_000) -> None:
        super().__init__(receipts_to)
        self.clock: Clock = clock or SystemClock()
        self.price = price
        self.templates: dict[str, Template] = {}
        self.signs: set[str] = set()
        self.black_words: set[str] = set()
        self.sent: list[Taken] = []
        self.refused: list[str] = []
        self.requests = 0
        self.faults: deque[str] = deque()
        self.delay_seconds = 0.0
        self.shows_after_seconds = 0.0
        """By the clock: how long after it was taken a message can be found by a query."""
        self.balance: int | None = None
        self.number_day_most: int | None = 50
        self.second_most = 3000
        self.on_taken: Callable[[Taken], None] | None = None
        self.port = 0
        self._serial = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._of_number: dict[str, list[Taken]] = {}
        self._second: tuple[datetime | None, int] = (None, 0)

    @property
    def bill(self) -> tuple[int, int]:
        """Segments, and their price in millionths of a yuan, of all that was taken."""
        return sum(taken.segments for taken in self.sent), sum(taken.price for taken in self.sent)

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; `port` 0 takes a free one."""
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_post("/", self._request)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self.hang_up()
        if self._runner:
            await self._runner.cleanup()

    # What each provider says in its own words.

    async def handle(self, request: web.Request, body: bytes, fault: str | None) -> web.StreamResponse:
        raise NotImplementedError

    def lie(self) -> web.Response:
        """An answer about another message."""
        raise NotImplementedError

    # What both do alike.

    async def _request(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        body = await request.read()
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        fault = self.faults.popleft() if self.faults and self.is_send(request) else None
        if fault == "reset" or fault == "hang":
            return await self._break(request, fault)
        if fault == "500":
            return web.Response(status=500, text="upstream failed")
        answer = await self.handle(request, body, None if fault in BREAKS else fault)
        if fault in ("reset_after", "hang_after"):
            return await self._break(request, fault)
        match fault:
            case "rubbish":
                return web.Response(body=b"\x00\xff[[[{", content_type="application/json")
            case "html":
                return web.Response(text="<html><body>Welcome</body></html>", content_type="text/html")
            case "another":
                return self.lie()
        return answer

    def is_send(self, request: web.Request) -> bool:
        raise NotImplementedError

    async def _break(self, request: web.Request, fault: str) -> web.StreamResponse:
        if fault.startswith("hang"):
            await asyncio.sleep(3600)
        if request.transport:
            request.transport.abort()
        return web.Response()

    def take(self, delivery_id: str, number: str, as_written: str, template: Template, sign: str, text: str, own: str) -> Taken:
        """The message is taken and billed. The caller has checked it."""
        segments = segments_of(f"【{sign}】{text}")
        price = segments * self.price
        if self.balance is not None:
            self.balance -= price
        taken = Taken(
            delivery_id, number, as_written, template.id, sign, text, own, self.clock.now(), segments, price,
        )  # fmt: skip
        self._second = (taken.at.replace(microsecond=0), self.this_second() + 1)
        self.sent.append(taken)
        self._of_number.setdefault(number, []).append(taken)
        if self.on_taken:
            self.on_taken(taken)
        return taken

    def next_id(self) -> int:
        return next(self._serial)

    def within(self, seconds: float, number: str, *, template: str | None = None, text: str | None = None) -> int:
        """How many messages this number got in the last `seconds`."""
        since = self.clock.now() - timedelta(seconds=seconds)
        return sum(
            taken.at > since and template in (None, taken.template) and text in (None, taken.text)
            for taken in self._of_number.get(number, ())
        )

    def this_second(self) -> int:
        """How many messages were taken in this second of the clock."""
        second, count = self._second
        return count if second == self.clock.now().replace(microsecond=0) else 0

    def shown(self, number: str) -> list[Taken]:
        """The messages to a number that a query finds by now, the newest first."""
        until = self.clock.now() - timedelta(seconds=self.shows_after_seconds)
        return [taken for taken in reversed(self._of_number.get(number, ())) if taken.at <= until]
