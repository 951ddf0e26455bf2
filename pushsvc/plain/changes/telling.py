"""A move in the words of a reader's language: one short sentence, with whom it concerns where that fits."""

from __future__ import annotations

import re
from datetime import timedelta

from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.changes.moves import Move
from pushsvc.plain.changes.rules import Rule
from pushsvc.plain.changes.whom import whom
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS, SENTENCE_WORDS
from pushsvc.plain.writing.figures import amount_words, date_words, is_calendar_date

_DATED = frozenset({"deadline", "effective_date", "expiry", "event_date"})
_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}
#: An English case is told as it stands: "the fee if you fill out a paper form"; a name is put behind "for".
_CASE = re.compile(
    r"(?:for|if|when|where|while|unless|with|without|in|on|at|under|over|of|by|to|from|per|after|before|as|who|aged)\s",
    re.IGNORECASE,
)
#: 不满40周岁 is not 40岁以下, which takes in who is 40.
_SHORT_OF = re.compile(r"不满|未满|不足|低于|小于|超过|大于|\b(?:under|below|over|above|older|younger)\b", re.IGNORECASE)
_WORKING = re.compile(r"工作日|(?:working|business) days?", re.IGNORECASE)


def told_move(move: Move, language: Language, source: Language) -> str:
    """ "博士的补贴由10万元改为12万元。" The values alone where whom it concerns does not fit; no value where they do not."""
    who = whom(move.fact, move.part, source)
    for name in dict.fromkeys((who, None)) if move.new or not move.edited else ():
        said = _finished(_move_words(move, language, source, name), language)
        if fits(said, language):
            return said
    what = _what(move.fact, language)
    return _finished(catalogue.phrase(language, "changes", "moved_unsaid", what=what), language)


def told_rule(rule: Rule, language: Language, source: Language) -> str:
    """The rule in the words of the source for who reads its language; else, and where it is long, that there is one."""
    if language == source and len(rule.said) > 1:
        said = _finished(catalogue.phrase(language, "changes", rule.kind, said=rule.said), language)
        if fits(said, language):
            return said
    return _finished(catalogue.phrase(language, "changes", f"{rule.kind}_unsaid"), language)


def fits(sentence: str, language: Language) -> bool:
    if language == "zh":
        return len(sentence) <= SENTENCE_CHARACTERS
    return len(sentence.split()) <= SENTENCE_WORDS


def earlier(move: Move) -> bool | None:
    """Whether the day, or the time that is left, became less; None where nobody can tell."""
    if move.old is None or move.new is None:
        return None
    old, new = str(move.old.value), str(move.new.value)
    if is_calendar_date(old) and is_calendar_date(new):
        least = min(len(old), len(new))
        return old[:least] > new[:least] if old[:least] != new[:least] else None
    spans = [_length(value) for value in (old, new)]
    working = [bool(_WORKING.search(fact.raw)) for fact in (move.old, move.new)]
    if spans[0] is None or spans[1] is None or working[0] is not working[1]:
        return None
    return spans[0] > spans[1] if spans[0] != spans[1] else None


def _length(value: str) -> timedelta | None:
    found = re.fullmatch(r"P(\d+)([DWMY])", value)
    return timedelta(days=int(found[1]) * _DAYS[found[2]]) if found and len(found[1]) < 6 else None


def _move_words(move: Move, language: Language, source: Language, who: str | None) -> str:
    # Of two days in one year the year is not said: 由3月1日改为3月15日.
    year = not (move.old and move.new and str(move.old.value)[:4] == str(move.new.value)[:4])
    said = {name: _words(fact, language, source, year) for name, fact in (("before", move.old), ("after", move.new)) if fact}
    what = _for(_what(move.fact, language), who, language, source)
    return catalogue.phrase(language, "changes", _key(move), what=what, **said)


def _key(move: Move) -> str:
    if move.old is None:
        return "now" if move.edited else "new"
    if move.new is None:
        return "gone"
    if move.kind == "age_range" and (wider := _wider(str(move.old.value), str(move.new.value))) is not None:
        return "wider" if wider else "narrower"
    if move.kind == "deadline" and earlier(move):
        return "earlier"
    return "dated" if move.kind in _DATED else "moved"


def _wider(old: str, new: str) -> bool | None:
    """Whether an age range takes in more ages, and no fewer; None where it does both, or cannot be read."""
    ends = []
    for value in (old, new):
        found = re.fullmatch(r"(\d{0,3})-(\d{0,3})", value)
        if not found:
            return None
        ends.append((int(found[1] or 0), int(found[2] or 999)))
    (low, high), (new_low, new_high) = ends
    if new_low <= low and new_high >= high:
        return True
    return False if new_low >= low and new_high <= high else None


def _what(fact: Fact, language: Language) -> str:
    """What kind of fact it is: by its role, else by its kind; a limit counted from an event is no day."""
    kind = fact.kind
    if kind == "deadline" and not is_calendar_date(fact.value):
        return catalogue.phrase(language, "changes_what", "time_limit")
    role = f"{kind}_{fact.role}"
    return catalogue.phrase(language, "changes_what", role if catalogue.has(language, "changes_what", role) else kind)


def _for(what: str, who: str | None, language: Language, source: Language) -> str:
    if not who:
        return what
    if language == source == "zh" and who.endswith(what):
        return who
    case = "case" if source == "en" and _CASE.match(who) else "group"
    return catalogue.phrase(language, "changes", f"{case}_{source}", what=what, who=who)


def _words(fact: Fact, language: Language, source: Language, year: bool) -> str:
    if fact.kind in _DATED and (language != source or is_calendar_date(fact.value) or fact.kind == "expiry"):
        working = re.fullmatch(r"P(\d+)D", str(fact.value)) if _WORKING.search(fact.raw) else None
        words = (
            catalogue.phrase(language, "changes", "working_days", n=working[1])
            if working
            else date_words(fact.value, language, year=year)
        )
        clock = re.search(r"T(\d{2}:\d{2})", str(fact.value))
        return f"{words} {clock[1]}" if clock else words
    if fact.kind == "amount":
        return amount_words(fact, language, source)
    if fact.kind == "percentage":
        return f"{fact.value:g}%" if isinstance(fact.value, int | float) else f"{fact.value}%"
    if language == source or fact.kind in ("phone", "email", "doc_number", "url"):
        return re.sub(r"\s+", " ", fact.raw)
    return _of_other_language(fact, language)


def _of_other_language(fact: Fact, language: Language) -> str:
    """What has no safe rendering is shown as in the source, in quotation marks."""
    ages = re.fullmatch(r"(\d*)-(\d*)", str(fact.value)) if fact.kind == "age_range" else None
    if ages and (ages[1] or ages[2]) and not _SHORT_OF.search(fact.raw):
        key = "ages" if ages[1] and ages[2] else "ages_from" if ages[1] else "ages_to"
        return catalogue.phrase(language, "changes", key, low=ages[1], high=ages[2])
    return catalogue.phrase(language, "changes", "quoted", said=re.sub(r"\s+", " ", fact.raw))


def _finished(said: str, language: Language) -> str:
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "。")) else catalogue.phrase(language, "changes", "end"))
