"""A Chinese document as statements: each sentence with the heading above it and the words that its list hangs on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pushsvc.plain.facts.context import BLANKED
from pushsvc.plain.furniture import is_furniture
from pushsvc.plain.quick_patterns import Anywhere
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing.cutting import without_asides, without_numbering, without_opening
from pushsvc.plain.writing.glossary import plainer

#: Sentences looked at: what a document has to say stands in its first part, and reading a law to its end costs time.
_LOOKED_AT = 400
_LONGEST_HEADING = 24
_LONGEST_LABEL = 10
_LONGEST_CASE = 80
_ENDED = re.compile(r"[。；;！!？?，,、]$")
_NUMBERED = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节条款]|[一二三四五六七八九十]{1,3}[、.．]|[（(﹙][一二三四五六七八九十\d]{1,3}[）)﹚]"
    r"|\d{1,2}[.、．)）](?!\d)|[①-⑳])"
)
_DEPTHS = tuple(
    re.compile(r"\s*" + pattern)
    for pattern in (
        r"第[一二三四五六七八九十百\d]+[章节]",
        r"第[一二三四五六七八九十百\d]+条|[一二三四五六七八九十]{1,3}[、.．]",
        r"[（(﹙][一二三四五六七八九十]{1,3}[）)﹚]",
        r"\d{1,2}[.、．]",
        r"[（(﹙]\d{1,2}[）)﹚]|\d{1,2}[）)﹚]|[①-⑳]",
    )
)
_SAYS_WHAT_TO_DO = Anywhere(r"必须|(?<![相供适响对])应(?!届)|可(?!支配)|不得|须|(?<!申)请|暂停|免费")
_PREDICATE = Anywhere(
    r"请|鼓励|可|应|须|需要|不得|给予|享受|有权|由|是|为|按|发放|补贴\d|不予|免|提高|调整|申请|办理|提交|登录|拨打"
)
#: Headings that say what a figure or a name below them is.
_LABEL = re.compile(
    r"(?:标准|时间|日期|对象|范围|地点|期限|金额|额度|限额|地址|名额|人数|比例|费用|费率|价格|租金|渠道|期|资格|条件|名称|要求|单位|区域|路段|电话|方式|利率)$"
)
#: Headings that name those whom the sentences below are about.
_GROUP = re.compile(r"(?:人|者|人员|职工|家庭|企业|学生|毕业生|居民|老人|老年人|儿童|人才|青年)$")
_LABELLED = re.compile(r"[^，,。]{2,14}[:：]")
#: What a document says of itself stands under no heading: 申请方式 is over before 本办法自…起施行.
_OF_ITSELF = re.compile(
    r"^(?:本|此)(?:办法|通知|细则|规定|方案|公告|通告|意见|措施|政策|条例|标准|指南|规则|次|批)|起(?:施行|实施|执行|生效|试行)|有效期"
)
#: What needs a label: a figure, or words without a verb.
_BARE = re.compile(
    r"\d|每\S{0,8}\d|最高|不超过|[^，,。]{2,16}?(?:每[人户家月年套次]{1,4})?\d|(?!.*(?:请|可|应|须|不得|给予|享受|由|是|发放|提供|申请|办理|提交)).{2,36}$"
)
_OWN_LABEL = re.compile(r"(?P<label>[^，,。：:\d“]{2,10})[:：](?P<said>.{4,})$")
_ONLY_A_SUM = re.compile(r"\d[\d.,]*\s?(?:万?元|[%％])(?:/\S{1,4})?[。；;]?")
_ONLY_A_DAY = re.compile(r"^[\d年月日\s:：.\-/]+$")
#: 除享受上述政策之外， and 按照《某办法》规定，: what a reader of the rest does not need.
_BESIDES = re.compile(
    r"(?:^|(?<=[,，]))(?:除[^，,。]{0,14}(?:上述|以上|前款)[^，,。]{0,8}之?外[,，]"
    r"|(?:根据|按照|依据)《[^》]{2,40}》(?:等)?(?:的?(?:有关|相关)?(?:规定|要求))?[,，]?(?=[^。]{8,}))"
)
#: 《某规则》明确要求，: what follows is the rule.
_SAID_THERE = re.compile(r"^《[^》]{2,40}》(?:明确)?(?:要求|规定|提出|明确|指出)[:：,，](?=[^。]{8,})")
#: A heading that ran into the sentence, and a number before a name: 配套…措施凡在本区购房的, 2中级职称:.
_RAN_INTO = re.compile(
    r"^[^，,。、的]{4,24}(?:措施|举措|政策|标准|办法|条件|内容)(?:[（(][一二三四五六七八九十\d]+[）)])?(?=凡[在是])|^(?:补贴|补助|奖励)(?:标准|对象|政策)(?=[\u4e00-\u9fff]{2,8}(?:按|对|给予))|^\d{1,2}(?=(?![年月日号个元万千百%时点人名套户家类级档孩次周岁层项条张辆室间栋米㎡平度星天])[\u4e00-\u9fff]{2,})"
)
#: (某建发〔2023〕39号): the number of a paper behind its name, with or without the name.
_OF_A_PAPER = re.compile(r"[（(][^（）()]{0,20}[〔\[]\d{4}[〕\]]\d+号文?[）)](?:规定|要求|精神)?")
#: 提取程序(一)申请:, a heading, the number of its first item and that item's own name run together.
_HEAD_AND_NUMBER = re.compile(
    r"^[^，,。：:\d]{2,8}(?:对象|程序|条件|标准|额度|流程|时间|范围|方式|要求|步骤|办法)[（(][一二三四五六七八九十\d]{1,2}[）)]\s*"
    r"(?:(?:申请|受理|审核|审批|初审|复审|提交|公示|发放|申报)[:：])?(?=[^。]{6,})"
)
#: …”的规定，: the end of a quotation that began in the sentence before.
_END_OF_A_QUOTATION = re.compile(r"^[^“”。]{2,30}”的?(?:规定|要求|精神|原则|部署)[,，](?=[^。]{8,})")
#: 优惠对象首次…的购房者: for whom, with its name run in.
_FOR_RUN_IN = re.compile(
    r"^(?:本次|此次|今年|本年度?)?(?:优惠|补贴|补助|奖励|资助|适用|保障|服务|发放|招生|招收|招聘|登记|参保|申报|申请|征集|救助)(?P<label>对象)(?:[为是]|[:：])?(?=[^，,。]{6,}(?:人|者|家庭|职工|人员|居民|企业|儿童|学生|毕业生|青年)[。；;]?$)"
)
_BY_WHAT_WAS_SAID = re.compile(
    r"^(?:根据|按照?|依据)(?:上述|以上|前款|该)(?:[^，,。]{1,8}?计算|[^，,。]{1,8}[，,])(?=[^。]{8,})"
)
#: 海港路（华电路至龙虹路）将封闭: without the stretch it would be all of the road.
_STRETCH = re.compile(
    r"[路街道桥线巷](?:[（(][^（()）]{2,24}(?:至|到|—|-|～|~)[^（()）]{2,16}[）)])[^（()）]*(?:封闭|管制|禁|断路|施工|改道)[^（()）]*$"
)
#: 未在上述时间缴费的: those times stand in other sentences.
_TOO_LATE = re.compile(
    r"^未(?:在|于|按)(?:上述|以上|规定)(?:的)?(?:时间|期限|时段|期间)(?:段|内)?(?P<act>缴费|缴纳|报名|申报|申请|登记|办理)"
)
_NUMBER_BEFORE_A_YEAR = re.compile(r"^\d{1,2}[.．、](?=(?:19|20)\d{2}年)")
_AMONG = re.compile(r"^(?:(?:其中|同时|此外|另外)[:：,，]?|注[:：])")
_LEAD = re.compile(r"^(?P<lead>[^:：。\d]{2,60}[:：])\s*(?P<item>(?:[（(]?[一1①][）)、.．]|①)\s*.+)$")
#: A list under such words is no news: papers to bring, duties of offices, meanings of words.
_NO_NEWS = re.compile(
    r"材料|资料|证件|证明文件|名词解释|用语|职责|组织领导|保障措施|工作要求|指导思想|基本原则|总体要求|附则|罚则|责任分工|工作目标|工作原则|总体目标|主要目标|重要意义|背景|总体思路"
)
#: Why something is done is not what is done.
_PURPOSE = re.compile(
    r"为(?:了|进一步|全面|深入|贯彻|落实|规范|加强|促进|切实|做好|保障|支持|鼓励|推动|更好|扎实|有效|加快|提高|推进)?(?![^。]{0,150}(?:\d[^。]{0,4}(?:元|%)|征求意见|公开招聘|受理|可(?:以|免费|申请|享受|在|到|凭)|免费|给予|发放|现面向|定于|将于|调整|自\d))"
)
#: What only says that something follows.
_ANNOUNCES = Anywhere(
    r"(?:现|特)(?:就|将|对)?[^。，,]{0,60}(?:如下|制定本)|(?:特|现)?制定(?:本|以下|如下)|作如下|通知如下|公告如下|规定如下|结合.{0,12}实际[,，].{0,8}(?:制定|提出)"
)
#: One item under such words is only a part of what holds: it never stands for the list.
_PART_OF_A_WHOLE = re.compile(r"条件|情形|情况|要求|之一|不得|不予|除外|义务|权利|以下人员|下列人员|以下范围|包括")
#: 4月2日，记者从某局获悉，; 据介绍，; 通知明确，: who told it.
_NEWS = re.compile(
    r"^(?:(?:\d{1,2}月\d{1,2}日|近日|日前|昨日|今天)[,，])?(?:记者|小编|笔者)?从[^，,。]{2,24}(?:获悉|了解到)[,，:：](?=[^。]{8,})"
    r"|^据(?:介绍|悉|了解|[^，,。]{2,18}(?:消息|介绍|透露))[,，](?=[^。]{8,})|^[^，,。\d]{2,12}(?<!友情|特别|温馨)(?:提醒|介绍|表示|明确)[,，:：](?=[^。]{8,})"
    r"|^(?:近日[,，])?《[^》]{4,40}》(?:正式|已)?(?:出炉|发布|印发|出台)[,，](?=[^。]{8,})"
)
_MAY_BE_NEWS = re.compile(r"获悉|了解到|^据|提醒|介绍|表示|明确|^《|近日")
#: 受益财政给予购房者…: who pays it is nothing to its reader.
_PAYER = re.compile(r"(?:^|(?<=[，,]))由?(?:受益|同级|各级|本级)(?:地)?财政(?:部门)?(?=给予|按)")
#: 如有意见或建议，请…: whoever has none need not be told so.
_IF_ANY = re.compile(
    r"^(?:公示期间?[,，]?)?(?:社会各界)?如?(?:您)?(?:对[^，,。]{2,20})?如?有(?:任何)?(?:意见|建议|异议|疑问|不明|问题)[^，,。]{0,8}[,，](?=敬?请|可)"
)
#: 对超出面积的部分按市场价收取：…；…: whose rate the second one is stands before the colon.
_CASE_OF_A_ROW = re.compile(r"对[^:：。]*(?:部分|的|家庭|人员|情形)[^:：。]*[:：][^。]*[；;]$")
#: 即：所有居民，…: the word before what is said anew.
#: 届时，部分区域将停水: the day stands in the sentence before.
_THEN = re.compile(r"^(?:届时|到时)[，,]?(?=[^，,。]{2,}(?:将|停))")
_THAT_IS = re.compile(r"^即[:：,，]?(?=[\u4e00-\u9fff]{2})")
#: Whom to call and the hours, behind a place: 报名地点：…办公室(联系人：…，电话：…). Numbers are told apart.
_BEHIND_A_PLACE = re.compile(r"[（(](?:联系|咨询|电话|地址见|乘车|邮编)[^（）()]*[）)]")
_BETWEEN_CHINESE = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]+元")
_SUM = re.compile(r"\d\s?万?元|[%％]|\d[日月]")
_CELLS = " | "


@dataclass(frozen=True)
class Statement:
    """One sentence without its numbering. `label` is the short heading that says what a bare figure is of; else empty.

    `part` says that it is one item of a list that holds only as a whole. `after_list` marks what cannot stand alone.
    """

    place: int
    span: Span
    text: str
    heading: str = ""
    label: str = ""
    part: bool = False


def statements(spans: Sequence[Span]) -> Iterator[Statement]:
    """The statements of a document in order; headings, lists of papers and duties of offices are left out."""
    in_a_row = False
    heading, lead, header = "", "", ()  # type: tuple[str, str, tuple[str, ...]]
    depth = 0
    for place, span in enumerate(spans[:_LOOKED_AT]):
        raw = span.text
        if BLANKED in raw:
            continue
        if _CELLS in raw:
            row, header = _row(place, span, header)
            if row is not None and not _NO_NEWS.search(heading):
                yield row
            continue
        header = ()
        follows = place > 0 and spans[place - 1].end == span.start
        told_before, in_a_row = in_a_row and follows, bool(_CASE_OF_A_ROW.search(raw.strip()))
        if told_before:
            in_a_row = raw.rstrip().endswith(("；", ";"))
            continue
        numbered = bool(_NUMBERED.match(raw))
        bare = without_numbering(raw)
        following = spans[place + 1] if place + 1 < len(spans) else None
        opens = numbered and following is not None and following.start == span.end
        if _is_heading(bare, raw, numbered, opens):
            heading, lead, depth = bare.rstrip("。：:"), "", depth_of(raw)
            continue
        if numbered and heading and depth_of(raw) <= depth:
            heading, lead = "", ""  # The next item of the heading's own row: what the heading said is over.
        if bare.endswith((":", "：")):
            lead = bare
            if numbered and len(bare) <= _LONGEST_LABEL and _LABEL.search(bare[:-1]):
                heading, depth = bare[:-1], depth_of(raw)
            if not _FIGURE.search(bare):
                continue
        opened = _LEAD.match(bare)
        if opened:
            lead, bare, numbered = opened["lead"], without_numbering(opened["item"]), True
        if lead and not numbered and spans[place - 1].text.endswith(("。", "！")):
            lead = ""
        if is_furniture(raw) or _NO_NEWS.search(lead or heading) or _PURPOSE.match(bare) or _ANNOUNCES.search(bare):
            continue
        bare = _with_case(lead, bare)
        if "财政" in bare:
            bare = _PAYER.sub("", bare)
        if "号" in bare:
            bare = _OF_A_PAPER.sub("", bare)
        if "除" in bare or "《" in bare:
            bare = _SAID_THERE.sub("", _BESIDES.sub("", bare))
        if bare.startswith("未"):
            bare = _TOO_LATE.sub(r"逾期\g<act>", bare)
        for opening in (_END_OF_A_QUOTATION, _HEAD_AND_NUMBER, _NUMBER_BEFORE_A_YEAR, _BY_WHAT_WAS_SAID, _AMONG):
            found = opening.match(bare)
            bare = bare[found.end() :] if found else bare
        bare = _without_openings(bare)
        bare = bare if _STRETCH.search(bare) else without_asides(bare)
        ran_into = _RAN_INTO.match(bare)
        text = plainer(_tight(bare[ran_into.end() :] if ran_into else bare), "zh")
        if _ONLY_A_SUM.fullmatch(text) and without_numbering(spans[place - 1].text).rstrip("。：:") != heading:
            continue  # A cell of a table that lost its lines: what the sum is for stands in another cell.
        if text and not _ONLY_A_DAY.match(text):
            part = bool(lead and _PART_OF_A_WHOLE.search(lead)) or bool(numbered and _PART_OF_A_WHOLE.search(heading))
            run_in = _FOR_RUN_IN.match(text)
            if run_in:
                yield Statement(place, span, text[run_in.end() :], run_in["label"], run_in["label"], part)
                continue
            own = _OWN_LABEL.match(text)
            if own and _LABEL.search(own["label"]):
                yield Statement(place, span, own["said"], own["label"], own["label"], part)
            else:
                yield Statement(place, span, text, heading, _label(heading, text), part)


def _without_openings(bare: str) -> str:
    """Without who told it, why, and what whoever has nothing to say need not read; without numbers behind a place."""
    if _MAY_BE_NEWS.search(bare[:60]):
        bare = _NEWS.sub("", _NEWS.sub("", bare))
    bare = _without_reason(bare)
    if bare.startswith(("届时", "到时")):
        bare = _THEN.sub("", bare)
    if bare.startswith("即"):
        bare = _THAT_IS.sub("", bare)
    if "如" in bare[:12] and "有" in bare[:36]:
        bare = _IF_ANY.sub("", bare)
    return _BEHIND_A_PLACE.sub("", bare) if "(" in bare or "（" in bare else bare


def _with_case(lead: str, bare: str) -> str:
    """购买首套住房的：给予…: the case that a list hangs on is told with each of its items."""
    case = without_numbering(lead).rstrip("：:，, ")
    if not case.endswith("的") or len(case) > _LONGEST_CASE or _PART_OF_A_WHOLE.search(case) or case[:6] in bare:
        return bare
    return f"{case}，{bare}"


def is_numbered(raw: str) -> bool:
    """Does a line begin with a number of a list?"""
    return bool(_NUMBERED.match(raw))


def depth_of(raw: str) -> int:
    """How deep a number stands: 一、 above （一） above 1. above ①; a line without a number deepest."""
    return next((depth for depth, pattern in enumerate(_DEPTHS) if pattern.match(raw)), len(_DEPTHS))


def _without_reason(bare: str) -> str:
    """Without the reason that the sentence begins with; 受疫情影响的企业 is no reason: it says for whom."""
    rest = without_opening(bare)
    if len(rest) == len(bare):
        return bare
    opening = bare[: len(bare) - len(rest)]
    return bare if re.search(r"的[^,，]{0,8}[,，]$", opening) else rest


def _is_heading(bare: str, raw: str, numbered: bool, opens: bool) -> bool:
    """A short line without a full stop, a question, or a numbered head that opens its line: 第五条 补贴标准。"""
    if raw.endswith(("？", "?")):
        return True
    if len(bare) > _LONGEST_HEADING or _FIGURE.search(bare) or raw.endswith((":", "：")):
        return False
    if raw.endswith("。"):
        return opens and not _SAYS_WHAT_TO_DO.search(bare)
    return not _ENDED.search(raw) and (numbered or not _PREDICATE.search(bare))


def _label(heading: str, text: str) -> str:
    """The heading where it says what the figure or the name below it is: 补贴标准：每户5000元。"""
    if _OF_ITSELF.search(text):
        return ""
    if _GROUP.search(heading) and len(heading) <= _LONGEST_LABEL + 2 and heading not in text and not _LABELLED.match(text):
        return heading
    found = _LABEL.search(heading)
    if not found or _LABELLED.match(text) or "。" in text[:-1]:
        return ""
    short = heading if len(heading) <= _LONGEST_LABEL else found.group()
    if short == found.group() and not _SUM.search(text):
        return ""
    return short if found.group() not in text and _BARE.match(text) else ""


def _row(place: int, span: Span, header: tuple[str, ...]) -> tuple[Statement | None, tuple[str, ...]]:
    """A row of a table in words, where its heads are known: 80至89周岁：每月50元。Gives the heads that hold below it."""
    cells = tuple(cell.strip() for cell in span.text.split(_CELLS))
    if not any(_FIGURE.search(cell) for cell in cells):
        return None, cells
    if len(cells) != len(header) or len(cells) > 6:
        return None, header
    at = next(
        (index for index, cell in enumerate(cells) if cell and not re.fullmatch(r"[\d一二三四五六七八九十.、]+", cell)), 0
    )
    said = "，".join(
        f"{header[index]}{cell}" for index, cell in enumerate(cells) if index > at and cell and _FIGURE.search(cell)
    )
    text = _tight(without_asides(f"{cells[at]}：{said}"))
    return (Statement(place, span, text) if said and len(text) < 40 else None), header


def _tight(text: str) -> str:
    """Blanks between Chinese characters go, and a quotation mark whose other half stands in another sentence."""
    text = text.strip()
    if text.count("“") != text.count("”"):
        text = re.sub("^将?“|[“”]", "", text)
    return _BETWEEN_CHINESE.sub("", text) if len(text.split(None, 1)) > 1 else text
