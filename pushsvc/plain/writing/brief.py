"""The shortest words: the line that fits an SMS, the one thing to do, and the slots of an approved template."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.cutting import fits
from pushsvc.plain.writing.figures import (
    amount_words,
    amounts_words,
    date_words,
    is_calendar_date,
    main_amount,
    several_without_role,
)
from pushsvc.plain.writing.keys import Key
from pushsvc.plain.writing.titles import matter

#: CONTRACT, "summary line": without link and signature.
SHORT_CHARACTERS = {"zh": 28, "en": 90}
#: Amounts that tell a reader less than the deadline does.
_LESS = frozenset({None, "threshold", "budget", "fine"})
#: Sums that nobody who reads this gets or pays: no answer to "how much".
_OTHERS_AMOUNTS = frozenset({"threshold", "budget"})
_ISSUER_CHARACTERS, _ISSUER_LATIN = 30, 80
_DONE_BY = re.compile(
    r"^[\s\d:：时点分下上午晚（()）含当日24]{0,12}(?:以前|之前|前)[,，]?(?P<act>[^,，。；;的]{2,18}?)(?=[,，。；;]|的|并)"
)
_ACT_WORD = re.compile(
    r"申请|申报|报名|提交|报送|反馈|缴纳|缴清|缴费|登记|填报|办理|预约|领取|确认|签订|购买|投递|发送|转移|撤离"
)
_ACTION = {
    "zh": re.compile(
        r"请(?:提前|注意|做好|避开|绕行|勿|不要|立即|及时|关注|合理)|应停止|立即转移|(?:请|可|需|须|应|登录|拨打|通过|携带|凭|持|打开|进入)[^。]{0,32}(?:申请"
        r"|办理|提交|报名|登录|预约|领取|缴纳|咨询|申领|登记|查询|填写|报到|递交|补缴|申报|接种|体检)"
    ),
    "en": re.compile(
        r"^(?:You (?:can|must|should|may|need to|will need to)|To (?:apply|register|renew|report"
        r"|take part)|Please|Apply|Contact|Call|Submit|Send|Email|Use|Register|Check|Complete"
        r"|Report)\b"
        r"|\b(?:comments|applications|nominations|requests|statements|responses) (?:must|should"
        r"|may) be\b|\b(?:may|can|should|must) (?:call|submit|apply|send|contact|register|file"
        r"|comment|attend)\b",
        re.IGNORECASE,
    ),
}
_NOT_READER = re.compile(
    r"部门|各区|各县|机关|政府|单位应|机构应|局应|中心应|委员会|工作人员|银行应|责任|处罚|罚款|撤销|不予|追究|不支持|不得|暂不|不符合|支持有条件|上调|不宜|禁忌"
)


def deadline_of(facts: Sequence[Fact]) -> Fact | None:
    """The earliest proved deadline that is a calendar date."""
    dated = [fact for fact in facts if fact.kind == "deadline" and fact.role and is_calendar_date(fact.value)]
    return min(dated, key=lambda fact: str(fact.value), default=None)


def short(reading: Reading, facts: tuple[Fact, ...], language: Language, kind: str | None) -> str:
    """One line with the deadline as M月D日 and the amount, as far as both fit; the matter before them."""
    most, title, source_language = SHORT_CHARACTERS[language], reading.title, reading.language
    deadline, amount = deadline_of(facts), main_amount(facts)
    said: list[str] = []
    if deadline:
        day = date_words(deadline.value, language, year=False)
        verb = _verb(reading, deadline, language)
        if verb:
            said.append(catalogue.phrase(language, "short", "said", date=day, act=verb))
        else:
            said.append(catalogue.phrase(language, "short", str(deadline.role), date=day))
    if amount and not (deadline and amount.role in _LESS):
        key = amount.role if amount.role and catalogue.has(language, "short", amount.role) else "any_amount"
        told = amounts_words(facts, amount, language, source_language)
        said.append(catalogue.phrase(language, "short", key, amount=told))
    event = next((fact for fact in facts if fact.role in ("event", "event_start") and is_calendar_date(fact.value)), None)
    if not said and event:
        said.append(_when(event, facts, language))
    join = catalogue.phrase(language, "short", "join")
    separator = catalogue.phrase(language, "short", "separator")
    generic = (
        catalogue.phrase(language, "kinds", kind or "any")
        if language != source_language
        else catalogue.phrase(language, "short", "generic")
    )
    if not said:
        own = matter(title, language, most) if language == source_language else ""
        return own or generic
    for wanted in ([join.join(reversed(said))] if len(said) > 1 else []) + said:
        room = most - len(separator) - len(wanted)
        subject = matter(title, language, room) if language == source_language and room >= 6 else ""
        subject = subject or (generic if len(generic) <= room else "")
        if subject and (len(subject) >= 6 or wanted == said[-1] or language != source_language):
            return f"{subject}{separator}{wanted}"
    return next((wanted for wanted in said if len(wanted) <= most), generic)


def _when(event: Fact, facts: Sequence[Fact], language: Language) -> str:
    """From when to when; a day that stands alone, by itself."""
    day = date_words(event.value, language, year=False)
    last = next((fact for fact in facts if fact.role == "event_end" and fact.start > event.start), None)
    if event.role == "event_start" and last is not None and is_calendar_date(last.value):
        until = date_words(last.value, language, year=False)
        if until != day:
            return catalogue.phrase(language, "short", "period", date=day, until=until)
    return catalogue.phrase(language, "short", "event", date=day)


def _verb(reading: Reading, deadline: Fact, language: Language) -> str | None:
    """What is to be handed in by an application's deadline: the nearest such word of the source; None when none is near."""
    if deadline.role != "application_deadline" or language != reading.language:
        return None
    before = reading.source_text[max(0, deadline.start - 60) : deadline.start]
    after = reading.source_text[deadline.end : deadline.end + 40]
    if language == "zh":
        words = catalogue.words("zh")["verbs"]
        near = [(len(before) - at, said) for word, said in words.items() if (at := before.rfind(word)) >= 0]
        near += [(at, said) for word, said in words.items() if (at := after.find(word)) >= 0]
        return min(near, default=(0, ""))[1] or None
    folded = (before + " " + after).lower()
    return next((said for word, said in catalogue.words("en")["verbs"].items() if word in folded), None)


def action(reading: Reading, facts: tuple[Fact, ...], keys: Sequence[Key], language: Language) -> str | None:
    """One sentence that says what to do: by the deadline, else a sentence of the source that asks the reader for it."""
    deadline = deadline_of(facts)
    if deadline:
        date = date_words(deadline.value, language) + (_clock(deadline) if language == "zh" else "")
        done = _DONE_BY.match(reading.source_text[deadline.end : deadline.end + 40]) if language == "zh" else None
        if done and _ACT_WORD.search(done["act"]):
            sentence = catalogue.phrase("zh", "action", "said", date=date, act=done["act"].strip())
            if fits(sentence, language):
                return sentence
        verb = _verb(reading, deadline, language)
        if verb:
            return catalogue.phrase(language, "action", "said", date=date, act=verb[:1].upper() + verb[1:])
        return catalogue.phrase(language, "action", str(deadline.role), date=date)
    asks = [
        piece
        for key in keys[:12]
        if not (language == "zh" and _NOT_READER.search(key.span.text))
        for piece in key.made.pieces
        if _ACTION[language].search(piece) and fits(piece, language) and "：" not in piece[:3]
    ]
    # What is asked of the reader in so many words comes before what a reader may do.
    return next((piece for piece in asks if piece.startswith("请")), asks[0] if asks else None)


def _clock(deadline: Fact) -> str:
    """The hour of a deadline that has one, where the document writes it by the same number."""
    found = re.search(r"T(\d{2}):(\d{2})", str(deadline.value))
    if not found or str(int(found[1])) not in re.findall(r"\d+", deadline.raw):
        return ""
    return f"{int(found[1])}时" + (f"{found[2]}分" if found[2] != "00" else "")


def slots(reading: Reading, facts: tuple[Fact, ...], issuer: str | None, language: Language) -> dict[str, str]:
    """What an approved template may be filled with; an empty slot is absent."""
    deadline, amount = deadline_of(facts), main_amount(facts)
    if amount and (amount.role in _OTHERS_AMOUNTS or several_without_role(facts, amount)):
        amount = None
    own = language == reading.language
    filled = {
        "issuer": issuer_of(reading, issuer),
        "matter": matter(reading.title, language) if own else "",
        "deadline": date_words(deadline.value, language) if deadline else "",
        "amount": amount_words(amount, language, reading.language) if amount else "",
    }
    return {name: value for name, value in filled.items() if value}


def issuer_of(reading: Reading, issuer: str | None) -> str:
    """Who published it: as given, else the page's ContentSource, else the office that the title begins with."""
    source = issuer or reading.meta.get("ContentSource", "")
    if not source or source in ("本网", "本站", "原创", "本网站"):
        found = re.match(
            r"^(?:（转载）)?([\u4e00-\u9fff]{4,28}?(?:局|委|委员会|政府|办公厅|办公室|厅|中心|院|部|会))关于", reading.title
        )
        source = found[1] if found else ""
    if source.isascii():
        return source if len(source) <= _ISSUER_LATIN else ""
    first = re.split(r"[\s、,，（(]", source)[0]
    return source if len(source) <= _ISSUER_CHARACTERS else first if len(first) <= _ISSUER_CHARACTERS else ""
