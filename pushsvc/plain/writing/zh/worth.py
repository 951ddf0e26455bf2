"""What a sentence is worth to a reader: the facts that it carries, the questions that it answers, how near the matter it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.domain.summaries import Fact
from pushsvc.plain.writing.figures import is_calendar_date
from pushsvc.plain.writing.zh.making import Made

#: What a fact is worth by its kind, and by its role where that says more.
_KINDS = {"deadline": 10.0, "amount": 1.5, "percentage": 1.0, "phone": 2.5, "email": 2.5, "expiry": 2.5, "effective_date": 1.5}
_ROLES = {
    ("amount", "subsidy"): 5.0,
    ("amount", "subsidy_max"): 6.0,
    ("amount", "loan_max"): 5.0,
    ("amount", "new_value"): 5.0,
    ("amount", "old_value"): 2.0,
    ("amount", "increment"): 5.0,
    ("amount", "fee"): 5.0,
    ("amount", "limit"): 4.5,
    ("amount", "fine"): 4.0,
    ("amount", "standard"): 4.5,
    ("amount", "threshold"): 3.0,
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
_CUES = {
    "who": re.compile(
        r"对象|符合.{0,12}条件|适用|年满|户籍|户口|缴存人|职工|购房|毕业生|家庭|老年人|残疾人|企业|参保人|学生|儿童|人员|居民"
    ),
    "gets": re.compile(
        r"给予|补贴|补助|奖励|资助|减免|免费|免征|减半|优惠|享受|退还|退税|提高|上浮|放宽|延长|取消|开通|发放|招聘|停水|停电|停止|暂停|封闭|禁止|不得|增加"
    ),
    "how": re.compile(
        r"申请|申报|报名|办理|提交|登录|预约|领取|缴纳|携带|申领|拨打|网上|窗口|APP|小程序|公众号|邮寄|转移|避开|绕行|储水"
    ),
    "when": re.compile(r"截止|起施行|起实施|起执行|有效期|时间[:：为]|\d月\d|期限|工作日"),
    "where": re.compile(r"电话|咨询|热线|地址|地点|邮箱|现场"),
}
_CUE_WORTH = {"who": 0.6, "gets": 1.6, "how": 1.4, "when": 0.8, "where": 0.6}
#: What offices do among themselves is nothing that a reader gets or must do.
_INTERNAL = re.compile(
    r"各区|各县|部门|责任单位|牵头|加强|强化|推进|完善|落实|统筹|协调|监督|考核|督促|宣传|机制|体系|工作人员|追究|处分|纳入|预算|财政|印发|制定"
    r"|引导|鼓励|推动|促进|优化|探索|健全|构建|积极|坚持"
)
#: What offices and their people do, and who is in charge of what.
_OFFICES = re.compile(
    r"(?:部门|机关|局|委员会|政府|机构|中心|窗口|工作人员|办事处)[^，。]{0,6}?(?:负责|应当?|将(?=.{0,12}(?:审核|审查|核))|进行|组织|会同|根据|在.{0,20}审核)"
)
_READERS = re.compile(
    r"(?:您|你|申请人|参保人员?|居民|市民|老年人|残疾人|缴存人|职工|家庭|企业|学生|考生|家长|购房人|纳税人|个人|单位|毕业生|人员)[^，。]{0,12}(?:可|应|须|需|请|享受|免)|^请|^您"
)
#: What concerns builders and banks, where people read too.
_BUILDERS = re.compile(r"开发企业|竞得人|土地出让|预售资金|金融机构|开发公司|建筑企业|施工单位|房企|运营单位|银行业|预售许可")
#: What a reader looks for by its name.
_LABELLED = re.compile(
    r"[^，。：]{0,6}(?:地点|地址|时间|方式|渠道|对象|条件|期限|标准|收费|费用|范围|时限|缴费|报名|领取|网址|路段|区域|期)："
)
_ASIDE = re.compile(r"提示|注意事项|提醒|说明|其他|其它")
_PENALTY = re.compile(r"刑事责任|骗取|弄虚作假|违法|虚假")
_NOBODYS = re.compile(
    r"^(?:各|全市各|根据|特制定|抄送|签发|发布|来源|责任编辑|主动公开|联系人|附)|负责解释|牵头|切实做好|做好.{0,20}工作|负责.{0,24}工作|印发给|习近平|总书记|公网安备|版权|扫一扫|不便|谅解|感谢|二维码|制定本"
    r"|同时废止|联席会议|领导小组|实现.{0,20}(?:回稳|发展|目标)|请遵照|发布日期"
)
_EMPTY = re.compile(
    r"^(?:切实|认真|扎实|全面|深入|努力|不断|持续|大力|着力|进一步|加快|加大|加强|强化|完善|优化|推进|促进|推动|确保|坚持|积极|支持(?=.{0,12}发展)|提升)"
    r"|^(?:开展|组织|实施|审核|受理|承接|逐步|编制|建立|建设|健全|培育|培养|保留|落实|负责|指导|做好|制定|增强|减轻|避免|基本实现|实现|保障|维护|规范|研究"
    r"|探索|引导|办理(?!时|好|业务需)|营造|构建|动态|及时(?!.{0,12}(?:避|撤|转移)))"
    r"|(?:水平|效率|能力|质量|满意度|吸引力|意识|机制|体系|合力|环境|基础|秩序|权益)。$"
    r"|(?:按|依|照|参照).{0,24}(?:规定|要求|程序|标准|办法)(?:执行|实施|办理|处理)?。$"
)
_FIGURE = re.compile(r"\d")
_MATERIALS = re.compile(r"身份证|户口簿|复印件|原件|证明|申请表|合同|发票|银行卡|照片|登记表|营业执照")
_MOST_MATERIALS = 3
#: One condition of several is told only for a figure that a reader must know.
_WORTH_A_PART = 2.6


@dataclass(frozen=True)
class Told:
    """Sentences that could be told, the facts in them, and what they are worth beside those facts."""

    made: Made
    facts: tuple[Fact, ...]
    worth: float
    answers: frozenset[str]

    @property
    def place(self) -> tuple[int, int]:
        return self.made.statement.place, self.made.order


def fact_worth(fact: Fact) -> float:
    """What a fact is worth to a reader; a limit that runs from somebody's own day less than a day that holds for all."""
    if fact.kind == "deadline" and not is_calendar_date(fact.value):
        return _RELATIVE
    return _ROLES.get(
        (fact.kind, fact.role or ""), _KINDS.get(fact.kind, 0.3) if fact.role or fact.kind != "event_date" else 0.5
    )


def valued(made: Made, facts: Sequence[Fact], starts: Sequence[int], title_pairs: frozenset[str]) -> Told | None:
    """What the sentences are worth; None for what nobody who reads it needs."""
    text = made.text
    if _NOBODYS.search(text) or len(_MATERIALS.findall(text)) >= _MOST_MATERIALS:
        return None
    if not _FIGURE.search(text) and _EMPTY.search(made.sentences[-1]):
        return None
    span = made.statement.span
    inside = facts[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
    squeezed = _squeezed(text)
    carried = tuple(fact for fact in inside if _squeezed(fact.raw) in squeezed)
    if made.statement.part and not any(fact_worth(fact) >= _WORTH_A_PART for fact in carried):
        return None
    answers = frozenset(name for name, cue in _CUES.items() if cue.search(text))
    worth = sum(_CUE_WORTH[name] for name in answers)
    worth += 3.0 * nearness(text, title_pairs) + max(0.0, 1.8 - made.statement.place * 0.05)
    worth -= 2.5 * bool(_ASIDE.search(made.statement.heading))
    worth += 1.2 * bool(_READERS.search(text)) - 2.0 * bool(_OFFICES.search(made.sentences[-1]))
    worth -= 0.9 * min(4, len(_INTERNAL.findall(text))) + 1.5 * bool(_PENALTY.search(text)) + 1.5 * made.statement.part
    worth += 1.2 * bool(_LABELLED.match(text))
    worth -= 0.3 * bool(made.statement.label and not text.startswith(made.statement.label))
    worth -= 2.0 * bool(_BUILDERS.search(text))
    worth -= 1.0 * (text.count("《") > 0)
    return Told(made, carried, worth, answers)


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
