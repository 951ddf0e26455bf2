"""What changed between two versions: material only when a fact, the eligibility or the action moved."""

from __future__ import annotations

from pushsvc.domain.summaries import Summary
from pushsvc.plain import changed, summarise
from tests.unit.plain_documents import NOTICE, a_document


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
