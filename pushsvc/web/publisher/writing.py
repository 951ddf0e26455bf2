"""`/p/new`: paste an address or a text. What comes of it is kept as a draft, and the preview shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc import taxonomy
from pushsvc.domain.decoding import decode
from pushsvc.domain.emergencies import EMERGENCY
from pushsvc.errors import BadInput, InvalidRecord
from pushsvc.operations import audit
from pushsvc.plain import read_html
from pushsvc.sites import drafts, reach_preview, registry, sent
from pushsvc.sites.addresses import canonical, parse
from pushsvc.sites.events import check_event
from pushsvc.sites.fetch_client import Refused, Unavailable
from pushsvc.web.forms import forms
from pushsvc.web.pages import problem_page
from pushsvc.web.publisher.desk import Clerk, Desk
from pushsvc.web.publisher.faults import fault_of
from pushsvc.web.publisher.funnel_words import BETWEEN
from pushsvc.web.publisher.reading import Before, read, standing_at
from pushsvc.web.publisher.written import (
    LARGEST_FORM,
    MOST_CHARACTERS,
    NotGood,
    Written,
    Wrong,
    is_login_page,
    written,
    wrong_by,
)
from pushsvc.web.words import say


@dataclass(frozen=True)
class WritingPages:
    desk: Desk

    def routes(self) -> list[Route]:
        return [Route("/p/new", self.ask, methods=["GET"]), Route("/p/new", self.look, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """The empty form; `?draft=` or `?event=` fills it with what that one says."""
        clerk = await self.desk.clerk(request)
        filled: Written | None = Written()
        if draft_id := request.query_params.get("draft"):
            filled = await self._of_draft(clerk, draft_id)
        elif event_id := request.query_params.get("event"):
            filled = await self._of_event(clerk, event_id)
        return problem_page(request, 404) if filled is None else self._page(request, clerk, filled)

    async def look(self, request: Request) -> Response:
        clerk, found = await self.desk.clerk(request), Written()
        try:
            try:
                found = written(await forms(request).read(request, largest=LARGEST_FORM))
            except HTTPException as error:
                if error.status_code != 413:
                    raise
                raise NotGood(Wrong("text", "text_long", {"number": f"{MOST_CHARACTERS:,}"})) from None
            draft_id = await self._draft(clerk, found)
        except NotGood as error:
            return self._page(request, clerk, found, error.wrong)
        return RedirectResponse(f"/p/drafts/{draft_id}", status_code=303)

    async def _draft(self, clerk: Clerk, found: Written) -> str:
        """Check, fetch where there is no text, read, keep, and ask whom it would reach. Raises NotGood."""
        desk, site = self.desk, clerk.site
        before = await self._before(clerk, found)
        document = found.document(site, before.version.declared if before else {})
        document["event"] = "updated" if before and not before.withdrawn else "published"
        try:
            if "content_text" not in document:
                document |= await self._fetched(clerk, found.url)
            seen = await read(check_event(document, site), site, before, desk.clock.now())
        except BadInput as error:
            raise NotGood(*wrong_by(error)) from None
        except InvalidRecord:
            raise NotGood(Wrong("text" if found.text else "url", "no_text", fault=True)) from None
        draft_id, now = f"drf_{desk.random_bytes(16).hex()}", desk.clock.now()
        async with desk.database.write(first=True) as tx:
            await drafts.keep(tx, draft_id, site.code, clerk.account.name, document, seen.version.title, now)
            await audit.note(
                tx, now, clerk.account.name, "publication previewed", draft_id, {"site": site.code, "url": document["url"]}
            )
            draft = await drafts.find(tx, site.code, draft_id)
        assert draft is not None
        await reach_preview.ask(desk.database, desk.intake, draft)
        return draft_id

    async def _before(self, clerk: Clerk, found: Written) -> Before | None:
        """What stands at the address; NotGood when the address is not the site's own."""
        if not found.url:
            return None
        try:
            address = parse(found.address)
        except BadInput:
            return None  # `Written.document` says so, with all else that is wrong
        async with self.desk.database.read() as tx:
            if await registry.owner_of(tx, address) != clerk.site.code:
                raise NotGood(Wrong("url", "not_ours"))
            return await standing_at(tx, canonical(found.address))

    async def _fetched(self, clerk: Clerk, typed: str) -> dict[str, str]:
        """The page at that address: its content, and its address with the scheme that it answers to. Raises NotGood."""
        try:
            url, body = await self.desk.find_page(clerk, typed)
        except (Refused, Unavailable) as error:
            raise NotGood(Wrong("url", fault_of(str(error)), {"why": str(error)}, fault=True)) from None
        text = decode(body.content, body.charset).replace("\x00", " ")
        if not body.form.startswith("html"):
            return {"url": url, "content_text": text}
        if is_login_page(text, read_html(text).source_text):
            raise NotGood(Wrong("url", "login", fault=True))
        return {"url": url, "content_html": text}

    async def _of_draft(self, clerk: Clerk, draft_id: str) -> Written | None:
        async with self.desk.database.read() as tx:
            draft = await drafts.find(tx, clerk.site.code, draft_id)
        return _filled(draft.document, draft.document.get("content_text", "")) if draft else None

    async def _of_event(self, clerk: Clerk, event_id: str) -> Written | None:
        """What stands at that event's address now: who corrects begins with it."""
        async with self.desk.database.read() as tx:
            event = await sent.event_of(tx, clerk.site.code, event_id)
            before = await standing_at(tx, canonical(event.url)) if event else None
        if event is None:
            return None
        if before is None:
            return Written(url=event.url)
        return _filled({**before.version.declared, "url": before.version.url}, before.version.source_text)

    def _page(self, request: Request, clerk: Clerk, filled: Written, wrong: Sequence[Wrong] = ()) -> Response:
        words = {each.where: _say(clerk, each) for each in reversed(wrong)}
        return self.desk.show(
            request, "new", clerk, "/p/new", status=422 if wrong else 200, answers_a_form=bool(wrong),
            filled=filled, wrong=words,
            urgencies=[(one, *_urgency_words(clerk, one)) for one in ("", "urgent", EMERGENCY)],
            topics=BETWEEN[clerk.reader].join(entry.in_language(clerk.reader) for entry in taxonomy.topics().life()),
        )  # fmt: skip


def _say(clerk: Clerk, wrong: Wrong) -> str:
    key = f"publisher.fault.{wrong.key}" if wrong.fault else f"publisher.wrong.{wrong.key}"
    domains = clerk.domain_words
    return say(
        clerk.reader, key, **{"why": "", "domains": domains, "words": "", "number": "", **wrong.values, "domain": domains}
    )


def _urgency_words(clerk: Clerk, urgency: str) -> tuple[str, str]:
    named = f"publisher.new.urgency_{urgency or 'normal'}"
    return say(clerk.reader, named), say(clerk.reader, f"{named}_hint")


def _filled(said: Mapping[str, Any], text: str) -> Written:
    regions, topics = (said.get(name) or () for name in ("regions", "topics"))
    names = (taxonomy.regions().name(code) if taxonomy.regions().known(code) else code for code in regions)
    title, urgency = (str(said.get(name) or "") for name in ("title", "urgency"))
    return Written(str(said["url"]), text, title, " ".join(names), " ".join(topics), urgency)
