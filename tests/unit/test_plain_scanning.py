"""A pattern that is tried only at some places finds what it finds in the whole text."""

from __future__ import annotations

import re

import pytest

from pushsvc.plain.facts.context import context_of, without_noise
from pushsvc.plain.facts.scanning import counts_in, figures_in, found_at, found_near, opened, places_of

TEXTS = (
    "自2026年3月1日起30日内，一次性给予１２00元（3人以上）、第12号，(010)12345678转3",
    "From 3 March 2026 to 5 June, £50 to £1,000 or 25% (12-15 per cent) for 3 or more people; ٣5 and ５5",
    "12,345%67 % 8%",
    "",
)


def spans(found: object) -> list[tuple[int, int]]:
    return [each.span() for each in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pattern", [r"(?<!\d)\d{1,2}", r"(?<![0-9０-９])[0-9０-９]{1,3}(?:,[0-9]{3})?", r"\b\d[\d,]*\b"])
def test_what_begins_with_a_figure_is_found_where_figures_begin(pattern: str, text: str) -> None:
    wanted = re.compile(pattern)
    assert spans(found_at(wanted, text, figures_in(text))) == spans(wanted.finditer(text))


@pytest.mark.parametrize("text", TEXTS)
def test_a_numeral_or_a_bracket_before_a_figure_may_begin_it(text: str) -> None:
    wanted = re.compile(r"(?<!\d)[（(]?(?:\d{1,4}|[一二三]{1,2})")
    assert spans(found_at(wanted, text, opened(text, counts_in(text), "（("))) == spans(wanted.finditer(text))


@pytest.mark.parametrize("text", TEXTS)
def test_what_holds_a_sign_is_found_near_it(text: str) -> None:
    wanted = re.compile(r"[\d,]{1,6}\s?%(?: to [\d,]{1,6}\s?%)?")
    assert spans(found_near(wanted, text, places_of(text, "%"), 20, 20)) == spans(wanted.finditer(text))


def test_words_are_found_in_whatever_case_and_everywhere_where_lower_case_moves_places() -> None:
    assert context_of("Within 5 days, WITHIN 6", "", "en").words_at(("within",)) == [0, 15]
    assert list(context_of("İ within", "", "en").words_at(("within",))) == list(range(8))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1" * 24, "1" * 24),
        ("a" + "1" * 25 + "b", "a▒b"),
        ("x" * 399, "x" * 399),
        ("汉" + "x" * 400 + "字", "汉▒字"),
        ("y" + "1" * 25 + "x" * 400, "▒"),
        ("a" + " " * 80 + "b", "a▒b"),
        ("a b" + " \n" * 40 + "c", "a b▒c"),
        ("汉" + "x" * 400 + " " * 80, "汉▒"),
        ("a " * 90, "a " * 90),
        ("（" * 39 + "(" * 40, "（" * 39 + "▒"),
        ("12\u200b3元", "▒元"),
        ("\u200b3元", "▒元"),
        ("\u202eabc\u202c元", "▒\u202c元"),
        ("十" * 25, "▒"),
    ],
)
def test_runs_that_no_person_wrote_are_blanked_out_character_for_character(text: str, left: str) -> None:
    blanked = without_noise(text)
    assert len(blanked) == len(text)
    assert re.sub("▒+", "▒", blanked) == left
