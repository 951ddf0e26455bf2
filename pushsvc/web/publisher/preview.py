"""`/p/drafts/{draft}`: what people will read, whom it would reach, and the button that publishes, with the way back."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.ledger import reaches
from pushsvc.sites import drafts
from pushsvc.sites.addresses import canonical
from pushsvc.sites.drafts import Draft
from pushsvc.sites.events import check_event
from pushsvc.web.citizen.evidence import evidence
from pushsvc.web.forms import forms
from pushsvc.web.operator.framed import framed
from pushsvc.web.pages import SAFE_HEADERS, problem_page
from pushsvc.web.publisher.desk import Clerk, Desk
from pushsvc.web.publisher.faults import fault_of
from pushsvc.web.publisher.funnel_words import people
from pushsvc.web.publisher.phone import as_a_phone_shows_it, message
from pushsvc.web.publisher.reach_words import Reached, reached
from pushsvc.web.publisher.read_as import read_as
from pushsvc.web.publisher.reading import Seen, read, standing_at
from pushsvc.web.times import moment

_KEPT = 32
#: The preview says to whom a test message was just sent: it is kept here, as an address is not for a URL.
TESTED = "tested"
_ON_ITS_WAY = ("leaving", "sending")


@dataclass(frozen=True)
class Previews:
    """Reads drafts, and remembers the last ones: a draft never changes."""

    desk: Desk
    _seen: dict[tuple[str, str], Seen] = field(default_factory=dict)

    async def of(self, clerk: Clerk, draft: Draft) -> Seen | None:
        """None for a withdrawal, which says nothing new."""
        if draft.document["event"] == "withdrawn":
            return None
        async with self.desk.database.read() as tx:
            before = await standing_at(tx, canonical(draft.document["url"]))
        key = (draft.draft_id, before.version.version_id if before else "")
        if key not in self._seen:
            # Dated as it was written down, so that it reads the same whenever it is looked at.
            event = check_event(draft.document, clerk.site)
            self._seen[key] = await read(event, clerk.site, before, draft.created_at)
        while len(self._seen) > _KEPT:
            del self._seen[next(iter(self._seen))]
        return self._seen.get(key)


@dataclass(frozen=True)
class PreviewPages:
    desk: Desk
    previews: Previews

    def routes(self) -> list[Route]:
        return [
            Route("/p/drafts/{draft}", self.preview, methods=["GET"]),
            Route("/p/drafts/{draft}/email.html", self.email, methods=["GET"]),
            Route("/p/drafts/{draft}/state", self.state, methods=["GET"]),
        ]

    async def preview(self, request: Request) -> Response:
        clerk, desk = await self.desk.clerk(request), self.desk
        draft = await self._draft(clerk, request)
        if draft is None:
            return problem_page(request, 404)
        if draft.state == "sent" and draft.event_id:
            return RedirectResponse(f"/p/events/{draft.event_id}", status_code=303)
        if draft.state in _ON_ITS_WAY:
            left = (draft.publish_at - desk.clock.now()).total_seconds() if draft.publish_at else 0.0
            return desk.show(
                request, "leaving", clerk, draft=draft, seconds=max(0, int(left)),
                leaves_at=moment(draft.publish_at, desk.zone, clerk.reader, seconds=True) if draft.publish_at else "",
            )  # fmt: skip
        return await self.show(request, clerk, draft)

    async def show(self, request: Request, clerk: Clerk, draft: Draft, *, wrong: str = "", address: str = "") -> Response:
        """The preview itself; `wrong` and `address` are of a test message that was asked for on it."""
        seen = await self.previews.of(clerk, draft)
        if seen is None:
            return self.desk.show(request, "taken_back", clerk, draft=draft)
        reader, own = clerk.reader, seen.summary.language
        wish = request.query_params.get("for")
        language: Language = "en" if wish == "en" and "en" in seen.summary.wordings else "zh" if wish == "zh" else own
        told = waiting = 0
        async with self.desk.database.read() as tx:
            if seen.before is not None:
                told, waiting = await reaches.told_and_waiting(tx, seen.before.publication_id)
        phones = as_a_phone_shows_it(seen, clerk.site, language, self.desk.base_url)
        return self.desk.show(
            request, "preview", clerk, "", status=422 if wrong else 200, answers_a_form=request.method == "POST",
            draft=draft, seen=seen, phones=phones, reads=language, width="wide",
            languages=sorted(seen.summary.wordings, key=lambda each: each != own),
            source_language=own, evidence=evidence(seen.summary.facts, seen.version.source_text, own, reader),
            reach=await self._reach(clerk, draft, seen), read_as=read_as(seen.summary, reader),
            change=seen.change.get(reader, ""),
            told=people(told, reader) if told else "", waiting=people(waiting, reader) if waiting else "",
            fault=fault_of(draft.why) if draft.why else "", undo=self.desk.undo_words(reader),
            wrong=wrong, address=address, sent_to=_tested(request, draft),
        )  # fmt: skip

    async def email(self, request: Request) -> Response:
        """The email for its frame: its own style and nothing else."""
        clerk = await self.desk.clerk(request)
        draft = await self._draft(clerk, request)
        seen = await self.previews.of(clerk, draft) if draft else None
        if seen is None:
            return problem_page(request, 404)
        language: Language = "en" if request.query_params.get("for") == "en" else "zh"
        html, policy = framed(message(seen, clerk.site, "email", language, self.desk.base_url).html)
        return HTMLResponse(html, headers={**SAFE_HEADERS, "Content-Security-Policy": policy})

    async def state(self, request: Request) -> Response:
        """How the draft stands, for the page's script: `{"state", "counted"}`."""
        clerk = await self.desk.clerk(request)
        draft = await self._draft(clerk, request)
        if draft is None:
            return JSONResponse({}, status_code=404, headers={"Cache-Control": "no-store"})
        seen = await self.previews.of(clerk, draft) if draft.state == "open" else None
        counted = seen is None or (await self._reach(clerk, draft, seen)).state != "counting"
        return JSONResponse({"state": draft.state, "counted": counted}, headers={"Cache-Control": "no-store"})

    async def _draft(self, clerk: Clerk, request: Request) -> Draft | None:
        async with self.desk.database.read() as tx:
            return await drafts.find(tx, clerk.site.code, request.path_params["draft"])

    async def _reach(self, clerk: Clerk, draft: Draft, seen: Seen) -> Reached:
        if seen.before is not None and not seen.before.withdrawn and (seen.same or not seen.material):
            return Reached("nothing_new")
        if draft.test_event_id is None:
            return Reached("counting")
        funnel = await self.desk.funnel(draft.test_event_id)
        async with self.desk.database.read() as tx:
            counted = await reaches.counted(tx, draft.test_event_id)
        return reached(funnel, counted, seen.summary, clerk.site, clerk.reader)


def _tested(request: Request, draft: Draft) -> str:
    """The address that a test message of this draft was just sent to."""
    kept = forms(request).kept(request, TESTED) if TESTED in request.query_params else {}
    return str(kept.get("address", "")) if kept.get("draft") == draft.draft_id else ""
