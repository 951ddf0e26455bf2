"""Which role an English date plays. A role needs a cue next to the date; a date without one is a plain `event_date`."""

from __future__ import annotations

import re

from pushsvc.plain.facts.context import Surroundings
from pushsvc.plain.facts.mentions import DateMention

Role = tuple[str, str | None]
PLAIN: Role = ("event_date", None)
_I = re.IGNORECASE
#: A clock time and a zone between a cue and its date.
_CLOCK = (
    r"(?:(?:\s|,|at)*(?:\d{1,2}(?::\d{2})?\s?(?:a\.?m\.?|p\.?m\.?|noon|midnight)|midnight|noon|11:59\s?p\.?m\.?)"
    r"(?:\s?,?\s?\(?(?:ET|EST|EDT|CT|PT|GMT|BST|UTC|Eastern(?: (?:Standard|Daylight))?(?: Time)?"
    r"|local time|\(?U\.?S\.? Eastern Time\)?)\)?)?)?"
    r"(?:\s|,|on|at|of|the|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|close of business)*$"
)
_BY = re.compile(
    r"(?:on or before|no later than|not later than|by|before|until|up to|closes?|closing date(?: is)?:?"
    r"|closing:?|deadline(?: for [\w ]{1,40})?(?: is|:| of)?"
    r"|due(?: date)?:?|due by|received by|submitted by|postmarked by|close[sd]? on|ends? on)" + _CLOCK,
    _I,
)
_LABEL = re.compile(
    r"(?:closing date(?: for [\w ]{1,40})?|deadline(?: for [\w ]{1,40})?|comments? (?:due"
    r"|closes?)(?: date)?|applications? (?:due|close)(?: date)?|due date|apply by|respond by)"
    r"(?: is| are|\s)*:?" + _CLOCK,
    _I,
)
_COMMENT = re.compile(
    r"\bcomments?\b|\bviews\b|\bhave your say\b|\bfeedback\b|\bconsultation\b|\brespond\b|\bresponses?\b"
    r"|\bprotests?\b|\bmotions to intervene\b|\bobjections?\b",
    _I,
)
_APPLY = re.compile(
    r"\bappl(?:y|ications?|icants?)\b|\bclaim(?:s|ing)?\b|\bregist(?:er|ration)\b|\bsubmit(?:ted)?\b|\bnominat"
    r"|\bproposals?\b|\brequests?\b|\benrol|\bRSVP\b|\bfile[ds]?\b|\bbids?\b|\bnotify\b"
    r"|\bsend\b|\bwritten\b",
    _I,
)
#: Somebody's payment to the reader is no duty to pay: the noun counts only where it is due.
_PAY = re.compile(
    r"\bpay(?:ing)?\b|\bpayments? (?:is|are|must|due|by|deadline)\b|\bmake (?:a |your )?payments?\b|\btax return\b", _I
)
_ACT = re.compile(r"\brenew|\bconfirm|\breport\b|\breturn\b|\bcomplete\b|\bcomply\b|\btell us\b", _I)
_ASKS = re.compile(
    r"\bmust\b|\bshould\b|\bplease\b|\bneed(?:s)? to\b|\bmay\b|\bcan\b|\bwill (?:be )?(?:accept"
    r"|consider)|\bare due\b|\bis due\b|\bdue\b|\bdeadline\b|\bclos(?:e|es|ing)\b|\bDATES\b"
    r"|\binvited?\b|\bhave your say\b|\bsubmit\b|\bapply\b|\brespond\b",
    _I,
)
_PAST = re.compile(
    r"\b(?:was|were|had|closed|received \d|announced|published|filed a|gave|provided|issued"
    r"|proposed|extended the|after considering)\b",
    _I,
)
_AGENCY = re.compile(
    r"\b(?:the )?(?:Department|Commission|Secretary|agency|EPA|FDA|FAA|Board|Bureau|government"
    r"|we)\s+(?:will|shall|must|intends?|expects?|plans?|anticipates?|is required)\b|\bwill (?:notify"
    r"|announce|publish|inform|be notified)\b",
    _I,
)
_IN_FORCE = re.compile(
    r"(?:effective(?: date)?(?: of (?:this|the) [\w ]{1,30})?(?: is| are|:| on| as of| from| beginning| for [\w ]{1,30})*"
    r"|tak(?:es?|ing) effect|takes effect|in effect|(?:comes?|came|coming|enter(?:s|ed)?"
    r"|entry) in(?:to)? (?:force|effect)|appl(?:y|ies|icable) (?:from|beginning|on or after)"
    r"|implemented (?:on|from)|starts?)" + _CLOCK,
    _I,
)
_IN_FORCE_AFTER = re.compile(r"^\s?,?\s?(?:is the effective date|\(effective date\))", _I)
_ENDS = re.compile(
    r"(?:expir(?:es?|ing|ation date(?: is|:)?)|valid (?:until|through|to)|(?:remains?|be"
    r"|is) (?:in effect|effective) (?:until|through)|in force until|lapses?|ceases? to (?:have )?(?:be in )?effect"
    r"|sunset)" + _CLOCK,
    _I,
)
_MEETING = re.compile(
    r"(?:held|meeting|hearing|conference|webinar|session|event|takes place|take place|convene"
    r"|scheduled for|begin(?:s|ning)?)[^.;\n]{0,40}$",
    _I,
)
_OPENING = re.compile(
    r"(?:opening date|opens?(?: on)?|open(?:s|ed)? for applications(?: on| from)?|applications? open(?: on| from)?)\s?:?"
    + _CLOCK,
    _I,
)
_SIGNED = re.compile(
    r"^\s?(?:\(?[A-Z][\w .,]{0,40})?(?:Dated|Issued(?: on| in [\w ,.]{1,40})?|Signed|Done"
    r"|Approved)(?: at [\w ,.]{1,40}?)?(?:,? (?:this|on))?:?\s?$",
    _I,
)
_COMMENCED = re.compile(
    r"\b(?:this|the) (?:final |interim |temporary |direct final )?(?:rule|regulation|order"
    r"|notice|AD|amendment|guidance|change|law|act|deviation)s?\b",
    _I,
)


def role_of(mention: DateMention, where: Surroundings, partner: DateMention | None) -> Role:
    """(kind, role). `partner` is the other end of a range, where the date is one end of it."""
    before = where.before[-110:]
    if _SIGNED.match(where.before):
        return "event_date", "issued"
    if _OPENING.search(before):
        return "event_date", "application_open"
    ranged = _role_in_range(mention, where, partner)
    if ranged:
        return ranged
    if _ENDS.search(before) and "OMB" not in before:
        return "expiry", "valid_until"
    if _IN_FORCE_AFTER.match(where.after) or _in_force(before):
        return "effective_date", "effective_from"
    deadline = _deadline(before, where)
    if deadline:
        return "deadline", deadline
    if _MEETING.search(before):
        return "event_date", "event"
    return PLAIN


def _in_force(before: str) -> bool:
    if not _IN_FORCE.search(before):
        return False
    starts_only = re.search(r"\bstarts?" + _CLOCK, before, _I)
    if starts_only or _PAST.search(before[-60:]):
        return False
    return not re.search(r"\b(?:if|would|unless|became|was|to be)\b|\bdated [^.;]{4,30},? and\b", before[-60:], _I)


def _role_in_range(mention: DateMention, where: Surroundings, partner: DateMention | None) -> Role | None:
    if partner is None:
        return None
    words = where.before[-110:]
    if re.search(r"\b(?:sold|bought|purchased|made|manufactured|produced|born)\b[^.;]{0,24}$", words, _I):
        return "event_date", "period_start" if mention.opens else "period_end"
    if re.search(r"effective[^;]{0,80}$|in (?:effect|force) (?:from|between)[^;]{0,60}$|enforced[^;]{0,60}$", words, _I):
        return ("effective_date", "effective_from") if mention.opens else ("expiry", "valid_until")
    if re.search(
        r"(?:apply|applications?|registration|comments?|consultation)[^.;]{0,40}(?:from|between|runs?|open)\s?$", words, _I
    ):
        if mention.opens:
            return "event_date", "application_open"
        return "deadline", "comment_deadline" if _COMMENT.search(words) else "application_deadline"
    if mention.closes and _BY.search(words[:-1]) and not re.search(r"(?:through|to|until|and|[-–—])\s?$", words, _I):
        return None
    return "event_date", "event_start" if mention.opens else "event_end"


def _deadline(before: str, where: Surroundings) -> str | None:
    label = _LABEL.search(before)
    by = _BY.search(before)
    if not label and not by:
        return None
    if _AGENCY.search(where.before[-90:]) or (_PAST.search(where.before[-80:]) and not label):
        return None
    if not label and not _ASKS.search(where.sentence[:400]) and not _ASKS.search(where.previous[-40:]):
        return None
    nearest = where.before[-140:]
    if re.search(r"\bafter\s+[\w ,]{0,12}$", nearest, _I):
        return None
    return (
        _wanted(nearest)
        or _wanted(where.previous[-60:])
        or (_wanted(where.after[:60]) if by else None)
        or ("application_deadline" if label else None)
    )


def _wanted(words: str) -> str | None:
    """What is to be done: comments where they are spoken of at all, else the deed that stands nearest to the date."""
    if _COMMENT.search(words):
        return "comment_deadline"
    nearest: tuple[int, str | None] = (-1, None)
    for pattern, role in ((_PAY, "payment_deadline"), (_APPLY, "application_deadline"), (_ACT, "action_deadline")):
        last = max((found.end() for found in pattern.finditer(words)), default=-1)
        if last > nearest[0]:
            nearest = (last, role)
    return nearest[1]
