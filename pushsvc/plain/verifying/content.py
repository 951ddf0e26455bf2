"""Does a sentence say something of which the source holds no word? Invented clauses, other groups, other places."""

from __future__ import annotations

import re
from functools import cache

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.signs import is_separator, is_value, is_word
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told
from pushsvc.plain.verifying.words import families, words

_EDGES: dict[Language, str] = {"zh": "", "en": r"\b"}
#: Of the words of a sentence in other words than the source's, the share that may be new.
_NEW_IN_OWN, _NEW_IN_OTHER = 1.6, 0.62
FIRST_STEM_SIGN = "\U000f0000"
#: A sentence of so few characters says one thing, and less of it may be new.
_SHORT, _SHORTEST, _NEW_IN_SHORT = 8, 4, 0.55
#: Characters of a clause that says something by itself.
_CLAUSE = 8


def invented(told: Told, source: SignedSource) -> str | None:
    """The words that the source does not say, in words; None when the sentence has none."""
    runs = _new_runs(told, told.place.near, source)
    if not runs:
        return None
    if told.strict:
        new = [run for run in runs if _size(run) >= _NEW_IN_OWN and not _is_elsewhere(run, source)]
        new = [run for run in new if len(run) > 1 or run < FIRST_STEM_SIGN or not source.holds(run)]
        if new:
            return f'the source does not say "{_printed(max(new, key=_size), source)}" here'
        return None
    nowhere = [run for run in _new_runs(told, source.text, source) if _size(run) >= _NEW_IN_OWN]
    size = sum(map(_size, nowhere))
    whole = sum(
        _size(sign) for sign in told.signs if not is_value(sign) and not is_separator(sign) and not _light(sign, source)
    )
    most = _NEW_IN_OTHER if whole > _SHORT else _NEW_IN_SHORT
    if whole >= _SHORTEST and size > most * whole:
        return f'the source does not say "{_printed(max(nowhere, key=_size), source)}"'
    return None


def unproved(sentence: str, source: SignedSource) -> str | None:
    """A promise (free, online, for everyone, first come first served …) of which the source holds no word."""
    sentence = sentence.lower()
    if not any(promise.search(sentence) for promise in _any_promise(sentence.isascii())):
        return None
    for promise, proof in _promises():
        said = promise.search(sentence)
        if said and not proof.search(source.low):
            return f'the source does not say "{said.group()}"'
    return None


@cache
def _any_promise(is_ascii: bool) -> tuple[re.Pattern[str], ...]:
    """Most sentences promise nothing: one look at each language instead of forty."""
    found = []
    for language, edge in _EDGES.items():
        if language == "en" or not is_ascii:
            said = {word for row in words(language).promises for word in row[: row.index("::") if "::" in row else len(row)]}
            first = "".join(sorted({re.escape(word[0]) for word in said}))
            found.append(re.compile(f"(?=[{first}]){edge}(?:{'|'.join(map(re.escape, sorted(said)))}){edge}"))
    return tuple(found)


@cache
def _promises() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """What must be proved, and what proves it: the same words and those behind the double colon of their row."""
    found = []
    for language, edge in _EDGES.items():
        for row in words(language).promises:
            at = row.index("::") if "::" in row else len(row)
            said = [f"{edge}{re.escape(word)}{edge}" for word in row[:at]]
            proof = [f"{edge}{re.escape(word)}{edge}" for word in row if word != "::"]
            found.append((re.compile("|".join(said)), re.compile("|".join(proof))))
    return tuple(found)


def _new_runs(told: Told, text: str, source: SignedSource) -> list[str]:
    """The parts of a sentence, as long as they go, of which no word stands in `text`."""
    signs = told.signs
    covered = [is_value(sign) or is_separator(sign) or _light(sign, source) for sign in signs]
    for feature, at in told.words:
        if feature in text:
            for place in range(at, at + len(feature)):
                covered[place] = True
    for known in source.licensed_runs:
        at = signs.find(known)
        if at >= 0:
            covered[at : at + len(known)] = [True] * len(known)
    runs, run = [], ""
    for sign, is_known in zip(signs, covered, strict=True):
        if is_known:
            if run:
                runs.append(run)
            run = ""
        else:
            run += sign
    return [*runs, run] if run else runs


def _light(sign: str, source: SignedSource) -> bool:
    return sign in families() or sign in source.licensed


def _is_elsewhere(run: str, source: SignedSource) -> bool:
    """A whole clause that the source says at another place is the source's."""
    return _size(run) >= _CLAUSE and run in source.flat


def _size(run: str) -> float:
    """A word of its own counts as two characters."""
    return sum(2.0 if is_word(sign) else 1.0 for sign in run)


def _printed(run: str, source: SignedSource) -> str:
    return "".join(map(source.shown, run))
