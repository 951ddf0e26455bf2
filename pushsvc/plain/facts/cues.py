"""A table of reasons: which words around a figure prove which role. Read from above, the first reason that holds wins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

from pushsvc.plain.facts.clauses_zh import Clause

NOTHING = ""


@dataclass(frozen=True)
class Cue:
    """One reason for a role; `NOTHING` says: this is known to be nothing that we have a name for, whatever stands around.

    Each text is a pattern that must be found in the part of the `Clause` of its name; one that is empty asks nothing.
    `unless` must not be found in the figure's clause, which is its words before it, a #, and its words after it.
    """

    role: str
    before: str = ""
    after: str = ""
    clause: str = ""
    sentence: str = ""
    following: str = ""
    head: str = ""
    heading: str = ""
    previous: str = ""
    unless: str = ""

    @cached_property
    def asked(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """(the part of the clause, what must be found in it)."""
        parts = [field.name for field in fields(self) if field.name not in ("role", "unless")]
        return tuple((name, re.compile(getattr(self, name))) for name in parts if getattr(self, name))

    @cached_property
    def exception(self) -> re.Pattern[str] | None:
        return re.compile(self.unless) if self.unless else None

    def holds(self, clause: Clause) -> bool:
        """Do the words around a figure give this reason?"""
        for name, pattern in self.asked:
            if not pattern.search(getattr(clause, name)):
                return False
        return not (self.exception and self.exception.search(clause.clause))


def cue_of(cues: Sequence[Cue], clause: Clause) -> Cue | None:
    """The first cue that holds."""
    return next((cue for cue in cues if cue.holds(clause)), None)


def role_by_head(cues: Sequence[Cue], clause: Clause) -> str | None:
    """The role that a head of the figure's list or table proves: words before a colon, a heading, a column's head."""
    heads = [replace(clause, head=head) for head in (clause.head, *clause.headings) if head]
    return next((cue.role for cue in cues for under in heads if cue.holds(under)), None) if heads else None
