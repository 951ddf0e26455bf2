"""What type of publication a document is: by its title, by the Federal Register's ACTION line, by how its text opens."""

from __future__ import annotations

import re

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes.places_abroad import AMERICAN

_Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def _compiled(*pairs: tuple[str, str]) -> _Patterns:
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in pairs)


#: A 通知 that sets or moves rules is policy; one that asks for an act (开展, 做好, 组织, 申报) is a notice.
_SETS_RULES = (
    r"关于(?:进一步|调整|优化|支持|实施|加强|完善|促进|规范|提高|延续|扩大|深化|鼓励|推进|建立|落实|发挥|印发)[^《》]{0,60}"
)
_TITLES: dict[str, _Patterns] = {
    "zh": _compiled(
        ("recruitment", r"招聘|招录|选调|遴选|招考|拟录用|拟聘|招募.{0,8}(?:人员|志愿者)"),
        ("consultation", r"征求.{0,40}意见|征集.{0,20}意见|意见征集|征求意见稿|公开征集|听证"),
        ("interpretation", r"解读|问答|答记者问|一图读懂|\d+问|热点.{0,6}问|常见问题"),
        ("emergency", r"预警信号|应急响应|紧急(?:通知|通告)|红色预警|停课|避险"),
        (
            "news",
            r"(?:召开|举行|举办|启动|走访|慰问|出席).{0,20}(?:会议|仪式|大会|活动)$|出台《|^我[市省区县]发布|最新发布$"
            r"|政策来了",
        ),
        (
            "service",
            r"办事指南|申请流程|办理流程|怎么|如何|指南|指引|简介|详解|快上|攻略|申领|办理[！!。]*$|服务清单|政策清单"
            r"|可以.{0,6}吗|流程$",
        ),
        (
            "notice",
            r"开展.{0,30}工作的通知|印发.{0,60}工作(?:实施)?方案|^关于受理|(?:公告|通告|公示)(?:[(（].{0,12}[)）])?$(?<!意见的公告)(?<!意见的通告)",
        ),
        ("policy", r"办法|规定|条例|细则|措施|意见|方案|政策|规则|规划|决定|" + _SETS_RULES + "(?:通知|公告|通告)"),
        ("notice", r"通知|公告|通告|公示|启事|通报"),
    ),
    "en": _compiled(
        (
            "consultation",
            r"\bconsultation\b|call for evidence|request for (?:public )?comments?|comment request"
            r"|request for information"
            r"|proposed rule|proposed collection|proposed amendments?|seeking views|information collection",
        ),
        (
            "recruitment",
            r"\bvacanc(?:y|ies)\b|\brecruitment\b|job opening|(?:solicitation of|requesting|call for) nominations"
            r"|^working for\b",
        ),
        ("emergency", r"\bevacuation\b|severe weather|flood warning|\bemergency (?:alert|warning)"),
        (
            "service",
            r"^(?:apply|renew|replace|report|find|check|register|pay|get|claim|book|contact|tell|change|cancel|view"
            r"|order|track"
            r"|appeal|complain|sign up|ask|buy|manage|update|use|make|send|start|order)\b"
            r"|\bhow to\b|\bguide\b|\bchecklist\b|complaints procedure|\btest: |\bnotification\b(?! of)",
        ),
        ("notice", r"\bnotice\b|\bmeetings?\b|\bannouncement\b|\bcorrection\b|\bfilings?\b|^report of\b"),
        (
            "policy",
            r"\bregulations?\b|\brules?\b|\bstandards?\b|\bpolicy\b|\bact\b|\bplans?\b|\bamendment of\b|\bprocedures\b"
            r"|\bcharter\b",
        ),
    ),
}
_ACTION = re.compile(r"^ACTION:\s*([^\n]{3,200})", re.MULTILINE)
_ACTIONS = _compiled(
    ("recruitment", r"nominations"),
    ("consultation", r"proposed rule|request for|comment|draft"),
    ("notice", r"^notice|^notification|correction|meeting|deviation|intent|temporary|transfer"),
    ("policy", r"rule|regulation|statement of policy"),
    ("notice", r"."),
)
#: How a text opens, where the title does not say it.
_OPENINGS: dict[str, _Patterns] = {
    "zh": _compiled(
        ("consultation", r"公开征求.{0,20}意见|向社会.{0,6}征求意见"),
        ("news", r"^.{0,60}(?:记者(?:从|获悉|了解到)|本报讯|(?:近日|日前|今天|昨日)[,，].{0,30}(?:印发|发布|出台|召开))"),
        ("policy", r"(?:制定|提出|出台).{0,12}(?:本办法|本细则|本方案|以下措施|如下措施|如下政策)|现(?:就|将).{0,60}通知如下"),
    ),
    "en": _compiled(
        (
            "consultation",
            r"call for evidence|(?:this|our) consultation|invit\w+ (?:evidence|views|comments)|seeking views"
            r"|we are consulting",
        ),
        ("news", r"\b(?:announced today|today announced|has announced|said:|welcomed)"),
        ("service", r"\byou (?:must|can|need|should|may)\b"),
        ("interpretation", r"\bfind out (?:how|what|about)\b|\bguidance\b"),
    ),
}
#: A rule that asks for views is still a draft.
_ASKS_FOR_VIEWS = re.compile(
    r"\bseeking views\b|\bcall for evidence\b|\bare (?:now )?consulting\b|现向社会公开征求意见|公开征求.{0,12}意见"
)
_OPENING = 1200


def type_of(reading: Reading) -> Evidence | None:
    """The type with the words that prove it; None where nothing does. A plan that a 通知 sends round is what the plan is."""
    action = _ACTION.search(reading.source_text[:3000]) if reading.language == "en" else None
    draft = _TITLES["en"][0][1].search(reading.title) if action and action[1].lower().startswith("notice") else None
    if draft:
        return Evidence("type", "consultation", draft.group(), "title")
    if action:
        name = next(name for name, pattern in _ACTIONS if pattern.search(action[1]))
        return Evidence("type", name, action[1], "text", action.start(1), action.end(1))
    opening = reading.source_text[:_OPENING]
    for name, pattern in _TITLES[reading.language]:
        found = pattern.search(reading.title)
        asked = _ASKS_FOR_VIEWS.search(opening) if found and name == "policy" else None
        if asked:
            return Evidence("type", "consultation", asked.group(), "text", asked.start(), asked.end())
        if found:
            return Evidence("type", name, found.group(), "title")
    for name, pattern in _OPENINGS[reading.language]:
        found = pattern.search(opening)
        if found:
            return Evidence("type", name, found.group(), "text", found.start(), found.end())
    american = AMERICAN.search(reading.source_text[-2000:]) if reading.language == "en" else None
    if american:
        start = len(reading.source_text[:-2000]) + american.start()
        return Evidence("type", "notice", american.group(), "text", start, start + len(american.group()))
    return None
