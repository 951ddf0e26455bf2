"""`/enter`: signing in by a code, for whoever is subscribed, imported people too. Unknown addresses hear the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput, TryLater
from pushsvc.profiles.holders import holders
from pushsvc.profiles.self_service import myself
from pushsvc.web.citizen.choosing import Choosing, Proof
from pushsvc.web.citizen.codes import Codes, read_address, read_code
from pushsvc.web.citizen.my_room import wear
from pushsvc.web.citizen.start import read_form, reader_of
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate, safe_next
from pushsvc.web.pages import page
from pushsvc.web.words import say

COOKIE = "enter"
HOME = "/me"


@dataclass(frozen=True)
class EnterPages:
    gate: Gate
    codes: Codes
    choosing: Choosing
    offers: tuple[Channel, ...]

    def routes(self) -> list[Route]:
        return [
            Route("/enter", self.ask),
            Route("/enter", self.send, methods=["POST"]),
            Route("/enter/code", self.ask_code),
            Route("/enter/code", self.prove, methods=["POST"]),
            Route("/enter/again", self.again, methods=["POST"]),
            Route("/enter/who", self.who),
            Route("/enter/who", self.choose_who, methods=["POST"]),
            Route("/enter/out", self.ask_out),
            Route("/enter/out", self.out, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        signed_in = await self.gate.citizen_or_nobody(request) is not None
        return self._ask(request, "", "", safe_next(request.query_params.get("next", ""), ""), signed_in=signed_in)

    async def send(self, request: Request) -> Response:
        form = await read_form(request)
        typed, after = field(form, "address", 300), safe_next(field(form, "next"), "")
        try:
            channel, address = read_address(typed)
            if channel not in self.offers:
                return self._ask(request, typed, f"no_{channel}", after)
            await self.codes.send(request, "enter", channel, address, reader_of(request))
        except BadInput:
            return self._ask(request, typed, "wrong" if typed else "missing", after)
        except TryLater:
            return self._ask(request, typed, "later", after)
        response = RedirectResponse("/enter/code", status_code=303)
        forms(request).keep(request, response, COOKIE, {"channel": channel, "address": address, "next": after}, seconds=3_600)
        return response

    async def ask_code(self, request: Request) -> Response:
        asked = forms(request).kept(request, COOKIE)
        if not asked:
            return RedirectResponse("/enter", status_code=303)
        return self._code(request, asked, "", again="again" in request.query_params)

    async def again(self, request: Request) -> Response:
        await forms(request).read(request)
        asked = forms(request).kept(request, COOKIE)
        if not asked:
            return RedirectResponse("/enter", status_code=303)
        try:
            await self.codes.send(request, "enter", asked["channel"], asked["address"], reader_of(request))
        except TryLater:
            return self._code(request, asked, "later")
        return RedirectResponse("/enter/code?again=1", status_code=303)

    async def prove(self, request: Request) -> Response:
        form = await read_form(request)
        asked = forms(request).kept(request, COOKIE)
        if not asked:  # the form was sent twice, or in two tabs
            signed_in = await self.gate.citizen_or_nobody(request)
            return RedirectResponse("/enter" if signed_in is None else HOME, status_code=303)
        code = read_code(field(form, "code", 40))
        try:
            proved = code is not None and await self.codes.prove("enter", asked["channel"], asked["address"], code)
        except TryLater:
            return self._code(request, asked, "later")
        async with self.gate.database.read() as tx:
            known = await holders(tx, self.gate.vault, asked["channel"], asked["address"]) if proved else ()
        if not known:
            return self._code(request, asked, "wrong" if code else "shape")
        if len(known) > 1:
            return self.choosing.ask(request, Proof("enter", asked["channel"], asked["address"], asked["next"]))
        return await self._sign_in(request, known[0].subscriber_no, asked["next"])

    async def who(self, request: Request) -> Response:
        return await self.choosing.page(request, "enter")

    async def choose_who(self, request: Request) -> Response:
        chosen = await self.choosing.chosen(request, "enter")
        if isinstance(chosen, Response):
            return chosen
        return await self._sign_in(request, chosen[1], chosen[0].next)

    async def ask_out(self, request: Request) -> Response:
        return page(request, "enter_out.html")

    async def out(self, request: Request) -> Response:
        await forms(request).read(request)
        return await self.gate.sign_out(request, "citizen")

    async def _sign_in(self, request: Request, number: int, after: str) -> Response:
        response = RedirectResponse(safe_next(after, HOME), status_code=303)
        async with self.gate.database.write(first=True) as tx:
            await self.gate.sign_in(tx, request, response, "citizen", str(number))
            me = await myself(tx, self.gate.vault, number)
        # What they have set elsewhere; what was chosen in this browser stays.
        said = request.cookies
        wear(request, response, None if "lang" in said else me.language, None if "large" in said else me.large_print)
        forms(request).keep(request, response, COOKIE, None)
        self.choosing.forget(request, response)
        return response

    def _ask(self, request: Request, typed: str, wrong: str, after: str, *, signed_in: bool = False) -> Response:
        return page(
            request, "enter_ask.html", status=422 if wrong else 200, answers_a_form=bool(wrong), typed=typed, next=after,
            wrong=say(reader_of(request), f"start.address.{wrong}") if wrong else "", phone="sms" in self.offers,
            signed_in=signed_in,
        )  # fmt: skip

    def _code(self, request: Request, asked: dict[str, Any], wrong: str, *, again: bool = False) -> Response:
        return page(
            request, "start_code.html", status=422 if wrong else 200, answers_a_form=bool(wrong), address=asked["address"],
            channel=asked["channel"], wrong=say(reader_of(request), f"start.code.{wrong}") if wrong else "", again=again,
            action="/enter", back="/enter", unknown=True,
        )  # fmt: skip
