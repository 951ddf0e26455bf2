"""English days that a text tells of in passing: what happened, what was due before, what somebody will have done by then."""

from __future__ import annotations

import re

from pushsvc.plain.facts import cues_en as cues
from pushsvc.plain.facts.context import Surroundings

#: How sure we are of a day that nobody has to keep: less than of one that is proved to be held, due or in force.
IN_PASSING = 0.6
#: What stands just before a day that is told of.
_LEAD = re.compile(
    r"(?:\b(?:on|in|at|of|since|dated|during|this|early|late|until|from|before|after|prior to|around|about|for|as of)"
    r"(?: the)?(?: (?:(?:calendar|financial|fiscal) year|FY))?"
    r"|[;(,–—][”\"’]?|\btoday \()\s?(?:(?:\w+day|today),? )?$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|before|until|no later than|not later than|on or before|prior to)\s(?:the\s)?(?:\w+day,? )?$", re.IGNORECASE
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|paid|be|been|has|have|had|will|would|can|could|may|might|must|shall|won|began|became|met|held|gave|made"
    r"|sent|took|saw|came|went|set|said|told|fell|rose|grew|built|brought|left|led|ran|spent|put|cut|(?!dated\b)\w{3,}ed)\b"
)
_TELLS_OF = re.compile(r"(?:On|In)\s(?:\w+day,? )?$")
_CITED = re.compile(r"\b\d{1,3} FR \d|Federal Register|\bFiled\b")
#: "(89 FR 80432; October 3, 2024)": where a sentence was taken to end at the semicolon.
_CITED_JUST_BEFORE = re.compile(r"\(\d{1,3} FR \d[^()]{0,40};$")
#: A day in the name of a paper is no day of the story, nor that since when another paper holds.
_IN_NAME = re.compile(
    r"\beffective date of\s$"
    r"|\b(?:Order|Act|Law|Regulations?|Directive|No\.?|Circular|Bulletin) ?[\w()./-]{0,12} of\s$|\bAct,? $"
)
#: A last day that was, and is no more.
_WAS_DUE = re.compile(
    r"\b(?:was|were|had) (?:required|due|to (?:be )?\w+|originally|previously)\b"
    r"|\b(?:deadline|closing date|due date|comment period) (?:was|closed|ended|expired|had been)\b"
    r"|\b(?:original|previous|earlier|initial)(?:ly)?\b[^.;]{0,40}(?:deadline|closing|due|comment period|date)\b",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(
    r"\b(?:deadline|closing date|due date)(?: for [\w ]{1,30})? (?:was|had been)\s(?:\w+day,? )?$", re.IGNORECASE
)
_QUALIFYING = re.compile(
    r"\b(?:nominated|bought|purchased|born|built|manufactured|registered|signed|issued|sold|claimed|made|received|arrived"
    r"|employed|installed|started|applied|filed|granted)\b[^.;,]{0,60}\b(?:before|on or before|prior to)\s(?:\w+day,? )?$",
    re.IGNORECASE,
)


def told_in_passing(where: Surroundings) -> str | None:
    """The role of a day for which no cue stands; None where it may be a last day that nothing proves."""
    before = where.before[-160:]
    if not before.strip() and _CITED_JUST_BEFORE.search(where.previous):
        return "event"
    if _NO_LONGER.search(before[-60:]):
        return "old_value"
    told = bool(_VERB.search(where.before[-200:]) or _VERB.search(where.after[:200]))
    if _BY.search(before[-40:]) or cues.BY.search(before[-110:]):
        return _role_of_a_last_day(where, before, told)
    if _IN_NAME.search(before[-60:]):
        return None if "effective date" in before[-30:].lower() or len(before) < 2 else "event"
    if not _LEAD.search(before[-50:]):
        return None
    opens = _TELLS_OF.match(before) and where.after.startswith(",")
    return "event" if opens or told or _CITED.search(where.sentence[:600]) else None


def _role_of_a_last_day(where: Surroundings, before: str, told: bool) -> str | None:
    if _WAS_DUE.search(before):
        return "old_value"
    if _QUALIFYING.search(before):
        return "cutoff"
    return "event_end" if told and not cues.ASKS.search(where.before[-300:]) else None
