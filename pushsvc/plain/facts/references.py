"""Telephone numbers, addresses on the net, document numbers and laws: things that are copied as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.addresses_zh import address_facts
from pushsvc.plain.facts.citations_zh import citation_facts, document_numbers
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.phones import phone_facts
from pushsvc.plain.facts.references_en import english_addresses, english_email_role, english_laws, english_numbers

_EMAIL = re.compile(r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?<![.-])")
_URL = re.compile(r"(?:https?://|www\.)[\w\-.~%/?#=&+:@!$*;,]{3,300}", re.ASCII)
_URL_TAIL = ".,;:!?)”’*"
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


def _net(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _EMAIL.finditer(text):
        before = context.around(*found.span()).before
        role = "apply" if re.search(r"(?:发送|提交|报送|发|投递|反馈|寄)[^。；;]{0,16}$", before[-60:]) else "consult"
        role = english_email_role(before) if context.language == "en" else role
        yield Fact("email", found.group().rstrip("."), found.group(), *found.span(), role)
    for found in _URL.finditer(text):
        glued = _GLUED_DATE.match(found.group())
        raw = (glued or found).group().rstrip(_URL_TAIL)
        near = context.around(*found.span()).before[-40:].lower()
        applies = re.search(r"报名|申请|申报|登录|填报|提交|办理|apply|submit|register|respond", near)
        yield Fact("url", raw, raw, found.start(), found.start() + len(raw), "apply" if applies else "info")
