"""What a reader can do with a message over HTTP: narrow, report, verify, look back; and that looking changes nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from pushsvc.operations.reports import close_report, count_open, open_reports
from pushsvc.profiles.reading import profiles_of
from pushsvc.web.citizen import check, report
from tests.integration.forms import Answer, a_browser, get, post
from tests.integration.pages_town import HOSTILE_TITLE, Pages, pages, path_in
from tests.integration.signed_in import session_of
from tests.journeys.house import BASE_URL

pytestmark = pytest.mark.asyncio(loop_scope="module")
#: Written by the running service itself, whoever looks: who does what, how far each matcher is, and sums made anew.
_OF_THE_SERVICE = {"leases", "matcher_positions", "tallies"}
_CODE = re.compile(r"[B-Z]{5}-[B-Z]{5}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pages]:
    """A town for the tests that only look, or ask what concerns only themselves."""
    async with pages(sqlite_template, tmp_path_factory.mktemp("shown")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def mine(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    """A small town for one test, which changes it."""
    async with pages(sqlite_template, tmp_path, everything=False) as made:
        yield made


def rows_of(shown: Pages) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is written down."""
    path = shown.town.settings.database_url.partition("///")[2]
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        ]
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables if name not in _OF_THE_SERVICE}


def links_in(html: str) -> set[str]:
    """The paths on our own service that a page or an email leads to."""
    found = {unescape(link).removeprefix(BASE_URL) for link in re.findall(r'(?:href|action|src)="([^"]+)"', html)}
    return {link.partition("#")[0] for link in found if link.startswith("/") and not link.startswith(("//", "/dev", "/static"))}


async def hers(mine: Pages) -> str:
    return path_in(await mine.mail("new", to="mei"), "m")


async def wants(mine: Pages) -> list[object]:
    async with mine.town.house.database.read() as tx:
        return [interest for _place, interest, _at in (await profiles_of(tx, [1]))[0].interests]


def choices_on(answer: Answer) -> list[str]:
    return [unescape(key) for key in re.findall(r'name="choice" value="([^"]+)"', answer.text)]


async def test_a_scanner_that_opens_every_link_of_every_mail_and_of_their_pages_changes_nothing(shown: Pages) -> None:
    before = rows_of(shown)
    waiting, seen = set[str](), set[str]()
    for mail in await shown.town.mailbox():
        waiting |= links_in(mail.html) | {
            link.removeprefix(BASE_URL) for link in re.findall(r"http://push\.example[!-~]+", mail.text)
        }
    async with aiohttp.ClientSession(shown.base, cookie_jar=aiohttp.DummyCookieJar()) as scanner:
        while waiting - seen:
            path = min(waiting - seen)
            seen.add(path)
            async with scanner.head(path) as answer:
                assert answer.status < 500, path
            async with scanner.get(path, allow_redirects=False) as answer:
                assert answer.status < 500, path
                if "Location" in answer.headers:
                    waiting.add(answer.headers["Location"].removeprefix(BASE_URL))
                if answer.content_type == "text/html" and path.startswith(("/m/", "/u/", "/s/", "/check")):
                    waiting |= links_in(await answer.text())
    for part in ("/not-for-me", "/report", "deadline.ics", "/u/", "/s/", "/check"):
        assert any(part in path for path in seen), part
    assert rows_of(shown) == before


async def test_not_for_me_says_why_it_came_and_what_each_choice_would_have_spared(mine: Pages) -> None:
    path = await hers(mine)
    await mine.town.tells("/other", title="关于发放取暖补贴的通知", text="凡在本区居住的老人均可领取取暖补贴300元。")
    async with a_browser(mine.base) as mei:
        answer = await get(mei, f"{path}/not-for-me")
    assert "您关注的词：“补贴”" in unescape(answer.text)
    assert choices_on(answer) == ["0|without:老旧电梯更新补贴", "0|own", "0|rest", "0|end"]
    assert "过去 30 天的 2 条里，有 1 条就不会来，包括这一条。" in answer.text
    assert "过去 30 天的 2 条，一条都不会来。" in answer.text


async def test_a_word_left_out_spares_the_like_and_can_be_put_back(mine: Pages) -> None:
    path, before = f"{await hers(mine)}/not-for-me", await wants(mine)
    async with a_browser(mine.base) as mei:
        done = await post(mei, path, {"choice": "0|without:老旧电梯更新补贴"})
        assert done.status == 200
        again = await mine.town.tells("/again", title="关于老旧电梯更新补贴的补充通知", text="每台电梯补贴16万元。")
        assert again["matched"] == 0
        assert (await mine.town.tells("/other", title="关于发放取暖补贴的通知", text="每人补贴300元。"))["matched"] == 1
        undo = re.search(r'name="undo" value="([^"]+)"', done.text)
        assert undo
        assert "已经撤销" in (await post(mei, path, {"undo": undo[1]}, at="/check")).text
        assert await wants(mine) == before
        assert "不能撤销了" in (await post(mei, path, {"undo": undo[1]})).text


async def test_a_rest_and_an_end_stop_what_waits_and_come_back(mine: Pages) -> None:
    path, before = f"{await hers(mine)}/not-for-me", await wants(mine)
    async with a_browser(mine.base) as mei:
        for choice in ("0|rest", "0|end"):
            done = await post(mei, path, {"choice": choice})
            assert await wants(mine) == []
            # Pressed twice, or in another tab: the interest is not there any more.
            assert "已经改过或停了" in (await get(mei, path)).text
            undo = re.search(r'name="undo" value="([^"]+)"', done.text)
            assert undo
            assert (await post(mei, path, {"undo": undo[1]}, at="/check")).status == 200
            assert await wants(mine) == before


async def test_what_cannot_be_done_is_said_and_changes_nothing(mine: Pages) -> None:
    path, before = f"{await hers(mine)}/not-for-me", await wants(mine)
    async with a_browser(mine.base) as mei:
        for fields, words in (
            ({}, "请选一样"),
            ({"choice": "0|topic:T01"}, "请选一样"),
            ({"choice": "7|end"}, "请选一样"),
            ({"choice": "0|own"}, "请写下不想再看到的词"),
            ({"choice": "0|own", "word": "补贴"}, "这个词用不了"),
            ({"choice": "0|own", "word": "老"}, "这个词用不了"),
            ({"choice": "0|own", "word": "<script>x" * 90}, ""),
        ):
            answer = await post(mei, path, fields)
            assert words in answer.text
            assert "<script>x" not in answer.text
            if words:
                assert answer.status == 422
                assert await wants(mine) == before
        assert (await post(mei, path, {"undo": "AAAA"})).status == 400
        assert (await post(mei, path, {"item": "9", "choice": "0|end"})).status == 404
        async with mei.post(path, data={"choice": "0|end"}) as without_a_mark:
            assert without_a_mark.status == 403


async def test_an_undo_of_one_message_does_nothing_at_another(mine: Pages) -> None:
    first = await hers(mine)
    await mine.town.tells("/other", title="关于发放取暖补贴的通知", text="每人补贴300元。")
    second = await hers(mine)
    assert first != second
    async with a_browser(mine.base) as mei:
        done = await post(mei, f"{first}/not-for-me", {"choice": "0|rest"})
        undo = re.search(r'name="undo" value="([^"]+)"', done.text)
        assert undo
        assert (await post(mei, f"{second}/not-for-me", {"undo": undo[1]}, at="/check")).status == 400


async def test_the_deadline_of_a_message_can_be_put_in_a_calendar_while_it_is_ahead(mine: Pages) -> None:
    path = await hers(mine)
    async with a_browser(mine.base) as mei:
        async with mei.get(f"{path}/deadline.ics") as answer:
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
            assert "DTSTART;VALUE=DATE:20260430\r\n" in await answer.text(encoding="utf-8")
        assert "把截止日期放进日历" in (await get(mei, path)).text
        for item in ("0", "2", "x", "-1", "99999999999"):
            assert (await get(mei, f"{path}/deadline.ics?item={item}")).status == 404
        await mine.town.tells(
            "/subsidy", title="关于申领老旧电梯更新补贴的通知", text="每台电梯补贴9万元。请于2026年6月1日前申请。"
        )
        assert (await get(mei, f"{path}/deadline.ics")).status == 404
        assert "把截止日期放进日历" not in (await get(mei, path)).text


async def test_an_error_is_reported_by_its_sentence_and_the_operator_reads_it(mine: Pages) -> None:
    path = f"{await hers(mine)}/report"
    house = mine.town.house
    async with a_browser(mine.base) as mei:
        asked = await get(mei, path)
        number = next(
            key for key, said in re.findall(r'value="(1\.\d+)"[^>]*>\s*<label[^>]*>([^<]+)', asked.text) if "15万元" in said
        )
        answer = await post(mei, path, {"sentence": number, "words": "<b>是14万</b>"})
        assert (answer.status, answer.location) == (303, f"{path}/thanks")
        assert "谢谢您" in (await get(mei, answer.location)).text
        assert (await post(mei, path, {"sentence": "else"})).status == 422
        assert (await post(mei, path, {"sentence": "9.9"})).status == 422
        for _ in range(report.MOST_OF_A_MESSAGE - 1):
            assert (await post(mei, path, {"sentence": "else", "words": "看不懂"})).status == 303
        assert (await post(mei, path, {"sentence": number})).status == 429
    async with house.database.write() as tx:
        found = await open_reports(tx, house.vault)
        assert len(found) == await count_open(tx) == report.MOST_OF_A_MESSAGE
        assert "15万元" in found[0].sentence
        assert found[0].words == "<b>是14万</b>"
        assert await close_report(tx, found[0].report_id, "duty", "改了", house.clock.now())
        assert not await close_report(tx, found[0].report_id, "duty", "again", house.clock.now())
        assert len(await open_reports(tx, house.vault, after=found[1].report_id)) == report.MOST_OF_A_MESSAGE - 2
    assert "14万".encode() not in repr(rows_of(mine)["reports"]).encode()  # sealed


async def test_a_code_of_an_email_and_a_link_of_a_text_message_are_verified(shown: Pages) -> None:
    mail = await shown.mail("new", to="mei")
    sms = next(one for one in await shown.town.mailbox() if one.channel == "sms")
    code = _CODE.search(mail.text)
    assert code
    assert code[0] in mail.html
    async with a_browser(shown.base) as somebody:
        assert code[0] in (await get(somebody, path_in(mail, "m"))).text
        for typed in (code[0], code[0].lower().replace("-", " ")):
            answer = unescape((await post(somebody, "/check", {"code": typed})).text)
            assert "是我们发的" in answer
            assert mail.subject in answer
            assert "@mail.example" in answer
            assert "mei" not in answer
        for link in (BASE_URL + path_in(mail, "m"), BASE_URL + path_in(mail, "u")):
            assert mail.subject in unescape((await post(somebody, "/check", {"code": link})).text), link
        link = path_in(sms, "s")
        for typed in (link.removeprefix("/s/"), BASE_URL + link, f"push.example{link}"):
            answer = (await post(somebody, "/check", {"code": typed})).text
            assert f"以 {sms.to[-4:]} 结尾的手机号" in answer, typed
            assert sms.to not in answer


async def test_what_is_not_ours_is_said_kindly_whatever_was_typed(shown: Pages) -> None:
    async with a_browser(shown.base) as somebody:
        for typed, words in (
            ("BCDFG-HJKMN", "没有发过"), ("", "请输入核对码"), ("https://evil.example/s/abc", "不是我们的链接"),
            ("http://[", "不是我们的链接"), ("'; DROP TABLE deliveries; --", "没有发过"), ("<script>alert(1)</script>", "不是"),
            (f"{BASE_URL}/me", "开头是我们的网站"), (f"{BASE_URL}/m/forged", "开头是我们的网站"),
            ("\u202e" * 50, "没有发过"), ("长" * 5_000, "没有发过"),
        ):  # fmt: skip
            answer = await post(somebody, "/check", {"code": typed})
            assert answer.status == 200
            assert words in answer.text, typed
            assert "<script>alert" not in answer.text


async def test_guesses_are_throttled(mine: Pages) -> None:
    async with a_browser(mine.base) as somebody:
        for _ in range(check.MOST_OF_A_NETWORK):
            assert (await post(somebody, "/check", {"code": "BCDFG-HJKMN"})).status == 200
        assert (await post(somebody, "/check", {"code": "BCDFG-HJKMN"})).status == 429


async def test_history_shows_what_was_told_and_only_to_whom_it_was(shown: Pages) -> None:
    async with a_browser(shown.base) as somebody:
        for path in ("/me/history", "/me/open"):
            async with somebody.get(path, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (303, f"/enter?next={path}")
        somebody.cookie_jar.update_cookies(await session_of(shown.town, "mei"))
        seen = await get(somebody, "/me/history")
        assert "更正的是 2026年3月2日 告诉您的那条" in seen.text
        assert "2026年3月3日 这份文件被撤回了" in seen.text
        assert "<script>" not in seen.text
        for path in re.findall(r'<h2[^>]*><a href="([^"]+)"', seen.text):
            assert (await get(somebody, path)).status == 200
        assert (await get(somebody, "/me/history?show=waiting")).text.count("<h2") == 0
        for odd in ("show=x&channel=y&after=z", "after=" + "9" * 70, "after=%00-%00", "channel=sms&show=not"):
            assert (await get(somebody, f"/me/history?{odd}")).status == 200


async def test_what_is_still_open_has_the_nearest_deadline_first(shown: Pages) -> None:
    async with a_browser(shown.base) as mei:
        mei.cookie_jar.update_cookies(await session_of(shown.town, "mei"))
        answer = await get(mei, "/me/open")
    days = re.findall(r'<time datetime="([^"]+)"', answer.text)
    assert days == sorted(days) == ["2026-04-20", "2026-04-30", "2026-05-20"]
    assert "还有 48 天" in answer.text


@pytest.mark.parametrize("part", ["", "/not-for-me", "/report", "/report/thanks", "/deadline.ics"])
async def test_a_token_that_is_not_ours_is_no_page(shown: Pages, part: str) -> None:
    async with a_browser(shown.base) as somebody:
        for token in ("AAAA", "x" * 500, "%00", "..%2f..", path_in(await shown.mail("new", to="mei"), "u").removeprefix("/u/")):
            assert (await get(somebody, f"/m/{token}{part}")).status == 404, token


async def test_a_hostile_title_is_only_text_on_every_page_of_its_message(shown: Pages) -> None:
    path = shown.paths["hostile message"]
    async with a_browser(shown.base) as mei:
        mei.cookie_jar.update_cookies(await session_of(shown.town, "mei"))
        for each in (path, f"{path}/not-for-me", f"{path}/report", f"{path}/deadline.ics", "/me/history", "/me/open"):
            answer = await get(mei, each)
            assert "<script>alert" not in answer.text, each
            assert "<img" not in answer.text, each
            assert "\u202e" not in answer.text, each
    assert "\u202e" in HOSTILE_TITLE
