"""What changed between two versions, and whether a reader must be told.

parts.py      which sentences differ, and which are one sentence edited
mattering.py  which facts a reader must be told of
moves.py      which facts of those sentences moved, each paired with what it was
rules.py      what changed in words alone: a rule, a file, the audience
whom.py       whom a fact is for, in its document's words
telling.py    one short sentence a move
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Summary
from pushsvc.plain import catalogue
from pushsvc.plain.changes.acting import action_moved, hour_moved, told_action
from pushsvc.plain.changes.limiting import limits_moved
from pushsvc.plain.changes.moves import Move, moves
from pushsvc.plain.changes.parts import bare, differing, stands_in
from pushsvc.plain.changes.rules import Rule, audiences, rules, still_told
from pushsvc.plain.changes.telling import told_move, told_rule

__all__ = ["changed"]

_MOST_TOLD = 4
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
#: One thing that is told: how urgent it is among others (smaller is first), and its sentence in a language.
Said = tuple[int, Callable[[Language], str]]


def changed(
    before: Summary,
    after: Summary,
    *,
    declared_before: Mapping[str, Any] | None = None,
    declared_after: Mapping[str, Any] | None = None,
    before_text: str | None = None,
    after_text: str | None = None,
) -> tuple[bool, dict[str, str], bool]:
    """(material, what to tell by language, urgent).

    Material: a fact, a rule, the eligibility or the action moved. Urgent: the deadline or the action did, or something was
    called off. A text that changed without that is not material, and there is nothing to tell.

    With both texts only sentences that differ are looked at, so that a summary which an older program wrote of the same
    words shows no change. Every value that is told stands in the text that it is told from. At most four sentences, the
    most important first.
    """
    differs = differing(before_text, after_text) if before_text is not None and after_text is not None else None
    found = [move for move in moves(before.facts, after.facts, differs) if _stands(move, before_text, after_text)]
    ruled: list[Rule] = []
    if differs is not None and before_text is not None and after_text is not None:
        ruled = [*rules(after.language, differs, found), *audiences(before, after, before_text, after_text, differs)]
        ruled = [rule for rule in ruled if still_told(rule, before_text) or still_told(rule, after_text)]
        found = [move for move in found if not _told_by_rule(move, ruled)]
    limits = limits_moved((declared_before or {}).get("eligibility"), (declared_after or {}).get("eligibility"))
    deadline = any(move.kind == "deadline" for move in found)
    acted = not deadline and (action_moved(before, after, differs, after_text) or hour_moved(before, after, differs))
    if not found and not ruled and not limits and not acted:
        return False, {}, False
    said = [*_said_moves(found, before.language, after.language), *_said_rules(ruled, after.language)]
    if limits:
        said.append((1, lambda language: catalogue.phrase(language, "changes", limits)))
    if acted:
        said.append((0, lambda language: told_action(after, language)))
    told: dict[str, str] = {language: _together(said, language) for language in _LANGUAGES}
    return True, told, acted or deadline or any(rule.urgent for rule in ruled)


def _stands(move: Move, before_text: str | None, after_text: str | None) -> bool:
    """Whether what is told of a move stands in its text: a summary that an older program wrote may hold what does not."""
    return all(
        fact is None or text is None or fact.raw in text or stands_in(bare(fact.raw), bare(text))
        for fact, text in ((move.old, before_text), (move.new, after_text))
    )


def _told_by_rule(move: Move, ruled: Sequence[Rule]) -> bool:
    """A condition that came or went with its rule is told in the rule's own words."""
    return move.kind == "quantity" and (not move.old or not move.new) and any(move.fact.raw in rule.said for rule in ruled)


def _said_moves(found: Sequence[Move], before: Language, after: Language) -> list[Said]:
    source = after if before == after else before
    return [(_first(move), lambda language, move=move: told_move(move, language, source)) for move in found]  # type: ignore[misc]


def _first(move: Move) -> int:
    return {"deadline": 0, "age_range": 1, "amount": 2, "event_date": 2}.get(move.kind, 4)


def _said_rules(ruled: Sequence[Rule], source: Language) -> list[Said]:
    first = {"rule_turned": 1, "audience_gone": 1, "audience_new": 1, "rule_new": 3, "rule_gone": 3, "attachment_new": 5}
    return [
        (0 if rule.urgent else first[rule.kind], lambda language, rule=rule: told_rule(rule, language, source))  # type: ignore[misc]
        for rule in ruled
    ]


def _together(said: Sequence[Said], language: Language) -> str:
    """The first few sentences, each once."""
    sentences: dict[str, None] = {}
    for _, sentence in sorted(said, key=lambda each: each[0]):
        sentences.setdefault(sentence(language))
        if len(sentences) == _MOST_TOLD:
            break
    return ("" if language == "zh" else " ").join(sentences)
