"""Documents in memory, found by what an interest asks for: for each value of each clause, the documents that have it.

A set of documents is one whole number, a bit for each document: `and`, `or` and counting cost microseconds for thousands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pushsvc.domain.languages import Language
from pushsvc.domain.matches import Question
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.domain.time import Instant
from pushsvc.matching.asking import asked
from pushsvc.matching.eligibility import traits_of
from pushsvc.matching.rules import Rule, Where, rule_of, where
from pushsvc.streams.lately.phrases import Phrases
from pushsvc.taxonomy.lines import industry_line, region_line

#: A set of documents: bit n stands for the document in place n.
Bits = int


@dataclass(frozen=True, slots=True)
class Document:
    """A publication as it stands. `question` is without its text, which is in `folded`; `since` is when it became known."""

    publication_id: str
    version_id: str
    work_id: str
    question: Question
    folded: str
    since: Instant
    open_until: Instant | None
    deadline: date | None
    headlines: Mapping[Language, str]
    language: Language
    url: str
    published_at: Instant | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The documents that answer one interest: those that are surely for the person, and those where that is not known."""

    yes: Bits
    unknown: Bits

    @property
    def all(self) -> Bits:
        return self.yes | self.unknown


class Documents:
    """CONTRACT's rules of matching for one profile over many documents; `MatchingIndex` answers the same, one document at a
    time. Not for several threads at once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._held: list[Document | None] = []
        self._free: list[int] = []
        self._under: dict[tuple[str, str], Bits] = {}
        self._by_work: dict[str, Bits] = {}
        self._copies: Bits = 0
        self._limited: Bits = 0
        self._phrases = Phrases()
        self._orders: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Document]:
        return iter([each for each in self._held if each is not None])

    def put(self, documents: Iterable[Document]) -> None:
        """Hold these, each in place of what was held of its publication."""
        for document in documents:
            self._take_out(document.publication_id)
            self._file(document)

    def remove(self, publication_ids: Iterable[str]) -> None:
        for each in publication_ids:
            self._take_out(each)

    def known_since(self, moment: Instant) -> Bits:
        return self._those(lambda each: each.since >= moment)

    def open_at(self, moment: Instant) -> Bits:
        """Those whose deadline is not over."""
        return self._those(lambda each: each.open_until is not None and each.open_until >= moment)

    def answers(self, profile: Profile, among: Bits) -> dict[int, Answer]:
        """What answers each of the profile's interests, by its position; whenever it was saved."""
        return {
            position: self._answer(profile, interest, saved_at.date(), among)
            for position, interest, saved_at in profile.interests
        }

    def works(self, bits: Bits) -> int:
        """How many works these are: copies of one on several sites count once."""
        several = bits & self._copies
        return (bits ^ several).bit_count() + len({self._at(place).work_id for place in places(several)})

    def newest_first(self, bits: Bits) -> Iterator[Document]:
        return self._in_order("newest", lambda each: -each.since.timestamp(), bits)

    def nearest_deadline_first(self, bits: Bits) -> Iterator[Document]:
        """Only of documents that have a deadline."""
        return self._in_order("nearest", lambda each: each.open_until.timestamp() if each.open_until else math.inf, bits)

    def among(self, document: Document, bits: Bits) -> bool:
        return bool(bits >> self._places.get(document.publication_id, bits.bit_length()) & 1)

    def reasons(self, profile: Profile, document: Document, answers: Mapping[int, Answer]) -> dict[int, tuple[str, ...]]:
        """Why a document answers, by the position of each interest that it does answer, as a match says it."""
        found = {}
        bit = 1 << self._places.get(document.publication_id, len(self._held))
        for position, interest, _ in profile.interests:
            if not answers[position].all & bit:
                continue
            rule = rule_of(interest)
            said = frozenset(each for each in rule.any_of_folded if self._phrases.standing(each, bit, self._texts) & bit)
            ready = asked(document.question, said)
            place, why = where(interest, profile.places).reasons(ready), rule.reasons(ready)
            if place and why is not None:
                found[position] = place + why
        return found

    def _those(self, wanted: Callable[[Document], bool]) -> Bits:
        return int("0" + "".join("1" if each is not None and wanted(each) else "0" for each in reversed(self._held)), 2)

    def _in_order(self, name: str, key: Callable[[Document], float], bits: Bits) -> Iterator[Document]:
        """The order is made once for all questions until a document comes or goes."""
        if name not in self._orders:
            held = (place for place, each in enumerate(self._held) if each is not None)
            self._orders[name] = sorted(held, key=lambda place: key(self._at(place)))
        written = bin(bits)[:1:-1]
        found = (self._held[place] for place in self._orders[name] if written[place : place + 1] == "1")
        return (each for each in found if each is not None)

    def _answer(self, profile: Profile, interest: Interest, saved_on: date, among: Bits) -> Answer:
        rule = rule_of(interest)
        found = among & self._where(where(interest, profile.places))
        found = self._said(rule, self._clauses(rule, found))
        limited = found & self._limited
        if not limited:
            return Answer(found, 0)
        traits, yes, unknown = traits_of(profile, interest, saved_on), found ^ limited, 0
        for place in places(limited):
            question = self._at(place).question
            verdict = traits.verdict(question.eligibility, question.on)
            if verdict == "yes":
                yes |= 1 << place
            elif verdict == "unknown":
                unknown |= 1 << place
        return Answer(yes, unknown)

    def _where(self, place: Where) -> Bits:
        if place.follows:
            return self._any("region line", place.codes)
        return self._any("region", {above for code in place.codes for above in region_line(code)})

    def _clauses(self, rule: Rule, found: Bits) -> Bits:
        for clause, wanted in (
            ("topic line", rule.topics),
            ("audience", rule.audiences),
            ("site", rule.sites),
            ("type", rule.types),
        ):
            if wanted:
                found &= self._any(clause, wanted)
        if rule.industries:
            above = {code for wanted in rule.industries for code in industry_line(wanted)}
            found &= self._any("industry line", rule.industries) | self._any("industry", above)
        return found

    def _said(self, rule: Rule, found: Bits) -> Bits:
        """Those of `found` in which one phrase of `any_of` stands, and none of `none_of`."""
        if rule.any_of_folded:
            left, said = found, 0
            for phrase in rule.any_of_folded:
                here = self._phrases.standing(phrase, left, self._texts)
                said, left = said | here, left & ~here
            found = said
        for phrase in rule.none_of_folded:
            found &= ~self._phrases.standing(phrase, found, self._texts)
        return found

    def _any(self, clause: str, values: Iterable[str]) -> Bits:
        found = 0
        for value in values:
            found |= self._under.get((clause, value), 0)
        return found

    def _texts(self, bits: Bits) -> Iterator[tuple[int, str]]:
        return ((place, self._at(place).folded) for place in places(bits))

    def _at(self, place: int) -> Document:
        document = self._held[place]
        assert document is not None, "no set holds a place that is free"
        return document

    def _file(self, document: Document) -> None:
        self._orders.clear()
        place = self._free.pop() if self._free else len(self._held)
        if place == len(self._held):
            self._held.append(None)
        self._held[place], self._places[document.publication_id] = document, place
        bit = 1 << place
        for key in _filed_under(document.question):
            self._under[key] = self._under.get(key, 0) | bit
        if any(limit.min is not None or limit.max is not None for limit in document.question.eligibility.values()):
            self._limited |= bit
        self._count_work(document.work_id, self._by_work.get(document.work_id, 0) | bit)

    def _take_out(self, publication_id: str) -> None:
        place = self._places.pop(publication_id, None)
        if place is None:
            return
        self._orders.clear()
        document, bit = self._at(place), 1 << place
        for key in _filed_under(document.question):
            self._under[key] &= ~bit
            if not self._under[key]:
                del self._under[key]
        self._limited &= ~bit
        self._copies &= ~bit
        self._count_work(document.work_id, self._by_work[document.work_id] & ~bit)
        self._phrases.forget(bit)
        self._held[place] = None
        self._free.append(place)

    def _count_work(self, work_id: str, bits: Bits) -> None:
        if bits:
            self._by_work[work_id] = bits
        else:
            del self._by_work[work_id]
        self._copies = self._copies | bits if bits.bit_count() > 1 else self._copies & ~bits


def places(bits: Bits) -> Iterator[int]:
    """The places whose bits are set, ascending."""
    written = bin(bits)[:1:-1]
    at = written.find("1")
    while at >= 0:
        yield at
        at = written.find("1", at + 1)


def _filed_under(question: Question) -> set[tuple[str, str]]:
    """Each value of the document that an interest may ask for, with its clause."""
    ready = asked(question, frozenset())
    keys = {("audience", each) for each in question.audiences}
    keys |= {("site", question.site or ""), ("type", question.type or "")}
    for clause, lines in (("region", ready.regions), ("topic", ready.topics), ("industry", ready.industries)):
        for code, line in lines:
            keys.add((clause, code))
            keys |= {(f"{clause} line", above) for above in line}
    return keys
