"""`/search`: a question in natural words, the passages that answer it, and "tell me when something new answers this"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.clock import Clock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Foretaste, Lately, Shared
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.domain.summaries import Summary
from pushsvc.errors import BadInput
from pushsvc.profiles.editing import add_interest
from pushsvc.profiles.wishes import MOST_PLACES, MOST_WORDS
from pushsvc.publications import loading
from pushsvc.publications.questions import MOST_CHARACTERS, phrases
from pushsvc.publications.searching import Answer, Found, Wish, search
from pushsvc.storage.database import Database
from pushsvc.taxonomy.checking import checked_values
from pushsvc.taxonomy.finding import find_places, place_words, the_place
from pushsvc.web.citizen.codes import network_of
from pushsvc.web.citizen.draft import draft_of, keep_draft
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate
from pushsvc.web.pages import page, problem_page
from pushsvc.web.readers import default_language, language_of
from pushsvc.web.times import day
from pushsvc.web.words import say

#: Questions of one network within a minute: an office full of people gets through, a machine that copies everything does not.
MOST_A_MINUTE = 120
MOST_PAGES = 12
YEARS = 6
LONGEST_WORD = 30
_BETWEEN_WORDS = re.compile(r"[,，、;；\s]+")
_EXAMPLES = ("example_1", "example_2", "example_3")


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `places`: what a name could mean, where it is not sure."""

    wish: Wish
    place_typed: str = ""
    places: tuple[str, ...] = ()
    place_wrong: str = ""

    def query(self, **changes: object) -> str:
        wish = self.wish
        said = {
            "q": wish.words,
            "place": wish.place or self.place_typed,
            "year": wish.year,
            "order": "newest" if wish.newest else "",
        }
        return "/search?" + urlencode({name: value for name, value in (said | changes).items() if value})


@dataclass(frozen=True)
class SearchPages:
    database: Database
    clock: Clock
    shared: Shared
    gate: Gate
    lately: Lately
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [
            Route("/search", self.search),
            Route("/search/tell", self.tell, methods=["POST"]),
        ]

    async def search(self, request: Request) -> Response:
        return await self._answered(request, self._asked(request.query_params.get))

    async def tell(self, request: Request) -> Response:
        """Save the words as an interest; who is not signed in goes on with them to the three steps."""
        form = await forms(request).read(request)
        asked = self._asked(lambda name: field(form, name, 500))
        words = tuple(dict.fromkeys(word for word in _BETWEEN_WORDS.split(field(form, "words", 500)) if word))
        try:
            if not words or len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
                raise BadInput("words")
            words = checked_values("any_of", list(words), "words")
            return await self._told(request, words, asked.wish.place)
        except BadInput:
            return await self._answered(request, asked, wrong=True, typed=field(form, "words", 500))

    async def _told(self, request: Request, words: tuple[str, ...], place: str | None) -> Response:
        """Raises BadInput when there are too many interests already."""
        subscriber = await self.gate.citizen_or_nobody(request)
        if subscriber is not None:
            interest = Interest(any_of=words, places=(place,) if place else None)
            async with self.database.write(first=True) as tx:
                await add_interest(tx, subscriber, interest, self.clock.now())
            return RedirectResponse("/me?done=added", status_code=303)
        draft = draft_of(request)
        places = tuple(dict.fromkeys((*draft.wish.places, *([place] if place else []))))[:MOST_PLACES]
        wish = replace(draft.wish, words=tuple(dict.fromkeys((*words, *draft.wish.words)))[:MOST_WORDS], places=places)
        response = RedirectResponse("/start", status_code=303)
        keep_draft(request, response, replace(draft, wish=wish))
        return response

    async def _answered(self, request: Request, asked: Asked, *, wrong: bool = False, typed: str = "") -> Response:
        wait = await self.shared.attempt(f"search from {network_of(request)}", MOST_A_MINUTE, 60.0) if asked.wish.words else 0.0
        if wait:
            response = problem_page(request, 429)
            response.headers["Retry-After"] = str(int(wait) + 1)
            return response
        reader, today = language_of(request, default_language(request)), self.clock.now().astimezone(self.zone).date()
        found = await search(self.database, asked.wish, today) if asked.wish.words else Found((), False, ())
        words = typed or ("、" if reader == "zh" else ", ").join(phrases(asked.wish.words))
        number = asked.wish.page
        return page(
            request, "search.html", status=422 if wrong else 200, answers_a_form=wrong, asked=asked, wrong=wrong, words=words,
            answers=await self._shown(found.answers, reader), essentials=[each.written for each in found.essentials],
            before=asked.query(page=number - 1) if number > 1 else "",
            after=asked.query(page=number + 1) if found.more and number < MOST_PAGES else "",
            place=place_words(asked.wish.place, reader) if asked.wish.place else "",
            could_be=[(asked.query(place=code), place_words(code, reader)) for code in asked.places],
            years=[("", say(reader, "search.any_year")), *((str(today.year - ago),) * 2 for ago in range(YEARS))],
            examples=[say(reader, f"search.{each}") for each in _EXAMPLES],
            fewer=[(asked.query(q=word), word) for word in phrases(asked.wish.words)],
            taste=await self._taste(asked.wish, reader), signed_in=await self.gate.citizen_or_nobody(request) is not None,
        )  # fmt: skip

    async def _taste(self, wish: Wish, reader: Language) -> Foretaste | None:
        """How often the words would have been told in a place; None where no place is said, or nothing to look for."""
        words = tuple(phrases(wish.words))
        if not wish.place or not words:
            return None
        asks = (0, Interest(any_of=words), self.clock.now())
        return await self.lately.foretaste(Profile(0, (wish.place,), interests=(asks,)), reader)

    def _asked(self, said: Callable[[str], str | None]) -> Asked:
        words = " ".join("".join(each if each.isprintable() else " " for each in said("q") or "").split())[:MOST_CHARACTERS]
        written, year, number = (said("place") or "").strip()[:80], said("year") or "", said("page") or ""
        code = the_place(written) if written else None
        wish = Wish(
            words, code, int(year) if re.fullmatch(r"(19|20)[0-9]{2}", year) else None, said("order") == "newest",
            max(1, min(MOST_PAGES, int(number))) if re.fullmatch(r"[0-9]{1,3}", number) else 1,
        )  # fmt: skip
        if not written or code:
            return Asked(wish, written)
        places = find_places(written, 6)
        return Asked(wish, written, places, "which" if places else "unknown")

    async def _shown(self, answers: Sequence[Answer], reader: Language) -> list[dict[str, Any]]:
        async with self.database.read() as tx:
            names = await loading.site_names(tx, {each.site for each in answers})
            summaries = await loading.summaries(tx, {each.version_id for each in answers})
        return [self._one(each, names, summaries.get(each.version_id), reader) for each in answers]

    def _one(self, answer: Answer, names: Mapping[str, str], summary: Summary | None, reader: Language) -> dict[str, Any]:
        on = answer.published_at.astimezone(self.zone).date() if answer.published_at else None
        # In its own language, as the passage is: a headline that was only put into the other says too little.
        own = summary.wordings.get(answer.language) if summary else None
        return {
            "id": answer.publication_id,
            "headline": own.headline if own else answer.title,
            "language": answer.language,
            "passage": answer.passage,
            "site": names.get(answer.site, answer.site),
            "url": answer.url,
            "published": {"iso": on.isoformat(), "said": day(on, reader)} if on else None,
        }
