"""`/o/providers`: who sees it, what it says, and that what is done there holds in the running house."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.bootstrap.sms import callback_key
from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.demo.fakes.gateway import FakeGateway
from pushsvc.domain.signatures import sign
from pushsvc.ledger.budgets import set_budget
from pushsvc.operations.providers import BREAKER, FRESH_SECONDS, ProviderBook, known, set_pause, templates_stopped
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.providers import budgets
from tests.integration.desk import Desk, a_desk, get, post, words
from tests.integration.forms import a_browser
from tests.journeys.house import SITE, a_house
from tests.journeys.publications import a_subsidy, another_subsidy

SECRETS = [base64.b64encode(f"secret of gateway {number}".encode()).decode() for number in (1, 2)]
#: Each goes to one of two gateways by its id: so many that both have some.
PEOPLE = 24
HERE = "/o/providers"
HOSTILE = '"><script>alert(1)</script>'


@dataclass
class Street:
    """A served house whose SMS go by two gateways; Aliyun is named in its settings, paused."""

    desk: Desk
    first: FakeGateway
    second: FakeGateway

    async def tells(self, path: str, **publication: Any) -> tuple[int, int]:
        """How many messages each gateway has had since it was told."""
        before = len(self.first.sent), len(self.second.sent)
        await self.desk.town.publish(path, **publication)
        await self.desk.town.settle()
        return len(self.first.sent) - before[0], len(self.second.sent) - before[1]

    async def says(self, sms: dict[str, Any], state: str) -> None:
        """The first gateway calls back."""
        body = json.dumps({"id": sms["own"], "state": state, "code": "x"}).encode()
        headers = sign(base64.b64decode(SECRETS[0]), sms["own"], self.desk.town.clock.now(), body)
        status, _ = await self.desk.town.request("POST", "/api/v1/receipts/http", body, headers)
        assert status == 200
        await self.desk.town.settle()


@pytest.fixture
async def street(database: Database, tmp_path: Path) -> AsyncIterator[Street]:
    await database.close()
    first, second = (FakeGateway(secret) for secret in SECRETS)
    aliyun = FakeAliyun("LTAItests", "a+secret/of=tests", sign="民政提醒")
    async with AsyncExitStack() as stack:
        for fake in (first, second, aliyun):
            await fake.start()
            stack.push_async_callback(fake.stop)
        url = f"{first.url}?price=0.05,{second.url}?price=0.05,{aliyun.url}"
        town = await stack.enter_async_context(a_house(database.url, tmp_path, sms_url=url))
        async with town.house.database.write() as tx:
            await set_pause(tx, town.clock.now(), "aliyun", "sms", paused=True, who=BREAKER, why=f"isv.AMOUNT {HOSTILE}")
        await town.a_site()
        for number in range(PEOPLE):
            await town.a_citizen(f"p{number}", channels=["sms"])
        yield Street(await stack.enter_async_context(a_desk(town)), first, second)


def card(page: str, name: str) -> str:
    """What stands in the card of a provider."""
    found = re.search(rf'(?s)aria-labelledby="provider-{name}".*?</section>', page)
    assert found, f"no card of {name}"
    return words(found[0])


async def test_who_is_not_signed_in_is_led_to_the_door_and_whose_role_may_not_is_turned_away(street: Street) -> None:
    base = street.desk.base
    changes = [f"{HERE}/http/pause", f"{HERE}/http/resume", f"{HERE}/http/weight", f"{HERE}/budget", f"{HERE}/template/release"]
    async with a_browser(base) as client:
        for path in (HERE, f"{HERE}/http/pause"):
            assert (await get(client, path)).location.startswith("/sign-in")
        for path in changes:
            assert (await post(client, path, at="/sign-in")).location.startswith("/sign-in")
    for name in ("viewer", "publisher"):
        async with street.desk.signed_in(name) as client:
            assert (await get(client, HERE)).status == 403
            for path in changes:
                assert (await post(client, path, {"why": "x"}, at="/account")).status == 403
    async with street.desk.signed_in() as client:
        for path in changes:
            async with client.post(path, data={"why": "x"}) as answer:
                assert answer.status == 403, "a form without its mark"
    assert await street.desk.deeds() == [deed for deed in await street.desk.deeds() if deed.who == BREAKER]


async def test_each_provider_stands_there_with_its_state_its_rates_and_its_cost(street: Street) -> None:
    first, second = await street.tells("/1", **a_subsidy())
    assert first + second == PEOPLE
    sent = list(street.first.sent.values())
    await street.says(sent[0], "undelivered")
    for sms in sent[1:]:
        await street.says(sms, "delivered")
    async with street.desk.signed_in() as client:
        page = (await get(client, HERE)).text
    shown = card(page, "http")
    assert f"{first} 对方收下" in shown
    assert f"{first - 1} 送到手机 1 没有发成 0 说不准" in shown
    assert f"发了 {first} 条，对方收下 100%" in shown
    assert re.search(rf"有回执的 {first} 条里，[0-9.]+% 送到了", shown)
    assert "还没有送达回执" in card(page, "http-2")
    assert re.search(r"今天 0\.[0-9]+ 元，本月 0\.[0-9]+ 元", shown)
    stopped = card(page, "aliyun")
    assert "已暂停" in stopped
    assert "系统自动" in stopped
    assert "isv.AMOUNT" in stopped
    assert "<script>alert" not in page


async def test_only_an_administrator_sees_the_key_of_a_callback_address(street: Street) -> None:
    key = callback_key(street.desk.town.house, "aliyun")
    for name, language, sees in (("operator", "zh", False), ("approver", "en", False), ("admin", "en", True)):
        async with street.desk.signed_in(name, language) as client:
            page = (await get(client, HERE)).text
        assert (f"/api/v1/receipts/aliyun?key={key}" in page) is sees
        assert ("An administrator sees it" in page or "管理员才看得到" in page) is not sees
        assert "http://push.example/api/v1/receipts/http-2" in page, "which is no secret"
        assert SECRETS[0] not in page


async def test_a_provider_that_is_paused_carries_nothing_until_it_is_resumed(street: Street) -> None:
    async with street.desk.signed_in() as client:
        question = await get(client, f"{HERE}/http/pause")
        assert "它的那一份由 http-2 来发" in words(question.text)
        assert 'name="why"' in question.text
        done = await post(client, f"{HERE}/http/pause", {"why": "回执太慢"})
        assert done.status == 303
        page = (await get(client, done.location)).text
        assert "已暂停。两秒之内不再经它发出" in words(page)
        assert "operator 于" in card(page, "http")
        assert "回执太慢" in card(page, "http")
        again = await post(client, f"{HERE}/http/pause", {"why": "x"}, at=f"{HERE}/http/resume")
        assert "done=already" in again.location
        await passes()
        assert await street.tells("/1", **a_subsidy()) == (0, PEOPLE)
        await post(client, f"{HERE}/http/resume")
        await passes()
        first, second = await street.tells("/2", **another_subsidy(1))
    assert first > 0
    assert first + second == PEOPLE
    assert [(deed.action, deed.who, deed.subject, deed.detail.get("why")) for deed in (await street.desk.deeds())[:2]] == [
        ("provider resumed", "operator", "http", None), ("provider paused", "operator", "http", "回执太慢")
    ]  # fmt: skip


async def test_whoever_pauses_the_last_one_is_told_that_messages_will_wait_and_they_do(street: Street) -> None:
    async with street.desk.signed_in() as client:
        await post(client, f"{HERE}/http/pause")
        question = await get(client, f"{HERE}/http-2/pause")
        assert "没有别的服务商在用了" in words(question.text)
        await post(client, f"{HERE}/http-2/pause")
        await passes()
        await street.desk.town.publish("/1", **a_subsidy())
        await street.desk.town.planned()
        await asyncio.sleep(0.5)
        assert (len(street.first.sent), len(street.second.sent)) == (0, 0)
        await post(client, f"{HERE}/http-2/resume")
        await passes()
    await street.desk.town.settle()
    assert (len(street.first.sent), len(street.second.sent)) == (0, PEOPLE)


async def test_a_weight_decides_who_is_tried_first_and_a_wrong_one_changes_nothing(street: Street) -> None:
    async with street.desk.signed_in() as client:
        for typed in ("101", "-1", "", "3.5", "abc", "１０", "9" * 30, HOSTILE[:20]):
            wrong = await post(client, f"{HERE}/http/weight", {"weight-http": typed}, at=HERE)
            assert wrong.status == 422, typed
            assert "权重要写 0 到 100 的整数" in words(wrong.text)
            assert '<a href="#weight-http">' in wrong.text
        async with street.desk.town.house.database.read() as tx:
            assert {one.weight for one in (await known(tx)).values()} == {1}
        done = await post(client, f"{HERE}/http/weight", {"weight-http": "0"}, at=HERE)
        page = (await get(client, done.location)).text
        assert "0，现在别家都发不了才用它" in card(page, "http")
        assert "1，现在全部先由它发" in card(page, "http-2")
    await passes()
    assert await street.tells("/1", **a_subsidy()) == (0, PEOPLE)
    assert [(deed.action, deed.detail) for deed in (await street.desk.deeds())[:1]] == [("provider weighted", {"weight": 0})]


@pytest.mark.parametrize("path", ["nobody/pause", "http/sell", "nobody/weight", "..%2fhttp/pause", "smpp/resume"])
async def test_what_is_not_in_the_settings_or_cannot_be_done_is_not_found(street: Street, path: str) -> None:
    async with street.desk.signed_in() as client:
        assert (await get(client, f"{HERE}/{path}")).status in (404, 405)
        assert (await post(client, f"{HERE}/{path}", at="/account")).status in (404, 405)


async def test_a_refused_template_goes_on_when_somebody_says_so_and_what_waited_for_it_looks_again(street: Street) -> None:
    town = street.desk.town
    book = ProviderBook(town.house.database, town.clock, None, "sms")
    await book.stop_template("aliyun", "SMS_1", "isv.SMS_TEMPLATE_ILLEGAL", f"模板未审核通过 {HOSTILE}")
    await street.tells("/1", **a_subsidy())
    async with town.house.database.write() as tx:
        later = town.clock.now().replace(hour=9)
        await tx.execute(sa.update(deliveries).values(state="planned", held="template", due_at=later))
    async with street.desk.signed_in() as client:
        page = words((await get(client, HERE)).text)
        assert "aliyun 的模板 SMS_1" in page
        assert "isv.SMS_TEMPLATE_ILLEGAL" in page
        assert f"{PEOPLE} 条在等模板" in page
        form = {"provider": "aliyun", "template": "SMS_1"}
        done = await post(client, f"{HERE}/template/release", form, at=HERE)
        assert f"等模板的 {PEOPLE} 条现在再试一次" in words((await get(client, done.location)).text)
        assert "done=already" in (await post(client, f"{HERE}/template/release", form, at=HERE)).location
    async with town.house.database.read() as tx:
        assert await templates_stopped(tx) == []
        assert await tx.scalar(sa.select(sa.func.max(deliveries.c.due_at))) == town.clock.now()
    assert [(deed.action, deed.subject) for deed in (await street.desk.deeds())[:1]] == [("template released", "aliyun SMS_1")]
    async with town.house.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(state="accepted", held=""))


async def test_a_budget_holds_what_is_above_it_until_it_is_raised(street: Street) -> None:
    async with street.desk.signed_in("approver") as client:
        done = await post(client, f"{HERE}/budget", {"tenant": SITE, "day": "0.25", "month": ""}, at=HERE)
        assert done.status == 303
        assert sum(await street.tells("/1", **a_subsidy())) < PEOPLE
        had = len(street.first.sent) + len(street.second.sent)
        page = words((await get(client, HERE)).text)
        assert f"{PEOPLE - had} 条在等预算" in page
        assert re.search(r"今天 花了 0\.[0-9]+ 元，限额 0\.25 元，用了 [0-9]+%", page)
        assert "本月 花了" in page
        change = (await get(client, f"{HERE}?tenant={SITE}")).text
        assert 'value="0.25"' in change
        assert f'value="{SITE}"' in change
        done = await post(client, f"{HERE}/budget", {"tenant": SITE, "day": "", "month": "1,000元"}, at=HERE)
        assert f"等预算的 {PEOPLE - had} 条现在再看一次" in words((await get(client, done.location)).text)
    await street.desk.town.settle()
    assert len(street.first.sent) + len(street.second.sent) == PEOPLE
    assert [(deed.action, deed.subject, dict(deed.detail)) for deed in (await street.desk.deeds())[:2]] == [
        ("budget set", SITE, {"channel": "sms", "day": "", "month": "1000"}),
        ("budget set", SITE, {"channel": "sms", "day": "0.25", "month": ""}),
    ]


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({"tenant": "all", "day": "1.234", "month": "x"}, {"day", "month"}),
        ({"tenant": "9999999999", "day": "1", "month": ""}, {"tenant"}),
        ({"tenant": "", "day": "-5", "month": ""}, {"tenant", "day"}),
        ({"tenant": HOSTILE, "day": HOSTILE, "month": "1e9"}, {"tenant", "day", "month"}),
        ({"tenant": "all", "day": "9" * 30, "month": ""}, {"day"}),
    ],
)
async def test_a_budget_that_cannot_be_is_refused_field_by_field_and_nothing_changes(
    street: Street, form: dict[str, str], fields: set[str]
) -> None:
    town = street.desk.town
    async with town.house.database.write() as tx:
        await set_budget(tx, "sms", "all", 5_000_000, None, "chen", town.clock.now())
    before = await street.desk.deeds()
    async with street.desk.signed_in(language="en") as client:
        answer = await post(client, f"{HERE}/budget", form, at=HERE)
    assert answer.status == 422
    assert {name for name in ("tenant", "day", "month") if f'<a href="#{name}">' in answer.text} == fields
    assert "<script>alert" not in answer.text
    assert re.search(rf'id="month"[^>]*value="{re.escape(form["month"])}"', answer.text), "what was typed stays"
    async with town.house.database.read() as tx:
        (row,) = (await tx.execute(sa.select(budgets))).all()
    assert (row.tenant, row.day_most, row.month_most) == ("all", 5_000_000, None)
    assert await street.desk.deeds() == before


async def test_the_deeds_read_well_in_the_record_of_actions(street: Street) -> None:
    async with street.desk.signed_in("admin") as client:
        await post(client, f"{HERE}/budget", {"tenant": "ALL", "day": "200", "month": ""}, at=HERE)
        await post(client, f"{HERE}/http/weight", {"weight-http": "7"}, at=HERE)
        page = words((await get(client, "/o/audit")).text)
    assert "设了预算" in page
    assert "每天最多（元）：200" in page
    assert "改了服务商的权重" in page
    assert "权重：7" in page


async def test_without_a_provider_the_page_says_where_messages_go(database: Database, tmp_path: Path) -> None:
    await database.close()
    async with a_house(database.url, tmp_path) as town, a_desk(town) as desk, desk.signed_in(language="en") as client:
        page = words((await get(client, HERE)).text)
    assert "No SMS provider is set (PUSHSVC_SMS_URL): SMS go to the mailbox viewer" in page


async def passes() -> None:
    """What a sender knows of the providers is two seconds old at most."""
    await asyncio.sleep(FRESH_SECONDS + 0.1)


async def test_the_wechat_account_stands_there_and_what_waits_for_its_template_looks_again(
    database: Database, tmp_path: Path
) -> None:
    await database.close()
    url = f"wechat://wx0123456789abcdef:{'s' * 32}@127.0.0.1:9/?insecure=1&token=ourToken&aes={'a' * 43}"
    async with a_house(database.url, tmp_path, wechat_url=url) as town, a_desk(town) as desk, desk.signed_in() as client:
        shown = card((await get(client, HERE)).text, "wechat")
        assert "微信" in shown
        assert "http://push.example/api/v1/receipts/wechat" in shown
        assert "权重" not in shown, "one account has no other to share with"
        await ProviderBook(town.house.database, town.clock, None, "wechat").stop_template("wechat", "T1", "40037", "x")
        form = {"provider": "wechat", "template": "T1"}
        assert "done=template_released" in (await post(client, f"{HERE}/template/release", form, at=HERE)).location
        done = await post(client, f"{HERE}/wechat/pause", {"why": "x"})
        assert "done=provider_paused" in done.location
    async with town.house.database.read() as tx:
        assert (await known(tx))["wechat"].paused_by == "operator"
