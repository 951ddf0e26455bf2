"""Reading a question in natural words: what is essential of it, and what else an office may call that."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pushsvc.publications.word_parts import parts_of_run, runs, stem
from pushsvc.taxonomy import audiences, regions, topics
from pushsvc.taxonomy.folding import fold
from pushsvc.taxonomy.regions import short_name

#: Longer questions are cut: nobody reads on, and each word costs a look.
MOST_CHARACTERS = 200
MOST_ESSENTIALS = 8
_LONGEST_ENTRY = 12
#: End a question, and stand inside of words.
_LAST = "吧呀哦么"


@dataclass(frozen=True)
class Essential:
    """One thing that is asked for: as it was written, and the words, folded, of which any says it.

    `sure`: a word that stands for itself; else a pair of characters that may be two halves of different words.
    """

    written: str
    words: tuple[str, ...]
    sure: bool = True
    of: str = ""
    """The run of characters that the pair is from, where it is not sure."""


def essentials(question: str) -> list[Essential]:
    """What a question asks for, in its order; [] when it says nothing but that something is asked."""
    found = dict[str, Essential]()
    lone = list[str]()
    for without_blanks, run in runs(question[:MOST_CHARACTERS]):
        if not without_blanks:
            word = stem(run)
            if word and run not in _stops("en"):
                also = (*_also("also", "en").get(word, ()), *_also("same", "en").get(word, ()))
                found.setdefault(word, Essential(run, tuple(dict.fromkeys((word, *map(stem, also))))))
            continue
        for piece, known in _pieces(run):
            if known:
                found.setdefault(piece, Essential(piece, tuple(dict.fromkeys((piece, *_known()[piece])))))
            elif len(piece) == 1:
                lone += [piece] if piece.isalnum() else []
            else:
                pairs = parts_of_run(piece)
                sure = len(pairs) == 1
                found |= {pair: Essential(pair, (pair,), sure, "" if sure else piece) for pair in pairs if pair not in found}
    if not found:
        found = {piece: Essential(piece, (piece,)) for piece in lone}
    return list(found.values())[:MOST_ESSENTIALS]


def phrases(question: str) -> list[str]:
    """What somebody would have watched for who asks this, as `any_of` phrases: in the words of an office, without those that
    stand in every other document."""
    found = dict[str, None]()
    for without_blanks, run in runs(question[:MOST_CHARACTERS]):
        if without_blanks:
            found |= {_also("also", "zh").get(piece, (piece,))[0]: None for piece, _known in _pieces(run)}
        elif run not in _stops("en"):
            found[run] = None
    said = [each for each in found if len(each) > 1]
    return ([each for each in said if not is_broad(each)] or said)[:MOST_ESSENTIALS]


def is_broad(word: str) -> bool:
    """Whether it says little by itself: apply, conditions, fee."""
    return word in _broad()


def _pieces(run: str) -> Iterator[tuple[str, bool]]:
    """A run of characters cut at the words that only ask; each piece with whether it is a word that we know."""
    run = run.rstrip(_LAST)
    stops, known, rest, at = _stops("zh"), _known(), "", 0
    while at < len(run):
        longest = range(min(_LONGEST_ENTRY, len(run) - at), 0, -1)
        entry = next((run[at : at + n] for n in longest if run[at : at + n] in known or run[at : at + n] in stops), "")
        if not entry:
            rest += run[at]
            at += 1
            continue
        if rest:
            yield rest, False
        rest = ""
        if entry not in stops:
            yield entry, True
        at += len(entry)
    if rest:
        yield rest, False


@cache
def _lists() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("pushsvc.publications").joinpath("data", "questions.toml").read_text(encoding="utf-8"))


@cache
def _stops(language: str) -> frozenset[str]:
    return frozenset(_lists()["stop"][language].split())


@cache
def _broad() -> frozenset[str]:
    return frozenset(word for words in _lists()["broad"].values() for word in words.split())


@cache
def _also(table: str, language: str) -> Mapping[str, tuple[str, ...]]:
    lines = [line.split() for line in _lists()[table][language].splitlines() if line.split()]
    return {(stem(first) if language == "en" else first): tuple(others) for first, *others in lines}


@cache
def _known() -> Mapping[str, tuple[str, ...]]:
    """Words that stand for themselves, each with what else says it: the lists above, the product's topics and audiences."""
    known = dict[str, tuple[str, ...]](dict.fromkeys([*_broad(), *_lists()["word"]["zh"].split()], ()))
    known |= {fold(name): (fold(short_name(name)),) for name in regions().names() if len(name) > 2 and name != short_name(name)}
    for entry in (*topics().life(), *audiences().all()):
        for name in entry.cues_zh:
            known.setdefault(fold(name), ())
    for entry in audiences().all():
        for name in (entry.name, *entry.aliases):
            known[fold(name)] = tuple(fold(each) for each in (entry.name, *entry.aliases) if each != name)
    return {word: also for word, also in known.items() if len(word) > 1} | dict(_also("also", "zh")) | dict(_also("same", "zh"))
