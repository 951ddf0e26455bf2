"""A sentence in the source's own words must tell what turns them: conditions, negations, quantifiers; and add nothing."""

from __future__ import annotations

import time

import pytest

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying import problems

HOUSING = """关于住房补贴的通知
对购买首套新建商品住房的家庭，一次性给予2万元补贴。申请家庭有未成年子女的，补贴标准上浮10%。
如遇材料不全的，申请人应当在5个工作日内补交材料。补贴按每套住房发放。
夫妻双方都缴存住房公积金的，最高可贷款80万元。累计缴存满12个月的职工可以申请提取住房公积金。
"""
DOGS = """Stray dogs
If you find a stray dog and can't contact the owner, you must report it to the council.
You can keep the dog if the council agrees.
Members of the public may attend each meeting of the committee. The meeting will be open to the public.
Send your comments to the council by 5 May 2026. Call 020 7946 0018 with questions.
"""


def _passes(source: str, text: str, language: Language) -> bool:
    return not problems(source, text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("申请家庭有未成年子女的，补贴标准上浮10%。", "zh"),
        ("条件：申请家庭有未成年子女。补贴标准上浮10%。", "zh"),
        ("累计缴存满12个月的职工可以申请提取住房公积金。", "zh"),
        ("If you find a stray dog and can't contact the owner, you must report it to the council.", "en"),
        ("You can keep the dog if the council agrees.", "en"),
        ("The meeting will be open to the public.", "en"),
    ],
)
def test_a_sentence_that_tells_its_condition_passes(text: str, language: Language) -> None:
    assert problems(HOUSING if language == "zh" else DOGS, text, language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("补贴标准上浮10%。", "zh"),
        ("申请人应当在5个工作日内补交材料。", "zh"),
        ("You must report it to the council.", "en"),
        ("You can keep the dog.", "en"),
    ],
)
def test_a_sentence_without_the_condition_of_its_source_is_refused(text: str, language: Language) -> None:
    assert not _passes(HOUSING if language == "zh" else DOGS, text, language)


def test_a_condition_may_stand_in_a_sentence_before_but_not_behind() -> None:
    assert _passes(HOUSING, "条件：申请家庭有未成年子女。补贴标准上浮10%。", "zh")
    assert not _passes(HOUSING, "补贴标准上浮10%。条件：申请家庭有未成年子女。", "zh")


def test_a_sentence_that_has_no_place_yet_is_not_asked_for_its_condition() -> None:
    assert problems(HOUSING, "补贴标准上浮10%。", "zh", in_place=False) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("连续缴存满12个月的职工可以申请提取住房公积金。", "zh"),
        ("夫妻任意一方都缴存住房公积金的，最高可贷款80万元。", "zh"),
        ("Members of the public may attend only one meeting of the committee.", "en"),
        ("The meeting will be closed to the public.", "en"),
        ("Do not call 020 7946 0018.", "en"),
        ("Unless you find a stray dog, call 020 7946 0018.", "en"),
    ],
)
def test_a_word_that_turns_the_sentence_is_refused(text: str, language: Language) -> None:
    assert not _passes(HOUSING if language == "zh" else DOGS, text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("对购买首套新建商品住房的家庭，一次性给予2万元补贴。申请须经居委会签字。", "zh"),
        ("对购买首套新建商品住房的家庭，一次性给予2万元补贴。先到先得。", "zh"),
        ("The meeting will be open to the public. Lunch is provided by the mayor.", "en"),
        ("Send your comments to the council by 5 May 2026, and a refund is guaranteed.", "en"),
    ],
)
def test_a_clause_of_which_the_source_says_nothing_is_refused(text: str, language: Language) -> None:
    assert not _passes(HOUSING if language == "zh" else DOGS, text, language)


@pytest.mark.parametrize(
    "source",
    [
        ("no not never only unless if " * 2200)[:60_000],
        "甲乙丙丁戊己庚辛" * 250_000,
        "申请人应当提交材料。" * 100_000,
        "the applicant must not submit the form and " * 8_000,
        "不得未非无不" * 15_000,
        "每户每人所有部分每月" * 10_000,
        "不超过以上不少于以内5万元" * 6_000,
        "2026年3月31日前至2026年4月1日起" * 4_000,
        "if you apply, " * 10_000,
        "符合条件的，" * 20_000,
    ],
    ids=[
        "english operators",
        "one line",
        "many sentences",
        "one sentence",
        "negations",
        "quantifiers",
        "bounds",
        "days",
        "ifs",
        "的",
    ],
)
def test_a_hostile_source_is_answered_soon(source: str) -> None:
    started = time.process_time()
    problems(source, "Do not apply unless you are not only 60, no more than £5 if not never.", "en")
    problems(source, "申请人不得不在2026年3月31日前提交材料，每户不超过5万元。符合条件的，可以申请。", "zh")
    assert time.process_time() - started < 5
