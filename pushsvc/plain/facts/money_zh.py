"""Amounts in Chinese documents, each with the role that the words around it prove, and the case that it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.clauses_zh import Clause, clause_of
from pushsvc.plain.facts.conditions_zh import condition_of
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.cues import NOTHING, cue_of, role_by_head
from pushsvc.plain.facts.money_found_zh import Money, amounts_in
from pushsvc.plain.facts.money_roles_zh import AMOUNT_CUES, HEAD_CUES
from pushsvc.plain.facts.money_words_zh import AID, CAP
from pushsvc.plain.facts.numerals import NUMBER, number
from pushsvc.plain.facts.rewritten_zh import rewritten, role_of_change
from pushsvc.plain.facts.series_zh import side_by_side, spread

#: A "total" of this many yuan is what all receive together, not what one can get.
_POOL = 1_000_000
#: Nobody is given so much alone: it was lent or paid out to all.
_FORTUNE = 100_000_000
#: Roles that go on to the next of a list that says nothing else.
_LISTED = frozenset({"subsidy", "subsidy_max", "fee", "standard", "increment", "loan_max", "limit", "other"})
#: What a sum is per: 每人, 每个孩子, 每餐, 每台; no word of giving, taking or bounding.
_EACH = (
    r"每(?:一|个)?(?:学年|学期|平方米|立方米"
    r"|(?:(?![补奖给发最不按增资收缴交支领享限费达低高超约仅需应可为是的共在予扣减提贴助罚付安投])[\u4e00-\u9fff]){1,3}?)"
)
_PER_BEFORE = re.compile(rf"(?:{_EACH}(?:[（(][^（()）]{{1,10}}[）)])?){{1,3}}$")
#: 每台补贴5000元, 每人每月最高不超过300元: between what it is per and the sum stands what is done.
_PER_AND_DEED = re.compile(
    rf"(?P<per>(?:{_EACH}){{1,3}}|每[头只台套辆件张名位间亩株棵](?=[\u4e00-\u9fff]{{2,8}}(?:给予|发放|补|奖|收)))"
    r"[\u4e00-\u9fff]{0,8}?(?:最高|最多|可|应|再|额外|一次性|均|将)*"
    r"(?:给予|予以|享受|领取|发放|补贴|补助|奖励|资助|补|奖|收取|收费|收|缴纳|缴|交纳|交|支付|增加|减免|优惠|不超过|不得超过|不高于|不低于)"
    r"[\u4e00-\u9fff]{0,8}$"
)
_UNITS = {
    "人": "person", "户": "household", "家": "firm", "年": "year", "月": "month", "日": "day", "天": "day", "次": "time",
    "套": "home", "亩": "mu", "吨": "tonne", "平方米": "m2", "平米": "m2", "㎡": "m2", "m2": "m2", "m²": "m2", "立方米": "m3",
}  # fmt: skip
_UNIT = re.compile(r"[（(](?:单位[:：]\s?)?(?:人民币)?(?P<scale>[万亿千百])?元(?P<per>[/／][^（()）]{1,8})?[）)]")
_BARE = re.compile(rf"(?:(?P<low>{NUMBER})\s?[-—~～至]\s?)?(?P<n>{NUMBER})")
_COUNTS = re.compile(r"序号|编号|数量|人数|张数|户数|面积|年|比例|电话|[%％]|名额|套数|日期|时间")
#: "连续补贴三年,合计3万元": what one gets in all, as long as it is no pool.
_SUM = re.compile(r"(?:合计|共计|总计|总额)[^,，。；;\d]{0,10}$")
#: "10万元（含）至20万元的，补贴8000元": the band that the sum behind it is for.
_BAND = re.compile(r"^(?:之间|区间)?的[,，](?=[^,，。；;]{0,14}(?:补贴|补助|奖励|给予|发放|资助|按|收取|减|返))")
_INCLUDED = re.compile(r"[（(,，、]\s?不?含\s?$")


def yuan_amounts(context: Context) -> Iterator[Fact]:
    """The amounts of a document in the order of their places."""
    printed = [
        money for money in amounts_in(context.text) if not _INCLUDED.search(context.text[max(0, money.start - 5) : money.start])
    ]
    found = sorted([*printed, *_in_cells(context)], key=lambda money: money.start)
    groups = side_by_side(context.text, found)
    clauses = [clause_of(context, group[0].start, group[-1].end) for group in groups]
    roles = [_role(clause, group) for clause, group in zip(clauses, groups, strict=True)]
    roles = spread(context.text, groups, roles, _LISTED)
    under = [role_by_head(HEAD_CUES, clause) if role is None else role for clause, role in zip(clauses, roles, strict=True)]
    # What a head says of the first entry of a list holds for the next ones: "登记费：住宅80元；非住宅550元".
    roles = spread(context.text, groups, under, _LISTED)
    changes = rewritten(context.text)
    for group, role in zip(groups, roles, strict=True):
        role = role_of_change(changes, group[0].start) or role
        for place, money in enumerate(group):
            yield _fact(context, money, role, place, len(group))


def _in_cells(context: Context) -> Iterator[Money]:
    """Bare numbers of a table whose column, or whose caption, says that they are yuan: "金额（万元）"."""
    for placed in context.cells:
        cell = placed.cell
        unit = _UNIT.search(f"{cell.column_head or ''} {placed.caption or ''}") if not cell.is_head else None
        number_only = _BARE.fullmatch(cell.text) if unit else None
        if unit and number_only and not _COUNTS.search(cell.column_head or ""):
            low, high = number_only["low"], number(number_only["n"], unit["scale"])
            value = f"{number(low, unit['scale'])}-{high}" if low else high
            yield Money(value, cell.start, cell.end, unit["per"] or "")


def _role(clause: Clause, group: Sequence[Money]) -> str | None:
    cue = cue_of(AMOUNT_CUES, clause)
    role = cue.role if cue else None
    if role not in ("fine", "threshold") and isinstance(group[-1].value, str) and _BAND.search(clause.following):
        return "threshold"
    if role == "subsidy" and _most(group) >= _FORTUNE:
        return "budget" if re.search(rf"资金|{AID}", clause.clause) else NOTHING
    if role == "subsidy" and _most(group) >= _POOL and re.search(r"券|红包", clause.clause):
        return "budget"
    if role == "subsidy_max" and re.search(r"总额|总量", clause.before) and _most(group) >= _POOL:
        return "budget"
    if role == "budget" and _most(group) < _POOL and _SUM.search(clause.before):
        about = clause.sentence + clause.after + clause.previous
        if re.search(CAP, clause.before) and re.search(r"提取|报销限额|支取", clause.sentence):
            return "limit"
        given = "subsidy_max" if re.search(CAP, clause.before) else "subsidy"
        return given if re.search(AID, about) else None
    return role


def _most(group: Sequence[Money]) -> float:
    return max((float(money.value) for money in group if not isinstance(money.value, str)), default=0.0)


def _fact(context: Context, money: Money, role: str | None, place: int, of: int) -> Fact:
    """ "每人每月300元" is printed with what it is per, where that stands at its side."""
    start, end = money.shown or (money.start, money.end)
    before = context.text[max(0, start - 40) : start]
    per = _PER_BEFORE.search(before)
    deed = None if per or money.per else _PER_AND_DEED.search(before)
    start -= len(per.group()) if per else 0
    return Fact(
        "amount",
        money.value,
        context.text[start:end],
        start,
        end,
        role or None,
        _unit(money.currency, (per.group() if per else deed["per"] if deed else "") + money.per),
        condition_of(context, start, place, of),
        1.0 if role else 0.5,
    )


def _unit(currency: str, per: str) -> str:
    parts: list[str] = []
    for each in re.split(r"(?=每)", per):
        known = re.findall(
            r"平方米|立方米|平米|㎡|m2|m²|人次|学期|学年|[人户家年月日天次吨亩套辆间生台名张件例孩]|个(?!月)", each
        )
        parts += known or re.findall(r"^每(?:一|个)?([\u4e00-\u9fff]{1,3})", each)
    return "/".join([currency, *(_UNITS.get(part, part) for part in parts)])
