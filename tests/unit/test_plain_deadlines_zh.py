"""When is a Chinese date or limit the reader's last moment to act, and when is it something else?"""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import facts_of, said

APPLY, COMMENT, PAY, ACT = "application_deadline", "comment_deadline", "payment_deadline", "action_deadline"


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("请于2026年3月31日前到社区居委会提交申请材料。", APPLY, "2026-03-31"),
        ("申报截止时间：2026年4月15日17:00。", APPLY, "2026-04-15T17:00"),
        ("申报截止日期为2026年4月15日，逾期不予受理。", APPLY, "2026-04-15"),
        ("申请补贴的截止日期延长至2026年9月30日。", APPLY, "2026-09-30"),
        ("报名截止时间由2026年3月10日延长至2026年3月20日。", APPLY, "2026-03-20"),
        ("原定2026年3月10日截止的网上报名，延期至2026年3月20日17时截止。", APPLY, "2026-03-20T17:00"),
        ("请于2026年3月20日（含）之前将材料送至窗口。", APPLY, "2026-03-20"),
        ("本轮申请于2026年3月31日24时关闭。", APPLY, "2026-03-31"),
        ("意见征集期限：30天（2026年3月1日－3月30日）。", COMMENT, "2026-03-30"),
        ("受理时间从即日起至2026年5月20日止。", APPLY, "2026-05-20"),
        ("受理申请补贴截止到2026年5月20日止，到期未申请的视为放弃。", APPLY, "2026-05-20"),
        ("网上报名时间：2026年3月10日9:00至3月20日18:00。", APPLY, "2026-03-20T18:00"),
        ("申请人最迟应于2026年6月30日前向区民政局提出申请。", APPLY, "2026-06-30"),
        ("凡符合条件的企业，须在4月30日前通过系统填报。", APPLY, "2026-04-30"),
        ("2026年3月底前未提交材料的，视为自动放弃。", APPLY, "2026-03-31"),
        ("请有意参加的单位于3月25日（星期三）下午5时前将报名表发至邮箱。", APPLY, "2026-03-25T17:00"),
        ("申报单位须于2026年3月25日前（以邮戳为准）将纸质材料寄送至市科技局。", APPLY, "2026-03-25"),
        ("一、申报时间\n2026年4月1日至2026年4月30日\n二、其他", APPLY, "2026-04-30"),
        ("| 报名时间 | 2026年4月1日-4月10日 |", APPLY, "2026-04-10"),
        ("申报时间：二〇二六年三月一日至二〇二六年三月三十一日。", APPLY, "2026-03-31"),
        ("社会保险缴费基数申报期为2026年7月1日至9月30日。", APPLY, "2026-09-30"),
        ("公众可在2026年4月1日前将意见反馈至市司法局。", COMMENT, "2026-04-01"),
        ("征求意见时间为2026年3月2日至2026年4月1日。", COMMENT, "2026-04-01"),
        ("社会各界人士可以在2026年4月10日前，通过信函方式提出意见。", COMMENT, "2026-04-10"),
        ("城乡居民医保集中缴费期为2025年9月1日至2026年6月30日。", PAY, "2026-06-30"),
        ("本年度集中参保缴费期延长至2026年3月31日。", PAY, "2026-03-31"),
        ("请参保人务必于2026年6月30日24时前完成缴费。", PAY, "2026-06-30"),
        ("纳税人应于2026年5月31日前缴清税款。", PAY, "2026-05-31"),
        ("个人所得税汇算清缴应当在2026年6月30日前办理。", ACT, "2026-06-30"),
        ("请市民于3月31日前激活社会保障卡。", ACT, "2026-03-31"),
    ],
)
def test_a_day_by_which_the_reader_must_act_is_a_deadline(text: str, role: str, value: str) -> None:
    assert said(text, "deadline") == [(role, value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("请于本月底前到社区登记。", "2026-03-31"),
        ("请于下月10日前提交申请表。", "2026-04-10"),
        ("符合条件的居民请于今年年底前申请。", "2026-12-31"),
    ],
)
def test_a_day_that_only_the_publication_makes_is_read_less_surely(text: str, value: str) -> None:
    facts = facts_of(text, "deadline")
    assert [fact.value for fact in facts] == [value]
    assert facts[0].confidence < 1


@pytest.mark.parametrize("text", ["请于本月底前到社区登记。", "请于年底前提交申请表。"])
def test_a_day_from_today_is_left_out_where_the_publication_is_unknown(text: str) -> None:
    assert facts_of(text, "deadline", published=None) == []


@pytest.mark.parametrize(
    "text",
    [
        "单位每月申报的，请于本月15日前缴纳，下月10日前核对。",
        "基本养老金将于审核通过的次月10日前划入退休人员的账户。",
        "每年12月20日前可缴纳次年费用。",
    ],
)
def test_a_day_that_comes_round_and_that_nobody_is_told_of_is_no_deadline(text: str) -> None:
    assert facts_of(text, "deadline", "event_date") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("纳税人应于每年6月30日前办理年度申报。", "2026-06-30"),
        ("每年度补贴申请截止日期为2月15日，逾期申请的不予受理。", "2027-02-15"),
        ("单位每两年可申请1次，于11月10日前向市指导中心提出申请。", "2026-11-10"),
    ],
)
def test_a_day_that_comes_round_is_the_next_one_where_readers_are_plainly_told(text: str, value: str) -> None:
    assert [fact.value for fact in facts_of(text, "deadline")] == [value]


@pytest.mark.parametrize(
    "text",
    ["各区民政部门应于每年6月30日前完成复核。", "市财政局每年3月31日前拨付补贴资金。", "每年3月15日举行消费者权益日活动。"],
)
def test_what_offices_do_each_year_is_no_date(text: str) -> None:
    assert facts_of(text, "deadline", "event_date") == []


@pytest.mark.parametrize(
    "text",
    [
        # An office's own time.
        "区民政局应于2026年3月31日前完成审核。",
        "各区人社部门应在2026年4月30日前将资金发放到位。",
        "各县（市、区）于2026年4月10日前将工作方案报送市发展改革委。",
        "学校应当在3月31日前将名单报送区教育局。",
        # History, a target, whom it is for, what it excludes.
        "截至2026年2月28日，全市已发放补贴3000万元。",
        "例如，张某应于2026年3月31日前提交申请。",
        "逾期（2026年4月1日后）不再受理。",
        "根据《关于2026年6月30日前完成申报的通知》要求，加强宣传。",
        "力争到2027年底前建成100个示范社区。",
        "适用于2030年12月31日前退休的人员。",
        "在2025年12月31日前购买新建商品房的，不享受本补贴。",
        "购房人须在2027年6月30日前完成装修的，给予一次性补贴。",
        "凡年满6周岁（2020年8月31日及以前出生）的儿童可报名。",
        # A period in which the qualifying act falls, a rule's life, an event.
        "购房时间为2026年1月1日至2026年6月30日。",
        "即日起至2026年12月31日，对应购房款1%给予购买新房的家庭补贴。",
        "上述政策执行期限为2026年1月1日至2026年12月31日。",
        "公示时间：2026年3月2日至2026年3月6日。",
        "摇号结果将于2026年4月10日前在官网公布。",
    ],
)
def test_a_day_of_another_kind_is_no_deadline(text: str) -> None:
    assert facts_of(text, "deadline") == []


@pytest.mark.parametrize(
    ("text", "role", "value", "since"),
    [
        ("承租人应自收到解除合同通知之日起1个月内结清费用。", ACT, "P1M", "收到解除合同通知之日起"),
        ("当事人不服的，可以自收到决定书之日起60日内申请行政复议。", APPLY, "P60D", "收到决定书之日起"),
        ("当事人不服的，可以自收到决定书之日起六个月内向人民法院提起诉讼。", APPLY, "P6M", "收到决定书之日起"),
        ("用人单位应当自用工之日起三十日内为职工办理社会保险登记。", ACT, "P30D", "用工之日起"),
        ("对审核结果有异议的，可在5个工作日内向区民政局申请复核。", APPLY, "P5D", None),
        ("如有意见，请于公告发布之日起7个工作日内反馈。", COMMENT, "P7D", "公告发布之日起"),
        ("征求意见截止日期为公告发布之日起30日内。", COMMENT, "P30D", "公告发布之日起"),
        ("请在接到处罚决定书之日起15日内将罚款缴到指定银行。", PAY, "P15D", "接到处罚决定书之日起"),
        ("报名者须在资格审核通过后24小时内缴费。", PAY, "P1D", "资格审核通过后"),
        ("医疗机构应当自收到通知之日起半个月内提交整改报告。", ACT, "P15D", "收到通知之日起"),
        ("失业金需在失业后60天内申领，逾期视为放弃。", APPLY, "P60D", "失业后"),
        ("申请人应在收到补正通知后5个工作日内补齐材料。", ACT, "P5D", "收到补正通知后"),
        ("请于5个工作日内通过邮寄方式递交材料以完成受理。", ACT, "P5D", None),
        ("毕业生应在签订劳动合同后1年内，向就业地人社部门提出补贴申请。", APPLY, "P1Y", "签订劳动合同后"),
        ("购房人应在取得不动产权证书6个月内申请补贴。", APPLY, "P6M", None),
        ("原告自接到法院交费通知次日起7日内交纳案件受理费。", PAY, "P7D", "接到法院交费通知次日起"),
        ("学生集体户口人员结束学业后2年内，须将户籍迁出本市。", ACT, "P2Y", "学生集体户口人员结束学业后"),
        ("应当在许可证有效期届满30日前提出延续申请。", APPLY, "P30D", "许可证有效期届满"),
        ("申请主体应在合同期满前3个月向所有权人提出续租申请。", APPLY, "P3M", "合同期满前"),
        ("租赁合同到期前30日，承租人应提出续租申请。", APPLY, "P30D", "租赁合同到期前"),
        ("居住证持有人应当在有效期届满前一个月内办理签注手续。", ACT, "P1M", "有效期届满前"),
        ("举办者应当提前15日向公安机关申请。", APPLY, "P15D", None),
        ("运营单位有权要求其在1个月内结清费用并腾退住房。", ACT, "P1M", None),
        ("提取时间为许可手续批准后一年内。", APPLY, "P1Y", "许可手续批准后"),
    ],
)
def test_a_limit_of_the_reader_s_is_a_duration_that_says_from_what_it_runs(
    text: str, role: str, value: str, since: str | None
) -> None:
    facts = facts_of(text, "deadline")
    assert [(fact.role, fact.value, fact.condition) for fact in facts] == [(role, value, since)]


@pytest.mark.parametrize(
    "text",
    [
        "受理部门应当自受理之日起20个工作日内作出决定。",
        "民政部门收到申请后5个工作日内完成初审。",
        "受理审核通过后15个工作日内完成制发。",
        "银行在3个工作日内将款项划入申请人账户。",
        "市住建局在受理后10个工作日内通知申请人领取。",
        "属异地户籍申请的，应在申请材料收齐之日起3个工作日内通过系统推送至业务属地（申请人户籍所在地）窗口。",
        "开展救助后，应当在紧急情况解除之后10个工作日内，登记救助对象、事由等信息，补齐审批手续。",
        "区民政局收到申请后，应在5个工作日内反馈。",
        "例如，小王应在收到通知后10日内提交材料。",
        "办理时限：自受理之日起15个工作日内。",
        "自决议作出之日起1年内没有行使的，撤销权消灭。",
        "企业在收到通知后5日内仍未报送的，列入名录。",
        "近三年内无违法记录的企业可以申报。",
        "毕业2年内的高校毕业生可以享受。",
        "五年内不得转让所购住房。",
        "合同签订之日起3年内免收租金。",
        "申请日前12个月内连续缴存的职工可以提取。",
        "购房者在签订合同后1年内取得不动产权证的，可以享受。",
        "未在3个月内退回原住房的，停止发放补贴。",
        "公示期为5个工作日。",
    ],
)
def test_an_office_s_time_or_a_stretch_of_life_is_no_deadline(text: str) -> None:
    assert facts_of(text, "deadline") == []


def test_who_has_until_the_policy_ends_has_the_printed_day_on_which_it_ends() -> None:
    facts = facts_of("购房人应在政策有效期内申请补贴。本方案自印发之日起施行，有效期至2026年6月30日。", "deadline")
    assert [(fact.role, fact.value) for fact in facts] == [(APPLY, "2026-06-30")]
    assert facts[0].confidence < 1


def test_two_days_on_which_rules_end_prove_no_deadline() -> None:
    text = "应在政策有效期内申请补贴。本方案有效期至2026年6月30日。原方案有效期延长至2026年3月31日。"
    assert facts_of(text, "deadline") == []
