"""Which day of an English document is its reader's deadline, and which is not. All sentences are invented."""

from __future__ import annotations

import pytest

from pushsvc.plain.lines import summary_line

PUBLISHED = "2026-03-02"


def facts_of(text: str, title: str = "Notice about boats") -> list[dict[str, object]]:
    line = summary_line({"id": "a", "title": title, "content_text": text, "published_at": PUBLISHED}, False)
    return list(line["facts"])  # type: ignore[call-overload]


def deadlines_of(text: str, title: str = "Notice about boats") -> list[tuple[object, object]]:
    return [(fact["role"], fact["value"]) for fact in facts_of(text, title) if fact["kind"] == "deadline"]


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("Comments must be received on or before April 17, 2026.", "comment_deadline", "2026-04-17"),
        ("DATES:\nComments are due:\nApril 17, 2026.", "comment_deadline", "2026-04-17"),
        ("We will consider all comments that we receive by April 17, 2026.", "comment_deadline", "2026-04-17"),
        ("Fax written comments on the collection by April 17, 2026.", "comment_deadline", "2026-04-17"),
        (
            "Members of the public may submit statements no later than 5:00 p.m. EDT on Friday, April 17, 2026.",
            "application_deadline",
            "2026-04-17",
        ),
        ("Please call Ann Poe or send an email by 17 April 2026, to register.", "application_deadline", "2026-04-17"),
        ("You must pay the mooring fee by 17 April 2026.", "payment_deadline", "2026-04-17"),
        ("Nominations for the Harbour Board must be postmarked by April 17, 2026.", "application_deadline", "2026-04-17"),
        ("The comment period is extended from March 9, 2026 to April 17, 2026.", "comment_deadline", "2026-04-17"),
        ("You must tell the harbour master within 7 days of selling the boat.", "application_deadline", "P7D"),
        ("Your form must be received at least 48 hours before the launch.", "application_deadline", "P2D"),
        ("Please contact Ann Poe at least 10 days in advance of the hearing.", "action_deadline", "P10D"),
        ("Interested parties may submit written comments within thirty (30) days of publication.", "comment_deadline", "P30D"),
        ("Nominations must be postmarked no later than 30 days from the date of this notice.", "application_deadline", "P30D"),
        ("You have 28 days to appeal.", "action_deadline", "P28D"),
    ],
)  # fmt: skip
def test_what_a_reader_must_do_in_time_is_a_deadline(text: str, role: str, value: str) -> None:
    found = deadlines_of(text)
    assert [day for _, day in found] == [value]
    # Sending a statement and sending a comment are one class.
    same = {"comment_deadline", "application_deadline", "action_deadline"} if role != "payment_deadline" else {role}
    assert found[0][0] in same


@pytest.mark.parametrize(
    "text",
    [
        "Comments on the first draft were required to be received on or before January 12, 2026.",
        "In the Federal Register of January 12, 2026, we asked for comments on the draft.",
        "On January 12, 2026, the agency gave people until February 2, 2026 to comment.",
        "The agency must decide on the request by May 29, 2026.",
        "The contact person will notify speakers by May 29, 2026.",
        "You will hear from us by 29 May 2026.",
        "We aim to reply within 20 working days of receiving your letter.",
        "The inspector can visit you within 24 hours of your call.",
        "FDA intends to post the papers no later than 2 business days before the meeting.",
        "The meeting will be held on May 29, 2026.",
        "Dated: March 29, 2026.",
        "This rule is effective on May 29, 2026.",
        "The list names boats sold before May 29, 2026.",
        "Up to 900 moorings will be built by May 2026.",
        "For example, if you apply by 29 May 2026 you get a refund of a third.",
        "You must choose a date at least 10 working days away.",
        "The licence lasts up to 5 years.",
        "Each member serves for up to 4 years from appointment.",
        "The effective date of the rule is delayed from March 15, 2026 to May 29, 2026.",
    ],
)
def test_what_is_no_duty_of_the_reader_is_no_deadline(text: str) -> None:
    assert deadlines_of(text) == []


def test_a_delayed_rule_starts_on_the_later_day_and_the_earlier_one_is_old() -> None:
    found = facts_of("The effective date of the rule is delayed from March 15, 2026 to May 29, 2026.")
    assert [(f["role"], f["value"]) for f in found] == [("old_value", "2026-03-15"), ("effective_from", "2026-05-29")]


def test_two_meetings_are_two_days_and_no_range() -> None:
    found = facts_of("The meetings will be held May 4, 2026, and June 8, 2026, from 11 a.m. to 1 p.m.")
    assert [(f["role"], f["value"]) for f in found] == [("event", "2026-05-04"), ("event", "2026-06-08")]


def test_a_meeting_that_was_called_off_is_no_event_to_come() -> None:
    found = facts_of("The meeting had been scheduled to be held on Tuesday, May 5, 2026.")
    assert [(f["role"], f["value"]) for f in found] == [("old_value", "2026-05-05")]


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("Effective 0901 UTC, May 14, 2026.", "effective_from", "2026-05-14"),
        ("The rules come into force from 14 May 2026.", "effective_from", "2026-05-14"),
        ("From 14 May 2026 you must wear a life jacket.", "effective_from", "2026-05-14"),
        ("The permit is valid until 14 May 2027.", "valid_until", "2027-05-14"),
        ("Done in Washington, DC, this 9th day of February 2026.", "issued", "2026-02-09"),
        ("On January 12, 2026, the agency published a proposal.", "event", "2026-01-12"),
    ],
)
def test_other_days_have_their_own_roles(text: str, role: str, value: str) -> None:
    assert [(f["role"], f["value"]) for f in facts_of(text) if str(f["value"]).startswith("20")] == [(role, value)]


def test_what_is_due_some_days_after_a_day_is_a_limit_of_the_reader() -> None:
    text = "Rebuttal briefs will be due five days after the due date for case briefs."
    line = summary_line({"id": "a", "title": "Review of boats", "content_text": text, "published_at": "2026-03-02"}, False)
    assert [(f["kind"], f["value"], f["raw"]) for f in line["facts"]] == [("deadline", "P5D", "five days")]  # type: ignore[union-attr]


def test_letters_that_are_dated_sign_nothing() -> None:
    text = "The Board had letters from these people.\nAnn Reed, Pier Investments, LLC, dated January 6, 2026."
    line = summary_line({"id": "a", "title": "Review of boats", "content_text": text, "published_at": "2026-03-02"}, False)
    assert [f["role"] for f in line["facts"]] == [None]  # type: ignore[union-attr]


def test_an_effective_day_that_a_past_rule_had_is_no_event() -> None:
    text = "On March 1, 2026, the Board published an interim rule with an effective date of April 15, 2026."
    line = summary_line({"id": "a", "title": "Rule on boats", "content_text": text, "published_at": "2026-03-02"}, False)
    assert [f["role"] for f in line["facts"] if f["value"] == "2026-04-15"] == [None]  # type: ignore[union-attr]


def test_a_closing_date_that_a_machine_printed_is_read_in_any_century() -> None:
    text = "We want your views on voting.\nopening date: 2201-10-05T14:00:00+01:00\nclosing date: 2211-10-31T17:00:00+01:00\n"
    line = summary_line({"id": "a", "title": "Call for evidence", "content_text": text, "published_at": "2026-03-02"}, False)
    assert [(f["role"], str(f["value"])[:10]) for f in line["facts"]] == [  # type: ignore[union-attr]
        ("application_open", "2201-10-05"),
        ("comment_deadline", "2211-10-31"),
    ]
