"""Which sentences are told, within 200 characters: the one that says what it is, then those that say most in fewest words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pushsvc.domain.summaries import Fact
from pushsvc.plain.writing.zh.sparing import easier
from pushsvc.plain.writing.zh.worth import Told, question_worth, told_worth

#: A sentence costs its reader some attention beside its characters.
_COST_OF_A_SENTENCE = 14
#: A sentence of more characters than these costs more for each of them.
_EASY, _COST_OF_LENGTH = 20, 3.0
#: What is told apart, behind a label, is harder to read than a whole sentence.
_COST_OF_A_LABEL = 10
#: The share of that for what people must know, however long it takes to say it.
_OF_A_HARD_FACT = 0.3
#: The first says what it is, so its length matters less.
_COST_OF_THE_FIRST = 60
#: Characters that a clause beside what is told may cost.
_LITTLE_MORE = 20
#: So much worth a second fine or a second sentence about offices must have.
_MUCH = 5.0
#: Who gets what is what a reader asks first.
_WHO_GETS, _WHO_GETS_FIRST = frozenset({"who", "gets"}), 1.5
#: Figures of firms and offices count for less than this.
_THEIRS = 0.5
#: Characters of a clause that says something.
_A_CLAUSE = 4
#: What a sum or a day is worth that people must know.
_HARD = 4.0
#: What the next group of a list is worth beside its figures, how near it stands, and how many of its words are the same.
_NEXT_GROUP, _NEAR, _ALIKE_WORDS = 3.5, 6, 0.5
#: Below this a sentence tells too little to be told at all.
_LEAST = 2.4
#: While little is said, a little more is welcome.
_LEAST_OF_LITTLE, _LITTLE = 1.2, 130
_MOST_SENTENCES = 11
_FIGURE, _FIGURES = re.compile(r"\d[\d.,]*"), re.compile(r"[\d.,%]+")
_CONTACT = re.compile(
    r"[^。]{0,24}(?:电话|热线|邮箱)\s?[:：]|(?:信函|来信|邮寄|(?:邮寄|通[讯信]|联系|办公)?地址)[:：]|[^。]*(?:拨打|致电)[^。]*\d{5,}"
)


def choose(
    candidates: Sequence[Told], room: int, may_be_said: Callable[[Told], bool], already: Sequence[Told] = ()
) -> list[Told]:
    """What is told already, and at most `room` more characters of sentences, in the order of the document.

    `may_be_said` is asked only of what would be told next.
    """
    chosen = list(already)
    rest = [told for told in candidates if told not in chosen]
    so_far = _so_far(chosen)
    gains = [_gain(told, so_far) for told in rest]
    while rest:
        if len(so_far.sentences) >= _MOST_SENTENCES:
            break
        gain = max(gains)
        if gain <= 0:
            break
        best = _fuller(rest[gains.index(gain)], rest, so_far, room)
        gains = [gain for told, gain in zip(rest, gains, strict=True) if told is not best]
        rest = [told for told in rest if told is not best]
        cost = _cost(best, so_far)
        if cost > room or any(_alike(best, other) for other in chosen):
            continue
        if may_be_said(best):
            chosen.append(best)
            room -= cost
            # What a candidate adds changes only with what is chosen.
            so_far = _so_far(chosen)
            gains = [_gain(told, so_far) for told in rest]
    return sorted(chosen, key=lambda told: (_only_validity(told) + 2 * _only_contacts(told), told.place))


@dataclass(frozen=True)
class _SoFar:
    """What is chosen, and what a reader knows from it."""

    chosen: Sequence[Told]
    known: frozenset[tuple[str, str]]
    answered: frozenset[str]
    sentences: frozenset[str]
    length: int
    apart: bool
    theirs: bool


def _so_far(chosen: Sequence[Told]) -> _SoFar:
    sentences = frozenset(sentence for told in chosen for sentence in told.made.sentences)
    return _SoFar(
        chosen,
        frozenset(key(fact) for told in chosen for fact in told.facts),
        frozenset(name for told in chosen for name in told.answers),
        sentences,
        sum(map(len, sentences)),
        any(told.made.apart for told in chosen),
        any(told.share < _THEIRS for told in chosen),
    )


def _only_contacts(told: Told) -> bool:
    """Whom to ask comes last."""
    return len(told.made.sentences) == 1 and is_contact(told.made.text)


def is_contact(sentence: str) -> bool:
    """Does it only say whom to ask, or where to write?"""
    return bool(_CONTACT.match(sentence))


def _only_validity(told: Told) -> bool:
    """Since when and until when it holds comes after what it is."""
    kinds = {fact.kind for fact in told.facts}
    return bool(kinds & {"effective_date", "expiry"}) and kinds <= {"effective_date", "expiry", "quantity"}


def key(fact: Fact) -> tuple[str, str]:
    """What makes two facts the same to a reader."""
    return fact.kind, str(fact.value)


def _gain(told: Told, so_far: _SoFar) -> float:
    """Worth a character: questions that nothing chosen answers, facts that nothing chosen carries, and the rest."""
    new = {key(fact): told_worth(told, fact) for fact in told.facts if key(fact) not in so_far.known}
    carried = sum(new.values()) if told.share >= _THEIRS else max(new.values(), default=0.0)
    worth = told.worth + carried + sum(map(question_worth, told.answers - so_far.answered))
    # The next group of a list of which one is told: 大专…5万元 beside 博士…10万元.
    if told.share >= _THEIRS and any(_next_group(told, other) for other in so_far.chosen):
        worth += _NEXT_GROUP
    if (
        told.made.apart
        and so_far.apart
        and so_far.length > _LITTLE
        and told.made.sentences[0] not in so_far.sentences
        and max(new.values(), default=0) < _HARD
    ):
        return 0.0  # A second rule that is told in pieces: only for a sum or a day that nothing else tells.
    if told.share < _THEIRS and so_far.theirs and worth < _MUCH:
        return 0.0
    if worth < (_LEAST if so_far.length > _LITTLE else _LEAST_OF_LITTLE):
        return 0.0
    long = _COST_OF_LENGTH * sum(max(0, len(sentence) - _EASY) for sentence in told.made.sentences)
    long += _COST_OF_A_LABEL * len(told.made.frame)
    if max(new.values(), default=0) >= _HARD:
        long *= _OF_A_HARD_FACT
    if told.answers >= _WHO_GETS and told.share >= _THEIRS and "who" not in so_far.answered:
        worth *= _WHO_GETS_FIRST
    return worth / (_cost(told, so_far) + long + (_COST_OF_A_SENTENCE if so_far.chosen else _COST_OF_THE_FIRST))


def _next_group(told: Told, other: Told) -> bool:
    """Do two sentences near each other say the same of two groups, or of two cases, with other figures?"""
    if not 0 <= abs(told.made.statement.place - other.made.statement.place) <= _NEAR or told.share < other.share:
        return False
    if told.made.statement is other.made.statement:
        return False
    first, second = _pairs_of(told.made.text), _pairs_of(other.made.text)
    return len(first & second) >= _ALIKE_WORDS * min(len(first), len(second)) and _figures(told.made.text) != _figures(
        other.made.text
    )


def _fuller(best: Told, rest: Sequence[Told], so_far: _SoFar, room: int) -> Told:
    """The same said with the clause beside it, where that costs little: a sentence less cut is a sentence better understood."""
    said, most = best.made.sentences[-1].rstrip("。"), min(room, _cost(best, so_far) + _LITTLE_MORE)
    fuller = [
        told
        for told in rest
        if told.made.statement is best.made.statement and said in told.made.text and told.worth >= best.worth
        if _cost(told, so_far) <= most
    ]
    return max(fuller, key=lambda told: told.worth, default=best)


def _cost(told: Told, so_far: _SoFar) -> int:
    if any(told.made.goes_on(other.made) for other in so_far.chosen):
        return sum(map(len, told.made.alone))
    if told.made.frame:
        # For whom and when is said once for rules that follow each other.
        said = {sentence for other in so_far.chosen if _beside(told, other) for sentence in other.made.frame}
        again = said if not set(told.made.frame) < said else set()
        return sum(len(sentence) for sentence in told.made.sentences if sentence not in again)
    cost = sum(len(sentence) for sentence in told.made.sentences if sentence not in so_far.sentences)
    label = f"{told.made.statement.label}："
    # A label is said once for the sentences that follow it.
    if len(label) > 1 and told.made.text.startswith(label) and any(each.startswith(label) for each in so_far.sentences):
        return cost - len(label)
    return cost


def _beside(told: Told, other: Told) -> bool:
    return abs(told.made.statement.place - other.made.statement.place) <= 1


def _alike(one: Told, other: Told) -> bool:
    """Does the one say again what the other says?"""
    goes_on = one.made.goes_on(other.made)
    first, second = (each.made.alone or each.made.sentences if goes_on else each.made.sentences for each in (one, other))
    a, b = easier(first[-1]).rstrip("。"), easier(second[-1]).rstrip("。")
    if (
        a in b
        or b in a
        or _bare(a) in b
        or _bare(b) in a
        or {_bare(each) for each in first} & {_bare(each) for each in second if "：" not in each[:3]}
    ):
        return True
    if "，" in a and "，" in b and a.split("，")[0] == b.split("，")[0]:
        return True
    rules = (
        (second, first)
        if goes_on
        else (one.made.sentences[len(one.made.frame) :], other.made.sentences[len(other.made.frame) :])
    )
    if one.made.statement is other.made.statement and _said_in(rules[0]) & _said_in(rules[1]):
        return True
    if _without_figures(one) == _without_figures(other) and len(re.findall(r"\d+", one.made.text)) == 1:
        return True  # Two figures of the same words: for whom each is was left out.
    mine, theirs = _pairs(a), _pairs(b)
    return len(mine & theirs) > 0.7 * min(len(mine), len(theirs)) and _figures(a) == _figures(b)


def _said_in(sentences: Sequence[str]) -> set[str]:
    """The clauses of what the sentences say."""
    said = "".join(map(easier, sentences))
    parts = (clause.removeprefix("其中").lstrip("且并") for clause in re.split("[，。]", said))
    return {clause for clause in parts if len(clause) >= _A_CLAUSE and not clause.endswith("的")}


def _bare(sentence: str) -> str:
    """A sentence without the label that it may have; 条件：… and 时间：… stay, for two sentences may share those."""
    return sentence if sentence[2:3] == "：" else sentence.partition("：")[2] or sentence


def _without_figures(told: Told) -> str:
    return _FIGURES.sub("", told.made.text)


#: Each candidate is laid beside each chosen one, again and again.
@lru_cache(maxsize=1024)
def _pairs_of(text: str) -> frozenset[str]:
    """The pairs of characters of a text without its figures."""
    return frozenset(_pairs(_FIGURES.sub("", text)))


def _pairs(text: str) -> set[str]:
    return {text[index : index + 2] for index in range(len(text) - 1)}


def _figures(text: str) -> set[str]:
    return set(_FIGURE.findall(text))
