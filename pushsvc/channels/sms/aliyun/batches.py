"""SendBatchSms: many numbers in one request, and how each of them is found again.

A batch has one BizId and one OutId for all of its messages, so a receipt names a message by BizId and number only. Its OutId
holds a mark of each delivery id, so that a message in doubt is found by a query; and because it takes at most 255 signs, a
batch of ours has at most 84 messages, where the API would take 100 (https://help.aliyun.com/document_detail/66041.html).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence

from pushsvc.channels.sms.cloud_callbacks import marked
from pushsvc.channels.sms.provider import Filled, Sms

_BEGINNING = "b1"
_MARK = 3
MOST = 84
_BETWEEN = "#"


def grouped(messages: Sequence[tuple[int, Sms]]) -> list[list[tuple[int, Sms]]]:
    """The messages in groups that one request can carry: of one template, each number once. With their places in the list."""
    made: list[list[tuple[int, Sms]]] = []
    open_ones: dict[tuple[str, str], tuple[list[tuple[int, Sms]], set[str]]] = {}
    for place, sms in messages:
        key = (sms.filled.template if sms.filled else "", sms.signature)
        group, numbers = open_ones.get(key, ([], set()))
        if not group or len(group) >= MOST or sms.to in numbers:
            group, numbers = [], set()
            made.append(group)
            open_ones[key] = (group, numbers)
        group.append((place, sms))
        numbers.add(sms.to)
    return made


def form(numbers: Sequence[str], sign: str, filled: Sequence[Filled]) -> Mapping[str, str]:
    """The JSON arrays, which go together by their places."""
    return {
        "PhoneNumberJson": as_json(list(numbers)),
        "SignNameJson": as_json([sign] * len(numbers)),
        "TemplateParamJson": as_json([dict(one.variables) for one in filled]),
    }


def as_json(value: object) -> str:
    """Half of a surrogate pair, which no URL can carry, becomes a question mark."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


def out_id(delivery_ids: Sequence[str]) -> str:
    return _BEGINNING + "".join(_mark(delivery_id) for delivery_id in delivery_ids)


def is_batch(out: str) -> bool:
    """A delivery's own id begins otherwise."""
    return out.startswith(_BEGINNING) and len(out) % _MARK == len(_BEGINNING)


def holds(out: str, delivery_id: str) -> bool:
    """Whether a batch with this OutId carried the message. 18 bits, among the few messages to the same number."""
    marks = (out[at : at + _MARK] for at in range(len(_BEGINNING), len(out), _MARK))
    return is_batch(out) and _mark(delivery_id) in marks


def provider_id(biz_id: str, to: str, key: str) -> str:
    """The id of one message of a batch: its number stands in it as a mark, because the ledger keeps no numbers."""
    return f"{biz_id}{_BETWEEN}{marked(key, to)}"


def biz_id(own: str | None) -> str:
    return (own or "").partition(_BETWEEN)[0]


def _mark(delivery_id: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(delivery_id.encode()).digest()).decode()[:_MARK]
