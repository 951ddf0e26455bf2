"""The classes of a document: for whom, where, about what, of which type, each with its evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pushsvc.domain.summaries import Evidence
from pushsvc.domain.summary_json import from_json, to_json
from pushsvc.plain import classify, summarise
from pushsvc.plain.classes import Classes
from tests.unit.plain_documents import a_document


def read(title: str, text: str = "说明文字若干，请知悉。", **how: str | None) -> Classes:
    """The classes of a document about which its site said nothing."""
    return classify(a_document(text, title), {}, **how)


def evidence(classes: Classes, of: str) -> list[Evidence]:
    return [each for each in classes.evidence if each.of == of]


# -- groups --------------------------------------------------------------------------------------------------------------


def test_the_groups_that_a_scope_sentence_names_are_told_and_those_in_passing_are_not() -> None:
    text = (
        "补贴对象：具有本市户籍的残疾人、特困人员。\n申请人应当如实填写。街道工作人员应当在5日内核查。\n"
        "残疾人可向街道办事处申请。特困人员免予核查。企业职工基本养老保险另按规定办理。"
    )
    assert set(read("关于发放生活补贴的公告", text).audience_words) == {"特困人员", "残疾人"}
    assert not {"申请人", "工作人员", "企业", "职工"} & set(read("关于发放生活补贴的公告", text).audience_words)


def test_a_group_that_is_left_out_is_not_told() -> None:
    assert "患者" not in read("关于接种的公告", "65岁以上老年人可免费接种。急性疾病患者不宜接种。").audience_words


def test_of_two_words_for_the_same_people_one_is_told() -> None:
    words = read("购房补贴实施办法", "购房人可申请补贴。购房者应提供合同。购房家庭凭合同办理。").audience_words
    assert len([word for word in words if word.startswith("购房")]) == 1


def test_an_office_is_told_only_where_a_document_is_for_offices() -> None:
    assert "街道办事处" in read("关于做好检查工作的通知", "街道办事处应组织检查。街道办事处要按月上报。").audience_words
    text = "残疾人可申请。特困人员可申请。街道办事处应组织检查。街道办事处要按月上报。"
    assert "街道办事处" not in read("关于发放补贴的通知", text).audience_words


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        (
            "Changes to licences",
            "Motor carriers must register before 1 May. Pet owners may apply for a permit.",
            "motor carriers",
        ),
        ("Driver licensing", "If you are a lorry driver you must renew your licence.", "lorry drivers"),
        ("Import quota for beef", "You must tell us before beef is imported.", "importers"),
        ("Meeting notice", "The meeting is open to the public. Any interested person may attend.", "the public"),
        ("Advisory meeting", "Individuals with disabilities may ask for help.", "people with disabilities"),
    ],
)
def test_english_groups_are_told_in_plain_words_and_in_the_plural(title: str, text: str, told: str) -> None:
    assert told in read(title, text).audience_words


def test_a_group_that_the_document_has_no_word_for_is_a_name_of_the_list_and_none_of_its_own_words() -> None:
    classes = read("Report lost or stolen cattle", "You must report it to the police.")
    assert classes.audiences == ("农民",)
    assert not {"farmers", "农民"} & set(classes.audience_words)
    assert "租房家庭" in read("关于租房提取住房公积金的通知", "缴存人可以租房提取。").audience_words
    assert "购房人" not in read("关于带押过户的通知", "买卖双方可以申请带押过户。").audience_words


def test_people_are_told_by_the_word_that_the_document_has_for_them() -> None:
    text = "购房者可以申请补贴。购房者应提供合同。"
    assert "购房者" in read("关于发放补贴的通知", f"{text}补贴发给购房者。").audience_words
    assert read("关于发放补贴的通知", text).audience_words == ("购房人",)


def test_families_are_told_by_their_children_though_the_word_for_one_is_not_written_out() -> None:
    words = read("关于发放购房补贴的通知", "二孩、三孩的家庭可申请。对二孩、三孩家庭，分别补贴2万元、3万元。").audience_words
    assert {"二孩家庭", "三孩家庭"} <= set(words)


def test_a_group_that_no_list_has_is_told_where_the_document_says_it_again_and_again() -> None:
    text = "家庭医生应当定期随访。家庭医生可领取补贴。经办机构核查，经办机构发放。"
    words = read("关于做好签约服务的通知", text).audience_words
    assert "家庭医生" in words
    assert "经办机构" not in words
    assert "家庭医生" not in read("关于做好签约服务的通知", "居民可申请，家庭医生也可咨询。").audience_words


def test_who_buys_a_home_is_a_home_buyer_in_whatever_words() -> None:
    text = "在本县购买商品住房的，补贴1万元。购买住房满一年可申请。购买住房应备案。"
    assert "购房人" in read("促进市场平稳发展的措施", text).audience_words


def test_whom_every_notice_names_by_the_way_it_is_not_for() -> None:
    text = "SUMMARY: We ask pilots to comment. For a copy in accessible formats for people with disabilities, write."
    assert "people with disabilities" not in read("Airspace notice", text).audience_words


def test_a_rule_in_force_is_for_those_whom_it_binds_and_not_for_the_public() -> None:
    text = "ACTION:\nFinal rule.\nSUMMARY:\nVessel operators must keep clear. The public may inspect the docket."
    assert "the public" not in read("Safety zone", text).audience_words


def test_where_the_title_names_its_people_its_subject_adds_none_to_the_list() -> None:
    assert read("关于农民进城购房补贴的通知").audiences == ("农民",)
    assert read("关于支持居民换购住房的通知").audiences == ("购房人",)


def test_where_somebody_works_or_applies_is_no_group() -> None:
    words = read("关于发放补贴的通知", "高校毕业生可以申请补贴，应在企事业单位工作满一年，向街道办事处申请。").audience_words
    assert words == ("高校毕业生",)


def test_an_office_s_name_and_a_count_of_people_name_no_group() -> None:
    text = "The Department of Veterans Affairs gives notice. Firms with fewer than 25 employees are small."
    assert read("Notice", text).audience_words == ()


def test_a_consultation_is_for_the_public() -> None:
    assert "社会公众" in read("关于公开征求《停车管理办法》意见的公告").audience_words
    assert "the public" in read("Proposed rule on parking", "We ask for comments.").audience_words


@pytest.mark.parametrize(
    ("title", "groups"),
    [
        ("关于发放残疾人护理补贴的通知", ("残疾人",)),
        ("保障农民工工资支付条例", ("农民工",)),
        ("企业职工基本养老保险缴费指南", ()),
        ("残疾人联合会搬迁公告", ()),
        ("Meeting of the Advisory Committee on Newborns and Children", ()),
    ],
)
def test_the_list_s_groups_are_those_that_the_title_is_for(title: str, groups: tuple[str, ...]) -> None:
    text = "The meeting is on Monday." if title.isascii() else "说明文字若干。"
    assert read(title, text).audiences == groups


def test_a_group_that_is_only_mentioned_often_is_none_of_the_list_s() -> None:
    text = "补贴对象：本市户籍的高校毕业生。高校毕业生凭学历证书办理。" + "企业和老年人也可咨询。" * 4
    assert read("关于申请补贴的公告", text).audiences == ("高校毕业生",)


# -- regions -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "regions"),
    [
        ("关于开展调查的公告", "凡在成都市武侯区居住的业主均可参加。", ("510107",)),
        ("成都市住建局关于开展调查的公告", "凡在武侯区居住的业主均可参加。", ("510107",)),
        ("成都市住建局关于开展调查的公告", "在武侯区购房的也可参加。", ("510100",)),
        ("成都市、德阳市关于跨城公交的通告", "说明文字。", ("510100", "510600")),
        ("教育部办公厅关于入学工作的通知", "说明文字。", ("CN",)),
        ("关于入学工作的通知", "各省、自治区、直辖市教育厅：\n现通知如下。", ("CN",)),
        ("关于优化政策的通知", "根据《中共青岛市委关于人才的意见》，我市企业可申请。参加青岛市评选。", ("370200",)),
        ("关于补贴的通知", "例如，注册于深圳市的某公司。", ()),
        ("沿海城市防台风通告", "说明文字。", ()),
        ("关于缴费的公告", "请到广州银行、郑州大学和徐州路办理。也可到郑州大学办理。", ()),
        ("广州市民政局关于敬老的公告", "说明文字。", ("440100",)),
        ("成都市2026年赴北京招聘公告", "说明文字。", ("510100",)),
        ("广州市天河区支持香港青年创业办法", "说明文字。", ("440106",)),
        ("转发四川省民政厅关于敬老工作的通知", "现转发给你们。\n成都市民政局\n2026年3月1日", ("510100",)),
    ],
)
def test_a_region_is_read_from_title_scope_or_home_and_not_from_a_mention(
    title: str, text: str, regions: tuple[str, ...]
) -> None:
    assert read(title, text).regions == regions


def test_a_district_s_common_name_is_the_one_of_the_issuer_s_or_the_site_s_city() -> None:
    assert read("鼓楼区关于停水的公告", issuer="南京市水务局").regions == ("320106",)
    assert read("鼓楼区关于停水的公告", site_region="320100").regions == ("320106",)
    assert read("鼓楼区关于停水的公告").regions == ()


def test_a_city_s_site_that_tells_of_the_province_s_rules_speaks_to_the_city() -> None:
    text = "根据《广东省灵活就业人员服务管理办法》，我省灵活就业人员可参保。"
    classes = read("灵活就业人员参加养老保险简介", text, site_region="440100")
    assert (classes.regions, classes.regions_inferred) == (("440100",), True)


def test_a_site_s_name_tag_tells_the_region_of_a_text_without_one() -> None:
    reading = replace(a_document("说明文字若干，请知悉。", "关于停水的公告"), meta={"SiteName": "芜湖市人民政府"})
    classes = classify(reading, {})
    assert classes.regions == ("340200",)
    assert evidence(classes, "regions") == [Evidence("regions", "340200", "芜湖市", "SiteName")]


@pytest.mark.parametrize(
    ("title", "text", "regions"),
    [
        ("Seed potato notification (Northern Ireland)", "You must notify us.", ("GB-NIR",)),
        ("Payments in England and Wales", "Apply at GOV.UK.", ("GB-WLS", "GB-ENG")),
        ("Renew your passport", "It costs £75.50.", ("GB",)),
        ("Drawbridge Operation; Delair, NJ to Philadelphia, PA", "BILLING CODE 9110-04-P", ("US-NJ", "US-PA")),
        ("Concession in Oregon Caves National Monument", "[FR Doc. 2016-08700]", ("US-OR",)),
        ("Texas Eastern Transmission, LP; Filing", "[FR Doc. 2016-08700]", ("US",)),
        ("Northern Indiana Public Service Company; Filing", "[FR Doc. 2016-08700]", ("US",)),
        ("Award of a Grant to a network in Louisville, KY", "[FR Doc. 2016-08700]", ("US",)),
    ],
)
def test_nations_and_states_are_read_and_a_firm_s_name_or_a_seat_is_none(
    title: str, text: str, regions: tuple[str, ...]
) -> None:
    assert set(read(title, text).regions) == set(regions)


# -- types, topics, industries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "type_"),
    [
        ("关于进一步优化住房政策的通知", "说明文字。", "policy"),
        ("关于做好防汛检查工作的通知", "说明文字。", "notice"),
        ("某区购房补贴政策来了", "说明文字。", "news"),
        ("2025年度积分入户13问", "说明文字。", "interpretation"),
        ("怎么申领社会保障卡？", "说明文字。", "service"),
        ("Drawbridge Operation Regulation", "ACTION:\nNotice of deviation.\nSUMMARY: A bridge closes.", "notice"),
        ("Crop insurance", "ACTION: Proposed rule.\nSUMMARY: We propose.", "consultation"),
        ("Review of Net Zero", "The minister invites evidence on the target.", "consultation"),
        ("Book your driving test", "You can book online.", "service"),
    ],
)
def test_the_type_is_what_the_document_does(title: str, text: str, type_: str) -> None:
    assert read(title, text).type == type_


def test_an_identity_card_that_is_to_be_brought_makes_no_topic() -> None:
    text = "申请人携带身份证、户口簿到窗口办理，本市户籍居民凭身份证办理，银行账户一并登记，养老保险照常缴纳。" * 3
    topics = read("关于办理临时救助的通知", text).topics
    assert "社会救助" in topics
    assert not {"户籍身份证", "金融贷款", "养老"} & set(topics)


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("关于加强餐饮服务食品安全管理的通告", ("H62",)),
        ("关于调整保险公司风险因子的通知", ("J68",)),
        ("关于规范家政服务的通知", ("O80",)),
        ("关于发放购房补贴的通知", ()),
        ("Atlantic Bluefish Fishery; Quota Transfer", ("A04",)),
    ],
)
def test_an_industry_is_read_only_where_the_title_is_plainly_about_it(title: str, codes: tuple[str, ...]) -> None:
    assert read(title, "Text." if title.isascii() else "说明文字。").industries == codes


# -- evidence ------------------------------------------------------------------------------------------------------------


def test_every_class_that_was_read_says_where_and_a_declared_one_does_not() -> None:
    text = "补贴对象：残疾人、特困人员。\n咨询请到街道。\n成都市民政局"
    reading = a_document(text, "关于发放残疾人补贴的公告")
    classes = classify(reading, {"topics": ["养老"]})
    assert {each.of for each in classes.evidence} == {"regions", "audiences", "audience_words", "type"}
    for each in classes.evidence:
        within = reading.title if each.where == "title" else reading.source_text
        assert each.raw in within
        if each.where == "text":
            assert reading.source_text[each.start : each.end] == each.raw


def test_evidence_lies_in_the_summary_and_is_read_back() -> None:
    summary = replace(summarise(a_document(), {}), evidence=(Evidence("regions", "510100", "成都市", "text", 3, 6),))
    assert from_json(to_json(summary)) == summary


def test_a_hostile_text_is_classed_in_bounded_time() -> None:
    for text in ("市" * 200_000, "对" * 200_000, "人员、" * 60_000, "a producer " * 40_000):
        assert classify(a_document(text, "关于" * 2000), {}) is not None
