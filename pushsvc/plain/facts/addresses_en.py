"""Postal addresses in English documents: American ones in a line, British ones in a line or a block of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.scanning import found_at
from pushsvc.plain.facts.writing_in_en import is_a_way

#: A street address up to a state and ZIP code.
_AMERICAN = re.compile(
    r"(?<![\w-])(?P<where>(?:\d{1,5}|\d{1,2}(?:st|nd|rd|th)|(?:Room|Suite) [A-Z]?\d{1,6},|[A-Z]{2,6} Headquarters,)"
    r" (?:[A-Z0-9][\w.'’-]*)"
    r"(?:[ ,]{1,2}(?:[A-Z0-9(#][\w.'’)#-]*|of|and|the|floor|room|suite|[Aa](?:tt|TT)[nN]:)){0,22},? "
    r"(?:(?!FR)[A-Z]{2}|D\.C\.|[A-Z][a-z]{3,11}),? \d{5}(?:-\d{4})?)\b"
)
#: A street without a ZIP code.
_STREET = re.compile(
    r"(?<![\w-])(?P<where>\d{2,5} (?:[A-Z0-9][\w.'’]* ){1,5}(?:Street|Avenue|Boulevard|Road|Drive|Parkway|Highway|Lane"
    r"|Plaza|Blvd\.|Ave\.|Rd\.|Dr\.)"
    r"(?: [NS][EW]\.?)?(?:, (?:Suite|Room|Rm\.|Unit|Floor) [\w-]{1,8})?)(?=[,;.\n])"
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b(?![\w@])")
_ADDRESS_LINE = re.compile(r"(?:The )?[A-Z0-9][\w .,'’&()/-]{1,48}$")
_MOST_LINES = 7
#: A line above an address that only says what follows.
_ADDRESS_HEADING = re.compile(
    r"(?:Contacts?(?: us| details)?|Enquiries|(?:Postal )?[Aa]ddress|By post|Post|Write to(?: us)?|Where to write)$",
    re.IGNORECASE,
)
_HELD_AT = re.compile(r"\b(?:held|meeting|hearing)\b|\b(?:location|place|where)\b[^.;:]{0,30}:", re.IGNORECASE)
_POSTED = re.compile(
    r"\b(?:addressed to|submit\w*|send|sent|mail\w*|post|deliver\w*|appl(?:y|ications?)"
    r"|form)\b",
    re.IGNORECASE,
)
#: "submit comments to a@b.gov, or in hard copy to: Chairman, Committee, " before an address.
#: "by one of these methods: Fax: 202-555-0143. Mail or delivery: Docket Office, ".
_BY_METHOD = re.compile(
    r"\bmethods?:[^\n]{0,380}\b(?:mail|hand|deliver\w*|courier|post)\b[^:\n]{0,50}:[^:\n]{0,200}$", re.IGNORECASE
)
_SENT_TO = re.compile(
    r"\b(?:submit\w*|send|sent|mail\w*|deliver\w*)\b[^;]{0,260}\b(?:to|at):? [^;:]{0,120}$"
    r"|\b(?:sent|send|submit\w*|mail\w*)\b.{0,280}[;.] (?:or )?(?:by|via) (?:(?:all )?other carriers?|courier|hand|express mail"
    r"|mail|post|overnight (?:mail|delivery))[ ,:][^;:]{0,140}$",
    re.IGNORECASE,
)


def english_addresses(context: Context) -> Iterator[Fact]:
    """Facts of the kind address: American ones in a line, British ones in a line or a block of lines."""
    text = context.text
    taken = -1
    for found in _AMERICAN.finditer(text):
        taken = found.end()
        yield _address(context, *found.span("where"))
    blocks = []
    for found in found_at(_POSTCODE, text, _before_figures(text, context.figures)):
        start = _block_start(text, found.start())
        if start is not None:
            blocks.append(range(start, found.end()))
            yield _address(context, start, found.end())
    if taken < 0:
        for found in found_at(_STREET, text, context.figures):
            if not any(found.start("where") in block for block in blocks):
                yield _address(context, *found.span("where"))


def _before_figures(text: str, figures: Sequence[int]) -> Iterator[int]:
    """The one or two places before a figure at which a postcode may begin."""
    for place in figures:
        if text[max(0, place - 1) : place].isupper():
            yield from range(max(0, place - 2), place)


def _block_start(text: str, postcode: int) -> int | None:
    """Where the address that ends in a postcode begins; None when nothing before it looks like one."""
    line = text.rfind("\n", 0, postcode) + 1
    head = text[line:postcode]
    if head.count(",") >= 2:
        comma = max(head.rfind(mark, 0, max(0, len(head) - 12)) for mark in (": ", " to ", " at "))
        place = re.compile(r"[A-Z0-9]").search(head, comma + 1 if comma >= 0 else 0)
        return line + place.start() if place and len(head) - place.start() <= 200 else None
    if head.strip(" ,") and not _ADDRESS_LINE.match(head.strip()):
        return None
    start, lines = line, 0
    while start > 0 and lines < _MOST_LINES:
        above = text.rfind("\n", 0, start - 1) + 1
        said = text[above : start - 1].strip()
        if not _ADDRESS_LINE.match(said) or said.endswith((".", ":")) or _ADDRESS_HEADING.match(said):
            break
        start, lines = above, lines + 1
    return start if lines >= 1 else None


def _address(context: Context, start: int, end: int) -> Fact:
    value = " ".join(context.text[start:end].split())
    return Fact("address", value, context.text[start:end], start, end, _address_role(context, start, end))


def _address_role(context: Context, start: int, end: int) -> str:
    where = context.around(start, end)
    near = f"{where.previous[-60:]} {where.before[-120:]}"
    if _HELD_AT.search(near):
        return "event"
    # A sentence may be taken to end at a semicolon: "by post to 1 C Street; by all other carriers, 2 I Street".
    goes_on = f"{where.previous} " if where.before[:1].islower() else ""
    sent = (
        _BY_METHOD.search(context.text[max(0, start - 620) : start])
        or _POSTED.search(near)
        or _SENT_TO.search(f"{goes_on}{where.before}"[-400:])
    )
    return "apply" if sent or _ends_a_way(context.text[max(0, start - 420) : start]) else "consult"


def _ends_a_way(above: str) -> bool:
    """Is a way to write in named on the line before an address, or before the names that stand above it?"""
    if is_a_way(above):
        return True
    lines = above.rstrip().split("\n")
    led = next((at for at in range(len(lines) - 1, max(-1, len(lines) - _MOST_LINES), -1) if lines[at].endswith(":")), -1)
    return led >= 0 and is_a_way("\n".join(lines[: led + 1]))
