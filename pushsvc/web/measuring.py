"""Counts every request by its route, never by its path: a path holds ids and tokens."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pushsvc.telemetry import count, observe

EVENTS = "/api/v1/events"


class Measuring:
    """ASGI middleware, outside of everything that answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            _note(scope, status, time.perf_counter() - begun)


def _note(scope: Scope, status: int, seconds: float) -> None:
    # Starlette leaves the matched route in the scope; without one, nothing of ours is at that address.
    route = getattr(scope.get("route"), "path", "none")
    count("requests", route=route, status=f"{status // 100}xx")
    observe("request_seconds", seconds, route=route)
    if route == EVENTS and scope["method"] == "POST":
        count("events_answered", status=str(status))
        observe("accept_seconds", seconds)
