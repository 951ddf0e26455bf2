"""The demo's accounts: made at the first start, their one-time passwords shown once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pushsvc.clock import FixedClock
from pushsvc.demo.play import Demo
from pushsvc.operations.accounts import list_accounts, verify
from pushsvc.storage.database import Database


@pytest.fixture
def demo(sqlite_database: Database, clock: FixedClock) -> Demo:
    house: Any = SimpleNamespace(
        database=sqlite_database, clock=clock, settings=SimpleNamespace(base_url="http://127.0.0.1:8000")
    )
    return Demo(house)


async def test_the_first_start_shows_a_password_that_opens_each_account(demo: Demo, sqlite_database: Database) -> None:
    lines = [line for line in await demo.accounts() if line.startswith("demo account: ")]
    accounts = await list_accounts(sqlite_database)
    assert [(account.name, account.role, account.site) for account in accounts] == [
        ("demo-operator", "operator", None), ("demo-publisher", "publisher", "5101000001"),
    ]  # fmt: skip
    for line in lines:
        account = await verify(sqlite_database, line.split()[2], line.rpartition(": ")[2])
        assert account
        assert account.one_time


async def test_a_later_start_shows_no_password_and_says_how_to_get_one(demo: Demo, sqlite_database: Database) -> None:
    await demo.accounts()
    again = await demo.accounts()
    assert all("is there already" in line and "accounts reset" in line for line in again[:-1])
    assert len(await list_accounts(sqlite_database)) == 2


async def test_every_start_says_where_to_sign_in(demo: Demo) -> None:
    for lines in (await demo.accounts(), await demo.accounts()):
        assert lines[-1].startswith("sign in at http://127.0.0.1:8000/sign-in")


def test_the_publisher_acts_for_a_demo_site() -> None:
    sites = Path(__file__).parents[2] / "pushsvc" / "demo" / "data" / "sites.csv"
    assert "\n5101000001," in sites.read_text("utf-8")
