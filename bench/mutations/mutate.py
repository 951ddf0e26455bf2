"""Every way in which one sentence of a summary can be made false by its source."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from bench.mutations.changes import Change
from bench.mutations.fresh import fresh_values
from bench.mutations.groups import other_audiences
from bench.mutations.invented import invented_claims
from bench.mutations.places import other_places
from bench.mutations.source import Source, source_of, tokens
from bench.mutations.swaps import around, swaps
from bench.mutations.words import exchanged_words

KINDS = ("value", "swap", "role", "polarity", "negation", "place", "audience", "invented", "condition", "quantifier")
#: Shorter sentences say too little to be made false (条件见原文。).
FEWEST = {"zh": 7, "en": 4}


@dataclass(frozen=True)
class Mutant:
    kind: str
    rule: str
    text: str


def mutants(text: str, source_text: str, language: str, rng: random.Random) -> list[Mutant]:
    """The false versions of the sentence `text`, each with its kind and its rule; none that the source may state."""
    source = source_of(source_text)
    if len(tokens(text)) < FEWEST[language] or re.search(r"见原文|[?？]", text):
        return []
    changes = [
        *fresh_values(text, source, rng),
        *swaps(text, source, rng),
        *exchanged_words(text, language),
        *other_places(text, language, source, rng),
        *other_audiences(text, language, source, rng),
        *invented_claims(text, language, source, rng),
    ]
    found: dict[str, Mutant] = {}
    for change in changes:
        altered = change.applied(text)
        if tokens(altered) != tokens(text) and not _may_be_true(change, text, altered, source):
            found.setdefault(altered, Mutant(change.kind, change.rule, altered))
    return list(found.values())


def mutate(text: str, source_text: str, language: str, rng: random.Random) -> list[tuple[str, str]]:
    return [(mutant.kind, mutant.text) for mutant in mutants(text, source_text, language, rng)]


def _may_be_true(change: Change, text: str, altered: str, source: Source) -> bool:
    if change.foreign:
        return False
    if "dropped" in change.rule and change.kind == "condition":
        (start, end, _), *_ = change.edits
        rest = text[end:] if start == 0 else text[:start]
        return source.has_bare(rest, from_start=start == 0)
    if change.kind == "swap":
        # Each place must be the old value's more than the new one's.
        if source.may_state(altered, 0, altered):
            return True
        for start, end, new in change.edits:
            left, right = around(text, start, end)
            if source.fit(left, text[start:end], right) <= source.fit(left, new, right):
                return True
        return False
    moved = 0
    for start, end, new in change.edits:
        if source.may_state(altered, start + moved, new, change.equal):
            return True
        moved += len(new) - (end - start)
    return False
