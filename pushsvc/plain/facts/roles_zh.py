"""Which role a Chinese date plays. A role needs a cue next to the date; a date without one is a plain `event_date`."""

from __future__ import annotations

import re

from pushsvc.plain.facts.acts_zh import acts_for_reader, asked, asks_application_or_payment, office_must
from pushsvc.plain.facts.context import Surroundings
from pushsvc.plain.facts.cues_zh import (
    ACT_OF_READER,
    ALONE,
    EVENT,
    EXPIRES,
    IN_FORCE,
    PERIOD_END,
    PERIOD_START,
    PLAIN,
    QUALIFIES,
    QUALIFYING,
    Role,
)
from pushsvc.plain.facts.deadlines_zh import (
    FROM_NOW,
    WINDOW_LABEL,
    deadline_from_now,
    deadline_role,
    is_window,
    loses_by_waiting,
    opens_act,
    opens_applications,
    topic_of_label,
    window_role,
)
from pushsvc.plain.facts.mentions import DateMention
from pushsvc.plain.facts.ranges_zh import role_in_range

_RULE_WORDS = re.compile(r"执行|施行|实施|有效|优惠政策|政策(?:期限|时限)|本(?:通知|办法|公告|意见|规定|细则|措施|政策)")
_ENDS_RULE = re.compile(r"^\s?(?:起)?[,，]?\s?(?:同时)?(?:废止|失效|终止执行|停止执行|停止施行|到期|自动失效|自行废止)")
_STOP = re.compile(r"^\s?(?:24时)?(?:止|为止)")

_FROM = re.compile(r"(?:自|从|于|由|将于)(?:今年|本年)?\s?$")
_CLAUSE_START = re.compile(r"(?:^|[,，。:：、\n])\s*$")
_FROM_THEN = re.compile(
    r"^\s?(?:零时|0时)?\s?起(?:至|到|[,，]|(?=调整|取消|停止|提高|降低|免征|减征|下调|上调|暂停|全面|不再|统一|按|将|申领|发放|计发|补发|享受|实行|纳入|恢复|启用|完善|优化|推行|推出|开通|扩大|延长|放宽|试点|对[^,，。；;]{1,24}(?:调整|实行|执行|免|减|提高|降低|给予)|由[^,，。；;]{1,20}(?:调整|提高|降低|变更|改)))"
)
#: "起，灵活就业人员可按规定参加": from then on something is so. An office that does something once from then is an event.
_HOLDS_FROM_THEN = re.compile(
    r"^\s?(?:零时|0时)?\s?起[,，][^。；;\n]{0,40}?(?:可|不再|应|须|按照?|采取|采用|改用|通过|提供|执行|实行|调整|取消|停止|提高|降低|免|减|暂停|统一|全面|均|纳入|启用|换发|推行|推广|不得|禁止|需)"
)
_ALLOWS_FROM_THEN = re.compile(r"^\s?起[,，][^,，。；;]{0,24}(?:可|应|须|将)")
_OPENS = re.compile(
    r"^\s?(?:起)?[,，]?\s?(?:开始|正式)?接受[^,，。；;]{0,20}?(?:报名|申请|申报|登记)|^\s?(?:起)?[,，]?\s?(?:开始|正式|启动)?(?:接受)?(?:受理|报名|申请|申报|登记|开放|征集|办理|填报)|^\s?起\s?(?:可|登录|进行|通过)"
)
_BY_THEN_ALREADY = re.compile(
    r"^\s?(?:日)?(?:\d{1,2}时)?及?(?:以前|之前|前|止|期间|内|之间)?[,，（()）]?(?:已|发生|正在|仍在|在册|在岗|在职|取得|出生|毕业|注册成立|成立|登记注册|参加工作|累计|入职|入学|未|尚未|经|建成|竣工|出台|认定(?=且|的|并))"
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
_CLOSES = re.compile(r"^\s?(?:零时|0时)?起[,，][^,，。；;]{0,16}(?:封闭|施工|停水|停电|停气|改道|闭馆|举行|举办|召开|开展)")
_HAPPENS = re.compile(
    r"^\s?[,，]?\s?(?:\S{0,12})?(?:举行|召开|举办|开幕|开展|考试|笔试|面试|摇号|派位|公布|公告|公示|发布|揭晓|发出|寄发|发放|停水|停电|停气|停运|停业|封闭|开始|启动|进行|试鸣|演练|开学|放假|开放|开通|上线|通车|投用|录取|反馈结果|寄出|邮寄|张贴|批准|起运|结束(?!后)|组织|入伍|施工|检修|作业|暂停)"
)
#: "8月25日到教育局领取入学通知书", "8月30日新生持通知书到校报到": a day on which a reader goes somewhere.
_GOES_THERE = re.compile(
    r"^\s?(?:当天|当日)?[,，]?(?:(?:各?(?:新生|考生|家长|学生|申请人|业主|入选者|中签者|毕业生))?(?:须|请|应)?(?:持|凭|携带?)[^,，。；;\n]{1,20})?"
    r"(?:(?:各?(?:新生|考生|家长|学生|申请人|业主|入选者|中签者|毕业生))?(?:须|请|应)?(?:到|前往|返|在))[^,，。；;\n]{1,24}?(?:领取|报到|参加|集合|注册|签到|返校|校$)"
)
#: "前，携带户口簿、退休凭证（…）到社区登记": what is brought stands between the day and the act.
_PAPERS_CARRIED = re.compile(
    r"^(\s?(?:以前|之前|前)[,，]?)(?:请|须|应|可)?(?:携带?|持|凭|带)(?:[^,，。；;（(\n]|[（(][^（()）\n]{0,40}[）)]){2,80}?(?=到|前往|至|向)"
)
#: "23:00时至次日早8:00时": the hours of something that begins on a day.
_TO_HOUR = re.compile(
    r"^\s?时?\s?(?:至|到|-|—+|~)\s?(?:次日|当日|当天|第二天)?(?:[（(][^（()）\n]{1,6}[）)])?\s?(?:凌晨|早上?|上午|中午|下午|晚上?)?\s?\d{1,2}\s?(?:[:：]\d\d\s?[时点分]?|[时点](?:\d\d分)?)"
)
_FIXED_FOR = re.compile(r"(?:定于|拟于|(?<!应)将于|约定在)\s?$")
_BEGAN = re.compile(
    r"^\s?[,，](?!记者|据)[^。；;\n]{4,50}?(?:正式)?(?:启动|开始|开业|开通|上线|投用|揭牌|举行|召开)(?=[。,，；;]|$)"
)
#: "12月2日：领取编号1501-3000号段人员": a line of a calendar.
_HEADS_STEP = re.compile(r"^\s?(?:[（(][^（()）\n]{1,8}[）)])?(?:上午|下午|全天)?\s?[:：]\s?\S")
#: The one day on which a reader may sign up: "报名时间为7月11日".
_ONE_DAY_LABEL = re.compile(
    r"(?:报名|摸底登记|信息登记|预约登记|现场登记|现场确认|资格复审|资格审查|缴费)(?:时间|日期)(?:安排)?(?:统一|均)?(?:确定|安排|定)?\s?(?:为|是|在|于|[:：])?\s?$"
)
_ONE_DAY_ENDS = re.compile(
    r"^\s?(?:[（(](?:星期|周)[一二三四五六日天][)）])?\s?(?:全天|一天|当天|上午|下午|\d{1,2}[:：]\d\d)?\s?(?:[,，。；;（()）\n]|—|-|~|至\s?\d{1,2}\s?[:：时点]|$)"
)
#: "2月15日（元宵节）、2月20日、2月25日上午发放": days of a list share what is said of the last one.
_FURTHER_DAYS = re.compile(
    r"^(?:[（(][^（()）\n]{1,8}[）)])?(?:\s?[、和及]\s?(?:\d{1,2}月)?\d{1,2}日(?:[（(][^（()）\n]{1,8}[）)])?)+[,，]?(?:每天)?(?:上午|下午)?(?:\d{1,2}(?:点|时|:\d\d))?"
)
_DAYS_BEFORE = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日?(?:[（(][^（()）\n]{1,8}[）)])?[、和及]\s?(?:\d{1,2}日[、和及]\s?)*$"
)
_NEXT_DAY = re.compile(r"^\s?[、和及]\s?(?:\d{1,2}月)?\d{1,2}日")
_WINDOW_ENDS = re.compile(r"^\s?(?:[一二两三四五六\d]天)?\s?(?:[,，。；;（(\n]|—|-|~|$)")
#: A line above that says what the day or the period is of.
_HEADING = re.compile(r"(?:时间|期限|日期|期间)(?:(?:及|和|与|、)?(?:方式|地点|要求|办法|程序|安排))?\s?[:：]?\s*$")


#: "报名时间8月10日9:00起，8月20日18:00截止": the first day of a window whose last is told apart.
_OPENS_WINDOW = re.compile(r"^\s?(?:零时|0时)?(?:起|开始)(?=[,，、；;。\n]|$)")
_SINCE_NOW = re.compile(r"^\s*自?(?:即日|(?:本)?(?:公告|通知|通告)?(?:发布|印发|公布)之日)起?\s?(?:至|到|截至|-|—)\s?$")


#: "城厢社区预计6月底" under "筛查时间：".
_EXPECTED = re.compile(r"\s?[^,，。；;：:\d\n]{0,8}(?:预计|拟定|暂定)\s?")
#: "湖里区登记时间是7月28日至31日；海沧区是7月28日到8月2日": the second of two shares the first one's label.
_NAMES_ONE = re.compile(r"\s?[^,，。；;：:\d\n]{2,10}(?:是|为|[:：])\s?(?:自|从)?\s?")
_SHARED_LABEL = re.compile(
    rf"(?P<label>{WINDOW_LABEL})\s?(?:是|为|[:：])\s?(?:自|从)?\s?(?:\d{{4}}年)?\d{{1,2}}月[^。\n]*[；;]\s*$"
)


def role_of(mention: DateMention, where: Surroundings, partner: DateMention | None, past: bool) -> Role:
    """(kind, role). `partner` is the other end of a range; `past`: the day lay behind when the document was published."""
    before, after = _lead(where), where.after
    if after[:2].strip().startswith("|") and not before[before.rfind("\n") + 1 :].strip(" |："):
        # A calendar's row: the day in its first cell, what is done on it in the next one.
        after = " " + after.lstrip(" |")
    if before.rfind("《") > before.rfind("》"):
        # In the title of a document that is cited.
        return PLAIN
    if partner is not None and (mention.opens or mention.closes):
        kind, role = role_in_range(mention, before, after)
    else:
        kind, role = _listed_in_window(before, after) or _role_alone(_DAYS_BEFORE.sub("", before), after)
    return (kind, "cutoff" if past else "period_end") if role == "qualifying" else (kind, role)


def _listed_in_window(before: str, after: str) -> Role | None:
    """ "报名时间为7月5日和7月6日两天": the first and the last day of those that a window is open on."""
    if office_must(before[-50:]):
        return None
    if _NEXT_DAY.match(after):
        return ("event_date", "application_open") if is_window(before[-60:]) else None
    first = _DAYS_BEFORE.sub("", before)
    if first != before and is_window(first[-60:]) and _WINDOW_ENDS.match(after):
        return "deadline", window_role(first[-60:])
    return None


def _lead(where: Surroundings) -> str:
    """The words before the day; a heading above it where the day begins its line."""
    if not _SINCE_NOW.sub("", where.before).strip(" \t:：|") and _HEADING.search(where.previous) and len(where.previous) < 40:
        return f"{where.previous[-30:]}：{where.before.strip(' :：|')}"
    if _EXPECTED.fullmatch(where.before) and _HEADING.search(where.previous) and len(where.previous) < 40:
        return f"{where.previous[-30:].rstrip('：: ')}："
    before = where.before.replace("|", "：")
    shared = _SHARED_LABEL.search(where.previous) if _NAMES_ONE.fullmatch(before) else None
    if shared:
        return f"{before.rstrip('是为:： ')}{shared['label']}："
    topic = topic_of_label(before[-60:], where.previous)
    return f"{before}{topic}时间：" if topic else before


def _role_alone(before: str, after: str) -> Role:
    near, ahead = before[-60:], _PAPERS_CARRIED.sub(r"\1", after[:160])[:60]
    if _ends_rule(before, ahead):
        return EXPIRES
    if loses_by_waiting(ahead):
        return "deadline", asked(ahead) or "application_deadline"
    for cue in ALONE:
        if cue.holds(near, ahead):
            return cue.role
    if _ONE_DAY_LABEL.search(near) and _ONE_DAY_ENDS.match(ahead) and not office_must(before[-50:]):
        return "deadline", window_role(near)
    if _OPENS_WINDOW.match(ahead) and is_window(near) and not office_must(before[-50:]):
        return "event_date", "application_open"
    if _FROM.search(near) and _FROM_THEN.match(ahead):
        if _CLOSES.match(ahead) and not _HOLDS_FROM_THEN.match(ahead):
            return EVENT
        return _role_of_start(ahead)
    if (_CLAUSE_START.search(near) or _FROM.search(near)) and re.match(r"^\s?起[,，]", ahead):
        if _HOLDS_FROM_THEN.match(after[:80]) and not office_must(re.split(r"[,，]", ahead)[1][:20] + "在"):
            return _role_of_start(ahead)
        return EVENT
    if _OPENS.match(ahead):
        return "event_date", "application_open"
    if _BY_THEN_ALREADY.match(ahead):
        return "event_date", "cutoff"
    if _EARNS.match(ahead) and not asks_application_or_payment(ahead):
        return QUALIFYING
    if _TARGET.search(near) and not FROM_NOW.search(near):
        return PLAIN
    deadline = deadline_role(before, ahead) or deadline_from_now(before, ahead)
    if deadline:
        return "deadline", deadline
    if FROM_NOW.search(near[-30:]) and re.search(rf"期间|{QUALIFIES}", ahead) and not office_must(ahead):
        return PERIOD_END
    if _OFFICES_TARGET.match(ahead) and (office_must(ahead) or re.search(r"全国|全省|全市|全区|全县|各[区县市地]", ahead)):
        return EVENT
    ahead = _TO_HOUR.sub("", ahead)
    happens = _HAPPENS.match(_FURTHER_DAYS.sub("", ahead)) or _GOES_THERE.match(ahead)
    happens = happens or _FIXED_FOR.search(near) or _BEGAN.match(after)
    return EVENT if happens or (_HEADS_STEP.match(ahead) and not near.strip()) else PLAIN


def _ends_rule(before: str, after: str) -> bool:
    if (
        FROM_NOW.search(before[-30:])
        and re.match(r"^\s?(?:24时)?止?(?:期间)?[,，]", after)
        and ACT_OF_READER.search(after[:60])
    ):
        return False
    if _ENDS_RULE.match(after):
        return not re.search(r"》[^。]{0,40}$", before[-60:])
    if re.match(r"^\s?(?:24时)?结束", after) and re.search(
        r"(?:活动|政策|补贴|优惠|发放)[^,，。；;\d]{0,8}(?:至|到)\s?$", before
    ):
        return True
    if re.match(r"^\s?(?:以?前)?(?:均)?有效|^\s?结束", after):
        return bool(_RULE_WORDS.search(before[-50:] + after[:8]) and re.search(r"(?:至|到)\s?$", before))
    return bool(_STOP.match(after) and _RULE_WORDS.search(before[-50:]) and not acts_for_reader(before[-25:]))


def _role_of_start(after: str) -> Role:
    if re.search(
        r"(?:调整|上调|下调|提高|降低)[^,，。；;]{0,20}(?:价格|标准|费率|票价|[水电气]价|额度)|不再|改为|取消|停止|暂停|均设|采取|采用|改用",
        after[:30],
    ):
        return IN_FORCE
    if _ALLOWS_FROM_THEN.match(after) and not opens_applications(after[:30]):
        return IN_FORCE
    if opens_applications(after[:12]):
        return "event_date", "application_open"
    return PERIOD_START if opens_act(after[:14]) else IN_FORCE
