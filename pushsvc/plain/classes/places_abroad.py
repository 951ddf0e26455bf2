"""Regions of English documents: the nations of the United Kingdom, the states of the United States (ISO 3166-2)."""

from __future__ import annotations

import re

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.quick_patterns import quickly

#: Marks of the Federal Register.
AMERICAN = quickly(r"\bFR Doc\b|\bU\.S\.C\.|\bCFR\b|Federal Register|\bUnited States\b|\.gov\b(?!\.)|\bP\.?L\.? \d{2,3}-\d+")
_FEDERAL = quickly(r"\bFR Doc\b|\bCFR\b|BILLING CODE")
_BRITISH = quickly(
    r"\bGOV\.UK\b|gov\.uk\b|nhs\.uk\b|\bHM (?:Revenue|Treasury|Passport)|\bHMRC\b|\bDVLA\b|\bDVSA\b|\bNHS\b"
    r"|\bUnited Kingdom\b|\bUK\b"
    r"|\bBritish\b|\bGreat Britain\b|\bHighway Code\b|\bOfsted\b|\bOfqual\b|\bDefra\b|\bDARD\b|\bWhitehall\b"
    r"|\bNational Insurance\b|\bHM Government\b"
    r"|\bRoyal Mail\b|\bCabinet Office\b|\bDowning Street\b|\bHome Office\b|\blocal council\b"
    r"|\bPublic Health England\b|\bDepartment for [A-Z]|\bBEIS\b|\bDWP\b|£|\bMP\b"
)
_NATIONS = (
    ("GB-WLS", quickly(r"\b(?:Wales|Welsh(?! language))\b")),
    ("GB-SCT", quickly(r"\b(?:Scotland|Scottish)\b")),
    ("GB-NIR", quickly(r"\bNorthern Ireland\b")),
    ("GB-ENG", quickly(r"\bEngland\b")),
)
_STATES = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|FL Florida|GA"
    " Georgia|HI Hawaii"
    "|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA"
    " Massachusetts|MI Michigan"
    "|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM"
    " New Mexico"
    "|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island"
    "|SC South Carolina"
    "|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI"
    " Wisconsin|WY Wyoming"
    "|PR Puerto Rico|GU Guam|VI U.S. Virgin Islands|AS American Samoa|MP Northern Mariana Islands"
)
_BY_NAME = {entry[3:]: f"US-{entry[:2]}" for entry in _STATES.split("|")}
#: Behind a town: "Delair, NJ", "Ottumwa, IA".
_POSTAL = re.compile(rf"(?<=[a-z.], )(?P<code>{'|'.join(entry[:2] for entry in _STATES.split('|'))})\b")
_STATE = quickly(rf"\b(?:{'|'.join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True))})\b")
#: A firm, a school or a river that bears the name of a state, and what is not the state itself.
_BEARS_THE_NAME = re.compile(
    r"\s(?:River|Bay|Avenue|Ave|Street|University|Mercantile|Stock|City Southern)\b"
    r"|(?:\s[A-Z][\w&.]*){0,5},?\s(?:L\.P|Company|Co\.|Corp|Corporation|Inc|LLC|L\.L\.C|LP|Bank|University|Institute"
    r"|Exchange|Railroad|Railway|Airlines)\b|,? D\.?C\b"
)
#: A grant goes to somebody who has a seat there: it is not for that state.
_SEAT = re.compile(r"\b(?:Grant|Award|Contract|Supplement)s? to\b")
#: Characters of a text that are looked at for the country that it is of.
_HEAD = 4000


def regions_abroad(reading: Reading, issuer: str | None) -> list[Evidence]:
    """The nation or state that the title or the issuer names, else the country whose marks the text bears."""
    text = reading.source_text
    federal = _FEDERAL.search(text[:1500]) or _FEDERAL.search(text[-1500:])
    places = [("title", reading.title), ("issuer", issuer or ""), ("SiteName", reading.meta.get("SiteName", ""))]
    for where, words in places:
        found = _states(words, where) if federal else _nations(words, where)
        if found:
            return found
    if federal:
        return [_country("US", federal, text)]
    british = _BRITISH.search(f"{reading.title} {issuer or ''}") or _BRITISH.search(text[:_HEAD])
    american = None if british else AMERICAN.search(text[:1500]) or AMERICAN.search(text[-1500:])
    if british:
        return [_country("GB", british, text)]
    return [_country("US", american, text)] if american else []


def _country(code: str, mark: re.Match[str], text: str) -> Evidence:
    start = text.find(mark.group())
    if start < 0:
        return Evidence("regions", code, mark.group(), "title")
    return Evidence("regions", code, mark.group(), "text", start, start + len(mark.group()))


def _nations(words: str, where: str) -> list[Evidence]:
    found = [(code, pattern.search(words)) for code, pattern in _NATIONS]
    named = [Evidence("regions", code, place.group(), where) for code, place in found if place]
    return named if len(named) < len(_NATIONS) else []


def _states(words: str, where: str) -> list[Evidence]:
    if _SEAT.search(words):
        return []
    postal = {f"US-{found['code']}": found.group() for found in _POSTAL.finditer(words)}
    if postal:
        return [Evidence("regions", code, raw, where) for code, raw in postal.items()]
    named = {
        _BY_NAME[found.group()]: found.group()
        for found in _STATE.finditer(words)
        if not _BEARS_THE_NAME.match(words, found.end())
        and not re.search(
            r"(?:Northern|Southern|Eastern|Western|University of|Bank of|People's Republic of|Republic of)\s$",
            words[: found.start()],
        )
    }
    return [Evidence("regions", code, raw, where) for code, raw in named.items()]
