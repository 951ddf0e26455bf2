"""What the answer of one provider means for the others: who may be tried next, which of several answers stands."""

from __future__ import annotations

from dataclasses import replace

from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.channels.sms.lines import Line
from pushsvc.channels.sms.provider import Sms
from pushsvc.domain.notices import SendResult


def billed(result: SendResult, sms: Sms, line: Line) -> SendResult:
    """With what it costs: as the provider says, else by our own count."""
    segments = sms_length(sms.text).segments if result.segments is None else result.segments
    return replace(result, segments=segments, price=segments * line.price if result.price is None else result.price)


def tried_elsewhere(result: SendResult, line: Line) -> bool:
    """Nothing was taken, and the reason is this provider's own. A passing fault of a cloud may be the number's (it had its
    messages for now); a gateway has such words for itself only."""
    if result.verdict == "try_later" and line.provider.repeats:
        return True
    return result.verdict in ("not_sent", "slow_down", "hold") or bool(result.stops) or result.code == "no_template"


#: Of several answers that moved nothing, the one that promises most: a wait is better than an end.
_PROMISE = ("refused", "not_sent", "hold", "slow_down")


def says_more(new: SendResult, old: SendResult) -> bool:
    """Whether `new` is the one to keep of two answers."""

    def promise(result: SendResult) -> int:
        return _PROMISE.index(result.verdict) if result.verdict in _PROMISE else len(_PROMISE)

    return promise(new) >= promise(old)
