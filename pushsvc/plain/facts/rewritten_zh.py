"""Rules that are quoted before and behind a change of their words: 将“不低于55%”调整为“不低于40%”."""

from __future__ import annotations

import re

#: A quoted wording, the verb of the change, and the wording that takes its place.
_REWRITTEN = re.compile(
    r"[“\"「](?P<old>[^“”\"「」\n]{3,300})[”\"」][^“”\"「」。；;\n]{0,12}?(?:调整|修改|修订|变更|更改|改|替换|完善)(?:为|成|至)\s?[:：]?\s?"
    r"[“\"「](?P<new>[^“”\"「」\n]{3,300})[”\"」]"
)
_HINT = re.compile(r"[”\"」][^“”\"「」。；;\n]{0,12}?[调修变更改替完]")


def rewritten(text: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, role) of each wording that is changed: `old_value` for what was, `new_value` for what is from now on."""
    if not _HINT.search(text):
        return ()
    return tuple((*found.span(which), f"{which}_value") for found in _REWRITTEN.finditer(text) for which in ("old", "new"))


def role_of_change(changes: tuple[tuple[int, int, str], ...], at: int) -> str | None:
    """The role of a figure at this place of the text, where it stands in a wording that is changed."""
    return next((role for start, end, role in changes if start <= at < end), None)
