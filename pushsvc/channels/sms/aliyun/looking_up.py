"""QuerySendDetails: whether a message in doubt is there. https://help.aliyun.com/document_detail/419277.html"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

from pushsvc.channels.sms.aliyun import batches
from pushsvc.channels.sms.aliyun.api import Api, Told
from pushsvc.channels.sms.aliyun.callbacks import state_of
from pushsvc.channels.sms.cloud_callbacks import beijing_time
from pushsvc.channels.sms.clouds import BEIJING, NotAsked, a_code
from pushsvc.channels.sms.provider import InDoubt
from pushsvc.domain.receipts import ReceiptState, Said
from pushsvc.domain.time import Instant

KEPT = timedelta(days=30)
#: How far our clocks may be apart: a request that is further off is refused.
_SKEW = timedelta(minutes=15)
_PAGE = 50
_MOST_PAGES = 100
_WAITING, _FAILED, _DELIVERED = 1, 2, 3


async def find(api: Api, number: str, doubt: InDoubt, now: Instant) -> Said | None:
    """What Aliyun has of the message, or None. NotAsked when that cannot be told now."""
    biz = batches.biz_id(doubt.provider_id)
    for day in _days(doubt.since, now):
        async for row in _rows(api, number, day, biz):
            # Under its own BizId every row of this number is the message; else its OutId names it.
            out = str(row.get("OutId") or "")
            if biz or out == doubt.delivery_id or batches.holds(out, doubt.delivery_id):
                return _said(row, doubt)
    return None


def _days(since: Instant, now: Instant) -> list[str]:
    """The days of Beijing from `since` to `now`, the newest first. Around midnight Aliyun's clock may have another."""
    first, day = (since - _SKEW).astimezone(BEIJING).date(), (now + _SKEW).astimezone(BEIJING).date()
    days = []
    while day >= first:
        days.append(day.strftime("%Y%m%d"))
        day -= timedelta(days=1)
    return days


async def _rows(api: Api, number: str, day: str, biz: str) -> AsyncIterator[Mapping[str, Any]]:
    seen = 0
    for page in range(1, _MOST_PAGES + 1):
        asked = {"PhoneNumber": number, "SendDate": day, "PageSize": str(_PAGE), "CurrentPage": str(page)}
        told = await api.call("QuerySendDetails", asked | ({"BizId": biz} if biz else {}))
        if not isinstance(told, Told):
            raise NotAsked(told.why)
        rows = told.fields.get("SmsSendDetailDTOs")
        rows = rows.get("SmsSendDetailDTO") if isinstance(rows, dict) else None
        if not isinstance(rows, list):
            raise NotAsked("the answer holds no list of messages")
        for row in rows:
            if isinstance(row, dict):
                yield row
        seen += len(rows)
        total = str(told.fields.get("TotalCount") or "")
        if not rows or (seen >= int(total) if total.isdecimal() else len(rows) < _PAGE):
            return
    raise NotAsked("there are more messages to this number than can be read through")


def _said(row: Mapping[str, Any], doubt: InDoubt) -> Said:
    status, code = row.get("SendStatus"), a_code(row.get("ErrCode"))
    state: ReceiptState = "sent" if status not in (_FAILED, _DELIVERED) else state_of(status == _DELIVERED, code)
    at = None if state == "sent" else beijing_time(row.get("ReceiveDate"))
    return Said(state, doubt.provider_id or "", doubt.delivery_id, code, at=at)
