"""`/dev/mailbox`: each message as a phone shows it, with a link to its trace. In `dev` only."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from pushsvc.channels.mailbox import list_messages
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.web.operator.framed import framed
from pushsvc.web.operator.letters import shown
from pushsvc.web.pages import SAFE_HEADERS, page, problem_page
from pushsvc.web.readers import default_language, language_of, same_page
from pushsvc.web.times import moment, read_moment

_ON_ONE_PAGE = 30
_IN_JSON = 10_000


@dataclass(frozen=True)
class MailboxPages:
    database: Database
    vault: Vault
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [
            Route("/dev/mailbox", self.mailbox),
            Route("/dev/mailbox.json", self.as_json),
            Route("/dev/mailbox/{delivery}.html", self.html),
        ]

    async def mailbox(self, request: Request) -> Response:
        """The newest messages; `?channel=` shows one channel, `?delivery=` one message."""
        channel, delivery = _asked_for(request)
        async with self.database.read() as tx:
            messages = await list_messages(tx, self.vault, _ON_ONE_PAGE, channel=channel or None, delivery=delivery or None)
        reader = language_of(request, default_language(request))
        return page(
            request,
            "mailbox.html",
            width="wide",
            messages=[shown(message, moment(read_moment(message["at"]), self.zone, reader)) for message in messages],
            channel=channel,
            delivery=delivery,
            filters=[(name, same_page(request, channel=name)) for name in ("", *CHANNELS)],
            again=same_page(request),
        )

    async def as_json(self, request: Request) -> Response:
        channel, delivery = _asked_for(request)
        async with self.database.read() as tx:
            messages = await list_messages(tx, self.vault, _IN_JSON, channel=channel or None, delivery=delivery or None)
        return JSONResponse(messages, headers={"Cache-Control": "no-store"})

    async def html(self, request: Request) -> Response:
        async with self.database.read() as tx:
            messages = await list_messages(tx, self.vault, 1, delivery=request.path_params["delivery"])
        if not messages or not messages[0]["html"]:
            return problem_page(request, 404)
        html, policy = framed(messages[0]["html"])
        return HTMLResponse(html, headers={**SAFE_HEADERS, "Content-Security-Policy": policy})


def _asked_for(request: Request) -> tuple[str, str]:
    """One channel and one delivery; "" for all."""
    channel = request.query_params.get("channel", "")
    return channel if channel in CHANNELS else "", request.query_params.get("delivery", "")
