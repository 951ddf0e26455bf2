"""Values that a sentence joins: the first and the last of a span, a day and its hour."""

from __future__ import annotations

from pushsvc.plain.verifying.signs import TO, is_value
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told, values_of

#: Signs between the first and the last value of a span.
_SPAN = 14
#: Signs between a date and its hour.
_BY_DAY = 7


def broken_span(told: Told, source: SignedSource) -> str | None:
    """Two values that the sentence joins to a span (from … to …) and the source does not; None when it joins them too."""
    for at, sign in enumerate(told.signs):
        if sign != TO or not 0 < at < len(told.signs) - 1:
            continue
        first, last = told.signs[at - 1], told.signs[at + 1]
        if source.alphabet.kinds.get(last) == "year":
            last = told.signs[at + 2 : at + 3] or last
        if is_value(first) and is_value(last) and not _joined(first, last, source):
            return (
                f"{source.alphabet.printed[first]}, {source.alphabet.printed[last]}: no span of the source begins and ends so"
            )
    return None


def broken_hour(told: Told, source: SignedSource) -> str | None:
    """An hour that the sentence puts to a date at which the source has another; None when it has this one, or none."""
    kinds, printed = source.alphabet.kinds, source.alphabet.printed
    values = values_of(told.signs)
    for hour, at in values:
        days = [day for day, place in values if kinds[day] == "date" and abs(place - at) <= _BY_DAY]
        if kinds[hour] != "time" or len(days) != 1:
            continue
        near = [source.text[max(0, place - _BY_DAY) : place + _BY_DAY + 1] for place in source.places_of(days[0])]
        others = [sign for text in near for sign in text if kinds.get(sign) == "time"]
        if others and hour not in others:
            return f"{printed[hour]}: at this date the source says {printed[others[0]]}"
    return None


def _joined(first: str, last: str, source: SignedSource) -> bool:
    for at in source.places_of(first):
        behind = source.text[at + 1 : at + 1 + _SPAN]
        end = behind.find(last)
        if end >= 0 and sum(map(is_value, behind[:end])) <= 2:
            return True
    return not source.places_of(first) or not source.places_of(last)
