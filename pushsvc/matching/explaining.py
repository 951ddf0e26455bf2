"""Why somebody was not told: which clauses of each of her interests a version does not answer."""

from __future__ import annotations

from dataclasses import replace

from pushsvc.domain.matches import Question
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.domain.time import Instant, iso
from pushsvc.matching.asking import Asked, asked, folded_text
from pushsvc.matching.eligibility import traits_of
from pushsvc.matching.phrases import PhraseBook
from pushsvc.matching.rules import rule_of, where

#: The clauses of an interest, each alone an interest that asks for nothing else.
_CLAUSES = ("topics", "audiences", "industries", "sites", "types", "any_of", "none_of")


def explain(profile: Profile, question: Question) -> list[str]:
    """For each interest the clauses that do not hold, such as `interest 0: topics 养老`; [] when one of them answers."""
    if not profile.interests:
        return ["no interest is saved, or every one is paused"]
    said = []
    for position, interest, saved_at in profile.interests:
        failing = _failing(profile, interest, saved_at, question)
        if not failing:
            return []
        said += [f"interest {position}: {why}" for why in failing]
    return said


def _failing(profile: Profile, interest: Interest, saved_at: Instant, question: Question) -> list[str]:
    ready = _asked(interest, question)
    failing = []
    if question.accepted_at is not None and saved_at > question.accepted_at:
        failing.append(f"saved {iso(saved_at)}, after the event came in")
    place = where(interest, profile.places)
    if not place.reasons(ready):
        wanted = "regions" if place.follows else "places"
        failing.append(f"{wanted} {' '.join(place.codes)} (the event is for {' '.join(question.regions) or 'no region'})")
    for clause in _CLAUSES:
        values = getattr(interest, clause)
        if values and rule_of(replace(Interest(), **{clause: values})).reasons(ready) is None:
            failing.append(f"{clause} {' '.join(values)}")
    verdict = traits_of(profile, interest, saved_at.date()).verdict(question.eligibility, question.on)
    if verdict == "no":
        failing.append(f"eligibility {' '.join(sorted(question.eligibility))}")
    return failing


def _asked(interest: Interest, question: Question) -> Asked:
    book = PhraseBook()
    rule = rule_of(interest)
    for phrase in (*rule.any_of_folded, *rule.none_of_folded):
        book.add(phrase)
    return asked(question, book.standing_in(folded_text(question)))
