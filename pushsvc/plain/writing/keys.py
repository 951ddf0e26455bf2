"""Which sentences of a document a reader needs: for whom, what, how much, by when, where, whom to call."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import BLANKED
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing.cutting import without_numbering, without_opening
from pushsvc.plain.writing.pieces import Made, make_plain

_BOILERPLATE = {
    "zh": re.compile(
        r"^(?:各|全市各|全省各|为(?:了|进一步|全面|深入|贯彻|落实|规范|加强|促进|切实|做好|保障|充分|支持|鼓励|维护|推动|更好|扎实|有效|加快"
        r"|提高|推进)|根据(?!.{0,40}(?:给予|发放))|按照.{0,60}(?:精神|要求|部署|规定)[,，]|经.{0,30}(?:同意|研究)|现(?:将"
        r"|就)|特(?:制定|此)|附件|公开方式|此件|主动公开|联系人|签发|抄送|来源|发布|责任编辑|目\s*录|\|)"
        r"|常务会议|印发给你们|认真(?:贯彻|组织|遵照)|请遵照|指导思想|习近平|总书记|党的(?:十|二十)|以.{0,20}思想为指导|现(?:就|将).{0,40}(?:如下"
        r"|公告|通知)|组织领导|高度重视|领导小组|工作机制|请径向|径向.{0,20}反映|制定本(?:办法|方案|细则|条例|规定|通知)|责任单位[:：]|牵头单位"
        r"|由.{2,30}负责解释"
        r"|公网安备|网站标识|扫一扫|版权所有|用微信|点击右上角|起草背景|起草说明|版权|Copyright|扫描|二维码.{0,6}$|网站标识码|ICP备"
    ),
    "en": re.compile(
        r"^(?:Published|Updated|\[|BILLING CODE|AGENCY|ACTION|SUMMARY|DATES|ADDRESSES|FOR FURTHER"
        r"|SUPPLEMENTARY|Authority|DEPARTMENT OF|Billing|Dated|Issued|Docket|opening date|Find out about call charges"
        r"|See|Table|\d+ CFR)"
        r"|Paperwork Reduction Act|FR Doc\.?|^In accordance with|^Pursuant to|U\.S\.C\.|Regulatory Flexibility"
        r"|impracticable|accessible format|assistive technology|\ufffd|Federal Relay|hearing impaired"
        r"|incorporated by reference|cookies|javascript|^For (?:a|an) (?:copy|complete)|^This (?:notice"
        r"|rule) (?:does not|has been)|Executive Order \d+",
        re.IGNORECASE,
    ),
}
_CUES = {
    "zh": (
        (
            "who",
            re.compile(
                r"对象|符合.{0,12}条件|适用于|年满|户籍|凡|持有|缴存(?:人|职工)|购房|毕业生|家庭|老年人|残疾人|企业|参保人|申请人|学生|儿童|人员"
            ),
        ),
        (
            "what",
            re.compile(
                r"给予|补贴|补助|奖励|资助|减免|免费|免征|减半|优惠|可享受|可申请|可按|可在|提高至|提高到|调整[为至]|上浮|停水|停电|封闭|招聘|不得|禁止|开通"
                r"|发放|退税|退还|延长|放宽|支持"
            ),
        ),
        (
            "how",
            re.compile(
                r"申请|申报|报名|办理|提交|登录|预约|领取|缴纳|携带|申领|点击|拨打|向.{2,20}提出|网上|窗口|APP|小程序|公众号"
            ),
        ),
        ("when", re.compile(r"截止|起施行|起实施|起执行|有效期|时间[:：为]|之日起|\d月\d|期限|工作日")),
        ("where", re.compile(r"电话|咨询|热线|地址|地点|网址|邮箱|联系方式")),
    ),
    "en": (
        (
            "who",
            re.compile(
                r"\b(?:you|eligible|for people|applicants?|anyone|residents|businesses|employers|parents"
                r"|students|public|persons?|owners?|farmers|patients)\b",
                re.I,
            ),
        ),
        (
            "what",
            re.compile(
                r"\b(?:announc\w+|propos\w+|amend\w*|approv\w+|require[sd]?|costs?|grants?|will (?:be"
                r"|meet|help|give|allow|publish|change|not)|can (?:get|claim|apply)|consult\w*|seeking"
                r"|intends?|effective|establish\w*|support\w*|new|changes?|must|withdraw\w*|cancel\w*"
                r"|award\w*|extend\w*)\b",
                re.I,
            ),
        ),
        (
            "how",
            re.compile(
                r"\b(?:apply|submit\w*|send|register|contact|email|call|complete|renew|report|respond"
                r"|file|visit|request|comment)\b",
                re.I,
            ),
        ),
        (
            "when",
            re.compile(
                r"\b(?:by|before|until|deadline|closing|effective|on or before|will be held|no later than"
                r"|starts?|from)\b.{0,60}\b(?:19|20)\d{2}\b|\bweeks?\b|\bdays\b",
                re.I,
            ),
        ),
        ("where", re.compile(r"\b(?:telephone|phone|tel|email|address|online|website|www)\b", re.I)),
    ),
}
_INTERNAL = re.compile(
    r"各区|各县|部门|责任单位|牵头|加强|强化|推进|完善|落实|统筹|协调|监督|考核|督促|宣传|机制|体系建设|工作人员|追究|处分|纳入"
)
_PENALTY = re.compile(r"罚款|刑事责任|骗取|弄虚作假|违法")
_LEANS_BACK = re.compile(r"上述|前款|前述|以上公式|以上条|上款|该(?:类|项|等)|本条|此类|本款|^其|^另|^也|^还|为准|详见|附件")
_ONLY_CONTACT = re.compile(r"^[^。]{0,40}(?:联系电话|咨询电话|电话|地址|邮编|传真|联系人|网址|邮箱)\s?[:：]")
_ADDRESS_EN = re.compile(
    r"\b[A-Z]{2} \d{5}\b|\b\d{2,5} [A-Z][\w ]{2,30} (?:Ave|Avenue|St|Street|Road|Rd|Drive"
    r"|Blvd|Pkwy)\b|^(?:[Tt]elephone|[Tt]el|[Pp]hone|[Ee]-?mail|[Oo]r |Contact Person|Person To Contact"
    r"|Direct all)\b|\btelephone:? \(?\d"
)
_LABELLED_EN = re.compile(r"^(?:SUMMARY|DATES):?$")
_LOOSE_EN = re.compile(
    r"^(?:Firstly|However|For example|Similarly|Or|And|But|In addition|As a result|They|It|These|This will|Also)\b"
)
_NARRATIVE_EN = re.compile(r"\b(?:said|told|Minister|Secretary of State|he|she|I am|was born)\b")
_FACT_WEIGHTS = {
    "deadline": 5.0,
    "amount": 2.0,
    "percentage": 1.5,
    "effective_date": 1.5,
    "expiry": 1.5,
    "phone": 1.0,
    "email": 0.5,
    "age_range": 1.0,
    "event_date": 0.5,
}
_ROLE_WEIGHTS = {
    "subsidy": 2.0,
    "subsidy_max": 2.5,
    "loan_max": 1.5,
    "new_value": 1.5,
    "fee": 1.5,
    "event": 1.5,
    "event_start": 1.5,
    "application_open": 1.0,
    "period_end": 1.0,
    "increment": 1.0,
}
_FAMILIES = {
    "deadline": "when",
    "amount": "what",
    "percentage": "what",
    "effective_date": "when",
    "expiry": "when",
    "phone": "where",
    "email": "where",
    "age_range": "who",
    "event_date": "when",
}
#: Sentences looked at: what a document has to say stands in its first part, and reading a law to its end costs time.
_LOOKED_AT = 400
_DAY = re.compile(r"\d月\d|(?:19|20)\d{2}")
#: The first item of a list with its heading: told alone it would stand for the whole list.
_FIRST_OF_LIST = re.compile(
    r"[:：]\s?(?:[（(]?[一1①][）)、.．]|①)|(?:以下|下列|条件|情形|如下|之一)[^:：。]{0,14}[:：][^。；;]*[；;]$"
)
_SHORTEST = {"zh": 10, "en": 25}


@dataclass(frozen=True)
class Key:
    """A sentence worth telling, what was made of it, and which questions it answers."""

    span: Span
    made: Made
    score: float
    answers: frozenset[str]


def key_sentences(spans: Sequence[Span], facts: Sequence[Fact], language: Language, title: str) -> list[Key]:
    """The sentences that tell a reader most, the best first. Only those that can be shortened honestly."""
    starts = [fact.start for fact in facts]
    squeezed_title = re.sub(r"[\s\W]+", "", title)
    scored: list[tuple[float, Span, frozenset[str]]] = []
    for place, span in enumerate(spans[:_LOOKED_AT]):
        if not _tells(span.text, language, squeezed_title):
            continue
        inside = facts[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        score, answers = _score(span.text, inside, language)
        if language == "en" and place and _LABELLED_EN.match(spans[place - 1].text):
            score += 4.0
        elif language == "en" and place <= 1:
            score += 2.5
        score += max(0.0, 1.5 - place * 0.05) - (1.0 if len(span.text) > 160 and language == "zh" else 0.0)
        scored.append((score, span, answers))
    best: list[Key] = []
    for score, span, answers in sorted(scored, key=lambda item: (-item[0], item[1].start))[:25]:
        made = make_plain(span.text, language)
        if made.pieces:
            score -= (0.0 if made.whole else 2.0) + 0.6 * max(0, len(made.pieces) - 2)
            best.append(Key(span, made, score, answers))
    return sorted(best, key=lambda key: (-key.score, key.span.start))


def _tells(text: str, language: Language, squeezed_title: str) -> bool:
    if len(text) < _SHORTEST[language] or " | " in text or text.endswith(("？", "?")):
        return False
    if text.endswith((":", "：")) and not _DAY.search(text):
        return False
    if language == "zh" and _FIRST_OF_LIST.search(text):
        return False
    bare = without_opening(without_numbering(text)) if language == "zh" else text
    if _BOILERPLATE[language].search(bare[:200]):
        return False
    if _ONLY_CONTACT.search(text) and len(text) < 90:
        return False
    squeezed = re.sub(r"[\s\W]+", "", text)
    if squeezed in squeezed_title or (
        squeezed_title and squeezed_title in squeezed and len(squeezed) < len(squeezed_title) + 12
    ):
        return False
    if language == "en" and _ADDRESS_EN.search(text):
        return False
    if language == "en":
        return len(text.split()) >= 5 and text[-1] in '.!…”"' and text[0].isascii()
    if len(re.findall(r"[\u4e00-\u9fff]", text)) < 8 or ">" in text or BLANKED in text:
        return False
    return text[-1] in "。；;！!）)”：" or (bool(re.search(r"\d|申请|办理|给予|可|应", text)) and len(text) >= 14)


def _score(text: str, inside: Sequence[Fact], language: Language) -> tuple[float, frozenset[str]]:
    score, answers = 0.0, set()
    for fact in inside[:8]:
        if fact.role or fact.kind in ("phone", "email"):
            score += _FACT_WEIGHTS.get(fact.kind, 0.2) + _ROLE_WEIGHTS.get(fact.role or "", 0.0)
            if fact.kind in _FAMILIES:
                answers.add(_FAMILIES[fact.kind])
    score = min(score, 9.0)
    for name, cue in _CUES[language]:
        if cue.search(text):
            score += 1.5 if name in ("what", "how") else 1.0
            answers.add(name)
    if language == "zh":
        score -= 2.0 * bool(_LEANS_BACK.search(text))
        score -= 0.8 * min(4, len(_INTERNAL.findall(text))) + 1.5 * bool(_PENALTY.search(text)) + 1.0 * (text.count("《") > 1)
    else:
        score -= (
            2.0 * bool(_LOOSE_EN.match(text)) + 1.0 * bool(_NARRATIVE_EN.search(text)) + 0.5 * max(0, len(text.split()) // 40)
        )
    return score, frozenset(answers)


def choose(keys: Sequence[Key], most: int = 3) -> list[Key]:
    """Two or three sentences that together answer most, in the order of the document."""
    chosen: list[Key] = []
    answered: set[str] = set()
    rest = list(keys)
    while rest and len(chosen) < most:
        best = max(rest, key=lambda key: (key.score + 1.5 * len(key.answers - answered), -key.span.start))
        rest.remove(best)
        if any(_alike(best, other) for other in chosen):
            continue
        if chosen and best.score < 2.0:
            break
        chosen.append(best)
        answered |= best.answers
    return sorted(chosen, key=lambda key: key.span.start)


def _alike(one: Key, other: Key) -> bool:
    a, b = set(one.made.pieces), set(other.made.pieces)
    if a & b:
        return True
    first, second = _signs(one.made.pieces), _signs(other.made.pieces)
    return len(first & second) > 0.85 * max(1, min(len(first), len(second))) and abs(len(first) - len(second)) < 6


def _signs(pieces: Sequence[str]) -> frozenset[str]:
    """Chinese characters, and whole Latin words and figures: nearly all English sentences share their letters."""
    return frozenset(re.findall(r"[a-z0-9]+|[^\sa-z0-9]", " ".join(pieces).lower()))
