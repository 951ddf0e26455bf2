"""Two schedulers and four deliver workers on one PostgreSQL; workers are killed and frozen. Nobody is told twice unseen."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pushsvc.channels.email import message_id
from pushsvc.clock import SystemClock
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import attempts, deliveries, notices
from pushsvc.storage.vault import Vault
from tests.services.smtp import SmtpServer
from tests.unit.post_office import PostOffice

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-key-of-the-tests-0123456789"
PEOPLE = 400
WORKERS, CONNECTIONS = 4, 2
#: Long enough for a busy machine: a send that takes longer than its part of the lease is in doubt, rightly.
LEASE_SECONDS, SEND_SECONDS = 8.0, 6.0

#: A process that plans reminders for ever, or does nothing but deliver.
PROGRAM = """
import asyncio, json, sys
from pushsvc.channels.email import Sender, SmtpCarrier
from pushsvc.channels.rendering import Renderer
from pushsvc.clock import SystemClock
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.ledger.reminders import plan_reminders
from pushsvc.profiles.recipients import recipients
from pushsvc.settings.providers import smtp_relays
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.streams.deliver import Deliverer
from tests.unit.post_office import Bell, PlainLinks, PostOffice

async def schedule(database, clock):
    while True:
        async with database.write() as tx:
            looked = await plan_reminders(tx, recipients, clock.now(), 25)
        await asyncio.sleep(0 if looked else 0.2)

async def main():
    said = json.loads(sys.argv[1])
    clock, database = SystemClock(), Database(said["database"], pool_size=3, name=f"pushsvc {said['role']}")
    if said["role"] == "schedule":
        await schedule(database, clock)
    office = PostOffice(database, clock, await Vault.load(database, said["secret"], clock))
    carrier = SmtpCarrier(smtp_relays(said["smtp"]), Sender("push@gov.example"), clock, connections=said["connections"])
    writer = OutcomeWriter(database, Bell(), clock, LedgerLateCheck(clock))
    await Deliverer(
        database, [carrier], writer, Renderer(), PlainLinks(), office.contacts, clock, alone=False, batch=20,
        lease_seconds=said["lease"], send_seconds=said["send"], sweep_seconds=0.3,
    ).start()
    await asyncio.sleep(600)

asyncio.run(main())
"""


class Crew:
    """The processes of one test, which end with it."""

    def __init__(self, database: Database, server: SmtpServer) -> None:
        self._said = {
            "database": database.url, "secret": SECRET, "smtp": server.url, "connections": CONNECTIONS,
            "lease": LEASE_SECONDS, "send": SEND_SECONDS,
        }  # fmt: skip
        self._all: list[asyncio.subprocess.Process] = []

    async def start(self, role: str) -> asyncio.subprocess.Process:
        said = json.dumps({**self._said, "role": role})
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, said, cwd=ROOT, env=env)
        self._all.append(process)
        return process

    async def end(self) -> None:
        for process in self._all:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def told_before_and_to_be_reminded(office: PostOffice) -> None:
    """PEOPLE who were told of a deadline that is three days off."""
    now = office.clock.now()
    await office.publish()
    await office.people(PEOPLE)
    await office.plan(*range(1, PEOPLE + 1), due_in=-3_600)
    async with office.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(state="accepted", ended_at=now))
        await tx.execute(
            sa.update(notices).values(remind_at=now - timedelta(minutes=1), deadline=now + timedelta(days=3), reason="")
        )


async def rows(database: Database, query: sa.Select[Any]) -> list[Any]:
    async with database.read() as tx:
        return list((await tx.execute(query)).all())


async def test_two_schedulers_and_four_workers_lose_nothing_and_repeat_only_what_is_listed(
    postgres_database: Database, smtp_server: SmtpServer
) -> None:
    clock = SystemClock()
    office = PostOffice(postgres_database, clock, await Vault.load(postgres_database, SECRET, clock))
    await told_before_and_to_be_reminded(office)
    smtp_server.hang_after_data(0.08, times=None)
    crew = Crew(postgres_database, smtp_server)
    try:
        workers = [await crew.start("deliver") for _ in range(WORKERS)]
        for _ in range(2):
            await crew.start("schedule")

        await smtp_server.wait_for(PEOPLE // 8, seconds=60)
        workers[0].send_signal(signal.SIGKILL)
        workers[1].send_signal(signal.SIGSTOP)
        frozen_at = time.monotonic()
        await smtp_server.wait_for(PEOPLE // 3, seconds=60)
        workers[2].send_signal(signal.SIGKILL)
        workers[2] = await crew.start("deliver")
        await asyncio.sleep(max(0.0, frozen_at + LEASE_SECONDS + 1 - time.monotonic()))
        workers[1].send_signal(signal.SIGCONT)

        await smtp_server.wait_for(PEOPLE, seconds=60)
        async with asyncio.timeout(30):
            while (await office.states()) != {"accepted": 2 * PEOPLE}:
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)  # whatever a thawed worker might still have sent
    finally:
        await crew.end()

    reminders = await rows(
        postgres_database, sa.select(notices.c.subscriber_no, notices.c.delivery_id).where(notices.c.kind == "reminder")
    )
    assert Counter(row.subscriber_no for row in reminders) == Counter(range(1, PEOPLE + 1)), "one reminder a person"
    named = {message_id(row.delivery_id, "gov.example"): row.delivery_id for row in reminders}
    arrived = Counter(received.message_id for received in smtp_server.messages)
    assert arrived.keys() == named.keys(), "lost, or sent under another id"
    doubted = {
        row.delivery_id
        for row in await rows(postgres_database, sa.select(attempts.c.delivery_id).where(attempts.c.outcome == "unknown"))
    }
    twice = {named[message] for message, times in arrived.items() if times > 1}
    assert twice <= doubted, "arrived twice without being listed"
    assert max(arrived.values()) <= 2
    assert 0 < len(doubted) <= 3 * CONNECTIONS, "at most one a connection that was killed or frozen"
