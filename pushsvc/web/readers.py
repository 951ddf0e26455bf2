"""Who reads: the language and the print size that a request asks for, and how to ask for another without losing anything."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from pushsvc.domain.languages import Language

A_YEAR_SECONDS = 365 * 24 * 3600
#: What a reader may wish for in the address, kept in a cookie of the same name.
WISHES = {"lang": ("zh", "en"), "large": ("0", "1")}
#: Queries longer than this are not carried into links.
_LONGEST_QUERY = 500


def language_of(request: Request, default: Language = "zh") -> Language:
    """`?lang=`, else the cookie, else the first of our languages that the browser asks for, else `default`."""
    for wish in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wish in WISHES["lang"]:
            return "zh" if wish == "zh" else "en"
    wanted = (_weighed(part) for part in request.headers.get("accept-language", "").split(","))
    for weight, tag in sorted(wanted, key=lambda each: -each[0]):
        if weight > 0 and tag in WISHES["lang"]:
            return "zh" if tag == "zh" else "en"
    return default


def default_language(request: Request) -> Language:
    """The installation's language (LANGUAGE), for a reader who says nothing."""
    return "en" if getattr(request.app.state, "language", "zh") == "en" else "zh"


def wants_large_print(request: Request) -> bool:
    return (request.query_params.get("large") or request.cookies.get("large")) == "1"


def same_page(request: Request, **changes: str) -> str:
    """A link to this page with `changes` in its query, for example `?channel=sms&lang=en`; every other parameter stays."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    query = urlencode(kept)
    return "?" + urlencode([*(kept if len(query) <= _LONGEST_QUERY else []), *changes.items()])


def is_secure(request: Request) -> bool:
    """Whether the reader came by https, so that cookies are `Secure`."""
    return request.url.scheme == "https" or bool(getattr(request.app.state, "https", False))


def remember_wishes(request: Request, response: Response) -> None:
    """Keep what the address asks for in cookies that no script can read."""
    secure = is_secure(request)
    for name, allowed in WISHES.items():
        wish = request.query_params.get(name)
        if wish in allowed:
            response.set_cookie(name, str(wish), max_age=A_YEAR_SECONDS, httponly=True, samesite="lax", secure=secure)


def _weighed(part: str) -> tuple[float, str]:
    """`zh-CN;q=0.8` -> (0.8, "zh"); a weight that is no number counts as 0."""
    tag, _, weight = part.strip().lower().partition(";")
    try:
        return float(weight.strip().removeprefix("q=")) if weight else 1.0, tag.strip()[:2]
    except ValueError:
        return 0.0, ""
