"""Signs that nobody sees: editors leave them in numbers, and forgers turn the direction of a text with them."""

from __future__ import annotations

import re

#: Soft hyphen, zero-width signs, signs of direction, byte order mark.
SIGNS = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_INVISIBLE = re.compile(f"[{SIGNS}]+")


def without_invisible(text: str) -> str:
    """The text as a reader sees it: 1<zero width>00元 is 100元."""
    return _INVISIBLE.sub("", text)
