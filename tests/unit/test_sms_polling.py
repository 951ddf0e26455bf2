"""Receipts that a provider is asked for: it says each once, so none may be lost on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import pytest

from pushsvc.bootstrap.sms import polling
from pushsvc.channels.sms.lines import Line
from pushsvc.domain.receipts import Heard, Said
from pushsvc.errors import NotDurable
from tests.unit.test_sms_carrier import Counting


class Says(Counting):
    rounds: deque[list[Said]]

    async def poll(self) -> Sequence[Said]:
        return self.rounds.popleft() if self.rounds else []


def says(*rounds: list[Said]) -> Says:
    provider = Says("tencent")
    provider.rounds = deque(rounds)
    return provider


async def test_what_no_database_took_is_kept_until_one_does() -> None:
    heard: list[Said] = []
    away = [True]

    async def hear(_provider: str, told: Heard) -> None:
        if away[0]:
            raise NotDurable("away")
        heard.extend(told.said)

    duty = polling([Line(says([Said("delivered", "t-1")], [Said("delivered", "t-2")]), "民政提醒")], hear)
    for _ in range(2):
        with pytest.raises(NotDurable):
            await duty.do()
    away[0] = False
    await duty.do()
    assert [one.provider_id for one in heard] == ["t-1", "t-2"]


async def test_many_receipts_do_not_wait_for_many_minutes_nor_hold_up_the_others_for_ever() -> None:
    heard: list[str] = []

    async def hear(provider: str, _told: Heard) -> None:
        heard.append(provider)

    endless = says(*([Said("sent", f"t-{number}")] for number in range(1000)))
    other = says([Said("delivered", "s-1")])
    other.name = "tencent-2"
    await polling([Line(endless, "民政提醒"), Line(other, "民政提醒")], hear).do()
    assert (heard.count("tencent"), heard.count("tencent-2")) == (30, 1)
