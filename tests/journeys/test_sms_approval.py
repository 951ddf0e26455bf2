"""SMS to more than two people wait until two accounts have read and approved them at the console. A real gateway takes them."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.demo.fakes.gateway import FakeGateway
from pushsvc.operations.accounts import add_account, set_password
from pushsvc.storage.tables.sites import drafts
from tests.integration.desk import PASSWORD, Desk, a_desk, get, post, words
from tests.integration.forms import Answer
from tests.journeys.house import SITE, Town, a_house
from tests.journeys.publications import a_subsidy, another_subsidy

SECRET = base64.b64encode(b"a secret of the gateway").decode()
ELSEWHERE = "/o/pauses/channel/wechat/pause"
"""A page with a form, whose mark is good for every form of that browser."""


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    made = FakeGateway(SECRET)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def town(gateway: FakeGateway, database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    url = f"{gateway.url}?price=0.05&sign=民政提醒"
    async with a_house(database_url, tmp_path, sms_url=url, sms_approval_people=2) as made:
        await made.a_site()
        yield made


@pytest.fixture
async def desk(town: Town) -> AsyncIterator[Desk]:
    async with a_desk(town) as made:
        yield made


async def answers(desk: Desk, event: str, who: str, doing: str = "approve") -> Answer:
    """`who` presses the button; gives the page that follows."""
    async with desk.signed_in(who) as client:
        done = await post(client, f"/o/waiting/{event}/sms/{doing}", {"why": "核对过了"}, at=ELSEWHERE)
        page = await get(client, done.location)
    await desk.town.settle()
    return page


async def three_by_sms(town: Town) -> None:
    for name in ("mei", "wang", "li"):
        await town.a_citizen(name, channels=["sms", "email"] if name == "wang" else ["sms"])


async def test_at_the_number_all_leave_at_once(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms"])
    await town.a_citizen("wang", channels=["sms"])
    funnel = await town.tells(**a_subsidy())
    assert (funnel["accepted"], len(gateway.sent)) == ({"sms": 2}, 2)


async def test_above_it_the_sms_wait_the_emails_go_and_two_people_let_it_go_once(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    await desk.town.a_citizen("zhao")
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    funnel = await desk.town.funnel(event)
    assert (funnel["state"], funnel["held"], funnel["accepted"]) == ("done", 3, {"email": 1})
    async with desk.signed_in() as client:
        shown = words((await get(client, "/o/waiting")).text)
        for said in ("短信要发给 3 人", "【民政提醒】", "还没有人同意", "0.15 元，按 3 条计费", "每人按 1 条计费"):
            assert said in shown
        assert "/s/xxxxxxxxxx" in shown, "nobody's own link: who has it reads their message"
        assert "您是第一位" in words((await get(client, f"/o/waiting/{event}/sms/approve")).text)
    assert "还要一位同事同意" in words((await answers(desk, event, "operator")).text)
    assert gateway.sent == {}
    again = words((await answers(desk, event, "operator")).text)
    assert "您已经同意过了" in again
    assert "operator，2026年3月2日" in again
    assert gateway.sent == {}
    assert "两个人都同意了" in words((await answers(desk, event, "admin")).text)
    assert len(gateway.sent) == 3
    assert "已经有人办过了" in words((await answers(desk, event, "approver")).text)
    assert (await desk.town.funnel(event))["accepted"] == {"sms": 3, "email": 1}
    assert len(gateway.sent) == 3
    deeds = [(deed.who, deed.action, deed.subject, deed.detail) for deed in await desk.deeds()]
    assert deeds == [
        ("admin", "sms approved", event, {"why": "核对过了", "people": 3, "approval": 2}),
        ("operator", "sms approved", event, {"why": "核对过了", "people": 3, "approval": 1}),
    ]


async def test_who_published_it_by_hand_is_none_of_the_two(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    by_hand = {"draft_id": "drf_1", "site": SITE, "who": "admin", "document": {}, "state": "sent", "event_id": event}
    async with desk.town.house.database.write() as tx:
        await tx.execute(sa.insert(drafts).values(**by_hand, created_at=desk.town.clock.now()))
    assert "您的同意不算在内" in words((await answers(desk, event, "admin")).text)
    await answers(desk, event, "operator")
    assert "不算在内" in words((await answers(desk, event, "admin")).text)
    assert gateway.sent == {}
    await answers(desk, event, "approver")
    assert len(gateway.sent) == 3


async def test_a_refusal_tells_by_the_next_channel_or_cancels(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    await answers(desk, event, "operator")
    assert "已拒绝" in words((await answers(desk, event, "approver", "refuse")).text)
    funnel = await desk.town.funnel(event)
    assert (funnel["accepted"], funnel["cancelled"], funnel["held"]) == ({"email": 1}, 2, 0)
    assert gateway.sent == {}
    assert len(await desk.town.mailbox("wang")) == 1
    assert "已经有人办过了" in words((await answers(desk, event, "admin")).text)


async def test_a_withdrawal_while_it_waits_says_nothing_to_anybody(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    await answers(desk, event, "operator")
    await desk.town.withdraw()
    await desk.town.settle()
    assert "已经有人办过了" in words((await answers(desk, event, "admin")).text)
    assert (await desk.town.funnel(event))["cancelled"] == 3
    assert gateway.sent == {}
    async with desk.signed_in() as client:
        assert "两人同意" not in words((await get(client, "/o/waiting")).text)


async def test_a_correction_while_it_waits_is_approved_in_its_place(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    first = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    second = await desk.town.publish(event="updated", **a_subsidy(until="2026年4月10日"))
    await desk.town.settle()
    for who in ("operator", "admin"):
        assert "已经有人办过了" in words((await answers(desk, first, who)).text)
        await answers(desk, second, who)
    texts = [message["text"] for message in gateway.sent.values()]
    assert len(texts) == 3
    assert all("4月10日" in text for text in texts)


async def test_a_correction_of_what_was_told_waits_as_well(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    first = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    for who in ("operator", "admin"):
        await answers(desk, first, who)
    second = await desk.town.publish(event="updated", **a_subsidy(until="2026年4月10日"))
    await desk.town.settle()
    assert len(gateway.sent) == 3
    async with desk.signed_in(language="en") as client:
        assert "Correction, in Chinese, 3 people" in words((await get(client, "/o/waiting")).text)
    for who in ("approver", "operator"):
        await answers(desk, second, who)
    assert len(gateway.sent) == 6


async def test_approved_sms_that_the_gateway_refuses_go_on_by_email(desk: Desk, gateway: FakeGateway) -> None:
    gateway.faults.extend(["refuse"] * 9)
    for name in ("mei", "wang", "li"):
        await desk.town.a_citizen(name, channels=["sms", "email"])
    event = await desk.town.publish(**another_subsidy(0))
    await desk.town.settle()
    for who in ("operator", "admin"):
        await answers(desk, event, who)
    assert (await desk.town.funnel(event))["accepted"] == {"email": 3}


async def test_everything_twice_and_a_restart_while_it_waits_change_nothing(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    await answers(desk, event, "operator")
    await desk.town.service.stop()
    await desk.town.service.read_all_again()
    await desk.town.start_again()
    await desk.town.settle()
    assert gateway.sent == {}
    await answers(desk, event, "admin")
    assert len(gateway.sent) == 3


async def test_a_person_is_told_why_it_has_not_come_and_an_operator_too(desk: Desk) -> None:
    await three_by_sms(desk.town)
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    assert (await desk.town.trace("mei", event))["reasons"][0] == "held:approval"
    async with desk.signed_in() as client:
        assert "3 人" in words((await get(client, f"/o/find/{event}")).text)
        board = words((await get(client, "/o/")).text)
        assert "有 3 条短信等两个人同意" in board


async def test_a_viewer_or_publisher_can_neither_see_nor_do_it(desk: Desk, gateway: FakeGateway) -> None:
    await three_by_sms(desk.town)
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    await add_account(desk.town.house.database, desk.town.clock, "other", "viewer", None)
    await set_password(desk.town.house.database, desk.town.clock, "other", PASSWORD)
    for who in ("viewer", "publisher", "other"):
        async with desk.signed_in(who) as client:
            path = f"/o/waiting/{event}/sms/approve"
            assert (await get(client, path)).status == 403
            assert (await post(client, path, at="/sign-out")).status == 403
    async with desk.signed_in() as client:
        assert (await get(client, "/o/waiting/evt_unknown/sms/approve")).status == 404
    assert gateway.sent == {}
    assert await desk.deeds() == []
