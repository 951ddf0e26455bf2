"""Which role an amount in yuan plays: what a reader gets, pays, may not pass, or is told has moved.

One table, read from above: the first cue that holds says the role, so that what stands higher wins.
"""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc.plain.facts.cues import NOTHING, Cue
from pushsvc.plain.facts.money_words_zh import AID, BASE, CAP, FEES, FLOOR, NORM, RAISED, TO

AMOUNT_CUES: Sequence[Cue] = (
    # A worked example, a tip-off's reward, the face of a coupon: nobody is promised these.
    Cue("other", sentence=r"(?:例如|比如|譬如|举例|假设|假如|为例)"),
    Cue("other", clause=r"举报人"),
    Cue("other", sentence=r"举报|提供线索", clause=r"奖"),
    Cue("other", sentence=r"(?:举报|提供线索)[^。]{0,40}奖"),
    # A coupon that is one's aid, not one of many that are for sale or drawn.
    Cue(
        "subsidy",
        before=r"(?:面额|面值)[^,，。；;]{0,40}$",
        sentence=r"(?:给予|发放)[^。；;]{0,24}(?:补贴|补助|奖励)[^。；;]{0,60}(?:面额|面值)",
    ),
    Cue("other", before=r"(?:面额|面值)[^,，。；;]{0,40}$"),
    Cue("other", before=r"(?:券包|红包|礼包|消费包)[^,，。；;\d]{0,6}(?:总金额|金额|总额)(?:为|是|共)?$"),
    Cue("other", after=r"^券"),
    # What a rule saves people is promised to nobody; what the public purse bears is no charge.
    Cue(
        NOTHING,
        before=r"(?:减少|降低|节约|节省|减轻)[^,，。]{0,14}(?:成本|支出|负担|开支|费用)[^,，。；;\d]{0,6}$",
        unless=r"补",
    ),
    Cue(
        "other",
        following=r"^[,，]?[^,，。]{0,6}(?:由|纳入)[^,，。]{0,14}(?:财政|基金|医保|统筹)[^,，。]{0,8}(?:承担|负担|支付|列支|解决)",
        before=r"费",
    ),
    # What a city earned is nobody's bar.
    Cue(
        NOTHING,
        before=r"(?:生产总值|GDP|增加值|可支配收入|财政收入|预算收入|税收收入|进出口|零售总额|固定资产投资|完成投资)[^,，\d不低高超]{0,8}$",
    ),
    Cue(NOTHING, following=r"^[,，]?(?:同比|比上年|较上年|环比)"),
    # What is paid back when somebody leaves is neither a charge nor aid.
    Cue("other", before=r"(?:退(?:还|回|费|款)?)(?:每[人月次生科])?$|每[月次人]退$", unless=r"退休|退役|退伍|退耕|退出"),
    Cue(
        "other",
        before=r"(?:经费|基金|财政|医保|政府|统筹|单位)[^,，。；;\d]{0,6}(?:承担|负担|支付|列支|解决)$",
        sentence=r"费|价",
    ),
    # The reader's own part stands beside the public one: "财政补助180元，家长承担240元".
    Cue(
        "fee",
        before=r"(?:家长|个人|学生|本人|职工|用户|家庭|参保人|参保对象|住户|居民|农户|自己)(?:自行)?(?:承担|负担|自付|支付(?!限额|比例|标准)|缴|交|出资)[^,，。；;\d]{0,4}$",
        unless=r"补贴|报销",
    ),
    # What an offence is measured by stands before its fine.
    Cue(
        "threshold",
        before=r"(?:违法所得|货值金额|经营额|数额|金额)[^,，\d]{0,6}$",
        after=r"^(?:以上|以下)?的$|^(?:以上|以下)$",
    ),
    Cue(
        "fine",
        before=r"(?:处以?|罚款|罚金|罚)[^,，。；;\d]{0,10}$",
        unless=r"处理费|处置费|处级|办事处|[^并可以,，]处(?:购买|领取|缴)",
    ),
    # "不足1000元的按照1000元计算": the least that is paid.
    Cue(
        "threshold",
        before=r"^(?:按照?)?$",
        after=r"^(?:的?标准)?(?:计算|补齐|补足|计发|计|支付)",
        sentence=r"(?:不足|低于|不满)[^,，。；;]{0,14}元的?[,，]?按照?$",
    ),
    Cue(
        "threshold",
        before=r"(?:不足|低于|不满)[^,，。；;]{0,14}元的?按照?$",
        after=r"^(?:的?标准)?(?:计算|补齐|补足|计发|计|支付)",
    ),
    Cue("fine", after=r"^(?:以上|以下|以内)?的?\S{0,4}罚"),
    # From the old to the new. "最高贷款额度提高至80万元" without the old one is a loan's cap, below.
    Cue(
        "new_value",
        sentence=rf"(?:由|从|原)[^。；;]{{0,40}}\d\s?(?:[万亿千百]?元|万|亿)[^。；;\d]{{0,30}}(?:{RAISED})[到至为]{TO}$",
    ),
    Cue("new_value", before=rf"(?:{RAISED})[到至为]{TO}$", unless=r"贷"),
    Cue("old_value", before=r"(?:由|从|原)[^,，。；;]{0,22}$", following=rf"^[^。；;\d]{{0,6}}(?:统一)?(?:{RAISED})[到至为]"),
    # "将每户800元的补助统一并轨至国家3600元补贴".
    Cue(
        "old_value",
        before=r"(?:^|[,，])将[^。；;]{0,30}$",
        following=rf"^[^,，。；;\d]{{0,14}}(?:{RAISED}|并轨|统一|衔接)[到至为][^,，。；;\d]{{0,14}}\d",
    ),
    Cue(
        "new_value",
        sentence=rf"将[^。；;]{{0,40}}\d\s?万?元[^,，。；;\d]{{0,14}}(?:{RAISED}|并轨|统一|衔接)[到至为][^,，。；;\d]{{0,14}}$",
    ),
    Cue("new_value", before=rf"^达到?{TO}$", sentence=rf"(?:{RAISED})[^。；;]{{0,30}}[,，]达到?{TO}$"),
    # Raised by so much; "每增加1人" and "增加一次性补贴" are no such thing.
    Cue(
        "increment",
        before=r"(?:上浮|增加|提高|上调|增长|下调|降低|下浮|额外增加|叠加|增发)(?:了|最高|不超过|每[人户套家])?$",
        unless=r"每增加",
    ),
    Cue("increment", before=r"(?:增加|提高|上调|增发)(?:月)?(?:基本|基础)?(?:养老金|工资|低保金|抚恤金|退休金)$"),
    # "包括30元、80元、120元三种面额".
    Cue("other", following=r"^(?:[、,，和及]\s?\d+元){0,5}[^,，。；;\d]{0,4}面[额值]"),
    # "40元减10元": what one has to spend for it.
    Cue("threshold", after=r"^减\s?$", following=r"^减\s?\d"),
    Cue("threshold", following=r"^减\s?\d{1,4}元"),
    # What one gets off a price.
    Cue(
        "subsidy",
        before=r"(?:抵扣|立减|直减|减免|减收|少缴|优惠|满\d{2,6}元?减|\d元?减)[^,，。\d]{0,4}$",
        unless=FLOOR + r"|不超|最高",
    ),
    # A cap that says whom the rule is for, or the band that a rate is for.
    Cue(
        "threshold",
        before=r"(?:超过|不足|未达到?|高于|低于|满|达到?)[^,，。；;\d]{0,6}$",
        after=r"^的$|^的?部分|^以上|^以下|^至|^或者?[^,，]{0,16}的$",
        unless=r"罚",
    ),
    Cue("threshold", before=r"(?:在|介于|处于|位于)(?:人民币)?$", after=r"^(?:之间|区间)?的$"),
    Cue("subsidy_max", after=rf"^(?:以内|以下)的?[^,，]{{0,8}}(?:{AID})"),
    Cue("threshold", before=r"(?:车价|房价|总价|售价|单价|价格)[^,，。；;\d]{0,4}$", after=r"^的"),
    Cue("threshold", before=rf"{BASE}[^,，。；;\d]{{0,4}}$", after=r"^的(?!补|奖|资助|一次性|购房|财政)"),
    Cue("threshold", after=r"^(?:及|或)?(?:以上|以下|以内|之间)"),
    # Loans.
    Cue("loan_max", before=r"(?:最高|最多|不超过)[^,，。；;\d]{0,10}$", after=r"^的?[^,，。；;]{0,8}贷款?", unless=r"贴息|补"),
    Cue(NOTHING, before=r"贷[^,，。；;\d]{0,12}(?:不低于|保底|至少)|保底可贷"),
    Cue(
        "loan_max",
        before=r"(?:贷款?[^,，。；;]{0,24}(?:额度?|限额|上限|最高|不超过|可达)|最高[^,，。；;\d]{0,6}贷|可贷)[^,，。；;\d]{0,14}$",
        unless=r"贴息|贷款?[^#]{0,14}(?:补贴|补助)|放款",
    ),
    Cue("loan_max", before=CAP, sentence=r"贷款?[^。；;]{0,40}$", unless=rf"{AID}|提取|担保费|利息|保费"),
    Cue("threshold", before=r"起付[^,，。；;\d]{0,10}$"),
    # Floors, and what one must have, earn or spend.
    Cue("threshold", before=FLOOR),
    Cue(
        "threshold",
        before=rf"{BASE}[^,，。；;\d]{{0,8}}(?:超过|达到?|高于|低于|不足|大于|小于|满)[^,，。；;\d]{{0,4}}$",
        unless=r"不(?:得)?超过",
    ),
    Cue("threshold", before=r"(?<!不)(?<!不得)(?:超过|达到|高于|低于|大于|小于|不足|满|达)(?:人民币)?$"),
    # What a post pays.
    Cue(
        "standard",
        before=r"(?:^|[,，、])(?:年薪|月薪|薪酬|薪资|底薪|(?:基础|基本|岗位|绩效|补助|月|试用期[间内]?|试用期间的?)工资|工资待遇)(?:标准)?(?:为|是|约|[:：])?(?:每[月年])?$",
        unless=r"#(?:及|（含）)?以[上下]|的#|#的",
    ),
    Cue(
        "threshold",
        before=r"(?:收入|年薪|纳税额?|注册资本|净资产|资产总额|家庭财产)[^,，。；;\d]{0,12}$",
        unless=rf"补|{CAP}.*贴",
    ),
    # Caps: on one's own money and on what is off a price a limit, on aid a subsidy_max, on a pool a budget.
    Cue("budget", before=r"(?:斥资|筹集|筹措|募集|耗资)[^,，。；;\d每]{0,24}$"),
    Cue("fee", before=r"[\u4e00-\u9fff]费用?(?:合计|共计|总计|共|约)(?:为|约)?$", unless=rf"{AID}|经费|减|免|补偿"),
    Cue(
        "budget",
        before=r"(?:总额|总量|资金总|总规模|合计|共计|总计)[^,，。；;\d]{0,8}(?:不(?:得)?超过|为|达)?[^,，。；;\d]{0,4}$",
        unless=r"每|单|个人|累计",
    ),
    Cue(
        "budget",
        before=r"(?:安排|统筹|预算|投入)[^,，。；;\d]{0,12}$",
        after=r"^[^,，。；;\d]{0,8}(?:资金|经费|预算)",
        unless=r"每[人户家名]",
    ),
    Cue("limit", before=rf"(?:提取|缴存|基数|优惠金额|让利|扣减|限额标准|收费|费用限额|支付限额)[^,，。；;\d]{{0,14}}{CAP}"),
    Cue("limit", before=r"(?:支付限额|限额标准|费用限额)[^,，。；;\d]{0,20}$"),
    Cue("limit", before=r"(?:提取)[^,，。；;\d]{0,14}$"),
    Cue("limit", after=r"^(?:为限|的?限额)"),
    Cue("subsidy_max", before=CAP, clause=AID),
    Cue("subsidy_max", clause=AID, after=r"^(?:封顶|为限|以内|的?上限)"),
    Cue("subsidy_max", before=CAP, sentence=rf"(?:{AID})[^。；;]{{0,60}}$", unless=r"提取|贷|优惠|缴|面积|价格?"),
    Cue(
        "subsidy_max",
        before=CAP,
        after=r"^[^。；;\d]{0,12}",
        clause="",
        sentence=r"给予[^。；;]{0,60}$",
        unless=r"提取|贷|优惠|缴|价格?",
    ),
    Cue(
        "threshold",
        before=r"(?:收入|资产|财产|存款|净值|总价|房价|车价|售价|单价)[^,，。；;\d]{0,6}不(?:得)?(?:超过|高于)[^,，。；;\d]{0,4}$",
        unless=AID,
    ),
    Cue("loan_max", before=CAP, previous=r"贷款", unless=rf"{AID}|提取|优惠|缴|担保费|利息|保费|价格?|收费|每次"),
    Cue("subsidy_max", before=CAP, previous=AID, unless=rf"提取|优惠|缴|面积|价格?|收入|总额|{FEES}"),
    Cue("limit", before=CAP),
    # What one pays.
    Cue("fee", after=r"^(?:的?标准)?(?:征收|收取|计收|缴纳|交纳|计征)"),
    Cue("fee", sentence=r"收费标准(?!化)[^。；;]{0,40}$", unless=rf"{AID}|罚|减|免"),
    Cue("fee", before=r"标准[^,，。；;\d]{0,8}$", sentence=r"(?:缴纳|交纳|收取)[^。；;,，]{0,30}费[,，][^。；;]{0,14}$"),
    Cue("fee", before=rf"(?:{FEES})[^,，。；;\d]{{0,12}}$", unless=rf"{AID}|基数|监管|减"),
    Cue(
        "fee",
        before=r"[\u4e00-\u9fff]费用?(?:为|是)?(?:每[\u4e00-\u9fff]{1,3}?){0,3}$",
        unless=rf"{AID}|经费|慰问|抚慰|丧葬|安葬|营养费|安家|抚养费|安置|搬迁|搬家|运营|补偿|设计|监管|减|免",
    ),
    Cue(
        "fee",
        sentence=r"(?:缴费|收费|考务费|报名费|交费|工本费)(?!限)[^。；;]{0,60}$",
        before=r"每[\u4e00-\u9fff]{1,3}$",
        unless=rf"{AID}|补",
    ),
    Cue("fee", sentence=r"费用?[^,，。；;]{0,10}(?:自理|自付|自费|自行承担)[,，][^,，。；;\d]{0,6}$"),
    Cue("fee", before=r"(?:到户|终端|基准|销售|供水|供气|供热)[^,，。；;\d]{0,6}价格?(?:标准)?(?:为|是|[:：])?$", unless=AID),
    Cue(
        "subsidy",
        before=r"(?:慰问|抚慰|丧葬|安葬|营养|安家)费(?:用)?(?:标准)?(?:为|是|[:：])?(?:每[人月年户]){0,2}$",
        unless=r"自理|自付|缴",
    ),
    # What a body has to spend.
    Cue("budget", before=r"(?:资金|预算|安排|投入|总投资|规模)[^,，。；;\d]{0,10}$", unless=r"每|监管|注册|账户|给予|发放"),
    # What one gets.
    Cue("subsidy", before=rf"(?:{AID}|给予|发放|发给|领取|申领|享受)[^,，。；;]{{0,24}}$", unless=r"监管|费率|不再|停止"),
    Cue(
        "subsidy",
        before=r"按照?(?:每[\u4e00-\u9fff]{1,3}?){1,3}$",
        following=r"^[^。；;]{0,30}(?:给予|发放|予以)[^,，。；;]{0,6}(?:补贴|补助|奖励)",
    ),
    Cue("subsidy", before=r"[另再加增各均给]补$"),
    Cue("subsidy", after=rf"^的?(?:标准)?[^,，。；;、\d]{{0,10}}(?:{AID})"),
    Cue("subsidy", after=r"^[^,，。；;、\d]{0,8}(?:给予|发放|予以)", clause=rf"{AID}|标准"),
    Cue(
        "subsidy",
        before=rf"(?:{NORM}标准|每人|每户|每月|每年|每次|每项|按照?)[^,，。；;]{{0,14}}$",
        sentence=rf"(?:{AID})[^。；;]{{0,50}}$",
        unless=FEES,
    ),
    Cue(
        "subsidy",
        before=r"按照?[^,，。；;]{0,8}$",
        after=r"^的?标准",
        following=rf"(?:给予|发放|拨付)[^。；;]{{0,40}}(?:{AID})",
    ),
    Cue("standard", before=rf"{NORM}标准[^,，。；;]{{0,14}}$", unless=r"罚"),
)

#: What a heading or the head of a list says of the figures under it.
HEAD_CUES: Sequence[Cue] = (
    Cue("other", head=r"(?:券?面额|券面)(?:额度|金额|种类|设置)?[^。,，]{0,4}[:：]?$"),
    Cue("threshold", head=r"起付(?:标准|线|金额?)?[^。,，]{0,6}[:：]?$"),
    Cue("standard", head=r"(?:薪酬|薪资|工资|福利|岗位)(?:福利)?(?:待遇|标准|水平)[:：。]?$", unless=r"补|低于|超过|#以[上下]"),
    Cue("standard", head=r"扣除[^。,，]{0,6}$"),
    Cue("threshold", head=r"纳税[:：]?$|缴纳[^。,，:：]{0,8}税[:：]?$"),
    Cue("fine", head=r"罚款[^。]{0,4}[:：]?$"),
    Cue("loan_max", head=r"最高(?:可)?贷款?额度?|贷款(?:最高)?(?:额度|限额)|可贷额度", unless=r"提取"),
    Cue("fee", head=rf"(?:{FEES})[^。,，]{{0,8}}$|收费标准|费用标准|收费项目|价格|缴费标准", unless=AID),
    Cue("subsidy_max", head=rf"(?:{AID}).{{0,6}}(?:限额|上限|最高)|最高.{{0,4}}(?:{AID})"),
    Cue("limit", head=r"支付限额|限额(?:标准)?$|上限$"),
    Cue(
        "subsidy",
        head=rf"(?:{AID})[^。,，:：]{{0,4}}(?:标准|金额|额度|方式|政策)?(?:如下|为|表|一览表)?[:：。]?$",
        unless=r"资金|预算",
    ),
    Cue("budget", head=r"(?:预算|资金(?:规模|总额)|总投资|项目投资)[^。,，]{0,4}[:：]?$"),
    Cue("standard", head=r"标准(?:如下|为)?[:：]?$"),
)
