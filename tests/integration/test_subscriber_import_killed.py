"""An import whose process is killed, for real: what was applied stays, and running it again completes it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from pushsvc.clock import SystemClock
from pushsvc.profiles.checking import PIECE, check, read_lines
from pushsvc.profiles.importing import apply
from pushsvc.storage.database import Database
from pushsvc.storage.tables.profiles import consents, endpoints, interests, subscribers
from pushsvc.storage.vault import Vault

SECRET_KEY = "a-secret-key-of-the-tests-0123456789"
PEOPLE = 6_000
#: An import as another process does it; it says each piece that is done.
IMPORT = """
import asyncio, sys
from pushsvc.clock import SystemClock
from pushsvc.profiles.checking import check, read_lines
from pushsvc.profiles.importing import apply
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault

async def main(url, file, secret):
    database, clock = Database(url), SystemClock()
    vault = await Vault.load(database, secret, clock)
    await apply(database, vault, clock, check(read_lines(open(file, "rb")), clock), lambda done, _all: print(done, flush=True))

asyncio.run(main(*sys.argv[1:]))
"""


def a_file(folder: Path) -> Path:
    consent = {"at": "2026-01-05T09:00:00+08:00", "source": "登记表"}
    path = folder / "people.jsonl"
    with path.open("w") as file:
        for number in range(PEOPLE):
            email = {"channel": "email", "address": f"p{number}@example.cn", "consent": consent}
            file.write(json.dumps({"id": f"c-{number}", "endpoints": [email], "interests": [{"topics": ["养老"]}]}) + "\n")
    return path


async def counts(database: Database) -> list[int]:
    async with database.read() as tx:
        tables = (subscribers, endpoints, interests, consents)
        return [(await tx.execute(sa.select(sa.func.count()).select_from(table))).scalar_one() for table in tables]


async def test_a_killed_import_leaves_whole_pieces_and_a_repeat_adds_exactly_the_rest(
    sqlite_database: Database, tmp_path: Path
) -> None:
    file, clock = a_file(tmp_path), SystemClock()
    vault = await Vault.load(sqlite_database, SECRET_KEY, clock)
    command = [sys.executable, "-c", IMPORT, sqlite_database.url, str(file), SECRET_KEY]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as importer:
        assert importer.stdout
        assert await asyncio.to_thread(importer.stdout.readline) == b"250\n"
        await asyncio.sleep(0.1)  # in the middle of the next piece, or just after it
        importer.send_signal(signal.SIGKILL)
    (people, *others) = await counts(sqlite_database)
    assert people % PIECE == 0
    assert PIECE <= people < PEOPLE
    assert others == [people] * 3
    with file.open("rb") as stream:
        done = await apply(sqlite_database, vault, clock, check(read_lines(stream), clock))
    assert (done.added, done.updated) == (PEOPLE - people, people)
    assert await counts(sqlite_database) == [PEOPLE] * 4
