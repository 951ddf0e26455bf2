"""Which of many phrases stand in a text: one walk over the text, a look-up for each pair of neighbours."""

from __future__ import annotations

from operator import add

#: After folding, only these make word edges: a Latin word matches whole words only, a Han phrase matches anywhere.
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def stands_at(text: str, start: int, end: int) -> bool:
    """Is `text[start:end]` a whole phrase there? An end that is a Latin letter or digit must be a word edge."""
    if start > 0 and text[start] in _WORD and text[start - 1] in _WORD:
        return False
    return not (end < len(text) and text[end - 1] in _WORD and text[end] in _WORD)


class PhraseBook:
    """Folded phrases, each counted, found in a folded text."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}
        # First two characters -> the lengths of the phrases that begin with them, and how many phrases have each.
        self._lengths: dict[str, dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self._uses)

    def add(self, phrase: str) -> None:
        """Look for `phrase` (folded, not empty) from now on, until it was discarded as often as it was added."""
        uses = self._uses[phrase] = self._uses.get(phrase, 0) + 1
        if uses == 1:
            lengths = self._lengths.setdefault(phrase[:2], {})
            lengths[len(phrase)] = lengths.get(len(phrase), 0) + 1

    def discard(self, phrase: str) -> None:
        """The inverse of `add`."""
        self._uses[phrase] -= 1
        if self._uses[phrase]:
            return
        del self._uses[phrase]
        lengths = self._lengths[phrase[:2]]
        lengths[len(phrase)] -= 1
        if not lengths[len(phrase)]:
            del lengths[len(phrase)]
        if not lengths:
            del self._lengths[phrase[:2]]

    def standing_in(self, text: str) -> frozenset[str]:
        """The phrases that stand in `text` (folded)."""
        found: set[str] = set()
        begins = self._lengths
        starts = [(at, pair) for at, pair in enumerate(map(add, text, text[1:])) if pair in begins]
        for at, pair in starts:
            for length in begins[pair]:
                phrase = text[at : at + length]
                if phrase not in found and phrase in self._uses and stands_at(text, at, at + length):
                    found.add(phrase)
        # A phrase of one character is refused when saved; a subscriber line of the match command may still have one.
        found.update(
            character
            for character in begins.keys() & set(text)
            if any(stands_at(text, at, at + 1) for at, each in enumerate(text) if each == character)
        )
        return frozenset(found)
