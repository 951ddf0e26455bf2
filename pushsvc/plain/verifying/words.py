"""The words that the verifier knows, each as one sign: words that say the same are the same sign."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pushsvc import resources
from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.signs import FIRST_CLASS
from pushsvc.plain.verifying.stems import stem_of

_HERE = Path(__file__).parent
#: Signs of one language's synonyms.
_SYNONYMS = {"zh": FIRST_CLASS + 100, "en": FIRST_CLASS + 3000}
_LATIN = re.compile(r"[a-z]")
#: Of some hundred first characters.
_BUCKETS = 8


@dataclass(frozen=True)
class Words:
    """The lists of one language: `signs` word by word, "" for what is dropped, the word itself for what is read as it is."""

    signs: dict[str, str]
    stems: dict[str, str]
    pattern: re.Pattern[str]
    dropped_signs: str
    dropped: frozenset[str]
    licensed: frozenset[str]
    free: frozenset[str]
    licensed_words: frozenset[str]
    groups: tuple[str, ...]
    promises: tuple[tuple[str, ...], ...]
    offices: re.Pattern[str]


@cache
def _read(language: Language) -> dict[str, Any]:
    return tomllib.loads((_HERE / f"words_{language}.toml").read_text(encoding="utf-8"))


def _rows(language: Language, text: str) -> Iterator[tuple[str, ...]]:
    for line in text.strip().split("\n"):
        found = tuple(word.strip().lower() for word in line.split("|" if language == "en" else None))
        yield tuple(word for word in found if word)


def _list(language: Language, text: str) -> list[str]:
    """A flat list: by blanks, in English by bars where a word has blanks."""
    bars = language == "en" and "|" in text
    return [word.strip().lower() for word in (text.split("|") if bars else text.split()) if word.strip()]


@cache
def classes() -> dict[str, str]:
    """The sign of each class of operators (must, may, cap, before …), the same in both languages."""
    names = dict.fromkeys([*_read("zh")["operators"], *_read("en")["operators"]])
    return {name: chr(FIRST_CLASS + number) for number, name in enumerate(names)}


@cache
def families() -> dict[str, tuple[str, str]]:
    """For the sign of each operator: its family, and the side on which it stands in that family."""
    known = classes()
    found = {}
    for family, sides in _read("zh")["families"].items():
        for side in sides.split("|"):
            for name in side.split():
                found[known[name]] = (family, name if family == "mode" else side.strip())
    return found


@cache
def posts() -> frozenset[str]:
    """The signs of operators that stand behind what they act on: 以上, 前, "or more"."""
    return frozenset(sign for name, sign in classes().items() if name.endswith("_post"))


@cache
def roles(kind: str) -> dict[str, re.Pattern[str]]:
    """For `money` and `dates`: the words, of both languages, by which a text says what an amount or a date is."""
    found: dict[str, list[str]] = {}
    for language in ("zh", "en"):
        for role, row in _read(language)[kind].items():
            edge = r"\b" if language == "en" else ""
            found.setdefault(role, []).extend(f"{edge}{re.escape(word)}{edge}" for word in _list(language, row))
    return {role: re.compile("|".join(sorted(parts, key=len, reverse=True))) for role, parts in found.items()}


@cache
def cues(language: Language) -> dict[str, tuple[str, ...]]:
    """The words by which a source says that a date is the `last` day, or the `first`."""
    return {side: tuple(_list(language, row)) for side, row in _read(language)["cues"].items()}


@cache
def rivals(language: Language) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Rows of words that exclude each other: each a row of sides, each side its words."""
    between = "/" if language == "en" else "|"
    rows = (line.split(between) for line in _read(language)["rivals"].strip().split("\n"))
    return tuple(tuple(tuple(_list(language, side if language == "zh" else f"{side}|")) for side in row) for row in rows)


@cache
def words(language: Language) -> Words:
    """The lists of one language, read once."""
    read, known = _read(language), classes()
    glue = _list(language, read["glue"])
    signs = dict.fromkeys(_list(language, read["protected"].replace("\n", " ")), "=")
    signs |= {word: known[name] for name, row in read["operators"].items() for word in _list(language, row)}
    synonyms = [*_rows(language, read["synonyms"]["same"]), *_glossary(language)]
    for number, row in enumerate(synonyms):
        if any(word in glue for word in row):
            signs |= {word: "" for word in row if word not in signs}
            continue
        sign = next((signs[word] for word in row if signs.get(word, "=") != "="), chr(_SYNONYMS[language] + number))
        for word in row:
            signs.setdefault(word, sign)
    licensed = frozenset(signs[word] for word in [*glue, *_catalogue(language)] if signs.get(word, "=") != "=")
    dropped = frozenset(word for word in glue if word not in signs)
    signs |= dict.fromkeys([*dropped, *_list(language, read["polite"])], "")
    return Words(
        signs=signs,
        stems={stem_of(word): signs[word] for row in synonyms for word in row if _is_class(signs[word]) and word.isalpha()},
        pattern=_any_of(signs, language),
        dropped_signs=read.get("glue_signs", ""),
        dropped=dropped,
        licensed=licensed - set(known.values()),
        free=frozenset(signs.get(word) or word for word in _list(language, read["free"])),
        licensed_words=frozenset(_catalogue(language)),
        groups=tuple(_list(language, read["groups"])),
        promises=tuple(_rows(language, read["promises"])),
        offices=_office(language, read["offices"]),
    )


@cache
def word_of() -> dict[str, str]:
    """One word for each sign of a class, to be shown to a reader."""
    found: dict[str, str] = {}
    for language in ("zh", "en"):
        for word, sign in words(language).signs.items():
            found.setdefault(sign, word)
    return found


def _is_class(sign: str) -> bool:
    return len(sign) == 1 and ord(sign) >= FIRST_CLASS + len(classes())


def _any_of(known: Iterable[str], language: Language) -> re.Pattern[str]:
    """Any of the words, the longest first, grouped by first character, and those in buckets: most places cost some looks."""
    if language == "en":
        several = sorted(
            (word for word in known if " " in word or "'" in word or "-" in word or "." in word), key=len, reverse=True
        )
        by_two: dict[str, dict[str, list[str]]] = {}
        for word in several:
            by_two.setdefault(word[:1], {}).setdefault(word[1:2], []).append(word[2:])
        phrases = "|".join(
            f"{re.escape(first)}(?:{'|'.join(_behind(second, rests) for second, rests in rows.items())})"
            for first, rows in by_two.items()
        )
        return re.compile(rf"(?=[a-z])(?<![a-z])(?:{phrases}|[a-z]+(?:'[a-z]+)?)")
    by_first: dict[str, list[str]] = {}
    for word in sorted(known, key=len, reverse=True):
        by_first.setdefault(word[0], []).append(word[1:])
    firsts = sorted(by_first)
    size = -(-len(firsts) // _BUCKETS)
    buckets = [firsts[at : at + size] for at in range(0, len(firsts), size)]
    return re.compile("|".join(f"(?={_one_of(bucket)})(?:{_any_word(bucket, by_first)})" for bucket in buckets))


def _one_of(signs: Iterable[str]) -> str:
    return f"[{''.join(map(re.escape, signs))}]"


def _any_word(firsts: Iterable[str], rests: dict[str, list[str]]) -> str:
    behind = {first: f"(?:{'|'.join(map(re.escape, rests[first]))})" if rests[first] != [""] else "" for first in firsts}
    return "|".join(f"{re.escape(first)}{rest}" for first, rest in behind.items())


def _behind(second: str, rests: list[str]) -> str:
    return f"{re.escape(second)}(?:{'|'.join(map(re.escape, rests))})(?![a-z'])"


def _office(language: Language, text: str) -> re.Pattern[str]:
    ends = "|".join(sorted(text.split(), key=len, reverse=True))
    if language == "zh":
        return re.compile(rf"[\u4e00-\u9fff]{{2,14}}(?:{ends})")
    return re.compile(
        rf"(?:[A-Z][\w&'-]+\s(?:(?:of|for|and|the)\s){{0,2}}){{1,5}}(?:{ends})\b|(?:{ends})\s(?:of|for)\s(?:the\s)?[A-Z][\w&'-]+"
    )


def _glossary(language: Language) -> Iterator[tuple[str, str]]:
    """The pairs of the reviewed glossary that hold no operator: the word of the office and the reader's say the same.

    What an operator turns ("不予受理", "不受理") is read word by word, so that the operator is seen.
    """
    operators = [word for row in _read(language)["operators"].values() for word in _list(language, row)]
    for office, said in glossary(language):
        clear = not any(word in office or word in said for word in operators) if language == "zh" else True
        if clear and len(office) > 1 and len(said) > 1:
            yield office, said


@cache
def glossary(language: Language) -> tuple[tuple[str, str], ...]:
    """Every pair of the reviewed glossary, in small letters: the word of the office, and the reader's."""
    pairs = dict(tomllib.loads(resources.text(f"plain/{language}.toml")).get("glossary", {}))
    reviewed = f"plain/glossary/{language}.toml"
    if reviewed in resources.names("plain/glossary", ".toml"):
        pairs |= {entry["office"]: entry["plain"] for entry in tomllib.loads(resources.text(reviewed)).get("entry", [])}
    return tuple((office.lower(), said.lower()) for office, said in pairs.items() if said)


@cache
def reworded(language: Language) -> tuple[tuple[str, str], ...]:
    """Pairs of the source's letters and ours in their place that say the same: 至 and 到."""
    rows = _rows(language, _read(language)["reworded"])
    return tuple((row[0], said) for row in rows for said in row[1:])


def _catalogue(language: Language) -> list[str]:
    """The fixed words of our own summaries."""
    found = []
    for key, value in resources.words(f"plain/{language}.toml").items():
        if not key.startswith(("glossary", "changes", "kinds", "verbs", "frame.url")):
            found += re.findall(r"[\u4e00-\u9fff]+" if language == "zh" else r"[a-z]{3,}", value.lower())
    return found
