"""Which sentences of an English document are told, and how they are made plain."""

from __future__ import annotations

from typing import Any

import pytest

from pushsvc.plain import summary_line
from pushsvc.plain.writing.en.heading import about
from pushsvc.plain.writing.en.making import made_of
from pushsvc.plain.writing.en.tidying import tidied


def line_of(text: str, title: str = "Small boats") -> dict[str, Any]:
    return summary_line({"id": "d", "title": title, "content_text": text, "published_at": "2026-03-02"}, False)


def test_what_is_forbidden_is_told_before_the_reasons() -> None:
    text = (
        "SUMMARY: The Coast Guard is establishing a safety zone on the Ayr River. This rule is necessary to protect life. "
        " Entry into this zone is prohibited unless authorized by the Captain of the Port.\n"
        "DATES: This rule is effective from July 6, 2026 through July 7, 2026.\n"
    )
    assert "Entry into this zone is prohibited unless" in line_of(text, "Safety Zone; Ayr River")["text"]


def test_a_short_text_is_filled_from_the_head_of_the_document() -> None:
    text = (
        "Help from the trade office takes a boat builder to new markets.\n"
        "The builder of Ayr took part in two visits to Turkey and met buyers there.\n"
        "The office reviewed the website of the builder before the second visit.\n"
        "The builder has won three orders since then.\n"
    )
    said = line_of(text, "A boat builder sells to Turkey")["text"]
    assert "two visits to Turkey" in said
    assert "three orders" in said


def test_a_sentence_about_it_is_not_told_without_the_one_before() -> None:
    text = "The harbour opens a new slipway in May. It will be free for all boats.\nBoats can use the slipway on all days.\n"
    said = line_of(text, "A new slipway")["text"]
    assert "It will be free" not in said or "opens a new slipway in May. It will be free" in said


def test_a_stray_end_of_a_quotation_stays_out() -> None:
    text = (
        "The council opens a grant for boat owners.\nCouncillor Poe said: “I’m glad that we can help.\n"
        "The grants will help owners to repair their boats.”\nThe grant will run until funding has been spent.\n"
    )
    assert "”" not in str(line_of(text, "A grant for boat owners")["text"])


def test_a_long_first_sentence_goes_without_the_reason_that_it_begins_with() -> None:
    said = (
        "To help ensure that all owners in the harbour towns are treated alike over the whole winter, Ayr Council will run the"
        " mooring grant as a scheme in two rounds."
    )
    assert made_of(said).text == "Ayr Council will run the mooring grant as a scheme in two rounds."


@pytest.mark.parametrize(
    "said",
    [
        "Provides advice to the owners of small boats and to their crews in the harbour.",
        "The current list of small boats designated by the office.",
        "People who want to file a written statement or testify.",
        "The events you attend and people you meet.",
    ],
)
def test_what_has_no_verb_of_its_own_is_no_sentence(said: str) -> None:
    assert not made_of(said).pieces


def test_a_list_of_short_items_is_told_in_one_sentence() -> None:
    text = "The office helps owners of boats.\nYou can get free advice on:\nmoorings for the winter\nsafety on the water\n"
    told = "You can get free advice on moorings for the winter and safety on the water."
    assert told in line_of(text, "Help for boat owners")["text"]
    towns = "\n".join(["Ayr", "Hythe", "Wick", "Our history"])
    text = f"The office helps owners of boats.\nThere are boat centres in:\n{towns}\nThe office was founded in 1950.\n"
    assert "There are boat centres in Ayr, Hythe, Wick and more." in line_of(text, "Boat centres")["text"]


def test_the_lead_of_a_list_says_what_it_can_alone() -> None:
    long = "how to leave a boat at its moorings all through the winter, when the water in the harbour is high"
    text = f"The office helps owners of boats.\nYou can get free advice on:\n{long}\n{long} or low\n"
    assert "You can get free advice." in line_of(text, "Help for boat owners")["text"]


def test_a_payment_with_conditions_in_a_list_names_them() -> None:
    text = (
        "The grant helps owners of small boats.\nYou can apply for a payment of £326 into your bank account if you:\n"
        "own a boat\nlive in the harbour\n"
    )
    said = line_of(text, "A grant for boat owners")["text"]
    assert "You can apply for a payment of £326 into your bank account. Conditions are in the source." in said


def test_a_law_whose_name_is_a_list_is_cut_out_whole() -> None:
    said = "The office announces a grant under section 9 of the Boats, Harbours, and Moorings Act of 2008."
    assert tidied(said) == "The office announces a grant."
    kept = "The Boats, Harbours, and Moorings Act of 2008 changed the grant."
    assert tidied(kept) == kept


def test_in_relation_to_is_about_only_behind_what_is_said_or_asked() -> None:
    assert tidied("We give advice in relation to moorings.") == "We give advice about moorings."
    offence = "It is an offence in relation to boats."
    assert tidied(offence) == offence


def test_a_short_line_tells_the_news_where_the_title_only_names_a_subject() -> None:
    page = "Boats at sea\nYou must tell the office if you keep a boat at sea.\nPublished/updated: 2026-03-02T09:00:00+00:00\n"
    assert line_of(page, "Boats at sea")["short"] == "You must tell the office if you keep a boat at sea"


def test_of_a_long_title_of_two_parts_the_short_line_has_the_part_that_is_new() -> None:
    title = "Fisheries of the Northern and Western Coasts of the State; Quota Transfer From Ayr County to Hythe County"
    assert about(title, 60) == "Quota Transfer From Ayr County to Hythe County"
    assert about("Leprino Boats Company of the North; Filing of Petition", 40) == "Leprino Boats Company of the North"
