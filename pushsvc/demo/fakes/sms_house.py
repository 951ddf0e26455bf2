"""What the fakes of Aliyun and Tencent Cloud have in common: templates, what was taken and billed, faults, receipts."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import aiohttp
from aiohttp import web

from pushsvc.clock import Clock, SystemClock

BEIJING = timezone(timedelta(hours=8))
Receipt = Literal["once", "twice", "late", "before", "stranger", "never"]
"""How the receipt of a message comes: once after its time; twice; after all others; before the answer to the request itself;
after one of a message that is not ours; never."""
BREAKS = ("hang", "hang_after", "reset", "reset_after", "rubbish", "html", "another", "500")
"""Faults that are no code of the provider: no answer (before or after the message is taken); the connection breaks (before or
after); 200 with rubbish, with HTML, with an answer about another message (the message is taken); 500 without a code."""
_ADDRESS = re.compile(r"(?i)https?://|www\.|[a-z0-9-]+\.(?:com|cn|net|org|gov)\b")
_EMOJI = re.compile(r"[\U0001F000-\U0001FAFF☀-➿]")


@dataclass(frozen=True)
class Template:
    """An approved template: `${name}` (Aliyun), `{1}` (Tencent) or `{name}` are its variables; `longest` is what each holds."""

    id: str
    content: str
    longest: Mapping[str, int] = field(default_factory=dict)
    abroad: bool = False

    @property
    def variables(self) -> list[str]:
        """In the order of the text, each once."""
        return list(dict.fromkeys(re.findall(r"\$?\{(\w+)\}", self.content)))

    def filled(self, values: Mapping[str, str]) -> str:
        return re.sub(r"\$?\{(\w+)\}", lambda found: values[found[1]], self.content)


@dataclass
class Taken:
    """A message that was taken. `segments` and `price` (millionths of a yuan) are what stands on the bill."""

    delivery_id: str
    number: str
    as_written: str
    """The number as the request wrote it."""
    template: str
    sign: str
    text: str
    provider_id: str
    at: datetime
    segments: int
    price: int
    state: Literal["waiting", "delivered", "failed"] = "waiting"
    code: str = ""
    told_at: datetime | None = None


class SmsHouse:
    """`sent`: what was taken, in order; its `segments` and `price` are the bill. `refused`: the codes of what was not.

    `faults` are taken one a send: a name of BREAKS, or a code of the provider. `receipts` says how each receipt comes, one a
    message, `once` when it is empty; `code_of` gives a number's receipt another code than that of success; `receipts_to` is
    the address that is called, `answers` what it answered. Limits and money are as the console would set them.
    """

    success_code = "DELIVRD"

    def __init__(self, *, clock: Clock | None = None, receipts_to: str | None = None, price: int = 45_000) -> None:
        self.clock: Clock = clock or SystemClock()
        self.receipts_to, self.price = receipts_to, price
        self.templates: dict[str, Template] = {}
        self.signs: set[str] = set()
        self.black_words: set[str] = set()
        self.sent: list[Taken] = []
        self.refused: list[str] = []
        self.requests = 0
        self.faults: deque[str] = deque()
        self.receipts: deque[Receipt] = deque()
        self.code_of: dict[str, str] = {}
        self.receipt_after_seconds = 0.0
        self.retry_seconds: tuple[float, ...] = (60.0, 300.0, 600.0)
        self.delay_seconds = 0.0
        self.shows_after_seconds = 0.0
        """By the clock: how long after it was taken a message can be found by a query."""
        self.balance: int | None = None
        self.number_day_most: int | None = 50
        self.second_most = 3000
        self.answers: list[tuple[int, str]] = []
        self.on_taken: Callable[[Taken], None] | None = None
        self.port = 0
        self._serial = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: list[Taken] = []
        self._of_number: dict[str, list[Taken]] = {}
        self._second: tuple[datetime | None, int] = (None, 0)

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; `port` 0 takes a free one."""
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_post("/", self._request)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._session:
            await self._session.close()
        if self._runner:
            await self._runner.cleanup()

    async def settled(self) -> None:
        """Wait until every receipt that is due has been told; those that were late are told now."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        late, self._late = self._late, []
        for taken in late:
            await self._tell(taken, strangers=False)

    async def reply(self, number: str, words: str) -> None:
        """A person answers an SMS."""
        await self._post(self.reply_body(number, words))

    # What each provider says in its own words.

    async def handle(self, request: web.Request, body: bytes, fault: str | None) -> web.StreamResponse:
        raise NotImplementedError

    def receipt_body(self, taken: Taken) -> Any:
        raise NotImplementedError

    def reply_body(self, number: str, words: str) -> Any:
        raise NotImplementedError

    def told(self, taken: Taken) -> None:
        """An operator has said what became of a message."""

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

    async def follow(self, taken: Taken) -> None:
        """Let the receipt of a message come, in its way."""
        way: Receipt = self.receipts.popleft() if self.receipts else "once"
        if way == "before":
            await self._tell(taken, strangers=False)
        elif way == "late":
            self._late.append(taken)
        elif way != "never":
            self._soon(self._in_time(taken, way))

    async def _in_time(self, taken: Taken, way: Receipt) -> None:
        await asyncio.sleep(self.receipt_after_seconds)
        for _ in range(2 if way == "twice" else 1):
            await self._tell(taken, strangers=way == "stranger")

    async def _tell(self, taken: Taken, *, strangers: bool) -> None:
        taken.code = self.code_of.get(taken.number, self.success_code)
        taken.state = "delivered" if taken.code == self.success_code else "failed"
        taken.told_at = self.clock.now()
        self.told(taken)
        if strangers:
            await self._post(self.receipt_body(self._stranger(taken)))
        await self._post(self.receipt_body(taken))

    def _stranger(self, taken: Taken) -> Taken:
        return Taken(
            "dlv_of_somebody_else", taken.number, taken.as_written, taken.template, taken.sign, "", f"9{taken.provider_id}",
            taken.at, 1, 0, "delivered", self.success_code, taken.told_at,
        )  # fmt: skip

    async def _post(self, told: Any) -> None:
        """Call back; again, after a while, until the answer is 200 (document_detail/101867: after 1, 5 and 10 minutes)."""
        if not self.receipts_to or not self._session:
            return
        for wait in (*self.retry_seconds, None):
            try:
                async with self._session.post(self.receipts_to, json=told) as answer:
                    self.answers.append((answer.status, await answer.text()))
                    if answer.status == 200:
                        return
            except aiohttp.ClientError as fault:
                self.answers.append((0, type(fault).__name__))
            if wait is not None:
                await asyncio.sleep(wait)

    def _soon(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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


def segments_of(text: str) -> int:
    """What a Chinese provider bills for a text with its signature: every sign counts one, Latin ones too; up to 70 are one
    SMS, else each holds 67 (https://help.aliyun.com/document_detail/44335.htm). A sign that UTF-16 writes as a pair takes two
    places, which stay together: the page is silent on those, and a phone could not read half of one."""
    pieces, room = 1, 67
    for sign in text:
        places = len(sign.encode("utf-16-le")) // 2
        if places > room:
            pieces, room = pieces + 1, 67
        room -= places
    return 1 if len(text.encode("utf-16-le")) // 2 <= 70 else pieces


def mobile(written: str) -> str | None:
    """A Chinese mobile number in any form that both take, as E.164; None when it is none."""
    found = re.fullmatch(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})", written)
    return f"+86{found[1]}" if found else None


def holds_address(text: str) -> bool:
    return bool(_ADDRESS.search(text))


def holds_emoji(text: str) -> bool:
    return bool(_EMOJI.search(text))
