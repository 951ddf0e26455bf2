"""Keeps one session open: opens it when it is wanted, again after a break, each time after a longer pause."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pushsvc.channels.sms.operators.session import Session
from pushsvc.domain.notices import Stops
from pushsvc.telemetry import log

#: After so many failures in a row; the last of them again and again.
PAUSES_SECONDS = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
#: A wrong password is not knocked with: operators lock who does. Whoever sends all the same wants to know whether it is
#: mended, and hears of it soon.
_REFUSED_PAUSE_SECONDS, _REFUSED_SENDER_SECONDS = 300.0, 5.0
_SHORT_LIFE_SECONDS = 5.0
OPEN_SECONDS = 7.0
CLOSE_SECONDS = 5.0


@dataclass
class NotOpen(Exception):
    """No session can be had now. `stops` is "provider" when a person must mend it first (a wrong password)."""

    code: str
    why: str
    stops: Stops = ""


S = TypeVar("S", bound=Session)


class Greeting(Protocol[S]):
    """What a protocol does when it comes and goes."""

    def new(self) -> S: ...

    async def bind(self, session: S) -> None:
        """Introduce ourselves. NotOpen when we are refused, ConnectionError or TimeoutError when it breaks."""
        ...

    async def leave(self, session: S) -> None:
        """Say goodbye and wait for the answer, 2 s at most."""
        ...


class Line(Generic[S]):
    """One session at a time to `host`:`port`, with TLS when `tls` is given."""

    def __init__(self, host: str, port: int, greeting: Greeting[S], name: str, tls: ssl.SSLContext | None = None) -> None:
        self.where, self._name = f"{host}:{port}", name
        self._host, self._port, self._tls, self._greeting = host, port, tls, greeting
        self._session: S | None = None
        self._opening: asyncio.Task[S] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._failures = 0
        self._failed: tuple[float, NotOpen] | None = None
        self._is_closed = False
        self.opened: Callable[[S], None] = lambda _: None

    @property
    def bound(self) -> S | None:
        """The session, while it takes submits."""
        return self._session if self._session is not None and self._session.taking else None

    async def session(self) -> S:
        """The open session; opens one where there is none. NotOpen says why there is none, at once while it pauses."""
        if self._session is not None and self._session.taking:
            return self._session
        if self._is_closed:
            raise NotOpen("closed", f"{self._name}: this provider was closed")
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep(), name=f"keep {self._name} open")
        if self._opening is None and self._failed and self._loop_time() < self._failed[0]:
            raise self._failed[1]
        opening = self._open()
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            if opening.cancelled():
                raise NotOpen("closed", f"{self._name}: this provider was closed") from None
            raise

    async def close(self) -> None:
        """Wait for what is on its way, say goodbye, and open nothing any more."""
        self._is_closed = True
        for task in (self._keeper, self._opening):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, NotOpen):
                    await task
        session, self._session = self._session, None
        if session is None or session.closed.is_set():
            return
        await session.drain(CLOSE_SECONDS)
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self._greeting.leave(session)
        session.end("we said goodbye")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(session.closed.wait(), 2.0)

    def _loop_time(self) -> float:
        return asyncio.get_running_loop().time()

    def _open(self) -> asyncio.Task[S]:
        if self._opening is None:
            self._opening = asyncio.create_task(self._try_to_open(), name=f"open {self._name}")
            self._opening.add_done_callback(self._opened_or_not)
        return self._opening

    def _opened_or_not(self, opening: asyncio.Task[S]) -> None:
        self._opening = None
        if opening.cancelled():
            return
        error = opening.exception()
        if error is None:
            self._failures, self._failed = 0, None
            return
        if not isinstance(error, NotOpen):
            return
        self._failures += 1
        pause = PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS)) - 1]
        self._failed = (self._loop_time() + (_REFUSED_SENDER_SECONDS if error.stops else pause), error)
        log.warning("operator not reached", provider=self._name, peer=self.where, code=error.code, why=error.why)

    async def _try_to_open(self) -> S:
        session: S | None = None
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                _, session = await asyncio.get_running_loop().create_connection(
                    self._greeting.new, self._host, self._port, ssl=self._tls
                )
                await self._greeting.bind(session)
        except NotOpen as refused:
            if session is not None:
                session.end(refused.why)
            raise
        except (OSError, ssl.SSLError, TimeoutError) as error:
            why = "no answer in time" if isinstance(error, TimeoutError) else str(error)
            if session is not None:
                why = session.why_closed or why
                session.end(why)
            raise NotOpen("connect", f"{self._name} at {self.where}: {why}") from None
        except asyncio.CancelledError:
            if session is not None:
                session.end("this provider was closed")
            raise
        self._session = session
        session.taking = True
        self.opened(session)
        return session

    async def _keep(self) -> None:
        """Receipts come whenever the operator has them, so the session stays open while nobody sends."""
        short_lives = 0
        while not self._is_closed:
            try:
                session = await self.session()
            except NotOpen as refused:
                until = self._failed[0] if self._failed else 0.0
                await asyncio.sleep(_REFUSED_PAUSE_SECONDS if refused.stops else max(0.1, until - self._loop_time()))
                continue
            since = self._loop_time()
            await session.closed.wait()
            short_lives = short_lives + 1 if self._loop_time() - since < _SHORT_LIFE_SECONDS else 0
            log.warning("an operator's session ended", provider=self._name, peer=self.where, why=session.why_closed)
            # One that lets us in and hangs up at once must not be knocked at in a loop.
            await asyncio.sleep(PAUSES_SECONDS[min(short_lives, len(PAUSES_SECONDS) - 1)])
