"""Which facts of a document a reader must be told of when they move, and which of two moves comes first."""

from __future__ import annotations

import re

from pushsvc.domain.summaries import Fact

#: Kinds whose move is material, in the order in which they are told.
KINDS = (
    "deadline", "age_range", "amount", "event_date", "effective_date", "expiry", "percentage", "quantity",
    "phone", "email", "address", "url", "doc_number",
)  # fmt: skip
#: Roles of which a move tells a reader nothing: days that a page shows of itself, what was, what is only counted.
_OTHER_ROLES = frozenset({"issued", "published", "old_value", "other", "count", "area", "media"})
#: Facts of these kinds without a proved role are figures of a report as often as not.
_NEED_A_ROLE = frozenset({"quantity"})
#: The words of an example, at the head of its sentence or a few words before the fact.
_EXAMPLE = re.compile(
    r"^\W{0,3}(?:例|例如|比如|假设|示例|譬如|for example|for instance|suppose|example)[\W\d]"
    r"|(?:例如|比如|假设|譬如|for example|for instance|e\.g\.)[^|。]{0,40}$",
    re.IGNORECASE,
)
#: Dates by which somebody may begin: a deadline that became one of these is no deadline any more.
_BEGINNINGS = frozenset({"application_open", "event_start", "period_start", "effective_from"})
_SIDES = frozenset("东西南北中上下左右前后内外大小一二三四五六七八九十甲乙丙丁")
_DATES = frozenset({"deadline", "event_date", "effective_date", "expiry"})


def matters(fact: Fact, sentence: str, at: int) -> bool:
    """Whether a move of `fact` is told. `sentence` is the one it stands in, `at` its place there; "" where unknown."""
    if fact.kind not in KINDS or fact.role in _OTHER_ROLES:
        return False
    if fact.role is None and fact.kind in _NEED_A_ROLE:
        return False
    if (fact.kind == "doc_number" and fact.role != "self") or (fact.kind == "url" and fact.role not in ("apply", "handle")):
        return False
    before = sentence[:at]
    return not _EXAMPLE.search(before) and before.count("《") <= before.count("》")


def proved(fact: Fact) -> bool:
    """Whether the document says what the fact is for, so that its coming or going alone can be told."""
    return fact.role is not None and not fact.in_passing


def family(kind: str) -> str:
    """Kinds between which one value is read better or worse from one wording to the next."""
    return "date" if kind in _DATES else "share" if kind in ("percentage", "quantity") else kind


def value_of(fact: Fact) -> str:
    """The value as it is compared: 5000 and 5000.0 are one, and of a unit's note only what both say counts."""
    value = f"{float(fact.value):.6g}" if isinstance(fact.value, int | float) else str(fact.value)
    return f"{value} {(fact.unit or '').split('/')[0]}"


def counted_otherwise(old: Fact, new: Fact) -> bool:
    """100元/月 and 100元/年: the same number, and another sum."""
    notes = [set((fact.unit or "").split("/")[1:]) for fact in (old, new)]
    return old.kind == "amount" and all(notes) and notes[0] != notes[1]


def spelt_otherwise(old: Fact, new: Fact) -> bool:
    """An address with one or two signs mended; another number, or north for south, is another place."""
    if old.kind != "address" or len(old.raw) != len(new.raw):
        return False
    other = [pair for pair in zip(old.raw, new.raw, strict=True) if pair[0] != pair[1]]
    return len(other) <= 2 and not any(sign.isdigit() or sign in _SIDES for pair in other for sign in pair)


def no_longer_a_deadline(old: Fact, new: Fact) -> bool:
    """3月31日前 became 3月31日起."""
    return old.kind == "deadline" and new.role in _BEGINNINGS


def rank(kind: str) -> int:
    return KINDS.index(kind)
