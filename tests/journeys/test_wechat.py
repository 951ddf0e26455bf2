"""WeChat by an account: told once, delivered, unfollowed, bound by a code, agreed to, refused. A fake takes the messages."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from pushsvc import resources
from pushsvc.bootstrap.wechat import Binding, WeChatBinding, templates
from pushsvc.channels.pace import Pace
from pushsvc.demo.fakes.wechat import FakeWeChat, Taken
from pushsvc.errors import BadInput, TryLater
from pushsvc.operations import providers
from pushsvc.profiles.wechat import quotas_of
from pushsvc.storage.tables.operations import service_messages
from pushsvc.storage.tables.profiles import consents, endpoints, subscribers
from pushsvc.web.api.wechat_join import TRIES_OF_A_SCENE
from tests.journeys.house import Town, a_house
from tests.journeys.publications import a_subsidy, another_subsidy

MEI = "openid-mei-000000000000000"
ONCE = "mini-once-zh-00000000000000000000000000000000"


@asynccontextmanager
async def a_town(
    kind: Literal["official", "mini"], database_url: str, home: Path, *, without: str = ""
) -> AsyncIterator[tuple[Town, FakeWeChat]]:
    """`without`: what is left out of WECHAT_URL."""
    fake = FakeWeChat(kind=kind)
    await fake.start()
    try:
        shipped, own = resources.templates_root() / "wechat" / "approved", home / "templates"
        own.mkdir()
        for file in ("mini-once-zh.toml",) if kind == "mini" else [path.name for path in shipped.glob("*.toml")]:
            shutil.copy(shipped / file, own / file)
        async with a_house(database_url, home, wechat_url=fake.url.replace(without, ""), wechat_templates=own) as town:
            fake.clock = lambda: town.clock.now().timestamp()
            for template in templates(town.settings):
                counted = template.kind == "subscribe"
                fake.approve(template.id, *template.fields, may_miss=tuple(template.may_miss), counted=counted)
            await town.a_site()
            yield town, fake
    finally:
        await fake.stop()


@pytest.fixture
async def official(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Town, FakeWeChat]]:
    async with a_town("official", database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def mini(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Town, FakeWeChat]]:
    async with a_town("mini", database_url, tmp_path) as made:
        yield made


async def says(town: Town, push: tuple[dict[str, str], bytes]) -> int:
    """WeChat calls back. Gives the status."""
    query, body = push
    status, answer = await town.request("POST", f"/api/v1/receipts/wechat?{urlencode(query)}", body)
    assert status != 200 or answer == "success"
    await town.settle()
    return status


async def one(town: Town, query: Any) -> Any:
    async with town.house.database.read() as tx:
        return (await tx.execute(query)).scalar()


def only(fake: FakeWeChat) -> Taken:
    (taken,) = fake.sent
    return taken


async def test_somebody_is_told_by_wechat_once_and_the_receipt_shows_in_the_funnel(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    taken = only(fake)
    assert taken.openid == MEI
    assert taken.data["date3"] == "2026年3月31日"
    assert "适老化改造补贴" in taken.data["thing1"]
    assert taken.leads_to.startswith("http://push.example/m/")
    assert (await town.funnel(event))["accepted"] == {"wechat": 1}
    for _ in range(2):
        assert await says(town, fake.finished(taken, "success")) == 200
    assert (await town.funnel(event))["delivered"] == {"wechat": 1}
    assert await town.mailbox("mei") == []


@pytest.mark.parametrize("status", ["failed:user block", "failed: system failed"])
async def test_a_message_that_did_not_arrive_is_told_by_email_once(official: tuple[Town, FakeWeChat], status: str) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    for _ in range(2):
        assert await says(town, fake.finished(only(fake), status)) == 200
    assert len(await town.mailbox("mei")) == 1
    assert (await town.funnel(event))["accepted"] == {"email": 1}


@pytest.mark.parametrize("dead", ["strangers", "unfollowed"])
async def test_a_dead_openid_falls_back_and_is_not_tried_again(official: tuple[Town, FakeWeChat], dead: str) -> None:
    town, fake = official
    getattr(fake, dead).add(MEI)
    await town.a_citizen("mei", channels=["wechat", "email"])
    await town.tells(**a_subsidy())
    await town.tells("/2", **another_subsidy(2))
    assert (len(await town.mailbox("mei")), fake.requests, fake.sent) == (2, 1, [])


@pytest.mark.parametrize("fault", ["reset", "reset_after", "html", "500", -1, 42001])
async def test_whatever_goes_wrong_an_official_account_tells_once(official: tuple[Town, FakeWeChat], fault: Any) -> None:
    town, fake = official
    fake.faults.append(fault)
    await town.a_citizen("mei", channels=["wechat", "email"])
    event = await town.publish(**a_subsidy())
    await town.advance(minutes=30)
    assert len(fake.sent) == 1
    assert (await town.funnel(event))["accepted"] == {"wechat": 1}
    assert await town.mailbox("mei") == []


async def test_a_correction_and_a_withdrawal_reach_who_was_told_by_wechat(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat"])
    await town.tells(**a_subsidy())
    await town.tells(**a_subsidy(most="5000元"))
    await town.withdraw()
    await town.settle()
    assert [taken.data.get("phrase1") for taken in fake.sent[1:]] == ["更正", "已撤回"]


async def test_a_day_whose_quota_is_used_up_goes_on_tomorrow_after_quiet_hours(
    official: tuple[Town, FakeWeChat], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, fake = official

    async def passes_at_once(_pace: Pace, _seconds: float | None) -> None:
        """The channel's own pause is by the clock on the wall, which a journey does not wait for."""

    monkeypatch.setattr(Pace, "slow_down", passes_at_once)
    fake.most_a_day = 0
    await town.a_citizen("mei", channels=["wechat", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.advance("2026-03-02 23:59")
    assert (fake.requests, await town.mailbox("mei")) == (1, [])
    fake.most_a_day = None
    await town.advance("2026-03-03 07:59")
    assert fake.sent == []
    await town.advance("2026-03-03 08:01")
    assert len(fake.sent) == 1
    assert (await town.funnel(event))["accepted"] == {"wechat": 1}


async def test_a_template_that_wechat_refuses_is_stopped_and_its_messages_wait_until_it_is_mended(
    official: tuple[Town, FakeWeChat],
) -> None:
    town, fake = official
    approved = dict(fake.templates)
    fake.templates.clear()
    await town.a_citizen("mei", channels=["wechat", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    assert fake.sent == []
    assert (await town.funnel(event))["held"] == 1
    async with town.house.database.write() as tx:
        stopped = await providers.templates_stopped(tx)
        assert {(each.provider, each.code) for each in stopped} == {("wechat", "40037")}
        for each in stopped:
            await providers.release_template(tx, town.clock.now(), "wechat", each.template)
    fake.templates.update(approved)
    await town.advance(minutes=20)
    assert len(fake.sent) == 1
    assert await town.mailbox("mei") == []


async def test_an_account_that_may_not_send_is_paused_and_goes_on_when_somebody_resumes_it(
    official: tuple[Town, FakeWeChat], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, fake = official
    monkeypatch.setattr(providers, "FRESH_SECONDS", 0.0)
    fake.faults.append(40164)
    await town.a_citizen("mei", channels=["wechat"])
    await town.publish(**a_subsidy())
    await town.settle()
    async with town.house.database.write() as tx:
        assert (await providers.known(tx))["wechat"].paused_by == "breaker"
        await providers.set_pause(tx, town.clock.now(), "wechat", "wechat", paused=False)
    await town.advance(minutes=5)
    assert len(fake.sent) == 1


# What people do


async def test_who_unfollows_hears_no_more_at_once(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat", "email"])
    await town.tells(**a_subsidy())
    for _ in range(2):
        assert await says(town, fake.event(MEI, "unsubscribe", EventKey="")) == 200
    await town.tells("/2", **another_subsidy(2))
    assert (len(fake.sent), len(await town.mailbox("mei"))) == (1, 1)
    assert await one(town, sa.select(sa.func.count()).where(consents.c.given.is_(False))) == 1


async def test_who_writes_stop_hears_no_more(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat", "email"])
    assert await says(town, fake.push(MEI, MsgType="text", Content="退订", MsgId=7)) == 200
    await town.tells(**a_subsidy())
    assert (fake.sent, len(await town.mailbox("mei"))) == ([], 1)


async def test_who_writes_anything_else_is_answered_with_help_once_a_day(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat"])
    for number in (1, 2):
        assert await says(town, fake.push(MEI, MsgType="text", Content="喂", MsgId=number)) == 200
    assert await says(town, fake.push("oNobody", MsgType="text", Content="喂", MsgId=3)) == 200
    async with asyncio.timeout(10):
        while await one(town, sa.select(sa.func.count()).where(service_messages.c.state == "waiting")):
            await town.service.post.once()  # type: ignore[attr-defined]
            await asyncio.sleep(0.01)
    ((openid, text),) = fake.answers
    assert openid == MEI
    assert "http://push.example/me" in text


async def test_a_forged_an_old_and_a_huge_call_change_nothing(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat"])
    query, body = fake.event(MEI, "unsubscribe")
    assert await says(town, ({**query, "signature": "0" * 40}, body)) == 401
    assert await says(town, (query, body.replace(b"<Encrypt>", b"<Encrypt>AAAA"))) == 401
    assert await says(town, (query, b"x" * (2 * 1024 * 1024))) == 413
    await town.advance(minutes=6)
    assert await says(town, (query, body)) == 401
    await town.tells(**a_subsidy())
    assert len(fake.sent) == 1


async def test_wechat_asks_once_whether_we_know_the_token(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    query, _ = fake.event(MEI, "SCAN")
    status, answer = await town.request("GET", f"/api/v1/receipts/wechat?{urlencode({**query, 'echostr': '12345'})}")
    assert (status, answer) == (200, "12345")


async def number_of(town: Town, name: str) -> int:
    found = await one(town, sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == name))
    assert isinstance(found, int)
    return found


@asynccontextmanager
async def a_code(town: Town, name: str) -> AsyncIterator[tuple[WeChatBinding, Binding, int]]:
    binding, number = WeChatBinding(town.house), await number_of(town, name)
    try:
        yield binding, await binding.begin_binding(number), number
    finally:
        await binding.close()


@pytest.mark.parametrize("follows", [True, False])
async def test_a_scanned_code_joins_an_openid_to_its_person_once(official: tuple[Town, FakeWeChat], follows: bool) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["email"])
    await town.a_citizen("bo", channels=["email"])
    if not follows:
        fake.unfollowed.add("oMei")
    async with a_code(town, "mei") as (binding, code, number):
        assert await binding.binding_state(number, code.scene) == "waiting"
        assert await binding.binding_state(await number_of(town, "bo"), code.scene) == "unknown"
        for openid in ("oMei", "oMei", "oStranger"):
            assert await says(town, fake.scan(code.url, openid)) == 200
        assert await binding.binding_state(number, code.scene) == "joined"
    theirs = sa.select(sa.func.count()).where(endpoints.c.channel == "wechat")
    assert await one(town, theirs) == 1
    assert await one(town, sa.select(endpoints.c.subscriber_no).where(endpoints.c.channel == "wechat")) == number
    assert await one(town, sa.select(endpoints.c.consent_source).where(endpoints.c.channel == "wechat")) == (
        "scanned the QR code of their own page"
    )


async def test_an_openid_of_somebody_else_is_refused_and_nothing_changes(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat"])
    await town.a_citizen("bo", channels=["email"])
    async with a_code(town, "bo") as (binding, code, number):
        assert await says(town, fake.scan(code.url, MEI)) == 200
        assert await binding.binding_state(number, code.scene) == "refused"
        assert await says(town, fake.scan(code.url, "oBo")) == 200
        assert await binding.binding_state(number, code.scene) == "refused"
    assert await one(town, sa.select(sa.func.count()).where(endpoints.c.channel == "wechat")) == 1


async def test_a_code_works_for_ten_minutes_and_until_the_next_is_shown(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["email"])
    async with a_code(town, "mei") as (binding, first, number):
        second = await binding.begin_binding(number)
        await says(town, fake.scan(first.url, "oMei"))
        assert await binding.binding_state(number, first.scene) == "over"
        await town.advance(minutes=11)
        await says(town, fake.scan(second.url, "oMei"))
        assert await binding.binding_state(number, second.scene) == "over"
    assert await one(town, sa.select(sa.func.count()).where(endpoints.c.channel == "wechat")) == 0


async def test_who_unfollowed_and_scans_a_new_code_is_told_again(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["wechat"])
    await says(town, fake.event(MEI, "unsubscribe"))
    fake.unfollowed.add(MEI)
    await town.advance(minutes=1)
    async with a_code(town, "mei") as (_, code, _number):
        await says(town, fake.scan(code.url, MEI))
    await town.tells(**a_subsidy())
    assert len(fake.sent) == 1


async def test_no_code_is_shown_while_wechat_gives_none(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    await town.a_citizen("mei", channels=["email"])
    await fake.stop()
    with pytest.raises(TryLater, match="no QR code"):
        async with a_code(town, "mei"):
            pass


# Subscription messages of a mini-program, which has one template that counts consents


async def consents_left(town: Town) -> list[dict[str, int]]:
    async with town.house.database.read() as tx:
        return [dict(left) for left in (await quotas_of(tx, range(1, 10))).values()]


async def test_one_consent_is_one_message_and_then_the_next_channel_tells(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["wechat", "email"])
    push = fake.agree(MEI, ONCE)
    for _ in range(2):  # WeChat says it twice
        assert await says(town, push) == 200
    assert await says(town, fake.agree(MEI, ONCE, "reject")) == 200
    assert await consents_left(town) == [{ONCE: 1}]
    first = await town.publish("/1", **another_subsidy(1))
    await town.settle()
    await town.tells("/2", **another_subsidy(2))
    assert (len(fake.sent), len(await town.mailbox("mei")), fake.requests) == (1, 1, 1)
    assert await consents_left(town) == [{ONCE: 0}]
    assert await says(town, fake.finished(only(fake), "success")) == 200
    assert (await town.funnel(first))["delivered"] == {"wechat": 1}


async def test_who_takes_their_consent_back_is_told_by_the_next_channel(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["wechat", "email"])
    for _ in range(3):
        await says(town, fake.agree(MEI, ONCE))
        town.clock.advance(timedelta(seconds=1))
    fake.agreed.clear()
    await town.tells(**a_subsidy())
    assert (fake.sent, len(await town.mailbox("mei"))) == ([], 1)
    assert await consents_left(town) == [{ONCE: 0}]


@pytest.mark.parametrize("fault", ["reset_after", "reset", "html"])
async def test_a_subscription_message_in_doubt_stays_in_doubt_and_nobody_is_told_twice(
    mini: tuple[Town, FakeWeChat], fault: Any
) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["wechat", "email"])
    for _ in range(2):
        await says(town, fake.agree(MEI, ONCE))
        town.clock.advance(timedelta(seconds=1))
    fake.faults.append(fault)
    event = await town.publish(**a_subsidy())
    await town.advance(hours=3)
    assert (fake.requests, await town.mailbox("mei")) == (1, [])
    assert (await town.funnel(event))["unknown"] == {"wechat": 1}


async def test_who_is_erased_leaves_no_consents_counted(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["wechat"])
    await says(town, fake.agree(MEI, ONCE))
    await town.erases("mei")
    assert await consents_left(town) == []


# Joining by a mini-program's code


async def joins(town: Town, fake: FakeWeChat, scene: str, openid: str, login: str = "") -> tuple[int, dict[str, Any]]:
    """The mini-program's page on somebody's phone makes its call."""
    asked = json.dumps({"scene": scene, "code": login or fake.mini.login(openid)}).encode()
    status, answer = await town.request("POST", "/api/v1/wechat/join", asked)
    await town.settle()
    return status, json.loads(answer)


async def test_a_code_of_a_mini_program_joins_the_openid_of_who_scans_it_once(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["email"])
    async with a_code(town, "mei") as (binding, code, number):
        assert code.picture.startswith(b"\x89PNG")
        assert fake.mini.drawn == [code.scene]
        assert len(code.scene) == 32
        assert await binding.binding_state(number, code.scene) == "waiting"
        assert await joins(town, fake, code.scene, "oMei") == (200, {"state": "joined"})
        assert await binding.binding_state(number, code.scene) == "joined"
        assert await joins(town, fake, code.scene, "oOther") == (200, {"state": "over"})
    assert fake.mini.asked == 1
    assert await one(town, sa.select(endpoints.c.subscriber_no).where(endpoints.c.channel == "wechat")) == number
    await says(town, fake.agree("oMei", ONCE))
    assert await consents_left(town) == [{ONCE: 1}]


async def test_an_openid_of_somebody_else_is_refused_by_a_mini_programs_code_too(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["wechat"])
    await town.a_citizen("bo", channels=["email"])
    async with a_code(town, "bo") as (binding, code, number):
        assert await joins(town, fake, code.scene, MEI) == (200, {"state": "refused"})
        assert await binding.binding_state(number, code.scene) == "refused"
    assert await one(town, sa.select(sa.func.count()).where(endpoints.c.channel == "wechat")) == 1


async def test_a_scene_that_is_over_or_nobodys_asks_wechat_for_nobody(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["email"])
    async with a_code(town, "mei") as (binding, first, number):
        second = await binding.begin_binding(number)
        assert await joins(town, fake, first.scene, "oMei") == (200, {"state": "over"})
        assert await joins(town, fake, "guessed", "oMei") == (200, {"state": "unknown"})
        await town.advance(minutes=11)
        assert await joins(town, fake, second.scene, "oMei") == (200, {"state": "over"})
    assert fake.mini.asked == 0


async def test_a_login_that_wechat_does_not_know_joins_nobody_and_the_code_still_works(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["email"])
    async with a_code(town, "mei") as (_, code, _number):
        status, answer = await joins(town, fake, code.scene, "oMei", login="made-up")
        assert (status, answer["errors"][0]["field"]) == (422, "code")
        fake.faults.append(-1)
        assert (await joins(town, fake, code.scene, "oMei"))[0] == 503
        fake.faults.extend(["reset", "reset"])  # of a kept connection that breaks a GET is made again by itself
        assert (await joins(town, fake, code.scene, "oMei"))[0] == 503
        assert await joins(town, fake, code.scene, "oMei") == (200, {"state": "joined"})


async def test_two_phones_at_the_same_moment_join_one_openid(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["email"])
    async with a_code(town, "mei") as (_, code, _number):
        answers = await asyncio.gather(*(joins(town, fake, code.scene, f"o{name}") for name in ("Mei", "Bo", "Li")))
    assert sorted(answer["state"] for _, answer in answers) == ["joined", "over", "over"]
    assert await one(town, sa.select(sa.func.count()).where(endpoints.c.channel == "wechat")) == 1


async def test_nobody_tries_logins_without_end_and_what_is_no_call_is_refused(mini: tuple[Town, FakeWeChat]) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["email"])
    async with a_code(town, "mei") as (_, code, _number):
        for _ in range(TRIES_OF_A_SCENE):
            assert (await joins(town, fake, code.scene, "oMei", login="wrong"))[0] == 422
        assert (await joins(town, fake, code.scene, "oMei"))[0] == 429
    assert fake.mini.asked == TRIES_OF_A_SCENE
    for body, status in (
        (b"{}", 422), (b"[]", 400), (b"\xff", 400), (b'{"scene": 1, "code": "x"}', 422), (b'{"scene": "x"}', 422),
        (b'{"scene": "' + b"x" * 65 + b'", "code": "x"}', 422), (b" " * 5000, 413),
    ):  # fmt: skip
        assert (await town.request("POST", "/api/v1/wechat/join", body))[0] == status, body


async def test_a_mini_program_without_its_page_shows_no_code(database_url: str, tmp_path: Path) -> None:
    async with a_town("mini", database_url, tmp_path, without="&join=pages%2Fjoin%2Findex") as (town, fake):
        await town.a_citizen("mei", channels=["email"])
        with pytest.raises(BadInput, match=r"join \(kind=mini\)"):
            async with a_code(town, "mei"):
                pass
        assert fake.mini.drawn == []


async def test_an_official_account_has_no_call_for_mini_programs(official: tuple[Town, FakeWeChat]) -> None:
    town, fake = official
    assert (await town.request("POST", "/api/v1/wechat/join", b"{}"))[0] == 404
    assert fake.mini.asked == 0


@pytest.mark.parametrize("code", [41030, 45009, 48001, 40169])
async def test_no_code_of_a_mini_program_is_shown_while_wechat_draws_none(mini: tuple[Town, FakeWeChat], code: int) -> None:
    town, fake = mini
    await town.a_citizen("mei", channels=["email"])
    fake.faults.append(code)
    with pytest.raises(TryLater, match="no code"):
        async with a_code(town, "mei"):
            pass
