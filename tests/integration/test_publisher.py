"""The publisher's console: from a pasted text to people who were told, with the way back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.storage.tables.operations import audit
from pushsvc.storage.tables.sites import events
from tests.integration.clerks import NOTICE, Clerk, an_account, another, at_the_console

URL = "https://www.5101040001.example/lift.html"


@pytest.fixture
async def clerk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Clerk]:
    async with at_the_console(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture
async def patient(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Clerk]:
    """A house with an undo period of ten minutes."""
    async with at_the_console(sqlite_template, tmp_path, hold_seconds=600) as made:
        yield made


async def test_a_pasted_text_is_previewed_and_two_clicks_later_people_are_told(clerk: Clerk) -> None:
    await clerk.town.a_citizen("mei")
    preview = await clerk.previews(url=URL, text=NOTICE)
    await clerk.town.settle()
    assert "15万元" in preview.words
    assert not await clerk.town.mailbox()

    draft = preview.path
    after = await clerk.sends(f"{draft}/publish", draft)
    await clerk.town.settle()

    assert re.fullmatch(r"/p/events/evt_[0-9a-f]+", after.path)
    assert [mail.to for mail in await clerk.town.mailbox()] == ["mei@mail.example"]
    assert "已告诉 1 人：邮件 1 人。" in (await clerk.opens("/p/")).words


async def test_the_preview_says_how_many_it_reaches_by_channel_and_place_and_tells_nobody(clerk: Clerk) -> None:
    for number, channel in enumerate(("email", "sms", "sms")):
        await clerk.town.a_citizen(f"c{number}", channels=(channel,))
    await clerk.town.a_citizen("far", in_="110101")

    draft = (await clerk.previews(url=URL, text=NOTICE)).path
    await clerk.town.settle()

    page = (await clerk.opens(draft)).words
    assert "会告诉 3 人。" in page
    assert "邮件 1 人 短信 2 人" in page.replace("  ", " ") or "短信 2 人 邮件 1 人" in page
    assert "锦江区 3 人" in page
    assert await clerk.town.mailbox() == []


async def test_when_nobody_is_reached_the_preview_names_the_clause_and_what_would_help(clerk: Clerk) -> None:
    await clerk.town.a_site("5101000001")
    await an_account(clerk.town, "chengdu", site="5101000001")
    for number in range(3):
        await clerk.town.a_citizen(f"old{number}", in_="510104", interests=[{"topics": ["养老"]}])
    await clerk.town.a_citizen("child", in_="510107", interests=[{"topics": ["教育"]}])
    async with another(clerk.town, clerk.base, "chengdu") as chengdu:
        fields = {"url": "https://www.5101000001.example/1", "text": NOTICE, "topics": "养老"}
        draft = (await chengdu.previews(**fields, regions="武侯区")).path
        await clerk.town.settle()
        await clerk.town.service.timekeeper.once()
        page = (await chengdu.opens(draft)).words

        assert "现在没有人会收到。" in page
        assert "武侯区有 1 人订阅，但没有人关注“养老”。" in page
        assert "同样的内容，面向成都市的话，会告诉 3 人。" in page
        assert "教育入学（1 人）" in page

        wider = (await chengdu.previews(**fields, regions="成都市")).path
        await clerk.town.settle()
        assert "会告诉 3 人。" in (await chengdu.opens(wider)).words


async def test_the_preview_says_for_which_places_and_subjects_it_was_read(clerk: Clerk) -> None:
    said = await clerk.previews(url=URL, text="关于停水的通告\n\n因管网检修，部分小区将于2026年4月3日停水，请居民提前储水。")
    assert "面向哪里 锦江区（原文没有写明，按您的网站算） 主题 停水停电" in said.words
    told = await clerk.previews(url=URL, text=NOTICE, regions="锦江区", topics="住房")
    assert "面向哪里 锦江区 主题 住房" in told.words


async def test_the_undo_period_of_half_a_minute_is_said_where_a_document_is_withdrawn(
    sqlite_template: Path, tmp_path: Path
) -> None:
    async with at_the_console(sqlite_template, tmp_path, hold_seconds=30) as hasty:
        event = await hasty.town.publish("/1", title="关于电梯补贴的通知", text=NOTICE)
        await hasty.town.settle()
        assert "按下后有 30 秒可以收回。" in (await hasty.opens(f"/p/events/{event}/withdraw")).words


async def test_without_an_undo_period_a_withdrawal_says_that_it_leaves_at_once(clerk: Clerk) -> None:
    event = await clerk.town.publish("/1", title="关于电梯补贴的通知", text=NOTICE)
    await clerk.town.settle()
    assert "马上发出，不能收回" in (await clerk.opens(f"/p/events/{event}/withdraw")).words


async def test_what_is_published_can_be_taken_back_until_it_leaves(patient: Clerk) -> None:
    await patient.town.a_citizen("mei")
    draft = (await patient.previews(url=URL, text=NOTICE)).path
    leaving = await patient.sends(f"{draft}/publish", draft)
    assert "2026年3月2日 09:10:00 发出。" in leaving.words

    taken = await patient.sends(f"{draft}/take-back", draft)
    assert "已收回" in taken.words
    await patient.town.advance(hours=1)
    assert await patient.town.mailbox() == []

    await patient.sends(f"{draft}/publish", draft)
    await patient.town.advance(minutes=11)
    await patient.town.settle()
    assert len(await patient.town.mailbox()) == 1
    late = await patient.sends(f"{draft}/take-back", "/p/new")
    assert late.path.startswith("/p/events/evt_"), "what has left leads to its event"


async def test_a_draft_that_was_thrown_away_in_another_tab_leads_back_to_the_console(clerk: Clerk) -> None:
    draft = (await clerk.previews(url=URL, text=NOTICE)).path
    await clerk.sends(f"{draft}/drop", draft)
    for gone in (await clerk.opens(draft), await clerk.sends(f"{draft}/publish", "/p/new")):
        assert gone.status == 404
        assert "它可能已经删掉了" in gone.words
        assert 'class="button" href="/p/"' in gone.text
    assert 'class="button" href="/account"' in (await clerk.opens("/o/")).text, "its own console is not offered in a circle"
    assert 'class="button" href="/"' in (await clerk.opens("/nowhere")).text


async def test_two_tabs_that_publish_the_same_draft_publish_once(clerk: Clerk) -> None:
    await clerk.town.a_citizen("mei")
    draft = (await clerk.previews(url=URL, text=NOTICE)).path
    for _ in range(2):
        await clerk.sends(f"{draft}/publish", "/p/new")
    await clerk.town.settle()
    async with clerk.town.house.database.read() as tx:
        sent = (await tx.execute(sa.select(events.c.event_id).where(events.c.test.is_(False)))).all()
    assert len(sent) == 1
    assert len(await clerk.town.mailbox()) == 1


async def test_whoever_edits_in_another_tab_does_not_change_what_the_first_tab_publishes(clerk: Clerk) -> None:
    await clerk.town.a_citizen("mei")
    first = (await clerk.previews(url=URL, text=NOTICE)).path
    await clerk.previews(url=URL, text=NOTICE.replace("15万元", "16万元"))
    await clerk.sends(f"{first}/publish", first)
    await clerk.town.settle()
    (mail,) = await clerk.town.mailbox()
    assert "15万元" in mail.text
    assert "16万元" not in mail.text


async def test_a_correction_says_first_what_moves_and_who_hears_of_it(clerk: Clerk) -> None:
    await clerk.town.a_citizen("mei")
    draft = (await clerk.previews(url=URL, text=NOTICE)).path
    event = (await clerk.sends(f"{draft}/publish", draft)).path
    await clerk.town.settle()

    form = await clerk.opens(f"/p/new?event={event.rsplit('/', 1)[1]}")
    assert "每台电梯补贴15万元" in form.text
    same = await clerk.previews(url=URL, text=NOTICE)
    assert "和已经发布的内容一样" in same.words
    preview = await clerk.previews(url=URL, text=NOTICE.replace("4月30日", "5月20日"))
    assert "改动影响要点" in preview.words
    assert "5月20日" in preview.words
    assert "1 人收到过旧内容，会收到更正。" in preview.words
    await clerk.sends(f"{preview.path}/publish", preview.path)
    await clerk.town.settle()
    assert [mail.kind for mail in await clerk.town.mailbox()] == ["new", "correction"]


async def test_a_withdrawal_says_first_to_how_many_and_can_be_taken_back(patient: Clerk) -> None:
    await patient.town.a_citizen("mei")
    event = await patient.town.publish("/1", title="关于电梯补贴的通知", text=NOTICE)
    await patient.town.settle()

    asked = await patient.opens(f"/p/events/{event}/withdraw")
    assert "1 人已经听说过它" in asked.words
    draft = (await patient.sends(f"/p/events/{event}/withdraw")).path
    assert "撤回没有发出" in (await patient.sends(f"{draft}/take-back", draft)).words
    await patient.sends(f"{draft}/publish", draft)
    await patient.town.advance(minutes=11)
    assert [mail.kind for mail in await patient.town.mailbox()] == ["new", "withdrawal"]
    assert (await patient.opens(f"/p/events/{event}/withdraw")).status == 404, "it is withdrawn already"


async def test_what_belongs_to_another_site_is_not_found(clerk: Clerk) -> None:
    await clerk.town.a_site("5101070001")
    theirs = await clerk.town.publish("/1", site="5101070001", text=NOTICE)
    await an_account(clerk.town, "wang", site="5101070001")
    async with another(clerk.town, clerk.base, "wang") as wang:
        draft = (await wang.previews(url="https://www.5101070001.example/2", text=NOTICE)).path
    for path in (f"/p/events/{theirs}", f"/p/events/{theirs}/withdraw", draft, f"{draft}/email.html", f"{draft}/state"):
        assert (await clerk.opens(path)).status == 404, path
    assert (await clerk.opens(f"/p/new?event={theirs}")).status == 404
    for button in ("publish", "take-back", "drop", "test"):
        assert (await clerk.sends(f"{draft}/{button}", "/p/new", address="a@b.example")).status == 404, button


async def test_who_only_watches_has_no_console_and_who_is_nobody_signs_in(clerk: Clerk) -> None:
    await an_account(clerk.town, "eye", role="viewer", site=None)
    async with another(clerk.town, clerk.base, "eye") as eye:
        assert (await eye.opens("/p/")).status == 403


async def test_an_admin_chooses_a_site_first(clerk: Clerk) -> None:
    await an_account(clerk.town, "root", role="admin", site=None)
    async with another(clerk.town, clerk.base, "root") as root:
        assert (await root.opens("/p/")).path == "/p/site"
        assert "没有登记这个标识码" in (await root.sends("/p/site", code="9999999999")).words
        there = await root.sends("/p/site", site="5101040001")
        assert (there.path, "网站510104" in there.words) == ("/p/", True)


BAD = [
    ({}, "url", "请贴上网页的地址。"),
    ({"text": NOTICE}, "url", "只有正文还不够"),
    ({"url": "请看附件"}, "url", "这不是完整的网址"),
    ({"url": "https://user:pw@www.5101040001.example/1"}, "url", "这不是完整的网址"),
    (
        {"url": "https://elsewhere.example/1", "text": NOTICE},
        "url",
        "这个地址不在您的网站上。您的网站是：www.5101040001.example",
    ),
    ({"url": "http://127.0.0.1/", "text": NOTICE}, "url", "这个地址不在您的网站上"),
    ({"url": "http://169.254.169.254/latest/"}, "url", "这个地址不在您的网站上"),
    ({"url": URL}, "url", "找不到这个网站"),
    ({"url": URL, "text": "\x00\x00 ——"}, "text", "没有读到正文"),
    ({"url": URL, "text": "补" * 1_000_001}, "text", "正文太长了"),
    ({"url": URL, "text": "x" * 17_000_000}, "text", "正文太长了"),
    ({"url": URL, "text": NOTICE, "title": "题" * 501}, "title", "标题太长了"),
    ({"url": URL, "text": NOTICE, "regions": "上海市"}, "regions", "您的网站不能面向这些地方发布：上海市。"),
    ({"url": URL, "text": NOTICE, "regions": "火星"}, "regions", "没有找到这些地方：火星。"),
    ({"url": URL, "text": NOTICE, "topics": "养老 吃饭"}, "topics", "没有这些主题：吃饭。"),
]


async def test_bad_input_is_answered_kindly_at_its_field_and_nothing_is_kept(clerk: Clerk) -> None:
    for fields, where, words in BAD:
        answer = await clerk.previews(**fields)
        shown = {name: value[:40] for name, value in fields.items()}
        assert (answer.status, words in answer.words) == (422, True), (shown, answer.words[:600])
        assert f'id="{where}-wrong"' in answer.text, shown
    assert "还没有做完" not in (await clerk.opens("/p/")).words


async def test_hostile_words_stay_words(clerk: Clerk) -> None:
    title, text = (
        '<script>alert(1)</script>"><img src=x onerror=alert(2)>',
        f"<iframe src=javascript:alert(3)></iframe>\n{NOTICE}",
    )
    preview = await clerk.previews(url=URL, text=text, title=title)
    await clerk.town.settle()
    email = await clerk.opens(f"{preview.path}/email.html")
    done = await clerk.sends(f"{preview.path}/publish", preview.path)
    for page in (preview, email, done, await clerk.opens("/p/"), await clerk.opens(f"/p/new?event={done.path[10:]}")):
        assert page.status == 200
        assert not re.search(r"<script(?! src=\"/static)|<img|<iframe src=j", page.text)


async def test_a_test_message_goes_to_the_clerk_is_marked_and_cannot_be_sent_to_a_crowd(clerk: Clerk) -> None:
    draft = (await clerk.previews(url=URL, text=NOTICE)).path
    assert "请写一个完整的邮箱地址" in (await clerk.sends(f"{draft}/test", draft, address="lina")).words
    sent = await clerk.sends(f"{draft}/test", draft, address="lina@mail.example")
    assert "已试发到 lina@mail.example" in sent.words
    assert not sent.path.endswith("/test"), "whoever loads the page again sends no second one"
    assert "已试发到 lina@mail.example" in (await clerk.opens(sent.path)).words
    while not (mails := await clerk.town.mailbox()):
        await asyncio.sleep(0.02)
    assert (mails[0].kind, mails[0].to) == ("service", "lina@mail.example")
    assert mails[0].subject.startswith("【试发】")
    assert "20万元" in mails[0].text

    answers = [await clerk.sends(f"{draft}/test", draft, address=f"x{number}@mail.example") for number in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 422]
    assert "试发的次数有点多" in answers[-1].words


async def test_what_a_clerk_does_is_in_the_audit_trail_without_a_contact(patient: Clerk) -> None:
    draft = (await patient.previews(url=URL, text=NOTICE)).path
    await patient.sends(f"{draft}/test", draft, address="lina@mail.example")
    await patient.sends(f"{draft}/publish", draft)
    await patient.sends(f"{draft}/take-back", draft)
    await patient.sends(f"{draft}/drop", draft)
    await patient.sends("/p/key")
    async with patient.town.house.database.read() as tx:
        rows = (await tx.execute(sa.select(audit.c.action, audit.c.detail).where(audit.c.who == "lina"))).all()
    done = [row.action for row in rows]
    for deed in (
        "publication previewed",
        "test message sent",
        "published",
        "publication taken back",
        "draft thrown away",
        "key made",
    ):
        assert deed in done
    assert "@" not in str([row.detail for row in rows])


async def test_an_event_that_could_not_be_handled_says_what_to_do(clerk: Clerk) -> None:
    clerk.town.may_die = True
    await clerk.town.withdraw("/never")
    await clerk.town.settle()
    page = (await clerk.opens("/p/")).words
    assert "没能处理" in page
    assert "这个地址上没有发布过文件" in page


async def test_events_are_paged_and_both_ways_lead_through_all_of_them(clerk: Clerk) -> None:
    made = [await clerk.town.publish(f"/{number}", text=NOTICE, title=f"第{number}号通知") for number in range(23)]
    await clerk.town.settle()
    seen: list[str] = []
    path: str | None = "/p/"
    while path:
        page = await clerk.opens(path)
        seen += re.findall(r'<h2><a href="/p/events/(\w+)"', page.text)
        last, older = path, re.search(r'href="(\?before=[^"]+)" rel="next"', page.text)
        path = f"/p/{older[1]}" if older else None
    assert seen == made[::-1]
    back = re.search(r'href="(\?after=[^"]+)" rel="prev"', (await clerk.opens(last)).text)
    assert back
    assert re.findall(r'<h2><a href="/p/events/(\w+)"', (await clerk.opens(f"/p/{back[1]}")).text) == seen[10:20]
    assert (await clerk.opens("/p/?before=yesterday&after=2026-01-01")).status == 200
