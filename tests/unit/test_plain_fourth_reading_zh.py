"""How officials say days, limits and counts in notices of further fields: what a reader marks in a sentence."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import said


def marks(sentence: str, kind: str) -> list[tuple[str | None, object]]:
    return said(f"某市某局关于某项工作的通知\n{sentence}", kind, published="2026-05-20")


@pytest.mark.parametrize(
    ("sentence", "last_moment"),
    [
        ("2026年9月1日至2026年12月31日为2027年度居民医保集中参保缴费期。", ("payment_deadline", "2026-12-31")),
        ("5月26日—6月20日 家长网上报名", ("application_deadline", "2026-06-20")),
        ("时间 | 工作内容 | 责任单位\n6月1日-6月10日 | 网上报名 | 各小学", ("application_deadline", "2026-06-10")),
        ("网上报名、资格初审（5月26日－6月6日）", ("application_deadline", "2026-06-06")),
        ("征集时间：自本公告发布之日起至2026年5月30日。", ("application_deadline", "2026-05-30")),
        ("2026年6月10日前，申请人向户籍所在地村委会提出书面申请，逾期视为放弃。", ("application_deadline", "2026-06-10")),
        ("请车主于6月15日前自行将车辆驶离，逾期将依法处置。", ("action_deadline", "2026-06-15")),
        ("请各参保单位务必于6月30日前完成缴费基数申报工作。", ("application_deadline", "2026-06-30")),
        ("父母必须在6月6日前带上户口簿和儿童预防接种证到社区进行登记。", ("application_deadline", "2026-06-06")),
        ("公示时间：2026年6月14日至6月20日。如有异议，请于公示期内向区教育局反映。", ("comment_deadline", "2026-06-20")),
        ("首付款一个月内缴纳，余款一年内缴清。", ("payment_deadline", "P1Y")),
        ("现予公示5个工作日(2026年6月1日至6月5日)，如有意见，请在公示期内向我局反映。", ("comment_deadline", "2026-06-05")),
        ("自公示之日起五个工作日内，申请人、利害关系人可对拟作出的批复决定要求听证。", ("application_deadline", "P5D")),
        ("接到本告知书后请按照规定，在5个工作日内向我局书面提出听证申请。", ("application_deadline", "P5D")),
        ("报名时间为7月5日和7月6日两天。", ("application_deadline", "2026-07-06")),
        ("报名时间为7月10—11日。", ("application_deadline", "2026-07-11")),
        ("报名时间:5月28日--5月30日。", ("application_deadline", "2026-05-30")),
        ("(三)网上缴费时间：2026年6月15日9:00前", ("payment_deadline", "2026-06-15T09:00")),
        ("打印准考证时间：2026年6月26日9:00—6月30日10:30", ("action_deadline", "2026-06-30T10:30")),
        ("考试缴费截止日期为10月17日前。", ("payment_deadline", "2026-10-17")),
        ("应聘者须带身份证，从即日起，到5月30日前到县教育局人事股办理报名手续。", ("application_deadline", "2026-05-30")),
        ("应于登记注册满6个月之日起3年内(逾期不再受理)，向人社部门提出补贴申请。", ("application_deadline", "P3Y")),
        ("个人提出异议的，须署真实姓名。\n公示期:2026年6月20日-6月24日", ("comment_deadline", "2026-06-24")),
        ("申报书于8月12日9点交至科研处，逾期不再受理。", ("application_deadline", "2026-08-12T09:00")),
    ],
)
def test_the_last_moment_for_a_reader_to_act_is_read_however_it_is_said(sentence: str, last_moment: tuple[str, str]) -> None:
    assert last_moment in marks(sentence, "deadline")


@pytest.mark.parametrize(
    "sentence",
    [
        "公示时间：2026年6月14日至6月20日。公示结束后发文。",
        "2026年6月10日前，市教育局向各校下达计划。",
        "6月15日 | 公布录取名单 | 区教育局",
        "自2026年6月1日起至8月31日，对人民路实施全封闭施工。",
        "待遇享受期为2026年1月1日至2026年12月31日。",
        "所有申报项目应于2026年12月20日前完成。",
        "网上审核时间：2026年6月14日9:00以前",
    ],
)
def test_what_offices_do_and_what_lasts_is_no_deadline(sentence: str) -> None:
    assert not marks(sentence, "deadline")


@pytest.mark.parametrize(
    ("sentence", "kind", "mark"),
    [
        ("待遇享受期为2026年1月1日至2026年12月31日。", "expiry", ("valid_until", "2026-12-31")),
        ("6月1日起，全市启用新版居住证。", "effective_date", ("effective_from", "2026-06-01")),
        ("以上标准自2026年1月1日起计发。", "effective_date", ("effective_from", "2026-01-01")),
        ("本措施自印发之日起实行。", "effective_date", ("effective_from", "on_publication")),
        ("该政策截止2026年12月31日。", "expiry", ("valid_until", "2026-12-31")),
        ("活动至2026年12月31日结束，资金用完即止。", "expiry", ("valid_until", "2026-12-31")),
        ("自2026年6月1日起至8月31日，对人民路实施全封闭施工。", "event_date", ("event_end", "2026-08-31")),
        ("开学时间：9月1日。", "event_date", ("event", "2026-09-01")),
        ("（此件公开发布）\n某市人民政府办公室　　2026年5月19日", "event_date", ("issued", "2026-05-19")),
        ("第一档为年用电量2160度（含）以下。", "quantity", ("threshold", 2160)),
        ("对低保户每户每月减免10度电。", "quantity", ("entitlement", 10)),
        ("招聘岗位：窗口服务人员10名。", "quantity", ("quota", 10)),
        ("限额200名，先到先得。", "quantity", ("quota", 200)),
        ("补贴分4年发放到位。", "quantity", ("duration", 4)),
        ("女职工享受158天产假。", "quantity", ("entitlement", 158)),
        ("记入考生诚信档案，5年内不得参加考试。", "quantity", ("penalty", 5)),
        ("申请提取的，每月合计不超过2400元。", "amount", ("limit", 2400)),
        ("住院起付标准：一级医院200元，二级医院400元。", "amount", ("threshold", 400)),
        ("总成绩=笔试成绩×60%+面试成绩×40%。", "percentage", ("rate", 40)),
        ("年龄要求18（含）—40（含）周岁。", "age_range", ("eligibility", "18-40")),
        ("按照财政部 税务总局公告2023年第39号执行。", "doc_number", ("basis", "财政部税务总局公告2023年第39号")),
        ("返还比例从30%提至50%。", "percentage", ("old_value", 30)),
        ("返还比例从30%提至50%。", "percentage", ("new_value", 50)),
        ("企业缴纳部分的费率由原来的2%降至1%。", "percentage", ("old_value", 2)),
        ("在已降低的基础上再降低1个百分点至1%。", "percentage", ("new_value", 1)),
        ("基准费率在国家规定的基础上下调20%。", "percentage", ("increment", 20)),
        ("决定从5月1日起至2028年4月30日，阶段性降低失业保险费率。", "effective_date", ("effective_from", "2026-05-01")),
        ("自今年1月1日起至12月31日，企业缴纳的费率由2%降至1%。", "expiry", ("valid_until", "2026-12-31")),
        ("在职职工支付限额为1000元。", "amount", ("limit", 1000)),
        ("搬迁补助费不足1000元的按照1000元计算。", "amount", ("threshold", 1000)),
        ("给予3万6千元生活补贴。", "amount", ("subsidy", 36000)),
        ("试用期间工资1600元/月。", "amount", ("standard", 1600)),
        ("将发放1000万元惠民消费券。", "amount", ("budget", 10_000_000)),
        ("硕士研究生需年满35周岁以下。", "age_range", ("eligibility", "-35")),
        ("凡年满55周岁至80周岁的女性均可参保。", "age_range", ("eligibility", "55-80")),
        ("考试于6月27、28日举行。", "event_date", ("event", "2026-06-28")),
        ("消费券于6月15日、6月20日、6月25日发放。", "event_date", ("event", "2026-06-15")),
        ("2026年1月1日至2027年12月31日居民个人取得的综合所得，可免于办理。", "event_date", ("period_end", "2027-12-31")),
        ("公司登记注册日期须为2018年7月10日以后。", "event_date", ("period_start", "2018-07-10")),
        (
            "来访来信处：福州市马尾区罗星西路59号人力资源大厦二楼。",
            "address",
            ("consult", "福州市马尾区罗星西路59号人力资源大厦二楼"),
        ),
        ("在职人员为900元、70周岁以下退休人员为800元，为起付标准。", "age_range", ("eligibility", "-70")),
        ("起付标准在职人员为900元、70周岁以下退休人员为800元。", "amount", ("threshold", 800)),
        ("不动产登记费:(1)住宅类:80元/件;(2)非住宅类:550元/件。", "amount", ("fee", 550)),
        ("房源共6个项目，840套房源。", "quantity", ("quota", 840)),
        ("现招募社区工作者5名。", "quantity", ("quota", 5)),
        ("考试时间90分钟。", "quantity", ("duration", 90)),
        ("复核时间为15个工作日。", "quantity", ("processing_time", 15)),
        ("每年享受一次免费健康检查。", "quantity", ("entitlement", 1)),
        ("对承租房屋的小微企业减免3个月租金。", "quantity", ("entitlement", 3)),
        ("根据市场监管总局第26号令，现公开征求意见。", "doc_number", ("basis", "市场监管总局第26号令")),
        ("电 话:0531-66605752", "phone", ("consult", "0531-66605752")),
        ("将报名表发送至abc@163.com，邮件主题注明姓名。", "email", ("apply", "abc@163.com")),
    ],
)
def test_a_figure_is_what_its_words_say(sentence: str, kind: str, mark: tuple[str, str | int]) -> None:
    assert mark in marks(sentence, kind)


def test_this_very_rule_is_no_law_that_it_rests_on() -> None:
    assert not marks("有关部门违反本办法规定的，由有权机关责令改正。", "legal_ref")


def test_who_sells_a_home_within_a_year_is_told_of_no_office() -> None:
    text = "由房屋所在地区政府对购买新房且在1年内出售原有住房的居民，给予补贴。"
    assert ("processing_time", 1) not in marks(text, "quantity")
