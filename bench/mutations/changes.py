"""A change: spans of a sentence and what stands in their place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """`edits` are (start, end, new), apart from each other and in order.

    `equal` are words that would say the same as a new one: where the source has them in the same place, the change is no lie.
    """

    kind: str
    rule: str
    edits: tuple[tuple[int, int, str], ...]
    equal: tuple[str, ...] = ()
    #: The new words are known to be nowhere in the source, so that nothing else needs a look.
    foreign: bool = False

    def applied(self, sentence: str) -> str:
        for start, end, new in reversed(self.edits):
            sentence = sentence[:start] + new + sentence[end:]
        return sentence


def one(kind: str, rule: str, start: int, end: int, new: str, equal: tuple[str, ...] = (), foreign: bool = False) -> Change:
    return Change(kind, rule, ((start, end, new),), equal, foreign)
