"""An instant is an aware datetime in UTC; storage keeps it as microseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

Instant = datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: Instant) -> int:
    """Whole microseconds since 1970-01-01T00:00Z."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> Instant:
    """The inverse of `to_micros`, aware, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def iso(instant: Instant) -> str:
    """RFC 3339 in UTC with milliseconds, as every page and answer writes it."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
