"""Chinese lines that are read alone: whose sum, whose day, what to do, since when, whom to ask."""

from __future__ import annotations

import pytest

from pushsvc.domain.summaries import Wording
from pushsvc.plain import extract, summarise
from pushsvc.plain.writing.zh import closing
from tests.unit.plain_documents import a_document


def told(text: str, title: str, published: str = "2026-03-01") -> Wording:
    return summarise(a_document(text, title, published), {}).wording("zh")


def lines(wording: Wording) -> str:
    return " ".join([wording.headline, wording.short, *wording.slots.values()])


@pytest.mark.parametrize(
    ("others", "sum_"),
    [
        ("季度销售面积在5000平方米以上的，给予开发公司营销团队6万元奖励。", "6万元"),
        ("购买家电的，每人每类可补贴1件，每件补贴不超过1500元。", "1500元"),
        ("同一服务机构的奖励额度每年最高不超过12万元。", "12万元"),
    ],
)
def test_a_sum_that_somebody_else_gets_stands_in_no_line(others: str, sum_: str) -> None:
    text = f"{others}\n对在临川市购买新建商品住房的购房人，给予每套2万元的购房补贴。"
    wording = told(text, "关于促进临川市住房消费的通知")
    assert sum_ not in lines(wording)
    assert "2万元" in wording.short


def test_a_fine_is_not_what_a_law_is_about() -> None:
    text = (
        "第五条 擅自占用小区道路的，处1000元以上1万元以下的罚款。\n第六条 挪用专项维修资金的，处5万元以上20万元以下的罚款。\n"
        "第七条 本条例自2026年5月1日起施行。"
    )
    wording = told(text, "住宅小区管理条例(2026-03-01)")
    assert "元" not in lines(wording)
    assert wording.headline == "住宅小区管理条例"
    assert wording.short == "住宅小区管理条例：2026年5月1日起施行"


def test_two_groups_are_told_each_with_its_own_sum() -> None:
    text = "购买新建商品住房的，给予二孩家庭2万元、三孩家庭3万元的补贴。"
    assert told(text, "关于稳定房地产市场的通知").short.endswith("二孩家庭补2万元、三孩家庭补3万元")


def test_sums_of_unlike_groups_are_no_one_cap() -> None:
    text = "二孩家庭购房的，给予1万元补贴。\n符合条件的人才购房的，给予60万元补贴。"
    wording = told(text, "关于促进房地产市场平稳健康发展的通知")
    assert "最高补60万元" not in lines(wording)
    assert "amount" not in wording.slots


def test_a_day_of_builders_is_not_the_readers() -> None:
    text = "项目须在2026年9月30日前开工新建。\n"
    text += "符合条件的家庭可申请住房补贴，每户补助3000元，须在2026年6月10日前到街道办事处提交申请。"
    wording = told(text, "关于住房补贴申请的通知")
    assert "9月30日" not in lines(wording) + str(wording.action)
    assert "6月10日前" in str(wording.action)


def test_a_day_before_the_publication_asks_nobody_for_anything() -> None:
    wording = told("请于2025年6月10日前到街道办事处提交申请。每户补助3000元。", "关于改造补助的公告", "2026-03-01")
    assert "6月10日" not in lines(wording) + str(wording.action)


def test_a_day_that_comes_round_is_told_with_every_year() -> None:
    text = "每年度补贴申请截止日期为9月30日，逾期申请的不予受理。"
    assert "每年9月30日前" in told(text, "运营补贴实施细则").short


def test_the_last_day_to_buy_is_told_as_such() -> None:
    text = "自2026年3月1日起至2026年6月30日止，在临川市购买新建商品住房的购房人，给予每套1万元的购房补贴。"
    assert told(text, "关于购房补贴的通知").headline.endswith("1万元，6月30日前购房")


def test_the_window_of_another_measure_is_not_that_of_the_sum() -> None:
    text = "对在临川市购房的，给予每套1万元的购房补贴。\n自2026年3月1日至12月31日，对出售住房后重新购买住房的，退还个税。"
    assert "12月31日" not in lines(told(text, "关于购房补贴的通知"))


def test_a_loan_and_a_day_of_a_subsidy_do_not_stand_side_by_side() -> None:
    text = "受理购房补贴申请时间截止至2026年6月10日。\n公积金贷款最高额度由60万元提高至70万元。"
    wording = told(text, "关于促进房地产业健康发展的补充措施")
    assert not ("70万" in wording.headline and "6月10日" in wording.headline)
    assert not {"amount", "deadline"} <= set(wording.slots)


@pytest.mark.parametrize(
    "text",
    [
        "（九）自2026年4月1日至2027年12月31日，对出售自有住房的纳税人给予退税优惠。每户补贴2万元。",
        "人才房票使用有效期至2026年12月31日。每户补贴2万元。",
    ],
)
def test_days_of_one_measure_are_not_those_of_the_document(text: str) -> None:
    said = told(text, "关于购房补贴的通知").text
    assert "起施行" not in said
    assert "有效期到" not in said


def test_what_holds_for_now_is_told_so() -> None:
    text = "每户补贴2万元。以上政策实施时限暂定至2026年12月31日。"
    said = told(text, "关于购房补贴的通知").text
    assert "有效期到" not in said


def test_the_action_says_where_in_the_documents_own_words() -> None:
    text = "购房人可登录政务服务网申请购房补贴。每户补贴2万元。市财政局负责审核拨付。"
    assert told(text, "关于购房补贴的通知").action == "请登录政务服务网申请购房补贴。"


def test_a_place_in_brackets_is_where_one_applies() -> None:
    text = "购房人向市住房局提交购房补贴申请（政务大厅三楼5号窗口），并提供身份证。每户补贴2万元。"
    assert "政务大厅三楼5号窗口" in str(told(text, "关于购房补贴的通知").action)


@pytest.mark.parametrize(
    "text",
    [
        "项目评估通过后，由县卫生健康局提交工作机制审议。各部门应在平台登记备案。",
        "养老服务机构申请运营补贴的，应当于每年3月份通过平台向民政部门提交申请。",
        "县财政局在公示结束后向市财政局申请核拨资金。",
    ],
)
def test_what_offices_and_firms_do_is_no_action_of_the_reader(text: str) -> None:
    assert told(text, "关于做好养老服务工作的意见").action is None


def test_a_list_of_names_asks_nobody_for_anything() -> None:
    text = "请入选人员登录政务服务网领取补贴证书。"
    assert told(text, "关于公布补贴发放名单的公告").action is None


def test_the_line_for_citizens_comes_before_the_offices_own() -> None:
    text = "联系人：王某，电话：0532-88001122。\n监督举报电话：0532-88001133。\n政策咨询热线：0532-88001144。火警119。"
    reading = a_document(text, "关于改造补助的公告")
    (said,) = closing.contacts(reading, extract(reading), "")
    assert said.startswith("咨询电话：0532-88001144、")
    assert "119" not in said


def test_a_title_without_its_shouting_and_the_name_of_its_paper() -> None:
    assert "!" not in told("每户补贴2万元。", "最高5万元!临川区购房补贴政策").headline
    assert told("每户补贴2万元。", "稳定临川市房地产市场的通知").headline.startswith("稳定临川市房地产市场：")
