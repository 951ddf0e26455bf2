"""Which days are those of the people whom a Chinese title addresses: to apply, to buy, each year, and none that is over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, dated_deadlines
from pushsvc.plain.writing.figures import is_calendar_date
from pushsvc.plain.writing.whose import SUBSIDIES, Sum, foreign, scope

_OTHERS_DAYS = re.compile(
    r"开工|竣工|开始装修|装修改造|交付|验收|建成|投产|各区|各县|各市|部门|责任单位|受让人|竞得|土地|出让|开发公司|开发企业|银行|金融机构"
    r"|补交|补缴|缓缴|补办|补报|宽限|拨付|兑付|审核完成"
)
#: 报名时间延长至5月20日: the day before it is over.
_MOVED_TO = re.compile(r"(?:延长|延期|推迟|顺延|延迟|延后|改|调整|变更)(?:至|到|为)\s*$")
_YEARLY = re.compile(r"每(?:一|个)?(?:年|年度|自然年)")
#: The last day of a window, and the words that say that it is one of buying.
_ENDS = frozenset({"period_end", "event_end", "valid_until"})
_BUYS = re.compile(r"购房|购买[^，。]{0,30}(?:住房|住宅|商品房|房)|网签")
_NEAR_A_SUM = 500
_OF_THE_SUM = re.compile(r"上述|以上|本|购房时间|执行时间|实施时间|活动时间|补贴时间|期限")
_ZONE = ZoneInfo("Asia/Shanghai")


def reader_deadlines(reading: Reading, facts: Sequence[Fact]) -> list[Fact]:
    """The proved deadlines that are the reader's own and not over when it is published, the nearest first.

    Where one was moved, what it was before is none any more.
    """
    published = published_on(reading)
    mine = [fact for fact in dated_deadlines(facts) if not is_others_day(reading, fact)]
    still = [fact for fact in mine if str(fact.value)[:10] >= published[: len(str(fact.value)[:10])]]
    moved = [fact for fact in still if _MOVED_TO.search(reading.source_text[max(0, fact.start - 12) : fact.start])]
    roles = {fact.role for fact in moved}
    return [*moved, *(fact for fact in still if fact.role not in roles)] if moved else still


def is_over(reading: Reading, facts: Sequence[Fact]) -> bool:
    """Was the last proved deadline over when it was published?"""
    days = [str(fact.value)[:10] for fact in dated_deadlines(facts)]
    return bool(days) and max(days) < published_on(reading)[: len(max(days))]


def is_others_day(reading: Reading, fact: Fact) -> bool:
    """Is a deadline that of an office, a developer, a bank, in a document whose title addresses others?"""
    if reading.language != "zh":
        return False
    after = re.split(r"[，,。；;\n]", reading.source_text[fact.end : fact.end + 40])[0]
    before = re.split(r"[，,]", scope(reading, fact))[-1]
    return bool(foreign(_OTHERS_DAYS, before + after, reading.title))


def recurs(reading: Reading, fact: Fact) -> bool:
    """Does the day come round each year?"""
    return bool(_YEARLY.search(scope(reading, fact)[-24:])) and str(fact.value)[:4] not in fact.raw


def window(reading: Reading, facts: Sequence[Fact], sum_: Sum) -> Fact | None:
    """The last day on which a home must be bought to get the sum, where the document says it near the sum."""
    if sum_.role not in SUBSIDIES or "购" not in reading.title + scope(reading, sum_.fact):
        return None
    published = published_on(reading)
    near = [
        fact
        for fact in facts
        if fact.role in _ENDS and is_calendar_date(fact.value) and str(fact.value)[:10] >= published
        if abs(fact.start - sum_.fact.start) <= _NEAR_A_SUM and _is_of_buying(reading, fact, sum_)
    ]
    # A day of the same sentence first, then the last that was said before the sum.
    return min(near, key=lambda fact: (fact.start > sum_.fact.start, abs(fact.start - sum_.fact.start)), default=None)


def _is_of_buying(reading: Reading, fact: Fact, sum_: Sum) -> bool:
    after = re.split(r"[。；;\n]", reading.source_text[fact.end : fact.end + 90])[0]
    if fact.start > sum_.fact.start and not _OF_THE_SUM.search(scope(reading, fact)):
        return False  # The window of the next measure.
    return bool(_BUYS.search(scope(reading, fact)[-30:] + after)) and not foreign(_OTHERS_DAYS, after, reading.title)


def published_on(reading: Reading) -> str:
    """The day of publication as 2026-03-01; empty where nobody says it."""
    return reading.published_at.astimezone(_ZONE).date().isoformat() if reading.published_at else ""


def go_together(reading: Reading, sum_: Sum, deadline: Fact) -> bool:
    """May a line tell a sum and a day side by side? Only where both are of the same thing."""
    said = scope(reading, deadline) + reading.source_text[deadline.end : deadline.end + 20]
    if sum_.role in SUBSIDIES:
        return "贷款" not in said
    return sum_.role == "fee" and deadline.role in ("application_deadline", "payment_deadline")
