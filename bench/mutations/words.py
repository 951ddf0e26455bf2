"""The kinds that exchange words: role, polarity, negation, quantifier, condition."""

from __future__ import annotations

import re
from functools import lru_cache

from bench.mutations import en, zh
from bench.mutations.changes import Change, one


@lru_cache
def _compiled(language: str) -> tuple[tuple[str, str, re.Pattern[str], str, tuple[str, ...]], ...]:
    rules = zh.RULES if language == "zh" else en.RULES
    return tuple((kind, rule, re.compile(pattern), new, equal) for kind, rule, pattern, new, equal in rules)


def exchanged_words(sentence: str, language: str) -> list[Change]:
    """Every place where a rule fits. What stands in a title 《…》, a quotation or a name is left alone."""
    names = [(m.start(), m.end()) for m in re.finditer(r"《[^》]*》|“[^”]*”|「[^」]*」|https?://\S+", sentence)]
    found = []
    for kind, rule, pattern, new, equal in _compiled(language):
        for match in pattern.finditer(sentence):
            if any(start <= match.start() < end for start, end in names):
                continue
            words = match.expand(new)
            if match.start() == 0 and words and sentence[0].isupper():
                words = words[0].upper() + words[1:]
            if words.startswith("Do not "):
                words = "Do not " + words[7:].lower()
            edit = one(kind, rule, match.start(), match.end(), words, equal)
            if not words and match.start() == 0 and language == "en":
                rest = sentence[match.end() :]
                edit = one(kind, rule, 0, match.end() + 1, rest[:1].upper(), equal)
            found.append(edit)
    return found
