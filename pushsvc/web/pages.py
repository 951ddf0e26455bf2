"""Turning a template into a page: in the reader's language and print size, with the headers that keep a page safe."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pushsvc import resources
from pushsvc.domain.languages import Language
from pushsvc.errors import NotFound
from pushsvc.web.forms import forms, keep_reader
from pushsvc.web.readers import default_language, language_of, remember_wishes, same_page, wants_large_print
from pushsvc.web.words import say

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; frame-src 'self'"
)
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: The `lang` of what is written in one of our languages.
TAGS = {"zh": "zh-CN", "en": "en"}
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_NOT_ALLOWED = 403
PROBLEM_PAGES = (400, 403, 404, 405, 413, 429, 500, 503)


@cache
def stylesheet() -> tuple[str, str]:
    """The text of the one stylesheet and a short hash of it, which makes its address change when it does.

    It is put together from the files in templates/web/style/, in the order of their names.
    """
    css = "".join(resources.text(name) for name in resources.names("web/style", ".css"))
    return css, _short_hash(css)


@cache
def script(name: str) -> tuple[str, str]:
    """The same of one script of ours, which makes a page livelier and is never needed. NotFound for any other name."""
    if f"web/script/{name}.js" not in resources.names("web/script", ".js"):
        raise NotFound(f"no script {name}")
    written = resources.text(f"web/script/{name}.js")
    return written, _short_hash(written)


def script_address(name: str) -> str:
    return f"/static/{name}.js?v={script(name)[1]}"


def _short_hash(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()[:10]


def web_address(url: str) -> str:
    """`url` where it is http or https, else nothing: no other scheme may become a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def _without_turns(value: object) -> object:
    """Text without the signs that turn its direction round: from a title they could make one address look like another."""
    return value.translate(_TURNS) if isinstance(value, str) else value


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(resources.templates_root() / "web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_turns,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["web_address"] = web_address
    return made


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    language: Language | None = None,
    width: str = "",
    answers_a_form: bool = False,
    **values: Any,
) -> Response:
    """Render `templates/web/<template>` for this reader. A wish for a language or a print size is kept in a cookie.

    `language` counts where the reader says none. `answers_a_form`: the page stands at an address that shows something else
    when it is opened again, so it offers no links to itself.
    """
    reader = language_of(request, language or default_language(request))
    large = wants_large_print(request)
    body = (
        _templates()
        .get_template(template)
        .render(
            say=partial(say, reader),
            language=reader,
            tag=TAGS,
            large=large,
            width=width,
            style_version=stylesheet()[1],
            mark=lambda: forms(request).mark(request),
            script=script_address,
            path=request.url.path,
            links=None
            if answers_a_form
            else {
                "zh": same_page(request, lang="zh"),
                "en": same_page(request, lang="en"),
                "print": same_page(request, large="0" if large else "1"),
            },
            **values,
        )
    )
    response = HTMLResponse(body, status_code=status, headers={**SAFE_HEADERS, "Content-Language": TAGS[reader]})
    remember_wishes(request, response)
    keep_reader(request, response)
    return response


def problem_page(request: Request, code: int, *, wait_seconds: int = 0) -> Response:
    """A page that says what went wrong and where to go, and how long to wait where that is known; it names nothing of the
    inside."""
    shown = code if code in PROBLEM_PAGES else 400 if code < 500 else 500
    return page(
        request, "problem.html", status=code, code=shown, answers_a_form=request.method not in ("GET", "HEAD"),
        desk=_desk(request.url.path, shown), minutes=max(1, round(wait_seconds / 60)) if wait_seconds else 0,
    )  # fmt: skip


def _desk(path: str, code: int) -> str:
    """Where whoever works at a console goes on; "" for everybody else. What they may not do, their account's page says."""
    desk = next((start for start in ("/p/", "/o/") if path.startswith(start)), "")
    return "/account" if desk and code == _NOT_ALLOWED else desk
