"""What concerns one person lately: the same answers as the matching index gives, asked the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pushsvc.domain.matches import Question
from pushsvc.domain.ports import Foretaste
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.matching.asking import folded_text
from pushsvc.matching.index import MatchingIndex
from pushsvc.publications import loading
from pushsvc.storage.database import Database
from pushsvc.streams.lately import LatelyIndex
from pushsvc.streams.lately.documents import Document, Documents
from tests.journeys.house import MONDAY_MORNING, Town, a_house
from tests.unit.test_matching_against_oracle import Chance

SAVED = datetime(2026, 3, 1, tzinfo=UTC)


def a_document(number: int, question: Question, *, work: int | None = None, since: datetime = SAVED) -> Document:
    name = f"pub_{number}"
    asks = replace(question, title="", text="", accepted_at=None)
    return Document(
        name, f"ver_{number}", f"wrk_{number if work is None else work}", asks,
        folded_text(question), since, None, None, {"zh": f"第{number}号"}, "zh", f"https://a.example/{number}", None,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_one_profile_is_answered_as_the_matching_index_answers(seed: int) -> None:
    """Documents come, change and go; for every profile, each document answers the same interests for the same reasons."""
    chance, documents, questions = Chance(seed), Documents(), dict[int, Question]()
    matched = 0
    for _ in range(8):
        for _ in range(25):
            number = chance.randrange(60)
            if chance.random() < 0.8:
                questions[number] = replace(chance.question(), accepted_at=None)
                documents.put([a_document(number, questions[number])])
            else:
                questions.pop(number, None)
                documents.remove([f"pub_{number}"])
        for _ in range(12):
            profile = chance.profile(7)
            expected = _as_matched(questions, profile)
            assert _lately(documents, profile) == expected, profile
            matched += len(expected)
    assert matched > 100


def _as_matched(questions: Mapping[int, Question], profile: Profile) -> dict[str, tuple[str, Any]]:
    index = MatchingIndex()
    index.put(profile)
    found = {}
    for number, question in questions.items():
        for match in index.answer(question):
            found[f"pub_{number}"] = (match.eligibility, dict(match.reasons))
    return found


def _lately(documents: Documents, profile: Profile) -> dict[str, tuple[str, Any]]:
    found = dict[str, tuple[str, Any]]()
    answers = documents.answers(profile, documents.known_since(SAVED))
    yes = unknown = 0
    for answer in answers.values():
        yes, unknown = yes | answer.yes, unknown | answer.unknown
    for document in documents.newest_first(yes | unknown):
        holding = {position for position, answer in answers.items() if documents.among(document, answer.all)}
        reasons = documents.reasons(profile, document, answers)
        assert holding == set(reasons)
        found[document.publication_id] = ("yes" if documents.among(document, yes) else "unknown", reasons)
    return found


def test_nothing_is_kept_of_documents_that_are_gone() -> None:
    chance, documents = Chance(3), Documents()
    for number in range(40):
        documents.put([a_document(number, chance.question(), work=number // 2)])
        documents.answers(chance.profile(1), documents.known_since(SAVED))
    documents.remove([f"pub_{number}" for number in range(40)])
    assert len(documents) == 0
    assert documents.known_since(SAVED) == 0
    assert (documents._under, documents._by_work, documents._copies, documents._limited) == ({}, {}, 0, 0)


SUBSIDY = "凡在本区居住的业主均可申领补贴。每台电梯补贴15万元。请于{day}前到区住建局申请。咨询电话：028-61880001。"
WANTS = (0, Interest(any_of=("补贴",)), SAVED)
MEI = Profile(1, places=("510104",), interests=(WANTS,))


@pytest.fixture
async def url(database: Database) -> str:
    """On SQLite and on PostgreSQL."""
    await database.close()
    return database.url


def lately(town: Town) -> LatelyIndex:
    return LatelyIndex(town.house.database, town.clock, every_seconds=0.0)


async def headlines(index: LatelyIndex, profile: Profile = MEI) -> list[str]:
    return [example.headline for example in (await index.foretaste(profile, "zh", examples=9)).examples]


async def test_it_tells_how_many_she_would_have_had_and_the_newest_of_them(url: str, tmp_path: Path) -> None:
    async with a_house(url, tmp_path, at=MONDAY_MORNING) as town:
        await town.a_site()
        index = lately(town)
        assert await index.foretaste(MEI, "zh") == Foretaste(30, 0, {0: 0}, ())
        for number in range(5):
            await town.tells(
                f"/{number}", title=f"关于第{number}批电梯补贴的通知", text=SUBSIDY.format(day="2026年4月30日") + str(number)
            )
        await town.tells(
            "/other", title="关于停水的通知", text="因管道检修，3月8日9时至17时停水，请提前储水，给您带来不便敬请谅解。" * 2
        )
        told = await index.foretaste(MEI, "zh")
        assert (told.total, told.by_interest, len(told.examples)) == (5, {0: 5}, 3)
        newest = told.examples[0]
        assert (newest.url[-2:], newest.site, newest.deadline, newest.eligibility) == (
            "/4",
            "5101040001",
            date(2026, 4, 30),
            "yes",
        )
        assert newest.reasons == {0: ("region:510104", "any_of:补贴")}
        assert "补贴" in newest.headline


async def test_copies_count_once_and_what_was_withdrawn_or_changed_away_does_not(url: str, tmp_path: Path) -> None:
    async with a_house(url, tmp_path, at=MONDAY_MORNING) as town:
        await town.a_site()
        await town.a_site("5101000002", reach=("510104",))
        long = SUBSIDY.format(day="2026年4月30日") * 2
        for site in ("5101040001", "5101000002"):
            await town.tells("/copied", site=site, title="电梯补贴", text=long, regions=["510104"])
        await town.tells("/withdrawn", title="取暖补贴", text=SUBSIDY.format(day="2026年5月1日"))
        await town.tells("/changed", title="交通补贴", text=SUBSIDY.format(day="2026年5月2日"))
        index = lately(town)
        assert (await index.foretaste(MEI, "zh")).total == 3
        await town.withdraw("/withdrawn")
        await town.tells("/changed", title="停水通知", text="因管道检修，3月8日9时至17时停水，请提前储水。")
        await town.tells("/test", title="测试补贴", text=SUBSIDY.format(day="2026年5月3日"), test=True)
        assert (await index.foretaste(MEI, "zh")).total == 1
        await town.tells("/withdrawn", title="取暖补贴", text=SUBSIDY.format(day="2026年5月1日"))
        assert (await index.foretaste(MEI, "zh")).total == 2


async def test_what_can_still_be_done_stays_after_thirty_days_with_the_nearest_deadline_first(url: str, tmp_path: Path) -> None:
    async with a_house(url, tmp_path, at=MONDAY_MORNING) as town:
        await town.a_site()
        for day in ("2026年5月30日", "2026年4月20日", "2026年3月20日"):
            await town.tells(f"/{day}", title=f"{day}截止的补贴", text=SUBSIDY.format(day=day))
        index = lately(town)
        assert [each.deadline for each in await index.still_open(MEI, "zh")] == [
            date(2026, 3, 20),
            date(2026, 4, 20),
            date(2026, 5, 30),
        ]
        town.clock.advance(timedelta(days=40))
        for later in (index, lately(town)):
            assert [each.deadline for each in await later.still_open(MEI, "zh", most=1)] == [date(2026, 4, 20)]
            assert (await later.foretaste(MEI, "zh")).total == 0
            assert len(later._documents) == 2, "what is over is not kept"


async def test_a_headline_is_in_the_readers_language_where_there_is_one(url: str, tmp_path: Path) -> None:
    async with a_house(url, tmp_path, at=MONDAY_MORNING) as town:
        await town.a_site()
        await town.tells("/1", title="电梯补贴", text=SUBSIDY.format(day="2026年4月30日"))
        (example,) = (await lately(town).foretaste(MEI, "en")).examples
        async with town.house.database.read() as tx:
            summary = (await loading.summaries(tx, [example.version_id]))[example.version_id]
        assert example.language == ("en" if "en" in summary.wordings else "zh")
        assert example.headline == summary.wording("en").headline
        # "A notice in Chinese" tells no two notices apart: its own headline goes with it.
        assert (example.own_headline, example.own_language) == (summary.wording("zh").headline, "zh")
        (example,) = (await lately(town).foretaste(MEI, "zh")).examples
        assert (example.own_headline, example.own_language) == ("", None)
