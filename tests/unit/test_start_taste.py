"""What a wish would have brought, in one sentence, and one thing to do where it is too much or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pushsvc.clock import FixedClock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Example, Foretaste
from pushsvc.domain.subscribers import Profile
from pushsvc.profiles.wishes import ForAnother, Wish
from pushsvc.web.citizen.taste import TOO_MANY, Taste, Tasting
from pushsvc.web.words import say

CITY, DISTRICT = "510100", "510104"


class SoMany:
    """The port, with a number that the test says."""

    def __init__(self, total: int) -> None:
        self.total = total

    async def foretaste(self, profile: Profile, reader: Language, *, examples: int = 3) -> Foretaste:
        return Foretaste(30, self.total, {}, ())

    async def still_open(self, profile: Profile, reader: Language, *, most: int = 20) -> Sequence[Example]:
        return ()


async def taste(total: int, wish: Wish) -> Taste:
    found = await Tasting(SoMany(total), FixedClock(datetime(2026, 3, 2, tzinfo=UTC))).taste(wish, "en")
    assert found
    return found


def advice(key: str) -> str:
    return say("en", f"start.advice.{key}")


async def test_a_number_that_one_can_read_needs_no_advice() -> None:
    found = await taste(TOO_MANY, Wish(places=(DISTRICT,)))
    assert found == Taste(f"In the last 30 days you would have had {TOO_MANY} messages.")
    assert (await taste(1, Wish(places=(DISTRICT,)))).sentence.endswith("had 1 message.")


async def test_too_much_is_to_be_chosen_from_or_gathered() -> None:
    assert (await taste(TOO_MANY + 1, Wish(places=(DISTRICT,)))).advice == advice("choose")
    assert (await taste(TOO_MANY + 1, Wish(places=(DISTRICT,), bundles=("older",)))).advice == advice("fewer")


async def test_nothing_is_told_with_what_would_bring_more() -> None:
    assert (await taste(0, Wish(places=(CITY,), words=("补贴款",)))).advice == advice("words")
    assert (await taste(0, Wish(places=(CITY,), bundles=("older",)))).advice == advice("district")
    assert (await taste(0, Wish(places=(DISTRICT,), bundles=("older",)))).advice == advice("more")
    assert (await taste(0, Wish(others=(ForAnother((CITY,)),)))).advice == advice("district")


async def test_who_chose_an_industry_alone_is_told_what_that_leaves_out() -> None:
    for total in (0, 3):
        assert (await taste(total, Wish(kind="business", places=(CITY,), industries=("H62",)))).advice == advice("industry")
    assert (await taste(3, Wish(kind="business", places=(CITY,), industries=("H62",), bundles=("shop",)))).advice == ""


async def test_nothing_is_counted_before_a_place_is_known() -> None:
    assert await Tasting(SoMany(7), FixedClock(datetime(2026, 3, 2, tzinfo=UTC))).taste(Wish(bundles=("older",)), "zh") is None
