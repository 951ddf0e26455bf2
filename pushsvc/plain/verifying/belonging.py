"""Does a value belong to the words that the sentence puts beside it? Catches swapped amounts and another row's figure."""

from __future__ import annotations

from dataclasses import dataclass

from pushsvc.plain.verifying.days import called_last
from pushsvc.plain.verifying.signs import BAR, COMMA, LIST, TO, VALUE, is_separator, is_value
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told, clause, values_of
from pushsvc.plain.verifying.words import families

#: Places of one value, and places of its rivals, that are compared.
_MOST_PLACES, _MOST_RIVALS = 24, 60
#: A rival must fit this many times better before the sentence is doubted.
_BETTER = 1.3
_BETTER_IN_TABLE = 1.2
#: Signs between the ends of a span.
_SPAN = 4
_BETTER_SWAPPED = 1.12
_ADJACENT = 5
#: With fewer words a sentence says little of its value, and another place must fit much better.
_BETTER_OF_FEW = 1.7
_FEWEST_WORDS = 3
#: Values that stand beside nothing of their own.
_UNCOMPARED = frozenset({"year", "count ", "phone", "email", "url"})
_FEWEST_SIGNS = 2
_YEARS = range(1900, 2101)


@dataclass(frozen=True)
class _Beside:
    """A value of a sentence, and its words there, each with the weight of how near it stands."""

    sign: str
    at: int
    words: tuple[tuple[str, float], ...]


def misplaced(told: Told, source: SignedSource) -> str | None:
    """Which value the source gives where the sentence gives another, in words; None when each is in its place."""
    values = values_of(told.signs)
    if not values or not told.place.units:
        return None
    beside = [_Beside(sign, at, _words_beside(told, at)) for sign, at in values if _has_words(told, at, source)]
    rivals = _rivals(told, source)
    better = _BETTER if len(_content(told, source)) >= _FEWEST_WORDS else _BETTER_OF_FEW
    for one in beside if "分别" not in told.sentence else ():
        own = _places(one.sign, source, told)
        if not own:
            continue
        kind = source.alphabet.kinds[one.sign]
        in_table = any(BAR in source.units[number] for number in told.place.units)
        if kind in ("year", "time") or (kind == "count " and not in_table):
            continue
        others = [
            (sign, at)
            for sign, at in rivals
            if sign != one.sign and source.alphabet.kinds[sign] == kind and not _is_a_year(sign, kind, source)
        ]
        if not others:
            continue
        best = max(_fit(one, told, source, at) for at in own)
        said = {sign for sign, _ in values}
        for sign, at in others:
            if (
                sign not in said
                and not _of_one_span(at, own, source)
                and not (kind == "date" and called_last(own, source) and not called_last([at], source))
                and _fit(one, told, source, at) > best * (_BETTER_IN_TABLE if in_table else better)
            ):
                return _reason(one.sign, sign, source)
    return _swapped(beside, told, source)


def _is_a_year(sign: str, kind: str, source: SignedSource) -> bool:
    """A bare 2024 beside pounds of fish is no rival of their number."""
    amount = source.alphabet.amount_of(sign) if kind == "count " else None
    return amount is not None and amount.is_integer() and amount in _YEARS


def beside_another(told: Told, source: SignedSource) -> str | None:
    """A value whose very neighbours in the sentence are, in the source, the neighbours of another value and never its own."""
    kinds, said = source.alphabet.kinds, {sign for sign, _ in values_of(told.signs)}
    for sign, at in values_of(told.signs):
        if kinds[sign] in _UNCOMPARED or len(told.bare) <= _FEWEST_SIGNS or not source.places_of(sign):
            continue
        own = max(_neighbours(told.signs, at, source, place) for place in source.places_of(sign)[:_MOST_PLACES])
        for other, places in source.values_of_kind(kinds[sign]).items():
            if other not in said and any(
                _neighbours(told.signs, at, source, place) >= own + 2 for place in places[:_MOST_PLACES]
            ):
                return _reason(sign, other, source)
    return None


def _neighbours(said: str, at: int, source: SignedSource, place: int) -> float:
    number = source.unit_at(place)
    known = families()
    left = _before(said, at)[:2]
    if all(sign in known or sign in source.licensed for sign in left):
        return 0.0
    return _adjacent(said, at, source.units[number], place - source.starts[number])


def _swapped(beside: list[_Beside], told: Told, source: SignedSource) -> str | None:
    for index, one in enumerate(beside):
        for other in beside[index + 1 :]:
            if one.sign == other.sign or source.alphabet.kinds[one.sign] != source.alphabet.kinds[other.sign]:
                continue
            ones, others = _places(one.sign, source, told), _places(other.sign, source, told)
            if not ones or not others:
                continue
            straight = max(_fit(one, told, source, at) for at in ones) + max(_fit(other, told, source, at) for at in others)
            crossed = max(_fit(one, told, source, at) for at in others) + max(_fit(other, told, source, at) for at in ones)
            if crossed > straight * _BETTER_SWAPPED:
                return _reason(one.sign, other.sign, source)
    return None


def _reason(said: str, meant: str, source: SignedSource) -> str:
    printed = source.alphabet.printed
    return f"{printed[said]}: beside these words the source says {printed[meant]}"


def _of_one_span(at: int, own: list[int], source: SignedSource) -> bool:
    """Is it the other end of the span that the value is an end of? The words before a span belong to both."""
    return any(TO in source.text[min(at, place) : max(at, place)] for place in own if abs(at - place) <= _SPAN)


def _content(told: Told, source: SignedSource) -> list[int]:
    known = families()
    return [place for word, place in told.words if word not in known and word not in source.licensed]


def _has_words(told: Told, at: int, source: SignedSource) -> bool:
    """Does the clause of a value say anything of it? In 标题：3万元 nothing does."""
    start, end = clause(told.signs, at)
    content = _content(told, source)
    return any(start <= place < end for place in content)


def _words_beside(told: Told, at: int) -> tuple[tuple[str, float], ...]:
    signs = told.signs
    found: dict[str, float] = {}
    for feature, place in told.words:
        between = signs[min(place, at) : max(place, at)]
        far = abs(place - at) + 6 * between.count(COMMA) + 5 * sum(map(is_value, between[1:]))
        if place > at:
            far += 3
        found[feature] = max(found.get(feature, 0.0), told.weights[feature] / (1 + 0.12 * far))
    return tuple(found.items())


def _places(sign: str, source: SignedSource, told: Told) -> list[int]:
    found: list[int] = []
    at = source.text.find(sign)
    near = set(told.place.units)
    while at >= 0 and len(found) < 400:
        found.append(at)
        at = source.text.find(sign, at + 1)
    found.sort(key=lambda place: source.unit_at(place) not in near)
    return found[:_MOST_PLACES]


def _rivals(told: Told, source: SignedSource) -> list[tuple[str, int]]:
    found = []
    for number in dict.fromkeys(near for unit in told.place.units for near in (unit, unit + 1, unit - 1)):
        if 0 <= number < len(source.units):
            start = source.starts[number]
            found += [(item.group(), start + item.start()) for item in VALUE.finditer(source.units[number])]
    return found[:_MOST_RIVALS]


def _fit(one: _Beside, told: Told, source: SignedSource, at: int) -> float:
    """How well the words beside a value fit a place of the source: the words' weights, less the further they stand."""
    number = source.unit_at(at)
    unit, place = source.units[number], at - source.starts[number]
    around: str | None = None
    score = 0.0
    for feature, weight in one.words:
        near = _distance(unit, feature, place)
        if near is not None:
            score += weight / (1 + 0.12 * near)
        else:
            around = source.around(number) if around is None else around
            score += weight * 0.12 if feature in around else 0.0
    return score + 0.4 * _adjacent(told.signs, one.at, unit, place)


def _distance(unit: str, feature: str, place: int) -> float | None:
    before, after = unit.rfind(feature, 0, place), unit.find(feature, place + 1)
    far = []
    if before >= 0:
        far.append(place - before + _crossed(unit[before:place]))
    if after >= 0:
        far.append(after - place + 3 + _crossed(unit[place + 1 : after]))
    return min(far) if far else None


def _crossed(between: str) -> float:
    return 6.0 * between.count(COMMA) + 5.0 * len(VALUE.findall(between))


def _adjacent(said: str, at: int, unit: str, place: int) -> float:
    """Signs that stand alike just before and just after the value in both, values of a list skipped."""
    count = 0.0
    left, right = _before(said, at), _before(unit, place)
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    for one, other in zip(said[at + 1 : at + 1 + _ADJACENT], unit[place + 1 : place + 1 + _ADJACENT], strict=False):
        if one != other or is_separator(one):
            break
        count += 1
    return count


def _before(text: str, at: int) -> str:
    """The signs before a value, the nearest first; before a value of a list those before the list."""
    at -= 1
    while at > 0 and text[at] in LIST and is_value(text[at - 1]):
        at -= 2
    return text[max(0, at - _ADJACENT + 1) : at + 1][::-1]
