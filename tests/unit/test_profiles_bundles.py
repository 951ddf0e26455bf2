"""Life situations: each stands for interests that an import would take, with a title in both languages."""

from __future__ import annotations

import re

from pushsvc.profiles.bundles import bodies_of, bundles, title_of
from pushsvc.taxonomy.interests import checked_interest

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_each_bundle_is_of_questions_that_an_import_accepts_and_that_name_no_place() -> None:
    for bundle in bundles():
        assert bundle.bodies, bundle.bundle_id
        for body in bundle.bodies:
            checked_interest(body)
            assert "places" not in body


def test_titles_and_hints_speak_their_language_and_no_id_stands_twice() -> None:
    assert len({bundle.bundle_id for bundle in bundles()}) == len(bundles())
    assert {bundle.audience for bundle in bundles()} == {"home", "business"}
    for bundle in bundles():
        for words in (bundle.titles, bundle.hints):
            assert CHINESE.search(words["zh"])
            assert words["en"]
            assert not CHINESE.search(words["en"])


def test_a_question_that_two_bundles_share_is_asked_once_and_a_strange_id_is_passed_over() -> None:
    both = bodies_of(["shop", "firm", "tax", "nothing of the kind"])
    assert [body for place, body in enumerate(both) if body in both[:place]] == []
    assert bodies_of([]) == []


def test_an_interest_knows_the_bundle_that_it_came_from_wherever_it_is_asked() -> None:
    assert title_of({"topics": ["养老"], "places": ["510700"], "attributes": {"age": [80, 80]}}, "en") == "Later life"
    assert title_of({"topics": ["体育健身"]}, "zh") is None
