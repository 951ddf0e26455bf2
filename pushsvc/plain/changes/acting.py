"""Whether what a reader is to do became another thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Summary
from pushsvc.plain import catalogue
from pushsvc.plain.changes.parts import Differing, Part
from pushsvc.plain.changes.telling import fits

#: Two actions whose words agree less than this are two actions.
_SAME_ACTION = 0.6
#: The share of an action's words that must stand in the sentences that differ: else it was only read otherwise.
_FROM_DIFFERING = 0.6
#: An hour by the clock: 23时前, 晚上八点半, 20:30, 8 p.m. "3点要求" and 24小时 are none.
_HOUR = re.compile(
    r"[\d零〇一二两三四五六七八九十]{1,3}[时点](?:[\d一二三四五六七八九十]{1,3}分|[半整]|(?=[前之以后起至到，,。；;—~-]))"
    r"|(?<![\d:])\d{1,2}[:：][0-5]\d(?![\d:])|\b\d{1,2} ?[ap]\.?m\b",
    re.IGNORECASE,
)


def action_moved(before: Summary, after: Summary, differing: Differing | None, after_text: str | None) -> bool:
    """Whether the action of two summaries is another one, and the document itself says so.

    An action that is no longer among the key sentences but still stands in the document did not move.
    """
    old, new = _ruled_action(before), _ruled_action(after)
    if old is None or new is None or _letters(old) == _letters(new):
        return False
    if after_text is not None and _letters(old) in _letters(after_text):
        return False
    if differing is not None:
        # Of a sentence with another number the move of that number is told; what is to be done stayed.
        other_words = [(one, other) for one, other in differing.edited if one.skeleton != other.skeleton]
        was = [*(one for one, _ in other_words), *differing.removed]
        now = [*(other for _, other in other_words), *differing.added]
        if not (_comes_from(old, was) and _comes_from(new, now)):
            return False
    return SequenceMatcher(None, _letters(old), _letters(new), autojunk=False).ratio() < _SAME_ACTION


def hour_moved(before: Summary, after: Summary, differing: Differing | None) -> bool:
    """Whether the hour by which something is to be done is another one: no fact holds hours, so no move of a fact tells it."""
    old, new = _ruled_action(before), _ruled_action(after)
    if differing is None or old is None or new is None or _hours(old) == _hours(new):
        return False
    was, now = _letters(old), _letters(new)
    return any(
        _hours(one.text) != _hours(other.text) and was in _letters(one.text) and now in _letters(other.text)
        for one, other in differing.edited
        if _hours(one.text) and _hours(other.text)
    )


def told_action(after: Summary, language: Language) -> str:
    """What is to be done now, in the words of the new summary; where they do not fit, that it is another thing."""
    action = (after.wording(after.language).action or "").rstrip("。.")
    end = catalogue.phrase(language, "changes", "end")
    if language == after.language and action:
        said = catalogue.phrase(language, "changes", "action", after=action) + end
        if fits(said, language):
            return said
    return catalogue.phrase(language, "changes", "action_other") + end


def _ruled_action(summary: Summary) -> str | None:
    wording = summary.wording(summary.language)
    return wording.ruled_action if wording.by_model else wording.action


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _hours(text: str) -> list[str]:
    return [hour.group().replace("：", ":") for hour in _HOUR.finditer(text)]


def _comes_from(action: str, parts: Iterable[Part]) -> bool:
    letters = _letters(action)
    pairs = {letters[at : at + 2] for at in range(len(letters) - 1)}
    stood = {part.bare[at : at + 2] for part in parts for at in range(len(part.bare) - 1)}
    return bool(pairs) and len(pairs & stood) >= _FROM_DIFFERING * len(pairs)
