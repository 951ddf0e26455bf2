"""`/p/`: what the site has published, and what became of each; withdrawing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pushsvc.domain.emergencies import without_note
from pushsvc.domain.time import Instant
from pushsvc.publications import loading
from pushsvc.sites import drafts, sent
from pushsvc.sites.addresses import canonical
from pushsvc.sites.drafts import Unfinished
from pushsvc.sites.sent import Sent
from pushsvc.web.citizen.evidence import evidence
from pushsvc.web.pages import problem_page
from pushsvc.web.publisher.desk import Clerk, Desk
from pushsvc.web.publisher.faults import fault_of
from pushsvc.web.publisher.funnel_words import AFTER_SENTENCE, TONES, sentences, whole
from pushsvc.web.publisher.funnels import Funnels
from pushsvc.web.publisher.reading import standing_at
from pushsvc.web.times import moment, read_moment
from pushsvc.web.words import say

ON_ONE_PAGE = 10


@dataclass(frozen=True)
class EventPages:
    desk: Desk
    funnels: Funnels

    def routes(self) -> list[Route]:
        return [
            Route("/p/", self.events),
            Route("/p/events/{event}", self.event),
            Route("/p/events/{event}/state", self.state),
        ]

    async def events(self, request: Request) -> Response:
        """The newest first; `?before=` and `?after=` (moments) turn the pages."""
        clerk, desk = await self.desk.clerk(request), self.desk
        turned = {name: at for name in ("before", "after") if (at := _moment(request, name))}
        async with desk.database.read() as tx:
            found = await sent.events_of(tx, clerk.site.code, ON_ONE_PAGE, **turned)
            titles = await loading.titles(tx, {each.publication_id for each in found if each.publication_id})
            unfinished = await drafts.unfinished(tx, clerk.site.code)
            newer = bool(found) and bool(await sent.events_of(tx, clerk.site.code, 1, after=found[0].received_at))
            older = bool(found) and bool(await sent.events_of(tx, clerk.site.code, 1, before=found[-1].received_at))
        return desk.show(
            request, "events", clerk, "/p/",
            rows=[await self._row(clerk, each, titles) for each in found],
            unfinished=[self._draft_row(clerk, each) for each in unfinished],
            newer=f"?after={_exact(found[0])}" if newer else "", older=f"?before={_exact(found[-1])}" if older else "",
        )  # fmt: skip

    async def event(self, request: Request) -> Response:
        clerk, desk = await self.desk.clerk(request), self.desk
        async with desk.database.read() as tx:
            found = await sent.event_of(tx, clerk.site.code, request.path_params["event"])
            titles = await loading.titles(tx, [found.publication_id]) if found and found.publication_id else {}
            before = await standing_at(tx, canonical(found.url)) if found else None
            version = (await loading.versions(tx, [found.version_id or ""])).get(found.version_id or "") if found else None
            summary = (await loading.summaries(tx, [found.version_id or ""])).get(found.version_id or "") if found else None
        if found is None:
            return problem_page(request, 404)
        shown = None
        if version is not None and summary is not None and found.event != "withdrawn":
            wording = summary.wording(summary.language)
            shown = {
                "headline": wording.headline, "action": wording.action, "unknown": summary.unknown,
                "paragraphs": [line for line in wording.text.splitlines() if line.strip()],
                "source_language": summary.language,
                "evidence": evidence(summary.facts, version.source_text, summary.language, clerk.reader),
            }  # fmt: skip
        stands = before is not None and not before.withdrawn
        return desk.show(
            request, "event", clerk, row=await self._row(clerk, found, titles, in_full=True), summary=shown, stands=stands,
            current=before is not None and before.version.version_id == found.version_id,
        )  # fmt: skip

    async def state(self, request: Request) -> Response:
        """How the event stands, for the page's script: `{"state"}`."""
        clerk = await self.desk.clerk(request)
        async with self.desk.database.read() as tx:
            found = await sent.event_of(tx, clerk.site.code, request.path_params["event"])
        counted = await self.funnels.lately(found) if found else None
        said = {"state": counted.funnel.get("state", "") if counted else ""}
        return JSONResponse(said, status_code=200 if found else 404, headers={"Cache-Control": "no-store"})

    async def _row(self, clerk: Clerk, event: Sent, titles: Mapping[str, str], *, in_full: bool = False) -> dict[str, Any]:
        counted = await (self.funnels.now(event) if in_full else self.funnels.lately(event))
        funnel, held = (counted.funnel, counted.held) if counted else ({}, {})
        dead = ""
        if funnel.get("state") == "dead":
            async with self.desk.database.read() as tx:
                dead = await sent.why_dead(tx, event.event_id)
        words = whole if in_full or funnel.get("outcome") == "same" or funnel.get("state") == "no_audience" else sentences
        told = words(funnel, held, clerk.reader) if funnel else [say(clerk.reader, "publisher.counting_many")]
        return {
            "id": event.event_id, "event": event.event, "url": event.url, "origin": event.origin,
            "title": titles.get(event.publication_id or "") or event.title or event.url,
            "when": moment(event.received_at, self.desk.zone, clerk.reader),
            "state": _state(funnel), "tone": TONES.get(_state(funnel), ""),
            "told": told, "told_line": AFTER_SENTENCE[clerk.reader].join(told), "note": without_note(funnel.get("note", "")),
            "fault": fault_of(dead) if dead else "", "why": dead,
        }  # fmt: skip

    def _draft_row(self, clerk: Clerk, draft: Unfinished) -> dict[str, Any]:
        return {
            "id": draft.draft_id, "title": draft.title or draft.url, "state": draft.state,
            "event": draft.event, "when": moment(draft.created_at, self.desk.zone, clerk.reader),
        }  # fmt: skip


def _moment(request: Request, name: str) -> Instant | None:
    try:
        at = read_moment(request.query_params.get(name, ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _exact(event: Sent) -> str:
    return event.received_at.isoformat().replace("+00:00", "Z")


def _state(funnel: Mapping[str, Any]) -> str:
    """As the site sees it: what still waits for a word or an hour is not done."""
    state = str(funnel.get("state", ""))
    return "held" if state == "done" and funnel.get("held") else state
