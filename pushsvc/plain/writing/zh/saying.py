"""One sentence of at most 40 characters from clauses of the source: shorter where it must be, and split where it can be."""

from __future__ import annotations

import re
from functools import lru_cache

from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.zh.clauses import clauses
from pushsvc.plain.writing.zh.standing import stands_alone

STOP = re.compile(r"[。；;，,、：:\s]+$")
BEGINS = re.compile(r"^(?:其中[,，:：]?|并且?|且|但|而|及(?!时|早)|和(?!谐)|即(?=最高)|以及|或者?|同时|则|也)(?=[^。]{4,})")
#: A comma of the other script between Chinese words.
COMMA = re.compile(r",(?!\d)|(?<!\d),")
#: A sentence of so many characters is not split further; a part of fewer says too little.
_COMFORTABLE, SHORTEST = 18, 7
#: A sentence of so many characters is not split further; a part of fewer says too little.
_COMFORTABLE, SHORTEST = 18, 7
#: What begins so is read with the words before it.
_BOUND = re.compile(r"但|即|每[人户套名对家件份]|最[高低]|除|其中|[只仅限]|方可|否则|以|按|\d+(?:\.\d+)?[%％]|其|均|都|则")
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
#: Plain words shorten a sentence, but not by so much.
_TOO_LONG = SENTENCE_CHARACTERS + 24


def one_sentence(label: str, said: str) -> str:
    """A sentence with its full stop, plain words in it; empty when it is longer than a reader takes in at one go."""
    if len(said) > _TOO_LONG:
        return ""
    said = shorter(said, SENTENCE_CHARACTERS - 1 - (len(label) + 1 if label else 0))
    said = COMMA.sub("，", STOP.sub("", said))
    colon = "" if re.match(r"[^，,。]{0,6}[:：]", said) else "："
    said = f"{label}{colon}{said}" if label else said
    ended = said if said.endswith(("！", "!", "？", "。”", "！”")) else said + "。"
    return ended if 6 <= len(ended) <= SENTENCE_CHARACTERS else ""


def shorter(said: str, most: int) -> str:
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
            and len(said[-1]) >= SHORTEST
            and part.text.endswith(("，", ","))
        )
        begins = following is not None and not (_BOUND.match(following.text) or following.goes_on) and following.role == "main"
        if ends and begins and following is not None and len(following.bare) >= SHORTEST:
            left, right = STOP.sub("", said[-1]) + "。", following.bare + "。"
            framed = any(one.role in ("condition", "period", "people") for one in parts[: place + 1])
            if not framed and stands_alone(left, before="") and stands_alone(right, before=""):
                said[-1] = left
                said.append("")
    return (*said[:-1], said[-1] if said[-1].endswith("。") else STOP.sub("", said[-1]) + "。")
