"""Chinese texts: whoever reads only our message knows who it is for, what, how much, by when, how and whom to ask."""

from __future__ import annotations

import re

import pytest

from pushsvc.domain.summaries import Wording
from pushsvc.plain import problems, summarise
from pushsvc.plain.sentences import sentences
from pushsvc.plain.writing.zh.making import made_of
from pushsvc.plain.writing.zh.sparing import easier
from pushsvc.plain.writing.zh.standing import may_be_label, stands_alone
from pushsvc.plain.writing.zh.statements import statements
from tests.unit.plain_documents import a_document


def told(text: str, title: str = "关于某项补贴的通知", published: str = "2026-03-01") -> Wording:
    return summarise(a_document(text, title, published), {}).wording("zh")


SUBSIDY = (
    "对于2026年3月1日至2026年6月30日期间在临川市购买新建商品住房、完成合同网签备案，"
    "并在2026年9月15日前足额缴纳契税的购房人，给予购房合同总价1.5%、最高不超过4万元的购房补贴。"
)


def test_a_long_sentence_keeps_for_whom_when_how_much_and_by_when() -> None:
    text = told(SUBSIDY, "关于购房补贴的通知").text
    for part in (
        "2026年3月1日至2026年6月30日",
        "在临川市购买新建商品住房",
        "完成合同网签备案",
        "2026年9月15日前",
        "1.5%",
        "4万元",
    ):
        assert part in text


def test_no_sentence_is_longer_than_forty_characters_and_no_text_than_two_hundred() -> None:
    wording = told(SUBSIDY * 4, "关于购房补贴的通知")
    assert all(len(sentence) <= 40 for sentence in re.findall(r"[^。]+。", wording.text))
    assert len(wording.text) <= 200


def test_a_condition_between_for_whom_and_what_is_never_lost() -> None:
    text = told(
        "对普通高校本科毕业生、大专毕业生，在本市首次申请住房公积金购买新建商品住房，"
        "贷款额度在原可贷额度的基础上增加6万元/单职工、12万元/双职工。",
        "关于调整公积金贷款额度的通知",
    ).text
    if "6万元" in text:
        assert "首次申请住房公积金" in text
        assert "本科毕业生" in text


def test_a_cap_is_told_with_what_it_caps() -> None:
    text = told(
        "对符合条件的新建商品住房购房人一次性给予购房完税金额1%的货币补贴，最高不超过6万元。请到政务大厅申请。",
        "购房补贴实施办法",
    ).text
    assert "购房完税金额1%的货币补贴。最高不超过6万元。" in text


def test_two_figures_for_two_groups_never_change_places() -> None:
    text = told("二孩家庭每月补贴300元，三孩家庭每月补贴500元。请到社区申请。", "关于育儿补贴的通知").text
    assert re.search(r"二孩家庭每月补贴300元[，。]三孩家庭每月补贴500元", text)


def test_a_condition_and_what_then_holds_stand_in_one_sentence() -> None:
    text = told("累计缴费满10年的，领取失业保险金的期限最长为24个月。请到社区申请。", "关于失业保险金的通知").text
    assert "累计缴费满10年的，领取失业保险金的期限最长为24个月。" in text
    assert "条件：" not in text


def test_whom_the_first_clause_names_is_named_in_the_second_too() -> None:
    spans = sentences("出租人不得单方面提高租金，租赁合同对租金另有约定的除外，不得随意克扣押金。")
    can_be_told = [made.text for statement in statements(spans) for made in made_of(statement)]
    assert all(not text.startswith("不得") for text in can_be_told)


@pytest.mark.parametrize(
    "fragment",
    ["退役军人安置所需经费。", "农民工工资应当以货币形式。", "职工认为是工伤。", "可适当延长申请时限。", "到2025年。"],
)
def test_half_a_sentence_is_never_told(fragment: str) -> None:
    text = told(f"{fragment}每户补助3000元。请到社区申请。", "关于改造补助的通知").text
    assert fragment not in text
    assert "3000元" in text


def test_sums_for_firms_come_after_sums_for_people() -> None:
    firms = "".join(f"季度销售面积在{area}平方米以上的，给予开发公司营销团队{area}元奖励。" for area in (5000, 8000, 12000))
    text = told(firms + "二孩家庭购买新建商品住房的，每套补贴2万元。", "关于促进住房消费的若干措施").text
    assert "二孩家庭购买新建商品住房的，每套补贴2万元。" in text
    assert text.count("营销团队") <= 1


def test_an_exception_in_brackets_is_told_with_what_it_is_of() -> None:
    text = told("对首次在我县购买144平方米以下商品住宅(不含二手房)的购房者，每套补贴2万元。", "关于购房补贴的通知").text
    if "144平方米" in text:
        assert "不含二手房" in text


def test_rates_of_a_list_are_told_with_the_name_of_what_they_are_of() -> None:
    text = told(
        "按月支付伤残津贴，标准为：一级伤残为本人工资的90%，二级伤残为本人工资的85%，三级伤残为本人工资的80%。",
        "工伤待遇的规定",
    ).text
    assert "伤残津贴：一级伤残为本人工资的90%" in text


def test_a_plan_of_work_for_offices_says_so_and_lets_the_source_say_what_it_is_about() -> None:
    work = "各部门要加强组织领导，统筹推进健康促进工作，完善工作机制。各单位要落实责任，强化监督考核。" * 4
    said = told(work, "某县健康促进工作方案").text
    assert said.startswith("这是写给政府部门的文件。")
    assert said.removeprefix("这是写给政府部门的文件。").startswith("原文：“")


@pytest.mark.parametrize("leaning", ["上述政策均可叠加享受。", "该类人员不得重复申请补贴。", "前款规定的补贴由区财政承担。"])
def test_nothing_points_at_what_a_reader_does_not_see(leaning: str) -> None:
    text = told(f"年满70周岁的老年人每月可领取津贴200元。{leaning}请到社区申请。", "关于高龄津贴的通知").text
    assert "200元" in text
    assert leaning not in text


def test_lists_of_papers_are_no_news() -> None:
    text = told(
        "每户补助3000元。\n三、申请材料\n（一）身份证、户口簿复印件；\n（二）残疾证原件；\n（三）银行卡复印件。\n四、咨询电话：0532-88001122。",
        "关于无障碍改造补助的公告",
    ).text
    assert "3000元" in text
    assert "复印件" not in text
    assert "0532-88001122" in text


def test_praise_and_purpose_are_no_news() -> None:
    text = told(
        "为深入贯彻落实决策部署，不断提升群众获得感、幸福感，切实做好补贴发放工作，现将有关事项通知如下。\n每户补助3000元。",
    ).text
    assert "获得感" not in text
    assert "切实做好" not in text
    assert "每户补助3000元" in text


def test_a_heading_says_what_a_bare_figure_is_of() -> None:
    spans = sentences("一、租金标准\n每平方米每月12元。\n二、申请时间\n2026年4月1日至4月20日。")
    can_be_told = [made.text for statement in statements(spans) for made in made_of(statement)]
    assert "租金标准：每平方米每月12元。" in can_be_told
    assert "申请时间：2026年4月1日至4月20日。" in can_be_told


def test_a_deadline_that_no_sentence_carries_gets_one_of_its_own() -> None:
    long_way = "、".join(f"第{number}街道办事处服务大厅综合受理窗口" for number in "一二三四五")
    text = told(f"符合条件的居民可申请补贴，须于2026年5月20日前到{long_way}提交申请。", "关于补贴申请的通知").text
    assert "5月20日前" in text


def test_three_numbers_to_call_stand_in_one_sentence() -> None:
    text = told(
        "每户补助3000元。东区电话：0532-88001122。西区电话：0532-88001133。南区电话：0532-88001144。", "关于改造补助的公告"
    ).text
    for number in ("0532-88001122", "0532-88001133", "0532-88001144"):
        assert number in text


def test_how_long_it_holds_is_told_last_but_whom_to_ask() -> None:
    text = told("本办法自2026年4月1日起施行，有效期5年。每户补助3000元。咨询电话：0532-88001122。", "改造补助办法").text
    assert text.index("3000元") < text.index("有效期") < text.index("0532-88001122")


def test_fixed_figures_under_the_same_words_are_not_told_twice_without_for_whom() -> None:
    text = told(
        "一、市区\n最高贷款额度不超过60万元。\n二、县域\n最高贷款额度不超过50万元。", "关于调整公积金贷款额度的通知"
    ).text
    assert text.count("最高贷款额度不超过") <= 1


def test_a_table_s_row_is_told_with_its_heads() -> None:
    text = told("人群 | 每月标准\n80至89周岁 | 50元\n90至99周岁 | 200元\n咨询电话：0532-88001122。", "高龄津贴标准").text
    assert re.search(r"80至89周岁：(?:每月标准)?50元", text) or "50元" not in text


@pytest.mark.parametrize(
    ("title", "text", "short"),
    [
        ("关于新房购房补贴的通知", SUBSIDY, "新房购房补贴：最高补4万元，9月15日前缴契税"),
        ("关于困境儿童生活补贴的通知", "困境儿童每人每月发放补贴800元。", "困境儿童生活补贴：每人每月补800元"),
        ("关于停水的通知", "定于2026年3月6日22时至3月7日6时对东大街停水，请提前储水。", None),
    ],
)
def test_short_is_natural_and_carries_the_amount_and_the_day(title: str, text: str, short: str | None) -> None:
    line = told(text, title).short
    assert len(line) <= 28
    assert line == short if short else "3月6日" in line


def test_short_never_tells_a_sum_that_nobody_placed() -> None:
    line = told(
        "老年人坐公交车免费。例如票价2元的线路，刷卡后扣0元。卡内余额不足1元的也可乘车。", "关于老年人免费乘车的公告"
    ).short
    assert "元" not in line


def test_the_headline_says_what_it_is_for_people() -> None:
    assert told(SUBSIDY, "临川市住房和城乡建设局关于印发《临川市购房补贴细则》的通知").headline == (
        "临川市购房补贴细则：最高补4万元，9月15日前缴契税"
    )


def test_the_action_is_what_the_reader_does_by_the_day_in_the_documents_own_words() -> None:
    action = told("每户补助3000元。请于2026年6月10日前到户籍所在地街道办事处提交申请。", "关于改造补助的公告").action
    assert action == "请在2026年6月10日前到户口所在地街道办事处提交申请。"


def test_what_an_office_does_is_not_the_readers_action() -> None:
    assert told("审核通过后，街道办事处应将补贴发放到申请人账户，区民政局负责指导审核。", "关于补贴发放的通知").action is None


def test_a_text_of_which_nothing_stands_says_the_title_and_quotes() -> None:
    text = told("春天来了 花儿开了 鸟儿叫了", "春天").text
    assert text.startswith("标题：春天。")
    assert "原文：“" in text


@pytest.mark.parametrize(
    "text",
    [
        SUBSIDY,
        "参保人可在手机上备案，备案后直接结算，无需个人垫付。直接结算遇到问题的，可拨打0571-12333咨询。",
        "自2026年7月1日起，首套房首付比例由30%降至20%，二套房首付比例由40%降至30%。有效期两年。",
        "逾期未缴纳的，不予办理登记。每户每年限申请一次，由户主在6月30日前提出。",
    ],
)
def test_every_sentence_passes_the_verifier(text: str) -> None:
    wording = told(text)
    source = "关于某项补贴的通知\n" + text
    assert problems(source, wording.text, "zh") == []
    assert wording.text


@pytest.mark.parametrize(
    "broken",
    [
        "（联系科室：幼教科，联系电话：5550123）。",
        "“个人中心”-“住房服务”-“补贴申请”。",
        "年龄在40周岁以下。",
        "计算总积分满120分。",
        "用人单位根据岗位职责和工作需要。",
        "经营者应当在入驻条件、收费标准等方面。",
        "业主可以通过临川市物业信息服务平台。",
        "租房补贴，既可以在街道便民中心办理。",
        "购买3套以上。",
        "补助标准按最低生活保障标准的1.3倍。",
        "个人转让自用满三年住房取得的所得。",
        "以老年人为服务对象的餐饮服务提供者。",
        "未取得许可即开展经营。",
        "挪用业主共有部分的收益。",
        "以上人员之外的职工可以申请补贴。",
        "贷款额度：6个月。",
        "考虑成本等因素，当前由街道主导的老年食堂和助餐点筹建。",
        "作出相关老年人是否继续享受补贴的决定。",
        "服务单位及其工作人员应当予以保密。",
    ],
)
def test_what_was_cut_out_of_a_sentence_is_none(broken: str) -> None:
    assert not stands_alone(broken, before="")


@pytest.mark.parametrize(
    "whole",
    [
        "年满65周岁的老年人可免费乘车。",
        "年满60周岁以上者需先持卡到窗口激活。",
        "业主可以通过物业信息平台申请补贴。",
        "购买3套以上的，给予购房款2%的补贴。",
        "伪造的居住证，由公安机关予以收缴。",
        "高层次人才补贴额度：20万元。",
    ],
)
def test_a_whole_sentence_that_begins_like_a_broken_one_is_told(whole: str) -> None:
    assert stands_alone(whole, before="")


def test_a_period_is_not_cut_out_of_the_clause_that_says_what_it_is_of() -> None:
    text = told(
        "全市集中申报受理时间为8月4日至10月6日，请各申报人在规定时间内将书面材料报送临川市科技局。", "关于申报购房补贴的通知"
    ).text
    assert "时间为请" not in text
    assert "时间为，" not in text


def test_in_time_is_one_word_and_no_conjunction() -> None:
    text = told("购房人按照合同约定，及时缴纳契税后可领取5000元补贴。" * 2, "关于购房补贴的通知").text
    assert "。时缴纳" not in text


def test_whom_to_ask_comes_last_and_once_however_its_number_is_written() -> None:
    text = told(
        "（联系科室：住房保障科，联系电话：0999—5550123）。新购住房的市民可领取3000元补贴。请在2026年5月1日前申请。",
        "关于购房补贴的通知",
    ).text
    assert not text.startswith("（")
    assert text.count("5550123") == 1
    assert text.index("5550123") > text.index("3000元")


def test_a_period_is_said_once() -> None:
    text = told(
        "自2026年3月1日至2026年9月30日期间在临川市购买90平方米以下首套新建商品住房并完成网签备案的居民家庭，每套补贴7000元。\n"
        "实施时间：2026年3月1日至2026年9月30日。",
        "关于购房补贴的通知",
    ).text
    assert text.count("2026年9月30日") <= 1


def test_a_heading_with_the_number_of_its_first_item_is_not_glued_to_it() -> None:
    text = told("提取对象(一)房屋所有权人及其配偶可申请旧房改造补贴，每户补贴9000元。", "关于旧房改造的通知").text
    assert "提取对象(一)" not in text
    assert "房屋所有权人及其配偶可申请" in text


def test_either_of_two_conditions_is_never_told_as_both() -> None:
    text = told(
        "房屋登记簿已经记载了禁止或者限制转让该抵押房屋的约定，或者在新法施行以前已经办理抵押登记的，业主可领取2000元补贴。",
        "关于补贴的通知",
    ).text
    assert "条件：在新法施行" not in text


def test_what_is_free_of_tax_is_told_with_the_case_it_is_of() -> None:
    text = told("个人转让自用满六年且是家庭唯一住房取得的所得，暂免征收个人所得税。", "关于住房税收的通知").text
    assert "。暂免" not in text
    assert not text.startswith("暂免")


def test_what_is_forbidden_too_is_never_told_as_what_is_done() -> None:
    text = told(
        "服务机构不得向老年人收取押金，拒绝老年人使用其基本服务功能。老年人每月可领取300元补贴。", "关于养老服务的通知"
    ).text
    assert "。拒绝老年人" not in text
    assert not text.startswith("拒绝")
    assert "服务机构拒绝" not in text


def test_a_case_and_what_is_got_in_it_are_one_sentence() -> None:
    text = told(
        "自2026年3月1日至2026年9月30日期间在临川市购买90平方米以下首套新建商品住房，每套补贴7000元。", "关于购房补贴的通知"
    ).text
    assert "住房。每套" not in text
    assert "7000元" in text


def test_a_text_of_nothing_but_whom_to_ask_says_first_what_it_is_about() -> None:
    text = told("未备案即开展经营；侵占业主收益。\n咨询电话：0999-5550123。", "关于整治租房市场的通知").text
    assert not text.startswith("咨询电话")
    assert "0999-5550123" in text


def test_costs_are_no_condition() -> None:
    assert not may_be_label("条件：参保人员发生的住院医疗费用。")
    assert not may_be_label("条件：（临府函〔2021〕8号）。")
    assert may_be_label("条件：连续缴存公积金满6个月。")


def test_what_a_document_says_of_itself_has_no_heading_s_name_before_it() -> None:
    text = "一、补贴标准\n每户补贴5000元。\n二、申请方式\n本办法自2026年12月1日起施行。"
    assert "本办法自2026年12月1日起施行。" in told(text, "关于适老化改造补贴的通知").text
    assert "申请方式" not in told(text, "关于适老化改造补贴的通知").text


def test_two_rules_of_one_case_say_it_once() -> None:
    text = "贷款购买商品住房的居民家庭，首套住房最低首付款比例不低于20%，二套住房最低首付款比例不低于30%。"
    said = told(text, "关于调整住房信贷政策的通知").text
    assert said.count("居民家庭") == 1
    assert "20%" in said
    assert "30%" in said


def test_whoever_has_to_bring_papers_to_an_office_is_told_to() -> None:
    text = "每套补贴5000元，由购房人持已备案的购房合同到县住房城乡建设局领取。"
    assert told(text, "关于发放购房补贴的通知").action == "请持已备案的购房合同到县住房城乡建设局领取。"


def test_whoever_is_named_at_length_is_told_apart_from_what_they_get() -> None:
    text = "对通过国家级专精特新“小巨人”企业或省制造业单项冠军企业认定的港澳青年企业给予50万元一次性奖励支持。"
    said = told(text, "关于支持港澳青年企业的通知").text
    assert "港澳青年企业" in said
    assert "给予50万元一次性奖励支持。" in said


def test_what_an_aside_says_of_a_sum_is_told() -> None:
    text = "对使用商业贷款购买本市新建商品住房的，每年给予1%财政贴息(最高贴息1万元/年)。"
    assert "最高贴息1万元/年" in told(text, "关于购房贷款贴息的通知").text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("镇政府应当场受理。", "镇政府应当场受理。"),
        ("用人单位应当按照规定缴费。", "用人单位应按规定缴费。"),
        ("申请人应当向区人民政府提出申请。", "您应向区政府提出申请。"),
        ("按照《某市人民政府管理办法》办理。", "按《某市人民政府管理办法》办理。"),
    ],
)
def test_office_words_give_way_to_shorter_ones_but_not_in_a_name(said: str, shown: str) -> None:
    assert easier(said) == shown


def test_a_cap_keeps_what_it_is_per() -> None:
    said = easier("在主城区购买车位的购房人给予3000元/户的补贴，每户最高补贴不超过6000元。")
    assert "每户最高" in said
