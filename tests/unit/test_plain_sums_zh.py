"""Sums and shares in Chinese documents: what they are, for whom, and what is none."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import a_document, facts_of, said

SUMS = [
    # What one gets: fixed, capped, a floor.
    ("对首次认定的创新型企业，给予一次性奖励15万元。", [("subsidy", 150_000)]),
    ("每辆车补贴不低于3000元、不超过1.2万元。", [("threshold", 3000), ("subsidy_max", 12_000)]),
    ("给予三百万元以内的研发补助。", [("subsidy_max", 3_000_000)]),
    ("网签后发放补贴，每年1万元，连续三年，合计3万元的财政贴息。", [("subsidy", 10_000), ("subsidy", 30_000)]),
    ("创业补贴按人数计算，总额最高不超过3万元。", [("subsidy_max", 30_000)]),
    ("普通门诊诊查费自费部分减收1元。", [("subsidy", 1)]),
    ("满200减50元、满500减150元。", [("subsidy", 50), ("subsidy", 150)]),
    # A list says once what it is.
    (
        "对一等、二等、三等成果，分别兑现30万元、15万元、5万元资助。",
        [("subsidy", 300_000), ("subsidy", 150_000), ("subsidy", 50_000)],
    ),
    ("补贴对象按学历分为2、3、5万元三档。", [("subsidy", 20_000), ("subsidy", 30_000), ("subsidy", 50_000)]),
    (
        "房票金额为：甲类人才150万元；乙类人才80万元，其中出站后留用的博士后90万元。",
        [("subsidy", n) for n in (1_500_000, 800_000, 900_000)],
    ),
    ("补贴标准。博士每人30万元，硕士每人20万元。", [("subsidy", 300_000), ("subsidy", 200_000)]),
    ("2.补贴标准：\n（1）本科生：每人1万元；\n（2）硕士：每人2万元。", [("subsidy", 10_000), ("subsidy", 20_000)]),
    # What one pays.
    ("考试费每人每科50元，面试费80元。", [("fee", 50), ("fee", 80)]),
    ("（一）租金标准\n明月苑32.5元/平方米/月、清风苑18元/平方米/月。", [("fee", 32.5), ("fee", 18)]),
    ("个人缴费标准为每人每年400元，财政补助每人每年670元。", [("fee", 400), ("subsidy", 670)]),
    # Loans, one's own money, pools.
    ("夫妻双方缴存的，贷款最高额度为100万元；单方缴存的为60万元。", [("loan_max", 1_000_000), ("loan_max", 600_000)]),
    ("最高可申请20万元创业担保贷款。", [("loan_max", 200_000)]),
    ("二孩家庭贷款额度上浮10万元，三孩家庭上浮20万元。", [("increment", 100_000), ("increment", 200_000)]),
    ("租房提取额度每年不超过1.8万元。", [("limit", 18_000)]),
    ("本次补贴资金总额为人民币2000万元，用完即止。", [("budget", 20_000_000)]),
    ("市财政统筹安排资金4500万元用于发放消费券。", [("budget", 45_000_000)]),
    # From the old to the new.
    (
        "最高可贷额度由现行的30万元/人、60万元/户，提高至50万元/人、100万元/户。",
        [("old_value", 300_000), ("old_value", 600_000), ("new_value", 500_000), ("new_value", 1_000_000)],
    ),
    ("首套房最高贷款额度统一提高至150万元。", [("loan_max", 1_500_000)]),
    ("养老金每人每月提高20元，达到每人每月143元。", [("increment", 20), ("new_value", 143)]),
    # Bars and fines.
    ("家庭年人均收入49952元的家庭可以申请。", [("threshold", 49_952)]),
    ("每户每月租赁补贴不足200元的，按照200元发放。", [("threshold", 200), ("subsidy", 200)]),
    ("违法所得不足1万元的，并处1万元以上3万元以下罚款。", [("threshold", 10_000), ("fine", "10000-30000")]),
    ("可以并处一千元以下罚款。", [("fine", 1000)]),
    ("车价10万元至20万元的补贴3000元。", [("threshold", "100000-200000"), ("subsidy", 3000)]),
    # Nobody is promised these.
    ("每张消费券面值50元。", [("other", 50)]),
    ("例如，小王购房总价100万元，可获补贴2万元。", [("other", 1_000_000), ("other", 20_000)]),
    ("提供线索经查实的，给予500元至3000元奖励。", [("other", "500-3000")]),
    ("满300元可使用50元券。", [("threshold", 300), ("other", 50)]),
    ("消费券面额分别为1000元（消费满5000元可使用）、3000元。", [("other", 1000), ("threshold", 5000), ("other", 3000)]),
    ("2025年全市地区生产总值达到1.2万亿元。", [(None, 1_200_000_000_000)]),
    ("截至6月底，累计发放贷款320亿元。", [(None, 32_000_000_000)]),
    # One kind of sum beside another.
    ("主导制定国际标准的，每项奖励100万元；国家标准每项50万元。", [("subsidy", 1_000_000), ("subsidy", 500_000)]),
    ("三级医院住院起付标准1000元，二级600元。", [("threshold", 1000), ("threshold", 600)]),
    ("安家费：A类最高500万元；B类100万元。", [("subsidy_max", 5_000_000), ("subsidy", 1_000_000)]),
    ("费用限额标准为职工每天120元（其中床位费不高于35元），居民每天60元。", [("limit", 120), ("limit", 35), ("limit", 60)]),
    ("城市基础设施配套费按每平方米150元征收。", [("fee", 150)]),
    ("保额1100元，保费33元，农户自缴6.6元。", [(None, 1100), ("fee", 33), ("fee", 6.6)]),
    ("小时最低工资标准为每小时24元。", [("standard", 24)]),
    ("累计缴纳个人所得税：1万—3万元（含1万元，不含3万元）。", [("threshold", "10000-30000")]),
    # How it is written.
    ("按25万/人的标准给予安家补助。", [("subsidy", 250_000)]),
    ("企业奖励１０万元，个人奖励５０００元。", [("subsidy", 100_000), ("subsidy", 5000)]),
    ("一次性奖励50万元—100万元。", [("subsidy", "500000-1000000")]),
    ("采购预算：人民币捌拾伍万元整。", [("budget", 850_000)]),
]


@pytest.mark.parametrize(("text", "expected"), SUMS)
def test_a_sum_has_the_role_that_its_words_prove(text: str, expected: list[tuple[str, object]]) -> None:
    assert said(text, "amount") == expected


@pytest.mark.parametrize(
    "text",
    [
        "本事项不收费。",
        "地址：三元里大道123号，二元桥旁。",
        "2026元旦放假安排如下。",
        "依据〔2026〕12号文第3、5条办理。",
        "服务时间7*24小时，电话12345。",
        "数百万元、几十万元的项目不少。",
    ],
)
def test_what_is_no_sum_is_not_read_as_one(text: str) -> None:
    assert said(text, "amount") == []


@pytest.mark.parametrize("text", ["他带来了5万元。", "监管额度可按3300元核定。"])
def test_a_sum_without_a_proof_has_no_role(text: str) -> None:
    assert [role for role, _ in said(text, "amount")] == [None]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("对硕士、博士研究生购房的，分别给予2万元、3万元补贴。", ["硕士", "博士研究生购房的"]),
        ("本科生4万元、硕士研究生6万元的购房补贴。", ["本科生", "硕士研究生"]),
        ("对全款购买新建商品住房的，一次性发放1.5万元消费券。", ["全款购买新建商品住房的"]),
        ("面积在90平方米以下的，给予1万元补贴，90平方米以上的，给予2万元补贴。", ["面积在90平方米以下的", "90平方米以上的"]),
        ("（1）本科生：每人1万元补贴；", ["本科生"]),
        ("给予5000元补贴。", [None]),
    ],
)
def test_a_sum_says_for_whom_it_is_in_the_words_of_the_source(text: str, conditions: list[str | None]) -> None:
    facts = facts_of(text, "amount")
    assert [fact.condition for fact in facts] == conditions
    assert all(fact.condition is None or fact.condition in text for fact in facts)


def test_a_sum_is_shown_with_what_it_is_per_and_its_unit_says_so() -> None:
    facts = facts_of("高龄津贴每人每月100元，租金12元/平方米/月。", "amount")
    assert [(fact.raw, fact.unit) for fact in facts] == [
        ("每人每月100元", "CNY/person/month"),
        ("12元/平方米/月", "CNY/m2/month"),
    ]


def test_a_cell_of_a_table_has_its_heads_as_role_and_condition() -> None:
    text = "培训补贴标准\n工种 | 初级工 | 中级工\n电工 | 800元 | 1200元\n焊工 | 900元 | 1500元"
    facts = facts_of(text, "amount")
    assert [(fact.role, fact.value, fact.condition) for fact in facts] == [
        ("subsidy", 800, "电工 初级工"),
        ("subsidy", 1200, "电工 中级工"),
        ("subsidy", 900, "焊工 初级工"),
        ("subsidy", 1500, "焊工 中级工"),
    ]


def test_a_bare_number_takes_the_unit_of_its_column_and_a_count_does_not() -> None:
    text = "关于奖励的说明\n等级 | 奖励金额（万元） | 名额\n一等奖 | 10 | 2\n二等奖 | 5 | 4"
    assert said(text, "amount") == [("subsidy", 100_000), ("subsidy", 50_000)]


def test_a_table_that_lost_its_rows_is_read_by_its_columns() -> None:
    text = "最高贷款额度见下表\n缴存年限\n第一次贷款额度\n第二次贷款额度\n1年以内\n10万元\n8万元\n1年以上\n18万元\n15万元"
    facts = facts_of(text, "amount")
    assert [(fact.role, fact.value) for fact in facts] == [("loan_max", n) for n in (100_000, 80_000, 180_000, 150_000)]
    assert facts[3].condition == "1年以上 第二次贷款额度"


SHARES = [
    ("按实际缴纳契税的50%给予补贴。", [("subsidy_rate", 50)]),
    ("给予总房价百分之一点五的购房补贴。", [("subsidy_rate", 1.5)]),
    ("首付款比例由30%调整为20%。", [("old_value", 30), ("new_value", 20)]),
    ("首套房首付比例降低至20%。", [("min_downpayment", 20)]),
    ("执行不低于30%的首付比例。", [("min_downpayment", 30)]),
    ("二孩、三孩家庭贷款额度上浮20%、30%。", [("increment", 20), ("increment", 30)]),
    ("缴存比例为5%至12%。", [("rate", "5-12")]),
    ("按照本人工资的1%缴纳失业保险费。", [("rate", 1)]),
    ("处合同价款百分之五以上百分之十以下的罚款。", [("fine_rate", "5-10")]),
    ("按日加收万分之五的滞纳金。", [("fine_rate", 0.05)]),
    ("使用金额不超过购房总价款的50%。", [("limit", 50)]),
    ("持股比例达25%以上的企业。", [("threshold", 25)]),
    ("凭证享受半价优惠。", [("rate", 50)]),
    ("按评估租金的九折以下定价。", [("threshold", 90)]),
    ("全市投资同比增长8.5%。", [(None, 8.5)]),
    ("复评费用由申请人按100%的比例承担。", [("rate", 100)]),
    ("由基金按机构护理75%、居家护理90%的比例支付。", [("subsidy_rate", 75), ("subsidy_rate", 90)]),
    ("减按1%的税率征收契税。", [("rate", 1)]),
    ("其中土地补偿费占40%。", [("rate", 40)]),
]


@pytest.mark.parametrize(("text", "expected"), SHARES)
def test_a_share_has_the_role_that_its_words_prove(text: str, expected: list[tuple[str | None, object]]) -> None:
    assert said(text, "percentage") == expected


def test_a_formula_holds_no_share() -> None:
    assert said("签约率=签约人数/常住人口*100%", "percentage") == []


def test_every_fact_is_a_piece_of_the_text() -> None:
    text = "\n".join(text for text, _ in [*SUMS, *SHARES])
    source = a_document(text).source_text
    assert all(fact.raw == source[fact.start : fact.end] for fact in facts_of(text, "amount", "percentage"))
