"""Numbers and addresses of an English document are told with what they are for."""

from __future__ import annotations

from typing import Any

from pushsvc.plain import summary_line


def line_of(text: str, title: str = "Small boats") -> dict[str, Any]:
    return summary_line({"id": "d", "title": title, "content_text": text, "published_at": "2026-03-02"}, False)


HEAD = "SUMMARY: The Boat Office proposes new rules for moorings in small harbours.\n"


def test_a_number_for_questions_says_so() -> None:
    text = HEAD + "FOR FURTHER INFORMATION CONTACT: Ann Poe, Boat Office, 202-555-0143, ann.poe@boats.example."
    assert "For questions, call 202-555-0143 or email ann.poe@boats.example." in line_of(text)["text"]


def test_a_short_sentence_that_says_what_an_address_is_for_is_told_as_it_stands() -> None:
    text = "The harbour has new moorings this year.\nTo register, email moorings@boats.example.\n"
    said = line_of(text, "New moorings in the harbour")["text"]
    assert "To register, email moorings@boats.example." in said
    assert "For questions" not in said


def test_the_press_office_is_for_nobody_else() -> None:
    text = "The harbour has new moorings this year. Boats of ten metres can stay there.\nPress enquiries: 020 7946 0999\n"
    assert "0999" not in line_of(text, "New moorings in the harbour")["text"]


def test_the_telephone_of_a_hotel_is_not_for_questions() -> None:
    text = (
        "BOAT COMMISSION\nAGENCY: Boat Commission.\nACTION: Notice of public meeting.\n"
        "Date: The meeting will be held on May 4, 2026.\n"
        "Place: The Crown Hotel, 12 Harbour Street, Chicago, Phone: (312) 555-0100.\n"
        "Purpose: The Board will discuss new moorings. The meeting will be open to the public.\n"
    )
    said = line_of(text, "Boat Board; Notice of Meeting")["text"]
    assert "555-0100" not in said
    assert "Place: The Crown Hotel, 12 Harbour Street, Chicago." in said


def test_comments_have_their_portal_with_its_docket() -> None:
    text = (
        "[Docket No. BOAT-2026-0007]\n" + HEAD + "DATES: Submit comments by May 16, 2026.\n"
        "ADDRESSES: Submit comments at http://www.regulations.gov. Follow the instructions for submitting comments.\n"
    )
    assert "You can comment at www.regulations.gov, docket BOAT-2026-0007." in line_of(text)["text"]
