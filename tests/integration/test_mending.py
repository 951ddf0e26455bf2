"""The pages that put things right: each says first what it does and to how many, does it once, and leaves a deed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.ledger import book, cancelling, holding
from pushsvc.ledger.cancelling import Page, Scope
from pushsvc.operations import paused_channels
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.operations import audit
from tests.integration.desk import Desk, a_desk, get, post, words
from tests.integration.forms import a_browser
from tests.integration.pages_town import HOSTILE_TEXT, HOSTILE_TITLE, SUBSIDY
from tests.journeys.house import SITE, a_house

TITLE = "关于申领老旧电梯更新补贴的通知"
#: A page with a form whose mark is good for every form of this browser.
ELSEWHERE = "/o/pauses/channel/wechat/pause"


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """On SQLite and on PostgreSQL: an event for three people waits, because MAX_PEOPLE is two."""
    await database.close()
    async with a_house(database.url, tmp_path, max_people=2) as town:
        town.may_die = True
        await town.a_site()
        for name in ("mei", "wang"):
            await town.a_citizen(name)
        await town.a_citizen("li", channels=("sms",))
        async with a_desk(town) as made:
            yield made


async def waits(desk: Desk) -> str:
    """An event that waits for its release. Gives its id."""
    event = await desk.town.publish("/subsidy", title=TITLE, text=SUBSIDY)
    await desk.town.settle()
    return event


async def is_told(desk: Desk) -> str:
    """An event that was told to three people."""
    event = await waits(desk)
    async with desk.signed_in() as client:
        await post(client, f"/o/waiting/{event}/release")
    await desk.town.settle()
    return event


async def test_a_channel_whose_provider_does_not_answer_is_not_called_fine(desk: Desk) -> None:
    await waits(desk)
    why = "no relay could be reached: mail.example:25: Connection refused"
    stuck = {"due_at": desk.town.clock.now() - timedelta(minutes=5), "code": "connect", "why": why}
    async with desk.town.house.database.write() as tx:
        await tx.execute(sa.update(deliveries).where(deliveries.c.channel == "email").values(**stuck))
    async with desk.signed_in() as client:
        page = words((await get(client, "/o/pauses")).text)
    assert "邮件 连不上 自 2026年3月2日 08:55 起发不出去" in page
    assert why in page
    assert "短信 没有暂停" in page


# Who may


async def test_only_who_may_mend_sees_and_does_it(desk: Desk) -> None:
    event = await waits(desk)
    pages = [
        "/o/dlq",
        "/o/waiting",
        "/o/pauses",
        "/o/reports",
        "/o/audit",
        f"/o/waiting/{event}/release",
        f"/o/cancel?event={event}",
    ]
    for role, expected in (("viewer", 403), ("publisher", 403), ("operator", 200), ("approver", 200), ("admin", 200)):
        async with desk.signed_in(role) as client:
            assert {(await get(client, path)).status for path in pages} == {expected}, role


async def test_a_post_of_another_role_or_without_the_mark_changes_nothing(desk: Desk) -> None:
    event = await waits(desk)
    await desk.die(1)
    posts = [
        f"/o/waiting/{event}/release", f"/o/waiting/{event}/refuse", "/o/pauses/channel/all/pause",
        f"/o/pauses/site/{SITE}/pause", f"/o/pauses/site/{SITE}/resume", "/o/pauses/channel/email/resume",
        "/o/dlq/letter/1/replay", "/o/cancel",
    ]  # fmt: skip
    async with desk.signed_in("viewer") as viewer, desk.signed_in() as operator:
        for path in posts:
            assert (await post(viewer, path, {"event": event}, at="/sign-out")).status == 403, path
            async with operator.post(path, data={"event": event}, allow_redirects=False) as answer:
                assert answer.status == 403, path
    assert await desk.deeds() == []
    assert (await desk.town.funnel(event))["held"] == 3


async def test_who_is_not_signed_in_signs_in_first(desk: Desk) -> None:
    async with a_browser(desk.base) as client:
        for path in ("/o/dlq", "/o/waiting", "/o/pauses", "/o/reports", "/o/audit", "/o/cancel?event=x"):
            assert (await get(client, path)).location.startswith("/sign-in"), path


async def test_opening_every_page_changes_nothing(desk: Desk) -> None:
    event = await waits(desk)
    await desk.die(2)
    async with desk.signed_in() as client:
        for path in (f"/o/waiting/{event}/release", f"/o/waiting/{event}/refuse", "/o/pauses/channel/all/pause",
                     f"/o/pauses/site/{SITE}/pause", f"/o/cancel?event={event}", f"/o/cancel?site={SITE}",
                     "/o/dlq/letter/1/replay", "/o/audit?check=1"):  # fmt: skip
            assert (await get(client, path)).status == 200, path
    assert await desk.deeds() == []
    assert (await desk.town.funnel(event))["held"] == 3


# Waiting


async def test_what_waits_is_shown_with_what_people_will_read_and_released_once(desk: Desk) -> None:
    event = await waits(desk)
    async with desk.signed_in() as client:
        shown = words((await get(client, "/o/waiting")).text)
        for said in (TITLE, "邮件 2 人", "短信 1 人", "15万元", "网站510104"):
            assert said in shown
        assert "3 人会收到" in words((await get(client, f"/o/waiting/{event}/release")).text)
        done = await post(client, f"/o/waiting/{event}/release", {"why": "核对过了"})
        assert done.location == "/o/waiting?done=released&n=3"
        assert "已放行，3 人会陆续收到" in words((await get(client, done.location)).text)
        again = await post(client, f"/o/waiting/{event}/release", at=ELSEWHERE)
        assert "done=already" in again.location
    await desk.town.settle()
    assert (await desk.town.funnel(event))["accepted"] == {"email": 2, "sms": 1}
    (deed,) = await desk.deeds()
    assert (deed.who, deed.action, deed.subject, dict(deed.detail)) == (
        "operator", "event released", event, {"why": "核对过了", "people": 3},
    )  # fmt: skip


async def test_what_is_refused_is_cancelled_and_done(desk: Desk) -> None:
    event = await waits(desk)
    async with desk.signed_in() as client:
        done = await post(client, f"/o/waiting/{event}/refuse", {"why": "网站发错了"})
        assert done.location == "/o/waiting?done=refused&n=3"
        again = await post(client, f"/o/waiting/{event}/refuse", at=ELSEWHERE)
        late = await post(client, f"/o/waiting/{event}/release", at=ELSEWHERE)
        assert ("done=already" in again.location, "done=already" in late.location) == (True, True)
        assert "没有等着放行的" in words((await get(client, "/o/waiting")).text)
    await desk.town.advance(hours=48)
    funnel = await desk.town.funnel(event)
    assert (funnel["state"], funnel["cancelled"], funnel["held"], await desk.town.mailbox()) == ("done", 3, 0, [])
    assert [deed.action for deed in await desk.deeds()] == ["event refused"]


async def test_a_version_after_a_refusal_waits_anew(desk: Desk) -> None:
    event = await waits(desk)
    async with desk.signed_in() as client:
        await post(client, f"/o/waiting/{event}/refuse")
    second = await desk.town.publish("/subsidy", event="updated", title=TITLE, text=SUBSIDY.replace("4月30日", "5月20日"))
    await desk.town.settle()
    assert (await desk.town.funnel(second))["held"] == 3


async def test_an_event_that_nobody_knows_is_not_found(desk: Desk) -> None:
    async with desk.signed_in() as client:
        for path in ("/o/waiting/evt_none/release", "/o/waiting/evt_none/refuse", "/o/cancel?event=evt_none",
                     "/o/cancel?site=none", "/o/cancel", "/o/pauses/site/none/pause", "/o/pauses/channel/fax/pause",
                     "/o/pauses/channel/sms/burn", "/o/dlq/none", "/o/dlq/letter/999", f"/o/dlq/letter/{'9' * 23}",
                     "/o/reports/999"):  # fmt: skip
            assert (await get(client, path)).status == 404, path


async def test_of_two_who_release_at_once_one_does(desk: Desk) -> None:
    event = await waits(desk)
    async with desk.signed_in() as one, desk.signed_in("approver") as other:
        done = await asyncio.gather(*(post(client, f"/o/waiting/{event}/release") for client in (one, other)))
    await desk.town.settle()
    assert sorted("already" in answer.location for answer in done) == [False, True]
    assert len(await desk.deeds()) == 1
    assert len(await desk.town.mailbox()) == 3


@pytest.mark.parametrize("refused", [0, 1])
async def test_who_refuses_cancels_nothing_of_what_another_has_released_meanwhile(
    desk: Desk, refused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release comes after so many pages of the refusal."""
    event, pages = await waits(desk), list[int]()
    monkeypatch.setattr(book, "NAMED_AT_ONCE", 1)
    cancel_page, is_let_go = cancelling.cancel_page, cancelling.is_let_go

    async def counted(tx: Transaction, scope: Scope, now: Instant, why: str, after: int = 0) -> Page:
        page = await cancel_page(tx, scope, now, why, after)
        pages.append(page.people)
        return page

    async def looked(tx: Transaction, scope: Scope) -> bool:
        if len(pages) == refused:
            await holding.release_now(tx, scope.event_id, desk.town.clock)
        return await is_let_go(tx, scope)

    monkeypatch.setattr(cancelling, "cancel_page", counted)
    monkeypatch.setattr(cancelling, "is_let_go", looked)
    async with desk.signed_in() as client:
        done = await post(client, f"/o/waiting/{event}/refuse", at=ELSEWHERE)
    assert done.location.endswith(f"n={refused}")
    assert (await desk.town.funnel(event))["cancelled"] == refused
    assert len(await desk.deeds()) == refused


# Cancelling


async def test_cancelling_says_how_many_have_not_left_and_how_many_have(desk: Desk) -> None:
    await paused_channels.pause(desk.town.house.database, desk.town.clock, "sms")
    event = await is_told(desk)
    async with desk.signed_in() as client:
        shown = words((await get(client, f"/o/cancel?event={event}")).text)
        assert "1 人的消息还没有发出，会取消" in shown
        assert "2 人已经收到或可能收到" in shown
        done = await post(client, "/o/cancel", {"event": event, "why": "通道坏了"}, at=f"/o/cancel?event={event}")
        assert done.location == "/o/pauses?done=cancelled&n=1"
        assert "done=already" in (await post(client, "/o/cancel", {"event": event}, at=ELSEWHERE)).location
    funnel = await desk.town.funnel(event)
    assert (funnel["cancelled"], funnel["accepted"]) == (1, {"email": 2})
    assert (await desk.town.trace("li", event))["told"] is False
    assert (await desk.deeds())[0].action == "event cancelled"


# Pauses


async def test_a_channel_is_paused_with_its_reason_and_resumed(desk: Desk) -> None:
    async with desk.signed_in() as client:
        done = await post(client, "/o/pauses/channel/sms/pause", {"why": "通道方在维护"})
        assert "已暂停" in words((await get(client, done.location)).text)
        assert "通道方在维护" in words((await get(client, "/o/pauses")).text)
        assert "done=already" in (await get(client, "/o/pauses/channel/sms/pause")).location
        event = await is_told(desk)
        assert (await desk.town.funnel(event))["held"] == 1
        assert "等着的 1 条现在就会发出" in words((await get(client, "/o/pauses/channel/sms/resume")).text)
        await post(client, "/o/pauses/channel/sms/resume")
    await desk.town.settle()
    assert (await desk.town.funnel(event))["held"] == 0
    assert [deed.action for deed in await desk.deeds()] == ["channel resumed", "event released", "channel paused"]


async def test_everything_is_paused_by_one_button_and_resumed_by_one(desk: Desk) -> None:
    async with desk.signed_in() as client:
        await post(client, "/o/pauses/channel/all/pause", {"why": "演习"})
        async with desk.town.house.database.read() as tx:
            assert set(await paused_channels.pauses(tx)) == {"email", "sms", "wechat"}
        await post(client, "/o/pauses/channel/all/resume")
        async with desk.town.house.database.read() as tx:
            assert not await paused_channels.pauses(tx)


async def test_a_site_is_found_by_its_name_paused_and_resumed(desk: Desk) -> None:
    async with desk.signed_in() as client:
        assert f"/o/pauses/site/{SITE}/pause" in (await get(client, "/o/pauses/site?site=网站")).text
        assert "没有找到" in (await get(client, "/o/pauses/site?site=nowhere")).text
        await post(client, f"/o/pauses/site/{SITE}/pause", {"why": "网页被人改过"})
        event = await is_told(desk)
        assert (await desk.town.funnel(event))["held"] == 3
        shown = words((await get(client, "/o/pauses")).text)
        assert "3 人的消息在等" in shown
        assert "网页被人改过" in shown
        done = await post(client, f"/o/pauses/site/{SITE}/resume")
        assert done.location == "/o/pauses?done=site_resumed&n=3"
    await desk.town.settle()
    assert len(await desk.town.mailbox()) == 3
    assert [deed.action for deed in await desk.deeds()] == ["site resumed", "event released", "site paused"]


# Dead letters


async def test_dead_letters_stand_by_cause_with_what_to_do(desk: Desk) -> None:
    await desk.die(12)
    await desk.die(1, stage="plan", reason="KeyError: 'x'")
    await desk.die(1, stage="plan", reason="the value is no JSON: line 1", unreadable="\\x00")
    async with desk.signed_in() as client:
        shown = (await get(client, "/o/dlq")).text
    assert shown.count("<h2>") == 3
    for said in ("要用的文件不在库里 12 条", "系统遇到了没有料到的情况 1 条", "这条记录读不出来 1 条"):
        assert said in words(shown)


async def test_a_cause_is_replayed_whole_after_its_dry_run_and_what_dies_again_is_shown(desk: Desk) -> None:
    await desk.die(12)
    async with desk.signed_in() as client:
        cause = await cause_of(client)
        assert "12 条会从停下的那一步重新开始" in words((await get(client, f"{cause}/replay")).text)
        done = await post(client, f"{cause}/replay", {"why": "补上了摘要"})
        assert done.location.startswith("/o/dlq?done=replayed&n=12&since=12")
        assert "done=already" in (await post(client, f"{cause}/replay", at=ELSEWHERE)).location
        await desk.town.settle()
        await asyncio.sleep(0.2)
        shown = words((await get(client, done.location)).text)
    assert "刚才重新办的，又有没办成的" in shown
    (deed,) = await desk.deeds()
    assert (deed.action, deed.detail["letters"], deed.detail["why"]) == ("dead letters replayed", 12, "补上了摘要")


async def test_one_letter_alone_is_looked_at_and_replayed(desk: Desk) -> None:
    await desk.die(2)
    async with desk.signed_in() as client:
        assert "ver_0000" in (await get(client, "/o/dlq/letter/1")).text
        done = await post(client, "/o/dlq/letter/1/replay")
        assert "n=1" in done.location
        assert "done=already" in (await post(client, "/o/dlq/letter/1/replay", at=ELSEWHERE)).location
    async with desk.town.house.database.read() as tx:
        left = sa.select(sa.func.count()).where(dead_letters.c.replayed_at.is_(None), dead_letters.c.dead_letter_id <= 2)
        assert await tx.scalar(left) == 1


async def test_a_letter_that_cannot_be_read_offers_no_button(desk: Desk) -> None:
    await desk.die(1, stage="plan", reason="the value is no JSON: line 1", unreadable="\\x00")
    async with desk.signed_in() as client:
        shown = (await get(client, "/o/dlq/letter/1/replay")).text
        assert 'method="post"' not in shown
        assert "没有可以重新办的" in words(shown)


async def cause_of(client: aiohttp.ClientSession) -> str:
    found = re.search(r'href="(/o/dlq/[0-9a-f]{12})"', (await get(client, "/o/dlq")).text)
    assert found
    return found[1]


# Reports


async def test_a_report_is_read_answered_and_closed_once(desk: Desk) -> None:
    await waits(desk)
    report = await desk.a_report()
    async with desk.signed_in() as client:
        shown = words((await get(client, "/o/reports")).text)
        assert ("请于2026年4月30日前申请。" in shown, "窗口说是5月20日" in shown) == (True, True)
        assert (await post(client, f"/o/reports/{report}", {"answer": " "})).status == 422
        done = await post(client, f"/o/reports/{report}", {"answer": "原文如此，已请网站更正"})
        assert done.location == "/o/reports?done=closed&n=0"
        assert "done=already" in (await post(client, f"/o/reports/{report}", {"answer": "x"}, at=ELSEWHERE)).location
        assert "原文如此，已请网站更正" in words((await get(client, "/o/reports")).text)
    (deed,) = await desk.deeds()
    assert (deed.action, deed.subject) == ("report closed", str(report))


# The trail


async def test_the_trail_is_told_in_words_and_a_change_of_it_is_seen(desk: Desk) -> None:
    async with desk.signed_in() as client:
        await post(client, "/o/pauses/channel/sms/pause", {"why": "维护"})
        shown = words((await get(client, "/o/audit")).text)
        assert "没有人改动" in shown
        assert "operator · 暂停了渠道 · 短信 原因：维护" in shown
        async with desk.town.house.database.write() as tx:
            await tx.execute(sa.update(audit).where(audit.c.audit_id == 2).values(who="somebody"))
        assert "第 2 条和当初写的不一样" in words((await get(client, "/o/audit?check=1")).text)


async def test_the_trail_is_read_page_by_page(desk: Desk) -> None:
    async with desk.signed_in() as client:
        for _ in range(30):
            await paused_channels.pause(desk.town.house.database, desk.town.clock, "sms")
            await paused_channels.resume(desk.town.house.database, desk.town.clock, "sms")
        first = (await get(client, "/o/audit")).text
        assert 'rel="next"' in first
        older = re.search(r'href="(/o/audit\?before=\d+)" rel="next"', first)
        assert older
        assert "添加了账号" in words((await get(client, older[1])).text)
        for odd in (
            "/o/audit?before=x",
            "/o/audit?before=" + "9" * 40,
            "/o/reports?after=-1",
            "/o/dlq?since=²",
            "/o/dlq?done=no.such&n=x",
            f"/o/dlq?done=replayed&n={'9' * 5_000}",
        ):
            assert (await get(client, odd)).status == 200, odd


# Hostile text


async def test_hostile_text_stays_text(desk: Desk) -> None:
    await desk.town.publish("/hostile", title=HOSTILE_TITLE, text=HOSTILE_TEXT)
    await desk.town.settle()
    await desk.a_report("<script>alert(1)</script>", '"><img src=x onerror=alert(2)>')
    await desk.die(1, reason="KeyError: <script>alert(3)</script>", text="</pre><script>alert(4)</script>")
    async with desk.signed_in() as client:
        await post(client, "/o/pauses/channel/sms/pause", {"why": "<script>alert(5)</script>"})
        for path in ("/o/waiting", "/o/reports", "/o/reports/1", "/o/dlq", "/o/dlq/letter/1", "/o/dlq/letter/1/replay",
                     "/o/pauses", "/o/audit", "/o/pauses/site?site=<script>alert(6)</script>"):  # fmt: skip
            text = (await get(client, path)).text
            assert "<script>alert" not in text, path
            assert "<img src=x" not in text, path


async def test_what_has_not_left_of_an_event_is_cancelled_from_where_it_was_found(desk: Desk) -> None:
    event = await waits(desk)
    async with desk.signed_in() as client:
        assert f'href="/o/cancel?event={event}"' in (await get(client, f"/o/find/{event}")).text
