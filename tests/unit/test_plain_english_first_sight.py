"""What officials in London and Washington print, in the many ways in which they print it. All sentences are invented."""

from __future__ import annotations

import pytest

from pushsvc.plain.facts.wrapped_lines import unwrapped
from pushsvc.plain.lines import summary_line

PUBLISHED = "2026-03-01"
DAYS = ("deadline", "event_date", "effective_date", "expiry")


def facts_of(text: str, *kinds: str, title: str = "Notice about boats") -> list[tuple[object, object, object]]:
    line = summary_line({"id": "a", "title": title, "content_text": text, "published_at": PUBLISHED}, False)
    facts: list[dict[str, object]] = line["facts"]
    return [(fact["kind"], fact["role"], fact["value"]) for fact in facts if fact["kind"] in kinds]


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("Submissions must be postmarked by April 15, 2026.", "application_deadline", "2026-04-15"),
        ("Closes: 30 April 2026", "application_deadline", "2026-04-30"),
        ("Entries close at noon on 15 June 2026.", "application_deadline", "2026-06-15"),
        ("Last date for receipt of tenders: 15 June 2026", "application_deadline", "2026-06-15"),
        ("The last day to vote by post is 15 June 2026.", "action_deadline", "2026-06-15"),
        ("Expressions of interest should reach us by 15 June 2026.", "application_deadline", "2026-06-15"),
        ("Anyone wishing to object should write to the mayor by 26 May 2026.", "comment_deadline", "2026-05-26"),
        ("The survey is open until 30 April 2026.", "comment_deadline", "2026-04-30"),
        ("Businesses must stop selling the flares by 1 October 2026.", "action_deadline", "2026-10-01"),
        ("Harbour keepers who let rooms must fit an alarm by 1 October 2026.", "action_deadline", "2026-10-01"),
        ("You have until 31 May 2026 to hand over the mooring.", "action_deadline", "2026-05-31"),
        (
            "Registration requests must be received no later than 4 p.m. (e.d.t.) on May 29, 2026.",
            "application_deadline",
            "2026-05-29",
        ),
        ("Comments must be received by 5 p.m. Eastern Standard Time (EST), May 29, 2026.", "comment_deadline", "2026-05-29"),
        (
            "The port extends the filing deadline for storm loans from April 22, 2026 to May 22, 2026.",
            "application_deadline",
            "2026-05-22",
        ),
        (
            "The deadline for applications under each fund listed under this heading is May 22, 2026.",
            "application_deadline",
            "2026-05-22",
        ),
        (
            "The committee is inviting members of the public to share their views by 30 May 2026.",
            "comment_deadline",
            "2026-05-30",
        ),
        ("The comment period is being reopened until May 10, 2026.", "comment_deadline", "2026-05-10"),
        ("Application deadline\n5pm on 31 March 2026\nLength of term", "application_deadline", "2026-03-31"),
        ("Applicants have 28 days from the date of the letter to appeal.", "action_deadline", "P28D"),
    ],
)
def test_a_last_day_is_known_however_it_is_told(text: str, role: str, value: str) -> None:
    assert ("deadline", role, value) in facts_of(text, "deadline")


@pytest.mark.parametrize(
    "text",
    [
        "Ministers must publish the plan by 1 October 2026.",
        "The Secretary must report to Congress by October 1, 2026.",
        "Councils must finish the work by 1 October 2026.",
        "You should get your money by 14 May 2026.",
        "All projects must start by 1 April 2026 and end by 1 April 2027.",
        "The harbour office closes at 5pm on 24 December 2026.",
    ],
)
def test_a_day_that_others_keep_is_no_deadline_of_the_reader(text: str) -> None:
    assert facts_of(text, "deadline") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The new fee will be introduced on 1 October 2026.", [("effective_date", "effective_from", "2026-10-01")]),
        ("The fee will fall from £31 to £25 on 1 October 2026.", [("effective_date", "effective_from", "2026-10-01")]),
        ("You need to sign the log from 1 May 2026.", [("effective_date", "effective_from", "2026-05-01")]),
        ("You can apply from 3 April 2026.", [("event_date", "application_open", "2026-04-03")]),
        (
            "The measures start on 1 October 2026 and end on 31 March 2027.",
            [("effective_date", "effective_from", "2026-10-01"), ("expiry", "valid_until", "2027-03-31")],
        ),
        (
            "It is illegal to fish here from 15 March to 15 June 2026.",
            [("effective_date", "effective_from", "2026-03-15"), ("expiry", "valid_until", "2026-06-15")],
        ),
        (
            "This rule is effective 12:01 a.m., local time, June 20, 2026, until 12:01 a.m., local time, January 1, 2027.",
            [("effective_date", "effective_from", "2026-06-20"), ("expiry", "valid_until", "2027-01-01")],
        ),
        (
            "The lock will remain closed for the rest of the season through December 31, 2026.",
            [("expiry", "valid_until", "2026-12-31")],
        ),
        ("The licence is valid for 3 years.", [("expiry", "valid_until", "P3Y")]),
        (
            "Come to our drop-in sessions on 12 May 2026 (2pm to 7pm) and 14 May 2026 (10am to 1pm).",
            [("event_date", "event", "2026-05-12"), ("event_date", "event", "2026-05-14")],
        ),
        ("Sifting date\n\n14 April 2026\n\nOther matters", [("event_date", "event", "2026-04-14")]),
        ("The cost of a berth would fall in October this year.", [("event_date", "event", "2026-10")]),
    ],
)
def test_when_a_rule_holds_and_when_something_is_held(text: str, found: list[tuple[str, str, str]]) -> None:
    assert facts_of(text, *DAYS) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[Disaster Declaration #20123 and #20124; OHIO Disaster Number OH-20006]\nNotice.", ["20123", "20124", "OH-20006"]),
        ("The declaration (FEMA-4738-DR) is amended.", ["FEMA-4738-DR"]),
        ("[FWS-R4-ES-2026-0012; 4500030113]\nBoat birds; notice.", ["FWS-R4-ES-2026-0012"]),
        ("RIN 1625–AA00 and 1625–AA08\nSafety zones.", ["1625-AA00", "1625-AA08"]),
        ("Comments, identified by docket ID PIER-2026-0005, go to the board.", ["PIER-2026-0005"]),
        ("It was moved by H.R. 6195 and by S.J. Res. 12.", ["H.R. 6195", "S.J. Res. 12"]),
        ("Boat Office.\n[FR Doc. E8-27268 Filed 11-17-08; 8:45 am]", ["E8-27268"]),
        ("(Catalog of Federal Domestic Assistance Numbers 59002 and 59008)", ["59002", "59008"]),
        ("The Boats Regulations (S.I. 2020/350) hold.", ["S.I. 2020/350"]),
    ],
)
def test_notices_are_known_by_their_numbers(text: str, found: list[str]) -> None:
    assert [value for _, _, value in facts_of(text, "doc_number")] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Project costs must be between £25,000 and £2 million.", [("threshold", "25000-2000000")]),
        ("Boat yards can apply for a share of up to £20 million.", [("budget", 20_000_000)]),
        ("The fee will rise, going up by £1 to £10.18.", [("increment", 1), ("new_value", 10.18)]),
        ("The rate will increase to £7.49 from £6.83.", [("new_value", 7.49), ("old_value", 6.83)]),
        ("The penalty rises from a maximum of $12,537 to $13,508.", [("old_value", 12537), ("new_value", 13508)]),
        ("We will not make an award exceeding $500,000.", [("subsidy_max", 500_000)]),
        ("Grants ranging from £35,000 up to £500,000 are available.", [("subsidy", "35000-500000")]),
    ],
)
def test_sums_have_the_role_that_their_words_give_them(text: str, found: list[tuple[str, object]]) -> None:
    assert [(role, value) for _, role, value in facts_of(text, "amount")] == found


WRAPPED = """DATES: The hearing will be held on May
12, 2026, from 9 a.m. to noon, and all
requests to speak must be received by
the clerk of the harbour board on or
before May
5, 2026. Those who come late will be
heard last, and only if time allows and
nobody else has asked to speak.
"""


def test_lines_that_were_broken_by_their_width_are_read_as_sentences() -> None:
    assert facts_of(WRAPPED, *DAYS) == [
        ("event_date", "event", "2026-05-12"),
        ("deadline", "application_deadline", "2026-05-05"),
    ]
    assert len(unwrapped(WRAPPED)) == len(WRAPPED)


def test_a_list_of_short_lines_is_no_broken_text() -> None:
    listed = "To lead a project you must:\n" + "\n".join(
        ("be a firm", "carry out your project in the United Kingdom", "be small", "work alone or with others", "not be in debt",
         "have a bank account", "be of age", "tell us how you will use what you find")
    )  # fmt: skip
    assert unwrapped(listed) == listed
