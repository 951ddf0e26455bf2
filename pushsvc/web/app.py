"""All routes of the service in one application."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from pushsvc.domain.languages import Language
from pushsvc.errors import NotDurable
from pushsvc.storage.vault import Vault
from pushsvc.telemetry import log
from pushsvc.web.forms import Forms
from pushsvc.web.measuring import Measuring
from pushsvc.web.pages import problem_page
from pushsvc.web.problems import problem

_PROBLEM_NAMES = {404: "not-found", 405: "method-not-allowed"}


def application(routes: Sequence[BaseRoute], vault: Vault, *, language: Language = "zh", https: bool = False) -> Starlette:
    """The ASGI application. Errors are pages for people and RFC 9457 problems for programs; neither names the inside.

    `language`: of a page for a reader who says none. `https`: the service is reached by https, so its cookies are `Secure`.
    """
    made = Starlette(
        routes=list(routes),
        exception_handlers={HTTPException: _http_error, NotDurable: _not_now, Exception: _failure},
        middleware=[Middleware(Measuring), Middleware(NoZeroBytes)],
    )
    made.state.language, made.state.https, made.state.forms = language, https, Forms(vault)
    return made


class NoZeroBytes:
    """ASGI middleware: a zero byte in an address becomes a sign that stands for nothing (U+FFFD). PostgreSQL takes none, not
    even to look for it, so each page would fail by itself at what only whoever tries doors writes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\x00" in scope["path"] or b"%00" in scope["query_string"]):
            query = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
            scope.update(path=scope["path"].replace("\x00", "\ufffd"), query_string=query)
        await self._app(scope, receive, send)


async def _http_error(request: Request, error: Exception) -> Response:
    code, headers = 500, None
    if isinstance(error, HTTPException):
        code, headers = error.status_code, error.headers
    if 300 <= code < 400 and headers:
        return Response(status_code=code, headers={**headers, "Cache-Control": "no-store"})
    if request.url.path.startswith("/api/"):
        kind = _PROBLEM_NAMES.get(code, "malformed")
        detail = "there is nothing at this address" if code == 404 else "see docs/reference/commands.md"
        return problem(kind, detail, headers=headers)
    response = problem_page(request, code, wait_seconds=int((headers or {}).get("Retry-After", 0)))
    response.headers.update(headers or {})
    return response


async def _not_now(request: Request, error: Exception) -> Response:
    """The database is away, full, or in a knot: nothing was written, and the same once more may do."""
    log.warning("a request could not be made durable", why=str(error))
    if request.url.path.startswith("/api/"):
        return problem("not-durable", "nothing was written; send it again in a minute", headers={"Retry-After": "60"})
    return problem_page(request, 503)


async def _failure(request: Request, error: Exception) -> Response:
    log.error("a request failed", route=request.scope.get("path", "").split("/")[1:2], why=type(error).__name__, exc_info=error)
    if request.url.path.startswith("/api/"):
        return problem("internal", "the fault is ours; send it again in a minute")
    return problem_page(request, 500)
