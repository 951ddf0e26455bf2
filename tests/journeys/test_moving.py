"""An installation that ran on a file goes on on PostgreSQL: nobody is told twice, and what was unfinished is finished."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.bootstrap.house import open_house
from pushsvc.clock import FixedClock
from pushsvc.settings import read_settings
from pushsvc.storage.database import Database
from pushsvc.storage.moving import move
from pushsvc.storage.tables.flow import dead_letters, log, positions
from pushsvc.storage.tables.ledger import deliveries
from tests.journeys.engines import OnEmbedded
from tests.journeys.house import BASE_URL, SECRET_KEY, SITE, Town, a_house
from tests.journeys.publications import a_subsidy, another_subsidy
from tests.services import databases


@pytest.fixture
async def town(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Town]:
    """An installation on a file, whatever the other journeys run on; that is what it moves to."""
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path, kind=OnEmbedded()) as made:
        await made.a_site()
        yield made


@pytest.fixture
async def target(postgres_url: str) -> AsyncIterator[Database]:
    async with databases.postgres_database(postgres_url) as made:
        yield made


async def test_a_house_that_moved_finishes_what_it_had_begun_and_tells_nobody_twice(
    town: Town, target: Database, tmp_path: Path, runs_on: str
) -> None:
    """Told, waiting for a digest, held by a pause, claimed by the stopped process, accepted but read by no stage yet."""
    for name, preferences in {"mei": {}, "daily": {"frequency": "daily"}, "phone": {"channels": ["sms"]}}.items():
        await town.a_citizen(name, **preferences)
    told = await town.tells(**a_subsidy())
    await town.pauses("sms")
    held = await town.tells("/2", **another_subsidy(2))
    assert (told["accepted"], held["held"]) == ({"email": 1, "sms": 1}, 2)
    town.may_die = True
    async with town.house.database.write() as tx:
        letter = {
            "stage": "match",
            "topic": "summaries",
            "part": 0,
            "offset": 10_000,
            "key": "k",
            "value": {},
            "reason": "poison",
        }
        await tx.execute(sa.insert(dead_letters).values(**letter, at=town.clock.now(), replayed_at=town.clock.now()))
    before = [(mail.to, mail.subject, mail.kind) for mail in await town.mailbox()]
    domains, file, now = town.domains, town.settings.database_url, town.clock.now() + timedelta(minutes=1)
    await town.service.stop()
    unfinished = await _accepted_but_not_read(town)
    moved = await move(file, target, SECRET_KEY, to_kafka=runs_on == "kafka")
    assert moved.rows["events"] == 3
    assert moved.carried == int(runs_on == "kafka")
    assert moved.rows["consents"] == 3
    assert moved.rows["dead_letters"] == 1
    await town.start_again()  # the fixture ends it; what it does now is on the file
    town.may_die = True

    async with a_house(target.url, tmp_path / "moved", at=now) as again:
        again.domains, again.may_die = domains, True
        await again.settle()
        funnel = await again.funnel(unfinished)
        assert (funnel["state"], funnel["accepted"], funnel["held"]) == ("done", {"email": 1}, 2)
        await again.resumes("all")
        await again.advance(to="2026-03-03 08:30")
        after = [(mail.to, mail.subject, mail.kind) for mail in await again.mailbox()]
        assert after[: len(before)] == before
        assert (await again.funnel(told["event_id"]))["accepted"] == {"email": 2, "sms": 1}
        assert len(set(after)) == len(after)
        new = await again.tells("/9", **another_subsidy(5))
        assert new["matched"] == 3


async def _accepted_but_not_read(town: Town) -> str:
    """An event that a command took in while nothing ran, and a message that was in hand when the process was killed."""
    settings = read_settings(
        None, home=town.settings.home, database_url=town.settings.database_url, secret_key=SECRET_KEY, base_url=BASE_URL
    )
    async with open_house(settings, FixedClock(town.clock.now())) as house:
        document = {
            "event": "published",
            "url": f"https://{town.domains[SITE]}/3",
            "published_at": town.clock.now().isoformat(),
        }
        sent = await house.intake.send(
            {**document, "content_text": another_subsidy(3)["text"], "title": another_subsidy(3)["title"]},
            site=SITE, origin="api", webhook_id="unread",
        )  # fmt: skip
        async with house.database.read() as tx:
            behind = sa.select(sa.func.count()).select_from(
                log.join(positions, sa.and_(positions.c.topic == log.c.topic, positions.c.part == log.c.part))
            )
            assert (await tx.execute(behind.where(log.c.offset >= positions.c.next_offset))).scalar() == 1
    return sent.event_id


async def test_a_claim_of_the_process_that_was_stopped_holds_nobody_up(
    town: Town, target: Database, tmp_path: Path, runs_on: str
) -> None:
    await town.a_citizen("mei")
    await town.pauses("email")
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.service.stop()
    now, domains = town.clock.now(), town.domains
    async with town.house.database.write() as tx:
        claimed = {"state": "claimed", "claim": "of-the-dead", "claim_order": 0, "leased_until": now + timedelta(seconds=20)}
        await tx.execute(sa.update(deliveries).values(**claimed))
    await move(town.settings.database_url, target, SECRET_KEY)
    await town.start_again()
    async with a_house(target.url, tmp_path / "moved", at=now) as again:
        again.domains = domains
        if runs_on == "kafka":  # others may send too: they hold it until it runs out
            again.clock.advance(timedelta(seconds=21))
        await again.settle()
        funnel = await again.funnel(event)
        assert (funnel["pending"], funnel["state"]) == (0, "done")
        await again.resumes("all")
        await again.advance(hours=1)
        funnel = await again.funnel(event)
        assert funnel["accepted"].get("email", 0) + funnel["unknown"].get("email", 0) == 1


async def test_nothing_is_moved_from_under_a_service_that_runs(town: Town, target: Database) -> None:
    result = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "pushsvc", "migrate", "--from", town.settings.database_url],
        env={**os.environ} | {
            "PUSHSVC_HOME": str(town.settings.home), "PUSHSVC_SECRET_KEY": SECRET_KEY, "PUSHSVC_DATABASE_URL": target.url,
        },
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    assert (
        f"a pushsvc runs on {town.settings.database_url.removeprefix('sqlite+aiosqlite:///')}; stop it first" in result.stderr
    )
    assert f"pid {os.getpid()}" in result.stderr
