"""What changed between two versions: material only when a fact, the eligibility or the action moved."""

from __future__ import annotations

import pytest

from pushsvc.domain.summaries import Summary
from pushsvc.plain import changed, summarise
from pushsvc.plain.verifying import sentences_of
from tests.unit.plain_documents import NOTICE, a_document

PASSPORTS = (
    "You can renew your passport. "
    "It costs £75.50 to renew your passport if you apply online or £85 if you fill out a paper form. "
    "You must apply by 1 March 2026. Call 0300 222 0000. You may bring a friend. The office is closed on Sundays."
)
DEGREES = "一、补贴标准。博士补贴10万元，硕士补贴5万元，本科补贴2万元。\n二、请于2026年3月31日前到锦江区人民路12号申报。"
ROWS = "补贴标准如下：\n人员 | 一次性补贴\n博士 | 10万元\n硕士 | 5万元\n本科 | 2万元"


def told_of(before: str, after: str) -> tuple[dict[str, str], bool]:
    """What is told of two texts, and whether it is urgent."""
    material, told, urgent = changed(a_version(before), a_version(after), before_text=before, after_text=after)
    assert material is bool(told)
    return told, urgent


def a_version(text: str = NOTICE) -> Summary:
    return summarise(a_document(text), {})


def test_a_moved_deadline_is_material_urgent_and_said_plainly() -> None:
    material, told, urgent = changed(a_version(), a_version(NOTICE.replace("3月31日", "4月15日")))
    assert material
    assert urgent
    assert "截止日期由3月31日改为4月15日" in told["zh"]
    assert "deadline moved from 31 March to 15 April" in told["en"]


def test_going_back_is_a_change_like_any_other() -> None:
    material, told, _ = changed(a_version(NOTICE.replace("3月31日", "4月15日")), a_version())
    assert material
    assert "由4月15日改为3月31日" in told["zh"]


def test_a_changed_amount_is_material_and_not_urgent() -> None:
    material, told, urgent = changed(a_version(), a_version(NOTICE.replace("5000元", "8000元")))
    assert material
    assert not urgent
    assert told["zh"] == "补贴上限由5000元改为8000元。"
    assert told["en"] == "The highest payment went from CNY 5,000 to CNY 8,000."


def test_a_changed_telephone_number_is_material() -> None:
    material, told, _ = changed(a_version(), a_version(NOTICE.replace("12345678", "87654321")))
    assert material
    assert "028-87654321" in told["zh"]


def test_a_fact_that_goes_is_told() -> None:
    material, told, _ = changed(a_version(), a_version(NOTICE.replace("四、咨询电话：028-12345678。\n", "")))
    assert material
    assert "不再写明电话：028-12345678" in told["zh"]


def test_a_text_that_changed_without_a_fact_moving_is_not_material() -> None:
    assert changed(a_version(), a_version(NOTICE.replace("现将有关事项公告如下", "现就有关事宜公告如下"))) == (False, {}, False)


def test_white_space_and_a_new_signature_day_are_not_material() -> None:
    assert changed(a_version(), a_version(NOTICE.replace("\n", "\n\n").replace("\n2026年3月1日", "\n2026年3月2日")))[0] is False


def test_the_same_value_written_otherwise_is_not_material() -> None:
    assert (
        changed(a_version(), a_version(NOTICE.replace("5000元", "5,000元").replace("2026年3月31日", "2026-03-31")))[0] is False
    )


def test_another_eligibility_is_material_though_no_word_changed() -> None:
    material, told, urgent = changed(
        a_version(),
        a_version(),
        declared_before={"eligibility": {"age": {"min": 60}}},
        declared_after={"eligibility": {"age": {"min": 65}}},
    )
    assert material
    assert not urgent
    assert told["zh"]
    assert told["en"]


def test_another_action_is_material_and_urgent() -> None:
    before = a_version("居民可通过社区窗口现场申请办理改造，说明如下。")
    after = a_version("居民应登录市政务服务网填写表格预约上门评估。")
    material, told, urgent = changed(before, after)
    assert material
    assert urgent
    assert "要办的事有变化" in told["zh"]


@pytest.mark.parametrize(
    ("text", "old", "new", "language", "said", "urgent"),
    [
        (DEGREES, "10万元", "12万元", "zh", "博士的补贴由10万元改为12万元。", False),
        (DEGREES, "，本科补贴2万元", "，本科补贴2万元，大专补贴1万元", "zh", "新增大专的补贴：1万元。", False),
        (DEGREES, "，本科补贴2万元", "", "zh", "不再写明本科的补贴：2万元。", False),
        (DEGREES, "12号", "15号", "zh", "地址由锦江区人民路12号改为锦江区人民路15号。", False),
        (ROWS, "5万元", "6万元", "zh", "由5万元改为6万元。", False),
        (NOTICE, "3月31日前", "3月15日前", "zh", "申请截止日期提前了，由3月31日改为3月15日。", True),
        (NOTICE, "三、请于2026年3月31日前到", "三、请到", "zh", "不再写明申请截止日期：2026年3月31日。", True),
        (NOTICE, "3月31日前", "3月31日起", "zh", "不再写明申请截止日期：2026年3月31日。", True),
        (NOTICE, "年满60周岁", "年满65周岁", "zh", "年龄条件收紧了，由年满60周岁改为年满65周岁。", False),
        (NOTICE, "年满60周岁", "年满65周岁", "en", "The age limit is narrower: it went from 60 or over to 65 or over.", False),
        (NOTICE, "可申请居家", "不得申请居家", "zh", "规定有变化：“不得申请居家适老化改造补贴”。", False),
        (NOTICE, "每户给予一次性补贴", "每人每月给予补贴", "zh", "每人每月给予补贴", False),
        (NOTICE, "三、", "须居住满3年，方可领取。\n三、", "zh", "新增规定：“须居住满3年，方可领取”。", False),
        (NOTICE, "老年人，", "老年人、残疾人，", "zh", "新增对象：残疾人。", False),
        (NOTICE, "\n2026年3月1日", "\n2026年3月1日\n附件：1.改造申请表", "zh", "新增附件：改造申请表。", False),
        (PASSPORTS, "£85", "£90", "en", "The fee if you fill out a paper form went from £85 to £90.", False),
        (PASSPORTS, "1 March", "15 March", "en", "The application deadline moved from 1 March to 15 March.", True),
        (PASSPORTS, "1 March", "15 February", "en", "deadline is earlier: it moved from 1 March to 15 February.", True),
        (PASSPORTS, "You may bring", "You must bring", "en", "A rule has changed: “You must bring a friend”.", False),
    ],
)  # fmt: skip
def test_what_moved_is_told_with_whom_it_concerns(
    text: str, old: str, new: str, language: str, said: str, urgent: bool
) -> None:
    assert old in text
    told, now = told_of(text, text.replace(old, new, 1))
    assert said in told[language]
    assert now is urgent


def test_two_values_that_changed_places_are_two_moves() -> None:
    told, _ = told_of(DEGREES, DEGREES.replace("10万元", "5万元").replace("硕士补贴5万元", "硕士补贴10万元"))
    assert told["zh"] == "博士的补贴由10万元改为5万元。硕士的补贴由5万元改为10万元。"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("博士 | 10万元\n硕士 | 5万元", "硕士 | 5万元\n博士 | 10万元"),
        ("补贴标准如下：", "例如，补贴100元。补贴标准如下："),
        ("补贴标准如下：", "浏览次数：512\n补贴标准如下："),
        ("补贴标准如下：", "补贴标准见下表："),
        ("补贴标准如下：", "欢迎广大居民前来申请。补贴标准如下："),
    ],
)
def test_order_examples_counters_and_wording_tell_nothing(old: str, new: str) -> None:
    assert told_of(ROWS, ROWS.replace(old, new)) == ({}, False)


def test_at_most_four_short_sentences_are_told_the_deadline_first() -> None:
    after = NOTICE
    for old, new in (
        ("60周岁", "65周岁"),
        ("5000元", "8000元"),
        ("3月31日", "4月15日"),
        ("12345678", "87654321"),
        ("可申请", "不得申请"),
    ):
        after = after.replace(old, new)
    told, urgent = told_of(NOTICE, after)
    sentences = sentences_of(told["zh"], "zh")
    assert len(sentences) == 4
    assert sentences[0] == "申请截止日期由3月31日改为4月15日。"
    assert all(len(sentence) <= 40 for sentence in sentences)
    assert all(len(sentence.split()) <= 25 for sentence in sentences_of(told["en"], "en"))
    assert urgent


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"age": {"min": 60}}, {"age": {"min": 55}}, "适用对象的条件放宽了。"),
        ({"age": {"min": 60}}, {"age": {"min": 65}}, "适用对象的条件收紧了。"),
        ({"age": {"min": 60}}, None, "适用对象的条件放宽了。"),
        ({"age": {"min": 60, "max": 70}}, {"age": {"min": 65, "max": 75}}, "适用对象的条件有变化。"),
    ],
)
def test_declared_limits_are_told_as_wider_or_narrower(before: object, after: object, said: str) -> None:
    _, told, _ = changed(
        a_version(), a_version(), declared_before={"eligibility": before}, declared_after={"eligibility": after}
    )
    assert told["zh"] == said


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("请沙河沿岸居民在今晚23时前转移到就近避难场所。", "请沙河沿岸居民在今晚21时前转移到就近避难场所。"),
        ("请沿岸居民在今晚8点30分前转移到就近避难场所。", "请沿岸居民在今晚7点30分前转移到就近避难场所。"),
        ("请沿岸居民在今晚20:30前转移到就近避难场所。", "请沿岸居民在今晚20:00前转移到就近避难场所。"),
    ],
)
def test_another_hour_in_what_is_to_be_done_is_told_at_once(was: str, now: str) -> None:
    first, second = (f"锦江区气象台发布暴雨红色预警。{action}咨询电话：028-61880077。" for action in (was, now))
    told, urgent = told_of(first, second)
    assert urgent
    assert now.rstrip("。") in told["zh"]


def test_an_hour_elsewhere_than_in_what_is_to_be_done_is_not_told_as_that() -> None:
    first, second = (f"气象台{hour}时发布暴雨红色预警。请沿岸居民在今晚20时前转移到就近避难场所。" for hour in (15, 16))
    told, _ = told_of(first, second)
    assert "要办的事" not in told.get("zh", "")
