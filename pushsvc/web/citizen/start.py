"""`/start`: the first of three steps, where; and on behalf of somebody else, for example a mother in Mianyang."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.profiles.bundles import bundles
from pushsvc.profiles.wishes import MOST_OTHERS, MOST_PLACES, MOST_PLACES_OF_ANOTHER, ForAnother, read_born
from pushsvc.web.citizen.draft import Draft, draft_of, keep_draft
from pushsvc.web.citizen.places import Picked, in_words, picked
from pushsvc.web.citizen.taste import Tasting
from pushsvc.web.citizen.telling import bundle_titles
from pushsvc.web.forms import field, fields, forms
from pushsvc.web.gate import Gate
from pushsvc.web.pages import page
from pushsvc.web.readers import default_language, language_of
from pushsvc.web.words import say

#: Ten thousand characters in a field, as a form sends them: told at the field, where a smaller limit would end in a bare page.
LARGEST_FORM = 160 * 1024
Wrong = dict[str, str]
"""What is wrong, by field, in the reader's words."""


def reader_of(request: Request) -> Language:
    return language_of(request, default_language(request))


async def read_form(request: Request) -> FormData:
    """The form of a step. Raises as `Forms.read`."""
    return await forms(request).read(request, largest=LARGEST_FORM)


def go_on(request: Request, to: str, draft: Draft | None) -> Response:
    """The answer to a step that was taken: its choices are kept, and the next page is asked for."""
    response = RedirectResponse(to, status_code=303)
    keep_draft(request, response, draft)
    return response


@dataclass(frozen=True)
class StartPages:
    gate: Gate
    tasting: Tasting

    def routes(self) -> list[Route]:
        return [
            Route("/start", self.where),
            Route("/start", self.choose_where, methods=["POST"]),
            Route("/start/other", self.other),
            Route("/start/other", self.add_other, methods=["POST"]),
        ]

    async def where(self, request: Request) -> Response:
        return await self._where(request, draft_of(request))

    async def choose_where(self, request: Request) -> Response:
        """Add places, take one or somebody else away, or go on."""
        form = await read_form(request)
        draft = draft_of(request)
        wish = replace(draft.wish, kind="business" if field(form, "kind") == "business" else draft.wish.kind)
        if field(form, "kind") == "citizen":
            wish = replace(wish, kind="citizen")
        if removed := field(form, "remove"):
            wish = replace(wish, places=tuple(code for code in wish.places if code != removed))
            return go_on(request, "/start", replace(draft, wish=wish))
        if field(form, "remove_other").isdecimal():
            place = int(field(form, "remove_other")[:4])
            wish = replace(wish, others=wish.others[:place] + wish.others[place + 1 :])
            return go_on(request, "/start", replace(draft, wish=wish))
        found = picked(form)
        wish = replace(wish, places=tuple(dict.fromkeys((*wish.places, *found.codes)))[:MOST_PLACES])
        draft = replace(draft, wish=wish)
        wants_more = field(form, "do") == "more"
        wrong = found.wrong or ("" if found.codes or (not wants_more and (wish.places or wish.others)) else "missing")
        if wrong:
            return await self._where(request, draft, found, wrong)
        # What matters at home or in business is asked of whoever named a place of their own.
        return go_on(request, "/start" if wants_more else "/start/what" if wish.places else "/start/how", draft)

    async def other(self, request: Request) -> Response:
        return self._other(request, {}, {}, Picked())

    async def add_other(self, request: Request) -> Response:
        form = await read_form(request)
        draft, reader, wrong = draft_of(request), reader_of(request), Wrong()
        found = picked(form)
        if found.wrong or not found.codes:
            wrong["pick" if found.choices else "place"] = say(reader, f"start.place.{found.wrong or 'missing'}")
        born = None
        try:
            born = read_born(field(form, "born", 20), self.tasting.clock.now().date())
        except BadInput:
            wrong["born"] = say(reader, "start.born.wrong")
        if len(draft.wish.others) >= MOST_OTHERS:
            wrong["place"] = say(reader, "start.other.enough", most=MOST_OTHERS)
        chosen = known_bundles(form)
        if wrong:
            said = {"born": field(form, "born", 20), "bundles": chosen}
            return self._other(request, said, wrong, found)
        added = ForAnother(found.codes[:MOST_PLACES_OF_ANOTHER], chosen, born)
        wish = replace(draft.wish, others=(*draft.wish.others, added))
        return go_on(request, "/start", replace(draft, wish=wish))

    async def _where(self, request: Request, draft: Draft, found: Picked = Picked(), wrong: str = "") -> Response:  # noqa: B008
        reader, wish = reader_of(request), draft.wish
        at = "pick" if found.choices else "place"
        others = [
            (place, say(reader, "start.told.other", places="、".join(words for _code, words in in_words(other.places, reader)),
                        what="、".join(bundle_titles(other.bundles, reader)) or say(reader, "start.told.all")))
            for place, other in enumerate(wish.others)
        ]  # fmt: skip
        response = page(
            request, "start_where.html", status=422 if wrong else 200, answers_a_form=bool(wrong), kind=wish.kind,
            chosen=in_words(wish.places, reader), others=others, found=found, choices=in_words(found.choices, reader),
            wrong={at: say(reader, f"start.place.{wrong}")} if wrong else {},
            taste=await self.tasting.taste(wish, reader),
            words="、".join(wish.words) if reader == "zh" else ", ".join(wish.words),
            signed_in=await self.gate.citizen_or_nobody(request) is not None,
        )  # fmt: skip
        if wrong:
            keep_draft(request, response, draft)
        return response

    def _other(self, request: Request, said: dict[str, Any], wrong: Wrong, found: Picked) -> Response:
        reader = reader_of(request)
        return page(
            request, "start_other.html", status=422 if wrong else 200, answers_a_form=bool(wrong), wrong=wrong, found=found,
            choices=in_words(found.choices, reader), chosen=in_words(found.codes, reader), born=said.get("born", ""),
            bundles=bundle_options("home", reader), picked_bundles=said.get("bundles", ()),
        )  # fmt: skip


def bundle_options(audience: str, reader: Language) -> list[tuple[str, str, str]]:
    """(id, title, hint) of the bundles for the home or for a business."""
    return [(each.bundle_id, each.titles[reader], each.hints[reader]) for each in bundles() if each.audience == audience]


def known_bundles(form: FormData) -> tuple[str, ...]:
    """The bundles that were ticked, in the order of the page."""
    ticked = fields(form, "bundles")
    return tuple(bundle.bundle_id for bundle in bundles() if bundle.bundle_id in ticked)
