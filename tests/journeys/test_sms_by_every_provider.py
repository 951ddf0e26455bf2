"""The whole way by each of the five kinds of providers, against their strict fakes: sent, billed, receipt, answered."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc import resources
from pushsvc.bootstrap.fakes import approve
from pushsvc.bootstrap.sms import callback_key
from pushsvc.channels.rendering.words import say
from pushsvc.channels.sms.template_files import load
from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.demo.fakes.cmpp import FakeCmpp
from pushsvc.demo.fakes.smpp import FakeSmpp
from pushsvc.demo.fakes.sms_house import SmsHouse
from pushsvc.demo.fakes.tencent import FakeTencent
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.providers import charges
from tests.journeys.house import BASE_URL, Town, a_house
from tests.journeys.publications import a_subsidy, another_subsidy

SIGN = say("zh", "signature")


@dataclass
class Street:
    """The town and the one provider that carries its SMS."""

    town: Town
    fake: Any
    name: str

    def texts(self) -> list[tuple[str, str]]:
        """(number, what the phone shows)."""
        if isinstance(self.fake, SmsHouse):
            return [(f"+86{taken.number[-11:]}", f"【{taken.sign}】{taken.text}") for taken in self.fake.sent]
        return [(f"+{to.lstrip('+')}", words) for to, words in self.fake.texts]

    async def receipts(self) -> None:
        """All that became of what was sent reaches us."""
        if isinstance(self.fake, SmsHouse):
            key = callback_key(self.town.house, self.name)
            for taken in self.fake.sent:
                taken.state, taken.code, taken.told_at = "delivered", self.fake.success_code, self.town.clock.now()
                body = json.dumps(self.fake.receipt_body(taken)).encode()
                status, _ = await self.town.request("POST", f"/api/v1/receipts/{self.name}?key={key}", body)
                assert status == 200
        else:
            async with asyncio.timeout(10):
                while await self.waiting():
                    await asyncio.sleep(0.02)
        await self.town.settle()

    async def waiting(self) -> int:
        async with self.town.house.database.read() as tx:
            return int(await tx.scalar(sa.select(sa.func.count()).where(deliveries.c.state == "accepted")) or 0)

    async def answers(self, number: str, words: str) -> None:
        if isinstance(self.fake, SmsHouse):
            key = callback_key(self.town.house, self.name)
            body = json.dumps(self.fake.reply_body(number.removeprefix("+86"), words), ensure_ascii=False).encode()
            assert (await self.town.request("POST", f"/api/v1/receipts/{self.name}?key={key}", body))[0] == 200
        else:
            await self.fake.text(number.removeprefix("+"), words)
            await asyncio.sleep(0.1)
        await self.town.settle()


def a_fake(name: str) -> Any:
    """Each with the clock of the machine, but for those that check when a request was signed."""
    match name:
        case "aliyun":
            return FakeAliyun("LTAItests", "a+secret/of=tests", sign=SIGN)
        case "tencent":
            return FakeTencent("AKIDtests", "a+secret/of=tests", sign=SIGN)
        case "smpp":
            return FakeSmpp(receipt_after_seconds=0.05)
        case _:
            return FakeCmpp(receipt_after_seconds=0.05)


@pytest.fixture(params=["aliyun", "tencent", "smpp", "cmpp"])
async def street(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Street]:
    fake = a_fake(request.param)
    if isinstance(fake, SmsHouse):
        texts = load(resources.templates_root() / "sms" / "approved", BASE_URL)
        both = {"aliyun": FakeAliyun("x", "y"), "tencent": FakeTencent("x", "y"), request.param: fake}
        approve(both["aliyun"], both["tencent"], texts)
    async with AsyncExitStack() as stack:
        await fake.start()
        stack.push_async_callback(fake.stop)
        url = f"{fake.url}&price=0.045" + ("" if isinstance(fake, SmsHouse) else f"&sign={SIGN}")
        town = await stack.enter_async_context(a_house(database_url, tmp_path, sms_url=url))
        if isinstance(fake, SmsHouse):
            fake.clock = town.clock
        await town.a_site()
        yield Street(town, fake, request.param)


async def test_twenty_people_are_told_once_each_and_the_receipts_show(street: Street) -> None:
    people = [f"p{number}" for number in range(20)]
    for name in people:
        await street.town.a_citizen(name, channels=["sms"])
    event = await street.town.publish(**a_subsidy())
    await street.town.settle()
    numbers = Counter(number for number, _ in street.texts())
    assert len(numbers) == 20
    assert set(numbers.values()) == {1}
    assert all(text.startswith(f"【{SIGN}】") and "http://push.example/s/" in text for _, text in street.texts())
    assert all("3月31日" in text for _, text in street.texts())
    await street.receipts()
    assert (await street.town.funnel(event))["delivered"] == {"sms": 20}


async def test_the_estimate_is_what_stands_on_the_bill(street: Street) -> None:
    for number in range(4):
        await street.town.a_citizen(f"p{number}", channels=["sms"])
        await street.town.tells(f"/{number}", **another_subsidy(number, until="2026年3月31日"))
    async with street.town.house.database.read() as tx:
        estimated = int(await tx.scalar(sa.select(sa.func.sum(charges.c.estimated))) or 0)
    billed = sum(taken.price for taken in street.fake.sent) if isinstance(street.fake, SmsHouse) else street.fake.bill[1]
    assert estimated == billed > 0


async def test_a_correction_and_a_withdrawal_are_told_by_sms_too(street: Street) -> None:
    await street.town.a_citizen("mei", channels=["sms"])
    await street.town.tells(**a_subsidy())
    await street.town.tells(event="updated", **a_subsidy(until="2026年4月15日"))
    await street.town.withdraw()
    await street.town.settle()
    words = [text for _, text in street.texts()]
    assert len(words) == 3
    assert "更正" in words[1]
    assert "已撤回" in words[2]


async def test_td_unsubscribes_at_once(street: Street) -> None:
    await street.town.a_citizen("mei", channels=["sms"])
    await street.town.tells(**a_subsidy())
    await street.answers("+8613800000000", "TD")
    funnel = await street.town.tells("/2", **another_subsidy(2))
    assert funnel["suppressed"] == {"no_consent": 1}
    assert len(street.texts()) == 1
