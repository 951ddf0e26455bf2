"""The buttons of a draft: publish it, take it back while that can be done, throw it away."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.time import Instant
from pushsvc.operations import audit
from pushsvc.sites import drafts, reach_preview
from pushsvc.sites.drafts import Draft
from pushsvc.web.forms import forms
from pushsvc.web.pages import problem_page
from pushsvc.web.publisher.desk import Clerk, Desk


@dataclass(frozen=True)
class LeavingPages:
    desk: Desk

    def routes(self) -> list[Route]:
        return [
            Route("/p/drafts/{draft}/publish", self.publish, methods=["POST"]),
            Route("/p/drafts/{draft}/take-back", self.take_back, methods=["POST"]),
            Route("/p/drafts/{draft}/drop", self.drop, methods=["POST"]),
        ]

    async def publish(self, request: Request) -> Response:
        """It leaves when the undo period is over; without one, now. Whoever presses twice publishes once."""
        clerk, draft, now = await self._posted(request)
        if draft is None:
            return problem_page(request, 404)
        async with self.desk.database.write(first=True) as tx:
            if await drafts.leave(tx, draft.draft_id, now + self.desk.hold):
                await audit.note(tx, now, clerk.account.name, "published", draft.draft_id, _said(clerk, draft))
        await reach_preview.send_due(self.desk.database, self.desk.intake, self.desk.clock, draft.draft_id)
        return RedirectResponse(f"/p/drafts/{draft.draft_id}", status_code=303)

    async def take_back(self, request: Request) -> Response:
        """Until it has left. The page that follows says which came first."""
        clerk, draft, now = await self._posted(request)
        if draft is None:
            return problem_page(request, 404)
        async with self.desk.database.write(first=True) as tx:
            if await drafts.take_back(tx, draft.draft_id):
                await audit.note(tx, now, clerk.account.name, "publication taken back", draft.draft_id, _said(clerk, draft))
        return RedirectResponse(f"/p/drafts/{draft.draft_id}", status_code=303)

    async def drop(self, request: Request) -> Response:
        clerk, draft, now = await self._posted(request)
        if draft is None:
            return problem_page(request, 404)
        async with self.desk.database.write(first=True) as tx:
            if await drafts.drop(tx, draft.draft_id):
                await audit.note(tx, now, clerk.account.name, "draft thrown away", draft.draft_id, _said(clerk, draft))
        return RedirectResponse("/p/", status_code=303)

    async def _posted(self, request: Request) -> tuple[Clerk, Draft | None, Instant]:
        await forms(request).read(request)
        clerk = await self.desk.clerk(request)
        async with self.desk.database.read() as tx:
            draft = await drafts.find(tx, clerk.site.code, request.path_params["draft"])
        return clerk, draft, self.desk.clock.now()


def _said(clerk: Clerk, draft: Draft) -> dict[str, str]:
    return {"site": clerk.site.code, "event": draft.document["event"], "url": draft.document["url"]}
