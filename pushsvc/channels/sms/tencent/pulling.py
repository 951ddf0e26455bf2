"""Asking for receipts: those of one number, for a message in doubt, and all that callbacks did not bring.

https://cloud.tencent.com/document/product/382/55977 (PullSmsSendStatus). Two quirks make a doubt hard here: a message is shown
only when an operator has sent its receipt, so one to a phone that is off is not there for days; and SessionContext, by which we
know it, comes back only where Tencent has switched that on for the account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pushsvc.channels.sms.clouds import NotAsked, a_code, an_id
from pushsvc.channels.sms.provider import InDoubt
from pushsvc.channels.sms.tencent.api import Api, Told
from pushsvc.channels.sms.tencent.callbacks import state_of
from pushsvc.domain.receipts import Said
from pushsvc.domain.time import Instant

KEPT = timedelta(days=7)
_MOST_ROWS = 100
#: A poll takes at most so many pages: what was taken is not shown again, so it must be made durable first.
_MOST_PAGES = 10
#: Their clock may be behind ours.
_SLACK = timedelta(minutes=10)


async def find(api: Api, app: str, doubt: InDoubt, now: Instant) -> Said | None:
    """What Tencent has of the message, or None. NotAsked when that cannot be told."""
    told = await api.call("PullSmsSendStatusByPhoneNumber", {
        "BeginTime": int(max(doubt.since - _SLACK, now - KEPT).timestamp()), "EndTime": int(now.timestamp()), "Offset": 0,
        "Limit": _MOST_ROWS, "PhoneNumber": doubt.to, "SmsSdkAppId": app,
    })  # fmt: skip
    rows = _rows(told)
    if rows is None:
        raise NotAsked
    for row in rows:
        if doubt.delivery_id == row.get("SessionContext") or (doubt.provider_id and doubt.provider_id == row.get("SerialNo")):
            said = _said(row)
            if said is None:
                raise NotAsked
            return said
    if len(rows) >= _MOST_ROWS or any(not row.get("SessionContext") for row in rows):
        raise NotAsked  # one of those may be ours
    return None


async def pull(api: Api, app: str) -> list[Said]:
    """What was said since the last pull."""
    said: list[Said] = []
    for _ in range(_MOST_PAGES):
        rows = _rows(await api.call("PullSmsSendStatus", {"Limit": _MOST_ROWS, "SmsSdkAppId": app})) or []
        said += [one for row in rows if (one := _said(row))]
        if len(rows) < _MOST_ROWS:
            break
    return said


def _rows(told: object) -> Sequence[Mapping[str, Any]] | None:
    rows = told.fields.get("PullSmsSendStatusSet") if isinstance(told, Told) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None


def _said(row: Mapping[str, Any]) -> Said | None:
    serial, code = an_id(row.get("SerialNo")), a_code(row.get("Description"))
    state = state_of(row.get("ReportStatus"), code)
    if not serial or state is None:
        return None
    return Said(state, serial, an_id(row.get("SessionContext")) or None, code, at=_unix(row.get("UserReceiveTime")))


def _unix(seconds: object) -> Instant | None:
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 2**33:
        return None
    return datetime.fromtimestamp(seconds, UTC)
