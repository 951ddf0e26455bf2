"""English telephone numbers, docket numbers and laws, as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context

PHONE_EN = re.compile(
    r"(?<![\w.\-/])(?:\+44\s?(?:\(0\)\s?)?\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}|(?:1[-\s.]?)?\(?\d{3}\)?[\s–-]\s?\d{3}[–-]\d{4}"
    r"|1[-–]\d{3}[-–]\d{3}[-–]\d{4}|\+\d{1,3}(?:[\s-]\(?\d{1,4}\)?){2,5}"
    r"|0(?:\d{2}\s\d{4}\s\d{4}|\d{3}\s\d{3}\s\d{3,4}|\d{4}\s\d{5,6}|\d{4}\s\d{3}\s\d{3}))(?![\w-]?\d)"
)
_DOCKET = re.compile(
    r"(?P<label>Docket (?:ID )?(?:Nos?\.?|Numbers?|ID)?:?|OMB (?:Control )?(?:No\.|Number):?)"
    r"\s?(?P<no>[A-Z0-9][A-Z0-9]{0,8}(?:[-–][A-Z0-9]{1,10}){1,6})"
)
_CONTRACT = re.compile(r"\bunder (?P<no>[A-Z]{2,5}-[A-Z]{2,6}\d{2,5}-\d{2,4})\b")
_LAW_EN = re.compile(
    r"\b(?:the )?(?P<title>(?:[A-Z][A-Za-z'’&-]+|and|of|the|for|\([A-Z][a-z]+\))(?: (?:[A-Z][A-Za-z'’&-]+"
    r"|and|of|the|for|in|to|on|\([A-Z][A-Za-z, ]+\))){0,12} (?:Act|Regulations|Order|Rules)(?: of)? (?:19"
    r"|20)\d{2})\b"
)


def english_numbers(context: Context) -> Iterator[Fact]:
    """Facts of the kind doc_number: docket, contract and OMB control numbers."""
    for found in _CONTRACT.finditer(context.text):
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "self")
    for found in _DOCKET.finditer(context.text):
        role = "omb" if found["label"].startswith("OMB") else "docket"
        yield Fact("doc_number", found["no"].replace("–", "-"), found["no"], *found.span("no"), role)


def english_laws(context: Context) -> Iterator[Fact]:
    """Facts of the kind legal_ref."""
    for found in _LAW_EN.finditer(context.text):
        yield Fact("legal_ref", found["title"], found["title"], *found.span("title"), "basis")
