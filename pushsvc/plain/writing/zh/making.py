"""Sentences that stand by themselves, made of one statement: what is the case, with for whom and when before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.zh.banning import bans_within_bounds, bound_told, names_bound
from pushsvc.plain.writing.zh.clauses import Clause, clauses, period_said
from pushsvc.plain.writing.zh.eligible import core_told, is_core
from pushsvc.plain.writing.zh.framing import for_whom_and_when, is_reason, period_sentence, window_sentence
from pushsvc.plain.writing.zh.listing import LISTED, enumerated, if_stands_alone, rates
from pushsvc.plain.writing.zh.made import Made
from pushsvc.plain.writing.zh.pieces import in_pieces
from pushsvc.plain.writing.zh.runs import runs
from pushsvc.plain.writing.zh.saying import one_sentence
from pushsvc.plain.writing.zh.standing import stands_alone, stands_whole
from pushsvc.plain.writing.zh.statements import Statement

#: Words without which a figure says nothing when its heading is left out.
_OF_WHAT = re.compile(r"\d万?元|补|奖|费|标准|额|给予|缴|收|租|贷|每[人户]|截止|时间")
#: Headings that say what a rule without a subject is about.
_HEADS = re.compile(r"^[^，。：]{0,6}(?:标准|额度|金额|比例|期限|时间|方式|渠道|程序|流程)$")
_AREA = re.compile(r"(?:停[水电气暖]|影响|施工|封闭|管制|限行|改道|断路)(?:范围|区域|路段)")
_FOR_WHOM = re.compile(r"对象|条件|范围|资格|(?:补贴|发放|活动|执行|实施|政策|购房|申请|申报)(?:时间|期限)")
#: 申报时间是：, before a period.
_TIME_OF = re.compile(
    r"(?:申报|申请|报名|受理|办理|缴费|活动|办公|领取|考试|登记|公示|投票|接种)?(?:时间|日期|期限)(?=(?:是|为)?$)"
)
_HOUR = r"(?:[上下]午|晚上|每[天日])?\s?\d{1,2}[:：时点]\d{0,2}分?(?:-|—+|－|~|～|至|到)(?:[上下]午)?\d{1,2}[:：时点]\d{0,2}分?"
_DAYS_AND_HOURS = re.compile(
    rf"^(?P<days>[^,，。;；]{{0,4}}\d[^,，。;；:：]*?日(?:[（(][^（()）\d]{{1,12}}[）)])?)[,，（(]?(?P<hours>{_HOUR}(?:[,，、;；]?{_HOUR})+(?:[,，](?:节假日|周末|周六|法定)[^，。（()）]{{2,12}})?)[）)]?[。；;]?$"
)
#: What makes a promise less than a promise, and an exception: not told without it.
_HEDGES = re.compile(
    r"引导|鼓励|探索|力争|争取|暂定|原则上|拟(?!定)|除[^，。]{1,30}外|情节(?:较轻|严重|特别严重)|逾期|未按|拒不"
)
#: 为提高…水平，体现…的关怀，我区对…: the rest of what it is for goes with its beginning.
_PURPOSE_GOES_ON = re.compile(
    r"^(?:体现|保障|提升|提高|促进|推动|维护|减轻|改善|丰富|满足|弘扬|营造|激发|释放|优化|规范|保护|加强|增强|降低|预防|防止)[^，,。；;\d]{2,40}[，,](?=(?:我|本)[区市县镇省州]|[现经特自从对])"
)
#: Clauses of one statement that are looked at.
_MOST_CLAUSES = 20


def made_of(statement: Statement) -> Iterator[Made]:
    """What can be told of one statement, in ways that each stand by themselves and leave out nothing that narrows them."""
    found: dict[tuple[str, ...], Made] = {}
    for made in _made(statement):
        if made.sentences not in found or made.alone:
            found[made.sentences] = made
    return (made for made in found.values() if not _hedge_lost(statement.text, made))


def _made(statement: Statement) -> Iterator[Made]:
    if names_bound(statement.label or statement.heading):
        name = statement.label or statement.heading
        # Where the heading's own word stands too far from what it is of, the bare name is told.
        ways = (bound_told(name, statement.text), bound_told(name[-2:], statement.text))
        yield from (Made(statement, 0, each) for each in ways if each)
        return
    if statement.part and is_core(statement.text) and (told := core_told(statement.text)):
        yield Made(statement, 0, told)
        return
    if bans_within_bounds(statement.text):
        if whole := one_sentence("", statement.text.replace(",", "，")):
            yield Made(statement, 0, (whole,))
        return
    listed = LISTED.match(statement.text)
    if listed:
        yield from rates(statement, listed["name"], listed["said"])
        return
    parts = clauses(statement.text)[:_MOST_CLAUSES]
    while parts and is_reason(parts[0]) and len(parts) > 1 and not parts[1].goes_on:
        parts = parts[1:]
        if parts[0].role == "main":
            parts = [Clause(_PURPOSE_GOES_ON.sub("", parts[0].text), "main"), *parts[1:]]
    if not parts or (parts[0].goes_on and len(parts) > 1):
        return
    said = "".join(part.text for part in parts)
    whole = one_sentence(statement.label, said)
    if whole:
        says = parts[-1].role in ("main", "period") or bool(statement.label)
        alone = says and stands_alone(whole, before="")
        if alone or ((says or parts[-1].role == "leaning") and stands_whole(whole)):
            yield Made(statement, 0, (whole,))
        elif _HEADS.search(statement.heading) and stands_whole(named := one_sentence(statement.heading, said) or "："):
            yield Made(statement, 0, (named,))  # 补贴标准：按每个岗位2000元标准，给予补贴。
        if alone:
            bare = one_sentence("", said) if statement.label and parts[-1].role == "main" and _OF_WHAT.search(said) else ""
            if bare and stands_alone(bare, before=""):
                yield Made(statement, 0, (bare,))
            if sum(part.role == "main" for part in parts) < 2:
                return
    else:
        yield from _hours(statement)
    if _AREA.fullmatch(statement.heading) and not (whole and statement.label):
        # 停水范围: each item is told under it; what it includes is told where it fits.
        yield from (Made(statement, 0, (said,)) for said in (_area(statement, parts, said),) if said)
    if all(part.role != "main" for part in parts):
        yield from _names(statement, parts)
        return
    if not whole and (window := window_sentence(parts[0])):
        yield Made(statement, 0, (window,))
    if not whole:
        yield from in_pieces(statement, parts)
    for start, part in enumerate(parts):
        if part.role == "main":
            yield from runs(statement, parts, start)
        elif part.role == "period" and start == len(parts) - 1:
            asked = _TIME_OF.search(parts[start - 1].bare) if start else None
            if asked:
                yield Made(statement, start, (one_sentence(asked.group(), period_said(part)),))
    if len(parts) == 1 and len(parts[0].bare) >= SENTENCE_CHARACTERS:
        yield from enumerated(statement, parts[0])


def _area(statement: Statement, parts: Sequence[Clause], whole: str) -> str:
    """停水范围：…。: all of an item where it fits, else what stands before 包括."""
    if said := one_sentence(statement.heading, whole):
        return said
    return one_sentence(statement.heading, parts[0].bare) if len(parts) > 1 and parts[1].text.startswith("包括") else ""


def _hours(statement: Statement) -> Iterator[Made]:
    """领取时间：3月11日至13日上午8:30-11:00，下午14:00-16:30: the days, then all the hours of each, both under the label."""
    timed = _DAYS_AND_HOURS.match(statement.text) if statement.label else None
    if timed is None:
        return
    days, hours = (one_sentence(statement.label, timed[name]) for name in ("days", "hours"))
    if days and hours:
        yield Made(statement, 0, (days, hours))


def _names(statement: Statement, parts: Sequence[Clause]) -> Iterator[Made]:
    """Under 集中缴费期 a period, under 参保对象 or 受理条件 those whom it is for: told without a verb."""
    if len(parts) == 1 and parts[0].role == "period":
        yield from if_stands_alone(
            statement, 0, (), one_sentence(statement.label, period_said(parts[0])) or period_sentence(parts[0])
        )
    elif _FOR_WHOM.search(statement.label or statement.heading):
        told = for_whom_and_when(parts)
        if told:
            yield Made(statement, 0, told)


def _hedge_lost(text: str, made: Made) -> bool:
    """Is 引导, 原则上 or 除…外 said before what is told, and left out?"""
    # What was made shorter is looked for by its end: 至2026年12月31日 is told as 至12月31日.
    ends = (
        text.find(last) + len(last)
        for length in ((10, 7) if made.sentences[-1].endswith("日。") else (10,))
        if (last := made.sentences[-1][-length:-1]) in text
    )
    return any(found.group() not in made.text for found in _HEDGES.finditer(text[: next(ends, len(text))]))
