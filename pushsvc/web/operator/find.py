"""`/o/find`: one field for whatever an operator has in hand, and what it leads to.

What is typed is never part of an address, because it may be somebody's contact: it is posted, and the answer is the page.
Whoever is looked for stands in the audit trail, by the subscriber's id.
"""

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
from pushsvc.ledger import finding, one_person
from pushsvc.ledger.finding import Document
from pushsvc.ledger.listing import Listed, notices_of_event
from pushsvc.ledger.one_person import Person
from pushsvc.operations.accounts import Account
from pushsvc.operations.audit import note
from pushsvc.publications import loading
from pushsvc.web.forms import field as field_of
from pushsvc.web.forms import forms
from pushsvc.web.gate import Gate
from pushsvc.web.operator.finder import Finder, Found
from pushsvc.web.operator.found import doubtful, linked_here, listed_shown, person_shown, told_shown, verdict
from pushsvc.web.operator.menu import menu
from pushsvc.web.operator.telling import Teller
from pushsvc.web.pages import page, problem_page
from pushsvc.web.readers import default_language, language_of

Trace = Callable[[AsyncConnection, str], Awaitable[Mapping[str, Any] | None]]
TracePair = Callable[[AsyncConnection, str, str], Awaitable[Mapping[str, Any] | None]]
TellReason = Callable[[str, Language, Mapping[str, str]], str]
LONGEST = 500
NOTICES_LISTED = 60
_PERSON = "found person"


@dataclass(frozen=True)
class FindPages:
    gate: Gate
    finder: Finder
    trace: Trace
    trace_pair: TracePair
    tell_reason: TellReason
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [
            Route("/o/find", self.ask),
            Route("/o/find", self.find, methods=["POST"]),
            Route("/o/find/{id}", self.one),
        ]

    async def ask(self, request: Request) -> Response:
        """The field; with `?show=doubt` the messages of which nobody knows whether they arrived."""
        account = await self.gate.account(request, "find")
        reader = language_of(request, default_language(request))
        doubt: list[Mapping[str, str]] = []
        if request.query_params.get("show") == "doubt":
            teller = self._teller(reader, {})
            async with self.gate.database.read() as tx:
                doubt = [doubtful(teller, *each) for each in await finding.in_doubt(tx)]
        return self._page(request, account, reader, doubt=doubt)

    async def one(self, request: Request) -> Response:
        """What an id of ours leads to: no contact, so it may stand in an address."""
        account = await self.gate.account(request, "find")
        asked = request.path_params["id"]
        if finding.id_in(asked) != asked:
            return problem_page(request, 404)
        reader = language_of(request, default_language(request))
        async with self.gate.database.read() as tx:
            way = await self._way(tx, reader, asked)
        return self._page(request, account, reader, way=way) if way else problem_page(request, 404)

    async def find(self, request: Request) -> Response:
        account = await self.gate.account(request, "find")
        form = await forms(request).read(request)
        reader = language_of(request, default_language(request))
        what, also = field_of(form, "what", LONGEST), field_of(form, "also", LONGEST)
        token = self.gate.vault.read_token(_PERSON, field_of(form, "person"))
        async with self.gate.database.read() as tx:
            one, other = await self.finder.find(tx, what), await self.finder.find(tx, also)
            found = one.and_also(other)
            if token:
                known = await one_person.person(tx, number=int(token))
                found = Found((known,) if known else (), by="id").and_also(found)
            shown = await self._found(tx, reader, found, field_of(form, "after"))
        await self._note(account, found)
        return self._page(
            request, account, reader, what=what, also=also, answers_a_form=True,
            **shown, nothing=bool(what or also) and not any(shown.values()),
            # Of a person and a document, the half that nobody here knows is the answer.
            unknown=[text for text, led in ((what, one), (also, other)) if text and led.empty and any(shown.values())],
        )  # fmt: skip

    async def _note(self, account: Account, found: Found) -> None:
        """Who looked for whom; of a contact that nobody here has, only that it was looked for."""
        if not found.by:
            return
        subjects = sorted({person.subscriber_id for person in found.people}) or ["nobody known here"]
        async with self.gate.database.write(first=True) as tx:
            for subject in subjects:
                await note(tx, self.gate.clock.now(), account.name, "looked for a person", subject, {"by": found.by})

    async def _found(self, tx: AsyncConnection, reader: Language, found: Found, after: str) -> dict[str, Any]:
        """What the page shows of it: the answer to "did she get it" where a person and a document are there."""
        things = [*found.ids, *(each.publication_id for each in found.documents if len(found.documents) == 1)]
        pairs = [shown for person in found.people for thing in things if (shown := await self._pair(tx, reader, person, thing))]
        whole = len(found.people) == 1 and not pairs
        people = [await self._person(tx, reader, person, after, whole) for person in found.people]
        alone = things[0] if len(things) == 1 and not pairs else None
        return {
            "pairs": pairs,
            "people": people,
            "documents": [_document_shown(self._teller(reader, {}), each) for each in found.documents] if not pairs else [],
            "way": await self._way(tx, reader, alone) if alone else None,
        }

    async def _pair(self, tx: AsyncConnection, reader: Language, person: Person, thing: str) -> Mapping[str, Any] | None:
        """Did she get it? `thing` may also be a message or a notice: then its event is meant."""
        asked, publication = await finding.told_by(tx, thing)
        pair = await self.trace_pair(tx, person.subscriber_id, asked) if asked else None
        if pair is None:
            return None
        names = await loading.site_names(tx, _sites(pair["reasons"]))
        titles = await loading.titles(tx, {publication} if publication else set())
        said = verdict(self._teller(reader, names), pair)
        title = titles.get(publication or "", thing)
        return {"person": person.subscriber_id, "title": title, "said": said, "href": f"/o/find/{thing}"}

    async def _person(
        self, tx: AsyncConnection, reader: Language, person: Person, after: str, whole: bool
    ) -> Mapping[str, Any]:
        teller = self._teller(reader, {})
        lines, next_after = await one_person.told(tx, person.subscriber_no, after) if whole else ((), "")
        return {
            **person_shown(teller, person),
            "token": self.gate.vault.token(_PERSON, str(person.subscriber_no)),
            "told": [told_shown(teller, one) for one in lines], "after": next_after, "whole": whole,
        }  # fmt: skip

    async def _way(self, tx: AsyncConnection, reader: Language, asked: str) -> Mapping[str, Any] | None:
        """The trace of one id, stage by stage."""
        found = await self.trace(tx, asked)
        if found is None:
            return None
        names = await loading.site_names(tx, _sites_of(found["steps"]))
        about = await loading.titles(tx, {step["publication"] for step in found["steps"] if step.get("publication")})
        teller = self._teller(reader, names)
        listed = await self._listed(tx, found)
        return {
            "id": found["id"], "title": teller.say(f"trace.{found['kind']}"), "about": sorted(about.values()),
            "steps": [linked_here(teller.step(step, asked)) for step in found["steps"]],
            "notices": [listed_shown(teller, each) for each in listed],
        }  # fmt: skip

    async def _listed(self, tx: AsyncConnection, found: Mapping[str, Any]) -> Sequence[Listed]:
        """The notices below an event: the way down to the single message."""
        publication = _first(found["steps"], "publication")
        if found["kind"] != "event" or publication is None:
            return ()
        return await notices_of_event(tx, publication, found["id"], NOTICES_LISTED)

    def _teller(self, reader: Language, names: Mapping[str, str]) -> Teller:
        return Teller(reader, self.zone, partial(_told, self.tell_reason, names), names)

    def _page(
        self, request: Request, account: Account, reader: Language, *, answers_a_form: bool = False, **shown: Any
    ) -> Response:
        return page(
            request, "find.html", width="wide", answers_a_form=answers_a_form, account=account, menu=menu(reader, account),
            here="/o/find", **{**_NOTHING, **shown},
        )  # fmt: skip


#: What the page shows of each part when nobody has asked yet.
_NOTHING: Mapping[str, Any] = {
    "what": "", "also": "", "nothing": False, "unknown": (), "pairs": (), "people": (), "documents": (),
    "way": None, "doubt": (),
}  # fmt: skip


def _told(tell: TellReason, names: Mapping[str, str], reason: str, reader: Language) -> str:
    return tell(reason, reader, names)


def _first(steps: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """The first id of that name in the steps."""
    return next((str(step[name]) for step in steps if "_" in str(step.get(name) or "")), None)


def _document_shown(teller: Teller, one: Document) -> Mapping[str, str]:
    return {"href": f"/o/find/{one.publication_id}", "id": one.publication_id, "title": one.title, "url": one.url,
            "when": teller.moment(one.at.isoformat())}  # fmt: skip


def _sites(reasons: Sequence[str]) -> set[str]:
    return {reason.removeprefix("site:") for reason in reasons if reason.startswith("site:")}


def _sites_of(steps: Sequence[Mapping[str, Any]]) -> set[str]:
    named = {step["site"] for step in steps if step.get("site")}
    return named | _sites([each for step in steps for why in (step.get("reasons") or {}).values() for each in why])
