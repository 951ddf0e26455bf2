"""The verifier: each claim of a sentence must stand in the source, by value, unit and direction."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.plain import problems, verify_line

SOURCE = (
    "对于2025年9月25日至2025年12月31日期间购房，并在2026年3月31日前足额缴纳契税的购房人，给予购房合同总价2%、最高不超过3万元的购房补贴。"
    "单职工贷款最高额度由50万元提高至60万元。保障对象不得转租公租房，应当按期缴纳租金。本办法自2026年4月起施行，有效期五年。"
    "共有5个名额。咨询电话：020-12345678，网址http://www.example.gov.cn/a，邮箱a@example.gov.cn。依据《住房条例》（国发〔2020〕3号）。"
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("最高补贴30000元，3月31日前缴清契税。", "zh"),
        ("补贴为总价的百分之二。", "zh"),
        ("Pay by 31 March 2026 to get up to CNY 30,000.", "en"),
        ("有效期5年，五个名额。", "zh"),
        ("２０２６年３月３１日前缴清。", "zh"),
        ("拨打020-12345678，或写信到a@example.gov.cn。", "zh"),
        ("见《住房条例》（国发[2020]3号）。", "zh"),
        ("购房时间为2025-09-25到2025-12-31。", "zh"),
    ],
)
def test_what_stands_in_the_source_passes_however_it_is_written(text: str, language: Language) -> None:
    assert problems(SOURCE, text, language) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("最高补贴5万元。", "amount"),
        ("最高补贴3元。", "amount"),
        ("补贴比例为3%。", "percentage"),
        ("请在3月30日前缴清。", "date"),
        ("请在2025年3月31日前缴清。", "date"),
        ("共有6个名额。", "number"),
        ("有效期三年。", "number"),
        ("电话020-87654321。", "telephone"),
        ("邮箱b@example.gov.cn。", "email"),
        ("网址http://www.example.com/a。", "url"),
        ("依据国发〔2021〕3号。", "document number"),
        ("见《土地条例》。", "title"),
        ("Apply by 1 April 2026.", "date"),
        ("依据穗府发〔2020〕3号。", "document number"),
        ("最高补贴3万美元。", "amount"),
        ("补贴为总价的1%-2%。", "percentage"),
        ("You get CNY 30,000-50,000.", "amount"),
    ],
)
def test_what_does_not_stand_in_the_source_is_named(text: str, why: str) -> None:
    found = problems(SOURCE, text, "en" if text.isascii() else "zh")
    assert found
    assert why in found[0]["reason"]
    assert found[0]["sentence"] == text


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        ("共有15个名额。", "共有5个名额。", "zh"),
        ("共有5个名额。", "有效期5年。", "zh"),
        ("There are 50 places.", "There are 5.", "en"),
    ],
)
def test_a_count_is_not_supported_by_a_part_of_a_longer_one_or_by_another_unit(
    source: str, text: str, language: Language
) -> None:
    assert problems(source, text, language)


def test_the_last_day_of_a_span_of_days_is_a_date_of_the_source() -> None:
    assert problems("申请时间为2026年3月25日至28日。", "请在3月28日前申请。", "zh") == []
    assert problems("申请时间为2026年3月25日至28日。", "请在4月28日前申请。", "zh")


def test_an_amount_is_not_supported_by_a_count() -> None:
    assert problems("共有5个名额。", "补贴5万元。", "zh")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("单职工贷款最高额度由50万元降低至60万元。", "direction"),
        ("保障对象可以转租公租房。", "permission"),
        ("给予购房合同总价2%、不低于3万元的购房补贴。", "bound"),
    ],
)
def test_a_sentence_that_turns_the_source_round_is_named(text: str, why: str) -> None:
    found = problems(SOURCE, text, "zh")
    assert found
    assert why in found[0]["reason"]


def test_what_is_no_longer_asked_is_not_asked() -> None:
    source = "从12月1日起，高龄津贴不再需要年审。"
    assert problems(source, "高龄津贴需要年审。", "zh")
    assert problems(source, "高龄津贴不需要年审。", "zh") == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("符合条件的每户家庭最高补助3000元，由街道办事处发放。", "符合条件的每户家庭补助3000元。"),
        ("You can get up to £300 if you are over 66.", "You can get £300 if you are over 66."),
        ("每月发放100元给老年人。", "每年发放100元给老年人。"),
        ("Applicants must not own a home.", "Applicants must own a home."),
    ],
)
def test_a_cap_told_as_a_sum_a_month_told_as_a_year_and_a_dropped_not_are_named(source: str, text: str) -> None:
    assert problems(source, text, "en" if source[0].isascii() else "zh")
    assert problems(source, source, "en" if source[0].isascii() else "zh") == []


def test_only_the_wrong_sentence_is_named() -> None:
    found = problems(SOURCE, "共有5个名额。共有7个名额。", "zh")
    assert [problem["sentence"] for problem in found] == ["共有7个名额。"]


def test_a_verify_line_answers_with_its_id() -> None:
    assert verify_line({"id": "a", "source_text": SOURCE, "text": "共有5个名额。", "language": "zh"}) == {
        "id": "a",
        "ok": True,
        "problems": [],
    }
    assert verify_line({"id": "b", "source_text": SOURCE, "text": "共有9个名额。", "language": "zh"})["ok"] is False


@pytest.mark.parametrize(
    "line",
    [{"text": "a"}, {"source_text": "a"}, {"source_text": 1, "text": "a"}, {"source_text": "a", "text": "b", "language": "fr"}],
)
def test_a_malformed_verify_line_names_its_field(line: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"source_text|text|language"):
        verify_line(line)


def test_the_verifier_shares_no_code_with_the_extractor() -> None:
    room = Path(__file__).parents[2] / "pushsvc" / "plain" / "verifying"
    for module in room.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pushsvc.plain"):
                assert (node.module or "").startswith("pushsvc.plain.verifying"), (module.name, node.module)
