"""The clerk's desk: who is here, for which site, and what the pages of the console work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pushsvc.clock import Clock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Shared
from pushsvc.operations.accounts import Account
from pushsvc.sites import registry, sent
from pushsvc.sites.addresses import Address
from pushsvc.sites.events import Body
from pushsvc.sites.fetch_client import PageClient, Unavailable
from pushsvc.sites.intake import Intake
from pushsvc.sites.registry import Site
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.web.forms import forms
from pushsvc.web.gate import Gate, SignInFirst
from pushsvc.web.pages import page
from pushsvc.web.publisher.funnel_words import BETWEEN
from pushsvc.web.publisher.menu import menu
from pushsvc.web.publisher.written import whole
from pushsvc.web.readers import default_language, language_of
from pushsvc.web.words import say

Funnel = Callable[[str], Awaitable[Mapping[str, Any] | None]]
#: The site that an admin works for just now is kept here.
CHOSEN = "publisher_site"
#: Pages of the site's own that one account may have read in ten minutes.
FETCHES, FETCHES_SECONDS = 30, 600.0


@dataclass(frozen=True)
class Clerk:
    """Who is signed in, the site that they act for, and where it publishes (`www.sc.example/chengdu`)."""

    account: Account
    site: Site
    domains: Sequence[str]
    reader: Language

    @property
    def domain_words(self) -> str:
        return BETWEEN[self.reader].join(self.domains)


@dataclass(frozen=True)
class Desk:
    """`hold`: how long what is published can be taken back. `posted` is called after a service message was queued."""

    gate: Gate
    database: Database
    vault: Vault
    clock: Clock
    intake: Intake
    shared: Shared
    client: PageClient
    funnel: Funnel
    posted: Callable[[], None]
    random_bytes: Callable[[int], bytes]
    zone: ZoneInfo
    base_url: str
    hold: timedelta

    async def clerk(self, request: Request) -> Clerk:
        """Who is here. Raises as `Gate.account`; who acts for all sites is sent to choose one first."""
        account = await self.gate.account(request, "publish")
        code = account.site or forms(request).kept(request, CHOSEN).get("site")
        async with self.database.read() as tx:
            site = await registry.find_site(tx, str(code)) if code else None
            if site is None:
                if account.site is None:
                    raise SignInFirst("/p/site")
                raise HTTPException(403)
            domains = await sent.domains_of(tx, site.code)
        return Clerk(account, site, domains, self.reader(request))

    def reader(self, request: Request) -> Language:
        return language_of(request, default_language(request))

    def undo_words(self, reader: Language, none: str = "no_hold") -> str:
        """How long what is published can be taken back; `none` names the words for a house that sends at once."""
        seconds = int(self.hold.total_seconds())
        if not seconds:
            return say(reader, f"publisher.{none}")
        if seconds % 60:
            return say(reader, "publisher.hold_seconds", seconds=seconds)
        return say(reader, "publisher.hold", minutes=seconds // 60)

    def show(self, request: Request, template: str, clerk: Clerk, here: str = "", **values: Any) -> Response:
        """A page of the console."""
        return page(
            request, f"publisher_{template}.html", account=clerk.account, menu=menu(clerk.reader, clerk.account), here=here,
            site=clerk.site, domains=clerk.domain_words, **values,
        )  # fmt: skip

    async def fetch(self, clerk: Clerk, url: str) -> Body:
        """A page of the site's own. Raises Refused or Unavailable; HTTPException 429 for one who asks for too many."""
        wait = await self.shared.attempt(f"console fetch {clerk.account.name}", FETCHES, FETCHES_SECONDS)
        if wait:
            raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})

        async def owns(address: Address) -> bool:
            async with self.database.read() as tx:
                return await registry.owner_of(tx, address) == clerk.site.code

        return await self.client.fetch(url, owns)

    async def find_page(self, clerk: Clerk, typed: str) -> tuple[str, Body]:
        """The page at an address as people write it, and that address with its scheme. Raises as `fetch`.

        Where no scheme was typed and https does not answer, http is tried: many a county's site knows nothing else.
        """
        url = whole(typed)
        try:
            return url, await self.fetch(clerk, url)
        except Unavailable:
            if url == typed:
                raise
            plain = url.replace("https://", "http://", 1)
            return plain, await self.fetch(clerk, plain)
