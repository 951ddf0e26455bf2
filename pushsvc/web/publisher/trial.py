"""A draft sent to the clerk's own mailbox, marked as a test: what it looks like in a mail program that is really used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.channels.service import ServiceMessage, put
from pushsvc.domain.addresses import normalise_address
from pushsvc.errors import BadInput
from pushsvc.operations import audit
from pushsvc.sites import drafts
from pushsvc.sites.drafts import Draft
from pushsvc.web.forms import field, forms
from pushsvc.web.pages import problem_page
from pushsvc.web.publisher.desk import Clerk, Desk
from pushsvc.web.publisher.preview import TESTED, PreviewPages, Previews
from pushsvc.web.publisher.reading import Seen
from pushsvc.web.words import say

#: An account has no mailbox of its own, so anybody's could be named: few messages, to an address fewer still.
MOST, MOST_TO_ONE, WITHIN_SECONDS = 5, 3, 3600.0
_OF_USE = timedelta(minutes=30)


@dataclass(frozen=True)
class TrialPages:
    desk: Desk
    previews: Previews
    pages: PreviewPages

    def routes(self) -> list[Route]:
        return [Route("/p/drafts/{draft}/test", self.send, methods=["POST"])]

    async def send(self, request: Request) -> Response:
        form = await forms(request).read(request)
        desk = self.desk
        clerk, written = await desk.clerk(request), field(form, "address", 300)
        async with desk.database.read() as tx:
            draft = await drafts.find(tx, clerk.site.code, request.path_params["draft"])
        seen = await self.previews.of(clerk, draft) if draft else None
        if draft is None or seen is None:
            return problem_page(request, 404)
        try:
            address = normalise_address("email", written)
        except BadInput:
            return await self._again(request, clerk, draft, say(clerk.reader, "publisher.wrong.email"), written)
        for key, most in ((f"test send by {clerk.account.name}", MOST), (f"test send to {address}", MOST_TO_ONE)):
            if wait := await desk.shared.attempt(key, most, WITHIN_SECONDS):
                minutes = str(int(wait // 60) + 1)
                wrong = say(clerk.reader, "publisher.wrong.too_often", minutes=minutes)
                return await self._again(request, clerk, draft, wrong, written)
        now, message_id = desk.clock.now(), f"srv_{desk.random_bytes(16).hex()}"
        sent = ServiceMessage(message_id, "test_send", "email", address, seen.summary.language, _words(seen), now + _OF_USE)
        async with desk.database.write(first=True) as tx:
            await put(tx, desk.vault, sent, now)
            await audit.note(tx, now, clerk.account.name, "test message sent", draft.draft_id, {"site": clerk.site.code})
        desk.posted()
        # Whoever loads the page again, or whose script does, sends no second one.
        response = RedirectResponse(f"/p/drafts/{draft.draft_id}?{TESTED}", status_code=303)
        forms(request).keep(request, response, TESTED, {"draft": draft.draft_id, "address": address}, seconds=600)
        return response

    async def _again(self, request: Request, clerk: Clerk, draft: Draft, wrong: str, written: str) -> Response:
        return await self.pages.show(request, clerk, draft, wrong=wrong, address=written)


def _words(seen: Seen) -> dict[str, str]:
    """What a reader reads, in one piece."""
    wording = seen.summary.wording(seen.summary.language)
    paragraphs = [wording.headline, *wording.text.splitlines(), wording.action or "", seen.version.url]
    return {"headline": wording.headline, "words": "\n\n".join(part.strip() for part in paragraphs if part.strip())}
