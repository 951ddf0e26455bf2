"""English telephone numbers and laws, as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.scanning import found_at, places_of

PHONE_EN = re.compile(
    r"(?<![\w.\-/])(?:\+44\s?(?:\(0\)\s?)?\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}|(?:1[-\s.]?)?\(?\d{3}\)?[\s–-]\s?\d{3}[–-] ?\d{4}"
    r"|1[-–]\d{3}[-–]\d{3}[-–]\d{4}|(?:1\.)?\d{3}\.\d{3}\.\d{4}|\+\d{1,3}(?:[\s-]\(?\d{1,4}\)?){2,5}"
    r"|\+\d{2,3}\s\d{5,8}"
    r"|\(?0(?:\d{2}\)?\s\d{4}\s\d{4}|\d{3}\)?\s\d{3}\s?\d{3,4}|\d{4}\)?\s\d{5,6}|\d{4}\)?\s\d{3}\s\d{3}"
    r"|\d{3}\s\d{2}\s\d{2}\s\d{3}|\d{3,4}\s\d{2}\s\d{2}\s\d{2})"
    r"|0\d{3}-\d{3}-\d{4})(?![\w-]?\d)"
)
_FAX_LINE = re.compile(
    r"\b(?i:fax(?:ed|ing)?)(?: at| to|:|\.|,)? {0,2}(?P<n>(?:1[-. ])?\(?\d{3}\)?[-–. ]{1,2}\d{3}[-–.]\d{4}"
    r"|0\d{2,4} \d{3,4} \d{3,4})(?!\d)"
)
_FAXED = re.compile(
    r"\b(?:submitted|submit|sent|send)\b[^.]{0,60}\bmethods?:|\bfaxed\b|\bby fax\b|\bfax (?:your "
    r"|written )?(?:comments|applications|forms?)\b",
    re.IGNORECASE,
)
#: "Comments may be submitted by any of these methods: Email: a@b.gov; Fax: 202-555-0143".
_METHODS = re.compile(r"\b(?:submitted|submit|sent|send)\b[^.\n]{0,120}\bmethods?:[^\n]{0,240}$", re.IGNORECASE)
_ACT = re.compile(r"\bAct\b|\b(?:Regulations|Order|Rules)(?=(?: of)? (?:19|20)\d{2}\b)")
#: The name before the word Act: words with a capital, and small words between them.
_NAME = re.compile(
    r"(?:[Ss]ection \d[\w().]{0,12} of (?:the )?)?(?:[A-Z][A-Za-z'’&-]+|\([A-Z][A-Za-z]*\))"
    r"(?:,? (?:[A-Z][A-Za-z'’&-]+|\([A-Z][A-Za-z]*\)|and|of|the|for|in|to|on|with)){0,10} $"
)
_YEAR_OF_ACT = re.compile(r"(?: \([A-Z]{2,8}\))?(?: of)? (?:19|20)\d{2}\b")
_CODE = re.compile(
    r"\b\d{1,2} CFR (?:[Pp]arts? )?\d{1,4}(?:[.-]\d{1,5})?(?:\([a-z0-9]{1,4}\))*|\b\d{1,2} U\.S\.C\. (?:[Aa]pp\.? ?\d{0,3}"
    r"|\d{1,5}[a-z]?(?:[-–]\d{1,5}[a-z]?)?)"
    r"|\bPub(?:lic|\.) L(?:aw|\.) \d{2,3}-\d{1,4}|\bExecutive Order (?:No\. )?\d{5}|\bE\.O\. \d{5}"
)


def english_faxes(context: Context) -> Iterator[Fact]:
    """Fax numbers to which a reader is asked to send something; other fax lines are no contacts."""
    for found in found_at(_FAX_LINE, context.text, context.words_at(("fax",))):
        lead = context.text[max(0, found.start() - 320) : found.start()]
        if _FAXED.search(context.around(*found.span("n")).before) or _METHODS.search(lead):
            yield Fact("phone", found["n"], found["n"], *found.span("n"), "apply")


def english_laws(context: Context) -> Iterator[Fact]:
    """Facts of the kind legal_ref: Acts and regulations by name, and places in the codes of law."""
    text = context.text
    for found in found_at(_ACT, text, places_of(text, ("Act", "Regulations", "Order", "Rules"))):
        name = _NAME.search(text, max(0, text.rfind("\n", 0, found.start()) + 1, found.start() - 140), found.start())
        if not name:
            continue
        year = _YEAR_OF_ACT.match(text, found.end())
        start = name.start() + (4 if name.group().startswith("The ") else 0)
        end = year.end() if year else found.end()
        if not text[start : found.start()].strip():
            continue
        yield Fact("legal_ref", text[start:end], text[start:end], start, end, "basis")
    for found in found_at(_CODE, text, sorted({*context.figures, *places_of(text, ("Pub", "Executive Order ", "E.O. "))})):
        yield Fact("legal_ref", found.group(), found.group(), *found.span(), "basis")
