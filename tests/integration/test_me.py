"""`/me` by its forms: what each change does, what a wrong or an old form hears, and that nobody reaches what is not theirs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.storage.tables.operations import service_messages, sessions
from pushsvc.storage.tables.profiles import endpoints, subscribers
from tests.integration.at_home import Home, at_home, cookie_of
from tests.integration.forms import a_browser, get
from tests.integration.pages_town import SUBSIDY

HOSTILE = '"><script>alert(1)</script>\u202e<img src=x onerror=alert(2)>'
PAGES = (
    "/me", "/me/interests/new", "/me/facts", "/me/settings", "/me/rest", "/me/addresses", "/me/addresses/new", "/me/stop",
    "/me/data", "/me/data.json", "/me/erase",
)  # fmt: skip


@pytest.fixture
async def home(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Home]:
    async with at_home(sqlite_template, tmp_path) as made:
        yield made


async def test_who_is_not_signed_in_is_led_to_the_sign_in(home: Home) -> None:
    async with a_browser(home.base) as stranger:
        for path in PAGES:
            async with stranger.get(path, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"].split("?")[0]) == (303, "/enter"), path


async def test_opening_every_page_changes_nothing(home: Home) -> None:
    before = await home.me()
    for path in PAGES:
        assert (await home.get(path)).status == 200, path
    assert await home.me() == before


async def test_an_interest_is_added_told_changed_paused_taken_up_and_removed(home: Home) -> None:
    added = await home.post(
        "/me/interests/new", ("topics", "养老"), ("any_of", "电梯\n扶手"), ("none_of", "招标"), ("do", "save")
    )
    assert added.location == "/me?done=added"
    assert "关于养老的消息，提到“电梯”或“扶手”，不提“招标”。" in (await home.get("/me")).text
    at = f"/me/interests/{(await home.me()).interests[1].interest_id}"
    fields = await home.shown(at, "made_from")
    changed = await home.post(
        at, *fields, ("audiences", "老年人"), ("whom", "other"), ("add_place", "成都武侯区"), ("age", "80")
    )
    assert changed.location == "/me?done=changed"
    mine = (await home.me()).interests[1]
    assert mine.body == {"audiences": ["老年人"], "places": ["510107"], "attributes": {"age": [80, 80]}} or mine.body == {
        "audiences": ["老年人"], "places": ["510107"], "attributes": {"age": [80.0, 80.0]},
    }  # fmt: skip
    at = f"/me/interests/{mine.interest_id}"
    assert (await home.post(f"{at}/pause", at="/me")).location == "/me?done=paused"
    assert (await home.me()).interests[1].paused
    assert (await home.post(f"{at}/go-on", at="/me")).location == "/me?done=awake"
    assert not (await home.me()).interests[1].paused
    assert (await home.post(f"{at}/remove")).location == "/me?done=removed"
    assert len((await home.me()).interests) == 1


async def test_everything_for_where_she_lives_needs_no_other_condition(home: Home) -> None:
    assert (await home.post("/me/interests/new", ("whom", "here"))).location == "/me?done=added"
    added = (await home.me()).interests[1]
    assert added.body == {"places": ["510104"]}
    assert "各类消息，在四川省成都市锦江区。" in (await home.get("/me")).text
    assert 'value="here" checked' in (await home.get(f"/me/interests/{added.interest_id}")).text


async def test_a_clause_that_came_by_an_import_and_has_no_box_survives_an_edit(sqlite_template: Path, tmp_path: Path) -> None:
    body = {"topics": ["T0101"], "industries": ["C3911"], "attributes": {"registered_capital": 5}, "any_of": ["补贴"]}
    async with at_home(sqlite_template, tmp_path, interests=[body]) as home:
        at = f"/me/interests/{(await home.me()).interests[0].interest_id}"
        page = await home.get(at)
        assert 'value="T0101" checked' in page.text
        assert 'value="C3911" checked' in page.text
        kept = [("topics", "T0101"), ("industries", "C3911"), ("any_of", "补贴"), ("none_of", "招标"), ("whom", "me")]
        assert (await home.post(at, *await home.shown(at, "made_from"), *kept)).location
        assert (await home.me()).interests[0].body == body | {"none_of": ["招标"]}


async def test_an_added_interest_answers_what_comes_next(home: Home) -> None:
    await home.post("/me/interests/new", ("any_of", "电梯"))
    first = (await home.me()).interests[0].interest_id
    await home.post(f"/me/interests/{first}/pause", at="/me")
    await home.town.tells("/subsidy", title="关于老旧电梯更新的通知", text=SUBSIDY)
    assert [mail.kind for mail in await home.town.mailbox("mei")] == ["new"]


async def test_a_place_that_several_share_is_asked_back_and_one_that_nobody_knows_is_named(home: Home) -> None:
    asked = await home.post("/me/interests/new", ("any_of", "电梯"), ("whom", "other"), ("add_place", "鼓楼区"))
    assert asked.status == 422
    assert "南京市鼓楼区" in asked.text
    assert "电梯" in asked.text
    nowhere = await home.post("/me/interests/new", ("any_of", "电梯"), ("whom", "other"), ("add_place", "无此地方"))
    assert nowhere.status == 422
    assert 'value="无此地方"' in nowhere.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([], "请至少选一样"),
        ([("any_of", "电")], "每个词两个字以上"),
        ([("any_of", "长" * 101)], "每个词两个字以上"),
        ([("topics", "没有这样的主题")], "不在我们的单子里"),
        ([("any_of", "电梯"), ("whom", "other")], "请写那个人住在哪里"),
        ([("any_of", "电梯"), ("whom", "other"), ("places", "510107"), ("age", "八十")], "年龄请写数字"),
        ([("any_of", "电梯"), ("add_place", "成都")], "是替别人看的"),
        ([("any_of", "电梯"), ("regions", "999999")], "有一个地方不认识"),
        ([("any_of", "电梯"), ("add_site", "没有的网站")], "没找到这个网站"),
    ],
)
async def test_what_is_wrong_with_an_interest_is_said_at_its_field_and_nothing_is_saved(
    home: Home, fields: list[tuple[str, str]], words: str
) -> None:
    answer = await home.post("/me/interests/new", *fields)
    assert answer.status == 422
    assert words in answer.text
    assert all(value in answer.text for name, value in fields if name in ("any_of", "age", "add_site"))
    assert len((await home.me()).interests) == 1


async def test_a_look_says_what_the_last_month_had_and_saves_nothing(home: Home) -> None:
    await home.town.tells("/subsidy", title="关于老旧电梯更新的通知", text=SUBSIDY)
    look = await home.post("/me/interests/new", ("any_of", "电梯"), ("do", "look"))
    assert look.status == 200
    assert "最近 30 天会有 1 条" in look.text
    rare = await home.post("/me/interests/new", ("any_of", "不会有的词"), ("do", "look"))
    assert "一条也没有" in rare.text
    assert len((await home.me()).interests) == 1


async def test_of_two_tabs_that_edit_one_interest_the_second_is_told_and_keeps_what_it_typed(home: Home) -> None:
    at = f"/me/interests/{(await home.me()).interests[0].interest_id}"
    fields = await home.shown(at, "made_from")
    assert (await home.post(at, *fields, ("any_of", "电梯"))).location
    second = await home.post(at, *fields, ("any_of", "我的扶手"), at="/me")
    assert second.status == 409
    assert "各类消息，提到“电梯”。" in second.text
    assert "我的扶手" in second.text
    # Saved again from that page, it stands in place of what the first tab made.
    now = (await home.me()).interests[0].interest_id
    assert f'action="/me/interests/{now}"' in second.text
    assert [each.body for each in (await home.me()).interests] == [{"any_of": ["电梯"]}]


async def test_two_tabs_that_edit_facts_or_settings_lose_nothing_silently(home: Home) -> None:
    old_facts = await home.shown("/me/facts", "made_from")
    old_settings = await home.shown("/me/settings", "made_from")
    assert (await home.post("/me/facts", *old_facts, ("places", "510107"), ("birth_year", "1957"))).location
    late = await home.post("/me/facts", *old_facts, ("places", "510105"), ("birth_year", "1960"), at="/me")
    assert late.status == 409
    assert "1957 年出生" in late.text
    assert 'value="1960"' in late.text
    given = [("quiet", "usual"), ("reminders", "yes"), ("language", "zh"), ("large", "no"), ("timezone", "Asia/Shanghai")]
    assert (await home.post("/me/settings", *old_settings, ("frequency", "daily"), *given)).location
    again = await home.post("/me/settings", *old_settings, ("frequency", "weekly"), *given, at="/me")
    assert again.status == 409
    me = await home.me()
    assert (me.attributes, me.preferences.frequency) == ({"birth_year": 1957}, "daily")


async def test_settings_are_kept_and_worn_by_the_browser(home: Home) -> None:
    saved = await home.post(
        "/me/settings", *await home.shown("/me/settings", "made_from"), ("frequency", "weekly"), ("quiet", "own"),
        ("quiet_from", "22:00"), ("quiet_to", "07:30"), ("max_a_day", "3"), ("reminders", "no"), ("language", "en"),
        ("large", "yes"), ("timezone", "Europe/London"),
    )  # fmt: skip
    assert saved.location == "/me?done=settings"
    me = await home.me()
    assert me.said == {
        "channels": ["email", "sms"], "frequency": "weekly", "quiet_hours": ["22:00", "07:30"], "max_a_day": 3,
        "reminders": False,
    }  # fmt: skip
    assert (me.language, me.timezone, me.large_print) == ("en", "Europe/London", True)
    page = await home.get("/me")
    assert '<html lang="en" class="large">' in page.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"frequency": "hourly"}, "请选一个"),
        ({"quiet": "own", "quiet_from": "08:00", "quiet_to": "08:00"}, "两个不同的时间"),
        ({"quiet": "own", "quiet_from": "25:00", "quiet_to": "99"}, "两个不同的时间"),
        ({"max_a_day": "0"}, "1 到 1000"),
        ({"max_a_day": HOSTILE}, "1 到 1000"),
        ({"timezone": "Mars/Olympus"}, "请选一个"),
    ],
)
async def test_wrong_settings_are_named_and_not_saved(home: Home, wrong: dict[str, str], words: str) -> None:
    good = {
        "frequency": "daily", "quiet": "usual", "quiet_from": "21:00", "quiet_to": "08:00", "max_a_day": "", "reminders": "yes",
        "language": "zh", "large": "no", "timezone": "Asia/Shanghai",
    }  # fmt: skip
    before = (await home.me()).said
    fields = await home.shown("/me/settings", "made_from")
    answer = await home.post("/me/settings", *fields, *(good | wrong).items())
    assert answer.status == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text
    assert (await home.me()).said == before


async def test_facts_keep_what_the_form_has_no_field_for_and_a_birth_year_replaces_an_age(
    sqlite_template: Path, tmp_path: Path
) -> None:
    async with at_home(sqlite_template, tmp_path, attributes={"age": 70, "height": 160}) as home:
        fields = await home.shown("/me/facts", "made_from")
        assert (await home.post("/me/facts", *fields, ("places", "510104"), ("add_place", "绵阳"))).location
        me = await home.me()
        assert (me.places, me.attributes) == (("510104", "510700"), {"age": 70, "height": 160})
        fields = await home.shown("/me/facts", "made_from")
        assert (await home.post("/me/facts", *fields, ("birth_year", "1955"))).location
        me = await home.me()
        assert (me.places, me.attributes, me.age_as_of) == ((), {"height": 160, "birth_year": 1955}, None)


@pytest.mark.parametrize("year", ["1855", "2099", "19o5", HOSTILE])
async def test_a_year_of_birth_that_nobody_has_is_refused(home: Home, year: str) -> None:
    answer = await home.post("/me/facts", *await home.shown("/me/facts", "made_from"), ("birth_year", year))
    assert answer.status == 422
    assert "出生年份写四位数" in answer.text
    assert "<script>alert" not in answer.text


async def test_a_pause_holds_until_the_end_of_that_day_there_and_can_be_ended(home: Home) -> None:
    assert (await home.post("/me/rest", ("until", "2026-03-08"))).location == "/me?done=rest"
    until = (await home.me()).paused_until
    assert until is not None
    assert until.isoformat() == "2026-03-08T16:00:00+00:00"
    assert "到 2026年3月8日 为止" in (await home.get("/me")).text
    assert (await home.post("/me/rest", ("do", "end"))).location == "/me?done=rest_over"
    assert (await home.me()).paused_until is None
    for day in ("2026-03-01", "2027-12-31", "", "gestern", HOSTILE):
        assert (await home.post("/me/rest", ("until", day))).status == 422, day


async def test_an_address_is_added_by_the_code_that_was_sent_there_and_by_no_other(home: Home) -> None:
    sent = await home.post("/me/addresses/new", ("channel", "email"), ("address", "Mei.New@mail.example"))
    assert sent.location == "/me/addresses/code"
    code = await home.code("mei.new@mail.example")
    wrong = await home.post("/me/addresses/code", ("code", f"{(int(code) + 1) % 10**6:06}"))
    assert wrong.status == 422
    assert len((await home.me()).addresses) == 2
    assert (
        await home.post("/me/addresses/code", ("code", f" {code[:3]} {code[3:]} "))
    ).location == "/me/addresses?done=address"
    assert [each.address for each in (await home.me()).open_addresses] == [
        "mei@mail.example", "+8613800000000", "mei.new@mail.example",
    ] or [each.address for each in (await home.me()).open_addresses] == [
        "mei@mail.example", "mei.new@mail.example", "+8613800000000",
    ]  # fmt: skip
    # The code is used up.
    await home.post("/me/addresses/new", ("channel", "email"), ("address", "other@mail.example"))
    assert (await home.post("/me/addresses/code", ("code", code))).status == 422


@pytest.mark.parametrize(
    ("channel", "address", "words"),
    [
        ("email", "no address", "请检查一遍"),
        ("email", f"{HOSTILE}@x.example", "请检查一遍"),
        ("email", "a@b.example\r\nBcc: all@b.example", "请检查一遍"),
        ("sms", "12345", "请检查一遍"),
        ("wechat", "no openid", "请检查一遍"),
        ("email", "MEI@mail.example", "已经在用了"),
    ],
)
async def test_what_is_no_address_or_is_there_already_gets_no_code(home: Home, channel: str, address: str, words: str) -> None:
    answer = await home.post("/me/addresses/new", ("channel", channel), ("address", address))
    assert answer.status == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text
    async with home.town.house.database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(service_messages)) == 0


async def test_the_order_of_addresses_decides_where_the_next_message_goes(home: Home) -> None:
    sms = (await home.me()).addresses[1]
    fields = await home.shown("/me/addresses", "made_from")
    moved = await home.post(f"/me/addresses/{sms.endpoint_id}/move", *fields, ("to", "up"), at="/me/addresses")
    assert moved.location == "/me/addresses?done=moved"
    late = await home.post(f"/me/addresses/{sms.endpoint_id}/move", *fields, ("to", "down"), at="/me/addresses")
    assert late.status == 409
    await home.town.tells("/subsidy", title="关于申领老旧电梯更新补贴的通知", text=SUBSIDY)
    assert [mail.channel for mail in await home.town.mailbox(sms.address)] == ["sms"]


async def test_one_address_stops_is_removed_and_the_last_open_one_leads_to_stop_everything(home: Home) -> None:
    email, sms = (await home.me()).addresses
    assert (await home.post(f"/me/addresses/{email.endpoint_id}/stop")).location == "/me/addresses?done=stopped"
    assert [each.state for each in (await home.me()).addresses] == ["stopped", "open"]
    for act in ("stop", "remove"):
        last = await home.post(f"/me/addresses/{sms.endpoint_id}/{act}", at="/me")
        assert last.location == "/me/stop"
    assert (await home.post(f"/me/addresses/{email.endpoint_id}/remove")).location == "/me/addresses?done=gone"
    assert [each.address for each in (await home.me()).addresses] == [sms.address]
    assert (await home.post("/me/stop")).location == "/me?done=stopped"
    assert (await home.me()).open_addresses == ()
    await home.town.tells("/subsidy", title="关于申领老旧电梯更新补贴的通知", text=SUBSIDY)
    assert await home.town.mailbox("mei") == []


async def test_what_is_not_mine_is_not_there(home: Home) -> None:
    li = await home.me("li")
    hers, address = li.interests[0].interest_id, li.addresses[0].endpoint_id
    gets = [
        f"/me/interests/{hers}",
        f"/me/interests/{hers}/remove",
        f"/me/addresses/{address}/stop",
        f"/me/addresses/{address}/remove",
    ]
    for path in [*gets, "/me/interests/int_00", "/me/addresses/99999/remove"]:
        assert (await home.get(path)).status == 404, path
    mine = await home.shown(f"/me/interests/{(await home.me()).interests[0].interest_id}", "made_from")
    for path in (
        f"/me/interests/{hers}",
        f"/me/interests/{hers}/pause",
        f"/me/interests/{hers}/go-on",
        f"/me/interests/{hers}/remove",
    ):
        assert (await home.post(path, *mine, ("any_of", "电梯"), at="/me")).status == 404, path
    for act in ("move", "stop", "remove"):
        answer = await home.post(f"/me/addresses/{address}/{act}", ("to", "up"), at="/me")
        assert answer.status == 404, act
    assert await home.me("li") == li


async def test_a_form_without_its_mark_changes_nothing(home: Home) -> None:
    async with home.client.post("/me/erase", data={"sure": "yes"}) as answer:
        assert answer.status == 403
    async with home.client.post("/me/stop", data={}, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    assert len((await home.me()).open_addresses) == 2


async def test_hostile_words_in_an_interest_are_shown_as_words(home: Home) -> None:
    assert (await home.post("/me/interests/new", ("any_of", HOSTILE), ("none_of", HOSTILE))).location
    page = await home.get("/me")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "\u202e" not in page.text


async def test_the_file_has_all_that_is_known_of_this_person_and_nothing_of_others(home: Home) -> None:
    await home.town.tells("/subsidy", title="关于申领老旧电梯更新补贴的通知", text=SUBSIDY)
    async with home.client.get("/me/data.json") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        known = json.loads(await answer.text())
    assert known["subscriber"]["id"] == "mei"
    assert [each["address"] for each in known["subscriber"]["endpoints"]] == ["mei@mail.example", "+8613800000000"]
    assert [(each["kind"], each["channel"], each["state"]) for each in known["told"]] == [("new", "email", "accepted")]
    assert "li@mail.example" not in json.dumps(known)


async def test_erasing_asks_first_then_forgets_everything_and_ends_every_session(home: Home) -> None:
    other_browser = await cookie_of(home.town, "mei")
    assert (await home.post("/me/erase")).status == 422
    assert (await home.me()).subscriber_id == "mei"
    erased = await home.post("/me/erase", ("sure", "yes"))
    assert erased.status == 200
    assert "都删掉了" in erased.text
    async with home.town.house.database.read() as tx:
        assert list((await tx.execute(sa.select(subscribers.c.subscriber_id))).scalars()) == ["li"]
        assert await tx.scalar(sa.select(sa.func.count()).select_from(endpoints)) == 1
        assert await tx.scalar(sa.select(sa.func.count()).select_from(sessions)) == 0
    async with a_browser(home.base) as again:
        again.cookie_jar.update_cookies({"me": other_browser})
        assert (await get(again, "/me")).location.startswith("/enter")
