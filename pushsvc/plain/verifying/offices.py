"""An office that a sentence names where the source, behind the same words, names another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.wording import wording_of

#: How the name of an office ends.
_ENDS = "政府|委员会|办公室|办事处|派出所|中心|法院|检察院|登记机关|机关|经办机构|管理机构|机构|部门|监会|监管会|局|厅|署"
_OFFICE = re.compile(_ENDS)
#: What stands in no name: before such a word another one begins.
_NO_NAME = re.compile("[。，的和及或与到向由在各]")
#: Characters of a name, and of the words before it by which its place is known.
_LONGEST, _BESIDE = 12, 2
_MOST_PLACES = 20


def another_office(sentence: str, source: SignedSource) -> str | None:
    """The office that the sentence names and the source does not, where another stands behind the same words."""
    said, there = wording_of(sentence).marked, source.wording.marked
    for item in _OFFICE.finditer(said):
        names = list(_names(said, item.start(), item.end()))
        if any(left + name in there for left, name in names):
            continue
        for left, name in names:
            others = _behind(left, there)
            if others and not any(_same(name, other) for other in others):
                return f'the sentence says "{name}" where the source says "{others[0]}"'
    return None


def _names(said: str, end_of_name: int, end: int) -> Iterator[tuple[str, str]]:
    """What the name may be, the shortest first, each with the words before it."""
    for start in range(end_of_name - 2, max(_BESIDE, end_of_name - _LONGEST) - 1, -1):
        left = said[start - _BESIDE : start]
        if not left.isalnum() or _NO_NAME.search(said[start:end]):
            return
        yield left, said[start:end]


def _behind(left: str, there: str) -> list[str]:
    """The offices that the source names just behind `left`."""
    pattern = re.compile(f"{re.escape(left)}([^，。]{{2,{_LONGEST}}}?(?:{_ENDS}))")
    return [item[1] for item in islice(pattern.finditer(there), _MOST_PLACES)]


def _same(one: str, other: str) -> bool:
    """Two names of one office share two characters side by side (税务局, 税务机关), or one is short for the other (人社局)."""
    own, theirs = _OFFICE.sub("", one), _OFFICE.sub("", other)
    pairs = {a + b for a, b in pairwise(own)}
    left = iter(theirs)
    return any(a + b in pairs for a, b in pairwise(theirs)) or all(letter in left for letter in own)
