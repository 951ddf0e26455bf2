"""The pages over HTTP: what each answer says and sets, and that looking changes nothing."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import sqlalchemy as sa

from pushsvc.sites import registry
from pushsvc.storage.tables.profiles import consents, endpoints, stops
from tests.integration.pages_town import HOSTILE_TITLE, Pages, pages, path_in, served

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pages]:
    """A town for all tests that only look."""
    async with pages(sqlite_template, tmp_path_factory.mktemp("shown")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def mine(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    """A small town for one test, which may change it."""
    async with pages(sqlite_template, tmp_path, everything=False) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def client(shown: Pages) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(shown.base, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest_asyncio.fixture(loop_scope="module")
async def mei(mine: Pages) -> AsyncIterator[aiohttp.ClientSession]:
    """The browser of mei, who reads Chinese."""
    async with aiohttp.ClientSession(mine.base, headers={"Accept-Language": "zh-CN,zh"}) as session:
        yield session


async def consents_of(shown: Pages) -> list[tuple[object, ...]]:
    async with shown.town.house.database.read() as tx:
        left = await tx.execute(sa.select(endpoints.c.endpoint_id, endpoints.c.withdrawn_at).order_by(endpoints.c.endpoint_id))
        counted = (await tx.execute(sa.select(sa.func.count()).select_from(stops))).scalar()
        evidence = (await tx.execute(sa.select(sa.func.count()).select_from(consents))).scalar()
        return [*(tuple(row) for row in left), (counted, evidence)]


async def the_stop(answer: aiohttp.ClientResponse) -> str:
    found = re.search(r'name="stop" value="([^"]+)"', await answer.text())
    assert found
    return found[1]


async def test_every_page_is_safe_whatever_it_shows(shown: Pages, client: aiohttp.ClientSession) -> None:
    for name, path in shown.paths.items():
        for lang in ("zh", "en"):
            answer = await client.get(path, params={"lang": lang})
            body = await answer.text()
            policy = answer.headers["Content-Security-Policy"]
            assert answer.status == (404 if name == "not found" else 200), name
            assert "unsafe-inline" not in policy, name
            assert "unsafe-eval" not in policy, name
            assert "default-src 'none'" in policy, name
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "<script" not in body, name
            assert "javascript:" not in re.sub(r">[^<]*<", "><", body), name
            assert not re.search(r"<[^>]+ on\w+=", body), name
            if name != "email in its frame":
                assert " style=" not in body, name
                assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}"' in body, name
                cookie = answer.cookies["lang"]
                assert (cookie.value, cookie["httponly"], cookie["samesite"].lower()) == (lang, True, "lax")


async def test_head_is_answered_like_get_and_without_a_body(shown: Pages, client: aiohttp.ClientSession) -> None:
    for path in (*shown.paths.values(), "/healthz", "/readyz", "/static/style.css", "/robots.txt"):
        got, head = await client.get(path), await client.head(path)
        assert (head.status, await head.read()) == (got.status, b""), path
        assert head.headers["Content-Type"] == got.headers["Content-Type"]


async def test_opening_the_leave_page_changes_nothing_however_often(mine: Pages, mei: aiohttp.ClientSession) -> None:
    before = await consents_of(mine)
    for _ in range(20):
        assert (await mei.get(mine.paths["leave"])).status == 200
        assert (await mei.head(mine.paths["leave"])).status == 200
        assert (await mei.get(mine.paths["leave"], params={"choice": "everything"})).status == 200
    assert await consents_of(mine) == before


async def test_one_click_of_a_mail_program_stops_at_once_and_only_once(mine: Pages, mei: aiohttp.ClientSession) -> None:
    before = await consents_of(mine)
    answers = [await mei.post(mine.paths["leave"], data=ONE_CLICK, headers=FORM, allow_redirects=False) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    after = await consents_of(mine)
    assert sum(old != new for old, new in zip(before[:-1], after[:-1], strict=True)) == 1
    again = await (await mei.get(mine.paths["leave"])).text()
    assert "已经停止" in again
    assert "按错了" in again


async def test_one_click_as_a_multipart_form_is_understood_too(mine: Pages, mei: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("List-Unsubscribe", "One-Click")
    answer = await mei.post(mine.paths["leave"], data=form)
    assert answer.status == 200
    assert "已经停止" in await answer.text()


async def test_an_undo_moves_back_exactly_what_the_stop_moved(mine: Pages, mei: aiohttp.ClientSession) -> None:
    before = await consents_of(mine)
    for choice in ("endpoint", "subject", "everything"):
        stopped = await mei.post(mine.paths["leave"], data={"choice": choice})
        assert stopped.status == 200
        undone = await mei.post(mine.paths["leave"], data={"choice": "undo", "stop": await the_stop(stopped)})
        assert "已经恢复" in await undone.text()
        assert (await consents_of(mine))[:-1] == before[:-1]
    mails = len(await mine.town.mailbox("mei"))
    await mine.town.tells("/after", title="关于交通补贴的通知", text="凡在本区居住的学生均可领取交通补贴100元。")
    assert len(await mine.town.mailbox("mei")) == mails + 1


async def test_an_undo_that_names_no_stop_opens_what_is_closed_since_its_answer_says_so(
    mine: Pages, mei: aiohttp.ClientSession
) -> None:
    before = await consents_of(mine)
    await mei.post(mine.paths["leave"], data={"choice": "endpoint"})
    undone = await mei.post(mine.paths["leave"], data={"choice": "undo"})
    assert "已经恢复" in await undone.text()
    assert (await consents_of(mine))[:-1] == before[:-1]


async def test_only_this_subject_stands_in_place_of_stopping_everything_here(mine: Pages, mei: aiohttp.ClientSession) -> None:
    before = await consents_of(mine)
    stopped = await mei.post(mine.paths["leave"], data={"choice": "endpoint"})
    answer = await mei.post(mine.paths["leave"], data={"choice": "subject", "stop": await the_stop(stopped)})
    assert "这个主题已经停止" in await answer.text()
    assert (await consents_of(mine))[:-1] == before[:-1]
    mails = len(await mine.town.mailbox("mei"))
    await mine.town.tells("/after", title="关于交通补贴的通知", text="凡在本区居住的学生均可领取交通补贴100元。")
    assert len(await mine.town.mailbox("mei")) == mails


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"choice": "delete"}, 400),
        ({"choice": "undo", "stop": "forged"}, 200),
        ({"choice": "undo"}, 200),
        ({"x": "y" * 20_000}, 413),
    ],
)
async def test_a_form_that_is_not_ours_changes_nothing(
    mine: Pages, mei: aiohttp.ClientSession, data: dict[str, str], status: int
) -> None:
    before = await consents_of(mine)
    assert (await mei.post(mine.paths["leave"], data=data)).status == status
    assert await consents_of(mine) == before


async def test_a_garbled_link_gets_a_kind_page_in_the_readers_language(shown: Pages, client: aiohttp.ClientSession) -> None:
    good = path_in(await shown.mail("new", to="mei"), "m").removeprefix("/m/")
    garbled = ["x", "%00", "%ff%fe", "..%2f..", "😀", good[:-1], good + "A", good.swapcase(), "A" * 3_000, "<script>"]
    for start in ("/m/", "/u/", "/s/"):
        for token in garbled:
            for lang, words in (("zh", "没有找到这个页面"), ("en", "There is no such page")):
                answer = await client.get(start + token, headers={"Accept-Language": lang})
                body = await answer.text()
                assert answer.status == 404, (start, token)
                assert words in body
                assert "<script" not in body
        assert (await client.post(f"/u/{garbled[0]}", data=ONE_CLICK, headers=FORM)).status == 404
    assert (await client.get("/u/" + good)).status == 404, "a link to a page is no link to leave"
    assert (await client.get("/m/" + path_in(await shown.mail("new", to="mei"), "u").removeprefix("/u/"))).status == 404


async def test_a_method_that_a_page_does_not_take_is_refused_by_name(shown: Pages, client: aiohttp.ClientSession) -> None:
    answer = await client.post(shown.paths["message new"])
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]
    assert (await client.delete("/api/v1/events/x")).headers["Content-Type"] == "application/problem+json"


async def test_a_short_link_leads_to_the_message(shown: Pages, client: aiohttp.ClientSession) -> None:
    mail = await shown.mail("new", to=None, channel="sms")
    answer = await client.get(path_in(mail, "s"), allow_redirects=False)
    assert answer.status == 302
    assert "/m/" in answer.headers["Location"]


async def test_a_hostile_publication_is_only_words(shown: Pages, client: aiohttp.ClientSession) -> None:
    for name in ("front", "hostile message", "hostile trace", "mailbox"):
        body = await (await client.get(shown.paths[name])).text()
        # The SMS and WeChat lines of the mailbox are too short for it.
        assert "alert(1)" in body or name == "mailbox", name
        assert "<img" not in body
        assert "\u202e" not in body
        assert HOSTILE_TITLE not in body
        hrefs = re.findall(r'href="([^"]*)"', body)
        assert all(re.match(r"https?://|/|\?|#|tel:|mailto:|data:,$", href) for href in hrefs), name


async def test_another_language_and_print_size_keep_the_rest_of_the_address(
    shown: Pages, client: aiohttp.ClientSession
) -> None:
    body = await (await client.get("/dev/mailbox?channel=sms&lang=zh")).text()
    assert 'href="?channel=sms&amp;lang=en"' in body
    assert 'href="?channel=sms&amp;lang=zh&amp;large=1"' in body
    assert 'href="?lang=zh&amp;channel=wechat"' in body
    assert body.count('class="bubble"') == len([mail for mail in await shown.town.mailbox() if mail.channel == "sms"])


async def test_language_is_asked_of_the_address_then_the_cookie_then_the_browser(
    shown: Pages, client: aiohttp.ClientSession
) -> None:
    async def title(path: str = "/", **headers: str) -> str:
        return "en" if '<html lang="en"' in await (await client.get(path, headers=headers)).text() else "zh"

    asks_en = {"Accept-Language": "fr, en;q=0.8, zh;q=0.7"}
    assert await title(**asks_en) == "en"
    assert await title(**asks_en, Cookie="lang=zh") == "zh"
    assert await title("/?lang=en", Cookie="lang=zh") == "en"
    assert await title("/?lang=xx", Cookie="lang=yy") == "zh"
    async with served(shown.town, language="en") as base, aiohttp.ClientSession(base) as english:
        assert '<html lang="en"' in await (await english.get("/")).text()


async def test_a_message_shows_each_fact_in_its_sentence_and_why_it_came(shown: Pages, client: aiohttp.ClientSession) -> None:
    body = await (await client.get(path_in(await shown.mail("correction", to="mei"), "m"))).text()
    assert "<mark>2026年5月20日</mark>" in body
    assert re.search(r"<mark>15万元</mark>[^<]*<mark>20万元</mark>", body), "one sentence, both its facts marked"
    assert body.count("<mark>028-61880001</mark>") == 1, "a sentence that the source says twice is shown once"
    assert 'href="tel:02861880001"' in body
    assert "改了什么" in body
    assert "为什么发给您" in body
    assert "2026年3月3日" in body


async def test_an_old_message_says_that_there_is_a_newer_version_or_none(shown: Pages, client: aiohttp.ClientSession) -> None:
    told = [mail for mail in await shown.town.mailbox("mei") if mail.kind == "new" and mail.channel == "email"]
    bodies = {mail.subject: await (await client.get(path_in(mail, "m"))).text() for mail in told}
    newer = next(body for subject, body in bodies.items() if "电梯" in subject)
    gone = next(body for subject, body in bodies.items() if "取暖" in subject)
    assert "后来有了改动" in newer
    assert "这条消息发出时的内容" in newer
    assert 'class="action"' not in newer, "what is no longer so is not asked of anybody"
    assert "已撤回这份文件" in gone
    assert 'class="action"' not in gone


async def test_a_digest_shows_every_item_under_one_heading(shown: Pages, client: aiohttp.ClientSession) -> None:
    body = await (await client.get(path_in(await shown.mail("digest"), "m"))).text()
    assert body.count("<h1>") == 1
    assert body.count("<article") >= 3
    assert "和您有关的 3 条消息" in body


async def test_a_trace_speaks_in_words_and_leads_up_and_down(shown: Pages, client: aiohttp.ClientSession) -> None:
    async def links(path: str) -> set[str]:
        body = await (await client.get(path)).text()
        words = re.sub(r"<[^>]+>", " ", body)
        assert not re.search(r"\b(told|follow|state|stage|suppressed|verdict|funnel)\.\w+", words), words
        assert "{" not in words
        assert "T0" not in words, "no raw ISO time"
        return set(re.findall(r'href="(/dev/trace/[^"]+)"', body))

    delivery = f"/dev/trace/{(await shown.mail('correction', to='mei')).delivery}"
    up = await links(delivery)
    event = next(link for link in up if "/evt_" in link)
    publication = next(link for link in up if "/pub_" in link)
    assert delivery in await links(event)
    assert publication in await links(event)
    assert event in await links(publication)
    for name, path in shown.paths.items():
        if name.startswith("trace"):
            for lang in ("zh", "en"):
                await links(f"{path}?lang={lang}")


async def test_the_trace_of_a_subscriber_names_the_document_of_each_notice(shown: Pages, client: aiohttp.ClientSession) -> None:
    body = await (await client.get(shown.paths["trace of a subscriber"], headers={"Accept-Language": "zh"})).text()
    assert body.count("《关于申领老旧电梯更新补贴的通知》") == 2, "the message and its correction"
    assert "mei@mail.example" not in body


async def test_times_of_a_trace_are_those_of_the_local_clock(shown: Pages, client: aiohttp.ClientSession) -> None:
    body = await (await client.get(f"/dev/trace/{(await shown.mail('digest')).delivery}")).text()
    assert "2026年3月3日 08:30:00" in body


async def test_the_mailbox_lists_every_message_for_programs(shown: Pages, client: aiohttp.ClientSession) -> None:
    listed = json.loads(await (await client.get("/dev/mailbox.json")).text())
    assert len(listed) == len(await shown.town.mailbox())
    assert [message["at"] for message in listed] == sorted((message["at"] for message in listed), reverse=True)
    assert set(listed[0]) == {"channel", "to", "subject", "text", "html", "at", "delivery", "publication", "kind"}
    of_one = json.loads(await (await client.get(f"/dev/mailbox.json?delivery={listed[0]['delivery']}")).text())
    assert of_one == listed[:1]
    for channel in ("email", "sms", "wechat"):
        by_channel = json.loads(await (await client.get(f"/dev/mailbox.json?channel={channel}")).text())
        assert by_channel == [message for message in listed if message["channel"] == channel]


async def test_the_viewer_and_the_traces_are_there_in_dev_only(shown: Pages) -> None:
    async with served(shown.town, dev=False) as base, aiohttp.ClientSession(base) as client:
        for path in (
            shown.paths["mailbox"],
            "/dev/mailbox.json",
            shown.paths["trace of an event"],
            shown.paths["email in its frame"],
        ):
            assert (await client.get(path)).status == 404
        assert "/dev/" not in await (await client.get("/")).text()
        assert (await client.get(shown.paths["message new"])).status == 200


async def test_a_page_that_cannot_be_fetched_is_told_to_the_operator_and_traced_in_words(mine: Pages) -> None:
    mine.town.may_die = True
    heard: list[str] = []

    async def hear(kind: str, text: str) -> None:
        heard.append(f"{kind}: {text}")

    mine.town.service.alerts.raise_alert = hear  # type: ignore[method-assign]
    mine.town.domains["5101040001"] = "localhost"
    line = "5101040001,网站510104,机关510104,510104,localhost,"
    await registry.import_sites(
        mine.town.house.database, mine.town.clock, f"code,name,organisation,region,domains,feeds\n{line}\n"
    )
    event = await mine.town.publish("/private")
    mine.town.service.fetcher.ring()
    for _ in range(200):
        if heard:
            break
        await asyncio.sleep(0.05)
    assert "could not be fetched" in heard[0]
    async with aiohttp.ClientSession(mine.base, headers={"Accept-Language": "zh"}) as client:
        body = await (await client.get(f"/dev/trace/{event}")).text()
    assert "网页没能取回" in body
    assert 'class="trouble"' in body
