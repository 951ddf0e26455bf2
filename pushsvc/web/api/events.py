"""`POST /api/v1/events`, the funnel of an event, and a publication with its summary (CONTRACT, "HTTP")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pushsvc.clock import Clock
from pushsvc.domain.interpretations import Related, Relatives
from pushsvc.domain.signatures import BadSignature
from pushsvc.errors import BadInput, NotDurable
from pushsvc.publications import store
from pushsvc.publications.interpretations import relatives
from pushsvc.sites import cloudevents
from pushsvc.sites.bodies import MAX_BODY_BYTES, Malformed, TooLarge, read_json
from pushsvc.sites.events import check_event
from pushsvc.sites.intake import IdTaken, Intake, hash_of
from pushsvc.sites.senders import NotYours, authenticate
from pushsvc.storage.database import Database, is_passing
from pushsvc.storage.shared import Tokens
from pushsvc.storage.vault import Vault
from pushsvc.web.api.limits import RateLimit
from pushsvc.web.problems import problem

Funnel = Callable[[str], Awaitable[Mapping[str, Any] | None]]
"""The funnel of an event, as CONTRACT shapes it; None for an unknown id."""

_JSON = "application/json"
_RETRY_SECONDS = 5
_SEARCHES_A_SECOND = 5.0
_MOST_SEARCHES = 50
_SIGN_HOW = {"WWW-Authenticate": 'StandardWebhooks realm="pushsvc"'}
_log = structlog.get_logger(__name__)


class _UnknownMediaType(Exception):
    pass


@dataclass(frozen=True)
class _Sent:
    """What a request carries, before anybody's rights are looked at."""

    document: Mapping[str, Any]
    cloudevent_id: str | None = None
    envelope: Mapping[str, str] | None = None


@dataclass(frozen=True)
class EventRoutes:
    """The routes, with everything that they need. `base_url` begins the `status_url` of an answer."""

    database: Database
    vault: Vault
    clock: Clock
    intake: Intake
    funnel: Funnel
    limit: RateLimit
    base_url: str
    strangers: Tokens = field(init=False)
    """How often a bad signature may be compared with the keys of all sites. It is the time of this process that is spared,
    so each process counts for itself."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "strangers", Tokens(lambda: self.clock.now().timestamp()))

    def routes(self) -> list[Route]:
        return [
            Route("/api/v1/events", self.post, methods=["POST"]),
            Route("/api/v1/events/{event_id}", self.event, methods=["GET"]),
            Route("/api/v1/publications/{publication_id}", self.publication, methods=["GET"]),
        ]

    async def post(self, request: Request) -> Response:
        """Takes one event in. Every answer is written only when what it says is true on disk."""
        try:
            return await self._take(request)
        except _UnknownMediaType as error:
            return problem("unsupported-media-type", str(error))
        except Malformed as error:
            return problem("malformed", str(error))
        except TooLarge as error:
            return problem("too-large", str(error), headers={"Connection": "close"})
        except BadSignature as error:
            return problem("bad-signature", str(error), headers=_SIGN_HOW)
        except NotYours as error:
            return problem("not-yours", str(error))
        except IdTaken as error:
            return problem("id-taken", str(error))
        except BadInput as error:
            return problem("not-acceptable", str(error), fields=error.problems)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            if not isinstance(error, NotDurable) and not is_passing(error):
                raise
            _log.error("event_not_durable", reason=type(error).__name__)
            again = {"Retry-After": str(_RETRY_SECONDS)}
            return problem("not-durable", "nothing was kept: send the same event again, under the same id", headers=again)

    async def event(self, request: Request) -> Response:
        found = await self.funnel(request.path_params["event_id"])
        if found is None:
            return problem("not-found", "no event has this id")
        return JSONResponse(dict(found), headers={"Cache-Control": "no-store"})

    async def publication(self, request: Request) -> Response:
        async with self.database.read() as tx:
            found = await store.page(tx, request.path_params["publication_id"])
            beside = (await relatives(tx, [found["publication_id"]])).get(found["publication_id"]) if found else None
        if found is None:
            return problem("not-found", "no publication has this id")
        beside = beside or Relatives()
        return JSONResponse(found | {"interpretations": _pages(beside.explained_by), "explains": _pages(beside.explains)})

    async def _take(self, request: Request) -> Response:
        kind = _media_type(request)
        body = await _read(request)
        sent, wrong = _open(kind, request.headers, body)
        sender = await authenticate(
            self.database, self.vault, self.clock, request.headers, body, sent.document,
            may_search=lambda: self.strangers.take("all", _SEARCHES_A_SECOND, _MOST_SEARCHES) == 0,
        )  # fmt: skip
        if wait := await self.limit.wait_seconds(sender.site.code):
            return problem("too-many-requests", f"send again in {wait} s", headers={"Retry-After": str(wait)})
        if wrong is not None:
            raise wrong
        accepted = await self.intake.accept(
            check_event(sent.document, sender.site, cloudevent_id=sent.cloudevent_id),
            origin="api",
            webhook_id=sender.webhook_id,
            body_hash=hash_of(body, sent.envelope),
        )
        status_url = f"{self.base_url.rstrip('/')}/api/v1/events/{accepted.event_id}"
        return JSONResponse(
            {"event_id": accepted.event_id, "status_url": status_url},
            status_code=202 if accepted.status == "new" else 200,
            headers={"Location": status_url},
        )


def _pages(pages: tuple[Related, ...]) -> list[dict[str, str]]:
    return [{"publication_id": page.publication_id, "title": page.title, "url": page.url} for page in pages]


def _media_type(request: Request) -> str:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (_JSON, cloudevents.STRUCTURED):
        raise _UnknownMediaType(f'"{kind[:60]}" is not understood: send {_JSON} or {cloudevents.STRUCTURED}, in UTF-8')
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _UnknownMediaType("a packed body is not understood: send it without Content-Encoding")
    return kind


async def _read(request: Request) -> bytes:
    """The body, as long as it is no larger than it may be: a larger one is not read to its end."""
    too_large = TooLarge(f"an event has at most {MAX_BODY_BYTES} bytes (5 MiB): send large attachments by their url")
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > MAX_BODY_BYTES:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise too_large
    return bytes(body)


def _open(kind: str, headers: Mapping[str, str], body: bytes) -> tuple[_Sent, BadInput | None]:
    """The event in the body. What a CloudEvents envelope breaks is told only to who may send, so it is kept for later."""
    try:
        if kind == cloudevents.STRUCTURED:
            envelope = cloudevents.read_structured(body)
            return _Sent(envelope.document, envelope.cloudevent_id), None
        if cloudevents.is_binary(headers):
            envelope = cloudevents.read_binary(headers, body)
            said = {name: value for name, value in headers.items() if name.startswith("ce-")}
            return _Sent(envelope.document, envelope.cloudevent_id, said), None
    except BadInput as wrong:
        document = read_json(body)
        inner = document.get("data")
        return _Sent(inner if isinstance(inner, Mapping) else document), wrong
    return _Sent(read_json(body)), None
