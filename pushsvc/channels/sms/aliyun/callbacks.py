"""SmsReport and SmsUp: JSON arrays of receipts and of what people answered.

https://help.aliyun.com/document_detail/101867.html, https://help.aliyun.com/zh/sms/developer-reference/smsup-http
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushsvc.channels.sms.aliyun import batches
from pushsvc.channels.sms.aliyun.codes import is_dead
from pushsvc.channels.sms.cloud_callbacks import beijing_time, e164, marked, read_items
from pushsvc.channels.sms.clouds import a_code, an_id, words_of
from pushsvc.domain.receipts import Callback, Heard, Incoming, ReceiptState, Said, Unreadable

#: Aliyun looks at the status and at whether `code` is a number; without this answer it comes again 3 times.
ANSWER = '{"code":0,"msg":"成功"}'
_LONGEST_WORDS = 500


def read(callback: Callback, key: str) -> Heard:
    """What one callback says: see `clouds.read_items`."""

    def of(item: Mapping[str, Any]) -> Said | Incoming:
        return _incoming(item, key) if "content" in item else _said(item, key)

    return read_items("aliyun", callback, key, of).heard(ANSWER)


def _said(item: Mapping[str, Any], key: str) -> Said:
    biz, named = an_id(item.get("biz_id")), item.get("out_id")
    out = named if isinstance(named, str) else ""
    success, code = item.get("success"), a_code(item.get("err_code"))
    if not biz or not isinstance(success, bool):
        raise Unreadable("a receipt lacks biz_id or success")
    segments = str(item.get("sms_size") or "")
    in_batch = batches.is_batch(out)
    return Said(
        state_of(success, code),
        provider_id=batches.provider_id(biz, e164(item.get("phone_number")), key) if in_batch else biz,
        delivery_id=None if in_batch else an_id(out) or None,
        code=code,
        segments=int(segments) if segments.isdecimal() and len(segments) < 4 else None,
        at=beijing_time(item.get("report_time")),
    )


def _incoming(item: Mapping[str, Any], key: str) -> Incoming:
    number, words = e164(item.get("phone_number")), words_of(item.get("content"), _LONGEST_WORDS)
    own = an_id(str(item.get("sequence_id") or ""))  # a string today, a number in older accounts
    return Incoming(number, words, own or marked(key, number, a_code(item.get("send_time")), words, length=32))


def state_of(success: bool, code: str) -> ReceiptState:
    if success:
        return "delivered"
    return "dead" if is_dead(code) else "undelivered"
