"""Telephone numbers, addresses on the net, document numbers and laws: things that are copied as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.addresses_en import english_addresses
from pushsvc.plain.facts.addresses_zh import address_facts
from pushsvc.plain.facts.citations_zh import citation_facts, document_numbers
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.numbers_en import english_numbers
from pushsvc.plain.facts.phones import phone_facts
from pushsvc.plain.facts.references_en import english_faxes, english_laws
from pushsvc.plain.facts.writing_in_en import english_email_role, english_url_role

_EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?<![.-])", re.ASCII
)
_URL = re.compile(r"(?:https?://|www\.)[\w\-.~%/?#=&+:@!$*;,]{3,300}", re.ASCII)
_URL_TAIL = ".,;:!?)”’*"
#: A host that is printed without http:// or www: zwfw.mohrss.gov.cn.
_HOST = re.compile(
    r"(?<![\w@./:-])(?!www\.)[a-z0-9][a-z0-9-]{0,40}(?:\.[a-z0-9-]{1,40}){0,4}\.(?:gov|org|com|net|edu)(?:\.cn)?(?![\w@.-])(?:/[\w\-.~%/?#=&+]{0,200})?",
    re.ASCII | re.IGNORECASE,
)
_ENDS = (".gov", ".org", ".com", ".net", ".edu")
#: What a reader does at a Chinese address on the net, and what is only to be read there.
_DOES_THERE = re.compile(
    r"报名|网报|申请|申报|登录|登陆|填报|填写|提交|办理|申领|预约|缴费|服务平台|服务网|网上办|办事大厅|网上服务|系统|网办"
    r"|认证|注册"
)
_READS_THERE = re.compile(r"查询|查看|查阅|浏览|详见|公布|公示|公告|下载|关注|刊登|发布|专栏|门户网站")
_LOOKED_UP = re.compile(r"[”\"）)]?[^,，。；;]{0,6}?(?:查询|查看|查阅|浏览|了解)")
_LABEL_ONLY = re.compile(r"\s*[（(]?(?:网址|网站|链接|地址|平台网址|官网)?(?:为|是)?\s?[:：]?\s*")
#: Characters before an address on the net, under which its step is told in the line above.
_LONE = 4
#: A date that a page prints right behind its own address.
_GLUED_DATE = re.compile(r"(?:https?://)?[\w.-]+\.(?:cn|com|net|org)(?=(?:19|20)\d{2}-\d)")


def reference_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds phone, email, url, doc_number, legal_ref and address, in no fixed order."""
    yield from phone_facts(context)
    yield from _net(context)
    if context.language == "zh":
        yield from citation_facts(context)
        yield from address_facts(context)
    else:
        yield from document_numbers(context)
        yield from english_numbers(context)
        yield from english_laws(context)
        yield from english_addresses(context)
        yield from english_faxes(context)


def _net(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _EMAIL.finditer(text) if "@" in text else ():
        before = context.around(*found.span()).before
        role = "apply" if re.search(r"(?:发送|提交|报送|发|投递|反馈|寄)[^。；;]{0,16}$", before[-60:]) else "consult"
        role = (
            english_email_role(before, text[max(0, found.start() - 420) : found.start()]) if context.language == "en" else role
        )
        yield Fact("email", found.group().rstrip("."), found.group(), *found.span(), role)
    for found in _URL.finditer(text):
        glued = _GLUED_DATE.match(found.group())
        raw = (glued or found).group().rstrip(_URL_TAIL)
        yield Fact("url", raw, raw, found.start(), found.start() + len(raw), _url_role(context, *found.span()))
    for found in _HOST.finditer(text) if context.language == "zh" and any(end in context.low for end in _ENDS) else ():
        raw = found.group().rstrip(_URL_TAIL)
        yield Fact("url", raw, raw, found.start(), found.start() + len(raw), _url_role(context, *found.span()))


def _url_role(context: Context, start: int, end: int) -> str:
    """ "apply" where something is done at the address, else "info": by the words before it, else by its clause's behind it."""
    where = context.around(start, end)
    near = where.before[-60:]
    if context.language == "zh" and _LABEL_ONLY.fullmatch(near):
        # The step is told in the line above: "登录…平台，选择…，进行补贴申领操作。 网址：".
        near = where.previous[-60:]
    if context.language != "zh":
        before = f"{where.previous} {where.before}" if len(where.before) < _LONE else where.before
        return english_url_role(before, context.text[max(0, start - 420) : start])
    clause = re.split(r"[。；;\n]", where.after)[0][:24]
    does, reads = (list(pattern.finditer(near)) for pattern in (_DOES_THERE, _READS_THERE))
    if does and does[-1].group() in ("登录", "登陆") and _LOOKED_UP.match(clause):
        return "info"
    if does or reads:
        return "apply" if does and (not reads or does[-1].start() > reads[-1].start()) else "info"
    return "apply" if _DOES_THERE.search(clause) and not _READS_THERE.search(clause) else "info"
