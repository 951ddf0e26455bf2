"""What went wrong, in words for a clerk: the pipeline's reasons are written for whoever runs it."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: The first that is found in a reason names it; see `publisher.fault.*` for the words, each with what to do.
_SIGNS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile(sign))
    for name, sign in (
        ("gone", r"server answers (404|410)"),
        ("shut", r"server answers (401|403)"),
        ("server", r"server answers"),
        ("slow", r"did not come within"),
        ("private", r"not public"),
        ("elsewhere", r"not one of the site's own|redirects"),
        ("certificate", r"certificate"),
        ("large", r"larger than"),
        ("kind", r"only HTML and plain text|packed as|unpacked"),
        ("login", r"asks for a password"),
        ("nothing", r"nothing was published at"),
        ("no_text", r"no main text|binary|\bcontent:"),
        ("reach", r"out of the reach"),
        ("not_yours", r"belongs to|registered site's domains|own domains"),
        ("unreachable", r"could not be read|has no address"),
    )
)
OTHER = "other"
NAMES = (*(name for name, _ in _SIGNS), OTHER)


def fault_of(reason: str) -> str:
    """The name of what is wrong, one of NAMES."""
    return next((name for name, sign in _SIGNS if sign.search(reason)), OTHER)
