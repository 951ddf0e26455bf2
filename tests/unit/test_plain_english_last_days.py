"""Last days that English officials print in other ways than "by 1 May" behind a duty. All sentences are invented."""

from __future__ import annotations

import pytest

from pushsvc.plain.lines import summary_line

PUBLISHED = "2026-03-02"


def days_of(text: str, title: str = "Notice about boats") -> list[tuple[object, object, object]]:
    line = summary_line({"id": "a", "title": title, "content_text": text, "published_at": PUBLISHED}, False)
    facts: list[dict[str, object]] = line["facts"]
    kinds = ("deadline", "event_date", "expiry", "effective_date")
    return [(fact["kind"], fact["role"], fact["value"]) for fact in facts if fact["kind"] in kinds]


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("Mooring Loan Application Deadline Date: 04/15/2026.", "application_deadline", "2026-04-15"),
        ("Deadline date for farm loans: 04/15/2026.", "application_deadline", "2026-04-15"),
        (
            "Skippers will not be charged the £20 late fee if they pay or set up a payment plan by 1 May 2026.",
            "payment_deadline",
            "2026-05-01",
        ),
        ("We will not charge you a late fee if you pay by 1 May 2026.", "payment_deadline", "2026-05-01"),
        ("You can pay the harbour fee online. You need to do this by midnight on 1 May.", "payment_deadline", "2026-05-01"),
        ("Open the lock gates with care. You must do so by midnight on 1 May.", "action_deadline", "2026-05-01"),
        (
            "This rule holds without further action unless significant adverse comment is received by June 3, 2026.",
            "comment_deadline",
            "2026-06-03",
        ),
        ("The rule stands unless we receive adverse comments by June 3, 2026.", "comment_deadline", "2026-06-03"),
        (
            "The notice is amended to extend the deadline for filing applications for losses in this storm to 04/15/2026.",
            "application_deadline",
            "2026-04-15",
        ),
        ("The council has extended the deadline to 12 May 2026.", "application_deadline", "2026-05-12"),
        ("The closing date has been moved to 12 May 2026.", "application_deadline", "2026-05-12"),
    ],
)
def test_a_last_day_is_one_behind_a_label_a_condition_or_an_extension(text: str, role: str, value: str) -> None:
    assert ("deadline", role, value) in days_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "If you apply before 6 April 2026 you pay the old fee.",
        "The council would have refunded people if they had paid by 1 May 2026.",
        "If the minister signs the order by 1 May 2026 the ban will begin.",
        "The grant was paid if applicants claim by 1 May 2026.",
        "If ministers confirm the plan by 1 May 2026 the lock will close.",
        "The exhibition of boats runs until 30 September 2026.",
    ],
)
def test_a_condition_of_what_is_over_or_of_others_is_no_last_day(text: str) -> None:
    assert not [day for day in days_of(text) if day[0] in ("deadline", "expiry")]


def test_where_a_last_day_moved_the_new_one_counts_and_the_old_one_is_none() -> None:
    found = days_of("The council extends the deadline for moorings from 1 April 2026 to 12 May 2026.")
    assert found == [("event_date", "old_value", "2026-04-01"), ("deadline", "application_deadline", "2026-05-12")]


@pytest.mark.parametrize(
    "text",
    [
        "The beach ban comes into effect from Monday 4 May and runs until 30 September 2026.",
        "The speed limit stays in place until 30 September 2026.",
        "The restrictions will be in force through September 30, 2026.",
    ],
)
def test_a_ban_that_runs_until_a_day_ends_on_it(text: str) -> None:
    assert ("expiry", "valid_until", "2026-09-30") in days_of(text)


@pytest.mark.parametrize(
    "text", ["The survey on the ban runs until 30 September 2026.", "The call for rules runs until 30 May 2026."]
)
def test_a_survey_that_runs_until_a_day_is_no_rule_that_ends(text: str) -> None:
    assert not [day for day in days_of(text) if day[0] == "expiry"]


@pytest.mark.parametrize(
    "head",
    [
        "Document Number: 2026-01234\nType: Notice\nDate: 2026-03-30\nAgency: Department of Harbours",
        "Category: Boats\nDate: March 30, 2026",
        "Publication date: 2026-03-30",
    ],
)
def test_the_day_of_a_record_is_when_it_came_out_and_never_that_of_the_meeting(head: str) -> None:
    found = days_of(f"{head}\nA meeting of the Harbour Board will be held on Monday, April 20, at 10 a.m., at City Hall.")
    assert found == [("event_date", "published", "2026-03-30"), ("event_date", "event", "2026-04-20")]


def test_the_day_beside_an_hour_and_a_place_is_that_of_the_meeting() -> None:
    for head in ("HARBOUR BOARD", "Type: Meeting"):
        assert days_of(f"{head}\nDate: April 20, 2026\nTime: 10 a.m.\nPlace: City Hall") == [
            ("event_date", "event", "2026-04-20")
        ]
