"""What changed between two versions, and whether a reader must be told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Fact, Summary
from pushsvc.plain import catalogue
from pushsvc.plain.writing.figures import amount_words, date_words

#: Kinds whose move is material, in the order in which they are told.
_KINDS = (
    "deadline",
    "event_date",
    "effective_date",
    "expiry",
    "amount",
    "percentage",
    "age_range",
    "quantity",
    "phone",
    "email",
    "doc_number",
)
#: Dates that a page shows of itself move with every edit and tell a reader nothing.
_OWN_DATES = frozenset({"issued", "published"})
#: Two actions whose words agree less than this are two actions.
_SAME_ACTION = 0.6
_MOST_TOLD = 4
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
Move = tuple[str, Fact | None, Fact | None]


def changed(
    before: Summary,
    after: Summary,
    *,
    declared_before: Mapping[str, Any] | None = None,
    declared_after: Mapping[str, Any] | None = None,
    after_text: str | None = None,
) -> tuple[bool, dict[str, str], bool]:
    """(material, what to tell by language, urgent).

    Material: a fact, the eligibility or the action moved. Urgent: the deadline or the action did. A text that changed
    without that is not material, and there is nothing to tell. `after_text`, where given, shows that an action that
    is no longer among the key sentences still stands in the document.
    """
    moves = list(_moves(before.facts, after.facts))
    eligibility = (declared_before or {}).get("eligibility") != (declared_after or {}).get("eligibility")
    acted = not any(kind == "deadline" for kind, _, _ in moves) and _action_moved(before, after, after_text)
    if not moves and not eligibility and not acted:
        return False, {}, False
    told: dict[str, str] = {}
    for language in _LANGUAGES:
        said = [_told(move, language, before.language) for move in moves[:_MOST_TOLD]]
        if eligibility:
            said.append(catalogue.phrase(language, "changes", "eligibility"))
        if acted:
            said.append(_told_action(after, language))
        told[language] = _sentence(said, language)
    return True, told, acted or any(kind == "deadline" for kind, _, _ in moves)


def _moves(before: tuple[Fact, ...], after: tuple[Fact, ...]) -> Iterator[Move]:
    for kind in _KINDS:
        old, new = _by_role(before, kind), _by_role(after, kind)
        for role in dict.fromkeys([*old, *new]):
            gone = [fact for value, fact in old.get(role, {}).items() if value not in new.get(role, {})]
            come = [fact for value, fact in new.get(role, {}).items() if value not in old.get(role, {})]
            gone = [fact for fact in gone if not _elsewhere(fact, new)]
            come = [fact for fact in come if not _elsewhere(fact, old)]
            for index in range(max(len(gone), len(come))):
                yield kind, gone[index] if index < len(gone) else None, come[index] if index < len(come) else None


def _by_role(facts: tuple[Fact, ...], kind: str) -> dict[str | None, dict[str, Fact]]:
    """role to value to the first fact that says it. Of document numbers only the document's own counts."""
    found: dict[str | None, dict[str, Fact]] = defaultdict(dict)
    for fact in facts:
        if fact.kind != kind or fact.role in _OWN_DATES or (kind == "doc_number" and fact.role != "self"):
            continue
        found[fact.role].setdefault(f"{fact.value} {fact.unit or ''}", fact)
    return found


def _elsewhere(fact: Fact, by_role: Mapping[str | None, Mapping[str, Fact]]) -> bool:
    """The same value without a proved role, or with one where there was none, is the same fact read better."""
    key = f"{fact.value} {fact.unit or ''}"
    return any(key in values for role, values in by_role.items() if role is None or fact.role is None)


def _action_moved(before: Summary, after: Summary, after_text: str | None) -> bool:
    old, new = _ruled_action(before), _ruled_action(after)
    if old is None or new is None or _bare(old) == _bare(new):
        return False
    if after_text is not None and _bare(old) in _bare(after_text):
        return False
    return SequenceMatcher(None, _bare(old), _bare(new), autojunk=False).ratio() < _SAME_ACTION


def _ruled_action(summary: Summary) -> str | None:
    wording = summary.wording(summary.language)
    return wording.ruled_action if wording.by_model else wording.action


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _told(move: Move, language: Language, source: Language) -> str:
    kind, old, new = move
    key = kind if old and new else f"{kind}_new" if new else f"{kind}_gone"
    # Of two days in one year the year is not said: 由3月1日改为3月15日.
    year = not (old and new and str(old.value)[:4] == str(new.value)[:4])
    said = {name: _words(fact, language, source, year) for name, fact in (("before", old), ("after", new)) if fact}
    return catalogue.phrase(language, "changes", key, **said)


def _words(fact: Fact, language: Language, source: Language, year: bool) -> str:
    if fact.kind in ("deadline", "effective_date", "expiry", "event_date"):
        words = date_words(fact.value, language, year=year)
        clock = re.search(r"T(\d{2}:\d{2})", str(fact.value))
        return f"{words} {clock[1]}" if clock else words
    if fact.kind == "amount":
        return amount_words(fact, language, source)
    if fact.kind == "percentage":
        return f"{fact.value}%"
    return str(fact.value) if fact.kind in ("phone", "email", "doc_number") else fact.raw


def _told_action(after: Summary, language: Language) -> str:
    action = after.wording(after.language).action or ""
    if language == after.language:
        return catalogue.phrase(after.language, "changes", "action", after=action.rstrip("。."))
    return catalogue.phrase(language, "changes", "action_other")


def _sentence(said: list[str], language: Language) -> str:
    whole = catalogue.phrase(language, "changes", "join").join(said)
    return whole[:1].upper() + whole[1:] + catalogue.phrase(language, "changes", "end")
