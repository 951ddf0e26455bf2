"""Is a day what the sentence says it is: the last day, the first, the day of force?"""

from __future__ import annotations

from pushsvc.plain.verifying.sides import AFTER, BEFORE, OF_DATES, sides_of
from pushsvc.plain.verifying.signs import COMMA, STOP, is_class
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told, clause
from pushsvc.plain.verifying.words import families

#: Signs around a date in which the source says what it is, and in which a sentence says that a rule starts.
_WIDE, _NEAR = 30, 5
#: Words of a sentence that only says by when to do what.
_FEW = 5
_SOURCE_BEFORE, _SOURCE_BEHIND = 16, 4
_MOST_PLACES = 12


def wrong_day(told: Told, sign: str, at: int, said: set[str], there: set[str], source: SignedSource) -> str | None:
    """What the source does not say of the date `sign` at `at`; `said` and `there` are its sides in sentence and source."""
    return (
        _not_in_force(told, sign, at, source)
        or _undated(sign, said, there, source)
        or _of_another(told, sign, said, there, source)
    )


def _not_in_force(told: Told, sign: str, at: int, source: SignedSource) -> str | None:
    """A day told as the first of a rule's force of which the source does not say so."""
    start, end = clause(told.signs, at)
    if not source.effect & set(told.signs[max(start, at - _NEAR) : min(end, at + _NEAR)]):
        return None
    stops = _stops(told.signs[at:end])
    for place in source.places_of(sign)[:_MOST_PLACES]:
        sides = sides_of(source.text, place, OF_DATES, _SOURCE_BEFORE, _SOURCE_BEHIND, source.alphabet.kinds)
        beside = _beside(place, source)[0]
        if stops and not _stops(source.text[place : place + _WIDE].split(STOP)[0].split(COMMA)[0]):
            continue
        if AFTER in sides or (BEFORE not in sides and source.effect & set(beside)):
            return None
    return f"order: the source does not say that {source.alphabet.printed[sign]} is the day of force"


def _stops(text: str) -> bool:
    """停止施行: something is denied."""
    known = families()
    return any(sign in known and known[sign][0] == "mode" and known[sign][1] == "not" for sign in text)


def _undated(sign: str, said: set[str], there: set[str], source: SignedSource) -> str | None:
    """A last day told of a date that the source never calls one, or a first day told of a last one."""
    if there or not said or len(said) > 1:
        return None
    printed = source.alphabet.printed[sign]
    around = [_beside(place, source) for place in source.places_of(sign)[:_MOST_PLACES]]
    last = any(_cued(f"{text}。{heads}", "last", BEFORE, source) for text, heads in around)
    first = any(_cued(text, "first", AFTER, source) for text, _ in around)
    if said == {BEFORE} and not last:
        return f"order: the source does not call {printed} a last day"
    if said == {AFTER} and last and not (first and not _called_last_here(sign, source)):
        return f"order: the source does not call {printed} a first day"
    return None


def _of_another(told: Told, sign: str, said: set[str], there: set[str], source: SignedSource) -> str | None:
    """A last day told of a doing that the source sets another last day for, and says nothing of beside this date."""
    doings = [word for word, _ in told.words if is_class(word) and word not in families() and source.holds(word)]
    if said != {BEFORE} or not doings or len(told.words) > _FEW:
        return None
    # Beside a date that is called no last day each of the doings must stand.
    enough = any if there else all
    for place in source.places_of(sign)[:_MOST_PLACES]:
        number = source.unit_at(place)
        if enough(word in source.units[number] or any(word in lead for lead in source.leads(number)) for word in doings):
            return None
    for number in {number for word in doings for number in source.holding(word)}:
        for at, other in enumerate(source.units[number]):
            if source.alphabet.kinds.get(other) == "date" and other != sign:
                place = source.starts[number] + at
                sides = sides_of(source.text, place, OF_DATES, _SOURCE_BEFORE, _SOURCE_BEHIND, source.alphabet.kinds)
                if BEFORE in sides and (there or source.alphabet.is_earlier(sign, other)):
                    printed = source.alphabet.printed
                    return f"{printed[sign]}: the last day that the source sets for this is {printed[other]}"
    return None


def called_last(places: list[int], source: SignedSource) -> bool:
    """Does the source call the date at one of these places a last day, in so many words?"""
    return any(_cued(_beside(place, source)[0], "last", BEFORE, source) for place in places)


def _called_last_here(sign: str, source: SignedSource) -> bool:
    """Does the word just before the date, in its clause, call it a last day: 申请截止日期为9月30日?"""
    before = (
        source.text[max(0, place - _NEAR) : place].rpartition(COMMA)[2] for place in source.places_of(sign)[:_MOST_PLACES]
    )
    return any(any(cue in text for cue in source.cues["last"]) for text in before)


def _beside(place: int, source: SignedSource) -> tuple[str, str]:
    """The signs of the unit around a date, up to the next date on each side, and the heads that stand over the unit."""
    number = source.unit_at(place)
    unit, at = source.units[number], place - source.starts[number]
    kinds = source.alphabet.kinds
    low = next(
        (step for step in range(at - 1, max(-1, at - _WIDE), -1) if kinds.get(unit[step]) == "date"), max(-1, at - _WIDE)
    )
    high = next((step for step in range(at + 1, min(len(unit), at + _WIDE)) if kinds.get(unit[step]) == "date"), at + _WIDE)
    heads = "。".join(lead for lead in source.leads(number)[:2])
    return unit[low + 1 : high], heads


def _cued(text: str, side: str, order: str, source: SignedSource) -> bool:
    known = families()
    return any(cue in text for cue in source.cues[side]) or any(sign in known and known[sign][1] == order for sign in text)
