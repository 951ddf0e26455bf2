"""What can be told of one statement: sentences in their order, those that say for whom and when first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pushsvc.plain.writing.zh.statements import Statement


@dataclass(frozen=True)
class Made:
    """Sentences in their order, none over 40 characters: the last says what is the case, those before for whom and when."""

    statement: Statement
    order: int
    sentences: tuple[str, ...]
    case: tuple[str, ...] = ()
    """The clauses of the source that say for whom and when."""
    alone: tuple[str, ...] = ()
    """The sentences without for whom and when, for behind another rule of the same case; empty where they need it."""

    @cached_property
    def text(self) -> str:
        return "".join(self.sentences)

    def goes_on(self, other: Made | None) -> bool:
        """Is it another rule of the same sentence and the same case? Then for whom and when need not be said again."""
        same = other is not None and other.statement is self.statement and other.case == self.case
        return same and bool(self.alone)

    @property
    def apart(self) -> bool:
        """Do for whom and when stand in sentences of their own, before what holds?"""
        return bool(self.frame)

    @cached_property
    def frame(self) -> tuple[str, ...]:
        """The sentences that only say for whom and when."""
        labels = [sentence[2:3] == "：" or sentence.endswith(("除外）。", "除外)。")) for sentence in self.sentences[:-1]]
        return self.sentences[: labels.index(False) if False in labels else len(labels)]
