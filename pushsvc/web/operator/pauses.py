"""`/o/pauses`: stop telling people by a channel, of a site, or of anything; and go on again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.errors import NotFound
from pushsvc.ledger import site_pause, waits
from pushsvc.operations import paused_channels, paused_sites
from pushsvc.operations.installation import value
from pushsvc.publications import loading
from pushsvc.sites import registry
from pushsvc.sites.registry import Site
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.cancel import address_of
from pushsvc.web.operator.confirming import (
    MOST_WHY,
    Question,
    ask,
    by_channel,
    console,
    count_of,
    done,
    done_words,
    reader_of,
    say_many,
    sentences,
)
from pushsvc.web.operator.mending import Desk
from pushsvc.web.words import say

HERE = "/o/pauses"
_MOST_FOUND = 20
_BETWEEN: Mapping[Language, str] = {"zh": "、", "en": ", "}


class Done(Protocol):
    """What pausing a site did; see `bootstrap/site_pausing.py`."""

    @property
    def new(self) -> bool: ...

    @property
    def people(self) -> int: ...


#: (site, why, who) and (site, who).
PauseSite = Callable[[str, str, str], Awaitable[Done]]
ResumeSite = Callable[[str, str], Awaitable[Done]]


@dataclass(frozen=True)
class PausePages:
    desk: Desk
    pause_site: PauseSite
    resume_site: ResumeSite

    def routes(self) -> list[Route]:
        channel, site = f"{HERE}/channel/{{name}}", f"{HERE}/site/{{site}}"
        return [
            Route(HERE, self.overview),
            Route(f"{HERE}/site", self.find_site),
            Route(f"{channel}/{{doing:str}}", self.ask_channel),
            Route(f"{channel}/pause", self.pause_channel, methods=["POST"]),
            Route(f"{channel}/resume", self.resume_channel, methods=["POST"]),
            Route(f"{site}/{{doing:str}}", self.ask_site),
            Route(f"{site}/pause", self.do_pause_site, methods=["POST"]),
            Route(f"{site}/resume", self.do_resume_site, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        return await self._page(request)

    async def _page(self, request: Request, *, asked: str = "", found: Sequence[Site] = (), status: int = 200) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            paused, sites = await paused_channels.pauses(tx), await paused_sites.pauses(tx)
            names = await loading.site_names(tx, set(sites))
            held = await site_pause.held_by_site(tx) if sites else {}
            restored, stuck = await value(tx, "paused"), await waits.stuck(tx, self.desk.now())
        return console(
            request, account, HERE, "pauses.html", status=status,
            channels=[self._channel(name, paused.get(name), stuck.get(name), reader) for name in CHANNELS],
            some=len(paused) < len(CHANNELS), any=bool(paused), restored=bool(restored),
            sites=[self._site(one, names, held.get(one.site, 0), reader) for one in sites.values()],
            asked=asked, found=[(one, one.code in sites) for one in found], done=done_words(request),
        )  # fmt: skip

    async def find_site(self, request: Request) -> Response:
        """`?site=` a code, or a part of a name: to the question at once where only one is meant."""
        await self.desk.account(request)
        asked = request.query_params.get("site", "").strip()[:100]
        async with self.desk.database.read() as tx:
            exact = await registry.find_site(tx, asked) if asked else None
            named = [one for one in await registry.all_sites(tx) if asked and _is_named(one, asked)] if not exact else [exact]
        return await self._page(request, asked=asked, found=named[:_MOST_FOUND], status=200 if named else 404)

    async def ask_channel(self, request: Request) -> Response:
        account, reader, doing = await self.desk.account(request), reader_of(request), _doing(request)
        name = _channel_of(request)
        async with self.desk.database.read() as tx:
            waiting = await waits.waiting(tx, self.desk.now())
            paused = set(await paused_channels.pauses(tx))
            restored = await value(tx, "paused")
        meant = [one for one in paused_channels.channels_named(name) if (one in paused) == (doing == "resume")]
        if not meant:
            return done(HERE, "already")
        due = {one: waiting[one].due for one in meant}
        names = _BETWEEN[reader].join(say(reader, f"channel.{one}") for one in meant)
        what = sentences(
            say(reader, f"pauses.{doing}_channel_what", names=names),
            say_many(reader, f"pauses.{doing}_channel_now", sum(due.values())) if sum(due.values()) else "",
            say(reader, "pauses.resume_restored") if doing == "resume" and restored else "",
        )
        title = f"pauses.{doing}_all_title" if name == "all" else f"pauses.{doing}_channel_title"
        question = Question(
            say(reader, title, names=names), what, say(reader, f"pauses.{doing}_button"), request.url.path, HERE,
            [(say(reader, f"channel.{one}"), count_of(reader, "messages", due[one])) for one in meant],
            say(reader, "pauses.in_flight") if doing == "pause" else "", why=doing == "pause", danger=doing == "pause",
        )  # fmt: skip
        return ask(request, account, HERE, question)

    async def pause_channel(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, why = await self.desk.account(request), field(form, "why", MOST_WHY)
        name = _channel_of(request)
        new = await paused_channels.pause(self.desk.database, self.desk.gate.clock, name, why=why, who=account.name)
        return done(HERE, "paused" if new else "already")

    async def resume_channel(self, request: Request) -> Response:
        await forms(request).read(request)
        account = await self.desk.account(request)
        again = await paused_channels.resume(self.desk.database, self.desk.gate.clock, _channel_of(request), who=account.name)
        return done(HERE, "resumed" if again else "already")

    async def ask_site(self, request: Request) -> Response:
        account, reader, doing = await self.desk.account(request), reader_of(request), _doing(request)
        async with self.desk.database.read() as tx:
            site = await _registered(tx, request)
            if (site.code in await paused_sites.pauses(tx)) == (doing == "pause"):
                return done(HERE, "already")
            count = site_pause.count_to_hold if doing == "pause" else site_pause.count_held
            people = await count(tx, site.code)
        whole = sum(people.values())
        what = sentences(
            say(reader, f"pauses.{doing}_site_what"),
            say_many(reader, f"pauses.{doing}_site_now", whole) if whole else say(reader, "pauses.site_none"),
        )
        question = Question(
            say(reader, f"pauses.{doing}_site_title", name=site.name), what, say(reader, f"pauses.{doing}_button"),
            request.url.path, HERE, by_channel(reader, people), say(reader, "pauses.in_flight") if doing == "pause" else "",
            why=doing == "pause", danger=doing == "pause",
        )  # fmt: skip
        return ask(request, account, HERE, question)

    async def do_pause_site(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self.desk.account(request)
        async with self.desk.database.read() as tx:
            site = await _registered(tx, request)
        made = await self.pause_site(site.code, field(form, "why", MOST_WHY), account.name)
        return done(HERE, "site_paused" if made.new else "already", made.people)

    async def do_resume_site(self, request: Request) -> Response:
        await forms(request).read(request)
        account = await self.desk.account(request)
        async with self.desk.database.read() as tx:
            site = await _registered(tx, request)
        made = await self.resume_site(site.code, account.name)
        return done(HERE, "site_resumed" if made.new else "already", made.people)

    def _channel(self, name: str, paused: Any, stuck: waits.Stuck | None, reader: Language) -> dict[str, str]:
        return {
            "name": say(reader, f"channel.{name}"),
            "since": self.desk.when(paused.paused_at, reader) if paused else "",
            "why": paused.why if paused else "",
            "stuck": say(reader, "pauses.stuck", when=self.desk.when(stuck.since, reader)) if stuck and not paused else "",
            "stuck_why": stuck.why if stuck else "",
            "href": f"{HERE}/channel/{name}/{'resume' if paused else 'pause'}",
        }

    def _site(self, pause: paused_sites.SitePause, names: Mapping[str, str], held: int, reader: Language) -> dict[str, Any]:
        return {
            "name": names.get(pause.site, pause.site),
            "code": pause.site,
            "since": self.desk.when(pause.paused_at, reader),
            "who": pause.who,
            "why": pause.why,
            "held": say_many(reader, "pauses.held", held),
            "href": f"{HERE}/site/{quote(pause.site)}/resume",
            "cancel": address_of(site=pause.site),
        }


def _doing(request: Request) -> str:
    doing = str(request.path_params["doing"])
    if doing not in ("pause", "resume"):
        raise HTTPException(404)
    return doing


def _channel_of(request: Request) -> str:
    name = str(request.path_params["name"])
    if name != "all" and name not in CHANNELS:
        raise HTTPException(404)
    return name


async def _registered(tx: AsyncConnection, request: Request) -> Site:
    try:
        return await registry.site(tx, request.path_params["site"])
    except NotFound:
        raise HTTPException(404) from None


def _is_named(site: Site, asked: str) -> bool:
    return asked in site.name or asked in site.organisation or site.code.startswith(asked)
