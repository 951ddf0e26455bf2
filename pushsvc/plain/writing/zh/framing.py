"""For whom and when a rule holds: in the sentence of the rule where that fits, else in sentences before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pushsvc.plain import catalogue
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.zh.clauses import Clause, names_people, period_said
from pushsvc.plain.writing.zh.readers import reader_of, says_of_whom
from pushsvc.plain.writing.zh.saying import BEGINS, COMMA, STOP, one_sentence
from pushsvc.plain.writing.zh.sparing import shorter
from pushsvc.plain.writing.zh.standing import may_be_label
from pushsvc.plain.writing.zh.statements import Statement

_FOR = re.compile(r"^(?:对于?|凡是?|面向|针对)(?=[^。]{3,})")
_IF = re.compile(r"^(?:凡是?|如果?|若)(?=[^。]{3,})")
FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]+元")
#: Sentences of for whom and when before what holds.
_MOST_APART = 4
#: 自3月1日(含当日)至3月31日(含当日), as a clause.
_A_PERIOD = re.compile(
    r"(?:对于?)?[在于]?(?P<said>自?\d{4}年\d{1,2}月\d{1,2}日(?:[（(]含[^（）()]{1,4}[）)])?起?[至到](?:\d{4}年)?\d{1,2}月\d{1,2}日"
    r"(?:[（(]含[^（）()]{1,4}[）)])?)(?:止|期间|之间|内)?"
)
#: 2020年1月1日至2月29日缴费的: a window with its act, and no condition.
_A_WINDOW = re.compile(
    r"(?:自|在|于)?(?P<said>\d{4}年\d{1,2}月\d{1,2}日起?[至到—-](?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日)(?:止|期间|内)?(?:集中)?"
    r"(?P<act>(?:参保)?缴费|报名|登记|申报|申领|申请|领取|预约)的?"
)
#: 有需求的适配对象, 患有高血压的参保人: those for whom it is.
_NAMES_WHOM = re.compile(r"^(?:患有?|有|持有?)[^，]*(?:参保人|对象)$")
#: 毕业学年有创业意愿的低保家庭、脱贫家庭中的毕业生: what they do, and who they are.
_CASE_OF_WHOM = re.compile(
    r"(?P<case>(?:[^、，的]|、(?=[^的]*的)){6,34}的)(?P<whom>[^，的]{2,12}(?:、[^，的]{2,12})+(?:中的)?[^，的]{0,10})"
)
#: …的高校毕业生, …的既有住宅加装电梯项目: what is asked, and of whom or what.
_ASKED_OF = re.compile(
    r"(?P<asked>[^：:；;]{8,}的)(?P<whom>[^的，,、：（()）]{2,24}(?:人|者|人员|职工|家庭|企业|单位|户|毕业生|居民|儿童|人才|青年|项目|小区|机构|学生|老年人))"
)
_HEAD = re.compile(r"的([^的，,、：（()）且并或和及]{2,16})$")
_OR = re.compile(r"的?[，,]或者?(?=[^，,]{7,})")
_AND = re.compile(r"、(?=[^、]{7,})|[，,](?:且|并且?)?(?!或)|的(?=\d{4}年\d)")
_AND_ALSO = re.compile(r"(?<=.{8})(?:并且?(?=[在与依按已取缴办参于][^、]{6,})|且(?=[\u4e00-\u9fff\d]{8}))")
_ASKS = re.compile(
    r"实施|通过|经营|投保|从业|[有无未已持具获经]|取得|购买|签订|缴纳|缴存|就业|参加|毕业|符合|达到|享受|从事|完成|办理|注册|登记|录取|认定|居住|工作|年满|投入|领取|竣工|创办|出生"
)
#: 冰箱、洗衣机、电视等8类家电: the first stands for all, or the kind alone.
_NAMES_OF_MANY = re.compile(r"([^、，,的]{1,8})(?:、[^、，,的]{1,10}){2,24}等(?=\d{0,2}[类种项个大])")
_ONE_NAME = re.compile(r"(?<=的)[^、，,的]{1,8}等(?=\d{1,2}[类种]\w{2})")
#: An alternative, half of a series, or a word that what follows belongs to.
_OPEN = re.compile(r"^(?:[或和及的]|与(?!.{2,12}签))|[的或和及与]$|^其|^等|以外")
_MOST_ASKED, _LEAST_ASKED = 36, 7
_BRACKETS = (("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"))
_WITHOUT = re.compile(r"以外|之外")
#: Who says that it may be is a part of what may be: 经…同意，可以延长.
_NO_REASON = re.compile(r"^(?:经|因|由于|凭|持|携带|通过)")
#: 凭买卖合同、户口簿等，: papers between for whom and what they get are not told.
_PAPERS = re.compile(r"^(?:凭|持|携带)[^，,]*(?:合同|户口簿|证明|证)")
_PEOPLES = frozenset({"person", "nobody"})
#: 条件：…。 around what is said.
_LABEL_CHARACTERS = 4


def is_reason(part: Clause) -> bool:
    return part.role == "reason" and not _NO_REASON.match(part.text)


def frame_of(parts: Sequence[Clause], start: int) -> list[Clause]:
    """For whom and when the clause `start` holds: what the statement begins with and what stands right before the clause."""
    near: list[Clause] = []
    for part in reversed(parts[:start]):
        if part.role == "main":
            break
        if not is_reason(part) and not _PAPERS.match(part.text):
            near.insert(0, part)
    leading: list[Clause] = []
    for part in parts[:start]:
        if part.role == "main":
            break
        if not is_reason(part) and not _PAPERS.match(part.text):
            leading.append(part)
    if not near or not leading or near == leading:
        return near or leading
    # 90平方米以下的，…，90平方米以上的，…: the second case takes the place of the first.
    return ([part for part in leading if part.role == "period"] if _beside(leading[-1], near[-1]) else leading) + near


def _beside(one: Clause, other: Clause) -> bool:
    """Are two conditions two cases of one kind, and not one within the other?"""
    a, b = one.bare, other.bare
    return a[:2] == b[:2] or a[-4:] == b[-4:] or (bool(FIGURE.search(a)) and bool(FIGURE.search(b)))


def framed(statement: Statement, frame: Sequence[Clause], run: str) -> Iterator[tuple[str, ...]]:
    """The run with its frame in one sentence where that fits; else with for whom and when in sentences before it."""
    before = "".join(part.text for part in frame)
    joined = one_sentence("" if frame else statement.label, before + run)
    if not joined and frame:
        joined = one_sentence("", _FOR.sub("", "".join(_FOR.sub("", part.text) for part in frame)) + run)
    if joined and frame and not says_of_whom(joined):
        joined = one_sentence("", _FOR.sub("", before) + run)
    if joined:
        yield (joined,)
        return
    said = one_sentence("", run)
    periods = [part for part in frame if part.role == "period"]
    others = "".join(part.text for part in frame if part.role != "period")
    together = one_sentence("", _FOR.sub("", others) + run) if periods and others else ""
    if together:
        yield (*(for_whom_and_when(periods) or ()), together)
        return
    told = for_whom_and_when(frame) if frame else None
    if said and told is not None and len(told) <= _MOST_APART:
        yield (*told, said)
    elif said and frame and FIGURE.search(said) and reader_of(statement.text) in _PEOPLES:
        # A sum whose conditions are too long is told with the name of those who get it, and that the source says more.
        told = for_whom_and_when(frame, wholly=False)
        if told and len(told) <= _MOST_APART:
            yield (*told, said)


def for_whom_and_when(frame: Sequence[Clause], *, wholly: bool = True) -> tuple[str, ...] | None:
    """时间：…。条件：…。对象：…。 None when one of them cannot be said in 40 characters.

    Not `wholly`: of whom too much is asked for that, the name is said, and that there is more to read in the source.
    """
    told: list[str] = []
    for part in _with_alternatives(frame):
        if part.role == "period":
            told.append(period_sentence(part))
            continue
        if period := _A_PERIOD.fullmatch(part.bare):
            told.append(catalogue.phrase("zh", "text", "period", said=period["said"]))
            continue
        if window := window_sentence(part):
            told.append(window)
            continue
        whom = part.role == "people" or names_people(part.bare) or _NAMES_WHOM.search(part.bare)
        key = "audience" if whom else "condition"
        said = shorter(_IF.sub("", _FOR.sub("", part.bare)), SENTENCE_CHARACTERS - _LABEL_CHARACTERS)
        if len(_labelled(key, said)) > SENTENCE_CHARACTERS:
            said = _NAMES_OF_MANY.sub(r"\1等", said)
        if len(_labelled(key, said)) > SENTENCE_CHARACTERS:
            said = re.sub(r"[（(](?![^（()）]*除外|含[）)])[^（）()]*[）)]", "", said)
        if len(_labelled(key, said)) > SENTENCE_CHARACTERS:
            said = _ONE_NAME.sub("", said)
        whole = _labelled(key, said)
        if len(whole) <= SENTENCE_CHARACTERS:
            told.append(whole)
            continue
        if whom and (case := _CASE_OF_WHOM.fullmatch(said)):
            told += [_labelled("condition", case["case"]), _labelled("audience", case["whom"])]
            continue
        if each := _attributes(_IF.sub("", _FOR.sub("", part.bare))):
            told += each
            continue
        if not wholly and whom and (head := _HEAD.search(said)):
            told.append(catalogue.phrase("zh", "text", "audience_and_more", said=head[1]))
            continue
        named = key == "audience" or not part.bare.endswith("的")
        row = named and said.count("、") > 1 and not re.search(r"[，,（(]", said)
        if row and whom and (first := _first_names(said)):
            told.append(first)
            continue
        pieces = _packed(re.split(r"(?<=、)" if row else r"(?<=[，,])|(?<=[）)])、|(?=并(?=[^、]{4,}))", said))
        if not whom and len(pieces) > 1 and (either := _either(said)):
            told += either
            continue
        if any(_WITHOUT.search(piece) or piece.startswith("或") for piece in pieces[1:]):
            return None  # 甲区、乙区户籍以外的人口 is one name; 或 between two sentences would read as both.
        told += [_labelled(key if row else "condition", piece) for piece in pieces[:-1]]
        told.append(_labelled(key, pieces[-1]))
    short = all(len(one) <= SENTENCE_CHARACTERS and may_be_label(one) for one in told)
    return tuple(told) if short else None


def _attributes(said: str) -> list[str]:
    """毕业2年内未就业、签订1年以上劳动合同的高校毕业生: each that is asked, then of whom; none where one is no clause."""
    found = _ASKED_OF.fullmatch(said)
    if found is None or any(said.count(one) != said.count(other) for one, other in _BRACKETS):
        return []
    asked = _AND.split(found["asked"].removesuffix("的"))
    pieces = [one for each in asked for one in ([each] if len(each) <= _MOST_ASKED else _AND_ALSO.split(each))]
    if len({one[:2] for one in pieces}) < len(pieces):
        return []  # 取得博士学位、取得高级职称的人才: either may be enough.
    if not all(_ASKS.search(one) and len(one) >= _LEAST_ASKED and not _OPEN.search(one) for one in pieces):
        return []
    most = SENTENCE_CHARACTERS - _LABEL_CHARACTERS
    told = [*(_labelled("condition", shorter(one, most)) for one in pieces), _labelled("audience", found["whom"])]
    return told if len(told) <= _MOST_APART and all(len(one) <= SENTENCE_CHARACTERS for one in told) else []


def _first_names(said: str) -> str:
    """对象：院士、博士研究生、高级技师等。: the first names of a row that is longer than a sentence."""
    names = said.split("、")
    if re.search(r"[的中]", names[-1]):
        return ""  # 低保家庭、脱贫家庭和特困人员中的毕业生: what closes the row is whom it is for.
    for number in range(len(names) - 1, 1, -1):
        sentence = _labelled("audience", "、".join(names[:number]) + "等")
        if len(sentence) <= SENTENCE_CHARACTERS:
            return sentence
    return ""


def _with_alternatives(frame: Sequence[Clause]) -> list[Clause]:
    """The clauses, those that begin with 或 as one with the clause before: either is enough, so they are said together."""
    joined: list[Clause] = []
    for part in frame:
        if joined and part.text.startswith("或") and joined[-1].role != "period":
            joined[-1] = Clause(joined[-1].text + part.text, part.role)
        else:
            joined.append(part)
    return joined


def _either(said: str) -> list[str]:
    """条件：收入不超过12万元。或是：补税不超过400元。: cases of which one is enough; empty where they are no such cases."""
    cases = _OR.split(said)
    if len(cases) < 2 or any("，" in case or "," in case or len(case) < _LEAST_ASKED for case in cases):
        return []
    return [_labelled("condition", cases[0]), *(_labelled("or_condition", re.sub(r"的$", "", case)) for case in cases[1:])]


def _labelled(key: str, said: str) -> str:
    said = BEGINS.sub("", STOP.sub("", said))
    said = re.sub(r"的$", "", said) if key == "condition" else said
    if said.endswith(("除外）", "除外)")) and len(said) > SENTENCE_CHARACTERS - _LABEL_CHARACTERS:
        return said + "。"  # The exception is told with what it is of, though that leaves no room for the label.
    return catalogue.phrase("zh", "text", key, said=COMMA.sub("，", said))


def _packed(pieces: Sequence[str]) -> list[str]:
    """The pieces in as few runs as fit a labelled sentence each."""
    most = SENTENCE_CHARACTERS - 4
    packs: list[str] = [""]
    for piece in pieces:
        if packs[-1] and len(packs[-1]) + len(STOP.sub("", piece)) > most:
            packs.append("")
        packs[-1] += piece
    return packs


def window_sentence(part: Clause) -> str:
    """缴费时间：2020年1月1日至2月29日。 of 2020年1月1日至2020年2月29日缴费的; empty where the clause is no such window."""
    window = _A_WINDOW.fullmatch(part.bare)
    return catalogue.phrase("zh", "text", "window", act=window["act"], said=window["said"]) if window else ""


def period_sentence(part: Clause) -> str:
    return catalogue.phrase("zh", "text", "period", said=period_said(part))
