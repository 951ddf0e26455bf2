"""Signs that nobody sees: editors leave them in numbers, and forgers turn the direction of a text with them."""

from __future__ import annotations

import re

#: Soft hyphen, zero-width signs, signs of direction, byte order mark.
SIGNS = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_INVISIBLE = re.compile(f"[{SIGNS}]+")
#: From an override to its end, or the line's: what stands there is shown in the other direction than it is written.
TURNED = "\u202e[^\\n\u202c]*"
_TURNED = re.compile(TURNED)
#: Stands for a character that cannot be told: it is in no pattern, so nothing is found in it and nothing is told of it.
BLANKED = "\u2592"


def without_invisible(text: str) -> str:
    """The text as a reader sees it: 1<zero width>00元 is 100元. What is turned round is blanked out: 0005 is shown as 5000."""
    if "\u202e" in text:
        text = _TURNED.sub(lambda found: BLANKED * len(_INVISIBLE.sub("", found.group())), text)
    return _INVISIBLE.sub("", text)
