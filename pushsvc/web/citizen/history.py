"""`/me/history`: what I was told, when, by which channel, and what became of it. `/me/open`: what can still be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.clock import Clock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Lately, Links
from pushsvc.domain.subscribers import CHANNELS, Channel, Profile
from pushsvc.domain.time import Instant
from pushsvc.ledger.history import SHOWS, Line, Other, Show, history
from pushsvc.profiles.reading import profiles_of
from pushsvc.web.citizen.open_now import still_open
from pushsvc.web.gate import Gate, SignInFirst
from pushsvc.web.pages import page
from pushsvc.web.readers import default_language, language_of
from pushsvc.web.times import day, moment
from pushsvc.web.words import say

MOST_OPEN = 50
ZoneOf = Callable[[AsyncConnection, int], Awaitable[ZoneInfo]]
_GOOD, _BUSY, _BAD = ("delivered", "accepted"), ("planned", "claimed"), ("failed",)


@dataclass(frozen=True)
class HistoryPages:
    gate: Gate
    links: Links
    lately: Lately
    clock: Clock
    zone_of: ZoneOf

    def routes(self) -> list[Route]:
        return [Route("/me/history", self.history), Route("/me/open", self.open)]

    async def history(self, request: Request) -> Response:
        person = await self.gate.citizen(request)
        reader = language_of(request, default_language(request))
        asked = request.query_params
        show: Show = next((each for each in SHOWS if each == asked.get("show")), "all")
        channel: Channel | None = next((each for each in CHANNELS if each == asked.get("channel")), None)
        async with self.gate.database.read() as tx:
            await _profile(tx, person)
            zone = await self.zone_of(tx, person)
            found = await history(tx, person, show=show, channel=channel, after=asked.get("after", "")[:80])
        kept: dict[str, str] = {"show": show if show != "all" else "", "channel": channel or ""}
        return page(
            request, "history.html", lines=[self._line(line, reader, zone) for line in found.lines],
            shows=[
                (_query(kept, show="" if each == "all" else each), say(reader, f"history.show.{each}"), each == show)
                for each in SHOWS
            ],
            channels=[
                (_query(kept, channel=each), say(reader, f"history.channel.{each or 'all'}"), each == kept["channel"])
                for each in ("", *CHANNELS)
            ],
            before=_query(kept) if asked.get("after") else "", after=_query(kept, after=found.after) if found.after else "",
        )  # fmt: skip

    async def open(self, request: Request) -> Response:
        person = await self.gate.citizen(request)
        reader = language_of(request, default_language(request))
        async with self.gate.database.read() as tx:
            zone = await self.zone_of(tx, person)
            profile = await _profile(tx, person)
        today = self.clock.now().astimezone(zone).date()
        items = await still_open(self.lately, profile, reader, today, most=MOST_OPEN)
        return page(request, "open.html", open_now=items)

    def _line(self, line: Line, reader: Language, zone: ZoneInfo) -> dict[str, Any]:
        wording = line.summary.wording(reader) if line.summary else None
        language = (
            reader if line.summary and reader in line.summary.wordings else line.summary.language if line.summary else "zh"
        )
        return {
            "kind": line.kind,
            "headline": (wording.headline if wording else "") or line.title or line.url,
            "language": language,
            # The headline of another language says little: the document's own title tells it from others.
            "title": line.title if line.summary and line.summary.language != reader else "",
            "title_language": line.summary.language if line.summary else "zh",
            "site_name": line.site_name,
            "at": {"iso": line.at.astimezone(zone).date().isoformat(), "said": moment(line.at, zone, reader)},
            "page": self._page(line.delivery_id),
            "by": say(reader, f"history.by.{'digest.' if line.in_digest else ''}{line.channel}") if line.channel else "",
            "state": say(reader, f"history.state.{line.state}"),
            "look": "good" if line.state in _GOOD else "busy" if line.state in _BUSY else "bad" if line.state in _BAD else "",
            "note": _note(line, reader, zone),
            "earlier": self._others(line.earlier[-1:], reader, zone),
            "later": self._others(line.later, reader, zone),
        }

    def _others(self, others: Sequence[Other], reader: Language, zone: ZoneInfo) -> list[dict[str, str]]:
        return [
            {"kind": other.kind, "day": day(other.at.astimezone(zone).date(), reader), "page": self._page(other.delivery_id)}
            for other in others
        ]

    def _page(self, delivery_id: str | None) -> str:
        """The path of the message's page: the address in a message has the service's own name before it."""
        return f"/m/{self.links.message_page(delivery_id).rpartition('/m/')[2]}" if delivery_id else ""


async def _profile(tx: AsyncConnection, person: int) -> Profile:
    """Raises SignInFirst for a session whose person was erased meanwhile."""
    for profile in await profiles_of(tx, [person]):
        return profile
    raise SignInFirst("/enter")


def _note(line: Line, reader: Language, zone: ZoneInfo) -> str:
    """Why it waits, or why it did not come; "" for what arrived."""
    if line.state in _BUSY:
        return say(reader, f"history.held.{line.held}", when=_when(line.due_at, zone, reader)) if line.held else ""
    if line.state == "failed":
        return say(reader, f"history.failed.{line.channel}")
    if line.state == "suppressed" and line.suppressed:
        return say(reader, f"history.suppressed.{line.suppressed}")
    return ""


def _when(at: Instant | None, zone: ZoneInfo, reader: Language) -> str:
    return moment(at, zone, reader) if at else ""


def _query(kept: dict[str, str], **changes: str) -> str:
    said = {name: value for name, value in {**kept, **changes}.items() if value}
    return f"/me/history?{urlencode(said)}" if said else "/me/history"
