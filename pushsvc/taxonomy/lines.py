"""The line of a code: itself, then what lies above it, nearest first. It follows from the code alone, listed or not."""

from __future__ import annotations

import re

NATION = "CN"
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_TOPIC_CODE = re.compile(r"T([0-9]{2})+")


def region_line(code: str) -> tuple[str, ...]:
    """510104, 510100, 510000, CN; or GB-WLS, GB. `code` is normalised.

    By the digits alone, so that a zone that the national list does not have lies in its city, province and nation too.
    """
    if _SIX_DIGITS.fullmatch(code):
        return tuple(dict.fromkeys((code, code[:4] + "00", code[:2] + "0000", NATION)))
    country = code.partition("-")[0]
    return (code,) if code == country else (code, country)


def topic_line(topic: str) -> tuple[str, ...]:
    """T0101, T01. A topic that goes by its name has nothing above it, known or not."""
    if not _TOPIC_CODE.fullmatch(topic):
        return (topic,)
    return tuple(topic[:length] for length in range(len(topic), 2, -2))


def industry_line(code: str) -> tuple[str, ...]:
    """C3911, C391, C39, C. There is no level of one digit."""
    return tuple(code[:length] for length in range(len(code), 0, -1) if length != 2)
