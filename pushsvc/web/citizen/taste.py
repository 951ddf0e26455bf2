"""What a wish would have brought in the last 30 days, said beside every step; too much and nothing come with advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.clock import Clock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Example, Lately
from pushsvc.errors import BadInput
from pushsvc.profiles.wishes import Wish, profile_of
from pushsvc.taxonomy.lines import region_line
from pushsvc.web.words import say

#: Two a day: more than that nobody reads.
TOO_MANY = 60
_EXAMPLES = 3
#: A county with its city, its province and the nation above it.
_COUNTY_DEPTH = 4


@dataclass(frozen=True)
class Taste:
    """As the page shows it: one sentence, some examples, and where it is too much or nothing, one thing to do."""

    sentence: str
    advice: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Tasting:
    lately: Lately
    clock: Clock

    async def taste(self, wish: Wish, reader: Language) -> Taste | None:
        """None while no place is known: what would come there cannot be counted."""
        if not wish.places and not wish.others:
            return None
        try:
            profile = profile_of(wish, self.clock.now())
        except BadInput:
            return None
        found = await self.lately.foretaste(profile, reader, examples=_EXAMPLES)
        key = "none" if found.total == 0 else "one" if found.total == 1 else "many"
        sentence = say(reader, f"start.taste.{key}", days=found.days, number=found.total)
        return Taste(sentence, _advice(wish, found.total, reader), tuple(found.examples))


def _advice(wish: Wish, total: int, reader: Language) -> str:
    if total > TOO_MANY:
        return say(reader, "start.advice.fewer" if wish.asks_for_something() else "start.advice.choose")
    if wish.industries and not (wish.bundles or wish.topics or wish.words):
        # Few documents name an industry: whoever chose it alone would not hear what is for every business.
        return say(reader, "start.advice.industry")
    if total:
        return ""
    if wish.words and not wish.bundles and not wish.topics:
        return say(reader, "start.advice.words")
    places = wish.places or [place for other in wish.others for place in other.places]
    return say(reader, "start.advice.district" if _is_wide(places) else "start.advice.more")


def _is_wide(places: Sequence[str]) -> bool:
    """Whoever names a city hears of the city and what lies above it, but of none of its districts."""
    return all(len(region_line(place)) < _COUNTY_DEPTH for place in places)
