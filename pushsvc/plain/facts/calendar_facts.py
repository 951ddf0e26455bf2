"""The dates and terms of a text as facts, each with the role that a cue proves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts import roles_en, roles_zh
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.dates import DateMention, find_dates
from pushsvc.plain.facts.numerals import any_number

_COUNT = r"(?P<n>\d{1,4}|[一二两三四五六七八九十]{1,4}|半)"
_ON_PUBLICATION = re.compile(
    r"自?(?:印发|公布|发布|发文|颁布|下发|签发|出台|发出|颁发|公告|通告)(?:实施)?之?日起(?:正式)?(?:开始)?(?:施行|实施|执行|生效|试行|起施行|计算)?"
)
_TERM = re.compile(
    rf"(?:有效期限?|施行期限?|试行期限?|执行期限?|实施期限?|试行期)(?:暂定)?(?:为|是|[:：])?\s?{_COUNT}\s?(?P<unit>个?月|年)"
)
_WITHIN = re.compile(rf"{_COUNT}\s?个?\s?(?P<unit>工作日|自然日|日历日|日|天|月|个月|年|小时)\s?(?:之)?(?:以)?内")
_WITHIN_EN = re.compile(
    r"\bwithin (?:the )?(?:next |first )?(?P<n>\d{1,3}|one|two|three|four|five|six|seven"
    r"|ten|fourteen|thirty|sixty|ninety)\s?(?:\(\d+\) )?"
    r"(?P<unit>(?:calendar |working |business )?(?:days?|weeks?|months?|years?))\b",
    re.IGNORECASE,
)
_UNITS = {"工作日": "D", "自然日": "D", "日历日": "D", "日": "D", "天": "D", "月": "M", "个月": "M", "年": "Y"}
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "fourteen": 14,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_RULE = re.compile(r"施行|执行|实施|印发|发布|发文|公布|本(?:办法|通知|规定|细则|方案|意见|政策|措施|公告|制度|条例)")
_READER = re.compile(
    r"申请人|职工|参保人|缴存人|纳税人|个人|用人单位|企业|家庭|申报单位|您|请|当事人|购房人|业主|学生|家长|经营者|本人|承租人|持有人|购房者|居民"
)
_OF_READER = re.compile(r"的(?:纳税人|购房人|购房者|职工|申请人|企业|家庭|人员|居民|个人|毕业生)")
_OFFICE = re.compile(r"部门|机关|窗口|局|政府|机构|银行|审核|审批|街道|办公室|工作人员|法院|受理之|经办|委员会|中心|园区|镇")
_READER_ACT = re.compile(
    r"递交|提交|提出|申请|补正|缴纳|签订|报到|申报|登记|重新购买|购买|办理|搬|退还|补缴|补齐|领取|缴清|确认|报名"
)
_OFFICE_ACT = re.compile(
    r"审核|审批|答复|作出|完成审|出具|公示|发放|办结|送达|核查|复核|告知|核准|受理|拨付|反馈|转|推送|录入|评估|回复|审查|批准|支付|退回|认定|核实|开展|公布|处理"
)
_SIGNATURE = re.compile(r"^\s*(?:（|\()?\s*\S{0,4}$")
_LABELLED = re.compile(r"closing date|deadline|due date|comments due|截止", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"(?:发布|更新|公开|生成|成文|发文|印发)(?:日期|时间)\s?[:：]?\s?$|Published(?:/updated)?:?\s$", re.IGNORECASE
)
_ASKS_VIEWS = re.compile(
    r"consultation|call for evidence|views on|seeking (?:your )?views|seeking information|invites? evidence", re.IGNORECASE
)
_SINCE = re.compile(r"(?:日起|之?后|时起|(?:请|应|须|需|务必)(?:于|在)?)[^,，。]{0,5}$")
_PERMIT = re.compile(r"证书|资格|结果|预审|凭证|票|卡|合同|许可")
#: Calendar roles decided from words only; a signature from its place as well.
_SIGNATURE_LINE_CHARACTERS = 24


def calendar_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds deadline, effective_date, expiry and event_date."""
    mentions = find_dates(context)
    for index, mention in enumerate(mentions):
        partner = mentions[index + 1] if mention.opens else mentions[index - 1] if mention.closes else None
        kind, role = _role(context, mention, partner)
        yield _fact(context, kind, mention.value, mention.start, mention.end, role, 1.0 if mention.printed_year else 0.8)
    if context.language == "zh":
        yield from _terms(context)
    else:
        yield from _english_terms(context)


def _role(context: Context, mention: DateMention, partner: DateMention | None) -> tuple[str, str | None]:
    if _is_signature(context, mention):
        return "event_date", "issued"
    if _PUBLISHED.search(context.text[max(0, mention.start - 24) : mention.start]):
        return "event_date", "published"
    # Both ends of a range are judged by the words before its first and after its last day.
    first, last = (partner, mention) if mention.closes and partner else (mention, partner or mention)
    where = context.around(first.start if first else mention.start, last.end)
    judge = roles_zh if context.language == "zh" else roles_en
    kind, role = judge.role_of(mention, where, partner)
    if role == "application_deadline" and context.language == "en" and _ASKS_VIEWS.search(context.title + context.text[:2000]):
        asked_here = re.search(r"appl|regist|nominat|submi", where.sentence, re.IGNORECASE)
        role = role if asked_here else "comment_deadline"
    if kind == "deadline" and _is_past(context, mention) and not _LABELLED.search(where.before[-60:]):
        return "event_date", None
    return kind, role


def _is_past(context: Context, mention: DateMention) -> bool:
    """A last day before the publication is told as history, unless it is the labelled closing date of what has closed."""
    return context.published_on is not None and mention.value[:10] < context.published_on.isoformat()[: len(mention.value[:10])]


def _is_signature(context: Context, mention: DateMention) -> bool:
    """A day alone on a short line that follows an issuer's line."""
    text = context.text
    line_start = text.rfind("\n", 0, mention.start) + 1
    line_end = text.find("\n", mention.end)
    line = text[line_start : len(text) if line_end < 0 else line_end].strip()
    if mention.opens or mention.closes or len(line) > _SIGNATURE_LINE_CHARACTERS or len(mention.value) < 10:
        return False
    rest = line.replace(text[mention.start : mention.end], "").strip(" （）()。.")
    return line_start > 0 and not rest and context.language == "zh"


def _terms(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _ON_PUBLICATION.finditer(text):
        where = context.around(found.start(), found.end())
        if re.search(r"施行|实施|执行|生效|试行", found.group() + where.after[:4]):
            yield _fact(context, "effective_date", "on_publication", found.start(), found.end(), "effective_from")
    for found in _TERM.finditer(text):
        where = context.around(found.start(), found.end())
        if _RULE.search(where.sentence[-80:] + where.previous[-40:]) and not _PERMIT.search(where.before[-12:]):
            yield _fact(context, "expiry", _duration(found), found.start(), found.end(), "valid_until")
    for found in _WITHIN.finditer(text):
        if found["unit"] == "小时":
            continue
        yield from _within(context, found)


def _within(context: Context, found: re.Match[str]) -> Iterator[Fact]:
    where = context.around(found.start(), found.end())
    before, after = where.before[-60:], re.split(r"[。；;\n]", where.after[:44])[0]
    reader = [item.start() for item in _READER.finditer(before)]
    office = [item.start() for item in _OFFICE.finditer(before)]
    theirs, ours = _READER_ACT.search(after), _OFFICE_ACT.search(after)
    by_reader = (bool(reader) and (not office or reader[-1] > office[-1])) or bool(_OF_READER.search(after))
    asked = theirs and theirs.start() <= 18 and _SINCE.search(before) and not re.match(r"^[,，]?\s?(?:不|均|只)", after)
    if asked and by_reader and (not ours or (theirs and theirs.start() < ours.start())):
        role = "payment_deadline" if re.match(r".{0,4}(?:缴|补缴)", after) else "action_deadline"
        yield _fact(context, "deadline", _duration(found), found.start(), found.end(), role, 0.8)
    elif ours or office:
        count = any_number(found["n"])
        if count is not None:
            yield _fact(context, "quantity", count, found.start(), found.end(), "processing_time", 0.8, found["unit"])


def _english_terms(context: Context) -> Iterator[Fact]:
    for found in _WITHIN_EN.finditer(context.text):
        where = context.around(found.start(), found.end())
        words = where.sentence[:400]
        if re.search(
            r"\b(?:you|applicants?|persons?|part(?:y|ies)|petitioners?) (?:must|should|need to|may)\b", words, re.IGNORECASE
        ):
            number = found["n"].lower()
            count = _WORDS.get(number) or int(number)
            unit = found["unit"].lower().split()[-1][0].upper()
            yield _fact(context, "deadline", f"P{count}{unit}", found.start(), found.end(), "action_deadline", 0.7)


def _duration(found: re.Match[str]) -> str:
    if found["n"] == "半":
        return "P6M"
    return f"P{any_number(found['n'])}{_UNITS[found['unit']]}"


def _fact(
    context: Context,
    kind: str,
    value: str | int | float,
    start: int,
    end: int,
    role: str | None,
    confidence: float = 1.0,
    unit: str | None = None,
) -> Fact:
    return Fact(kind, value, context.text[start:end], start, end, role, unit, None, confidence)
