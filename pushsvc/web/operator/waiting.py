"""`/o/waiting`: what would reach more than MAX_PEOPLE. An operator reads what people will read, and releases or refuses it.
Above it, emergencies in quiet hours and SMS to very many people, which two approve (emergency_approvals, sms_approvals)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.records import Publisher
from pushsvc.domain.summaries import Summary
from pushsvc.errors import NotFound
from pushsvc.ledger import cancelling, holding
from pushsvc.ledger.holding import WaitingEvent
from pushsvc.publications import loading
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.confirming import (
    MOST_WHY,
    Question,
    ask,
    by_channel,
    console,
    count_of,
    done,
    done_words,
    number,
    reader_of,
    say_many,
)
from pushsvc.web.operator.emergency_approvals import EmergencyApprovals
from pushsvc.web.operator.mending import Desk
from pushsvc.web.operator.sms_approvals import SmsApprovals
from pushsvc.web.words import say

HERE = "/o/waiting"


@dataclass(frozen=True)
class WaitingPages:
    desk: Desk
    publisher: Publisher
    max_people: int
    approvals: SmsApprovals
    emergencies: EmergencyApprovals

    def routes(self) -> list[Route]:
        return [
            Route(HERE, self.overview),
            Route(f"{HERE}/{{event}}/release", self.ask_release),
            Route(f"{HERE}/{{event}}/release", self.release, methods=["POST"]),
            Route(f"{HERE}/{{event}}/refuse", self.ask_refuse),
            Route(f"{HERE}/{{event}}/refuse", self.refuse, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            found = await holding.waiting_events(tx)
            shown = await self._shown(tx, found, reader)
            sms = await self.approvals.shown(tx, account, reader)
            urgent = await self.emergencies.shown(tx, account, reader)
        return console(
            request, account, HERE, "waiting.html", events=shown, most=number(self.max_people), done=done_words(request),
            sms=sms, emergencies=urgent,
        )  # fmt: skip

    async def ask_release(self, request: Request) -> Response:
        return await self._ask(request, "release", danger=False)

    async def ask_refuse(self, request: Request) -> Response:
        return await self._ask(request, "refuse", danger=True)

    async def _ask(self, request: Request, doing: str, *, danger: bool) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            found = await holding.waiting_events(tx, request.path_params["event"])
            shown = await self._shown(tx, found, reader)
        if not shown:
            return await self._nothing(request)
        people = sum(sum(one.people.values()) for one in found)
        what = [
            say_many(reader, f"waiting.{doing}_what", people),
            say(reader, "waiting.about", title=shown[0]["title"], site=shown[0]["site"]),
            shown[0]["text"],
        ]
        facts = [fact for one in found for fact in by_channel(reader, one.people)]
        question = Question(
            say(reader, f"waiting.{doing}_title"), what, say_many(reader, f"waiting.{doing}_button", people),
            request.url.path, HERE, facts, say(reader, f"waiting.{doing}_warn"), danger=danger,
        )  # fmt: skip
        return ask(request, account, HERE, question)

    async def release(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, event = await self.desk.account(request), request.path_params["event"]
        async with self.desk.database.write() as tx:
            people = sum(sum(one.people.values()) for one in await holding.waiting_events(tx, event))
            if not people or not await holding.release_now(tx, event, self.desk.gate.clock):
                return await self._nothing(request)
            await self.publisher.publish(tx, await holding.release(tx, event, self.desk.gate.clock))
            await self.desk.note(tx, account, "event released", event, field(form, "why", MOST_WHY), {"people": people})
        self.publisher.ring()
        return done(HERE, "released", people)

    async def refuse(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, event = await self.desk.account(request), request.path_params["event"]
        async with self.desk.database.read() as tx:
            waits = await holding.waiting_events(tx, event)
            if not waits or waits[0].released:
                return await self._nothing(request)
            scope = await cancelling.of_event(tx, event)
        why = field(form, "why", MOST_WHY)
        people = await self.desk.cancel(
            account, scope, "event refused", cancelling.REFUSED, why, unless_released=True
        )  # fmt: skip
        return done(HERE, "refused", people) if people else done(HERE, "already")

    async def _nothing(self, request: Request) -> Response:
        """An event that is known was dealt with by somebody else; any other there is none of."""
        try:
            async with self.desk.database.read() as tx:
                await cancelling.of_event(tx, request.path_params["event"])
        except NotFound:
            raise HTTPException(404) from None
        return done(HERE, "already")

    async def _shown(self, tx: AsyncConnection, found: list[WaitingEvent], reader: Language) -> list[dict[str, Any]]:
        titles = await loading.titles(tx, {one.publication_id for one in found})
        names = await loading.site_names(tx, {one.site for one in found})
        summaries = await loading.summaries(tx, {one.version_id for one in found})
        versions = await loading.versions(tx, {one.version_id for one in found})
        return [
            {
                "href": f"{HERE}/{one.event_id}",
                "event": one.event_id,
                "title": titles.get(one.publication_id, one.event_id),
                "site": names.get(one.site, one.site),
                "url": versions[one.version_id].url if one.version_id in versions else "",
                "at": self.desk.when(one.received_at, reader),
                "people": count_of(reader, "people", sum(one.people.values())),
                "channels": by_channel(reader, one.people),
                "released": one.released,
                **_read(summaries.get(one.version_id), reader),
            }
            for one in found
        ]


def _read(summary: Summary | None, reader: Language) -> dict[str, str]:
    """What people will read, in the reader's language where there is one."""
    words = summary.wording(reader) if summary else None
    if words is None:
        return {"headline": "", "text": "", "action": ""}
    return {"headline": words.headline, "text": words.text, "action": words.action or ""}
