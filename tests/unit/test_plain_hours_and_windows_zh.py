"""Hours of counters, several windows, plain askings, bans, and pairs: what a reader who trusts the lines does in time."""

from __future__ import annotations

import pytest

from pushsvc.domain.summaries import Wording
from pushsvc.plain import summarise
from tests.unit.plain_documents import a_document, facts_of, said

APPLY, COMMENT, PAY, ACT = "application_deadline", "comment_deadline", "payment_deadline", "action_deadline"


def told(text: str, title: str, published: str = "2026-03-01") -> Wording:
    return summarise(a_document(text, title, published), {}).wording("zh")


@pytest.mark.parametrize(
    ("hours", "role"),
    [
        ("领取时间：2026年3月11日至13日上午8:30-11:00，下午14:00-16:30。", ACT),
        ("报名时间：3月11日至13日上午9:00-11:30,下午14:30-17:00。", APPLY),
        ("报名时间：3月11日至3月13日上午9时至下午17时。", APPLY),
        ("申报时间：3月11日—13日8:30—11:30、14:00—17:00。", APPLY),
    ],
)
def test_the_hour_at_which_a_counter_opens_or_rests_is_no_deadline(hours: str, role: str) -> None:
    assert said(hours, "deadline") == [(role, "2026-03-13")]


def test_a_written_closing_hour_stays() -> None:
    assert said("报名时间：2026年3月11日9:00至3月13日17:00。", "deadline") == [(APPLY, "2026-03-13T17:00")]


def test_all_hours_of_a_counter_are_told_together_under_their_label() -> None:
    text = "符合条件的老人可领取助餐卡。\n"
    text += "领取时间：2026年3月11日至13日上午8:30-11:00，下午14:00-16:30。\n领取地点：河湾街道便民中心二楼。"
    wording = told(text, "关于领取助餐卡的通知")
    assert "领取时间：2026年3月11日至13日。领取时间：上午8:30-11:00，下午14:00-16:30。" in wording.text
    assert wording.action == "请在2026年3月13日前领取。"
    assert "8:30" not in wording.short + wording.headline


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("东岭县政府就道路工程征求意见,请于2026年6月5日前提出。", COMMENT),
        ("现通过县政府网站征求意见,请于2026年6月5日前向县交通运输局提出。", COMMENT),
        ("账号有误被退款的职工,请于2026年6月5日前到区劳动监察大队205室更正账号。", ACT),
        ("对公告中的门牌号有疑问的住户，请在2026年6月5日前携带户口簿到社区核对。", ACT),
    ],
)
def test_whoever_is_plainly_asked_has_a_deadline_wherever_its_object_stands(text: str, role: str) -> None:
    assert said(text, "deadline") == [(role, "2026-06-05")]


@pytest.mark.parametrize(
    "text",
    [
        "各区民政局接到通知后，请于2026年6月5日前将名单报送市民政局。",
        "各镇街道、各部门要高度重视，请于2026年6月5日前落实专人。",
        "县住建局应当于2026年6月5日前公布结果。",
    ],
)
def test_what_offices_ask_of_offices_is_no_deadline(text: str) -> None:
    assert facts_of(text, "deadline") == []


WINDOWS = (
    "一、缴费标准\n一般居民每人400元。\n二、缴费时间\n"
    "1.2026年10月1日至2026年12月20日缴费的,2027年1月1日起享受待遇。\n"
    "2.2027年1月1日至2027年3月31日缴费的,相关医疗保险待遇享受期限从缴费满30天后起至2027年12月31日。\n"
    "3.未在上述时间缴费的,按每人1020元征收,相关医疗保险待遇享受期限从缴费次月起至2027年12月31日。\n"
)


def test_each_of_several_windows_opens_and_closes() -> None:
    assert said(WINDOWS, "deadline", published="2026-09-20") == [(PAY, "2026-12-20"), (PAY, "2027-03-31")]
    opens = [value for role, value in said(WINDOWS, "event_date", published="2026-09-20") if role == "application_open"]
    assert opens == ["2026-10-01", "2027-01-01"]


def test_a_window_is_told_as_a_time_and_never_as_a_condition() -> None:
    wording = told(WINDOWS, "2027年度居民医保缴费通知", "2026-09-20")
    assert "条件：" not in wording.text
    assert "2027年1月1日至2027年3月31日" in wording.text or "2027年1月1日至3月31日" in wording.text
    assert wording.action is not None
    assert "2026年12月20日前" in wording.action


def test_a_paper_made_public_that_asks_for_applications_says_so_in_every_line() -> None:
    text = "符合条件的企业可申请稳岗补贴，申报期限截至2026年5月31日。\n名单已于2026年2月20日公布。"
    wording = told(text, "稳岗补贴工作公示")
    assert wording.action is not None
    for line in (wording.action, wording.short, wording.headline):
        assert "5月31日" in line


def test_beside_the_last_day_no_other_day_stands_in_a_short_line() -> None:
    text = (
        "(1)招生报名时间:6月3日-7日。报名时需提交户口本、房产证等材料。6月8日-20日,教育局入学资格复查小组对新生的入学资格进行复核。\n"
        "(2)6月25日-26日,各小学发放入学通知书,8月29日-30日新生报到,9月1日正式上课。\n"
    )
    wording = told(text, "2026青石县东岭区各小学招生报名条件及报名须知", "2026-05-20")
    assert "6月7日前" in wording.short
    assert "6月8日" not in wording.short
    assert "6月25日-26日，9月1日" not in wording.text
    assert "时间：6月25日-26日。" not in wording.text


def test_the_law_that_a_notice_rests_on_is_not_its_region() -> None:
    text = (
        "根据《重大行政决策程序条例》(国务院令第999号)、《德州市行政决策规定》(德州市政府令第9号)等规定,"
        "现通过宁津县人民政府网站征求意见。\n意见请寄:宁津县交通运输局,邮编:300111(收)。\n征求意见时间:2026年5月6日至2026年6月5日。"
    )
    summary = summarise(a_document(text, "关于东岭公园改造方案征求意见的公告", "2026-05-06"), {})
    assert list(summary.regions) == ["371422"]
    assert "邮编:300111(收)。" not in summary.wording("zh").text.split("，")[0]


CLOSED = (
    "因管网改造需要,临江路(桥头至码头)将实施全封闭施工。\n一、管制时间\n2026年4月2日至4月28日(每日0时至24时)\n二、管制内容\n"
    "(一)管制期间,该路段禁止一切车辆、行人通行。\n(二)去码头方向的车辆,可沿新港路→渔民路绕行。\n(三)请服从现场交通管理人员指挥。\n"
)


def test_of_a_closed_road_it_is_told_what_is_forbidden_where_when_and_the_way_round() -> None:
    wording = told(CLOSED, "关于临江路(桥头至码头)实施交通管制的通告", "2026-03-30")
    for part in ("临江路(桥头至码头)将实施全封闭施工", "4月28日", "禁止一切车辆、行人通行", "新港路→渔民路绕行"):
        assert part in wording.text
    assert "管制" in wording.short


def test_two_figures_of_one_group_are_told_together_or_not_at_all() -> None:
    text = (
        "从2026年1月1日起,集中供养标准提高到1200元/月,护理补贴不低于300元;分散供养标准提高到900元/月,护理补贴不低于150元。\n"
        "城乡供养对象提标要在3月完成,确保按时完成我区的实事任务。\n"
    )
    wording = told(text, "提高特困供养标准的通知")
    assert "1200元/月。护理补贴不低于300元。分散供养标准提高到900元/月。护理补贴不低于150元。" in wording.text
    assert "任务" not in wording.text
    assert not wording.short.endswith("护理补贴不低于150元")


def test_a_telephone_under_a_place_and_an_offices_own_work_get_no_label() -> None:
    text = (
        "报名时间：2026年3月11日至13日上午9:00-11:30,下午14:30-17:00。\n"
        "报名地点:临川市青石大道8号307室,联系电话:86330000、81210000。\n二、报名条件\n我办对报考人员的资格进行审查,确定考试对象。\n"
    )
    wording = told(text, "公开招聘辅助工作人员公告")
    assert "报名地点联系电话" not in wording.text
    assert "条件：我办" not in wording.text
