"""Ways of writing that a second set of unseen documents brought, each beside a near miss that must stay what it is."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import said

KINDS = ("amount", "percentage", "quantity")
FIGURES = [
    # What a quoted wording said before, and says from now on.
    (
        "将“监管资金留存比例不得低于55%；竣工前不得低于20%。”调整为“累计使用额度不得超过40%；竣工前不得超过75%”。",
        [("old_value", 55), ("old_value", 20), ("new_value", 40), ("new_value", 75)],
    ),
    ("第五条“每人每年补助800元”修改为“每人每年补助1000元”。", [("old_value", 800), ("new_value", 1000)]),
    ("“每套面积不少于2万平方米”的规定继续执行，单套不少于1万平方米。", [("area", 20_000), ("threshold", 10_000)]),
    ("将我市二孩每孩每年800元育儿补助统一并轨至国家每孩每年3600元育儿补贴。", [("old_value", 800), ("new_value", 3600)]),
    ("将对每户给予800元补助。", [("subsidy", 800)]),
    # Shares that are written as parts.
    ("补贴标准为每人每次就餐费用的四分之一，最高不超过3元。", [("subsidy_max", 3), ("subsidy_rate", 25)]),
    ("基础设施配套费减半征收。", [("rate", 50)]),
    ("须经四分之一以上业主同意。", []),
    # A wage's floor under a subsidy, and a floor of the aid itself.
    ("按不低于最低工资80%的标准支付工作补贴的，可享受见习补贴。", [("threshold", 80)]),
    ("按实际支出的80%给予补贴。", [("subsidy_rate", 80)]),
    # How far a price may move, and a raise.
    ("可申请备案价10%以内的下浮价格调整。", [("limit", 10)]),
    ("贷款额度可上浮10%。", [("increment", 10)]),
    ("特种行业加收50%。", [("increment", 50)]),
    ("逾期不缴的，加收5%滞纳金。", [("fine_rate", 5)]),
    # A band and the sum that it is for.
    ("新车价格10万元（含）至20万元的，补贴8000元。", [("threshold", "100000-200000"), ("subsidy", 8000)]),
    ("报废旧机每台另补2000元至2万元。", [("subsidy", "2000-20000")]),
    ("处5000元以上1万元以下罚款。", [("fine", "5000-10000")]),
    ("每台补贴2至3万元。", [("subsidy", "20000-30000")]),
    ("确需转让的，每满1年扣减20%。", [("rate", 20), ("threshold", 1)]),
    ("给予10万元至20万元的补贴。", [("subsidy", "100000-200000")]),
    ("情节严重的，处1000元至5000元的罚款。", [("fine", "1000-5000")]),
    # Who bears which part.
    ("收费每人150元，其中医保基金承担70元，居民自付10元。", [("fee", 150), ("other", 70), ("fee", 10)]),
    ("收费标准：每生每学期420元，其中财政补助180元，家长承担240元。", [("fee", 420), ("subsidy", 180), ("fee", 240)]),
    ("单位为职工发放节日补贴200元。", [("subsidy", 200)]),
    ("体检费用由考生自理，约350元。", [("fee", 350)]),
    ("按每人每课时15元、最多120课时给予补贴。", [("subsidy", 15), ("limit", 120)]),
    ("环境卫生处理费每户每月8元。", [("fee", 8)]),
    # Coupons that are one's aid, and the face of those that are drawn.
    ("以发放消费券的方式给予适当补贴，消费券面额分别为1000元、3000元。", [("subsidy", 1000), ("subsidy", 3000)]),
    ("消费券面额50元，先到先得。", [("other", 50)]),
    # Since when, how long not, how often, how many.
    ("毕业5年内的高校毕业生可以落户。", [("threshold", 5)]),
    ("网签1年后，再给予补贴。", [("threshold", 1)]),
    ("自获得补贴之日起2年内不允许上市交易。", [("limit", 2)]),
    ("断缴月份在3个月（含）以内的，视为连续。", [("limit", 3)]),
    ("每人每餐计1次。", [("limit", 1)]),
    ("每次服务至少1次回访。", [("threshold", 1)]),
    ("每个企业的入户指标上限10个。", [("limit", 10)]),
    ("至少安排300名指标，面向退役士兵招录。", [("quota", 300)]),
    ("企业至少招用300名工人。", [("threshold", 300)]),
    ("自登记当月起，在3年内按每户每年14400元为限额依次扣减税款。", [("limit", 14_400), ("duration", 3)]),
    ("许可证可延期1次。", [("limit", 1)]),
    ("每户用地面积不得超过120平方米。", [("limit", 120)]),
    ("购买建筑面积不超过144平方米住房的，给予补贴。", [("area", 144)]),
    ("贷款额度=账户余额×15倍。", [("multiple", 15)]),
    ("补贴金额=每月300元×12个月。", [("subsidy", 300)]),
]


@pytest.mark.parametrize(("text", "wanted"), FIGURES)
def test_a_figure_is_what_its_words_make_of_it(text: str, wanted: list[tuple[str, object]]) -> None:
    assert [pair for kind in KINDS for pair in said(text, kind) if pair[0]] == wanted


LAST_MOMENTS = [
    ("最后一次申请时间不得超过登记注册之日起4年。", [("application_deadline", "P4Y")]),
    ("受理部门办理时间不得超过受理之日起20个工作日。", []),
    ("贷款期限不得超过签订合同之日起30年。", []),
    ("方案批准后一个月内，项目单位应按照协议约定，及时缴纳费用。", [("payment_deadline", "P1M")]),
    ("方案批准一个月内，项目单位按照协议约定，及时缴纳费用。", [("payment_deadline", "P1M")]),
    ("方案批准一个月内，区政府组织拨付补偿费用。", []),
    (
        "对收费有异议的，可在60日内申请行政复议，或者6个月内提起诉讼。",
        [("application_deadline", "P60D"), ("application_deadline", "P6M")],
    ),
    # Whose day it is: the nearest act, the nearest who acts.
    (
        "购房人自缴纳契税之日起90日内，持材料到窗口申领，最迟不超过2027年3月31日。",
        [("application_deadline", "P90D"), ("application_deadline", "2027-03-31")],
    ),
    ("业主委员会应于2026年6月30日前将申请表报街道。", [("application_deadline", "2026-06-30")]),
    ("业主委员会将申请表报街道，街道核实并公示不少于7日，2026年7月20日前报区住建局。", []),
    ("经社区审核公示后，申请人于2026年7月20日前到街道提交材料。", [("application_deadline", "2026-07-20")]),
    (
        "部门于7月底前完成比对；未收到短信的单位，可于2026年11月30日前登录大厅（https://rs.example.cn/wanban/2026）申领。",
        [("application_deadline", "2026-11-30")],
    ),
    ("市人社局应审核材料；审核通过的企业名单于2026年7月10日前报送省厅。", []),
    ("各街道应督促企业；企业情况于2026年7月10日前报送区局。", []),
]


@pytest.mark.parametrize(("text", "wanted"), LAST_MOMENTS)
def test_a_last_moment_is_the_readers_own(text: str, wanted: list[tuple[str, object]]) -> None:
    assert said(text, "deadline") == wanted


DAYS = [
    ("其他条款有效期自本政策发布之日至2027年12月31日。", [("effective_from", "on_publication"), ("valid_until", "2027-12-31")]),
    ("第二款适用时间自本政策发布之日至2027年12月31日。", [("effective_from", "on_publication"), ("valid_until", "2027-12-31")]),
    ("自发布之日至2027年12月31日购房的，给予补贴。", [("period_end", "2027-12-31")]),
    ("指标自颁发营业执照之日起计算，有效期2年。", [("valid_until", "P2Y")]),
    ("分别发放20万元、8万元购房券，有效期12个月。", [("valid_until", "P12M")]),
    ("体检报告有效期6个月。", []),
    ("自2026年7月1日起完善居民阶梯电价政策。", [("effective_from", "2026-07-01")]),
    ("工作年限截止日期为2026年12月31日。", [("period_end", "2026-12-31")]),
    ("报名截止日期为2026年12月31日。", [("application_deadline", "2026-12-31")]),
    ("旧车须为2013年6月30日前登记的汽油乘用车。", [("cutoff", "2013-06-30")]),
    ("契税完税凭证日期不得晚于2026年12月31日。", [("period_end", "2026-12-31")]),
    (
        "报名时间2026年8月10日9:00起，8月20日18:00截止。",
        [("application_open", "2026-08-10T09:00"), ("application_deadline", "2026-08-20T18:00")],
    ),
    ("停水时间2026年8月10日9:00起，请储水。", [("event", "2026-08-10T09:00")]),
    ("服务时间：即日起至2026年12月20日。", [("event_end", "2026-12-20")]),
]


@pytest.mark.parametrize(("text", "wanted"), DAYS)
def test_a_day_is_what_begins_ends_or_counts_on_it(text: str, wanted: list[tuple[str, object]]) -> None:
    assert said(text, "deadline", "effective_date", "expiry", "event_date") == wanted


def test_a_page_that_tells_of_the_paper_it_is_headed_by_says_when_it_was_issued() -> None:
    title = "丰水市住有宜居若干措施"
    told = "3月1日，市住建局正式印发《丰水市住有宜居若干措施》。"
    assert said(told, "event_date", title=title) == [("issued", "2026-03-01")]
    assert said(told.replace("住有宜居若干", "养老服务"), "event_date", title=title) == [(None, "2026-03-01")]


CITED = [
    ("延续丰房发〔2022〕1号、2号相关政策。", ["丰房发〔2022〕1号", "丰房发〔2022〕2号"]),
    ("按照《关于安置房建设的会议纪要》（〔2020〕60号）规定办理。", ["〔2020〕60号"]),
    ("根据丰政〔2022〕1号、2号楼住户可申请。", ["丰政〔2022〕1号"]),
    ("详见附件（〔2020〕60号）。", []),
]


@pytest.mark.parametrize(("text", "numbers"), CITED)
def test_numbers_of_papers_share_the_word_and_the_year_before_them(text: str, numbers: list[str]) -> None:
    assert [value for _, value in said(text, "doc_number")] == numbers


def test_an_address_on_the_net_under_a_step_is_where_the_step_is_done() -> None:
    assert said("申领方式：登录平台进行补贴申领操作。\n网址：https://ggfw.example.cn/a", "url")[0][0] == "apply"
    assert said("名单可供查询。\n网址：https://ggfw.example.cn/a", "url")[0][0] == "info"


def test_an_office_may_have_its_place_in_brackets() -> None:
    assert said("材料送区人社局人才科（云溪区文昌路88号B座412室）。", "address") == [("apply", "云溪区文昌路88号B座412室")]
    assert said("区人社局（以下简称区局，联系人王路）负责。", "address") == []
