"""Mentions of groups in English documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.publications import Reading
from pushsvc.plain.classes.group_weights import ENGLISH as WEIGHTS
from pushsvc.plain.classes.group_words_en import GENERAL, PLAIN, SAYS_NOTHING, WHOLE
from pushsvc.plain.classes.groups import Mention, Words, families, lowered, words
from pushsvc.plain.quick_patterns import grouped

#: The many words in groups by their first letter: the search is six times as fast.
_GROUP = re.compile(
    rf"\b(?:(?P<whole>{grouped(WHOLE)})|(?P<kind>[a-z][a-z-]{{3,14}}) (?P<general>{grouped(GENERAL)}))s?\b(?![’']s|s[’'])"
)
#: Who must, may, or gets.
_BEHIND = re.compile(
    r"\s(?:who|must|may|can|should|shall|will|need to|needs to|are required|is required|are eligible|is eligible"
    r"|are invited|wishing|wanting|that (?:want|wish|offer|intend|operate)|to (?:apply|submit|comment))\b"
)
_BEFORE = re.compile(
    r"(?:\bfor|\baffects?|\baffecting|\bapplies to|\bapply to|\brelevant for|\brelevant to|\binvites?|\bseek(?:ing"
    r"|s)|\beligible|\bhelps?|\bprotects?|\ballows?|\brequires?|\bif you(?:'|’)?(?: a)?re an?"
    r"|\bmust be an?|\bas an?|\bwhether|\badvises?|\binforms?|\bburdens? on|\bneed to be an?|\bimpact on|\bopen to"
    r"|\bqualified|\badvice to|\bguidance (?:for|to)|\bnotif(?:y|ies))\s(?:all |any |the |those |certain |eligible "
    r"|individual |members of the |new |some )?$",
    re.IGNORECASE,
)
WORDS = Words(
    common=words(
        "stakeholders participants recipients companies providers states infants holders sponsors makers "
        "children councils producers processors members residents carriers banks brokers groups workers contractors"
        " licensees employees adults families "
        "households women students schools partnerships academies"
    ),
    vague=words("customers applicants respondents petitioners nominees candidates visitors members participants"),
    families=families(
        alike.split(", ")
        for alike in (
            "sponsors, tier 4 sponsors",
            "farmers, livestock producers, cattle keepers",
            "drug manufacturers, manufacturers",
            "disabled people, people with disabilities",
            "fishermen, commercial fishermen",
        )
    ),
    seldom={},
    offices=("state agencies", "councils", "local authorities"),
    firms=(
        "businesses",
        "companies",
        "manufacturers",
        "importers",
        "exporters",
        "providers",
        "schools",
        "carriers",
        "operators",
        "dealers",
    ),
    brief=5,
    precise=12,
    full=20,
    least=-0.4,
    weights=WEIGHTS,
)
#: Behind a group in a title: an office or a thing that is called after it (Infant Formula).
_OF_AN_OFFICE = re.compile(
    r"\s(?:Committee|Administration|Registration|Board|Office|Council|Company|Corporation|Inc|[Ff]ormula|[Ss]hare)\b"
)
#: Before a group in a title: a committee is named after it (Advisory Committee on … Newborns and Children).
NAMED_AFTER = re.compile(r"\b(?:Committee|Board|Council|Commission|Panel|Department|Office|Bureau) (?:on|of|for)\b[^;:]*$")
#: Whom a standing sentence speaks to, however late it stands: "open to the public", "accommodate persons with disabilities".
_SPOKEN_TO = frozenset(("the public", "people with disabilities"))
#: Before a group: fewer than 25 employees are no readers.
_COUNTED = re.compile(r"\b\d{1,6} $")
#: Before a group that every notice names by the way: formats, carriers of mail, effects weighed by law.
_BY_THE_WAY = re.compile(
    r"(?:(?:accessible|alternat(?:e|ive)) formats? (?:for|to)|by all other|impact on a substantial"
    r" number of|in partnership with)\s$"
)
#: A rule that is in force speaks to those whom it binds: "the public" is in it by the way.
_IN_FORCE = re.compile(
    r"^ACTION:\s*(?:(?:Direct|Interim|Temporary|Final)\s)*(?:final |interim )?rule\b(?![^\n]*comment)",
    re.MULTILINE | re.IGNORECASE,
)
#: Characters of the text that are looked at, and those of its opening.
TEXT, _OPENING = 7000, 900


def mentions(reading: Reading) -> Iterator[Mention]:
    """Each mention of a group in the title and the text, with what is by it."""
    for found in _GROUP.finditer(lowered(reading.title[:300])):
        group = _told(found)
        raw = reading.title[found.start() : found.end()]
        passing = NAMED_AFTER.search(reading.title[: found.start()]) or _qualifies(raw, reading.title[found.end() :])
        in_a_firm_s_name = raw.lower() in ("company", "bank")
        if group and not passing and not in_a_firm_s_name and not _OF_AN_OFFICE.match(reading.title, found.end()):
            yield Mention(group, raw)
    text = reading.source_text[:TEXT]
    begins, ends = _opening(text)
    in_force = _IN_FORCE.search(text, 0, 2000)
    for found in _GROUP.finditer(lowered(text), len(reading.title) if text.startswith(reading.title) else 0):
        group, at = _told(found), found.start()
        if group == "the public" and in_force:
            continue
        if (
            not group
            or _in_a_name(text, found)
            or _COUNTED.search(text, max(0, at - 12), at)
            or _BY_THE_WAY.search(text, max(0, at - 60), at)
        ):
            continue
        signs = set()
        if _BEFORE.search(text[max(0, at - 40) : at]):
            signs.add("for")
        if _BEHIND.match(text, found.end()):
            signs.add("who")
        if begins <= at < ends or (group in _SPOKEN_TO and signs):
            signs.add("opening")
        if signs or not found["general"]:
            yield Mention(group, text[at : found.end()], at, found.end(), frozenset(signs))


def _qualifies(raw: str, behind: str) -> bool:
    """Driver licensing, Employee Share Schemes: a singular before another noun says of which kind that is."""
    return not raw.lower().endswith(("s", "people", "men", "children", "public")) and bool(re.match(r" [A-Za-z]{4,}", behind))


def _opening(text: str) -> tuple[int, int]:
    """Where the text says what it is about: the SUMMARY of the Federal Register, else its first lines."""
    summary = re.search(r"^SUMMARY:\s*", text[:3000], re.MULTILINE)
    if summary:
        stop = re.search(r"\n[A-Z][A-Z ]{4,}:", text[summary.end() : summary.end() + 2500])
        return summary.end(), summary.end() + (stop.start() if stop else 1200)
    return 0, _OPENING


def _told(found: re.Match[str]) -> str | None:
    """The group in plain words and in the plural; None where a general noun has nothing to say who is meant."""
    words = " ".join(found.group().split())
    if found["general"] and (found["kind"] in SAYS_NOTHING or found["kind"].endswith("ly")):
        return None
    words = PLAIN.get(words, words)
    if words.endswith(("public", "people", "men", "children", "disabilities")) or re.search(r"[^s]s$", words):
        return words.removeprefix("the ") if words != "the public" and words.endswith("public") else words
    if words.endswith("ss"):
        return f"{words}es"
    return f"{words[:-1]}ies" if words.endswith("y") and words[-2] not in "aeiou" else f"{words}s"


def _in_a_name(text: str, found: re.Match[str]) -> bool:
    """Department of Veterans Affairs, Federal Motor Carrier Safety Administration: a group's word in an office's name."""
    if not text[found.start()].isupper():
        return False
    before = text[max(0, found.start() - 2) : found.start()]
    behind = text[found.end() : found.end() + 2]
    sentence_start = not before or before[-1:] in "\n" or before in (". ", "? ", "! ", ": ", "• ")
    return not sentence_start or bool(re.match(r" [A-Z]", behind))
