"""What is forbidden, stopped or changed is told, however long its date; nobody is promised what is not theirs."""

from __future__ import annotations

import pytest

from pushsvc.plain.lines import summary_line


def told(title: str, text: str) -> dict[str, object]:
    return summary_line({"id": "a", "title": title, "content_text": text, "published_at": "2026-01-20"}, False)


BAN = (
    "自2026年2月1日0时起至2026年3月15日24时止，本市绕城高速以内区域禁止燃放烟花爆竹。"
    "违反规定的，由公安机关处500元以上2000元以下罚款。欢迎拨打110举报，经查实奖励举报人500元。"
)


def test_a_ban_is_told_with_its_period() -> None:
    line = told("关于限制易燃易爆物品的通告", BAN)
    assert "时间：2026年2月1日0时起至3月15日24时。" in str(line["text"])
    assert "本市绕城高速以内区域禁止燃放烟花爆竹。" in str(line["text"])


def test_a_reward_for_a_tip_off_is_no_aid() -> None:
    line = told("关于限制易燃易爆物品的通告", BAN)
    roles = {fact["value"]: fact["role"] for fact in line["facts"] if fact["kind"] == "amount"}  # type: ignore[attr-defined]
    assert roles.get(500) in (None, "other")
    assert "补" not in str(line["short"])


def test_a_stop_with_its_hours_inside_becomes_when_and_what() -> None:
    text = (
        "因系统升级，市社会保险信息系统将于2026年5月20日18:00至5月24日24:00停止服务，停机期间暂停办理社保业务。"
        "急需办理的，请于5月20日12:00前办理。"
    )
    said = str(told("关于社保系统停机的通知", text)["text"])
    assert "时间：2026年5月20日18:00至5月24日24:00。" in said
    assert "市社会保险信息系统停止服务" in said


def test_who_approved_it_does_not_hide_what_was_decided() -> None:
    text = (
        "经市政府同意，自2026年7月1日起调整居民生活用水价格：第一阶梯由每立方米1.80元调整为2.10元，第二阶梯由2.70元调整为3.15元。"
        "政策咨询：12345。"
    )
    assert "第一阶梯由每立方米1.80元调整为2.10元" in str(told("关于水价调整的通知", text)["text"])


@pytest.mark.parametrize("text", ["购买家电满2000元可抵扣300元，每人限用一次。客服电话：0571-88001234。"])
def test_what_is_taken_off_a_price_is_what_one_gets(text: str) -> None:
    line = told("关于家电消费券的公告", text)
    assert line["slots"]["amount"] == "300元"  # type: ignore[index]


def test_have_your_say_by_a_day_is_a_deadline_for_comments() -> None:
    text = (
        "We want to hear your views on the new scheme. Have your say by 14 September 2026. Call 01225 477 000 for a paper copy."
    )
    line = told("Council tax reduction scheme: consultation", text)
    assert line["action"] == "Send your comments by 14 September 2026."


def test_what_comes_back_every_year_is_told_with_its_period_and_whose_it_is() -> None:
    text = (
        "个体工商户应当于每年1月1日至6月30日，通过国家企业信用信息公示系统报送上一年度年度报告。"
        "未按时报送的，标记为经营异常状态。咨询电话：12315。"
    )
    said = str(told("关于个体工商户年报的提醒", text)["text"])
    assert "时间：每年1月1日至6月30日。个体工商户应通过国家企业信用信息公示系统报送上一年度年度报告。" in said


def test_each_year_in_the_sentence_before_does_not_hide_a_day() -> None:
    text = "家庭困难的学生可以申请助学金，每生每年3700元。学生应于10月15日前向学校提出申请。"
    line = told("国家助学金申请须知", text)
    deadlines = [fact["value"] for fact in line["facts"] if fact["kind"] == "deadline"]  # type: ignore[attr-defined]
    assert deadlines == ["2026-10-15"]


def test_an_amount_that_rises_from_one_to_another_is_no_range() -> None:
    text = "From 1 July 2026 the fixed penalty for fly-tipping will rise from £400 to £1,000. Call 0300 555 1384 to report it."
    amounts = {fact["role"]: fact["value"] for fact in told("Fines", text)["facts"] if fact["kind"] == "amount"}  # type: ignore[attr-defined]
    assert amounts == {"old_value": 400, "new_value": 1000}


def test_an_event_of_several_days_is_told_with_its_last_day() -> None:
    text = "全区60周岁及以上户籍老年人可免费接种流感疫苗1剂。接种时间为2026年3月10日至4月30日。咨询电话：0512-66112233。"
    assert str(told("关于流感疫苗接种的通知", text)["short"]).endswith("3月10日至4月30日")


def test_the_end_of_an_adjustment_asks_nobody_to_pay() -> None:
    text = "2026年度住房公积金缴存基数调整工作于7月1日开始，7月31日结束。缴存基数上限为29800元，下限为2280元。业务咨询：12329。"
    line = told("关于开展住房公积金年度基数调整的通知", text)
    assert [fact for fact in line["facts"] if fact["kind"] == "deadline"] == []  # type: ignore[attr-defined]
    assert line["action"] is None


def test_from_when_an_application_needs_less_is_no_opening_of_applications() -> None:
    text = "自2026年7月1日起，申请最低生活保障不再需要提供收入证明，改为书面承诺。可以拨打12345投诉。"
    dates = [(fact["kind"], fact["role"]) for fact in told("关于取消证明事项的公告", text)["facts"] if "date" in fact["kind"]]  # type: ignore[attr-defined]
    assert dates == [("effective_date", "effective_from")]


def test_who_must_move_before_a_storm_has_a_deadline_with_its_hour() -> None:
    text = "台风将于8月21日夜间登陆。低洼地区居民请于8月21日10时前转移到安置点。应急电话：119。"
    line = summary_line({"id": "a", "title": "台风防御通告", "content_text": text, "published_at": "2026-08-20"}, False)
    assert [fact["role"] for fact in line["facts"] if fact["kind"] == "deadline"] == ["action_deadline"]
    # The document writes no year, so neither do we.
    assert line["action"] == "请在8月21日10时前转移到安置点。"


def test_when_a_toy_was_sold_is_no_event() -> None:
    text = "The toy is being recalled. About 4,200 were sold between January 2025 and May 2026. Return it to the shop."
    line = told("Recall: Happy Kids wooden train set", text)
    assert "2025" not in str(line["short"])
    assert line["topics"] == []
