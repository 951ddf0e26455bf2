"""An English document in plain words: what it is, who it is for, what to do or get, how much, by when, how, whom to ask."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import islice

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, Quote, Wording
from pushsvc.plain import catalogue
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing import brief
from pushsvc.plain.writing.checking import stands
from pushsvc.plain.writing.cutting import TEXT_WORDS
from pushsvc.plain.writing.en import closing, contrast, doing, heading, paper, weights
from pushsvc.plain.writing.en.making import made_of, without_examples
from pushsvc.plain.writing.en.shortest import short
from pushsvc.plain.writing.en.statements import Statement, statements
from pushsvc.plain.writing.en.worth import Told, is_boilerplate, promising, valued, word_set
from pushsvc.plain.writing.titles import headline

__all__ = ["wording"]

#: A sentence worth less than this takes a reader's time and tells nothing.
_LEAST_WORTH, _LEAST_OF_FEW, _FEW = 1.6, 0.5, 3
_MOST_SENTENCES = 5
#: Statements that are made plain and weighed.
_MOST_MADE = 24
_ALIKE = 0.6
#: Years of school above what a text should ask for, from which on a sentence goes without its examples.
_TOO_HARD = 4.0
#: What each year of school too many costs a sentence that would say what the document is.
_HARD_LEAD = 0.25
#: Behind "the DSCSA." or "back into work.'" nobody sees where the sentence ends: a long one would run into the next.
_UNSEEN_END, _FEW_WORDS = re.compile(r"[A-Z]\.$|['’]$"), 14
#: Sums whose fixed sentence says little without the words around them.
_WITH_SUBJECT = frozenset({"limit", "subsidy", "standard", "new_value", "increment", "fee", "fine", "budget"})
_MOST_SUMS = 2


def wording(
    reading: Reading, facts: tuple[Fact, ...], spans: Sequence[Span], issuer: str | None, source: str
) -> tuple[Wording, list[Quote]]:
    """The words for a reader of English, and the sentences that they come from. The text is empty when nothing can be told."""

    def allowed(sentence: str) -> bool:
        return stands(source, sentence, "en")

    old = contrast.old_rules(spans)
    facts = contrast.in_force(reading, facts, old)
    candidates = [told for told in _candidates(reading, facts, spans) if not _tells_one_of(told, old)]
    # Room is kept for the fixed sentences before anybody asks the verifier of them: most are asked of once, below.
    fixed = [*_first(reading, facts, "", _unasked), *_fixed(reading, facts, "", _unasked)]
    chosen = _chosen(candidates, TEXT_WORDS - _count(fixed), allowed)
    chosen = _with_sums(chosen, candidates, facts, TEXT_WORDS - _count(fixed), allowed)
    said = " ".join(told.made.text for told in chosen)
    sentences = [*_first(reading, facts, said, allowed), *([said] if said else [])]
    for sentence in _fixed(reading, facts, said, allowed):
        if _count([*sentences, sentence]) <= TEXT_WORDS:
            sentences.append(sentence)
    made = Wording(
        headline=_headline(reading, allowed),
        text=" ".join(sentences),
        short=short(reading, facts, allowed),
        action=None
        if paper.is_over(reading) or _only_about(reading, facts)
        else doing.action(reading, facts, candidates, allowed),
        slots=brief.slots(reading, facts, issuer, "en"),
    )
    return made, [Quote(told.made.text, told.statement.start, told.statement.end) for told in chosen]


def _tells_one_of(told: Told, old: Sequence[Span]) -> bool:
    return any(told.statement.start <= span.start < told.statement.end for span in old)


def _unasked(_sentence: str) -> bool:
    return True


def _only_about(reading: Reading, facts: Sequence[Fact]) -> bool:
    return paper.is_about(reading) and not any(fact.kind == "deadline" for fact in facts)


def _first(reading: Reading, facts: Sequence[Fact], said: str, allowed: Callable[[str], bool]) -> list[str]:
    """What stands before the document's own sentences: that it asks nothing any more, or whose paper it is."""
    made = [*paper.standing(reading, facts, said), paper.paper(reading, said)]
    return [sentence for sentence in made if sentence and allowed(sentence)]


def _with_sums(
    chosen: list[Told], candidates: Sequence[Told], facts: Sequence[Fact], room: int, allowed: Callable[[str], bool]
) -> list[Told]:
    """The chosen, and the sentence of a sum that none of them names: by itself "The limit is £55" has no subject."""
    said = " ".join(told.made.text for told in chosen)
    room -= _count([said])
    unsaid = [fact for fact in facts if fact.kind == "amount" and fact.role in _WITH_SUBJECT and fact.raw not in said]
    for fact in unsaid[:_MOST_SUMS]:
        own = next((told for told in candidates if fact in told.facts and fact.raw in told.made.text), None)
        several = len({each.value for each in unsaid if each.role == fact.role}) > _MOST_SUMS
        if own is None or several or own in chosen or own.words > room or any(_alike(own, other) for other in chosen):
            continue
        if allowed(own.made.text):
            chosen, room = [*chosen, own], room - own.words
    return sorted(chosen, key=lambda told: told.statement.start)


def _headline(reading: Reading, allowed: Callable[[str], bool]) -> str:
    named = heading.with_office(reading.title, paper.office(reading))
    for plain in (named, heading.headline(reading.title), heading.meeting_of(reading.title)):
        if plain and allowed(plain):
            return plain
    return headline(reading.title, "en") or catalogue.phrase("en", "short", "generic")


def _fixed(reading: Reading, facts: tuple[Fact, ...], said: str, allowed: Callable[[str], bool]) -> list[str]:
    """The fixed sentences that `said` does not make needless, such as the verifier lets through."""
    made = [
        *closing.deadlines(reading, facts, said),
        *closing.days(reading, facts, said, allowed),
        *closing.amounts(reading, facts, said),
        *closing.contacts(reading, facts, said),
    ]
    return [sentence for sentence in made if allowed(sentence)]


def _candidates(reading: Reading, facts: Sequence[Fact], spans: Sequence[Span]) -> list[Told]:
    starts = [fact.start for fact in facts]
    title_words = word_set(reading.title)
    bare_title = re.sub(r"\W+", "", reading.title).lower()
    stated = [
        (statement, _inside(statement, facts, starts))
        for statement in statements(spans)
        if statement.text and re.sub(r"\W+", "", statement.text).lower() not in bare_title
    ]
    hopes = sorted(((promising(*each), -at) for at, each in enumerate(stated)), reverse=True)
    best = (-place for hope, place in hopes if hope >= 0 and not is_boilerplate(stated[-place][0]))
    found = []
    for at in sorted(islice(best, _MOST_MADE)):
        statement, inside = stated[at]
        told = valued(statement, made_of(statement.text, phrase=statement.part == "description"), inside, title_words)
        if told is not None:
            found.append(_easier(told, inside, title_words))
    return found


def _easier(told: Told, inside: Sequence[Fact], title_words: frozenset[str]) -> Told:
    """A hard sentence without its examples, where no fact is lost by that."""
    shorter = without_examples(told.made) if told.hard > _TOO_HARD else None
    other = valued(told.statement, shorter, inside, title_words) if shorter else None
    return other if other and other.hard < told.hard and len(other.facts) == len(told.facts) else told


def _inside(statement: Statement, facts: Sequence[Fact], starts: Sequence[int]) -> Sequence[Fact]:
    return facts[bisect_left(starts, statement.start) : bisect_left(starts, statement.end)]


def _chosen(candidates: Sequence[Told], room: int, allowed: Callable[[str], bool]) -> list[Told]:
    """First what it is, then what tells a reader most, in the order of the document, as far as there is room."""
    chosen: list[Told] = []
    first = [told for told in candidates if told.leads][:4] or candidates[:3]
    lead = max(first, key=_as_lead, default=None)
    rest = sorted(candidates, key=lambda told: (told is not lead, -told.rank, told.statement.start))
    for told in rest:
        least = _LEAST_OF_FEW if len(chosen) < _FEW else _LEAST_WORTH
        if told is not lead and (len(chosen) >= _MOST_SENTENCES or told.rank < least):
            break
        if (
            told.words > room
            or (told.words > _FEW_WORDS and _UNSEEN_END.search(told.made.text))
            or any(_alike(told, other) for other in chosen)
            or not allowed(told.made.text)
        ):
            continue
        chosen.append(told)
        room -= told.words
    return sorted(chosen, key=lambda told: told.statement.start)


def _as_lead(told: Told) -> tuple[bool, float, int]:
    """How well a sentence would stand first: one that leans on another ("It opens on weekdays") does not."""
    return not weights.LEANS.match(told.made.text), told.worth - _HARD_LEAD * told.hard, -told.statement.start


def _alike(one: Told, other: Told) -> bool:
    first, second = word_set(one.made.text), word_set(other.made.text)
    return len(first & second) > _ALIKE * max(1, min(len(first), len(second)))


def _count(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)
