"""A text in signs: values, words of a class and stems are one character each, so that two texts can be laid side by side."""

from __future__ import annotations

import re
from functools import cache

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.claims import Claim, claims
from pushsvc.plain.verifying.figures import OF_TIME
from pushsvc.plain.verifying.signs import FIRST_STEM, FIRST_VALUE, LAST_STEM, LAST_VALUE, PRIVATE, TO
from pushsvc.plain.verifying.stems import stem_of
from pushsvc.plain.verifying.values import normal
from pushsvc.plain.verifying.words import classes, cues, words

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]")
#: A类 and B类 are two classes.
_LETTER = re.compile(r"[a-z](?<![a-z].)(?=\s?[类级档等型座栋区])")
_LATIN_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
#: A full stop that ends a sentence: not behind an initial, "a.m." or a title.
_LATIN_STOP = re.compile(r"\.(?<!\b[a-z].)(?<!\b(?:ms|mr|dr|st|no|vs|co).)(?<!\b(?:mrs|inc|ltd).)(?=\s|$|[\"')”])")
#: What ends a sentence or a clause is written in one sign; what ends nothing is left out.
_SEPARATORS = {"。": "\n！？；;!?…", "，": ",：:()（）"}
_SIGNS = "\t\r \u3000\"'“”‘’〈〉《》「」『』【】[]〔〕{}<>*_~`·•●■◆/\\-—→.#&@^=+$%№°"
_LEFT_OUT = re.compile(f"[{re.escape(_SIGNS)}]+")
#: 至, 到, "to" and a dash between two values; "and" where "between" stands before them.
_SPAN = re.compile(
    r"([\U00100000-\U0010fffd])日?,?\s?(?:起|开始)?(?:至|到|-|to(?= )|until|through)\s?(?=[\U00100000-\U0010fffd])"
)
#: 至 and 自 say of the date behind them that it is the last or the first day.
_EDGE = re.compile(r"(?P<word>[至到自从由])(?<!截[至到自从由])(?<!截止[至到自从由])\s?(?P<value>[\U00100000-\U0010fffd])")
_ORDINAL = re.compile(r"(首|再)(套|次)")
_ORDINALS = {"首": 1.0, "再": 2.0}
#: Characters before 以上 and 以下 that are no measure.
_NOTHING_BEFORE = frozenset(["", *"，。；：、,;:\n按照据依享在受的对符合满足 （("])


#: Pieces of sentences that one alphabet remembers.
_MOST_REMEMBERED = 2_000


def _kind_of_count(unit: str) -> str:
    """Lengths of time are of one kind, in whatever unit: 4 weeks may stand where 12 months should."""
    return "count time" if unit.split(" ")[-1] in OF_TIME else f"count {unit}"


@cache
def _fixed_stems() -> dict[str, str]:
    """The stems of our fixed words and of the cues have one sign in every source."""
    english = words("en")
    of_cues = (cue for row in cues("en").values() for cue in row)
    said = " ".join([*sorted(english.licensed_words), *sorted(english.free), *of_cues])
    stems = dict.fromkeys(stem_of(word) for word in _LATIN_WORD.findall(said))
    return {stem: chr(FIRST_STEM + number) for number, stem in enumerate(stems)}


class Alphabet:
    """The signs of one source: each value and each Latin stem has one, given at first sight."""

    def __init__(self) -> None:
        self._values: dict[tuple[object, ...], str] = {}
        self._stems = dict(_fixed_stems())
        #: Once its source is read, an alphabet only meets sentences about it.
        self.is_closed = False
        #: What those sentences are in signs: their pieces are looked at many times.
        self.remembered: dict[str, str] = {}
        self.remembered_words: dict[str, str] = {}
        self.latin = _Latin(self)
        self.printed: dict[str, str] = {}
        self._amounts: dict[str, float] = {}
        self._days: dict[str, tuple[object, ...]] = {}
        self.kinds: dict[str, str] = {}

    def value(self, claim: Claim) -> str:
        """The sign of a value. The year of a date has a sign of its own, so that 3月31日 is a part of 2026年3月31日."""
        if claim.kind == "date":
            year, month, day = claim.said
            own = self._sign(("year", year), f"{year}", "year") if year else ""
            rest = self._sign(("date", month, day), claim.printed.strip(), "date") if month or day else ""
            return own + rest
        kind = claim.kind if claim.kind != "count" else _kind_of_count(str(claim.said[1]))
        if self.is_closed and claim.kind == "amount" and (claim.kind, *claim.said) not in self._values:
            return self._of_table(claim) or self._sign((claim.kind, *claim.said), claim.printed.strip(), kind)
        return self._sign((claim.kind, *claim.said), claim.printed.strip(), kind)

    def _of_table(self, claim: Claim) -> str | None:
        """The sign of a bare number of a table whose head names the unit: 300, or 30 of 万元."""
        value = claim.said[0]
        if not isinstance(value, float):
            return None
        return self._values.get(("count", value, "")) or self._values.get(("count", round(value / 1e4, 6), ""))

    def _sign(self, key: tuple[object, ...], printed: str, kind: str) -> str:
        sign = self._values.get(key)
        if sign is None:
            sign = chr(min(FIRST_VALUE + len(self._values), LAST_VALUE))
            self._values[key] = sign
            self.printed[sign] = printed
            self.kinds[sign] = kind
            if kind == "date":
                self._days[sign] = key[1:]
            if isinstance(key[1], float):
                self._amounts[sign] = key[1]
        return sign

    def amount_of(self, sign: str) -> float | None:
        """How much an amount, a share or a number is; None for what is no quantity."""
        return self._amounts.get(sign)

    def is_earlier(self, sign: str, other: str) -> bool:
        """Does the day stand before the other in the year? False where one of them is no day of a month."""
        days = self._days.get(sign, ()), self._days.get(other, ())
        return all(len(day) == 2 and None not in day for day in days) and days[0] < days[1]

    def stem(self, word: str) -> str:
        """The sign of a Latin word's stem."""
        stem = stem_of(word)
        sign = self._stems.get(stem)
        if sign is None:
            sign = chr(min(FIRST_STEM + len(self._stems), LAST_STEM))
            self._stems[stem] = sign
        self.printed.setdefault(sign, word)
        return sign


class _Latin(dict[str, str]):
    """The sign of each Latin word of a text, looked up once."""

    def __init__(self, alphabet: Alphabet) -> None:
        super().__init__()
        self._alphabet = alphabet

    def __missing__(self, word: str) -> str:
        english = words("en")
        found = english.signs.get(word)
        if found == "=" and " " in word:
            found = ""
        elif found is None or found == "=":
            found = english.stems.get(stem_of(word)) or (self._alphabet.stem(word) if len(word) > 1 else "")
        self[word] = found
        return found


def signed(text: str, alphabet: Alphabet, known: list[Claim] | None = None) -> str:
    """`text` in the signs of `alphabet`; what carries nothing is left out, ends of sentences and clauses are kept."""
    if known is not None or not alphabet.is_closed:
        return _signed(text, alphabet, claims(text) if known is None else known)
    said = alphabet.remembered.get(text)
    if said is None:
        said = _signed(text, alphabet, claims(text))
        if len(alphabet.remembered) < _MOST_REMEMBERED:
            alphabet.remembered[text] = said
    return said


def signed_words(text: str, alphabet: Alphabet) -> str:
    """The same of a piece whose values are marks already, as in a Wording."""
    said = alphabet.remembered_words.get(text)
    if said is None:
        said = _signed(text, alphabet, [])
        if len(alphabet.remembered_words) < _MOST_REMEMBERED:
            alphabet.remembered_words[text] = said
    return said


def _signed(text: str, alphabet: Alphabet, given: list[Claim]) -> str:
    low = normal(text)
    found = [claim for claim in given if claim.kind != "title"]
    found = sorted([*found, *_ordinals(low)], key=lambda claim: claim.start)
    lowered = low.lower()
    low = lowered if len(lowered) == len(low) else low
    low = low if low.isascii() else PRIVATE.sub(" ", low)
    parts, at = [], 0
    for claim in found:
        if claim.start >= at:
            parts.append(low[at : claim.start])
            at = claim.end
        parts.append(alphabet.value(claim))
    said = "".join([*parts, low[at:]])
    if found:
        said = _SPAN.sub(lambda item: item[1] + TO, said)
        said = _EDGE.sub(lambda item: _edge(item, alphabet), said)
    if _LATIN.search(said):
        said = _latin(_LETTER.sub(lambda item: alphabet.stem(f"{item.group()}-"), said), alphabet)
    if _HAN.search(said):
        said = _han(said)
    for separator, signs in _SEPARATORS.items():
        for sign in signs:
            said = said.replace(sign, separator)
    return _LEFT_OUT.sub("", said)


def _ordinals(low: str) -> list[Claim]:
    """首套 and 首次 are the first, 再次 is the second."""
    return [Claim("count", item.group(), (_ORDINALS[item[1]], item[2]), *item.span()) for item in _ORDINAL.finditer(low)]


def _edge(item: re.Match[str], alphabet: Alphabet) -> str:
    if alphabet.kinds[item["value"]] not in ("date", "year"):
        return item.group()
    return classes()["before" if item["word"] in "至到" else "after"] + item["value"]


def _latin(said: str, alphabet: Alphabet) -> str:
    parts = _apart("en").split(_LATIN_STOP.sub("。", said))
    parts[1::2] = map(alphabet.latin.__getitem__, parts[1::2])
    return "".join(parts)


@cache
def _apart(language: Language) -> re.Pattern[str]:
    """Splits a text at its words, which are kept: in half the time of a replacement word by word."""
    return re.compile(f"({words(language).pattern.pattern})")


@cache
def _glue() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(words('zh').dropped_signs)}]+")


@cache
def _signs_of_han() -> tuple[dict[str, str], frozenset[str]]:
    """The sign of each Chinese word, which is itself for a protected one; and those that are bounds behind values."""
    signs = {word: word if sign == "=" else sign for word, sign in words("zh").signs.items()}
    return signs, frozenset((classes()["floor_post"], classes()["cap_post"]))


def _han(said: str) -> str:
    known, of_values = _signs_of_han()
    parts = _apart("zh").split(said)
    signs = [known[word] for word in parts[1::2]]
    for number, sign in enumerate(signs):
        if sign in of_values and "".join(parts[max(0, 2 * number - 1) : 2 * number + 1])[-1:] in _NOTHING_BEFORE:
            signs[number] = ""  # 以上公式 is the formula above: no bound.
    parts[1::2] = signs
    return _glue().sub("", "".join(parts))
