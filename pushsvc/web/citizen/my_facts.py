"""`/me/facts`: what somebody says of themselves, each with why we ask, each optional."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc import taxonomy
from pushsvc.profiles import fields as rules
from pushsvc.profiles.reading import values_of
from pushsvc.profiles.self_service import Myself, Stale, set_facts
from pushsvc.taxonomy.finding import find_industries
from pushsvc.web import forms
from pushsvc.web.citizen.my_interest_form import Typed, with_places_found
from pushsvc.web.citizen.my_options import place_names_each
from pushsvc.web.citizen.my_room import MyRoom, Wrong, back, reader_of, show, told_wrong
from pushsvc.web.citizen.my_telling import in_numbers
from pushsvc.web.words import say

_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")
_COUNT = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True)
class Facts:
    """What stands in the form; `places` and its typed names are read as those of an interest are."""

    where: Typed
    birth_year: str = ""
    headcount: str = ""
    industries: tuple[str, ...] = ()
    add_industry: str = ""
    offered_industries: tuple[str, ...] = ()
    forget_age: bool = False


@dataclass(frozen=True)
class MyFactsPages:
    room: MyRoom

    def routes(self) -> list[Route]:
        return [Route("/me/facts", self.ask), Route("/me/facts", self.save, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        me = await self.room.me(request)
        return _form(request, me, _stand(me))

    async def save(self, request: Request) -> Response:
        form = await forms.forms(request).read(request)
        me = await self.room.me(request)
        wrote, wrong = _looked_up(_typed(form))
        attributes, more = _attributes(wrote, me, self.room.today(me).year)
        places = [code for code in wrote.where.places if _good(rules.region, code)]
        industries = [code for code in wrote.industries if _good(rules.industry, code)]
        if wrong or more:
            return _form(request, me, wrote, [*wrong, *more], status=422)
        try:
            async with self.room.database.write(first=True) as tx:
                await set_facts(
                    tx, self.room.vault, me.subscriber_no, forms.field(form, "made_from"), tuple(places), tuple(industries),
                    attributes, self.room.clock.now(),
                )  # fmt: skip
        except Stale:
            return _form(request, await self.room.me(request), wrote, status=409, stale=True)
        return back("/me", "facts")


def _stand(me: Myself) -> Facts:
    year, headcount = me.attributes.get("birth_year"), me.attributes.get("headcount")
    return Facts(
        Typed(places=me.places), "" if year is None else str(year),
        str(headcount) if isinstance(headcount, int) else "", me.industries,
    )  # fmt: skip


def _typed(form: FormData) -> Facts:
    where = Typed(places=tuple(dict.fromkeys(forms.fields(form, "places", 30))), add_place=forms.field(form, "add_place", 200))
    year, headcount, industry = (forms.field(form, name, 200) for name in ("birth_year", "headcount", "add_industry"))
    industries = tuple(dict.fromkeys(forms.fields(form, "industries", 30)))
    return Facts(where, year, headcount, industries, industry, (), forms.field(form, "forget_age") == "yes")


def _looked_up(wrote: Facts) -> tuple[Facts, Wrong]:
    where, wrong = with_places_found(wrote.where, ["add_place"])
    wrote = replace(wrote, where=where)
    if not wrote.add_industry:
        return wrote, wrong
    found = find_industries(wrote.add_industry)
    exact = [code for code in found if wrote.add_industry in (code, taxonomy.industries().name(code))]
    if len(found) == 1 or exact:
        chosen = tuple(dict.fromkeys([*wrote.industries, (exact or found)[0]]))
        return replace(wrote, industries=chosen, add_industry=""), wrong
    if found:
        offering = replace(wrote, offered_industries=tuple(found), add_industry="")
        return offering, [*wrong, ("industries", "me.wrong.which_industry")]
    return wrote, [*wrong, ("add_industry", "me.wrong.no_industry")]


def _attributes(wrote: Facts, me: Myself, this_year: int) -> tuple[dict[str, Any], Wrong]:
    """The attributes after this form. What it has no field for stays; a birth year stands in place of an age."""
    kept = {name: value for name, value in me.attributes.items() if name != "birth_year"}
    wrong: Wrong = []
    if wrote.forget_age:
        kept.pop("age", None)
    if wrote.birth_year:
        if not _YEAR.fullmatch(wrote.birth_year) or not this_year - rules.OLDEST_BIRTH <= int(wrote.birth_year) <= this_year:
            wrong.append(("birth_year", "me.wrong.birth_year"))
        else:
            kept.pop("age", None)
            kept["birth_year"] = int(wrote.birth_year)
    if me.kind == "business":
        # A range that came by an import has no one number to show: an empty field leaves it.
        if isinstance(me.attributes.get("headcount"), int) or wrote.headcount:
            kept.pop("headcount", None)
        if wrote.headcount:
            if _COUNT.fullmatch(wrote.headcount):
                kept["headcount"] = int(wrote.headcount)
            else:
                wrong.append(("headcount", "me.wrong.headcount"))
    return kept, wrong


def _good(normalise: Any, code: str) -> bool:
    problems: list[str] = []
    return bool(rules.codes("", [code], normalise, problems)) and not problems


def _form(
    request: Request, me: Myself, wrote: Facts, wrong: Wrong | None = None, *, status: int = 200, stale: bool = False
) -> Response:
    reader = reader_of(request)
    codes = list(dict.fromkeys([*wrote.industries, *wrote.offered_industries]))
    known: Mapping[str, str] = {
        code: taxonomy.industries().name(code, reader) for code in codes if taxonomy.industries().known(code)
    }
    boxes = wrote.where.boxes("places")
    stands = told_facts(me, reader) if stale else []
    return show(
        request, "me_facts.html", status=status, answers_a_form=status != 200, me=me, typed=wrote,
        **told_wrong(wrong, reader),
        places=list(zip(boxes, place_names_each(boxes, reader), strict=True)),
        industries=[(code, known.get(code, code)) for code in codes], made_from=me.state("facts"), stale=stale, stands=stands,
    )  # fmt: skip


def told_facts(me: Myself, reader: Any) -> list[str]:
    """What somebody said of themselves, each in a few words."""
    said = place_names_each(me.places, reader)
    for name in ("birth_year", "headcount"):
        if name in me.attributes:
            said.append(say(reader, f"me.facts.told.{name}", value=in_numbers(values_of(me.attributes)[name])))
    return said + [taxonomy.industries().name(code, reader) for code in me.industries]
