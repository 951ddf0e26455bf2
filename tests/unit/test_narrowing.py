"""What an interest could leave out: always less than before, never more, and never the thing that it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from pushsvc.domain.matches import Question
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.domain.time import from_micros
from pushsvc.errors import BadInput
from pushsvc.matching.index import MatchingIndex
from pushsvc.profiles.narrowing import contradicts, proposals, title_words, without
from pushsvc.taxonomy import topics

CHENGDU, JINJIANG, SICHUAN = "510100", "510104", "510000"
TITLE = "关于申领老旧电梯更新补贴的通知"


def answers(interest: Interest, question: Question, places: tuple[str, ...] = (JINJIANG,)) -> dict[str, list[str]] | None:
    """The reasons by which it answers; None when it does not."""
    index = MatchingIndex()
    index.put(Profile(1, places, interests=((0, interest, from_micros(0)),)))
    found = list(index.answer(question))
    return {"0": list(found[0].reasons[0])} if found else None


def about(**said: Any) -> Question:
    return Question(**{"regions": (CHENGDU,), "title": TITLE, "text": "每台电梯补贴15万元。", **said})


def offered(interest: Interest, question: Question, places: tuple[str, ...] = (JINJIANG,)) -> dict[str, Interest]:
    reasons = answers(interest, question, places)
    assert reasons, "the interest answers the document to begin with"
    return {each.key: each.interest for each in proposals(interest, reasons["0"], question.title, places)}


def test_one_topic_of_several_can_be_left_out() -> None:
    question = about(topics=("养老",))
    found = offered(Interest(topics=("养老", "就业")), question)
    assert found["topic:养老"] == Interest(topics=("就业",))
    assert answers(found["topic:养老"], question) is None


def test_the_only_topic_cannot_be_left_out_because_that_would_ask_for_everything() -> None:
    assert not [key for key in offered(Interest(topics=("养老",)), about(topics=("养老",))) if key.startswith("topic")]


def test_a_topic_below_the_wanted_one_leaves_its_brothers() -> None:
    below = [entry.code for entry in topics().all() if entry.parent == "T01"]
    question = about(topics=(below[0],))
    narrower = offered(Interest(topics=("T01",)), question)[f"topic:{below[0]}"]
    assert set(narrower.topics) == set(below[1:])
    assert answers(narrower, question) is None
    assert answers(narrower, about(topics=(below[1],)))


def test_only_my_own_district_leaves_out_what_is_for_the_city() -> None:
    found = offered(Interest(topics=("养老",)), about(topics=("养老",)))
    own = found[f"place:{JINJIANG}"]
    assert (own.regions, own.places) == ((JINJIANG,), None)
    assert answers(own, about(topics=("养老",))) is None
    assert answers(own, about(topics=("养老",), regions=(JINJIANG,)))


def test_what_is_for_the_district_itself_does_not_offer_the_district() -> None:
    found = offered(Interest(topics=("养老",)), about(topics=("养老",), regions=(JINJIANG,)))
    assert not [key for key in found if key.startswith("place")]


def test_words_of_the_title_are_offered_but_not_a_word_that_was_asked_for() -> None:
    assert title_words(TITLE, Interest()) == ("老旧电梯更新补贴",)
    assert title_words("关于举办2026年春季招聘会和创业大赛的通知", Interest(any_of=("招聘会",))) == ("春季招聘会", "创业大赛")
    assert title_words("成都市武侯区2026年既有住宅增设电梯补助申报通知", Interest()) == ("既有住宅增设电梯补助",)
    assert "补贴" not in title_words("补贴", Interest(any_of=("补贴",)))
    assert title_words("Grants for small museums and theatres", Interest()) == ("Grants", "museums", "theatres")


def test_a_word_that_hides_inside_a_wanted_one_contradicts_it() -> None:
    assert contradicts(Interest(any_of=("适老化改造",)), "改造")
    assert not contradicts(Interest(any_of=("改造",)), "适老化改造")


@pytest.mark.parametrize("word", ["", "   ", "老", "x" * 500, "\u200b"])
def test_a_word_that_cannot_be_looked_for_is_refused(word: str) -> None:
    with pytest.raises(BadInput):
        without(Interest(topics=("养老",)), word)


@pytest.mark.parametrize(
    "title", ["", "的", "<script>alert(1)</script>" * 50, "长" * 5_000, "\u202e倒过来", "关于关于的的通知"]
)
def test_hostile_titles_give_few_and_short_words(title: str) -> None:
    words = title_words(title, Interest())
    assert len(words) <= 4
    assert all(2 <= len(word) <= 25 for word in words)
    for word in words:
        without(Interest(topics=("养老",)), word)


def test_whatever_is_proposed_asks_for_less_and_for_something() -> None:
    wide = Interest(
        topics=("养老", "就业", "T01"), audiences=("老年人", "退役军人"), types=("notice", "policy"),
        any_of=("补贴", "电梯"), industries=("C39", "A"),
    )  # fmt: skip
    base = {"topics": ("养老", "T0101"), "audiences": ("老年人",), "type": "notice", "industries": ("C3911",)}
    others = [
        about(**{**base, **change})
        for change in (
            {}, {"topics": ("就业",)}, {"audiences": ("退役军人",)}, {"type": "policy"}, {"industries": ("A",)},
            {"title": "电梯", "text": ""}, {"title": "补贴", "text": ""}, {"regions": (JINJIANG,)}, {"regions": (SICHUAN,)},
            {"topics": ("T0102",)}, {"topics": ("住房",)}, {"type": "news"},
        )
    ]  # fmt: skip
    found = offered(wide, others[0])
    assert {key.partition(":")[0] for key in found} == {"topic", "audience", "type", "word", "place", "without"}
    for key, narrower in found.items():
        kept = [question for question in others if answers(narrower, question)]
        assert all(answers(wide, question) for question in kept), key
        assert any(getattr(narrower, clause) for clause in ("topics", "audiences", "types", "any_of", "regions")), key
