"""A restore starts paused, and what was due meanwhile is not told a second time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pushsvc.storage import backup, restore
from tests.journeys.house import SECRET_KEY, Town, a_house
from tests.journeys.publications import a_subsidy, another_subsidy
from tests.services import databases


async def test_a_restored_house_is_paused_and_tells_only_what_was_not_yet_due(
    town: Town, sqlite_template: Path, tmp_path: Path
) -> None:
    await town.a_citizen("mei")
    await town.a_citizen("daily", frequency="daily")
    first = (await town.tells("/1", **another_subsidy(1)))["event_id"]
    await town.pauses("email")
    due = await town.publish("/2", **another_subsidy(2))
    await town.settle()
    kept = await backup.backup(town.house.database, SECRET_KEY, tmp_path / "backup", town.clock)
    assert kept.path.exists()
    async with databases.sqlite_database(sqlite_template, tmp_path) as empty:
        done = await restore.restore(empty, SECRET_KEY, tmp_path / "backup", town.clock)
        url = empty.url
    assert done.unknown == 1
    async with a_house(url, tmp_path / "again", at=town.clock.now()) as again:
        again.domains = town.domains
        new = await again.tells("/3", **another_subsidy(3))
        assert new["held"] == 2
        assert len(await again.mailbox()) == 1  # what the viewer had when the backup was made
        await again.resumes("all")
        await again.advance(to="2026-03-03 08:30")
        assert (await again.funnel(first))["accepted"] == {"email": 2}
        assert ((await again.funnel(due))["unknown"], (await again.funnel(due))["accepted"]) == ({"email": 1}, {"email": 1})
        assert (await again.funnel(new["event_id"]))["accepted"] == {"email": 2}
        assert another_subsidy(2)["title"] not in "".join(mail.text for mail in await again.mailbox("mei"))


async def test_who_is_in_doubt_after_a_restore_is_corrected_like_who_was_told(
    town: Town, sqlite_template: Path, tmp_path: Path
) -> None:
    await town.a_citizen("mei")
    await town.pauses("email")
    await town.publish(**a_subsidy())
    await town.settle()
    await backup.backup(town.house.database, SECRET_KEY, tmp_path / "backup", town.clock)
    async with databases.sqlite_database(sqlite_template, tmp_path) as empty:
        await restore.restore(empty, SECRET_KEY, tmp_path / "backup", town.clock)
        url = empty.url
    async with a_house(url, tmp_path / "again", at=town.clock.now()) as again:
        again.domains = town.domains
        await again.resumes("all")
        funnel = await again.tells(event="updated", **a_subsidy(until="2026年4月10日"))
        assert (funnel["changed"], funnel["accepted"]) == (1, {"email": 1})
        assert [mail.kind for mail in await again.mailbox()] == ["correction"]


@pytest.mark.parametrize("key", ["another-secret-key-of-the-tests-0123456789"])
async def test_a_backup_does_not_open_with_another_key(town: Town, sqlite_template: Path, tmp_path: Path, key: str) -> None:
    await town.a_citizen("mei")
    await backup.backup(town.house.database, SECRET_KEY, tmp_path / "backup", town.clock)
    async with databases.sqlite_database(sqlite_template, tmp_path) as empty:
        with pytest.raises(Exception, match="SECRET_KEY"):
            await restore.restore(empty, key, tmp_path / "backup", town.clock)
