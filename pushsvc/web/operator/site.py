"""`/o/sites/{code}`: everything of one site, and by which rule it stands as it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.operations import accounts, paused_sites
from pushsvc.operations.accounts import Account
from pushsvc.publications import loading
from pushsvc.sites import directory, registry, sent
from pushsvc.sites.directory import UNCHECKED
from pushsvc.sites.feeds.standings import FeedStanding
from pushsvc.sites.health import SiteHealth, site_health
from pushsvc.sites.health_rules import silence_rules
from pushsvc.sites.registry import Site
from pushsvc.sites.sent import Sent
from pushsvc.web.gate import ALLOWED, Gate
from pushsvc.web.operator.cancel import address_of
from pushsvc.web.operator.confirming import console, count_of, reader_of
from pushsvc.web.operator.kept import Kept
from pushsvc.web.operator.sites import BETWEEN, FEED_TONES, HERE, TONES, heard, region_words
from pushsvc.web.pages import problem_page
from pushsvc.web.times import moment
from pushsvc.web.words import has_word, say

EVENTS = 20
OUTCOME_TONES = {"new": "good", "changed": "good", "withdrawn": "good", "dead": "bad", "working": "busy"}
_HOURS = 3600


@dataclass(frozen=True)
class SitePage:
    gate: Gate
    zone: ZoneInfo
    followers: Kept[Mapping[str, int]]

    def routes(self) -> list[Route]:
        return [Route(f"{HERE}/{{code}}", self.one)]

    async def one(self, request: Request) -> Response:
        account, reader = await self.gate.account(request, "watch"), reader_of(request)
        async with self.gate.database.read() as tx:
            site = await registry.find_site(tx, request.path_params["code"])
            if site is None:
                return problem_page(request, 404)
            health = next(iter(await site_health(tx, site=site.code)), None)
            shown: dict[str, Any] = {
                "domains": await sent.domains_of(tx, site.code),
                "feeds": self._feeds(health, await directory.feeds_registered(tx, site.code), reader),
                "events": await self._events(tx, site, reader, linked="find" in ALLOWED[account.role]),
                "keys": [self._key(each, reader) for each in await directory.keys_of_site(tx, site.code)],
                "pause": self._pause((await paused_sites.pauses(tx)).get(site.code), reader),
            }
        followers = await self.followers.now()
        return console(
            request, account, HERE, "site.html", site=site, region=region_words(site.region, reader),
            reach=BETWEEN[reader].join(region_words(code, reader) for code in site.reach), between=BETWEEN[reader],
            health=self._health(health, reader), **shown,
            followers=count_of(reader, "people", followers.value.get(site.code, 0)),
            counted_at=self._when(followers.at, reader),
            accounts=await self._accounts(site.code), deeds=_deeds(site, account, paused=bool(shown["pause"])),
        )  # fmt: skip

    def _health(self, health: SiteHealth | None, reader: Language) -> dict[str, Any]:
        now = self.gate.clock.now()
        if health is None:
            words = {"state": say(reader, f"sites.state.{UNCHECKED}"), "rule": say(reader, "sites.rule.unchecked"), "tone": ""}
            return words | {"heard": "", "since": "", "told": "", "checked": ""}
        return {
            "state": say(reader, f"sites.state.{health.state}"), "tone": TONES[health.state],
            "rule": rule_words(health.rule, reader), "heard": heard(health.last_at, now, self.zone, reader),
            "since": self._when(health.since, reader) if health.state != "ok" else "",
            "told": self._when(health.told_at, reader) if health.told_at else "",
            "checked": self._when(health.checked_at, reader),
        }  # fmt: skip

    def _feeds(self, health: SiteHealth | None, registered: Sequence[str], reader: Language) -> list[dict[str, Any]]:
        known = {feed.url: feed for feed in (health.feeds if health else ())}
        return [self._feed(url, known.get(url), reader) for url in registered]

    def _feed(self, url: str, feed: FeedStanding | None, reader: Language) -> dict[str, Any]:
        if feed is None:
            return {"url": url, "state": say(reader, "sites.feed.new"), "tone": "busy", "reason": "", "lines": []}
        every = _every(feed.interval_seconds, reader)
        goes_on = feed.state not in ("refused", "gone")
        following = say(reader, "site.next", when=self._when(feed.due_at, reader), every=every)
        lines = [
            say(reader, "site.polled", when=self._when(feed.polled_at, reader)) if feed.polled_at else "",
            following if goes_on else say(reader, "site.no_next"),
            say(reader, "site.failures", number=feed.failures) if feed.failures else "",
        ]
        return {
            "url": url, "state": say(reader, f"sites.feed.{feed.state}"), "tone": FEED_TONES[feed.state],
            "reason": feed.reason or "", "lines": [line for line in lines if line],
        }  # fmt: skip

    async def _events(self, tx: AsyncConnection, site: Site, reader: Language, *, linked: bool) -> list[dict[str, Any]]:
        found = await sent.events_of(tx, site.code, EVENTS)
        titles = await loading.titles(tx, {each.publication_id for each in found if each.publication_id})
        return [
            {
                "title": titles.get(event.publication_id or "") or event.title or event.url,
                "when": self._when(event.received_at, reader), "origin": _origin(event.origin, reader),
                "href": f"/o/find/{event.event_id}" if linked else "",
                **_outcome(event, await sent.why_dead(tx, event.event_id) if event.outcome is None else "", reader),
            }
            for event in found
        ]  # fmt: skip

    def _key(self, key: directory.KeyLife, reader: Language) -> dict[str, Any]:
        return {
            "made": self._when(key.created_at, reader),
            "revoked": self._when(key.revoked_at, reader) if key.revoked_at else "",
        }

    def _pause(self, pause: paused_sites.SitePause | None, reader: Language) -> dict[str, str]:
        return {"since": self._when(pause.paused_at, reader), "who": pause.who, "why": pause.why} if pause else {}

    async def _accounts(self, code: str) -> list[Account]:
        return [each for each in await accounts.list_accounts(self.gate.database) if each.site == code]

    def _when(self, at: Any, reader: Language) -> str:
        return moment(at, self.zone, reader)


def _every(seconds: int, reader: Language) -> str:
    hours, minutes = round(seconds / _HOURS), round(seconds / 60)
    if seconds < _HOURS:
        return say(reader, "site.every_minutes", number=minutes)
    return say(reader, "site.every_hour" if hours == 1 else "site.every_hours", number=hours)


def rule_words(rule: str, reader: Language) -> str:
    """The rule that decided, as a sentence with its limit: `notices at least every 183 days`."""
    limit = next((each.late.days for each in silence_rules() if each.name == rule), 0)
    return say(reader, f"sites.rule.{rule}", days=limit)


def _outcome(event: Sent, dead: str, reader: Language) -> dict[str, str]:
    outcome = event.outcome or ("dead" if dead else "working")
    return {"outcome": say(reader, f"site.outcome.{outcome}"), "tone": OUTCOME_TONES.get(outcome, "")}


def _origin(origin: str, reader: Language) -> str:
    key = f"site.origin.{origin}"
    return say(reader, key) if has_word(reader, key) else origin


def _deeds(site: Site, account: Account, *, paused: bool) -> list[tuple[str, str]]:
    """What this account may do with the site: (address, key of its words)."""
    if "mend" not in ALLOWED[account.role]:
        return []
    doing = "resume" if paused else "pause"
    return [
        (f"/o/pauses/site/{quote(site.code)}/{doing}", f"pauses.{doing}_site"),
        (address_of(site=site.code), "cancel.title"),
    ]
