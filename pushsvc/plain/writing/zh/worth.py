"""What a sentence is worth to a reader: the facts that it carries, the questions that it answers, how near the matter it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.domain.summaries import Fact
from pushsvc.plain.quick_patterns import Anywhere
from pushsvc.plain.writing.figures import is_calendar_date
from pushsvc.plain.writing.zh.banning import bans_within_bounds, names_bound
from pushsvc.plain.writing.zh.eligible import is_core, of_the_body
from pushsvc.plain.writing.zh.made import Made
from pushsvc.plain.writing.zh.readers import reader_of

#: What a fact is worth by its kind, and by its role where that says more.
_KINDS = {"deadline": 12.0, "amount": 1.5, "percentage": 1.0, "phone": 2.5, "email": 2.5, "expiry": 2.5, "effective_date": 1.5}
_ROLES = {
    ("amount", "subsidy"): 10.0,
    ("amount", "subsidy_max"): 11.0,
    ("amount", "loan_max"): 10.0,
    ("amount", "new_value"): 10.0,
    ("amount", "old_value"): 3.0,
    ("amount", "increment"): 10.0,
    ("amount", "fee"): 9.0,
    ("amount", "limit"): 9.0,
    ("amount", "fine"): 4.0,
    ("amount", "standard"): 9.0,
    ("amount", "threshold"): 4.0,
    ("amount", "budget"): 2.5,
    ("percentage", "subsidy_rate"): 4.0,
    ("percentage", "rate"): 2.5,
    ("percentage", "min_downpayment"): 4.0,
    ("percentage", "increment"): 4.0,
    ("percentage", "new_value"): 4.0,
    ("event_date", "event"): 4.0,
    ("event_date", "event_start"): 4.0,
    ("event_date", "event_end"): 3.0,
    ("event_date", "application_open"): 3.0,
    ("event_date", "period_start"): 2.5,
    ("event_date", "period_end"): 3.5,
    ("quantity", "quota"): 2.0,
    ("quantity", "entitlement"): 2.0,
    ("age_range", "eligibility"): 2.5,
    ("address", "handle"): 1.0,
}
_RELATIVE = 4.0
#: The questions of a reader. Each is worth telling once, before a second answer to another.
_CUES = {
    "who": Anywhere(r"对象|符合|条件|年满|户籍|户口|限于|仅限|适用|购买|首次|满\d+周?[岁年]"),
    "gets": Anywhere(
        r"给予|补贴|补助|奖励|资助|减免|免费|免征|免交|减半|优惠|享受|退还|退税|提高到|提高至|上浮|放宽|延长|发放|领取|有权|可以?申请|可以?提取|增加\d|停水|停电|停气|封闭|招聘|报销|支付\d|救助"
    ),
    "must": Anywhere(r"应当?(?!届)|必须|(?<!必)须|不得|禁止|负责(?=[^。]*(?:缴|交))|缴纳|交纳|停止|暂停|避开|绕行|储水"),
    "how": Anywhere(
        r"申请(?!人)|申报|报名|办理|提交|登录|预约|领取|携带|申领|拨打|网上|窗口|APP|小程序|公众号|邮寄|转移|避开|绕行|储水"
    ),
    "when": Anywhere(r"截止|截至|有效期|时间[:：为]|\d月|\d日前|期限|\d个?(?:工作日|月)内|\d日内"),
    "except": Anywhere(
        r"除[^，。]*外|不含|不包括|不纳入|不享受|不予|不可|不得(?:重复|叠加|同时)|不叠加|不再|不适用|停止领取|全额退"
    ),
    "where": Anywhere(
        r"电话|咨询|热线|地址|地点|邮箱|现场|窗口|到[^，。]{2,20}(?:申请|办理|提交)|向[^，。]{2,20}(?:申请|提出|登记|举报|投诉)"
    ),
}
_CUE_WORTH = {"who": 1.6, "gets": 2.4, "must": 1.2, "how": 2.0, "when": 1.6, "except": 1.0, "where": 1.0}
#: What offices do among themselves is nothing that a reader gets or must do.
_INTERNAL = re.compile(
    r"各区|各县|部门|责任单位|牵头|加强|强化|推进|完善|落实|统筹|协调|监督|考核|督促|宣传|机制|体系|工作人员|追究|处分|纳入|预算|财政|印发|制定"
    r"|引导|鼓励|推动|促进|优化|探索|健全|构建|积极|坚持"
)
#: By how much whom a sentence is about makes it worth reading, and what its figures are worth then.
OF_OFFICES = 0.2
_READERS: dict[str, tuple[float, float]] = {
    "person": (1.8, 1.0),
    "nobody": (0.0, 0.8),
    "firm": (-2.5, 0.25),
    "office": (-3.5, OF_OFFICES),
}
#: What people are told that they have a right to, or must do or leave.
_RIGHTS = re.compile(
    r"有权|可以?(?:向|申请|提出|要求|直接|依法|委托|查|免|领)|不得|应当|享受|拒绝|投诉|举报|复议|诉讼|免费|免交|必须"
)
_FOR_FIRMS = re.compile(
    r"企业|公司|机构|商户|经营主体|市场主体|(?<!地)产业|保险|银行|开发|项目|工业|招标|采购|建筑|施工|物业服务|资质|许可|创新|专精|贷款贴息|外贸|服务业|制造业|生产|运营|单位|厂|药品|食品|农产品|办学|园区"
)
#: 失业保险稳岗返还 has a word of people in it, and is paid to firms.
_PAID_TO_FIRMS = re.compile(r"稳岗|扩岗|援企|岗位开发补贴|用人单位|以工代训|专精特新")
_FOR_PEOPLE = re.compile(
    r"居民|家庭|个人|购房|人才|职工|老年|残疾|学生|毕业生|儿童|公积金|参保|医保|养老|失业|就业|低保|救助|青年|住房消费|租房|住房保障|公租房|补贴对象|房地产市场|农民工|退役"
)
#: What concerns builders and banks, where people read too.
_BUILDERS = re.compile(
    r"用地|容积率|计容|去化|地块|土地|开发企业|竞得人|土地出让|预售资金|金融机构|开发公司|建筑企业|施工单位|房企|运营单位|银行业|预售许可|施工许可|容缺|竣工验收"
)
#: What a reader looks for by its name.
_LABELLED = re.compile(
    r"[^，。：]{0,6}(?:地点|地址|时间|方式|渠道|对象|条件|期限|标准|收费|费用|范围|时限|缴费|报名|领取|网址|路段|区域|期)："
)
_ASIDE = re.compile(r"提示|注意事项|提醒|说明|其他|其它")
_PENALTY = re.compile(r"刑事责任|骗取|弄虚作假|(?<!非)(?<!非严重)违法|虚假|罚款|处罚|吊销|没收|责令")
_CLOSES = re.compile(r"管制|封闭|禁行|限行|断路|改道|绕行|禁止|禁停|占道|施工|停[课运航工水电气]|禁[火烧放渔猎]|预警|避险")
_CLOSED = re.compile(
    r"(?:禁止|严禁|不得|不准)[^，。]{0,24}(?:通行|驶入|进入|停放|停车|行驶|行人|燃放|垂钓|游泳)|(?:全|半)?封闭(?!式)|断路|限行|禁行|绕行"
    r"|停[课运航工]|停止供[水电气]|(?:严禁|禁止)[^。]{0,40}(?:用火|烧|捕捞|捕猎|狩猎|携带)"
)
_WORTH_OF_A_BAN = 4.0
#: Who may at all is known by it; what is looked into when somebody is hired is read in the source.
_WORTH_OF_THE_CORE, _LESS_OF_THE_BODY = 6.0, 2.5
#: Where comments are sent to, an office by name: its being named does not make it the one who acts.
_SENT_TO = re.compile(r"^[^，。]{0,8}寄(?:至|到|往|送)?[:：]|^[^，。：]{0,6}(?:地点|地址|方式|渠道|网址|窗口|入口)[:：]")
#: 居民参保人员每人每月200元: a sum, and no word of what it is.
_SUM = re.compile(r"\d\s?(?:万|亿|多)?元|[%％]")
_OF_WHAT = Anywhere(
    r"补|奖|申领|领取|抵扣|资助|上浮|标准|额|费|金|价|租|贷|罚|[缴交]|收[取费入]?|支付|报销|税|首付|比例|津贴|工资|资产|投入|投资|产值|营收|销售|红包|券|损失|成本|支持|经费|折|利率|率|优惠|退|免|按揭|押|捐|票|发放|消费|年薪|薪|扣|承担|营业|待遇|计发"
    r"|由[^，。]{0,14}元[^，。]{0,8}(?:调整|提高|降低|上调|下调)"
)
_NOBODYS = Anywhere(
    r"常务会议(?:审议)?通过|国务院令第|第[一二三四五]次修[订正]|^(?:各|全市各|根据|特制定|抄送|签发|发布|来源|责任编辑|主动公开|联系人|附)|负责解释|^(?:对[^，]*，)?(?:由)?(?:审核人|审批人|经办人|受理人|录入人|审核系统)|(?<!需)要在\d{1,2}月(?:底|中旬)?前?[^，。]{0,4}(?:完成|发放)|^(?!.*您)[^，。]{0,14}确保(?:按时|如期|全面|顺利|高质量|圆满|足额)|牵头|切实做好|做好.{0,20}工作|负责.{0,24}工作|印发给|习近平|总书记|公网安备|版权|扫一扫|不便|谅解|感谢|二维码|制定本"
    r"|同时废止|^(?:[^，。\d]{0,30})(?:联席会议|领导小组)[^\d]*$|^力争|力争到?\d{4}|^到\d{4}年|\d{4}年达到|覆盖率|达标率|印发[^，。]{4,60}的通知|已经.{0,20}(?:审议|研究)通过|实现.{0,20}(?:回稳|发展|目标)|请遵照|发布日期"
)
_EMPTY = Anywhere(
    r"^(?:切实|认真|扎实|全面|深入|努力|不断|持续|大力|着力|进一步|加快|加大|加强|强化|完善|优化|推进|促进|推动|确保|坚持|积极|支持(?=.{0,12}发展)|提升)"
    r"|^(?:开展|组织|实施|审核|受理|承接|逐步|编制|建立|建设|健全|培育|培养|保留|落实|负责|指导|做好|制定|增强|减轻|避免|基本实现|实现|保障|维护|规范|研究"
    r"|探索|引导|办理(?!时|好|业务需)|营造|构建|动态|及时(?!.{0,12}(?:避|撤|转移)))"
    r"|^给予[^\d]{0,16}(?:支持|倾斜|保障|扶持)。$|^现?对[^\d，]*进行调整。$"
    r"|(?:水平|效率|能力|质量|满意度|吸引力|意识|机制|体系|合力|环境|基础|秩序|权益)。$"
    r"|(?:按|依|照|参照).{0,24}(?:规定|要求|程序|标准|办法)(?:执行|实施|办理|处理)?。$"
)
#: 四级残疾人每人每月125元, 非住宅类：550元/件, under a title that says of what.
_OF_SUMS = re.compile(r"补贴|补助|津贴|标准|收费|缴费|价格|租金|工资|救助|奖励")
_GROUP_AND_SUM = re.compile(
    r"(?:\d{1,3}[^，。元]{0,8}岁[^，。\d]{0,10}|[^，。\d]{2,16})(?:每[人户月年][^，。\d]{0,4}|[:：]\s?)\d[\d.,]*\s?万?元(?:/[^，。]{1,4})?。$"
)
#: Whoever founds a firm is a person.
_OWN_FIRM = re.compile(r"(?:首次)?创办(?:的)?(?:小微)?(?:企业|商事主体|民办非企业单位|个体工商户)")
#: 由市、区财政按每台20万元给予补助: who pays does not make it a sentence about offices.
_WHO_PAYS = re.compile(r"由[省市区县镇、级两本和同]{0,8}财政(?:部门|资金|局)?(?=按|给予|予以|发放|补)")
_FIGURE = re.compile(r"\d")
_MATERIALS = re.compile(r"身份证|户口簿|复印件|原件|证明|申请表|合同|发票|银行卡|照片|登记表|营业执照")
_MOST_MATERIALS = 3
#: 报名时需提交户口本、房产证、…等材料: what the reader brings, told in one sentence.
_TO_BRING = re.compile(
    r"(?:[^，。：、]{0,14}(?:须|需|请|应|要|凭|持))?(?:同时)?(?:携带|带上?|提交|提供|出示|凭|持)[^。：]*(?:证|簿|本|材料|资料|照片|表|件|原件和复印件)等?[^，。、]{0,6}。$"
)
#: Sentences from which on rules for all are a law, of which each says a little.
_LONG_LAW = 60
#: What a fine is worth, of what a sum is worth that somebody gets.
_SHARE_OF_A_FINE = 0.25
#: Duties that nobody learns from: 应当遵守法律, 应当公开、公平、公正.
_COMMONPLACE = Anywhere(
    r"应当?(?:模范|依法|自觉|严格|公开|坚持|切实|认真)?(?:遵守|遵循|尊重|履行|服从|坚持|公开、|诚实|爱护|支持|重视|加强|维护|公平|接受(?:安置|监督)|恪守|负责(?!任))|有义务参与|^[^，。]{2,20}为(?:业主|本)[^，]*。$|优待政策|(?:执行|学习|掌握)[^，]{2,12}(?:规程|技能|知识)|[做作]出[^，。]{0,6}贡献。$|具有约束力|应当?(?:按照|根据)[^，。]{2,30}(?:规定|要求|规则的规定|标准)(?:召开|执行|进行|实施|办理)|申请表|公益宣传|保存备查|完全民事行为能力|委托代理人。$|宪法和法律|^(?:报名|应聘|报考|申请)?人?员?应?(?:当)?(?:如实|真实)|遵守(?:国家)?(?:法律|宪法)|品行端正"
)
#: Plans of offices, as their titles say, and the words of their sentences.
_PLAN = Anywhere(
    r"(?:工作|实施|指导|行动|总体|建设|试点)?(?:方案|意见|计划|规划|要点|分工|纲要)(?:[（(][^（）()]*[）)])*$|所有政策"
)
_THEIR_WORDS = re.compile(
    r"各[区县市地镇乡级部单]|部门|责任|牵头|加强|强化|推进|完善|落实|统筹|协调|监督|考核|督促|宣传|机制|体系|推动|促进|健全|构建|探索|优化|组织|开展|建立|提升|领导|评估|建设|工作"
)
_LOOKED_AT, _A_SENTENCE, _MOSTLY, _A_SUM = 60, 12, 0.75, 4.0
#: More sentences of for whom and when before what holds are told only for a sum or a day.
_MOST_LABELS = 1
#: One condition of several is told only for a figure that a reader must know.
_WORTH_A_PART = 2.6


@dataclass(frozen=True)
class Told:
    """Sentences that could be told, the facts in them, and what they are worth beside those facts."""

    made: Made
    facts: tuple[Fact, ...]
    worth: float
    answers: frozenset[str]
    share: float = 1.0
    """What its figures are worth, of what the same figures are worth to people: a firm's or an office's less."""

    @property
    def place(self) -> tuple[int, int]:
        return self.made.statement.place, self.made.order


def is_hard(fact: Fact) -> bool:
    """Is it a sum, a day or a number to call that people look for?"""
    return fact.kind in ("deadline", "phone", "email") or (fact.kind == "amount" and fact.role not in ("fine", None))


def question_worth(name: str) -> float:
    """What the first answer to a question is worth."""
    return _CUE_WORTH[name]


def told_worth(told: Told, fact: Fact) -> float:
    """What a fact is worth where it is told; whom to ask and by when, as much wherever it stands."""
    return fact_worth(fact) * (1.0 if fact.kind in ("phone", "email", "deadline") else told.share)


def fact_worth(fact: Fact) -> float:
    """What a fact is worth to a reader; a limit that runs from somebody's own day less than a day that holds for all."""
    if fact.kind == "deadline" and not is_calendar_date(fact.value):
        return _RELATIVE
    return _ROLES.get(
        (fact.kind, fact.role or ""), _KINDS.get(fact.kind, 0.3) if fact.role or fact.kind != "event_date" else 0.5
    )


@dataclass(frozen=True)
class Document:
    """What the worth of each sentence depends on. `law`: rights and duties for all; `for_firms`: no news for people."""

    title_pairs: frozenset[str]
    law: bool = False
    for_firms: bool = False
    of_sums: bool = False
    """The title says what its sums are: 补贴标准, 缴费. So a group and its sum say enough."""
    closes: bool = False
    """A road or a place is closed: what is forbidden, and the way round, are its matter."""


def document(title: str, statements: int) -> Document:
    """What is read from the title; `statements`: how many sentences the document has."""
    law = bool(re.search(r"(?:条例|法|规定|规则|办法)(?:[（(][^（）()]*[）)])*$", title)) and statements > _LONG_LAW
    firms = bool(_PAID_TO_FIRMS.search(title) or (_FOR_FIRMS.search(title) and not _FOR_PEOPLE.search(title)))
    return Document(pairs(title), law, firms, _OF_SUMS.search(title) is not None, _CLOSES.search(title) is not None)


def among_offices(title: str, texts: Sequence[str], facts: Sequence[Fact]) -> bool:
    """Is it a paper of offices for offices: a plan of work that names no sum, day or number for people?"""
    if not _PLAN.search(title) or _FOR_PEOPLE.search(title):
        return False
    if any(fact.kind in ("deadline", "phone", "email") and fact.role for fact in facts):
        return False
    if sum(fact.kind == "amount" and fact_worth(fact) >= _A_SUM for fact in facts) > 1:
        return False
    looked = [text for text in texts[:_LOOKED_AT] if len(text) > _A_SENTENCE]
    theirs = sum(bool(_THEIR_WORDS.search(text)) for text in looked)
    return bool(looked) and theirs >= _MOSTLY * len(looked)


def valued(made: Made, facts: Sequence[Fact], starts: Sequence[int], document: Document) -> Told | None:
    """What the sentences are worth; None for what nobody who reads it needs."""
    text, last = made.text, made.sentences[-1]
    papers = len(_MATERIALS.findall(text)) >= _MOST_MATERIALS
    if _NOBODYS.search(text) or (papers and not _TO_BRING.match(text)):
        return None
    if not _FIGURE.search(text) and _EMPTY.search(last):
        return None
    if _SUM.search(text) and not _OF_WHAT.search(text) and not (document.of_sums and _GROUP_AND_SUM.match(text)):
        return None
    span = made.statement.span
    inside = facts[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
    squeezed = _squeezed(text)
    carried = tuple(fact for fact in inside if _squeezed(fact.raw) in squeezed)
    core = made.statement.part and is_core(made.statement.text)
    if made.statement.part and not core and not any(fact_worth(fact) >= _WORTH_A_PART for fact in carried):
        return None
    paid = _WHO_PAYS.sub("", text)
    reader = reader_of(_OWN_FIRM.sub("创业", paid.replace("条件：", "").replace("对象：", "")))
    bans = document.closes and _CLOSED.search(text) is not None
    bans = bans or bans_within_bounds(text) or names_bound(made.statement.label or made.statement.heading)
    if _SENT_TO.match(text) or bans:
        reader = "nobody"
    if reader == "firm" and document.for_firms:
        reader = "person"
    kind, share = _READERS[reader]
    answers = (
        frozenset(name for name, cue in _CUES.items() if cue.search(text)) if reader in ("person", "nobody") else frozenset()
    )
    if len(made.frame) > _MOST_LABELS and not any(map(is_hard, carried)) and not _CUES["gets"].search(text):
        return None
    near = nearness(text, document.title_pairs)
    if not (carried or answers or near or bans or _FIGURE.search(text) or "请" in text) and reader == "nobody":
        return None
    worth = kind + 2.0 * near
    if document.law:
        worth += 1.5 * bool(reader == "person" and _RIGHTS.search(text)) - 2.5 * bool(_PENALTY.search(text))
        worth -= 1.0 * (reader == "nobody" and not carried)
    else:
        worth += max(0.0, 1.8 - made.statement.place * 0.05) - 1.5 * bool(_PENALTY.search(text))
    worth += _WORTH_OF_A_BAN * bans + _WORTH_OF_THE_CORE * core - _LESS_OF_THE_BODY * of_the_body(text)
    worth -= 2.5 * bool(_ASIDE.search(made.statement.heading)) + 1.5 * made.statement.part
    worth -= 0.9 * min(4, len(_INTERNAL.findall(paid)))
    worth += 1.2 * bool(_LABELLED.match(text))
    worth -= 0.3 * bool(made.statement.label and not text.startswith(made.statement.label))
    # What firms and offices do without a sum or a day is nothing that people have to know.
    worth -= 1.5 * (reader in ("firm", "office") and not carried and not document.law and not document.for_firms)
    worth -= 2.0 * bool(_BUILDERS.search(text)) * (not document.for_firms)
    worth -= 1.0 * (text.count("《") > 0)
    worth -= 1.0 * made.apart + 5.0 * bool(_COMMONPLACE.search(text))
    if _PENALTY.search(text):
        share = min(share, _SHARE_OF_A_FINE)
    return Told(made, carried, worth, answers, share)


def nearness(text: str, title_pairs: frozenset[str]) -> float:
    """The share of the title's pairs of characters that stand in the text, counted to a half."""
    if not title_pairs:
        return 0.0
    return min(0.5, sum(pair in text for pair in title_pairs) / len(title_pairs)) * 2


def pairs(text: str) -> frozenset[str]:
    """Pairs of Chinese characters of a title, without the words that every title has."""
    bare = re.sub(r"关于|印发|通知|公告|通告|方案|办法|细则|工作|有关|进一步|实施|做好|开展|[^\u4e00-\u9fff]", " ", text)
    return frozenset(word[index : index + 2] for word in bare.split() for index in range(len(word) - 1))


def _squeezed(text: str) -> str:
    return "".join(text.split())
