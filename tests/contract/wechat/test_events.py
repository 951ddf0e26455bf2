"""What people do, told by several calls at once: WeChat repeats a call that it thinks was not heard."""

from __future__ import annotations

import asyncio
import random

import sqlalchemy as sa

from pushsvc.domain.receipts import Event
from pushsvc.profiles import wechat
from pushsvc.storage.tables.profiles import endpoints
from pushsvc.streams.wechat_events import WeChatEvents
from tests.contract.wechat.conftest import ONCE, OPENID, Stand


async def take(stand: Stand, *events: Event) -> None:
    async with stand.database.write(first=True) as tx:
        await WeChatEvents(stand.vault)(tx, "wechat", events, stand.clock.now())


async def test_the_same_events_in_many_calls_at_once_count_once_and_nobody_deadlocks(stand: Stand) -> None:
    events = [Event("agreed", OPENID, f"e{number}", template=ONCE, many=1) for number in range(5)]
    events.append(Event("left", OPENID, "gone"))
    dice = random.Random(5)
    async with asyncio.timeout(20):
        await asyncio.gather(*(take(stand, *dice.sample(events, len(events))) for _ in range(8)))
    assert await stand.left() == 5
    async with stand.database.read() as tx:
        assert await tx.scalar(sa.select(endpoints.c.withdrawn_at)) is not None


async def test_one_code_scanned_by_many_at_once_joins_one(stand: Stand) -> None:
    async with stand.database.write() as tx:
        scene = await wechat.begin(tx, 1, stand.clock.now(), random.Random(1).randbytes)
    async with asyncio.timeout(20):
        await asyncio.gather(
            *(take(stand, Event("scanned", f"openid-{number}", f"s{number}", scene=scene.words)) for number in range(6))
        )
    async with stand.database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(endpoints)) == 2
        assert await wechat.binding_state(tx, 1, scene.words, stand.clock.now()) == "joined"


async def test_an_agreement_of_somebody_unknown_and_an_unknown_scene_change_nothing(stand: Stand) -> None:
    await take(stand, Event("agreed", "oNobody", "1", template=ONCE), Event("scanned", "oNobody", "2", scene="nothing"))
    await take(stand, Event("left", "oNobody", "3"), Event("subscribed", "oNobody", "4"))
    assert await stand.left() is None
