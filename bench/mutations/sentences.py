"""A text cut into its sentences, without cutting "Mr. Lee", "U.S. law" or "5 p.m. ET"."""

from __future__ import annotations

import re

SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Inc|Ltd|Co|Corp|vs|Jr|Sr|Sec|Art|Rev|Gen|Gov|Hon|approx|etc|e\.g|i\.e|a\.m|p\.m"
    r"|U\.S|U\.K|D\.C|Ph\.D|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z])\.$"
)

#: What goes on behind "5 p.m.", though it is written large.
ZONE = re.compile(r"[A-Z]{2,4}\b|Eastern|Central|Pacific|Mountain|Monday|Tuesday|Wednesday|Thursday|Friday")


def sentences(text: str, language: str) -> list[str]:
    if language == "zh":
        return [part.strip() for part in re.findall(r"[^。！？\n]+[。！？]*[”」』]?", text) if part.strip()]
    found: list[str] = []
    for part in re.split(r"(?<=[.!?])\s+|(?<=[.!?][”\"')])\s+|\n+", text):
        if not part.strip():
            continue
        after_hour = found and re.search(r"[ap]\.m\.$", found[-1]) and part[:1].isupper() and not ZONE.match(part)
        if found and SHORT.search(found[-1]) and not after_hour:
            found[-1] += " " + part.strip()
        else:
            found.append(part.strip())
    return found
