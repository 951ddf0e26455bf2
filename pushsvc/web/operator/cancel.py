"""`/o/cancel?event=…` and `?site=…`: cancel what has not left, after saying how much that is and how much has left already."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.errors import NotFound
from pushsvc.ledger import cancelling
from pushsvc.ledger.cancelling import Scope
from pushsvc.publications import loading
from pushsvc.sites import registry
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.confirming import (
    MOST_WHY,
    Question,
    ask,
    by_channel,
    done,
    reader_of,
    say_many,
    sentences,
)
from pushsvc.web.operator.mending import Desk
from pushsvc.web.words import say

PATH, BACK = "/o/cancel", "/o/pauses"


@dataclass(frozen=True)
class CancelPages:
    """Others link here: `/o/cancel?event=evt_…`, `/o/cancel?site=5101040001`."""

    desk: Desk

    def routes(self) -> list[Route]:
        return [Route(PATH, self.ask), Route(PATH, self.cancel, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        event, site = request.query_params.get("event", ""), request.query_params.get("site", "")
        async with self.desk.database.read() as tx:
            scope, name = await self._scope(tx, event, site)
            stands = await cancelling.standing(tx, scope)
        what = sentences(
            say(reader, "cancel.of_event" if scope.event_id else "cancel.of_site", name=name),
            say_many(reader, "cancel.what", stands.people) if stands.people else say(reader, "cancel.nothing"),
            say_many(reader, "cancel.left", stands.left) if stands.left else say(reader, "cancel.none_left"),
            say_many(reader, "cancel.leaving", stands.leaving) if stands.leaving else "",
        )
        question = Question(
            say(reader, "cancel.title"), what, say_many(reader, "cancel.button", stands.people),
            PATH if stands.people else "", BACK, by_channel(reader, stands.waiting),
            say(reader, "cancel.warn") if stands.people else "", danger=True, hidden={"event": event, "site": site},
        )  # fmt: skip
        return ask(request, account, BACK, question)

    async def cancel(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self.desk.account(request)
        async with self.desk.database.read() as tx:
            scope, _ = await self._scope(tx, field(form, "event"), field(form, "site"))
        action = "event cancelled" if scope.event_id else "site cancelled"
        people = await self.desk.cancel(account, scope, action, cancelling.CANCELLED, field(form, "why", MOST_WHY))
        return done(BACK, "cancelled" if people else "already", people)

    async def _scope(self, tx: AsyncConnection, event: str, site: str) -> tuple[Scope, str]:
        """What is meant and its name; a page 404 for what there is none of."""
        try:
            if event:
                scope = await cancelling.of_event(tx, event)
                return scope, (await loading.titles(tx, {scope.publication_id})).get(scope.publication_id, event)
            found = await registry.site(tx, site)
            return Scope(site=found.code), found.name
        except NotFound:
            raise HTTPException(404) from None


def address_of(**scope: str) -> str:
    return f"{PATH}?{urlencode(scope)}"
