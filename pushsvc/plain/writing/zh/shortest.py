"""The shortest Chinese words: a line that fits an SMS, and a headline that says what it is for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing import titles, when, whose
from pushsvc.plain.writing.brief import SHORT_CHARACTERS
from pushsvc.plain.writing.figures import date_words, is_calendar_date, listed, per_and_sum
from pushsvc.plain.writing.titles import HEADLINE_CHARACTERS
from pushsvc.plain.writing.whose import Sum
from pushsvc.plain.writing.zh import closing, doing
from pushsvc.plain.writing.zh.banning import bans_in_short

#: Titles of what happens on a day; in a regulation a day is of something else.
_HAPPENS = re.compile(
    r"停|活动|会|招聘|考试|征集|开放|直播|预警|接种|体检|培训|讲座|赛|演出|发放|抽签|摇号|招生|报名|封闭|施工|管制|调整|公告|通告"
)
_RULES = re.compile(r"办法|规则|条例|规定|细则|解读|方案|意见|措施")
_RULES_OF_LAW = re.compile(r"(?:条例|法)(?:[（(][^）)]*[）)])?$")
_GETS = re.compile(r"提高|降低|上浮|下调|减|免|补|奖|享受|最高|增加|放宽|延长|首付|优惠|优待|退(?!休|役|出)")
#: Titles of what puts people in danger, and what they do then.
_DANGER = re.compile(r"紧急|预警|避险|转移|撤离|疏散|警报|抢险|险情|停课|台风|暴雨|洪水|泄洪|地质灾害|森林火险")
_LEAVES = re.compile(r"[^。]*?前[^。，]{0,8}?(?:转移|撤离|疏散|撤出)")
_LONGEST_ACT = 8
#: Sums of which the document says from where or up to where they go.
_BOUNDED = frozenset({"limit", "standard"})
_BEFORE, _AFTER = re.compile(r"不超过|不低于|不高于|不少于|至少|最高|最低|低于|高于|超过|不足"), re.compile(r"以上|以下|以内")
#: Sums that are tried one after the other.
_MOST_SUMS = 3
_LONGEST_GROUP = 8
#: How the highest of parallel sums is told.
_HIGHEST = {"subsidy": "subsidy_max", "increment": "increment_max"}
_LEAST_SUBJECT = 4
_YEAR_FIRST = re.compile(r"^20\d{2}(?:学年度?|年度?)?")
_YEARS = re.compile(r"(?<!\d)(20\d{2})(?=年|学年|财年|届|[-—]20\d{2})")
_A_DAY = re.compile(r"\d月\d{1,2}日")
#: What a short line about a road that is closed never loses.
_CLOSURE = re.compile(r"交通管制|全?封闭|禁行|限行|断路|停水|停电|停气")
#: Behind a day, or behind the days of a range: what an office does then with what has been handed in.
_OFFICES_STEP = re.compile(
    r"\s?(?:[-—–~～至到]+\s?(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}[日号])?\s?[，,:：]?\s?(?:由)?[^，,。；;\n]{0,20}"
    r"(?:局|委|部门|办|小组|街道|镇|学校|中心|机构|政府)[^。；;\n]{0,40}?(?:核验|审核|复核|复查|初审|评审|审批|核查|抽查|汇总|录取|公示)"
)
_LONGEST_STEP = 90
#: The age of the group whose sum follows it in the same sentence.
_OF_AN_AGE = 30
#: What is paid to people, or by them.
_PAID = ("subsidy", "subsidy_max", "loan_max", "fee", "standard", "increment")
_GOT = frozenset({*_PAID, "new_value", "subsidy_rate", "increment"})
_TOLD = re.compile(r"\d(?:%|％|万?元|倍|折|岁|周岁)")
_NOT_THE_POINT = re.compile(
    r"：|施行|实施|执行|有效期|电话|^\d{4}年|第\d|万人|工作日|经费|安排|额度|机构|单位|企业|\d套|团购|困难|罚"
)
Fits = Callable[[str], bool]


def short(reading: Reading, facts: Sequence[Fact], sentences: Sequence[str], asked: str | None, stands: Fits) -> str:
    """At most 28 characters: the matter, the reader's sum and day, as far as they fit; only what `stands` lets through.

    Where life is in danger, what is `asked` of the reader comes before all of it.
    """
    most = SHORT_CHARACTERS["zh"]
    if urgent := _urgent(reading, facts, asked, stands):
        return urgent
    separator = catalogue.phrase("zh", "short", "separator")
    wanted = _points(reading, facts)
    days, telling = _days(reading, facts), _telling(reading, facts, sentences)
    dated = bool(when.reader_deadlines(reading, facts))
    if dated:
        # Beside the day by which to act no other day stands in so short a line.
        days, telling = [], [said for said in telling if not _A_DAY.search(said)]
    bans = bans_in_short(sentences, reading.title)
    for said in [*wanted, *days, *telling, *_several(reading, facts), *bans, *([] if dated else _since(reading, facts))]:
        room = most - len(separator) - len(said)
        for subject in _subjects(reading.title, room):
            closed = _CLOSURE.search(reading.title) if said in days else None
            if closed and not _CLOSURE.search(subject) and len(closed.group()) + len(said) + len(subject) < most:
                said += closed.group()
            if stands(f"{subject}{separator}{said}"):
                return f"{subject}{separator}{said}"
    if (paid := _subjects(reading.title, most)[:1]) and re.search(r"\d万?元", paid[0]) and stands(paid[0]):
        return paid[0]
    alone = next((said for said in wanted if len(said) <= most and stands(said)), "")
    return alone or titles.matter(reading.title, "zh", most) or catalogue.phrase("zh", "short", "generic")


def _urgent(reading: Reading, facts: Sequence[Fact], asked: str | None, stands: Fits) -> str:
    """请沿河居民于7月12日18时前转移: what is asked of people in danger, with its day; empty where nothing fits."""
    if not asked or not _DANGER.search(reading.title):
        return ""
    dated = bool(when.reader_deadlines(reading, facts))
    whole = asked.rstrip("。")
    leaves = _LEAVES.match(whole)
    for said in (whole, *_first_clauses(whole), leaves.group() if leaves else ""):
        if _LEAST_SUBJECT < len(said) <= SHORT_CHARACTERS["zh"] and (not dated or _A_DAY.search(said)) and stands(said):
            return said
    return ""


def _first_clauses(said: str) -> list[str]:
    """The sentence up to each of its commas, the longest first."""
    ends = [found.start() for found in re.finditer("，", said)]
    return [said[:end] for end in reversed(ends)]


def _subjects(title: str, room: int) -> list[str]:
    """What the title is about in `room` characters: its matter, else what it names in 《》."""
    named = re.search(r"《([^《》]{4,})》", title)
    paid = [
        part for part in re.split(r"[,，!！]", titles.plain_title(title, "zh")) if re.search(r"\d万?元", part) and len(part) > 8
    ]
    subjects = [*paid, titles.matter(title, "zh", room) if room >= _LEAST_SUBJECT else "", named[1] if named else ""]
    subjects.append(_YEAR_FIRST.sub("", titles.plain_title(title, "zh")))
    subjects += [re.sub(r"[（(][^（）()]*[）)]", "", subject) for subject in subjects if len(subject) > room]
    return [
        subject
        for subject in dict.fromkeys(subjects)
        if len(subject) <= room and (len(subject) >= _LEAST_SUBJECT or _CLOSURE.fullmatch(subject))
    ]


def headline(reading: Reading, facts: Sequence[Fact], sentences: Sequence[str], stands: Fits) -> str:
    """At most 40 characters: the title without its wrapping, and what people get or must do by when, where it fits."""
    title = titles.headline(reading.title, "zh")
    if not title:
        return catalogue.phrase("zh", "short", "generic")
    separator = catalogue.phrase("zh", "short", "separator")
    days, telling = _days(reading, facts), _telling(reading, facts, sentences)
    if when.reader_deadlines(reading, facts):
        days, telling = [], [said for said in telling if not _A_DAY.search(said)]
    bans = bans_in_short(sentences, reading.title)
    for said in [*_points(reading, facts), *days, *telling, *_several(reading, facts), *bans]:
        for subject in (title, titles.matter(title, "zh")):
            line = f"{subject}{separator}{said}"
            if subject and len(line) <= HEADLINE_CHARACTERS and separator not in subject and stands(line):
                return line
    return title


def _points(reading: Reading, facts: Sequence[Fact]) -> list[str]:
    """What the reader gets or pays and by when, in the order in which it is tried: both, the day, the sum."""
    days = when.reader_deadlines(reading, facts)
    sums = [(sum_, words) for sum_ in whose.reader_sums(reading, facts)[:_MOST_SUMS] if (words := sum_words(reading, sum_))]
    join = catalogue.phrase("zh", "short", "join")
    if not days:
        bought = [join.join((words, said)) for sum_, words in sums[:1] for said in _buying(reading, facts, sum_)]
        return [*bought, *(words for _, words in sums)]
    day = _by(reading, days[0])
    both = [(sum_, words) for sum_, words in sums if when.go_together(reading, sum_, days[0])]
    bought = [join.join((words, said, day)) for sum_, words in both[:1] for said in _buying(reading, facts, sum_, days[0])]
    return [*bought, *(join.join((words, day)) for _, words in both), day, *(words for _, words in sums)]


def _buying(reading: Reading, facts: Sequence[Fact], sum_: Sum, before: Fact | None = None) -> list[str]:
    """3月31日前购房: by when a home must be bought, which comes before the day by which one applies."""
    last = when.window(reading, facts, sum_)
    if last is None or (before is not None and str(last.value)[:10] >= str(before.value)[:10]):
        return []
    day = date_words(last.value, "zh", year=False)
    return [catalogue.phrase("zh", "short", key, date=day) for key in ("bought_by", "bought_until")]


def _since(reading: Reading, facts: Sequence[Fact]) -> list[str]:
    """Since when, else how long it holds: all that a short line can say of rules that have no one sum."""
    start, end = closing.start_of(reading, facts), closing.end_of(reading, facts)
    said = [catalogue.phrase("zh", "short", "effective_from", date=date_words(start.value, "zh"))] if start else []
    return said + [sentence.rstrip("。") for sentence in (closing.until(reading, end) if end else [])]


def _by_age(reading: Reading, facts: Sequence[Fact], role: str) -> str:
    """每人每月50元至300元（依年龄）: the lowest and the highest of the sums that go by age; empty where they do not."""
    sums: dict[str, Fact] = {}
    for age in (fact for fact in facts if fact.kind == "age_range"):
        paid = next((f for f in facts if f.kind == "amount" and age.end <= f.start <= age.end + _OF_AN_AGE), None)
        if paid and paid.role == role and not re.search(r"[。；;\n]", reading.source_text[age.end : paid.start]):
            sums.setdefault(str(age.value), paid)
    found = sorted(sums.values(), key=lambda fact: float(fact.value))
    if len(found) < 2 or found[0].value == found[-1].value or len({per_and_sum(fact, "zh")[0] for fact in found}) > 1:
        return ""
    per, least = per_and_sum(found[0], "zh")
    return catalogue.phrase("zh", "short", "by_age", per=per, least=least, most=per_and_sum(found[-1], "zh")[1])


def _several(reading: Reading, facts: Sequence[Fact]) -> Iterator[str]:
    """补1万元、60万元等: sums of several groups, none of which is the reader's alone, in the source's own figures."""
    yield from (said for role in _PAID if (said := _by_age(reading, facts, role)))
    for role in (*_PAID, "new_value"):
        sums = list(dict.fromkeys("".join(fact.raw.split()) for fact in facts if fact.kind == "amount" and fact.role == role))
        for number in (2, 1):
            if len(sums) >= number:
                yield catalogue.phrase("zh", "short", role, amount=listed(sums, number, "zh"))


def _days(reading: Reading, facts: Sequence[Fact]) -> list[str]:
    """When it happens: from when to when, else the first day; none for rules, whose days are of something else."""
    if any(fact.role == "application_open" for fact in facts) and not when.reader_deadlines(reading, facts):
        return []  # The reader's own days are over: those of a later step would read as if they were the reader's.
    event = next(
        (
            fact
            for fact in facts
            if fact.role in ("event", "event_start") and is_calendar_date(fact.value) and not _is_offices_step(reading, fact)
        ),
        None,
    )
    if event is None or not _HAPPENS.search(reading.title) or _RULES.search(reading.title):
        return []
    day = catalogue.phrase("zh", "short", "event", date=date_words(event.value, "zh", year=False))
    return list(dict.fromkeys((_when(event, facts), day)))


def _is_offices_step(reading: Reading, event: Fact) -> bool:
    """5月8日至20日由教育局核验材料: a day on which an office looks into what readers have handed in."""
    behind = reading.source_text[event.end : event.end + _LONGEST_STEP]
    return _OFFICES_STEP.match(behind) is not None


def sum_words(reading: Reading, sum_: Sum) -> str:
    """最高补4万元, 每人每月补800元, 二孩家庭补2万元、三孩家庭补3万元; empty for a group that has no short name."""
    if sum_.beside:
        second, group = sum_.beside
        each = [_words_of(reading, sum_.fact, sum_.role, sum_.group), _words_of(reading, second, sum_.role, group)]
        return catalogue.phrase("zh", "short", "sums").join(each)
    role = _HIGHEST.get(str(sum_.role), sum_.role) if sum_.highest else sum_.role
    unnamed = sum_.group == whose.UNNAMED or len(sum_.group) > _LONGEST_GROUP
    return "" if unnamed else _words_of(reading, sum_.fact, role, sum_.group)


def _words_of(reading: Reading, amount: Fact, role: str | None, group: str) -> str:
    per, words = per_and_sum(amount, "zh")
    before, after = _bounds(reading, amount) if role in _BOUNDED else ("", "")
    key = role if role and catalogue.has("zh", "short", role) else "bare_amount"
    return group + per + catalogue.phrase("zh", "short", key, amount=before + words + after)


def _bounds(reading: Reading, amount: Fact) -> tuple[str, str]:
    """不超过 before a sum, 以上 behind it: a bound is no fixed sum."""
    before = _BEFORE.search(reading.source_text[max(0, amount.start - 4) : amount.start])
    after = _AFTER.match(reading.source_text[amount.end : amount.end + 2])
    return before.group() if before else "", after.group() if after else ""


def _by(reading: Reading, deadline: Fact) -> str:
    """3月31日前缴契税: the document's own word for what is done where it is short, else that of the role."""
    day = doing.yearly(reading, deadline) + date_words(deadline.value, "zh", year=_beside_another_year(reading, deadline))
    act = re.sub(r"^(?:足额|及时|按时|依法|如实|主动|自行)+", "", doing.act_of(reading, deadline)).replace("缴纳", "缴")
    if len(act) > _LONGEST_ACT and (verbs := list(doing.ACT.finditer(act))):
        act = act[verbs[-1].start() :]
    for said in (act if 2 < len(act) <= _LONGEST_ACT else "", doing.verb_of(reading, deadline)):
        if said:
            return catalogue.phrase("zh", "short", "said", date=day, act=said)
    return catalogue.phrase("zh", "short", str(deadline.role), date=day)


def _beside_another_year(reading: Reading, deadline: Fact) -> bool:
    """2027年度…缴费, due in 2026: does the title tell a year, and the source that the day is of another?"""
    years, own = _YEARS.findall(reading.title), str(deadline.value)[:4]
    return bool(years) and own not in years and own in reading.source_text and not when.recurs(reading, deadline)


def _when(event: Fact, facts: Sequence[Fact]) -> str:
    """From when to when; a day that stands alone, by itself."""
    day = date_words(event.value, "zh", year=False)
    last = next((fact for fact in facts if fact.role == "event_end" and fact.start > event.start), None)
    if event.role == "event_start" and last is not None and is_calendar_date(last.value):
        until = date_words(last.value, "zh", year=False)
        if until != day:
            return catalogue.phrase("zh", "short", "period", date=day, until=until)
    return catalogue.phrase("zh", "short", "event", date=day)


def _telling(reading: Reading, facts: Sequence[Fact], sentences: Sequence[str]) -> list[str]:
    """Told sentences with a figure that say what people get, without their full stop; a law has no such point.

    Where groups get different sums, or shares, one group's never stands for all.
    """
    if _RULES_OF_LAW.search(reading.title):
        return []
    said = [sentence.rstrip("。") for sentence in sentences]
    told = [one for one in said if _TOLD.search(one) and _GETS.search(one) and not _NOT_THE_POINT.search(one)]
    several = [mark for kind, mark in (("amount", "元"), ("percentage", "%")) if _differ(facts, kind)]
    return [one for one in told if not any(mark in one for mark in several)]


def _differ(facts: Sequence[Fact], kind: str) -> bool:
    """Are there several sums, or shares, that people get?"""
    return len({str(fact.value) for fact in facts if fact.kind == kind and fact.role in _GOT}) > 1
