"""Import lines, good and bad: what a person who prepares a file sees."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput
from pushsvc.profiles.checking import MAX_LINE_BYTES, MAX_SHOWN, check, read_lines
from pushsvc.profiles.lines import SubscriberLine

NOW = FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
CONSENT = {"at": "2026-01-05T09:00:00+08:00", "source": "社区登记表"}


def a_line(**said: Any) -> dict[str, Any]:
    email = {"channel": "email", "address": "wang@example.cn", "consent": CONSENT}
    return {"id": "c-1", "endpoints": [email], "interests": [{"any_of": ["适老化改造"]}], **said}


def an_endpoint(channel: str = "email", address: str = "wang@example.cn", **consent: Any) -> dict[str, Any]:
    return {"channel": channel, "address": address, "consent": {**CONSENT, **consent}}


def as_bytes(*lines: dict[str, Any]) -> list[bytes]:
    return [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines]


def read(line: dict[str, Any]) -> SubscriberLine:
    (piece,) = check(as_bytes(line), NOW).pieces()
    return piece[0]


def refusals(*raws: bytes) -> list[str]:
    with pytest.raises(BadInput) as refused:
        check(raws, NOW)
    return [str(problem) for problem in refused.value.problems]


def refused(**said: Any) -> str:
    return "\n".join(refusals(*as_bytes(a_line(**said))))


def test_a_whole_line_is_read_with_its_addresses_and_codes_normalised() -> None:
    line = read(
        a_line(
            kind="business",
            language="en",
            timezone="Asia/Urumqi",
            endpoints=[an_endpoint("sms", "138 0000 0001"), an_endpoint("email", "Wang@Example.CN")],
            preferences={"frequency": "daily", "quiet_hours": [], "channels": ["sms"], "reminders": False, "max_a_day": 2},
            places=["510104", "000000"],
            industries=["c39"],
            attributes={"headcount": 12, "registered_capital": [1000000, 2000000], "birth_year": 1959},
            interests=[{"topics": ["养老"], "places": ["510704"], "attributes": {"age": [80, 80]}}],
        )
    )
    assert [(each.channel, each.address) for each in line.endpoints] == [
        ("sms", "+8613800000001"),
        ("email", "wang@example.cn"),
    ]
    assert line.endpoints[0].consent_at == datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
    assert (line.places, line.industries) == (("510104", "CN"), ("C39",))
    assert line.preferences == {
        "frequency": "daily", "quiet_hours": [], "channels": ["sms"], "reminders": False, "max_a_day": 2,
    }  # fmt: skip
    assert line.interests == ({"topics": ["养老"], "places": ["510704"], "attributes": {"age": [80, 80]}},)


def test_what_a_line_does_not_say_stays_unsaid() -> None:
    line = read(a_line())
    assert (line.kind, line.language, line.timezone, line.preferences, line.age_as_of) == ("citizen", None, None, {}, None)


def test_an_age_is_taken_as_of_the_latest_consent() -> None:
    line = read(
        a_line(attributes={"age": 66}, endpoints=[an_endpoint(), an_endpoint("sms", "13800000001", at="2025-06-01T00:00:00Z")])
    )
    assert line.age_as_of == datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["14012345678", "028-86123456", "+86 138 0013 8000 1", "138\u200b00138000", "+1234567890123456"]
)
def test_a_bad_phone_is_shown_by_its_first_three_and_its_last_two_digits(written: str) -> None:
    (problem,) = refusals(*as_bytes(a_line(endpoints=[an_endpoint("sms", written)])))
    shown = "".join(sign for sign in problem.partition('"')[2].partition('"')[0] if sign.isdigit() or sign == "*")
    digits = "".join(sign for sign in written if sign.isdigit())
    assert shown == digits[:3] + "*" * (len(digits) - 5) + digits[-2:]
    assert problem.startswith("subscriber line 1: ")


def test_a_phone_that_stands_twice_is_not_shown_whole() -> None:
    (problem,) = refusals(*as_bytes(a_line(endpoints=[an_endpoint("sms", "13800138000"), an_endpoint("sms", "13800138000")])))
    assert '"138******00" is named twice' in problem


def test_a_bad_phone_is_named_with_its_line_its_rule_and_the_way_out() -> None:
    good = as_bytes(*(a_line(id=f"c-{number}") for number in range(16)))
    (problem,) = refusals(*good, *as_bytes(a_line(id="c-17", endpoints=[an_endpoint("sms", "1380000")])))
    assert problem.startswith('subscriber line 17: phone "1380000" is not a Chinese mobile number (11 digits, 1[3-9]…)')


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"id": ""}, 'id "" must be 1 to 100'),
        ({"id": "c 1"}, 'id "c 1" must be'),
        ({"id": 5}, "id \"5\" must be a text"),
        ({"id": "c" * 101}, "must be 1 to 100"),
        ({"kind": "robot"}, "kind \"robot\" is not one of 'citizen', 'business'"),
        ({"language": "fr"}, 'language "fr" is not one of'),
        ({"timezone": "Mars/Base"}, 'timezone "Mars/Base" is not in the IANA list'),
        ({"timezone": "../../etc/passwd"}, "is not in the IANA list"),
        ({"nick": "x"}, "unknown key nick; the keys are id, kind"),
        ({"preferences": {"hours": []}}, "unknown key preferences.hours; the keys are frequency"),
        ({"preferences": {"frequency": "hourly"}}, 'preferences.frequency "hourly" is not one of'),
        ({"preferences": {"quiet_hours": ["21:00"]}}, "preferences.quiet_hours"),
        ({"preferences": {"quiet_hours": ["9pm", "08:00"]}}, "preferences.quiet_hours"),
        ({"preferences": {"quiet_hours": ["08:00", "08:00"]}}, "another end"),
        ({"preferences": {"channels": ["sms", "sms"]}}, "names a channel twice"),
        ({"preferences": {"channels": ["fax"]}}, 'preferences.channels[0] "fax"'),
        ({"preferences": {"max_a_day": 0}}, "must be 1 to 1000"),
        ({"preferences": {"reminders": "yes"}}, "preferences.reminders \"yes\" must be true or false"),
        ({"endpoints": "wang@example.cn"}, "must be a list"),
        ({"endpoints": [{"channel": "email", "address": "w@example.cn"}]}, "endpoints[0].consent is missing"),
        ({"endpoints": [an_endpoint(), an_endpoint(address="WANG@example.cn")]}, "is named twice"),
        ({"endpoints": [an_endpoint(address="a@b")]}, "email"),
        ({"endpoints": [an_endpoint(at="2026-01-05T09:00:00")]}, "has no time zone"),
        ({"endpoints": [an_endpoint(at="2026-03-02T02:00:00Z")]}, "lies in the future"),
        ({"endpoints": [an_endpoint(at="yesterday")]}, "is not a moment"),
        ({"endpoints": [an_endpoint(at="0001-01-01T00:00:00+14:00")]}, "is not a moment"),
        ({"endpoints": [an_endpoint(source=" ")]}, "consent.source must say"),
        ({"places": ["990000"]}, 'places[0]: region "990000"'),
        ({"industries": ["Z99"]}, 'industries[0]: industry "Z99"'),
        ({"attributes": {"birth_year": 1700}}, "attributes.birth_year"),
        ({"attributes": {"birth_year": 2027}}, "attributes.birth_year"),
        ({"attributes": {"birth_year": True}}, "attributes.birth_year"),
        ({"attributes": {"birth_year": 1959, "age": 66}}, "give age or birth_year, not both"),
        ({"attributes": {"age": 200}}, "attributes.age"),
        ({"attributes": {"headcount": "12"}}, "attributes.headcount \"12\" must be a number, or a range"),
        ({"attributes": {"headcount": [5, 2]}}, "attributes.headcount"),
        ({"attributes": {"headcount": 10**400}}, "attributes.headcount"),
        ({"attributes": {"headcount": float("nan")}}, "attributes.headcount"),
        ({"attributes": {"Head count": 1}}, "attributes.Head count"),
        ({"interests": [{}]}, "interests[0]"),
        ({"interests": [{"topics": ["no such topic"]}]}, "interests[0].topics"),
        ({"interests": [{"colour": ["red"]}]}, "interests[0].colour"),
        ({"interests": ["养老"]}, "interests[0]"),
        ({"interests": [{"topics": ["养老"], "attributes": {"age": 10**400}}]}, "interests[0]"),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_in_words_that_name_the_field_and_the_rule(said: dict[str, Any], words: str) -> None:
    assert words in refused(**said)


def test_every_problem_of_every_line_is_named_in_one_go() -> None:
    problems = refusals(*as_bytes(a_line(id="", timezone="Nowhere"), a_line(id="c-2", places=["99"])))
    assert [problem.split(":")[0] for problem in problems] == ["subscriber line 1", "subscriber line 1", "subscriber line 2"]


def test_a_line_without_endpoints_is_refused() -> None:
    assert refusals(b'{"id": "c-1"}') == ["subscriber line 1: endpoints is missing"]


def test_the_same_id_twice_names_both_lines() -> None:
    (problem,) = refusals(*as_bytes(a_line(), a_line(id="c-2"), a_line()))
    assert problem == 'subscriber line 3: id "c-1" stands in line 1 already; name each subscriber once'


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"[1]", "must be an object"),
        (b'"c-1"', "must be an object"),
        (b"null", "must be an object"),
        (b"{", "is not JSON"),
        (b'{"id": "c-1"} {"id": "c-2"}', "is not JSON"),
        (b'{"id": "\xb9\xfa"}', "byte 9 is not UTF-8: save the file as UTF-8"),
        (b"\xff\xfe{\x00", "is not UTF-8"),
        (b'{"id": "c\\u0000"}', "\\u0000"),
        (b'{"id": "\\ud800", "endpoints": []}', "is not JSON"),
        (b"[" * 10_000, "is not JSON"),
    ],
)
def test_what_is_no_line_at_all_is_refused_not_crashed_on(raw: bytes, words: str) -> None:
    (problem,) = refusals(raw)
    assert problem.startswith("subscriber line 1: ")
    assert words in problem


def test_a_byte_order_mark_blank_lines_and_windows_ends_do_no_harm_and_keep_the_count() -> None:
    first, second = as_bytes(a_line(), a_line(id="c-2"))
    checked = check([b"\xef\xbb\xbf" + first.strip() + b"\r\n", b"\n", b"  \r\n", second], NOW)
    assert checked.lines == 2
    assert [line.number for piece in checked.pieces() for line in piece] == [1, 4]


def test_a_line_that_never_ends_is_cut_while_it_is_read_and_the_next_line_keeps_its_number() -> None:
    endless = b'{"id": "' + b"x" * (5 * MAX_LINE_BYTES) + b'"}\n'
    lines = list(read_lines(io.BytesIO(endless + as_bytes(a_line(id=""))[0])))
    assert max(map(len, lines)) == MAX_LINE_BYTES + 1
    problems = refusals(*lines)
    assert problems[0] == "subscriber line 1: is longer than 64 KiB"
    assert problems[1].startswith("subscriber line 2: id")


def test_a_thousand_problems_are_counted_and_a_hundred_shown() -> None:
    problems = refusals(*as_bytes(*(a_line(id="", timezone="x") for _ in range(500))))
    assert len(problems) == MAX_SHOWN + 1
    assert problems[-1] == "1000 problems in 500 lines; the first 100 are shown. Nothing was changed"


def test_an_empty_file_is_refused() -> None:
    assert refusals(b"\n") == ["the file holds no subscriber: write one JSON object a line"]
