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
from pushsvc.plain.writing.en import choosing, coming, contacts, contrast, doing, heading, last_days, paper, sums
from pushsvc.plain.writing.en.contrast import open_deadlines
from pushsvc.plain.writing.en.due import is_closed
from pushsvc.plain.writing.en.making import Made, made_of, without_examples
from pushsvc.plain.writing.en.shortest import short
from pushsvc.plain.writing.en.statements import Statement, statements
from pushsvc.plain.writing.en.worth import Told, is_boilerplate, promising, valued, word_set
from pushsvc.plain.writing.titles import headline

__all__ = ["wording"]

#: Statements that are made plain and weighed.
_MOST_MADE = 24
#: Years of school above what a text should ask for, from which on a sentence goes without its examples.
_TOO_HARD = 4.0
#: Characters of a subject beside "now closed" on one line.
_MOST_OF_SUBJECT = 74
#: A title of so few words ("Procurement at CNC") says little.
_BARE_TITLE = 3


def wording(
    reading: Reading, facts: tuple[Fact, ...], spans: Sequence[Span], issuer: str | None, source: str
) -> tuple[Wording, list[Quote]]:
    """The words for a reader of English, and the sentences that they come from. The text is empty when nothing can be told."""

    def allowed(sentence: str) -> bool:
        return stands(source, sentence, "en")

    old = contrast.old_rules(spans)
    facts = contrast.in_force(reading, facts, old)
    over = paper.is_over(reading)
    if over:
        # Nobody can act on its last day or get its sums any more.
        facts = tuple(one for one in facts if one.kind != "amount" and (one.kind != "deadline" or is_closed(reading, one)))
    candidates = [told for told in _candidates(reading, facts, spans) if not _tells_one_of(told, old)]
    candidates = _with_whole_lists(candidates, allowed)
    if over:
        candidates = [told for told in candidates if not paper.offers(told.made.text)]
    # Room is kept for the fixed sentences before anybody asks the verifier of them: most are asked of once, below.
    fixed = [*_first(reading, facts, "", _unasked), *_fixed(reading, facts, "", _unasked)]
    chosen = choosing.chosen(candidates, TEXT_WORDS - _count(fixed), allowed)
    chosen = choosing.with_sums(chosen, candidates, facts, TEXT_WORDS - _count(fixed), allowed)
    said = " ".join(told.made.text for told in chosen)
    sentences = [*_first(reading, facts, said, allowed), *([said] if said else [])]
    for sentence in _fixed(reading, facts, said, allowed):
        if _count([*sentences, sentence]) <= TEXT_WORDS:
            sentences.append(sentence)
    acts = not over and not _only_about(reading, facts)
    made = Wording(
        headline=_headline(reading, allowed),
        text=" ".join(sentences),
        short=_shortly_over(reading, allowed) or short(reading, facts, allowed, _news(chosen, reading.title)),
        action=(doing.action(reading, facts, candidates, allowed) or doing.of_contacts(reading, facts, sentences))
        if acts
        else None,
        slots=brief.slots(reading, facts, issuer, "en", open_deadlines(reading, facts)),
    )
    return made, [Quote(told.made.text, told.statement.start, told.statement.end) for told in chosen]


def _tells_one_of(told: Told, old: Sequence[Span]) -> bool:
    return any(told.statement.start <= span.start < told.statement.end for span in old)


def _with_whole_lists(candidates: list[Told], allowed: Callable[[str], bool]) -> list[Told]:
    """Without "Conditions are in the source" where the conditions can be told."""
    listed = {told.statement.start for told in candidates if told.statement.together and allowed(told.made.text)}
    return (
        [told for told in candidates if told.statement.together or told.statement.start not in listed] if listed else candidates
    )


def _news(chosen: Sequence[Told], title: str) -> str:
    """The sentence in which the document itself says what it is; empty where that is not told, or is of something else."""
    first = chosen[0] if chosen and chosen[0].leads else None
    if first is None or first.statement.part not in ("description", "summary") or first.made.text.startswith("This "):
        return ""
    bare = first.statement.part == "description" and len(title.split()) <= _BARE_TITLE
    return first.made.text if bare or word_set(title) & word_set(first.made.text) else ""


def _shortly_over(reading: Reading, allowed: Callable[[str], bool]) -> str:
    titles = (reading.title, reading.title.partition(" (")[0])
    subjects = (heading.about(title, _MOST_OF_SUBJECT) for title in titles)
    lines = (paper.shortly_over(reading, subject) for subject in subjects if subject)
    return next((line for line in lines if line and allowed(line)), "")


def _unasked(_sentence: str) -> bool:
    return True


def _only_about(reading: Reading, facts: Sequence[Fact]) -> bool:
    return paper.is_about(reading) and not any(fact.kind == "deadline" for fact in facts)


def _first(reading: Reading, facts: Sequence[Fact], said: str, allowed: Callable[[str], bool]) -> list[str]:
    """What stands before the document's own sentences: that it asks nothing any more, or whose paper it is."""
    made = [*paper.standing(reading, facts, said), paper.paper(reading, said)]
    return [sentence for sentence in made if sentence and allowed(sentence)]


def _headline(reading: Reading, allowed: Callable[[str], bool]) -> str:
    named = heading.with_office(reading.title, paper.office(reading))
    for plain in (named, heading.headline(reading.title), heading.meeting_of(reading.title)):
        if plain and allowed(plain):
            return plain
    return headline(reading.title, "en") or catalogue.phrase("en", "short", "generic")


def _fixed(reading: Reading, facts: tuple[Fact, ...], said: str, allowed: Callable[[str], bool]) -> list[str]:
    """The fixed sentences that `said` does not make needless, such as the verifier lets through."""
    about = paper.collection(reading, said)
    made = [
        *([about] if about else []),
        *last_days.deadlines(reading, facts, said),
        *coming.days(reading, facts, said, allowed),
        *sums.amounts(reading, facts, said),
        *contacts.online(facts, said),
        *contacts.by_post(facts, said),
        *contacts.contacts(reading, facts, said, allowed),
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
        # What the verifier lets through of a list is word for word.
        listed = Made((statement.text,), True) if statement.together else None
        made = listed or made_of(statement.text, phrase=statement.part == "description")
        told = valued(statement, made, inside, title_words)
        if told is not None:
            found.append(_easier(told, inside, title_words))
    return found


def _easier(told: Told, inside: Sequence[Fact], title_words: frozenset[str]) -> Told:
    """A hard sentence without its examples, where no fact is lost by that."""
    shorter = without_examples(told.made) if told.hard > _TOO_HARD and not told.statement.together else None
    other = valued(told.statement, shorter, inside, title_words) if shorter else None
    return other if other and other.hard < told.hard and len(other.facts) == len(told.facts) else told


def _inside(statement: Statement, facts: Sequence[Fact], starts: Sequence[int]) -> Sequence[Fact]:
    return facts[bisect_left(starts, statement.start) : bisect_left(starts, statement.end)]


def _count(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)
