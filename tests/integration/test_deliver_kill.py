"""`kill -9` in the middle of sending: nothing is lost, and what arrived twice is listed as having been in doubt."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from pushsvc.channels.email import message_id
from pushsvc.clock import SystemClock
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from tests.services.smtp import SmtpServer
from tests.unit.post_office import PostOffice

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-key-of-the-tests-0123456789"
PEOPLE = 300
KILLS = 3
CONNECTIONS = 2

#: A process that does nothing but deliver.
PROGRAM = """
import asyncio, json, sys
from pushsvc.channels.email import Sender, SmtpCarrier
from pushsvc.channels.rendering import Renderer
from pushsvc.clock import SystemClock
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.settings.providers import smtp_relays
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.streams.deliver import Deliverer
from tests.unit.post_office import Bell, PlainLinks, PostOffice

async def main():
    said = json.loads(sys.argv[1])
    clock, database = SystemClock(), Database(said["database"])
    office = PostOffice(database, clock, await Vault.load(database, said["secret"], clock))
    carrier = SmtpCarrier(smtp_relays(said["smtp"]), Sender("push@gov.example"), clock, connections=said["connections"])
    writer = OutcomeWriter(database, Bell(), clock, LedgerLateCheck(clock))
    await Deliverer(database, [carrier], writer, Renderer(), PlainLinks(), office.contacts, clock).start()
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def deliver(database: Database, server: SmtpServer) -> asyncio.subprocess.Process:
    said = {"database": database.url, "secret": SECRET, "smtp": server.url, "connections": CONNECTIONS}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, json.dumps(said), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


async def test_kill_9_loses_nothing_and_lists_what_was_in_doubt(sqlite_database: Database, smtp_server: SmtpServer) -> None:
    clock = SystemClock()
    office = PostOffice(sqlite_database, clock, await Vault.load(sqlite_database, SECRET, clock))
    await office.publish()
    await office.people(PEOPLE)
    ids = await office.plan(*range(1, PEOPLE + 1))
    for kill in range(KILLS):
        process = await deliver(sqlite_database, smtp_server)
        await smtp_server.wait_for((kill + 1) * PEOPLE // (KILLS + 2), seconds=60)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    last = await deliver(sqlite_database, smtp_server)
    try:
        for _ in range(600):
            if await office.states() == {"accepted": PEOPLE}:
                break
            await asyncio.sleep(0.1)
        assert await office.states() == {"accepted": PEOPLE}
    finally:
        last.kill()
        await last.wait()
    arrived = Counter(received.message_id for received in smtp_server.messages)
    named = {message_id(one, "gov.example"): one for one in ids}
    assert arrived.keys() == named.keys(), "lost"
    twice = [named[message] for message, times in arrived.items() if times > 1]
    assert len(twice) <= KILLS * CONNECTIONS
    for delivery in twice:
        assert "unknown" in await office.outcomes(delivery), "arrived twice without being listed"
    doubted = [one for one in ids if "unknown" in await office.outcomes(one)]
    assert 0 < len(doubted) <= KILLS * CONNECTIONS
