"""Random subscribers, changes and events, hostile Unicode among them: the index answers as the slow rules do."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from pushsvc.domain.matches import Question
from pushsvc.domain.publications import Limit
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.matching.index import MatchingIndex
from tests.unit import matching_oracle as oracle

REGIONS = ["CN", "000000", "510000", "510100", "510104", "510199", "510700", "110000", "110101", "GB", "GB-WLS", "GB-ENG"]
TOPICS = ["T01", "T0101", "T0102", "T02", "T0201", "养老", "住房"]
INDUSTRIES = ["A", "A01", "C", "C39", "C391", "C3911"]
AUDIENCES, SITES, TYPES = ["老年人", "学生", "农民"], ["5101000001", "bm00000001"], ["notice", "policy"]
# They meet in odd ways: width, case, scripts, word edges, composing marks, one code point that folds to several, astral ones.
PIECES = [
    "养老", "養老", "补贴", "補貼", "老", "乾", "干", "車", "车", "薴", "-", "，", ",", " ", "\u3000", "\n",
    "ev", "EV", "Ｅｖ", "5g", "５Ｇ", "g", "m2", "㎡", "…", "...", "①", "1", "ß", "SS", "İ",
    "é", "e\u0301", "か\u3099", "が", "ﾊﾟ", "パ", "\u1100\u1161", "가", "𠮷", "\U0001d400",
]  # fmt: skip
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Chance(random.Random):
    def some(self, values: list[str], share: float = 1.0) -> tuple[str, ...]:
        return tuple(self.sample(values, self.randint(1, 2))) if self.random() < share else ()

    def phrases(self, share: float) -> tuple[str, ...]:
        made = ["".join(self.choices(PIECES, k=self.randint(1, 4))) for _ in range(3)]
        return tuple(phrase for phrase in made if oracle.plain(phrase).strip()) if self.random() < share else ()

    def attributes(self) -> dict[str, float | tuple[float, float]]:
        low, high = sorted(self.choices(range(10), k=2))
        return {name: self.choice([float(low), (low, high)]) for name in self.some(["age", "income", "headcount"])}

    def interest(self) -> Interest:
        return Interest(
            topics=self.some(TOPICS, 0.4), audiences=self.some(AUDIENCES, 0.2), industries=self.some(INDUSTRIES, 0.3),
            sites=self.some(SITES, 0.1), types=self.some(TYPES, 0.2), regions=self.some(REGIONS, 0.2),
            any_of=self.phrases(0.5), none_of=self.phrases(0.3), places=self.some(REGIONS, 0.2) or None,
            attributes=self.choice([None, None, None, self.attributes(), {"birth_year": 2018}]),
        )  # fmt: skip

    def profile(self, subscriber_no: int) -> Profile:
        saved = [NOON + timedelta(days=self.randint(-900, 30)) for _ in range(self.randint(0, 3))]
        return Profile(
            subscriber_no,
            places=self.some(REGIONS, 0.8),
            attributes=self.attributes() if self.random() < 0.5 else {},
            birth_year=self.choice([None, 2016, 2020]),
            age_as_of=self.choice([None, date(2024, 2, 29), date(2025, 3, 1), date(2025, 3, 2)]),
            interests=tuple((position, self.interest(), at) for position, at in enumerate(saved)),
        )

    def question(self) -> Question:
        limits = [Limit(self.randint(0, 9)), Limit(None, self.randint(0, 9)), Limit(3, 5), Limit()]
        return Question(
            regions=self.some(REGIONS, 0.9), title="".join(self.choices(PIECES, k=3)),
            text="".join(self.choices(PIECES, k=self.randint(0, 60))), topics=self.some(TOPICS, 0.8),
            audiences=self.some(AUDIENCES, 0.8), industries=self.some(INDUSTRIES, 0.8), site=self.choice([None, *SITES]),
            type=self.choice([None, *TYPES]), accepted_at=self.choice([None, NOON]),
            eligibility={name: self.choice(limits) for name in self.some(["age", "income", "rare", "birth_year"], 0.5)},
            on=self.choice([None, date(2026, 3, 1), date(2028, 2, 28)]),
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_index_answers_as_the_slow_rules_do_after_every_few_changes(seed: int) -> None:
    chance, index, profiles = Chance(seed), MatchingIndex(), dict[int, Profile]()
    matched = 0
    for _ in range(25):
        for _ in range(chance.randint(1, 12)):
            subscriber_no = chance.randrange(60)
            if chance.random() < 0.75:
                profiles[subscriber_no] = chance.profile(subscriber_no)
                index.put(profiles[subscriber_no])
            else:
                profiles.pop(subscriber_no, None)
                index.remove(subscriber_no)
        assert len(index) == len(profiles)
        for _ in range(4):
            question = chance.question()
            answer = list(index.answer(question))
            assert answer == oracle.matches(profiles.values(), question), question
            matched += len(answer)
    assert matched > 100


def test_nothing_stays_behind_when_everybody_has_left() -> None:
    chance, index = Chance(1), MatchingIndex()
    for _ in range(3):
        for subscriber_no in range(80):
            index.put(chance.profile(subscriber_no))
    for subscriber_no in range(80):
        index.remove(subscriber_no)
    held = {name: part for name, part in vars(index).items() if hasattr(part, "__len__") and name != "_places_in"}
    assert {name: len(part) for name, part in held.items()} == dict.fromkeys(held, 0)


def test_shards_share_the_subscribers_out_and_answer_together_as_one() -> None:
    chance = Chance(7)
    profiles = [chance.profile(subscriber_no) for subscriber_no in range(90)]
    whole, shards = MatchingIndex(), [MatchingIndex(shard, 3) for shard in range(3)]
    for profile in profiles:
        for index in (whole, *shards):
            index.put(profile)
    for _ in range(20):
        question = chance.question()
        together = [match for shard in shards for match in shard.answer(question)]
        assert sorted(together, key=lambda match: match.subscriber_no) == list(whole.answer(question))
    assert [len(shard) for shard in shards] == [30, 30, 30]
