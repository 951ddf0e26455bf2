"""`/start/what`: the second step, who one is and what one wants to hear of. Everything may stay empty."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.profiles.wishes import MOST_BYTES_OF_WORDS, MOST_INDUSTRIES, MOST_TOPICS, MOST_WORDS, Born, Wish, read_born
from pushsvc.taxonomy.checking import checked_values
from pushsvc.taxonomy.finding import find_industries
from pushsvc.web.citizen.draft import draft_of
from pushsvc.web.citizen.start import Wrong, bundle_options, go_on, known_bundles, read_form, reader_of
from pushsvc.web.citizen.taste import Tasting
from pushsvc.web.forms import field, fields
from pushsvc.web.pages import page
from pushsvc.web.words import say

LONGEST_WORD = 30
MOST_PEOPLE = 10_000_000
_BETWEEN_WORDS = re.compile(r"[,，、;；\n\r]+")


@dataclass(frozen=True)
class WantingPages:
    tasting: Tasting

    def routes(self) -> list[Route]:
        return [
            Route("/start/what", self.what),
            Route("/start/what", self.choose_what, methods=["POST"]),
            Route("/start/taste", self.taste, methods=["POST"]),
        ]

    async def what(self, request: Request) -> Response:
        wish = draft_of(request).wish
        if not wish.places and not wish.others:
            return RedirectResponse("/start", status_code=303)
        return await self._page(request, wish, _said_of(wish, reader_of(request)), {})

    async def choose_what(self, request: Request) -> Response:
        form = await read_form(request)
        draft, reader = draft_of(request), reader_of(request)
        if not draft.wish.places and not draft.wish.others:
            return RedirectResponse("/start", status_code=303)
        wish, wrong, industries = read_wish(form, draft.wish, reader, self.tasting)
        if wrong:
            return await self._page(request, wish, _typed(form), wrong, industries)
        return go_on(request, "/start/how", replace(draft, wish=wish))

    async def taste(self, request: Request) -> Response:
        """The same sentence for what is ticked just now: a fragment that a script puts in its place."""
        form = await read_form(request)
        reader = reader_of(request)
        wish, _wrong, _industries = read_wish(form, draft_of(request).wish, reader, self.tasting)
        return page(request, "start_taste.html", answers_a_form=True, taste=await self.tasting.taste(wish, reader))

    async def _page(
        self, request: Request, wish: Wish, said: dict[str, str], wrong: Wrong, industries: tuple[str, ...] = ()
    ) -> Response:
        reader = reader_of(request)
        names = taxonomy.industries()
        return page(
            request, "start_what.html", status=422 if wrong else 200, answers_a_form=bool(wrong), wish=wish, said=said,
            wrong=wrong, home=bundle_options("home", reader), business=bundle_options("business", reader),
            topics=[(entry.code, entry.in_language(reader)) for entry in taxonomy.topics().life()],
            industry_names=[entry.in_language(reader) for entry in names.all() if reader == "zh" or entry.name_en],
            industry_choices=[(code, names.name(code, reader)) for code in industries],
            industries=[(code, names.name(code, reader)) for code in wish.industries],
            taste=await self.tasting.taste(wish, reader),
        )  # fmt: skip


def read_wish(form: FormData, before: Wish, reader: Language, tasting: Tasting) -> tuple[Wish, Wrong, tuple[str, ...]]:
    """The wish with what this step says, what is wrong by field, and the industries that a name could mean."""
    wrong = Wrong()
    words = _words(field(form, "words", 10_000), reader, wrong)
    born = _born(field(form, "born", 20), reader, tasting, wrong)
    wish = replace(before, bundles=known_bundles(form), topics=_topics(form, reader, wrong), words=words, born=born)
    industries: tuple[str, ...] = ()
    if before.kind == "business":
        chosen, industries = _industries(form, reader, wrong)
        wish = replace(wish, industries=chosen, headcount=_headcount(field(form, "headcount", 40), reader, wrong))
    else:
        wish = replace(wish, industries=(), headcount=None)
    return wish, wrong, industries


def _topics(form: FormData, reader: Language, wrong: Wrong) -> tuple[str, ...]:
    ticked = fields(form, "topics")
    known = tuple(entry.code for entry in taxonomy.topics().life() if entry.code in ticked)
    if len(known) > MOST_TOPICS:
        wrong["topics"] = say(reader, "start.topics.too_many", most=MOST_TOPICS)
    return known[:MOST_TOPICS]


def _words(written: str, reader: Language, wrong: Wrong) -> tuple[str, ...]:
    """The phrases between commas, each by the rule of an import."""
    words = tuple(dict.fromkeys(word.strip() for word in _BETWEEN_WORDS.split(written) if word.strip()))
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        wrong["words"] = say(reader, "start.words.too_long", most=MOST_WORDS, longest=LONGEST_WORD)
        return ()
    if sum(len(word.encode()) for word in words) > MOST_BYTES_OF_WORDS:
        wrong["words"] = say(reader, "start.words.too_much")
        return ()
    try:
        return checked_values("any_of", list(words), "words")
    except BadInput:
        wrong["words"] = say(reader, "start.words.wrong")
        return ()


def _born(written: str, reader: Language, tasting: Tasting, wrong: Wrong) -> Born | None:
    try:
        return read_born(written, tasting.clock.now().date())
    except BadInput:
        wrong["born"] = say(reader, "start.born.wrong")
        return None


def _headcount(written: str, reader: Language, wrong: Wrong) -> int | None:
    """The one number of what was typed: 12, 12人, about 12."""
    if not written:
        return None
    numbers = re.findall(r"\d+", written.replace(",", ""))
    if len(numbers) == 1 and "-" not in written and "." not in written and 0 < int(numbers[0]) <= MOST_PEOPLE:
        return int(numbers[0])
    wrong["headcount"] = say(reader, "start.headcount.wrong")
    return None


def _industries(form: FormData, reader: Language, wrong: Wrong) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the industries that are meant, those that a name could mean)."""
    names = taxonomy.industries()
    ticked = tuple(code for code in dict.fromkeys(fields(form, "industries")) if names.known(code))[:MOST_INDUSTRIES]
    typed = field(form, "industry", 80)
    if not typed or (ticked and typed == field(form, "asked_industry", 80)):
        return ticked, ()
    found = find_industries(typed)
    exact = [code for code in found if typed in (code, names.name(code), names.name(code, "en"))]
    sure = exact[:1] or (found if len(found) == 1 else ())
    if sure:
        return tuple(dict.fromkeys((*ticked, *sure)))[:MOST_INDUSTRIES], ()
    wrong["industries" if found else "industry"] = say(reader, f"start.industry.{'which' if found else 'unknown'}")
    return ticked, found


def _said_of(wish: Wish, reader: Language) -> dict[str, str]:
    born = wish.born
    return {
        "words": ("、" if reader == "zh" else ", ").join(wish.words),
        "born": str(born.year if born.year is not None else born.age) if born else "",
        "headcount": str(wish.headcount or ""),
        "industry": "",
    }


def _typed(form: FormData) -> dict[str, Any]:
    return {
        "words": field(form, "words", 500), "born": field(form, "born", 20), "headcount": field(form, "headcount", 40),
        "industry": field(form, "industry", 80),
    }  # fmt: skip
