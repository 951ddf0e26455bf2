"""Does a sentence stand in the source as it is, with nothing cut off that would turn it?"""

from __future__ import annotations

from pushsvc.plain.verifying.signs import BAR, COMMA, LIST, STOP, is_value
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.words import classes, families

_NO_SEPARATORS = str.maketrans({COMMA: None, LIST: None, BAR: None, STOP: None})
#: Places of one text that are looked at.
_MOST_PLACES = 50
#: Signs behind the text in which an exception would stand.
_BEHIND = 6


def stands_as_it_is(signs: str, source: SignedSource) -> bool:
    """True when one place of the source holds the whole, and neither a negation nor a cap stands at its edges."""
    bare = signs.translate(_NO_SEPARATORS)
    if not bare:
        return True
    at = source.flat.find(bare)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return False
        if not _turned_at_edge(source.flat, at, at + len(bare)):
            return True
        at = source.flat.find(bare, at + 1)
    return False


def without_frame(signs: str, source: SignedSource) -> tuple[str, str, bool]:
    """A first clause that is only fixed words of ours and values (条件：, Call 12345), the rest, and whether there was one."""
    head, comma, rest = signs.partition(COMMA)
    if not comma or not rest:
        return "", signs, False
    known = families()
    bare = head
    for run in source.licensed_runs:
        bare = bare.replace(run, "")
    is_ours = all(sign in source.licensed or sign in known or is_value(sign) for sign in bare)
    has_word = bare != head or any(sign in source.licensed for sign in head)
    return (head, rest, True) if is_ours and has_word else ("", signs, False)


def _turned_at_edge(flat: str, start: int, end: int) -> bool:
    known, named = families(), classes()
    before = flat[start - 1 : start]
    if before in known and before and known[before][0] in ("mode", "bound") and before not in (named["may"], named["must"]):
        return True
    behind = flat[end : end + _BEHIND].split(STOP)[0]
    return named["unless"] in behind or (behind[:1] in known and bool(behind) and known[behind[0]][0] in ("bound", "order"))
