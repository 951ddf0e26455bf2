"""Sentences that stand by themselves, made of one statement: what is the case, with for whom and when before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pushsvc.plain import catalogue
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.zh.clauses import Clause, clauses, names_people, period_said
from pushsvc.plain.writing.zh.readers import begins_with_a_verb, subject_of
from pushsvc.plain.writing.zh.standing import may_be_label, stands_alone
from pushsvc.plain.writing.zh.statements import Statement

_STOP = re.compile(r"[。；;，,、：:\s]+$")
_BEGINS = re.compile(r"^(?:其中[,，:：]?|并且?|且|但|而|及(?!时|早)|和(?!谐)|即(?=最高)|以及|或者?|同时|则|也)(?=[^。]{4,})")
_FOR = re.compile(r"^(?:对于?|凡是?|面向|针对)(?=[^。]{3,})")
_IF = re.compile(r"^(?:凡是?|如果?|若)(?=[^。]{3,})")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]+元")
#: Words without which a figure says nothing when its heading is left out.
_OF_WHAT = re.compile(r"\d万?元|补|奖|费|标准|额|给予|缴|收|租|贷|每[人户]|截止|时间")
_FOR_WHOM = re.compile(r"对象|条件|范围|资格")
#: 申报时间是：, before a period.
_TIME_OF = re.compile(
    r"(?:申报|申请|报名|受理|办理|缴费|活动|办公|领取|考试|登记|公示|投票|接种)?(?:时间|日期|期限)(?=(?:是|为)?$)"
)
#: A sentence of so many characters is not split further; a part of fewer says too little.
_COMFORTABLE, _SHORTEST = 18, 7
#: What begins so is read with the words before it.
_BOUND = re.compile(r"但|即|每[人户套名对家件份]|最[高低]|除|其中|[只仅限]|方可|否则|以|按|\d+(?:\.\d+)?[%％]|其|均|都|则")
#: A comma of the other script between Chinese words.
_COMMA = re.compile(r",(?!\d)|(?<!\d),")
_MOST_RUN = 4
#: Sentences of for whom and when before what holds.
_MOST_APART = 4
#: What may go where a sentence is too long: it says nothing that the rest does not say.
_FILLERS = re.compile(r"[,，]?(?:按照?(?:国家)?(?:有关|相关)?规定|依法|切实|认真|(?<=为)进一步)[,，]?(?=[^，,。]{6,})")
#: Who pays, what year it still is, whose town it is: what a long sentence says without, and still says the same.
_SHORTER = (
    (
        re.compile(
            r"(?<=(?P<year>\d{4}年))(?P<from>\d{1,2}月\d{1,2}日(?:\d{1,2}[时点:：](?:\d{2}分?)?)?起?(?:至|到|-|—|－|～))(?P=year)"
        ),
        r"\g<from>",
    ),
    (
        re.compile(
            r"由[^，。由]{2,20}?(?:政府|财政|部门|局|财政局|管委会|中心|基金)(?:[（(][^（）()]*[）)])?(?=给予|发放|予以|补贴)"
        ),
        "",
    ),
    (re.compile(r"(?<!住房)住房公积金(?=贷款|缴存|个人|，|中心|提取|最高)"), "公积金"),
    (
        re.compile(
            r"在(?:我|本)市(?:范围内|行政区域内)?(?!城区|市区|[区县]|范围|城市|主城|行政)(?=[\u4e00-\u9fff])|我市(?!城区|市区|[区县]|范围|城市|主城|行政)(?=[\u4e00-\u9fff])"
        ),
        "",
    ),
    (re.compile(r"(?<=[市县区])(?:行政区域|区域)?范围内"), ""),
    (_FILLERS, ""),
    (re.compile(r"(?<=元)(?:人民币)|[（(]含[^（）()]*[）)](?=[^以]|$)"), ""),
    (re.compile(r"(?:统一|适当|相应)(?=提高|调整|上浮)"), ""),
)
#: 完善就业支持体系，: what is to be better, before who gets what.
_SLOGAN = re.compile(
    r"(?:完善|健全|加强|加大|优化|推进|促进|保障|落实|强化|建立|鼓励|提升|改善|满足|发挥|做好|深化)[^，,\d]*(?:体系|机制|力度|服务|支持|保障|水平|环境|需求|养老|作用|建设|工作|制度|权益|改革|转型|发展)$"
)
#: Between the case and what then holds, when something else has been done.
_FIRST_DONE = re.compile(r"[后前时](?:[，,]|$)|申请")
_LISTED = re.compile(
    r"[^，。]*?(?:支付|发放|领取|享受|计发|发给|交纳|缴纳|给予)(?P<name>[^，。的]{2,12})[，,](?:发放|支付)?标准[为是]?(?:如下)?[:：](?P<said>[^。]*(?:\d元|[%％]|\d个月)[^。]*)。?$"
)
_MOST_RATES = 2
#: 自3月1日(含当日)至3月31日(含当日), as a clause.
_A_PERIOD = re.compile(
    r"自?\d{4}年\d{1,2}月\d{1,2}日(?:[（(]含[^（）()]{1,4}[）)])?起?[至到](?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[（(]含[^（）()]{1,4}[）)])?(?:止|期间)?"
)
#: 有需求的适配对象, 患有高血压的参保人: those for whom it is.
_NAMES_WHOM = re.compile(r"^(?:患有?|有|持有?)[^，]*(?:参保人|对象)$")
_WITHOUT = re.compile(r"以外|之外")
_BARE_SUM = re.compile(r"\d[\d.,]*\s?(?:万?元|[%％])(?:/\S{1,4})?")
_FORBIDS = re.compile(r"不得|禁止|严禁|不准|不许")
_SAYS_ITSELF = re.compile(r"不得|禁止|严禁|(?<![相供适响对反])应(?!届)|可(?!支配)|须|给予|予以|享受")
#: A case that has not ended.
_OPEN_CASE = re.compile(r"^(?:已|尚|如|若|凡|因|且已|并已)")
#: Who says that it may be is a part of what may be: 经…同意，可以延长.
_NO_REASON = re.compile(r"^(?:经|因|由于|凭|持|携带|通过)")
#: 凭买卖合同、户口簿等，: papers between for whom and what they get are not told.
_PAPERS = re.compile(r"^(?:凭|持|携带)[^，,]*(?:合同|户口簿|证明|证)")
#: What makes a promise less than a promise, and an exception: not told without it.
_HEDGES = re.compile(
    r"引导|鼓励|探索|力争|争取|暂定|原则上|拟(?!定)|除[^，。]{1,30}外|情节(?:较轻|严重|特别严重)|逾期|未按|拒不"
)
#: Plain words shorten a sentence, but not by so much.
_TOO_LONG = SENTENCE_CHARACTERS + 24
#: 条件：…。 around what is said.
_LABEL_CHARACTERS = 4
#: Clauses of one statement that are looked at.
_MOST_CLAUSES = 20


@dataclass(frozen=True)
class Made:
    """Sentences in their order, none over 40 characters: the last says what is the case, those before for whom and when."""

    statement: Statement
    order: int
    sentences: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        return "".join(self.sentences)

    @property
    def apart(self) -> bool:
        """Do for whom and when stand in sentences of their own, before what holds?"""
        return bool(self.frame)

    @cached_property
    def frame(self) -> tuple[str, ...]:
        """The sentences that only say for whom and when."""
        labels = [sentence[2:3] == "：" or sentence.endswith(("除外）。", "除外)。")) for sentence in self.sentences[:-1]]
        return self.sentences[: labels.index(False) if False in labels else len(labels)]


def made_of(statement: Statement) -> Iterator[Made]:
    """What can be told of one statement, in ways that each stand by themselves and leave out nothing that narrows them."""
    for made in _made(statement):
        if not _hedge_lost(statement.text, made):
            yield made


def _made(statement: Statement) -> Iterator[Made]:
    listed = _LISTED.match(statement.text)
    if listed:
        yield from _rates(statement, listed["name"], listed["said"])
        return
    parts = clauses(statement.text)[:_MOST_CLAUSES]
    while parts and _is_reason(parts[0]) and len(parts) > 1 and not parts[1].goes_on:
        parts = parts[1:]
    while len(parts) > 1 and _SLOGAN.match(parts[0].bare) and not parts[1].goes_on:
        parts = parts[1:]
    if not parts or (parts[0].goes_on and len(parts) > 1):
        return
    said = "".join(part.text for part in parts)
    whole = _sentence(statement.label, said)
    if whole:
        says = parts[-1].role in ("main", "period") or bool(statement.label)
        if says and stands_alone(whole, before=""):
            yield Made(statement, 0, (whole,))
            bare = _sentence("", said) if statement.label and parts[-1].role == "main" and _OF_WHAT.search(said) else ""
            if bare and stands_alone(bare, before=""):
                yield Made(statement, 0, (bare,))
            if sum(part.role == "main" for part in parts) < 2:
                return
    if all(part.role != "main" for part in parts):
        yield from _names(statement, parts)
        return
    for start, part in enumerate(parts):
        if part.role == "main":
            yield from _runs(statement, parts, start)
        elif part.role == "period" and start == len(parts) - 1:
            asked = _TIME_OF.search(parts[start - 1].bare) if start else None
            if asked:
                yield Made(statement, start, (_sentence(asked.group(), period_said(part)),))
    if len(parts) == 1 and len(parts[0].bare) >= SENTENCE_CHARACTERS:
        yield from _enumerated(statement, parts[0])


def _rates(statement: Statement, name: str, said: str) -> Iterator[Made]:
    """按月支付伤残津贴，标准为：一级…90%，二级…85%，…: each rate with the name of what it is of."""
    packs: list[str] = []
    for item in re.split("[，,；;]", _STOP.sub("", said)):
        if packs and _sentence(name, f"{packs[-1]}，{item}"):
            packs[-1] += f"，{item}"
        else:
            packs.append(item)
    told = tuple(_sentence(name, pack) for pack in packs)
    if all(told) and len(told) <= _MOST_RATES:
        yield Made(statement, 0, told)


def _is_reason(part: Clause) -> bool:
    return part.role == "reason" and not _NO_REASON.match(part.text)


def _hedge_lost(text: str, made: Made) -> bool:
    """Is 引导, 原则上 or 除…外 said before what is told, and left out?"""
    last = made.sentences[-1][-10:-1]
    end = text.find(last)
    return any(found.group() not in made.text for found in _HEDGES.finditer(text[: end + len(last)] if end >= 0 else text))


def _names(statement: Statement, parts: Sequence[Clause]) -> Iterator[Made]:
    """Under 集中缴费期 a period, under 参保对象 or 受理条件 those whom it is for: told without a verb."""
    if len(parts) == 1 and parts[0].role == "period":
        yield from _ifstands_alone(statement, 0, (), _sentence(statement.label, period_said(parts[0])) or _period(parts[0]))
    elif _FOR_WHOM.search(statement.label or statement.heading):
        told = _frame_sentences(parts)
        if told:
            yield Made(statement, 0, told)


def _runs(statement: Statement, parts: Sequence[Clause], start: int) -> Iterator[Made]:
    """What begins with the clause `start`: alone, and with as many of the clauses after it as fit."""
    frame = _frame(parts, start)
    first_main = next(index for index, part in enumerate(parts) if part.role == "main")
    part = parts[start]
    among = part.text.startswith("其中") and len(part.bare) > _SHORTEST
    more = (
        bool(frame)
        and part.text.startswith(("并", "且"))
        and not part.text.startswith(("并经", "并由", "并在", "并按", "并向"))
    )
    leaning = part.leans_forward or part.goes_on or (start > 0 and parts[start - 1].text.startswith("其中"))
    if start > first_main and not (among or more) and leaning:
        return
    if part.only_a_cap or (start > first_main and part.takes_back and not among and not part.text.startswith("不得")):
        return
    if (
        start > first_main
        and frame
        and any(_FIRST_DONE.search(one.text) for one in parts[first_main:start] if one.role == "main")
    ):
        return
    if start > first_main and _BARE_SUM.fullmatch(part.bare):
        return  # 6个月至1年，10万元: the sum alone would read as if it held for all.
    who = ""
    if start > first_main and not among and not frame and (part.verb_first or begins_with_a_verb(part.bare)):
        # 出租人不得涨价，不得扣押金: whoever the first clause names is meant in the second too.
        forbidden = any(_FORBIDS.search(one.text) for one in parts[first_main:start])
        if forbidden and not _SAYS_ITSELF.search(part.text):
            return  # 不得收费，拒绝服务: what is forbidden too would read as what is done.
        who = subject_of(parts[first_main].text)
        if not who or any(one.role != "main" for one in parts[first_main:start]):
            return
    for end in range(start + 1, min(len(parts), start + _MOST_RUN) + 1):
        if end > start + 1 and parts[end - 1].role != "main":
            break
        if end < len(parts) and _OPEN_CASE.match(parts[end - 1].text):
            continue
        following = parts[end] if end < len(parts) and parts[end].role == "main" else None
        leans = following is not None and (following.leans_forward or following.verb_first or following.goes_on)
        if leans and (parts[end].text.startswith("与") or not any(one.says_of_somebody for one in parts[start:end])):
            continue  # 上浮政策，与…不叠加使用: a name or a case that the next clause says something of.
        tail = _tail(parts, end) if leans or (following is not None and following.takes_back) else ""
        # What narrows the words before it is told with them, as a sentence of its own at most.
        alone = end == len(parts) or not parts[end].takes_back
        run = who + _BEGINS.sub("", "".join(one.text for one in parts[start:end]))
        for sentences in _with_frame(statement, frame, run):
            if stands_alone(sentences[-1], before="".join(sentences[:-1])):
                yield from [Made(statement, start, sentences)] if alone else []
                says = any(one.says_of_somebody for one in parts[start:end])
                yield from [Made(statement, start, _with_tail(sentences, tail, apart=says))] if tail else []


def _tail(parts: Sequence[Clause], start: int) -> str:
    """What goes on from the sentence before it, as a sentence right behind it: 最高不超过2万元。"""
    for end in range(min(len(parts), start + 2), start, -1):
        whole = all(part.role == "main" for part in parts[start:end])
        said = _sentence("", _BEGINS.sub("", "".join(part.text for part in parts[start:end]))) if whole else ""
        if said and stands_alone(said, before=said) and (end == len(parts) or not parts[end].takes_back):
            return said
    return ""


def _with_tail(sentences: tuple[str, ...], tail: str, *, apart: bool) -> tuple[str, ...]:
    """The sentences and what goes on from them; 购买首套住房，每套补贴6000元 is one: its first half says nothing."""
    joined = "" if apart else _sentence("", f"{_STOP.sub('', sentences[-1])}，{tail}")
    return (*sentences[:-1], joined) if joined else (*sentences, tail)


def _frame(parts: Sequence[Clause], start: int) -> list[Clause]:
    """For whom and when the clause `start` holds: what the statement begins with and what stands right before the clause."""
    near: list[Clause] = []
    for part in reversed(parts[:start]):
        if part.role == "main":
            break
        if not _is_reason(part) and not _PAPERS.match(part.text):
            near.insert(0, part)
    leading: list[Clause] = []
    for part in parts[:start]:
        if part.role == "main":
            break
        if not _is_reason(part) and not _PAPERS.match(part.text):
            leading.append(part)
    if not near or not leading or near == leading:
        return near or leading
    # 90平方米以下的，…，90平方米以上的，…: the second case takes the place of the first.
    return ([part for part in leading if part.role == "period"] if _beside(leading[-1], near[-1]) else leading) + near


def _beside(one: Clause, other: Clause) -> bool:
    """Are two conditions two cases of one kind, and not one within the other?"""
    a, b = one.bare, other.bare
    return a[:2] == b[:2] or a[-4:] == b[-4:] or (bool(_FIGURE.search(a)) and bool(_FIGURE.search(b)))


def _with_frame(statement: Statement, frame: Sequence[Clause], run: str) -> Iterator[tuple[str, ...]]:
    """The run with its frame in one sentence where that fits; else with for whom and when in sentences before it."""
    before = "".join(part.text for part in frame)
    joined = _sentence("" if frame else statement.label, before + run)
    if not joined and frame:
        joined = _sentence("", _FOR.sub("", "".join(_FOR.sub("", part.text) for part in frame)) + run)
    if joined:
        yield (joined,)
        return
    said = _sentence("", run)
    periods = [part for part in frame if part.role == "period"]
    others = "".join(part.text for part in frame if part.role != "period")
    together = _sentence("", _FOR.sub("", others) + run) if periods and others else ""
    if together:
        yield (*(_frame_sentences(periods) or ()), together)
        return
    told = _frame_sentences(frame) if frame else None
    if said and told is not None and len(told) <= _MOST_APART:
        yield (*told, said)


def _frame_sentences(frame: Sequence[Clause]) -> tuple[str, ...] | None:
    """时间：…。条件：…。对象：…。 None when one of them cannot be said in 40 characters."""
    told: list[str] = []
    for part in _with_alternatives(frame):
        if part.role == "period":
            told.append(_period(part))
            continue
        if _A_PERIOD.fullmatch(part.bare):
            told.append(catalogue.phrase("zh", "text", "period", said=part.bare))
            continue
        whom = part.role == "people" or names_people(part.bare) or _NAMES_WHOM.search(part.bare)
        key = "audience" if whom else "condition"
        said = _shorter(_IF.sub("", _FOR.sub("", part.bare)), SENTENCE_CHARACTERS - _LABEL_CHARACTERS)
        if len(_labelled(key, said)) > SENTENCE_CHARACTERS:
            said = re.sub(r"[（(](?![^（()）]*除外)[^（）()]*[）)]", "", said)
        whole = _labelled(key, said)
        if len(whole) <= SENTENCE_CHARACTERS:
            told.append(whole)
            continue
        named = key == "audience" or not part.bare.endswith("的")
        row = named and said.count("、") > 1 and not re.search(r"[，,（(]", said)
        pieces = _packed(re.split(r"(?<=、)" if row else r"(?<=[，,])|(?<=[）)])、|(?=并(?=[^、]{4,}))", said))
        if any(_WITHOUT.search(piece) or piece.startswith("或") for piece in pieces[1:]):
            return None  # 甲区、乙区户籍以外的人口 is one name; 或 between two sentences would read as both.
        told += [_labelled(key if row else "condition", piece) for piece in pieces[:-1]]
        told.append(_labelled(key, pieces[-1]))
    short = all(len(one) <= SENTENCE_CHARACTERS and may_be_label(one) for one in told)
    return tuple(told) if short else None


def _with_alternatives(frame: Sequence[Clause]) -> list[Clause]:
    """The clauses, those that begin with 或 as one with the clause before: either is enough, so they are said together."""
    joined: list[Clause] = []
    for part in frame:
        if joined and part.text.startswith("或") and joined[-1].role != "period":
            joined[-1] = Clause(joined[-1].text + part.text, part.role)
        else:
            joined.append(part)
    return joined


def _labelled(key: str, said: str) -> str:
    said = _BEGINS.sub("", _STOP.sub("", said))
    said = re.sub(r"的$", "", said) if key == "condition" else said
    if said.endswith(("除外）", "除外)")) and len(said) > SENTENCE_CHARACTERS - _LABEL_CHARACTERS:
        return said + "。"  # The exception is told with what it is of, though that leaves no room for the label.
    return catalogue.phrase("zh", "text", key, said=_COMMA.sub("，", said))


def _packed(pieces: Sequence[str]) -> list[str]:
    """The pieces in as few runs as fit a labelled sentence each."""
    most = SENTENCE_CHARACTERS - 4
    packs: list[str] = [""]
    for piece in pieces:
        if packs[-1] and len(packs[-1]) + len(_STOP.sub("", piece)) > most:
            packs.append("")
        packs[-1] += piece
    return packs


def _period(part: Clause) -> str:
    return catalogue.phrase("zh", "text", "period", said=period_said(part))


def _enumerated(statement: Statement, part: Clause) -> Iterator[Made]:
    """A long row of figures in as many sentences as hold it: 租金标准：甲处32.5元/月、乙处18元/月。"""
    items = re.split(r"、(?=[^、]*\d)", part.bare)
    if len(items) < 2 or not all(_FIGURE.search(item) for item in items):
        return
    found = re.match(r"(?P<label>[^:：\d]{2,10}[:：])", items[0])
    label = found["label"][:-1] if found else statement.label
    items[0] = items[0][len(found["label"]) :] if found else items[0]
    pack: list[str] = []
    for place, item in enumerate([*items, ""]):
        if pack and (not item or not _sentence(label, "、".join([*pack, item]))):
            for name in dict.fromkeys((label, "")):
                yield from _ifstands_alone(statement, place, (), _sentence(name, "、".join(pack)))
            pack = []
        pack.append(item)


def _ifstands_alone(statement: Statement, order: int, frame: tuple[str, ...], sentence: str) -> Iterator[Made]:
    if sentence and stands_alone(sentence, before="".join(frame)):
        yield Made(statement, order, (*frame, sentence))


def _sentence(label: str, said: str) -> str:
    """A sentence with its full stop, plain words in it; empty when it is longer than a reader takes in at one go."""
    if len(said) > _TOO_LONG:
        return ""
    said = _shorter(said, SENTENCE_CHARACTERS - 1 - (len(label) + 1 if label else 0))
    said = _COMMA.sub("，", _STOP.sub("", said))
    colon = "" if re.match(r"[^，,。]{0,6}[:：]", said) else "："
    said = f"{label}{colon}{said}" if label else said
    ended = said if said.endswith(("！", "!", "？", "。”", "！”")) else said + "。"
    return ended if 6 <= len(ended) <= SENTENCE_CHARACTERS else ""


def _shorter(said: str, most: int) -> str:
    """The same in fewer characters, where it is longer than `most`."""
    for pattern, plain in _SHORTER:
        if len(said) <= most:
            break
        said = pattern.sub(plain, said)
    return said


def in_short_sentences(sentence: str) -> list[str]:
    """A sentence of several clauses that each say something, as that many sentences; nothing is left out."""
    return list(_in_short_sentences(sentence))


#: A sentence is asked for each time that what is chosen is told anew.
@lru_cache(maxsize=512)
def _in_short_sentences(sentence: str) -> tuple[str, ...]:
    if len(sentence) <= _COMFORTABLE or sentence[:4].endswith("：") or not sentence.endswith("。"):
        return (sentence,)
    said = [""]
    parts = clauses(sentence)
    for place, part in enumerate(parts):
        said[-1] += part.text
        following = parts[place + 1] if place + 1 < len(parts) else None
        ends = (
            part.role == "main"
            and part.has_predicate
            and not part.leans_forward
            and len(said[-1]) >= _SHORTEST
            and part.text.endswith(("，", ","))
        )
        begins = following is not None and not (_BOUND.match(following.text) or following.goes_on) and following.role == "main"
        if ends and begins and following is not None and len(following.bare) >= _SHORTEST:
            left, right = _STOP.sub("", said[-1]) + "。", following.bare + "。"
            framed = any(one.role in ("condition", "period", "people") for one in parts[: place + 1])
            if not framed and stands_alone(left, before="") and stands_alone(right, before=""):
                said[-1] = left
                said.append("")
    return (*said[:-1], said[-1] if said[-1].endswith("。") else _STOP.sub("", said[-1]) + "。")
