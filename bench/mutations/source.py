"""What a source states, as far as a mutator must know it: is this altered phrase, in these surroundings, the source's too?

All doubts go one way: `may_state` says yes when the source might carry the altered sentence, and the mutant is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

#: Words each side of a change that make its surroundings, and how far around the source's own words they may lie.
NEAR, WINDOW = 8, 14
#: The same for a value that changes its place with another.
FAR = 16
#: The share of the surroundings that must be found for the place to count as the same.
SAME_PLACE = 0.45
#: The share of a sentence that one of the source's sentences must hold to count as saying the same.
SAME_SENTENCE = 0.5
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an the of to in on at for and or by with from as is are was were be been it its this that these those you your we "
        "our they their he she his her will would may must can should not no have has had do does if any all which who",
    )
)


def normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().replace("之日", "当天").replace("’", "'")


def tokens(text: str) -> list[str]:
    """Numbers and Latin words whole, Chinese characters one by one, no punctuation; 1,000 is 1000."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", normalise(text))
    return re.findall(r"\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)?|[\u3400-\u9fff]|[%£$€]", plain)


def shingles(words: list[str]) -> set[str]:
    """What is compared: pairs of Chinese characters, single words else."""
    pairs = {a + b for a, b in pairwise(words) if _chinese(a) and _chinese(b)}
    return pairs | {word for word in words if not _chinese(word) and word not in COMMON}


def _chinese(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


class Source:
    def __init__(self, text: str) -> None:
        self.text = text
        self.normal = normalise(text)
        self.tight = re.sub(r"[\s,，。.;；:：、]+", "", self.normal)
        self.words = tokens(text)
        self.joined = _join(self.words)
        parts = re.split(r"[。！？；\n]|(?<=[.!?;])\s", text)
        self.sentences = [(part, shingles(tokens(part))) for part in parts if part.strip()]
        self.told = [tokens(part) for part, _ in self.sentences]

    def has(self, phrase: str) -> bool:
        return _join(tokens(phrase)) in self.joined if tokens(phrase) else normalise(phrase) in self.normal

    def matches(self, pattern: str) -> bool:
        return re.search(pattern, self.normal) is not None

    def may_state(self, altered: str, start: int, new: str, equal: tuple[str, ...] = ()) -> bool:
        """Whether the source might carry `altered`, whose changed words `new` begin at `start`."""
        if re.sub(r"[\s,，。.;；:：、]+", "", normalise(altered)) in self.tight:
            return True
        left, right = tokens(altered[:start])[-NEAR:], tokens(altered[start + len(new) :])[:NEAR]
        phrases = [tokens(phrase) for phrase in (new, *equal)]
        if not phrases[0]:
            # Words were dropped: what is new is that their neighbours now touch.
            phrases[0] = left[-2:] + right[:2]
            left, right = left[:-2], right[2:]
        return any(self._stated(left, phrase, right) for phrase in phrases if phrase)

    def says_elsewhere(self, sentence: str, new: str, old: str) -> bool:
        """Whether a sentence of the source with `new`, and without `old`, has most of `sentence` too."""
        wanted = shingles([word for word in tokens(sentence) if not word[0].isdigit()])
        phrase, gone = _join(tokens(new)), _join(tokens(old))
        for part, have in self.sentences:
            words = _join(tokens(part))
            if phrase in words and gone not in words and len(wanted & have) >= SAME_SENTENCE * len(wanted):
                return True
        return False

    def fit(self, left: str, value: str, right: str) -> int:
        """How many words before and behind a value are so in the sentence of the source that has the value: the best one."""
        phrase = tokens(value)
        before, behind = shingles(tokens(left)[-FAR:]), shingles(tokens(right)[:FAR])
        best = 0
        for words in self.told if phrase else []:
            for place in _places(words, phrase):
                there = words[max(0, place - FAR) : place], words[place + len(phrase) : place + len(phrase) + FAR]
                best = max(best, len(before & shingles(there[0])) + len(behind & shingles(there[1])))
        return best

    def has_bare(self, rest: str, from_start: bool) -> bool:
        """Whether a sentence of the source begins (or ends) as `rest` does, with no condition before (or behind) it."""
        words = tokens(rest)
        edge = words[:5] if from_start else words[-4:]
        gap = r"[^\w]{0,3}"
        phrase = gap.join(map(re.escape, edge))
        pattern = rf"(?:^|[。；;：:\n.）)])\s*{phrase}" if from_start else rf"{phrase}\s*(?:[。；;\n.]|$)"
        return re.search(pattern, re.sub(r"(?<=\d),(?=\d{3})", "", self.normal)) is not None

    def _stated(self, left: list[str], phrase: list[str], right: list[str]) -> bool:
        around = shingles(left) | shingles(right)
        figures = {word for word in left[-4:] + right[:6] if word[0].isdigit()}
        if not around:
            return _join(phrase) in self.joined
        for place in _places(self.words, phrase):
            window = self.words[max(0, place - WINDOW) : place + len(phrase) + WINDOW]
            if figures <= set(window) and len(around & shingles(window)) >= SAME_PLACE * len(around):
                return True
        return False


def _places(words: list[str], phrase: list[str]) -> list[int]:
    size = len(phrase)
    return [i for i, word in enumerate(words) if word == phrase[0] and words[i : i + size] == phrase]


def _join(words: list[str]) -> str:
    return "\x1f" + "\x1f".join(words) + "\x1f"


@lru_cache(maxsize=64)
def source_of(text: str) -> Source:
    return Source(text)
