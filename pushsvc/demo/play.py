"""Plays the demo: accounts, sites and people at the first start, then the sites publish, one event every few seconds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from importlib import resources
from typing import Protocol

from pushsvc.clock import Clock
from pushsvc.demo.people import demo_subscribers
from pushsvc.demo.publications import DemoEvent, demo_events
from pushsvc.errors import PushsvcError
from pushsvc.operations.accounts import Role, add_account, list_accounts
from pushsvc.profiles import checking, importing
from pushsvc.settings import Settings
from pushsvc.sites import registry
from pushsvc.sites.intake import Intake
from pushsvc.sites.site_lines import read_sites
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.telemetry import log

FIRST_SECONDS, PAUSE_SECONDS = 1.0, 2.0
#: Name, role, and the site for which it acts.
ACCOUNTS: tuple[tuple[str, Role, str | None], ...] = (
    ("demo-publisher", "publisher", "5101000001"),
    ("demo-operator", "operator", None),
)


class Stage(Protocol):
    """What the demo needs of the house that it plays in."""

    @property
    def clock(self) -> Clock: ...
    @property
    def database(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def intake(self) -> Intake: ...


class Demo:
    """At a later start the same ids come again: the answer is `repeat`, and nobody is told twice."""

    def __init__(self, house: Stage) -> None:
        self._house = house

    async def accounts(self) -> list[str]:
        """Make the demo's accounts at the first start. Gives the lines to print: a one-time password is shown only once."""
        there = {account.name for account in await list_accounts(self._house.database)}
        lines = []
        for name, role, site in ACCOUNTS:
            acts = f"{role} of site {site}" if site else role
            if name in there:
                lines.append(f"demo account: {name} ({acts}) is there already; new password: pushsvc accounts reset {name}")
            else:
                password = await add_account(self._house.database, self._house.clock, name, role, site, who="demo")
                lines.append(f"demo account: {name} ({acts})  one-time password: {password}")
        return [*lines, f"sign in at {self._house.settings.base_url}/sign-in: an operator works at /o/, a publisher at /p/"]

    async def set_up(self) -> Mapping[str, str]:
        """Register sites and people. Gives each site's domain."""
        house = self._house
        text = (resources.files("pushsvc.demo") / "data" / "sites.csv").read_text("utf-8")
        await registry.import_sites(house.database, house.clock, text)
        lines = [json.dumps(line, ensure_ascii=False).encode() for line in demo_subscribers(house.clock.now())]
        await importing.apply(house.database, house.vault, house.clock, checking.check(lines, house.clock))
        return {line.code: str(line.domains[0]) for line in read_sites(text)}

    async def run(self) -> None:
        """Publish everything, one event every few seconds. A fault in one event does not end the demo."""
        try:
            domains = await self.set_up()
        except PushsvcError as fault:
            log.warning("the demo cannot be set up", why=str(fault))
            return
        await asyncio.sleep(FIRST_SECONDS)
        for number, event in enumerate(demo_events(domains, self._house.clock.now().date()), 1):
            await self._publish(number, event)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _publish(self, number: int, event: DemoEvent) -> None:
        try:
            await self._house.intake.send(event.body, site=event.site, origin="demo", webhook_id=f"demo-{number}")
        except PushsvcError as fault:
            log.warning("a demo event was refused", number=number, why=str(fault))
