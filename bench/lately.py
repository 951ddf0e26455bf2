"""What one person would have been told lately, out of 20,000 publications: how long one answer takes.

    python -m bench.lately [--documents 20000] [--people 300]

One JSON line a figure. The documents and the people are made by a seeded generator. Peer: the matching index with that one
person in it, asked about each document in turn. A differing count ends the bench with exit 1.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.report import figure, machine, percentile
from pushsvc.domain.matches import Question
from pushsvc.domain.publications import Limit
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.matching.asking import folded_text
from pushsvc.matching.index import MatchingIndex
from pushsvc.streams.lately.documents import Document, Documents
from pushsvc.taxonomy import audiences, industries, regions, topics

NOW = datetime(2026, 3, 2, tzinfo=UTC)
#: Made-up words of two characters; a few of them are what people ask for.
SYLLABLES = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
)
ASKED = ["补贴", "公交", "养老金", "落户", "电梯", "托育", "招聘", "停水", "医保", "学区", "创业贷款", "低保"]


class Making(random.Random):
    """Documents and people, as various as those of a province."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.counties = [each.code for each in regions().all() if each.code.startswith("51")]
        self.topics = [each.code for each in topics().all()]
        self.audiences = [each.code for each in audiences().all()]
        self.industries = [each.code for each in industries().all()]

    def text(self, characters: int) -> str:
        words = "".join(self.choices(SYLLABLES, k=characters))
        return (
            words[: characters // 2] + "".join(self.sample(ASKED, 1 if self.random() < 0.3 else 0)) + words[characters // 2 :]
        )

    def question(self) -> Question:
        place = self.choices([["CN"], ["510000"], [self.choice(self.counties)]], [5, 15, 80])[0]
        return Question(
            tuple(place), self.text(20), self.text(self.randint(300, 2_000)), tuple(self.sample(self.topics, 2)),
            tuple(self.sample(self.audiences, 2)), tuple(self.sample(self.industries, 1)), f"51010000{self.randint(10, 99)}",
            self.choice(["notice", "policy", "news"]), {"age": Limit(60)} if self.random() < 0.1 else {}, on=NOW.date(),
        )  # fmt: skip

    def document(self, number: int) -> tuple[Question, Document]:
        asks = self.question()
        since = NOW - timedelta(minutes=self.randint(0, 40_000))
        held = Document(
            f"pub_{number}", f"ver_{number}", f"wrk_{number - number % 2 if number % 10 == 1 else number}",
            replace(asks, title="", text=""), folded_text(asks), since, None, None, {"zh": asks.title}, "zh",
            f"https://a.example/{number}", since,
        )  # fmt: skip
        return asks, held

    def profile(self, number: int) -> Profile:
        interests = [
            self.choice(
                [
                    Interest(topics=tuple(self.sample(self.topics, 3))),
                    Interest(any_of=tuple(self.sample(ASKED, 3))),
                    Interest(topics=tuple(self.sample(self.topics, 9)), none_of=(self.choice(ASKED),)),
                    Interest(audiences=tuple(self.sample(self.audiences, 2)), any_of=(self.choice(ASKED),)),
                    Interest(industries=tuple(self.sample(self.industries, 2))),
                    Interest(regions=("510000",), any_of=(self.choice(ASKED), self.text(4))),
                ]
            )
            for _ in range(self.randint(1, 5))
        ]
        places = tuple(self.sample(self.counties, self.randint(1, 2)))
        return Profile(number, places, birth_year=1959, interests=tuple((at, each, NOW) for at, each in enumerate(interests)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    count, people = (2_000, 40) if asked.quick else (asked.documents, asked.people)
    making, documents = Making(7), Documents()
    machine("lately")
    made = [making.document(number) for number in range(count)]
    began = time.perf_counter()
    documents.put(held for _, held in made)
    figure("lately", f"{count} documents filed", time.perf_counter() - began, "s")
    among = documents.known_since(NOW - timedelta(days=30))
    first, again = list[float](), list[float]()
    profiles = [making.profile(number) for number in range(people)]
    for times in (first, again):
        for profile in profiles:
            began = time.perf_counter()
            answer(documents, profile, among)
            times.append((time.perf_counter() - began) * 1000)
    checked = profiles[: max(3, people // 100)]
    peer = [_peer(made, profile) for profile in checked]
    for profile, (_, expected) in zip(checked, peer, strict=True):
        if answer(documents, profile, among) != expected:
            sys.exit(f"{profile}: {answer(documents, profile, among)} works, the matching index says {expected}")
    slow = 1000 * sum(seconds for seconds, _ in peer) / len(peer)
    for name, times in (("asked for the first time", first), ("asked again", again)):
        mean = sum(times) / len(times)
        figure("lately", f"one profile over {count} publications, {name}, mean", mean, "ms", "MatchingIndex", slow, slow / mean)
        figure("lately", f"one profile over {count} publications, {name}, p95", percentile(times, 0.95), "ms")
        figure("lately", f"one profile over {count} publications, {name}, slowest", max(times), "ms")
    figure("lately", "memory of the process at its peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")


def answer(documents: Documents, profile: Profile, among: int) -> int:
    found = 0
    for each in documents.answers(profile, among).values():
        documents.works(each.all)
        found |= each.all
    newest = documents.newest_first(found)
    for _, document in zip(range(3), newest, strict=False):
        documents.reasons(profile, document, documents.answers(profile, among))
    return documents.works(found)


def _peer(made: list[tuple[Question, Document]], profile: Profile) -> tuple[float, int]:
    index = MatchingIndex()
    index.put(profile)
    began = time.perf_counter()
    works = {held.work_id for asks, held in made if held.since >= NOW - timedelta(days=30) and list(index.answer(asks))}
    return time.perf_counter() - began, len(works)


if __name__ == "__main__":
    main()
