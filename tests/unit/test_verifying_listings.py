"""A list of an English source told in one sentence: its lead, and its own items in order."""

import pytest

from pushsvc.plain.verifying import problems

SOURCE = """Apply for a garden grant

You can apply if you are:
a charity
a school
There are six offices. Our advice centres are in:
Ayr
Hythe
Wick
Our history
We were founded in 1950.
The board’s responsibilities include:
• agreeing the plan for each year
• setting out how the money is shared
• choosing the auditor
You must not spend it on:
food
rent
To claim you need all of the following:
a form; and
a receipt
You will get the grant if:
you own the garden
you live within 5 miles of it
"""


@pytest.mark.parametrize(
    "told",
    [
        "You can apply if you are a charity or a school.",
        "Our advice centres are in Ayr, Hythe and more.",
        "The board's responsibilities include agreeing the plan for each year, setting out how the money is shared"
        " and choosing the auditor.",
        "The board's responsibilities include agreeing the plan for each year and choosing the auditor.",
        "You must not spend it on food or rent.",
        "To claim you need all of the following: a form and a receipt.",
    ],
)
def test_a_lead_with_its_own_items_stands(told: str) -> None:
    assert problems(SOURCE, told, "en") == []


@pytest.mark.parametrize(
    "told",
    [
        "You can apply if you are a charity and a school.",
        "You can apply if you are a charity or rent.",
        "Our advice centres are in Ayr, Hythe, Wick and Our history.",
        "The board's responsibilities include agreeing the plan for each year or choosing the auditor.",
        "The board's responsibilities include choosing the auditor and food.",
        "You must not spend it on food and rent.",
        "To claim you need all of the following: a form or a receipt.",
        "You will get the grant if you own the garden or you live within 5 miles of it.",
        "You can spend it on food or rent.",
    ],
)
def test_other_items_another_joint_or_another_lead_do_not_stand(told: str) -> None:
    assert problems(SOURCE, told, "en") != []


def test_a_list_below_a_heading_that_is_a_condition_is_not_told_without_it() -> None:
    below = "If you apply for a vehicle\n\nYou will need to send:\n\n• three quotes\n• a photo of the vehicle\n"
    told = "You will need to send three quotes and a photo of the vehicle."
    assert problems(f"{SOURCE}{below}", told, "en") != []
    assert problems(f"{SOURCE}{below.partition(chr(10))[2]}", told, "en") == []
