"""Profiles as the matching index reads them."""

from __future__ import annotations

from pushsvc.matching.rules import rule_of
from pushsvc.profiles.reading import body_of, interest_of


def test_a_group_that_was_saved_under_a_former_name_matches_by_the_list_s_name() -> None:
    interest = interest_of({"audiences": ["购房者", "home buyers", "残疾人"], "places": ["510104"]})
    assert interest.audiences == ("购房人", "残疾人")
    assert list(rule_of(interest).filed_under()) == [("audience", "购房人"), ("audience", "残疾人")]
    assert body_of(interest) == {"audiences": ["购房人", "残疾人"], "places": ["510104"]}


def test_a_group_that_the_list_no_longer_has_stays_as_it_was_saved() -> None:
    assert interest_of({"audiences": ["火星人"]}).audiences == ("火星人",)
