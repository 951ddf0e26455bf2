"""Which role a share plays in a Chinese text: one table, read from above, the first cue that holds says the role."""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc.plain.facts.cues import NOTHING, Cue
from pushsvc.plain.facts.money_words_zh import AID, CAP, FLOOR, RAISED

_RATE = r"利率|税率|费率|比例|率|占比|系数|份额|标准|折扣"
PERCENT_CUES: Sequence[Cue] = (
    Cue("other", sentence=r"(?:例如|比如|譬如|举例|假设|假如|为例)"),
    Cue("other", sentence=r"举报|提供线索", clause=r"奖"),
    # "分别提高5个百分点，即85%、80%": what it comes to.
    Cue("subsidy_rate", before=r"^即$", sentence=r"(?:报销|支付|补助|补贴|返还)比例[^。；;]{0,40}$"),
    # How the economy grew is nobody's raise.
    Cue(
        NOTHING,
        before=r"(?:同比|环比|GDP|产值|增加值|总量|总额|消费|投资|出口)[^,，]{0,8}(?:增长|提高|下降|上升|上涨|减少|增加)$",
    ),
    # What a wage has to reach for a subsidy, not what the subsidy is: "按不低于最低工资60%的标准支付工资的，给予补贴".
    Cue(
        "threshold",
        before=r"(?:工资|基数|收入|报酬|标准)[^,，。；;\d]{0,4}$",
        after=r"^的?(?:标准)?[^,，。；;]{0,16}(?:支付|发放|缴)[^,，。；;]{0,12}的$",
        clause=r"不(?:得)?低于",
    ),
    Cue("subsidy_rate", before=r"按照?$", after=rf"^的?(?:比例|标准)?(?:给予|予以)?(?:{AID})", unless=r"举报"),
    Cue("rate", before=r"(?:退(?:还|回|费)?|扣减|扣除|核减|递减)$"),
    Cue(
        "subsidy_rate",
        before=r"按(?:照)?(?:[^,，。；;]{0,10}的)?$",
        after=r"^的?(?:比例|标准)?(?:发放|计发|发给|补贴|补助|资助|奖励)",
        unless=r"缴|租金|收取",
    ),
    Cue("limit", after=r"^(?:[（(]含[^）)]*[）)])?(?:之|以)?内的?(?:上浮|下浮|上下|浮动|幅度|价格|调整)"),
    Cue("limit", before=r"浮动[^,，。；;\d]{0,8}$", after=r"^(?:之|以)?内"),
    Cue("limit", before=r"不(?:得)?(?:超过|高于)[^,，。；;\d]{13,40}的$", unless=AID),
    Cue("threshold", before=r"不(?:得)?(?:低于|少于)[^,，。；;\d]{13,40}的$"),
    Cue("fine_rate", clause=r"罚款|滞纳金|违约金|加处"),
    Cue("fine_rate", clause=r"加收", sentence=r"逾期|违|骗|欠|虚假|拒|擅自|未|不(?:缴|按)"),
    Cue("increment", before=r"加收$"),
    Cue("subsidy_rate", before=r"(?:优惠|减收|少收|立减)$"),
    Cue("rate", before=r"占$"),
    Cue("rate", before=r"(?:成绩|得分|分数)[）)]?\s?[×*x＊]\s?$"),
    Cue("rate", before=r"(?:由|各由)(?:申请人|个人|本人|家庭|用人单位|单位|参保人)[^,，。；;]{0,8}$"),
    # From the old to the new.
    Cue("new_value", sentence=rf"(?:由|从|原)[^。；;]{{0,40}}\d\s?[%％][^。；;\d]{{0,30}}(?:{RAISED})[到至为]$"),
    Cue("old_value", before=r"(?:由|从|原)[^,，。；;]{0,22}$", following=rf"^[^。；;\d]{{0,6}}(?:统一)?(?:{RAISED})[到至为]"),
    Cue("new_value", before=rf"(?:{RAISED})[到至为](?:原来的?)?$", unless=r"#以[上下]|首付"),
    Cue("new_value", before=r"(?:提高|降低|上调|下调|增加|减少)[^,，。；;]{0,6}百分点[到至]$"),
    Cue("increment", before=r"(?:费率|比例|税率|利率)[^,，。；;\d]{0,30}(?:再)?(?:提高|上调|下调|降低)(?:了|最高|不超过)?$"),
    Cue("rate", before=r"(?:费率|(?:缴费|缴存)基数)[^,，。；;]{0,40}$", unless=r"#[^,，]{0,10}(?:给予|补|贴)"),
    Cue("rate", after=r"^的?(?:征收率|税率|优惠税率)|^(?:征收|计入应纳税)"),
    Cue("min_downpayment", before=r"首付[^,，。；;]{0,24}$"),
    Cue("min_downpayment", after=r"^的?(?:最低)?首付"),
    Cue("increment", before=r"(?:上浮|增加|提高|上调|增长|下调|降低|下浮|叠加|增发|增值|上涨|加价)(?:了|最高|不超过|每年)?$"),
    Cue("increment", before=r"(?:上浮|下浮|增发)[^,，。；;\d]{0,6}$", unless=FLOOR + r"|下浮不"),
    Cue("subsidy_rate", after=rf"^的?(?:标准|比例)?(?:一次性)?(?:给予|予以|发放)[^,，]{{0,10}}(?:{AID})", unless=r"不低于"),
    # What a rate is counted on: "月收入超过15%的".
    Cue("threshold", before=r"(?:超过|不足|低于|高于|满|达到?|超出)[^,，。；;\d]{0,14}$", after=r"^的$|^的?部分|^以上|^以下"),
    Cue(
        "subsidy_rate",
        clause=rf"(?:{AID}|返还|支付比例|支付限额|给予|减按|减征|报销比例)",
        unless=rf"退还|自付|{CAP}|达|监管|首付|缴交|分.{{0,6}}年|年度按",
    ),
    Cue("limit", before=CAP, unless=r"(?<!不)(?<!不得)超过"),
    Cue("limit", after=r"^以内", unless=r"罚"),
    Cue("threshold", after=r"^(?:[（(]含[^）)]*[）)])?(?:及|或)?(?:以上|以下|以内|之间)"),
    Cue("threshold", before=FLOOR),
    Cue("threshold", before=r"(?:不(?:得)?低于|不少于|达到?|超过|高于|低于|大于|小于|占比)[^,，。\d]{0,16}$"),
    Cue("limit", before=CAP),
    Cue(
        "subsidy_rate",
        before=rf"(?:{AID}|由[^,，。]{{0,10}}基金)[^,，。；;]{{0,24}}$",
        after=r"^的?(?:比例|标准)?[^,，]{0,4}(?:支付|发放|计发|发给)",
    ),
    Cue("limit", before=r"放宽[到至]?[^,，。\d]{0,10}$"),
    Cue("rate", before=r"享受$|实行$", after=r"^(?:优惠|优待|乘车|票)"),
    Cue(
        "subsidy_rate", before=r"标准(?:分别)?为[^,，。；;]{0,24}$", sentence=rf"(?:{AID})[^。；;]{{0,60}}$", unless=r"租金|缴"
    ),
    Cue("rate", before=r"(?:保证金|预付款|质保金)[^,，。；;]{0,12}$"),
    Cue("rate", before=rf"(?:{_RATE})[^,，。；;]{{0,10}}$", unless=r"(?:覆盖|完成|合格|达标|签约|续约|满意|成功)率"),
    Cue(
        "threshold",
        before=r"(?:缴纳|交纳|缴清|付清|支付)(?:土地|国有土地)?(?:使用权)?(?:出让)?(?:价款|出让金|合同价款)的?$",
        sentence=r"出让|竞得|地价|土地",
    ),
    Cue(
        "rate",
        after=r"^的?(?:比例|标准)?[^,，。；;\d]{0,3}(?:缴纳|交纳|缴费|计入|收取|计征|征收|计租|计算|执行|计缴|缴存|退还|退回|扣除|扣减)",
        unless=r"覆盖率|完成",
    ),
)
HEAD_CUES: Sequence[Cue] = (
    Cue("subsidy_rate", head=rf"(?:{AID}|支付比例|报销)[^。]{{0,10}}[:：]?$"),
    Cue("rate", head=r"(?:费率|利率|税率|缴费比例|缴存比例)[^。]{0,10}[:：]?$"),
)
