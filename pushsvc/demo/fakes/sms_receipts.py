"""Receipts of the fakes of Aliyun and Tencent Cloud: when they come, how often, and what they say."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import aiohttp

from pushsvc.clock import Clock

BEIJING = timezone(timedelta(hours=8))
Receipt = Literal["once", "twice", "late", "before", "stranger", "never"]
"""How the receipt of a message comes: once after its time; twice; after all others; before the answer to the request itself;
after one of a message that is not ours; never."""


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


class Receipts:
    """`receipts` says how each receipt comes, one a message, `once` when it is empty; `code_of` gives a number's receipt
    another code than that of success; `receipts_to` is the address that is called, `answers` what it answered."""

    clock: Clock
    success_code = "DELIVRD"

    def __init__(self, receipts_to: str | None) -> None:
        self.receipts_to = receipts_to
        self.receipts: deque[Receipt] = deque()
        self.code_of: dict[str, str] = {}
        self.receipt_after_seconds = 0.0
        self.retry_seconds: tuple[float, ...] = (60.0, 300.0, 600.0)
        self.answers: list[tuple[int, str]] = []
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: list[Taken] = []

    # What each provider says in its own words.

    def receipt_body(self, taken: Taken) -> Any:
        raise NotImplementedError

    def reply_body(self, number: str, words: str) -> Any:
        raise NotImplementedError

    def told(self, taken: Taken) -> None:
        """An operator has said what became of a message."""

    # What both do alike.

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
        if not self.receipts_to:
            return
        self._session = self._session or aiohttp.ClientSession()
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

    async def hang_up(self) -> None:
        """Tell nobody anything more."""
        for task in self._tasks:
            task.cancel()
        if self._session:
            await self._session.close()
        self._session = None
