"""Plain words: short, true, from the source's own key sentences; a safe frame for readers of the other language."""

from __future__ import annotations

import re

import pytest

from pushsvc.domain.summaries import Summary
from pushsvc.plain import summarise
from tests.unit.plain_documents import NOTICE, a_document


def a_summary(text: str = NOTICE, title: str = "关于申请居家适老化改造补贴的公告", **declared: object) -> Summary:
    return summarise(a_document(text, title), declared)


def test_the_text_says_who_what_how_much_by_when_and_whom_to_call() -> None:
    text = a_summary().wording("zh").text
    for word in ("60周岁", "5000元", "2026年3月31日", "028-12345678"):
        assert word in text


def test_openings_of_office_letters_are_never_told() -> None:
    text = a_summary().wording("zh").text
    for opening in ("各有关单位", "为贯彻落实", "现将有关事项"):
        assert opening not in text


def test_the_headline_is_the_title_without_its_wrapping_and_what_it_is_for_people() -> None:
    title = "某市民政局关于印发《某市临时救助实施细则》的通知"
    assert a_summary(title=title).wording("zh").headline == "某市临时救助实施细则：最高补5000元，3月31日前提交"
    assert a_summary("本细则自印发之日起施行。", title).wording("zh").headline == "某市临时救助实施细则"


def test_a_headline_does_not_shout() -> None:
    wording = a_summary("参保人可在线备案。", "好消息！不用垫付！异地就医备案网上就能办！快来看看吧！").wording("zh")
    assert wording.headline == "异地就医备案网上就能办"


def test_short_carries_the_deadline_and_the_amount() -> None:
    short = a_summary().wording("zh").short
    assert len(short) <= 28
    assert "3月31日" in short
    assert "5000元" in short


def test_short_is_never_cut_inside_a_number_or_a_word() -> None:
    title = "关于支持重点企业引进重点学科领域硕士博士研究生购房补贴申报发放工作的通知"
    short = a_summary(title=title).wording("zh").short
    assert len(short) <= 28
    assert "3月31日前" in short
    assert "5000元" in short


def test_the_action_is_one_sentence_with_the_day() -> None:
    action = a_summary().wording("zh").action or ""
    assert action.startswith("请在2026年3月31日前")
    assert action.count("。") == 1


def test_a_document_that_asks_for_nothing_has_no_action() -> None:
    assert (
        a_summary("本市昨日举行了文艺演出活动，现场气氛热烈，演出十分精彩。", "我市举行文艺演出").wording("zh").action is None
    )


def test_slots_are_filled_and_empty_ones_are_absent() -> None:
    slots = a_summary().wording("zh").slots
    assert slots["deadline"] == "2026年3月31日"
    assert slots["amount"] == "最高5000元"
    assert len(slots["matter"]) <= 20
    assert "" not in slots.values()
    assert "amount" not in a_summary("本办法自2026年5月1日起施行。请各单位遵照执行本办法。", "某办法").wording("zh").slots


def test_quotes_point_at_the_sentences_that_they_come_from() -> None:
    reading = a_document()
    for quote in summarise(reading, {}).quotes:
        source = re.sub(r"\W", "", reading.source_text[quote.start : quote.end])
        assert re.sub(r"\W", "", quote.text)[-6:] in source


def test_a_long_sentence_becomes_short_ones_at_its_own_clauses() -> None:
    text = (
        "对符合国家生育政策、在本市购买家庭首套新建商品住房并完成合同网签备案的多子女家庭，由房屋所在地区政府按照每户2万元的标准"
        "给予一次性购房补贴，每个家庭只能享受一次，不得重复申请。"
    )
    told = a_summary(text, "关于购房补贴的通知").wording("zh").text
    for sentence in re.findall(r"[^。]+。", told):
        assert len(sentence) <= 40
    assert "省内住院、普通门诊。" not in told


def test_a_list_is_never_broken_into_sentences() -> None:
    text = "本市已开通省内及跨省住院、普通门诊、门诊特定病种以及省内跨市生育费用直接结算、异地购药服务，参保人可申请办理。"
    told = a_summary(text, "关于异地就医的通知").wording("zh").text
    assert "普通门诊。" not in told


def test_what_an_application_notice_does_not_say_is_named() -> None:
    text = "凡具有本市户籍的残疾人家庭，可向街道办事处申请无障碍改造补贴。申请时请提交身份证和残疾证。"
    assert set(a_summary(text, "关于申请无障碍改造补贴的公告").unknown) == {"deadline", "contact", "amount"}


def test_what_is_not_needed_is_not_called_missing() -> None:
    assert a_summary("2026年3月5日8时至18时，锦江区部分路段停水，请居民提前储水。", "关于停水的公告").unknown == ()


def test_a_reader_of_english_gets_facts_and_the_title_and_no_guessed_translation() -> None:
    wording = a_summary().wording("en")
    assert "in Chinese" in wording.text
    assert "关于申请居家适老化改造补贴的公告" in wording.text
    assert "31 March 2026" in wording.text
    assert "CNY 5,000" in wording.text
    assert "028-12345678" in wording.text
    assert wording.action is not None
    assert "31 March 2026" in wording.action


def test_a_reader_of_chinese_gets_the_facts_of_an_english_document() -> None:
    text = "We are seeking views on the grant of up to £25,000. Comments must be received by May 16, 2016. Call 020 7946 0000."
    wording = summarise(a_document(text, "Consultation on grants", "2016-04-01"), {}).wording("zh")
    assert "英文" in wording.text
    assert "2016年5月16日" in wording.text
    assert "2.5万英镑" in wording.text


def test_a_document_without_a_key_sentence_is_quoted() -> None:
    assert "原文：“" in a_summary("春天来了 花儿开了 鸟儿叫了", "春天").wording("zh").text


def test_every_wording_is_verified() -> None:
    summary = a_summary()
    assert summary.verified
    assert all(wording.verified for wording in summary.wordings.values())


def test_declared_fields_win_over_what_was_read() -> None:
    summary = a_summary(regions=["510100"], topics=["养老"], audiences=["老年人"], type="policy", industries=["C39"])
    assert (summary.regions, summary.topics, summary.audiences) == (("510100",), ("养老",), ("老年人",))
    assert (summary.type, summary.industries) == ("policy", ("C39",))


def test_an_audience_that_is_told_is_not_listed_as_unknown_beside_it() -> None:
    summary = a_summary("高龄津贴每月20日发放，请留意银行卡。", "高龄津贴发放提醒")
    assert summary.audiences == ("老年人",)
    assert summary.audience_words == ()  # no word of the document: a name of the list, by the subject
    assert "audience" not in summary.unknown


def test_a_sum_is_told_with_what_it_is_paid_per() -> None:
    rent = a_summary("租金标准为每平方米每月12元，请于2026年12月20日前申请。", "公租房申请公告")
    assert "amount" not in rent.wording("zh").slots  # paid, not got: a template shows a bare sum, which reads as one's own
    once = a_summary("符合条件的家庭每户补助3000元。", "关于适老化改造补助的公告")
    assert once.wording("zh").slots["amount"] == "每户3000元"


def test_a_sum_is_told_with_what_it_is_paid_per_whatever_that_is() -> None:
    meals = a_summary("60周岁以上老年人到长者饭堂就餐的，每人每餐补贴3元。", "关于老年人助餐补贴的通知").wording("zh")
    assert meals.slots["amount"] == "每人每餐3元"
    assert "每人每餐补3元" in meals.headline
    machines = a_summary("对购买拖拉机的农户，每台补贴5000元。", "关于农机购置补贴的公告").wording("zh")
    assert machines.slots["amount"] == "每台5000元"
    sows = a_summary("养殖户每头能繁母猪补贴100元。", "关于能繁母猪补贴的公告").wording("zh")
    assert sows.slots["amount"] == "每头100元"
    capped = a_summary("购买新建商品住房的，每套最高补贴不超过2万元。", "关于购房补贴的通知").wording("zh")
    assert capped.slots["amount"] == "每套最高2万元"


def test_of_several_sums_without_a_role_none_is_told_as_the_amount() -> None:
    summary = a_summary("80-89岁老人50元/月，90岁以上老人200元/月。", "关于高龄津贴标准的通知")
    wording = summary.wording("zh")
    assert wording.short == "高龄津贴标准：50元/月、200元/月"
    assert "amount" not in wording.slots
    assert "CNY 50 a month, CNY 200 a month" in summary.wording("en").text


def test_an_item_of_a_list_is_told_with_the_note_that_there_are_more() -> None:
    text = "申请条件：（一）年满18周岁；（二）家庭人均年收入不超过6.5万元；（三）在本市无自有住房。请到街道办事处申请。"
    told = a_summary(text, "公租房申请公告").wording("zh").text
    assert ("6.5万元" in told) <= told.endswith("条件见原文。")


def test_a_heading_above_a_period_says_what_the_period_is_of() -> None:
    text = (
        "一、复核对象\n持有残疾人证的低保家庭成员。\n二、复核时间\n2026年12月1日至12月15日（工作日9:00-17:00）。\n"
        "逾期未复核的，停发补贴。"
    )
    summary = a_summary(text, "关于开展残疾人生活补贴复核的通知")
    assert "deadline" not in summary.unknown
    assert summary.wording("zh").action == "请在2026年12月15日前办理复核。"
    assert "时间：2026年12月1日至12月15日。" in summary.wording("zh").text


def test_the_first_item_of_a_list_never_stands_for_the_list() -> None:
    text = (
        "申请条件：（一）年满18周岁；（二）本市户籍。以下人员不得申请：已享受保障性住房的；有两处以上房产的。"
        "请到街道办事处申请。"
    )
    told = a_summary(text, "公租房申请公告").wording("zh").text
    assert "年满18周岁" not in told
    assert "已享受保障性住房" not in told


def test_a_warning_to_some_is_nobody_s_task_and_what_all_get_is_told() -> None:
    text = (
        "为做好流感防控，锦江区65岁以上老年人可免费接种流感疫苗1剂次。请携带身份证到就近社区卫生服务中心接种。"
        "发热、急性疾病患者不宜接种，请先咨询医生。咨询电话：028-86660001"
    )
    wording = a_summary(text, "关于流感疫苗免费接种的公告").wording("zh")
    assert "65岁以上老年人可免费接种" in wording.text
    assert wording.action == "请携带身份证到就近社区卫生服务中心接种。"
    assert "患者" not in a_summary(text, "关于流感疫苗免费接种的公告").audience_words


def test_two_english_sentences_of_the_same_letters_are_both_told() -> None:
    text = (
        "If you were born before 22 September 1959 you could get between £200 and £300 to help you pay your heating bills. "
        "Most people get it automatically. If you do not get a letter, you must apply by 31 March 2027. "
        "Call the helpline on 0800 731 0160. You will not get the payment if you live abroad."
    )
    told = a_summary(text, "Help with heating bills").wording("en").text
    assert "between £200 and £300" in told
    assert "31 March 2027" in told


def test_what_somebody_is_asked_is_no_name_of_a_group() -> None:
    text = (
        "请家长于2026年5月24日至5月26日带齐启慧学校或幼儿园指定的资料，携同孩子到启慧学校或幼儿园报名，"
        "审核通过后，于2026年6月5日发放录取通知书。"
    )
    assert "对象：" not in a_summary(text, "幼儿园招生工作方案").wording("zh").text


def test_a_case_without_what_is_then_done_is_no_sentence() -> None:
    text = "申请转入养老保险关系：\n男性不满50周岁、女性不满40周岁的；\n参保人可到社保窗口申请办理转移手续。"
    assert "的。" not in a_summary(text, "养老保险转移办理指南").wording("zh").text


def test_the_region_topic_audience_and_type_are_read_with_evidence() -> None:
    summary = a_summary(title="成都市民政局关于申请老年人居家适老化改造补贴的公告")
    assert summary.regions == ("510100",)
    assert "养老" in summary.topics
    assert "老年人" in summary.audiences
    assert "老年人" in summary.audience_words
    assert summary.type == "notice"


def test_a_county_s_name_that_many_share_is_read_only_with_its_city() -> None:
    assert summarise(a_document("说明文字若干，请居民知悉。", "鼓楼区关于停水的公告"), {}).regions == ()
    assert summarise(a_document("说明文字若干，请居民知悉。", "南京市鼓楼区关于停水的公告"), {}).regions == ("320106",)


def test_a_region_that_is_neither_said_nor_read_is_the_site_s_own_and_marked() -> None:
    summary = summarise(a_document("说明文字若干，请居民知悉。", "关于停水的公告"), {}, site_region="510104")
    assert summary.regions == ("510104",)
    assert summary.regions_inferred


@pytest.mark.parametrize(
    ("title", "type_"),
    [
        ("某局2026年公开招聘公告", "recruitment"),
        ("关于公开征求《某办法》意见的公告", "consultation"),
        ("《某办法》政策解读", "interpretation"),
        ("社保卡申领办事指南", "service"),
        ("暴雨红色预警信号", "emergency"),
        ("关于停水的公告", "notice"),
    ],
)
def test_the_type_is_what_the_title_says(title: str, type_: str) -> None:
    assert a_summary(title=title).type == type_


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        (
            "关于停水的通知",
            "因管网改造施工，定于2026年3月6日22时至3月7日6时对锦江区东大街、春熙路沿线停水。请提前储水。",
            "3月6日22时",
        ),
        ("公开招聘公告", "根据《某条例》等规定，现面向社会公开招聘工作人员120名。咨询电话：028-86150000。", "120名"),
        (
            "暴雨红色预警信号",
            "市气象台7月10日14时30分发布暴雨红色预警信号：预计未来3小时全市降雨量将达100毫米以上，请注意防范。",
            "100毫米",
        ),
        (
            "公开征求意见的公告",
            "现将草案向社会公开征求意见。公众可在2026年3月31日前，通过以下方式反馈意见：\n1.邮箱：a@example.gov.cn。",
            "3月31日",
        ),
    ],
)
def test_the_one_thing_that_matters_is_told(title: str, text: str, told: str) -> None:
    assert told in a_summary(text, title).wording("zh").text


def test_the_emergency_number_is_not_offered_for_questions() -> None:
    assert "咨询电话：119" not in a_summary("居民应立即转移到安全地带。应急电话：119、110。", "暴雨预警").wording("zh").text


def test_a_closure_s_day_stands_in_short() -> None:
    text = "定于2026年3月6日22时至3月7日6时对东大街停水，请提前储水。"
    assert "3月6日" in a_summary(text, "关于东大街停水的通知").wording("zh").short
