"""The verifier lays a sentence beside the place of the source that it comes from: a figure of another row proves nothing."""

from __future__ import annotations

import time

import pytest

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying import problems

TALENT = """关于支持引进人才购房的通知
一、补贴标准
对博士研究生，一次性给予30万元购房补贴；对硕士研究生，一次性给予20万元购房补贴。
购房补贴每人只可享受一次。申请人不得同时享受其他购房补贴。
二、申请办法
符合条件的人才可以在2026年5月8日前向天河区人才服务中心提出申请，逾期不予受理。
申请人应当提供身份证和购房合同。年满60周岁的老年人由社区上门办理。
三、本通知自2026年3月1日起施行，有效期3年。咨询电话：020-12345678（住房科）、020-87654321（投诉）。
住房公积金贷款最高额度由50万元提高至60万元。窗口受理时间为9:00至17:00。
"""
BUS = """Concessionary travel
You can apply for a free bus pass if you are over 66. You must not lend your pass to anyone else.
You must send your form to Kent County Council by 9 May 2026. The replacement fee is £10 and a new photo costs £5.
The scheme starts on 1 June 2026 and ends on 31 May 2029. Comments must be received by 5 p.m. on 20 April 2026.
"""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("对博士研究生，一次性给予30万元购房补贴。", "zh"),
        ("硕士研究生可领20万元购房补贴。", "zh"),
        ("请在5月8日前申请。", "zh"),
        ("购房补贴每人只可享受一次。", "zh"),
        ("逾期不受理。", "zh"),
        ("申请人要提供身份证和购房合同。", "zh"),
        ("2026年3月1日起施行，有效期3年。", "zh"),
        ("公积金贷款最高额度由50万元提到60万元。", "zh"),
        ("下午5点前到窗口办理。", "zh"),
        ("Apply by 8 May 2026. Support: CNY 300,000.", "en"),
    ],
)
def test_a_true_sentence_passes_in_the_source_s_words_and_in_others(text: str, language: Language) -> None:
    assert problems(TALENT, text, language) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("对博士研究生，一次性给予20万元购房补贴。", "another group's amount"),
        ("对博士研究生，一次性给予20万元购房补贴；对硕士研究生，一次性给予30万元购房补贴。", "two amounts swapped"),
        ("住房公积金贷款最高额度由60万元提高至50万元。", "before and after swapped"),
        ("对高校毕业生，一次性给予30万元购房补贴。", "another group"),
        ("符合条件的人才可以在2026年5月8日前向越秀区人才服务中心提出申请。", "another district"),
        ("符合条件的人才可以在2026年5月8日后向天河区人才服务中心提出申请。", "before told as after"),
        ("请在2026年3月1日前申请。", "the day of force told as the deadline"),
        ("2026年5月8日起施行。", "the deadline told as the day of force"),
        ("申请人可以同时享受其他购房补贴。", "must not told as may"),
        ("申请人无需提供身份证和购房合同。", "must told as need not"),
        ("申请人不应当提供身份证和购房合同。", "a negation put in"),
        ("逾期予以受理。", "a negation left out"),
        ("对博士研究生，每年给予30万元购房补贴。", "once told as every year"),
        ("对博士研究生，一次性给予30万元购房补贴，全程免费代办。", "a clause made up, without a figure"),
        ("对博士研究生，一次性给予最高30万元购房补贴。", "a fixed sum told as a cap"),
        ("未满60周岁的老年人由社区上门办理。", "at least told as less than"),
        ("有效期5年。", "another length"),
        ("窗口受理时间为9:00至18:00。", "another hour"),
    ],
)
def test_a_falsehood_of_words_that_the_source_has_is_refused(text: str, what: str) -> None:
    assert problems(TALENT, text, "zh"), what


@pytest.mark.parametrize(
    "text",
    [
        "Send your form to Kent County Council by 9 May 2026.",
        "A replacement costs £10.",
        "The scheme starts on 1 June 2026 and ends on 31 May 2029.",
        "You must not lend your pass to anyone else.",
        "Send your comments by 5pm on 20 April 2026.",
    ],
)
def test_a_true_english_sentence_passes(text: str) -> None:
    assert problems(BUS, text, "en") == []


@pytest.mark.parametrize(
    "text",
    [
        "You must send your form to Essex County Council by 9 May 2026.",
        "You must send your form to Kent County Council after 9 May 2026.",
        "You may lend your pass to anyone else.",
        "The replacement fee is £5 and a new photo costs £10.",
        "The scheme starts on 31 May 2029 and ends on 1 June 2026.",
        "You can apply for a free bus pass if you are under 66.",
        "You must send your form to Kent County Council by 9 May 2026, and parking is free.",
        "Send your comments by 5pm on 9 May 2026.",
    ],
)
def test_an_english_falsehood_of_words_that_the_source_has_is_refused(text: str) -> None:
    assert problems(BUS, text, "en")


def test_the_reason_names_the_value_that_the_source_has_there() -> None:
    found = problems(TALENT, "对博士研究生，一次性给予20万元购房补贴。", "zh")
    assert "20万元" in found[0]["reason"]
    assert "30万元" in found[0]["reason"]


def test_a_value_of_a_table_belongs_to_its_row() -> None:
    table = "补贴标准\n类别 | 标准（元/月） | 电话\n高龄老人 | 300 | 020-11112222\n失能老人 | 500 | 020-33334444\n"
    assert problems(table, "失能老人每月500元，电话020-33334444。", "zh") == []
    assert problems(table, "失能老人每月300元。", "zh")


def test_a_frame_in_another_language_is_checked_by_its_values_and_their_roles() -> None:
    assert problems(TALENT, "Deadline to apply: 8 May 2026. It takes effect on 1 March 2026.", "en") == []
    assert problems(TALENT, "It takes effect on 8 May 2026.", "en")
    assert problems(TALENT, "In its own words: “购房补贴每人只可享受两次。”", "en")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("补贴5万元，" * 300_000, "补贴5万元。最高补贴6万元。"),
        ("1 2 " * 500_000, "补贴5万元。"),
        ("一" * 2_000_000, "补贴五万元。"),
        ("给予补贴5万元。", "不得发放补贴5万元给学生。" * 100_000),
        ("给予补贴5万元。" * 100, "给予补贴5万元，" * 100_000),
    ],
)
def test_hostile_input_takes_bounded_time(source: str, text: str) -> None:
    started = time.process_time()
    assert isinstance(problems(source, text, "zh"), list)
    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    ("source", "sentence", "stands"),
    [
        ("经市政府同意，自2026年7月1日起调整水价。", "自2026年7月1日起调整水价。", True),
        ("经住建局审核同意后，家庭可分期缴纳租金。", "家庭可分期缴纳租金。", False),
        ("一、复核对象\n低保家庭。\n二、复核时间\n2026年12月1日至12月15日。", "复核时间：2026年12月1日至12月15日。", True),
        (
            "一、缴费时间\n2026年11月1日至11月9日。\n二、复核时间\n2026年12月1日至12月15日。",
            "缴费时间：2026年12月1日至12月15日。",
            False,
        ),
    ],
)
def test_an_office_s_leave_is_no_condition_and_a_heading_is_said_of_what_stands_under_it(
    source: str, sentence: str, stands: bool
) -> None:
    assert (not problems(f"关于居民事项的通知\n{source}", sentence, "zh")) is stands
