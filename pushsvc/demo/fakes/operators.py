"""What the fake gateways of operators have in common: what they took, what it costs, and how they read it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal[
    "throttle", "full", "refuse", "no_number", "later", "own", "hang", "mute", "reset", "reset_after", "twice", "early", "late",
    "garbage", "huge", "short", "unknown_command", "goodbye",
]  # fmt: skip
"""Taken one a submit. throttle, full: too fast. refuse: for good. no_number: no such number. later: a fault of the operator.
own: a status that only this operator has. hang: not taken, no answer. mute: taken, no answer. reset, reset_after: the
connection breaks before or after it is taken. twice: two answers. early: the receipt before the answer. late: the answer after
`late_seconds`. garbage: octets that are no message; huge, short: a length of 4 GB or 3; unknown_command: one that does not
exist, then the answer. goodbye: it unbinds after the answer."""
SIGNS = bytes(range(128)).decode("latin-1")
#: TS 23.038, 6.2.1: the places where the alphabet of phones is not ASCII.
_ELSEWHERE = {
    0x00: "@", 0x01: "£", 0x02: "$", 0x03: "¥", 0x04: "è", 0x05: "é", 0x06: "ù", 0x07: "ì", 0x08: "ò", 0x09: "Ç", 0x0B: "Ø",
    0x0C: "ø", 0x0E: "Å", 0x0F: "å", 0x10: "Δ", 0x11: "_", 0x12: "Φ", 0x13: "Γ", 0x14: "Λ", 0x15: "Ω", 0x16: "Π", 0x17: "Ψ",
    0x18: "Σ", 0x19: "Θ", 0x1A: "Ξ", 0x1C: "Æ", 0x1D: "æ", 0x1E: "ß", 0x1F: "É", 0x24: "¤", 0x40: "¡", 0x5B: "Ä", 0x5C: "Ö",
    0x5D: "Ñ", 0x5E: "Ü", 0x5F: "§", 0x60: "¿", 0x7B: "ä", 0x7C: "ö", 0x7D: "ñ", 0x7E: "ü", 0x7F: "à",
}  # fmt: skip
_ESCAPED = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip


def read_phone_alphabet(octets: bytes) -> str:
    """Unpacked GSM 7-bit octets. ValueError for what no phone can show."""
    words, at = "", 0
    while at < len(octets):
        if octets[at] == 0x1B:
            if at + 1 >= len(octets) or octets[at + 1] not in _ESCAPED:
                raise ValueError("an escape without its sign")
            words += _ESCAPED[octets[at + 1]]
            at += 2
            continue
        if octets[at] > 127:
            raise ValueError("more than seven bits")
        words += _ELSEWHERE.get(octets[at], SIGNS[octets[at]])
        at += 1
    return words


@dataclass
class Taken:
    """One submit that was taken: one SMS on the bill. `place` is (reference, total, number) of a part of several."""

    provider_id: str
    to: str
    source: str
    words: str
    coding: int
    place: tuple[int, int, int] | None = None
    reference: int | None = None
    state: str = "ENROUTE"
    as_written: str = ""
    """The number as it came."""


@dataclass
class Server:
    """A server on 127.0.0.1 that is strict, fails when told to and keeps a bill."""

    price: int = 45_000
    """Of one SMS, in millionths of a yuan."""
    window: int = 10
    receipts: tuple[str, ...] = ("DELIVRD",)
    receipt_after_seconds: float = 0.0
    keeps_seconds: float = 2.0
    """So long what it has to deliver waits for a session."""
    late_seconds: float = 0.5
    delay_seconds: float = 0.0
    no_numbers: set[str] = field(default_factory=set)
    faults: deque[Fault] = field(default_factory=deque)
    bind_status: int = 0
    deaf: bool = False
    """It answers no question whether it is there."""
    sent: list[Taken] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    overruns: int = 0
    binds: int = 0
    goodbyes: int = 0
    heard: list[int] = field(default_factory=list)
    """The statuses by which what we delivered was answered."""
    unanswered_most: int = 0
    on_taken: Callable[[Taken], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", port, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hang_up(self) -> None:
        """Break every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    @property
    def bill(self) -> tuple[int, int]:
        """The SMS that it counts, and what they cost in millionths of a yuan."""
        return len(self.sent), len(self.sent) * self.price

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What phones show: number and words, a message of several parts once and only when it has all of them."""
        shown: list[tuple[str, str]] = []
        open_parts: dict[tuple[str, int, int], dict[int, str]] = {}
        for taken in self.sent:
            if taken.place is None:
                shown.append((taken.to, taken.words))
                continue
            reference, total, number = taken.place
            parts = open_parts.setdefault((taken.to, reference, total), {})
            parts[number] = taken.words
            if len(parts) == total:
                shown.append((taken.to, "".join(words for _, words in sorted(parts.items()))))
                del open_parts[taken.to, reference, total]
        return shown

    async def somebody_is_bound(self, bound: Sequence[object]) -> bool:
        """Wait for a session to deliver by. False when none came in time."""
        for _ in range(round(self.keeps_seconds * 10)):
            if bound:
                break
            await asyncio.sleep(0.1)
        return bool(bound)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    def later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self.serve(reader, writer)
        finally:
            self._writers.discard(writer)
            if task:
                self._tasks.discard(task)
            writer.close()
