"""The dates and terms of a text as facts, each with the role that a cue proves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts import roles_en, roles_zh
from pushsvc.plain.facts.context import Context, Surroundings, fact_of
from pushsvc.plain.facts.cues_en import DAYS_LISTED
from pushsvc.plain.facts.dates import find_dates
from pushsvc.plain.facts.deadlines_zh import tells_each_year
from pushsvc.plain.facts.headers_en import is_record_date
from pushsvc.plain.facts.mentions import DateMention
from pushsvc.plain.facts.moved_en import with_starts_that_were
from pushsvc.plain.facts.passing_en import IN_PASSING, told_in_passing
from pushsvc.plain.facts.ranges_zh import invites_objections
from pushsvc.plain.facts.terms_en import english_terms
from pushsvc.plain.facts.terms_zh import chinese_terms, until_policy_ends

_LABELLED = re.compile(
    r"closing date|deadline|due date|last da(?:y|te)\b|comments due|consultation (?:ran|was open)|comment period|截止",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:发布|更新|公开|生成|成文|发文|印发)(?:日期|时间)\s?[:：]?\s?$|Published(?:/updated)?:?\s$|^(?:Last )?updated:?\s$",
    re.IGNORECASE | re.MULTILINE,
)
_ISSUES = re.compile(r"^[,，]?\s?[^。；;《\n]{0,36}(?:印发|发布|出台|公布|下发)了?《(?P<title>[^《》\n]{6,80})")
_ASKS_VIEWS = re.compile(
    r"consultation|call for evidence|views on|seeking (?:your )?views|seeking information|invites? evidence", re.IGNORECASE
)
#: Calendar roles decided from words only; a signature from its place as well.
_SIGNATURE_LINE_CHARACTERS = 24
#: A text with more days than this is no document that somebody wrote.
_MOST_DAYS = 3000
#: Characters in which a notice has its office, its title and its day.
_NOTICE_HEAD = 600
#: Characters between two days of one list.
_LIST_REACH = 80
#: An office and nothing else on the line before its day: "某市人民政府办公室　　2025年5月19日".
_OFFICE_SIGNS = re.compile(
    r"[\u4e00-\u9fff、（）() \u3000\t]{2,44}(?:局|委|委员会|政府|办公室|办公厅|厅|中心|部|署|院|队|站|公司|学校|大学|学院"
    r"|协会|指挥部|领导小组)[ \u3000\t]*"
)
#: The same at the very end of a text that is printed in one line.
_OFFICE_ENDS = re.compile(r"(?:局|委员会|政府|办公室|中心|部|厅|院|大队|公司)[ \u3000]+$")
#: Hours of a day behind its first one: "5月13日8:30—11:30".
_HOURS = re.compile(r"\s?(?:-|—+|–|－|~|～|至|到)\s?(?:上午|下午|晚上|中午)?\s?\d{1,2}\s?[:：时点]")


#: "征集时间：即日起至6月30日" on a page that asks for views.
_END_OF_ASKING = re.compile(r"(?:征集|活动|起止|参与)(?:的)?(?:起止)?(?:时间|期限|日期)")
_ASKS_VIEWS_ZH = re.compile(r"(?:征集|征求|征询|听取|提出)[^。；;\n]{0,24}(?:意见|建议)|建言献策|问计于民")
#: A line that says what the day below it is of: no signature.
#: Characters of a line that tells what is done on the day above it.
_TELLS = 8
_LABELS_DAY = re.compile(
    r"(?<!发文)(?<!成文)(?<!印发)(?<!发布)(?<!公布)(?<!签发)(?:时间|日期|期限|截止|截至)[\u4e00-\u9fff]{0,4}\s*[:：]?\s*$"
)

#: "（2）时间：" in a list under "1.报名方式及时间": what it is the time of, the list's heading says.
_BARE_TIME = re.compile(
    r"^\s*(?:[（(﹙]\d{1,2}[）)﹚]|\d{1,2}[.、．]|[①-⑳])\s?(?:具体|起止)?(?:时间|日期|期限)\s?[:：为是]{1,2}"
    r"\s?(?:自|从)?\s?$"
)


def calendar_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds deadline, effective_date, expiry and event_date."""
    if context.language == "en":
        yield from with_starts_that_were(list(_dates_and_terms(context)), context.text)
    else:
        yield from _dates_and_terms(context)


def _dates_and_terms(context: Context) -> Iterator[Fact]:
    mentions = find_dates(context)[:_MOST_DAYS]
    if mentions and mentions[-1].opens:
        mentions.pop()
    ends: set[Fact] = set()
    before: Fact | None = None
    for index, mention in enumerate(mentions):
        partner = mentions[index + 1] if mention.opens else mentions[index - 1] if mention.closes else None
        kind, role = _role(context, mention, partner)
        if mention.yearly and (kind != "deadline" or not _told_each_year(context, mention)):
            continue
        sure = 1.0 if mention.printed_year else 0.8
        if role is None and kind == "event_date" and context.language == "en":
            if before and _of_one_list(context, before, mention):
                role = before.role
            else:
                role = told_in_passing(context.around(mention.start, mention.end))
                sure = IN_PASSING if role else sure
        opens_at = (kind == "deadline" or mention.closes) and _HOURS.match(context.text, mention.end)
        value = mention.value[:10] if opens_at else mention.value
        fact = fact_of(context, kind, value, mention.start, mention.whole_end or mention.end, role, sure)
        if kind == "expiry":
            ends.add(fact)
        before = fact
        yield fact
    if context.language == "zh":
        yield from chinese_terms(context)
        yield from until_policy_ends(context, ends.pop() if len({end.value for end in ends}) == 1 else None)
    else:
        yield from english_terms(context)


def _of_one_list(context: Context, before: Fact, mention: DateMention) -> bool:
    """ "12 May 2026 (2pm to 7pm) and 14 May 2026": a meeting's next day."""
    if (
        before.kind != "event_date"
        or before.role != "event"
        or before.confidence < 1
        or mention.start - before.end > _LIST_REACH
    ):
        return False
    return DAYS_LISTED.fullmatch(context.text, before.end, mention.start) is not None


def _role(context: Context, mention: DateMention, partner: DateMention | None) -> tuple[str, str | None]:
    if _is_signature(context, mention):
        return "event_date", "issued"
    if _PUBLISHED.search(context.text[max(0, mention.start - 24) : mention.start]):
        return "event_date", "published"
    if context.language == "en" and is_record_date(context.text, mention.start, mention.end):
        return "event_date", "published"
    # Both ends of a range are judged by the words before its first and after its last day.
    first, last = (partner, mention) if mention.closes and partner else (mention, partner or mention)
    where = context.around(first.start if first else mention.start, last.end)
    heads = False
    if context.language == "zh":
        where, heads = _with_line_below(context, where, last)
        if _BARE_TIME.search(where.before) and (heading := context.heading_over(last.start)):
            where = replace(where, previous=heading)
        if mention.closes and first and invites_objections(context.text, first.start, last.end):
            return ("event_date", None) if _is_past(context, mention) else ("deadline", "comment_deadline")
        kind, role = roles_zh.role_of(mention, where, partner, _is_past(context, mention))
        if _END_OF_ASKING.search(where.previous[-24:] + where.before[-24:]) and role in ("application_deadline", "event_end"):
            asks = _ASKS_VIEWS_ZH.search(context.title + context.text[:_NOTICE_HEAD])
            kind, role = ("deadline", "comment_deadline") if asks else (kind, role)
    else:
        kind, role = roles_en.role_of(mention, where, partner)
    if role is None and context.language == "zh" and heads:
        return "event_date", "event"
    if role == "application_deadline" and context.language == "en" and _ASKS_VIEWS.search(context.title + context.text[:2000]):
        asked_here = re.search(r"appl|regist|nominat|submi", where.sentence, re.IGNORECASE)
        role = role if asked_here else "comment_deadline"
    if role is None and context.language == "zh" and _issues_this(context, where.after):
        return "event_date", "issued"
    if kind == "deadline" and _is_past(context, mention) and not _LABELLED.search(where.before[-60:]):
        return "event_date", None
    return kind, role


def _with_line_below(context: Context, where: Surroundings, last: DateMention) -> tuple[Surroundings, bool]:
    """(the surroundings, is the day a heading): of a day without its year that has a line for itself, what is told below it."""
    if last.printed_year or where.before.strip() or where.after.strip(" \n：:") or _LABELS_DAY.search(where.previous[-24:]):
        return where, False
    below = context.below(last.end)
    return (replace(where, after=f" {below}"), True) if len(below) >= _TELLS else (where, False)


def _issues_this(context: Context, after: str) -> bool:
    """ "3月27日，领导小组正式印发《…》": a page that tells of the paper which it is headed by."""
    issues = _ISSUES.match(after)
    return bool(issues and (issues["title"] in context.title or context.title.strip("《》 ") in issues["title"]))


def _told_each_year(context: Context, mention: DateMention) -> bool:
    where = context.around(mention.start, mention.end)
    return tells_each_year(where.before, where.after)


def _is_past(context: Context, mention: DateMention) -> bool:
    """A last day before the publication is told as history, unless it is the labelled closing date of what has closed."""
    return context.published_on is not None and mention.value[:10] < context.published_on.isoformat()[: len(mention.value[:10])]


def _is_signature(context: Context, mention: DateMention) -> bool:
    """A day alone on a short line that follows an issuer's line."""
    text = context.text
    line_start = text.rfind("\n", 0, mention.start) + 1
    line_end = text.find("\n", mention.end)
    line = text[line_start : len(text) if line_end < 0 else line_end].strip()
    if mention.opens or mention.closes or len(mention.value) < 10:
        return False
    if context.language == "zh" and not mention.printed_year:
        return False
    ends_line = context.language == "zh" and line_start > 0 and line.endswith(text[mention.start : mention.end])
    if ends_line and _OFFICE_SIGNS.fullmatch(text, line_start, mention.start):
        return True
    at_end = context.language == "zh" and not text[mention.end :].strip()
    if at_end and _OFFICE_ENDS.search(text, max(0, mention.start - 24), mention.start):
        return True
    if len(line) > _SIGNATURE_LINE_CHARACTERS:
        return False
    rest = line.replace(text[mention.start : mention.end], "").strip(" （）()。.")
    if _LABELS_DAY.search(text, max(0, line_start - 24), line_start):
        return False
    return line_start > 0 and not rest and (context.language == "zh" or _heads_a_notice(text, line_start))


def _heads_a_notice(text: str, line_start: int) -> bool:
    """Is it the line under the title of an American notice that says of which day it is?"""
    if line_start > _NOTICE_HEAD or not text.partition("\n")[0].isupper():
        return False
    return not text[:line_start].rstrip().endswith((":", ",", " and", " the"))
