"""Amounts and percentages in Chinese documents, each with the role that the words around it prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, Surroundings
from pushsvc.plain.facts.money_roles_zh import AID, Words, amount_role, percentage_role
from pushsvc.plain.facts.numerals import NUMBER, any_number, number

_SCALE = r"(?:万亿|千万|百万|十万|万|亿|千|百)"
_PER = (
    r"(?:\s?[/／每]\s?(?:人|户|家|年|月|日|天|次|平方米|平米|㎡|m2|m²|吨|亩|套|辆|人次|学期|学年|生|台|名|个)"
    r"(?:\s?[·/／•・.]?\s?(?:月|年|日|次|天|人|学期))?)?"
)
_CNY = re.compile(
    rf"(?P<low>{NUMBER})\s?(?P<lowscale>{_SCALE})?(?:元)?\s?(?:-|—|–|~|～|至|到|元以上|元以上,)\s?(?P<high>{NUMBER})\s?(?P<highscale>{_SCALE})?\s?元(?:以下(?=的?罚款))?(?P<per1>{_PER})"
    rf"|(?P<n>{NUMBER})\s?(?P<scale>{_SCALE})?\s?(?:元|块钱)(?:人民币)?(?P<per>{_PER})"
    rf"|(?:人民币|￥|¥)\s?(?P<n2>{NUMBER})\s?(?P<scale2>{_SCALE})?"
    rf"|(?<![一二两三四五六七八九十百千万])(?P<words>[一二两三四五六七八九十百千]{{1,12}}万?)元(?P<per3>{_PER})"
    rf"|(?<=[从由为到至的过])(?P<n4>{NUMBER})\s?(?P<scale4>[万亿])(?=[提上下调降增,，。；;及和]|$)"
)
_PERCENT = re.compile(
    rf"(?P<low>{NUMBER})\s?[%％]?\s?(?:-|—|–|~|～|至|到)\s?(?P<high>{NUMBER})\s?[%％]|(?P<n>{NUMBER})\s?(?:[%％]"
    rf"|percent\b|per cent\b)|百分之(?P<words>[一二两三四五六七八九十百]{{1,8}}|{NUMBER})"
)
#: A "total" of this many yuan is what all receive together, not what one can get.
_POOL = 1_000_000
_PAIRED = re.compile(r"[^,，。；;\d至到]{0,6}[、/和及][^,，。；;\d至到]{0,5}")


def yuan_amounts(context: Context) -> Iterator[Fact]:
    """Amounts in yuan."""
    yield from _coordinated(context.text, (_yuan(context, found) for found in _CNY.finditer(context.text)))


def percentages_zh(context: Context) -> Iterator[Fact]:
    """Percentages of a Chinese document."""
    for found in _PERCENT.finditer(context.text):
        fact = _percentage(context, found)
        if fact:
            yield fact


def _yuan(context: Context, found: re.Match[str]) -> Fact | None:
    value: str | int | float | None
    if found["low"]:
        high_scale = found["highscale"]
        low, high = number(found["low"], found["lowscale"] or high_scale), number(found["high"], high_scale)
        value = f"{low}-{high}" if low < high else None
    elif found["words"]:
        value = any_number(found["words"])
    else:
        value = number(found["n"] or found["n2"] or found["n4"], found["scale"] or found["scale2"] or found["scale4"])
    if value is None:
        return None
    if found["n4"] and not _is_money_context(context, found):
        return None
    if re.search(r"[（(](?:不)?含\s?$", context.text[max(0, found.start() - 4) : found.start()]):
        return None
    per = next((found[name] for name in ("per", "per1", "per3") if found[name]), "")
    where = context.around(found.start(), found.end())
    role = amount_role(_words(where), per)
    if role == "subsidy_max" and re.search(r"总额|总量", where.before[-20:]) and isinstance(value, int) and value >= _POOL:
        role = "budget"
    if role == "limit" and re.search(AID, where.before[-70:]) and not re.search(r"提取|贷|优惠|缴.{0,10}$", where.before[-24:]):
        role = "subsidy_max"
    return Fact(
        "amount",
        value,
        found.group(),
        found.start(),
        found.end(),
        role,
        _unit("CNY", per),
        _condition(where),
        1.0 if role else 0.5,
    )


def _coordinated(text: str, amounts: Iterable[Fact | None]) -> Iterator[Fact]:
    """ "增加10万元/单职工、20万元/双职工": the second of a pair has the role of the first."""
    last: Fact | None = None
    for amount in amounts:
        if amount is None:
            continue
        between = text[last.end : amount.start] if last else ""
        if last and last.role not in (None, "old_value", "new_value") and len(between) <= 10 and _PAIRED.fullmatch(between):
            amount = replace(amount, role=last.role, confidence=last.confidence)
        yield amount
        last = amount


def _is_money_context(context: Context, found: re.Match[str]) -> bool:
    """ "由60万提高至80万": a scale without 元 is money only in a sentence about money."""
    where = context.around(found.start(), found.end())
    return bool(re.search(r"额度|贷款|补贴|资金|金额|元", where.sentence))


def _percentage(context: Context, found: re.Match[str]) -> Fact | None:
    value: str | int | float | None
    ranged = f"{number(found['low'])}-{number(found['high'])}" if found["low"] else None
    value = ranged or any_number(found["n"] or found["words"])
    if value is None:
        return None
    where = context.around(found.start(), found.end())
    role = percentage_role(_words(where))
    return Fact(
        "percentage", value, found.group(), found.start(), found.end(), role, "%", _condition(where), 1.0 if role else 0.5
    )


def _words(where: Surroundings) -> Words:
    before = re.split(r"[,，。；;:：](?!\d)", where.before[-70:])[-1]
    after = re.split(r"[,，。；;、](?!\d)", where.after[:40])[0]
    return Words(before, after, before + "#" + after)


def _unit(currency: str, per: str) -> str:
    names = {
        "人": "person",
        "户": "household",
        "家": "firm",
        "年": "year",
        "月": "month",
        "日": "day",
        "天": "day",
        "次": "time",
        "套": "home",
        "亩": "mu",
        "吨": "tonne",
    }
    parts = [
        names.get(part, part) for part in re.findall(r"平方米|平米|㎡|人次|学期|学年|[人户家年月日天次吨亩套辆生台名个]", per)
    ]
    return "/".join([currency, *parts])


def _condition(where: Surroundings) -> str | None:
    """The clause that a figure is said under, when it is short enough to read."""
    clause = re.split(r"[,，。；;:：](?!\d)", where.before[-40:])[-1].strip(" 、(（")
    return clause if 2 <= len(clause) <= 24 and not clause[0].isdigit() else None
