"""Figures that are listed share what is said of one of them: "分别给予12万元、8万元、4万元补贴", "本科生4万元、硕士6万元"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol, TypeVar


class Placed(Protocol):
    """What has a place in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


#: The next entry says itself what it is: "保额1100元，保费33元" makes no fee of the first.
_OWN_NAME = re.compile(r"费|价|租金|保证金|押金|金额|幅度|补贴|补助|奖励|资助|标准")
_CAPS = frozenset({"subsidy_max", "limit", "loan_max"})
_NEXT_NAME, _FARTHEST = 8, 80
#: "在职人员为900元、70周岁以下退休人员为800元": the bar of the next group of people.
_NEXT_GROUP = re.compile(r"[、,，;；][^。；;,，\n]{0,20}(?:人员|职工|居民|医院|机构)(?:为|是)?")
_BRACKETS = re.compile(r"[（(][^（()）]{0,60}[）)]")
P = TypeVar("P", bound=Placed)

#: Between two figures that belong together: "10万元/单职工、20万元/双职工".
_BESIDE = re.compile(r"[^,，。；;、\d\n()（）]{0,6}(?:[、/／]|和|及|或者?|与)[^,，。；;、\d\n()（）]{0,8}")
#: Between two entries of one list: a mark and the next one's name.
_ENTRY = re.compile(r"[^。\n]{0,14}(?:[、,，;；]|和|及|\n+)[^。\n]{0,44}")
#: Words that begin something else: what follows is no further entry.
_ELSE = re.compile(
    r"提高|提升|调整|上调|下调|降低|降|增加|上浮|由|从|最高|最低|上限|下限|封顶|不超|不高|不低|不少|不足|低于|高于|超过|达到?|至少|累计|总|合计|收入|资金"
    r"|预算|投资|罚|贷款|缴纳|交纳|收取|注册|以上的|以下的|^以上|^以下|^以内|含|元|同时|另|额外|再|扣|减|增价|幅度|成交|起始|起拍|中标|评估"
)
_BESIDE_ELSE = re.compile(r"提高|调整|降|增|最高|不超|不低|不足|超过|由|从|[到至为](?!每)|以[上下内]")


def side_by_side(text: str, figures: Sequence[P]) -> list[list[P]]:
    """The figures in groups of those that stand side by side."""
    groups: list[list[P]] = []
    for figure in figures:
        between = text[groups[-1][-1].end : figure.start] if groups else ""
        bare = _BRACKETS.sub("", between) if len(between) <= _FARTHEST else ""
        if _BESIDE.fullmatch(bare) and not _BESIDE_ELSE.search(bare):
            groups[-1].append(figure)
        else:
            groups.append([figure])
    return groups


def spread(
    text: str, groups: Sequence[Sequence[Placed]], roles: Sequence[str | None], listed: frozenset[str]
) -> list[str | None]:
    """The roles, with those of a list's other entries where an entry proves none itself: from the entry before, else after."""
    said = list(roles)
    outer = [place for place, group in enumerate(groups) if not _in_brackets(text, group[0].start)]
    between = {(one, two): text[groups[one][-1].end : groups[two][0].start] for one, two in pairwise(outer)}
    joined = [pair for pair in between if _goes_on(between[pair])]
    for one, two in joined:
        if said[two] is None and _goes_over(said[one], between[one, two], listed):
            said[two] = said[one]
    for one, two in reversed(joined):
        if said[one] is None and said[two] in listed - _CAPS and not _OWN_NAME.search(between[one, two]):
            said[one] = said[two]
    return said


def _goes_over(role: str | None, between: str, listed: frozenset[str]) -> bool:
    """A bar goes on only to the next name of a list ("一级300元，二级600元"); a cap stops at a semicolon."""
    if role == "threshold":
        return len(between) <= _NEXT_NAME or _NEXT_GROUP.fullmatch(between) is not None
    return role in listed and not (role in ("subsidy_max", "limit") and re.search(r"[;；\n]", between))


def _in_brackets(text: str, start: int) -> bool:
    """ "120元(其中床位费35元),居民60元": what stands in brackets is no entry of the list around it."""
    before = text[max(0, start - _FARTHEST) : start]
    return max(before.rfind("("), before.rfind("（")) > max(before.rfind(")"), before.rfind("）"))


def _goes_on(between: str) -> bool:
    bare = _BRACKETS.sub("", between) if len(between) <= _FARTHEST else ""
    return bool(bare) and not re.search(r"[()（）]", bare) and bool(_ENTRY.fullmatch(bare)) and not _ELSE.search(bare)
