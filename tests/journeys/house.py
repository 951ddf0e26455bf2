"""A whole house in the test's own process: real stages, real deliverers, a real database, and a clock that stands still.

    async with a_house(tmp_path, sqlite_template) as town:
        await town.a_site("5101040001")
        await town.a_citizen("mei", in_="510104", topics=["养老"])
        await town.publish("/1", title="…", text="…")
        await town.settle()
        assert [mail.to for mail in town.mailbox()] == ["mei@mail.example"]

When it closes, it checks of every event that nobody of its funnel is lost or counted twice.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from pushsvc.bootstrap.house import House, open_house
from pushsvc.bootstrap.pages import routes
from pushsvc.channels.mailbox import list_messages
from pushsvc.clock import FixedClock
from pushsvc.ledger.stopping import cancel_for_subscriber
from pushsvc.operations import paused_channels as pauses
from pushsvc.profiles import checking, importing
from pushsvc.profiles.leaving import erase
from pushsvc.settings import Settings, read_settings
from pushsvc.sites import registry
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.operations import paused_channels
from pushsvc.storage.tables.sites import events
from pushsvc.web.app import application
from tests.journeys.engines import Kind, OnEmbedded, Running
from tests.journeys.repeats import Repeats

#: A Monday, 09:00 in Shanghai: outside quiet hours, after the morning's digest.
MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECRET_KEY = "a-secret-key-of-the-tests-0123456789"
SITE = "5101040001"
BASE_URL = "http://push.example"
SETTLES_WITHIN_SECONDS = 20.0
A_WHILE_SECONDS = 1.0
#: What waits for a moment only (a newer version is being read) is waited for by `settle`.
A_MOMENT = timedelta(seconds=5)

usual: Kind = OnEmbedded()
"""What runs a house that does not say: with JOURNEYS_ON=kafka, conftest.py puts the brokers here."""
usual_seed: int | None = None
"""With REPEATS=1 it is 1: then in every house everything comes twice."""

elsewhere: Callable[[], AbstractAsyncContextManager[str]] | None = None
"""Makes the database of a house whose test names a file of SQLite: tests/integration/conftest.py puts PostgreSQL here."""


@dataclass(frozen=True)
class Mail:
    """A message as the mailbox viewer shows it."""

    channel: str
    to: str
    subject: str
    text: str
    html: str
    kind: str
    delivery: str
    publication: str | None
    at: str


def shanghai(written: str) -> datetime:
    """`2026-03-02 09:00` in Shanghai."""
    return (datetime.fromisoformat(written) - timedelta(hours=8)).replace(tzinfo=UTC)


@dataclass
class Town:
    """A running house, and the people and sites of a test."""

    house: House
    clock: FixedClock
    settings: Settings
    service: Running
    kind: Kind
    repeats: Repeats | None = None
    domains: dict[str, str] = field(default_factory=dict)
    may_die: bool = False
    """Whether dead letters are part of the story."""
    _count: itertools.count[int] = field(default_factory=itertools.count)

    # Who lives here

    async def a_site(self, code: str = SITE, *, reach: Sequence[str] = ()) -> str:
        """A registered site. Gives its address, `https://….example`."""
        host = f"www.{code}.example"
        self.domains[code] = host
        line = f'{code},网站{code[:6]},机关{code[:6]},{code[:6]},{host},,"{" ".join(reach)}"'
        await registry.import_sites(
            self.house.database, self.clock, f"code,name,organisation,region,domains,feeds,reach\n{line}\n"
        )
        return f"https://{host}"

    async def a_citizen(
        self,
        name: str = "mei",
        *,
        in_: str = "510104",
        channels: Sequence[str] = ("email",),
        address: Mapping[str, str] | None = None,
        interests: Sequence[Mapping[str, Any]] | None = None,
        language: str = "zh",
        attributes: Mapping[str, Any] | None = None,
        timezone: str = "Asia/Shanghai",
        **preferences: Any,
    ) -> str:
        """An imported subscriber; who does not say what they ask for, asks for "补贴". Gives the id, `name`."""
        number = next(self._count)
        own = {"email": f"{name}@mail.example", "sms": f"1380000{number:04}", "wechat": f"openid-{name}-000000000000000"}
        where = own | dict(address or {})
        consent = {"at": self.clock.now().isoformat(), "source": "hall-form"}
        line = {
            "id": name, "kind": "citizen", "language": language, "timezone": timezone,
            "endpoints": [{"channel": channel, "address": where[channel], "consent": consent} for channel in channels],
            "preferences": {"channels": list(channels), **preferences}, "places": [in_], "attributes": dict(attributes or {}),
            "interests": list(interests or [{"any_of": ["补贴"]}]),
        }  # fmt: skip
        await self.imports([line])
        return name

    async def imports(self, lines: Sequence[Mapping[str, Any]]) -> None:
        raw = [json.dumps(line, ensure_ascii=False).encode() for line in lines]
        await importing.apply(self.house.database, self.house.vault, self.clock, checking.check(raw, self.clock))

    async def erases(self, name: str) -> None:
        """As `pushsvc subscribers erase` does."""
        number = await erase(self.house.database, self.house.vault, self.clock, name)
        async with self.house.database.write() as tx:
            await cancel_for_subscriber(tx, number, self.clock.now())

    # What happens

    async def publish(
        self,
        path: str = "/1",
        *,
        text: str | None = None,
        site: str = SITE,
        event: str = "published",
        webhook_id: str | None = None,
        **said: Any,
    ) -> str:
        """One event of `site` at `path`, a second after whatever was before. Gives the event id; nothing has settled yet."""
        self.clock.advance(timedelta(seconds=1))
        document = {"event": event, "url": f"https://{self.domains[site]}{path}", "published_at": self.clock.now().isoformat()}
        document |= {"content_text": text} if text is not None else {}
        name = webhook_id or f"hook-{next(self._count)}"
        sent = await self.house.intake.send({**document, **said}, site=site, origin="api", webhook_id=name)
        return sent.event_id

    async def withdraw(self, path: str = "/1", *, site: str = SITE) -> str:
        return await self.publish(path, site=site, event="withdrawn")

    async def tells(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        """Publish, settle, and give the funnel."""
        event = await self.publish(*arguments, **named)
        await self.settle()
        return await self.funnel(event)

    async def pauses(self, channel: str) -> None:
        await pauses.pause(self.house.database, self.clock, channel)

    async def resumes(self, channel: str) -> None:
        await pauses.resume(self.house.database, self.clock, channel)
        self.service.deliverer.ring()

    # Time

    async def planned(self) -> None:
        """Every record was read; what is due may not have left yet."""
        await self.service.drained()
        while self.repeats and await self.repeats.ended():
            await self.service.drained()

    async def settle(self) -> None:
        """Every record was read, and nothing is on its way that may leave at this hour."""
        began = time_passes_at = asyncio.get_running_loop().time()
        while True:
            await self.planned()
            soon = await self._on_its_way()
            if soon is None and await self.service.idle():
                return
            if soon is not None and soon > self.clock.now():
                self.clock.set(soon)
            now = asyncio.get_running_loop().time()
            assert now < began + SETTLES_WITHIN_SECONDS, f"not settled: {await self._rows()}"
            if now > time_passes_at + A_WHILE_SECONDS:
                # Somebody waits for time itself: a sender whose provider asked it to slow down, for its next token.
                self.clock.advance(timedelta(seconds=now - time_passes_at))
                time_passes_at = now
            self.service.deliverer.ring()
            await asyncio.sleep(0.002)

    async def advance(self, to: datetime | str | None = None, **by: float) -> None:
        """Let time pass (to an instant, to `2026-03-03 08:30` in Shanghai, or by `hours=3`), stopping wherever something
        falls due on the way."""
        await self.settle()
        until = shanghai(to) if isinstance(to, str) else to or self.clock.now() + timedelta(**by)
        while (falls_due := await self._next(until)) is not None:
            self.clock.set(max(falls_due, self.clock.now()))
            await self.service.timekeeper.once()
            await self.settle()
        self.clock.set(max(until, self.clock.now()))
        await self.service.timekeeper.once()
        await self.settle()

    async def restart(self) -> None:
        """Stop everything, and start it again on the same database, as after an update."""
        await self.service.stop()
        await self.start_again()

    async def start_again(self) -> None:
        """A new service on the same database."""
        self.service = self.kind.service(self.house)
        self.service.lately.every_seconds = 0.0  # a journey asks at once for what it has just published
        if self.repeats:
            engine = self.service.stages_of
            engine.stages = tuple(map(self.repeats.around, engine.stages))
        await self.service.start()

    # What is there to see

    async def mailbox(self, to: str | None = None) -> list[Mail]:
        """What the viewer took, oldest first; `to` is a subscriber's name or an address."""
        async with self.house.database.read() as tx:
            found = await list_messages(tx, self.house.vault, 1_000)
        mails = [Mail(**{name: message[name] for name in Mail.__dataclass_fields__}) for message in reversed(found)]
        return [mail for mail in mails if to is None or mail.to in (to, f"{to}@mail.example")]

    async def funnel(self, event_id: str) -> dict[str, Any]:
        found = await self.house.funnel(event_id)
        assert found is not None, event_id
        return dict(found)

    async def trace(self, subscriber: str, event: str) -> dict[str, Any]:
        async with self.house.database.read() as tx:
            found = await self.house.trace_pair(tx, subscriber, event)
        assert found is not None
        return dict(found)

    async def post(self, url: str, form: str = "List-Unsubscribe=One-Click") -> int:
        """A form is sent to one of the service's own pages, without a socket. Gives the status."""
        return (await self._post(url, form))[0]

    async def stop_token(self, url: str) -> str:
        """Press the one button of an unsubscribe page. Gives the token by which that stop can be undone."""
        found = re.search(r'name="stop" value="([^"]+)"', (await self._post(url, ""))[1])
        assert found
        return found[1]

    async def _post(self, url: str, form: str) -> tuple[int, str]:
        return await self.request("POST", url, form.encode(), {"content-type": "application/x-www-form-urlencoded"})

    async def request(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """A request to the service's own routes, without a socket. Gives status and body."""
        app = application(routes(self.house, self.service, dev=True), self.house.vault)
        answers: list[Any] = []
        where = urlsplit(url)
        named = [(b"host", b"push.example"), *((name.encode(), value.encode()) for name, value in (headers or {}).items())]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": where.path, "raw_path": where.path.encode(), "query_string": where.query.encode(), "root_path": "",
            "headers": named, "client": ("127.0.0.1", 1), "server": ("push.example", 80), "state": {},
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            answers.append(message)

        await app(scope, receive, send)
        return int(answers[0]["status"]), b"".join(answer.get("body", b"") for answer in answers).decode()

    async def check_the_books(self) -> None:
        """CONTRACT's sums hold for every event, each event ends, and no record died that was not meant to."""
        async with self.house.database.read() as tx:
            ids = (await tx.execute(sa.select(events.c.event_id))).scalars().all()
            died = (await tx.execute(sa.select(dead_letters.c.stage, dead_letters.c.reason))).all()
        for event_id in ids:
            adds_up(await self.funnel(event_id))
        assert self.may_die or not died, died

    async def _on_its_way(self) -> datetime | None:
        """The moment at which the first of what may leave by itself leaves; None: nothing does soon."""
        row = deliveries.c
        now = self.clock.now()
        paused = sa.exists().where(paused_channels.c.channel.in_([row.channel, sa.literal("all")])).correlate(deliveries)
        ready = sa.or_(
            row.claim.is_not(None),
            sa.and_(row.state == "planned", row.held != "release", ~paused, row.due_at <= now),
            sa.and_(row.state == "unknown", row.ended_at.is_(None), ~paused, row.due_at <= now),
        )
        # Put off for a moment by the late check, not tried and not held for an hour of the day.
        put_off = sa.and_(row.state == "planned", row.held == "", row.tries == 0, ~paused, row.due_at <= now + A_MOMENT)
        async with self.house.database.read() as tx:
            found: datetime | None = (
                await tx.execute(sa.select(sa.func.min(row.due_at)).where(sa.or_(ready, put_off)))
            ).scalar()
        return found

    async def _next(self, until: datetime) -> datetime | None:
        now, row = self.clock.now(), deliveries.c
        waits = sa.or_(row.state == "planned", sa.and_(row.state == "unknown", row.ended_at.is_(None)))
        async with self.house.database.read() as tx:
            due = (await tx.execute(sa.select(sa.func.min(row.due_at)).where(waits, row.due_at > now))).scalar()
            remind = (await tx.execute(sa.select(sa.func.min(notices.c.remind_at)).where(notices.c.remind_at > now))).scalar()
        found = [moment for moment in (due, remind) if moment is not None and moment <= until]
        return min(found, default=None)

    async def _rows(self) -> list[Any]:
        async with self.house.database.read() as tx:
            wanted = sa.select(deliveries.c.state, deliveries.c.held, deliveries.c.due_at, deliveries.c.claim, deliveries.c.why)
            return [tuple(row) for row in await tx.execute(wanted)]


def adds_up(funnel: Mapping[str, Any]) -> None:
    """CONTRACT: matched + changed = planned + suppressed; everybody planned stands in exactly one place."""
    by_channel = sum(sum(funnel[name].values()) for name in ("accepted", "delivered", "failed", "unknown"))
    assert funnel["matched"] + funnel["changed"] == funnel["planned"] + sum(funnel["suppressed"].values()) or (
        funnel["outcome"] == "test" and funnel["planned"] == 0 and not funnel["suppressed"]
    ), funnel
    assert funnel["planned"] == funnel["held"] + by_channel + funnel["cancelled"] + funnel["pending"], funnel
    assert funnel["state"] in ("done", "no_audience", "dead") or funnel["pending"], funnel
    assert all(count > 0 for name in ("suppressed", "accepted", "failed") for count in funnel[name].values()), funnel


@asynccontextmanager
async def a_house(
    database_url: str,
    home: Path,
    *,
    at: datetime = MONDAY_MORNING,
    kind: Kind | None = None,
    seed: int | None = None,
    **given: Any,
) -> AsyncIterator[Town]:
    """A house that works, on a database with the schema made. `given` are settings; with a `seed` everything comes twice."""
    clock, kind, seed = FixedClock(at), kind or usual, usual_seed if seed is None else seed
    given = {"secret_key": SECRET_KEY, "base_url": BASE_URL, **kind.settings(), **given}
    somewhere = elsewhere() if elsewhere and database_url.startswith("sqlite") else nullcontext(database_url)
    async with somewhere as url, AsyncExitStack() as stack:
        settings = read_settings(None, home=home, database_url=url, **given)
        house = await stack.enter_async_context(open_house(settings, clock, patient=True, needs_broker=True))
        repeats = None if seed is None else Repeats(house, random.Random(seed))
        town = Town(house, clock, settings, kind.service(house), kind, repeats)
        await town.start_again()
        try:
            yield town
            await town.settle()
            await town.check_the_books()
        finally:
            await town.service.stop()
