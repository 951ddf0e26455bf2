"""`/healthz`: alive. `/readyz`: able to work, and if not, what is missing. `/metrics`: Prometheus."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pushsvc.errors import NotDurable
from pushsvc.telemetry import exposition, gauge

MEASURE_SECONDS = 5.0
"""Whoever collects the metrics waits no longer than some 10 s for them."""
MAY_BE_AWAY = frozenset({"redis"})
"""Parts without which the service is slower, and still of use."""
Readiness = Callable[[], Awaitable[Mapping[str, str]]]
"""What the process needs and how each part is: "ok", or what is wrong."""


@dataclass(frozen=True)
class HealthRoutes:
    readiness: Readiness
    before_metrics: Callable[[], Awaitable[None]]
    metrics_token: str | None
    """The bearer that /metrics asks for."""
    is_open: bool = False
    """Whether /metrics answers without one: in dev only."""

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.healthz), Route("/readyz", self.readyz), Route("/metrics", self.metrics)]

    async def healthz(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        parts = await self.readiness()
        wrong = {name for name, state in parts.items() if state != "ok"}
        ready = wrong <= MAY_BE_AWAY
        said = {"ready": ready, "slower": sorted(wrong & MAY_BE_AWAY), "parts": dict(parts)}
        return JSONResponse(said, status_code=200 if ready else 503)

    async def _measure(self) -> None:
        # While the database is away the other figures are what a person needs: old ones in its place, and a gauge that says so.
        try:
            async with asyncio.timeout(MEASURE_SECONDS):
                await self.before_metrics()
        except (NotDurable, TimeoutError):
            gauge("database_up", 0)
        else:
            gauge("database_up", 1)

    async def metrics(self, request: Request) -> Response:
        if not self.is_open:
            sent, wanted = request.headers.get("authorization", ""), f"Bearer {self.metrics_token}"
            if self.metrics_token is None or not hmac.compare_digest(sent.encode(), wanted.encode()):
                return PlainTextResponse("metrics need the bearer PUSHSVC_METRICS_TOKEN\n", status_code=401)
        await self._measure()
        return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
