"""`/p/site`: for whoever acts for all sites, which one to work for now."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.sites import registry
from pushsvc.web.forms import field, forms
from pushsvc.web.pages import page, problem_page
from pushsvc.web.publisher.desk import CHOSEN, Desk
from pushsvc.web.publisher.menu import menu

#: So many sites are listed; a code can be typed for any other.
MOST_LISTED = 200


@dataclass(frozen=True)
class ChoosingPages:
    desk: Desk

    def routes(self) -> list[Route]:
        return [Route("/p/site", self.ask, methods=["GET"]), Route("/p/site", self.choose, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        return await self._page(request)

    async def choose(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self.desk.gate.account(request, "publish")
        if account.site is not None:
            return problem_page(request, 404)
        async with self.desk.database.read() as tx:
            site = await registry.find_site(tx, field(form, "code", 10) or field(form, "site", 10))
        if site is None:
            return await self._page(request, wrong=True)
        response = RedirectResponse("/p/", status_code=303)
        forms(request).keep(request, response, CHOSEN, {"site": site.code})
        return response

    async def _page(self, request: Request, *, wrong: bool = False) -> Response:
        account = await self.desk.gate.account(request, "publish")
        if account.site is not None:
            return problem_page(request, 404)
        async with self.desk.database.read() as tx:
            found = await registry.all_sites(tx)
        return page(
            request, "publisher_site.html", status=422 if wrong else 200, answers_a_form=wrong, account=account,
            menu=menu(self.desk.reader(request), account), here="/p/site", wrong=wrong,
            sites=[(site.code, f"{site.name} {site.code}") for site in found[:MOST_LISTED]],
        )  # fmt: skip
