"""A payment to the reader is no duty to pay, and a range of money is told as one."""

from __future__ import annotations

from pushsvc.plain.lines import summary_line

TEXT = (
    "You could get between £100 and £300 to help you pay your heating bills. This is known as a Winter Fuel Payment. "
    "If you do not get the payment automatically, you must claim by 31 March 2027. Call 0800 731 0160."
)


def line_of(text: str) -> dict[str, object]:
    return summary_line({"id": "a", "title": "Winter Fuel Payment", "content_text": text, "published_at": "2026-09-01"}, False)


def test_who_must_claim_is_not_told_to_pay() -> None:
    line = line_of(TEXT)
    assert line["action"] == "If you do not get the payment automatically, claim by 31 March 2027."
    assert "pay by" not in str(line["short"])


def test_between_two_amounts_lies_one_range() -> None:
    amounts = [fact for fact in line_of(TEXT)["facts"] if fact["kind"] == "amount"]  # type: ignore[union-attr, attr-defined]
    assert [(fact["value"], fact["raw"]) for fact in amounts] == [("100-300", "between £100 and £300")]


def test_two_amounts_with_and_are_two() -> None:
    text = "Grants of £100 and £300 are paid to families. Apply by 31 March 2027. Call 0800 731 0160."
    amounts = [fact for fact in line_of(text)["facts"] if fact["kind"] == "amount"]  # type: ignore[union-attr, attr-defined]
    assert [fact["value"] for fact in amounts] == [100, 300]


def test_a_payment_that_is_due_is_to_be_paid() -> None:
    line = line_of("Your council tax payment is due by 31 March 2027. Pay online. Call 0800 731 0160 if you need help.")
    deadlines = [fact["role"] for fact in line["facts"] if fact["kind"] == "deadline"]  # type: ignore[union-attr, attr-defined]
    assert deadlines == ["payment_deadline"]
