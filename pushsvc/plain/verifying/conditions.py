"""A condition of the source must be told with what depends on it: in the sentence itself or in the one before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from pushsvc.plain.verifying.wording import CLAUSE, VALUE

_HAN = re.compile(r"[\u3400-\u9fff]")
#: A clause of a condition, and how it goes on behind what it governs.
_LATIN_CONDITION = re.compile(
    r"(?:(?:and|or|but|also|except|only|even)\s)?"
    r"(?:if|unless|provided|as long as|so long as|once|where|when|whenever|in case)\b"
)
_LATIN_BEHIND = re.compile(
    r"(?:(?:but|and|or|only|even)\s)*(?:if|unless|provided that|provided you|as long as|so long as|except|only|when"
    r"|subject to|on condition|in case|whether)\b"
)
_HAN_CONDITION = re.compile(
    r"(?:如|若|凡|倘|除|未经).|经(?!济|营|办|费|开|常|过)(?!.*(?:给予|予以|发放)).|.*(?:的|的话|情形|情况下|条件下|范围内|前提下|(?<!之|然|此|今|最|随|其)后|的人员|者|期满)$|在.{2,}(?:前|内|时|中|期间|范围|情况)"
)
_HAN_BEHIND = re.compile(r"(?:但|除|方可|方能|才可|才能|且|并且|须经|需经|经.{1,8}后|的除外)")
#: 经市政府同意 says on whose word the office acts, and sets nobody a condition.
_NO_CONDITION = re.compile(
    r"(?:为|为了|根据|按照|依据|按|对于?|关于|由|以|经研究|自).*"
    r"|报?经[^，]{0,16}(?:政府|国务院|党组|会议?|领导小组|委员会)[^，]{0,8}(?:同意|批准|审定|审议|研究|决定|通过)[^，]{0,6}"
)
#: Between a condition and what it governs: how it is set, and what a bracket adds to it.
_LEADS = re.compile("(?:且|并|也|还|则|均|都|其|应当|应该|应|须|必须|需|可以|可|方可|不得|将|由其)+")
_BRACKET = re.compile("，[^，]+，，")
#: Clauses of a sentence in which a condition of its end may stand.
_CLAUSES = 6
_WORDS = re.compile(r"[a-z']+|[\u3400-\u9fff]|\d+")
#: Latin words that a condition shares with every sentence.
_COMMON = frozenset(
    ("if", "you", "your", "the", "a", "an", "to", "of", "in", "on", "at", "for", "it", "is", "are", "be", "or", "and", "unless",
     "when", "where", "with", "by", "can", "not", "have", "has", "they", "their", "this", "that", "any")
)  # fmt: skip
#: The share of a condition's words that must be told.
_TOLD = 0.4


def condition_left_out(before: str, said: str, behind: str, told: Callable[[], str]) -> str | None:
    """The condition that the source sets and `told` does not tell, in words; None when it tells it, or there is none.

    `said` is what the sentence tells in the source's own words, `before` and `behind` what stands around it there in the
    same sentence; all are marked as in a Wording. `told` is asked only where there is a condition.
    """
    if _HAN.search(said):
        condition = _before_han(before) or _behind_han(behind)
    else:
        condition = _before_latin(before) or _behind_latin(behind)
    if not condition or _is_told(condition, told()):
        return None
    return f'condition: the sentence leaves out "{condition.strip(CLAUSE).replace(VALUE, "…")}"'


def _before_latin(before: str) -> str:
    """The condition that stands before, in the clauses of the sentence: If you use a text phone, …"""
    clauses = before.split(CLAUSE)
    whole = clauses[-1] == ""
    for number, clause in enumerate(clauses):
        if _LATIN_CONDITION.match(clause.strip()):
            rest = clauses[number:]
            if whole or number == len(clauses) - 1 or len(rest) > 1:
                return CLAUSE.join(rest).strip(CLAUSE)
    return ""


def _behind_latin(behind: str) -> str:
    text = behind.lstrip(CLAUSE + " ")
    return text.split(CLAUSE)[0] if _LATIN_BEHIND.match(text) else ""


def _before_han(before: str) -> str:
    """The condition that stands before: 年满六十周岁的，应当 …, with a bracket or a word like 应当 between."""
    clauses = _BRACKET.sub(CLAUSE, before).split(CLAUSE)
    if _LEADS.fullmatch(clauses[-1]):
        clauses[-1] = ""
    last = clauses[-1] or (clauses[-2] if len(clauses) > 1 else "")
    if len(last) < 3 or (_NO_CONDITION.match(last) and not last.endswith("的")):
        return ""
    if _HAN_CONDITION.match(last):
        return last
    return next((clause for clause in clauses[-_CLAUSES:-1] if len(clause) > 3 and clause.endswith("的")), "")


def _behind_han(behind: str) -> str:
    text = behind.lstrip(CLAUSE)
    return text.split(CLAUSE)[0] if behind[:1] == CLAUSE and _HAN_BEHIND.match(text) else ""


def _is_told(condition: str, told: str) -> bool:
    words = _words(condition)
    there = _words(told)
    return not words or sum(word in there for word in words) >= _TOLD * len(words)


def _words(text: str) -> set[str]:
    found = _WORDS.findall(text)
    latin = {word[:5] for word in found if word[0].isascii() and word not in _COMMON}
    han = [word for word in found if not word.isascii()]
    return latin | {one + other for one, other in pairwise(han)}
