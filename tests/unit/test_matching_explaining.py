"""The reasons that "why did she not get it?" answers with."""

from datetime import UTC, date, datetime, timedelta

from pushsvc.domain.matches import Question
from pushsvc.domain.publications import Limit
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.matching.explaining import explain

SAVED = datetime(2026, 3, 1, tzinfo=UTC)
QUESTION = Question(
    regions=("510100",),
    title="关于适老化改造补贴的通知",
    text="每户补贴不超过3000元。",
    topics=("养老",),
    eligibility={"age": Limit(min=60)},
    accepted_at=SAVED + timedelta(days=1),
    on=date(2026, 3, 2),
)


def somebody(interest: Interest, **kwargs: object) -> Profile:
    return Profile(1, ("510104",), interests=((0, interest, SAVED),), **kwargs)  # type: ignore[arg-type]


def test_an_interest_that_answers_has_no_failing_clause() -> None:
    assert explain(somebody(Interest(topics=("养老",), any_of=("适老化改造",)), birth_year=1950), QUESTION) == []


def test_each_clause_that_fails_is_named() -> None:
    interest = Interest(topics=("税务",), any_of=("幼儿园",), none_of=("补贴",), places=("440100",))
    said = explain(somebody(interest, birth_year=1990), QUESTION)
    assert said == [
        "interest 0: places 440100 (the event is for 510100)",
        "interest 0: topics 税务",
        "interest 0: any_of 幼儿园",
        "interest 0: none_of 补贴",
        "interest 0: eligibility age",
    ]


def test_an_interest_saved_after_the_event_is_said_to_be_too_late() -> None:
    late = Profile(1, ("510104",), interests=((3, Interest(topics=("养老",)), SAVED + timedelta(days=2)),))
    assert explain(late, QUESTION) == ["interest 3: saved 2026-03-03T00:00:00.000Z, after the event came in"]


def test_somebody_without_interests_is_told_so() -> None:
    assert explain(Profile(1), QUESTION) == ["no interest is saved, or every one is paused"]
