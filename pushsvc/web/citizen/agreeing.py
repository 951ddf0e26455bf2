"""`/start/how`, `/start/code`, `/start/done`: the third step. Where to write, the consent, the code, and then it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput, TryLater
from pushsvc.profiles.holders import holders
from pushsvc.profiles.joining import join
from pushsvc.telemetry import count
from pushsvc.web.citizen.choosing import NEW, Choosing, Proof
from pushsvc.web.citizen.codes import Codes, read_address, read_code
from pushsvc.web.citizen.draft import FREQUENCIES, Draft, draft_of, keep_draft
from pushsvc.web.citizen.start import go_on, read_form, reader_of
from pushsvc.web.citizen.taste import Tasting
from pushsvc.web.citizen.telling import wish_in_words
from pushsvc.web.citizen.welcoming import Welcome
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate
from pushsvc.web.pages import page
from pushsvc.web.readers import wants_large_print
from pushsvc.web.words import say


@dataclass(frozen=True)
class AgreeingPages:
    """`offers`: the channels that this installation can write to."""

    gate: Gate
    codes: Codes
    choosing: Choosing
    tasting: Tasting
    welcome: Welcome
    offers: tuple[Channel, ...]
    posted: Callable[[], None]

    def routes(self) -> list[Route]:
        return [
            Route("/start/how", self.how),
            Route("/start/how", self.agree, methods=["POST"]),
            Route("/start/code", self.ask_code),
            Route("/start/code", self.prove, methods=["POST"]),
            Route("/start/again", self.again, methods=["POST"]),
            Route("/start/who", self.who),
            Route("/start/who", self.choose_who, methods=["POST"]),
            Route("/start/done", self.done),
        ]

    async def how(self, request: Request) -> Response:
        draft = draft_of(request)
        if not draft.wish.places and not draft.wish.others:
            return RedirectResponse("/start", status_code=303)
        return await self._how(request, draft, draft.address, "")

    async def agree(self, request: Request) -> Response:
        """The button under the sentence of consent: send a code, so that nobody agrees with somebody else's address."""
        form = await read_form(request)
        draft, reader = draft_of(request), reader_of(request)
        if not draft.wish.places and not draft.wish.others:
            return RedirectResponse("/start", status_code=303)
        typed = field(form, "address", 300)
        frequency = next((each for each in FREQUENCIES if each == field(form, "frequency")), draft.frequency)
        draft = replace(draft, frequency=frequency)
        try:
            channel, address = read_address(typed)
            if channel not in self.offers:
                return await self._how(request, draft, typed, f"no_{channel}")
            await self.codes.send(request, "start", channel, address, reader)
        except BadInput:
            return await self._how(request, draft, typed, "wrong" if typed else "missing")
        except TryLater:
            return await self._how(request, draft, typed, "later")
        return go_on(request, "/start/code", replace(draft, channel=channel, address=address))

    async def ask_code(self, request: Request) -> Response:
        draft = draft_of(request)
        if draft.channel is None:
            signed_in = await self.gate.citizen_or_nobody(request)
            return RedirectResponse("/start" if signed_in is None else "/start/done", status_code=303)
        return self._code(request, draft, "", again="again" in request.query_params)

    async def again(self, request: Request) -> Response:
        await forms(request).read(request)
        draft = draft_of(request)
        if draft.channel is None:
            return RedirectResponse("/start", status_code=303)
        try:
            await self.codes.send(request, "start", draft.channel, draft.address, reader_of(request))
        except TryLater:
            return self._code(request, draft, "later")
        return RedirectResponse("/start/code?again=1", status_code=303)

    async def prove(self, request: Request) -> Response:
        form = await read_form(request)
        draft = draft_of(request)
        if draft.channel is None:  # the form was sent twice, or in two tabs
            return await self.ask_code(request)
        code = read_code(field(form, "code", 40))
        try:
            proved = code is not None and await self.codes.prove("start", draft.channel, draft.address, code)
        except TryLater:
            return self._code(request, draft, "later")
        if not proved:
            return self._code(request, draft, "wrong" if code else "shape")
        async with self.gate.database.read() as tx:
            known = await holders(tx, self.gate.vault, draft.channel, draft.address)
        if len(known) > 1:
            return self.choosing.ask(request, Proof("start", draft.channel, draft.address))
        return await self._join(request, draft, known[0].subscriber_no if known else None)

    async def who(self, request: Request) -> Response:
        return await self.choosing.page(request, "start")

    async def choose_who(self, request: Request) -> Response:
        chosen = await self.choosing.chosen(request, "start")
        if isinstance(chosen, Response):
            return chosen
        proof, number = chosen
        draft = replace(draft_of(request), channel=proof.channel, address=proof.address)
        return await self._join(request, draft, None if number == NEW else number)

    async def done(self, request: Request) -> Response:
        await self.gate.citizen(request)
        told = forms(request).kept(request, "joined")
        if not told:
            return RedirectResponse("/me", status_code=303)
        return page(request, "start_done.html", told=told.get("lines", []), frequency=told.get("frequency", "immediate"),
                    is_new=bool(told.get("new", True)), added=int(told.get("added", 0)))  # fmt: skip

    async def _join(self, request: Request, draft: Draft, known: int | None) -> Response:
        reader, now = reader_of(request), self.gate.clock.now()
        assert draft.channel is not None
        lines = wish_in_words(draft.wish, reader)
        response = RedirectResponse("/start/done", status_code=303)
        try:
            async with self.gate.database.write(first=True) as tx:
                joined = await join(
                    tx, self.gate.vault, draft.wish, channel=draft.channel, address=draft.address, frequency=draft.frequency,
                    language=reader, now=now, random_bytes=self.gate.random_bytes, known=known,
                    large_print=wants_large_print(request) or None,
                )  # fmt: skip
                await self.welcome.put(tx, draft, joined, lines, reader)
                await self.gate.sign_in(tx, request, response, "citizen", str(joined.subscriber_no))
        except BadInput:
            return page(request, "start_full.html", status=422, answers_a_form=True)
        self.posted()
        count("joins", what="new" if joined.is_new else "known")
        keep_draft(request, response, None)
        self.choosing.forget(request, response)
        told = {"lines": lines, "frequency": draft.frequency, "new": joined.is_new, "added": joined.added}
        try:
            forms(request).keep(request, response, "joined", told, seconds=3_600)
        except ValueError:
            forms(request).keep(request, response, "joined", {**told, "lines": []}, seconds=3_600)
        return response

    async def _how(self, request: Request, draft: Draft, typed: str, wrong: str) -> Response:
        reader = reader_of(request)
        response = page(
            request, "start_how.html", status=422 if wrong else 200, answers_a_form=bool(wrong), typed=typed,
            wrong=say(reader, f"start.address.{wrong}") if wrong else "", frequency=draft.frequency,
            frequencies=FREQUENCIES, phone="sms" in self.offers, told=wish_in_words(draft.wish, reader),
            back="/start/what" if draft.wish.places else "/start",
            taste=await self.tasting.taste(draft.wish, reader),
        )  # fmt: skip
        if wrong:
            keep_draft(request, response, draft)
        return response

    def _code(self, request: Request, draft: Draft, wrong: str, *, again: bool = False) -> Response:
        return page(
            request, "start_code.html", status=422 if wrong else 200, answers_a_form=bool(wrong), address=draft.address,
            channel=draft.channel, wrong=say(reader_of(request), f"start.code.{wrong}") if wrong else "", again=again,
            action="/start", back="/start/how", unknown=False,
        )  # fmt: skip
