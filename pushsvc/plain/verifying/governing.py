"""Whether the verb that a short English sentence puts before a day is the one that governs it in the source."""

from __future__ import annotations

import re

from pushsvc.domain.languages import ENGLISH_MONTHS

_I = re.IGNORECASE
_MONTH = "|".join(ENGLISH_MONTHS)
_DAY = re.compile(rf"(?:\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<m>{_MONTH})|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}}))\b")
#: What is said of a day, and what in the source's sentence says something else of it: before the day, and anywhere.
_OF_A_PAPER = re.compile(
    r"\b(?:published|announced|issued|appeared|signed|released)\b(?:(?!\b(?:until|to|from|is|was|are)\b)[^;\n]){0,60}?"
    r"\b(?:on|of|announced|published|issued)\s(?:\w+day,? )?$",
    _I,
)
_OLD_START = re.compile(r"\bdelay\w*[^.;]{0,200} from(?: the)?\s$|\bpostpon\w*[^.;]{0,200} from(?: the)?\s$", _I)
_PUT_OFF = re.compile(r"\b(?:delay|postpon|defer|mov(?:e|es|ed|ing)\b|put back|push(?:ed|es|ing)? back)", _I)
_ENDS = re.compile(r"\b(?:end|expir|cease|laps|run)", _I)
_BEFORE = re.compile(r"\bbefore\s(?:\w+day,? )?$", _I)
_OLD_PRICE = re.compile(
    r"\b(?:old|current|existing|previous|lower|higher|former) (?:\w+ )?"
    r"(?:fees?|prices?|rates?|fares?|charges?|costs?|tariffs?)\b",
    _I,
)
_CALLED_OFF = re.compile(r"\bcancel|\bcalled off\b|\bpostpone|\b(?:will|does) not (?:take place|be held|go ahead)\b", _I)
_STARTS = re.compile(r"^(?:It|The \w+) (?:takes?|took|comes?|came) (?:effect|into (?:force|effect))\b")
_IT_ENDS = re.compile(r"^It end(?:s|ed) on\b")
_ASKS = re.compile(r"^(?:Pay|Apply|Register|Claim|Book|Act|Send|Return|Renew)\b[^.]* by\b")
_HELD = re.compile(r"^The (?:meeting|hearing|conference|webinar|workshop|session) is\b")
_SENTENCE = re.compile(r"\n|(?<=[a-z0-9)])[.;] (?=[A-Z])")
_REACH = 300


def governed_otherwise(sentence: str, source: str) -> str | None:
    """A doubt where each mention of the day in the source has another verb: "published on" for "took effect on"."""
    said = next((each for each in (_STARTS, _IT_ENDS, _ASKS, _HELD) if each.match(sentence)), None)
    day = _DAY.search(sentence) if said else None
    if said is None or day is None:
        return None
    number, month = day["d"] or day["d2"], day["m"] or day["m2"]
    found = list(re.finditer(rf"\b(?:{number}(?:st|nd|rd|th)? {month}|{month} {number})\b", source))
    if found and all(_is_other(said, *_around(source, one.start(), one.end())) for one in found):
        return f"{day.group()}: the source says something else of this day"
    return None


def _around(source: str, start: int, end: int) -> tuple[str, str]:
    """The sentence of a day before it, and behind it."""
    before = _SENTENCE.split(source[max(0, start - _REACH) : start])[-1]
    return before, _SENTENCE.split(source[end : end + _REACH])[0]


def _is_other(said: re.Pattern[str], before: str, after: str) -> bool:
    if said is _HELD:
        return bool(_CALLED_OFF.search(before + after))
    if said is _ASKS:
        return bool(_BEFORE.search(before) and _OLD_PRICE.search(before + after))
    if said is _IT_ENDS:
        return bool(_OF_A_PAPER.search(before) or (_PUT_OFF.search(before) and not _ENDS.search(before + after)))
    return bool(_OF_A_PAPER.search(before) or _OLD_START.search(before))
