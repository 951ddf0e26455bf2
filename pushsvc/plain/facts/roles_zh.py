"""Which role a Chinese date plays. A role needs a cue next to the date; a date without one is a plain `event_date`.

The cues stand in one table each for a lone day and for one end of a range, in order of priority: the first that holds gives
the role. `before` is searched in the words before the day (most patterns end where the day begins), `after` in those behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pushsvc.plain.facts.acts_zh import acts_for_reader, asked, asks_application_or_payment, office_must
from pushsvc.plain.facts.context import Surroundings
from pushsvc.plain.facts.deadlines_zh import (
    FROM_NOW,
    WINDOW_LABEL,
    deadline_from_now,
    deadline_role,
    is_window,
    loses_by_waiting,
    opens_act,
    opens_applications,
    window_role,
)
from pushsvc.plain.facts.mentions import DateMention

Role = tuple[str, str | None]
PLAIN: Role = ("event_date", None)
#: A day until which a qualifying act counts: past when published it is a cutoff, else the end of a period.
_QUALIFYING: Role = ("event_date", "qualifying")


@dataclass(frozen=True)
class Cue:
    """One way in which officials say what a day is. Every pattern that is given must hold, none of the `unless` may."""

    role: Role
    before: str = ""
    after: str = ""
    unless_before: str = ""
    unless_after: str = ""

    def holds(self, before: str, after: str) -> bool:
        return (
            (not self.after or re.match(self.after, after) is not None)
            and (not self.before or re.search(self.before, before) is not None)
            and not (self.unless_before and re.search(self.unless_before, before))
            and not (self.unless_after and re.search(self.unless_after, after))
        )


_ISSUED: Role = ("event_date", "issued")
_EVENT: Role = ("event_date", "event")
_OLD: Role = ("event_date", "old_value")
_PERIOD_START: Role = ("event_date", "period_start")
_PERIOD_END: Role = ("event_date", "period_end")
_IN_FORCE: Role = ("effective_date", "effective_from")
_EXPIRES: Role = ("expiry", "valid_until")

_FORCE = r"(?:正式)?(?:起)?(?:施行|实施|执行|生效|启用|实行)"
_NOTE = r"(?:[（(][^）)]{0,12}[）)])?"
#: Acts that make somebody one of those whom a rule is for.
_QUALIFIES = (
    r"出生|生育|退休|毕业|购买|购房|签订|签约|网签|取得|办理|参保|入职|入学|入户|注册|登记|成立|参加工作"
    r"|缴存|缴纳|备案|竣工|开工|完成|投入|首次|新|已|未|享受|获得"
)
_QUALIFYING_TIME = (
    r"(?:计算|认定|核算|统计|购房|购买|消费|网签|备案|签约|签订|出生|毕业|生育|缴存|参保|补助|补贴(?!申[请报]|受理))"
    r"(?:[^,，。；;申受截]{0,4})(?:时间|日期|期间)"
)
_HAPPENING = r"(?:考试|笔试|面试|听证会?|会议|活动|举办|举行|召开|开幕|摇号|培训|比赛|讲座|招聘会|体检|选房|演练|开奖|开标)"
_RULE_LIFE = (
    r"(?:有效期限?|实施期限?|执行期限?|施行期限?|政策期限|有效期间|执行时间|实施时间|政策时限|实施时限|有效时间|执行期|有效)"
    r"[^。；;\n]{0,26}?(?:至|到|截至|截止到?|为|[:：]|-|—|~)\s?$"
)
_RULE_LIFE_NEAR = (
    r"(?<!报名)(?<!申请)(?<!申报)(?<!受理)(?<!提交)(?<!征集)(?<!缴费)(?<!反馈)(?:期限|时限)(?:暂定)?(?:至|到|截至"
    r"|截止到?)\s?$|(?:执行|施行|实施|有效|延续|延长|延期|顺延|实行|暂定)(?:期限?|时间)?(?:暂定)?(?:至|到|截至|截止到?)\s?$"
)
_RULE_WORDS = re.compile(r"执行|施行|实施|有效|优惠政策|政策(?:期限|时限)|本(?:通知|办法|公告|意见|规定|细则|措施|政策)")
_ENDS_RULE = re.compile(r"^\s?(?:起)?[,，]?\s?(?:同时)?(?:废止|失效|终止执行|停止执行|停止施行|到期|自动失效|自行废止)")
_STOP = re.compile(r"^\s?(?:24时)?(?:止|为止)")

#: A lone day, before anything is asked of the reader.
_ALONE: tuple[Cue, ...] = (
    # The history of a rule: who adopted it, by which order it was made public, what it replaced.
    Cue(_OLD, after=r"^\s?(?:起)?(?:延长|延期|延|顺延|推迟|提前|调整|变更|改)(?:至|到|为)"),
    Cue(
        _OLD,
        before=r"原(?:定|计划|则上)?(?:于|为|在|截止)?[^,，。；;\d]{0,8}$",
        after=r"^[^。；;]{0,40}(?:延|推迟|调整|改|变更|取消)",
    ),
    Cue(_OLD, after=r"^\s?[^。；;\n《]{0,24}(?:批准|发布|公布|印发|修订)[^。；;\n]{0,40}(?:同时)?废止"),
    Cue(_EVENT, after=r"^\s?(?:经)?[^。；;\n《]{0,30}(?:会议|委务会)(?:审议)?(?:讨论)?(?:修订)?通过"),
    Cue(_ISSUED, after=r"^\s?[^。；;\n《]{0,24}令\s?第?\s?\d{1,4}\s?号\s?(?:公布|发布|颁布)"),
    # When something happens, by its label.
    Cue(_EVENT, before=rf"{_HAPPENING}(?:时间|日期)\s?[:：为是于定]{{0,2}}\s?$"),
    # Its life.
    Cue(_IN_FORCE, before=r"(?:施行|实施|生效|执行)(?:日期|时间)\s?[:：为是]\s?$"),
    Cue(_EXPIRES, before=r"(?:失效|废止|终止|到期)(?:日期|时间)\s?[:：为是]\s?$"),
    Cue(_IN_FORCE, after=rf"^\s?{_NOTE}(?:零时|0时|24时)?\s?(?:起|开始|以后|之后|后)?[,，]?\s?{_FORCE}"),
    Cue(
        _EXPIRES,
        before=_RULE_LIFE,
        unless_after=r"^\s?(?:24时)?截止",
        unless_before=r"(?:申请|申报|报名|受理|提交)[^,，。；;]{0,12}(?:时间|日期|期限)[^,，。；;]{0,6}$",
    ),
    Cue(_EXPIRES, before=_RULE_LIFE_NEAR, unless_before=rf"{WINDOW_LABEL}[^。；;]{{0,36}}$", unless_after=r"^\s?截止"),
    # Whom it is for: "2029年12月31日前退休的", "1979年1月1日（含当天）后出生".
    Cue(_PERIOD_START, after=rf"^\s?{_NOTE}(?:及|\(含\))?(?:以后|之后|后)[)）]?[,，]?[^,，。；;]{{0,12}}(?:{_QUALIFIES})"),
    Cue(
        _QUALIFYING,
        after=rf"^\s?(?:日)?{_NOTE}(?:底|末)?及?(?:以前|之前|前)[^,，。；;]{{0,24}}(?:出生|退休|毕业|购买|签订|签约|网签|入户|开工)[^,，。；;]{{0,24}}的(?!手续|申请)",
        unless_before=r"(?:请|应|须|务必)[^,，。；;]{0,6}$",
    ),
    Cue(_PERIOD_END, before=rf"{_QUALIFYING_TIME}[^,，。；;]{{0,6}}(?:截至|截止至?|至|到)\s?$"),
    Cue(_PERIOD_END, before=r"(?:日期|时间)[^,，。；;]{0,4}(?:在|为|于)\s?$", after=r"^\s?(?:以前|之前|前)[,，。；;)）]"),
)
_FROM = re.compile(r"(?:自|从|于|由|将于)\s?$")
_CLAUSE_START = re.compile(r"(?:^|[,，。:：、\n])\s*$")
_FROM_THEN = re.compile(
    r"^\s?(?:零时|0时)?\s?起(?:至|到|[,，]|(?=调整|取消|停止|提高|降低|免征|减征|下调|上调|暂停|全面|不再|统一|按|将|申领|发放|实行))"
)
#: "起，灵活就业人员可按规定参加": from then on something is so. An office that does something once from then is an event.
_HOLDS_FROM_THEN = re.compile(
    r"^\s?(?:零时|0时)?\s?起[,，][^。；;\n]{0,40}?(?:可|不再|应|须|按照?|执行|实行|调整|取消|停止|提高|降低|免|减|暂停|统一|全面|均|纳入)"
)
_ALLOWS_FROM_THEN = re.compile(r"^\s?起[,，][^,，。；;]{0,24}(?:可|应|须|将)")
_OPENS = re.compile(
    r"^\s?(?:起)?[,，]?\s?(?:开始|正式|启动)?(?:接受)?(?:受理|报名|申请|申报|登记|开放|征集|办理|填报)|^\s?起\s?(?:可|登录|进行|通过)"
)
_BY_THEN_ALREADY = re.compile(
    r"^\s?(?:日)?(?:\d{1,2}时)?及?(?:以前|之前|前|止|期间|内|之间)?[,，（(]?(?:已|取得|出生|毕业|注册成立|成立|登记注册|参加工作|累计|入职|入学|未|尚未|经|建成|竣工|出台)"
)
#: "2027年6月30日前完成装修的，给予补贴": what has to be so by then to get something.
_EARNS = re.compile(
    r"^\s?(?:底|末)?(?:以前|之前|前)[^,，。；;]{2,30}的[,，][^,，。；;]{0,12}(?:给予|可享受|可申请|奖励|补贴|补助|享受|发放)"
)
_TARGET = re.compile(r"(?:(?<![截止至])到|力争|计划|预计|确保|争取)(?:在)?\s?$")
#: What offices set out to have done by a day.
_OFFICES_TARGET = re.compile(
    r"^\s?(?:底|末)?(?:以前|之前|前)[,，]?[^。；;]{0,30}(?:应|力争|确保|要|实现|完成|建成|达到|基本|全面)"
)
_HAPPENS = re.compile(
    r"^\s?[,，]?\s?(?:\S{0,12})?(?:举行|召开|举办|开幕|开展|考试|笔试|面试|摇号|派位|公布|发放|停水|停电|封闭|开始|进行|试鸣|演练)"
)
#: A line above that says what the day or the period is of.
_HEADING = re.compile(r"(?:时间|期限|日期|期间)\s?[:：]?\s*$")


def role_of(mention: DateMention, where: Surroundings, partner: DateMention | None, past: bool) -> Role:
    """(kind, role). `partner` is the other end of a range; `past`: the day lay behind when the document was published."""
    before, after = _lead(where), where.after
    if before.rfind("《") > before.rfind("》"):
        # In the title of a document that is cited.
        return PLAIN
    if partner is not None and (mention.opens or mention.closes):
        kind, role = _role_in_range(mention, before, after)
    else:
        kind, role = _role_alone(before, after)
    return (kind, "cutoff" if past else "period_end") if role == "qualifying" else (kind, role)


def _lead(where: Surroundings) -> str:
    """The words before the day; a heading above it where the day begins its line."""
    if not where.before.strip(" \t:：|") and _HEADING.search(where.previous) and len(where.previous) < 40:
        return f"{where.previous[-30:]}："
    return where.before.replace("|", "：")


def _role_alone(before: str, after: str) -> Role:
    near, ahead = before[-60:], after[:60]
    if _ends_rule(before, ahead):
        return _EXPIRES
    if loses_by_waiting(ahead):
        return "deadline", asked(ahead) or "application_deadline"
    for cue in _ALONE:
        if cue.holds(near, ahead):
            return cue.role
    if _FROM.search(near) and _FROM_THEN.match(ahead):
        return _role_of_start(ahead)
    if (_CLAUSE_START.search(near) or _FROM.search(near)) and re.match(r"^\s?起[,，]", ahead):
        if _HOLDS_FROM_THEN.match(after[:80]) and not office_must(re.split(r"[,，]", ahead)[1][:20] + "在"):
            return _role_of_start(ahead)
        return _EVENT
    if _OPENS.match(ahead):
        return "event_date", "application_open"
    if _BY_THEN_ALREADY.match(ahead):
        return "event_date", "cutoff"
    if _EARNS.match(ahead) and not asks_application_or_payment(ahead):
        return _QUALIFYING
    if _TARGET.search(near):
        return PLAIN
    deadline = deadline_role(before, ahead) or deadline_from_now(before, ahead)
    if deadline:
        return "deadline", deadline
    if FROM_NOW.search(near[-30:]) and re.search(rf"期间|{_QUALIFIES}", ahead) and not office_must(ahead):
        return _PERIOD_END
    if _OFFICES_TARGET.match(ahead) and (office_must(ahead) or re.search(r"全国|全省|全市|全区|全县|各[区县市地]", ahead)):
        return _EVENT
    return _EVENT if _HAPPENS.match(ahead) else PLAIN


def _ends_rule(before: str, after: str) -> bool:
    if (
        FROM_NOW.search(before[-30:])
        and re.match(r"^\s?(?:24时)?止?(?:期间)?[,，]", after)
        and _ACT_OF_READER.search(after[:60])
    ):
        return False
    if _ENDS_RULE.match(after):
        return not re.search(r"》[^。]{0,40}$", before[-60:])
    if re.match(r"^\s?(?:以?前)?(?:均)?有效|^\s?结束", after):
        return bool(_RULE_WORDS.search(before[-50:] + after[:8]) and re.search(r"(?:至|到)\s?$", before))
    return bool(_STOP.match(after) and _RULE_WORDS.search(before[-50:]) and not acts_for_reader(before[-25:]))


def _role_of_start(after: str) -> Role:
    if re.search(r"不再|改为|取消|停止|暂停|均设", after[:30]):
        return _IN_FORCE
    if _ALLOWS_FROM_THEN.match(after) and not opens_applications(after[:30]):
        return _IN_FORCE
    if opens_applications(after[:12]):
        return "event_date", "application_open"
    return _PERIOD_START if opens_act(after[:14]) else _IN_FORCE


_FORCE_LABEL = re.compile(
    r"(?:有效|执行|施行|实施|试行)(?:期限|期间|期|时间|时限)?(?:暂定[^,，。]{0,6})?(?:为|是|[:：]|自|从|[（(])*\s?$"
)
_IN_FORCE_AFTER = re.compile(r"^\s?(?:止|期间)?[,，]?\s?(?:期间)?(?:施行|执行|实施|有效)")
_ACT_OF_READER = re.compile(r"购买|购房|购置|签订|签约|网签|出生|毕业|生育|缴存|首次|新(?:办|注册|招用|购)|转让|出售")
_GIVES = re.compile(r"补贴|补助|奖励|消费券|贴息|奖补")
_ASKS = re.compile(r"请|可|应|须|需|接受|开始|集中")
_PUBLICITY = re.compile(r"(?:公示)(?:时间|期限|期间|期)[^。；;\n\d]{0,6}$")


def _role_in_range(mention: DateMention, before: str, after: str) -> Role:
    """One end of "A to B": an application window, the life of a rule, or a period in which the act must fall."""
    near, ahead = before[-60:], after[:60]
    head = re.split(r"[。；;\n]", ahead)[0]
    life = _IN_FORCE if mention.opens else _EXPIRES
    period = _PERIOD_START if mention.opens else _PERIOD_END
    happens: Role = ("event_date", "event_start" if mention.opens else "event_end")
    if _PUBLICITY.search(near):
        return happens
    if re.search(r"原(?:定|计划)?(?:于|为|在)?[^,，。；;（(]{0,6}$", near):
        return _OLD
    if re.search(rf"{_QUALIFYING_TIME}[^,，。；;]{{0,4}}$", near):
        return period
    if is_window(near) and not office_must(before[-50:]):
        return _end_of_window(mention, near)
    if _FORCE_LABEL.search(near) or _IN_FORCE_AFTER.match(head):
        return life
    act = _ACT_OF_READER.search(head[:24])
    if re.search(r"(?:^|[,，、.．\s])(?:自|从)\s?$", near) and re.match(
        r"^\s?(?:止)?[,，]\s?(?:对|免|减|暂|继续|在?全国)", head
    ):
        return period if act and _GIVES.search(after[:140]) else life
    asked_at = re.search(r"申请|申报|报名|提交|登记(?!备案|之日)|受理|填报|预约|申领|投递|推荐|填写|上传|递交|报送", head[:40])
    if asked_at and (act is None or asked_at.start() < act.start()) and _ASKS.search(near[-14:] + head[:8]):
        return _end_of_window(mention, head) if not office_must(before[-50:]) else PLAIN
    return period if act or re.match(r"^\s?(?:止)?\s?(?:期间|之间|内|期限内)", head) else happens


def _end_of_window(mention: DateMention, words: str) -> Role:
    return ("event_date", "application_open") if mention.opens else ("deadline", window_role(words))
