"""Where matcher shards begin when their number changes. The rule itself, then on a real broker."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import GroupCoordinatorNotAvailableError

from pushsvc.settings import Brokers
from pushsvc.streams.kafka.adoption import _admin, _commit, adopt_offsets, starts
from pushsvc.streams.kafka.connection import BrokersAway, client_options
from pushsvc.streams.kafka.topics import make_topics
from tests.services.kafka import Kafka

Committed = Mapping[tuple[int, int], Mapping[int, int]]


@pytest.mark.parametrize(
    ("story", "committed", "me", "expected"),
    [
        ("a new installation begins at the beginning", {}, (0, 1), {}),
        ("one shard becomes two", {(0, 1): {0: 70, 1: 5}}, (1, 2), {0: 70, 1: 5}),
        ("the slower of two counts", {(0, 2): {0: 70}, (1, 2): {0: 40}}, (2, 3), {0: 40}),
        ("half of a layout answers nothing whole", {(0, 2): {0: 70}}, (0, 3), {}),
        ("a partition that one of them never read is not safe", {(0, 2): {0: 7, 1: 9}, (1, 2): {0: 8}}, (0, 1), {0: 7}),
        ("the furthest of two former layouts", {(0, 1): {0: 50}, (0, 2): {0: 90}, (1, 2): {0: 80}}, (0, 3), {0: 80}),
        ("who died finds its own place", {(0, 2): {0: 90}, (1, 2): {0: 30}}, (1, 2), {}),
        ("a layout that went on alone stays", {(0, 1): {0: 20}, (0, 2): {0: 90}, (1, 2): {0: 30}}, (0, 2), {}),
        ("one, two, one again", {(0, 1): {0: 9}, (0, 2): {0: 55}, (1, 2): {0: 50}}, (0, 1), {0: 50}),
        ("a sibling that has begun does not count", {(0, 1): {0: 20}, (0, 2): {0: 90}}, (1, 2), {0: 20}),
    ],
)  # fmt: skip
def test_a_shard_begins_where_some_number_of_shards_has_answered_everything(
    story: str, committed: Committed, me: tuple[int, int], expected: Mapping[int, int]
) -> None:
    assert starts(committed, me) == expected, story


@pytest.mark.parametrize("seed", range(200))
def test_whatever_number_of_shards_follows_another_each_event_is_answered_whole_by_one_number(seed: int) -> None:
    """Layouts come and go, their shards are started late, killed and kept back: at the end the last one catches up."""
    chance, head = random.Random(seed), 0
    committed: dict[tuple[int, int], dict[int, int]] = {}
    answered: dict[int, set[tuple[int, int]]] = {}

    def goes_on(me: tuple[int, int], to: int) -> None:
        committed.setdefault(me, {}).update(starts(committed, me))
        for event in range(committed[me].get(0, 0), to):
            answered.setdefault(event, set()).add(me)
        if to > committed[me].get(0, -1):
            committed[me][0] = to

    for _ in range(chance.randint(1, 8)):
        of = chance.randint(1, 3)
        for _ in range(chance.randint(1, 6)):
            head += chance.randint(0, 5)
            goes_on((chance.randrange(of), of), chance.randint(0, head))
    last = chance.randint(1, 3)
    for shard in range(last):
        goes_on((shard, last), head)
    for event in range(head):
        assert any({(shard, of) for shard in range(of)} <= answered[event] for of in (1, 2, 3)), (event, answered[event])


# On a broker


def brokers_of(kafka: Kafka, prefix: str) -> Brokers:
    return Brokers(kafka.servers, prefix=prefix, partitions=2)


async def _ready(brokers: Brokers) -> None:
    """A new broker has its own topic of groups a moment after the first question."""
    async with asyncio.timeout(20), _admin(brokers) as admin:
        while True:
            try:
                await admin.find_coordinator("any")
                return
            except GroupCoordinatorNotAvailableError:
                await asyncio.sleep(0.1)


class Group:
    """A consumer group as the broker knows it: `commits` does what a shard that read so far has done."""

    def __init__(self, brokers: Brokers, name: str) -> None:
        self.brokers, self.topic, self.name = brokers, f"{brokers.prefix}summaries", f"{brokers.prefix}pushsvc.{name}"

    async def commits(self, *offsets: int) -> None:
        assert await _commit(self.brokers, self.name, dict(enumerate(offsets)))

    async def stands(self) -> list[int | None]:
        async with _admin(self.brokers) as admin:
            known = await admin.list_consumer_group_offsets(self.name)
        places = (TopicPartition(self.topic, part) for part in range(2))
        return [known[place].offset if place in known else None for place in places]

    def a_member(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(self.topic, **client_options(self.brokers), group_id=self.name, enable_auto_commit=False)


async def test_a_new_installation_begins_at_the_beginning_on_a_broker(kafka: Kafka) -> None:
    brokers = brokers_of(kafka, "adopt0.")
    await make_topics(brokers)
    await adopt_offsets(brokers, 0, 1)
    await _ready(brokers)
    assert await Group(brokers, "match").stands() == [None, None]


async def test_a_new_number_of_shards_takes_over_from_the_one_before_on_a_broker(kafka: Kafka) -> None:
    brokers = brokers_of(kafka, "adopt1.")
    await make_topics(brokers)
    await _ready(brokers)
    await Group(brokers, "match.0of2").commits(7, 9)
    await Group(brokers, "match.1of2").commits(5, 12)
    other = brokers_of(kafka, "adopt1.other.")  # another installation on the cluster
    await make_topics(other)
    await Group(other, "match").commits(99, 99)
    for shard in range(3):
        await adopt_offsets(brokers, shard, 3)
        assert await Group(brokers, f"match.{shard}of3").stands() == [5, 9]
    await Group(brokers, "match.0of3").commits(20, 20)
    await Group(brokers, "match.1of3").commits(21, 21)
    await adopt_offsets(brokers, 0, 2)
    assert await Group(brokers, "match.0of2").stands() == [7, 9]
    await Group(brokers, "match.2of3").commits(22, 10)
    await adopt_offsets(brokers, 0, 2)
    assert await Group(brokers, "match.0of2").stands() == [20, 10]


async def test_a_group_that_has_a_member_keeps_its_place_and_a_new_member_finds_an_adopted_one(kafka: Kafka) -> None:
    brokers = brokers_of(kafka, "adopt2.")
    await make_topics(brokers)
    await _ready(brokers)
    await Group(brokers, "match").commits(3, 4)
    await adopt_offsets(brokers, 0, 2)
    member = Group(brokers, "match.0of2").a_member()
    await member.start()
    try:
        async with asyncio.timeout(20):
            while not member.assignment():
                await asyncio.sleep(0.05)
        assert await Group(brokers, "match.0of2").stands() == [3, 4]
        await Group(brokers, "match").commits(30, 40)
        await adopt_offsets(brokers, 0, 2)
        assert await Group(brokers, "match.0of2").stands() == [3, 4]
    finally:
        await member.stop()
    await adopt_offsets(brokers, 0, 2)
    assert await Group(brokers, "match.0of2").stands() == [30, 40]


async def test_a_cluster_that_cannot_be_asked_is_named() -> None:
    with pytest.raises(BrokersAway, match=r"Kafka at 127\.0\.0\.1:9: nothing listens there"):
        await adopt_offsets(Brokers(("127.0.0.1:9",)), 0, 2)
