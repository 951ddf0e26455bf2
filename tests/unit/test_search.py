"""Search over all publications: the passages that answer, whatever the words of the question, and nothing that is gone."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.publications.filling import fill
from pushsvc.publications.marking import marked
from pushsvc.publications.passages import LONGEST, MOST_PASSAGES, split
from pushsvc.publications.questions import essentials, phrases
from pushsvc.publications.searching import Found, Wish, search
from pushsvc.storage import backup, restore
from pushsvc.storage.database import Database
from pushsvc.storage.moving import move
from pushsvc.storage.tables.search import passages, search_entries
from tests.journeys.house import SECRET_KEY, Town, a_house
from tests.services import databases

BUS = """老年人优待证办理指南

年满65周岁的老年人持优待证乘坐市内公交车免费。60周岁至64周岁的老年人乘坐公交车票价减半。
办理优待证需携带身份证和一张近期照片，到居住地社区服务站办理，当场领取。咨询电话：028-61880001。"""
ELEVATOR = """关于申领老旧电梯更新补贴的通知

凡在本区居住的业主均可申领补贴。每台电梯补贴15万元，最高不超过20万元。
请于2026年4月30日前到区住建局申请。咨询电话：028-61880001。"""
CHILDCARE = """Childcare subsidy for working parents

Parents who work at least 16 hours a week can get the childcare subsidy for each child under three.
Apply online by 30 April 2026. You need your payslips and the contract with the nursery. For help call 0300 123 0016."""
WATER = """关于3月8日停水的通知

因管道检修，3月8日9时至17时锦江区部分小区停水，请提前储水。给您带来不便，敬请谅解。"""
TODAY = date(2026, 3, 2)


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """Four publications, on either database."""
    async with a_house(database.url, tmp_path) as town:
        await town.a_site()
        await town.tells("/bus", title="老年人优待证办理指南", text=BUS)
        await town.tells("/elevator", title="关于申领老旧电梯更新补贴的通知", text=ELEVATOR)
        await town.tells("/childcare", title="Childcare subsidy for working parents", text=CHILDCARE, language="en")
        await town.tells("/water", title="关于3月8日停水的通知", text=WATER)
        yield town


async def asks(town: Town, words: str, **more: object) -> Found:
    return await search(town.house.database, Wish(words, **more), TODAY)  # type: ignore[arg-type]


async def paths(town: Town, words: str, **more: object) -> list[str]:
    return [each.url.rpartition("/")[2] for each in (await asks(town, words, **more)).answers]


async def test_questions_in_natural_words_find_the_passage_that_answers(town: Town) -> None:
    for question, path, said in [
        ("老人坐公交要钱吗", "bus", "免费"),
        ("请问老年卡怎么办理", "bus", "优待证"),
        ("电梯补贴多少钱", "elevator", "15万元"),
        ("how do I get the childcare subsidy?", "childcare", "childcare subsidy"),
        ("Childcare subsidies", "childcare", "childcare subsidy"),
        ("什么时候停水", "water", "停水"),
        ("電梯補貼", "elevator", "补贴"),
    ]:
        found = (await asks(town, question)).answers
        assert [each.url.rpartition("/")[2] for each in found[:1]] == [path], question
        passage = "".join(piece.text for piece in found[0].passage)
        assert said in passage, question
        assert any(piece.marked for piece in found[0].passage), question


async def test_what_nobody_published_is_not_found(town: Town) -> None:
    for question in ("潜水艇驾驶执照", "潜水艇驾驶执照补贴", "submarine licence", "的", "吗？", "", "   ", "？！"):
        assert (await asks(town, question)).answers == (), question


async def test_only_what_stands_is_found(town: Town) -> None:
    await town.tells("/elevator", title="关于加装电梯的通知", text=ELEVATOR.replace("15万元", "18万元"))
    (only,) = (await asks(town, "电梯补贴")).answers
    assert only.title == "关于加装电梯的通知"
    assert "18万元" in "".join(piece.text for piece in only.passage)
    await town.withdraw("/elevator")
    await town.settle()
    assert await paths(town, "电梯补贴") == []
    await town.tells("/elevator", title="关于加装电梯的通知", text=ELEVATOR.replace("15万元", "18万元"))
    assert await paths(town, "电梯补贴") == ["elevator"]
    await town.tells("/trial", title="关于电梯补贴的测试", text=ELEVATOR.replace("15万元", "1万元"), test=True)
    assert await paths(town, "电梯补贴") == ["elevator"]


async def test_a_place_and_a_year_narrow_it(town: Town) -> None:
    assert await paths(town, "停水", place="510104") == ["water"]
    assert await paths(town, "停水", place="110101") == []
    assert await paths(town, "停水", year=2026) == ["water"]
    assert await paths(town, "停水", year=2025) == []


async def test_copies_are_one_answer_and_the_newest_comes_first_among_equals(town: Town) -> None:
    await town.a_site("5101000002", reach=("510104",))
    await town.tells("/bus", site="5101000002", title="老年人优待证办理指南", text=BUS, regions=["510104"])
    assert (await paths(town, "老年人优待证")).count("bus") == 1
    for day in (10, 12, 11):
        text = f"关于停电的通知。因线路检修，3月{day}日9时至17时部分小区停电，请提前做好准备。"
        await town.publish(f"/{day}", title="关于停电的通知", text=text)
        await town.planned()
        await town.advance(days=1)
    assert await paths(town, "停电通知") == ["11", "12", "10"]


async def test_a_title_counts_more_than_a_word_in_passing(town: Town) -> None:
    await town.tells(
        "/passing", title="三月工作简报", text="本月召开了工作会议，研究了老旧电梯更新补贴事项，部署了防汛工作，开展了走访。"
    )
    assert (await paths(town, "电梯补贴"))[0] == "elevator"


@pytest.mark.parametrize("seed", range(4))
async def test_no_question_breaks_it(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    pieces = [
        '"', "*", "^", "NEAR", "AND", "OR NOT", "(", ")", ":", "'", ";--", "%", "\\", "\x00", "\u202e", "😀", "𠮷", "ß", "İ",
        "é", "٣", "电梯", "补贴", "NEAR(", "words:", "{", "}", "π", "τ补贴", "ρ510104", "&", "|", "!", "<->", "㎡", "\ufeff",
        "가", "か", "²", "か・が", "\u309b", "\U00031000", "\u19b0\u19b1", "x" * 60,
    ]  # fmt: skip
    for _ in range(40):
        await asks(town, "".join(chance.choices(pieces, k=chance.randint(1, 12))))
    for hostile in ("电梯" * 5_000, '"' * 10_000, "a " * 5_000, "\x00", "电梯\x00补贴", "电梯 AND NOT 补贴*", '电梯" OR "停水'):
        await asks(town, hostile)


async def test_a_repeat_and_a_fill_change_nothing_and_a_fill_mends_what_is_missing(town: Town) -> None:
    database = town.house.database
    before = await _rows(database)
    assert await fill(database) == 0
    async with database.write() as tx:
        await tx.execute(sa.delete(search_entries))
        await tx.execute(sa.delete(passages))
    assert await paths(town, "电梯补贴") == []
    assert await fill(database) == 4
    assert await paths(town, "电梯补贴") == ["elevator"]
    assert [row[:2] for row in await _rows(database)] == [row[:2] for row in before]
    assert await fill(database) == 0


async def _rows(database: Database) -> list[tuple[str, str, int]]:
    entry = search_entries.c
    async with database.read() as tx:
        found = await tx.execute(
            sa.select(entry.publication_id, entry.version_id, entry.entry_no).order_by(entry.publication_id)
        )
        return [tuple(row) for row in found]


def test_the_essential_words_are_those_that_say_what_is_wanted() -> None:
    assert [each.written for each in essentials("请问老人坐公交要钱吗？")] == ["老人", "坐公交", "要钱"]
    assert [each.written for each in essentials("how do I get the childcare subsidy")] == ["childcare", "subsidy"]
    assert [each.written for each in essentials("电梯")] == ["电梯"]
    assert essentials("请问怎么办？") == []
    assert phrases("电梯补贴怎么申请") == ["电梯", "补贴"]
    assert phrases("请问老人坐公交要钱吗？") == ["老年人", "公交"]
    assert phrases("怎么申请") == ["申请"]


def test_every_character_of_a_text_is_in_one_passage_and_none_is_long() -> None:
    chance = random.Random(5)
    for _ in range(200):
        text = "".join(
            chance.choices(["养老", "。", "，", "\n", " ", "Hello. World", "；", "x" * 40, "长" * 90], k=chance.randint(0, 120))
        )
        spans = split(text)
        assert all(text[start:end].strip() == text[start:end] for start, end in spans)
        covered = "".join(text[start:end] for start, end in spans)
        assert "".join(covered.split()) == "".join(text.split())
        assert len(spans) <= MOST_PASSAGES
        assert all(end - start <= 3 * LONGEST for start, end in spans)
    assert len(split("长" * 1_000_000)) <= MOST_PASSAGES


def test_words_are_marked_as_they_were_written() -> None:
    pieces = list(marked("申領老舊電梯補貼，ＥＶ充电", ["补贴", "ev"]))
    assert [piece.text for piece in pieces if piece.marked] == ["補貼", "ＥＶ"]
    assert "".join(piece.text for piece in pieces) == "申領老舊電梯補貼，ＥＶ充电"


async def test_what_was_restored_or_moved_is_found_again(sqlite_template: Path, postgres_url: str, tmp_path: Path) -> None:
    """A backup and a move leave the passages out: they are made anew from the documents."""
    path = tmp_path / "old.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town:
        await town.a_site()
        await town.tells("/elevator", title="关于申领老旧电梯更新补贴的通知", text=ELEVATOR)
        await backup.backup(town.house.database, SECRET_KEY, tmp_path / "backup", town.clock)
        await town.service.stop()
        async with (
            databases.sqlite_database(sqlite_template, tmp_path) as restored,
            databases.postgres_database(postgres_url) as moved,
        ):
            await restore.restore(restored, SECRET_KEY, tmp_path / "backup", town.clock)
            await move(town.house.database.url, moved, SECRET_KEY)
            for database in (restored, moved):
                assert (await search(database, Wish("电梯补贴"), TODAY)).answers == ()
                assert await fill(database) == 1
                (answer,) = (await search(database, Wish("电梯补贴"), TODAY)).answers
                assert "15万元" in "".join(piece.text for piece in answer.passage)
        await town.start_again()
