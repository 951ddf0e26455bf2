"""English days of a start that is put off: which day was, which is now, and which is only that of the paper that set it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Surroundings
from pushsvc.plain.facts.cues_en import CLOCK

_I = re.IGNORECASE
#: A look for a few letters before each search: most sentences tell of nothing that is put off.
_AT_ALL = (
    "delay",
    "postpon",
    "defer",
    "mov",
    "push",
    "put back",
    "suspend",
    "stay",
    "brought forward",
    "was ",
    "were ",
    "new ",
)
_MOVES = re.compile(
    r"\b(?:delay(?:s|ed|ing)?|postpon(?:e|es|ed|ing|ement)|defer(?:s|red|ring|ral)?|mov(?:e|es|ed|ing)|push(?:es|ed|ing)? back"
    r"|put(?:s|ting)? back|stay(?:s|ed|ing)|suspend(?:s|ed|ing)?|(?:bring(?:s|ing)?|brought) forward)\b",
    _I,
)
#: What takes effect, and so has a start that can be put off.
_START = re.compile(
    r"\b(?:effective dates?|effectiveness|tak(?:e|es|ing) effect|(?:in)?to (?:force|effect)"
    r"|(?:start|commencement|introduction|launch)(?: dates?)? of|start date)\b",
    _I,
)
#: A day on which somebody must comply, apply or pay is another thing, and told by other cues.
_OTHER_DAY = re.compile(r"\b(?:compliance dates?|deadlines?|closing dates?|due dates?|comment periods?)\b", _I)
_CAME_OUT = re.compile(
    r"\b(?:published|announced|issued|appeared|printed|made|adopted|signed|released|set out)\b"
    r"(?:(?!\b(?:until|to|from|is|was|are)\b)[^;\n]){0,60}?\b(?:on|in|of|announced|published|issued)\s(?:\w+day,? )?$",
    _I,
)
_WAS = re.compile(r"\bfrom(?: the)?" + CLOCK, _I)
_NOW = re.compile(
    r"\b(?:until|till|(?:now )?to|through|by|new (?:effective|start) date (?:of|is|will be)|is now|will now (?:be|start on)"
    r"|instead on)" + CLOCK,
    _I,
)
#: "It was due to start on 1 April": nobody has to reckon with that day any more.
_HAD_BEEN_SET = re.compile(
    r"\b(?:was|were|had been)(?: (?:originally|previously|first|initially))? (?:due|set|scheduled|to|expected|planned|supposed"
    r"|intended|meant)(?: to)? (?:start|begin|commence|launch|open|be introduced|take effect|become effective|apply"
    r"|(?:come|go|enter) in ?to (?:force|effect))(?: on| from)?" + CLOCK,
    _I,
)


#: What "it" is that was put off, as the sentence before says.
_STARTS = re.compile(r"\b(?:start|begin|commence|take effect|be introduced|into force)\b", _I)
#: A paper that puts off a start as a whole: each earlier start that it names is one that was.
_PUTS_OFF = re.compile(
    r"\b(?:delay(?:s|ing)?|postpon(?:es|ing|ement)|deferral)(?: of| in)?(?: the)? effective date"
    r"|\beffective date[^.;]{0,200} (?:delayed|postponed)\b",
    _I,
)


def with_starts_that_were(facts: Sequence[Fact], text: str) -> list[Fact]:
    """The facts of a paper that puts a start off, where each start but the last is an old value."""
    starts = {str(fact.value) for fact in facts if fact.role == "effective_from"}
    if len(starts) < 2 or not _PUTS_OFF.search(text):
        return list(facts)
    return [
        replace(fact, kind="event_date", role="old_value")
        if fact.role == "effective_from" and str(fact.value) < max(starts)
        else fact
        for fact in facts
    ]


def role_of_what_moved(where: Surroundings, end: str | None) -> tuple[str, str | None] | None:
    """(kind, role) of a day in a sentence that puts a start off; None where nothing is put off, or another cue knows better.

    `end` is "opens" or "closes" for an end of "3 May to 1 September"; what stands before both is then `where.before`.
    """
    near = f"{where.before[-300:]} {where.after[:120]}".lower()
    if not any(sign in near for sign in _AT_ALL):
        return None
    before = where.before[-110:]
    if _HAD_BEEN_SET.search(before):
        return "event_date", "old_value"
    moves = _MOVES.search(where.before[-300:])
    if not moves and not (_MOVES.search(where.after[:60]) and _START.search(where.before[-120:])):
        return None
    if _CAME_OUT.search(where.before[-120:]) and end != "closes":
        return "event_date", "event"
    said = f"{where.before[-300:]} {where.after[:160]}"
    if not moves or (_OTHER_DAY.search(said) and not _START.search(said)):
        return ("event_date", None) if moves and "compliance date" in said.lower() else None
    starts = _START.search(said)
    if not starts:
        # "The council has postponed it until 1 October": what "it" is, the sentence before says.
        leans = re.search(r"\b(?:it|this|these|them)\b", where.before[-60:], _I) and _STARTS.search(where.previous[-160:])
        return ("effective_date", "effective_from") if leans and _NOW.search(before) else None
    if end == "closes" and (_WAS.search(before) or _CAME_OUT.search(where.before[-120:])):
        return "effective_date", "effective_from"
    if _WAS.search(before):
        return "event_date", "old_value"
    return ("effective_date", "effective_from") if _NOW.search(before) else None
