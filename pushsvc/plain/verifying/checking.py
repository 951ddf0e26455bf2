"""All that is checked of one sentence, the cheap checks first."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache

from pushsvc.plain.verifying.altered import altered
from pushsvc.plain.verifying.belonging import beside_another, misplaced
from pushsvc.plain.verifying.beside import left_out
from pushsvc.plain.verifying.bounds import wrong_bound
from pushsvc.plain.verifying.claims import claims
from pushsvc.plain.verifying.content import invented, unproved
from pushsvc.plain.verifying.governing import governed_otherwise
from pushsvc.plain.verifying.headings import without_heading
from pushsvc.plain.verifying.listings import Listing, lead_of, listings, misjoined
from pushsvc.plain.verifying.modes import other_mode
from pushsvc.plain.verifying.moves import wrong_move
from pushsvc.plain.verifying.names import wrong_name
from pushsvc.plain.verifying.offices import another_office
from pushsvc.plain.verifying.polarity import turned
from pushsvc.plain.verifying.rivals import rival_said
from pushsvc.plain.verifying.signing import signed
from pushsvc.plain.verifying.signs import COMMA, STOP, features, is_value
from pushsvc.plain.verifying.slots import another_in_its_slot, turned_in_its_slot
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.spans import broken_hour, broken_span
from pushsvc.plain.verifying.standing import Values
from pushsvc.plain.verifying.support import frame_turned, unsupported
from pushsvc.plain.verifying.told import Told, told, values_of
from pushsvc.plain.verifying.verbatim import stands_as_it_is, without_frame

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_QUOTED = re.compile(r"“([^“”]{4,400})”")
#: Sentences of one source that are remembered, so that a second look costs nothing.
_MOST_REMEMBERED = 500
_LONGEST = 2_000
#: Characters of a source that are read, a book of 200 pages; what stands behind them proves nothing.
_MOST_READ = 300_000
_SHORTEST_TITLE, _TITLE = 5, 0.7
#: In the Federal Register the title stands below the names of the offices and the numbers of the docket.
_OF_REGISTER, _HEAD, _TITLE_BELOW_OFFICE = re.compile(r"^AGENCY:", re.MULTILINE), 1_500, 7


class Source:
    """A source text, read once for all the sentences that are checked against it."""

    def __init__(self, source_text: str) -> None:
        self._raw = source_text[:_MOST_READ]
        self._found = claims(self._raw)
        self._values = Values(self._raw, self._found)
        self._is_chinese = _is_chinese(source_text[:20_000])
        self._remembered: dict[tuple[str, str | None], tuple[str, ...]] = {}

    @cached_property
    def _signed(self) -> SignedSource:
        return SignedSource(self._raw, self._found)

    @cached_property
    def _listings(self) -> tuple[Listing, ...]:
        return listings(self._raw)

    def _lead(self, sentence: str) -> str:
        return lead_of(sentence, self._listings) if ":\n" in self._raw and not self._is_chinese else ""

    def doubts(self, sentence: str, before: str | None = "") -> tuple[str, ...]:
        """Why `sentence` is not supported: reasons for a reader, empty when it is.

        `before` is what the same text tells before it, where a condition may stand; None asks for no condition.
        """
        known = self._remembered.get((sentence, before))
        if known is None:
            known = self._doubts_in_place(without_heading(sentence[:_LONGEST], self._raw), before)
            if len(self._remembered) < _MOST_REMEMBERED:
                self._remembered[sentence, before] = known
        return known

    def _doubts_in_place(self, sentence: str, before: str | None) -> tuple[str, ...]:
        """The doubts of the sentence alone, which are asked once, then those of its place in the text."""
        if before is None:
            return tuple(self._doubts(sentence))
        alone = self.doubts(sentence, None)
        if alone or _is_chinese(sentence) != self._is_chinese:
            return alone
        return tuple(self._left_out(self._lead(sentence) or self._title_and_rest(sentence)[1], before))

    def _doubts(self, sentence: str) -> list[str]:
        told_values = claims(sentence)
        missing = [f"{claim.printed.strip()}: {reason}" for claim in told_values if (reason := self._values.lacks(claim))]
        if missing:
            return missing
        if told_values and not self._is_chinese and (reason := governed_otherwise(sentence, self._raw)):
            return [reason]
        if self._lead(sentence):
            return []
        if ":\n" in self._raw and (joined := misjoined(sentence, self._listings)):
            return [joined]
        if _is_chinese(sentence) == self._is_chinese:
            head, rest = self._title_and_rest(sentence)
            found = (self._own_language(head) if head else []) or self._own_language(rest)
            found = found or self._left_out(rest, None)
            if not found and (reason := self._unsupported(rest)):
                found = [reason]
            return found
        found = []
        for quoted in _QUOTED.findall(sentence):
            if _is_chinese(quoted) == self._is_chinese:
                found += self._own_language(quoted)
        return found or (self._other_language(_QUOTED.sub("", sentence)) if told_values else [])

    def _title_and_rest(self, sentence: str) -> tuple[str, str]:
        """The title before a colon is no part of what is said behind it: 房票实施办法：2月28日前提交."""
        head, colon, rest = sentence.rpartition("：" if "：" in sentence else ": ")
        if not colon or len(head) < _SHORTEST_TITLE or not rest.strip():
            return "", sentence
        wanted = features(signed(head, self._signed.alphabet))
        title = "。".join(self._signed.units[: _TITLE_BELOW_OFFICE if _OF_REGISTER.search(self._raw, 0, _HEAD) else 3])
        known = sum(feature in title for feature, _ in wanted)
        return (head, rest) if known >= _TITLE * len(wanted) and wanted else ("", sentence)

    def _unsupported(self, rest: str) -> str | None:
        source = self._signed
        signs = signed(rest, source.alphabet).strip(COMMA)
        reason = unproved(rest, source) or frame_turned(signs, source)
        return reason or (None if stands_as_it_is(signs, source) else unsupported(signs, source))

    def _left_out(self, rest: str, before: str | None) -> list[str]:
        """What the sentence leaves out; behind a label of ours (条件：) it is asked again without it."""
        behind = rest.partition("：")[2]
        for part in dict.fromkeys(filter(None, (rest, behind))):
            reason = left_out(part, before, self._signed)
            if reason:
                return [reason]
        return []

    def _own_language(self, sentence: str) -> list[str]:
        source = self._signed
        for signs in signed(sentence, source.alphabet).split(STOP):
            head, rest, framed = without_frame(signs.strip(COMMA), source)
            reason = self._piece(sentence, head, source, False) if any(map(is_value, head)) else None
            reason = reason or self._piece(sentence, rest, source, framed)
            if reason:
                return [reason]
        return []

    def _piece(self, sentence: str, signs: str, source: SignedSource, framed: bool) -> str | None:
        """Why a piece of a sentence is not supported, or None."""
        if not signs or stands_as_it_is(signs, source):
            return None
        one = told(sentence, signs, source, framed)
        return next((reason for check in self._checks if (reason := check(one, source))), None)

    @property
    def _checks(self) -> tuple[Callable[[Told, SignedSource], str | None], ...]:
        return (
            altered,
            broken_span,
            broken_hour,
            beside_another,
            misplaced,
            self._bound,
            turned,
            other_mode,
            wrong_name,
            invented,
            self._rival,
            wrong_move,
            _slot,
        )

    def _other_language(self, sentence: str) -> list[str]:
        """Words of two languages cannot be laid side by side: the values and what is said of them can."""
        source = self._signed
        signs = signed(sentence, source.alphabet).strip(STOP + COMMA).replace(STOP, COMMA)
        one = Told(sentence, signs, (), {}, source.place({}), False)
        reason = self._bound(one, source)
        return [reason] if reason else []

    def _rival(self, one: Told, source: SignedSource) -> str | None:
        return None if one.strict else rival_said(one.sentence, source.low, "zh" if self._is_chinese else "en")

    def _bound(self, one: Told, source: SignedSource) -> str | None:
        near = set(one.place.units)
        places = {}
        for sign, _ in values_of(one.signs):
            found = source.places_of(sign)
            close = [at for at in found if source.unit_at(at) in near]
            places[sign] = close or found
        return wrong_bound(one, source, places)


def _slot(one: Told, source: SignedSource) -> str | None:
    sentence = one.sentence
    return turned_in_its_slot(sentence, source) or another_in_its_slot(sentence, source) or another_office(sentence, source)


#: Every check of a sentence asks it again.
@lru_cache(maxsize=512)
def _is_chinese(text: str) -> bool:
    han = sum(map(len, _HAN.findall(text)))
    return han > 0 and 2 * han >= len(_LATIN.findall(text))
