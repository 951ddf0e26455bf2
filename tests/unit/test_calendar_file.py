"""The calendar file of a deadline: what a phone opens, whatever a title holds (RFC 5545)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from pushsvc.web.citizen.calendar import Entry, calendar_file

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def entry(**said: object) -> Entry:
    usual: dict[str, object] = {
        "uid": "pub_1@pushsvc", "sequence": 2, "when": date(2026, 4, 30), "headline": "申领老旧电梯更新补贴",
        "action": "请在4月30日前申请。", "url": "https://www.example.cn/1",
    }  # fmt: skip
    return Entry(**{**usual, **said})  # type: ignore[arg-type]


def lines_of(written: bytes) -> list[str]:
    """The content lines, unfolded as section 3.1 says, each physical line checked on the way."""
    assert written.endswith(b"\r\n")
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert b"\r" not in written.replace(b"\r\n", b"")
    for physical in written.split(b"\r\n"):
        assert len(physical) <= 75, physical
        physical.decode()  # no sign is cut in two
    return written.decode().replace("\r\n ", "").split("\r\n")[:-1]


def values(written: bytes) -> dict[str, str]:
    """The properties of the event, each value as it stands; the alarm's are under `alarm.`"""
    found: dict[str, str] = {}
    inside = ""
    for line in lines_of(written):
        name, _, value = line.partition(":")
        if line == "BEGIN:VALARM":
            inside = "alarm."
        found.setdefault(inside + name, value)
    return found


def plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def test_a_day_is_an_event_of_the_whole_day_with_an_alarm_on_the_morning_three_days_before() -> None:
    told = values(calendar_file(entry(), "zh", NOW))
    assert told["DTSTART;VALUE=DATE"] == "20260430"
    assert told["DTEND;VALUE=DATE"] == "20260501"
    assert told["alarm.TRIGGER"] == "-P2DT15H"
    assert told["SUMMARY"] == "截止：申领老旧电梯更新补贴"
    assert (told["UID"], told["SEQUENCE"], told["DTSTAMP"]) == ("pub_1@pushsvc", "2", "20260302T010000Z")


def test_a_deadline_with_a_time_of_day_is_a_moment_in_utc() -> None:
    told = values(calendar_file(entry(when=datetime(2026, 4, 30, 9, 0, tzinfo=UTC)), "en", NOW))
    assert told["DTSTART"] == "20260430T090000Z"
    assert "DTEND" not in told
    assert told["alarm.TRIGGER"] == "-P3D"


def test_the_file_opens_and_closes_what_it_opens_in_order() -> None:
    marks = [line for line in lines_of(calendar_file(entry(), "zh", NOW)) if line.startswith(("BEGIN", "END"))]
    assert marks == [
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VALARM", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headline",
    [
        "a\r\nATTENDEE:mailto:evil@x\r\nBEGIN:VEVENT", "a\nEND:VCALENDAR", "one; two, three\\n \\; four", "长" * 400,
        "x" * 400, "👩‍👩‍👧" * 60, "\u2028split\u2029", "\x00\x07\x1b[31m", "\u202e倒", " " * 200, "é" * 75 + "\n" + "é" * 75,
    ],
)  # fmt: skip
def test_a_hostile_title_stays_inside_its_line_and_reads_as_it_was(headline: str) -> None:
    written = calendar_file(entry(headline=headline, action=headline), "zh", NOW)
    names = [line.partition(":")[0] for line in lines_of(written)]
    usual = [line.partition(":")[0] for line in lines_of(calendar_file(entry(), "zh", NOW))]
    assert names == usual
    said = plain(values(written)["SUMMARY"])
    kept = re.sub("[\x00-\x09\x0b-\x1f\u2028\u2029\u202e]", "", headline)
    assert said == f"截止：{kept}"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.cn/\r\nATTENDEE:evil", "https://x.cn/ a\tb", "data:text/html,x", "", "https://"]
)
def test_only_a_web_address_becomes_a_link(url: str) -> None:
    told = values(calendar_file(entry(url=url), "zh", NOW))
    assert "ATTENDEE" not in told
    assert told.get("URL", "https://").startswith("https://")
