"""The words in English by which the day is known on which a rule begins to hold, changes or ends."""

from __future__ import annotations

import re

from pushsvc.plain.facts.cues_en import CLOCK

_I = re.IGNORECASE
IN_FORCE = re.compile(
    r"(?:effective (?:immediately )?up?on publication(?: of this (?:notice|rule|document))?"
    r"(?: in the Federal Register)?(?: on)?"
    r"|effective(?: date)?(?: of (?:this|the) [\w ]{1,30})?(?: is| are|:| on| as of| from| beginning| for [\w ]{1,30})*"
    r"|(?:tak(?:es?|ing) effect|in effect|(?:comes?|came|coming|enter(?:s|ed)?"
    r"|entry) in ?(?:to)? (?:force|effect|operation)|(?:will be|are being|is being|to be) introduced)(?: (?:from|as of"
    r"|beginning|starting|on or after))?|appl(?:y|ies|icable) (?:from"
    r"|beginning|on or after)"
    r"|effective date[^.;]{0,120}(?:delayed|postponed|changed|moved)[^.;]{0,30} (?:until|to)"
    r"|effective (?:from )?\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\.?|noon) (?:until|to|through) "
    r"|implemented (?:on|from)|starts?)" + CLOCK,
    _I,
)
IN_FORCE_AFTER = re.compile(r"^\s?,?\s?(?:is the effective date|\(effective date\))", _I)
#: "From 1 October you must …": since when a rule holds for its readers.
RULE_FROM = re.compile(r"^(?:[A-Z]?[\w’' ]{1,24}, |but |and )?(?:from|as of|with effect from|starting|beginning)\s$", _I)
RULE_THEN = re.compile(
    r"^,? [^.;\n]{0,60}?\b(?:must|can|may|need to|no longer|are required|is required|will"
    r"|costs?|pays?|rises?|falls?|becomes?|goes? (?:up|down))\b",
    _I,
)
#: "will come into force in the autumn of 2026": before a year or a season.
IN_FORCE_IN = re.compile(
    r"\b(?:will|to|shall|due to|expected to) (?:come into|come in to|enter into|take) (?:force|effect)"
    r" (?:in|from|during)(?: the)? $",
    _I,
)
#: "Fees will rise to £20 from 1 May": what changes for its readers, and since when.
CHANGES_FROM = re.compile(
    r"\b(?:will|must|to) (?:also |then )?(?:rise|increase|go up|go down|fall|change|apply|be (?:required|banned|limited|charged"
    r"|increased|reduced|raised|replaced|abolished|frozen|cut|subject|extended|introduced"
    r"|scrapped|removed))\b(?:[^.;]|\.\d){0,120}?"
    r"\b(?:from|with effect from|as of)" + CLOCK,
    _I,
)
ENDS = re.compile(
    r"(?:(?:sunset|transition(?:al)?|grace|pilot|trial) period (?:ending|ends|that ends)(?: on)?"
    r"|\b(?:scheme|programme|support|funding|offer|relief|credits?|allowance|discount|moratorium|freeze) (?:will )?"
    r"(?:ends?|finish(?:es)?)(?: on)?"
    r"|\b(?:measures?|rules?|bans?|restrictions?|seasons?|orders?|licen[cs]es?|permits?"
    r"|exemptions?)\b[^.;]{0,90}\bends?(?: on)?"
    r"|expir(?:es?|e on|ing|ation date(?: of [\w ]{1,30})?(?: is|:)?)|valid (?:until|through|to)|(?:remains?|be"
    r"|is) (?:in effect|effective) (?:until|through)|in force until|lapses?|ceases? to (?:have )?(?:be in )?effect"
    r"|sunset)" + CLOCK,
    _I,
)
#: What is in force and runs until a day: a ban, a season, a limit; a survey or an exhibition that runs is none of them.
RUNS_UNTIL = re.compile(
    r"\b(?:runs?|lasts?|continues?|appl(?:y|ies)|(?:is|are|(?:will )?(?:be|remain)|remains?) available|(?:remains?|stays?"
    r"|is|are|(?:will )?be|remain|stay) in (?:place|force|effect)|(?:remains?|stays?) (?:closed|shut|suspended)[^.;]{0,50})"
    r" (?:until|through|up to)" + CLOCK,
    _I,
)
IN_FORCE_AT_ALL = re.compile(
    r"\b(?:effect|force|place|ban(?:s|ned)?|restrictions?|rules?|orders?|season|limits?|prohibitions?|closures?|freeze"
    r"|moratorium|scheme|programme|closed|shut|suspended|offers?|funding|support|relief|exemptions?|allowance|discount"
    r"|measures?|licen[cs]es?)\b",
    _I,
)
NO_RULE = re.compile(
    r"\b(?:consultation|survey|call|comments?|registration|nominations?|applications?|vote|competition)\b[^.;]{0,40}$", _I
)
#: "It is illegal to fish from 15 March to 15 June", "the season runs from …": what holds in that time.
HOLDS_BETWEEN = re.compile(
    r"\b(?:illegal|unlawful|banned|prohibited|forbidden|not (?:allowed|permitted)|can(?:not|(?:'|’)t)|must not|may not"
    r"|close season|restrictions? (?:apply|are in place)|season (?:runs|is)|ban (?:runs|applies)|order (?:runs|applies))\b"
    r"[^.;]{0,90}\b(?:from|between)" + CLOCK,
    _I,
)
#: "The changes apply to tests taken from 1 October"; a heading "Prices from 1 April".
HELD_FROM = re.compile(
    r"\b(?:changes?|rules?|limits?|prices?|fees|rates|charges) (?:will )?(?:also |only )?appl(?:y|ies) to [^.;\n]{3,90} (?:from"
    r"|on or after)" + CLOCK + r"|^(?:[\w’'-]+ ){0,4}(?:prices|fees|charges|rates|fares|costs|tariffs) from" + CLOCK,
    _I,
)
#: "You need to sign up from April 2026", "people can vote by post from 1 May": since when something is to be done, or can be.
DONE_FROM = re.compile(
    r"\b(?:must|need to|needs to|ha(?:ve|s) to|(?:is|are|be) (?:required|able|allowed|banned|entitled|eligible)(?: to)?|can|may"
    r"|no longer)\b[^.;,\n]{2,80}?\b(?:from|with effect from|as of)\s(?:\w+day,? )?$",
    _I,
)
#: "The season starts on 1 May": what holds from then on.
RULE_STARTS = re.compile(
    r"\b(?:measures?|rules?|bans?|restrictions?|seasons?|orders?|regulations?|licen[cs]es?|permits?|exemptions?|tariffs?)\b"
    r"[^.;]{0,40}\b(?:starts?|begins?|commences?)(?: on| from)?" + CLOCK,
    _I,
)
#: "You can apply from 3 April" is no rule that applies from then.
READER_APPLIES = re.compile(
    r"\b(?:can|may|to|able|could|you|should|must|people|farmers|businesses)(?: also| then| only)? apply from", _I
)
#: "The fee will fall to £25 on 1 October and to £23 a year later."
CHANGES_ON = re.compile(
    r"\b(?:will|(?:is|are) (?:set |due )?to) (?:also |then )?(?:rise|increase|go up|go down|fall|drop|change|be (?:raised"
    r"|cut|reduced"
    r"|increased|frozen|abolished|scrapped|banned))\b(?:[^.;]|\.\d){0,110}?\bon" + CLOCK,
    _I,
)
#: "An order has been declared across the county as of 5pm on 3 November."
DECLARED_FROM = re.compile(
    r"\b(?:zones?|orders?|bans?|restrictions?|limits?|curfews?|measures?)\b[^.;]{0,80}\b(?:from|as of"
    r"|with effect from)" + CLOCK,
    _I,
)
DECLARES = re.compile(r"\b(?:declared?|declares|imposed?|imposes|in (?:force|place)|introduced?|introduces)\b", _I)
