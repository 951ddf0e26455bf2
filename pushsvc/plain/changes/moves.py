"""Which facts moved between two versions: only those of sentences that differ, each paired with what it was."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from pushsvc.domain.summaries import Fact
from pushsvc.plain.changes.mattering import (
    counted_otherwise,
    family,
    matters,
    no_longer_a_deadline,
    proved,
    rank,
    spelt_otherwise,
    value_of,
)
from pushsvc.plain.changes.parts import Differing, Part, bare, numbers, stands_in

_NOWHERE = Part(0, 0, "", "")
Key = Callable[[Fact], object]


@dataclass(frozen=True)
class Move:
    """What a fact was and is; one of both is None where it came or went. `part` is the sentence it is told from.

    `edited`: it neither came nor went, for only a number of its sentence differs; the other value was not read.
    """

    kind: str
    old: Fact | None
    new: Fact | None
    part: Part = _NOWHERE
    edited: bool = False

    @property
    def fact(self) -> Fact:
        found = self.new or self.old
        assert found is not None, "a move has an end"
        return found


@dataclass(frozen=True)
class _Seen:
    """A fact with its sentence."""

    fact: Fact
    part: Part
    edited: bool = False


def moves(old: Sequence[Fact], new: Sequence[Fact], differing: Differing | None) -> list[Move]:
    """The moves, what matters most first. `differing` is None where the texts are not known: then facts are compared alone."""
    if differing is None:
        gone, come, found = _of_pair(_unplaced(old), _unplaced(new), alike=False)
        return _in_order([*found, *_one_sided(gone, come)])
    found, gone, come = [], [], []
    then, later = ({(fact.kind, value_of(fact)) for fact in facts} for facts in (old, new))
    before = _placed(old, [*(pair[0] for pair in differing.edited), *differing.removed])
    after = _placed(new, [*(pair[1] for pair in differing.edited), *differing.added])
    for was, now in differing.edited:
        alike = was.skeleton == now.skeleton
        left, right, moved = _of_pair(before.get(id(was), []), after.get(id(now), []), alike=alike)
        found += [move for move in moved if alike or not _only_reordered(move, then, later)]
        gone += [_Seen(seen.fact, seen.part, alike) for seen in left if not _number_in(seen.fact, now)]
        come += [_Seen(seen.fact, seen.part, alike) for seen in right if not _number_in(seen.fact, was)]
    gone += [seen for part in differing.removed for seen in before.get(id(part), [])]
    come += [seen for part in differing.added for seen in after.get(id(part), [])]
    gone, come = _cancelled(gone, come, lambda fact: (family(fact.kind), value_of(fact)))
    said_now = [part for _, part in differing.edited] + list(differing.added)
    said_then = [part for part, _ in differing.edited] + list(differing.removed)
    gone = _not_said(gone, new, said_now)
    come = _not_said(come, old, said_then)
    gone, come, joined = _joined(gone, come, old, new)
    return _in_order([*found, *joined, *_one_sided(gone, come)])


def _unplaced(facts: Sequence[Fact]) -> list[_Seen]:
    return [_Seen(fact, _NOWHERE) for fact in facts if matters(fact, "", 0)]


def _placed(facts: Sequence[Fact], parts: Sequence[Part]) -> dict[int, list[_Seen]]:
    """The facts that matter, by the sentence that they stand in."""
    ordered = sorted(parts, key=lambda part: part.start)
    starts = [part.start for part in ordered]
    found: dict[int, list[_Seen]] = {}
    for fact in facts:
        at = bisect_right(starts, fact.start) - 1
        if at < 0 or fact.start >= ordered[at].end or not matters(fact, ordered[at].text, fact.start - starts[at]):
            continue
        found.setdefault(id(ordered[at]), []).append(_Seen(fact, ordered[at]))
    return found


def _of_pair(old: list[_Seen], new: list[_Seen], *, alike: bool) -> tuple[list[_Seen], list[_Seen], list[Move]]:
    """What is left of each side of one sentence, and what moved in it. `alike`: only its numbers differ."""
    if alike and [family(seen.fact.kind) for seen in old] == [family(seen.fact.kind) for seen in new]:
        moved = [move for was, now in zip(old, new, strict=True) if (move := _move(was, now))]
        return [], [], moved
    found = [
        Move(was.fact.kind, was.fact, None, was.part)
        for was in old
        for now in new
        if value_of(was.fact) == value_of(now.fact) and no_longer_a_deadline(was.fact, now.fact)
    ]
    steps: tuple[Key, ...] = (
        lambda fact: (fact.kind, value_of(fact), fact.role, fact.condition),
        lambda fact: (fact.kind, fact.role, fact.condition),
        lambda fact: (family(fact.kind), value_of(fact)),
        lambda fact: (fact.kind, fact.role),
        lambda fact: fact.kind,
    )
    for step in steps:
        old, new, pairs = _by(step, old, new)
        found += [move for was, now in pairs if (move := _move(was, now))]
    return old, new, found


def _by(key: Key, old: list[_Seen], new: list[_Seen]) -> tuple[list[_Seen], list[_Seen], list[tuple[_Seen, _Seen]]]:
    """Pairs of equal keys, in order."""
    waiting: dict[object, list[_Seen]] = {}
    for seen in new:
        waiting.setdefault(key(seen.fact), []).append(seen)
    pairs, left = [], []
    for seen in old:
        if same := waiting.get(key(seen.fact)):
            pairs.append((seen, same.pop(0)))
        else:
            left.append(seen)
    taken = {id(now) for _, now in pairs}
    return left, [seen for seen in new if id(seen) not in taken], pairs


def _move(was: _Seen, now: _Seen) -> Move | None:
    """None where nothing moved: the value is the same, or the same words are read otherwise (a year from another day)."""
    old, new = was.fact, now.fact
    if counted_otherwise(old, new):
        return Move(new.kind, old, new, now.part)
    if value_of(old) == value_of(new) or bare(old.raw) == bare(new.raw) or spelt_otherwise(old, new):
        return None
    if old.kind != new.kind or (proved(old) and not proved(new)):
        # The same words around another number: it is still what the words say, though the day is past.
        new = replace(new, kind=old.kind, role=old.role)
    return Move(new.kind, old, new, now.part)


def _cancelled(gone: list[_Seen], come: list[_Seen], key: Key) -> tuple[list[_Seen], list[_Seen]]:
    left, right, _ = _by(key, gone, come)
    return left, right


def _only_reordered(move: Move, then: Set[tuple[str, str]], now: Set[tuple[str, str]]) -> bool:
    """What it was stands in the new text, and what it is stood in the old one: the words moved, not the fact."""
    if move.old is None or move.new is None:
        return False
    return (move.kind, value_of(move.old)) in now and (move.kind, value_of(move.new)) in then


def _not_said(these: list[_Seen], others: Sequence[Fact], parts: Sequence[Part]) -> list[_Seen]:
    """Those whose value the other text does not tell: neither as a fact nor in the words of a differing sentence."""
    known = {(family(other.kind), value_of(other)) for other in others}
    words = "\n".join(part.bare for part in parts)
    return [
        seen
        for seen in these
        if (family(seen.fact.kind), value_of(seen.fact)) not in known and not stands_in(bare(seen.fact.raw), words)
    ]


def _number_in(fact: Fact, part: Part) -> bool:
    """The sentence still has the number, though a slip of the pen may have spoilt the word behind it."""
    return _raw_in(fact, part) or (bool(shared := numbers(bare(fact.raw))) and shared <= part.numbers)


def _raw_in(fact: Fact, part: Part) -> bool:
    return stands_in(bare(fact.raw), part.bare)


def _joined(
    gone: list[_Seen], come: list[_Seen], old: Sequence[Fact], new: Sequence[Fact]
) -> tuple[list[_Seen], list[_Seen], list[Move]]:
    """A fact of a removed sentence and one of an added sentence are one where they say whom they are for in the same
    words, or where each document has only one such fact."""
    gone, come, pairs = _by(lambda fact: (fact.kind, fact.role, fact.condition or fact), gone, come)

    counts = [Counter(key[:2] for key in {(fact.kind, fact.role, value_of(fact)) for fact in facts}) for facts in (old, new)]

    def only(fact: Fact) -> object:
        alone = proved(fact) and all(count[fact.kind, fact.role] == 1 for count in counts)
        return (fact.kind, fact.role) if alone else fact

    gone, come, alone = _by(only, gone, come)
    return gone, come, [move for was, now in [*pairs, *alone] if (move := _move(was, now))]


def _one_sided(gone: list[_Seen], come: list[_Seen]) -> Iterator[Move]:
    for seen in gone:
        if proved(seen.fact):
            yield Move(seen.fact.kind, seen.fact, None, seen.part, seen.edited)
    for seen in come:
        if proved(seen.fact):
            yield Move(seen.fact.kind, None, seen.fact, seen.part, seen.edited)


def _in_order(found: list[Move]) -> list[Move]:
    """Each move once: a date that the document says twice moved once."""
    told: dict[object, Move] = {}
    for move in sorted(found, key=lambda move: (rank(move.kind), move.new is None, move.fact.start)):
        values = tuple(value_of(fact) if fact else None for fact in (move.old, move.new))
        told.setdefault((family(move.kind), move.fact.condition if move.kind == "amount" else None, values), move)
    return list(told.values())
