"""`/o/live`: the changing part of the dashboard, sent by itself to whoever has it open (server-sent events).

Each figure is asked once for all watchers, and each part is drawn once for all who read the same. A stream ends with its
session, with the process, and after an hour: the browser then comes again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from pushsvc.errors import NotDurable
from pushsvc.operations.accounts import Account, find_account
from pushsvc.operations.sessions import Session, find_session
from pushsvc.web.gate import ALLOWED, Gate
from pushsvc.web.operator.board import Kept
from pushsvc.web.operator.dashboard import DashboardPages, span_of
from pushsvc.web.operator.menu import may_open
from pushsvc.web.pages import SAFE_HEADERS, page
from pushsvc.web.readers import default_language, language_of

EVERY_SECONDS = 3.0
LONGEST_SECONDS = 3_600.0
#: Streams of one process: each holds a connection open.
MOST_STREAMS = 50
COMES_AGAIN_AFTER_MS = 5_000
_STREAM = "text/event-stream"
_HEADERS = {**SAFE_HEADERS, "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Drawn:
    """The part as it is sent, and the sentence in it that says of which moment it is."""

    whole: str
    as_of: str

    @property
    def figures(self) -> str:
        """What must differ before it is sent again: another moment alone is sent as one line."""
        return self.whole.replace(self.as_of, "")


def _event(name: str, said: str) -> str:
    return f"event: {name}\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"


@dataclass
class LivePages:
    gate: Gate
    dashboard: DashboardPages
    every_seconds: float = EVERY_SECONDS
    _watching: int = 0
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _drawn: dict[tuple[str, ...], Kept[Drawn]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [Route("/o/live", self.live)]

    def end(self) -> None:
        """The process is about to stop: every stream ends, so that its connection does not hold the stop up."""
        self._ending.set()

    async def live(self, request: Request) -> Response:
        account = await self.gate.account(request, "watch")
        session = await self.gate.session(request, "console")
        if session is None or self._watching >= MOST_STREAMS or self._ending.is_set():
            return PlainTextResponse("too many watch", status_code=503, headers={"Retry-After": "30"})
        if request.method == "HEAD":
            return Response(media_type=_STREAM, headers=_HEADERS)
        # Whoever stops the process finds it there (commands/running.py).
        request.app.state.end_streams = self.end
        return StreamingResponse(self._stream(request, session, account), media_type=_STREAM, headers=_HEADERS)

    async def _stream(self, request: Request, session: Session, account: Account) -> AsyncIterator[str]:
        self._watching += 1
        try:
            yield f"retry: {COMES_AGAIN_AFTER_MS}\n\n"
            sent, lasted = "", 0.0
            while lasted < LONGEST_SECONDS:
                if not await self._may_watch(session):
                    yield _event("over", "")
                    return
                drawn = await self._figures(request, account)
                yield _event("moment", drawn.as_of) if drawn.figures == sent else _event("figures", drawn.whole)
                sent = drawn.figures
                if await self._ends_within(self.every_seconds):
                    return
                lasted += self.every_seconds
        except NotDurable:
            return  # the database is away: the browser comes again
        finally:
            self._watching -= 1

    async def _ends_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _may_watch(self, session: Session) -> bool:
        """Whether the session still lasts. Watching is no use of it: an open page alone does not keep anybody signed in."""
        async with self.gate.database.read() as tx:
            if await find_session(tx, "console", session.token, self.gate.clock.now()) is None:
                return False
        account = await find_account(self.gate.database, session.subject)
        return account is not None and "watch" in ALLOWED[account.role]

    async def _figures(self, request: Request, account: Account) -> Drawn:
        reader, span = language_of(request, default_language(request)), span_of(request)
        key = (reader, span, account.role)

        async def draw() -> Drawn:
            figures = await self.dashboard.figures(reader, span, frozenset(may_open(account)))
            return Drawn(bytes(page(request, "dashboard_now.html", **figures).body).decode(), figures["as_of"])

        return await self._drawn.setdefault(key, Kept(draw))()
