"""`/o/accounts`: who may sign in, for an administrator. A one-time password is shown once, on the answer of the form."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.errors import BadInput
from pushsvc.operations import accounts, second_factor
from pushsvc.operations.accounts import ROLES, Account
from pushsvc.sites import registry
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate
from pushsvc.web.operator.confirming import Question, ask, console, reader_of
from pushsvc.web.pages import problem_page
from pushsvc.web.times import moment
from pushsvc.web.words import say

HERE = "/o/accounts"
#: What can be done to an account of somebody else.
DEEDS = ("reset", "disable", "factor")


@dataclass(frozen=True)
class AccountPages:
    gate: Gate
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [
            Route(HERE, self.overview),
            Route(HERE, self.add, methods=["POST"]),
            Route(f"{HERE}/{{name}}/{{deed}}", self.ask),
            Route(f"{HERE}/{{name}}/{{deed}}", self.do, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        return await self._page(request, await self.gate.account(request, "administer"))

    async def add(self, request: Request) -> Response:
        form = await forms(request).read(request)
        who = await self.gate.account(request, "administer")
        name, role, site = field(form, "name", 80), field(form, "role", 20), field(form, "site", 10)
        wrong = {}
        if site:
            async with self.gate.database.read() as tx:
                if await registry.find_site(tx, site) is None:
                    wrong["site"] = "site_unknown"
        try:
            if not wrong:
                database, clock = self.gate.database, self.gate.clock
                password = await accounts.add_account(database, clock, name, role, site or None, who=who.name)
                return await self._page(request, who, shown=(name, password))
        except BadInput as error:
            taken = {problem.field for problem in error.problems if "already" in problem.message}
            wrong = {each.field: f"{each.field}_{'taken' if each.field in taken else 'wrong'}" for each in error.problems}
        return await self._page(request, who, status=422, wrong=wrong, typed={"name": name, "role": role, "site": site})

    async def ask(self, request: Request) -> Response:
        """Says what the deed does before it is done."""
        who = await self.gate.account(request, "administer")
        account, deed, reader = await self._meant(request), request.path_params["deed"], reader_of(request)
        if account is None or not _allowed(who, account, deed):
            return problem_page(request, 404)
        title = say(reader, f"accounts.{deed}.title", name=account.name)
        question = Question(
            title, [say(reader, f"accounts.{deed}.what")], say(reader, f"accounts.{deed}.button"), request.url.path, HERE,
            why=False, danger=deed == "disable",
        )  # fmt: skip
        return ask(request, who, HERE, question)

    async def do(self, request: Request) -> Response:
        await forms(request).read(request)
        who = await self.gate.account(request, "administer")
        account, deed = await self._meant(request), request.path_params["deed"]
        if account is None or not _allowed(who, account, deed):
            return problem_page(request, 404)
        database, clock = self.gate.database, self.gate.clock
        if deed == "reset":
            password = await accounts.reset_account(database, clock, account.name, who=who.name)
            return await self._page(request, who, shown=(account.name, password))
        if deed == "disable":
            await accounts.disable_account(database, clock, account.name, who=who.name)
        else:
            await second_factor.take_off(database, clock, account.name, who.name)
        return RedirectResponse(HERE, status_code=303)

    async def _meant(self, request: Request) -> Account | None:
        listed = await accounts.list_accounts(self.gate.database)
        return next((one for one in listed if one.name == request.path_params["name"]), None)

    async def _page(
        self,
        request: Request,
        who: Account,
        *,
        status: int = 200,
        shown: tuple[str, str] | None = None,
        wrong: dict[str, str] | None = None,
        typed: dict[str, str] | None = None,
    ) -> Response:
        reader = reader_of(request)
        rows = [
            {
                "account": one,
                "since": moment(one.created_at, self.zone, reader),
                "deeds": [deed for deed in DEEDS if _allowed(who, one, deed)],
            }
            for one in await accounts.list_accounts(self.gate.database)
        ]
        roles = [(role, say(reader, f"accounts.role.{role}")) for role in ROLES]
        return console(
            request, who, HERE, "accounts.html", status=status, rows=rows, roles=roles, shown=shown, wrong=wrong or {},
            typed=typed or {"name": "", "role": "operator", "site": ""},
        )  # fmt: skip


def _allowed(who: Account, account: Account, deed: str) -> bool:
    """Nobody shuts the door behind themselves; what is so already is not offered again."""
    if deed not in DEEDS or who.name == account.name:
        return False
    return {"reset": True, "disable": not account.disabled, "factor": account.second_factor}[deed]
