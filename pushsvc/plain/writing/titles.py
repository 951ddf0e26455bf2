"""Headline and matter: a document's title in as few words as say it."""

from __future__ import annotations

import re

from pushsvc.domain.languages import Language
from pushsvc.plain.writing.cutting import cut_chinese, cut_english, cut_title

#: CONTRACT, "summary line".
HEADLINE_CHARACTERS, HEADLINE_WORDS = 40, 15
MATTER_CHARACTERS = 20
#: Of a longer title only the head is looked at.
TITLE_CHARACTERS = 300
#: A web address in a title says nothing to a reader, and cut short it would lead nowhere.
_LINK = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)
_WRAP = re.compile(r"^\s*(?:(?:【[^】]{1,8}】|\[[^\]]{1,8}\]|[（(](?:转载|转发|图解|试行)[）)])\s*)*")
_ROUND = re.compile(r"[（(](?:转载|穗[^）)]*号|[^（）()]{0,12}〔\d{4}〕\d+号)[）)]")
#: What stands between what a paper is about and what it is: 的紧急通知, 的补充通知.
_KIND_OF = r"(?:补充|紧急|特急|重要|特别|友情|温馨|再次|若干|有关|相关|最新|重大|的)*"
_ABOUT_ISSUED = re.compile(
    rf"^.{{0,60}}?关于(?:印发|发布|公布|重新发布|修订|转发)(?:《|<|〈)?(?P<what>.+?)(?:》|>|〉)?(?:的)?{_KIND_OF}(?:通知|公告|通告|决定)$"
)
_ABOUT = re.compile(
    rf"^.{{0,60}}?关于(?P<what>.+?)的?{_KIND_OF}(?:通知|公告|通告|公示|决定|函|批复|意见|实施意见|指导意见|若干措施)(?:[（(]\d{{4}}[)）])?$"
)
#: A matter that two characters name.
_CUT_OFF = re.compile(r"(?:临时|计划|紧急)?停[水电气暖]")
_ABOUT_BARE = re.compile(r"^(?:.{0,30}?(?:局|委|厅|部|会|府|办|院|中心|室|行))?关于(?P<what>.{6,})$")
_SOFT_START = re.compile(r"^(?:进一步|切实|认真|扎实|积极)(?=.{5,})")
_OFFICE_START = re.compile(
    r"^(?:中华人民共和国|[\u4e00-\u9fff]{2,12}?(?:自治区|自治州|省|市(?!场)|区|县)(?:人民政府)?)(?=.{5,})"
)
_VERB_START = re.compile(r"^(?:延续|支持|申请|受理|开展|组织|做好|实施|发放|办理|公开|调整|落实|加强|推进)+(?=.{5,})")
_TAIL = re.compile(
    r"(?:的)?(?:有关(?:问题|事项|工作)|(?<=申报)工作|实施方案|实施细则|实施办法|管理办法|若干(?:政策)?(?:措施|规定)|工作方案|暂行规定|暂行办法|试行办法"
    r"|实施意见|(?:的)?(?:政策)?措施)(?:[（(][^）)]{1,8}[）)])?$"
)
#: The day of a law behind its name, and the name of the paper behind what it says.
_DATED = re.compile(r"\s*[（(]\d{4}(?:[-.年]\d{1,2}(?:[-.月]\d{1,2}日?)?)?[）)]$")
_PAPER_END = re.compile(rf"(?<=.{{6}})的{_KIND_OF}(?:通知|公告|通告)$")
_CUT_VERB = re.compile(r"(?:切实|进一步|全面|有效|加快)(?:保障|提升|加强|发展|管理|服务)?$")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_SITE = re.compile(r"[-_—|](?:[^-_—|]{2,30}(?:网站?|局|委|府|厅|中心|门户))$")


#: What a title shouts before it says what it is about: 好消息！ 无需个人垫付！
_SHOUT = re.compile(
    r"^(?:(?:好消息|重磅|紧急提醒|紧急|注意|提醒|速看|最新|福利|喜讯|定了|来了|重要通知|(?:无需|不用|速|快)[^！!。，]{0,8})[！!]+\s*)+(?=[^！!]{8,})"
    r"|(?<=[！!，,])\s*(?:快上|快来|速来|赶紧|赶快)[^！!]{2,16}[！!]*$|(?:[，,]?(?:速看|收藏|来了|快来|看这里|一文读懂)[！!]*)$"
)
#: Nouns with which the core of a long title begins; Chinese titles have it at their end.
_CORE = re.compile(
    r"(?=[\u4e00-\u9fff]{2}(?:补贴|补助|津贴|奖励)|小微企业|购房|(?<!购)住房|公积金|房地产|商品房|人才|养老|医疗|门诊|社会|家庭|残疾"
    r"|就业|创业|招生|入户|公租房|公共租赁|保障性|幼儿园|老年人|个人所得税|所得税|贷款|租赁|加装电梯|消费券|中小企业|生育|育儿|托育|老旧小区"
    r"|农民|农村|义务教育|高校毕业生|停水|停电|供水|供电|交通|道路|食品|药品|环境|安全生产|防汛|税收|增值税|社保|失业|工伤|低保|救助|招聘|公开招聘"
    r"|事业单位|公务员|户籍|落户|居住证|身份证|不动产|个体工商户|知识产权|科技|文化|旅游|体育)"
)


def plain_title(title: str, language: Language) -> str:
    """The title without its wrapping: 关于印发《…》的通知 is …."""
    text = " ".join(_LINK.sub(" ", title[:TITLE_CHARACTERS]).split()) or title[:TITLE_CHARACTERS]
    if language == "en":
        return re.sub(r"\s*[-|–—]\s*GOV\.UK$", "", text)
    text = _DATED.sub("", _SITE.sub("", _ROUND.sub("", _WRAP.sub("", text)).strip()))
    if text.startswith("《") and text.endswith("》") and text.count("《") == 1:
        text = text[1:-1]
    for pattern in (_ABOUT_ISSUED, _ABOUT, _ABOUT_BARE):
        found = pattern.match(text)
        if found and (len(found["what"]) >= 4 or _CUT_OFF.fullmatch(found["what"])):
            text = found["what"]
            break
    else:
        text = _PAPER_END.sub("", text)
    text = _balanced(_SOFT_START.sub("", (_SHOUT.sub("", text.strip()) or text.strip()).rstrip("！!")))
    text = re.sub(r"(?<=\S)[！!]+(?=\S)", "，", text)
    return text.replace("<", "《").replace(">", "》") if text.count("<") == text.count(">") else text


def _balanced(text: str) -> str:
    """Without a bracket or quotation mark whose other half was cut off."""
    for one, other in ("《》", "“”", "（）", "()", "<>", "〈〉"):
        if text.count(one) != text.count(other):
            text = text.replace(one, "").replace(other, "")
    return text


def headline(title: str, language: Language) -> str:
    """At most 40 Chinese characters or 15 English words."""
    text = plain_title(title, language)
    if language == "en":
        return cut_title(text, HEADLINE_WORDS) or cut_english(text, HEADLINE_WORDS)
    if len(text) <= HEADLINE_CHARACTERS:
        return text
    return cut_chinese(text, HEADLINE_CHARACTERS) or matter(title, language, HEADLINE_CHARACTERS) or ""


def matter(title: str, language: Language, most: int = MATTER_CHARACTERS) -> str:
    """What it is about in at most `most` characters; empty when it cannot be said in so few without cutting a word."""
    text = plain_title(title, language)
    if language == "en":
        head = text if len(text) <= most else re.split(r"[;:](?=\s)", text)[0]
        return cut_title(head if len(head) >= 10 else text, HEADLINE_WORDS, most)
    shorter = [text, _OFFICE_START.sub("", text), _TAIL.sub("", text), _TAIL.sub("", _OFFICE_START.sub("", text))]
    shorter += [_VERB_START.sub("", shorter[1]), _VERB_START.sub("", shorter[3])]
    shorter += _parts(text)
    for candidate in shorter:
        candidate = _balanced(candidate)
        if 2 <= len(candidate) <= most and not candidate.startswith(("》", "”", "的")):
            return candidate
    inner = re.search(r"《([^》]{4,})》", text)
    if inner and len(inner[1]) <= most:
        return inner[1]
    for start in (found.start() for found in _CORE.finditer(shorter[1])):
        core = _balanced(shorter[1][start:])
        if 6 <= len(core) <= most:
            return core
    return _CUT_VERB.sub("", cut_chinese(shorter[3], most) or cut_chinese(shorter[-1], most))


def _parts(text: str) -> list[str]:
    """The part of a title that says what it is about: one that names a thing people know before a slogan."""
    parts = [
        part
        for part in re.split(r"[！!？?：:，,；;—]+", text)
        if len(part) >= 5 and not re.fullmatch(r"[\d年月日度]+", part) and not _QUOTED.fullmatch(part)
    ]
    return sorted(parts, key=lambda part: not (_CORE.search(part) or re.match("如何|怎么|怎样", part)))[:1]
