"""The outcome writer: durable before the next send, one commit for all connections, patient while nothing can be written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.notices import Due, SendResult
from pushsvc.errors import NotDurable
from pushsvc.ledger import claims
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.storage.database import Database
from pushsvc.storage.tables.profiles import endpoints
from pushsvc.storage.vault import Vault
from tests.unit.post_office import Bell, PostOffice, endpoint_of

ACCEPTED = SendResult("accepted", "250")


@pytest.fixture
async def office(database: Database, clock: FixedClock, vault: Vault) -> PostOffice:
    made = PostOffice(database, clock, vault)
    await made.publish()
    await made.people(4)
    await made.plan(1, 2, 3, 4)
    return made


@pytest.fixture
def writer(office: PostOffice) -> OutcomeWriter:
    return OutcomeWriter(office.database, Bell(), office.clock, LedgerLateCheck(office.clock))


async def claimed(office: PostOffice) -> list[Due]:
    async with office.database.write() as tx:
        return await claims.claim(tx, "email", "c1", 10, office.clock.now())


def counting(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by one with each commit."""
    commits: list[int] = []
    plain = database.write_at_once

    async def write(work: Callable[[sa.Connection], Any]) -> Any:
        commits.append(1)
        return await plain(work)

    monkeypatch.setattr(database, "write_at_once", write)
    return commits


async def test_when_note_returns_the_outcome_can_be_read(office: PostOffice, writer: OutcomeWriter) -> None:
    due, *_ = await claimed(office)
    assert await writer.note(due, ACCEPTED) == {}
    assert (await office.row(due.delivery_id)).state == "accepted"


async def test_outcomes_that_come_together_are_one_commit(
    office: PostOffice, writer: OutcomeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = counting(office.database, monkeypatch)
    await asyncio.gather(*(writer.note(due, ACCEPTED) for due in await claimed(office)))
    assert len(commits) == 1
    assert await office.states() == {"accepted": 4}


async def test_an_outcome_waits_a_moment_for_one_that_is_about_to_come(
    office: PostOffice, writer: OutcomeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pushsvc.ledger.outcomes.COMPANY_SECONDS", 5.0)
    commits = counting(office.database, monkeypatch)
    first, second, *_ = await claimed(office)
    with writer.sending():
        noting = asyncio.create_task(writer.note(first, ACCEPTED))
        await asyncio.sleep(0.05)
    await writer.note(second, ACCEPTED)
    await noting
    assert len(commits) == 1


async def test_it_does_not_wait_long_for_a_slow_one(office: PostOffice, writer: OutcomeWriter) -> None:
    first, *_ = await claimed(office)
    with writer.sending():
        await asyncio.wait_for(writer.note(first, ACCEPTED), 5)
    assert (await office.row(first.delivery_id)).state == "accepted"


async def test_the_late_check_comes_with_the_outcome_before(office: PostOffice, writer: OutcomeWriter) -> None:
    first, second, *_ = await claimed(office)
    await office.set(endpoints, endpoints.c.endpoint_id == endpoint_of(second.subscriber_no), closed_at=office.clock.now())
    assert await writer.note(first, ACCEPTED, next_up=second) == {second.notices[0]: "no_endpoint"}


async def test_who_says_stop_while_the_outcome_before_is_being_committed_gets_no_message(
    postgres_database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a commit waits for a replica it takes long, and others commit meanwhile."""
    database = postgres_database
    office = PostOffice(database, clock, await Vault.load(database, "a-secret-key-of-the-tests-0123456789", clock))
    await office.publish()
    await office.people(2)
    await office.plan(1, 2)
    writer = OutcomeWriter(database, Bell(), clock, LedgerLateCheck(clock))
    first, second = await claimed(office)

    async def write(work: Callable[[sa.Connection], Any]) -> Any:
        async with database.write() as tx:
            result = await tx.run_sync(work)
            stopping = endpoints.c.endpoint_id == endpoint_of(second.subscriber_no)
            await office.set(endpoints, stopping, withdrawn_at=clock.now())
            await asyncio.sleep(0.1)
            return result

    monkeypatch.setattr(database, "write_at_once", write)
    assert await writer.note(first, ACCEPTED, next_up=second) == {second.notices[0]: "no_consent"}


async def test_while_nothing_can_be_written_the_outcome_waits_and_is_not_lost(
    office: PostOffice, writer: OutcomeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, *_ = await claimed(office)
    plain, full = office.database.write_at_once, asyncio.Event()

    async def write(work: Callable[[sa.Connection], Any]) -> Any:
        if not full.is_set():
            raise NotDurable("the database cannot take this now: database or disk is full")
        return await plain(work)

    monkeypatch.setattr(office.database, "write_at_once", write)
    noting = asyncio.create_task(writer.note(due, ACCEPTED))
    await asyncio.sleep(0.2)
    assert not noting.done()
    full.set()
    await asyncio.wait_for(noting, 5)
    assert (await office.row(due.delivery_id)).state == "accepted"


async def test_an_unforeseen_fault_is_heard_by_the_connection_and_not_by_the_next(
    office: PostOffice, writer: OutcomeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = await claimed(office)
    with monkeypatch.context() as broken:

        async def write(_work: Callable[[sa.Connection], Any]) -> Any:
            raise RuntimeError("a bug")

        broken.setattr(office.database, "write_at_once", write)
        with pytest.raises(RuntimeError, match="a bug"):
            await writer.note(first, ACCEPTED)
    await writer.note(second, ACCEPTED)
    assert (await office.row(second.delivery_id)).state == "accepted"


async def test_a_transaction_in_one_go_changes_nothing_when_it_fails(office: PostOffice) -> None:
    def half(connection: sa.Connection) -> None:
        connection.execute(sa.delete(endpoints))
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await office.database.write_at_once(half)
    async with office.database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(endpoints)) == 4
    async with office.database.write() as tx:  # the writer is free again
        await tx.execute(sa.delete(endpoints))


async def test_a_connection_whose_claim_was_voided_meanwhile_may_send_nothing_more_of_it(
    office: PostOffice, writer: OutcomeWriter, clock: FixedClock
) -> None:
    first, second, third, _ = await claimed(office)
    assert await writer.look(second) == {}
    # Another machine's clock is far ahead, or this process was frozen: the sweep took the claim away.
    clock.advance(timedelta(seconds=60))
    async with office.database.write() as tx:
        await claims.void_expired_leases(tx, clock.now())
        await claims.claim(tx, "email", "c2", 10, clock.now())
    assert await writer.note(first, ACCEPTED, next_up=second) == dict.fromkeys(second.notices, "wait")
    await writer.stop(second, dict.fromkeys(second.notices, "wait"), next_up=third)
    assert (await office.row(second.delivery_id)).claim == "c2", "what another has claimed stays with it"
    assert (await office.row(first.delivery_id)).state == "unknown", "in doubt: it left under a claim that was gone"
