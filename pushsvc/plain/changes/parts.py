"""Which sentences of two texts differ, and which of them are one sentence edited."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from pushsvc.plain.furniture import is_furniture
from pushsvc.plain.sentences import sentences

#: Two sentences that agree less than this are two sentences.
_SAME_SENTENCE = 0.6
#: Characters of a sentence that are compared, and how many pairs of sentences: a text that was written anew is no edit.
_COMPARED, _MOST_PAIRS = 240, 900
#: Sentences of one side that are looked at, and places at which words are looked for: more is another document.
_MOST_PARTS, _MOST_PLACES = 2_000, 50
#: Sentences times characters in which they are looked for.
_MOST_LOOKED_UP = 20_000_000
#: A shorter piece stands anywhere by chance.
_SHORTEST_FOUND = 8
_NUMBERING = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十百]{1,4}[）)、.．]|[（(]?\d{1,3}(?:[)）、]|[.．](?!\d))|第[一二三四五六七八九十百\d]{1,5}[条章节款项]|\d{1,3}\s*\|)\s*"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
#: Signs between two digits belong to a number, a share or a telephone; others are punctuation.
_NO_SIGN = re.compile(r"(?<!\d)[.:/\-~]|[.:/\-~](?!\d)|[^\w.:/\-~%£$€<>≤≥]+|_+")
_NUMERAL = re.compile(
    r"\d[\d.:/\-]*|[零〇一二两三四五六七八九十百千万亿]+"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)(?=\d|20|$)"
)
_COUNTED = re.compile(r"(?:浏览|阅读|点击|访问|下载)(?:次数|量|数|人次)|(?:page )?views?\s*[:：]\s*\d", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A sentence in its text, and as it is compared: without numbering, punctuation, width and case."""

    start: int
    end: int
    text: str
    bare: str

    @cached_property
    def skeleton(self) -> str:
        """The sentence with each number as one sign: what an edit of a value leaves alone."""
        return _NUMERAL.sub("#", self.bare)

    @cached_property
    def numbers(self) -> Counter[str]:
        return numbers(self.bare)


@dataclass(frozen=True)
class Differing:
    """The sentences that only one text has. `edited` are those of both that are one sentence, old and new."""

    edited: tuple[tuple[Part, Part], ...]
    removed: tuple[Part, ...]
    added: tuple[Part, ...]


def bare(text: str) -> str:
    """What is compared of a text: width, case, blanks, thousands' commas and punctuation make no difference."""
    folded = _THOUSANDS.sub("", unicodedata.normalize("NFKC", _NUMBERING.sub("", text)).casefold())
    return _NO_SIGN.sub("", folded)


def parts_of(text: str) -> list[Part]:
    """The sentences of a text that hold words or numbers."""
    return [Part(span.start, span.end, span.text, said) for span in sentences(text) if (said := bare(span.text))]


def _of_the_page(part: Part) -> bool:
    """What a page says of itself: who, when, how often read."""
    return bool(_COUNTED.search(part.text[:160])) or is_furniture(part.text)


def stands_in(piece: str, whole: str) -> bool:
    """Whether bare words stand in bare words, and not as the head or the tail of a longer number."""
    at = whole.find(piece)
    for _ in range(_MOST_PLACES):
        if at < 0:
            break
        end = at + len(piece)
        cut_before = piece[:1].isdigit() and whole[at - 1 : at].isdigit()
        cut_after = piece[-1:].isdigit() and whole[end : end + 1].isdigit()
        if not (at and cut_before) and not cut_after:
            return True
        at = whole.find(piece, at + 1)
    return False


def differing(before: str, after: str) -> Differing:
    """What differs between two texts. Sentences that only moved, or were joined or split, do not differ."""
    old, new = parts_of(before), parts_of(after)
    removed, added = _only_in(old, new), _only_in(new, old)
    return _paired(_without_still_said(removed, added), _without_still_said(added, removed))


def _only_in(these: Sequence[Part], those: Sequence[Part]) -> list[Part]:
    left = Counter(part.bare for part in those)
    only = []
    for part in these:
        if left[part.bare]:
            left[part.bare] -= 1
        elif not _of_the_page(part):
            only.append(part)
        if len(only) == _MOST_PARTS:
            break
    return only


def _without_still_said(parts: list[Part], others: Sequence[Part]) -> list[Part]:
    """Without the sentences that the other text only cuts elsewhere: they stand in its own differing sentences."""
    whole = "".join(part.bare for part in others)
    if len(parts) * len(whole) > _MOST_LOOKED_UP:
        return parts
    return [part for part in parts if len(part.bare) < _SHORTEST_FOUND or not stands_in(part.bare, whole)]


def _paired(removed: list[Part], added: list[Part]) -> Differing:
    edited: list[tuple[Part, Part]] = []
    waiting: dict[str, list[Part]] = defaultdict(list)
    for part in added:
        waiting[part.skeleton].append(part)
    for part in list(removed):
        if same := waiting[part.skeleton][:30]:
            best = max(same, key=lambda other: (_shared_numbers(part, other), -same.index(other)))
            waiting[part.skeleton].remove(best)
            edited.append((part, best))
    _take_out(edited, removed, added)
    if len(removed) * len(added) <= _MOST_PAIRS:
        edited += (alike := _alike(removed, added))
        _take_out(alike, removed, added)
    return Differing(tuple(sorted(edited, key=lambda pair: pair[1].start)), tuple(removed), tuple(added))


def numbers(said: str) -> Counter[str]:
    """The numbers in bare words, each as often as it stands there."""
    return Counter(_NUMERAL.findall(said))


def _shared_numbers(one: Part, other: Part) -> int:
    return (one.numbers & other.numbers).total()


def _alike(removed: Iterable[Part], added: Sequence[Part]) -> list[tuple[Part, Part]]:
    """The best pairs first; each sentence in one pair only."""
    scored = []
    for old in removed:
        matcher = SequenceMatcher(None, "", old.bare[:_COMPARED], autojunk=False)
        for new in added:
            matcher.set_seq1(new.bare[:_COMPARED])
            if matcher.real_quick_ratio() >= _SAME_SENTENCE and matcher.quick_ratio() >= _SAME_SENTENCE:
                scored.append((matcher.ratio(), old, new))
    pairs: list[tuple[Part, Part]] = []
    taken: set[int] = set()
    for ratio, old, new in sorted(scored, key=lambda each: -each[0]):
        if ratio >= _SAME_SENTENCE and id(old) not in taken and id(new) not in taken:
            taken |= {id(old), id(new)}
            pairs.append((old, new))
    return pairs


def _take_out(pairs: Iterable[tuple[Part, Part]], removed: list[Part], added: list[Part]) -> None:
    gone, come = {id(old) for old, _ in pairs}, {id(new) for _, new in pairs}
    removed[:] = [part for part in removed if id(part) not in gone]
    added[:] = [part for part in added if id(part) not in come]
