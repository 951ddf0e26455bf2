"""Facts: exact spans, values, and a role only where a cue proves it. A wrong deadline is the worst mistake of all."""

from __future__ import annotations

import pytest

from pushsvc.plain import extract
from tests.unit.plain_documents import a_document, facts_of, said


def test_every_span_points_at_its_raw_text() -> None:
    reading = a_document()
    facts = extract(reading)
    assert len(facts) == 6
    assert all(reading.source_text[fact.start : fact.end] == fact.raw for fact in facts)


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("请于2026年3月31日前提交申请。", "application_deadline", "2026-03-31"),
        ("报名时间为2026年4月26日至4月28日，报名方式为网上报名。", "application_deadline", "2026-04-28"),
        ("申请时间：2026年8月11日至8月22日。", "application_deadline", "2026-08-22"),
        ("购房补贴业务申请截止时间为2026年9月30日，逾期视为自动放弃。", "application_deadline", "2026-09-30"),
        ("请于2026年3月15日前将意见反馈至邮箱。", "comment_deadline", "2026-03-15"),
        ("纳税人应在2026年3月31日前足额缴纳契税。", "payment_deadline", "2026-03-31"),
        ("申报单位请于2026年3月底前报送材料。", "application_deadline", "2026-03-31"),
        ("请于3月20日下午5时前报名。", "application_deadline", "2026-03-20T17:00"),
        ("您应自收到通知之日起5个工作日内提交材料。", "action_deadline", "P5D"),
        ("即日起至2026年12月31日，符合条件的家庭可向街道办事处提出申请，逾期不予受理。", "application_deadline", "2026-12-31"),
        ("自公告发布之日起至2026年4月10日，请将意见反馈至邮箱。", "comment_deadline", "2026-04-10"),
        ("对在现住房出售后1年内重新购买住房的纳税人予以退税。", "action_deadline", "P1Y"),
    ],
)
def test_a_proved_deadline_is_found(text: str, role: str, value: str) -> None:
    assert (role, value) in said(text, "deadline")


@pytest.mark.parametrize(
    "text",
    [
        "本办法自2026年3月1日起施行，有效期至2031年2月28日。",
        "对2025年9月25日至2025年12月31日期间购买新房的，给予补贴。",
        "2026年3月1日前已取得证书的人员按原办法执行。",
        "截至2025年12月31日，全市共有3000户参加。",
        "各区民政部门应于2026年4月10日前将名单报市民政局。",
        "上述政策实施时限暂定至2026年12月31日。",
        "房改办于2026年3月1日发布本通知。",
        "到2027年底，全市社区养老服务设施覆盖率达到90%。",
        "会议于2026年5月12日举行。",
        "网签备案日期应在2026年1月31日前。",
        "审批部门在2个工作日内完成审批。",
        "住房自获得补贴之日起2年内不允许上市交易，申请人应知悉。",
    ],
)
def test_a_date_of_another_kind_is_never_a_deadline(text: str) -> None:
    assert said(text, "deadline") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本通知自2026年3月1日起执行，有效期两年。", [("effective_from", "2026-03-01"), ("valid_until", "P2Y")]),
        (
            "本办法自印发之日起施行，有效期至2031年2月28日。",
            [("effective_from", "on_publication"), ("valid_until", "2031-02-28")],
        ),
        (
            "自2026年1月1日至2027年12月31日，对重新购房的纳税人予以退税。",
            [("effective_from", "2026-01-01"), ("valid_until", "2027-12-31")],
        ),
    ],
)
def test_the_life_of_a_rule_is_read(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text, "effective_date", "expiry") == found


def test_the_repeal_of_another_document_is_not_this_one_s_expiry() -> None:
    assert said("《某某办法》（民发〔2020〕1号）自2026年3月1日起废止。", "expiry") == []


def test_a_day_without_a_year_takes_it_from_the_publication_when_it_is_near() -> None:
    assert said("请于4月15日前报名。", "deadline") == [("application_deadline", "2026-04-15")]


@pytest.mark.parametrize("published", [None, "2020-01-01"])
def test_a_day_without_a_year_is_left_out_when_nothing_proves_it(published: str | None) -> None:
    found = facts_of("请于11月15日前报名。", "deadline", "event_date", published=published)
    assert all(not str(fact.value).endswith("11-15") or str(fact.value).startswith("2020") for fact in found)


def test_a_day_that_comes_round_each_year_is_no_date() -> None:
    assert said("每年5月31日前报送上一年度报告。", "deadline", "event_date") == []


def test_a_day_that_no_calendar_has_is_no_date() -> None:
    assert said("请于2026年2月30日前报名。", "deadline", "event_date") == []


def test_a_deadline_before_the_publication_is_history() -> None:
    assert said("请于2025年1月15日前报名。", "deadline") == []


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("每户给予一次性补贴，最高不超过3万元。", "subsidy_max", 30000),
        ("每户给予2000元补贴。", "subsidy", 2000),
        ("贷款最高额度由50万元提高至60万元。", "old_value", 500000),
        ("贷款最高额度由50万元提高至60万元。", "new_value", 600000),
        ("处1万元以上10万元以下的罚款。", "fine", "10000-100000"),
        ("报名费100元。", "fee", 100),
        ("贷款额度在原额度基础上增加10万元/单职工、20万元/双职工。", "increment", 200000),
        ("家庭年度提取额不超过1.5万元。", "limit", 15000),
        ("注册资本３,０００万元以上的企业。", "threshold", 30_000_000),
    ],
)
def test_an_amount_has_its_value_and_the_role_that_its_words_prove(text: str, role: str, value: object) -> None:
    assert (role, value) in said(text, "amount")


def test_an_amount_without_a_cue_has_no_role() -> None:
    assert said("他带来了5万元。", "amount") == [(None, 50000)]


def test_percentages_are_read_in_digits_and_in_words() -> None:
    assert said("二孩家庭最高上浮10%，首付比例不低于百分之二十。", "percentage") == [("increment", 10), ("min_downpayment", 20)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("咨询电话：020-12345678", "020-12345678"),
        ("五、咨询电话\n县医保局：0838-12345678", "0838-12345678"),
        ("联系电话：38622527", "38622527"),
        ("可拨打12345热线咨询。", "12345"),
        ("或拨打020-12345咨询反馈。", "020-12345"),
        ("客服热线400-810-8888", "400-810-8888"),
        ("手机：13800138000", "13800138000"),
        ("电话：（028）86612345", "028-86612345"),
    ],
)
def test_telephone_numbers_of_every_kind_are_read(text: str, value: str) -> None:
    assert [found for _, found in said(text, "phone")] == [value]


@pytest.mark.parametrize(
    "text", ["编号12345号文件", "银行账号6222021234567890123", "统一社会信用代码91440101MA5", "传真：020-12345678", "共12345人"]
)
def test_other_digits_are_no_telephone(text: str) -> None:
    assert said(text, "phone") == []


def test_addresses_on_the_net_end_where_they_end() -> None:
    text = "详见http://www.example.gov.cn/a/b.html。邮箱：zhang_san@example.gov.cn，欢迎来信。"
    assert [value for _, value in said(text, "url", "email")] == [
        "http://www.example.gov.cn/a/b.html",
        "zhang_san@example.gov.cn",
    ]


def test_a_cited_document_is_a_basis_and_not_the_document_itself() -> None:
    assert said("根据《某意见》（国卫人口发〔2022〕26号）精神，制定本通知。", "doc_number") == [
        ("basis", "国卫人口发〔2022〕26号")
    ]


def test_ages_are_ranges() -> None:
    assert [value for _, value in said("年满60周岁；16-24岁青年；不超过35周岁。", "age_range")] == ["60-", "16-24", "-35"]


ENGLISH = [
    ("Comments must be received on or before June 14, 2016.", "deadline", "comment_deadline", "2016-06-14"),
    ("Apply by 31 January 2017 if you are a carer.", "deadline", "application_deadline", "2017-01-31"),
    ("closing date: 2016-10-07T17:00:00.000+01:00", "deadline", "application_deadline", "2016-10-07T17:00"),
    ("Comments Due: 5 p.m. ET 4/22/16.", "deadline", "comment_deadline", "2016-04-22"),
    ("This rule is effective May 2, 2016.", "effective_date", "effective_from", "2016-05-02"),
    ("Effective from 5 a.m. on April 30, 2016 to 5 a.m. on June 11, 2016.", "expiry", "valid_until", "2016-06-11"),
    ("The meeting will be held on May 12, 2016, from noon.", "event_date", "event", "2016-05-12"),
    ("Dated: April 7, 2016.", "event_date", "issued", "2016-04-07"),
]


@pytest.mark.parametrize(("text", "kind", "role", "value"), ENGLISH)
def test_english_dates_have_the_role_that_their_words_prove(text: str, kind: str, role: str, value: str) -> None:
    found = said(text, kind, title="A notice", published="2016-04-01")
    assert (role, value) in found


@pytest.mark.parametrize(
    "text",
    [
        "The Department will publish the rule by May 2, 2016.",
        "The petition was filed on November 22, 2016.",
        "This rule is effective May 2, 2016.",
        "The permit expires on May 2, 2016.",
        "We gave interested parties an opportunity to submit comments by May 12, 2014.",
    ],
)
def test_an_english_date_of_another_kind_is_never_a_deadline(text: str) -> None:
    assert said(text, "deadline", title="A notice", published="2016-04-01") == []


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("It costs £75.50 to renew.", 75.5, "GBP"),
        ("a fund of $1.8 million", 1_800_000, "USD"),
        ("worth more than £25,000", 25_000, "GBP"),
    ],
)
def test_foreign_amounts_have_value_and_currency(text: str, value: float, unit: str) -> None:
    assert [(fact.value, fact.unit) for fact in facts_of(text, "amount", title="A notice")] == [(value, unit)]


def test_english_telephone_numbers_are_read() -> None:
    text = "Call (415) 623-2223 or +44 20 7946 0000, or 0300 060 3900."
    assert [value for _, value in said(text, "phone", title="A notice")] == [
        "415-623-2223",
        "+44 20 7946 0000",
        "0300 060 3900",
    ]


def test_the_end_of_a_very_long_document_is_read_too() -> None:
    text = "第一条 说明文字而已。\n" * 12_000 + "本办法自2026年5月1日起施行。"
    facts = facts_of(text, "effective_date")
    assert [(fact.value, text[fact.start : fact.end]) for fact in facts] == [("2026-05-01", "2026年5月1日")]


def test_a_labelled_address_is_read() -> None:
    assert said("办理地址：成都市青羊区某某路1号政务中心。", "address") == [("apply", "成都市青羊区某某路1号政务中心")]


def test_a_cap_that_says_whom_a_rule_is_for_is_a_threshold() -> None:
    assert said("补税金额不超过400元的，无需办理汇算。", "amount") == [("threshold", 400)]


def test_an_age_is_read_in_chinese_numerals_too_and_is_no_count_of_weeks() -> None:
    text = "对六十周岁以上的老年人补助，十六至二十四周岁青年优先。"
    assert [value for _, value in said(text, "age_range")] == ["60-", "16-24"]
    assert said(text + "共60周岁以上老人。", "quantity") == []


def test_a_window_from_today_in_which_nothing_is_asked_of_the_reader_is_no_deadline() -> None:
    assert said("即日起至2026年12月31日，人民公园免费开放。", "deadline") == []


def test_an_age_with_two_ends_is_one_range() -> None:
    assert [value for _, value in said("年龄在18周岁以上、35周岁以下。", "age_range")] == ["18-35"]
