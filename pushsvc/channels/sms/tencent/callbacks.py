"""Receipts and replies: a JSON array of the former, an object of the latter; we read either form of both.

https://cloud.tencent.com/document/api/382/5807, https://cloud.tencent.com/document/api/382/59179
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushsvc.channels.sms.cloud_callbacks import beijing_time, e164, marked, read_items
from pushsvc.channels.sms.clouds import a_code, an_id, words_of
from pushsvc.channels.sms.tencent.codes import is_dead
from pushsvc.domain.receipts import Callback, Heard, Incoming, ReceiptState, Said, Unreadable

ANSWER = '{"result":0,"errmsg":"OK"}'
_LONGEST_WORDS = 500
_STATES = {"SUCCESS": True, "FAIL": False}


def read(callback: Callback, key: str) -> Heard:
    """What one callback says: see `clouds.read_items`."""

    def of(item: Mapping[str, Any]) -> Said | Incoming:
        return _incoming(item, key) if "text" in item else _said(item)

    return read_items("tencent", callback, key, of).heard(ANSWER)


def _said(item: Mapping[str, Any]) -> Said:
    serial, code = an_id(item.get("sid")), a_code(item.get("errmsg"))
    state = state_of(item.get("report_status"), code)
    if not serial or state is None:
        raise Unreadable("a receipt lacks sid or report_status")
    return Said(state, serial, code=code, at=beijing_time(item.get("user_receive_time")))


def _incoming(item: Mapping[str, Any], key: str) -> Incoming:
    nation, mobile = str(item.get("nationcode") or "86").removeprefix("+"), str(item.get("mobile") or "")
    number, words = e164(f"+{nation}{mobile}"), words_of(item.get("text"), _LONGEST_WORDS)
    # Tencent gives a reply no id: the same words of the same second are the same reply.
    return Incoming(number, words, marked(key, number, a_code(item.get("time")), words, length=32))


def state_of(reported: object, code: str) -> ReceiptState | None:
    """What a receipt says; None when it is none."""
    success = _STATES.get(reported) if isinstance(reported, str) else None
    if success is None:
        return None
    return "delivered" if success else "dead" if is_dead(code) else "undelivered"
