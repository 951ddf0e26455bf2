"""Telephone numbers, addresses on the net, document numbers and laws: things that are copied as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.phones import phone_facts
from pushsvc.plain.facts.references_en import english_addresses, english_email_role, english_laws, english_numbers

_EMAIL = re.compile(r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?<![.-])")
_URL = re.compile(r"(?:https?://|www\.)[\w\-.~%/?#=&+:@!$*;,]{3,300}", re.ASCII)
_URL_TAIL = ".,;:!?)”’*"
_DOC = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{1,9})(?:[A-Za-z]{0,4})\s?[〔\[［【(（﹝]\s?(?P<year>(?:19|20)\d{2})\s?[〕\]］】)）﹞]\s?第?\s?(?P<no>\d{1,5})\s?号"
)
_WORD_START = re.compile(
    r"^.*(?:根据|按照|依据|以及|及|和|与|、|的|见|按|于|由|以|文号|编号|为|第|参照|继续|执行|关于|印发|通知)(?=[\u4e00-\u9fff]{1,8}$)"
)
_ADDRESS = re.compile(r"地址\s?[:：]\s?(?P<where>[^。；;，,\n（(：:|]{6,48})")
_LAW = re.compile(r"《(?P<title>[^《》\n]{3,50}(?:法|条例|规定|办法|细则|决定|规则|法典))》")
_BASIS = re.compile(r"根据|依据|按照|依照|遵照|贯彻|落实|结合|为(?:进一步)?|实施(?=《)|精神|规定")


def _addresses(context: Context) -> Iterator[Fact]:
    for found in _ADDRESS.finditer(context.text):
        applies = re.search(r"报名|申请|提交|受理|办理|寄送|邮寄", context.text[max(0, found.start() - 8) : found.start()])
        yield Fact("address", found["where"], found["where"], *found.span("where"), "apply" if applies else "handle")


def reference_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds phone, email, url, doc_number, legal_ref and address, in no fixed order."""
    yield from phone_facts(context)
    yield from _net(context)
    yield from _doc_numbers(context)
    if context.language == "zh":
        yield from _laws(context)
        yield from _addresses(context)
    else:
        yield from english_numbers(context)
        yield from english_laws(context)
        yield from english_addresses(context)


def _net(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _EMAIL.finditer(text):
        before = context.around(*found.span()).before
        role = "apply" if re.search(r"(?:发送|提交|报送|发|投递|反馈|寄)[^。；;]{0,16}$", before[-60:]) else "consult"
        role = english_email_role(before) if context.language == "en" else role
        yield Fact("email", found.group().rstrip("."), found.group(), *found.span(), role)
    for found in _URL.finditer(text):
        raw = found.group().rstrip(_URL_TAIL)
        near = context.around(*found.span()).before[-40:].lower()
        applies = re.search(r"报名|申请|申报|登录|填报|提交|办理|apply|submit|register|respond", near)
        yield Fact("url", raw, raw, found.start(), found.start() + len(raw), "apply" if applies else "info")


def _doc_numbers(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _DOC.finditer(text):
        word = _WORD_START.sub("", found["word"])
        start = found.start() + len(found["word"]) - len(word)
        value = f"{word}〔{found['year']}〕{found['no']}号"
        yield Fact(
            "doc_number", value, text[start : found.end()], start, found.end(), _doc_role(context, value, start, found.end())
        )


def _doc_role(context: Context, value: str, start: int, end: int) -> str | None:
    if context.doc_number == value:
        return "self"
    where = context.around(start, end)
    if re.search(r"废止|失效|停止执行", where.after[:60]):
        return "repealed"
    if re.search(r"修改|修订", where.after[:30]):
        return "amended"
    if re.match(r"^\s?$", where.before) and start < 400 and len(where.sentence) < 30:
        return "self"
    if _BASIS.search(where.before[-120:]) or re.search(r"精神|要求|规定", where.after[:16]):
        return "basis"
    return "related"


def _laws(context: Context) -> Iterator[Fact]:
    for found in _LAW.finditer(context.text):
        near = context.around(*found.span()).before[-60:]
        basis = "basis" if _BASIS.search(near) else None
        yield Fact("legal_ref", found["title"], found["title"], *found.span("title"), basis)
