"""Errors of the API as problems (RFC 9457): a stable `type`, plain words, and for bad input each field with its rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import JSONResponse, Response

from pushsvc.errors import Problem

#: The stable name of every kind of problem, with its status and its title.
KINDS: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "bad-signature": (401, "The signature does not hold"),
    "not-yours": (403, "Not your site's address or key"),
    "not-found": (404, "Nothing of that id is here"),
    "method-not-allowed": (405, "This address does not take that method"),
    "id-taken": (409, "The webhook-id was used for another body"),
    "too-large": (413, "The request is larger than this address takes"),
    "unsupported-media-type": (415, "This kind of content is not understood"),
    "not-acceptable": (422, "Well-formed, but it breaks a rule"),
    "too-many-requests": (429, "Too many requests"),
    "internal": (500, "Something went wrong here"),
    "try-later": (503, "It cannot be done now"),
    "not-durable": (503, "It cannot be written down now"),
}
MEDIA_TYPE = "application/problem+json"


def problem(kind: str, detail: str, *, fields: Sequence[Problem] = (), headers: Mapping[str, str] | None = None) -> Response:
    """The answer for a problem of `kind` (a key of KINDS). `fields` become `errors`, each with its field and rule."""
    status, title = KINDS[kind]
    body: dict[str, object] = {"type": f"urn:pushsvc:problem:{kind}", "title": title, "status": status, "detail": detail}
    if fields:
        body["errors"] = [{"field": each.field, "message": each.message} for each in fields]
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)
