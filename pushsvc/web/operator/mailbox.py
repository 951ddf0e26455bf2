"""`/dev/mailbox`: each message as a phone shows it, with a link to its trace. In `dev` only."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from pushsvc.channels.mailbox import list_messages
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.web.pages import MESSAGE_SECURITY_POLICY, SAFE_HEADERS, page, problem_page

Trace = Callable[[AsyncConnection, str], Awaitable[Mapping[str, Any] | None]]
_ON_ONE_PAGE = 60
_IN_JSON = 10_000


@dataclass(frozen=True)
class MailboxPages:
    database: Database
    vault: Vault
    trace: Trace
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [
            Route("/dev/mailbox", self.mailbox),
            Route("/dev/mailbox.json", self.as_json),
            Route("/dev/mailbox/{delivery}.html", self.html),
            Route("/dev/trace/{id}", self.trace_page),
        ]

    async def mailbox(self, request: Request) -> Response:
        channel = request.query_params.get("channel", "")
        async with self.database.read() as tx:
            messages = await list_messages(tx, self.vault, _ON_ONE_PAGE, channel=channel or None)
        return page(request, "mailbox.html", width="wide", messages=messages, channel=channel)

    async def as_json(self, request: Request) -> Response:
        async with self.database.read() as tx:
            messages = await list_messages(tx, self.vault, _IN_JSON)
        return JSONResponse(messages, headers={"Cache-Control": "no-store"})

    async def html(self, request: Request) -> Response:
        async with self.database.read() as tx:
            messages = await list_messages(tx, self.vault, 1, delivery=request.path_params["delivery"])
        if not messages:
            return problem_page(request, 404)
        headers = {**SAFE_HEADERS, "Content-Security-Policy": MESSAGE_SECURITY_POLICY}
        return HTMLResponse(messages[0]["html"], headers=headers)

    async def trace_page(self, request: Request) -> Response:
        asked = request.path_params["id"]
        async with self.database.read() as tx:
            found = await self.trace(tx, asked)
        if found is None:
            return problem_page(request, 404)
        steps = [
            {
                "stage": step.get("stage", "other"),
                "at": step.get("at"),
                "rows": [(name, _plain(value)) for name, value in step.items() if name not in ("stage", "at")],
            }
            for step in found["steps"]
        ]
        return page(request, "trace.html", id=asked, steps=steps)


def _plain(value: object) -> str:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
