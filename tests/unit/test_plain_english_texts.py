"""What a reader of an English document is told: what to do by when, how much, whom to ask; whole sentences only."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pushsvc.plain import problems, read_text, reading_of, summarise, summary_line
from pushsvc.plain.writing.en.making import made_of
from pushsvc.plain.writing.en.tidying import tidied
from pushsvc.plain.writing.glossary import plainer

GUIDE = """Get a mooring licence
Who needs a licence to moor a boat, and what it costs.
Published/updated: 2026-03-02T09:00:00+00:00
You must have a licence to moor a boat in the harbour for more than 7 days.
It costs £31.50 if you apply online or £40 if you apply by post.
You must:
fill in the form
send the form to reach the harbour office at least 48 hours before you moor
You can apply if you:
live in the county
own the boat
You can pay by either:
card
cheque - made payable to the harbour
Call 01632 960 001 or email moor@harbour.example.
"""
NOTICE = """DEPARTMENT OF HARBOURS
Boat Office
[Docket No. BOAT-2026-0007]
Small Boats Advisory Committee; Notice of Meeting
AGENCY:
Boat Office, Department of Harbours.
ACTION:
Notice of meeting.
SUMMARY:
The Boat Office announces a meeting of the Small Boats Advisory Committee (Committee). In accordance with the Small Boats Act, Public Law 99-999, as amended, the Boat Office asks the public for comments on the draft mooring plan.
DATES:
Written comments must be received no later than 5:00 p.m. EDT on Friday, April 17, 2026. The meeting will be held on May 12, 2026, from 9:30 a.m. to 4 p.m.
FOR FURTHER INFORMATION CONTACT:
Ann Poe, Boat Office, 120 River Road, Dover, DE 19901; telephone (202) 555-0143, fax (202) 555-0199, email ann.poe@boats.example.
If you use a text telephone, call 1-800-555-0188.
SUPPLEMENTARY INFORMATION:
Comments on an earlier draft were required to be received by January 12, 2026. No registration is required to attend the meeting. If you need an interpreter, you must contact Ann Poe at least 10 days before the meeting.
Dated: March 1, 2026.
"""  # noqa: E501


def line_of(text: str, title: str, published: str = "2026-03-02") -> dict[str, Any]:
    return summary_line({"id": "a", "title": title, "content_text": text, "published_at": published}, False)


def test_a_guide_tells_what_it_costs_what_to_do_and_whom_to_ask() -> None:
    line = line_of(GUIDE, "Get a mooring licence")
    for said in ("£31.50", "£40", "at least 48 hours before", "01632 960 001", "moor@harbour.example"):
        assert said in line["text"]
    assert line["action"].startswith("Send the form")
    assert line["short"] == "Get a mooring licence: costs £31.50 or £40"


def test_a_condition_of_several_and_one_of_two_ways_are_not_told_alone() -> None:
    text = line_of(GUIDE, "Get a mooring licence")["text"]
    assert "live in the county" not in text
    assert "cheque" not in text


def test_a_notice_tells_by_when_to_comment_when_it_meets_and_whom_to_call() -> None:
    line = line_of(NOTICE, "Small Boats Advisory Committee; Notice of Meeting")
    assert "Send your comments by 5:00 p.m. EDT on April 17, 2026." in line["text"]
    assert "May 12, 2026" in line["text"]
    assert "For questions, call 202-555-0143 or email ann.poe@boats.example." in line["text"]
    assert "If you use a text phone, call 1-800-555-0188." in line["text"]
    assert "555-0199" not in line["text"]
    assert line["action"] == "Send your comments by 5:00 p.m. EDT on April 17, 2026."
    assert line["headline"] == "Small Boats Advisory Committee meeting"
    assert line["short"].endswith("comment by 17 April")


def test_an_old_deadline_and_a_duty_of_some_are_not_told_to_all() -> None:
    text = line_of(NOTICE, "Small Boats Advisory Committee; Notice of Meeting")["text"]
    assert "January" not in text
    assert "10 days" not in text or "If you need an interpreter" in text
    assert "must attend" not in text


@pytest.mark.parametrize(("text", "title"), [(GUIDE, "Get a mooring licence"), (NOTICE, "Small Boats Advisory Committee")])
def test_sentences_are_whole_short_and_stand_in_the_source(text: str, title: str) -> None:
    line = line_of(text, title)
    assert "…" not in line["text"]
    assert problems(f"{title}\n{text}", line["text"], "en") == []
    for sentence in re.split(r"(?<=[a-z0-9.]\.) (?=[A-Z])", line["text"]):
        assert len(sentence.split()) <= 25
        assert sentence.endswith(".")


def test_a_closed_call_says_so_and_asks_nothing() -> None:
    text = "Views on the mooring plan\nclosing date: 2026-01-12T17:00:00+00:00\nYou can send your views to the harbour office."
    line = line_of(text, "Views on the mooring plan")
    assert "This closed on 12 January 2026." in line["text"]
    assert line["action"] is None
    assert "closed 12 January 2026" in line["short"]


def test_an_open_call_says_by_when() -> None:
    text = "Views on the mooring plan\nclosing date: 2026-05-12T17:00:00+00:00\nYou can send your views to the harbour office."
    line = line_of(text, "Views on the mooring plan")
    assert line["action"] == "Send your comments by 12 May 2026."
    assert line["short"] == "Views on the mooring plan: comment by 12 May"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (
            "In accordance with the Small Boats Act, Public Law 99-999, as amended, the Boat Office announces a meeting of its "
            "board.",
            "The Boat Office announces a meeting of its board.",
        ),
        (
            "The Boat Office, Office of Grants, Division of Piers, announces a grant in the amount of $500.",
            "The Boat Office announces a grant of $500.",
        ),
        ("Owners of all boats (see 33 CFR 117.35) must send the form.", "Owners of all boats must send the form."),
        ("You must send the form (or a copy of it) to us.", "You must send the form (or a copy of it) to us."),
        ("The office received two comments on the rule.4", "The office received two comments on the rule."),
        (
            "The meeting will be held on May 12, 2026, from 9 a.m. to 4 p.m.",
            "The meeting will be held from 9 a.m. to 4 p.m. on May 12, 2026.",
        ),
    ],
)  # fmt: skip
def test_citations_offices_within_offices_and_footnotes_go(source: str, plain: str) -> None:
    assert made_of(source).text == plain


@pytest.mark.parametrize(
    "source",
    [
        # A condition, an exception or a "not" behind the cut would be lost.
        "The harbour office will refund the whole of the mooring fee that you have paid to it for the boat that you own and "
        "keep in the harbour unless you moved the boat.",
        # "Committee for the Preservation" is one name.
        "Send every one of the forms that the harbour has given to each of its members this year and the last to the "
        "Committee for the Preservation of Piers.",
        "When you apply for a licence.",
        "Questions about boats and moorings",
    ],
)
def test_what_cannot_be_cut_without_harm_is_left_out(source: str) -> None:
    made = made_of(source)
    assert not any(piece.endswith(("Committee.", "licence.", "harbour.", "moorings.")) for piece in made.pieces)


def test_no_duty_is_made_of_what_is_not_required() -> None:
    assert plainer("No registration is required to attend.", "en") == "No registration is required to attend."


def test_a_word_in_a_name_stays_and_at_a_sentence_s_beginning_it_goes() -> None:
    assert plainer("Ask the Office of Foreign Assistance.", "en") == "Ask the Office of Foreign Assistance."
    assert plainer("Individuals may apply.", "en") == "People may apply."


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("符合条件的老人，每人每月发放津贴100元。", "关于发放津贴的通知", "CNY 100 a person a month"),
        ("租金标准为32元/平方米/月，由租户缴纳。", "关于租金标准的公告", "CNY 32 a square metre a month"),
    ],
)
def test_a_reader_of_english_is_told_per_what_a_chinese_sum_is(text: str, title: str, said: str) -> None:
    assert said in summarise(read_text(text, title), {}).wording("en").text


def test_a_reader_of_chinese_is_told_per_what_an_english_sum_is() -> None:
    summary = summarise(read_text("You get an allowance of £900 a month.\nApply by 12 May 2099.", "Boat allowance"), {})
    assert "每月900英镑" in summary.wording("zh").text
    assert "2099年5月12日" in summary.wording("zh").text


def test_a_reader_of_chinese_is_not_asked_to_act_on_a_closed_call() -> None:
    text = "Views on the mooring plan\nclosing date: 2026-01-12T17:00:00+00:00\nYou can send your views to the harbour office."
    event = {"id": "a", "title": "Views on the mooring plan", "content_text": text, "published_at": "2026-03-02"}
    wording = summarise(reading_of(event), {}).wording("zh")
    assert wording.action is None
    assert "已于2026年1月12日截止" in wording.text


def told(title: str, text: str, published: str = "2026-03-02") -> dict[str, object]:
    return summary_line({"id": "a", "title": title, "content_text": text, "published_at": published}, False)


def test_a_notice_without_a_summary_says_whose_it_is_and_what_was_received() -> None:
    text = (
        "DEPARTMENT OF ENERGY\nFederal Harbour Commission\nCombined Notice of Filings #1\n"
        "Take notice that the Commission received the following electric rate filings:\n"
        "Docket Numbers: ER26-101-000.\nApplicants: Pier Power, LLC.\nComments Due: 5 p.m. ET 3/22/26.\n"
        "Docket Numbers: ER26-102-000.\nApplicants: Dock Power, LLC.\nComments Due: 5 p.m. ET 3/29/26.\n"
    )
    line = told("Combined Notice of Filings #1", text)
    assert line["headline"] == "Combined Notice of Filings #1: Federal Harbour Commission"
    assert str(line["text"]).startswith(
        "This is a notice of the Federal Harbour Commission. The Commission received electric rate filings."
    )
    assert "Comments close on 3/22/26 and 3/29/26. Each part has its own day." in str(line["text"])


def test_the_paper_is_not_named_where_the_text_names_the_office() -> None:
    text = (
        "AGENCY:\nHarbour Safety Administration, DOT.\nACTION:\nFinal rule.\nSUMMARY:\n"
        "{} changes the rules for life rafts on small boats.\nDATES:\nEffective May 4, 2026.\n"
    )
    with_name = str(told("Life rafts", text.format("The Harbour Safety Administration"))["text"])
    without = str(told("Life rafts", text.format("This action"))["text"])
    assert "This is a final rule" not in with_name
    assert without.startswith("This is a final rule of the Harbour Safety Administration. This action changes the rules")


def test_a_rule_that_is_withdrawn_is_not_called_a_rule() -> None:
    text = (
        "AGENCY:\nHarbour Safety Administration, DOT.\nACTION:\nProposed rule; withdrawal.\nSUMMARY:\n"
        "This action withdraws the proposed rule on life rafts for small boats.\n"
    )
    assert "This is a" not in str(told("Life rafts", text)["text"])


@pytest.mark.parametrize("title", ["About us", "Our governance", "Membership"])
def test_a_page_on_which_an_office_tells_of_itself_asks_nothing(title: str) -> None:
    text = (
        f"{title}\nThe Harbour Office is responsible for piers in England.\nPublished/updated: 2026-01-02T09:00:00+00:00\n"
        "We look after 40 piers and their lights. You can contact us to visit a pier.\n"
    )
    line = told(title, text)
    assert line["headline"] == f"{title}: Harbour Office"
    assert str(line["text"]).startswith("This page is about the Harbour Office. There is nothing to do.")
    assert line["action"] is None


def test_a_page_about_how_to_apply_is_no_page_about_an_office() -> None:
    text = "Our new licence for boats is here.\nYou must apply for a licence before you sail.\nIt costs £30 for each boat.\n"
    line = told("Boat licences", text)
    assert line["action"]
    assert "nothing to do" not in str(line["text"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("This guidance was withdrawn on 5 January 2026. You must register your boat with the harbour office.", "withdrawn"),
        ("The fund has closed. You can apply for a grant for your boat by post or online at any time.", "closed"),
        ("We are no longer accepting applications. Apply for a grant for your boat by post or online.", "no longer"),
    ],
)
def test_what_is_withdrawn_or_closed_says_so_and_asks_nothing(text: str, said: str) -> None:
    line = told("Grants for boats", text)
    assert said in str(line["text"]) or "This is closed." in str(line["text"])
    assert line["action"] is None


def test_what_was_withdrawn_elsewhere_leaves_the_action() -> None:
    text = "The old form was withdrawn in 2019. You must register your boat with the harbour office before you sail."
    assert told("Register a boat", text)["action"] == "Register your boat with the harbour office before you sail."


@pytest.mark.parametrize(
    "text",
    [
        "You can ask the school for the results of the race. Races take place in May.",
        "You must make decisions on a case by case basis. Races take place in May.",
        "You will need to consider how long the race takes. Races take place in May.",
    ],
)
def test_a_thought_or_a_favour_is_no_action(text: str) -> None:
    assert told("Boat races", text)["action"] is None


def test_the_action_is_the_one_that_the_title_names() -> None:
    text = (
        "You must return a found boat to its owner if you know who the owner is.\n"
        "If you find a boat and cannot contact the owner, you must report it to the council.\n"
    )
    assert told("Report a found boat", text)["action"] == (
        "If you find a boat and cannot contact the owner, report it to the council."
    )


def test_letters_in_a_footnote_are_not_told() -> None:
    text = (
        "HARBOUR COMMISSION\nNotice of Filing of a Rule Change\nOn March 1, 2026, Pier Markets filed a rule change with the "
        "Commission.2\n2 Letters from Ann Reed, Chair, Boat Committee, dated January 6, 2026; Ben Rush, Pier Owners, LLC, "
        "dated January 7, 2026; and Cy Dale, Dock Owners, LLC, dated January 8, 2026.\n"
    )
    said = str(told("Notice of Filing of a Rule Change", text)["text"])
    assert "Pier Markets filed a rule change" in said
    assert "dated" not in said


def test_a_sum_is_told_with_the_words_that_it_is_of() -> None:
    text = "We’ll pay your tuition fees, saving you £9,250 per year. The course starts in May.\n" + (
        "You can choose a boat, and you must bring a coat. " * 3
    )
    said = str(told("Learn to sail", text)["text"])
    assert "tuition fees, saving you £9,250 per year" in said
    assert "The sum is" not in said


def test_who_answers_is_told_before_who_sends_large_print() -> None:
    text = (
        "Harbour rules change for boats in May.\nFor further information contact:\nAnn Reed, Media Bureau, "
        "at\nann@pier.example\n"
        "To request materials in accessible formats for people with disabilities (braille, large print), email "
        "print@pier.example or call 202-418-0530 (voice), 202-418-0432 (tty).\n"
    )
    said = str(told("Harbour rules", text)["text"])
    assert "For questions, email ann@pier.example. For another format, contact 202-418-0530 or print@pier.example." in said


def test_a_participle_is_not_left_without_its_agent() -> None:
    text = (
        "SUMMARY:\nThe Harbour Office has before it a notice of a new rule that was issued in response to a petition filed by "
        "Pier Lights, Dock Lights and Quay Lights, who own the lights of the piers and who want to change their colours.\n"
    )
    assert "filed." not in str(told("Pier lights", text)["text"])


def test_three_offices_are_called_in_one_sentence_and_written_to_in_another() -> None:
    text = "Boat owners can ask these three harbours for help in May.\n" + "\n".join(
        f"{place}\nTel: 020 7946 0{number}\nEmail: {place.lower()}@pier.example"
        for place, number in (("Ayr", 101), ("Hythe", 102), ("Wick", 103))
    )
    said = str(told("Help from harbours", text)["text"])
    assert "For questions, call 020 7946 0101, 020 7946 0102 or 020 7946 0103. You can also email ayr@pier.example," in said


def test_a_hard_sentence_goes_without_its_examples() -> None:
    text = (
        "The Harbour Licensing Administration is the official organisation responsible for recreational navigation "
        "licences including catamarans, trimarans and hydrofoils. It opens on weekdays.\n"
    )
    said = str(told("Boat licences", text)["text"])
    assert "responsible for recreational navigation licences." in said


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Boat owners who qualify under 12 U.S.C. 1701 must pay a fee.", "Boat owners who qualify must pay a fee."),
        ("Comments under 5 U.S.C. 552(b)(4), as amended, must be sent by May 1.", "Comments must be sent by May 1."),
        ("The Office reads data under the Pier Act, 12 U.S.C. 1701 et seq., and related laws.", "The Office reads data."),
    ],
)
def test_a_law_is_left_out_to_its_end_and_no_further(said: str, plain: str) -> None:
    assert tidied(said) == plain


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Send us your views by the end of April 2026. We hear boat owners.", "Send your comments by the end of April 2026."),
        ("The boat scheme closes on 31/03/2026. Fees are paid in £.", "Apply by 31/03/2026."),
        ("A boat conference with 20 talks takes place at Leeds, on 4 to 6 May 2026, for all.", "on 4 to 6 May 2026"),
        ("The boat scheme closes at the end of 2026. You get a grant.", "Apply by the end of 2026."),
    ],
)
def test_a_day_that_the_source_does_not_print_in_full_is_told_as_it_is_printed(text: str, line: str) -> None:
    said = told("Help with boats", text)
    assert line in str(said["text"])
