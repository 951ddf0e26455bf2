"""`/p/events/{event}/withdraw`: what a withdrawal does and to how many, then the button; it leaves as every draft does."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.ledger import reaches
from pushsvc.operations import audit
from pushsvc.sites import drafts, reach_preview, sent
from pushsvc.sites.addresses import canonical
from pushsvc.sites.sent import Sent
from pushsvc.web.forms import forms
from pushsvc.web.pages import problem_page
from pushsvc.web.publisher.desk import Clerk, Desk
from pushsvc.web.publisher.funnel_words import people
from pushsvc.web.publisher.reading import standing_at


@dataclass(frozen=True)
class WithdrawalPages:
    desk: Desk

    def routes(self) -> list[Route]:
        return [
            Route("/p/events/{event}/withdraw", self.ask_withdrawal, methods=["GET"]),
            Route("/p/events/{event}/withdraw", self.withdraw, methods=["POST"]),
        ]

    async def ask_withdrawal(self, request: Request) -> Response:
        """What a withdrawal does and to how many, before anybody presses the button."""
        clerk = await self.desk.clerk(request)
        found = await self._standing(clerk, request)
        if found is None:
            return problem_page(request, 404)
        event, title, told, waiting = found
        return self.desk.show(
            request, "withdraw", clerk, event=event, title=title, told=people(told, clerk.reader) if told else "",
            waiting=people(waiting, clerk.reader) if waiting else "",
            undo=self.desk.undo_words(clerk.reader, "no_hold_withdrawn"),
        )  # fmt: skip

    async def withdraw(self, request: Request) -> Response:
        """It leaves as every draft does: with the undo period."""
        await forms(request).read(request)
        clerk, desk = await self.desk.clerk(request), self.desk
        found = await self._standing(clerk, request)
        if found is None:
            return problem_page(request, 404)
        draft_id, now = f"drf_{desk.random_bytes(16).hex()}", desk.clock.now()
        document = {"event": "withdrawn", "url": found[0].url}
        async with desk.database.write(first=True) as tx:
            await drafts.keep(tx, draft_id, clerk.site.code, clerk.account.name, document, found[1], now)
            await drafts.leave(tx, draft_id, now + desk.hold)
            await audit.note(tx, now, clerk.account.name, "withdrawal asked for", draft_id, {"event": found[0].event_id})
        await reach_preview.send_due(desk.database, desk.intake, desk.clock, draft_id)
        return RedirectResponse(f"/p/drafts/{draft_id}", status_code=303)

    async def _standing(self, clerk: Clerk, request: Request) -> tuple[Sent, str, int, int] | None:
        """An event whose publication stands, its title, who was told and whose message waits."""
        async with self.desk.database.read() as tx:
            event = await sent.event_of(tx, clerk.site.code, request.path_params["event"])
            before = await standing_at(tx, canonical(event.url)) if event else None
            if event is None or before is None or before.withdrawn:
                return None
            told, waiting = await reaches.told_and_waiting(tx, before.publication_id)
        return event, before.version.title, told, waiting
