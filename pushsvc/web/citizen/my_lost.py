"""`/me/lost`: somebody cannot read their old address any more. The rule and its limits: `profiles/replacing.py`.

Every answer is the same whether we know the old address or not, and takes as long. Tries are few: for one old address, and
from one network.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.errors import BadInput, TryLater
from pushsvc.profiles.replacing import WAITS, Fact, still_mine
from pushsvc.profiles.self_service import Stale
from pushsvc.taxonomy.finding import the_place
from pushsvc.web.citizen.codes import ANSWERS_AFTER_SECONDS, LASTS, network_of, read_address, read_code
from pushsvc.web.citizen.my_moving import HERE, Moving
from pushsvc.web.citizen.my_room import MyRoom, Wrong, back, reader_of, show, told_wrong
from pushsvc.web.forms import field, forms
from pushsvc.web.words import say

A_DAY_SECONDS = 86_400.0
TRIES_OF_AN_ADDRESS, TRIES_OF_A_NETWORK = 3, 10
_PENDING = "lost"


@dataclass(frozen=True)
class MyLostPages:
    room: MyRoom
    moving: Moving

    def routes(self) -> list[Route]:
        return [
            Route(HERE, self.ask),
            Route(HERE, self.send, methods=["POST"]),
            Route(f"{HERE}/code", self.ask_code),
            Route(f"{HERE}/code", self.prove, methods=["POST"]),
            Route(f"{HERE}/keep/{{token}}", self.ask_keep),
            Route(f"{HERE}/keep/{{token}}", self.keep, methods=["POST"]),
            Route(f"{HERE}/move/{{token}}", self.ask_move),
            Route(f"{HERE}/move/{{token}}", self.move, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        return _form(request, {})

    async def send(self, request: Request) -> Response:
        form = await forms(request).read(request)
        wrote = {name: field(form, name, 200) for name in ("old", "new", "birth_year", "place")}
        read, wrong = _read(wrote)
        if wrong:
            return _form(request, wrote, wrong)
        try:
            channel, address = read["new"]
            await self.room.codes.send(request, "start", channel, address, reader_of(request))
        except TryLater:
            return _form(request, wrote, [("new", "me.wrong.later")])
        response = back(f"{HERE}/code")
        forms(request).keep(request, response, _PENDING, wrote, int(LASTS.total_seconds()))
        return response

    async def ask_code(self, request: Request) -> Response:
        read, wrong = _read(forms(request).kept(request, _PENDING))
        return back(HERE) if wrong else _code(request, read["new"][1])

    async def prove(self, request: Request) -> Response:
        form = await forms(request).read(request)
        read, wrong = _read(forms(request).kept(request, _PENDING))
        if wrong:
            return back(HERE)
        begun = asyncio.get_running_loop().time()
        if wait := await self.room.shared.attempt(f"lost from {network_of(request)}", TRIES_OF_A_NETWORK, A_DAY_SECONDS):
            raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})
        code = read_code(field(form, "code", 40))
        channel, address = read["new"]
        try:
            if code is None or not await self.room.codes.prove("start", channel, address, code):
                return _code(request, read["new"][1], "me.wrong.code")
        except TryLater:
            return _code(request, read["new"][1], "me.wrong.later")
        old_channel, old = read["old"]
        # Over the limit the answer is the same, and nothing is looked up.
        if not await self.room.shared.attempt(f"lost {old_channel} {old}", TRIES_OF_AN_ADDRESS, A_DAY_SECONDS):
            await self.moving.begin((old_channel, old), read["new"], read["fact"], reader_of(request))
        await asyncio.sleep(max(0.0, ANSWERS_AFTER_SECONDS - (asyncio.get_running_loop().time() - begun)))
        response = show(request, "me_lost_asked.html", answers_a_form=True, days=WAITS.days)
        forms(request).keep(request, response, _PENDING, None)
        return response

    async def ask_keep(self, request: Request) -> Response:
        return self._answer(request, "keep" if self.moving.kept(request.path_params["token"]) else "void")

    async def keep(self, request: Request) -> Response:
        await forms(request).read(request)
        said = self.moving.kept(request.path_params["token"])
        if said is None:
            return self._answer(request, "void")
        async with self.room.database.write(first=True) as tx:
            # Said twice, it stands as it was said first: either way the address stays.
            await still_mine(tx, *said, self.room.clock.now())
        return self._answer(request, "kept", answers=True)

    async def ask_move(self, request: Request) -> Response:
        return self._answer(request, "move" if self.moving.move(request.path_params["token"]) else "void")

    async def move(self, request: Request) -> Response:
        await forms(request).read(request)
        asked = self.moving.move(request.path_params["token"])
        if asked is None:
            return self._answer(request, "void")
        try:
            await self.moving.finish(asked)
        except Stale:
            return self._answer(request, "void", answers=True)
        return self._answer(request, "moved", answers=True)

    def _answer(self, request: Request, what: str, *, answers: bool = False) -> Response:
        status = 404 if what == "void" else 200
        return show(request, "me_lost_answer.html", status=status, answers_a_form=answers, what=what)


def _read(wrote: dict[str, Any]) -> tuple[dict[str, Any], Wrong]:
    """The two addresses and the fact; what cannot be read is named at its field."""
    read: dict[str, Any] = {}
    wrong: Wrong = []
    for name in ("old", "new"):
        try:
            read[name] = read_address(str(wrote.get(name, "")))
        except BadInput:
            wrong.append((name, "me.wrong.address"))
    if not wrong and read["old"] == read["new"]:
        wrong.append(("new", "me.wrong.same_address"))
    year, place = str(wrote.get("birth_year", "")), str(wrote.get("place", ""))
    code = the_place(place) if place else None
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        wrong.append(("birth_year", "me.wrong.birth_year"))
    elif place and code is None:
        wrong.append(("place", "me.wrong.unsure_place"))
    elif not year and not place:
        wrong.append(("birth_year", "me.wrong.fact"))
    else:
        read["fact"] = Fact(int(year) if year else None, code)
    return read, wrong


def _form(request: Request, wrote: dict[str, str], wrong: Wrong | None = None) -> Response:
    reader = reader_of(request)
    return show(
        request, "me_lost.html", status=422 if wrong else 200, answers_a_form=bool(wrong),
        typed={name: wrote.get(name, "") for name in ("old", "new", "birth_year", "place")},
        **told_wrong(wrong, reader), days=WAITS.days,
    )  # fmt: skip


def _code(request: Request, address: str, wrong: str = "") -> Response:
    words = say(reader_of(request), wrong) if wrong else ""
    return show(
        request, "me_code.html", status=422 if wrong else 200, answers_a_form=bool(wrong), address=address, wrong=words,
        action=f"{HERE}/code", again=HERE,
    )  # fmt: skip
