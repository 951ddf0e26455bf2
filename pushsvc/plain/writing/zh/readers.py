"""Whom a sentence is about: people who read it, a firm, an office, or nobody that it names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from pushsvc.plain.quick_patterns import quickly

Reader = Literal["person", "firm", "office", "nobody"]

_PERSON = re.compile(
    r"您|申请人|申领人|申报人|参保人员?|参保职工|居民|市民|村民|公民|农民|老年人|老人|残疾人|缴存人|职工|劳动者|失业人员|农民工|家庭|学生|考生|家长"
    r"|监护人|购房[人者]|购房群众|纳税人|毕业生|儿童|婴幼儿|孕产?妇|妇女|母婴|患者|病人|业主|承租人|租房者|出租人|当事人|退役军人|军人|青年|人才|博士|硕士|本科|大专"
    r"|职称|个人|消费者|乘客|驾驶人|旅客|游客|用户|住户|群众|人员|借款人|被保险人|受益人|孤儿|保障对象|资助对象|补贴对象|持卡人|投资者|教师|医师|配偶|子女"
    r"|亲属|密切接触者|买受人|使用人|户籍|技师|求职者|创业者|经营户|投诉人|举报人|债权人|夫妻|多孩|二孩|三孩|首套|居住证|证人|被征收人|产权人|父母|未成年人|低保|特困|对象|单职工|双职工|公众|抚恤"
)
_FIRM = re.compile(
    r"企业|公司|开发商|机构|单位|经营者|银行|医院|学校|项目|市场主体|合作社|商户|协会|社会组织|幼儿园|承包|施工|物业服务人|基地|平台|运营|团队|中介|竞得|车辆|药品|工厂|房企|设施|媒体"
)
_OFFICE = re.compile(
    r"部门|机关|[^\W\d]局(?!限|面|部)|委员会|政府|办事处|法院|各[区县地市镇级]|各单位|国家(?!规定|政策|标准)|省级|市级|县级|财政|工作人员|领导小组|工作组|办公室|管理中心|经办机构|专班|指挥部|街道|居委会|党委|有关方面"
)
_KINDS = (("person", _PERSON), ("firm", _FIRM), ("office", _OFFICE))
#: The end of whom a sentence is about: what they may, must or get.
_SAYS = quickly(
    r"(?<![相供适响对反])应(?![届急用])|可(?!支配)|不得|不(?=予|能|再)|必须|(?<!必)须|(?<![必急所])需(?!求)|有权|享受|将(?!来)|给予|予以|发放|由(?!于)|免(?!费)|为(?!了|老)|是(?!否)|按|补贴\d|奖励\d"
    r"|最高|增加|提高|上浮|提取|负责|委托|申请|办理|购买|承担|支付|交纳|缴纳"
)
#: Who gets it: behind 给予, behind 对…, in front of 给予.
_GIVES = re.compile(
    r"(?:给予|发放给|奖励|支付给|退还)(?P<to>[^，。\d]{2,24}?)(?=\d|[^，。\d]{0,4}(?:补贴|补助|奖励|资助|优惠|支持))"
)
_TOWARDS = re.compile(r"^(?:对于?|向|为|支持|鼓励|凡|凡是)(?P<to>[^。]{2,60}?)(?:给予|予以|发放|提供|实行|增加|，|可|按)")
_BENEFIT = re.compile(r"给予|发放|补贴|补助|减免|退还|免费|免征|优惠|提供|受理|报销")
#: 每年安排100万元经费支持…建设: money between offices.
_BUDGET = re.compile(r"[^，。]{0,10}(?:安排|统筹|设立|投入|筹集)[^，。]{0,16}(?:经费|资金|预算)")
#: What offices do to papers and to each other, whoever is named with it.
_OFFICE_ACTS = re.compile(
    r"^(?:[^，。]{0,24}(?:部门|机关|局|委员会|政府|机构|中心|窗口|工作人员|办事处|国家|街道|公司|银行))(?:和[^，。]{0,10})?(?:应当?|须|必须|要|将|负责|可以?|对|会同|根据|按照|建立|加强|组织|定期|自|在)"
)


@lru_cache(maxsize=4096)
def reader_of(sentence: str) -> Reader:
    """Whom the sentence is about: the last named before what they may, must or get, else who gets something."""
    if _BUDGET.match(sentence):
        return "office"
    gets = _GIVES.search(sentence) or _TOWARDS.search(sentence)
    if gets:
        found = _last(gets["to"])
        if found != "nobody":
            return found
    said = _SAYS.search(sentence)
    before = sentence[: said.start()] if said else sentence[:20]
    found = _last(before)
    if found == "office" and _BENEFIT.search(sentence) and _PERSON.search(sentence) and not _OFFICE_ACTS.search(sentence):
        return "person"
    if found == "nobody" and _PERSON.search(sentence):
        if said and said.group().startswith(("应", "必须", "须")):
            return "nobody"  # 申请表应当包括…职工伤害程度: the form is the subject.
        return "person" if not _OFFICE.search(sentence[:12]) else "office"
    return found


def _last(said: str) -> Reader:
    """The kind of whom the words name last: 用人单位未申请的，职工 is about the employee."""
    best: tuple[int, Reader] = (-1, "nobody")
    for kind, pattern in _KINDS:
        for found in pattern.finditer(said):
            if found.end() > best[0]:
                best = (found.end(), kind)  # type: ignore[assignment]
    return best[1]


#: What a sentence begins with that leaves whom it is about to the words before.
_VERB_FIRST = re.compile(
    r"^(?:减按|减征|计入|抵扣|免予|折算|并入|作出|做出|遵守|拒绝|常态化|独立、|暂[免缓不]|即|就|便|方|均|都|并|也|又|再|还|可(?!支配)|应(?!届)|须|需(?!要)|不(?!动产|符合|满|足|超|含|同)|给予|享受|按(?!揭|摩)|由(?!于)|能|予以|一次性|直接|全额|逾期|视|自动|相应|适当|继续|统一|依法|依程序|严格|优先|及时|经|会同|明确|促使|促进|增加"
    r"|宣传|承担|开展|组织|提供|帮助|支持|鼓励|引导|推动|落实|建立|建设|完善|健全|加强|强化|优化|实施|实行|执行|制定|出台|发放|补贴(?!对象|标准|资金|金额|申请|政策|总额|上限|期|比例)|补助(?!对象|标准|资金|金额|申请)|奖励(?!对象|标准|资金|金额|申请)|撤销|责令|处(?!方|置|于|理)"
    r"|没收|吊销|退回|退还|告知|停止|暂停|恢复|延长|提高|降低|简化|扩大|减少|收回|追回|列入|纳入|报(?!名|告|销|考|废|到|价)|以|对于?|向|与|将|从|至|在(?!校|职|读|册|编|建|售|岗|园)|把|根据|为(?!期)|进行|作为|达到|超出|占|获得|取得|具有|具备|持有|属于|符合|完成|通过|采取|加大|加快|推进|确保|保障(?!对象|性|人)"
    r"|充分|更好|擅自|专项|专门|用于|合理|提出(?!申请)|针对|定期|精准|有效(?!期)|稳步|深入|营造|保持|防范|做好|广泛|预防|深化|稳妥|规范|制订|编制|多渠道|创新(?!创业)|打造|培育|构建|探索|研究|统筹|协调|及早|尽快|主动|重点|坚持|围绕|聚焦|压实|强|认真|积极|大力|全面|切实|进一步|参照|按照|调整(?!后)|取消|放宽|最高|最低|不低于|不超过|同时|且|但|而|则|其中|未(?!婚|满|成年|就业)|已(?!婚)|如|若|期间|限(?!额)|只|仅|同意|负责|受理|审核|公示|认定|核定|免收|免征|减免|适用|涉及|包括|属|因|处以|并处|缴(?!存|费人)|退(?!役|休)|抄送|印发|期满后?可|仍|均可|被|是|有(?!效期)|无(?!自有|房|障|人)|没有|会|需要|要求|要|加|记|到)"
)
#: 发放标准：…, 补贴期限为…: a name though it begins with a verb.
_NAMED = re.compile(
    r"[^，。：]{2,12}：|(?:\w{2,8}?)(?:标准|对象|时间|期限|额度|比例|范围|方式|条件|资金|金额|限额|价格|费用?|人|者|期|利率|年限|政策|机构|单位|地点|手续|业务|电话|次数|人员|时限|期间)(?:[为按以在由不应可须自从统至截调提最]|是(?!否)|从|，)"
)
#: What the reader does and how: to him it is said, whether or not it names him.
_TO_THE_READER = re.compile(
    r"^(?!可(?:以)?(?:适当|酌情)|[^。]*(?:延长|放宽)[^。]*时限)(?:请|您|可(?:以)?|须|需|应当?|登录|登陆|凭|持|携带|拨打|关注|通过|到|向|在|线上|网上|线下|逾期|未|经|于)[^。]*(?:申请|申报|报名|办理|提交|登录|登陆|拨打|领取|咨询|预约|缴纳|缴费|携带|填写|申领|登记|查询|避让|绕行|提出意见|反馈)"
)
#: 提高最高贷款额度，…: what the government changes is said first, and needs nobody's name.
_CHANGES = re.compile(
    r"(?:提高|降低|下调|上调|调整|取消|放宽|延长|将|免收|免征|减免|暂停|停止|恢复|新增|开通|支持|扩大|鼓励|发放)[^，。]{4,}"
)
#: 对多子女家庭…, 在本区购房的，…: for whom or in what case stands before what they get.
_FRAMED = re.compile(
    r"(?:对于?|向|为|凡|在|按|以|经|因|通过|由|自|从(?=\d)|已|未|如|若|根据|具有|具备|持有|符合|取得|获得|完成|达到|属于|享受)[^。]{2,60}?(?:的[，,]|的[^，。]{1,8}[，,]|的?(?:人|者|人员|家庭|职工|企业|学生|毕业生|居民|单位|机构|户|对象)(?:[，,]|[^，。]{0,12}(?:给予|发放|补|免|可|按|实行|应|须|不得))|(?:日|月|年)(?:起|内|前)?[，,])"
)
#: 给予大专毕业生购房款8%的补贴: who gets it stands right behind the verb.
_GIVEN = re.compile(rf"(?:一次性)?(?:给予|发放给|奖励|支付给|退还)[^，。\d]{{0,12}}?(?:{_PERSON.pattern})")
_WHO = re.compile(
    r"^(?P<who>[^，。：、的\d]{0,8}?(?:人|者|人员|单位|家庭|职工|企业|机构|学生|考生|业主|居民|老年人|对象|当事人|亲属|市民|农民工|毕业生|公民|用户|纳税人))"
    r"(?=不|应|可|须|必|需|将|在|对|按|依|因|无|有|自|由|以|未|凭|持|向|享|申|提|已|确|要|除|发|擅|违)"
)


def says_of_whom(sentence: str) -> bool:
    """Does it say by itself whom or what it is about?"""
    if not _VERB_FIRST.match(sentence) or _NAMED.match(sentence) or _TO_THE_READER.match(sentence):
        return True
    if _CHANGES.match(sentence) and (not sentence.startswith(("支持", "鼓励")) or _PERSON.search(sentence)):
        return True
    return bool(_FRAMED.match(sentence) or _GIVEN.match(sentence))


def begins_with_a_verb(said: str) -> bool:
    """Does it leave whom it is about to the words before it?"""
    return bool(_VERB_FIRST.match(re.sub(r"^其中[,，:：]?", "", said))) and not _NAMED.match(said)


def subject_of(clause: str) -> str:
    """Whom a clause names at its beginning, as it names them: 出租人; empty where it names nobody so plainly."""
    found = _WHO.match(re.sub(r"^[^，。]{2,14}[内后前时中]，", "", clause))
    return found["who"] if found else ""
