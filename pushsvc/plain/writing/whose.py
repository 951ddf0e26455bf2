"""Which sums are those of the people whom a Chinese title addresses.

A line that is read alone (headline, SMS, a template's slot) tells no sum of a drug, a builder or an office. When it is not
clear whose a sum is, none is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain.writing.figures import says_its_unit

#: Roles of sums that people get, borrow or pay, in the order in which they want to know them.
_ROLES = ("subsidy_max", "subsidy", "loan_max", "new_value", "increment", "fee", "standard", "limit")
SUBSIDIES = frozenset({"subsidy_max", "subsidy"})
#: Words that say that a sum is somebody else's, or of something beside the matter; not where the title has them.
_OTHERS = re.compile(
    r"营销|开发公司|开发企业|房企|中介|经纪|机构|孵化|载体|运营单位|用人单位|企业|银行|物业|工作人员|荣誉|营收|投资额|纳税|注册资本|保证金|竞买|出让"
    r"|车位|车库|商铺|商业用房|写字楼|办公|非住宅|公寓|储藏|家电|每件|家具|装修|耗材|床位|评估|鉴定|药|设备|例如|比如|假设|罚|公示|不足|示范|设施|星级|评定|优秀|等级|运营经费|服务奖励|活动经费"
)
#: Words that narrow a sum to some of the readers; not where the title has them.
GROUP = re.compile(
    r"(?:二孩|三孩|多孩|多子女)(?:及以上)?(?:家庭)?|[二三]胎|博士(?:研究生)?|硕士(?:研究生)?|本科(?:毕业)?生?|(?:大专|高校|大学)?毕业生"
    r"|(?:[A-Z一二三四五]类?)?人才(?!房|公寓|办|工作|领导)|职称|技师|退役军人|现役军人|农村[^，。]{0,4}人口|农民工?|进城|务工人员|环卫工人|残疾人|老年人|\d+周岁|[一二三四五六]级"
    r"|产业工人|迁入|转移|外地|低保|特困人员|重度|困难|孤儿|烈士|教师|医护|消防|青年|港澳|房票|危房"
    r"|居民参保人员|职工参保人员|第[一二三四五]类|[一二三四五]类|全款"
)
_KINDS = {
    "children": re.compile(r"孩|子女|胎"),
    "talent": re.compile(r"人才|博士|硕士|本科|毕业|职称|技师|青年|硕博|研究生"),
    "class": re.compile(r"[一二三四五六]类|[一二三四五六]级|周岁"),
}
#: Kinds of which the highest sum is a cap; the word for all of the kind, where a line must say it.
_PARALLEL = frozenset({"", "talent", "class"})
_ALL_OF = {"talent": "人才"}
#: A group that has no short name: its sum stands in no line.
UNNAMED = "…"
_RULES = re.compile(r"(?:条例|法)(?:[（(][^）)]*[）)])?$")
_WHOLE_GROUP = re.compile(r"(?:家庭|人|生|才|工|员|者|博士|硕士)$")
_ABOUT_MONEY = re.compile(r"标准|补贴|补助|津贴|价|(?<!免)费|奖励|工资|待遇|票|消费券|额度|限额|基数|养老金|救助金")
#: Roles of sums that say nothing where the title does not name what they are of.
_OF_A_TITLE = frozenset({"limit", "standard", "new_value"})
_ABOUT_LIMITS = re.compile(r"限额|额度|提取|报销|标准|费|价|工资|公积金|贷款|补贴|补助|津贴|养老金|房地产|住房消费|市场")
_BREAK = re.compile(r"[。；;！!？?\n]")
#: How far before a figure its sentence is looked at.
_LOOK_BACK = 160
_LONGEST_HEADING = 30
#: A sum below this that is not per anything is an example or a symbol.
_LEAST_SUM = 2


@dataclass(frozen=True)
class Sum:
    """The sum of the reader. `highest` marks the highest of parallel sums; `group` names those who alone get it.

    `beside` is the sum of a second group, with its name, where there are just two.
    """

    fact: Fact
    role: str | None
    highest: bool = False
    group: str = ""
    beside: tuple[Fact, str] | None = None


def scope(reading: Reading, fact: Fact) -> str:
    """The words of the source before a fact, from where its sentence begins."""
    text = reading.source_text
    before = text[max(0, fact.start - _LOOK_BACK) : fact.start]
    return _BREAK.split(before)[-1]


def reader_sum(reading: Reading, facts: Sequence[Fact]) -> Sum | None:
    """The one sum that the title's reader gets or pays; of parallel ones the highest; None when unsure."""
    found = reader_sums(reading, facts)
    return found[0] if found else None


def reader_sums(reading: Reading, facts: Sequence[Fact]) -> list[Sum]:
    """The sums that a line may tell, the best first: those for every reader before those for a group that is named."""
    if _RULES.search(reading.title) or re.search(r"\d万?元", reading.title):
        return []  # A law has many sums, and a title that says its own needs no other.
    mine = [fact for fact in facts if fact.kind == "amount" and _is_readers(reading, fact)]
    only = len({fact.value for fact in facts if fact.kind == "amount" and fact.role in _ROLES}) == 1
    # The one sum of a document is what its title is about, whoever gets it.
    groups = {id(fact): "" if only else _group(reading, fact) for fact in mine}
    told = {id(fact): _told_role(reading, fact) for fact in mine}
    found = []
    for named in (False, True):
        for role in _ROLES:
            pool = [fact for fact in mine if told[id(fact)] == role and bool(groups[id(fact)]) == named]
            if pool:
                found += [*_two_groups(pool, role, groups), *_of(pool, role, groups, reading.title)]
    return found or _without_role(reading, facts)


def _without_role(reading: Reading, facts: Sequence[Fact]) -> list[Sum]:
    """The one or two sums without a role of a title that is about money, where there are no others."""
    sums = {fact.value: fact for fact in reversed(facts) if fact.kind == "amount" and says_its_unit(fact)}
    told = sorted(sums.values(), key=lambda fact: fact.start)
    if not 1 <= len(told) <= 2 or any(fact.role is not None for fact in told) or not _ABOUT_MONEY.search(reading.title):
        return []
    if any(foreign(_OTHERS, scope(reading, fact), reading.title) for fact in told):
        return []
    return [Sum(told[0], None, beside=(told[1], "") if len(told) > 1 else None)]


def _two_groups(pool: Sequence[Fact], role: str, groups: dict[int, str]) -> list[Sum]:
    """Each of two groups with its own sum: 二孩家庭 and 三孩家庭."""
    if role != "subsidy" or len(pool) != 2 or pool[0].unit != pool[1].unit or pool[0].value == pool[1].value:
        return []
    one, other = (groups[id(fact)] for fact in pool)
    if one == other or not all(_WHOLE_GROUP.search(group) for group in (one, other)):
        return []
    return [Sum(pool[0], role, group=one, beside=(pool[1], other))]


def _of(pool: Sequence[Fact], role: str, groups: dict[int, str], title: str) -> list[Sum]:
    """One sum of those with one role: the only one, else the highest of parallel ones."""
    first = pool[0]
    alike = [fact for fact in pool if fact.unit == first.unit]
    values = {fact.value for fact in alike}
    highest = max(alike, key=lambda fact: _upper(fact.value))
    named = {groups[id(fact)] for fact in alike}
    if len(values) == 1:
        return [Sum(first, role, group=groups[id(first)] if len(named) == 1 else UNNAMED)]
    if role in ("fee", "limit", "standard", "new_value"):
        return []
    kinds = {kind_of(group) for group in named if group != UNNAMED or len(named) == 1}
    if len(kinds) > 1 or not kinds & _PARALLEL:
        return []  # Sums of unlike groups are no one benefit.
    return [Sum(highest, role, highest=True, group=groups[id(highest)] if len(named) == 1 else _all_of(kinds.pop(), title))]


def _all_of(kind: str, title: str) -> str:
    """The word for all groups of a kind, where the title does not say it."""
    return "" if kind not in _ALL_OF or _KINDS[kind].search(title) else _ALL_OF[kind]


def kind_of(group: str) -> str:
    """Which kind of group a word narrows to; empty for all readers."""
    return next((kind for kind, words in _KINDS.items() if words.search(group)), group)


def _upper(value: object) -> float:
    return max(float(part) for part in str(value).split("-") if part) if re.match(r"[\d.]+(?:-[\d.]+)?$", str(value)) else 0.0


def _told_role(reading: Reading, fact: Fact) -> str | None:
    """A limit of loans that is raised is the most that one may borrow."""
    if fact.role in ("new_value", "limit") and re.search(r"贷款[^，。]{0,6}额度|可贷额度", scope(reading, fact)):
        return "loan_max"
    return fact.role


def _is_readers(reading: Reading, fact: Fact) -> bool:
    if fact.role not in _ROLES or not says_its_unit(fact):
        return False
    if fact.role in _OF_A_TITLE and not _ABOUT_LIMITS.search(reading.title):
        return False
    if not fact.unit or ("/" not in fact.unit and _upper(fact.value) < _LEAST_SUM):
        return False
    return not is_others(reading, fact)


def is_others(reading: Reading, fact: Fact) -> bool:
    """Does the document say that a sum is somebody else's, or of something beside the matter?"""
    said = scope(reading, fact)
    return bool(foreign(_OTHERS, f"{_heading(reading, fact.start - len(said))}{said}{fact.condition or ''}", reading.title))


def _heading(reading: Reading, start: int) -> str:
    """The short line above a line that starts at `start`: it says what the sums below it are of."""
    before = reading.source_text[max(0, start - _LOOK_BACK) : start]
    above = before.rstrip().rpartition("\n")[2] if before.endswith("\n") else ""
    return above if len(above) <= _LONGEST_HEADING and not above.endswith(("。", "；", ";")) else ""


def _group(reading: Reading, fact: Fact) -> str:
    """The last word that narrows a sum to a group which the title does not name; a row of a table is always of a group."""
    said = scope(reading, fact)
    # Behind the sum of another group only the words since then are of this one: 二孩家庭2万元、三孩家庭3万元.
    words = foreign(GROUP, said.rpartition("元")[2], reading.title) or foreign(GROUP, said, reading.title)
    if words:
        return words[-1] if len({kind_of(word) for word in words}) == 1 else UNNAMED
    after = reading.source_text[fact.end : fact.end + 4]
    if " | " in scope(reading, fact) or " |" in after:
        return fact.condition or UNNAMED
    return next(iter(foreign(GROUP, fact.condition or "", reading.title)), "")


def foreign(pattern: re.Pattern[str], said: str, title: str) -> list[str]:
    return [found.group() for found in pattern.finditer(said) if found.group() not in title]
