"""Days of a start that is put off, windows that are open to readers, and the other side of a new price."""

from __future__ import annotations

import pytest

from pushsvc.plain import summary_line
from pushsvc.plain.writing.checking import stands


def roles_in(text: str, published: str = "2026-02-01") -> dict[str, str | None]:
    line = summary_line({"id": "1", "title": "A rule", "content_text": text, "published_at": f"{published}T09:00:00Z"}, False)
    return {str(fact["value"])[:10]: fact["role"] for fact in line["facts"] if "20" in str(fact["value"])[:2]}


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "We are moving the start of the parking order announced on 3 May 2026 to 1 September 2026.",
            {"2026-05-03": "event", "2026-09-01": "effective_from"},
        ),
        (
            "This action delays until May 16, 2026, the effective date of the rule published on February 3, 2026.",
            {"2026-05-16": "effective_from", "2026-02-03": "event"},
        ),
        (
            "The office further delays the effective date of the rule published on January 9, 2026, from March 21, 2026, "
            "until June 20, 2026.",
            {"2026-01-09": "event", "2026-03-21": "old_value", "2026-06-20": "effective_from"},
        ),
        (
            "The ban on fires was due to start on 1 April 2026. The council has postponed it until 1 October 2026.",
            {"2026-04-01": "old_value", "2026-10-01": "effective_from"},
        ),
    ],
)
def test_a_start_that_is_put_off_is_the_new_day_and_never_that_of_the_paper_which_set_it(
    text: str, roles: dict[str, str]
) -> None:
    found = roles_in(text)
    assert {day: found.get(day) for day in roles} == roles


@pytest.mark.parametrize(
    "text",
    [
        "Trips before 1 June 2026 are charged at the old fare.",
        "You’ll have to pay the old fee if you choose a day before 1 June 2026.",
        "People who book before 1 June 2026 will pay the current price.",
    ],
)
def test_the_last_day_of_an_old_price_is_nobodys_deadline(text: str) -> None:
    assert not str(roles_in(text).get("2026-06-01")).endswith("_deadline")


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Objections to the road will be accepted through 4 July 2026.", "comment_deadline"),
        ("The prize is open for entries until 17:00 on 4 July 2026.", "application_deadline"),
        ("The fund will be open to bids from 3 March 2026 until 23:59 on 4 July 2026.", "application_deadline"),
        ("This consultation runs until 4 July 2026.", "comment_deadline"),
        ("The rule has a comment period of 30 days. The comment period ends on 4 July 2026.", "comment_deadline"),
        ("The application window ends on 4 July 2026.", "application_deadline"),
    ],
)
def test_what_is_open_to_readers_up_to_a_day_ends_in_a_deadline_without_that_word(text: str, role: str) -> None:
    assert roles_in(text)["2026-07-04"] == role


def told_of(title: str, text: str) -> dict[str, object]:
    return dict(summary_line({"id": "1", "title": title, "content_text": text, "published_at": "2026-02-01T09:00:00Z"}, False))


@pytest.mark.parametrize(
    "text",
    [
        "The boiler scheme has now closed. You can only claim for boilers fitted on or after 1 May 2025. You can claim £500.",
        "This scheme is no longer available. You could get up to £200 a month. Contact your council.",
        "This guidance was withdrawn on 3 January 2026. You must wear a mask in shops.",
    ],
)
def test_what_is_over_says_so_first_and_offers_nothing(text: str) -> None:
    told = told_of("Boiler grants", text)
    assert told["action"] is None
    for offer in ("£", "You can", "must"):
        assert offer not in f"{told['text']}{told['short']}"
    assert str(told["short"]).endswith(("now closed", "withdrawn"))


def test_a_fund_of_which_only_a_round_is_over_is_not_called_closed() -> None:
    told = told_of("Solar fund", "The first round of the solar fund has closed. The second round opens on 3 March 2026.")
    assert "now closed" not in str(told["short"])


def test_a_hearing_that_is_called_off_has_no_day_in_the_short_line() -> None:
    told = told_of("Ring road", "The public hearing on the ring road planned for 7 April 2026 will not take place.")
    assert "7 April" not in str(told["short"])
    assert "not take place" in str(told["text"])


def test_the_day_of_today_and_what_is_forbidden_stand_in_the_text() -> None:
    told = told_of(
        "Boat race",
        "The rules for the boat race are needed to ensure the safety of all. All times are local. During these hours, no one"
        " may swim in the basin without permission. The pool reopens today (Sunday 1 February) after repairs.",
    )
    assert "no one may swim" in str(told["text"])
    assert "Sunday 1 February" in str(told["text"])
    assert "All times" not in str(told["text"])


@pytest.mark.parametrize(
    "text",
    [
        "Tenant grants: apply by 1 March 2026. Landlord loans: apply by 1 August 2026.",
        "The deadline to apply for damage loans is 1 March 2026. The deadline to apply for injury loans is 1 August 2026.",
        "Tenants must apply by 1 March 2026. Landlords must apply by 1 August 2026.",
    ],
)
def test_several_last_days_keep_those_whose_they_are(text: str) -> None:
    told = told_of("Flood relief", text)
    assert "Apply by" not in f"{told['text']} {told['action']}"
    for own in text.removesuffix(".").split(". "):
        assert own in str(told["text"])


def test_a_long_ban_is_told_by_its_first_verb() -> None:
    told = told_of(
        "Safety zone",
        "During the enforcement period, no person or vessel may enter, transit through, anchor in, or remain within the"
        " marked area without approval from the Captain of the Port or a designated representative.",
    )
    assert "no person or vessel may enter the marked area without approval" in str(told["text"])


def sums_in(text: str) -> list[tuple[object, str | None]]:
    line = told_of("Prices", text)
    facts = line["facts"]
    assert isinstance(facts, list)
    return [(fact["value"], fact["role"]) for fact in facts if fact["kind"] == "amount"]


def test_each_price_of_a_list_is_told_with_what_it_is_for() -> None:
    text = "Prices from 1 April 2026\nAdult swim: £5\nChild swim: £2.50\nFamily ticket: £12"
    assert sums_in(text) == [(5, "fee"), (2.5, "fee"), (12, "fee")]
    assert "Adult swim: £5. Child swim: £2.50. Family ticket: £12." in str(told_of("Swimming", text)["text"])


def test_of_two_prices_in_a_row_the_first_was_and_the_second_is() -> None:
    text = "Type of ticket Current price Price from 1 May 2026\nAdult £4 £5\nChild £2 £2.50"
    assert sums_in(text) == [(4, "old_value"), (5, "new_value"), (2, "old_value"), (2.5, "new_value")]


def test_a_least_bid_is_no_budget_and_a_fee_a_day_is_a_fee() -> None:
    found = sums_in("There is a minimum bid of £5,000. The minimum spend for each club is £300. Parking is a £5-a-day fee.")
    assert found == [(5000, "threshold"), (300, "threshold"), (5, "fee")]


def test_a_freeze_before_the_news_and_the_reason_behind_a_title_are_left_out() -> None:
    told = told_of(
        "Check if you can claim back heating money paid to tenants of old houses in the north because of the cold (HEAT-26)",
        'SUMMARY: In accordance with the memorandum of January 20, 2026, from the President, entitled "Rule Freeze Pending'
        ' Review," this action delays the effective date of the food rule published on January 10, 2026, until March 21, 2026.',
    )
    assert "This action delays the effective date" in str(told["text"])
    assert "because" not in str(told["headline"])


@pytest.mark.parametrize(
    ("source", "false"),
    [
        ("We move the start of the order announced on 3 May 2026 to 1 September 2026.", "It took effect on 3 May 2026."),
        ("We move the start of the order announced on 3 May 2026 to 1 September 2026.", "It ends on 1 September 2026."),
        (
            "This delays the effective date of the rule published on May 3, 2026, until June 9, 2026.",
            "It ends on June 9, 2026.",
        ),
        ("Trips before 1 June 2026 are charged at the old fare.", "Pay by 1 June 2026."),
        ("The meeting of the committee on 14 April 2026 has been cancelled.", "The meeting is on 14 April 2026."),
    ],
)
def test_the_verifier_refuses_a_day_under_another_verb(source: str, false: str) -> None:
    assert not stands(source, false, "en")


@pytest.mark.parametrize(
    ("source", "true"),
    [
        ("The ban ends on 1 September 2026. It was announced on 3 May 2026.", "It ends on 1 September 2026."),
        ("You must pay the fee by 1 June 2026.", "Pay by 1 June 2026."),
        ("The meeting of the committee is on 14 April 2026.", "The meeting is on 14 April 2026."),
    ],
)
def test_the_verifier_lets_a_day_through_under_its_own_verb(source: str, true: str) -> None:
    assert stands(source, true, "en")


def test_an_old_fee_was_and_a_new_one_is() -> None:
    assert sums_in("You will pay the old fee of £40 until May. The new fee is £46.") == [(40, "old_value"), (46, "new_value")]
    assert sums_in("The current fee is £40.") == [(40, "fee")]
