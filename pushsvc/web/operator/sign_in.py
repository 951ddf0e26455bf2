"""`/sign-in` and `/sign-out`: accounts of the consoles. Slow for whoever guesses, the same answer for every wrong try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.ports import Shared
from pushsvc.domain.time import iso
from pushsvc.errors import BadInput
from pushsvc.operations import accounts, audit, second_factor
from pushsvc.operations.accounts import Account
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.web.citizen.codes import network_of
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate, SignInFirst, safe_next
from pushsvc.web.pages import page

#: Tries in a quarter of an hour: for one account from anywhere, and from one network for any account.
TRIES, TRIES_OF_A_NETWORK, WITHIN_SECONDS = 10, 50, 900.0
_HOME = {"publisher": "/p/"}
#: The cookie of somebody whose password was right and whose code is still to come.
_HALF, _HALF_SECONDS = "half", 5 * 60


@dataclass(frozen=True)
class SignInPages:
    gate: Gate
    shared: Shared

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self.ask),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-in/code", self.ask_code),
            Route("/sign-in/code", self.code, methods=["POST"]),
            Route("/sign-in/password", self.ask_new),
            Route("/sign-in/password", self.choose, methods=["POST"]),
            Route("/sign-out", self.ask_out),
            Route("/sign-out", self.sign_out, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        return page(request, "sign_in.html", wrong="", name="", next=safe_next(request.query_params.get("next", ""), ""))

    async def sign_in(self, request: Request) -> Response:
        form = await forms(request).read(request)
        name, after = field(form, "name", 80), safe_next(field(form, "next"), "")
        await allow_try(self.shared, name, request)
        account = await accounts.verify(self.gate.database, name, str(form.get("password") or ""))
        if account is None:
            return page(request, "sign_in.html", status=422, wrong="wrong", name=name, next=after, answers_a_form=True)
        if account.second_factor:
            response = RedirectResponse("/sign-in/code", status_code=303)
            forms(request).keep(request, response, _HALF, self._half(account, after), _HALF_SECONDS)
            return response
        return await self._in(request, account, after)

    async def ask_code(self, request: Request) -> Response:
        """The second step of who set up an authenticator app."""
        if not forms(request).kept(request, _HALF):
            return RedirectResponse("/sign-in", status_code=303)
        return page(request, "sign_in_code.html", wrong=False)

    async def code(self, request: Request) -> Response:
        form = await forms(request).read(request)
        half = forms(request).kept(request, _HALF)
        # The browser drops the cookie in time; whoever keeps it longer is told by its own date.
        if not half or str(half.get("until")) < iso(self.gate.clock.now()):
            return RedirectResponse("/sign-in", status_code=303)
        name = str(half["name"])
        await allow_try(self.shared, name, request)
        account = await accounts.find_account(self.gate.database, name)
        passed = await second_factor.passes(self.gate.database, self.gate.vault, self.gate.clock, name, field(form, "code", 20))
        if account is None or not passed:
            return page(request, "sign_in_code.html", status=422, wrong=True, answers_a_form=True)
        response = await self._in(request, account, safe_next(str(half["next"]), ""))
        forms(request).keep(request, response, _HALF, None)
        return response

    def _half(self, account: Account, after: str) -> dict[str, str]:
        until = self.gate.clock.now() + timedelta(seconds=_HALF_SECONDS)
        return {"name": account.name, "next": after, "until": iso(until)}

    async def _in(self, request: Request, account: Account, after: str) -> Response:
        to = "/sign-in/password" if account.one_time else after or _HOME.get(account.role, "/o/")
        response = RedirectResponse(to, status_code=303)
        async with self.gate.database.write(first=True) as tx:
            await self.gate.sign_in(tx, request, response, "console", account.name)
            await audit.note(tx, self.gate.clock.now(), account.name, "signed in", account.name)
        return response

    async def ask_new(self, request: Request) -> Response:
        """The first sign-in: a password of one's own in place of the one-time one."""
        await self._first_name(request)
        return page(request, "password.html", problem="")

    async def choose(self, request: Request) -> Response:
        form = await forms(request).read(request)
        name = await self._first_name(request)
        password, again = str(form.get("password") or ""), str(form.get("again") or "")
        try:
            if password != again:
                return page(request, "password.html", status=422, problem="differ", answers_a_form=True)
            await accounts.set_password(self.gate.database, self.gate.clock, name, password)
        except BadInput as error:
            rule = "name" if "name" in str(error) else "short"
            return page(request, "password.html", status=422, problem=rule, answers_a_form=True)
        account = await accounts.find_account(self.gate.database, name)
        response = RedirectResponse(_HOME.get(account.role, "/o/") if account else "/sign-in", status_code=303)
        async with self.gate.database.write(first=True) as tx:
            # Whoever else used the one-time password is out.
            await end_sessions_of(tx, "console", name)
            await self.gate.sign_in(tx, request, response, "console", name)
        return response

    async def ask_out(self, request: Request) -> Response:
        return page(request, "sign_out.html")

    async def sign_out(self, request: Request) -> Response:
        await forms(request).read(request)
        return await self.gate.sign_out(request, "console")

    async def _first_name(self, request: Request) -> str:
        """Whose one-time password was right. Whoever has a password of their own changes it at `/account`, with the old one:
        a console that stands open for a minute must not be enough to take an account over."""
        session = await self.gate.session(request, "console")
        account = await accounts.find_account(self.gate.database, session.subject) if session else None
        if account is None:
            raise SignInFirst("/sign-in")
        if not account.one_time:
            raise SignInFirst("/account")
        return account.name


async def allow_try(shared: Shared, name: str, request: Request) -> None:
    """Count one try of a password or a code: HTTPException 429 when there were too many for this account or network."""
    network = network_of(request)
    for key, most in ((f"sign-in {name}", TRIES), (f"sign-in from {network}", TRIES_OF_A_NETWORK)):
        if wait := await shared.attempt(key, most, WITHIN_SECONDS):
            raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})
