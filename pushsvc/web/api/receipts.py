"""`/api/v1/receipts/{provider}`: where providers say what became of a message, and what people answered (CONTRACT, "HTTP").

A provider hears that we have it only when it is on disk; else it sends it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.receipts import Callback, Forged, Heard, Unreadable
from pushsvc.domain.subscribers import Channel
from pushsvc.telemetry import log
from pushsvc.web.forms import bounded
from pushsvc.web.problems import problem

#: Providers send at most some hundred receipts at once; what is larger is refused before it is read whole.
LARGEST_CALLBACK = 1024 * 1024

Take = Callable[[Channel, str, Heard], Awaitable[None]]


@dataclass(frozen=True)
class Caller:
    """A provider that may call: its channel, and how its callbacks are read (Forged, Unreadable)."""

    channel: Channel
    read: Callable[[Callback], Heard]


@dataclass(frozen=True)
class ReceiptRoutes:
    """`callers` by the name in the address. `take` makes durable what was heard."""

    callers: Mapping[str, Caller]
    take: Take

    def routes(self) -> list[Route]:
        return [Route("/api/v1/receipts/{provider}", self.hear, methods=["GET", "POST"])]

    async def hear(self, request: Request) -> Response:
        """Answers as the provider wants it; 401 for what its provider did not sign, 413 and 400 for what cannot be read."""
        name = request.path_params["provider"]
        caller = self.callers.get(name)
        if caller is None:
            return problem("not-found", "no provider of this name is set up here; SMS_URL and WECHAT_URL name them")
        try:
            body = await bounded(request, LARGEST_CALLBACK).body()
        except ClientDisconnect:
            return Response(status_code=400)
        except HTTPException as error:
            if error.status_code != 413:
                raise
            return problem("too-large", "a callback has 1 MiB at most", headers={"Connection": "close"})
        callback = Callback(request.method, dict(request.query_params), dict(request.headers), body)
        try:
            heard = caller.read(callback)
        except Forged as error:
            log.warning("a callback that is not its provider's", provider=name, why=str(error))
            return problem("bad-signature", str(error))
        except Unreadable as error:
            log.warning("a callback that cannot be read", provider=name, why=str(error))
            return problem("malformed", str(error))
        await self.take(caller.channel, name, heard)
        return Response(heard.answer, media_type=heard.media_type, headers=dict(heard.headers))
