"""The fixed sentences of a text: a day that no sentence carries, how long it holds, whom to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing import when, whose
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.figures import date_words, is_calendar_date
from pushsvc.plain.writing.zh import doing

#: Numbers to call for help, not for questions.
EMERGENCY = frozenset({"110", "119", "120", "122", "999", "12110", "12119", "12395"})
_MOST_PHONES, _MOST_EMAILS = 3, 2
_MOST_DAYS = 2
#: Two things that a reader does by one day, and the words of each.
_TWO_ACTS = frozenset({"payment_deadline", "application_deadline"})
_ACTS = {"payment_deadline": re.compile(r"[缴交付]"), "application_deadline": re.compile(r"申请|申报|报名|申领|提交|登记")}
_DURATION = re.compile(r"P(\d+)([YMWD])")
_IN_FORCE = re.compile(r"\s*[起始]?[，,]?\s*(?:正式|开始)?(?:施行|实施|执行|生效|试行|起效)")
_DOCUMENT = (
    r"(?:办法|细则|规定|条例|通知|公告|通告|决定|意见|措施|方案|政策|规则|标准|制度|实施细则|指南|文件|规范|法|计划|活动)"
)
_ITSELF = re.compile(
    rf"(?:本|此|该|上述|以上)(?!条(?!例)|款|项)[^，。；]{{0,14}}{_DOCUMENT}[》）)]?[^，。；]{{0,6}}(?:自|从|于)\s*$|本法自\s*$"
)
_ALONE = re.compile(r"(?:第?[一二三四五六七八九十百\d]{1,5}[条、.．)）])?(?:施行日期)?[自从]")
_HOLDS = re.compile(
    rf"(?<![自从])(?:本|此|该|上述|以上)(?!条(?!例)|款|项|类|种)[^，。；]{{0,14}}{_DOCUMENT}[》）)]?[^，。；]{{0,8}}(?:有效|执行|实施|施行|期限|截止|暂定|到期|自)"
    r"|^\D{0,6}(?:[自从][^，,。]{4,16}起(?:施行|实施|执行|生效)?)?[，,]?(?:有效期|执行期|实施期|实施时限)"
)
_NEVER = re.compile(r"(?!)")
_OF_ONE_MEASURE = re.compile(
    r"《[^》]*》[^，。；]{0,24}(?:有效|期限|延长)"
    r"|房票[^，。]{0,4}有效|(?:证|券|合同|资格)[^，。；]{0,6}有效期"
)
_LAST_PART = 0.75
_ASKING = re.compile(r"咨询|热线|服务(?:电话|专线)|客服|解答|查询")
_OFFICES_OWN = re.compile(r"联系人|监督|举报|投诉|传真|值班|抄送|报送|负责人")


def deadlines(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """请在8月22日前申请。 for each proved deadline with a day that `said` does not carry; the earliest first."""
    told: dict[tuple[str, str], str] = {}
    days = when.reader_deadlines(reading, facts)
    for fact in days:
        day = str(fact.value)[:10]
        # To pay and to apply by the same day are two things to do: the one never stands for the other.
        both = {other.role for other in days if str(other.value)[:10] == day} >= _TWO_ACTS and fact.role in _TWO_ACTS
        if _carried(fact, said) and not (both and not _act_told(fact, said)):
            continue
        act = (day, str(fact.role) if both else "")
        if act not in told and len(told) == _MOST_DAYS:
            break
        told[act] = told.get(act) or doing.by(reading, fact)
    return list(told.values())


def _act_told(fact: Fact, said: str) -> bool:
    """Does a sentence with the day of `fact` say what is to be done by it?"""
    day = date_words(fact.value, "zh", year=False)
    return any(day in one and _ACTS[str(fact.role)].search(one) for one in said.split("。"))


def start_of(reading: Reading, facts: Sequence[Fact]) -> Fact | None:
    """The day since which the document as a whole holds: 本办法自…起施行, never a day of one of its measures."""
    return next(
        (
            fact
            for fact in facts
            if fact.role == "effective_from" and is_calendar_date(fact.value)
            if _IN_FORCE.match(reading.source_text[fact.end : fact.end + 12])
            and _is_of_the_whole(reading, fact, _ITSELF, _ALONE)
        ),
        None,
    )


def end_of(reading: Reading, facts: Sequence[Fact]) -> Fact | None:
    """The day until which, or how long, the document as a whole holds."""
    return next((f for f in facts if f.kind == "expiry" and f.role and _is_of_the_whole(reading, f, _HOLDS, _NEVER)), None)


def _is_of_the_whole(reading: Reading, fact: Fact, itself: re.Pattern[str], alone: re.Pattern[str]) -> bool:
    said = whose.scope(reading, fact)
    if alone.fullmatch("".join(said.split())):
        return True
    found = itself.search(said)
    if found is None or _OF_ONE_MEASURE.search(said):
        return False
    # 上述政策 at the end of a document is all of it; before that it is the measures of one section.
    return not found.group().startswith(("上述", "以上")) or fact.start > _LAST_PART * len(reading.source_text)


def validity(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """Since when and until when the document itself holds, where `said` does not say it."""
    sentences = []
    start, end = start_of(reading, facts), end_of(reading, facts)
    if start and not _carried(start, said):
        sentences.append(catalogue.phrase("zh", "text", "effective", date=date_words(start.value, "zh")))
    if end and not _carried(end, said):
        sentences += until(reading, end)
    return sentences


def until(reading: Reading, end: Fact) -> list[str]:
    """有效期到…。; 暂定到…。 where the document says so; nothing for a term that has no words."""
    if not is_calendar_date(end.value):
        known = _DURATION.fullmatch(str(end.value))
        return [catalogue.phrase("zh", "text", "valid_for", date=date_words(end.value, "zh"))] if known else []
    key = "valid_for_now" if "暂定" in whose.scope(reading, end) else "valid_until"
    return [catalogue.phrase("zh", "text", key, date=date_words(end.value, "zh"))]


def contacts(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """咨询电话：…、…。邮箱：…。: up to three numbers and two mailboxes that `said` does not carry, those for citizens first."""
    sentences = []
    for kind, most in (("phone", _MOST_PHONES), ("email", _MOST_EMAILS)):
        found = [fact for fact in facts if fact.kind == kind and fact.role != "media" and str(fact.value) not in EMERGENCY]
        found.sort(key=lambda fact: _for_whom(reading, fact))
        missing = [value for value in dict.fromkeys(str(fact.value) for fact in found) if _digits(value) not in _digits(said)][
            :most
        ]
        while missing:
            joined = catalogue.phrase("zh", "short", "sums").join(missing)
            sentence = catalogue.phrase("zh", "text", kind, value=joined)
            if len(sentence) <= SENTENCE_CHARACTERS or len(missing) == 1:
                sentences.append(sentence)
                break
            missing.pop()
    return [sentence for sentence in sentences if len(sentence) <= SENTENCE_CHARACTERS]


def _digits(said: str) -> str:
    """A number is the same whichever dash it is written with."""
    return re.sub(r"(?<=\d)\s?[-—－–]{1,2}\s?(?=\d)", "-", said)


def _for_whom(reading: Reading, fact: Fact) -> int:
    """0 a line for citizens' questions, 1 one of which nothing is said, 2 an office's own or one for complaints."""
    before = reading.source_text[max(0, fact.start - 30) : fact.start]
    if _ASKING.search(before):
        return 0
    return 2 if _OFFICES_OWN.search(before) else 1


def _carried(fact: Fact, said: str) -> bool:
    if is_calendar_date(fact.value):
        printed = re.sub(r"(?<=[日号])[^日号]*$", "", "".join(fact.raw.split()))  # The hour may stand in a sentence of its own.
        return date_words(fact.value, "zh", year=False) in said or printed in said
    return "".join(fact.raw.split()) in said
