"""A source that people follow fell silent: they hear of it once, in one message for all such sources together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc import resources
from pushsvc.channels.service import ServiceMessage, put
from pushsvc.clock import Clock
from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import ENGLISH_MONTHS, Language
from pushsvc.domain.subscribers import Endpoint, Recipient
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import end_of_quiet_hours, habits
from pushsvc.profiles.recipients import contacts
from pushsvc.profiles.site_followers import site_followers
from pushsvc.sites.health import Silence, check_sites, note_told
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.vault import Vault
from pushsvc.streams.timekeeper import Duty
from pushsvc.telemetry import log

CHECK_EVERY_SECONDS = 3600.0
KIND = "silent"
#: Nobody is woken for this, and it is no news: it goes out in the middle of the day, in the installation's zone.
_FROM, _UNTIL = time(10, 0), time(19, 0)
_OF_USE = timedelta(days=2)
_PIECE = 500
_MOST_NAMED = 10
_MOST_OF_A_NAME = 20

Recipients = Callable[[AsyncConnection, Collection[int]], Awaitable[Mapping[int, Recipient]]]


class SilentSources:
    """Checks the sites; in the middle of the day, tells the followers of those that fell silent."""

    def __init__(
        self, database: Database, vault: Vault, clock: Clock, recipients: Recipients, zone: ZoneInfo, page: str
    ) -> None:
        """`page`: the address where a person sees and changes what they follow."""
        self._database, self._vault, self._clock, self._recipients = database, vault, clock, recipients
        self._zone, self._page = zone, page

    def duty(self) -> Duty:
        return Duty("see how the sites are", CHECK_EVERY_SECONDS, self.look)

    async def look(self) -> int:
        """Gives how many people will hear of a silence now."""
        silences = await check_sites(self._database, self._clock)
        now = self._clock.now()
        if not silences or not _FROM <= now.astimezone(self._zone).time() < _UNTIL:
            return 0
        by_site = {each.site: each for each in silences}
        async with self._database.read() as tx:
            followers = await site_followers(tx, by_site)
        told, numbers = 0, sorted(followers)
        for start in range(0, len(numbers), _PIECE):
            theirs = {number: followers[number] for number in numbers[start : start + _PIECE]}
            async with self._database.write() as tx:
                told += await self._tell(tx, theirs, by_site, now)
        async with self._database.write() as tx:
            await note_told(tx, by_site, now)
        log.info("sites fell silent", sites=len(by_site), people=told)
        return told

    async def _tell(
        self, tx: Transaction, followers: Mapping[int, set[str]], silences: Mapping[str, Silence], now: Instant
    ) -> int:
        people = await self._recipients(tx, followers)
        chosen = {number: road for number, person in people.items() if (road := _road(person, now))}
        addresses = await contacts(tx, self._vault, [road.endpoint_id for road in chosen.values()])
        told = 0
        for number, road in sorted(chosen.items()):
            if road.endpoint_id not in addresses:
                continue
            theirs = sorted((silences[site] for site in followers[number]), key=lambda each: each.last_at)
            message = self._message(people[number], road, addresses[road.endpoint_id], theirs, now)
            told += await put(tx, self._vault, message, now, subscriber_no=number)
        return told

    def _message(
        self, person: Recipient, road: Endpoint, address: str, silences: Sequence[Silence], now: Instant
    ) -> ServiceMessage:
        # Named after the day: a repeat after a crash, with one source more, must not tell the others again.
        today = now.astimezone(self._zone).date()
        return ServiceMessage(
            derived_id("srv", KIND, person.subscriber_no, today.isoformat()), KIND, road.channel, address, person.language,
            {**_words(person.language, silences, self._zone), "link": self._page}, now + _OF_USE,
        )  # fmt: skip


def _road(person: Recipient, now: Instant) -> Endpoint | None:
    """Email first: it can wait, and costs nobody anything. Nobody who rests, or has quiet hours now, is written to."""
    if person.paused_until and person.paused_until > now:
        return None
    awake = [
        each
        for each in person.endpoints
        if end_of_quiet_hours(now, habits(person.preferences, each.channel, person.timezone)) <= now
    ]
    return min(awake, key=lambda each: each.channel != "email", default=None)


def _words(language: Language, silences: Sequence[Silence], zone: ZoneInfo) -> dict[str, str]:
    """What the template is filled with: `names` for a heading, `list` with a line for each source."""
    say = resources.words(f"service/{language}/{KIND}.toml")
    first, count = silences[0].name, len(silences)
    # In a heading, and in an SMS of seventy characters.
    first = first if len(first) <= _MOST_OF_A_NAME else f"{first[: _MOST_OF_A_NAME - 1]}…"
    lines = [
        say["line"].format(site=each.name, date=_day(say["date"], each.last_at.astimezone(zone).date()))
        for each in silences[:_MOST_NAMED]
    ]
    if count > _MOST_NAMED:
        lines.append(say["more"].format(count=count - _MOST_NAMED))
    names = say["one" if count == 1 else "several"].format(first=first, count=count, others=count - 1)
    return {"names": names, "list": "\n".join(lines)}


def _day(pattern: str, day: date) -> str:
    return pattern.format(year=day.year, month=day.month, day=day.day, month_name=ENGLISH_MONTHS[day.month - 1])
