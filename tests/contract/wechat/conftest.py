"""A stand: our carrier, and the fake of api.weixin.qq.com that it talks to, on each database."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Literal, cast

import pytest

from pushsvc.bootstrap.wechat import CountedConsents
from pushsvc.channels.http_calls import HttpCalls
from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.api import WeChatApi
from pushsvc.channels.wechat.carrier import WeChatCarrier
from pushsvc.channels.wechat.templates import Template, Templates
from pushsvc.channels.wechat.tokens import AccessTokens
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.wechat import FakeWeChat
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.standing import Standing
from pushsvc.profiles import wechat
from pushsvc.profiles.agreeing import give_consent
from pushsvc.settings.providers import provider_urls
from pushsvc.storage.database import Database
from pushsvc.storage.tables.profiles import subscribers
from pushsvc.storage.vault import Vault

OPENID = "otFpruAK8D-E6EfStSYonYSBZ8_4"
#: The tests that hang wait so long, where the service waits 4.5 s.
PATIENCE_SECONDS = 0.6
FULL, SHORT, ONCE, LONG_TERM, NOTICE, ALWAYS = (
    f"tpl-{name}-{'0' * 30}" for name in ("full", "short", "once", "long", "notice", "always")
)
NUMBERS = itertools.count(1)
_OF = ("new", "correction")


@dataclass
class Book:
    """Providers as the operators' book keeps them, in memory."""

    paused: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)

    async def standing(self) -> Standing:
        return Standing(paused=frozenset(self.paused), stopped={"wechat": frozenset(self.stopped)})

    async def pause(self, provider: str, why: str) -> None:
        self.paused.append(provider)

    async def stop_template(self, provider: str, template: str, code: str, why: str) -> None:
        self.stopped[template] = code


@dataclass
class Stand:
    fake: FakeWeChat
    carrier: WeChatCarrier
    book: Book
    clock: FixedClock
    database: Database
    vault: Vault
    numbers: itertools.count[int] = field(default_factory=lambda: NUMBERS)

    def a_message(self, *, to: str = OPENID, in_doubt_since: datetime | None = None, **slots: str) -> Message:
        known = {"matter": "适老化改造补贴", "note": "带身份证到街道办事处申请", "url": "https://push.example/m/t0ken", **slots}
        return Message(
            f"dlv_{next(self.numbers):032x}", "wechat", to, "zh", "new", "", "", slots=known, in_doubt_since=in_doubt_since
        )

    async def send(self, message: Message | None = None) -> SendResult:
        return await (await self.carrier.connect()).send(message or self.a_message())

    async def agrees(self, many: int, template: str = ONCE, openid: str = OPENID) -> None:
        """The person taps 同意, and WeChat and we both know it."""
        self.fake.agreed[openid, template] = self.fake.agreed.get((openid, template), 0) + many
        async with self.database.write() as tx:
            assert await wechat.add(tx, self.vault, openid, template, many, self.clock.now())

    async def left(self, template: str = ONCE) -> int | None:
        async with self.database.read() as tx:
            kept = await wechat.quotas_of(tx, range(100))
        return next((quotas.get(template) for quotas in kept.values()), None)


Open = Callable[..., Any]


@pytest.fixture
async def open_stand(database: Database, vault: Vault, clock: FixedClock) -> AsyncIterator[Open]:
    """`await open_stand("official" | "mini", secret=…, fake=…)`: a second one on the same fake is another process."""
    async with AsyncExitStack() as stack:

        async def opened(
            kind: Literal["official", "mini"] = "official",
            *,
            fake: FakeWeChat | None = None,
            url: str = "",
            call_seconds: float = PATIENCE_SECONDS,
            approved: tuple[Template, ...] | None = None,
        ) -> Stand:
            if fake is None:
                fake = a_fake(kind, clock)
                await fake.start()
                stack.push_async_callback(fake.stop)
                await a_person(database, vault, clock)
            where = provider_urls(url or fake.url, ("wechat",))[0]
            account = Account.of(where)
            calls = HttpCalls("wechat", f"http://127.0.0.1:{where.port}", call_seconds=call_seconds)
            api = WeChatApi(account, calls, AccessTokens(account, calls, database, vault, clock), clock)
            book = Book()
            consents = CountedConsents(cast("Any", SimpleNamespace(database=database, vault=vault, clock=clock)))
            carrier = WeChatCarrier(api, Templates(TEMPLATES if approved is None else approved), book, consents, clock)
            stack.push_async_callback(carrier.close)
            return Stand(fake, carrier, book, clock, database, vault)

        yield opened


@pytest.fixture
async def stand(open_stand: Open) -> Stand:
    """An official account."""
    opened: Stand = await open_stand("official")
    return opened


@pytest.fixture
async def notices(open_stand: Open) -> Stand:
    """An official account that sends by subscription notices alone."""
    opened: Stand = await open_stand("official", approved=NOTICES)
    return opened


@pytest.fixture
async def mini(open_stand: Open) -> Stand:
    """A mini-program."""
    opened: Stand = await open_stand("mini")
    return opened


TEMPLATES = (
    Template("full", FULL, "official", _OF, "zh", {"thing1": "matter", "date2": "day", "amount3": "amount"}),
    Template("short", SHORT, "official", _OF, "zh", {"thing1": "matter", "thing2": "note"}),
    Template("once", ONCE, "subscribe", ("new",), "zh", {"thing1": "matter", "thing2": "note"}, page="pages/web?url={url}"),
    Template("long", LONG_TERM, "long_term", ("correction",), "zh", {"thing1": "matter"}, page="pages/web?url={url}"),
)

NOTICES = (
    Template("notice", NOTICE, "notice", ("new",), "zh", {"thing1": "matter", "thing2": "note"}),
    Template("always", ALWAYS, "notice_long_term", ("new", "correction"), "zh", {"thing1": "matter"}),
)
"""Subscription notices of an official account."""


def a_fake(kind: Literal["official", "mini"], clock: FixedClock) -> FakeWeChat:
    fake = FakeWeChat(kind=kind, clock=lambda: clock.now().timestamp())
    fake.approve(FULL, "thing1", "date2", "amount3")
    fake.approve(SHORT, "thing1", "thing2")
    fake.approve(ONCE, "thing1", "thing2", counted=True)
    fake.approve(LONG_TERM, "thing1")
    fake.approve(NOTICE, "thing1", "thing2", counted=True, notice=True)
    fake.approve(ALWAYS, "thing1", notice=True)
    return fake


async def a_person(database: Database, vault: Vault, clock: FixedClock) -> None:
    now = clock.now()
    row = {
        "subscriber_no": 1, "subscriber_id": "mei", "kind": "citizen", "language": "zh", "timezone": None, "preferences": {},
        "places": [], "industries": [], "attributes": {}, "created_at": now, "changed_at": now,
    }  # fmt: skip
    async with database.write() as tx:
        await tx.execute(subscribers.insert().values(row))
        await give_consent(tx, vault, 1, "wechat", OPENID, now, "form")
