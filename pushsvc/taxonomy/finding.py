"""Finding a place or an industry by what somebody types: a name in either kind of characters, pinyin, initials, a code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.taxonomy.folding import fold_phrase
from pushsvc.taxonomy.lines import region_line
from pushsvc.taxonomy.spoken import Place, bare, begins, by_code, latin, places

#: Somebody who types more than this means no place.
LONGEST = 60
_PARTS = re.compile(r"[\s,，、/·]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
#: How well a place answers, the best first. Up to LIKELY it is what the words say; what lies behind only begins like them.
CODE, NAME, ENGLISH, PINYIN, BEGINS, PINYIN_BEGINS, HOLDS, INITIALS = range(8)
LIKELY = PINYIN


@lru_cache(maxsize=2_000)
def find_places(text: str, most: int = 12) -> tuple[str, ...]:
    """The codes of the places that `text` may mean, the likeliest first; none for words that mean no place.

    成都, 武侯, 成都武侯, 鼓樓區, chengdu, "wuhou, chengdu", chdu, cd, 510107 and CN-SC are all understood. Of several words
    the last place counts and the others say where it lies, in any order.
    """
    written = text.strip()[:LONGEST]
    code = _as_code(written)
    if code:
        return (code,)
    return tuple(place for _rank, place in _ranked(written)[:most])


def the_place(text: str) -> str | None:
    """The one place that `text` surely means: 成都, Chengdu or 成都武侯, but not 鼓楼区, of which there are four."""
    written = text.strip()[:LONGEST]
    if code := _as_code(written):
        return code
    found = _ranked(written)
    if not found or found[0][0] > LIKELY:
        return None
    # An English name is a city's or wider: Xi'an is not one of the two districts that sound like it.
    worst = ENGLISH if found[0][0] == ENGLISH else LIKELY
    rivals = [place for rank, place in found if rank <= worst]
    # 吉林 is a province and a city in it, 朝阳 a city and a district elsewhere: only one who means exactly that is sure.
    return rivals[0] if len(rivals) == 1 else None


def place_words(code: str, language: Language) -> str:
    """A place with what it lies in. In English a county goes by its pinyin: `Wuhou 武侯区, Chengdu, Sichuan`."""
    regions = taxonomy.regions()
    if language == "zh":
        return regions.full_name(code)
    place = by_code().get(code)
    if place is None or place.english:
        return regions.full_name(code, "en")
    spoken = "".join(place.syllables[: place.short]).capitalize()
    above = regions.full_name(regions.above(code)[1], "en")
    return f"{spoken} {regions.name(code)}, {above}"


@lru_cache(maxsize=2_000)
def find_industries(text: str, most: int = 8) -> tuple[str, ...]:
    """The codes of the industries that `text` means, the nearest first: the one that people call so (饭馆, "shop"), else those
    whose name it is or stands in, else the one of the longest everyday word in it ("a small noodle shop").
    """
    industries = taxonomy.industries()
    folded = fold_phrase(text)[:LONGEST]
    if not folded:
        return ()
    try:
        return (industries.normalise(text),)
    except BadInput:
        pass
    everyday = [(fold_phrase(word), entry.code) for entry in industries.all() for word in entry.aliases]
    if called := tuple(code for word, code in everyday if folded in (word, f"{word}s")):
        return called[:1]
    found: list[tuple[int, int, str]] = []
    for entry in industries.all():
        names = [fold_phrase(name) for name in (entry.name, entry.name_en) if name]
        if any(folded in name for name in names):
            rank = 0 if folded in names else 1 if f"{folded}业" in names else 2
            found.append((rank, len(entry.name), entry.code))
    named = [each for each in sorted(found) if each[0] == 0] or sorted(found)
    said = max(((len(word), code) for word, code in everyday if _says(folded, word)), default=None)
    return tuple(code for _rank, _length, code in named[:most]) or ((said[1],) if said else ())


def _says(said: str, word: str) -> bool:
    """Whether a word, or its plural, stands in what was said; a Latin one as a whole word."""
    return word in said if _CHINESE.search(word) else f" {word} " in f" {said} " or f" {word}s " in f" {said} "


def _as_code(written: str) -> str | None:
    if not re.fullmatch(r"[0-9]{6}|(?i:cn)(-[A-Za-z]{2})?", written):
        return None
    try:
        return taxonomy.regions().normalise(written)
    except BadInput:
        return None


def _ranked(written: str) -> list[tuple[int, str]]:
    """Every place that answers, with how well; wider places first among equals."""
    known = taxonomy.regions().find(fold_phrase(written)) if _CHINESE.search(written) else ()
    if known:
        return [(NAME, code) for code in known] + [
            each for each in _answers(written) if each[1] not in known
        ]  # fmt: skip
    whole = _answers(written)
    parts = [part for part in _PARTS.split(written) if part]
    if whole or len(parts) < 2:
        return whole
    return _inside([{code: rank for rank, code in _answers(part)} for part in parts])


def _inside(parts: Sequence[dict[str, int]]) -> list[tuple[int, str]]:
    """The places of one part that lie in a place of every other part: "wuhou chengdu"."""
    found: dict[str, int] = {}
    for position, part in enumerate(parts):
        others = [other for place, other in enumerate(parts) if place != position]
        for code, rank in part.items():
            line = region_line(code)[1:]
            around = [min((other[each] for each in line if each in other), default=None) for other in others]
            worst = max((each for each in around if each is not None), default=0)
            if None not in around and found.get(code, INITIALS + 1) > max(rank, worst):
                found[code] = max(rank, worst)
    return sorted(((rank, code) for code, rank in found.items()), key=_order)


@lru_cache(maxsize=4_000)
def _answers(written: str) -> list[tuple[int, str]]:
    folded = fold_phrase(written)
    letters = latin(folded)
    if _CHINESE.search(folded):
        ranks = ((_by_name(place, folded), place.code) for place in places())
    elif letters:
        ranks = ((_by_sound(place, letters, bare(folded)), place.code) for place in places())
    else:
        return []
    return sorted(((rank, code) for rank, code in ranks if rank is not None), key=_order)


def _order(found: tuple[int, str]) -> tuple[int, int, str]:
    rank, code = found
    return rank, len(region_line(code)), code


def _by_name(place: Place, folded: str) -> int | None:
    if folded in place.names:
        return NAME
    if place.names[0].startswith(folded):
        return BEGINS
    return HOLDS if len(folded) > 1 and folded in place.names[0] else None


def _by_sound(place: Place, typed: str, name: str) -> int | None:
    if place.english and place.english in (typed, name):
        return ENGLISH
    short, whole = "".join(place.syllables[: place.short]), "".join(place.syllables)
    if typed in (short, whole) or (name and name == short):
        return PINYIN
    if len(typed) > 1 and (place.english.startswith(typed) or whole.startswith(typed)):
        return PINYIN_BEGINS
    return INITIALS if len(typed) > 1 and begins(typed, place.syllables, place.short) else None
