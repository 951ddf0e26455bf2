"""One session with an operator: many submits unanswered at once, one write a turn of the loop, answers read where they lie.

SMPP and CMPP both frame their messages by a length and number them, so what differs is the header and the commands.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import deque
from typing import Protocol

#: What becomes of a submit that the peer did not answer; its own statuses are 0 or more.
NOT_SENT, LATE, BROKEN = -1, -2, -3
"""Nothing of it left; no answer in time (one may still come); the connection broke after it left."""
_TICK_SECONDS = 0.25
_GOING_SECONDS = 2.0
_MOST_SEQUENCE = 0x7FFFFFFF
_REMEMBERED_LATE = 1000
#: More than any message of these protocols has: SMPP's payload may be 64 KiB (3.4, 5.3.2.32), all else is far below.
MOST_OCTETS = 70_000
#: Answers that the peer does not read; above it we read nothing of it either.
_MOST_UNREAD = 256 * 1024


class Answered(Protocol):
    def __call__(self, status: int, provider_id: str) -> None:
        """Hears once what came of a submit, and once more when an answer comes after LATE."""
        ...


class Session(asyncio.Protocol):
    """The window, the clock and the frames. SMPP and CMPP say how a message looks and what is asked of us."""

    header: struct.Struct

    def __init__(self, window: int, *, idle_seconds: float = 30.0, patience_seconds: float = 10.0) -> None:
        """`window`: submits unanswered at once. After `idle_seconds` of silence the peer is asked whether it is there;
        it has `patience_seconds` for the answer."""
        self.window, self._idle_seconds, self._patience = window, idle_seconds, patience_seconds
        self.why_closed = ""
        self.closed = asyncio.Event()
        self.taking = False
        """Whether submits may leave: after the bind, until somebody says goodbye."""
        self._loop = asyncio.get_running_loop()
        self._now = self._loop.time()
        self._transport: asyncio.Transport | None = None
        self._sequence = 0
        self._queue: deque[tuple[bytes, Answered, float]] = deque()
        self._in_flight: dict[int, tuple[Answered, float]] = {}
        self._late: dict[int, Answered] = {}
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._out: list[bytes] = []
        self._flushing = self._full = self._doubtful = False
        self._rest = b""
        self._heard_at = self._now
        self._probe: int | None = None

    # What a protocol says.

    def frame(self, sequence: int, body: bytes) -> bytes:
        """A submit as it goes over the line."""
        raise NotImplementedError

    def probe(self) -> bytes | None:
        """The question whether the peer is there, under a number of `next_sequence`."""
        raise NotImplementedError

    def taken(self, octets: bytes, at: int, end: int) -> None:
        """One whole message of the peer: `octets[at:end]`, header and all."""
        raise NotImplementedError

    # What others ask of a session.

    def submit(self, body: bytes, answered: Answered, seconds: float = 12.0) -> None:
        """Send `body` as soon as the window has room. `answered` hears within `seconds`, whatever happens."""
        if not self.taking:
            answered(NOT_SENT, "")
        elif self._queue or self._full or len(self._in_flight) >= self.window:
            self._queue.append((body, answered, self._now + seconds))
        else:
            self._put(body, answered, self._now + seconds)

    async def ask(self, sequence: int, message: bytes, seconds: float) -> bytes:
        """Send a question of our own and await its answer, whole. TimeoutError, or ConnectionError when the session ends."""
        answer: asyncio.Future[bytes] = self._loop.create_future()
        self._asked[sequence] = answer
        self.send(message)
        try:
            async with asyncio.timeout(seconds):
                return await answer
        finally:
            self._asked.pop(sequence, None)

    def send(self, message: bytes) -> None:
        """Send with whatever else is sent in this turn of the loop."""
        self._out.append(message)
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def next_sequence(self) -> int:
        self._sequence = self._sequence % _MOST_SEQUENCE + 1
        return self._sequence

    @property
    def sequence(self) -> int:
        """The last number that was used."""
        return self._sequence

    @property
    def unanswered(self) -> int:
        return len(self._in_flight)

    def end(self, why: str) -> None:
        """Close at once; `why` is what every waiting submit is told by."""
        self.why_closed = self.why_closed or why
        self.taking = False
        if self._transport is not None and not self._transport.is_closing():
            self._flush()
            self._transport.close()
            # A peer that reads nothing would keep what is unwritten, and the connection, for ever.
            self._loop.call_later(1.0, self._transport.abort)

    def go(self, why: str) -> None:
        """The peer wants to go: nothing new leaves, and who waits for an answer may get it while the line holds."""
        self.taking = False
        self._refuse_queue()
        self.why_closed = self.why_closed or why
        self._loop.call_later(_GOING_SECONDS, self.end, why)

    async def drain(self, seconds: float) -> None:
        """Take nothing new, and wait until all that left is answered, for at most `seconds`."""
        self.taking = False
        self._refuse_queue()
        ends_at = self._loop.time() + seconds
        while self._in_flight and not self.closed.is_set() and self._loop.time() < ends_at:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closed.wait(), 0.02)

    # The connection itself.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's is no subclass
        connection = transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            # Half of a window that waits for the acknowledgement of the other half costs a round trip.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._timer = self._loop.call_later(_TICK_SECONDS, self._tick)

    def data_received(self, octets: bytes) -> None:
        self._heard_at = self._now
        if self._rest:
            octets = self._rest + octets
        at, have, least = 0, len(octets), self.header.size
        while have - at >= 4:
            length = int.from_bytes(octets[at : at + 4], "big")
            if not least <= length <= MOST_OCTETS:
                self._rest = b""
                self.malformed(f"a message of {length} octets; {least} to {MOST_OCTETS} are possible")
                return
            if have - at < length:
                break
            self.taken(octets, at, at + length)
            at += length
        self._rest = octets[at:]
        if self._queue:
            self._fill()
        if self._out:
            self._flush()

    def malformed(self, what: str) -> None:
        """The peer sent what cannot be read any further: nobody can say where the next message begins."""
        self.end(f"the peer sent {what}: the connection was closed, check that the port speaks this protocol")

    def pause_writing(self) -> None:
        """The peer reads too slowly: nothing more leaves, and what it sends waits in its own buffers."""
        self._full = True
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._full = False
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
        self._fill()

    def connection_lost(self, error: Exception | None) -> None:
        self.taking = False
        self._timer.cancel()
        self.why_closed = self.why_closed or (str(error) if error else "") or "the peer closed the connection"
        in_flight, self._in_flight = self._in_flight, {}
        self._out.clear()
        self._rest = b""
        self.closed.set()
        for answered, _ in in_flight.values():
            answered(BROKEN, "")
        self._refuse_queue()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ConnectionError(self.why_closed))

    # What protocols use.

    def settle(self, sequence: int, status: int, provider_id: str) -> None:
        """The peer's answer to a submit. One that nobody waits for (a second answer, an unknown number) says nothing."""
        entry = self._in_flight.pop(sequence, None)
        if entry is not None:
            entry[0](status, provider_id)
        elif sequence in self._late:
            self._late.pop(sequence)(status, provider_id)

    def answer(self, sequence: int, message: bytes) -> bool:
        """The peer's answer to a question of `ask` or to a probe. False when it was neither."""
        if sequence == self._probe:
            self._probe = None
            return True
        asked = self._asked.get(sequence)
        if asked is None:
            return False
        if not asked.done():
            asked.set_result(message)
        return True

    def _put(self, body: bytes, answered: Answered, until: float) -> None:
        sequence = self._sequence = self._sequence % _MOST_SEQUENCE + 1
        self._in_flight[sequence] = (answered, until)
        self._out.append(self.frame(sequence, body))
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _fill(self) -> None:
        queue = self._queue
        while queue and not self._full and len(self._in_flight) < self.window:
            self._put(*queue.popleft())

    def _flush(self) -> None:
        self._flushing = False
        if self._out and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(self._out))
        self._out.clear()

    def _refuse_queue(self) -> None:
        queue, self._queue = self._queue, deque()
        for _, answered, _ in queue:
            answered(NOT_SENT, "")

    def _tick(self) -> None:
        self._now = self._loop.time()
        self._timer = self._loop.call_later(_TICK_SECONDS, self._tick)
        # Both are in the order of their sending; a message of several parts may have a shorter time than one before it.
        for sequence in [number for number, (_, until) in self._in_flight.items() if until < self._now]:
            answered, _ = self._in_flight.pop(sequence)
            self._late[sequence] = answered
            if len(self._late) > _REMEMBERED_LATE:
                del self._late[next(iter(self._late))]
            self._doubtful = True
            answered(LATE, "")
        while self._queue and self._queue[0][2] < self._now:
            self._queue.popleft()[1](NOT_SENT, "")
        silent = self._now - self._heard_at
        if self._probe is None and (silent > self._idle_seconds or (self._doubtful and silent > _TICK_SECONDS)):
            # One that does not answer a submit may be gone: better to know now than with each of the next.
            self._doubtful = False
            message = self.probe()
            if message is not None:
                self._probe = self._sequence
                self._probed_at = self._now
                self.send(message)
        elif self._probe is not None and self._now - self._probed_at > self._patience:
            self.end("the peer did not answer whether it is there")
        self._fill()
