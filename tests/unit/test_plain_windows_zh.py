"""Windows in which Chinese readers are to act, in the many ways of saying when, and what only looks like one."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import facts_of, said

APPLY, COMMENT, PAY, ACT = "application_deadline", "comment_deadline", "payment_deadline", "action_deadline"


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("报名：2026年4月1日至4月10日。", APPLY, "2026-04-10"),
        ("（二）报名\n1.时间：2026年4月1日至4月10日。", APPLY, "2026-04-10"),
        ("二、申报程序\n（一）时间安排：2026年4月1日至4月10日。", APPLY, "2026-04-10"),
        ("报名采取现场方式，时间为4月1日至4月10日。", APPLY, "2026-04-10"),
        ("三、征集时间\n即日起至2026年4月10日。", APPLY, "2026-04-10"),
        ("报名时间：即日起-4月10日。", APPLY, "2026-04-10"),
        ("缴费（2026年4月1日—4月10日）。", PAY, "2026-04-10"),
        ("项目 | 时间\n资格确认 | 4月1日至4月10日\n笔试 | 4月20日", ACT, "2026-04-10"),
        ("4月20日至4月22日，考生携带身份证到考点确认。", ACT, "2026-04-22"),
        ("4月20日至4月22日，家长登录“入学平台”（http://rx.example.cn/a）登记。", APPLY, "2026-04-22"),
        ("请家长于4月20日-25日登录平台缴费。", PAY, "2026-04-25"),
        ("集中报名时间原则上为6月2日至6月4日，方式由各园自定。", APPLY, "2026-06-04"),
    ],
)
def test_a_window_is_known_by_its_step_its_heading_or_who_comes_to_do_what(text: str, role: str, value: str) -> None:
    assert said(text, "deadline") == [(role, value)]


@pytest.mark.parametrize(
    "text",
    [
        "二、考试安排\n时间：2026年4月18日至4月19日。",
        "二、报名条件\n参加时间为2026年4月18日至4月19日的培训。",
        "二、培训报名\n培训时间：2026年4月1日至4月10日。",
        "四、活动时间\n即日起至2026年4月10日。",
        "4月20日至4月22日，工作人员到学校现场审核材料。",
        "4月20日至4月22日，招聘单位对报名人员进行资格审核。",
        "一、公示时间\n2026年4月1日至4月10日。公示结束后由市住建局发放。",
        "宣传动员（3月1日—3月31日）。",
    ],
)
def test_when_offices_or_events_have_their_time_is_no_deadline(text: str) -> None:
    assert facts_of(text, "deadline") == []


def test_what_closes_is_named_before_its_day_and_each_day_has_its_own_act() -> None:
    assert said("报名截止4月10日17:00，资格审核截止4月12日17:00。", "deadline") == [(APPLY, "2026-04-10T17:00")]
    text = "个人申请补贴的，应在2026年6月30日前完成网签并于8月31日前提交申请。"
    assert said(text, "deadline") == [(ACT, "2026-06-30"), (APPLY, "2026-08-31")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("申请时间为缴存满三年起6个月内，逾期不受理。", [(APPLY, "P6M")]),
        ("在取得不动产权证书12个月以内即可申请提取。", [(APPLY, "P12M")]),
        ("购买自住住房5年内，且取得证明满6个月后，可一次性提取。", [(APPLY, "P5Y")]),
        ("毕业后2年内申请创业补贴。", [(APPLY, "P2Y")]),
        ("新生儿自出生之日起90日内参保缴费的，自出生之日起享受待遇。", [(APPLY, "P90D")]),
        ("余款在签订合同后1年内缴清。", [(PAY, "P1Y")]),
        ("业主应在收到通知之日起10日内腾空房屋。", [(ACT, "P10D")]),
        ("高校毕业生自毕业之日起3年内在我市就业的，可申请生活补贴。", []),
        # Who it is for, what undoes it, what an office does.
        ("毕业2年内未就业的高校毕业生可申请。", []),
        ("购买新房1年内出售的，退回补贴。", []),
        ("如五年内发生转让的，应当退还享受的财政补贴。", []),
        ("停止参保后3个月内重新参保的，缴费年限连续计算。", []),
        ("用人单位应当自收到申请之日起5日内作出答复。", []),
    ],
)
def test_a_limit_is_known_by_what_waiting_loses_or_acting_in_time_brings(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "deadline") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("办理时限由10个工作日压缩至3个工作日。", [("old_value", 10), ("new_value", 3)]),
        ("保费风险因子从0.467下调至0.42。", [("old_value", 0.467), ("new_value", 0.42)]),
        ("每年可提取一次。", [("limit", 1)]),
        ("每人每年可免费体检1次。", [("limit", 1)]),
        ("每年组织一次培训。", []),
        ("每户每年限购2台。", [("limit", 2)]),
        ("每名考生可填报5个志愿。", [("limit", 5)]),
        ("选择2家银行作为合作单位。", []),
        ("只有一个业主的，由其履行职责。", []),
        ("到2026年，全市养老护理员不少于300名。", []),
        ("应当提前30日书面通知对方。", [("requirement", 30)]),
        ("受处分的期间为：警告，6个月；记过，12个月。", [("penalty", 6), ("penalty", 12)]),
        ("租赁期限超过二十年的，超过部分无效。", [("limit", 20)]),
        ("高中学历（10分）。满分100分。", [("entitlement", 10)]),
    ],
)
def test_counts_that_moved_that_cap_or_that_one_may_choose(text: str, found: list[tuple[str, object]]) -> None:
    assert said(text, "quantity") == found


def test_a_percentage_point_is_a_share_and_an_exact_age_an_age() -> None:
    assert said("本市户籍家庭报销比例提高5个百分点。", "percentage") == [("increment", 5)]
    assert said("小班的入园年龄为3周岁。", "age_range") == [("eligibility", "3-3")]


def test_what_a_rule_saves_and_what_the_purse_bears_are_no_aid_and_no_charge() -> None:
    assert [role for role, _ in said("政策能够减少购房成本约5000-20000元。补贴另行发放。", "amount")] == [None]
    assert said("接种服务费每剂次28元，由财政承担。", "amount") == [("other", 28)]


def test_a_law_without_marks_and_a_congress_s_notice_are_read() -> None:
    assert said("依照劳动合同法第四十一条裁减人员。", "legal_ref") == [("basis", "劳动合同法")]
    text = "根据《某省就业条例》（某省第十一届人民代表大会常务委员会公告第35号），制定本办法。"
    assert said(text, "doc_number") == [("basis", "某省第十一届人民代表大会常务委员会公告第35号")]


def test_whatever_a_reader_is_told_to_do_and_is_late_with_is_a_deadline() -> None:
    text = "餐饮单位须于2026年5月1日前安装油烟净化装置，逾期未安装的，处5000元以上5万元以下罚款。"
    assert said(text, "deadline") == [(ACT, "2026-05-01")]
    assert facts_of("项目须在2026年9月30日前开工，且在2027年12月31日前竣工。", "deadline") == []


def test_the_end_of_the_time_in_which_readers_act_each_year_is_the_next_one() -> None:
    assert said("个体工商户应当于每年1月1日至6月30日报送上一年度年报。", "deadline") == [(APPLY, "2026-06-30")]
    assert facts_of("市统计局于每年1月1日至3月31日开展调查。", "deadline") == []


def test_a_cap_on_months_is_no_duration() -> None:
    assert said("生活补贴每月1000元，最长发放36个月。", "quantity") == [("limit", 36)]
