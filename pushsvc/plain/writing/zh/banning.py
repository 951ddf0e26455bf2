"""What is forbidden, where and when: a notice that tells each under a number of its own, and the ban by pointing at them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS

_BAN = r"(?:不得|禁止|严禁|不准|不许)"
#: 在上述时间和区域内，…不得燃放烟花爆竹: the ban itself, whose bounds stand in the items before it.
_WITHIN_BOUNDS = re.compile(
    rf"在[^，,。；;]{{0,12}}(?:时间|期限|期间|时段|区域|范围|路段|水域)[^，,。；;]{{0,12}}[内里中][，,](?P<rule>[^。]*{_BAN}[^。]{{2,}})"
)
#: 禁火时间, 禁止游泳水域: the name of a bound.
_BOUND = re.compile(r"禁[\u4e00-\u9fff]{0,8}(?:时间|期限|期间|时段|区域|范围|路段|水域|地点)$")
#: 森林高火险期，即每年春节…: the period by its name, then what it is.
_NAME_OF_IT = re.compile(r"^[^，,。]{2,10}[，,]即")
_AND = re.compile(r"[，,]?(?:以及|及|和)")


def bans_within_bounds(text: str) -> bool:
    """Does the sentence forbid something in a time or a place that the items before it tell?"""
    return _WITHIN_BOUNDS.match(text) is not None


def names_bound(heading: str) -> bool:
    """Does a heading say that the time or the place of a ban follows?"""
    return _BOUND.search(heading) is not None


def bound_told(heading: str, text: str) -> tuple[str, ...]:
    """禁火区域：…。 as one sentence of at most 40 characters, or as two that each have the name; empty where neither fits."""
    name = heading.strip("：: ")
    said = _NAME_OF_IT.sub("", text.strip()).rstrip("。；;").replace(",", "，")
    whole = f"{name}：{said}。"
    if len(whole) <= SENTENCE_CHARACTERS:
        return (whole,)
    for found in reversed(list(_AND.finditer(said))):
        halves = (f"{name}：{said[: found.start()]}。", f"{name}：{said[found.end() :]}。")
        if all(len(name) + 4 < len(half) <= SENTENCE_CHARACTERS for half in halves):
            return halves
    return ()


def bans_in_short(sentences: Sequence[str], title: str) -> list[str]:
    """What is forbidden in a few words, and when; a ban whose deed the title names needs no second telling."""
    said: list[str] = []
    for sentence in sentences:
        found = _WITHIN_BOUNDS.match(sentence)
        if found:
            rule = re.split(r"[，,]", found["rule"].rstrip("。"))[-1]
            deed = re.sub(rf"^.*?{_BAN}(?:任何人|任何单位和个人)?", "", rule)
            said += [rule] if re.match(_BAN, rule) and deed[:4] not in title else []
    times = (sentence.rstrip("。").partition("：") for sentence in sentences)
    said += [value for name, _, value in times if names_bound(name) and name.endswith(("时间", "期限", "期间", "时段"))]
    return said
