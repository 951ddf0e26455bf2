"""`/me/interests/…`: one saved question: new, changed, paused, taken up again, removed, and what it would have brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Foretaste
from pushsvc.domain.subscribers import Interest
from pushsvc.errors import BadInput, NotFound
from pushsvc.ledger.stopping import cancel_for_subjects
from pushsvc.profiles import consent, editing
from pushsvc.profiles.self_service import SOURCE, MyInterest, Myself, Stale
from pushsvc.sites.registry import all_sites
from pushsvc.web.citizen.my_interest_form import Typed, of_interest, question, typed, with_places_found
from pushsvc.web.citizen.my_options import options
from pushsvc.web.citizen.my_room import TOO_MANY, MyRoom, Wrong, back, missing, reader_of, show, told_wrong
from pushsvc.web.citizen.my_telling import place_names, tell
from pushsvc.web.forms import field, forms

_MADE_FROM = "interest form"
_MOST_SITES = 8


@dataclass(frozen=True)
class MyInterestPages:
    room: MyRoom

    def routes(self) -> list[Route]:
        one = "/me/interests/{interest}"
        return [
            Route("/me/interests/new", self.new),
            Route("/me/interests/new", self.add, methods=["POST"]),
            Route(one, self.edit),
            Route(one, self.change, methods=["POST"]),
            Route(f"{one}/pause", self.pause, methods=["POST"]),
            Route(f"{one}/go-on", self.go_on, methods=["POST"]),
            Route(f"{one}/remove", self.ask_remove),
            Route(f"{one}/remove", self.remove, methods=["POST"]),
        ]

    async def new(self, request: Request) -> Response:
        me = await self.room.me(request)
        # A firm's own industries only prefill: CONTRACT, "How an interest matches".
        return await self._form(request, me, Typed(industries=me.industries if me.kind == "business" else ()), None)

    async def add(self, request: Request) -> Response:
        form = await forms(request).read(request)
        me = await self.room.me(request)
        wrote, wrong = await self._looked_up(typed(form))
        asked, more = question(wrote, None, me.places)
        if wrong or asked is None:
            return await self._form(request, me, wrote, None, [*wrong, *more], status=422, answers=True)
        if field(form, "do") == "look":
            return await self._form(request, me, wrote, None, asked=asked, answers=True)
        try:
            async with self.room.database.write(first=True) as tx:
                await editing.add_interest(tx, me.subscriber_no, asked, self.room.clock.now())
        except BadInput:
            return await self._form(request, me, wrote, None, [("topics", "me.wrong.many")], status=422, answers=True)
        return back("/me", "added")

    async def edit(self, request: Request) -> Response:
        me, mine = await self._mine(request)
        return await self._form(request, me, of_interest(mine.interest, me.places), mine, asked=mine.interest)

    async def change(self, request: Request) -> Response:
        form = await forms(request).read(request)
        me, key = await self.room.me(request), request.path_params["interest"]
        mine = next((each for each in me.interests if each.interest_id == key), None)
        wrote, wrong = await self._looked_up(typed(form))
        if mine is None:
            return await self._gone(request, me, key, wrote, field(form, "made_from"))
        asked, more = question(wrote, mine.interest, me.places)
        if wrong or asked is None:
            return await self._form(request, me, wrote, mine, [*wrong, *more], status=422, answers=True)
        if field(form, "do") == "look":
            return await self._form(request, me, wrote, mine, asked=asked, answers=True)
        try:
            async with self.room.database.write(first=True) as tx:
                await editing.change_interest(tx, me.subscriber_no, key, asked, self.room.clock.now())
        except Stale:
            return await self._gone(request, await self.room.me(request), key, wrote, field(form, "made_from"))
        except BadInput:
            return await self._form(request, me, wrote, mine, [("topics", "me.wrong.twice")], status=422, answers=True)
        return back("/me", "changed")

    async def pause(self, request: Request) -> Response:
        await forms(request).read(request)
        me, mine = await self._mine(request)
        now, positions = self.room.clock.now(), {mine.position}
        async with self.room.database.write(first=True) as tx:
            await consent.stop_subject(tx, me.subscriber_no, positions, now, SOURCE)
            await cancel_for_subjects(tx, me.subscriber_no, positions, now)
        return back("/me", "paused")

    async def go_on(self, request: Request) -> Response:
        await forms(request).read(request)
        me, mine = await self._mine(request)
        try:
            async with self.room.database.write(first=True) as tx:
                await editing.wake_interest(tx, me.subscriber_no, mine.interest_id, self.room.clock.now())
        except NotFound:
            raise missing() from None
        return back("/me", "awake")

    async def ask_remove(self, request: Request) -> Response:
        me, mine = await self._mine(request)
        told = tell(mine.interest, reader_of(request), await self.room.site_names(me), me.places)
        return show(request, "me_interest_remove.html", interest=mine, told=told)

    async def remove(self, request: Request) -> Response:
        await forms(request).read(request)
        me, mine = await self._mine(request)
        now = self.room.clock.now()
        try:
            async with self.room.database.write(first=True) as tx:
                position = await editing.remove_interest(tx, me.subscriber_no, mine.interest_id, now)
                await cancel_for_subjects(tx, me.subscriber_no, {position}, now)
        except NotFound:
            raise missing() from None
        return back("/me", "removed")

    async def _mine(self, request: Request) -> tuple[Myself, MyInterest]:
        me = await self.room.me(request)
        for each in me.interests:
            if each.interest_id == request.path_params["interest"]:
                return me, each
        raise missing()

    async def _gone(self, request: Request, me: Myself, key: str, wrote: Typed, made_from: str) -> Response:
        """Another window changed or removed it meanwhile: say so, show what stands now, and keep what was typed here."""
        said = self.room.vault.read_token(_MADE_FROM, made_from)
        if said is None or said.split(" ")[:2] != [str(me.subscriber_no), key]:
            raise missing()
        position = int(said.split(" ")[2])
        instead = next((each for each in me.interests if each.position == position), None)
        names = await self.room.site_names(me)
        stands = tell(instead.interest, reader_of(request), names, me.places) if instead else ""
        return await self._form(request, me, wrote, instead, status=409, answers=True, stands=stands, stale=True)

    async def _form(
        self, request: Request, me: Myself, wrote: Typed, mine: MyInterest | None, wrong: Wrong | None = None,
        *, status: int = 200, answers: bool = False, asked: Interest | None = None, **more: Any,
    ) -> Response:  # fmt: skip
        reader = reader_of(request)
        names = await self.room.names_of(set(wrote.boxes("sites")))
        made_from = f"{me.subscriber_no} {mine.interest_id} {mine.position}" if mine else ""
        values: Mapping[str, Any] = {"stands": "", "stale": False} | more
        return show(
            request, "me_interest.html", status=status, answers_a_form=answers, typed=wrote, interest=mine,
            **told_wrong(wrong, reader),
            options=options(wrote, reader, names), own_places=place_names(me.places, reader),
            told=tell(asked, reader, names, me.places) if asked else "", taste=await self._taste(me, mine, asked, reader),
            too_many=TOO_MANY, made_from=self.room.vault.token(_MADE_FROM, made_from) if mine else "", **values,
        )  # fmt: skip

    async def _taste(self, me: Myself, mine: MyInterest | None, asked: Interest | None, reader: Language) -> Foretaste | None:
        if asked is None:
            return None
        alone = MyInterest(mine.interest_id if mine else "", 0, {}, asked, False, self.room.clock.now())
        return await self.room.lately().foretaste(me.profile([alone]), reader)

    async def _looked_up(self, wrote: Typed) -> tuple[Typed, Wrong]:
        """Places and sites by the names that were typed."""
        # For whom a place is, is asked first.
        wrote, wrong = with_places_found(wrote, ["add_place", "add_region"] if wrote.whom == "other" else ["add_region"])
        if not wrote.add_site:
            return wrote, wrong
        async with self.room.database.read() as tx:
            known = await all_sites(tx)
        wanted = wrote.add_site.casefold()
        found = [site.code for site in known if wanted in (site.code.casefold(), site.name.casefold())]
        found = found or [site.code for site in known if wanted in f"{site.name}\n{site.organisation}".casefold()]
        if len(found) == 1:
            return replace(wrote, sites=tuple(dict.fromkeys([*wrote.sites, *found])), add_site=""), wrong
        if found:
            offered = {**wrote.offered, "sites": tuple(found[:_MOST_SITES])}
            return replace(wrote, offered=offered, add_site=""), [*wrong, ("sites", "me.wrong.which_site")]
        return wrote, [*wrong, ("add_site", "me.wrong.no_site")]
