"""A long sentence told whole, in pieces: for whom and when first, then each of its clauses, none of them left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pushsvc.plain.writing.zh.clauses import Clause
from pushsvc.plain.writing.zh.framing import FIGURE, for_whom_and_when, is_reason
from pushsvc.plain.writing.zh.made import Made
from pushsvc.plain.writing.zh.readers import begins_with_a_verb
from pushsvc.plain.writing.zh.saying import BEGINS, STOP, one_sentence
from pushsvc.plain.writing.zh.standing import stands_alone
from pushsvc.plain.writing.zh.statements import Statement

#: What is longer leaves no room for anything else.
_MOST_CHARACTERS, _MOST_SENTENCES = 150, 6


def in_pieces(statement: Statement, parts: Sequence[Clause]) -> Iterator[Made]:
    """All of a sentence that carries a figure, in sentences of at most 40 characters; nothing where one does not stand."""
    if len(parts) < 2 or not FIGURE.search(statement.text):
        return
    first = next((index for index, part in enumerate(parts) if part.role == "main"), len(parts))
    frame = [part for part in parts[:first] if not is_reason(part)]
    told = for_whom_and_when(frame) if frame else ()
    if told is None or first == len(parts):
        return
    if any(part.role != "main" for part in parts[first:]):
        return  # Another case begins behind the first rule.
    rules = _rules(parts[first:], told[-1] if told else "")
    if rules and sum(map(len, [*told, *rules])) <= _MOST_CHARACTERS and len(told) + len(rules) <= _MOST_SENTENCES:
        yield Made(statement, first, (*told, *rules), tuple(part.bare for part in frame), rules if frame else ())


def _rules(parts: Sequence[Clause], before: str) -> tuple[str, ...]:
    """The clauses from the first that holds, each a sentence or the end of the one before it; empty when one is neither."""
    rules: list[str] = []
    for part in parts:
        last = rules[-1] if rules else before
        bound = part.goes_on or part.takes_back or (bool(rules) and begins_with_a_verb(part.bare))
        said = "" if bound else one_sentence("", BEGINS.sub("", part.text))
        if said and stands_alone(said, before=last):
            rules.append(said)
            continue
        joined = one_sentence("", f"{STOP.sub('', rules[-1])}，{part.text}") if rules else ""
        if not joined or not stands_alone(joined, before=before):
            return ()
        rules[-1] = joined
    return tuple(rules)
