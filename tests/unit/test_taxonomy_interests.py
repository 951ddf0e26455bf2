"""An interest as it is saved: what it becomes, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushsvc.errors import BadInput
from pushsvc.taxonomy.folding import fold, fold_document, fold_phrase
from pushsvc.taxonomy.interests import checked_interest


def problems_of(body: Any) -> list[str]:
    with pytest.raises(BadInput) as refused:
        checked_interest(body, "interests[0]")
    return [str(problem) for problem in refused.value.problems]


def test_codes_and_names_are_kept_in_their_one_way_of_writing_and_phrases_as_written() -> None:
    interest = checked_interest(
        {
            "topics": ["停水", "Water and power cuts", "t0101"],
            "audiences": ["older people"],
            "industries": ["c3911"],
            "regions": ["000000", "CN-SC"],
            "any_of": ["適老化 改造"],
            "none_of": [],
            "places": None,
        }
    )
    assert interest.topics == ("停水停电", "T0101")
    assert interest.audiences == ("老年人",)
    assert interest.industries == ("C3911",)
    assert interest.regions == ("CN", "510000")
    assert interest.any_of == ("適老化 改造",)
    assert interest.places is None
    assert interest.attributes is None


def test_an_interest_on_behalf_of_somebody_else_keeps_their_place_and_attributes() -> None:
    interest = checked_interest({"topics": ["养老"], "places": ["510704"], "attributes": {"age": [80, 80], "headcount": 3}})
    assert interest.places == ("510704",)
    assert interest.attributes == {"age": (80, 80), "headcount": 3}


@pytest.mark.parametrize("body", [{}, {"none_of": ["招标"]}, {"attributes": {"age": 60}}, {"topics": [], "any_of": None}])
def test_an_interest_that_asks_for_nothing_is_refused(body: dict[str, Any]) -> None:
    assert "must ask for something" in problems_of(body)[0]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"keywords": ["x"]}, "interests[0].keywords: is no clause of an interest"),
        ({"topics": ["天外来客"]}, 'interests[0].topics[0]: topic "天外来客" is not in the list: `pushsvc taxonomy topics`'),
        ({"audiences": ["火星人"]}, 'interests[0].audiences[0]: audience "火星人"'),
        ({"types": ["memo"]}, 'interests[0].types[0]: type "memo" is none of notice'),
        ({"regions": ["990000"]}, 'interests[0].regions[0]: region "990000"'),
        ({"places": ["成都"]}, 'interests[0].places[0]: region "成都"'),
        ({"industries": ["A39"]}, 'interests[0].industries[0]: industry "A39"'),
        ({"sites": ["510"]}, 'interests[0].sites[0]: site "510"'),
        ({"any_of": ["养老", " \t"]}, "interests[0].any_of[1]: phrase"),
        ({"any_of": ["水"]}, 'interests[0].any_of[0]: phrase "水" is one character'),
        ({"none_of": ["Ａ "]}, "interests[0].none_of[0]: phrase"),
        ({"any_of": ["a\x01b"]}, "interests[0].any_of[0]: phrase"),
        ({"topics": "养老"}, "interests[0].topics: must be a list of texts"),
        ({"topics": [["养老"]]}, "interests[0].topics[0]: must be a text"),
        ({"topics": ["养老"], "attributes": {"age": [80]}}, "interests[0].attributes.age: must be a number or a range"),
        ({"topics": ["养老"], "attributes": {"age": [80, 70]}}, "interests[0].attributes.age: the range"),
        ({"topics": ["养老"], "attributes": {"age": True}}, "interests[0].attributes.age: must be a number"),
        ({"topics": ["养老"], "attributes": {"age": float("nan")}}, "interests[0].attributes.age: must be a number"),
        ({"topics": ["养老"], "attributes": {"birth_year": 59}}, "interests[0].attributes.birth_year: must lie between"),
        ({"topics": ["养老"], "attributes": [1]}, "interests[0].attributes: must be an object"),
        (["养老"], "interests[0]: an interest must be an object"),
    ],
)
def test_a_bad_interest_is_refused_with_the_field_and_the_rule(body: Any, problem: str) -> None:
    assert problems_of(body)[0].startswith(problem)


def test_every_problem_of_an_interest_is_named() -> None:
    assert len(problems_of({"topics": ["天外来客", "T9901"], "types": ["memo"], "word": 1})) == 4


@given(st.text(), st.text(), st.text())
def test_a_phrase_between_blanks_stands_in_the_folded_text_however_it_is_written(before: str, phrase: str, after: str) -> None:
    folded = fold(f"{before} {phrase} {after}")
    assert fold_phrase(phrase) in folded
    assert "  " not in folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＥＶ　電動車", "ev 电动车"),
        ("適老化", "适老化"),
        ("乾淨", "干净"),
        ("㎡", "m2"),
        (" Straße\n\t1 ", "strasse 1"),
        ("薴", "苎"),
    ],
)
def test_width_case_script_and_white_space_fold(written: str, folded: str) -> None:
    assert fold_phrase(written) == folded


def test_title_and_text_fold_apart() -> None:
    assert "养老" not in fold_document("关于养", "老年人")
