"""What stands in a sentence and not in its source, or there and not in it, word by word: does it turn the sentence?"""

from __future__ import annotations

import re
from functools import cache

from pushsvc.plain.verifying.alignment import Alignment, Gap
from pushsvc.plain.verifying.saying import contrary_signs
from pushsvc.plain.verifying.signing import signed, signed_words
from pushsvc.plain.verifying.signs import is_separator, is_value, is_word
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.wording import SENTENCE, VALUE
from pushsvc.plain.verifying.words import classes, families, glossary

_HAN = re.compile(r"[\u3400-\u9fff]")
_OF_VALUES = frozenset(("order", "bound"))
_DENYING = frozenset("无非未")
_DENIES = frozenset({"mustnot", "neednot", "not"})
#: A sentence with this share of its words in order is the source's own: no other word may stand in it.
_WORD_BY_WORD, _NEARLY, _LATIN = 0.85, 0.8, 0.74
#: Letters of a word that its forms share; a short word of the source.
_STEM, _FEW = 4, 3
_TURNS = re.compile(r"如(?!下|果汁)|若|累计|连续|\b(?:if(?! received| submitted| postmarked| sent)|unless|except)\b")
#: 144平方米以下（不含144平方米）
_CONTAINING = re.compile(r"，?不?含[^，]{0,4}" + VALUE)
#: Words that no rewording of ours puts in.
_NEVER_OURS = re.compile(r"\b(?:whether|even|by post|in person|only|solely)\b|连续|累计|一方|其中一|任意|任一")


def turned_in_gaps(found: Alignment, sentence: str, source: SignedSource) -> str | None:
    """What a gap between a sentence and its own in the source turns, in words; None when none does."""
    whole = signed_words(found.before + found.said + found.behind, source.alphabet)
    for gap in found.gaps:
        reason = _operator_put_in(gap, source)
        if reason is None and found.share >= _NEARLY:
            reason = _another_value(gap)
        if reason is None and found.share >= (_WORD_BY_WORD if _HAN.search(sentence) else _LATIN):
            reason = _word_put_in(gap, sentence, whole, source)
        if reason is None and found.share >= _NEARLY and not gap.is_first and not gap.is_last:
            reason = _taken_out(gap, sentence, source)
        if reason:
            return reason
    return None


def _operator_put_in(gap: Gap, source: SignedSource) -> str | None:
    """A negation, an "only", an "each" … that stands in the sentence and not in the source, or in the place of its rival."""
    never = _NEVER_OURS.search(gap.here)
    if never and never.group() not in gap.beside:
        return f'the source does not say "{never.group()}" here'
    if gap.is_first and gap.here == "you may" and not gap.there:
        return contrary_signs(classes()["may"], classes()["must"])
    known, wide = families(), signed_words(gap.wide, source.alphabet)
    here, beside = signed_words(_without_glossary(gap), source.alphabet), signed_words(gap.beside, source.alphabet)
    for sign in here:
        if sign in known and sign in wide:
            if (
                gap.here.isascii()
                and known[sign][0] == "order"
                and gap.there
                and sign not in beside
                and not gap.wide.endswith(VALUE)
            ):
                return contrary_signs(sign, "")
            of_ours = (gap.is_first and known[sign][1] == "must") or (known[sign][0] in _OF_VALUES and VALUE in gap.here)
            reason = None if of_ours else _operator(sign, beside)
            if reason:
                return reason
    return None


def _word_put_in(gap: Gap, sentence: str, whole: str, source: SignedSource) -> str | None:
    """A word of the sentence that its own sentence of the source does not have."""
    here, wide = signed_words(_without_glossary(gap), source.alphabet), signed_words(gap.wide, source.alphabet)
    known, run = families(), ""
    for sign in [*here, SENTENCE]:
        ours = sign in known or is_value(sign) or is_separator(sign) or sign not in wide
        near = signed_words(gap.beside, source.alphabet) if 0 < len(gap.there) <= _FEW and not gap.here.isascii() else whole
        if not ours and not _may_stand(sign, near, gap, sentence, source):
            run += sign
            continue
        if len(run) > 1 or is_word(run or " ") or run in _DENYING or (run and 0 < len(gap.there) <= _FEW):
            return f'the source does not say "{"".join(map(source.shown, run))}" here'
        run = ""
    return None


@cache
def _weak() -> frozenset[str]:
    """The sides of operators that an own wording puts in where the source has none of their family."""
    bounds = {side for family, side in families().values() if family in _OF_VALUES}
    return frozenset({"must", "may", "all", "or", "allof"}) | bounds


def _operator(sign: str, beside: str) -> str | None:
    known = families()
    family, side = known[sign]
    sides = {known[other][1] for other in beside if other in known and known[other][0] == family}
    if sign in beside or side in sides or (side in _DENIES and sides & _DENIES):
        return None
    rival = next((other for other in beside if other in known and known[other][0] == family), "")
    return contrary_signs(sign, rival) if rival or side not in _weak() else None


def _another_value(gap: Gap) -> str | None:
    """A value that stands in the place of another of its kind."""
    ours, theirs = gap.values
    kinds = [value.split(",")[0] for value in ours]
    alike = bool(ours) and kinds == [value.split(",")[0] for value in theirs] and not set(ours) & set(theirs)
    return "the source says another value in this place" if alike and kinds[0] != "('phone'" else None


def _may_stand(sign: str, whole: str, gap: Gap, sentence: str, source: SignedSource) -> bool:
    is_ours = sign in source.free or (sign in source.licensed and (gap.is_first or not gap.there or not gap.here.isascii()))
    if is_ours or sign in whole:
        return True
    printed = source.alphabet.printed.get(sign, "")
    return bool(printed) and (printed[:_STEM] in gap.beside or (printed.upper() in sentence and source.holds(sign)))


def _without_glossary(gap: Gap) -> str:
    """What stands in the sentence, without the reader's word for one of the office's that stands in the source."""
    here = gap.here
    if not here:
        return here
    for language in ("zh", "en"):
        for office, said in glossary(language):
            if said in here and (office in gap.beside or (len(office) > _STEM and office[:_STEM] in gap.beside)):
                here = here.replace(said, " ")
    return here


def _taken_out(gap: Gap, sentence: str, source: SignedSource) -> str | None:
    """A negation, an "only", an exception or a condition that stands in the source and not in the sentence."""
    known, named = families(), classes()
    here, beside = signed_words(gap.here, source.alphabet), signed_words(gap.there, source.alphabet)
    sides = {known[sign][1] for sign in here if sign in known}
    for sign in beside:
        if sign not in known or sign in here or known[sign][1] in sides:
            continue
        family, side = known[sign]
        denies = side in _DENIES and not sides & _DENIES and not _CONTAINING.match(gap.there)
        whose = family == "per" and sign not in signed(sentence, source.alphabet)
        if denies or whose or sign in (named["only"], named["unless"]):
            return contrary_signs("", sign)
    for item in _TURNS.finditer(gap.there):
        if item.group() not in gap.here:
            return f'the sentence leaves out "{item.group()}"'
    return None
