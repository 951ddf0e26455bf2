"""`/o/subscribers`: counts that point at nobody, an import that nobody waits for, and one person's data or erasure."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.profiles.census import census
from pushsvc.storage.tables.operations import installation
from pushsvc.storage.tables.profiles import endpoints, subscribers
from tests.integration.desk import Desk, a_desk, get, post, words
from tests.integration.forms import mark_of
from tests.integration.uploading import a_database, on_both, upload
from tests.journeys.house import a_house

PAGE = "/o/subscribers/import"


@pytest.fixture
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_database(request, tmp_path) as url, a_house(url, tmp_path) as town:
        await town.a_site()
        async with a_desk(town) as made:
            yield made


def a_line(name: str, **said: Any) -> dict[str, Any]:
    consent = {"at": "2026-03-01T09:00:00+08:00", "source": "hall-form"}
    return {
        "id": name, "kind": "citizen", "places": ["510104"], "interests": [{"any_of": ["补贴"]}],
        "endpoints": [{"channel": "email", "address": f"{name}@mail.example", "consent": consent}], **said,
    }  # fmt: skip


def a_file(*lines: Any) -> bytes:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


@on_both
async def test_counts_say_how_many_and_nobody_by_name(desk: Desk, runs_on: str) -> None:
    for name in ("mei", "li", "wang", "zhao", "qian"):
        await desk.town.a_citizen(name, channels=("email", "sms"))
    await desk.town.a_citizen("far", in_="510704", frequency="daily")
    await desk.town.erases("qian")
    async with desk.town.house.database.write() as tx:
        mine = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == "far").scalar_subquery()
        await tx.execute(
            sa.update(endpoints).where(endpoints.c.subscriber_no == mine).values(suppressed_at=desk.town.clock.now())
        )
    await desk.town.a_citizen("sun")
    async with desk.signed_in("admin") as client:
        answer = await get(client, "/o/subscribers")
    page = words(answer.text)
    assert "现在有 6 人和企业订阅" in page
    assert "四川省成都市锦江区 5 人" in page
    assert "另有 1 个地方，每处不到 5 人" in page
    assert "游仙区" not in page
    assert "每天一次 1 人" in page
    assert "邮件 5 0 1 0" in page
    assert "1 现在哪条渠道都收不到的" in page
    assert "1 最近 30 天清除资料的" in page
    for private in ("mei", "mail.example", "1380000"):
        assert private not in answer.text


@on_both
async def test_no_place_below_five_is_named_and_each_of_several_counts(desk: Desk, runs_on: str) -> None:
    await desk.town.imports([a_line(f"p{n}", places=["510104", "510105"]) for n in range(5)])
    await desk.town.imports([a_line(f"q{n}", places=["510106"]) for n in range(4)])
    async with desk.town.house.database.read() as tx:
        counted = await census(tx, desk.town.clock.now())
    assert (sorted(counted.places), counted.small_places) == ([("510104", 5), ("510105", 5)], 1)


async def test_only_an_administrator_sees_them(desk: Desk) -> None:
    for role in ("viewer", "publisher", "operator", "approver"):
        async with desk.signed_in(role) as client:
            for path in ("/o/subscribers", PAGE, "/o/subscribers/person"):
                assert (await get(client, path)).status == 403, (role, path)
            mark = await mark_of(client, "/sign-out")
            async with client.post("/o/subscribers/person/erase", data={"mark": mark, "id": "mei"}) as answer:
                assert answer.status == 403


@on_both
async def test_an_import_is_checked_applied_and_counted(desk: Desk, runs_on: str) -> None:
    await desk.town.a_citizen("mei")
    file = a_file(a_line("mei"), a_line("new-1"), a_line("new-2"))
    async with desk.signed_in("admin") as client:
        checked = await upload(client, PAGE, file, "people.jsonl")
        assert "2 新来的 1 已经在这里的" in words(checked.text)
        assert await _people(desk) == 1
        await post(client, checked.location)
        page = words((await get(client, checked.location)).text)
        assert "2 新来的 1 更新了的 0 没有照办的 0 请留意的" in page
        assert "新的资料已经生效" in page
        await post(client, checked.location, at=PAGE)
    assert await _people(desk) == 3
    (deed,) = await desk.deeds()
    assert (deed.action, dict(deed.detail)) == ("subscribers imported", {"added": 2, "written": 1, "skipped": 0})
    async with desk.town.house.database.read() as tx:
        names = (await tx.execute(sa.select(installation.c.name))).scalars().all()
    assert not [name for name in names if name.startswith("upload text")]


async def test_bad_lines_are_named_and_nothing_is_changed_or_shown_again(desk: Desk) -> None:
    wrong = a_line("bad")
    wrong["endpoints"][0] |= {"channel": "sms", "address": "12345"}
    file = a_file(a_line("good"), wrong, {"id": "x"}) + b"not json\n" + a_file(a_line("good"))
    async with desk.signed_in("admin") as client:
        answer = await upload(client, PAGE, file, "people.jsonl")
    assert answer.status == 422
    page = words(answer.text)
    for said in (
        '第 2 行："12345" 不是手机号码',
        "第 3 行：缺少 endpoints",
        "第 4 行：不是 JSON",
        "第 5 行：编号 good 在第 1 行已经有了",
    ):
        assert said in page, page
    assert "good@mail.example" not in answer.text
    assert await _people(desk) == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "没有内容"),
        (b"\n\n \n", "没有内容"),
        ("居民".encode("gb18030"), "不是 UTF-8"),
        (b"PK\x03\x04" + b"\0" * 400, "不是文本文件"),
        (b"[" * 70_000, "64 KiB"),
        (b'{"a": ' * 5_000, "不是 JSON"),
    ],
)
async def test_broken_files_are_refused_in_words(desk: Desk, body: bytes, said: str) -> None:
    async with desk.signed_in("admin") as client:
        answer = await upload(client, PAGE, body, "people.jsonl")
    assert (answer.status, said in words(answer.text)) == (422, True), words(answer.text)


@pytest.mark.parametrize(("path", "name"), [(PAGE, "people.jsonl"), ("/o/sites/import", "sites.csv")])
async def test_the_example_on_the_page_is_a_good_file(desk: Desk, path: str, name: str) -> None:
    async with desk.signed_in("admin") as client:
        shown = re.search(r"(?s)<pre[^>]*>(.*?)</pre>", (await get(client, path)).text)
        assert shown
        checked = await upload(client, path, unescape(shown[1]).encode(), name)
    assert "检查好了" in checked.text, words(checked.text)


async def test_what_was_left_out_and_what_to_look_at_is_said(desk: Desk) -> None:
    await desk.town.a_citizen("gone")
    await desk.town.erases("gone")
    await desk.town.a_citizen("mei")
    twin = a_line("twin")
    twin["endpoints"][0]["address"] = "mei@mail.example"
    async with desk.signed_in("admin") as client:
        checked = await upload(client, PAGE, a_file(a_line("gone"), twin), "people.jsonl")
        await post(client, checked.location)
        page = words((await get(client, checked.location)).text)
    assert "第 1 行：编号 gone 在 2026-03-02" in page
    assert "邮件的地址也是 mei 的" in page


async def test_a_file_over_ten_megabytes_is_sent_to_the_command_line(desk: Desk) -> None:
    async with desk.signed_in("admin", language="en") as client:
        answer = await upload(client, PAGE, b"x" * (11 * 1024 * 1024))
    assert answer.status == 413
    assert "pushsvc subscribers import FILE.jsonl" in words(answer.text)


async def test_somebody_who_asks_gets_their_data_and_it_is_noted(desk: Desk) -> None:
    await desk.town.a_citizen("mei")
    async with desk.signed_in("admin") as client:
        answer = await post(client, "/o/subscribers/person/export", {"id": "mei"}, at="/o/subscribers/person")
        known = json.loads(answer.text)
        assert (known["subscriber"]["id"], known["told"]) == ("mei", [])
        unknown = await post(client, "/o/subscribers/person/export", {"id": "<b>nobody"}, at="/o/subscribers/person")
        assert unknown.status == 404
        assert "<b>nobody" not in unknown.text
    (deed,) = await desk.deeds()
    assert (deed.action, deed.subject) == ("subscriber exported", "subscriber 1")


@on_both
async def test_an_erasure_is_asked_for_done_once_and_noted_without_the_id(desk: Desk, runs_on: str) -> None:
    await desk.town.a_citizen("mei")
    async with desk.signed_in("admin") as client:
        asked = await post(client, "/o/subscribers/person/ask", {"id": "mei"}, at="/o/subscribers/person")
        assert "清除 mei 的全部资料" in words(asked.text)
        assert await _people(desk) == 1
        fields = {"id": "mei", "why": "本人到窗口提出"}
        done = await post(client, "/o/subscribers/person/erase", fields, at="/o/subscribers/person")
        assert (done.status, await _people(desk)) == (303, 0)
        assert "已经清除" in (await get(client, done.location)).text
        assert (await post(client, "/o/subscribers/person/erase", fields, at="/o/subscribers/person")).status == 404
    (deed,) = await desk.deeds()
    assert (deed.action, deed.subject, dict(deed.detail)) == ("subscriber erased", "subscriber 1", {"why": "本人到窗口提出"})


async def test_a_form_of_another_place_does_nothing(desk: Desk) -> None:
    await desk.town.a_citizen("mei")
    async with desk.signed_in("admin") as client:
        for path in ("/o/subscribers/person/erase", PAGE, "/o/sites/import"):
            async with client.post(path, data={"id": "mei"}) as answer:
                assert answer.status == 403
    assert await _people(desk) == 1


async def _people(desk: Desk) -> int:
    async with desk.town.house.database.read() as tx:
        return int(await tx.scalar(sa.select(sa.func.count()).select_from(subscribers)) or 0)
