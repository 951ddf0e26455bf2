"""Telephone numbers, addresses on the net, document numbers and laws: things that are copied as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context

_PHONE_CN = re.compile(
    r"(?<![\d.\-—/A-Za-z:：号第])(?<![:：]\s)(?:"
    r"(?:[（(]?0\d{2,3}[）)]?\s?[-—－–]?\s?)(?:\d{7,8}|12345|\d{4}\s\d{4})(?:[-—转]\d{1,5})?"
    r"|400[-—]?\d{3}[-—]?\d{4}|400[-—]?\d{4}[-—]?\d{3}|800[-—]?\d{3}[-—]?\d{4}"
    r"|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?![\d.]|[-/]\d)"
)
_LABEL = re.compile(
    r"(?:电话|热线|拨打|致电|来电|手机|传真|TEL|Tel|联系方式|咨询)(?:[:：]?\n)?[^。；;\n\d+]{0,14}?(?P<n>(?:[（(]?0\d{2,3}[）)]?[-—－–\s]?)?\d{7,8}(?:[-—转]\d{1,5})?"
    r"|(?:0\d{2,3}[-—])?(?:12\d{3}|9[56]\d{3,4}|1[012]\d)|400[-—]?\d{3,4}[-—]?\d{3,4}|1[3-9]\d{9})(?![\d.])"
)
_HOTLINE = re.compile(
    r"(?<![\d.\-A-Za-z〔（(第])(?P<n>(?:0\d{2,3}[-—])?12(?:3(?:45|29|33|66|93|15)|1(?:19)"
    r"|348|355|388|318|350|320|385|367|378))(?![\d.,万元个人户年%])(?=[”\"’]?(?:[）)]|[热政公服专便市咨和、,，。；;转]"
    r"|$|\s))"
)
_FOLLOWING = re.compile(r"\s?[、,，/；;]\s?(?P<n>(?:0\d{2,3}[-—－]?)?\d{7,8}(?:[-—转]\d{1,5})?)(?![\d.元])")
_FAX = re.compile(r"(?:传真|fax)[^\d\n]{0,10}$", re.IGNORECASE)
_PHONE_EN = re.compile(
    r"(?<![\w.\-/])(?:\+44\s?(?:\(0\)\s?)?\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}|(?:1[-\s.]?)?\(?\d{3}\)?[\s–-]\s?\d{3}[–-]\d{4}"
    r"|1[-–]\d{3}[-–]\d{3}[-–]\d{4}|\+\d{1,3}(?:[\s-]\(?\d{1,4}\)?){2,5}"
    r"|0(?:\d{2}\s\d{4}\s\d{4}|\d{3}\s\d{3}\s\d{3,4}|\d{4}\s\d{5,6}|\d{4}\s\d{3}\s\d{3}))(?![\w-]?\d)"
)
_EMAIL = re.compile(r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?<![.-])")
_URL = re.compile(r"(?:https?://|www\.)[\w\-.~%/?#=&+:@!$*;,]{3,300}", re.ASCII)
_URL_TAIL = ".,;:!?)”’*"
_DOC = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{1,9})(?:[A-Za-z]{0,4})\s?[〔\[［【(（﹝]\s?(?P<year>(?:19|20)\d{2})\s?[〕\]］】)）﹞]\s?第?\s?(?P<no>\d{1,5})\s?号"
)
_WORD_START = re.compile(
    r"^.*(?:根据|按照|依据|以及|及|和|与|、|的|见|按|于|由|以|文号|编号|为|第|参照|继续|执行|关于|印发|通知)(?=[\u4e00-\u9fff]{1,8}$)"
)
_DOCKET = re.compile(
    r"(?P<label>Docket (?:ID )?(?:Nos?\.?|Numbers?|ID)?:?|OMB (?:Control )?(?:No\.|Number):?)"
    r"\s?(?P<no>[A-Z0-9][A-Z0-9]{0,8}(?:[-–][A-Z0-9]{1,10}){1,6})"
)
_CONTRACT = re.compile(r"\bunder (?P<no>[A-Z]{2,5}-[A-Z]{2,6}\d{2,5}-\d{2,4})\b")
_ADDRESS = re.compile(r"地址\s?[:：]\s?(?P<where>[^。；;，,\n（(：:|]{6,48})")
_LAW = re.compile(r"《(?P<title>[^《》\n]{3,50}(?:法|条例|规定|办法|细则|决定|规则|法典))》")
_LAW_EN = re.compile(
    r"\b(?:the )?(?P<title>(?:[A-Z][A-Za-z'’&-]+|and|of|the|for|\([A-Z][a-z]+\))(?: (?:[A-Z][A-Za-z'’&-]+"
    r"|and|of|the|for|in|to|on|\([A-Z][A-Za-z, ]+\))){0,12} (?:Act|Regulations|Order|Rules)(?: of)? (?:19"
    r"|20)\d{2})\b"
)
_BASIS = re.compile(r"根据|依据|按照|依照|遵照|贯彻|落实|结合|为(?:进一步)?|实施(?=《)|精神|规定")


def _addresses(context: Context) -> Iterator[Fact]:
    for found in _ADDRESS.finditer(context.text):
        applies = re.search(r"报名|申请|提交|受理|办理|寄送|邮寄", context.text[max(0, found.start() - 8) : found.start()])
        yield Fact("address", found["where"], found["where"], *found.span("where"), "apply" if applies else "handle")


def reference_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds phone, email, url, doc_number, legal_ref and address, in no fixed order."""
    yield from _phones(context)
    yield from _net(context)
    yield from _doc_numbers(context)
    yield from _laws(context)
    if context.language == "zh":
        yield from _addresses(context)


def _phones(context: Context) -> Iterator[Fact]:
    text, seen = context.text, set()
    spans: list[tuple[int, int]] = []
    if context.language == "zh":
        for pattern in (_PHONE_CN, _LABEL, _HOTLINE):
            for found in pattern.finditer(text):
                start, end = found.span("n") if "n" in pattern.groupindex else found.span()
                spans.append((start, end))
                following = _FOLLOWING.match(text, end)
                while following:
                    spans.append(following.span("n"))
                    following = _FOLLOWING.match(text, following.end())
    spans += [found.span() for found in _PHONE_EN.finditer(text)] if context.language == "en" else []
    taken = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if text[start] in "(（" and not re.search(r"[)）]", text[start:end]):
            start += 1
        if start < taken or text[start:end] in seen or _FAX.search(text[max(0, start - 14) : start]):
            continue
        taken = end
        seen.add(text[start:end])
        yield Fact("phone", _printed_phone(text[start:end]), text[start:end], start, end, _phone_role(context, start, end))


def _printed_phone(raw: str) -> str:
    """As printed, in one way of writing: 505-827-4565 for (505) 827-4565."""
    plain = re.sub(r"[—－–]", "-", raw.strip())
    american = re.fullmatch(r"\(?(\d{3})\)?[\s-]\s?(\d{3})-(\d{4})", plain)
    if american:
        return "-".join(american.groups())
    return re.sub(r"^[（(](0\d{2,3})[）)]\s?-?", r"\1-", plain)


def _phone_role(context: Context, start: int, end: int) -> str:
    where = context.around(start, end)
    near = where.before[-40:]
    if re.search(
        r"报名电话|预约电话|申请电话|dial|call-in|conference call|register|to (?:listen|participate|join)",
        near + where.after[:70],
        re.IGNORECASE,
    ):
        return "register"
    return "consult"


def _net(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _EMAIL.finditer(text):
        near = context.around(*found.span()).before[-60:].lower()
        applies = re.search(
            r"(?:发送|提交|报送|发|投递|反馈|寄)[^。；;]{0,16}$|(?:submit|send|comments?|apply|applications?"
            r"|e-?mailed)[^.;]{0,40}(?:to|at|:)\s?$",
            near,
        )
        yield Fact("email", found.group().rstrip("."), found.group(), *found.span(), "apply" if applies else "consult")
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
    if context.language == "en":
        for found in _CONTRACT.finditer(text):
            yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "self")
        for found in _DOCKET.finditer(text):
            role = "omb" if found["label"].startswith("OMB") else "docket"
            yield Fact("doc_number", found["no"].replace("–", "-"), found["no"], *found.span("no"), role)


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
    pattern = _LAW if context.language == "zh" else _LAW_EN
    for found in pattern.finditer(context.text):
        near = context.around(*found.span()).before[-60:]
        basis = "basis" if context.language == "en" or _BASIS.search(near) else None
        yield Fact("legal_ref", found["title"], found["title"], *found.span("title"), basis)
