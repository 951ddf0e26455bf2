"""The errors that are decisions: each class says what happens next, each message names the thing, the rule and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PushsvcError(Exception):
    """Anything that pushsvc itself says no to."""


class InvalidRecord(PushsvcError):
    """A record that no repeat can make good: it goes to the dead letters with this reason."""


class TryLater(PushsvcError):
    """A passing fault: the same batch is tried again after a pause, and only its own partition waits."""

    def __init__(self, reason: str, after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.after_seconds = after_seconds


class NotDurable(PushsvcError):
    """It cannot be written down now (disk full, database away): the sender hears 503 and sends it again."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input, in words for the person who sent it."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class BadInput(PushsvcError):
    """Input that somebody must correct. `problems` names each field and its rule; nothing was changed."""

    def __init__(self, problems: Sequence[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem("", problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


class NotFound(PushsvcError):
    """Nothing of that name or id is here."""


class BadSetting(PushsvcError):
    """A setting is unknown or malformed: the start stops with this one line."""
