"""The news comes first, the rule that it lifts never alone, a meeting with its hour and place. All texts are invented."""

# ruff: noqa: E501
from __future__ import annotations

from typing import Any

import pytest

from pushsvc.plain.lines import summary_line
from pushsvc.plain.verifying import sentences_of
from pushsvc.plain.writing.en.making import made_of


def line_of(text: str, title: str = "Notice about boats") -> dict[str, Any]:
    return summary_line({"id": "a", "title": title, "content_text": text, "published_at": "2026-03-02"}, False)


RELEASE = (
    "Boat owners will not be charged the £50 late fee if they pay or set up a payment plan by 1 May 2026, the harbour board has"
    " announced.\n"
    "The payment deadline is 31 March 2026 and interest is charged from 1 April 2026 on any unpaid amount. Normally, a £50 fee is"
    " also charged on bills still unpaid on 10 April. But this year the board is giving owners more time.\n"
    "You can pay your mooring bill online. You need to do this by midnight on 1 May.\n"
    "Ann Poe, harbour master, said:\n"
    "Anyone worried about a bill can set up a plan to spread the cost. We are proud of our harbour.\n"
    "There are several ways that owners can pay their mooring bill.\n"
)


def test_the_news_is_told_and_the_rule_that_it_lifts_never_stands_alone() -> None:
    line = line_of(RELEASE, "Extra time for boat owners")
    assert line["text"].startswith("Boat owners will not be charged the £50 late fee if they pay")
    for untold in ("Normally", "10 April", "But this year", "It costs £50", "There are several"):
        assert untold not in line["text"]


def test_the_day_that_was_moved_stands_in_the_line_and_in_the_action() -> None:
    line = line_of(RELEASE, "Extra time for boat owners")
    assert line["short"].endswith("pay by 1 May")
    assert line["action"] == "Pay by 1 May 2026."


def test_a_usual_rule_that_nothing_lifts_is_told() -> None:
    text = "You must pay a fee to moor a boat. Normally, a £50 fee is charged on bills that are unpaid after a month."
    assert "£50" in line_of(text)["text"]


def test_do_this_is_told_with_what_is_to_be_done() -> None:
    made = made_of("You can pay your mooring bill online. You need to do this by midnight on 1 May.")
    assert made.pieces == ("You can pay your mooring bill online.", "You need to do this by midnight on 1 May.")


def test_a_meeting_is_told_with_hour_and_place_and_its_second_day_only_under_its_condition() -> None:
    text = (
        "Document Number: 2026-01234\nType: Notice\nDate: 2026-03-30\nAgency: Department of Harbours\n"
        "Notice is hereby given that a meeting of the Harbour Advisory Board will be held on Monday, April 20, at 10 a.m., at"
        " City Hall. If the meeting must be continued, it will resume on Friday, May 8, 2026, at 1 p.m."
    )
    line = line_of(text, "Harbour Advisory Board; Notice of Public Meeting")
    assert "will be held on Monday, April 20, at 10 a.m., at City Hall." in line["text"]
    assert "30 March" not in line["text"] + line["short"]
    assert "The meeting is" not in line["text"]


def test_two_last_days_are_told_each_with_its_label() -> None:
    text = (
        "SUMMARY: This amendment extends the deadline for mooring loans.\n"
        "Mooring Loan Application Deadline Date: 04/15/2026.\nRNLI Loan Application Deadline Date: 12/02/2026.\n"
    )
    said = line_of(text)["text"]
    assert "Mooring loan application deadline: 04/15/2026." in said
    assert "RNLI loan application deadline: 12/02/2026." in said


def test_a_day_that_hangs_on_comments_is_told_with_that_condition_or_not_at_all() -> None:
    text = (
        "SUMMARY: The board is changing life jacket rules for small boats.\n"
        "DATES: This rule is effective July 1, 2026 without further action, unless significant adverse comment is received by"
        " June 3, 2026."
    )
    line = line_of(text)
    assert "unless significant adverse comment is received by June 3, 2026" in line["text"]
    assert "It takes effect" not in line["text"]
    assert line["action"] == "Send your comments by June 3, 2026."


def test_an_address_for_secret_papers_is_not_told_as_the_address_for_all() -> None:
    text = (
        "SUMMARY: The board asks for comments on the mooring plan.\n"
        "ADDRESSES: You may submit comments through the portal at https://www.boats.example. If you wish to submit confidential"
        " boat papers (CBP) as defined in the notice, please send an email to Ann Poe at ann.poe@boats.example. All other comments"
        " must be submitted through the portal."
    )
    said = line_of(text)["text"]
    (own,) = (sentence for sentence in sentences_of(said, "en") if "ann.poe@" in sentence)
    assert "confidential boat papers" in own
    assert ". Email ann.poe" not in said


def test_an_address_for_questions_is_told_plainly() -> None:
    text = "You must have a licence to moor a boat. If you have any questions, please email moor@harbour.example."
    assert "moor@harbour.example" in line_of(text)["text"]


@pytest.mark.parametrize(
    "said",
    [
        "The annual ban on dogs and horses on the long sandy beach below the old harbour wall of the town comes into effect from"
        " Monday 4 May in the morning.",
        "The new toll for all boats that pass the old lock between the harbour and the upper lake near the town starts on"
        " Monday 4 May in the morning.",
    ],
)
def test_a_cut_never_ends_before_the_day_since_when_it_is(said: str) -> None:
    made = made_of(said)
    assert not made.pieces or "4 May" in made.text


def test_who_reminds_goes_and_what_is_told_stays() -> None:
    made = made_of(
        "The Harbour Agency is reminding anglers the season for coarse fish in lakes comes into effect on 4 May and runs until 9 May 2026."
    )
    assert made.text == "The season for coarse fish in lakes comes into effect on 4 May and runs until 9 May 2026."


def test_of_a_ban_the_line_tells_from_when_to_when_rather_than_the_fine() -> None:
    text = (
        "The beach ban comes into effect from Monday 4 May and runs until 30 September 2026. Dogs are not allowed on North Beach in"
        " this period. Anyone who breaks the ban can be fined £100."
    )
    assert line_of(text, "Dog ban on North Beach")["short"] == "Dog ban on North Beach: 4 May to 30 September"
