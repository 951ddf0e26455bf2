"""Where a matcher shard begins to read when the number of shards has changed: no event is left out, few are answered again.

Shards 0 to N-1 of N are a layout, and each shard is a consumer group that reads all summaries. A group of a number that was
not there before has no place in the topic: from the beginning it would answer again what is kept there, a week's events.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import IllegalGenerationError, KafkaError, RebalanceInProgressError, UnknownMemberIdError, for_code
from aiokafka.protocol.commit import OffsetCommitRequest

from pushsvc.settings import Brokers
from pushsvc.streams.kafka.connection import BrokersAway, ask, client_options, why
from pushsvc.streams.kafka.names import group_name
from pushsvc.streams.kafka.topics import topic_name
from pushsvc.streams.pipeline import match_group

logger = structlog.get_logger(__name__)

ADOPT_SECONDS = 20.0
_AGAIN_SECONDS = 0.2
TOPIC = "summaries"
Shard = tuple[int, int]
"""A shard and how many there are of them."""
Offsets = Mapping[int, int]
"""The offset that a group reads next, by partition; a partition where it has committed nothing is absent."""

_GROUP = re.compile(r"match(?:\.(?P<shard>\d+)of(?P<of>\d+))?")
_HAS_A_MEMBER = {UnknownMemberIdError, IllegalGenerationError, RebalanceInProgressError}


async def adopt_offsets(brokers: Brokers, shard: int, of: int) -> None:
    """Set the group of (`shard`, `of`) to where it may begin. Call it before the match stage starts, at every start.

    A layout is safe up to the least offset of all its shards: what lies before was answered by each of them, and the broker
    has their answers, for a shard commits an offset only after its outputs were acknowledged. So the planner hears of it
    from that layout, whole. The group begins at the greatest offset up to which some layout is safe, or at its own where
    that is greater; with neither, at the beginning of the topic. It never goes back.

    - Nothing is lost: every event before that place was answered by all shards of one layout, every one after it will be by
      this one. A shard that died while its siblings went on is what its layout is safe up to, and finds its own offset.
    - Repeated are the events that only some shards of the former layout had answered: their chunks are planned again for
      people who have their notices by then (derived ids), or passed over where the layout had answered the event whole.
    - A group whose layout was left for another, and comes back to (2, 3, then 2 shards again), begins where the other came to.
    - A group that has a member, another process of the same shard, keeps its offsets.

    Raises BrokersAway when the cluster cannot be asked.
    """
    try:
        async with asyncio.timeout(ADOPT_SECONDS):
            while True:
                if await _adopted(brokers, shard, of):
                    return
                await asyncio.sleep(_AGAIN_SECONDS)
    except (KafkaError, OSError) as error:
        raise BrokersAway(why(error, brokers)) from error


async def _adopted(brokers: Brokers, shard: int, of: int) -> bool:
    """False when the cluster is not yet ready for it: a new one makes the topic of its groups at the first question."""
    group = group_name(brokers, match_group(shard, of))
    try:
        start = starts(await _committed(brokers), (shard, of))
        if start:
            done = await _commit(brokers, group, start)
            logger.info("matcher_begins_where_others_came_to" if done else "matcher_has_company", group=group, offsets=start)
    except KafkaError as error:
        if not error.retriable:
            raise
        return False
    return True


def starts(committed: Mapping[Shard, Offsets], me: Shard) -> dict[int, int]:
    """The offsets to set for `me`, by partition, from what every group has committed; only those that move it on."""
    mine = committed.get(me, {})
    safe: dict[int, int] = {}
    for of in {number for _, number in committed}:
        for part, offset in _safe(committed, of).items():
            safe[part] = max(offset, safe.get(part, -1))
    return {part: offset for part, offset in sorted(safe.items()) if offset > mine.get(part, -1)}


def _safe(committed: Mapping[Shard, Offsets], of: int) -> dict[int, int]:
    """Up to where all shards of a layout have answered; no partition in which one of them has not committed yet."""
    shards = [committed.get((shard, of), {}) for shard in range(of)]
    parts = set(shards[0]).intersection(*shards[1:])
    return {part: min(offsets[part] for offsets in shards) for part in parts}


async def _committed(brokers: Brokers) -> dict[Shard, dict[int, int]]:
    topic = topic_name(brokers, TOPIC)
    async with _admin(brokers) as admin:
        names = {name for name, _protocol in await admin.list_consumer_groups()}
        found: dict[Shard, dict[int, int]] = {}
        for shard, name in _matchers(brokers, names).items():
            offsets = await admin.list_consumer_group_offsets(name)
            found[shard] = {
                place.partition: known.offset for place, known in offsets.items() if place.topic == topic and known.offset >= 0
            }
    return found


def _matchers(brokers: Brokers, names: Collection[str]) -> dict[Shard, str]:
    """Those of the cluster's groups that are matcher shards of this installation."""
    found: dict[Shard, str] = {}
    for name in names:
        matched = _GROUP.fullmatch(name.removeprefix(group_name(brokers, "")))
        if matched is not None:
            shard = (int(matched["shard"]), int(matched["of"])) if matched["of"] else (0, 1)
            if name == group_name(brokers, match_group(*shard)):  # not one of another prefix, nor oddly written
                found[shard] = name
    return found


async def _commit(brokers: Brokers, group: str, start: Offsets) -> bool:
    """As one who is no member: the broker takes it only while the group has none; says whether it did.

    By a bare request: a consumer of the group would begin to fetch from these places before it is closed.
    """
    offsets = [(part, offset, "") for part, offset in start.items()]
    request = OffsetCommitRequest(
        group,
        OffsetCommitRequest.DEFAULT_GENERATION_ID,
        "",
        OffsetCommitRequest.DEFAULT_RETENTION_TIME,
        [(topic_name(brokers, TOPIC), offsets)],
    )
    async with _admin(brokers) as admin:
        answer = await admin._send_request(request, await admin.find_coordinator(group))
    errors = {for_code(code) for _topic, parts in answer.topics for _part, code in parts if code}
    if errors & _HAS_A_MEMBER:
        return False
    for error in errors:
        raise error(f"the offsets of group {group} cannot be set")
    return True


@asynccontextmanager
async def _admin(brokers: Brokers) -> AsyncIterator[Any]:
    await ask(brokers, [])  # says what is wrong where the admin client only says that it failed
    admin = AIOKafkaAdminClient(**client_options(brokers))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
