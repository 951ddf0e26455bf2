"""What a visitor has said so far, step by step, and the interests and the profile that it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from pushsvc.domain.subscribers import Profile, Value
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, Problem
from pushsvc.profiles.bundles import bodies_of
from pushsvc.profiles.fields import MAX_INTERESTS, OLDEST_BIRTH
from pushsvc.profiles.reading import body_of, interest_of
from pushsvc.taxonomy.interests import checked_interest

#: All of it together fits the cookie in which a page keeps it.
MOST_PLACES, MOST_OTHERS, MOST_TOPICS, MOST_WORDS, MOST_INDUSTRIES = 8, 3, 12, 8, 5
MOST_PLACES_OF_ANOTHER, MOST_BYTES_OF_WORDS = 3, 500
Kind = Literal["citizen", "business"]


@dataclass(frozen=True)
class Born:
    """How old somebody is, as they said it: a year of birth, or an age that was true on a day."""

    year: int | None = None
    age: int | None = None

    def years(self, on: date) -> tuple[int, int]:
        """The years in which they may have been born, an age being taken on that day: a range of two, so that it grows."""
        assert self.year is not None or self.age is not None
        return (self.year, self.year) if self.year is not None else (on.year - (self.age or 0) - 1, on.year - (self.age or 0))


@dataclass(frozen=True)
class ForAnother:
    """On behalf of somebody else, for example a mother in Mianyang: what concerns her, where she lives, at her age."""

    places: tuple[str, ...]
    bundles: tuple[str, ...] = ()
    born: Born | None = None


@dataclass(frozen=True)
class Wish:
    """A visitor's wish. Everything is optional; codes and names are the lists' own."""

    kind: Kind = "citizen"
    places: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    headcount: int | None = None
    born: Born | None = None
    others: tuple[ForAnother, ...] = field(default=())

    def asks_for_something(self) -> bool:
        """Whether anything of their own was chosen, besides a place."""
        return bool(self.bundles or self.topics or self.words or self.industries)


def read_born(written: str, on: date) -> Born | None:
    """`1959` is a year and `67` an age; "" is not said. BadInput on field `born` for anything else."""
    said = written.strip().removesuffix("年").removesuffix("岁").strip()
    if not said:
        return None
    number = int(said) if said.isdecimal() and len(said) <= len("1959") else -1
    if 0 <= number <= OLDEST_BIRTH:
        return Born(age=number)
    if on.year - OLDEST_BIRTH <= number <= on.year:
        return Born(year=number)
    raise BadInput(Problem("born", f"{said[:12]!r} is neither an age up to {OLDEST_BIRTH} nor a year of birth"))


def attributes_of(wish: Wish) -> dict[str, Any]:
    """The person's own attributes, as an import names them."""
    said: dict[str, Any] = {}
    if wish.born:
        said |= {"birth_year": wish.born.year} if wish.born.year is not None else {"age": wish.born.age}
    if wish.headcount is not None:
        said["headcount"] = wish.headcount
    return said


def interests_of(wish: Wish, on: date) -> list[Mapping[str, Any]]:
    """The interests that the wish stands for, as they are stored, each once. BadInput as for an import.

    Each bundle and topic is an interest of its own, so that it can be paused by itself; own words are one. Who chose
    nothing but a place is told all that concerns that place. An industry is a question of its own too: few documents
    name one, so it must not narrow the others.
    """
    own: list[Mapping[str, Any]] = [
        *bodies_of(wish.bundles),
        *({"topics": [topic]} for topic in wish.topics),
        *([{"any_of": list(wish.words)}] if wish.words else []),
        *([{"industries": list(wish.industries)}] if wish.industries else []),
    ]
    if not own and wish.places:
        own = [{"places": list(wish.places)}]
    asked = own + [body for other in wish.others for body in _for_another(other, on)]
    checked: list[Mapping[str, Any]] = [
        body_of(checked_interest(body, f"interests[{place}]")) for place, body in enumerate(asked)
    ]
    return [body for place, body in enumerate(checked) if body not in checked[:place]][:MAX_INTERESTS]


def profile_of(wish: Wish, now: Instant) -> Profile:
    """The wish as the matcher would see it: who has said nothing yet has no interest and is told nothing."""
    said = attributes_of(wish)
    year = said.pop("birth_year", None)
    values: dict[str, Value] = {name: float(value) for name, value in said.items()}
    asked = [interest_of(body) for body in interests_of(wish, _today(now))]
    return Profile(
        subscriber_no=0, places=wish.places, attributes=values, birth_year=year,
        age_as_of=_today(now) if "age" in values else None,
        interests=tuple((place, interest, now) for place, interest in enumerate(asked)),
    )  # fmt: skip


def _for_another(other: ForAnother, on: date) -> Sequence[Mapping[str, Any]]:
    own: dict[str, Any] = {"places": list(other.places)}
    if other.born:
        own["attributes"] = {"birth_year": list(other.born.years(on))}
    return [{**body, **own} for body in bodies_of(other.bundles)] or [own]


def _today(now: Instant) -> date:
    return datetime.astimezone(now, UTC).date()
