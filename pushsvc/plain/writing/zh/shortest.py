"""The shortest Chinese words: a line that fits an SMS, and a headline that says what it is for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing import titles
from pushsvc.plain.writing.brief import SHORT_CHARACTERS
from pushsvc.plain.writing.figures import amount_words, date_words, is_calendar_date, main_amount, per_words
from pushsvc.plain.writing.titles import HEADLINE_CHARACTERS
from pushsvc.plain.writing.zh import doing

#: Amounts of which a reader with a deadline asks later, and those without a proved role.
_LESS = frozenset({"threshold", "budget", "fine"})
#: A title that is about a sum says by itself what the sum is.
_ABOUT_MONEY = re.compile(r"标准|补贴|补助|津贴|价|(?<!免)费|奖励|工资|待遇|票|消费券|额度|限额|基数|养老金|救助金")
#: Titles of what happens on a day; in a regulation a day is of something else.
_HAPPENS = re.compile(
    r"停|活动|会|招聘|考试|征集|开放|直播|预警|接种|体检|培训|讲座|赛|演出|发放|抽签|摇号|招生|报名|封闭|施工|管制|调整|公告|通告"
)
_RULES = re.compile(r"办法|规则|条例|规定|细则|解读|方案|意见|措施")
_GETS = re.compile(r"提高|降低|上浮|下调|减|免|补|奖|享受|最高|增加|放宽|延长|首付|优惠|优待|退")
#: 每人每月 before the sum.
_PER = re.compile(r"(?:每[^\d每]{1,3}){1,3}(?=\d)")
_LONGEST_ACT = 8
#: Sums of which the document says from where or up to where they go.
_BOUNDED = frozenset({"threshold", "limit", "standard", "fine"})
_BEFORE, _AFTER = re.compile(r"不超过|不低于|不高于|不少于|至少|最高|最低|低于|高于|超过|不足"), re.compile(r"以上|以下|以内")
#: Sums that are tried one after the other.
_MOST_AMOUNTS = 3
_LEAST_SUBJECT = 4
#: A sum of a yuan that is not per anything is an example or a symbol.
_LEAST_SUM = 2
_TOLD = re.compile(r"\d(?:%|％|万?元|倍|折|岁|周岁)")
_NOT_THE_POINT = re.compile(r"：|施行|实施|执行|有效期|电话|^\d{4}年|第\d|万人|工作日")
Fits = Callable[[str], bool]


def short(reading: Reading, facts: Sequence[Fact], sentences: Sequence[str], stands: Fits) -> str:
    """At most 28 characters: the matter, the amount and the day, as far as they fit; only what `stands` lets through."""
    rest = tuple(facts)
    for _ in range(_MOST_AMOUNTS):
        line = _line(reading, rest, sentences, stands)
        main = main_amount(rest)
        if line or main is None:
            break
        # This sum cannot be told in so few words without what it is of: the next one may.
        rest = tuple(fact for fact in rest if fact.kind != "amount" or fact.value != main.value)
    return line or titles.matter(reading.title, "zh", SHORT_CHARACTERS["zh"]) or catalogue.phrase("zh", "short", "generic")


def _line(reading: Reading, facts: Sequence[Fact], sentences: Sequence[str], stands: Fits) -> str:
    """The line with what these facts say; empty when none of it can be said."""
    most = SHORT_CHARACTERS["zh"]
    points = _points(reading, facts)
    join, separator = catalogue.phrase("zh", "short", "join"), catalogue.phrase("zh", "short", "separator")
    wanted = ([join.join(points)] if len(points) > 1 else []) + points[::-1]
    for said in [*wanted, *([] if points else [*_days(reading, facts), *_telling(sentences)])]:
        room = most - len(separator) - len(said)
        for subject in _subjects(reading.title, room):
            if stands(f"{subject}{separator}{said}"):
                return f"{subject}{separator}{said}"
    return next((said for said in wanted if len(said) <= most and stands(said)), "")


def _subjects(title: str, room: int) -> list[str]:
    """What the title is about in `room` characters: its matter, else what it names in 《》."""
    named = re.search(r"《([^《》]{4,})》", title)
    subjects = [titles.matter(title, "zh", room) if room >= _LEAST_SUBJECT else "", named[1] if named else ""]
    return [subject for subject in dict.fromkeys(subjects) if _LEAST_SUBJECT <= len(subject) <= room]


def headline(reading: Reading, facts: Sequence[Fact], sentences: Sequence[str], stands: Fits) -> str:
    """At most 40 characters: the title without its wrapping, and what people get or must do by when, where it fits."""
    title = titles.headline(reading.title, "zh")
    if not title:
        return catalogue.phrase("zh", "short", "generic")
    points = _points(reading, [fact for fact in facts if fact.role not in _LESS])
    join, separator = catalogue.phrase("zh", "short", "join"), catalogue.phrase("zh", "short", "separator")
    for said in [
        *([join.join(points)] if len(points) > 1 else []),
        *points[::-1],
        *([] if points else [*_days(reading, facts), *_telling(sentences)]),
    ]:
        for subject in (title, titles.matter(title, "zh")):
            line = f"{subject}{separator}{said}"
            if subject and len(line) <= HEADLINE_CHARACTERS and separator not in subject and stands(line):
                return line
    return title


def _points(reading: Reading, facts: Sequence[Fact]) -> list[str]:
    """What people get or pay, and by when they must have done what."""
    deadline = doing.deadline_of(facts)
    amount = _amount(reading, facts, beside_a_day=deadline is not None)
    said = [amount] if amount else []
    if deadline:
        said.append(_by(reading, deadline))
    return said


def _days(reading: Reading, facts: Sequence[Fact]) -> list[str]:
    """When it happens: from when to when, else the first day; none for rules, whose days are of something else."""
    event = next((fact for fact in facts if fact.role in ("event", "event_start") and is_calendar_date(fact.value)), None)
    if event is None or not _HAPPENS.search(reading.title) or _RULES.search(reading.title):
        return []
    day = catalogue.phrase("zh", "short", "event", date=date_words(event.value, "zh", year=False))
    return list(dict.fromkeys((_when(event, facts), day)))


def _amount(reading: Reading, facts: Sequence[Fact], *, beside_a_day: bool) -> str:
    amount = _first_said(main_amount(tuple(facts)), facts)
    if amount is None or (beside_a_day and amount.role in _LESS) or amount.raw in reading.title:
        return ""
    if isinstance(amount.value, int | float) and amount.value < _LEAST_SUM and not per_words(amount):
        return ""
    if amount.role == "other":
        return ""  # An example, or what somebody else is paid.
    if amount.role is None and not _ABOUT_MONEY.search(reading.title):
        return ""
    per = per_words(amount)
    sums = {
        fact.value: fact
        for fact in reversed(facts)
        if fact.kind == "amount" and fact.role == amount.role and (per_words(fact), fact.unit) == (per, amount.unit)
    }
    alike = sorted(sums.values(), key=lambda fact: fact.start) if amount.role in ("subsidy", None, "standard") else [amount]
    shown = alike[:2] if amount.role != "subsidy_max" else [amount]
    printed = [amount_words(fact, "zh", "zh") for fact in shown]
    per = per or (found.group() if (found := _PER.match(printed[0])) else "")
    told = [one.removeprefix(per) for one in printed]
    words = catalogue.phrase("zh", "short", "sums").join(told)
    words += catalogue.phrase("zh", "short", "and_more") if len(alike) > 2 else ""
    if amount.role == "fine" and _bounds(reading, amount)[1] == "以下":
        return catalogue.phrase("zh", "short", "fine_max", amount=words)
    if amount.role in _BOUNDED:
        before, after = _bounds(reading, amount)
        words = before + words + after
        if before and amount.role == "threshold":
            return words
    key = amount.role if amount.role and catalogue.has("zh", "short", amount.role) else "bare_amount"
    return per + catalogue.phrase("zh", "short", key, amount=words)


def _bounds(reading: Reading, amount: Fact) -> tuple[str, str]:
    """不超过 before a sum, 以上 behind it: a bound is no fixed sum."""
    before = _BEFORE.search(reading.source_text[max(0, amount.start - 4) : amount.start])
    after = _AFTER.match(reading.source_text[amount.end : amount.end + 2])
    return before.group() if before else "", after.group() if after else ""


def _first_said(amount: Fact | None, facts: Sequence[Fact]) -> Fact | None:
    """Of several fees or fixed sums the one that is said first is the usual one, a rate or not."""
    if amount is None or amount.role not in ("fee", "subsidy", "standard"):
        return amount
    return next(fact for fact in facts if fact.kind == "amount" and fact.role == amount.role)


def _by(reading: Reading, deadline: Fact) -> str:
    """3月31日前缴契税: the document's own word for what is done where it is short, else that of the role."""
    day = date_words(deadline.value, "zh", year=False)
    act = re.sub(r"^(?:足额|及时|按时|依法|如实|主动|自行)+", "", doing.act_of(reading, deadline)).replace("缴纳", "缴")
    if len(act) > _LONGEST_ACT and (verbs := list(doing.ACT.finditer(act))):
        act = act[verbs[-1].start() :]
    for said in (act if 2 < len(act) <= _LONGEST_ACT else "", doing.verb_of(reading, deadline)):
        if said:
            return catalogue.phrase("zh", "short", "said", date=day, act=said)
    return catalogue.phrase("zh", "short", str(deadline.role), date=day)


def _when(event: Fact, facts: Sequence[Fact]) -> str:
    """From when to when; a day that stands alone, by itself."""
    day = date_words(event.value, "zh", year=False)
    last = next((fact for fact in facts if fact.role == "event_end" and fact.start > event.start), None)
    if event.role == "event_start" and last is not None and is_calendar_date(last.value):
        until = date_words(last.value, "zh", year=False)
        if until != day:
            return catalogue.phrase("zh", "short", "period", date=day, until=until)
    return catalogue.phrase("zh", "short", "event", date=day)


def _telling(sentences: Sequence[str]) -> list[str]:
    """Told sentences with a figure that say what people get, without their full stop."""
    said = [sentence.rstrip("。") for sentence in sentences]
    return [one for one in said if _TOLD.search(one) and _GETS.search(one) and not _NOT_THE_POINT.search(one)]
