"""Record, on SQLite and PostgreSQL: dead endpoints are closed, fallbacks follow only a definitive failure, receipts move on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Said
from pushsvc.domain.records import Record, Topic
from pushsvc.errors import InvalidRecord
from pushsvc.ledger import claims
from pushsvc.ledger.charges import Charge, reserve
from pushsvc.ledger.doubts import doubts
from pushsvc.ledger.fallback import tell_again
from pushsvc.ledger.intents import LedgerIntents, name_providers
from pushsvc.ledger.moves import write_results
from pushsvc.ledger.receipts import keep, that_can_be_applied
from pushsvc.ledger.way import of_message_and_those_before
from pushsvc.profiles.consent import suppress
from pushsvc.profiles.recipients import recipients
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries, notices, receipts
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.tables.providers import spending
from pushsvc.storage.vault import Vault
from pushsvc.streams.record import RecordOutcomes
from tests.unit.post_office import PostOffice, derived_hash, endpoint_of


@pytest.fixture
async def office(database: Database, clock: FixedClock, vault: Vault) -> PostOffice:
    made = PostOffice(database, clock, vault)
    await made.publish()
    return made


async def run(office: PostOffice, topic: Topic, *values: Mapping[str, Any]) -> None:
    """The stage over these records, as an engine runs it."""
    stage = RecordOutcomes(office.database, office.clock, recipients, suppress)
    records = [Record(topic, 0, offset, "k", value, office.clock.now()) for offset, value in enumerate(values)]
    prepared = await stage.prepare(records)
    async with office.database.write() as tx:
        assert list(await stage.apply(tx, prepared)) == []


async def send(office: PostOffice, result: SendResult, channel: str = "email") -> list[dict[str, Any]]:
    """Claim what is due and give all of it this outcome. The records that the deliverer would publish."""
    async with office.database.write() as tx:
        name = f"c{office.clock.now().timestamp()}{channel}"
        dues = await claims.claim(tx, channel, name, 10, office.clock.now())  # type: ignore[arg-type]
        await tx.run_sync(lambda c: write_results(c, [(due, result) for due in dues], office.clock.now()))
    return [
        {
            "delivery_id": due.delivery_id, "verdict": result.verdict, "code": result.code, "why": result.why,
            "endpoint_id": due.endpoint_id, "channel": due.channel,
        }
        for due in dues
    ]  # fmt: skip


async def all_deliveries(office: PostOffice) -> list[tuple[str, str]]:
    async with office.database.read() as tx:
        query = sa.select(deliveries.c.channel, deliveries.c.state).order_by(deliveries.c.channel, deliveries.c.state)
        return [(row.channel, row.state) for row in await tx.execute(query)]


async def carrier_of_the_notice(office: PostOffice) -> Any:
    async with office.database.read() as tx:
        query = sa.select(deliveries).join(notices, notices.c.delivery_id == deliveries.c.delivery_id)
        return (await tx.execute(query)).one()


async def test_a_dead_mailbox_is_closed_and_its_notice_goes_to_the_next_channel(office: PostOffice) -> None:
    await office.people(1, "email", "sms")
    await office.plan(1)
    outcomes = await send(office, SendResult("suppress", "550 5.1.1", "no such user"))
    await run(office, "outcomes", *outcomes)
    async with office.database.read() as tx:
        dead = (await tx.execute(sa.select(endpoints).where(endpoints.c.endpoint_id == endpoint_of(1)))).one()
    assert (dead.suppressed_at is not None, dead.suppressed_reason) == (True, "550 5.1.1")
    carrying = await carrier_of_the_notice(office)
    assert (carrying.channel, carrying.state, carrying.endpoint_id) == ("sms", "planned", endpoint_of(1, 1))
    assert carrying.due_at <= office.clock.now()
    assert await all_deliveries(office) == [("email", "failed"), ("sms", "planned")]


async def test_a_repeat_of_the_outcome_starts_no_second_fallback(office: PostOffice) -> None:
    await office.people(1, "email", "sms", "wechat")
    await office.plan(1)
    outcomes = await send(office, SendResult("refused", "554", "spam"))
    await run(office, "outcomes", *outcomes)
    await run(office, "outcomes", *outcomes)
    assert await all_deliveries(office) == [("email", "failed"), ("sms", "planned")]


async def test_a_refused_message_leaves_the_endpoint_open(office: PostOffice) -> None:
    await office.people(1)
    await office.plan(1)
    await run(office, "outcomes", *await send(office, SendResult("refused", "554", "spam")))
    async with office.database.read() as tx:
        row = (await tx.execute(sa.select(endpoints.c.suppressed_at))).one()
    assert row.suppressed_at is None
    assert await all_deliveries(office) == [("email", "failed")]


async def test_each_way_is_tried_once_and_then_it_has_failed(office: PostOffice) -> None:
    await office.people(1, "email", "sms")
    await office.plan(1)
    await run(office, "outcomes", *await send(office, SendResult("refused", "554")))
    await run(office, "outcomes", *await send(office, SendResult("refused", "bad"), "sms"))
    assert await all_deliveries(office) == [("email", "failed"), ("sms", "failed")]


@pytest.mark.parametrize("verdict", ["unknown", "try_later", "slow_down", "not_sent", "accepted"])
async def test_only_a_definitive_failure_starts_a_fallback(office: PostOffice, verdict: Any) -> None:
    await office.people(1, "email", "sms")
    await office.plan(1)
    await run(office, "outcomes", *await send(office, SendResult(verdict)))
    assert [channel for channel, _ in await all_deliveries(office)] == ["email"]


async def test_a_fallback_by_sms_at_night_waits_for_the_morning(office: PostOffice, clock: FixedClock) -> None:
    clock.set(datetime.fromisoformat("2026-03-02T23:00:00+08:00"))
    await office.people(1, "email", "sms")
    await office.plan(1)
    await run(office, "outcomes", *await send(office, SendResult("refused", "554")))
    carrying = await carrier_of_the_notice(office)
    assert (carrying.channel, carrying.held) == ("sms", "quiet_hours")
    assert carrying.due_at == datetime.fromisoformat("2026-03-03T08:00:00+08:00")


async def test_what_waits_for_a_dead_mailbox_finds_another_way_or_is_seen_as_stopped(office: PostOffice) -> None:
    await office.people(1, "email", "sms")
    await office.people(1, first=2)
    await office.set(endpoints, endpoints.c.endpoint_id == endpoint_of(2), address_hash=b"email1".ljust(32, b"\0"))
    await office.publish("pub_b", "ver_b1")
    await office.plan(1)
    await office.plan(1, publication="pub_b", version="ver_b1", due_in=3600)
    await office.plan(2, publication="pub_b", version="ver_b1", due_in=3600)
    await run(office, "outcomes", *await send(office, SendResult("suppress", "550")))
    # The second person shared the mailbox and has no other way.
    assert await office.suppressions() == {"no_endpoint": 1}
    assert (await all_deliveries(office)).count(("sms", "planned")) == 2


async def test_what_waits_for_a_release_is_left_to_the_release_when_the_mailbox_dies(office: PostOffice) -> None:
    await office.people(1, "email", "sms")
    await office.publish("pub_b", "ver_b1")
    await office.plan(1)
    (waiting,) = await office.plan(1, publication="pub_b", version="ver_b1", due_in=3600)
    await office.set(deliveries, deliveries.c.delivery_id == waiting, held="release")
    await run(office, "outcomes", *await send(office, SendResult("suppress", "550")))
    row = await office.row(waiting)
    assert (row.state, row.held) == ("planned", "release")
    assert await all_deliveries(office) == [("email", "failed"), ("email", "planned"), ("sms", "planned")]
    assert await office.suppressions() == {}


async def test_nobody_is_told_through_somebody_elses_mailbox(office: PostOffice) -> None:
    await office.people(2, "email", "sms")
    shared = b"sms2".ljust(32, b"\0")
    await office.set(endpoints, endpoints.c.endpoint_id == endpoint_of(1, 1), address_hash=shared)
    await office.plan(1)
    await office.plan(2, channel="sms", place=1)
    await office.set(notices, notices.c.subscriber_no > 0, reason="")
    await run(office, "outcomes", *await send(office, SendResult("refused", "554")))
    assert await all_deliveries(office) == [("email", "failed"), ("sms", "planned")]


async def test_an_erased_person_has_no_fallback(office: PostOffice) -> None:
    await office.people(1, "email", "sms")
    await office.plan(1)
    outcomes = await send(office, SendResult("refused", "554"))
    async with office.database.write() as tx:
        await tx.execute(sa.delete(subscribers))
    await run(office, "outcomes", *outcomes)
    assert await all_deliveries(office) == [("email", "failed")]


async def a_receipt(office: PostOffice, state: str, provider_id: str = "p-1") -> dict[str, Any]:
    row = {"provider": "http", "provider_id": provider_id, "state": state, "code": "x", "at": office.clock.now()}
    async with office.database.write() as tx:
        made = await tx.execute(sa.insert(receipts).values(row).returning(receipts.c.receipt_id))
        return {"receipt_id": made.scalar_one()}


async def accepted_sms(office: PostOffice) -> str:
    await office.people(1, "sms", "email")
    (one,) = await office.plan(1, channel="sms")
    await send(office, SendResult("accepted", provider="http", provider_id="p-1"), "sms")
    return one


async def test_a_receipt_moves_the_message_on_and_a_late_sent_changes_nothing(office: PostOffice) -> None:
    one = await accepted_sms(office)
    await run(office, "receipts", await a_receipt(office, "delivered"))
    assert (await office.row(one)).state == "delivered"
    await run(office, "receipts", await a_receipt(office, "sent"), await a_receipt(office, "undelivered"))
    assert (await office.row(one)).state == "delivered"


async def test_delivered_after_undelivered_is_the_truth_and_takes_back_what_has_not_left(office: PostOffice) -> None:
    one = await accepted_sms(office)
    await run(office, "receipts", await a_receipt(office, "undelivered"))
    assert (await carrier_of_the_notice(office)).channel == "email"
    await run(office, "receipts", await a_receipt(office, "delivered"))
    assert await all_deliveries(office) == [("email", "cancelled"), ("sms", "delivered")]
    assert (await carrier_of_the_notice(office)).delivery_id == one
    async with office.database.read() as tx:
        way = await of_message_and_those_before(tx, one)
    said = [(step.get("channel"), step.get("state"), step.get("why")) for step in way if step["stage"] in ("plan", "record")]
    assert said == [
        ("sms", "delivered", None), (None, "undelivered", None), (None, "delivered", None), ("email", "cancelled", "delivered"),
    ]  # fmt: skip


async def test_what_left_in_the_place_of_a_message_that_arrived_after_all_may_be_a_repeat(office: PostOffice) -> None:
    one = await accepted_sms(office)
    await run(office, "receipts", await a_receipt(office, "undelivered"))
    await send(office, SendResult("accepted", provider_id="m-1"))
    await run(office, "receipts", await a_receipt(office, "delivered"))
    assert await all_deliveries(office) == [("email", "accepted"), ("sms", "delivered")]
    assert (await carrier_of_the_notice(office)).may_repeat == one


async def test_while_a_connection_has_the_fallback_in_hand_the_receipt_waits_for_what_comes_of_it(office: PostOffice) -> None:
    await accepted_sms(office)
    await run(office, "receipts", await a_receipt(office, "undelivered"))
    async with office.database.write() as tx:
        await claims.claim(tx, "email", "c8", 10, office.clock.now())
    late = await a_receipt(office, "delivered")
    await run(office, "receipts", late)
    assert await all_deliveries(office) == [("email", "claimed"), ("sms", "failed")]
    async with office.database.write() as tx:
        await claims.give_back(tx, "c8")
    async with office.database.read() as tx:
        again = await that_can_be_applied(tx, office.clock.now())
    assert [output.value for output in again] == [late]
    await run(office, "receipts", late)
    assert await all_deliveries(office) == [("email", "cancelled"), ("sms", "delivered")]


async def test_a_message_that_was_never_accepted_is_delivered_by_no_receipt(office: PostOffice) -> None:
    await office.people(1, "sms", "email")
    (one,) = await office.plan(1, channel="sms")
    await run(office, "outcomes", *await send(office, SendResult("refused", "number", provider="http"), "sms"))
    async with office.database.write() as tx:
        late = await keep(tx, "http", [Said("delivered", "p-9", delivery_id=one)], office.clock.now())
    await run(office, "receipts", *[output.value for output in late])
    assert (await office.row(one)).state == "failed"


async def test_a_receipt_leaves_a_repeat_that_is_on_its_way_to_its_own_outcome(office: PostOffice) -> None:
    one = await accepted_sms(office)
    await office.set(deliveries, deliveries.c.delivery_id == one, state="unknown", claim="c9", ended_at=None)
    await run(office, "receipts", await a_receipt(office, "undelivered"))
    assert (await office.row(one)).state == "unknown"
    assert await all_deliveries(office) == [("sms", "unknown")]


async def test_a_fallback_stands_for_the_mailbox_that_it_goes_to(office: PostOffice) -> None:
    await office.people(1, "email", "sms")
    await office.plan(1)
    await run(office, "outcomes", *await send(office, SendResult("refused", "554")))
    async with office.database.read() as tx:
        assert await tx.scalar(sa.select(notices.c.address_hash)) == derived_hash("sms", 1)


async def test_a_fallback_does_not_wait_for_the_next_digest(office: PostOffice) -> None:
    await office.people(1, "email", "sms")
    await office.set(subscribers, sa.true(), preferences={"frequency": "daily"})
    await office.plan(1)
    await run(office, "outcomes", *await send(office, SendResult("refused", "554")))
    assert (await carrier_of_the_notice(office)).due_at == office.clock.now()


async def test_an_undelivered_sms_falls_back_to_email(office: PostOffice) -> None:
    one = await accepted_sms(office)
    await run(office, "receipts", await a_receipt(office, "undelivered"))
    assert (await office.row(one)).state == "failed"
    assert (await carrier_of_the_notice(office)).channel == "email"


async def test_a_receipt_that_is_faster_than_its_outcome_waits_for_it_and_holds_nobody_up(office: PostOffice) -> None:
    early = await a_receipt(office, "delivered")
    await run(office, "receipts", early, await a_receipt(office, "delivered", "stranger"))
    one = await accepted_sms(office)
    async with office.database.read() as tx:
        again = await that_can_be_applied(tx, office.clock.now())
    assert [output.value for output in again] == [early]
    await run(office, "receipts", *[output.value for output in again])
    assert (await office.row(one)).state == "delivered"
    async with office.database.read() as tx:
        assert await that_can_be_applied(tx, office.clock.now()) == []


async def test_a_receipt_that_came_while_its_message_was_repeated_is_looked_at_again(office: PostOffice) -> None:
    one = await accepted_sms(office)
    await office.set(deliveries, deliveries.c.delivery_id == one, state="unknown", claim="c9", ended_at=None)
    await run(office, "receipts", await a_receipt(office, "delivered"))
    await office.set(deliveries, deliveries.c.delivery_id == one, claim=None)
    async with office.database.read() as tx:
        again = await that_can_be_applied(tx, office.clock.now())
    await run(office, "receipts", *[output.value for output in again])
    assert (await office.row(one)).state == "delivered"


async def test_what_a_provider_says_twice_is_kept_once(office: PostOffice) -> None:
    said = [Said("delivered", "p-1"), Said("sent", "p-1"), Said("delivered", "p-1")]
    async with office.database.write() as tx:
        first = await keep(tx, "http", said, office.clock.now())
        second = await keep(tx, "http", said, office.clock.now())
        elsewhere = await keep(tx, "aliyun", said[:1], office.clock.now())
    assert (len(first), len(second), len(elsewhere)) == (2, 0, 1)


async def test_a_receipt_may_name_our_own_id_but_only_of_a_message_that_went_its_way(office: PostOffice) -> None:
    one = await accepted_sms(office)
    async with office.database.write() as tx:
        kept = [
            *await keep(tx, "aliyun", [Said("undelivered", "a-9", delivery_id=one)], office.clock.now()),
            *await keep(tx, "http", [Said("delivered", "", delivery_id=one)], office.clock.now()),
        ]
    await run(office, "receipts", *[output.value for output in kept])
    assert (await office.row(one)).state == "delivered"


async def test_a_receipt_of_a_dead_number_closes_it_and_the_notice_goes_by_email(office: PostOffice) -> None:
    one = await accepted_sms(office)
    await run(office, "receipts", await a_receipt(office, "dead"))
    assert (await office.row(one)).state == "failed"
    async with office.database.read() as tx:
        dead = await tx.scalar(sa.select(endpoints.c.suppressed_reason).where(endpoints.c.channel == "sms"))
    assert dead == "x"
    assert (await carrier_of_the_notice(office)).channel == "email"


@pytest.mark.parametrize(
    ("topic", "value"), [("outcomes", {"verdict": "refused"}), ("receipts", {}), ("receipts", {"receipt_id": "x"})]
)
async def test_a_record_that_names_nothing_is_invalid(office: PostOffice, topic: Topic, value: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        await run(office, topic, value)


async def in_doubt_at(office: PostOffice, delivery: str) -> str:
    async with office.database.read() as tx:
        return (await doubts(tx, [delivery]))[delivery].provider


async def crash(office: PostOffice, *, at: str) -> None:
    """A connection claims what is due, offers it to a provider ("": not yet) and is never heard of again."""
    async with office.database.write() as tx:
        name = f"crash{office.clock.now().timestamp()}"
        dues = await claims.claim(tx, "sms", name, 10, office.clock.now())
        assert dues
        await name_providers(tx, name, {due.delivery_id: at for due in dues} if at else {})
        await claims.void_all_leases(tx, office.clock.now())


async def test_a_crash_before_anybody_was_offered_it_leaves_no_doubt_whoever_was_tried_before(office: PostOffice) -> None:
    await office.people(1, "sms")
    (one,) = await office.plan(1, channel="sms")
    await send(office, SendResult("not_sent", "connect", provider="aliyun"), "sms")
    await crash(office, at="")
    assert ((await office.row(one)).state, (await office.row(one)).provider) == ("planned", None)


async def test_a_crash_between_intent_and_outcome_leaves_the_doubt_with_the_provider_that_was_offered_it(
    office: PostOffice,
) -> None:
    await office.people(3, "sms")
    planned = await office.plan(1, 2, 3, channel="sms")
    async with office.database.write() as tx:
        dues = await claims.claim(tx, "sms", "c1", 10, office.clock.now())
        await name_providers(tx, "c1", dict(zip(planned, ("http", "http-2", "http"), strict=True)))
    first = dues[0].delivery_id
    assert await LedgerIntents(office.database).offer(first, "c1", "http-3")
    async with office.database.write() as tx:
        await claims.void_all_leases(tx, office.clock.now())
    assert await in_doubt_at(office, first) == "http-3"
    assert sorted([(await office.row(one)).state for one in planned]) == ["planned", "planned", "unknown"]
    async with office.database.write() as tx:  # its repeat: nobody else is named before that one has said no
        again = await claims.claim(tx, "sms", "c2", 10, office.clock.now())
        await name_providers(tx, "c2", {due.delivery_id: "smpp" for due in again})
    assert await in_doubt_at(office, first) == "http-3"
    assert {(await office.row(one)).provider for one in planned} == {"http-3", "smpp"}


async def test_who_slept_over_the_end_of_its_claim_offers_the_message_to_nobody_else(office: PostOffice) -> None:
    await office.people(1, "sms")
    await office.plan(1, channel="sms")
    async with office.database.write() as tx:
        first = (await claims.claim(tx, "sms", "c1", 10, office.clock.now()))[0].delivery_id
        await name_providers(tx, "c1", {first: "http"})
    async with office.database.write() as tx:
        await claims.void_all_leases(tx, office.clock.now())
    async with office.database.write() as tx:
        assert await claims.claim(tx, "sms", "c2", 10, office.clock.now())
    assert not await LedgerIntents(office.database).offer(first, "c1", "smpp")
    assert (await office.row(first)).provider == "http"
    assert await LedgerIntents(office.database).offer(first, "c2", "smpp")


async def test_a_message_that_another_connection_settled_is_offered_to_nobody(office: PostOffice) -> None:
    one = await accepted_sms(office)
    assert not await LedgerIntents(office.database).offer(one, "c1", "smpp")
    assert (await office.row(one)).provider == "http"


async def test_a_message_that_a_crash_put_in_doubt_again_says_when_it_was_sent_first_and_last(
    office: PostOffice, clock: FixedClock
) -> None:
    await office.people(1, "sms")
    (one,) = await office.plan(1, channel="sms")
    moments = []
    for _ in range(2):
        clock.advance(timedelta(minutes=2))
        await crash(office, at="http")
        moments.append(clock.now())
    async with office.database.read() as tx:
        doubt = (await doubts(tx, [one]))[one]
    assert [doubt.since, doubt.last] == moments


@pytest.mark.parametrize("verdict", ["hold", "not_sent", "slow_down", "try_later"])
async def test_a_repeat_that_could_not_be_made_leaves_the_doubt_with_its_provider(
    office: PostOffice, clock: FixedClock, verdict: Any
) -> None:
    await office.people(1, "sms")
    (one,) = await office.plan(1, channel="sms")
    await send(office, SendResult("unknown", "broke", provider="http"), "sms")
    clock.advance(timedelta(minutes=1))
    assert await send(office, SendResult(verdict), "sms") != []
    assert ((await office.row(one)).state, await in_doubt_at(office, one)) == ("unknown", "http")


async def test_a_receipt_of_a_message_in_doubt_says_whose_it_is_for_the_receipts_after_it(office: PostOffice) -> None:
    await office.people(1, "sms")
    (one,) = await office.plan(1, channel="sms")
    await crash(office, at="tencent")
    async with office.database.write() as tx:
        first = await keep(tx, "tencent", [Said("sent", "t-1", delivery_id=one)], office.clock.now())
        second = await keep(tx, "tencent", [Said("delivered", "t-1")], office.clock.now())
    await run(office, "receipts", *[output.value for output in first])
    await run(office, "receipts", *[output.value for output in second])
    row = await office.row(one)
    assert (row.state, row.provider, row.provider_id) == ("delivered", "tencent", "t-1")


async def test_a_receipt_of_somebody_elses_message_with_an_endless_id_holds_up_no_other(office: PostOffice) -> None:
    one = await accepted_sms(office)
    async with office.database.write() as tx:
        kept = await keep(
            tx, "http", [Said("delivered", "z-1", delivery_id="other" * 20), Said("delivered", "p-1")], office.clock.now()
        )
    await run(office, "receipts", *[output.value for output in kept])
    assert (await office.row(one)).state == "delivered"


async def test_an_old_digest_that_failed_on_a_channel_does_not_close_it_to_todays(
    office: PostOffice, clock: FixedClock
) -> None:
    await office.people(1, "email", "sms")
    digest = {"kind": "digest", "segment": "zh:digest"}
    (old,) = await office.plan(1, channel="sms", place=1)
    await office.set(deliveries, deliveries.c.delivery_id == old, state="failed", **digest)
    await office.set(notices, sa.true(), state="cancelled")
    clock.advance(timedelta(days=30))
    await office.publish("pub_b", "ver_b1")
    (today,) = await office.plan(1, publication="pub_b", version="ver_b1")
    await office.set(deliveries, deliveries.c.delivery_id == today, **digest)
    await run(office, "outcomes", *await send(office, SendResult("refused", "554")))
    assert await all_deliveries(office) == [("email", "failed"), ("sms", "failed"), ("sms", "planned")]


async def silence(office: PostOffice) -> str:
    """The message that carries the notice was accepted, and is told again elsewhere. Gives the new one."""
    (row,) = [await carrier_of_the_notice(office)]
    async with office.database.write() as tx:
        told = await tell_again(tx, row.delivery_id, (await recipients(tx, [1]))[1], office.clock.now())
    assert told is not None
    return told


async def test_where_a_message_was_accepted_in_silence_no_repeat_of_it_comes_back_to(office: PostOffice) -> None:
    await office.people(1, "sms", "wechat", "email")
    await office.plan(1, channel="sms", urgent=True)
    for channel in ("sms", "wechat"):
        await send(office, SendResult("accepted", provider="http", provider_id=f"p-{channel}"), channel)
        await silence(office)
    await run(office, "outcomes", *await send(office, SendResult("refused", "554")))
    assert await all_deliveries(office) == [("email", "failed"), ("sms", "accepted"), ("wechat", "accepted")]
    assert (await carrier_of_the_notice(office)).channel == "wechat"


async def test_a_mailbox_that_somebody_else_was_told_at_meanwhile_stays_theirs_when_a_silent_message_arrives(
    office: PostOffice,
) -> None:
    await office.people(2, "sms", "email")
    await office.set(endpoints, endpoints.c.endpoint_id == endpoint_of(2), address_hash=derived_hash("sms", 1))
    await office.plan(1, channel="sms", urgent=True)
    await send(office, SendResult("accepted", provider="http", provider_id="p-1"), "sms")
    await silence(office)
    await office.plan(2, channel="sms")
    await office.set(notices, sa.true(), reason="")
    await office.set(notices, notices.c.subscriber_no == 2, address_hash=derived_hash("sms", 1))
    await run(office, "receipts", await a_receipt(office, "delivered"))
    assert ("email", "cancelled") in await all_deliveries(office)
    assert ("sms", "delivered") in await all_deliveries(office)


async def test_what_a_receipt_bills_is_what_its_message_cost(office: PostOffice) -> None:
    one = await accepted_sms(office)
    async with office.database.write() as tx:
        await reserve(tx, "sms", [Charge(one, "5101000012", "http", 2, 90_000)], date(2026, 3, 2), office.clock.now())
        kept = await keep(tx, "http", [Said("delivered", "p-1", segments=3)], office.clock.now())
    for _ in range(2):
        await run(office, "receipts", *[output.value for output in kept])
    async with office.database.read() as tx:
        assert await tx.scalar(sa.select(spending.c.spent).where(spending.c.tenant == "all")) == 135_000


async def test_a_number_whose_message_was_delivered_is_not_closed_by_what_is_said_after_that(office: PostOffice) -> None:
    await accepted_sms(office)
    await run(office, "receipts", await a_receipt(office, "delivered"), await a_receipt(office, "dead"))
    async with office.database.read() as tx:
        assert await tx.scalar(sa.select(endpoints.c.suppressed_at).where(endpoints.c.channel == "sms")) is None
