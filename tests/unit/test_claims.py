"""Claims on SQLite and PostgreSQL: an order, a lease, and what is in doubt after a crash."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.notices import Due, SendResult
from pushsvc.errors import BadInput
from pushsvc.ledger import claims
from pushsvc.ledger.moves import TRY_AGAIN_AFTER, write_fallen, write_results
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.operations import paused_channels
from pushsvc.storage.vault import Vault
from tests.unit.post_office import PostOffice


@pytest.fixture
async def office(database: Database, clock: FixedClock, vault: Vault) -> PostOffice:
    return PostOffice(database, clock, vault)


async def claim(office: PostOffice, name: str = "c1", limit: int = 10, channel: str = "email", lease: float = 20) -> list[Due]:
    async with office.database.write() as tx:
        return await claims.claim(tx, channel, name, limit, office.clock.now(), lease)  # type: ignore[arg-type]


async def write(office: PostOffice, due: Due, result: SendResult) -> None:
    async with office.database.write() as tx:
        await tx.run_sync(lambda connection: write_results(connection, [(due, result)], office.clock.now()))


async def void(office: PostOffice, *, expired: bool = False) -> int:
    async with office.database.write() as tx:
        return await (claims.void_expired_leases if expired else claims.void_all_leases)(tx, office.clock.now())


async def test_urgent_ones_come_first_then_what_is_due_longest(office: PostOffice) -> None:
    (late,) = await office.plan(1, due_in=-10)
    (later,) = await office.plan(2, due_in=-5)
    (urgent,) = await office.plan(3, due_in=-1, urgent=True)
    assert [due.delivery_id for due in await claim(office)] == [urgent, late, later]
    assert [(await office.row(one)).claim_order for one in (urgent, late, later)] == [1, 2, 3]


async def test_what_is_not_due_or_waits_for_a_release_or_is_of_another_channel_stays(office: PostOffice) -> None:
    await office.plan(1, due_in=60)
    (held,) = await office.plan(2)
    await office.set(deliveries, deliveries.c.delivery_id == held, held="release")
    await office.plan(3, channel="sms")
    assert await claim(office) == []


async def test_a_digest_that_is_due_is_claimed_though_it_was_held(office: PostOffice) -> None:
    (digest,) = await office.plan(1)
    await office.set(deliveries, deliveries.c.delivery_id == digest, held="digest")
    assert [due.delivery_id for due in await claim(office)] == [digest]
    assert (await office.row(digest)).held == ""


async def test_a_claim_takes_no_more_than_its_limit_and_names_the_notices(office: PostOffice) -> None:
    await office.plan(*range(1, 8))
    taken = await claim(office, limit=3)
    assert len(taken) == 3
    assert all(len(due.notices) == 1 and due.claim == "c1" for due in taken)


async def test_a_claim_that_cannot_take_all_takes_what_is_due_longest(office: PostOffice) -> None:
    planned = [(await office.plan(n, due_in=-n))[0] for n in range(1, 9)]
    assert [due.delivery_id for due in await claim(office, limit=3)] == planned[:-4:-1]


async def test_connections_that_claim_at_once_never_share_a_row(office: PostOffice) -> None:
    await office.plan(*range(1, 41))
    taken = await asyncio.gather(*(claim(office, f"c{n}", 10) for n in range(4)))
    ids = [due.delivery_id for one in taken for due in one]
    assert len(ids) == len(set(ids)) == 40


async def test_nothing_is_claimed_on_a_paused_channel(office: PostOffice) -> None:
    await office.plan(1)
    await office.plan(2, channel="sms")
    async with office.database.write() as tx:
        await tx.execute(sa.insert(paused_channels).values(channel="email", paused_at=office.clock.now(), why="test"))
    assert await claim(office) == []
    assert len(await claim(office, channel="sms")) == 1


async def test_a_lease_longer_than_twenty_seconds_is_refused(office: PostOffice) -> None:
    with pytest.raises(BadInput, match="20 s at most"):
        await claim(office, lease=21)


async def test_after_a_crash_the_first_without_an_outcome_is_in_doubt_and_the_later_ones_had_not_begun(
    office: PostOffice,
) -> None:
    await office.plan(*range(1, 5))
    first, second, third, fourth = await claim(office)
    await write(office, first, SendResult("accepted"))
    assert await void(office) == 1
    states = [(await office.row(due.delivery_id)).state for due in (first, second, third, fourth)]
    assert states == ["accepted", "unknown", "planned", "planned"]
    assert await office.outcomes(second.delivery_id) == ["unknown"]


async def test_each_connection_has_at_most_one_in_doubt(office: PostOffice) -> None:
    await office.plan(*range(1, 11))
    await claim(office, "c1", 5)
    await claim(office, "c2", 5)
    assert await void(office) == 2
    assert await office.states() == {"unknown": 2, "planned": 8}


async def test_an_email_in_doubt_is_repeated_first_and_shows_unknown_until_it_is(office: PostOffice) -> None:
    await office.plan(1, 2)
    doubtful, other = await claim(office)
    await void(office)
    repeat, next_one = await claim(office, "c2")
    assert (repeat.delivery_id, next_one.delivery_id) == (doubtful.delivery_id, other.delivery_id)
    assert (await office.row(doubtful.delivery_id)).state == "unknown"
    await write(office, repeat, SendResult("accepted"))
    assert (await office.row(doubtful.delivery_id)).state == "accepted"
    assert await office.outcomes(doubtful.delivery_id) == ["unknown", "accepted"]


async def test_a_repeat_that_one_connection_holds_is_not_claimed_by_another(office: PostOffice) -> None:
    await office.plan(1)
    await claim(office)
    await void(office)
    assert len(await claim(office, "c2")) == 1
    assert await claim(office, "c3") == []


async def test_a_repeat_that_could_not_be_made_leaves_the_doubt_as_it_was(office: PostOffice) -> None:
    (one,) = await office.plan(1)
    await claim(office)
    await void(office)
    (repeat,) = await claim(office, "c2")
    await write(office, repeat, SendResult("not_sent", "connect"))
    row = await office.row(one)
    assert (row.state, row.ended_at, row.claim) == ("unknown", None, None)


async def test_a_stop_before_the_repeat_ends_it_and_takes_nothing_back_of_what_may_have_left(office: PostOffice) -> None:
    (one,) = await office.plan(1)
    await claim(office)
    await void(office)
    (repeat,) = await claim(office, "c2")
    async with office.database.write() as tx:
        await write_fallen(tx, repeat, {repeat.notices[0]: "no_consent"}, office.clock.now())
    row = await office.row(one)
    assert (row.state, row.ended_at) == ("unknown", office.clock.now())
    assert await office.suppressions() == {}


async def test_what_the_late_check_stops_under_a_lost_claim_does_not_touch_what_another_connection_holds(
    office: PostOffice,
) -> None:
    await office.plan(1, 2)
    _, second = await claim(office)
    await void(office)
    await claim(office, "c2")
    async with office.database.write() as tx:
        await write_fallen(tx, second, dict.fromkeys(second.notices, "wait"), office.clock.now())
    assert (await office.row(second.delivery_id)).claim == "c2"


async def test_wechat_in_doubt_is_given_to_its_carrier_once_more_which_knows_whether_a_repeat_is_harmless(
    office: PostOffice, clock: FixedClock
) -> None:
    (one,) = await office.plan(1, channel="wechat")
    await claim(office, channel="wechat")
    await void(office)
    assert (await office.row(one)).state == "unknown"
    (again,) = await claim(office, "c2", channel="wechat")
    assert again.in_doubt
    await write(office, again, SendResult("unknown", "never_known"))
    assert (await office.row(one)).state == "unknown"
    clock.advance(timedelta(days=1))
    assert await claim(office, "c3", channel="wechat") == []


async def test_crash_after_crash_a_message_is_repeated_only_so_often(office: PostOffice) -> None:
    (one,) = await office.plan(1)
    for times in range(claims.MOST_TRIES_IN_DOUBT):
        assert len(await claim(office, f"c{times}")) == 1
        await void(office)
    assert await claim(office, "last") == []
    assert (await office.row(one)).state == "unknown"


async def test_only_an_expired_lease_is_mended_by_the_sweep(office: PostOffice, clock: FixedClock) -> None:
    await office.plan(1, 2)
    await claim(office)
    assert await void(office, expired=True) == 0
    clock.advance(timedelta(seconds=21))
    assert await void(office, expired=True) == 1
    assert await office.states() == {"unknown": 1, "planned": 1}


async def test_what_is_given_back_is_due_again_at_once_and_a_doubt_stays_a_doubt(office: PostOffice) -> None:
    await office.plan(1, 2)
    await claim(office)
    await void(office)
    await claim(office, "c2")
    async with office.database.write() as tx:
        await claims.give_back(tx, "c2")
    assert await office.states() == {"unknown": 1, "planned": 1}
    assert len(await claim(office, "c3")) == 2


async def test_an_outcome_under_a_lost_claim_does_not_touch_what_another_connection_holds(office: PostOffice) -> None:
    await office.plan(1, 2)
    _, second = await claim(office)
    await void(office)
    (_, again) = await claim(office, "c2")
    assert again.delivery_id == second.delivery_id
    await write(office, second, SendResult("refused", "550"))
    assert (await office.row(second.delivery_id)).state == "claimed"


async def test_an_outcome_that_comes_after_its_lease_settles_the_doubt(office: PostOffice) -> None:
    (one,) = await office.plan(1)
    (due,) = await claim(office)
    await void(office)
    await write(office, due, SendResult("accepted", "250"))
    assert (await office.row(one)).state == "accepted"


@pytest.mark.parametrize(
    ("verdict", "state", "tries", "waits"),
    [
        ("accepted", "accepted", 1, None),
        ("refused", "failed", 1, None),
        ("suppress", "failed", 1, None),
        ("try_later", "planned", 1, 30),
        ("slow_down", "planned", 0, 60),
        ("not_sent", "planned", 0, 0),
        ("unknown", "unknown", 1, 30),
    ],
)
async def test_each_verdict_leads_to_its_state(
    office: PostOffice, verdict: str, state: str, tries: int, waits: float | None
) -> None:
    (one,) = await office.plan(1)
    (due,) = await claim(office)
    await write(office, due, SendResult(verdict, "1"))  # type: ignore[arg-type]
    row = await office.row(one)
    assert (row.state, row.tries, row.claim) == (state, tries, None)
    assert (row.ended_at is None) == (waits is not None)
    if waits is not None:
        assert row.due_at == office.clock.now() + timedelta(seconds=waits)


async def test_while_nothing_answers_a_message_keeps_its_turn_so_that_its_waiting_shows(office: PostOffice) -> None:
    (one,) = await office.plan(1)
    since = (await office.row(one)).due_at
    for number in range(20):
        office.clock.advance(timedelta(minutes=1))
        (due,) = await claim(office, f"c{number}")
        await write(office, due, SendResult("not_sent", "connect", "no relay could be reached"))
    row = await office.row(one)
    assert (row.state, row.due_at, row.ended_at, row.tries) == ("planned", since, None, 0)


@pytest.mark.parametrize(("asked", "waits"), [(900, 900), (5, 30)])
async def test_a_relay_that_asks_for_more_time_gets_it_and_for_less_does_not(
    office: PostOffice, asked: int, waits: int
) -> None:
    (one,) = await office.plan(1)
    (due,) = await claim(office)
    await write(office, due, SendResult("try_later", "451", retry_after_seconds=asked))
    assert (await office.row(one)).due_at == office.clock.now() + timedelta(seconds=waits)


async def test_a_passing_fault_is_tried_for_a_day_and_then_has_failed(office: PostOffice, clock: FixedClock) -> None:
    (one,) = await office.plan(1)
    for pause in TRY_AGAIN_AFTER:
        (due,) = await claim(office, f"c{due_number(pause)}{clock.now().timestamp()}")
        await write(office, due, SendResult("try_later", "451"))
        assert (await office.row(one)).state == "planned"
        clock.advance(pause)
    (due,) = await claim(office, "last")
    await write(office, due, SendResult("try_later", "451"))
    assert (await office.row(one)).state == "failed"
    assert timedelta(hours=20) < sum(TRY_AGAIN_AFTER, timedelta()) < timedelta(hours=26)


def due_number(pause: timedelta) -> int:
    return int(pause.total_seconds())


async def test_what_could_leave_and_what_is_in_doubt_is_counted_by_channel(office: PostOffice) -> None:
    await office.plan(1, 2, 3)
    await office.plan(4, due_in=60)
    await office.plan(5, channel="sms")
    await claim(office, limit=1)
    await void(office)
    async with office.database.read() as tx:
        counted = await claims.waiting_by_channel(tx, office.clock.now())
    assert counted == {"email": (2, 1), "sms": (1, 0), "wechat": (0, 0)}
