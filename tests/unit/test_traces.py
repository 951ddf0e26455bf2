"""A receipt with an id that nobody knows still finds its message in doubt, and no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from pushsvc.channels.service import ServiceMessage, note_sent, put
from pushsvc.clock import FixedClock
from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Said, Trace, reference
from pushsvc.ledger import claims
from pushsvc.ledger.intents import name_providers
from pushsvc.ledger.moves import write_results
from pushsvc.ledger.receipts import apply_receipt, keep, read_receipts, that_can_be_applied
from pushsvc.ledger.traces import named
from pushsvc.storage.database import Database
from pushsvc.storage.tables.profiles import endpoints
from pushsvc.storage.tables.providers import charges
from pushsvc.storage.vault import Vault
from tests.unit.post_office import PostOffice, endpoint_of

BROKEN = SendResult("unknown", "broken", "the connection broke", provider="cmpp")


def phone(number: int) -> str:
    return f"+86138{number:08d}"


@pytest.fixture
async def office(database: Database, clock: FixedClock, vault: Vault) -> PostOffice:
    office = PostOffice(database, clock, vault)
    await office.people(3, "sms")
    for number in (1, 2, 3):
        mine = endpoints.c.endpoint_id == endpoint_of(number)
        await office.set(endpoints, mine, address_hash=vault.find("sms", phone(number)))
    return office


async def plan(office: PostOffice, number: int, version: str = "ver_a1", segments: int = 1, due_in: float = 0) -> str:
    (one,) = await office.plan(number, channel="sms", version=version, publication=f"pub_{version}", due_in=due_in)
    async with office.database.write() as tx:
        await tx.execute(
            sa.insert(charges).values(
                delivery_id=one, channel="sms", tenant="5101000012", day="2026-03-02", provider="cmpp", segments=segments,
                estimated=0, at=office.clock.now(),
            )
        )  # fmt: skip
    return one


async def send(office: PostOffice, result: SendResult | None = BROKEN) -> None:
    """Claim what is due; None: and die before anything is noted."""
    async with office.database.write() as tx:
        name = f"c-{office.clock.now().isoformat()}"
        dues = await claims.claim(tx, "sms", name, 10, office.clock.now())
        await name_providers(tx, name, {due.delivery_id: "cmpp" for due in dues})
        if result is not None:
            await tx.run_sync(lambda connection: write_results(connection, [(due, result) for due in dues], office.clock.now()))


async def whose(office: PostOffice, trace: Trace, own: str = "77", provider: str = "cmpp") -> str | None:
    async with office.database.read() as tx:
        (one,) = await named(tx, office.vault, provider, [Said("delivered", own, trace=trace)], office.clock.now())
    return one.delivery_id


async def test_the_phone_and_the_minute_name_the_only_message_in_doubt(office: PostOffice, clock: FixedClock) -> None:
    one = await plan(office, 1)
    await plan(office, 2)
    await send(office)
    assert await whose(office, Trace(phone(1), taken_at=clock.now())) == one
    assert await whose(office, Trace(phone(1), taken_at=clock.now() - timedelta(minutes=5))) is None
    assert await whose(office, Trace(phone(1), taken_at=clock.now() + timedelta(minutes=5))) is None
    assert await whose(office, Trace(phone(3), taken_at=clock.now())) is None
    assert await whose(office, Trace("10086", taken_at=clock.now())) is None
    assert await whose(office, Trace(phone(1), taken_at=clock.now()), provider="smpp") is None


async def test_of_two_messages_in_doubt_to_one_phone_the_minute_names_none(office: PostOffice, clock: FixedClock) -> None:
    await plan(office, 1)
    await plan(office, 1, "ver_a2")
    await send(office)
    assert await whose(office, Trace(phone(1), taken_at=clock.now())) is None


async def test_a_part_of_a_long_message_beside_it_could_be_meant_so_the_minute_names_none(
    office: PostOffice, clock: FixedClock
) -> None:
    await plan(office, 1, "ver_a2", segments=2)
    await send(office, SendResult("accepted", "0", provider="cmpp", provider_id="12"))
    await plan(office, 1)
    await send(office)
    assert await whose(office, Trace(phone(1), taken_at=clock.now())) is None


async def test_a_part_of_a_long_message_in_doubt_does_not_speak_for_all_of_it(office: PostOffice, clock: FixedClock) -> None:
    await plan(office, 1, segments=2)
    await send(office)
    assert await whose(office, Trace(phone(1), taken_at=clock.now())) is None


async def test_an_id_that_the_ledger_knows_is_of_its_own_message(office: PostOffice, clock: FixedClock) -> None:
    await plan(office, 1, "ver_a2")
    await send(office, SendResult("accepted", "0", provider="cmpp", provider_id="77"))
    one = await plan(office, 1)
    await send(office)
    assert await whose(office, Trace(phone(1), taken_at=clock.now()), "77") is None
    assert await whose(office, Trace(phone(1), taken_at=clock.now()), "78") == one


async def test_our_reference_names_it_whoever_sent_it_and_another_one_does_not(office: PostOffice) -> None:
    one = await plan(office, 1)
    await plan(office, 1, "ver_a2")
    await send(office)
    assert await whose(office, Trace(phone(1), reference(one, 1))) == one
    assert await whose(office, Trace(phone(2), reference(one, 1))) is None
    assert await whose(office, Trace(phone(1), reference(one, 1) ^ 0x10)) is None


async def test_what_was_in_hand_when_a_process_died_is_settled_by_a_receipt_that_came_before_anybody_noticed(
    office: PostOffice, clock: FixedClock
) -> None:
    one = await plan(office, 1, due_in=-10)
    await plan(office, 2)
    await send(office, None)
    assert await whose(office, Trace(phone(2), taken_at=clock.now())) is None, "of a claim only the first can have left"
    said = Said("delivered", "77", trace=Trace(phone(1), taken_at=clock.now()))
    async with office.database.write() as tx:
        await keep(tx, "cmpp", await named(tx, office.vault, "cmpp", [said], clock.now()), clock.now())
        assert await that_can_be_applied(tx, clock.now()) == []
        await claims.void_all_leases(tx, clock.now())
        (output,) = await that_can_be_applied(tx, clock.now())
        (receipt,) = await read_receipts(tx, [output.value["receipt_id"]])
        await apply_receipt(tx, receipt, clock.now())
    assert await office.states() == {"delivered": 1, "planned": 1}
    assert ((await office.row(one)).state, (await office.row(one)).provider_id) == ("delivered", "77")


async def test_the_receipt_of_a_code_says_nothing_of_a_message_in_doubt_to_the_same_phone(
    office: PostOffice, clock: FixedClock
) -> None:
    """The process that sent both is dead: nobody remembers the code's id but the queue that it stood in."""
    one = await plan(office, 1)
    await send(office)
    until = clock.now() + timedelta(minutes=5)
    async with office.database.write() as tx:
        for number in (77, 78):
            code = ServiceMessage(f"srv_{number}", "code", "sms", phone(1), "zh", {}, until)
            await put(tx, office.vault, code, clock.now())
            await note_sent(tx, [code.message_id], "0", clock.now(), str(number))
    assert await whose(office, Trace(phone(1), taken_at=clock.now()), "77") is None
    assert await whose(office, Trace(phone(1), taken_at=clock.now()), "79") == one


async def test_a_weekly_digest_that_was_planned_days_ago_is_found_when_it_broke_off_now(
    office: PostOffice, clock: FixedClock
) -> None:
    one = await plan(office, 1, due_in=5 * 86_400)
    clock.advance(timedelta(days=5, seconds=1))
    await send(office)
    assert await whose(office, Trace(phone(1), taken_at=clock.now())) == one


async def test_a_long_message_that_was_planned_days_ago_and_left_beside_it_could_be_meant(
    office: PostOffice, clock: FixedClock
) -> None:
    await plan(office, 1, "ver_a2", segments=2, due_in=5 * 86_400)
    clock.advance(timedelta(days=5, seconds=1))
    await send(office, SendResult("accepted", "0", provider="cmpp", provider_id="12"))
    await plan(office, 1)
    await send(office)
    assert await whose(office, Trace(phone(1), taken_at=clock.now())) is None
