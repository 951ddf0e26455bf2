"""What is read together is of one moment, and of two who write the same at once one is told so: on both databases."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput
from pushsvc.operations.accounts import add_account, verify
from pushsvc.operations.audit import note
from pushsvc.sites.registry import import_sites
from pushsvc.storage.database import Database
from pushsvc.storage.tables.operations import audit
from pushsvc.storage.tables.sites import site_domains
from tests.unit.intake_builders import CHENGDU, HEADER, SICHUAN


async def test_a_read_sees_one_moment_whatever_is_committed_meanwhile(database: Database, clock: FixedClock) -> None:
    rows = sa.select(sa.func.count()).select_from(audit)
    async with database.read() as tx:
        before = await tx.scalar(rows)
        async with database.write() as other:
            await note(other, clock.now(), "anna", "looked", "at it")
        assert await tx.scalar(rows) == before
    async with database.read() as tx:
        assert await tx.scalar(rows) == 1
    async with database.write() as tx:  # a connection that was used for reading shows a writer what is committed
        async with database.read() as other:
            assert await other.scalar(rows) == 1
        assert await tx.scalar(rows) == 1


async def test_a_write_sees_at_each_statement_what_is_committed(postgres_database: Database, clock: FixedClock) -> None:
    rows = sa.select(sa.func.count()).select_from(audit)
    async with postgres_database.read() as tx:
        await tx.scalar(rows)
    async with postgres_database.write() as tx:
        await tx.scalar(rows)
        async with postgres_database.write() as other:
            await note(other, clock.now(), "anna", "looked", "at it")
        assert await tx.scalar(rows) == 1


async def test_of_two_who_add_one_account_at_once_one_hears_that_it_is_there(database: Database, clock: FixedClock) -> None:
    done = await asyncio.gather(*(add_account(database, clock, "anna", "viewer") for _ in range(2)), return_exceptions=True)
    [password] = [one for one in done if isinstance(one, str)]
    assert [type(one) for one in done if not isinstance(one, str)] == [BadInput]
    assert await verify(database, "anna", password)


async def test_of_two_imports_at_once_that_claim_one_domain_one_is_refused(
    postgres_database: Database, clock: FixedClock
) -> None:
    lines = [f"{HEADER}\n{code},某市,某市政府,{code[:6]},www.same.example,,\n" for code in (CHENGDU, SICHUAN)]
    done = await asyncio.gather(*(import_sites(postgres_database, clock, each) for each in lines), return_exceptions=True)
    assert sum(isinstance(one, BadInput) for one in done) == 1
    async with postgres_database.read() as tx:
        assert len((await tx.execute(sa.select(site_domains))).all()) == 1
