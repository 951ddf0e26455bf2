"""Which role an English date plays. A role needs a cue next to the date; a date without one is a plain `event_date`."""

from __future__ import annotations

import re
from dataclasses import replace

from pushsvc.plain.facts import cues_en as cues
from pushsvc.plain.facts import cues_in_force_en as rules
from pushsvc.plain.facts.context import Surroundings
from pushsvc.plain.facts.mentions import DateMention
from pushsvc.plain.facts.moved_en import role_of_what_moved

Role = tuple[str, str | None]
PLAIN: Role = ("event_date", None)
_I = re.IGNORECASE
_LABELLED = re.compile(r"[Dd]eadline|[Dd]ate|[Ll]ast day")


def role_of(mention: DateMention, where: Surroundings, partner: DateMention | None) -> Role:
    """(kind, role). `partner` is the other end of a range, where the date is one end of it."""
    if len(mention.value) == len("2026"):
        return _role_of_a_year(mention, where)
    where = _with_its_label(where)
    before = where.before[-110:]
    # A look for a few letters before each search: most days have none of them near.
    low, last = before.lower(), before.rstrip(" :\n").lower()
    if cues.SIGNED.match(where.before) or ("date" in low and cues.ISSUED_ON.search(before)):
        return "event_date", "issued"
    if last.endswith(("review", "is")) and cues.OTHERS_REVIEW.search(before):
        return "event_date", "event"
    if ("until" in low or "before" in low or "prior to" in low) and cues.NOT_BEFORE.search(before):
        return "event_date", "application_open" if cues.APPLY.search(before) else None
    if cues.OPENING.search(before):
        return "event_date", "application_open"
    end = "opens" if mention.opens else "closes" if mention.closes else None
    moved = role_of_what_moved(where, end)
    if moved:
        return moved
    window = _window(low, before, where)
    if window:
        return "deadline", window
    ranged = _role_in_range(mention, where, partner)
    if ranged:
        return ranged
    if (rules.ENDS.search(before) and "OMB" not in before) or _runs_out(low, before, where):
        return "expiry", "valid_until"
    if rules.IN_FORCE_AFTER.match(where.after) or _in_force(before):
        return "effective_date", "effective_from"
    work = _of_the_work(low, before, where)
    if work:
        return "event_date", work
    deadline = "action_deadline" if "action" in low and cues.ALERT_ACTIONS.search(before) else _deadline(before, where)
    if deadline:
        return "deadline", deadline
    if _by_office(where) and cues.BY.search(before):
        told = cues.TELLS.search(where.before[-160:]) or cues.YOU_GET.search(where.before[-120:])
        return ("event_date", "result") if told else PLAIN
    if cues.CAME_OUT.search(before) or (cues.CAME_OUT_AFTER.match(where.after) and cues.CAME_OUT_LEAD.search(before)):
        return "event_date", "event"
    if cues.MEETING.search(before):
        return "event_date", "old_value" if cues.CALLED_OFF.search(where.before[-80:]) else "event"
    if rules.RULE_FROM.match(where.before) and rules.RULE_THEN.match(where.after):
        return "effective_date", "effective_from"
    if not partner and any(word in low[-60:] for word in ("from", "as of")):
        if rules.CHANGES_FROM.search(where.before[-180:]) or rules.HELD_FROM.search(where.before[-180:]):
            return "effective_date", "effective_from"
        if rules.DECLARED_FROM.search(before) and rules.DECLARES.search(where.before[-200:]):
            return "effective_date", "effective_from"
        if rules.DONE_FROM.search(before):
            said = where.before[-160:]
            opens = cues.APPLY.search(said) or cues.COMMENT.search(said)
            return ("event_date", "application_open") if opens else ("effective_date", "effective_from")
    if "on" in low[-60:] and not partner and rules.CHANGES_ON.search(where.before[-180:]):
        return "effective_date", "effective_from"
    if cues.HAPPENED.match(where.before) and cues.HAPPENED_AFTER.match(where.after):
        return "event_date", "event"
    return PLAIN


def _window(low: str, before: str, where: Surroundings) -> str | None:
    """ "The survey runs until 4 July", "a comment period that ends on 4 July": what is open to readers, and up to when."""
    if not any(word in low for word in ("until", "through", "up to", "till", "end", "clos", "last da")):
        return None
    found = cues.WINDOW.search(where.before[-220:])
    if not found or _by_office(where):
        return None
    said = found.group()
    return wanted(said) or wanted(before) or wanted(where.previous[-100:]) or "application_deadline"


def _role_of_a_year(mention: DateMention, where: Surroundings) -> Role:
    """A year or a season is never a last day: it is since when a rule holds, or what the text tells of."""
    if mention.opens or mention.closes:
        return "event_date", "event_start" if mention.opens else "event_end"
    if rules.IN_FORCE_IN.search(where.before[-60:]) and not re.search(
        r"\b(?:if|would|unless|was|were|went|came)\b", where.before[-60:]
    ):
        return "effective_date", "effective_from"
    if cues.SEASON_OPENS.search(where.before[-90:]):
        return "event_date", "application_open"
    return PLAIN


def _with_its_label(where: Surroundings) -> Surroundings:
    """A label on a line of its own belongs to the date on the next: "Comments are due:"."""
    if where.before[:1].islower() and where.unfinished:
        return replace(where, before=f"{where.unfinished} {where.before}")
    short = len(where.before) < 40 and len(where.after) < 30 and len(where.previous) < 70
    if short and cues.ONLY_A_TIME.fullmatch(where.before) and cues.LINE_LABEL.match(where.previous):
        return replace(where, before=f"{where.previous}: {where.before}")
    if len(where.before) > 40 or not where.previous.endswith(":") or len(where.previous) > 80:
        return where
    return replace(where, before=f"{where.previous} {where.before}")


def _by_office(where: Surroundings) -> bool:
    return bool(cues.AGENCY.search(where.before[-160:]) or cues.ACRONYM_WILL.search(where.before[-160:]))


def _of_the_work(low: str, before: str, where: Surroundings) -> str | None:
    """ "All projects must start by 1 April 2026 and end by 1 April 2027." """
    if not any(
        word in low for word in ("start", "begin", "commence", "end", "finish", "complete", "spent", "deliver", "conclu")
    ):
        return None
    if not cues.OF_WORK.search(where.before[-160:]):
        return None
    return "period_start" if cues.WORK_STARTS.search(before) else "period_end" if cues.WORK_ENDS.search(before) else None


def _runs_out(low: str, before: str, where: Surroundings) -> bool:
    """ "The ban comes into effect on 4 May and runs until 30 September." """
    until = rules.RUNS_UNTIL.search(before) if "until" in low or "through" in low or "up to" in low else None
    said = where.before[-160 : len(where.before) - len(before) + until.end()] if until else ""
    return bool(until and rules.IN_FORCE_AT_ALL.search(said) and not rules.NO_RULE.search(before, 0, until.start()))


def _in_force(before: str) -> bool:
    if ("start" in before or "begin" in before or "commence" in before) and rules.RULE_STARTS.search(before):
        return True
    if not rules.IN_FORCE.search(before) or rules.READER_APPLIES.search(before[-40:]):
        return False
    starts_only = re.search(r"\bstarts?" + cues.CLOCK, before, _I)
    if starts_only or (cues.PAST.search(before[-60:]) and not re.search(r"delayed|postponed", before, _I)):
        return False
    if re.search(
        r"\b(?:levels?|rates?|amounts?|rules?|those|as) (?:that (?:were|was) )?in effect (?:as of|on)\s[^.;]{0,12}$", before, _I
    ):
        return False
    return not re.search(r"\b(?:if|would|unless|became|was|to be|went)\b|\bdated [^.;]{4,30},? and\b", before[-60:], _I)


def _role_in_range(mention: DateMention, where: Surroundings, partner: DateMention | None) -> Role | None:
    if partner is None:
        return None
    words = where.before[-110:]
    if re.search(r"\b(?:sold|bought|purchased|(?<!be )made|manufactured|produced|born)\b[^.;]{0,24}$", words, _I):
        return "event_date", "period_start" if mention.opens else "period_end"
    if re.search(
        r"\b(?:review|reporting|qualifying|eligibility|assessment|tax) (?:period|year)\b[^.;]{0,40}$"
        r"|period of review[^.;]{0,30}$",
        words,
        _I,
    ):
        return "event_date", "period_start" if mention.opens else "period_end"
    if words.rstrip().lower().endswith("from") and cues.MOVED_FROM.search(where.before[-260:]):
        return _moved(mention, where.before[-260:])
    if re.search(
        r"effective[^;]{0,80}$|in (?:effect|force) (?:from|between)[^;]{0,60}$|enforced[^;]{0,60}$|\bvalid (?:from"
        r"|between)[^;]{0,30}$",
        words,
        _I,
    ):
        return ("effective_date", "effective_from") if mention.opens else ("expiry", "valid_until")
    if ("from" in words[-60:] or "between" in words[-60:]) and rules.HOLDS_BETWEEN.search(where.before[-160:]):
        return ("effective_date", "effective_from") if mention.opens else ("expiry", "valid_until")
    if re.search(
        r"(?:apply|applications?|registration|comments?|consultation)[^.;]{0,40}(?:from|between|runs?|open)(?: today)?[ (]*"
        r"(?:\s|,|at|on|midnight|noon|midday|[\d:.]{1,5}|[ap]\.?m\.?)*$",
        words,
        _I,
    ):
        if mention.opens:
            return "event_date", "application_open"
        return "deadline", "comment_deadline" if cues.COMMENT.search(words) else "application_deadline"
    if mention.closes and cues.BY.search(words[:-1]) and not re.search(r"(?:through|to|until|and|[-–—])\s?$", words, _I):
        return None
    return "event_date", "event_start" if mention.opens else "event_end"


def _moved(mention: DateMention, words: str) -> Role:
    """ "is delayed from 15 April to 16 May": the day that was, and the day that is."""
    if mention.opens:
        return "event_date", "old_value"
    if re.search(r"effective", words, _I):
        return "effective_date", "effective_from"
    if re.search(r"comment|deadline|closing|due", words, _I):
        return "deadline", wanted(words) or "application_deadline"
    return "event_date", "event"


def _deadline(before: str, where: Surroundings) -> str | None:
    label = cues.LABEL.search(before) or _long_label(where.before[-260:])
    by = cues.BY.search(before)
    if not label and not by:
        return None
    if re.match(r"(?:for example|example)\b", where.sentence, _I):
        return None
    if by and by.group().lower().startswith("before") and cues.OLD_TERMS.search(where.sentence):
        return None  # "You pay the old fee if you take it before 1 May": the other side of a start, and no last day
    done = cues.IF_DONE.search(where.before[-200:]) if by else None
    if done and not _gone(where.before[-200:], done.start()):
        return wanted(done.group()) or "action_deadline"
    if _by_office(where) or ("clos" in before and cues.PLACE_CLOSES.search(before)):
        return None
    words = where.before[-600:]
    asked = max((found.end() for found in cues.ASKS.finditer(words)), default=-1)
    past = max((found.end() for found in cues.PAST.finditer(words)), default=-1)
    if not label and (asked <= past if past >= 0 else asked < 0):
        return None
    if not label and past >= 0 and re.search(r"\b(?:was|were|had) (?:required|asked|due|to)\b", words[-120:], _I):
        return None
    nearest = where.before[-140:]
    if re.search(r"\bafter\s+[\w ,]{0,12}$", nearest, _I):
        return None
    return (
        wanted(nearest)
        or wanted(where.previous[-60:])
        or (wanted(where.after[:60]) if by else None)
        or wanted(words)
        or (_deed_before(where) if by and cues.DO_THIS.search(before[: by.start()]) else None)
        or ("action_deadline" if by and cues.HAVE_UNTIL.search(before) else None)
        or ("action_deadline" if by and cues.MUST_DO.search(where.before[-260:]) else None)
        or ("application_deadline" if label or (by and _closes_to_applicants(by.group(), where.sentence)) else None)
    )


def _long_label(words: str) -> re.Match[str] | None:
    return cues.LONG_LABEL.search(words) if re.search(r"\b(?:is|are|be)\b", words[-50:]) and _LABELLED.search(words) else None


def _gone(words: str, at: int) -> bool:
    """ "It was paid if people applied by then": told of what is over."""
    return bool(re.search(r"\b(?:was|were|had|would have|did)\b", words[:at], _I))


def _deed_before(where: Surroundings) -> str:
    return wanted(where.previous[-200:]) or "action_deadline"


def _closes_to_applicants(by: str, sentence: str) -> bool:
    """ "The competition opens on 4 May and closes at 11am on 31 July." """
    return by.lower().startswith("clos") and bool(cues.CALL.search(sentence))


def wanted(words: str) -> str | None:
    """What is to be done: comments where they are spoken of at all, else the deed that stands nearest to the date."""
    if cues.COMMENT.search(words):
        return "comment_deadline"
    nearest: tuple[int, str | None] = (-1, None)
    for pattern, role in ((cues.PAY, "payment_deadline"), (cues.APPLY, "application_deadline"), (cues.ACT, "action_deadline")):
        last = max((found.end() for found in pattern.finditer(words)), default=-1)
        if last > nearest[0]:
            nearest = (last, role)
    return nearest[1]
