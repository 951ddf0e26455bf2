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

    @cached_property
    def text(self) -> str:
        return "".join(self.sentences)

    @property
    def apart(self) -> bool:
        """Do for whom and when stand in sentences of their own, before what holds?"""
        return bool(self.frame)

    @cached_property
    def frame(self) -> tuple[str, ...]:
        """The sentences that only say for whom and when."""
        labels = [sentence[2:3] == "：" or sentence.endswith(("除外）。", "除外)。")) for sentence in self.sentences[:-1]]
        return self.sentences[: labels.index(False) if False in labels else len(labels)]
