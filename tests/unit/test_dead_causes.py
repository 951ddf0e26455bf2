"""Dead letters of one cause stand together, whatever ids, numbers and addresses their reasons name."""

from __future__ import annotations

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.records import Record
from pushsvc.storage.database import Database
from pushsvc.streams.dead_causes import causes, folded, kind_of
from pushsvc.streams.dead_letters import UNREADABLE, bury, dead_letter

HEX = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"version ver_{HEX} is not in the store: replay", f"version ver_{HEX[::-1]} is not in the store: replay"),
        ("url: nothing was published at https://a.example/1, so", "url: nothing was published at http://b.example/2?x=y, so"),
        ("record for matches has 70000 bytes; at most 65536", "record for matches has 91234 bytes; at most 65536"),
        ("KeyError: 'a'", "KeyError: 'b'"),
    ],
)
def test_what_differs_from_record_to_record_is_no_other_cause(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_another_rule_is_another_cause() -> None:
    assert folded("matches: a chunk record without shard") != folded("matches: a chunk record without people")


@pytest.mark.parametrize(
    ("stage", "reason", "kind"),
    [
        ("normalise", "url: nothing was published at https://a.example/1, so there is nothing to withdraw", "nothing_there"),
        ("match", "version ver_1 has no summary in the store: replay the event that brought it", "not_in_store"),
        ("plan", "matches: a chunk record without shard", "malformed"),
        ("relay", "record for matches with key x has 70000 bytes; at most 65536 are allowed", "too_large"),
        ("fetch", "the page could not be fetched: timed out", "fetch"),
        ("normalise", "content: no main text was found in it; send the page's main text as content_text", "no_text"),
        ("summarise", "ZeroDivisionError: division by zero", "unforeseen"),
        ("summarise", "something else", "other"),
    ],
)
def test_each_reason_says_what_a_person_can_do(stage: str, reason: str, kind: str) -> None:
    assert kind_of(stage, reason, readable=True) == kind


async def test_causes_are_counted_the_largest_first_and_the_unreadable_known(database: Database, clock: FixedClock) -> None:
    async with database.write() as tx:
        for number in range(4):
            value = {"n": number} if number else {UNREADABLE: "\\x00"}
            record = Record("matches", 0, number, "pub_1", value, clock.now())
            reason = f"KeyError: 'x{number}'" if number else "the value is no JSON: line 1"
            await bury(tx, dead_letter("plan", record, reason, clock.now()))
    async with database.read() as tx:
        found = await causes(tx)
        assert [(one.kind, len(one.letters)) for one in found] == [("unforeseen", 3), ("unreadable", 1)]
        assert await causes(tx, since=max(found[0].letters)) == []
