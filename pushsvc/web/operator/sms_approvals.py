"""The part of `/o/waiting` on SMS to very many people: two read what will be read, and both approve it, or one refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.approvals import ASKED_CHANNEL, Answer, answer_of
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind
from pushsvc.domain.records import Publisher
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.ledger import approving, cancelling
from pushsvc.ledger.asked import Asked, Wording, asked_events
from pushsvc.operations.accounts import Account
from pushsvc.publications import loading
from pushsvc.sites.drafts import author_of
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.budget_words import yuan
from pushsvc.web.operator.confirming import MOST_WHY, Question, ask, count_of, done, number, reader_of, say_many, sentences
from pushsvc.web.operator.mending import Desk
from pushsvc.web.words import say

HERE = "/o/waiting"
#: What the list says after an approval, by what it came to.
_DONE: dict[Answer, str] = {
    "first": "sms_first", "second": "sms_second", "same_person": "sms_same_person", "author": "sms_author",
    "already": "already",
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """One wording as it will be read, by `people` people: an SMS of so many `segments`, at `price` millionths of a yuan each;
    None: nobody says what it costs."""

    language: Language
    kind: DeliveryKind
    people: int
    text: str
    segments: int
    price: int | None = None
    channel: Channel = ASKED_CHANNEL


Write = Callable[[AsyncConnection, Sequence[Wording]], Awaitable[Sequence[Written]]]


@dataclass(frozen=True)
class SmsApprovals:
    desk: Desk
    publisher: Publisher
    write: Write

    def routes(self) -> list[Route]:
        one = f"{HERE}/{{event}}/sms"
        return [
            Route(f"{one}/approve", self.ask_approve),
            Route(f"{one}/approve", self.approve, methods=["POST"]),
            Route(f"{one}/refuse", self.ask_refuse),
            Route(f"{one}/refuse", self.refuse, methods=["POST"]),
        ]

    async def shown(self, tx: AsyncConnection, account: Account, reader: Language) -> list[dict[str, Any]]:
        """What the list shows of each event that waits; `may`: what it would come to if this account approved now."""
        found = await asked_events(tx)
        titles = await loading.titles(tx, {one.publication_id for one in found})
        names = await loading.site_names(tx, {one.site for one in found})
        versions = await loading.versions(tx, {one.version_id for one in found})
        return [
            {
                "href": f"{HERE}/{one.event_id}/sms",
                "event": one.event_id,
                "title": titles.get(one.publication_id, one.event_id),
                "site": names.get(one.site, one.site),
                "url": versions[one.version_id].url if one.version_id in versions else "",
                "at": self.desk.when(one.asked.asked_at, reader),
                "may": answer_of(one.asked, account.name, await author_of(tx, one.event_id)),
                "first": so_far(self.desk, one.asked.first_by, one.asked.first_at, reader),
                **self._told(await self.write(tx, one.wordings), one, reader),
            }
            for one in found
        ]

    def _told(self, written: Sequence[Written], one: Asked, reader: Language) -> dict[str, Any]:
        several = len(written) > 1
        return {
            "people": count_of(reader, "people", one.people),
            "cost": _cost(written, reader),
            "texts": [
                {
                    "text": each.text,
                    "language": each.language,
                    "length": say(reader, f"sms_approval.length{'_one' if each.segments == 1 else ''}", segments=each.segments),
                    "for": say(
                        reader, "sms_approval.for", kind=say(reader, f"sms_approval.kind.{each.kind}"),
                        tongue=say(reader, f"sms_approval.language.{each.language}"),
                        people=count_of(reader, "people", each.people),
                    ) if several or each.kind != "new" else "",
                }
                for each in written
            ],
        }  # fmt: skip

    async def ask_approve(self, request: Request) -> Response:
        return await self._ask(request, "approve")

    async def ask_refuse(self, request: Request) -> Response:
        return await self._ask(request, "refuse")

    async def _ask(self, request: Request, doing: Literal["approve", "refuse"]) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        event = request.path_params["event"]
        async with self.desk.database.read() as tx:
            shown = [one for one in await self.shown(tx, account, reader) if one["event"] == event]
            people = sum(one.people for one in await asked_events(tx, event))
        if not shown:
            return await self._nothing(request)
        if doing == "approve" and shown[0]["may"] not in ("first", "second"):
            return done(HERE, _DONE[shown[0]["may"]])
        second = doing == "approve" and shown[0]["may"] == "second"
        what = sentences(
            say_many(reader, f"sms_approval.{doing}_what{'_second' if second else ''}", people),
            say(reader, "waiting.about", title=shown[0]["title"], site=shown[0]["site"]),
            (text["text"] for text in shown[0]["texts"]),
        )
        facts = [(say(reader, "sms_approval.cost"), shown[0]["cost"]), (say(reader, "sms_approval.first"), shown[0]["first"])]
        question = Question(
            say(reader, f"sms_approval.{doing}_title"), what, say_many(reader, f"sms_approval.{doing}_button", people),
            request.url.path, HERE, facts, say(reader, f"sms_approval.{doing}_warn"), danger=doing == "refuse",
        )  # fmt: skip
        return ask(request, account, HERE, question)

    async def approve(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, event = await self.desk.account(request), request.path_params["event"]
        async with self.desk.database.write() as tx:
            waits = await asked_events(tx, event)
            if not waits:
                return await self._nothing(request)
            author, now = await author_of(tx, event), self.desk.now()
            answer, outputs = await approving.approve(tx, waits[0].asked, waits[0].publication_id, account.name, author, now)
            await self.publisher.publish(tx, outputs)
            if answer in ("first", "second"):
                said = {"people": waits[0].people, "approval": 1 if answer == "first" else 2}
                await self.desk.note(tx, account, "sms approved", event, field(form, "why", MOST_WHY), said)
        self.publisher.ring()
        return done(HERE, _DONE[answer], waits[0].people)

    async def refuse(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, event = await self.desk.account(request), request.path_params["event"]
        async with self.desk.database.write() as tx:
            waits = await asked_events(tx, event)
            if not waits:
                return await self._nothing(request)
            outputs = await approving.refuse(tx, waits[0].asked, waits[0].publication_id, account.name, self.desk.now())
            if not outputs:
                return await self._nothing(request)
            await self.publisher.publish(tx, outputs)
            why = field(form, "why", MOST_WHY)
            await self.desk.note(tx, account, "sms refused", event, why, {"people": waits[0].people})
        self.publisher.ring()
        return done(HERE, "sms_refused", waits[0].people)

    async def _nothing(self, request: Request) -> Response:
        """An event that is known was decided by others; any other there is none of."""
        try:
            async with self.desk.database.read() as tx:
                await cancelling.of_event(tx, request.path_params["event"])
        except NotFound:
            raise HTTPException(404) from None
        return done(HERE, "already")


def so_far(desk: Desk, first_by: str | None, first_at: Instant | None, reader: Language) -> str:
    """Who of two has approved, and when."""
    if first_by is None or first_at is None:
        return say(reader, "sms_approval.nobody")
    return say(reader, "sms_approval.first_by", who=first_by, when=desk.when(first_at, reader))


def _cost(written: Sequence[Written], reader: Language) -> str:
    """In yuan where the provider has a price, and in segments always: those are what is billed."""
    segments = number(sum(one.people * one.segments for one in written))
    if not written or any(not one.price for one in written):
        return say(reader, "sms_approval.segments", segments=segments)
    total = sum(one.people * (one.price or 0) for one in written)
    return say(reader, "sms_approval.yuan", yuan=yuan(total), segments=segments)
