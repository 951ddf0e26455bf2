"""Ages in Chinese documents: "18至45周岁", "35岁以下", "年满60周岁不满65周岁", "年满18周岁,且男性未满60周岁、女性未满55周岁".

A value is "lo-hi", "lo-" or "-hi", in the printed numbers: 不满65周岁 ends at 65, as a reader looks for it in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.conditions_zh import condition_of
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.numerals import any_number
from pushsvc.plain.facts.scanning import found_near, places_of

_YEARS = r"(?:[0-9０-９]{1,3}|[一二三四五六七八九十百]{1,4})"
_WITH = r"(?:\s?[（(〔\[][^（()）〔〕\[\]]{0,10}[）)〕\]])?"
_LESS = r"(?:至|到)[\u4e00-\u9fff]{0,6}满|放宽(?:到|至)|不满|未满|不到|未到|不足|不(?:得)?超过|不大于|小于|低于|≤|<|＜"
_MORE = r"年满|已满|须满|应满|满|达到?|超过|大于|高于|不小于|不低于|≥|>|＞"
_AGE = re.compile(
    rf"(?:年满|已满)?(?<![0-9０-９])(?P<lo>{_YEARS})\s?(?:周?岁)?{_WITH}\s?(?:周?岁)?(?:-{{1,2}}|—{{1,2}}|–|~|～|－|至|到)\s?(?P<hi>{_YEARS})\s?(?:周?岁{_WITH}|[（(]含[^（()）]{{0,6}}[）)]周?岁)(?:之间)?"
    rf"|(?:(?:(?P<less>{_LESS})|(?P<more>{_MORE}))\s?)?(?<![0-9０-９])(?P<years>{_YEARS})\s?周?岁{_WITH}(?:\s?(?P<tail>(?:及其?)?(?:以上|以下|以内|之前|之后)|起))?"
)
#: Between the lower and the upper end of one range.
_BETWEEN = re.compile(r"[、,，\s]*(?:且|并且?|至|到|但|，|年龄|均)*\s?(?P<who>[^、,，。；;\d\n]{0,12}?)")
#: Between an upper end and the lower one behind it.
_UPPER_FIRST = re.compile(r"[、,，\s]*(?:且|并且?)?\s?(?:年龄)?(?:在)?")
#: Between the upper ends of two groups that share the lower one: "、女性".
_OTHER_GROUP = re.compile(r"[、,，\s]*(?P<who>(?:女|男)(?:性|职工|方)?)(?:年龄)?(?:在|为)?")
#: Ages that say nothing about who may: how old a plan or a mind is, how each further year counts.
_NO_ELIGIBILITY = re.compile(r"(?:心理年龄约?|智龄|每(?:增加|增长|满|超过|少)?|月龄)\s?在?$")
#: "入园年龄为3周岁": just so old.
_EXACTLY = re.compile(r"年龄(?:应当?|须|需)?[为是]\s?$")
_BOUND_APART, _MOST = 14, 1_000
#: Farther from its 岁 no age begins or ends.
_REACH = 48


@dataclass(frozen=True)
class Age:
    """One printed age: its lower and upper ends (None where it has none), `text[start:end]`."""

    low: int | None
    high: int | None
    start: int
    end: int


def ages(context: Context) -> Iterator[Fact]:
    """Facts of the kind age_range in the order of their places."""
    if "岁" not in context.text:
        return
    lower: Age | None = None
    last: Age | None = None
    for age in _joined(context.text, list(islice(_printed(context.text), _MOST))):
        if last and last.low is not None and last.high is not None and age.low is None and age.high is not None:
            between = context.text[last.end : age.start]
            lower = last if _OTHER_GROUP.fullmatch(between) else None
            if lower:
                age = Age(lower.low, age.high, age.start, age.end)
        last = age
        yield _fact(context, age)


def _printed(text: str) -> Iterator[Age]:
    for found in found_near(_AGE, text, places_of(text, "岁"), _REACH, _REACH):
        if _NO_ELIGIBILITY.search(text[max(0, found.start() - 8) : found.start()]):
            continue
        if found["lo"]:
            low, high = _number(found["lo"]), _number(found["hi"])
            if low is not None and high is not None and low < high:
                yield Age(low, high, found.start(), found.end())
            continue
        years, tail = _number(found["years"]), found["tail"] or ""
        # "年满35周岁以下" is how some write 35周岁以下.
        at_most = "下" in tail or "内" in tail or "前" in tail
        below = bool(found["less"]) or (at_most and found["more"] in (None, "年满", "须满", "满"))
        above = (bool(found["more"]) and not below) or "上" in tail or "后" in tail or tail == "起"
        if years is not None and not tail and _EXACTLY.search(text[max(0, found.start() - 8) : found.start()]):
            yield Age(years, years, found.start(), found.end())
        elif years is not None and (below or above):
            yield Age(None, years, found.start(), found.end()) if below else Age(years, None, found.start(), found.end())


def _joined(text: str, found: list[Age]) -> Iterator[Age]:
    """A lower end and the upper end that follows it in the same phrase are one range."""
    place = 0
    while place < len(found):
        age = found[place]
        both = _one_range(text, age, found[place + 1]) if place + 1 < len(found) else None
        if both:
            yield both
            place += 2
            continue
        yield age
        place += 1


def _one_range(text: str, age: Age, other: Age) -> Age | None:
    """ "年满18周岁、不满35周岁", and the other way round: "35周岁以下、18周岁以上"."""
    between = text[age.end : other.start]
    if len(between) > _BOUND_APART or not _BETWEEN.fullmatch(between) or re.search(r"女", between):
        return None
    low, high = (age.low, other.high) if age.high is None else (other.low, age.high)
    halves = (age.low is None) != (age.high is None) and (other.low is None) != (other.high is None)
    turned = age.high is not None and not _UPPER_FIRST.fullmatch(between)
    return (
        Age(low, high, age.start, other.end)
        if halves and not turned and low is not None and high is not None and low < high
        else None
    )


def _number(printed: str) -> int | None:
    value = any_number(printed)
    return int(value) if value is not None and 0 <= value <= 120 else None


def _fact(context: Context, age: Age) -> Fact:
    low, high = "" if age.low is None else str(age.low), "" if age.high is None else str(age.high)
    raw = context.text[age.start : age.end]
    return Fact("age_range", f"{low}-{high}", raw, age.start, age.end, "eligibility", None, _who(context, age))


def _who(context: Context, age: Age) -> str | None:
    """男 or 女 where the ends differ by sex, else the case that the sentence names before."""
    sex = re.search(
        r"(?:男性?|女性?)(?:职工|干部|方)?(?:年龄)?(?:在|为|已|须)?$", context.text[max(0, age.start - 10) : age.start]
    )
    inside = re.search(r"(?:且|[,，、])(男性?|女性?)", context.text[age.start : age.end])
    if sex or inside:
        return (sex.group() if sex else inside.group(1) if inside else "").rstrip("在为已须年龄") or None
    return condition_of(context, age.start, 0, 1)
