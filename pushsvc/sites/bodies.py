"""From the bytes of a request to one JSON object, strictly: what two readers could read in two ways is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pushsvc.errors import PushsvcError

MAX_BODY_BYTES = 5 * 1024 * 1024
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAX_DEPTH = 20
#: No event comes near; to name each wrong one of 200,000 would take seconds.
_MOST_KEYS = 1_000


class Malformed(PushsvcError):
    """The bytes are no JSON object in UTF-8: HTTP 400."""


class TooLarge(PushsvcError):
    """More than 5 MiB: HTTP 413."""


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in `body` (RFC 8259, UTF-8). Raises Malformed, TooLarge."""
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"the event has {len(body)} bytes; the most is {MAX_BODY_BYTES} (5 MiB)")
    try:
        document = json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_one_of_each, parse_constant=_no_constant, parse_int=_integer
        )
    except UnicodeDecodeError as error:
        raise Malformed(f"the body is not UTF-8 (byte {error.start}): convert it, GBK is not understood here") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Malformed("the body is nested too deep") from None
    if not isinstance(document, dict):
        raise Malformed('the body must be one JSON object, as in {"url": "https://…"}')
    _check_strings(document, 0)
    return document


def _one_of_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > _MOST_KEYS:
        raise Malformed(f"an object holds {len(pairs)} keys; the most is {_MOST_KEYS}")
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = _first_repeated(pairs)
        raise Malformed(f'the key "{twice[:60]}" stands twice in one object: which one counts would be a guess')
    return found


def _first_repeated(pairs: Sequence[tuple[str, Any]]) -> str:
    # One pass: anybody may send this, and nobody has looked at the signature yet.
    seen = set[str]()
    return next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]


def _no_constant(word: str) -> None:
    raise Malformed(f"{word} is no JSON number")


def _integer(digits: str) -> int:
    if len(digits) > 30:
        raise Malformed(f"the number {digits[:20]}… has more digits than any fact needs")
    return int(digits)


def _check_strings(value: object, depth: int) -> None:
    """Halves of a surrogate pair can be written in JSON but not stored in UTF-8."""
    if depth > _MAX_DEPTH:
        raise Malformed(f"the body is nested deeper than {_MAX_DEPTH} levels")
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise Malformed("a string holds half of a surrogate pair (\\ud800 to \\udfff alone)")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _check_strings(key, depth + 1)
            _check_strings(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check_strings(each, depth + 1)
