"""Counted things in Chinese documents where the words around prove what they are. Listed, never made into a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.ages_zh import ages
from pushsvc.plain.facts.clauses_zh import clause_of
from pushsvc.plain.facts.conditions_zh import condition_of
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.cues import NOTHING, cue_of
from pushsvc.plain.facts.numerals import NUMBER, any_number, number
from pushsvc.plain.facts.quantity_roles_zh import AREA_CUES, COUNT_CUES, DRAWN_CUES, MULTIPLE_CUES, TIME_CUES, TIMES_CUES
from pushsvc.plain.facts.rewritten_zh import rewritten, role_of_change
from pushsvc.plain.facts.scanning import found_at

_N = rf"(?:{NUMBER}|[一二两三四五六七八九十百]{{1,4}}|半)"
_TIME = r"个?工作日|自然日|个月|年|天|日|周(?![岁边年末])|星期|小时|分钟|学时|课时"
_COUNTS = (
    r"个基点|人次|人|名|户|套|家|次(?!性|日)|项|张|台|辆|个(?!人|体|别|月|工|百|基点|亿|税)|分(?![之别钟公为类批期段局管])|件|篇|场"
    r"|届|所|门(?![诊面类槛户市])|份(?![额子])"
)
_AREA = r"厘米|公分|平方米|平米|㎡|m2|m²|公里|亩|公斤|千克|吨|米(?![粉兰])"
#: What is drawn from a main, by the month or the year: electricity, water, gas.
_DRAWN = r"千瓦时|度(?![假数])|立方米|立方|m³|m3"
_IS_TIME, _IS_AREA, _IS_DRAWN = re.compile(_TIME), re.compile(_AREA), re.compile(_DRAWN)
_COUNTED = re.compile(
    rf"(?<![0-9０-９.第月号唯])(?:(?P<low>{_N})\s?(?:[（(]含[）)])?(?:{_TIME}|{_COUNTS}|{_AREA}|{_DRAWN}|倍)?\s?(?:-|—{{1,2}}|–|~|～|至|到|以上)\s?)?(?P<n>{_N})\s?(?P<scale>万)?余?\s?"
    rf"(?P<unit>{_TIME}|{_COUNTS}|{_AREA}|{_DRAWN}|倍)(?P<tail>(?:及|（含）|\(含\))?以[上下内]|之?内)?"
)
#: What was so and what is so from now on: "由5个工作日压缩至2个工作日", "从0.3下调至0.27".
_MOVED = re.compile(
    rf"(?:从|由)(?:原来?的?|现行的?)?\s?(?P<old>{_N})\s?(?P<unit>{_TIME}|{_COUNTS}|{_AREA}|倍)?\s?(?:统一)?"
    rf"(?:上调|下调|调整|调减|调增|提高|提升|降低|降|增加|减少|扩大|压缩|缩短|延长|放宽)[到至为]\s?(?P<new>{_N})\s?(?P<unit2>{_TIME}|{_COUNTS}|{_AREA}|倍)?"
    r"(?![\d.%％‰元万亿月]|个百分|个?基点|周?岁|日[起前])"
)
#: "账户余额×6", "余额（含配偶）×15"; ×12个月 counts months.
_TIMES_SIGN = re.compile(
    rf"(?:余额|基数|工资|标准|月缴存额|缴存额|均值|单价)(?:[（(][^（）()\n]{{1,20}}[）)])?\s?×\s?(?P<n>{NUMBER})(?=\s?(?:[（(,，。；;+＋\n]|$))"
)
#: Nobody is given a place by these: "至少进行一次审计", "两项补贴".
_NO_PLACES = frozenset({"次", "项", "件", "篇", "分", "届", "场", "所", "门"})
#: A year, a day of a month, a school year, a list: "2026年", "3年级", "5日起".
_CALENDAR = re.compile(r"^(?:度|级|底|初|末|\s?\d{1,2}月|[一二三四五六七八九十]{1,2}月|版|期间)")
#: "20日至23日": days of a month.
_DAY_OF_MONTH = re.compile(r"\d{1,2}\s?日\s?(?:-|—|–|~|～|至|到)")
_MOST_COUNTED = 1_500


def quantities_zh(context: Context) -> Iterator[Fact]:
    """Facts of the kinds quantity and age_range of a Chinese document."""
    yield from ages(context)
    taken: set[int] = set()
    for moved in _MOVED.finditer(context.text):
        old, new = any_number(moved["old"]), any_number(moved["new"])
        if old is not None and new is not None and max(old, new) < 1900:
            yield _change(context, moved, "old", old)
            yield _change(context, moved, "new", new)
            taken |= {moved.start("old"), moved.start("new")}
    changes = rewritten(context.text)
    for place, found in enumerate(found_at(_COUNTED, context.text, context.counts)):
        if place >= _MOST_COUNTED:
            return
        fact = None if found.start() in taken else _quantity(context, found)
        role = role_of_change(changes, fact.start) if fact and changes else None
        if fact:
            yield replace(fact, role=role) if role else fact
    yield from _multiples(context)


def _multiples(context: Context) -> Iterator[Fact]:
    """ "贷款额度=账户余额×6": how many times what."""
    for found in _TIMES_SIGN.finditer(context.text) if "×" in context.text else ():
        start, end = found.start("n"), found.end()
        condition = condition_of(context, start, 0, 1)
        yield Fact("quantity", number(found["n"]), context.text[start:end], start, end, "multiple", "倍", condition, 0.8)


def _change(context: Context, moved: re.Match[str], which: str, value: int | float) -> Fact:
    unit = "unit" if which == "old" else "unit2"
    start, end = moved.start(which), moved.end(unit) if moved[unit] else moved.end(which)
    condition = condition_of(context, start, 0, 1)
    return Fact("quantity", value, context.text[start:end], start, end, f"{which}_value", moved[unit], condition, 0.8)


def _quantity(context: Context, found: re.Match[str]) -> Fact | None:
    value = _value(found)
    unit, end = found["unit"], found.end()
    if value == 0.5 and unit == "年":
        value, unit = 6, "个月"
    if unit == "项" and not found["n"][0].isdigit():
        return None
    if value is None or (unit in ("年", "日") and _is_calendar(context.text, found, value)):
        return None
    cues = TIME_CUES if _IS_TIME.fullmatch(unit) else AREA_CUES if _IS_AREA.fullmatch(unit) else COUNT_CUES
    cues = DRAWN_CUES if _IS_DRAWN.fullmatch(unit) else cues
    cues = (*TIMES_CUES, *COUNT_CUES) if unit == "次" else cues
    clause = clause_of(context, found.start(), found.end("unit"))
    if (
        unit == "分"
        and context.text[found.start() - 1 : found.start()] in tuple("（(")
        and context.text[end : end + 1] in tuple("）)")
    ):
        # "硕士研究生（30分）": points of a list.
        return Fact("quantity", value, context.text[found.start() : end], found.start(), end, "entitlement", unit, None, 0.8)
    cue = cue_of(MULTIPLE_CUES if unit == "倍" else cues, clause)
    if cue is None or cue.role == NOTHING or (cue.role == "quota" and unit in _NO_PLACES):
        return None
    condition = condition_of(context, found.start(), 0, 1)
    return Fact("quantity", value, context.text[found.start() : end], found.start(), end, cue.role, unit, condition, 0.8)


def _value(found: re.Match[str]) -> int | float | str | None:
    if found["n"] == "半":
        return 0.5
    most = number(found["n"], found["scale"]) if found["n"][0].isdigit() else any_number(found["n"])
    least = any_number(found["low"]) if found["low"] else None
    return f"{least}-{most}" if least is not None and most is not None and least < most else most


def _is_calendar(text: str, found: re.Match[str], value: int | float | str) -> bool:
    if found["low"] and found["unit"] == "日" and _DAY_OF_MONTH.match(found.group()) and not found["tail"]:
        return True
    if isinstance(value, str):
        return float(value.split("-")[1]) >= 1900
    return value >= 1900 or bool(_CALENDAR.match(text[found.end("unit") : found.end("unit") + 5]))
