"""One sentence of at most 40 characters from clauses of the source: shorter where it must be, and split where it can be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.zh.clauses import ENDS, Clause, clauses
from pushsvc.plain.writing.zh.sparing import shorter
from pushsvc.plain.writing.zh.standing import stands_alone

STOP = re.compile(r"[。；;，,、：:\s]+$")
BEGINS = re.compile(r"^(?:其中[,，:：]?|并且?|且|但|而|及(?!时|早)|和(?!谐)|即(?=最高)|以及|或者?|同时|则|也)(?=[^。]{4,})")
#: A comma of the other script between Chinese words.
COMMA = re.compile(r",(?!\d)|(?<!\d),")
_LABELLED = re.compile(r"[^，,。\d]{0,6}[:：]")
#: 联系电话：… under 报名地点 is no place.
_OWN_CONTACT = re.compile(r"(?:联系|咨询|报名|服务)?(?:电话|热线|邮箱|传真|联系方式|联系人)[:：]")
#: A sentence of so many characters is not split further; a part of fewer says too little.
_COMFORTABLE, SHORTEST = 18, 7
#: Neither half of a sentence that is split has fewer.
_SHORTEST_HALF = 9
#: What begins so is read with the words before it.
_BOUND = re.compile(r"但|即|每[人户套名对家件份]|最[高低]|除|其中|[只仅限]|方可|否则|以|按|\d+(?:\.\d+)?[%％]|其|均|都|则")
#: Plain words shorten a sentence, but not by so much.
_TOO_LONG = SENTENCE_CHARACTERS + 40


def one_sentence(label: str, said: str) -> str:
    """A sentence with its full stop, plain words in it; empty when it is longer than a reader takes in at one go."""
    if len(said) > _TOO_LONG:
        return ""
    said = shorter(said, SENTENCE_CHARACTERS - 1 - (len(label) + 1 if label else 0))
    said = said.rstrip(ENDS)
    said = COMMA.sub("，", said) if "," in said else said
    if label and not _OWN_CONTACT.match(said):
        said = f"{label}{'' if _LABELLED.match(said) else '：'}{said}"
    ended = said if said.endswith(("！", "!", "？", "。”", "！”")) else said + "。"
    return ended if 6 <= len(ended) <= SENTENCE_CHARACTERS else ""


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
        if place + 1 < len(parts) and _ends(said[-1], part) and _begins(parts, place + 1):
            said[-1] = STOP.sub("", said[-1]) + "。"
            said.append("")
    return (*said[:-1], said[-1] if said[-1].endswith("。") else STOP.sub("", said[-1]) + "。")


def _ends(said: str, part: Clause) -> bool:
    """Is what was said so far a sentence?"""
    whole = part.role == "main" and (part.has_predicate or part.says_of_somebody) and part.text.endswith(("，", ","))
    return (
        whole and len(said) > _SHORTEST_HALF and not part.leans_forward and stands_alone(STOP.sub("", said) + "。", before="")
    )


def _begins(parts: Sequence[Clause], place: int) -> bool:
    """Does a sentence begin here that says by itself whom it is about?"""
    following = parts[place]
    if (
        _BOUND.match(following.text)
        or following.text[0].isdigit()
        or following.goes_on
        or following.role not in ("main", "condition", "people")
    ):
        return False
    rest = STOP.sub("", "".join(part.text for part in parts[place:]))
    first = following.bare if following.role == "main" else rest
    return len(first) >= _SHORTEST_HALF and all(stands_alone(each + "。", before="") for each in (first, rest))
