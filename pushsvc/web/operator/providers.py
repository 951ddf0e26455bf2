"""`/o/providers`: who carries SMS and WeChat messages and how well, which templates are refused, what may be spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput
from pushsvc.ledger import budgets
from pushsvc.ledger.budgets import set_budget
from pushsvc.ledger.by_provider import Counting, Done
from pushsvc.ledger.charges import ALL
from pushsvc.operations import providers
from pushsvc.operations.accounts import Account
from pushsvc.publications import loading
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import ALLOWED
from pushsvc.web.operator.budget_words import HERE, as_typed, budget_row, read_budget, typed_of
from pushsvc.web.operator.confirming import (
    MOST_WHY,
    Question,
    ask,
    console,
    count_of,
    done,
    done_words,
    reader_of,
    say_many,
    sentences,
)
from pushsvc.web.operator.mending import Desk
from pushsvc.web.operator.provider_words import Listed, is_paused, provider_row, shares, template_row
from pushsvc.web.words import say

#: Only SMS cost by the message.
CHANNEL: Channel = "sms"
_LONGEST_NUMBER = 20


@dataclass(frozen=True)
class ProviderPages:
    desk: Desk
    listed: Sequence[Listed]
    counting: Counting

    def routes(self) -> list[Route]:
        one = f"{HERE}/{{name}}"
        return [
            Route(HERE, self.overview),
            Route(f"{HERE}/budget", self.set_budget, methods=["POST"]),
            Route(f"{HERE}/template/release", self.release_template, methods=["POST"]),
            Route(f"{one}/weight", self.weigh, methods=["POST"]),
            Route(f"{one}/{{doing:str}}", self.ask),
            Route(f"{one}/pause", self.pause, methods=["POST"]),
            Route(f"{one}/resume", self.resume, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        return await self._page(request, await self.desk.account(request))

    async def ask(self, request: Request) -> Response:
        account, reader, doing = await self.desk.account(request), reader_of(request), _doing(request)
        one = self._meant(request)
        async with self.desk.database.read() as tx:
            known = await providers.known(tx)
        if is_paused(known, one.name) == (doing == "pause"):
            return done(HERE, "already")
        others = [
            other.name for other in self.listed
            if other.channel == one.channel and other.name != one.name and not is_paused(known, other.name)
        ]  # fmt: skip
        pausing = doing == "pause"
        names, channel = ", ".join(others), say(reader, f"channel.{one.channel}")
        what = sentences(
            say(reader, f"providers.{doing}_what", name=one.name, channel=channel),
            say(reader, "providers.others_carry", names=names) if pausing and others else "",
        )
        why = known[one.name].why if one.name in known else ""
        question = Question(
            say(reader, f"providers.{doing}_title", name=one.name), what, say(reader, f"pauses.{doing}_button"),
            request.url.path, HERE, [(say(reader, "providers.paused_for"), why)] if why and not pausing else (),
            say(reader, "providers.nobody_carries", channel=channel) if pausing and not others else "",
            why=pausing, danger=pausing,
        )  # fmt: skip
        return ask(request, account, HERE, question)

    async def pause(self, request: Request) -> Response:
        return await self._turn(request, paused=True)

    async def resume(self, request: Request) -> Response:
        return await self._turn(request, paused=False)

    async def _turn(self, request: Request, *, paused: bool) -> Response:
        form = await forms(request).read(request)
        account, one = await self.desk.account(request), self._meant(request)
        why = field(form, "why", MOST_WHY)
        async with self.desk.database.write() as tx:
            new = await providers.set_pause(
                tx, self.desk.now(), one.name, one.channel, paused=paused, who=account.name, why=why
            )
        return done(HERE, ("provider_paused" if paused else "provider_resumed") if new else "already")

    async def weigh(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, one = await self.desk.account(request), self._meant(request)
        name = f"weight-{one.name}"
        typed = field(form, name, _LONGEST_NUMBER)
        try:
            if not (typed.isascii() and typed.isdigit()):
                raise BadInput(typed)
            async with self.desk.database.write() as tx:
                await providers.set_weight(tx, self.desk.now(), one.name, one.channel, int(typed), account.name)
        except BadInput:
            return await self._page(request, account, status=422, wrong={name: "weight"}, typed={name: typed})
        return done(HERE, "weighted")

    async def release_template(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self.desk.account(request)
        provider, template = field(form, "provider", 40), field(form, "template", 80)
        channel = next((one.channel for one in self.listed if one.name == provider), CHANNEL)
        async with self.desk.database.write() as tx:
            now = self.desk.now()
            many = await budgets.look_again(tx, channel, "template", now)
            gone = await providers.release_template(tx, now, provider, template, account.name)
        return done(HERE, "template_released" if gone else "already", many)

    async def set_budget(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self.desk.account(request)
        async with self.desk.database.read() as tx:
            wished = await read_budget(tx, form)
        if wished.wrong:
            return await self._page(request, account, status=422, wrong=wished.wrong, typed=wished.typed)
        said = {"channel": CHANNEL, "day": as_typed(wished.day), "month": as_typed(wished.month)}
        async with self.desk.database.write() as tx:
            now = self.desk.now()
            many = await set_budget(tx, CHANNEL, wished.tenant, wished.day, wished.month, account.name, now)
            await self.desk.note(tx, account, "budget set", wished.tenant, detail=said)
        return done(HERE, "budget_set", many)

    async def _page(
        self,
        request: Request,
        account: Account,
        *,
        status: int = 200,
        wrong: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        reader, when, now = reader_of(request), self.desk.when, self.desk.now()
        figures = await self.counting.look(now)
        async with self.desk.database.read() as tx:
            known, stopped = await providers.known(tx), await providers.templates_stopped(tx)
            purses = await budgets.budgets_of(tx, CHANNEL, self._today())
            names = await loading.site_names(tx, {one.tenant for one in purses})
            held = await budgets.held_for_a_person(tx)
        share = shares(self.listed, known)
        rows = [
            provider_row(one, known.get(one.name) or providers.Provider(one.name, one.channel), share.get(one.name), figures,
                         reader, when)
            for one in self.listed
        ]  # fmt: skip
        return console(
            request, account, HERE, "providers.html", status=status, done=done_words(request), providers=rows,
            sees_keys="administer" in ALLOWED[account.role], lost=_lost(figures.done.get(""), reader),
            templates=[template_row(one, reader, when) for one in stopped],
            waits={what: say_many(reader, f"providers.waits_{what}", many) if many else "" for what, many in held.items()},
            budgets=[budget_row(one, names, reader, when) for one in purses], wrong=wrong or {},
            typed={**typed_of(purses, request.query_params.get("tenant", ALL)), **(typed or {})},
        )  # fmt: skip

    def _today(self) -> date:
        return self.desk.now().astimezone(self.desk.zone).date()

    def _meant(self, request: Request) -> Listed:
        for one in self.listed:
            if one.name == request.path_params["name"]:
                return one
        raise HTTPException(404)


def _lost(doubtful: Done | None, reader: Language) -> str:
    """Messages in doubt of which nobody wrote down who had them."""
    many = doubtful.doubt if doubtful else 0
    return say(reader, "providers.whose", messages=count_of(reader, "messages", many)) if many else ""


def _doing(request: Request) -> str:
    doing = str(request.path_params["doing"])
    if doing not in ("pause", "resume"):
        raise HTTPException(404)
    return doing
