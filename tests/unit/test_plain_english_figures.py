"""Sums, counts, numbers and places of English documents. All sentences are invented."""

from __future__ import annotations

import pytest

from pushsvc.plain.lines import summary_line


def facts_of(text: str, kind: str, title: str = "Notice about boats") -> list[dict[str, object]]:
    line = summary_line({"id": "a", "title": title, "content_text": text, "published_at": "2026-03-02"}, False)
    return [fact for fact in line["facts"] if fact["kind"] == kind]  # type: ignore[union-attr, attr-defined]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It costs £31.50 if you apply online or £40 if you apply by post.", [("fee", 31.5, "GBP"), ("fee", 40, "GBP")]),
        ("The registration fee is $25 per application.", [("fee", 25, "USD/application")]),
        ("You can get a grant of up to £5,000.", [("subsidy_max", 5000, "GBP")]),
        ("You get an allowance of £900 a month.", [("subsidy", 900, "GBP/month")]),
        ("Vouchers are free of tax up to a limit of £55 per week.", [("limit", 55, "GBP/week")]),
        ("The agency announces the award of a grant in the amount of $34,000.", [("subsidy", 34000, "USD")]),
        ("You may be fined up to £1,000.", [("fine", 1000, "GBP")]),
    ],
)
def test_a_sum_has_the_role_that_its_words_prove(text: str, found: list[tuple[str, float, str]]) -> None:
    assert [(f["role"], f["value"], f["unit"]) for f in facts_of(text, "amount")] == found


@pytest.mark.parametrize(
    "text",
    [
        "Wind power cost just £6 per household in 2011.",
        "The plan will reduce the cost of the system by £12 billion.",
        "Total Annual Cost: $3,977.",
        "They were estimated to generate power at an average cost of £90.2.",
    ],
)
def test_a_statistic_is_no_price(text: str) -> None:
    assert all(fact["role"] != "fee" for fact in facts_of(text, "amount"))


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("Most applications are dealt with in 4 weeks.", "processing_time", 4),
        ("It should take about 20 minutes.", "processing_time", 20),
        ("We reply within 20 working days of your letter.", "processing_time", 20),
        ("The board seeks people to fill three (3) positions.", "quota", 3),
        ("The licence lasts 5 years.", "duration", 5),
        ("Firms with six or more partners must register.", "threshold", 6),
        ("Bring a bill issued within the last three months.", "requirement", 3),
    ],
)
def test_a_count_has_the_role_that_its_words_prove(text: str, role: str, value: float) -> None:
    assert (role, value) in [(f["role"], f["value"]) for f in facts_of(text, "quantity")]


def test_how_long_somebody_was_out_of_work_is_no_age() -> None:
    assert facts_of("He had been unemployed for over 14 years.", "age_range") == []
    assert [f["value"] for f in facts_of("For youth ages 12 to 17 and anyone aged 65 or over.", "age_range")] == [
        "12-17",
        "65-",
    ]


def test_register_and_docket_numbers_are_told_apart() -> None:
    text = (
        "[Docket No. BOAT-2026-0007]\nOMB Control Number: 1234-0077.\nThe rule was published at 91 FR 1204. "
        "Another form is approved under OMB control number 1234-0050.\n[FR Doc. 2026-01234 Filed 3-1-26; 8:45 am]"
    )
    found = {(f["role"], f["value"]) for f in facts_of(text, "doc_number")}
    assert found == {
        ("docket", "BOAT-2026-0007"),
        ("omb", "1234-0077"),
        ("self", "2026-01234"),
        ("related", "91 FR 1204"),
        ("related", "1234-0050"),
    }


def test_laws_are_found_by_name_and_by_place_in_the_code() -> None:
    text = "It is done under section 4 of the Small Boats and Harbours Act (33 U.S.C. 1201) and 33 CFR 117.35."
    found = [f["raw"] for f in facts_of(text, "legal_ref")]
    assert found == ["section 4 of the Small Boats and Harbours Act", "33 U.S.C. 1201", "33 CFR 117.35"]


def test_addresses_of_both_countries_are_read_to_their_codes() -> None:
    american = "The meeting will be held at the Boat House, 120 River Road, Suite 4, Dover, DE 19901."
    assert [(f["role"], f["value"]) for f in facts_of(american, "address")] == [
        ("event", "120 River Road, Suite 4, Dover, DE 19901")
    ]
    british = "Send the form to this address:\nHarbour Office\n4 Quay Street\nHull\nHU1 2AB\nWe write back soon."
    assert [(f["role"], f["value"]) for f in facts_of(british, "address")] == [
        ("apply", "Harbour Office 4 Quay Street Hull HU1 2AB")
    ]


def test_a_reference_to_the_register_is_no_address() -> None:
    assert facts_of("See 12 Boats and Other Small Vessels, 91 FR 12040 of that day.", "address") == []


def test_a_fax_line_counts_only_where_something_is_to_be_faxed() -> None:
    assert facts_of("Ann Poe, telephone 202-555-0143, fax 202-555-0199.", "phone")[0]["value"] == "202-555-0143"
    assert len(facts_of("Ann Poe, telephone 202-555-0143, fax 202-555-0199.", "phone")) == 1
    asked = facts_of("Written comments may be faxed to the office, FAX: 202-555-0199.", "phone")
    assert [(f["role"], f["value"]) for f in asked] == [("apply", "202-555-0199")]


@pytest.mark.parametrize(
    "number", ["+44 (0)20 7946 0000", "020 7946 0000", "0300 123 4567", "(01632) 960 001", "1-800-555-0143", "202.555.0143"]
)
def test_numbers_are_found_in_the_ways_that_offices_print_them(number: str) -> None:
    assert [f["raw"] for f in facts_of(f"For questions call {number}.", "phone")] == [number]


def roles_of(text: str, kind: str, title: str = "Notice about boats") -> list[tuple[object, object]]:
    return [(fact["role"], fact["value"]) for fact in facts_of(text, kind, title)]


def test_a_docket_that_only_the_story_names_is_another_matter_s() -> None:
    text = (
        "[Docket No. AB2026-5]\nThe Board asks for comments on boat rules. "
        + "The rules cover piers and moorings. " * 40
        + "\nThe Board set out the test in Docket No. AB2019-7.\nComments must refer to Docket No. AB2026-5."
    )
    assert roles_of(text, "doc_number") == [("docket", "AB2026-5"), ("related", "AB2019-7"), ("docket", "AB2026-5")]


def test_each_docket_of_a_list_of_filings_is_the_document_s_own() -> None:
    text = "Take notice of these filings:\n" + "\n".join(
        f"Docket Numbers: ER26-{number}-000.\nApplicants: Pier Power, LLC." + " More is said of it here." * 30
        for number in (101, 102, 103)
    )
    assert [role for role, _ in roles_of(text, "doc_number")] == ["docket"] * 3


def test_the_call_that_a_grant_was_made_under_is_related() -> None:
    text = "The award was made under Funding Opportunity Announcement (FOA) number HHS-2019-ACF-PIER-FD-0101."
    assert roles_of(text, "doc_number") == [("related", "HHS-2019-ACF-PIER-FD-0101")]


def test_a_range_of_sections_of_a_code_is_copied_whole() -> None:
    assert ("basis", "44 U.S.C. 3501-3520") in roles_of("This is asked under 44 U.S.C. 3501-3520.", "legal_ref")


def test_a_second_address_is_for_what_the_first_is_for() -> None:
    text = "Send all comments to boats@pier.example and to Ann.Reed@pier.example. For questions email desk@pier.example."
    assert [role for role, _ in roles_of(text, "email")] == ["apply", "apply", "consult"]


def test_a_street_with_a_hyphen_and_a_state_in_full_is_an_address() -> None:
    text = "Nominations should be sent to Ann Reed, 1335 Sea-West Highway, Room 82, Silver Spring, Maryland 20910."
    assert roles_of(text, "address") == [("apply", "1335 Sea-West Highway, Room 82, Silver Spring, Maryland 20910")]


def test_the_heading_over_an_address_is_no_part_of_it() -> None:
    text = "Ask us if you need help.\nContact\nEnquiries\nPier Office\nSea Hall, Dock Road\nWorcester\nWR5 2NP\nEmail us."
    assert roles_of(text, "address") == [("consult", "Pier Office Sea Hall, Dock Road Worcester WR5 2NP")]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("The sector generates over £50 billion in exports.", "amount", []),
        ("You can apply if you have savings of less than £6,000.", "amount", [("threshold", 6000)]),
        ("Ann had been out of work for over 14 years.", "quantity", []),
        ("You must have lived here for at least 5 years.", "quantity", [("threshold", 5)]),
        ("It lists rules for small business concerns with fewer than 25 employees.", "quantity", []),
        ("Firms with fewer than 25 employees need no licence.", "quantity", [("threshold", 25)]),
        ("The tests last less than 4 hours.", "quantity", [("duration", 4)]),
        ("The country is increasing its exports of boats by 18%.", "percentage", [("increment", 18)]),
        ("The office achieved an 18% reduction.", "percentage", [("increment", 18)]),
        ("The fund can cover up to 80% of an approved project’s eligible costs.", "percentage", [("subsidy_rate", 80)]),
        ("The charge is limited to 20% of income.", "percentage", [("limit", 20)]),
    ],
)
def test_what_is_told_of_a_trade_or_a_story_is_no_bar_for_a_reader(
    text: str, kind: str, found: list[tuple[str | None, float]]
) -> None:
    assert roles_of(text, kind) == found


def test_a_figure_of_a_report_fills_no_template() -> None:
    line = summary_line(
        {"id": "a", "title": "Form for boats", "content_text": "Total annual cost: $28,750. Fill it in."}, False
    )
    assert "amount" not in line["slots"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("School is free for children up to the age of 18.", "age_range", [("eligibility", "-18")]),
        ("The price went up to 18 dollars.", "age_range", []),
        ("If you plan to stay for longer than 4 months, you need a visa.", "quantity", [("threshold", 4)]),
        ("Bring a birth certificate issued within 12 months of the birth.", "quantity", [("requirement", 12)]),
        ("You should submit two copies of the form.", "quantity", [("requirement", 2)]),
        ("The office has two copies of the form.", "quantity", []),
        ("Ayrshire is transferring 40,000 pounds of herring to Fife.", "quantity", [("quota", 40_000)]),
        ("Call the harbour in Suva on +679 312622.", "phone", [("consult", "+679 312622")]),
        ("The sum was 312622 in all.", "phone", []),
        (
            "Send a copy to Room 3003, Harbour Department, 14th and Pier Avenue NW., Washington, DC 20230.",
            "address",
            [("apply", "Room 3003, Harbour Department, 14th and Pier Avenue NW., Washington, DC 20230")],
        ),
        (
            "Location for both meetings: 12340 N Shore Dr., Monticello, Indiana 47960.",
            "address",
            [("event", "12340 N Shore Dr., Monticello, Indiana 47960")],
        ),
        ("[Project No. 12514-074]\nPier Power; Notice of Meeting", "doc_number", [("self", "Project No. 12514-074")]),
        ("[Notice: (26-029)]\nPier Power; Notice of Meeting", "doc_number", [("self", "26-029")]),
        ("The bill passed (26-029) in May.", "doc_number", []),
        ("Ann Reed,\nChair.\n[FR Doc. 2026-08632 Filed 4-14-26; 8:45 am]", "doc_number", [("self", "2026-08632")]),
    ],
)
def test_figures_and_places_that_officials_print_have_their_role(text: str, kind: str, found: list[tuple[str, object]]) -> None:
    known = [(role, str(value).replace("FR Doc. ", "")) for role, value in roles_of(text, kind)]
    assert known == [(role, str(value).replace("FR Doc. ", "")) for role, value in found]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("How much you can get\n£20,000 - £3,000,000\n", "amount", [("subsidy", "20000-3000000")]),
        (
            "How much will be paid\n£511 per hectare (ha).\nOn moor: £107 per ha\n",
            "amount",
            [("subsidy", 511), ("subsidy", 107)],
        ),
        ("Fees\n£25\n", "amount", [("fee", 25)]),
        ("You may have to pay a penalty of £100.", "amount", [("fine", 100)]),
        ("A grant was limited to a maximum of £2,000 per application.", "amount", [("subsidy_max", 2000)]),
        ("The full pension is £221.20 a week.", "amount", [("standard", 221.2)]),
        ("The minimum wage for deckhands is £7.55 per hour.", "amount", [("standard", 7.55)]),
        ("Fees will rise to £12.", "amount", [("new_value", 12)]),
        ("Savings of £16,000 or less do not count.", "amount", [("threshold", 16000)]),
        ("The loan is between £500 and £25,000 at 6% interest.", "amount", [("loan_max", "500-25000")]),
        ("We will pay 75% of the cost up to £2,500.", "amount", [("subsidy_max", 2500)]),
        ("Estimated Range of Awards: $50,000-$75,000.", "amount", [("subsidy", "50000-75000")]),
        ("Estimated Available Funds: $2,000,000.", "amount", [("budget", 2000000)]),
        ("£3.5 million will be available for harbours.", "amount", [("budget", 3500000)]),
        ("The share of boats has shot up 16% in the last 20 years.", "percentage", [("increment", 16)]),
        ("It takes between 4 and 6 weeks.", "quantity", [("processing_time", "4-6")]),
        ("There is a 60-day comment period.", "quantity", [("duration", 60)]),
        ("No more than three supporting letters may be sent.", "quantity", [("limit", 3)]),
        ("Grants will be awarded to between 15 and 25 skippers.", "quantity", [("quota", "15-25")]),
        ("For 13 to 18 year olds.", "age_range", [("eligibility", "13-18")]),
        ("For young people (15-29) in Hythe.", "age_range", [("eligibility", "15-29")]),
        ("Call reference number: OC34S15P", "doc_number", [("self", "OC34S15P")]),
        ("[Docket No. 24-ACE-8]\nRIN 2120-AA66\nAirspace", "doc_number", [("docket", "24-ACE-8"), ("docket", "2120-AA66")]),
        (
            "You may submit comments by any of the following methods:\n1. By email to: boats@pier.example.\n",
            "email",
            [("apply", "boats@pier.example")],
        ),
        ("To register for a talk, please email your details to ann@pier.example.", "email", [("apply", "ann@pier.example")]),
    ],
)
def test_sums_counts_and_contacts_have_the_role_that_officials_give_them(
    text: str, kind: str, found: list[tuple[str, object]]
) -> None:
    order = {"2120-AA66": 1}
    assert sorted(((f["role"], f["value"]) for f in facts_of(text, kind)), key=lambda each: order.get(str(each[1]), 0)) == found
