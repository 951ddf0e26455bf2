"""Which sentences are told, within 200 characters: the one that says what it is, then those that say most in fewest words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pushsvc.domain.summaries import Fact
from pushsvc.plain.writing.zh.worth import Told, fact_worth

#: A sentence costs its reader some attention beside its characters.
_COST_OF_A_SENTENCE = 14
#: The first says what it is, so its length matters less.
_COST_OF_THE_FIRST = 60
#: More facts than these do not make a sentence say better what it is about.
_ENOUGH_FACTS = 3.0
#: Characters that a clause beside what is told may cost.
_LITTLE_MORE = 20
#: By how much less words without a fact count than facts do.
_SHARE_OF_WORDS = 0.8
#: Below this a sentence tells too little to be told at all.
_LEAST = 2.4
#: While little is said, a little more is welcome.
_LEAST_OF_LITTLE, _LITTLE = 1.2, 130
_MOST_SENTENCES = 9
_FIGURE, _FIGURES = re.compile(r"\d[\d.,]*"), re.compile(r"[\d.,%]+")
_CONTACT = re.compile(r"[^，。]{0,14}(?:电话|热线|邮箱)\s?[:：]")


def choose(candidates: Sequence[Told], room: int, already: Sequence[Told] = ()) -> list[Told]:
    """What is told already, and at most `room` more characters of sentences, in the order of the document."""
    chosen = list(already)
    rest = [told for told in candidates if told not in chosen]
    while rest and sum(len(told.made.sentences) for told in chosen) < _MOST_SENTENCES:
        known = {key(fact) for told in chosen for fact in told.facts}
        sentences = _sentences(chosen)
        best = max(rest, key=lambda told: _gain(told, known, sentences, first=not chosen), default=None)
        if best is None or _gain(best, known, sentences, first=not chosen) <= 0:
            break
        best = _fuller(best, rest, sentences, room)
        rest.remove(best)
        if _cost(best, sentences) <= room and not any(_alike(best, other) for other in chosen):
            chosen.append(best)
            room -= _cost(best, sentences)
    return sorted(chosen, key=lambda told: (_only_validity(told) + 2 * _only_contacts(told), told.place))


def _only_contacts(told: Told) -> bool:
    """Whom to ask comes last."""
    return bool(_CONTACT.match(told.made.text)) and len(told.made.sentences) == 1


def _only_validity(told: Told) -> bool:
    """Since when and until when it holds comes after what it is."""
    kinds = {fact.kind for fact in told.facts}
    return bool(kinds & {"effective_date", "expiry"}) and kinds <= {"effective_date", "expiry", "quantity"}


def key(fact: Fact) -> tuple[str, str]:
    """What makes two facts the same to a reader."""
    return fact.kind, str(fact.value)


def _gain(told: Told, known: set[tuple[str, str]], sentences: set[str], *, first: bool) -> float:
    """Worth a character. The first sentence must say what it is about, whatever it costs."""
    new = {key(fact): fact_worth(fact) for fact in told.facts if key(fact) not in known}
    worth = told.worth + sum(new.values())
    if worth < (_LEAST if sum(map(len, sentences)) > _LITTLE else _LEAST_OF_LITTLE):
        return 0.0
    if first:
        says = 1.0 if told.answers & {"gets", "how"} else 0.5
        return says * (told.worth + min(_ENOUGH_FACTS, worth - told.worth)) / (_cost(told, sentences) + _COST_OF_THE_FIRST)
    return (worth - _SHARE_OF_WORDS * told.worth) / (_cost(told, sentences) + _COST_OF_A_SENTENCE)


def _fuller(best: Told, rest: Sequence[Told], sentences: set[str], room: int) -> Told:
    """The same said with the clause beside it, where that costs little: a sentence less cut is a sentence better understood."""
    said, most = best.made.sentences[-1].rstrip("。"), min(room, _cost(best, sentences) + _LITTLE_MORE)
    fuller = [
        told
        for told in rest
        if told.made.statement is best.made.statement and said in told.made.text and told.worth >= best.worth
        if _cost(told, sentences) <= most
    ]
    return max(fuller, key=lambda told: told.worth, default=best)


def _cost(told: Told, sentences: set[str]) -> int:
    cost = sum(len(sentence) for sentence in told.made.sentences if sentence not in sentences)
    label = f"{told.made.statement.label}："
    # A label is said once for the sentences that follow it.
    repeated = len(label) > 1 and any(sentence.startswith(label) for sentence in sentences)
    return cost - len(label) if repeated and told.made.text.startswith(label) else cost


def _sentences(chosen: Iterable[Told]) -> set[str]:
    return {sentence for told in chosen for sentence in told.made.sentences}


def _alike(one: Told, other: Told) -> bool:
    """Does the one say again what the other says?"""
    a, b = one.made.sentences[-1].rstrip("。"), other.made.sentences[-1].rstrip("。")
    if (
        a in b
        or b in a
        or {_bare(each) for each in one.made.sentences} & {_bare(each) for each in other.made.sentences if "：" not in each[:3]}
    ):
        return True
    if "，" in a and "，" in b and a.split("，")[0] == b.split("，")[0]:
        return True
    if _without_figures(one) == _without_figures(other) and len(re.findall(r"\d+", one.made.text)) == 1:
        return True  # Two figures of the same words: for whom each is was left out.
    first, second = _pairs(a), _pairs(b)
    return len(first & second) > 0.7 * min(len(first), len(second)) and _figures(a) == _figures(b)


def _bare(sentence: str) -> str:
    """A sentence without the label that it may have; 条件：… and 时间：… stay, for two sentences may share those."""
    return sentence if sentence[2:3] == "：" else sentence.partition("：")[2] or sentence


def _without_figures(told: Told) -> str:
    return _FIGURES.sub("", told.made.text)


def _pairs(text: str) -> set[str]:
    return {text[index : index + 2] for index in range(len(text) - 1)}


def _figures(text: str) -> set[str]:
    return set(_FIGURE.findall(text))
