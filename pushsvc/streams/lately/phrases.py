"""In which documents a phrase stands: looked for once in each, and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from pushsvc.matching.phrases import stands_at

#: So many phrases are remembered; the one that nobody has asked for longest is forgotten.
MOST_PHRASES = 2_000
Texts = Callable[[int], Iterable[tuple[int, str]]]
"""The folded texts of a set of documents, each with its place."""


class Phrases:
    """For each phrase (folded) two sets: the documents that were looked through, and those in which it stands."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def standing(self, phrase: str, among: int, texts: Texts) -> int:
        """Those of `among` in which the phrase stands as `PhraseBook` would find it."""
        looked, found = self._known.get(phrase, (0, 0))
        if new := among & ~looked:
            for place, text in texts(new):
                if _stands_in(text, phrase):
                    found |= 1 << place
            self._known[phrase] = (looked | new, found)
            if len(self._known) > MOST_PHRASES:
                self._known.popitem(last=False)
        if phrase in self._known:
            self._known.move_to_end(phrase)
        return found & among

    def forget(self, bits: int) -> None:
        """These documents are others from now on."""
        for phrase, (looked, found) in self._known.items():
            if looked & bits:
                self._known[phrase] = (looked & ~bits, found & ~bits)


def _stands_in(text: str, phrase: str) -> bool:
    at = text.find(phrase) if phrase else -1
    while at >= 0:
        if stands_at(text, at, at + len(phrase)):
            return True
        at = text.find(phrase, at + 1)
    return False
