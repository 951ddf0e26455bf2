"""An emergency at two in the morning: who is awake hears at once, who sleeps hears only after two people have approved it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.demo.fakes.gateway import FakeGateway
from pushsvc.ledger.budgets import set_budget
from pushsvc.storage.tables.sites import drafts
from tests.integration.desk import Desk, a_desk, get, post, words
from tests.integration.forms import Answer
from tests.journeys.house import SITE, Town, a_house, shanghai
from tests.journeys.publications import a_subsidy, another_subsidy

NIGHT = "2026-03-03 02:00"
ELSEWHERE = "/o/pauses/channel/wechat/pause"


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_house(database_url, tmp_path, at=shanghai(NIGHT)) as made:
        await made.a_site()
        await made.a_citizen("awake", channels=["sms"], quiet_hours=[])
        await made.a_citizen("asleep", channels=["sms"], frequency="weekly")
        await made.a_citizen("dozing", channels=["wechat"])
        await made.a_citizen("mail", channels=["email"])
        yield made


@pytest.fixture
async def desk(town: Town) -> AsyncIterator[Desk]:
    async with a_desk(town) as made:
        yield made


async def an_emergency(town: Town, **said: Any) -> str:
    event = await town.publish(urgency="emergency", **(said or a_subsidy()))
    await town.settle()
    await town.service.timekeeper.once()
    return event


async def answers(desk: Desk, event: str, who: str, doing: str = "approve") -> str:
    """`who` presses the button a minute later, and reads what the page then says."""
    desk.town.clock.advance(timedelta(minutes=1))
    async with desk.signed_in(who) as client:
        done: Answer = await post(client, f"/o/waiting/{event}/emergency/{doing}", {"why": "核对过了"}, at=ELSEWHERE)
        page = words((await get(client, done.location)).text)
    await desk.town.settle()
    return page


async def told(town: Town) -> list[str]:
    """Who has a message, by channel."""
    return sorted(mail.channel for mail in await town.mailbox())


async def test_who_is_awake_hears_at_once_and_who_sleeps_only_after_the_second_approval(desk: Desk) -> None:
    town = desk.town
    event = await an_emergency(town)
    assert await told(town) == ["email", "sms"]
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["held"]) == ("done", 2)
    assert funnel["emergency"] == "held: quiet hours, waits for two approvals"
    assert (await town.trace("asleep", event))["reasons"][:2] == ["held:quiet_hours", f"emergency:{funnel['emergency']}"]
    async with desk.signed_in() as client:
        page = words((await get(client, "/o/waiting")).text)
        assert "紧急：2 人在免打扰时间里，大约到 08:00" in page
        assert "还没有人同意" in page
        look = words((await get(client, f"/o/waiting/{event}/emergency/approve")).text)
        assert "您是第一位。再有一位同事同意，2 人马上收到" in look
        assert "3000元" in look
        assert "等两个人同意叫醒" in words((await get(client, "/o/")).text)
    assert "还要一位同事同意" in await answers(desk, event, "operator")
    assert await told(town) == ["email", "sms"]
    assert (await town.funnel(event))["emergency"] == "held: quiet hours, waits for a second approval"

    assert "两个人都同意了" in await answers(desk, event, "approver")

    assert await told(town) == ["email", "sms", "sms", "wechat"]
    assert town.clock.now() < shanghai("2026-03-03 02:10")
    assert (await town.funnel(event))["emergency"] == "passed quiet hours: approved by 2"
    assert (await town.trace("asleep", event))["reasons"][-1] == "emergency:passed quiet hours: approved by 2"
    assert (await town.trace("mail", event))["reasons"][-1].split(":")[0] != "emergency", "that one waited for nobody"
    deeds = [(deed.who, deed.action, deed.subject, deed.detail) for deed in await desk.deeds()]
    assert deeds == [
        ("approver", "emergency approved", event, {"why": "核对过了", "people": 2, "approval": 2}),
        ("operator", "emergency approved", event, {"why": "核对过了", "people": 2, "approval": 1}),
    ]


async def test_the_same_person_twice_is_refused_and_a_third_is_told_that_it_is_done(desk: Desk) -> None:
    event = await an_emergency(desk.town)
    await answers(desk, event, "operator")
    assert "您已经同意过了" in await answers(desk, event, "operator")
    assert len(await told(desk.town)) == 2
    await answers(desk, event, "admin")
    assert "已经有人办过了" in await answers(desk, event, "approver")
    assert len(await told(desk.town)) == 4
    assert len(await desk.deeds()) == 2


async def test_who_published_it_by_hand_is_none_of_the_two(desk: Desk) -> None:
    event = await an_emergency(desk.town)
    by_hand = {"draft_id": "drf_1", "site": SITE, "who": "admin", "document": {}, "state": "sent", "event_id": event}
    async with desk.town.house.database.write() as tx:
        await tx.execute(sa.insert(drafts).values(**by_hand, created_at=desk.town.clock.now()))
    assert "您的同意不算在内" in await answers(desk, event, "admin")
    await answers(desk, event, "operator")
    assert len(await told(desk.town)) == 2
    await answers(desk, event, "approver")
    assert len(await told(desk.town)) == 4


async def test_a_refusal_leaves_it_until_the_quiet_hours_end(desk: Desk) -> None:
    event = await an_emergency(desk.town)
    await answers(desk, event, "operator")
    assert "已拒绝" in await answers(desk, event, "approver", "refuse")
    assert "已经有人办过了" in await answers(desk, event, "admin")
    assert (await desk.town.funnel(event))["emergency"] == "held: quiet hours, an approval was refused"
    assert len(await told(desk.town)) == 2
    await desk.town.advance(to="2026-03-03 08:00")
    assert len(await told(desk.town)) == 4


async def test_nobody_answers_and_they_hear_in_the_morning(desk: Desk) -> None:
    event = await an_emergency(desk.town)
    await desk.town.advance(to="2026-03-03 08:00")
    assert len(await told(desk.town)) == 4
    assert "emergency" not in await desk.town.funnel(event)
    assert "已经有人办过了" in await answers(desk, event, "admin")
    async with desk.signed_in() as client:
        assert "叫醒" not in words((await get(client, "/o/")).text)


async def test_withdrawn_before_the_second_approval_it_wakes_nobody(desk: Desk) -> None:
    event = await an_emergency(desk.town)
    await answers(desk, event, "operator")
    await desk.town.withdraw()
    await desk.town.settle()
    assert "您的同意不算数" in await answers(desk, event, "admin")
    assert {mail.kind for mail in await desk.town.mailbox() if mail.channel == "wechat"} == set()


async def test_a_correction_is_approved_in_its_place(desk: Desk) -> None:
    first = await an_emergency(desk.town)
    await answers(desk, first, "operator")
    second = await desk.town.publish(event="updated", **a_subsidy(until="2026年4月10日"))
    await desk.town.settle()
    await desk.town.service.timekeeper.once()
    assert "您的同意不算数" in await answers(desk, first, "admin")
    await answers(desk, second, "operator")
    assert len([mail for mail in await desk.town.mailbox() if mail.channel == "wechat"]) == 0
    await answers(desk, second, "admin")
    woken = [mail for mail in await desk.town.mailbox() if mail.channel == "wechat"]
    assert len(woken) == 1
    assert "4月10日" in woken[0].text


async def test_what_is_only_urgent_asks_nobody_and_waits(desk: Desk) -> None:
    event = await desk.town.publish(urgency="urgent", **another_subsidy(0))
    await desk.town.settle()
    await desk.town.service.timekeeper.once()
    async with desk.signed_in() as client:
        assert "紧急" not in words((await get(client, "/o/waiting")).text)
        assert (await get(client, f"/o/waiting/{event}/emergency/approve")).status == 404
        assert (await get(client, "/o/waiting/evt_unknown/emergency/approve")).status == 404
    for who in ("viewer", "publisher"):
        async with desk.signed_in(who) as client:
            assert (await get(client, f"/o/waiting/{event}/emergency/approve")).status == 403
    assert len(await told(desk.town)) == 2


async def test_everything_twice_and_a_restart_between_the_approvals_change_nothing(desk: Desk) -> None:
    town = desk.town
    event = await an_emergency(town)
    await answers(desk, event, "operator")
    await town.service.stop()
    await town.service.read_all_again()
    await town.start_again()
    await town.settle()
    assert len(await told(town)) == 2
    await answers(desk, event, "admin")
    await town.service.stop()
    await town.service.read_all_again()
    await town.start_again()
    await town.settle()
    assert len(await told(town)) == 4


async def test_what_is_released_for_many_after_the_approvals_passes_too(database_url: str, tmp_path: Path) -> None:
    async with a_house(database_url, tmp_path, at=shanghai(NIGHT)) as town, a_desk(town) as desk:
        await town.a_site()
        await town.a_citizen("asleep", channels=["sms", "email"])
        await town.pauses("sms")
        event = await an_emergency(town)
        for who in ("operator", "admin"):
            await answers(desk, event, who)
        assert await told(town) == []
        await town.resumes("sms")
        await town.settle()
        assert await told(town) == ["sms"], "resumed at night, it rings"


async def test_an_alert_says_how_many_sleep_and_until_when(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []

    async def raise_alert(kind: str, text: str) -> None:
        heard.append((kind, text))

    monkeypatch.setattr(town.service.alerts, "raise_alert", raise_alert)  # type: ignore[attr-defined]
    event = await an_emergency(town)
    await town.service.timekeeper.once()
    assert [kind for kind, _ in heard] == ["emergency"]
    assert f"Emergency: 2 people are in quiet hours until about 08:00 ({event})" in heard[0][1]


async def test_a_spent_budget_does_not_silence_what_two_have_approved(database_url: str, tmp_path: Path) -> None:
    gateway = FakeGateway(base64.b64encode(b"a secret of the gateway").decode())
    await gateway.start()
    try:
        async with a_house(database_url, tmp_path, at=shanghai(NIGHT), sms_url=f"{gateway.url}?price=0.05") as town:
            await town.a_site()
            await town.a_citizen("awake", channels=["sms"], quiet_hours=[])
            await town.a_citizen("asleep", channels=["sms"])
            async with town.house.database.write() as tx:
                await set_budget(tx, "sms", "all", 0, None, "chenjie", town.clock.now())
            async with a_desk(town) as desk:
                event = await an_emergency(town)
                assert gateway.sent == {}
                for who in ("operator", "admin"):
                    await answers(desk, event, who)
                assert len(gateway.sent) == 2
    finally:
        await gateway.stop()


async def test_many_sms_need_their_own_two_approvals_besides(database_url: str, tmp_path: Path) -> None:
    async with a_house(database_url, tmp_path, at=shanghai(NIGHT), sms_approval_people=1) as town, a_desk(town) as desk:
        await town.a_site()
        for name in ("mei", "li"):
            await town.a_citizen(name, channels=["sms"])
        event = await an_emergency(town)
        for who in ("operator", "admin"):
            async with desk.signed_in(who) as client:
                await post(client, f"/o/waiting/{event}/sms/approve", {}, at=ELSEWHERE)
            await town.settle()
        await town.service.timekeeper.once()
        assert await told(town) == []
        for who in ("operator", "admin"):
            await answers(desk, event, who)
        assert await told(town) == ["sms", "sms"]
