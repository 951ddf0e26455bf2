"""`/me/lost`: somebody cannot read their old address any more. The rule and its limits: `profiles/replacing.py`.

Every answer is the same whether we know the old address or not, and takes as long. Tries are few: for one old address, and
from one network.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.channels.service import ServiceMessage, put
from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant, from_micros, to_micros
from pushsvc.errors import BadInput
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.profiles.replacing import WAITS, Fact, Lost, losers, replace_address, still_mine
from pushsvc.profiles.self_service import Stale
from pushsvc.storage.database import Transaction
from pushsvc.taxonomy.finding import the_place
from pushsvc.web.citizen.codes import ANSWERS_AFTER_SECONDS, LASTS, network_of, read_address, read_code
from pushsvc.web.citizen.my_room import MyRoom, Wrong, back, reader_of, show, told_wrong
from pushsvc.web.forms import field, forms
from pushsvc.web.words import say

HERE = "/me/lost"
A_DAY_SECONDS = 86_400.0
TRIES_OF_AN_ADDRESS, TRIES_OF_A_NETWORK = 3, 10
#: The link that makes the change works so long after the wait; the one that ends the matter as long as it can matter.
LINK_LASTS = timedelta(days=14)
_PENDING, _FINISH, _KEEP = "lost", "lost finish", "lost keep"


@dataclass(frozen=True)
class Move:
    """What the link in the second message carries, sealed."""

    subscriber_no: int
    endpoint_id: int
    consent_at: Instant
    new: tuple[Channel, str]
    not_before: Instant


@dataclass(frozen=True)
class MyLostPages:
    room: MyRoom
    random_bytes: Callable[[int], bytes]
    posted: Callable[[], None]

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
        await self.room.codes.send(request, "start", *read["new"], reader_of(request))
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
        if code is None or not await self.room.codes.prove("start", *read["new"], code):
            return _code(request, read["new"][1], "me.wrong.code")
        old_channel, old = read["old"]
        # Over the limit the answer is the same, and nothing is looked up.
        if not await self.room.shared.attempt(f"lost {old_channel} {old}", TRIES_OF_AN_ADDRESS, A_DAY_SECONDS):
            await self._begin((old_channel, old), read["new"], read["fact"], reader_of(request))
        await asyncio.sleep(max(0.0, ANSWERS_AFTER_SECONDS - (asyncio.get_running_loop().time() - begun)))
        response = show(request, "me_lost_asked.html", answers_a_form=True, days=WAITS.days)
        forms(request).keep(request, response, _PENDING, None)
        return response

    async def ask_keep(self, request: Request) -> Response:
        return self._answer(request, "keep" if self._kept(request) else "void")

    async def keep(self, request: Request) -> Response:
        await forms(request).read(request)
        said = self._kept(request)
        if said is None:
            return self._answer(request, "void")
        async with self.room.database.write(first=True) as tx:
            # Said twice, it stands as it was said first: either way the address stays.
            await still_mine(tx, *said, self.room.clock.now())
        return self._answer(request, "kept", answers=True)

    async def ask_move(self, request: Request) -> Response:
        return self._answer(request, "move" if self._move(request) else "void")

    async def move(self, request: Request) -> Response:
        await forms(request).read(request)
        asked = self._move(request)
        if asked is None:
            return self._answer(request, "void")
        try:
            async with self.room.database.write(first=True) as tx:
                now, vault = self.room.clock.now(), self.room.vault
                await replace_address(
                    tx, vault, asked.subscriber_no, asked.endpoint_id, asked.consent_at, asked.new, now
                )  # fmt: skip
                # Whoever is signed in by the old address is out.
                await end_sessions_of(tx, "citizen", str(asked.subscriber_no))
        except Stale:
            return self._answer(request, "void", answers=True)
        return self._answer(request, "moved", answers=True)

    async def _begin(self, old: tuple[Channel, str], new: tuple[Channel, str], fact: Fact, reader: Language) -> None:
        now = self.room.clock.now()
        async with self.room.database.write(first=True) as tx:
            for lost in await losers(tx, self.room.vault, *old, fact):
                if (lost.old.channel, lost.old.address) != new:
                    await self._tell(tx, lost, new, reader, now)
        self.posted()

    async def _tell(self, tx: Transaction, lost: Lost, new: tuple[Channel, str], reader: Language, now: Instant) -> None:
        """Every open address hears of it now, the new one after the wait."""
        mark = f"{lost.old.endpoint_id} {to_micros(lost.consent_at)}"
        keep = f"{self.room.base_url}{HERE}/keep/{self.room.vault.token(_KEEP, mark)}"
        theirs = lost.me.language or reader
        number, days = lost.me.subscriber_no, {"days": str(WAITS.days)}
        for each in lost.me.open_addresses:
            told = self._message("moving", each.channel, each.address, theirs, {"link": keep, **days}, now + WAITS)
            await put(tx, self.room.vault, told, now, subscriber_no=number)
        move = [number, lost.old.endpoint_id, to_micros(lost.consent_at), *new, to_micros(now + WAITS)]
        link = f"{self.room.base_url}{HERE}/move/{self.room.vault.token(_FINISH, json.dumps(move))}"
        last = now + WAITS + LINK_LASTS
        later = self._message("moved", *new, reader, {"link": link}, last)
        await put(tx, self.room.vault, later, now + WAITS, subscriber_no=number)

    def _message(
        self, kind: Literal["moving", "moved"], channel: Channel, address: str, reader: Language, words: dict[str, str],
        until: Instant,
    ) -> ServiceMessage:  # fmt: skip
        named = derived_id("srv", kind, self.random_bytes(16).hex())
        return ServiceMessage(named, kind, channel, address, reader, words, until)

    def _kept(self, request: Request) -> tuple[int, Instant] | None:
        said = self.room.vault.read_token(_KEEP, request.path_params["token"])
        if said is None:
            return None
        endpoint_id, consent_at = said.split(" ")
        return int(endpoint_id), from_micros(int(consent_at))

    def _move(self, request: Request) -> Move | None:
        """The change that the link makes, when it is time for it."""
        said = self.room.vault.read_token(_FINISH, request.path_params["token"])
        if said is None:
            return None
        number, endpoint_id, consent_at, channel, address, not_before = json.loads(said)
        move = Move(number, endpoint_id, from_micros(consent_at), (cast(Channel, channel), address), from_micros(not_before))
        now = self.room.clock.now()
        return move if move.not_before <= now <= move.not_before + LINK_LASTS else None

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
