"""One session with an operator: many submits unanswered at once, answers found by their numbers, and a clock.

SMPP and CMPP both number their messages, so what differs is the header and the commands.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import Protocol

from pushsvc.channels.sms.operators.connection import Connection

#: What becomes of a submit that the peer did not answer; its own statuses are 0 or more.
NOT_SENT, LATE, BROKEN = -1, -2, -3
"""Nothing of it left; no answer in time (one may still come); the connection broke after it left."""
_TICK_SECONDS = 0.25
#: A clock that was held for so long (all of the process was) says nothing of the peer.
_HELD_SECONDS = 1.0
_GOING_SECONDS = 2.0
_MOST_SEQUENCE = 0x7FFFFFFF
_REMEMBERED_LATE = 1000


class Answered(Protocol):
    def __call__(self, status: int, provider_id: str) -> None:
        """Hears once what came of a submit, and once more when an answer comes after LATE."""
        ...


class Session(Connection):
    """The window and the clock. SMPP and CMPP say how a message looks and what is asked of us."""

    def __init__(self, window: int, *, idle_seconds: float = 30.0, patience_seconds: float = 10.0) -> None:
        """`window`: submits unanswered at once. After `idle_seconds` of silence the peer is asked whether it is there;
        it has `patience_seconds` for the answer."""
        super().__init__()
        self.window, self._idle_seconds, self._patience = window, idle_seconds, patience_seconds
        self._sequence = 0
        self._queue: deque[tuple[bytes, Answered, float]] = deque()
        self._in_flight: dict[int, tuple[Answered, float]] = {}
        self._late: dict[int, Answered] = {}
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._ticked_at = self._heard_at = self._probed_at = self._loop.time()
        self._probe: int | None = None
        self._timer: asyncio.TimerHandle | None = None

    # What a protocol says.

    def frame(self, sequence: int, body: bytes) -> bytes:
        """A submit as it goes over the line."""
        raise NotImplementedError

    def probe(self, sequence: int) -> bytes:
        """The question whether the peer is there."""
        raise NotImplementedError

    # What others ask of a session.

    def submit(self, body: bytes, answered: Answered, seconds: float = 12.0) -> None:
        """Send `body` as soon as the window has room. `answered` hears within `seconds`, whatever happens."""
        if not self.taking:
            answered(NOT_SENT, "")
        elif self._queue or self._full or len(self._in_flight) >= self.window:
            self._queue.append((body, answered, self._loop.time() + seconds))
        else:
            self._put(body, answered, self._loop.time() + seconds)

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

    def next_sequence(self) -> int:
        self._sequence = self._sequence % _MOST_SEQUENCE + 1
        return self._sequence

    @property
    def sequence(self) -> int:
        """The last number that was used."""
        return self._sequence

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

    # The connection and the clock.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._timer = self._loop.call_later(_TICK_SECONDS, self._tick)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if self._timer is not None:
            self._timer.cancel()
        in_flight, self._in_flight = self._in_flight, {}
        for answered, _ in in_flight.values():
            answered(BROKEN, "")
        self._refuse_queue()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ConnectionError(self.why_closed))

    def _put(self, body: bytes, answered: Answered, until: float) -> None:
        sequence = self._sequence = self._sequence % _MOST_SEQUENCE + 1
        self._in_flight[sequence] = (answered, until)
        self._out.append(self.frame(sequence, body))
        if self.window == 1 and not self._reading:
            self._flush()  # nothing else could go with it
        elif not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _fill(self) -> None:
        queue = self._queue
        while queue and not self._full and len(self._in_flight) < self.window:
            self._put(*queue.popleft())

    def _refuse_queue(self) -> None:
        queue, self._queue = self._queue, deque()
        for _, answered, _ in queue:
            answered(NOT_SENT, "")

    def _tick(self) -> None:
        now, before = self._loop.time(), self._ticked_at
        self._ticked_at = now
        self._timer = self._loop.call_later(_TICK_SECONDS, self._tick)
        if self._heard:
            self._heard, self._heard_at = False, now
        if now - before > _HELD_SECONDS:
            # What the peer sent meanwhile is still unread: first read it, then judge.
            self._heard_at, self._probed_at = now, now
            return
        late = [sequence for sequence, (_, until) in self._in_flight.items() if until < now]
        for sequence in late:
            answered, _ = self._in_flight.pop(sequence)
            self._late[sequence] = answered
            if len(self._late) > _REMEMBERED_LATE:
                del self._late[next(iter(self._late))]
            answered(LATE, "")
        while self._queue and self._queue[0][2] < now:
            self._queue.popleft()[1](NOT_SENT, "")
        self._look_after_peer(now, doubtful=bool(late))
        self._fill()

    def _look_after_peer(self, now: float, doubtful: bool) -> None:
        """`doubtful`: it left a submit unanswered, and may be gone: better to know now than with each of the next."""
        if self._probe is None and (doubtful or now - self._heard_at > self._idle_seconds):
            self._probe, self._probed_at = self.next_sequence(), now
            self.send(self.probe(self._probe))
        elif self._probe is not None and now - self._probed_at > self._patience:
            self.end("the peer did not answer whether it is there")
