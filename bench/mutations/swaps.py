"""Kind `swap`: two values of the sentence exchanged, or one of the source's other values in the place of the right one."""

from __future__ import annotations

import random
import re
from itertools import combinations

from bench.mutations.changes import Change, one
from bench.mutations.source import Source, tokens
from bench.mutations.values import Value, values

#: Between two values these make a list whose order says nothing.
MERE_LIST = re.compile(r"^[\s、,，和与及或/;；]*(?:and|or|and/or|以及|或者)?\s*$")
RANGE = re.compile(r"至|到|[-—–~～]|\bto\b|through|until")
IN_TURN = re.compile(r"分别|依次|respectively")
BORROWED = ("amount", "percent", "date", "duration", "age", "quantity", "time")


def swaps(sentence: str, source: Source, rng: random.Random) -> list[Change]:
    here = values(sentence)
    return _exchanged(sentence, here) + _borrowed(sentence, here, source, rng)


def _exchanged(sentence: str, here: list[Value]) -> list[Change]:
    found = []
    for first, second in combinations(here, 2):
        alike = (first.kind, first.shape) == (second.kind, second.shape)
        between = sentence[first.end : second.start]
        mere = MERE_LIST.match(between) and not RANGE.search(between) and not IN_TURN.search(sentence)
        if not alike or first.means == second.means or first.kind in ("docnumber", "link", "year", "number") or mere:
            continue
        edits = ((first.start, first.end, second.text), (second.start, second.end, first.text))
        found.append(Change("swap", f"{first.kind}s exchanged", edits))
    return found


def _borrowed(sentence: str, here: list[Value], source: Source, rng: random.Random) -> list[Change]:
    """What another group, another date or another case gets. A phone number only from a fax machine."""
    there = values(source.text)
    known = {value.means for value in here}
    found = []
    for value in here:
        if value.kind == "phone":
            others = [v for v in there if v.kind == "phone" and re.search(r"(?i)fax|传真", source.text[v.start - 14 : v.start])]
        elif value.kind in BORROWED:
            alike = [v for v in there if (v.kind, v.shape) == (value.kind, value.shape)]
            others = [v for v in alike if _same_unit(v, value)]
        else:
            continue
        new = sorted({v.text for v in others if v.means not in known and not _may_be_same(v, value)})
        fitting = [text for text in new if not source.says_elsewhere(sentence, text, value.text)]
        for text in rng.sample(fitting, min(2, len(fitting))):
            found.append(one("swap", f"{value.kind} of another", value.start, value.end, text))
    return found


def around(sentence: str, start: int, end: int) -> tuple[str, str]:
    """What belongs to the value at `start`: back to the value before it and on to the next, or further if that is little."""
    spans = [(value.start, value.end) for value in values(sentence)]
    left = sentence[max((stop for _, stop in spans if stop <= start), default=0) : start]
    right = sentence[end : min((begin for begin, _ in spans if begin >= end), default=len(sentence))]
    return (left if len(tokens(left)) > 2 else sentence[:start]), (right if len(tokens(right)) > 2 else sentence[end:])


def _same_unit(value: Value, other: Value) -> bool:
    return value.kind != "quantity" or _unit(value) == _unit(other)


def _unit(value: Value) -> str:
    return re.sub(r"[\d.,\s]", "", value.text)[-1:]


def _may_be_same(value: Value, other: Value) -> bool:
    """Values of one shape are compared; what is left is a blank in one of them."""
    return re.sub(r"\s", "", value.text) == re.sub(r"\s", "", other.text)
