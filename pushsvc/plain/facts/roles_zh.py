"""Which role a Chinese date plays. A role needs a cue next to the date; a date without one is a plain `event_date`."""

from __future__ import annotations

import re

from pushsvc.plain.facts.context import Surroundings
from pushsvc.plain.facts.mentions import DateMention

Role = tuple[str, str | None]
PLAIN: Role = ("event_date", None)

_IN_FORCE = r"(?:正式)?(?:起)?(?:施行|实施|执行|生效|启用|实行)"
_STARTS = re.compile(rf"^\s?(?:零时|0时|24时)?\s?(?:起|开始|以后|之后|后)?[,，]?\s?{_IN_FORCE}")
_FROM = re.compile(r"(?:自|从|于|由|将于)\s?$")
_FROM_THEN = re.compile(
    r"^\s?(?:零时|0时)?\s?起(?:至|到|[,，]|(?=调整|取消|停止|提高|降低|免征|减征|下调|上调|暂停|全面|不再|统一|按|将))"
)
_UNTIL_OF_RULE = re.compile(
    r"(?:有效期限?|实施期限?|执行期限?|施行期限?|政策期限|有效期间|执行时间|实施时间|政策时限|实施时限|有效时间|执行期|有效)"
    r"[^。；;\n]{0,26}?(?:至|到|截至|截止到?|为|[:：]|-|—|~)\s?$"
)
_UNTIL_OF_RULE_NEAR = re.compile(
    r"(?<!报名)(?<!申请)(?<!申报)(?<!受理)(?<!提交)(?<!征集)(?<!缴费)(?<!反馈)(?:期限|时限)(?:暂定)?(?:至|到|截至"
    r"|截止到?)\s?$|(?:执行|施行|实施|有效|延续|延长|延期|顺延|实行|暂定)(?:期限?|时间)?(?:暂定)?(?:至|到|截至|截止到?)\s?$"
)
_ENDS_RULE = re.compile(r"^\s?(?:起)?[,，]?\s?(?:同时)?(?:废止|失效|终止执行|停止执行|停止施行|到期|自动失效|自行废止)")
_STOP = re.compile(r"^\s?(?:24时)?(?:止|为止)")
_RULE_WORDS = re.compile(r"执行|施行|实施|有效|优惠政策|政策(?:期限|时限)|本(?:通知|办法|公告|意见|规定|细则|措施|政策)")

_BEFORE_THEN = re.compile(
    r"^\s?(?:24时|24点|17时|12时)?\s?(?:[（(][^）)]{0,12}[）)])?\s?(?:底|末|晚)?\s?(?:以前|之前|前|截止|止|为止|内|结束)"
)
_NOT_LATER = re.compile(r"(?:最迟|最晚|不(?:得)?(?:迟|晚)于|不(?:得)?超过|务必于|务必在|逾期.{0,6})[^,，。；;]{0,8}$")
_CLOSING = re.compile(
    r"(?:截止(?:时间|日期|日)|截止期限|截止至?|截至)(?:[^。；;,，\n]{0,6}?)?\s?(?:为|是|[:：]|到|至|于|延长至|延至|顺延至|推迟至|调整为)?\s?$"
)
_WINDOW = re.compile(
    r"(?:报名|申请|申报|提交(?:材料)?|受理|征集|征求(?:意见)?|反馈|意见反馈|登记|缴费|缴纳|投递|填报|预约|投稿|认定|办理|申领|复核|年审|年检|核验|认证|集中(?:办理|受理))[^。；;,，（(\n]{0,8}"
    r"(?:截止)?(?:时间|日期|期限|期间|时段|期)[^。；;\n\d]{0,8}[:：为是]?\s?(?:自|从|于|至|到|截至|截止)?\s?$"
)
#: "From today until": an application window, where the reader is told to do something in it.
_FROM_NOW = re.compile(r"(?:即日|(?:本)?(?:公告|通知|公示)?(?:发布|印发|公布|公告|公示|通知)之日)起?\s?(?:至|到|截至)\s?$")
#: A line above that says what the period is of.
_HEADING = re.compile(r"(?:时间|期限|日期|期间)\s?[:：]?\s*$")
_PUBLICITY = re.compile(r"(?:公示)(?:时间|期限|期间|期)[^。；;\n\d]{0,6}$")
_REGISTER = re.compile(
    r"申请|申报|报名|提交|报送|递交|上传|填报|预约|申领|投递|参保|投保|(?<!产)登记(?!备案|之日)|投稿|受理|填写|推荐"
)
_COMMENT = re.compile(r"反馈|意见|建议|来信|来函")
_PAY = re.compile(r"缴纳|缴清|缴费|缴交|补缴|交清|付款|清缴|缴税|汇缴|缴存(?!基数|比例|单位|职工|账户|人|额|状态)|交纳")
_ACT = re.compile(
    r"购买|签订|签约|签署|确认|报告|年报|领取|使用|核销|认购|报到|注册|整改|办理|换领|换发|激活|搬离|搬迁|自查|注销|迁移|转移|撤离"
)
_QUALIFIES = re.compile(
    r"^\s?(?:日)?(?:\d{1,2}时)?(?:以前|之前|前|止|期间|内|之间)?[,，（(]?(?:已|取得|出生|毕业|注册成立|成立|登记注册|参加工作|累计|入职|入学|未|尚未|经|建成|竣工|出台)"
)
_BORN = re.compile(r"出生|毕业|注册成立|竣工|建成|入伍|入职|生育|达到|年满|满\d|取得|退休")
_HISTORY = re.compile(r"^\s?(?:底|末)?[,，]?\s?(?:全|我|已|累计|共|本市|各地|有\d|为止)")
_POLITE = re.compile(r"请|应|须|需|务必|逾期|必须|可(?:于|在|以)?|截止|截至|过期|凡|未按")
_AGENCY = re.compile(
    r"(?:部门|各区|各县|各市|各镇|各街道|人民政府|管委会|委员会|局|厅|中心|幼儿园|学校|院校|机构|银行|法院|检察|民政|财政|街道办|村委|居委|各园|责任单位|各地|行政机关|经办机构|领导小组|办公室)"
    r"[^。；;]{0,12}(?:应|要|须|需|将|负责|于|在|按)"
)
_TARGET = re.compile(r"(?:到|力争|计划|预计|确保|争取)(?:在)?\s?$")
_OPENS = re.compile(
    r"^\s?(?:起)?[,，]?\s?(?:开始|正式|启动)?(?:接受)?(?:受理|报名|申请|申报|登记|开放|征集|办理|填报)|^\s?起\s?(?:可|登录|进行|通过)"
)
_EVENT = re.compile(
    r"^\s?[,，]?\s?(?:\S{0,12})?(?:举行|召开|举办|开幕|开展|考试|笔试|面试|摇号|派位|公布|发放|停水|停电|封闭|开始|进行|试鸣|演练)"
)
_OLD_TIME = re.compile(r"(?:由|从|原定(?:于)?|原)[^,，。]{0,6}$")


def role_of(mention: DateMention, where: Surroundings, partner: DateMention | None) -> Role:
    """(kind, role). `partner` is the other end of a range, where the date is one end of it."""
    if partner is not None and (mention.opens or mention.closes):
        return _role_in_range(mention, where)
    return _role_alone(where)


def _role_alone(where: Surroundings) -> Role:
    before, after = where.before[-60:], where.after[:60]
    clause = re.split(r"[,，]", after, maxsplit=1)
    if _ends_rule(where.before, after):
        return "expiry", "valid_until"
    if _STARTS.match(after):
        return "effective_date", "effective_from"
    if _UNTIL_OF_RULE.search(before) or _UNTIL_OF_RULE_NEAR.search(before):
        return "expiry", "valid_until"
    if _FROM.search(before) and _FROM_THEN.match(after):
        return _role_of_start(after)
    if _OPENS.match(after):
        return "event_date", "application_open"
    if re.search(r"(?:日期|时间)[^,，。；;]{0,4}(?:在|为|于)\s?$", before) and re.match(
        r"^\s?(?:以前|之前|前)[,，。；;)）]", after
    ):
        return "event_date", "period_end"
    if _QUALIFIES.match(after) or _TARGET.search(before):
        return "event_date", "cutoff" if _QUALIFIES.match(after) else None
    deadline = _deadline(where.before, after, clause) or _deadline_from_now(where.before, after)
    if deadline:
        return "deadline", deadline
    if _EVENT.match(after):
        return "event_date", "event"
    return PLAIN


def _ends_rule(before: str, after: str) -> bool:
    if _ENDS_RULE.match(after):
        return not re.search(r"》[^。]{0,40}$", before[-60:])
    if re.match(r"^\s?(?:以?前)?(?:均)?有效|^\s?结束", after):
        return bool(_RULE_WORDS.search(before[-50:] + after[:8]) and re.search(r"(?:至|到)\s?$", before))
    return bool(_STOP.match(after) and _RULE_WORDS.search(before[-50:]) and not _REGISTER.search(before[-25:]))


def _role_of_start(after: str) -> Role:
    if _REGISTER.search(after[:12]) and not re.search(r"不再|改为|取消|停止|暂停", after[:30]):
        return "event_date", "application_open"
    if _ACT.search(after[:14]) or _BORN.search(after[:14]):
        return "event_date", "period_start"
    return "effective_date", "effective_from"


def _deadline(before: str, after: str, clause: list[str]) -> str | None:
    """The deadline's role, when a cue says "until then" and another says what the reader is to do."""
    near = before[-60:]
    said = _BEFORE_THEN.match(after)
    closing = _CLOSING.search(near) or _NOT_LATER.search(near)
    if not said and not closing and not _WINDOW.search(near):
        return None
    if closing and near.endswith(("截至", "截止")) and (_HISTORY.match(after) or not _does(before[-40:] + after[:30])):
        return None
    if (
        _WINDOW.search(near)
        and not said
        and not closing
        and not re.search(r"(?:至|到|截至|截止|截止时间.{0,3}|截止日期.{0,3})\s?$", near)
    ):
        return None
    if _AGENCY.search(before[-70:]):
        return None
    doing = re.split(r"[。；;\n]", (after[said.end() :] if said else after)[:36])[0]
    if said and "的" in re.split(r"[,，]", doing)[0]:
        # "前缴清契税的购房人": who does it by then gets something. Only a payment is a deadline for the reader.
        return "payment_deadline" if _PAY.search(doing[:10]) and not re.search(r"已", doing[:3]) else None
    if said and _BORN.search(doing[:10]):
        return None
    role = _does(doing) or _does(before[-40:])
    if role is None or (role == "action_deadline" and not _POLITE.search(before[-40:] + after[:30])):
        return "application_deadline" if closing and re.search(r"截止(?:时间|日期)", near) and _does(before) else None
    if said and not closing and not _POLITE.search(before[-50:]) and not clause[0][said.end() :]:
        return None
    return role


def _deadline_from_now(before: str, after: str) -> str | None:
    """ "即日起至12月31日，符合条件的家庭可向街道提出申请": the end of a window that opened with the publication."""
    head = re.split(r"[。；;\n]", after)[0][:60]
    if not _FROM_NOW.search(before[-30:]) or not _POLITE.search(head) or _AGENCY.search(before[-70:] + head):
        return None
    role = _does(head)
    return None if role == "action_deadline" and not re.search(r"请|应|须|务必|逾期", head) else role


def _does(words: str) -> str | None:
    """The role of the first thing that the words ask for."""
    first: tuple[int, str] | None = None
    for pattern, role in (
        (_COMMENT, "comment_deadline"),
        (_PAY, "payment_deadline"),
        (_REGISTER, "application_deadline"),
        (_ACT, "action_deadline"),
    ):
        found = pattern.search(words)
        if found and (first is None or found.start() < first[0]):
            first = (found.start(), role)
    if first and first[1] == "application_deadline" and _COMMENT.search(words) and not re.search(r"报名|申请|申报", words):
        return "comment_deadline"
    return first[1] if first else None


def _role_in_range(mention: DateMention, where: Surroundings) -> Role:
    """One end of "A to B": an application window, the life of a rule, or a period in which the act must fall."""
    before, after = where.before[-60:], where.after[:60]
    if not before.strip() and _HEADING.search(where.previous):
        before = where.previous[-30:]
    head = re.split(r"[。；;\n]", after)[0]
    if _PUBLICITY.search(before):
        return "event_date", "event_start" if mention.opens else "event_end"
    if re.search(r"(?:购房|购买|网签|备案|签约|签订|出生|毕业|生育)[^,，。；;]{0,4}(?:时间|日期)[^,，。；;]{0,4}$", before):
        return "event_date", "period_start" if mention.opens else "period_end"
    if _WINDOW.search(before) and not _AGENCY.search(where.before[-50:]):
        return _window(mention, before)
    if re.search(
        r"(?:有效|执行|施行|实施|试行)(?:期限|期间|期|时间|时限)?(?:暂定[^,，。]{0,6})?(?:为|是|[:：]|自|从|[（(])*\s?$", before
    ) or re.match(r"^\s?(?:止|期间)?[,，]?\s?(?:期间)?(?:施行|执行|实施|有效)", head):
        return ("effective_date", "effective_from") if mention.opens else ("expiry", "valid_until")
    if re.search(r"(?:^|[,，、.．\s])(?:自|从)\s?$", before) and re.match(
        r"^\s?(?:止)?[,，]\s?(?:对|免|减|暂|继续|在?全国)", head
    ):
        return ("effective_date", "effective_from") if mention.opens else ("expiry", "valid_until")
    act = re.search(r"购买|签订|签约|网签|出生|毕业|生育|缴存|首次|新(?:办|注册|招用|购)|转让|出售", head[:24])
    asked = _REGISTER.search(head[:40])
    if (
        asked
        and (act is None or asked.start() < act.start())
        and re.search(r"请|可|应|须|需|接受|开始|集中", before[-14:] + head[:8])
    ):
        return _window(mention, head) if not _AGENCY.search(where.before[-50:]) else PLAIN
    if act or re.match(r"^\s?(?:止)?\s?(?:期间|之间|内)", head):
        return "event_date", "period_start" if mention.opens else "period_end"
    return "event_date", "event_start" if mention.opens else "event_end"


def _window(mention: DateMention, words: str) -> Role:
    if mention.opens:
        return "event_date", "application_open"
    if re.search(r"征求|意见|反馈", words):
        return "deadline", "comment_deadline"
    return "deadline", "payment_deadline" if re.search(r"缴费|缴纳", words) else "application_deadline"
