"""Quantities and ages in Chinese documents, where a cue beside them says what they count. They are listed, never made into a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.numerals import NUMBER, any_number

_N = rf"(?P<n>{NUMBER}|[一二两三四五六七八九十百]{{1,4}})"
#: An age in digits or in Chinese numerals, as in 六十周岁.
_Y = r"(?:\d{1,3}|[一二三四五六七八九十百]{1,4})"
_INCLUSIVE = r"(?:[（(]含[^）)]{0,8}[）)])?\s?(?:及)?"
_AGE = re.compile(
    rf"(?P<lo>{_Y})\s?(?:周?岁)?\s?(?:-|—|–|~|～|至|到)\s?(?P<hi>{_Y})\s?周?岁"
    rf"|(?P<from>{_Y})\s?周?岁{_INCLUSIVE}以上[、,，至]?\s?(?P<to>{_Y})\s?周?岁{_INCLUSIVE}以下"
    rf"|(?:年满|满|已满|达到)\s?(?P<min>{_Y})\s?周?岁|(?P<over>{_Y})\s?周?岁\s?{_INCLUSIVE}以上"
    rf"|(?P<under>{_Y})\s?周?岁\s?{_INCLUSIVE}(?:以下|以内)|不(?:得)?超过\s?(?P<most>{_Y})\s?周?岁"
    rf"|未满\s?(?P<below>{_Y})\s?周?岁"
)
_COUNTED = re.compile(
    rf"{_N}\s?(?P<unit>个月|个工作日|工作日|年|人次|人|名|户|套|家|个百分点|平方米|㎡|倍|次|项|天|日|周(?!岁)|学时|张|台|辆|吨|公里)(?P<tail>以上|以下|以内|及以上|含以上|内)?"
)
_ROLES = (
    ("limit", re.compile(r"(?:不(?:得)?超过|最多|最长|至多|不多于|上限|限)[^,，。；;\d]{0,8}$")),
    (
        "threshold",
        re.compile(
            r"(?:不(?:得)?少于|不低于|达到|超过|满|至少|达|连续(?:足额)?(?:正常)?缴[存纳费]{0,2}[^,，。；;\d]{0,8}|不足|大于|小于)[^,，。；;\d]{0,6}$"
        ),
    ),
    (
        "quota",
        re.compile(r"(?:名额|招聘|招收|招录|计划招|共招|拟招|招生|录取|岗位|提供|补助|限额|配租|共)[^,，。；;\d]{0,10}$"),
    ),
    ("duration", re.compile(r"(?:期限|为期|时长|期|时间|连续)(?:为|是|共)?[^,，。；;\d]{0,4}$")),
)


def quantities_zh(context: Context) -> Iterator[Fact]:
    """Facts of the kinds quantity and age_range of a Chinese document."""
    for found in _AGE.finditer(context.text):
        yield Fact("age_range", _age(found), found.group(), found.start(), found.end(), "eligibility")
    for found in _COUNTED.finditer(context.text):
        value = any_number(found["n"])
        before = context.text[max(0, found.start() - 30) : found.start()]
        role = next((name for name, cue in _ROLES if cue.search(before)), None)
        if role is None and found["tail"]:
            role = "threshold" if "上" in found["tail"] or "下" in found["tail"] else None
        is_year = found["unit"].startswith("年") and value is not None and value >= 1900
        if value is not None and role and not is_year:
            yield Fact("quantity", value, found.group(), found.start(), found.end(), role, found["unit"], None, 0.8)


def _age(found: re.Match[str]) -> str:
    said = {name: any_number(text) for name, text in found.groupdict().items() if text}
    if said.get("lo"):
        return f"{said['lo']}-{said['hi']}"
    if said.get("from"):
        return f"{said['from']}-{said['to']}"
    least = said.get("min") or said.get("over")
    most = said.get("under") or said.get("most") or said.get("below")
    return f"{least}-" if least else f"-{most}"
