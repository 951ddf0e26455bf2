"""Names of Chinese places in a text, found by looking runs of characters up: the list has thousands of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from pushsvc import taxonomy


class Place(NamedTuple):
    """`raw == text[start:end]`, a name that means each of `codes`. `bare`: written without its 市, 区, 县."""

    start: int
    end: int
    raw: str
    codes: tuple[str, ...]
    bare: bool


_SUFFIX = re.compile(r"[省市区县州盟旗]")
#: What a name with its suffix may be the head of: 西安市场, 南山区域.
_GOES_ON = re.compile(
    r"市(?:场|民(?!政|生|族|营|用|航|革|盟|间|宗|防)|值|价)|区(?:域|间|别|块|分)|县(?:域|级)|州(?:际)|区县|市县"
)
#: Behind a bare name: a street, a firm, a school that is called after the place.
_CALLED_AFTER = re.compile(
    r"路|街|大道|银行|人寿|证券|大学|学院|集团|公司|酒|菜|话|站|机场|日报|晚报|新闻|发布|线|高速|铁路|海关关区"
)
#: 沿海城市 is not 海城市, 市区和县城 is not 和县: before the name stands what makes another word of it.
_OTHER_WORD = re.compile(r"(?:[沿滨临近深内上]|和|及|与|各|中心|本|我|全)$")
#: A short name with its suffix (和县, 城区, 郊区) is a place only at the beginning or behind another place.
_SHORT = 2
_NOT_PLACES = frozenset({"全国", "城区", "郊区", "矿区", "东区", "西区", "南区", "市区"})


#: Where people come from or go to is not where a document is for: 香港青年, 赴北京招聘.
_ORIGIN = re.compile(r"居民|青年|同胞|学生|永久|籍|人士|投资者|服务提供者|企业家|专业人")
_ELSEWHERE = re.compile(r"(?:赴|前往|飞往|开往|来自|援|往返)$")
_FAR = ("71", "81", "82")


@cache
def _names() -> dict[str, tuple[str, ...]]:
    return {name: codes for name, codes in taxonomy.regions().names().items() if len(name) >= _SHORT}


@cache
def _whole_names() -> dict[str, tuple[str, ...]]:
    """Names as the list has them, 广州市 and not 广州."""
    whole = {entry.name for entry in taxonomy.regions().all()}
    return {name: codes for name, codes in _names().items() if name in whole and _SUFFIX.match(name[-1])}


@cache
def _longest() -> int:
    return max(map(len, _names()))


@cache
def _bare_names() -> dict[str, tuple[str, ...]]:
    """Names without a suffix that mean one province or city, or one nation's part, and nothing else."""
    return {
        name: codes
        for name, codes in _names().items()
        if name not in _whole_names() and len(codes) == 1 and codes[0].endswith("00") and name not in _NOT_PLACES
    }


def places_in(text: str, bare: bool) -> Iterator[Place]:
    """The places that `text` names, in order. With `bare` also 成都 for 成都市: for titles and names of offices only."""
    found = list(_with_suffix(text))
    if bare:
        found += _without_suffix(text, found)
    return iter(sorted(place for place in found if not _ELSEWHERE.search(text, max(0, place.start - 2), place.start)))


def _with_suffix(text: str) -> Iterator[Place]:
    names, after = _whole_names(), 0
    for mark in _SUFFIX.finditer(text):
        end = mark.end()
        start = next((at for at in range(max(after, end - _longest()), end - 1) if text[at:end] in names), None)
        if start is None or _GOES_ON.match(text, end - 1):
            continue
        name = text[start:end]
        behind_a_place = start == after and start > 0
        if not behind_a_place and _OTHER_WORD.search(text[max(0, start - 2) : start]) and len(name) <= _SHORT + 1:
            continue
        if len(name) <= _SHORT and not behind_a_place and (start > 0 or name in _NOT_PLACES):
            continue
        after = end
        yield Place(start, end, name, names[name], False)


def _without_suffix(text: str, found: list[Place]) -> list[Place]:
    names, taken = _bare_names(), {at for place in found for at in range(place.start, place.end)}
    more, start = [], 0
    while start < len(text) - 1:
        end = next((start + size for size in (5, 4, 3, 2) if text[start : start + size] in names), None)
        if end is None or start in taken or _CALLED_AFTER.match(text, end) or _is_origin(text, start, end, names):
            start += 1
            continue
        more.append(Place(start, end, text[start:end], names[text[start:end]], True))
        start = end
    return more


def _is_origin(text: str, start: int, end: int, names: Mapping[str, tuple[str, ...]]) -> bool:
    return names[text[start:end]][0].startswith(_FAR) and bool(_ORIGIN.match(text, end) or text[end : end + 1] in "、和及")
