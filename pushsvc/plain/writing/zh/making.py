"""Sentences that stand by themselves, made of one statement: what is the case, with for whom and when before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pushsvc.plain import catalogue
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.zh.clauses import Clause, clauses, names_people, period_said
from pushsvc.plain.writing.zh.statements import Statement

_STOP = re.compile(r"[。；;，,、：:\s]+$")
_BEGINS = re.compile(r"^(?:并且?|且|但|而|及|和|以及|或者?|同时|则|也)(?=[^。]{4,})")
_FOR = re.compile(r"^(?:对于?|凡是?|面向|针对)(?=[^。]{3,})")
_IF = re.compile(r"^(?:凡是?|如果?|若)(?=[^。]{3,})")
#: Files, formulas, numbers of documents, rows of points; a figure without a word that says what it is of.
_NO_SENTENCE = re.compile(
    r"\.(?:pdf|docx?|xlsx?)|[≥≤＝=×*|→]|样表|的(?:义务|权利|职责|内容|原则)$|联系人[:：]|信息来源|^[^，。]{0,12}〔\d{4}〕\d+号$|^\d(?![^，]*[每补]\S*元)[^，：为给]{0,30}$(?<!施行)(?<!执行)(?<!实施)|^(?:以及|或者|及|本单位|除)|分[）)]$"
    r"|^(?:已(?!婚)|具有|持有|取得|符合)[^，：可应须给免]*$|^(?:申请|申报|办理|申领|提交)[^，：可请]{0,24}$|^[^，：可应须请不给由]{0,16}申请[^，：可应须请不给由]{2,16}$"
)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]+元")
#: Words that point at what a reader does not see.
_POINTS_BACK = re.compile(
    r"上述|前款|前述|前项|前条|本条|此项|此类|此种|本款|本项|本类|(?<![应本])该(?!校|院)|如下|下列|附件|附表|见附|详见|见下|同上|所称|所指|是指|所述|为准|略$"
    r"|^(?:条件：)?(?:拒不改正|逾期不改正|逾期仍|情节|造成严重|构成犯罪)"
    r"|以上(?=政策|条件|人员|材料|资料|规定|情形|标准|补贴|措施|内容|事项|费用|问题|时间|阶段|情况|奖)"
    r"|以下(?=条件|材料|资料|人员|情形|情况|方式|规定|标准|要求|简称|类型|事项|内容|问题|步骤|简|几)|^[一二三四五]是|^其余|第[一二三四五六七八九十\d]+[条款项]"
)
#: Words without which a figure says nothing when its heading is left out.
_OF_WHAT = re.compile(r"\d万?元|补|奖|费|标准|额|给予|缴|收|租|贷|每[人户]|截止|时间")
_FOR_WHOM = re.compile(r"对象|条件|范围|资格")
#: 申报时间是：, before a period.
_TIME_OF = re.compile(
    r"(?:申报|申请|报名|受理|办理|缴费|活动|办公|领取|考试|登记|公示|投票|接种)?(?:时间|日期|期限)(?=(?:是|为)?$)"
)
#: 审核通过的补贴申请名单: a name, and nothing said of it.
_NAME_ONLY = re.compile(r"的[^的，：\d]{1,24}$")
_ITS = re.compile(r"(?:^|对|由|为|按|与|给|将)其(?!他|余|中|它|实|次)")
_UNFINISHED = re.compile(
    r"(?:[时后起中上]|(?<!\d日)前|(?<!日)内|期间|以及|或者?|并|和|与|及|的|外|等|如|为|是|按|由|在|对|包括|[、：:])$|(?:^|，)(?:期间)?(?:若|如)[^，]*$"
)
#: A sentence of so many characters is not split further; a part of fewer says too little.
_COMFORTABLE, _SHORTEST = 18, 7
#: What begins so is read with the words before it.
_BOUND = re.compile(r"但|除|其中|[只仅限]|方可|否则|以|按|\d+(?:\.\d+)?[%％]|其|均|都|则")
#: A condition and what then holds are two sentences when one would be longer.
_LONG = 28
#: A comma of the other script between Chinese words.
_COMMA = re.compile(r",(?!\d)|(?<!\d),")
_MOST_RUN = 4
#: What may go where a sentence is too long: it says nothing that the rest does not say.
_FILLERS = re.compile(r"[,，]?(?:按(?:有关|相关)?规定|依法|切实|认真)(?=[^，,。]{6,})")
#: Plain words shorten a sentence, but not by so much.
_TOO_LONG = SENTENCE_CHARACTERS + 14
#: Clauses of one statement that are looked at.
_MOST_CLAUSES = 20


@dataclass(frozen=True)
class Made:
    """Sentences in their order, none over 40 characters: the last says what is the case, those before for whom and when."""

    statement: Statement
    order: int
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(self.sentences)


def made_of(statement: Statement) -> Iterator[Made]:
    """What can be told of one statement, in ways that each stand by themselves."""
    parts = clauses(statement.text)[:_MOST_CLAUSES]
    while parts and parts[0].role == "reason" and len(parts) > 1 and not parts[1].goes_on:
        parts = parts[1:]
    if not parts or (parts[0].goes_on and len(parts) > 1):
        return
    said = "".join(part.text for part in parts)
    whole = _sentence(statement.label, said)
    if whole and (len(whole) <= _LONG or all(part.role == "main" for part in parts)):
        says = parts[-1].role in ("main", "period") or bool(statement.label)
        if says and _stands(whole, before=""):
            yield Made(statement, 0, (whole,))
            bare = _sentence("", said) if statement.label and parts[-1].role == "main" and _OF_WHAT.search(said) else ""
            if bare and _stands(bare, before=""):
                yield Made(statement, 0, (bare,))
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


def _names(statement: Statement, parts: Sequence[Clause]) -> Iterator[Made]:
    """Under 集中缴费期 a period, under 参保对象 or 受理条件 those whom it is for: told without a verb."""
    if len(parts) == 1 and parts[0].role == "period":
        yield from _if_stands(statement, 0, (), _sentence(statement.label, period_said(parts[0])) or _period(parts[0]))
    elif _FOR_WHOM.search(statement.label or statement.heading):
        told = _frame_sentences(parts)
        if told:
            yield Made(statement, 0, told)


def _runs(statement: Statement, parts: Sequence[Clause], start: int) -> Iterator[Made]:
    """What begins with the clause `start`: alone, and with as many of the clauses after it as fit."""
    frame = _frame(parts, start)
    first_main = next(index for index, part in enumerate(parts) if part.role == "main")
    part = parts[start]
    if start > first_main and (part.leans_forward or not frame) and (part.verb_first or part.goes_on or part.leans_forward):
        return
    if start > first_main and parts[start - 1].text.startswith("其中"):
        return
    if part.only_a_cap or (start > first_main and part.takes_back):
        return
    for end in range(start + 1, min(len(parts), start + _MOST_RUN) + 1):
        if end > start + 1 and parts[end - 1].role != "main":
            break
        following = parts[end] if end < len(parts) and parts[end].role == "main" else None
        leans = following is not None and (following.leans_forward or following.verb_first or following.goes_on)
        if leans and (parts[end].text.startswith("与") or not any(one.says_of_somebody for one in parts[start:end])):
            continue  # 上浮政策，与…不叠加使用: a name or a case that the next clause says something of.
        tail = _tail(parts, end) if leans or (following is not None and following.takes_back) else ""
        # What narrows the words before it is told with them, as a sentence of its own at most.
        alone = end == len(parts) or not parts[end].takes_back
        run = _BEGINS.sub("", "".join(one.text for one in parts[start:end]))
        for sentences in _with_frame(statement, frame, run):
            if _stands(sentences[-1], before="".join(sentences[:-1])):
                yield from [Made(statement, start, sentences)] if alone else []
                yield from [Made(statement, start, (*sentences, tail))] if tail else []


def _tail(parts: Sequence[Clause], start: int) -> str:
    """What goes on from the sentence before it, as a sentence right behind it: 最高不超过2万元。"""
    for end in range(min(len(parts), start + 2), start, -1):
        whole = all(part.role == "main" for part in parts[start:end])
        said = _sentence("", _BEGINS.sub("", "".join(part.text for part in parts[start:end]))) if whole else ""
        if said and _stands(said, before=said) and (end == len(parts) or not parts[end].takes_back):
            return said
    return ""


def _frame(parts: Sequence[Clause], start: int) -> list[Clause]:
    """For whom and when the clause `start` holds: what stands right before it, else what the statement begins with."""
    near: list[Clause] = []
    for part in reversed(parts[:start]):
        if part.role == "main":
            break
        if part.role != "reason":
            near.insert(0, part)
    leading: list[Clause] = []
    for part in parts[:start]:
        if part.role == "main":
            break
        if part.role != "reason":
            leading.append(part)
    if near and near != leading:
        return [part for part in leading if part.role == "period"] + near
    return near or leading


def _with_frame(statement: Statement, frame: Sequence[Clause], run: str) -> Iterator[tuple[str, ...]]:
    """The run with its frame in one sentence where that fits; else in sentences before it."""
    before = re.sub(r"^凡是?(?=[^。]{3,})", "", "".join(part.text for part in frame))
    joined = _sentence("" if frame else statement.label, before + run)
    apart = _frame_sentences(frame) if len(joined) > _LONG and frame else None
    if joined and apart is None:
        yield (joined,)
        return
    said = _sentence("", run)
    periods = [part for part in frame if part.role == "period"]
    others = "".join(part.text for part in frame if part.role != "period")
    together = _sentence("", re.sub(r"^凡是?", "", others) + run) if periods and others else ""
    if together and len(together) <= _LONG:
        yield (*(_frame_sentences(periods) or ()), together)
        return
    told = _frame_sentences(frame)
    if said and frame and told is not None:
        yield (*told, said)


def _frame_sentences(frame: Sequence[Clause]) -> tuple[str, ...] | None:
    """时间：…。条件：…。对象：…。 None when one of them cannot be said in 40 characters."""
    told: list[str] = []
    for part in frame:
        if part.role == "period":
            told.append(_period(part))
            continue
        key = "audience" if part.role == "people" or names_people(part.bare) else "condition"
        said = _IF.sub("", _FOR.sub("", part.bare))
        if len(_labelled(key, said)) > SENTENCE_CHARACTERS:
            said = re.sub(r"[（(][^（）()]*[）)]", "", said)
        whole = _labelled(key, said)
        if len(whole) <= SENTENCE_CHARACTERS:
            told.append(whole)
            continue
        named = key == "audience" or not part.bare.endswith("的")
        row = named and said.count("、") > 1 and not re.search(r"[，,]", said)
        pieces = _packed(re.split(r"(?<=、)" if row else r"(?<=[，,])|(?=并(?:在|于|且|完成|已|取得))", said))
        told += [_labelled(key if row else "condition", piece) for piece in pieces[:-1]]
        told.append(_labelled(key, pieces[-1]))
    short = all(
        len(one) <= SENTENCE_CHARACTERS
        and not _POINTS_BACK.search(one)
        and (bool(re.search(r"\d", one)) or not _UNFINISHED.search(one.rstrip("。")))
        for one in told
    )
    return tuple(told) if short else None


def _labelled(key: str, said: str) -> str:
    said = _BEGINS.sub("", _STOP.sub("", said))
    said = re.sub(r"的$", "", said) if key == "condition" else said
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
                yield from _if_stands(statement, place, (), _sentence(name, "、".join(pack)))
            pack = []
        pack.append(item)


def _if_stands(statement: Statement, order: int, frame: tuple[str, ...], sentence: str) -> Iterator[Made]:
    if sentence and _stands(sentence, before="".join(frame)):
        yield Made(statement, order, (*frame, sentence))


def _sentence(label: str, said: str) -> str:
    """A sentence with its full stop, plain words in it; empty when it is longer than a reader takes in at one go."""
    if len(said) > _TOO_LONG:
        return ""
    if len(said) >= SENTENCE_CHARACTERS:
        said = _FILLERS.sub("", said)
    said = _COMMA.sub("，", _STOP.sub("", said))
    colon = "" if re.match(r"[^，,。]{0,6}[:：]", said) else "："
    said = f"{label}{colon}{said}" if label else said
    ended = said if said.endswith(("！", "!", "？", "。”", "！”")) else said + "。"
    return ended if 6 <= len(ended) <= SENTENCE_CHARACTERS else ""


def _stands(sentence: str, *, before: str) -> bool:
    """Does the sentence say something to a reader who sees no more than it and the sentences before it?"""
    bare = sentence.rstrip("。！!")
    if _POINTS_BACK.search(bare) or _UNFINISHED.search(bare) or (_ITS.search(bare) and not before):
        return False
    if _NO_SENTENCE.search(bare) or ("：" not in bare and Clause(bare, "main").names_people):
        return False
    if bare.startswith("分别") and "、" not in before:
        return False  # Whose each figure is stands in the sentences before, or nowhere.
    if _NAME_ONLY.search(bare) and not Clause(bare, "main").says_of_somebody:
        return False
    return all(bare.count(one) == bare.count(other) for one, other in ("《》", "“”", "（）", "()", "〔〕"))


def in_short_sentences(sentence: str) -> list[str]:
    """A sentence of several clauses that each say something, as that many sentences; nothing is left out."""
    if len(sentence) <= _COMFORTABLE or sentence[:4].endswith("：") or not sentence.endswith("。"):
        return [sentence]
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
            if _stands(left, before="") and _stands(right, before=left):
                said[-1] = left
                said.append("")
    return [*said[:-1], said[-1] if said[-1].endswith("。") else _STOP.sub("", said[-1]) + "。"]
