"""The corner cases of matching, one each, as a subscriber would notice them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest

from pushsvc.domain.matches import Question
from pushsvc.domain.publications import Limit
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.matching.index import MatchingIndex
from pushsvc.matching.phrases import PhraseBook

SAVED = datetime(2026, 1, 1, tzinfo=UTC)
A_NOTICE = Question(regions=("510000",), title="关于养老服务的通知", text="", topics=("养老",), on=date(2026, 3, 1))


def somebody(*interests: Interest, no: int = 1, **known: Any) -> Profile:
    known.setdefault("places", ("510104",))
    return Profile(no, interests=tuple((position, each, SAVED) for position, each in enumerate(interests)), **known)


def answer(profile: Profile, question: Question = A_NOTICE) -> dict[int, tuple[str, ...]]:
    index = MatchingIndex()
    index.put(profile)
    return next((dict(match.reasons) for match in index.answer(question)), {})


def eligibility(profile: Profile, question: Question = A_NOTICE) -> str:
    index = MatchingIndex()
    index.put(profile)
    return next((match.eligibility for match in index.answer(question)), "no match")


@pytest.mark.parametrize(
    ("region", "reached"), [("CN", True), ("510000", True), ("510104", True), ("510105", False), ("110000", False)]
)
def test_a_notice_for_a_place_or_above_it_reaches_who_lives_there(region: str, reached: bool) -> None:
    found = answer(somebody(Interest(topics=("养老",))), replace(A_NOTICE, regions=(region,)))
    assert found == ({0: (f"region:{region}", "topic:养老")} if reached else {})


def test_who_names_no_place_hears_national_notices_only() -> None:
    nowhere = somebody(Interest(topics=("养老",)), places=())
    assert not answer(nowhere)
    assert answer(nowhere, replace(A_NOTICE, regions=("000000",))) == {0: ("region:CN", "topic:养老")}


def test_who_follows_a_place_asks_for_no_place_of_her_own() -> None:
    follower = somebody(Interest(regions=("110000",), places=("510104",)))
    assert answer(follower, replace(A_NOTICE, regions=("110101",))) == {0: ("follows:110000",)}
    assert not answer(follower, replace(A_NOTICE, regions=("510104",)))


def test_an_interest_saved_after_the_version_was_accepted_does_not_answer() -> None:
    person = somebody(Interest(topics=("养老",)))
    assert answer(person, replace(A_NOTICE, accepted_at=SAVED))
    assert not answer(person, replace(A_NOTICE, accepted_at=SAVED - timedelta(microseconds=1)))


@pytest.mark.parametrize(
    ("text", "stands"), [("5G基站", True), ("15g", False), ("5g2", False), ("é5gé", True), ("x15g 5Ｇ。", True)]
)
def test_a_latin_word_matches_whole_words_only_at_any_of_its_places(text: str, stands: bool) -> None:
    found = answer(somebody(Interest(any_of=("5G",))), replace(A_NOTICE, text=text))
    assert found == ({0: ("region:510000", "any_of:5G")} if stands else {})


def test_a_chinese_phrase_needs_no_word_edge() -> None:
    found = answer(somebody(Interest(any_of=("基站",))), replace(A_NOTICE, text="5G基站2号"))
    assert found == {0: ("region:510000", "any_of:基站")}


def test_none_of_takes_a_match_away() -> None:
    assert not answer(somebody(Interest(topics=("养老",), none_of=("養老服務",))))


def test_no_phrase_spans_title_and_text() -> None:
    assert not answer(somebody(Interest(any_of=("通知老人",))), replace(A_NOTICE, text="老人"))


@pytest.mark.parametrize(
    ("wanted", "said", "holds"), [("C39", "C3911", True), ("C3911", "C39", True), ("C3911", "C3912", False), ("C", "C39", True)]
)
def test_an_industry_meets_what_is_above_and_below_it(wanted: str, said: str, holds: bool) -> None:
    assert bool(answer(somebody(Interest(industries=(wanted,))), replace(A_NOTICE, industries=(said,)))) is holds


def for_ages(low: float | None = None, high: float | None = None) -> Question:
    return replace(A_NOTICE, eligibility={"age": Limit(low, high)})


def test_what_is_not_known_is_sent_as_unknown_and_what_misses_is_not_sent() -> None:
    ask = Interest(topics=("养老",))
    assert eligibility(somebody(ask), for_ages(60)) == "unknown"
    assert eligibility(somebody(ask, attributes={"age": 60.0}), for_ages(60)) == "yes"
    assert eligibility(somebody(ask, attributes={"age": 59.0}), for_ages(60)) == "no match"
    assert eligibility(somebody(ask), replace(A_NOTICE, eligibility={"age": Limit()})) == "yes"


def test_over_several_interests_yes_wins_over_unknown() -> None:
    unsure, sure = Interest(topics=("养老",)), Interest(topics=("养老",), attributes={"age": (80.0, 80.0)})
    assert eligibility(somebody(unsure, sure), for_ages(60)) == "yes"


def test_an_interests_attributes_stand_in_place_of_the_subscribers_as_a_whole() -> None:
    for_mother = Interest(topics=("养老",), attributes={"headcount": 1.0})
    assert eligibility(somebody(for_mother, attributes={"age": 30.0}), for_ages(60)) == "unknown"


def test_an_age_grows_at_each_anniversary_of_its_consent() -> None:
    person = somebody(Interest(topics=("养老",)), attributes={"age": 59.0}, age_as_of=date(2025, 3, 2))
    assert eligibility(person, for_ages(60)) == "no match"
    assert eligibility(person, replace(for_ages(60), on=date(2026, 3, 2))) == "yes"


def test_an_interests_own_age_grows_from_the_day_it_was_saved() -> None:
    for_mother = Interest(topics=("养老",), attributes={"age": (59.0, 59.0)})
    person = somebody(for_mother, attributes={"age": 30.0}, age_as_of=date(2020, 3, 2))
    assert eligibility(person, replace(for_ages(60), on=date(2026, 12, 31))) == "no match"
    assert eligibility(person, replace(for_ages(60), on=date(2027, 1, 1))) == "yes"


def test_a_birth_year_is_two_ages() -> None:
    person = somebody(Interest(topics=("养老",)), birth_year=1966)
    assert eligibility(person, for_ages(60)) == "yes"
    assert eligibility(person, for_ages(None, 59)) == "yes"
    assert eligibility(person, for_ages(61)) == "no match"


def test_a_saved_change_takes_the_place_of_what_was_held() -> None:
    index = MatchingIndex()
    index.put(somebody(Interest(topics=("养老",))))
    index.put(somebody(Interest(topics=("住房",))))
    assert not list(index.answer(A_NOTICE))
    assert len(index) == 1


def test_answers_come_in_the_order_of_subscriber_numbers() -> None:
    index = MatchingIndex()
    for no in (30, 2, 1000, 7):
        index.put(somebody(Interest(topics=("养老",)), no=no))
    assert [match.subscriber_no for match in index.answer(A_NOTICE)] == [2, 7, 30, 1000]


def test_a_change_after_the_question_does_not_show_in_its_answer() -> None:
    index = MatchingIndex()
    index.put(somebody(Interest(topics=("养老",))))
    matches = index.answer(A_NOTICE)
    index.remove(1)
    assert len(list(matches)) == 1


def test_nobody_is_missed_while_another_thread_saves_her_interests_again() -> None:
    index, person = MatchingIndex(), somebody(Interest(any_of=("养老服务", "停水")))
    index.put(person)
    stop = Event()

    def save_again() -> None:
        while not stop.is_set():
            index.put(person)

    saving = Thread(target=save_again)
    saving.start()
    try:
        assert all(len(list(index.answer(A_NOTICE))) == 1 for _ in range(500))
    finally:
        stop.set()
        saving.join()


def test_a_phrase_is_found_until_it_was_discarded_as_often_as_added() -> None:
    book = PhraseBook()
    for phrase in ("养老", "养老", "养老服务"):
        book.add(phrase)
    book.discard("养老")
    assert book.standing_in("养老服务") == {"养老", "养老服务"}
    book.discard("养老")
    assert book.standing_in("养老服务") == {"养老服务"}
