"""What a Chinese text tells is whole: a predicate of its own, all conditions or their number, each group with its sum."""

from __future__ import annotations

import pytest

from pushsvc.domain.summaries import Wording
from pushsvc.plain import summarise
from pushsvc.plain.writing.zh.predicates import is_whole
from pushsvc.plain.writing.zh.saying import in_short_sentences
from pushsvc.plain.writing.zh.standing import stands_alone, stands_whole
from tests.unit.plain_documents import a_document


def told(text: str, title: str = "关于某项补贴的通知", published: str = "2026-03-01") -> Wording:
    return summarise(a_document(text, title, published), {}).wording("zh")


@pytest.mark.parametrize(
    "said",
    [
        "合伙企业等市场主体受益所有人相关信息",
        "支付周期，支付日期，支付对象姓名、身份证号码、联系方式",
        "个人自荐材料，学历证书及近期免冠2寸彩色照片2张",
        "单位招用的合同制工人连续工作满1年",
        "持证人在居住地依法享受劳动就业",
        "不高于我市最高贷款额度",
        "2014年9月1日—2015年8月31日出生的小班适龄幼儿",
        "领券后在7天内未使用",
        "普通高中2名，职业高中1名",
    ],
)
def test_a_row_of_names_a_case_and_a_left_over_are_no_sentence(said: str) -> None:
    assert not is_whole(said)
    assert not stands_alone(said + "。", before="")


@pytest.mark.parametrize(
    "said",
    [
        "基础工资1500元/月，补助工资70元/月",
        "报名时需提交户口本、房产证、预防接种证等材料",
        "证书工本费10元/本",
        "来稿请注明姓名、工作单位、联系方式",
        "本办法有效期3年",
        "公积金最高贷款额度由30万元提高到40万元",
        "市民可到社区卫生服务中心免费接种",
        "每个方案最多投保4份",
    ],
)
def test_a_sum_a_duty_and_a_name_behind_a_label_are_whole(said: str) -> None:
    assert is_whole(said)


def test_a_subject_is_never_split_from_its_verb() -> None:
    said = "小规模纳税人适用3%征收率的应税销售收入，减按1%征收率征收增值税。"
    assert in_short_sentences(said) == [said]


def test_a_sentence_that_the_office_wrote_whole_is_told_as_it_stands() -> None:
    assert stands_whole("符合补贴发放条件的新就业职工每月500元。")
    assert not stands_whole("其他人员每月500元，详见附件。")
    assert (
        "新就业职工每月600元" in told("符合补贴发放条件的新就业职工每月600元;\n具有本科学历的,补贴标准增加至每月800元。").text
    )


def test_all_conditions_of_a_long_sentence_are_told_before_what_they_bring() -> None:
    text = told(
        "参保企业足额缴纳失业保险费12个月以上,上年度裁员率不高于5.5%,30人(含)以下的企业裁员率不高于20%的,可以享受稳岗返还政策。"
        "大型企业按企业及其职工上年度实际缴纳失业保险费的30%返还,中小微企业按60%返还。",
        "东岭市失业保险稳岗返还政策",
    ).text
    places = [text.index(part) for part in ("12个月以上", "5.5%", "20%", "可以享受稳岗返还政策", "30%返还", "60%返还")]
    assert places == sorted(places)


def test_all_conditions_of_a_list_are_told_or_how_many_there_are() -> None:
    conditions = "1.具有本区户籍5年以上；\n2.人均月收入低于1900元；\n3.人均住房面积低于13平方米。"
    short = f"二、申请条件\n{conditions}\n三、补贴标准\n每户每月补贴300元。"
    text = told("一、总则\n" + short, "租赁补贴申请须知").text
    assert all(part in text for part in ("本区户籍5年以上", "1900元", "13平方米"))
    assert "个条件" not in text
    long = short.replace("2.人均月收入", "2.申请家庭在申请之日前连续十二个月内全体共同生活的家庭成员经核定后的人均月收入")
    assert "共有3个条件，见原文。" in told("一、总则\n" + long, "租赁补贴申请须知").text


def test_the_papers_to_bring_are_counted_and_the_best_known_named() -> None:
    text = told(
        "一、报名时间\n2026年5月6日至5月9日。\n二、报名材料\n1.无犯罪记录证明；\n2.本人身份证（原件和复印件）；\n3.学历证书；\n4.近期照片。",
        "关于公开招聘工作人员的公告",
    ).text
    assert "需要身份证、学历证书等4样材料。" in text


def test_a_row_with_what_closes_it_is_not_cut_to_its_first_name() -> None:
    text = told(
        "毕业学年有就业创业意愿并积极求职创业的低保家庭、贫困残疾人家庭、脱贫家庭和特困人员中的高校毕业生,按1600元/人的标准给予一次性求职创业补贴。",
        "求职创业补贴申请指南",
    ).text
    assert "特困人员中的高校毕业生" in text
    assert "低保家庭等" not in text
    assert "1600元" in text


def test_the_rate_of_another_case_is_not_told_as_the_rate_for_all() -> None:
    text = told(
        "主城区公租房月租金5.8元/平方米;远郊公租房月租金4.6元/平方米。"
        "对超出保障面积的部分按市场价收取:即主城区公租房月租金9元/平方米;远郊公租房月租金7元/平方米。",
        "公租房租金标准",
    ).text
    assert "5.8元" in text
    assert "7元/平方米" not in text


def test_a_headline_gives_no_group_the_sum_of_another() -> None:
    wording = told("从2026年4月1日起,城市低保标准提高到每月650元。农村低保标准提高到每月430元。", "提高城乡低保标准的通知")
    assert ("430" in wording.headline) == ("650" in wording.headline)


def test_a_moved_day_takes_the_place_of_what_it_was() -> None:
    wording = told("原定2026年4月10日前报名,现将报名截止时间延长至2026年4月25日。", "关于延长报名时间的公告")
    assert wording.slots["deadline"] == "2026年4月25日"
    assert "4月25日" in wording.short


def test_a_place_keeps_its_label_and_loses_what_stands_in_brackets() -> None:
    text = told(
        "1.报名时间:2026年4月6日至4月16日(上午8:30-12:00,下午2:00-5:30,节假日除外)。\n"
        "2.报名地点:东岭镇人民政府组织人事办公室(联系人:罗小姐,电话:37055029)。",
        "东岭镇公开招聘工作人员公告",
    ).text
    assert "报名地点：东岭镇政府组织人事办公室。" in text
    assert "8:30-12:00" in text
    assert "37055029" in text


def test_what_is_asked_of_people_in_one_long_name_is_told_one_by_one() -> None:
    text = (
        "毕业2年内未就业或在本市首次就业、与用人单位签订1年以上劳动合同并依法缴纳社会保险满6个月、在本市无自有住房且未享受公共租赁住房等"
        "其他住房保障政策的全日制本科及以上学历高校毕业生，可按每人每月500元的标准申领租房补贴，最长不超过36个月。"
    )
    said = told(text, "关于高校毕业生租房补贴申领的通知").text
    assert "条件：毕业2年内未就业或在本市首次就业。" in said
    assert "条件：在本市无自有住房且未享受公共租赁住房等其他住房保障政策。对象：全日制本科及以上学历高校毕业生。" in said
    assert "可按每人每月500元的标准申领租房补贴。最长不超过36个月。" in said


def test_goods_are_named_by_their_kind_where_all_names_do_not_fit() -> None:
    text = (
        "2026年3月1日至2026年12月31日期间，个人消费者在参与活动的线上线下商家购买二级及以上能效（水效）标准的冰箱、洗衣机、电视、空调、"
        "电脑、热水器、家用灶具、吸油烟机等8类家电产品，可享受产品最终销售价格15%的补贴，每件补贴不超过2000元。"
    )
    said = told(text, "关于开展家电以旧换新补贴活动的公告").text
    assert said.startswith(
        "时间：2026年3月1日至12月31日。条件：个人消费者在参与活动的线上线下商家购买二级及以上能效标准的8类家电产品。"
    )
    assert "15%的补贴" in said


def test_a_period_in_which_something_must_be_done_is_no_condition() -> None:
    text = (
        "对在2026年1月1日至2026年12月31日期间，在本市购买新建商品住房且完成网签备案并缴纳契税的个人，按合同总价的1%给予补贴。"
    )
    said = told(text, "关于发放购房补贴的通知").text
    assert said.startswith("时间：2026年1月1日至12月31日。对象：在本市购买新建商品住房")


@pytest.mark.parametrize(
    ("title", "said"), [("关于做好居民转移避险的紧急通知", "居民转移避险"), ("关于开展就业补贴申领的补充通知", "就业补贴申领")]
)
def test_a_headline_never_ends_on_the_word_before_the_kind_of_paper(title: str, said: str) -> None:
    assert told("现将有关事项通知如下。", title).headline.endswith(said)


def test_a_short_line_says_what_people_in_danger_do_and_by_when() -> None:
    text = "今晚到明天我县有大到暴雨。请沿河居民于7月12日18时前转移到就近的避险安置点。值班电话：0834-6660119。"
    assert "7月12日18时前转移" in told(text, "关于做好组织沿河居民转移避险的紧急通知", "2026-07-12").short


def test_who_stays_without_water_is_told_street_by_street_with_the_hours() -> None:
    text = (
        "因供水管道抢修施工，我公司定于2026年8月12日22:00至8月13日6:00对人民路（解放路至中山路段）、建设路、和平小区、阳光花园及周边区域"
        "停止供水，请广大用户提前做好储水准备。"
    )
    said = told(text, "关于停水的通知", "2026-08-10").text
    assert said.startswith("时间：2026年8月12日22:00至8月13日6:00。对人民路（解放路至中山路段）、建设路、和平小区")
    assert "停止供水。请广大用户提前做好储水准备。" in said


def test_a_row_of_days_is_never_cut_after_its_first() -> None:
    text = "入围体检人员须根据本人体检时间,在5月26日、27日每天早上7:10前到达广东科学馆1楼科学会堂(广州市连新路171号)报到。"
    assert "在5月26日。" not in told(text, "体检公告", "2015-05-20").text


def test_cases_of_which_one_is_enough_are_told_as_such() -> None:
    text = "年度收入不超过12万元且需要汇算清缴补税的，或者年度汇算清缴补税金额不超过400元的，居民个人可免于办理汇算清缴。"
    said = told(text, "关于个人所得税汇算清缴的公告", "2023-08-18").text
    assert "条件：年度收入不超过12万元且需要汇算清缴补税。或是：年度汇算清缴补税金额不超过400元。" in said


def test_what_is_forbidden_somewhere_is_told_with_where_and_when() -> None:
    text = (
        "2026年2月1日至5月15日为森林防火期，防火期内，在全县林地及距林地边缘100米范围内，严禁携带火种进山、吸烟、烧纸、烧香、烧荒、野炊以及"
        "其他野外用火行为，违者由林业主管部门处200元以上3000元以下罚款。"
    )
    said = told(text, "关于2026年春季森林防火禁火令", "2026-01-20").text
    assert "条件：防火期内，在全县林地及距林地边缘100米范围内。严禁携带火种进山" in said


def test_schools_that_close_are_told() -> None:
    text = "市气象台于今日5时30分发布暴雨红色预警信号，全市中小学、幼儿园、托育机构今日停课，请家长不要前往学校接送。"
    assert "全市中小学、幼儿园、托育机构今日停课。" in told(text, "关于暴雨红色预警停课的紧急通知").text


def test_a_time_to_pay_is_told_though_an_exception_stands_later_in_the_sentence() -> None:
    text = (
        "2026年度城乡居民基本医疗保险集中缴费期为2025年9月1日至2025年12月31日，个人缴费标准为每人每年400元，逾期未缴费的，除新生儿外，"
        "待遇享受设置3个月等待期。"
    )
    said = told(text, "关于2026年城乡居民医疗保险集中缴费的通告", "2025-08-20").text
    assert "集中缴费期为2025年9月1日至12月31日。个人缴费标准为每人每年400元。" in said


def test_attributes_that_may_be_alternatives_are_not_told_as_all_asked() -> None:
    text = "对取得博士研究生学历学位并在本市工作满1年、取得正高级职称并在本市缴纳社会保险满1年的人才，按每人10万元给予补助。"
    assert "条件：取得正高级" not in told(text, "关于人才补助的通知").text
