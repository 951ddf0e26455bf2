"""From when and until when a Chinese rule holds, and the periods and events that are neither."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import facts_of, said

FROM, UNTIL = "effective_from", "valid_until"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本办法自2026年5月1日起施行，有效期五年。", [(FROM, "2026-05-01"), (UNTIL, "P5Y")]),
        ("本规定自公布之日起30日后施行，有效期三年。", [(UNTIL, "P3Y")]),
        ("本办法自发布之日起施行，试行两年。", [(FROM, "on_publication"), (UNTIL, "P2Y")]),
        ("本政策执行期限为2026年1月1日至2026年12月31日。", [(FROM, "2026-01-01"), (UNTIL, "2026-12-31")]),
        ("自二〇二六年五月一日起施行。", [(FROM, "2026-05-01")]),
        ("自2026年4月1日起，居民可在手机上办理医保转移。", [(FROM, "2026-04-01")]),
        ("2026年7月1日起，最低工资标准调整为每月2200元。", [(FROM, "2026-07-01")]),
        ("自2026年4月1日起，不再办理纸质证明。", [(FROM, "2026-04-01")]),
        ("收费标准自2026年4月1日起由200元调整为150元。", [(FROM, "2026-04-01")]),
        ("自2026年3月15日起，路段封闭施工，请绕行。", []),
        ("施行日期：2026年4月1日", [(FROM, "2026-04-01")]),
        ("失效日期：2029年4月1日", [(UNTIL, "2029-04-01")]),
        ("消费券自领取之日起7日内有效。", [(UNTIL, "P7D")]),
        ("老年人优待卡均设置2年有效期。", [(UNTIL, "P2Y")]),
        ("准考证有效期为2年。", []),
        ("《某市补贴办法》（某府〔2020〕3号）自2026年5月1日起废止。", []),
    ],
)
def test_the_life_of_a_rule_or_a_card_is_read(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "effective_date", "expiry") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024年1月1日-6月30日购房的家庭可以申请。", [("period_start", "2024-01-01"), ("period_end", "2024-06-30")]),
        ("从2025年11月1日起至2月28日期间购买新房的家庭。", [("period_start", "2025-11-01"), ("period_end", "2026-02-28")]),
        ("积分材料计算时间截至2025年9月30日。", [("period_end", "2025-09-30")]),
        ("适用于2029年12月31日前退休的参保人。", [("period_end", "2029-12-31")]),
        ("1979年1月1日（含当天）后出生的可以申请。", [("period_start", "1979-01-01")]),
        ("自2026年2月1日起在本市连续参保的人员可以享受。", [("period_start", "2026-02-01")]),
        ("报名时间由2026年3月10日改为2026年3月20日。", [("old_value", "2026-03-10"), ("application_deadline", "2026-03-20")]),
        ("在2025年6月1日之前购买的住房均不得享受。", [("cutoff", "2025-06-01")]),
        ("2027年6月30日前完成装修的，给予一次性补贴。", [("period_end", "2027-06-30")]),
        ("自本通知发布之日起至2026年12月31日止，对购买新房的家庭给予补贴。", [("period_end", "2026-12-31")]),
        ("2026年底前，全市各区应实现一窗办事。", [("event", "2026-12-31")]),
        ("听证会时间：2026年4月2日9:30。", [("event", "2026-04-02T09:30")]),
        ("2003年7月30日 国务院第16次常务会议通过", [("event", "2003-07-30")]),
        ("2003年8月8日 中华人民共和国国务院令第387号公布", [("issued", "2003-08-08")]),
        ("1994年2月1日民政部发布的《登记办法》同时废止。", [("old_value", "1994-02-01")]),
    ],
)
def test_a_period_a_cutoff_and_an_event_are_told_apart(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "event_date", "effective_date", "expiry", "deadline") == found


@pytest.mark.parametrize("text", ["毕业时间为当年1月1日至12月31日。", "每年3月1日至6月30日集中复核。"])
def test_a_period_of_every_year_is_of_no_year(text: str) -> None:
    assert facts_of(text, "event_date", "deadline") == []


def test_a_bare_day_has_the_year_of_the_date_in_its_own_sentence() -> None:
    text = "2022年6月1日前已办理备案，但在8月1日撤销合同的不予补助。"
    assert [fact.value for fact in facts_of(text, "event_date", published="2022-11-22")] == ["2022-06-01", "2022-08-01"]


def test_a_bare_summer_day_in_a_winter_notice_is_not_guessed_to_be_next_year_s() -> None:
    assert facts_of("6月1日举行运动会。", "event_date", published="2025-11-20") == []
