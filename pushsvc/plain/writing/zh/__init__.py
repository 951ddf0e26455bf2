"""A Chinese document in plain words: who it is for, what they get or must do, how much, by when, how and where, whom to ask."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, Quote, Wording
from pushsvc.plain import catalogue
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing import brief, titles, when
from pushsvc.plain.writing.checking import refused, stands
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS, TEXT_CHARACTERS
from pushsvc.plain.writing.zh import closing, doing, shortest
from pushsvc.plain.writing.zh.choosing import choose, is_contact, key
from pushsvc.plain.writing.zh.lists import Listing, conditions_told, how_many, listings, papers_told
from pushsvc.plain.writing.zh.made import Made
from pushsvc.plain.writing.zh.making import made_of
from pushsvc.plain.writing.zh.statements import Statement, statements
from pushsvc.plain.writing.zh.telling import sentences_told, shortened
from pushsvc.plain.writing.zh.worth import (
    OF_OFFICES,
    Told,
    among_offices,
    document,
    is_hard,
    question_worth,
    told_worth,
    valued,
)

#: The first of a run apart: so the search skips all other characters.
_SIGNS = re.compile(r"\W\W*")
#: Behind so many sentences only those that carry a fact are looked at.
_ONLY_FACTS_AFTER = 80
#: In a law the rights of people stand anywhere.
_A_RIGHT = re.compile(
    r"(?:人|者|人员|职工|业主|居民|公民|家庭|亲属|学生|当事人|个人)[^，。]{0,12}(?:有权|可以|不得|应当|享受|拒绝)|投诉|举报|免费"
)
#: Candidates that are chosen from, the best ones.
_MOST_CANDIDATES = 70
#: Whose facts and answers are all worth less is never told.
_LEAST_EVER = 1.2
#: What all conditions of a list are worth together, beside their figures.
_WORTH_OF_ALL_CONDITIONS = 4.0
_CONDITION = catalogue.phrase("zh", "text", "condition", said="").rstrip("。")
#: Room in which a sentence may stand.
_A_LITTLE = 12
#: How often room that a chosen sentence made is filled.
_TRIES = 7


def wording(
    reading: Reading, facts: tuple[Fact, ...], spans: Sequence[Span], issuer: str | None, source: str
) -> tuple[Wording, list[Quote]]:
    """The words for a reader of Chinese, and the sentences that they come from. The text is empty when nothing can be told."""

    def may_be_said(line: str) -> bool:
        return stands(source, line, "zh")

    # In a law there are conditions and papers of many things.
    law = document(titles.plain_title(reading.title, "zh"), len(spans)).law
    lists = [] if law else list(listings(spans))
    candidates = _candidates(reading, facts, spans)
    candidates = _with_all_conditions(lists, spans, candidates)
    chosen, as_it_is = _chosen(reading, candidates, facts, source, lists)
    sentences, quotes = sentences_told(chosen, source, as_it_is)
    if among_offices(titles.plain_title(reading.title, "zh"), [span.text for span in spans], facts):
        # Nothing in it is for people to do: what it is, and the one thing that may touch them.
        chosen = [told for told in chosen if told.share == 1.0 and "gets" in told.answers][:1]
        sentences, quotes = sentences_told(chosen, source, as_it_is)
        sentences = [catalogue.phrase("zh", "text", "for_offices"), *sentences]
        text = "".join(sentences)
    else:
        text = _closed(reading, facts, sentences, _of_lists(lists, sentences, chosen, source), may_be_said)

    asked = doing.action(reading, facts, chosen, candidates, may_be_said)
    return (
        Wording(
            headline=shortest.headline(reading, facts, sentences, may_be_said),
            text=text,
            short=shortest.short(reading, facts, sentences, asked, may_be_said),
            action=asked,
            slots=brief.slots(reading, facts, issuer, "zh", when.reader_deadlines(reading, facts)),
        ),
        quotes,
    )


def _candidates(reading: Reading, facts: Sequence[Fact], spans: Sequence[Span]) -> list[Told]:
    starts = [fact.start for fact in facts]
    about = document(titles.plain_title(reading.title, "zh"), len(spans))
    bare_title = _SIGNS.sub("", reading.title)
    found = []
    for statement in statements(spans):
        if _SIGNS.sub("", statement.text).removeprefix("关于") in bare_title:
            continue
        carries = bisect_left(starts, statement.span.end) > bisect_left(starts, statement.span.start)
        if statement.place > _ONLY_FACTS_AFTER and not carries and not (about.law and _A_RIGHT.search(statement.text)):
            continue
        for made in made_of(statement):
            told = valued(made, facts, starts, about)
            if told is not None and (-_most_told(told) >= _LEAST_EVER or any(map(is_hard, told.facts))):
                found.append(told)
    if len(found) <= _MOST_CANDIDATES:
        return found
    best = sorted(found, key=_most_told)[:_MOST_CANDIDATES]
    return sorted(best, key=lambda told: told.place)


def _with_all_conditions(lists: Sequence[Listing], spans: Sequence[Span], candidates: Sequence[Told]) -> list[Told]:
    """The candidates, with all conditions of a list as one thing to tell in place of each of them alone."""
    found = list(candidates)
    for listing in lists:
        told = conditions_told(listing) if listing.kind == "conditions" else ()
        if told:
            place = listing.items[0][0]
            parts = [one for one in found if one.made.statement.place in listing.places]
            facts = tuple({key(fact): fact for one in parts for fact in one.facts}.values())
            made = Made(Statement(place, spans[place], "".join(told)), 0, told)
            found = [one for one in found if one not in parts]
            found.append(Told(made, facts, _WORTH_OF_ALL_CONDITIONS, frozenset({"who"})))
    return sorted(found, key=lambda one: one.place)


def _of_lists(lists: Sequence[Listing], said: Sequence[str], chosen: Sequence[Told], source: str) -> list[str]:
    """The papers to bring, and how many conditions there are where they are not all told."""
    sentences = []
    text = "".join(said)
    for kind in ("papers", "conditions"):
        listing = next((one for one in lists if one.kind == kind), None)
        if listing is None:
            continue
        if kind == "papers":
            sentence = papers_told(listing)
        else:
            told = conditions_told(listing)
            counted = next((one for one in how_many(listing) if stands(source, one, "zh")), "")
            sentence = (
                ""
                if len(told) == len(listing.items) and all(one.removeprefix(_CONDITION).rstrip("。") in text for one in told)
                else counted
            )
        sentences += [sentence] if sentence and sentence not in text and stands(source, sentence, "zh") else []
    if not any(one.kind == "conditions" for one in lists) and any(told.made.statement.part for told in chosen):
        sentences.append(
            catalogue.phrase("zh", "text", "conditions_in_source")
        )  # One condition of several never stands for all.
    return sentences


def _spare(candidates: Sequence[Told], chosen: Sequence[Told]) -> list[Told]:
    """What fills room that is left: sums and days that are not the reader's own, which are worth more than nothing."""
    known = {key(fact) for told in chosen for fact in told.facts}
    return [
        replace(told, worth=max(told.worth, 0.0))
        for told in candidates
        if told not in chosen and any(is_hard(fact) and key(fact) not in known for fact in told.facts)
        if told.share > OF_OFFICES or not any(fact.kind == "deadline" for fact in told.facts)
    ]


def _most_told(told: Told) -> float:
    return -told.worth - sum(told_worth(told, fact) for fact in told.facts) - sum(map(question_worth, told.answers))


def _chosen(
    reading: Reading, candidates: Sequence[Told], facts: Sequence[Fact], source: str, lists: Sequence[Listing]
) -> tuple[list[Told], frozenset[int]]:
    """The sentences to tell, only such as the verifier lets through, with room for the fixed ones after them.

    And those of them (their `id`) that are told as they are, for in fewer words they would not stand where they are.
    """
    wrong: set[int] = set()
    as_it_is: set[int] = set()

    def may_be_said(told: Told) -> bool:
        if id(told) not in wrong and refused(source, "".join(shortened(told, source)), "zh"):
            if not refused(source, told.made.text, "zh"):
                as_it_is.add(id(told))
            elif not (told.made.alone and stands(source, "".join(shortened(told, source, told)), "zh")):
                wrong.add(id(told))
        return id(told) not in wrong

    chosen: list[Told] = []
    for _ in range(_TRIES):
        # What the chosen sentences carry need not be said again by a fixed one: there may be room for more.
        said = "".join(sentences_told(chosen, source, as_it_is)[0])
        fixed = _of_lists(lists, [said], chosen, source)
        room = TEXT_CHARACTERS - len(said) - _needed(reading, facts, said) - sum(map(len, fixed))
        more = choose(candidates, room, may_be_said, chosen)
        if len(more) == len(chosen) and room > _A_LITTLE:
            more = choose(_spare(candidates, chosen), room, may_be_said, chosen)
        if len(more) > len(chosen):
            chosen = more
            continue
        lost = set(refused(source, said, "zh"))
        if not lost:
            break
        pairs = zip(chosen, [None, *chosen], strict=False)
        losing = {id(told) for told, before in pairs if lost & set(shortened(told, source, before, id(told) in as_it_is))}
        # A sentence that stands by itself may not stand behind those that are now before it: it goes with all of its rule.
        wrong |= losing & as_it_is
        as_it_is |= losing
        chosen = [told for told in chosen if id(told) not in wrong]
    return chosen, frozenset(as_it_is)


def _needed(reading: Reading, facts: Sequence[Fact], said: str) -> int:
    """The characters of the fixed sentences that `said` does not make needless."""
    holds, asks = closing.validity(reading, facts, said)[-1:], closing.contacts(reading, facts, said)
    return sum(map(len, [*closing.deadlines(reading, facts, said), *holds, *asks]))


def _closed(
    reading: Reading,
    facts: Sequence[Fact],
    sentences: Sequence[str],
    of_lists: Sequence[str],
    may_be_said: Callable[[str], bool],
) -> str:
    """The text with its fixed sentences, as far as there is room: days first, then whom to ask, then how long it holds."""
    said = "".join(sentences)
    days = [day if may_be_said(day) else doing.without_year(day) for day in closing.deadlines(reading, facts, said)]
    asks = closing.contacts(reading, facts, said + "".join(days))
    holds = closing.validity(reading, facts, said)
    kept: list[str] = []
    for sentence in [*days, *of_lists, *asks, *holds]:
        if len(said) + sum(map(len, kept)) + len(sentence) <= TEXT_CHARACTERS:
            kept.append(sentence)
    # Whom to ask comes last, whether the document's own sentence says it or ours.
    whole = list(sentences)
    if (whole or kept) and all(map(is_contact, whole)):
        name = titled(reading.title)  # Whom to ask, and about what.
        whole = name + whole if sum(map(len, [*name, *whole, *kept])) <= TEXT_CHARACTERS else whole
    asked = next((place for place in range(len(whole), 0, -1) if not is_contact(whole[place - 1])), 0)
    fixed = [sentence for sentence in [*days, *of_lists, *holds] if sentence in kept]
    return "".join([*whole[:asked], *fixed, *whole[asked:], *(one for one in asks if one in kept)])


def titled(title: str) -> list[str]:
    """The title as a sentence, for a text of which nothing else stands; none when it is too long for one."""
    sentence = catalogue.phrase("zh", "text", "titled", title=titles.plain_title(title, "zh"))
    return [sentence] if len(sentence) <= SENTENCE_CHARACTERS else []
