"""Turning a template into a page: the reader's language and print size, and the headers that keep a page safe."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pushsvc import resources
from pushsvc.domain.languages import Language
from pushsvc.web.words import say

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; frame-src 'self'"
)
#: A message shown inside the mailbox viewer: email carries its style inline, so the frame may use it, and nothing else.
MESSAGE_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
A_YEAR = 365 * 24 * 3600


@cache
def stylesheet() -> tuple[str, str]:
    """The text of the one stylesheet and a short hash of it, which makes its address change when it does."""
    css = resources.text("web/style.css")
    return css, hashlib.sha256(css.encode()).hexdigest()[:10]


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(resources.templates_root() / "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(request: Request, default: Language = "zh") -> Language:
    """`?lang=`, else the cookie, else what the browser asks for first, else the installation's language."""
    for wish in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wish in ("zh", "en"):
            return "zh" if wish == "zh" else "en"
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return default


def _large(request: Request) -> bool:
    return (request.query_params.get("large") or request.cookies.get("large")) == "1"


def page(
    request: Request, template: str, *, status: int = 200, language: Language | None = None, width: str = "", **values: Any
) -> Response:
    """Render `templates/web/<template>` for this reader. A wish for a language or a print size is kept in a cookie."""
    reader = language_of(request, language or "zh")
    body = (
        _templates()
        .get_template(template)
        .render(
            say=partial(say, reader),
            language=reader,
            large=_large(request),
            width=width,
            style_version=stylesheet()[1],
            **values,
        )
    )
    response = HTMLResponse(body, status_code=status, headers=SAFE_HEADERS)
    for name, allowed in (("lang", ("zh", "en")), ("large", ("0", "1"))):
        wish = request.query_params.get(name)
        if wish in allowed:
            response.set_cookie(
                name, str(wish), max_age=A_YEAR, httponly=True, samesite="lax", secure=request.url.scheme == "https"
            )
    return response


def problem_page(request: Request, code: int) -> Response:
    """A page that says what went wrong and where to go; it names nothing of the inside."""
    return page(request, "problem.html", status=code, code=code)
