"""What Chinese notices say of when, where and whom to call, as people wrote them who were not asked to be read by programs."""

from __future__ import annotations

from typing import Any

import pytest

from pushsvc.plain import summary_line
from tests.unit.plain_documents import facts_of


def _found(text: str, kind: str) -> set[tuple[str | None, str]]:
    return {(fact.role, str(fact.value)) for fact in facts_of(text, kind)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("请携本人身份证到城关镇人民政府办公室报名。", "城关镇人民政府办公室"),
        ("符合条件的老人向户口所在地的村(居)委会领取申请表。", "户口所在地的村(居)委会"),
        ("可凭合同到所购住房所在街道办事处财政所办理补贴手续。", "所购住房所在街道办事处财政所"),
        ("可跟北秀社区卫生服务中心接种门诊联系(5512340)预约报名。", "北秀社区卫生服务中心接种门诊"),
        ("信函邮寄至:青山县交通运输局,邮编:253400。", "青山县交通运输局,邮编:253400"),
        ("决定对人民路(电厂路至虹桥路)实施交通管制。", "人民路(电厂路至虹桥路)"),
    ],
)
def test_an_office_to_go_to_is_a_place_though_it_has_no_number(text: str, place: str) -> None:
    assert place in {value for _, value in _found(text, "address")}


def test_the_time_in_a_list_is_that_of_the_heading_above_it() -> None:
    text = "三、聘用程序\n1.报名方式及时间\n(1)现场报名;\n(2)时间:2026年3月2日至3月13日;\n(3)地点:党群服务中心一楼。"
    assert ("application_deadline", "2026-03-13") in _found(text, "deadline")


def test_a_step_and_its_days_without_a_colon_are_a_window() -> None:
    assert ("application_deadline", "2026-05-06") in _found("入园登记5月3日-6日。", "deadline")
    assert not _found("材料审核登记5月3日-6日。", "deadline")


def test_a_local_number_in_brackets_behind_the_office_is_one_to_call() -> None:
    assert _found("可联系街道接种门诊(5512340)预约。", "phone") == {("register", "5512340")}


def test_how_near_and_how_tall_are_quantities() -> None:
    assert _found("全部林地及距离林地边缘30米范围内禁止用火。", "quantity") == {("threshold", "30")}
    assert _found("身高:155厘米以上。", "quantity") == {("threshold", "155")}


def _summary(title: str, text: str, published: str) -> dict[str, Any]:
    line = {"id": "n", "title": title, "content_text": text, "published_at": f"{published}T09:00:00+08:00"}
    return dict(summary_line(line, False))


def test_what_is_forbidden_where_and_when_is_told_before_since_when() -> None:
    text = (
        "一、禁止时间:每年6月1日至9月30日。\n二、禁止范围:东湖水库全部水域及距水边50米内。\n"
        "三、在上述期限和范围内,严禁任何人下水游泳、垂钓。\n四、本通告自发布之日起施行,有效期五年。"
    )
    told = _summary("关于加强水库安全的通告", text, "2026-06-01")
    for said in ("每年6月1日至9月30日", "东湖水库全部水域及距水边50米内", "严禁任何人下水游泳、垂钓"):
        assert said in told["text"]
    assert "有效期" not in told["short"]
    assert "游泳" in told["short"]


def test_sums_that_go_by_age_are_a_span_in_the_headline() -> None:
    groups = ("60至69周岁的老年人每人每月50元", "70至89周岁的老年人每人每月100元", "90周岁及以上的老年人每人每月300元")
    text = "发放标准:\n" + "".join(f"({number}){said}。\n" for number, said in zip("一二三", groups, strict=True))
    told = _summary("南岭县高龄津贴发放办法", text, "2026-05-10")
    assert "每人每月50元至300元（依年龄）" in told["headline"]
    assert "90周岁及以上的老年人每人每月300元" in told["text"]


def test_an_offices_step_is_never_the_headlines_day() -> None:
    text = "入园登记5月3日-6日。5月8日-20日由教育局核验材料。"
    told = _summary("2027年阳光幼儿园招生公告", text, "2027-04-20")
    assert told["headline"].endswith("5月6日前登记")
    late = _summary("2027年阳光幼儿园招生公告", text, "2027-05-30")
    assert "5月20日" not in late["headline"] + late["short"]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (
            "三、报名\n1.报名方式：现场报名。\n2.报名时间：2026年3月2日至3月13日。\n3.报名地点：青林镇党群服务中心一楼。",
            "请在2026年3月13日前到青林镇党群服务中心一楼报名。",
        ),
        (
            "自愿报名者请于2026年6月20日之前(工作日9:00-12:00),携本人身份证到城关镇人民政府办公室报名。",
            "请在2026年6月20日前到城关镇人民政府办公室报名。",
        ),
        ("可联系街道接种门诊(5512340)预约。", "请拨打5512340预约。"),
        ("报名时间：2026年7月1日至7月5日。\n报名网址：www.xx.gov.cn。", "请在2026年7月5日前登录www.xx.gov.cn报名。"),
        ("可向户口所在地的村(居)委会领取《高龄津贴申请审批表》。", "请到户口所在地的村(居)委会领取申请审批表。"),
    ],
)
def test_what_to_do_has_the_last_day_and_the_place_or_the_number(text: str, action: str) -> None:
    assert _summary("关于某项服务的公告", text, "2026-02-01")["action"] == action


def test_a_day_of_another_year_than_the_titles_has_its_year() -> None:
    text = "2027年度取暖费请用户在2026年11月30日前缴清。"
    told = _summary("2027年度居民取暖费缴费通知", text, "2026-09-10")
    assert "2026年11月30日前缴清" in told["headline"]
    assert "2026年11月30日前缴清" in told["short"]


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("具有高中及以上学历,年龄在18至45周岁之间的本县户籍女性。", "18至45周岁之间的本县户籍女性"),
        ("年满18周岁、不满50周岁的本镇常住居民。", "年满18周岁、不满50周岁的本镇常住居民"),
        (
            "具有大专及以上学历(持有C1及以上驾驶证者可放宽)，年龄在20-35周岁之间的临江县户籍或临江县常住男性公民。",
            "年龄在20-35周岁之间的临江县户籍或临江县常住男性公民",
        ),
    ],
)
def test_age_place_and_sex_are_told_before_the_conditions_of_the_body(item: str, told: str) -> None:
    text = (
        f"二、招聘基本条件\n1.遵纪守法,吃苦耐劳。\n2.{item}\n3.无违法犯罪记录。\n4.身体条件:\n(1)无纹身;\n(2)实际体重超过标准体重25%以上者,不予聘用。\n"
        "三、报名时间：2026年3月2日至3月13日。"
    )
    assert told in _summary("青林镇招聘护林员公告", text, "2026-02-10")["text"]


def test_what_it_is_for_goes_whole_and_how_often_is_no_condition() -> None:
    text = "为提高我区老年人优待水平,体现对老年人的关怀,我区对青山区户籍80周岁以上老年人发放高龄津贴。每人每月100元。"
    assert _summary("青山区高龄津贴发放", text, "2026-02-01")["text"].startswith("我区对青山区户籍80周岁以上老年人")
    paid = "购房补贴按购房款的1%给予。购房补贴资金原则上每季度发放一次,按照缴纳时间分别在2026年10月和2027年1月一次性发放。"
    assert "条件：购房补贴资金" not in _summary("青山区购房补贴政策", paid, "2026-08-01")["text"]


def test_to_pay_and_to_apply_by_the_same_day_are_both_told() -> None:
    text = (
        "2026年9月1日至12月31日，在青山区购买新建商品住宅，且在2026年12月31日前足额缴纳购房契税的，按总购房款的0.5%给予购房补贴。"
        "上述购房补贴申请截止时间为2026年12月31日，逾期视同放弃。"
    )
    told = _summary("青山区购房补贴政策", text, "2026-09-01")["text"]
    assert "缴纳购房契税" in told
    assert "请在2026年12月31日前申请" in told
