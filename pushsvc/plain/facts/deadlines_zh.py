"""Is a Chinese date the last moment for the reader to act? Two cues are needed: "until then", and what is to be done."""

from __future__ import annotations

import re

from pushsvc.plain.facts.acts_zh import actor, acts_for_reader, asked, asks_act, asks_payment, office_must

BEFORE_THEN = re.compile(
    r"^\s?(?:24时|24点|17时|12时)?\s?(?:[（(][^）)]{0,12}[）)])?\s?(?:底|末|晚)?\s?(?:以前|之前|前|截止|止|为止|内|结束|关闭|停止(?:受理|报名|申报|登记|预约|缴费|申请))"
)
_NOT_LATER = re.compile(
    r"(?:最迟|最晚|不(?:得)?(?:迟|晚)于|(?:日期|时间)[^,，。；;]{0,4}不(?:得)?超过|务必于|务必在|逾期.{0,6})[^,，。；;]{0,8}$"
)
_CLOSING = re.compile(
    r"(?:截止(?:时间|日期|日)|截止期限|截止至?|截至)(?:[^。；;,，\n]{0,6}?)?\s?(?:为|是|[:：]|到|至|于|延长至|延至|顺延至|推迟至|调整为)?\s?$"
)
#: What a label says a time is for, when it is the reader's to use it.
WINDOW_LABEL = (
    r"(?:报名|申请|申报|提交(?:材料)?|受理|征集|征求(?:意见)?|征询(?:意见)?|反馈|意见反馈|登记|缴费|缴纳|投递|填报|预约|投稿|认定|办理|申领|领取|打印准考证|准考证打印|复核|年审|年检|核验|认证|集中(?:办理|受理)|报考|选房登记|结算)"
    r"[^。；;,，（(\n]{0,8}(?:截止)?(?:时间|日期|期限|期间|时段|期)"
)
_WINDOW = re.compile(
    rf"{WINDOW_LABEL}[^。；;\n\d]{{0,8}}[:：为是]?\s?(?:\d{{1,3}}\s?(?:天|日|个工作日|个自然日)\s?[（(,，])?(?:自|从|于|至|到|截至|截止)?\s?$"
)
#: A step's name and nothing else before its days: "准考证打印：", "1.网上报名（".
_STEP = re.compile(
    r"(?:^|[\n。；;,，、.．）)\s：])(?:网上|现场|线上|线下|集中|网络|考生)?(?:打印准考证|准考证打印|报名|申报|缴费|预约|(?:信息)?登记|志愿填报|填报志愿"
    r"|材料提交|提交材料|(?:现场|网上|资格)?确认|资格复审|意见征集|征求意见|证书领取|领取证书|认证|选房|选岗|签约|报到)"
    r"(?:(?:[、和及与]|暨)(?:网上|现场|资格|材料)?(?:初审|审核|缴费|确认|信息采集))?(?:阶段|环节)?\s?[（(:：]\s?(?:自|从)?$"
)
#: "时间为" and "2.时间：" do not say what it is the time of: the sentence before, or the heading above does.
_BARE_LABEL = re.compile(
    r"(?:^|[,，、；;.．）)\s：])(?:具体|集中|起止|开放)?(?:时间|日期|期限)(?:安排)?\s?[:：为是]?[^。；;\d]{0,4}$"
)
_TOPIC = re.compile(r"报名|申报|申请|受理|登记|缴费|征集|征求意见|认证|预约|核验|投稿|报考|申领")
_TOPIC_OF_HEADING = re.compile(
    rf"^\s*(?:[（(]?[一二三四五六七八九十\d]{{1,3}}[）)、.．]+\s?)?(?:网上|现场|线上|线下|集中|网络|公开)?(?:{_TOPIC.pattern})"
    r"(?:时间|方式|办法|程序|流程|安排|要求|须知|步骤|途径|渠道|和|及|、|与|地点|材料|资料)*\s*[:：。]?\s*$"
)
_OTHER_TOPIC = re.compile(r"笔试|面试|考试|体检|公示|举办|举行|活动|会议|培训|施工|发放")
#: "报名时间由3月10日延长至": the new end of a window that has been moved.
_MOVED_TO = re.compile(rf"{WINDOW_LABEL}[^。；;\n]{{0,36}}(?:延长|延期|延|顺延|推迟|调整|变更|改)(?:至|到|为)\s?$")
#: What is told as an example is nobody's deadline.
EXAMPLE = re.compile(r"例如|比如|譬如|举例|假设|假如|案例|[张李王赵]某|小[张李王]")
_WINDOW_WORDS = re.compile(
    r"(?P<views>征求|征询|意见|反馈)|(?P<pay>缴费|缴纳|缴款)(?!基数)|(?P<apply>申报|报名|申请|受理|登记|提交|填报|预约|申领|报考|认定|投稿)|(?P<act>年审|年检|核验|认证|打印|选房|选岗|体检|报到|确认|领取|资格审核|结算|办理|签约)"
)
#: What a window is for, by the group of its words; an act counts only where nothing is sent in or paid.
_ROLES = (
    ("views", "comment_deadline"),
    ("pay", "payment_deadline"),
    ("apply", "application_deadline"),
    ("act", "action_deadline"),
)
_TO = re.compile(r"(?:至|到|截至|截止|截止时间.{0,3}|截止日期.{0,3}|起\s?[-—~～]+)\s?$")
#: "From today until": an application window, where the reader is told to do something in it.
FROM_NOW = re.compile(
    r"(?:即日|(?:本)?(?:公告|通知|公示|政策|方案|措施|文件|意见|办法)?(?:发布|印发|公布|公告|公示|通知|发文|下发|出台|实施)(?:之日|日)?)起?[,，]?\s?(?:至|到|截至)\s?$"
)
_PAPERS = re.compile(
    r"(?![^,，]{0,40}[请将把])[^,，]{0,40}(?:名单|情况|信息|汇总表|清单|数据|进展|总结|台账|报表)(?:应当?|须)?(?:于|在)?"
)
_BY_OFFICE = re.compile(
    r"^[,，]?(?:统一)?由[^,，。；;]{0,10}(?:街道|局|厅|部门|中心|社区|镇|乡|学校|窗口|委员会|办公室|村委)[^,，。；;]{0,8}(?:提交|报送|上报|汇总|填报|申报|报)"
)
#: An address on the net or a note between the day and the act.
_ASIDE = re.compile(r"[（(][^（()）\n]{1,80}[）)]")
_BORN = re.compile(r"(?:出生|毕业|注册成立|竣工|建成|入伍|入职|生育|达到|年满|满\d|取得|退休)(?!证|凭证|生|手续|登记|服务证)")
_HISTORY = re.compile(r"^\s?(?:底|末)?[,，]?\s?(?:全|我|已|累计|共|本市|各地|有\d|为止)")
_LOSES = re.compile(
    r"^\s?(?:底|末)?(?:以前|之前|前)(?:仍|尚)?(?:未|没有)(?:按[^,，。；;]{1,8})?(?:提交|申请|申报|报名|缴纳|缴费|办理|登记|领取|确认|签订)"
    r"[^,，。；;]{0,16}[,，][^。；;]{0,8}(?:视为|视同|不予|不再|作废|取消|放弃)"
)
_DIRECTED_TO = re.compile(
    r"^\s?(?:以前|之前|前)[,，]?(?:向|到|至|登录)[^,，。；;]{2,30}?(?:提出|提交|递交|申请|申报|报名|缴纳)"
)
_OFFICE_CLOSES = re.compile(r"(?:审核|审批|初审|评审|公示)(?:工作)?(?:时间)?(?:截止|截至)[^,，。；;]{0,6}$")
#: "街道7个工作日内核实并公示，": who looks into it hands it on.
_OFFICE_WORKS = re.compile(
    r"(?<!经)(?<!向)(?<!到)(?<!由)(?:街道|社区|[镇乡局委]|部门|中心|窗口|村)(?:[^。；;经]{0,30}?)(?:核实|审核|初审|复核|公示|汇总|审批|复审|核查)[^。；;]{0,24}[,，]\s?(?:于|在)?$"
)
#: "于每年1月1日至6月30日报送": the end of the time in which a reader is to act each year.
_YEARLY_TO = re.compile(r"每年度?\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s?起?\s?(?:至|到|-|—|~)\s?$")
#: "6月10日前，申请人向社区提出申请": who is to act, and is late with it afterwards.
_READER_THEN = re.compile(
    r"[,，](?:凡|各?(?:有关|符合条件的)?)?[^,，。；;]{0,12}?(?:申请人|申请者|家长|监护人|考生|市民|居民|业主|学生|毕业生|企业|单位|家庭|本人|对象|农户)"
    r"(?:应当?|须|需|可|请)?(?:向|到|登录|通过|持|携带?|凭|将)"
)
#: "7月15日前，办理入园登记，监护人持户口簿到幼儿园办理": who is to do it, and how, is told in the next clause.
_READER_GOES = re.compile(
    r"[,，][^,，。；;]{2,20}[,，][^,，。；;]{0,12}?(?:申请人|申请者|家长|监护人|考生|市民|居民|业主|学生|毕业生|新生|企业|用户|农户|本人)"
    r"(?:须|应当?|需|可|请)?(?:持|凭|携带?|到|登录|通过|前往)[^。；;]{0,40}?(?:办理|登记|报名|申请|提交|缴|确认)"
)
#: "8月15日前，符合条件的困难职工子女均可申报助学金".
_READER_MAY_THEN = re.compile(
    r"[,，]?(?:凡|各?(?:有关|符合[^,，。；;]{0,8}条件的?)?)?[^,，。；;]{0,30}?"
    r"(?:申请人|申请者|家长|监护人|考生|市民|居民|业主|学生|毕业生|子女|企业|单位|家庭|本人|对象|农户|人员|老人|职工|青年|者)"
    r"(?:均|都)?可(?:以)?(?:自愿|按规定|直接)?(?:向|到|登录|通过)?[^,，。；;]{0,24}?(?:申报|申请|报名|申领|登记|缴费|参保|领取|预约)(?!延|缓|人|材料|单位|条件)"
)
#: "在11月15日前完成，…公示": what follows the day is an office's own work.
_OFFICE_DOES = re.compile(
    r"\s?[,，]?(?:全部|全面|陆续|统一|逐级|向[^,，。；;]{1,10})*(?:完成(?=[,，。；;\n]|$)|发放|公示|公布|拨付|兑现|下达|办结|落实|到账|发到|张榜)"
)
#: "于4月19日前，将确认页扫描后上传至系统": papers that somebody named is to hand in.
_HANDS_IN = re.compile(
    r"\s?[,，]?\s?(?:将|把)[^。；;\n]{4,60}?(?:上传|提交|报送|报经|送至?|交至?|寄至?|发送|反馈)(?![^,，。；;]{0,8}的)"
)
_LATE = re.compile(r"[,，。；;]\s?(?:逾期|过期|否则)")
#: "所有申报项目应于12月20日前完成": a work has to be done by then, nobody applies.
_FINISHED = re.compile(r"(?:全部|如期|按时)?(?:完成|建成|竣工|完工|结题|验收|投产|实施完毕)(?=[,，。；;\n]|$)")
_WORK = re.compile(r"(?:项目|工程|课题|任务|建设)(?:均|原则上|应当?|须|需|要|必须)*(?:于|在)\s?$")
#: "于8月12日9点交至科研处，逾期不再受理": a day on which something is handed in, and too late after it.
_HANDED_IN = re.compile(r"^\s?(?:交至|送至|交到|送到|报送至?|提交至?|递交至?|报至)")
_EXCLUDED = re.compile(r"除外|不(?:再|得|予)?享受")
_POLITE = re.compile(
    r"(?<!申)请|(?<![对相供响适反])应(?![急届税用征收])|须|需|务必|逾期|必须|可(?:于|在|以)?|截止|截至|过期|凡|未按"
)
_MUST = re.compile(r"(?<!申)请|(?<![对相供响适反])应(?![急届税用征收])|须|务必|逾期")
#: "应于", directly before the day: who is told to act by then is no description of somebody.
_MUST_BY = re.compile(r"(?:(?<!申)请|应当?|须|需|务必|必须)(?:于|在)\s?$")
_TODAY_OPENS_USE = re.compile(r"购买|购房|消费|使用|网签|签订|出售|住房|项目")


#: "…征求意见，请于6月5日前": a clause that begins with the asking has the reader as its subject, whoever stood before it.
_PLAINLY_ASKED = re.compile(r"(?:^|[,，。；;：:、\n）)])\s?(?:敬|恳|务)?请(?:您|大家)?(?:务必)?(?:于|在)\s?$")
_AMONG_OFFICES = re.compile(r"各(?:区|县|市|州|镇|乡|级|街道|部门|直属|处|科|学校|委)|成员单位|责任单位|县[、（(]?区")


def plainly_asked(before: str) -> bool:
    """Do the words before the day ask the reader, in a clause that begins with 请于, and no offices among themselves?"""
    return bool(_PLAINLY_ASKED.search(before[-14:])) and not _AMONG_OFFICES.search(before[-70:])


def loses_by_waiting(after: str) -> bool:
    """ "3月底前未提交材料的，视为放弃": what a reader loses who has not acted by then."""
    return _LOSES.match(after) is not None


def is_window(before: str) -> bool:
    """A label before the day says that it is when applications, comments or payments are taken: 申报时间：."""
    return bool(_WINDOW.search(before) or _STEP.search(before))


def topic_of_label(before: str, previous: str) -> str | None:
    """What a bare "时间为" or "时间：" is the time of, where the sentence or the heading above says an act of the reader's."""
    label = _BARE_LABEL.search(before)
    if not label:
        return None
    lead = before[: label.start()][-40:]
    topics = list(_TOPIC.finditer(lead))
    if topics and not _OTHER_TOPIC.search(lead, topics[-1].end()):
        return topics[-1].group()
    heading = _TOPIC_OF_HEADING.match(previous[-24:]) if not lead.strip(" （(）)、.．0123456789一二三四五六七八九十") else None
    return _TOPIC.search(heading.group()).group() if heading else None  # type: ignore[union-attr]


def window_role(words: str) -> str:
    """The role of a window's last day, by its label."""
    last = None
    for said in _WINDOW_WORDS.finditer(words):
        if last is None or not said["act"]:
            last = next(role for name, role in _ROLES if said[name])
    return last or "application_deadline"


def deadline_role(before: str, after: str) -> str | None:
    """The deadline's role, when a cue says "until then" and another says what the reader is to do."""
    near = before[-60:]
    said = BEFORE_THEN.match(after)
    if re.match(r"^\s?[（(]?(?:含)?[）)]?(?:以|之)?后", after):
        return None
    if _MOVED_TO.search(near):
        return window_role(near)
    closing = _CLOSING.search(near) or _NOT_LATER.search(near)
    window = _WINDOW.search(near) or _WINDOW.search(FROM_NOW.sub("", near).rstrip("自从于"))
    if not said and not closing and re.search(r"(?:于|在)\s?$", near) and _HANDED_IN.match(after) and _LATE.search(after[:60]):
        return None if office_must(before[-70:]) else asked(after[:10]) or "application_deadline"
    if not said and not closing and not (window and _TO.search(near)) and not _YEARLY_TO.search(near):
        return None
    plain = bool(said) and plainly_asked(before)
    if EXAMPLE.search(before[-80:]) or (office_must(before[-70:]) and not plain) or (closing and _is_history(near, after)):
        return None
    works = _OFFICE_WORKS.search(before[-80:]) if said and not closing else None
    if (works and actor(works.group()) != "reader") or (said and _of_offices(near, after[said.end() :])):
        return None
    if said and _FINISHED.match(after[said.end() :]) and _WORK.search(near):
        return None
    hands_in = said is not None and actor(near) == "reader" and _HANDS_IN.match(after, said.end()) is not None
    asks = _ASIDE.sub("", (after[said.end() :] if said else after)[:120])
    doing = re.split(r"[。；;\n]|[并且](?:于|在)|\d{1,2}月", asks[:36])[0]
    if said and _EXCLUDED.search(after):
        return None
    if said and "的" in re.split(r"[,，]", doing)[0] and not _MUST_BY.search(near) and not hands_in:
        # "前缴清契税的购房人": who does it by then gets something. Only a payment is a deadline for the reader.
        return "payment_deadline" if asks_payment(doing[:10]) and not re.search(r"已", doing[:3]) else None
    if said and _BORN.search(doing[:10]):
        return None
    if closing and _OFFICE_CLOSES.search(near):
        return None
    # "报名截止4月10日，资格审核…": what closes is named before its day.
    own = asked(re.split(r"[,，。；;：:]", near)[-1]) if closing and not said and not window else None
    if said and "停止" in said.group():
        # "11月15日18时停止登记": what is not taken any more.
        own = asked(said.group())
    if said and not own and not closing and not window and _OFFICE_DOES.match(after, said.end()):
        mine = re.match(r"\s?[,，]?完成", after[said.end() :]) and actor(near) == "reader"
        if not mine:
            return None
    role = own or asked(doing) or (window_role(near) if window else _last_asked(before[-40:]))
    if role is None and said and _LATE.search(after[:60]) and _MUST.search(near) and actor(near) == "reader":
        # Whatever a reader is named and told to do, and is late with afterwards.
        return "action_deadline"
    if role is None and plain and len(doing.strip(" ,，")) > 1:
        # Whatever a reader is asked for in so many words: 请于7月31日前到205室更正账号.
        return "action_deadline"
    if role is not None and said and not office_must(before[-50:]) and _READER_GOES.match(after, said.end()):
        return role
    if hands_in:
        return role if role in ("application_deadline", "comment_deadline") else "application_deadline"
    polite = _POLITE.search(before[-40:] + after[:30]) or FROM_NOW.search(near)
    if role is None or (role == "action_deadline" and not polite):
        return "application_deadline" if closing and re.search(r"截止(?:时间|日期)", near) and asked(before) else None
    if (
        said
        and not closing
        and not window
        and not _POLITE.search(before[-50:])
        and not re.split(r"[,，]", after, maxsplit=1)[0][said.end() :]
    ):
        may = _READER_MAY_THEN.match(after, said.end())
        return role if may or (_READER_THEN.match(after, said.end()) and _LATE.search(after)) else None
    return role


def _of_offices(near: str, after: str) -> bool:
    """ "审核通过的企业名单于7月10日前报送省厅", "7月10日前由街道提交": papers that go from office to office."""
    if _BY_OFFICE.match(after):
        return True
    return bool(_PAPERS.fullmatch(re.split(r"[,，。；;]", near)[-1]) and re.match(r"^(?:前)?(?:报送|上报|报|汇总|送)", after))


def _last_asked(words: str) -> str | None:
    """ "自缴税之日起90日内到窗口申领，最迟不超过": what is asked for nearest to the day."""
    clauses = re.split(r"[,，。；;：:]", words)
    return next((role for clause in reversed(clauses) if (role := asked(clause))), None)


def tells_each_year(before: str, after: str) -> bool:
    """ "应于每年9月30日前申报", "申请截止日期为每年9月30日": a reader is plainly told; what may be done each year is not."""
    if office_must(before[-70:]):
        return False
    if _CLOSING.search(before[-60:]) or re.match(r"^[^。；;]{0,20}[,，]?逾期", after) or _DIRECTED_TO.match(after):
        return True
    return bool(_MUST.search(before[-40:]) and actor(before[-60:]) != "office")


def _is_history(near: str, after: str) -> bool:
    """ "截至3月1日，全市已…": what had been done by then."""
    if not near.endswith(("截至", "截止")):
        return False
    return bool(_HISTORY.match(after)) or asked(near[-40:] + after[:30]) is None


def deadline_from_now(before: str, after: str) -> str | None:
    """ "即日起至12月31日，符合条件的家庭可向街道提出申请": the end of a window that opened with the publication."""
    head = re.split(r"[。；;\n]", after)[0][:60]
    if not FROM_NOW.search(before[-30:]) or not _POLITE.search(before[-30:] + head) or office_must(before[-70:] + head):
        return None
    role = asked(head)
    if role == "application_deadline" and _TODAY_OPENS_USE.search(head[: head.find("申请") if "申请" in head else 60]):
        # Who buys or sells in that time may apply at some later day.
        return None
    return None if role == "action_deadline" and not _MUST.search(head) else role


def opens_applications(words: str) -> bool:
    """Does something for the reader to apply for open with these words?"""
    return acts_for_reader(words)


def opens_act(words: str) -> bool:
    """Does a time in which a qualifying act falls open with these words?"""
    return asks_act(words) or _BORN.search(words) is not None
