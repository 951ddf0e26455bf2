"""Two deliver workers, one rate, one Redis, killed in the middle: slower for a while, nothing lost, nobody is told twice."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pushsvc.channels.email import Sender, SmtpCarrier
from pushsvc.channels.rendering import Renderer
from pushsvc.clock import FixedClock, SystemClock
from pushsvc.domain.ports import Shared
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.settings.providers import smtp_relays
from pushsvc.storage.database import Database
from pushsvc.storage.shared import open_shared
from pushsvc.storage.shared.guarded import SAFE_SHARE
from pushsvc.storage.vault import Vault
from pushsvc.streams.deliver import Deliverer
from tests.conftest import SECRET_KEY
from tests.services.redis import redis_server
from tests.services.smtp import SmtpServer
from tests.unit.post_office import Bell, PlainLinks, PostOffice

PEOPLE, A_SECOND = 160, 40.0


def worker(office: PostOffice, server: SmtpServer, shared: Shared, rates: dict[str, float]) -> Deliverer:
    carrier = SmtpCarrier(smtp_relays(server.url), Sender("push@gov.example"), office.clock, connections=2, send_seconds=5.0)
    writer = OutcomeWriter(office.database, Bell(), office.clock, LedgerLateCheck(office.clock))
    return Deliverer(
        office.database, [carrier], writer, Renderer(), PlainLinks(), office.contacts, office.clock,
        alone=False, sweep_seconds=0.2, shared=shared, rates=rates,
    )  # fmt: skip


@asynccontextmanager
async def two_workers(
    office: PostOffice, server: SmtpServer, redis_url: str, **rates: float
) -> AsyncIterator[list[tuple[Deliverer, Shared]]]:
    """As two processes would be, not yet started."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(2):
            shared = open_shared(redis_url, SystemClock(), SECRET_KEY)
            stack.push_async_callback(shared.close)
            assert await shared.look() == "ok"
            made.append((worker(office, server, shared, rates), shared))
            stack.push_async_callback(made[-1][0].stop)
        yield made


async def until_count(server: SmtpServer, count: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while len(server.messages) < count:
        assert time.monotonic() < end, f"{len(server.messages)} of {count} messages"
        await asyncio.sleep(0.02)


async def test_redis_is_killed_while_two_workers_send(
    database: Database, clock: FixedClock, vault: Vault, smtp_server: SmtpServer
) -> None:
    office = PostOffice(database, clock, vault)
    await office.publish()
    await office.people(PEOPLE)
    await office.plan(*range(1, PEOPLE + 1))
    with redis_server() as redis:
        async with two_workers(office, smtp_server, redis.url, email=A_SECOND) as two:
            begun = time.monotonic()
            for deliverer, _ in two:
                await deliverer.start()
            await until_count(smtp_server, 60, 20)
            redis.kill()
            await asyncio.sleep(1.5)
            assert all("does not listen" in shared.state() for _, shared in two)
            meanwhile = len(smtp_server.messages)
            await asyncio.to_thread(redis.revive)
            await until_count(smtp_server, PEOPLE, 20)
            seconds = time.monotonic() - begun
            assert all(shared.state() == "ok" for _, shared in two)
    assert meanwhile < 60 + 2 * SAFE_SHARE * A_SECOND * 2.5 + 20  # as said, and not at full speed
    most = A_SECOND * (seconds + 1) + 2 * SAFE_SHARE * A_SECOND + 16
    assert most >= PEOPLE, f"all were sent within {seconds:.1f} s"
    assert await office.states() == {"accepted": PEOPLE}
    assert set(Counter(received.to[0] for received in smtp_server.messages).values()) == {1}


async def test_what_one_worker_was_told_by_the_provider_slows_the_other(
    database: Database, clock: FixedClock, vault: Vault, smtp_server: SmtpServer, redis_url: str
) -> None:
    office = PostOffice(database, clock, vault)
    await office.publish()
    await office.people(6)
    smtp_server.refuse(421, "4.7.0 too many messages", at="mail", times=1)
    async with two_workers(office, smtp_server, redis_url) as ((first, _), (second, heard)):
        await office.plan(1)
        await first.start()
        for _ in range(500):
            if (await heard.ease("email", 0)).pause_seconds:
                break
            await asyncio.sleep(0.02)
        await office.plan(2, 3, 4)
        await second.start()
        await asyncio.sleep(1.5)  # the provider named no pause: ours are five seconds
        assert smtp_server.messages == []
        await until_count(smtp_server, 3, 20)
