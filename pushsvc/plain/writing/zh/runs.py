"""What begins with one clause of a statement and stands by itself: alone, or with the clauses after it as far as they fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pushsvc.plain.writing.zh.clauses import Clause
from pushsvc.plain.writing.zh.framing import FIGURE, frame_of, framed
from pushsvc.plain.writing.zh.made import Made
from pushsvc.plain.writing.zh.readers import begins_with_a_verb, says_of_whom, subject_of
from pushsvc.plain.writing.zh.saying import BEGINS, SHORTEST, STOP, one_sentence
from pushsvc.plain.writing.zh.standing import stands_alone
from pushsvc.plain.writing.zh.statements import Statement

_MOST_RUN = 4
#: Between the case and what then holds, when something else has been done.
_FIRST_DONE = re.compile(r"[后前时](?:[，,]|$)|(?<!可)(?<!可以)申请")
_BARE_SUM = re.compile(r"\d[\d.,]*\s?(?:万?元|[%％])(?:/\S{1,4})?")
_CAP_OF_IT = re.compile(
    r"且?(?:(?!每)[\u4e00-\u9fff]{2})?(?:补贴|补助|奖励|资助|贴息)?(?:资金|金额|额度|总额|标准)?(?:最高|累计)?不(?:得)?超过"
)
_FORBIDS = re.compile(r"不得|禁止|严禁|不准|不许")
_SAYS_ITSELF = re.compile(r"不得|禁止|严禁|(?<![相供适响对反])应(?!届)|可(?!支配)|须|给予|予以|享受")
#: 发布预警信号：预计…, 调整价格：第一阶梯…: what stands behind says what it is.
_SAYS_BY_ITSELF = re.compile(r"发布|公布|调整|提高|降低|通知|提醒|明确|决定|实施|开展|推出|出台")
#: What becomes of those who are late takes nothing back.
_TOO_LATE = re.compile(
    r"(?:逾期|过期|超期|超过(?:规定)?(?:的?(?:期|时)限|时间)|未按(?:时|期|规定))[^，,]{0,12}(?:的|不|视|人员|者)"
)
#: What offices are to see to.
_OFFICES_AIM = re.compile(r"(?:并|且)?(?:确保|力争|切实|认真|扎实|保证|保质保量|按时完成|如期完成|全力)")
#: 单位费率…, 其中个人缴费比例…: one side of a rate that is named before.
_A_SHARE = re.compile(r"(?:其中)?(?:单位|个人|企业)(?:费率|缴费(?:比例|部分)|承担)")
#: 护理补贴不低于300元: the second figure of a group that is named before the first.
_BOUND_RATE = re.compile(r"(?:(?!其中)[\u4e00-\u9fff]){2,12}(?:不低于|不高于|不少于)\d")
#: 4月27日21时至4月29日5时，对某镇停止供水: when and where; who does it needs no saying.
_CUTS_OFF = re.compile(
    r"(?:将)?对[^，,。]{3,}(?:停止供[水电气]|停[水电气暖]|(?:进行|实施|实行)[^，,。]{0,8}(?:冲洗|检修|抢修|维修|改造|封闭|管制|施工))"
)
_OWN_DAY = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日")
#: A deed that is no rule, where another clause says what then holds.
_A_CASE = re.compile(r"(?:购买|首次|再次|第[一二]次|购房|租赁|出售|转让|取得|符合)[^，]*$")
#: A case that has not ended.
_OPEN_CASE = re.compile(r"^(?:已|尚|如|若|凡|因|且已|并已)")


def runs(statement: Statement, parts: Sequence[Clause], start: int) -> Iterator[Made]:
    """What begins with the clause `start`: alone, and with as many of the clauses after it as fit."""
    frame = frame_of(parts, start)
    first_main = next(index for index, part in enumerate(parts) if part.role == "main")
    part = parts[start]
    head = parts[start - 1].text.rstrip() if start and parts[start - 1].role == "main" else ""
    if head.endswith((":", "：")) and not _SAYS_BY_ITSELF.search(head):
        return  # 第二次申请贷款：单方缴存的，…: what stands before the colon says of what it is.
    among = part.text.startswith("其中") and len(part.bare) > SHORTEST
    more = (
        bool(frame)
        and part.text.startswith(("并", "且"))
        and not part.text.startswith(("并经", "并由", "并在", "并按", "并向"))
    )
    leaning = part.leans_forward or part.goes_on or (start > 0 and parts[start - 1].text.startswith("其中"))
    if start > first_main and not (among or more) and leaning:
        return
    if part.only_a_cap or (start > first_main and part.takes_back and not among and not part.text.startswith("不得")):
        return
    if (
        start > first_main
        and frame
        and any(_FIRST_DONE.search(one.text) for one in parts[first_main:start] if one.role == "main")
    ):
        return
    if start > first_main and _CAP_OF_IT.match(part.bare):
        return  # 按购房款的1.5%给予补贴，补贴最高不超过3万元: the cap goes with what it caps.
    if start > first_main and _A_SHARE.match(part.bare):
        return  # 失业保险费率再降1个百分点，单位费率由1.5%降至0.5%: of which insurance stands before it.
    if start > first_main and _OFFICES_AIM.match(part.text):
        return  # 城乡低保对象提标要在8月完成，确保按时完成任务: whoever the first clause names is not who has to do it.
    if start > first_main and _BOUND_RATE.match(part.bare) and FIGURE.search(parts[start - 1].bare):
        return  # 集中供养标准1200元，护理补贴不低于300元: whose it is stands before it.
    if start and _OWN_DAY.match(part.bare) and any(one.role == "period" for one in frame):
        return  # 8月26日-27日，发放通知书，9月1日上课: what has its own day is not told under the first one's.
    if start > first_main and _BARE_SUM.fullmatch(part.bare):
        return  # 6个月至1年，10万元: the sum alone would read as if it held for all.
    who = ""
    if start > first_main and not among and not frame and (part.verb_first or begins_with_a_verb(part.bare)):
        # 出租人不得涨价，不得扣押金: whoever the first clause names is meant in the second too.
        forbidden = any(_FORBIDS.search(one.text) for one in parts[first_main:start])
        if forbidden and not _SAYS_ITSELF.search(part.text):
            return  # 不得收费，拒绝服务: what is forbidden too would read as what is done.
        who = subject_of(parts[first_main].text)
        if not who or any(one.role != "main" for one in parts[first_main:start]):
            return
    for end in range(start + 1, min(len(parts), start + _MOST_RUN) + 1):
        if end > start + 1 and parts[end - 1].role != "main":
            break
        if end < len(parts) and _OPEN_CASE.match(parts[end - 1].text):
            continue
        following = parts[end] if end < len(parts) and parts[end].role == "main" else None
        if end > start + 1 and _OWN_DAY.match(parts[end - 1].bare) and any(one.role == "period" for one in frame):
            break
        leans = following is not None and (following.leans_forward or following.verb_first or following.goes_on)
        if leans and (parts[end].text.startswith("与") or not any(one.says_of_somebody for one in parts[start:end])):
            continue  # 上浮政策，与…不叠加使用: a name or a case that the next clause says something of.
        said = any(one.says_of_somebody or one.has_predicate for one in parts[start:end])
        if following is not None and not said and _A_CASE.search(parts[end - 1].bare):
            continue  # 职工购买二手房，首付比例为30%: the first clause is no rule.
        pair = following is not None and bool(_BOUND_RATE.match(following.bare) and FIGURE.search(parts[end - 1].bare))
        tail = _tail(parts, end) if leans or pair or (following is not None and following.takes_back) else ""
        # What narrows the words before it is told with them, as a sentence of its own at most.
        alone = end == len(parts) or not (pair or parts[end].takes_back) or bool(_TOO_LATE.match(parts[end].text))
        run = who + BEGINS.sub("", "".join(one.text for one in parts[start:end]))
        case = tuple(one.bare for one in frame)
        named = (
            not case or any(one.role != "period" for one in frame) or says_of_whom(BEGINS.sub("", run)) or _CUTS_OFF.match(run)
        )
        for sentences in framed(statement, frame, run) if named else ():
            if stands_alone(sentences[-1], before="".join(sentences[:-1])):
                only = one_sentence("", run) if case else ""
                bare = (only,) if only and stands_alone(only, before=sentences[0]) else ()
                yield from [Made(statement, start, sentences, case, bare)] if alone else []
                says = any(one.says_of_somebody for one in parts[start:end])
                if tail:
                    behind = _with_tail(bare, tail, apart=says) if bare else ()
                    yield Made(statement, start, _with_tail(sentences, tail, apart=says), case, behind)


def _tail(parts: Sequence[Clause], start: int) -> str:
    """What goes on from the sentence before it, as a sentence right behind it: 最高不超过2万元。"""
    for end in range(min(len(parts), start + 2), start, -1):
        whole = all(part.role == "main" for part in parts[start:end])
        said = one_sentence("", BEGINS.sub("", "".join(part.text for part in parts[start:end]))) if whole else ""
        goes_on = end < len(parts) and parts[end].takes_back and not _TOO_LATE.match(parts[end].text)
        if said and stands_alone(said, before=said) and not goes_on:
            return said
    return ""


def _with_tail(sentences: tuple[str, ...], tail: str, *, apart: bool) -> tuple[str, ...]:
    """The sentences and what goes on from them; 购买首套住房，每套补贴6000元 is one: its first half says nothing."""
    joined = "" if apart else one_sentence("", f"{STOP.sub('', sentences[-1])}，{tail}")
    return (*sentences[:-1], joined) if joined else (*sentences, tail)
