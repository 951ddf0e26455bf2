"""What an exception means to an engine: each kind is one decision, the same for every engine."""

from __future__ import annotations

from typing import Literal

from pushsvc.errors import InvalidRecord, NotDurable, TryLater
from pushsvc.storage.database import is_passing
from pushsvc.streams.stage import Retry
from pushsvc.telemetry.hiding import masked_text

Fault = Literal["invalid", "passing", "unknown"]
MAX_LINE_CHARACTERS = 300


def kind_of(error: BaseException) -> Fault:
    """invalid: no repeat can help. passing: the same may succeed later. unknown: nobody foresaw it."""
    if isinstance(error, InvalidRecord):
        return "invalid"
    if isinstance(error, TryLater | NotDurable | OSError) or is_passing(error):
        return "passing"
    return "unknown"


def reason_of(error: BaseException) -> str:
    """What an operator reads: for our own errors their words, else the type and the first line.

    Only the first line, because what a driver adds below it are the values of the statement: personal data.
    """
    line = masked_text((str(error).splitlines() or [""])[0][:MAX_LINE_CHARACTERS])
    if isinstance(error, InvalidRecord | TryLater | NotDurable):
        return line or type(error).__name__
    return f"{type(error).__name__}: {line}" if line else type(error).__name__


def pause_before(retry: Retry, tries: int, error: BaseException) -> float:
    """Seconds until the next try after `tries` failures (1, 2, …): doubling, or what the fault itself asks for."""
    asked = error.after_seconds if isinstance(error, TryLater) else None
    doubled: float = min(retry.most, retry.first * 2.0 ** min(tries - 1, 30))
    return doubled if asked is None else max(asked, 0.0)
