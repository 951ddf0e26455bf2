"""The part of `/o/waiting` on emergencies: two read what would wake people in their quiet hours, and both approve it, or one
refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.approvals import answer_of
from pushsvc.domain.emergencies import EmergencyAnswer
from pushsvc.domain.languages import Language
from pushsvc.domain.records import Publisher
from pushsvc.ledger import emergencies
from pushsvc.ledger.asleep import Asleep, asleep
from pushsvc.operations.accounts import Account
from pushsvc.publications import loading
from pushsvc.sites.drafts import author_of
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.confirming import MOST_WHY, Question, ask, count_of, done, reader_of, say_many
from pushsvc.web.operator.mending import Desk
from pushsvc.web.operator.sms_approvals import HERE, Write, Written, so_far
from pushsvc.web.words import say

#: What the list says after an approval, by what it came to.
_DONE: dict[EmergencyAnswer, str] = {
    "first": "emergency_first", "second": "emergency_second", "same_person": "emergency_same_person",
    "author": "emergency_author", "already": "already", "overtaken": "emergency_overtaken",
}  # fmt: skip


@dataclass(frozen=True)
class EmergencyApprovals:
    desk: Desk
    publisher: Publisher
    write: Write

    def routes(self) -> list[Route]:
        one = f"{HERE}/{{event}}/emergency"
        return [
            Route(f"{one}/approve", self.ask_approve),
            Route(f"{one}/approve", self.approve, methods=["POST"]),
            Route(f"{one}/refuse", self.ask_refuse),
            Route(f"{one}/refuse", self.refuse, methods=["POST"]),
        ]

    async def shown(
        self, tx: AsyncConnection, account: Account, reader: Language, event: str | None = None
    ) -> list[dict[str, Any]]:
        """What the list shows of each emergency that waits; `may`: what it would come to if this account approved now."""
        found = await asleep(tx, self.desk.now(), event)
        titles = await loading.titles(tx, {one.emergency.publication_id for one in found})
        names = await loading.site_names(tx, {one.site for one in found})
        versions = await loading.versions(tx, {one.version_id for one in found})
        return [
            {
                "href": f"{HERE}/{one.event_id}/emergency",
                "event": one.event_id,
                "title": titles.get(one.emergency.publication_id, one.event_id),
                "site": names.get(one.site, one.site),
                "url": versions[one.version_id].url if one.version_id in versions else "",
                "at": self.desk.when(one.received_at, reader),
                "may": await self._may(tx, one, account),
                "people": one.people,
                "until": self._until(one),
                "held": self._held(one, reader),
                "first": so_far(self.desk, one.emergency.first_by, one.emergency.first_at, reader),
                "texts": [_text(each, reader) for each in await self.write(tx, one.wordings)],
            }
            for one in found
        ]

    async def _may(self, tx: AsyncConnection, one: Asleep, account: Account) -> EmergencyAnswer:
        if await emergencies.is_overtaken(tx, one.emergency):
            return "overtaken"
        return answer_of(one.emergency, account.name, await author_of(tx, one.event_id))

    def _held(self, one: Asleep, reader: Language) -> str:
        return say_many(reader, f"emergency.held{'_one' if one.people == 1 else ''}", one.people, time=self._until(one))

    def _until(self, one: Asleep) -> str:
        return f"{one.until.astimezone(self.desk.zone):%H:%M}"

    async def ask_approve(self, request: Request) -> Response:
        return await self._ask(request, "approve")

    async def ask_refuse(self, request: Request) -> Response:
        return await self._ask(request, "refuse")

    async def _ask(self, request: Request, doing: Literal["approve", "refuse"]) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            shown = await self.shown(tx, account, reader, request.path_params["event"])
            if not shown:
                return await self._nothing(tx, request)
        one, people = shown[0], shown[0]["people"]
        if doing == "approve" and one["may"] not in ("first", "second"):
            return done(HERE, _DONE[one["may"]])
        second = "_second" if doing == "approve" and one["may"] == "second" else ""
        what = [
            say_many(reader, f"emergency.{doing}_what{second}", people, time=one["until"]),
            say(reader, "waiting.about", title=one["title"], site=one["site"]),
        ]
        question = Question(
            say(reader, f"emergency.{doing}_title"), what, say_many(reader, f"emergency.{doing}_button", people),
            request.url.path, HERE, [(say(reader, "sms_approval.first"), one["first"])],
            say(reader, f"emergency.{doing}_warn"), danger=doing == "approve",
            quotes=[(text["for"], text["text"], text["language"]) for text in one["texts"]],
        )  # fmt: skip
        return ask(request, account, HERE, question)

    async def approve(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, event = await self.desk.account(request), request.path_params["event"]
        async with self.desk.database.write() as tx:
            waits = await asleep(tx, self.desk.now(), event)
            if not waits:
                return await self._nothing(tx, request)
            people = waits[0].people
            author, now = await author_of(tx, event), self.desk.now()
            answer, outputs = await emergencies.approve(tx, event, account.name, author, now)
            await self.publisher.publish(tx, outputs)
            if answer in ("first", "second"):
                said = {"people": people, "approval": 1 if answer == "first" else 2}
                await self.desk.note(tx, account, "emergency approved", event, field(form, "why", MOST_WHY), said)
        self.publisher.ring()
        return done(HERE, _DONE[answer], people)

    async def refuse(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, event = await self.desk.account(request), request.path_params["event"]
        async with self.desk.database.write() as tx:
            waits = await asleep(tx, self.desk.now(), event)
            if not waits or not await emergencies.refuse(tx, event, account.name, self.desk.now()):
                return await self._nothing(tx, request)
            people = waits[0].people
            await self.desk.note(
                tx, account, "emergency refused", event, field(form, "why", MOST_WHY), {"people": people}
            )  # fmt: skip
        return done(HERE, "emergency_refused", people)

    async def _nothing(self, tx: AsyncConnection, request: Request) -> Response:
        """An emergency that was decided, corrected, withdrawn, or that holds nobody any more; of any other event there is
        none."""
        event = request.path_params["event"]
        known = (await emergencies.marked(tx, {event})).get(event)
        if known is None:
            raise HTTPException(404)
        waiting = known.word == "waiting"
        return done(HERE, _DONE["overtaken" if waiting and await emergencies.is_overtaken(tx, known) else "already"])


def _text(one: Written, reader: Language) -> dict[str, Any]:
    """A message as one of its people would get it, with who they are."""
    whose = say(
        reader, "emergency.for", channel=say(reader, f"channel.{one.channel}"),
        kind=say(reader, f"sms_approval.kind.{one.kind}"), tongue=say(reader, f"sms_approval.language.{one.language}"),
        people=count_of(reader, "people", one.people),
    )  # fmt: skip
    return {"text": one.text, "language": one.language, "for": whose}
