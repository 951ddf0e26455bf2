"""What a document is about and whom it concerns. Each class needs evidence in the document; declared fields win."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pushsvc import taxonomy
from pushsvc.domain.publications import Reading
from pushsvc.plain.classes.places import AMERICAN, read_regions

_TYPES = {
    "zh": (
        ("recruitment", r"招聘|招录|选调|遴选|招考|拟录用|拟聘"),
        ("consultation", r"征求.{0,30}意见|征集.{0,20}意见|意见征集|征求意见稿|公开征集|听证"),
        ("interpretation", r"解读|问答|答记者问|一图读懂|热点.{0,6}问|常见问题"),
        ("emergency", r"预警信号|应急响应|紧急(?:通知|通告)|红色预警|停课|避险"),
        ("service", r"办事指南|申请流程|办理流程|怎么|如何|指南|指引|简介|详解|快上|攻略|服务清单"),
        ("policy", r"办法|规定|条例|细则|措施|意见|方案|政策|规则|规划|决定"),
        ("notice", r"通知|公告|通告|公示|启事|通报"),
    ),
    "en": (
        (
            "consultation",
            r"\bconsultation\b|call for evidence|request for (?:public )?comments?|comment request"
            r"|proposed rule|proposed collection|seeking views",
        ),
        ("recruitment", r"\bvacanc(?:y|ies)\b|\brecruitment\b|job opening|solicitation of nominations|requesting nominations"),
        ("emergency", r"\bemergency\b|\bevacuation\b|severe weather|flood warning"),
        ("service", r"\bapply\b|\brenew\b|how to|\bguide\b|\breport a\b|\bfind a\b|\bcontact\b|\bchecklist\b"),
        ("policy", r"\bregulations?\b|\brules?\b|\bstandards?\b|\bpolicy\b|\bact\b|\bplans?\b"),
        ("notice", r"\bnotice\b|\bmeeting\b|\bannouncement\b"),
    ),
}
_TYPE_PATTERNS = {
    language: tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in pairs) for language, pairs in _TYPES.items()
}
_ELIGIBLE = re.compile(
    r"对象|符合|凡|年满|具有|适用于|适用范围|给予|补贴|补助|申请|申领|可享受|面向|支持|鼓励"
    r"|for |eligible|you can|you must|applicants?|who ",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?:[一二三四]孩(?:及以上)?|多孩|多子女|困难|低保|新婚|无房|租房|缴存|参保|双职工|单职工|户籍|外来|残疾|失能|高龄|适龄|港澳|返乡|非本市户籍|本市户籍|经济困难|住房困难)?"
    r"(?:缴存(?:职工|人|单位)|购房(?:人|者|家庭|居民)|借款人|承租人|纳税人|参保(?:人员|职工|人|居民)|用人单位|高校毕业生|毕业生|残疾人|老年人|职工|家庭|企业|个体工商户|农民工?|学生|幼儿|儿童|居民|业主|"
    r"劳动者|失业人员|退役军人|军人|人才|博士后?|教师|医务人员|患者|孕产妇|申请人|监护人|家长|消费者|经营者|社会组织|中小企业|小微企业|灵活就业人员|港澳青年|创业者|租赁企业|房地产企业|开发企业)"
)
_GROUP_EN = re.compile(
    r"\b(?:small businesses|businesses|employers|employees|students|teachers|parents|pupils"
    r"|schools|drivers|motorists|farmers|patients|consumers|manufacturers|importers|exporters"
    r"|tenants|landlords"
    r"|pensioners|disabled people|job ?seekers|veterans|taxpayers|charities|local authorities"
    r"|carriers|applicants|visitors|residents|passengers|providers|fishermen|fishing vessels"
    r"|permit holders|families|carers"
    r"|young people|children|investors|pilots|broadcasters|licensees|food businesses|pet owners"
    r"|sponsors|the public|interested persons|interested parties|industry|workers|companies)\b",
    re.IGNORECASE,
)
#: Characters of the text that are looked at for topics, audiences and group words.
_HEAD = 4000
_MOST_TOPICS, _MOST_AUDIENCES, _MOST_WORDS = 3, 4, 6


@dataclass(frozen=True)
class Classes:
    """What was declared, else what was read; nothing where neither says it."""

    regions: tuple[str, ...] = ()
    regions_inferred: bool = False
    topics: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    audience_words: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    type: str | None = None


def classify(
    reading: Reading, declared: Mapping[str, Any], site_region: str | None = None, issuer: str | None = None
) -> Classes:
    """The classes of a document. `site_region`, the site's own, stands in, marked, when no region is said or read."""
    said_regions = tuple(declared.get("regions") or ())
    regions = said_regions or read_regions(reading, site_region, issuer)
    inferred = not regions and site_region is not None
    return Classes(
        regions=(site_region,) if inferred and site_region else regions,
        regions_inferred=inferred,
        topics=tuple(declared.get("topics") or ()) or _topics(reading),
        audiences=tuple(declared.get("audiences") or ()) or _audiences(reading),
        audience_words=_group_words(reading),
        industries=tuple(declared.get("industries") or ()),
        type=declared.get("type") or type_of(reading),
    )


def type_of(reading: Reading) -> str | None:
    """The type that the title names. A plan that is sent round by a 通知 is what the plan is."""
    found = next((name for name, pattern in _TYPE_PATTERNS[reading.language] if pattern.search(reading.title)), None)
    if found is None and reading.language == "en" and AMERICAN.search(reading.source_text[-2000:]):
        return "notice"
    return found


@dataclass(frozen=True)
class _Cues:
    """The cue words of one topic or audience. A text that holds none of them is passed over without its pattern."""

    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def count(self, text: str) -> int:
        return len(self.pattern.findall(text)) if any(word in text for word in self.words) else 0


@cache
def _cues(which: str, language: str) -> tuple[_Cues, ...]:
    entries = taxonomy.topics().life() if which == "topics" else taxonomy.audiences().all()
    found = []
    for entry in entries:
        words = tuple(word.lower() for word in (entry.cues_zh if language == "zh" else entry.cues_en))
        if words:
            body = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
            found.append(_Cues(entry.name, words, re.compile(body if language == "zh" else rf"\b(?:{body})s?\b")))
    return tuple(found)


def _topics(reading: Reading) -> tuple[str, ...]:
    title, text = reading.title.lower(), reading.source_text[:_HEAD].lower()
    size = max(1.0, len(text) / 1500)
    scored = []
    for cues in _cues("topics", reading.language):
        in_title = len(set(cues.pattern.findall(title)))
        score = 4 * in_title + cues.count(text) / size
        if in_title or score >= 4:
            scored.append((score, cues.name))
    return tuple(name for _, name in sorted(scored, key=lambda pair: -pair[0])[:_MOST_TOPICS])


def _audiences(reading: Reading) -> tuple[str, ...]:
    """Groups that the title names, or that sentences about who may do or get something name at least twice."""
    title, text = reading.title.lower(), reading.source_text[:_HEAD].lower()
    about = [piece for piece in re.split(r"[。；;\n]|\. ", text) if _ELIGIBLE.search(piece)]
    whole = "\n".join(about)
    scored = []
    for cues in _cues("audiences", reading.language):
        in_title = bool(cues.pattern.search(title))
        in_text = sum(1 for piece in about if cues.pattern.search(piece)) if cues.count(whole) >= 2 else 0
        if in_title or in_text >= 2:
            scored.append((6 * in_title + in_text, cues.name))
    return tuple(name for _, name in sorted(scored, key=lambda pair: -pair[0])[:_MOST_AUDIENCES])


#: Behind the name of a group: it is for all but them.
_LEFT_OUT = re.compile(r"不宜|不可|不能|不得申|除外|禁")


def _group_words(reading: Reading) -> tuple[str, ...]:
    """The document's own words for the groups that it speaks of, the most frequent first."""
    pattern = _GROUP if reading.language == "zh" else _GROUP_EN
    counted: dict[str, int] = {}
    for weight, text in ((5, reading.title), (1, reading.source_text[:_HEAD])):
        for found in pattern.finditer(text):
            if _LEFT_OUT.match(text, found.end()):
                continue
            word = found[1] if pattern.groups else found[0]
            key = word if reading.language == "zh" else word.lower()
            counted[key] = counted.get(key, 0) + weight
    return tuple(sorted(counted, key=lambda word: -counted[word])[:_MOST_WORDS])
