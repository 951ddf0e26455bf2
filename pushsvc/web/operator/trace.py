"""`/dev/trace/{id}`: how something came about, stage by stage, in words. In `dev` only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.ledger.listing import Listed, notices_of_event
from pushsvc.publications import loading
from pushsvc.storage.database import Database
from pushsvc.web.operator.telling import Teller
from pushsvc.web.pages import page, problem_page
from pushsvc.web.readers import default_language, language_of, same_page

Trace = Callable[[AsyncConnection, str], Awaitable[Mapping[str, Any] | None]]
TellReason = Callable[[str, Language, Mapping[str, str]], str]
_NOTICES_LISTED = 60


@dataclass(frozen=True)
class TracePages:
    database: Database
    trace: Trace
    tell_reason: TellReason
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [Route("/dev/trace/{id}", self.page)]

    async def page(self, request: Request) -> Response:
        asked = request.path_params["id"]
        async with self.database.read() as tx:
            found = await self.trace(tx, asked)
            if found is None:
                return problem_page(request, 404)
            names = await loading.site_names(tx, _sites(found["steps"]))
            about = await loading.titles(tx, {step["publication"] for step in found["steps"] if step.get("publication")})
            listed = await _listed(tx, found)
        reader = language_of(request, default_language(request))
        # A subscriber's trace is about more documents than a heading can name: there each notice names its own.
        several = found["kind"] == "subscriber"
        teller = Teller(reader, self.zone, partial(_told, self.tell_reason, names), names, about if several else {})
        return page(
            request,
            "trace.html",
            kind=found["kind"],
            id=asked,
            about=[] if several else sorted(about.values()),
            steps=[teller.step(step, asked) for step in found["steps"]],
            notices=[_row(each, teller) for each in listed],
            again=same_page(request),
        )


def _told(tell: TellReason, names: Mapping[str, str], reason: str, reader: Language) -> str:
    return tell(reason, reader, names)


def _sites(steps: Sequence[Mapping[str, Any]]) -> set[str]:
    named = {step["site"] for step in steps if step.get("site")}
    reasons = (each for step in steps for why in (step.get("reasons") or {}).values() for each in why)
    return named | {reason.removeprefix("site:") for reason in reasons if reason.startswith("site:")}


async def _listed(tx: AsyncConnection, found: Mapping[str, Any]) -> Sequence[Listed]:
    """The notices below an event: the way down to the single message."""
    publication = next((step["publication"] for step in found["steps"] if "publication" in step), None)
    if found["kind"] != "event" or publication is None:
        return ()
    return await notices_of_event(tx, publication, found["id"], _NOTICES_LISTED)


def _row(listed: Listed, teller: Teller) -> dict[str, str]:
    state = teller.one_of("suppressed", listed.suppressed) if listed.suppressed else teller.one_of("state", listed.state)
    return {
        "href": f"/dev/trace/{listed.delivery_id or listed.notice_id}",
        "kind": teller.say(f"kind.{listed.kind}"),
        "channel": teller.say(f"channel.{listed.channel}") if listed.channel else "",
        "state": state,
    }
