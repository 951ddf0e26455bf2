"""What the page "Find" answers of a message that is in doubt."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pushsvc.web.operator.found import verdict
from pushsvc.web.operator.telling import Teller


def test_what_is_in_doubt_is_said_with_the_hour_of_its_last_try() -> None:
    teller = Teller("en", ZoneInfo("Asia/Shanghai"), lambda reason, _: reason)
    tries = [{"at": f"2026-11-26T12:0{minute}:23.000Z", "outcome": "unknown", "code": "502"} for minute in (5, 6)]
    said = verdict(teller, {"told": True, "state": "unknown", "channel": "sms", "at": None, "reasons": [], "attempts": tries})
    assert said.sentence.startswith("Perhaps. It left at 26 November 2026 20:06:23 (Text message)")
