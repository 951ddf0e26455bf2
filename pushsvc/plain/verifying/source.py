"""A source text in signs, and the place in it that a sentence comes from."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.alignment import Alignment
from pushsvc.plain.verifying.claims import Claim
from pushsvc.plain.verifying.signing import Alphabet, signed
from pushsvc.plain.verifying.signs import BAR, COMMA, LIST, STOP, VALUE, is_class
from pushsvc.plain.verifying.values import normal
from pushsvc.plain.verifying.wording import Wording, wording
from pushsvc.plain.verifying.words import classes, cues, families, word_of, words

#: Units that are looked at for one word.
_MOST_HOLDING = 300
#: How far back the line stands that leads a list in.
_LEAD_BACK = 25
#: A head of a section has at most this many signs.
_HEAD = 12
#: What a value of the sentence is worth where two places hold the same words.
_A_VALUE, _MOST_VALUES = 1.5, 40
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Place:
    """Where a sentence comes from: the best units of the source, best first, and what stands around them."""

    units: tuple[int, ...]
    near: str
    around: str
    best: str = ""


class SignedSource:
    """A source in signs, read once. A unit is a sentence, a line or a row of a table."""

    def __init__(self, source_text: str, found: list[Claim]) -> None:
        self._found = found
        self.raw = normal(source_text)
        self.alphabet = Alphabet()
        self.text = signed(source_text, self.alphabet, found)
        self.alphabet.is_closed = True
        self.flat = self.text.replace(COMMA, "").replace(LIST, "").replace(BAR, "")
        #: Sentences that were laid beside the text, and what turns them.
        self.laid_beside: dict[str, tuple[Alignment | None, str | None]] = {}
        self._holding: dict[str, list[int]] = {}
        self.units: list[str] = []
        self.starts: list[int] = []
        at = 0
        for unit in self.text.split(STOP):
            if unit:
                self.units.append(unit)
                self.starts.append(at)
            at += len(unit) + 1

    def unit_at(self, place: int) -> int:
        """The unit that holds the sign at `place`."""
        return max(0, bisect_right(self.starts, place) - 1)

    @cached_property
    def low(self) -> str:
        """The text in small letters."""
        return " ".join(self.raw.lower().split())

    @property
    def letters(self) -> str:
        """The letters of the text in one row."""
        return self.wording.letters

    @cached_property
    def wording(self) -> Wording:
        """The text in its own words."""
        return wording(self.raw, self._found)

    def shown(self, sign: str) -> str:
        """A sign as a reader knows it."""
        return self.alphabet.printed.get(sign) or word_of().get(sign, sign)

    @property
    def licensed(self) -> frozenset[str]:
        """The signs of words that a summary may use of its own: our fixed words."""
        return _fixed().licensed

    @property
    def free(self) -> frozenset[str]:
        """The signs of words that say nothing but how to ask: call, email."""
        return _fixed().free

    @property
    def licensed_runs(self) -> tuple[str, ...]:
        """Our fixed words of several characters, in signs."""
        return _chinese_runs()

    @property
    def cues(self) -> dict[str, frozenset[str]]:
        """The cues of a last and of a first day, in signs."""
        return _fixed().cues

    @cached_property
    def _by_kind(self) -> dict[str, dict[str, list[int]]]:
        found: dict[str, dict[str, list[int]]] = {}
        for item in VALUE.finditer(self.text):
            sign = item.group()
            found.setdefault(self.alphabet.kinds[sign], {}).setdefault(sign, []).append(item.start())
        return found

    def values_of_kind(self, kind: str) -> dict[str, list[int]]:
        """Every value of a kind with its places."""
        return self._by_kind.get(kind, {})

    @cached_property
    def effect(self) -> frozenset[str]:
        """The signs by which a text says that a rule starts: 施行, takes effect."""
        known = words("zh").signs
        return frozenset({classes()["effective"], known["施行"]} | set(signed("effective", self.alphabet)))

    def places_of(self, sign: str) -> list[int]:
        """Where a sign stands, the first hundreds of places."""
        found: list[int] = []
        at = self.text.find(sign)
        while at >= 0 and len(found) < _MOST_HOLDING:
            found.append(at)
            at = self.text.find(sign, at + 1)
        return found

    def _units_of(self, feature: str) -> list[int]:
        """The units that hold a word. Sentences ask for some dozens of words, and a source has thousands."""
        found = self._holding.get(feature)
        if found is None:
            found, at, number, last = [], self.text.find(feature), 0, len(self.starts) - 1
            while at >= 0:
                number = bisect_right(self.starts, at, number) - 1
                found.append(number)
                at = self.text.find(feature, self.starts[number + 1]) if number < last else -1
            self._holding[feature] = found
        return found

    def weight(self, feature: str) -> float:
        """How much a word says about its place: rare words more."""
        return math.log(2 + len(self.units) / (1 + len(self._units_of(feature))))

    def holding(self, feature: str) -> list[int]:
        """The units that hold a word, the first hundreds."""
        return self._units_of(feature)[:_MOST_HOLDING]

    def holds(self, feature: str) -> bool:
        """Does the word stand anywhere in the source?"""
        return feature in self.text

    def place(self, wanted: dict[str, float], values: frozenset[str] = frozenset()) -> Place:
        """The place that holds most of the wanted words (each with its weight); of two equal ones the earlier."""
        total = sum(wanted.values()) or 1.0
        scores: Counter[int] = Counter()
        for feature, weight in wanted.items():
            for number in self._units_of(feature)[:_MOST_HOLDING]:
                scores[number] += weight  # type: ignore[assignment]
        for sign in values:
            for number in {self.unit_at(at) for at in self.places_of(sign)[:_MOST_VALUES]}:
                scores[number] += _A_VALUE  # type: ignore[assignment]
        if not scores:
            return Place((), "", "")
        ranked = sorted(scores, key=lambda number: (-scores[number], number))[:6]
        best = max(ranked, key=lambda number: (scores[number] + 0.3 * self._covered(self.around(number), wanted), -number))
        kept = [best]
        near = self.around(best)
        covered = self._covered(near, wanted)
        for number in ranked:
            if number not in kept and len(kept) < 3:
                more = self._covered(near + STOP + self.around(number), wanted)
                if more - covered >= 0.12 * total:
                    kept.append(number)
                    near, covered = near + STOP + self.around(number), more
        return Place(tuple(kept), STOP.join(self.units[number] for number in kept), near, self.around(best))

    @staticmethod
    def _covered(text: str, wanted: dict[str, float]) -> float:
        return sum(weight for feature, weight in wanted.items() if feature in text)

    def around(self, number: int) -> str:
        """A unit with its neighbours and with the lines that lead it in."""
        low = max(0, number - 1)
        pieces = self.units[low : number + 2]
        return STOP.join([*self.leads(number), *pieces])

    def leads(self, number: int) -> list[str]:
        """The line that leads the list in, the head of the section, and the first row of the table."""
        found = []
        lead = head = False
        row = BAR in self.units[number]
        for back in range(number - 1, max(-1, number - _LEAD_BACK), -1):
            unit = self.units[back]
            if row and BAR not in unit:
                found.append(self.units[back + 1])
                row = False
            if not lead and unit.endswith(COMMA):
                found.append(unit)
                lead = True
            if not head and len(unit) <= _HEAD and COMMA not in unit[:-1]:
                found.append(unit)
                head = True
        return found


@cache
def _chinese_signs() -> frozenset[str]:
    """The classes of our fixed words."""
    alphabet = Alphabet()
    runs = [signed(word, alphabet) for word in words("zh").licensed_words]
    known = families()
    bare = ["".join(sign for sign in run if sign not in known) for run in runs]
    found = {sign for run in bare for sign in run if is_class(sign) or len(run) == 1}
    return frozenset(found) - set(families())


@dataclass(frozen=True)
class _Fixed:
    """What is the same for every source, in signs."""

    licensed: frozenset[str]
    free: frozenset[str]
    cues: dict[str, frozenset[str]]


@cache
def _fixed() -> _Fixed:
    """Our fixed words and the cues: their stems have one sign in every alphabet."""
    alphabet, english, chinese = Alphabet(), words("en"), words("zh")
    licensed = chinese.licensed | english.licensed | _chinese_signs()
    licensed |= {alphabet.stem(word) for word in english.licensed_words}
    free = chinese.free | {word if len(word) == 1 else alphabet.stem(word) for word in english.free}
    sides: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        for side, known in cues(language).items():
            sides.setdefault(side, set()).update(signed(word, alphabet) for word in known)
    return _Fixed(licensed, free, {side: frozenset(signs - {""}) for side, signs in sides.items()})


@cache
def _chinese_runs() -> tuple[str, ...]:
    alphabet = Alphabet()
    return tuple({run for word in words("zh").licensed_words if len(run := signed(word, alphabet)) > 1})
