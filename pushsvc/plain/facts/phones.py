"""Telephone numbers, copied as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.contact_places_zh import is_fax_column, is_other_number, numbers_in_lists
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.references_en import PHONE_EN
from pushsvc.plain.facts.scanning import found_at, opened

_PHONE_CN = re.compile(
    r"(?<![\d.\-—/A-Za-z:：号第])(?<![:：]\s)(?:"
    r"(?:[（(]?0\d{2,3}[）)]?\s?[-—－–]?\s?)(?:\d{7,8}|12345|\d{4}\s\d{4})(?:[-—转]\d{1,5})?"
    r"|400[-—]?\d{3}[-—]?\d{4}|400\d-\d{3}-\d{3}|400[-—]?\d{4}[-—]?\d{3}|800[-—]?\d{3}[-—]?\d{4}"
    r"|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?![\d.]|[-/]\d)"
)
_LABEL = re.compile(
    r"(?:电话|电[ \u3000]{1,4}话|热线|拨打|致电|来电|手机|TEL|Tel|联系方式|联系人|咨询)(?:[:：]?\n)?[^。；;\n\d+]{0,14}?"
    r"(?P<n>(?:[（(]?0\d{2,3}[）)]?[-—－–\s]?)?(?!(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d(?!\d))\d{7,8}(?:[-—转]\d{1,5})?"
    # Nine digits behind an area code are a slip of the page's: copied as printed.
    r"|0\d{2,3}[-—－–]\d{9}"
    r"|(?:0\d{2,3}[-—])?(?:12\d{3}|9[56]\d{3,4}|1[012]\d)|400[-—]?\d{3,4}[-—]?\d{3,4}|400\d-\d{3}-\d{3}|1[3-9]\d{9})(?![\d.])"
)
_HOTLINE = re.compile(
    r"(?<![\d.\-A-Za-z〔（(第])(?P<n>(?:0\d{2,3}[-—])?12(?:3(?:45|29|33|66|93|15)|1(?:19)"
    r"|348|355|388|318|350|320|385|367|378))(?![\d.,万元个人户年%])(?=[”\"’]?(?:[）)]|[热政公服专便市咨和、,，。；;转]"
    r"|$|\s))"
)
#: "可与接种门诊联系（3432551）预约": a town's number in brackets, behind whom or how one calls.
_IN_BRACKETS = re.compile(
    r"(?:联系|咨询|预约|致电|门诊|医院|中心|窗口|服务站|服务台|办公室|卫生院|居委会|村委会|[科局所])[（(]\s?(?P<n>[2-8]\d{6,7})\s?[）)]"
)
_SHORT = re.compile(r"(?<![\d.\-A-Za-z〔（(第])(?P<n>9[56]\d{3,4})(?=(?:[”\"’])?(?:热线|客服|服务|咨询))")
_FOLLOWING = re.compile(
    r"\s?(?:[、,，/；;]|或者?|和|及)\s?(?P<n>(?:0\d{2,3}[-—－]?)?\d{7,8}(?:[-—转]\d{1,5})?|(?:12\d{3}|9[56]\d{3,4}|1[12]\d)(?=[、,，。；;）)\s]|$))(?![\d.元])"
)
_FAX = re.compile(r"(?:(?<!电话/)(?<!电话、)(?<!电话及)(?<!电话（)传真|fax|facsimile)[^\d\n]{0,10}$", re.IGNORECASE)


def phone_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kind phone, each printed number once."""
    text, seen = context.text, set()
    spans: list[tuple[int, int]] = []
    if context.language == "zh":
        places = list(opened(text, context.figures, "（("))
        for pattern in (_PHONE_CN, _LABEL, _HOTLINE, _SHORT):
            for found in pattern.finditer(text) if pattern is _LABEL else found_at(pattern, text, places):
                start, end = found.span("n") if "n" in pattern.groupindex else found.span()
                spans.append((start, end))
                following = _FOLLOWING.match(text, end)
                while following:
                    spans.append(following.span("n"))
                    following = _FOLLOWING.match(text, following.end())
        spans += numbers_in_lists(context)
        spans += [found.span("n") for found in _IN_BRACKETS.finditer(text)]
    spans += _english(context) if context.language == "en" else []
    taken = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if text[start] in "(（" and not re.search(r"[)）]", text[start:end]):
            start += 1
        if start < taken or text[start:end] in seen or _FAX.search(text[max(0, start - 14) : start]):
            continue
        if context.language == "zh" and (is_other_number(text, start, end) or is_fax_column(context, start)):
            continue
        taken = end
        seen.add(text[start:end])
        yield Fact("phone", _printed_phone(text[start:end]), text[start:end], start, end, _phone_role(context, start, end))


def _english(context: Context) -> list[tuple[int, int]]:
    return [found.span() for found in found_at(PHONE_EN, context.text, opened(context.text, context.figures, "+("))]


def _printed_phone(raw: str) -> str:
    """As printed, in one way of writing: 505-827-4565 for (505) 827-4565."""
    plain = re.sub(r"[—－–]\s?", "-", raw.strip())
    american = re.fullmatch(r"\(?(\d{3})\)?[\s-]\s?(\d{3})-(\d{4})", plain)
    if american:
        return "-".join(american.groups())
    return re.sub(r"^[（(](0\d{2,3})[）)]\s?-?", r"\1-", plain)


def _phone_role(context: Context, start: int, end: int) -> str:
    where = context.around(start, end)
    near = where.before[-40:]
    if re.search(
        r"报名电话|预约电话|申请电话|\d{7}[）)](?:预约|报名)|dial|call-in|conference call|register"
        r"|to (?:listen|participate|join)",
        near + context.text[start:end] + where.after[:70],
        re.IGNORECASE,
    ):
        return "register"
    return "consult"
