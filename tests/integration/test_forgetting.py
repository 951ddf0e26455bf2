"""What is over is forgotten by itself: sessions, messages to one person, files that an administrator never applied."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from pushsvc.bootstrap.duties import duties
from pushsvc.bootstrap.sending import alerter
from pushsvc.channels.service import ServiceMessage, note_sent, put
from pushsvc.operations import uploads
from pushsvc.operations.sessions import open_session
from pushsvc.operations.uploads import Upload
from pushsvc.storage.database import Database
from pushsvc.storage.tables.operations import installation, service_messages, sessions
from tests.journeys.house import a_house


async def test_what_is_over_is_forgotten_and_nothing_else(database: Database, tmp_path: Path) -> None:
    await database.close()
    async with a_house(database.url, tmp_path) as town:
        house, long_ago = town.house, town.clock.now()
        for age, name in ((timedelta(0), "old"), (timedelta(days=31), "new")):
            now = long_ago + age
            async with house.database.write() as tx:
                await open_session(tx, "citizen", name, now, os.urandom)
                until = now + timedelta(minutes=10)
                message = ServiceMessage(f"srv_{name}", "code", "email", "mei@mail.example", "zh", {"code": "1"}, until)
                await put(tx, house.vault, message, now)
                await note_sent(tx, [f"srv_{name}"], "250", now)
                kept = Upload(name, "subscribers", "lina", 1)
                # Written as `keep` does, which by itself would sweep.
                await uploads.write(tx, house.vault, kept, now)
        town.clock.advance(timedelta(days=31, hours=1))
        (forgetting,) = [duty for duty in duties(house, alerter(house), lambda: None) if duty.name == "forget what is over"]
        await forgetting.do()
        async with house.database.read() as tx:
            left = [
                list((await tx.execute(sa.select(column).where(where))).scalars())
                for column, where in (
                    (sessions.c.subject, sa.true()), (service_messages.c.message_id, sa.true()),
                    (installation.c.name, installation.c.name.startswith("upload")),
                )
            ]  # fmt: skip
    assert left == [["new"], ["srv_new"], ["upload state new"]]
