"""Are the places, offices and groups that a sentence names those of the source, and of its own place in it?"""

from __future__ import annotations

import re
from functools import cache

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.signing import signed
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told
from pushsvc.plain.verifying.values import normal
from pushsvc.plain.verifying.words import words

_LONGEST_PLACE = 8
_SHORTEST_SHORT = 2
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][A-Za-z]+(?:[\s-][A-Z][A-Za-z]+)*\b")
_INITIALS = re.compile(r"\b[A-Z]{2,5}\b")
_CALENDAR = frozenset(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
                       "mon", "tue", "wed", "thu", "fri", "sat", "sun"))  # fmt: skip


def wrong_name(told: Told, source: SignedSource) -> str | None:
    """Which name the source does not have, or has elsewhere while another of its kind stands here."""
    sentence = normal(told.sentence)
    return _place(sentence, source) or _office(sentence, source) or _english(sentence, source) or _group(told, source)


@cache
def _places() -> frozenset[str]:
    """The full names of all regions, and the short ones of provinces and cities."""
    found: set[str] = set()
    for entry in taxonomy.regions().all():
        found.add(entry.name)
        if entry.code.endswith("00"):
            found.add(re.sub(r"(?:特别行政区|(?:维吾尔|回族|壮族)?自治区|省|市|地区|盟)$", "", entry.name))
    return frozenset(name for name in found if len(name) >= _SHORTEST_SHORT and name not in ("市辖区", "县", "全国"))


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(name[0] for name in _places())


def _place(sentence: str, source: SignedSource) -> str | None:
    known = _places()
    for start in range(len(sentence)):
        if sentence[start] not in _first_letters():
            continue
        for size in range(_LONGEST_PLACE, _SHORTEST_SHORT - 1, -1):
            name = sentence[start : start + size]
            if len(name) == size and name in known:
                if name not in source.raw and not (len(name) > 2 and name[:-1] in source.raw):
                    return f"{name}: this place is not in the source"
                break
    return None


def _office(sentence: str, source: SignedSource) -> str | None:
    for item in words("zh").offices.finditer(sentence):
        name = item.group()
        if not _is_within(name[-6:], source.raw):
            return f"{name}: this office is not in the source"
    return None


def _is_within(name: str, text: str) -> bool:
    """Does the name stand in the text, or as a short form of a longer name: 市医保局 for 广州市医疗保障局?"""
    if name in text or name[-3:] in text or name[-2:] in text:
        return True
    pattern = "[\u4e00-\u9fff]{0,6}".join(map(re.escape, name[-4:]))
    return re.search(pattern, text) is not None


def _english(sentence: str, source: SignedSource) -> str | None:
    if not sentence.isascii() and not re.search(r"[A-Za-z]{3}\s[A-Za-z]{3}", sentence):
        return None
    for item in _INITIALS.finditer(sentence):
        dotted = ".".join(item.group())
        if not re.search(rf"\b{item.group()}|\b{re.escape(dotted)}", source.raw):
            return f"{item.group()}: this name is not in the source"
    low = source.raw.lower()
    for item in _NAME.finditer(sentence):
        for word in re.findall(r"[A-Z][A-Za-z]+", item.group()):
            if (
                len(word) > 2
                and word[:3].lower() not in _CALENDAR
                and word.lower() not in low
                and signed(word, source.alphabet) not in source.text
            ):
                return f"{item.group()}: this name is not in the source"
    return None


def _group(told: Told, source: SignedSource) -> str | None:
    """A group that the sentence names and the source does not, in any word."""
    sentence = told.sentence.lower()
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        for group in words(language).groups:
            if group in sentence and group not in source.low and (language == "zh" or re.search(rf"\b{group}\b", sentence)):
                signs = signed(group, source.alphabet)
                if signs and signs not in source.text:
                    return f"{group}: the source does not name this group"
    return None
