"""`/account`: one's own password, second factor and open sessions, for every account of a console."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.ports import Shared
from pushsvc.errors import BadInput
from pushsvc.operations import accounts, audit, second_factor
from pushsvc.operations.accounts import Account
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate, SignInFirst
from pushsvc.web.operator.confirming import reader_of
from pushsvc.web.operator.menu import menu as operator_menu
from pushsvc.web.operator.sign_in import allow_try
from pushsvc.web.pages import page
from pushsvc.web.words import say

HERE = "/account"
#: The cookie that keeps a secret while the app is being set up.
_SETTING_UP = "factor"
_SETTING_UP_SECONDS = 15 * 60


@dataclass(frozen=True)
class MyAccountPages:
    gate: Gate
    shared: Shared

    def routes(self) -> list[Route]:
        return [
            Route(HERE, self.overview),
            Route(f"{HERE}/password", self.password, methods=["POST"]),
            Route(f"{HERE}/factor", self.begin, methods=["POST"]),
            Route(f"{HERE}/factor/code", self.set_up, methods=["POST"]),
            Route(f"{HERE}/factor/off", self.take_off, methods=["POST"]),
            Route(f"{HERE}/sessions", self.end_others, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        return self._page(request, await self._account(request))

    async def password(self, request: Request) -> Response:
        """Another password: only with the one of now. All other sessions end."""
        form = await forms(request).read(request)
        account = await self._account(request)
        await allow_try(self.shared, account.name, request)
        new, again = str(form.get("password") or ""), str(form.get("again") or "")
        if await accounts.verify(self.gate.database, account.name, str(form.get("now") or "")) is None:
            return self._page(request, account, status=422, problem="password_now")
        if new != again:
            return self._page(request, account, status=422, problem="differ")
        try:
            await accounts.set_password(self.gate.database, self.gate.clock, account.name, new)
        except BadInput as error:
            return self._page(request, account, status=422, problem="name" if "name" in str(error) else "short")
        await self._end_others(request, account)
        return RedirectResponse(f"{HERE}?done=password", status_code=303)

    async def begin(self, request: Request) -> Response:
        """Show the secret for the app. Nothing is changed before a code of it was typed. Only with the password: whoever
        finds the screen open could lock its owner out."""
        form = await forms(request).read(request)
        account = await self._account(request)
        await allow_try(self.shared, account.name, request)
        if await accounts.verify(self.gate.database, account.name, str(form.get("factor_now") or "")) is None:
            return self._page(request, account, status=422, problem="factor_now")
        secret = second_factor.new_secret(self.gate.random_bytes)
        response = self._factor_page(request, account, secret)
        forms(request).keep(request, response, _SETTING_UP, {"secret": secret, "name": account.name}, _SETTING_UP_SECONDS)
        return response

    async def set_up(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self._account(request)
        await allow_try(self.shared, account.name, request)
        kept = forms(request).kept(request, _SETTING_UP)
        if kept.get("name") != account.name or account.second_factor:
            return RedirectResponse(HERE, status_code=303)
        database, vault, clock = self.gate.database, self.gate.vault, self.gate.clock
        try:
            await second_factor.set_up(database, vault, clock, account.name, str(kept["secret"]), field(form, "code", 20))
        except BadInput:
            return self._factor_page(request, account, str(kept["secret"]), status=422, wrong=True)
        response = RedirectResponse(f"{HERE}?done=factor", status_code=303)
        forms(request).keep(request, response, _SETTING_UP, None)
        return response

    async def take_off(self, request: Request) -> Response:
        """Only with a code: whoever finds the screen open cannot take the second lock off."""
        form = await forms(request).read(request)
        account = await self._account(request)
        await allow_try(self.shared, account.name, request)
        database, vault, clock = self.gate.database, self.gate.vault, self.gate.clock
        if not await second_factor.passes(database, vault, clock, account.name, field(form, "code", 20)):
            return self._page(request, account, status=422, problem="factor_code")
        await second_factor.take_off(database, clock, account.name, account.name)
        return RedirectResponse(f"{HERE}?done=factor_off", status_code=303)

    async def end_others(self, request: Request) -> Response:
        await forms(request).read(request)
        account = await self._account(request)
        await self._end_others(request, account)
        return RedirectResponse(f"{HERE}?done=sessions", status_code=303)

    async def _end_others(self, request: Request, account: Account) -> None:
        session = await self.gate.session(request, "console")
        async with self.gate.database.write(first=True) as tx:
            ended = await end_sessions_of(tx, "console", account.name, but=session.token if session else None)
            await audit.note(tx, self.gate.clock.now(), account.name, "other sessions ended", account.name, {"ended": ended})

    async def _account(self, request: Request) -> Account:
        """Whoever is signed in, whatever the role."""
        session = await self.gate.session(request, "console")
        account = await accounts.find_account(self.gate.database, session.subject) if session else None
        if account is None:
            raise SignInFirst(f"/sign-in?next={HERE}")
        if account.one_time:
            raise SignInFirst("/sign-in/password")
        return account

    def _page(self, request: Request, account: Account, *, status: int = 200, problem: str = "") -> Response:
        done = request.query_params.get("done", "")
        done = done if done in ("password", "factor", "factor_off", "sessions") else ""
        return self._console(request, account, "my_account.html", status, problem=problem, done=done)

    def _factor_page(
        self, request: Request, account: Account, secret: str, *, status: int = 200, wrong: bool = False
    ) -> Response:
        address = second_factor.app_address(secret, account.name, say(reader_of(request), "brand"))
        picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000000", light="#ffffff")
        groups = " ".join(re.findall(".{4}", secret))
        return self._console(
            request, account, "factor.html", status, picture=picture, groups=groups, address=address, wrong=wrong
        )

    def _console(self, request: Request, account: Account, template: str, status: int, **values: Any) -> Response:
        reader = reader_of(request)
        menu = [("/p/", say(reader, "accounts.to_site"))] if account.role == "publisher" else operator_menu(reader, account)
        return page(
            request, template, status=status, account=account, menu=menu, here=HERE,
            answers_a_form=request.method == "POST", **values,
        )  # fmt: skip
