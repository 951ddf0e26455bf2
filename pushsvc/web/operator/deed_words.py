"""What `/o/audit` shows of one deed: who, what, about what, and its details, in the reader's words."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from pushsvc.channels.rendering.words import say as say_in_messages
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.operations import audit
from pushsvc.operations.audit import Deed
from pushsvc.operations.providers import BREAKER
from pushsvc.web.operator.budget_words import When
from pushsvc.web.operator.confirming import count_of, number
from pushsvc.web.times import read_moment
from pushsvc.web.words import has_word, say

#: Who stands in the trail without being an account.
_NOBODY = {audit.COMMAND_LINE: "audit.command_line", BREAKER: "providers.breaker"}
#: Details that have words of their own elsewhere, by the beginning of their key.
_VALUES = {"role": "accounts.role", "event": "publisher.word", "channel": "channel", "by": "audit.by"}
_COUNTED = {"people": "people", "letters": "records", "rows": "rows"}
_SUBSCRIBER = re.compile(r"subscriber ([0-9]+)")


def deed_row(deed: Deed, reader: Language, when: When) -> dict[str, Any]:
    """One line of the page. A name without words stands as it is: a code, an id, an address of the web."""
    key = f"audit.deed.{deed.action.replace(' ', '_')}"
    detail = dict(deed.detail)
    why = str(detail.pop("why", ""))
    facts = [_fact(reader, name, value, when) for name, value in detail.items()]
    return {
        "id": deed.audit_id,
        "at": when(deed.at, reader),
        "who": say(reader, _NOBODY[deed.who]) if deed.who in _NOBODY else deed.who,
        "action": say(reader, key) if has_word(reader, key) else deed.action,
        "subject": "" if deed.subject == deed.who else _subject(reader, deed.subject),
        "why": why,
        "detail": " · ".join(fact for fact in facts if fact),
    }


def _subject(reader: Language, subject: str) -> str:
    key = f"audit.subject.{subject.replace(' ', '_')}"
    if has_word(reader, key):
        return say(reader, key)
    if found := _SUBSCRIBER.fullmatch(subject):
        return say(reader, "audit.subscriber", number=found[1])
    return say(reader, f"channel.{subject}") if subject in CHANNELS else subject


def _fact(reader: Language, name: str, value: Any, when: When) -> str:
    if value in (None, ""):
        return ""
    if name in _COUNTED and isinstance(value, int):
        return count_of(reader, _COUNTED[name], value)
    key, worded = f"audit.detail.{name}", f"{_VALUES.get(name, '')}.{value}"
    if name in _VALUES and has_word(reader, worded):
        value = say(reader, worded)
    elif name == "made_at":
        with suppress(ValueError):
            value = when(read_moment(str(value)), reader)
    elif isinstance(value, int) and name != "key":
        value = number(value)
    return f"{say(reader, key) if has_word(reader, key) else name}{say_in_messages(reader, 'colon')}{value}"
