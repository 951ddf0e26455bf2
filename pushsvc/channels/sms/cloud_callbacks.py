"""Callbacks of Aliyun and Tencent Cloud: an array of JSON objects, behind a secret in the address.

Neither signs its callbacks. So the address that an operator gives them carries a secret, `?key=…`, and a request without it
is not believed: it can say that somebody got a message, or told us to stop.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pushsvc.channels.sms.clouds import BEIJING, E164
from pushsvc.domain.receipts import Callback, Forged, Heard, Incoming, Said, Unreadable
from pushsvc.domain.time import Instant
from pushsvc.telemetry import log

LARGEST_CALLBACK = 1024 * 1024


@dataclass(frozen=True)
class Items:
    """What one callback says, of messages and of people."""

    said: tuple[Said, ...]
    incoming: tuple[Incoming, ...]

    def heard(self, answer: str) -> Heard:
        return Heard(self.said, self.incoming, answer=answer, media_type="application/json")


def read_items(provider: str, callback: Callback, key: str, read: Callable[[Mapping[str, Any]], Said | Incoming]) -> Items:
    """What the items of a callback say. One that cannot be read is passed over, so that it does not cost us the others;
    Unreadable when none can, Forged unless the address was called with its secret."""
    _check_key(callback, key)
    items = _items_of(callback)
    found: list[Said | Incoming] = []
    unread: list[str] = []
    for item in items:
        try:
            if not isinstance(item, dict):
                raise Unreadable("an item is no object")
            found.append(read(item))
        except Unreadable as error:
            unread.append(str(error))
    if unread and not found:
        raise Unreadable(unread[0])
    if unread:
        log.warning("a callback holds items that cannot be read", provider=provider, unread=len(unread), why=unread[0])
    return Items(tuple(one for one in found if isinstance(one, Said)), tuple(one for one in found if isinstance(one, Incoming)))


def _check_key(callback: Callback, key: str) -> None:
    if not hmac.compare_digest(callback.query.get("key", "").encode(), key.encode()):
        raise Forged("the address of the callback lacks its key (?key=…), or has another: copy it anew from /o/providers")


def _items_of(callback: Callback) -> list[Any]:
    """The items of a callback: a JSON array, or a single object, which is an array of one. Unreadable when it is neither."""
    if len(callback.body) > LARGEST_CALLBACK:
        raise Unreadable(f"the body has more than {LARGEST_CALLBACK} bytes")
    try:
        told = json.loads(callback.body)
    except (ValueError, RecursionError):
        raise Unreadable("the body is not JSON") from None
    if isinstance(told, dict):
        return [told]
    if not isinstance(told, list):
        raise Unreadable("the body is no JSON array")
    return told


def e164(written: object) -> str:
    """A number of a callback, `13800138000`, `8613800138000` or `+86…`, as we write it. Unreadable when it is none."""
    number = str(written).strip() if isinstance(written, str | int) else ""
    if not number.startswith("+"):
        number = f"+86{number}" if re.fullmatch(r"1[3-9][0-9]{9}", number) else f"+{number.removeprefix('00')}"
    if not E164.fullmatch(number):
        raise Unreadable("a number of the callback is no phone number")
    return number


def beijing_time(written: object) -> Instant | None:
    """`2017-01-01 00:00:00`, in Beijing."""
    try:
        return datetime.strptime(str(written).strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING).astimezone(UTC)
    except ValueError:
        return None


def marked(key: str, *parts: object, length: int = 16) -> str:
    """A short mark that stands for `parts`, which nobody without the key reads back or guesses: phone numbers are few."""
    digest = hmac.new(key.encode(), "\n".join(map(str, parts)).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:length]
