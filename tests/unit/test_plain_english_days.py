"""Days of English documents: those that share a month or stand alone as a year, and those told of in passing. All invented."""

from __future__ import annotations

import pytest

from pushsvc.plain.lines import summary_line


def days_of(text: str, title: str = "Notice about boats") -> list[tuple[object, object, object]]:
    line = summary_line({"id": "a", "title": title, "content_text": text, "published_at": "2026-03-02"}, False)
    kinds = ("deadline", "effective_date", "expiry", "event_date")
    return [(f["kind"], f["role"], f["value"]) for f in line["facts"] if f["kind"] in kinds]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The boat show runs from 4 to 6 May 2026 in Leeds.",
            [("event_date", "event_start", "2026-05-04"), ("event_date", "event_end", "2026-05-06")],
        ),
        (
            "The session will be held May 4-6, 2026, in Boston.",
            [("event_date", "event_start", "2026-05-04"), ("event_date", "event_end", "2026-05-06")],
        ),
        (
            "Applications are open from 1 November to 31 January 2027.",
            [("event_date", "application_open", "2026-11-01"), ("deadline", "application_deadline", "2027-01-31")],
        ),
        ("You must apply by the end of March.", [("deadline", "application_deadline", "2026-03-31")]),
        ("Send us your views by the end of April 2026.", [("deadline", "comment_deadline", "2026-04-30")]),
        ("The scheme closes on 31/03/2026. Fees are paid in £.", [("deadline", "application_deadline", "2026-03-31")]),
        ("You must apply by 4/3/26 at a UK harbour.", [("deadline", "application_deadline", "2026-03-04")]),
        ("The application deadline has been extended to 9 April 2026.", [("deadline", "application_deadline", "2026-04-09")]),
        (
            "The deadline was 1 February 2026 and is now 9 April 2026.",
            [("event_date", "old_value", "2026-02-01"), ("deadline", "application_deadline", "2026-04-09")],
        ),
        ("Comments due within 30 days after publication.", [("deadline", "comment_deadline", "P30D")]),
    ],
)
def test_a_last_day_is_read_however_officials_print_it(text: str, found: list[tuple[str, str, str]]) -> None:
    assert days_of(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The new limits will come into force in the autumn 2026.", [("effective_date", "effective_from", "2026")]),
        ("Harbour fees will rise to £12.21 a day from 1 April 2026.", [("effective_date", "effective_from", "2026-04-01")]),
        ("Applications will be read from 1 April 2026.", [("event_date", "event", "2026-04-01")]),
        ("The limits would come into force in 2026.", [("event_date", "event", "2026")]),
    ],
)
def test_since_when_a_rule_holds_may_be_a_season_but_never_what_is_not_settled(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    assert days_of(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In 2016, our harbour opened a new pier.", [("event_date", "event", "2016")]),
        (
            "Running from 2014 to 2020, there are three funds.",
            [("event_date", "event_start", "2014"), ("event_date", "event_end", "2020")],
        ),
        ("On January 20, 2026, we published a plan.", [("event_date", "event", "2026-01-20")]),
        ("Comments were required to be received on or before January 21, 2026.", [("event_date", "old_value", "2026-01-21")]),
        ("If you claimed before 9 January 2026, you need do nothing.", [("event_date", "cutoff", "2026-01-09")]),
        ("Up to 600 boats will be built by March 2028.", [("event_date", "event_end", "2028-03")]),
        ("Firms must cut what they burn by 2030.", [("event_date", None, "2030")]),
    ],
)
def test_what_a_text_only_tells_of_is_no_day_to_keep(text: str, found: list[tuple[str, str | None, str]]) -> None:
    assert days_of(text) == found


def test_a_day_told_of_in_passing_is_no_meeting_and_no_change_by_itself() -> None:
    text = "The pier committee asks for a report on boats. It will be built in March 2027, after the meeting of May 2, 2025."
    line = summary_line({"id": "a", "title": "Pier meeting", "content_text": text, "published_at": "2026-03-02"}, False)
    assert "The meeting is on" not in str(line["text"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Applications close at 23:59 on Sunday 5 April 2026.", [("deadline", "application_deadline", "2026-04-05")]),
        ("The deadline to register for berths is 5 October 2026.", [("deadline", "application_deadline", "2026-10-05")]),
        ("Deadline for concept notes is 3pm UK time on 13 July 2026.", [("deadline", "application_deadline", "2026-07-13")]),
        (
            "The boat fund opens on 4 May 2026 and closes at 11am on 31 July 2026.",
            [("event_date", "application_open", "2026-05-04"), ("deadline", "application_deadline", "2026-07-31")],
        ),
        ("We must receive any comments by May 4, 2026.", [("deadline", "comment_deadline", "2026-05-04")]),
        (
            "The comment period for the rule published January 5, 2026, is extended to May 4, 2026.",
            [("event_date", "published", "2026-01-05"), ("deadline", "comment_deadline", "2026-05-04")],
        ),
        (
            "Comments must be sent to the office listed in the\nADDRESSES\nsection by April 10, 2026.",
            [("deadline", "comment_deadline", "2026-04-10")],
        ),
        (
            "This consultation ran from 9:30am on 1 December 2025 to 11:45pm on 9 January 2026.",
            [("event_date", "application_open", "2025-12-01"), ("deadline", "comment_deadline", "2026-01-09")],
        ),
        ("You can appeal until 30 June 2026.", [("deadline", "action_deadline", "2026-06-30")]),
    ],
)
def test_a_reader_who_must_act_by_a_day_is_told_of_it(text: str, found: list[tuple[str, str, str]]) -> None:
    assert days_of(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "You cannot apply before 3 April 2026.",
        "You do not need to apply until 3 April 2026.",
        "Applications will not be accepted before 3 April 2026.",
        "The call centre closes on 3 April 2026.",
        "The registration office closes at 5pm on 24 December 2026.",
        "The review of harbours is due to report by 30 June 2026.",
        "Your certificate will be sent before 30 June 2026.",
        "Deadline for Intergovernmental Review: July 1, 2026.",
        "Goods ordered before 1 May 2026 can be landed until 31 October 2026.",
        "The government must cut emissions by 31 December 2030.",
    ],
)
def test_a_day_that_is_no_last_day_of_the_reader_is_no_deadline(text: str) -> None:
    assert not [kind for kind, _, _ in days_of(text) if kind == "deadline"]


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("A test may be used during a sunset period ending on June 30, 2026.", "2026-06-30"),
        ("The harbour relief ends on 5 April 2027.", "2027-04-05"),
    ],
)
def test_what_ends_has_its_last_day(text: str, until: str) -> None:
    assert days_of(text) == [("expiry", "valid_until", until)]


def test_a_safety_alert_says_by_when_its_actions_are_complete() -> None:
    found = days_of("Deadlines for actions\nActions underway: 20 July 2026, actions complete: 3 August 2026\n")
    assert [each for each in found if each[0] == "deadline"] == [
        ("deadline", "action_deadline", "2026-07-20"),
        ("deadline", "action_deadline", "2026-08-03"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You can appeal up to 30 days after you get the letter.", [("deadline", "action_deadline", "P30D")]),
        ("A petition must be filed within 60 days of the notice.", [("deadline", "application_deadline", "P60D")]),
        ("You can stay up to 30 days after the course ends.", []),
        ("Payment can take up to 30 days after approval.", []),
    ],
)
def test_a_limit_that_runs_from_an_event_is_the_readers_only_where_the_reader_acts(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    assert days_of(text) == found
