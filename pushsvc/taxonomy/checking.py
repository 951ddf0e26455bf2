"""Checking what people and sites write: values of the lists, attributes, limits. Every problem is named, not only the first."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pushsvc import taxonomy
from pushsvc.domain.publications import PUBLICATION_TYPES, Limit
from pushsvc.domain.subscribers import Value
from pushsvc.errors import BadInput, Problem
from pushsvc.taxonomy.folding import SEPARATOR, fold_phrase

_SITE = re.compile(r"[0-9]{10}|bm[0-9a-zA-Z]{8}")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*")
_BETWEEN = {"age": (0, 150), "birth_year": (1880, 2200)}
_LONGEST_PHRASE = 100  # characters
_MOST_VALUES = 1000
_LARGEST = 1e15

_Read = TypeVar("_Read")
#: What makes one value of a clause good: it gives the value in its one way of writing, or raises BadInput.
ValueRule = Callable[[str], str]


def _site(code: str) -> str:
    if not _SITE.fullmatch(code):
        raise BadInput(f'site "{code}" is not an identification code: ten digits, or bm and eight characters')
    return code


def _type(name: str) -> str:
    if name not in PUBLICATION_TYPES:
        raise BadInput(f'type "{name}" is none of {", ".join(PUBLICATION_TYPES)}')
    return name


def well_formed_phrase(phrase: str) -> str:
    """A phrase that can be looked for at all."""
    folded = fold_phrase(phrase)
    if not folded:
        raise BadInput(f'phrase "{phrase}" is blank: write the words to look for')
    if SEPARATOR in folded:
        raise BadInput(f"phrase {phrase!r} has a control character: take it out")
    return phrase


def _phrase(phrase: str) -> str:
    if len(fold_phrase(well_formed_phrase(phrase))) == 1:
        raise BadInput(f'phrase "{phrase}" is one character, which stands in most texts: write a longer one')
    if len(phrase) > _LONGEST_PHRASE:
        raise BadInput(f'phrase "{phrase[:20]}…" has {len(phrase)} characters: {_LONGEST_PHRASE} at most')
    return phrase


RULES: Mapping[str, ValueRule] = {
    "topics": lambda topic: taxonomy.topics().normalise(topic),
    "audiences": lambda audience: taxonomy.audiences().normalise(audience),
    "industries": lambda code: taxonomy.industries().normalise(code),
    "sites": _site,
    "types": _type,
    "regions": lambda code: taxonomy.regions().normalise(code),
    "places": lambda code: taxonomy.regions().normalise(code),
    "any_of": _phrase,
    "none_of": _phrase,
}


def checked_values(clause: str, written: object, where: str, rule: ValueRule | None = None) -> tuple[str, ...]:
    """The values of a clause (a key of `RULES`) in their one way of writing, each once; null is none.

    `where` names the field in the problems. BadInput with every problem.
    """
    if written is None:
        return ()
    if not isinstance(written, list | tuple):
        raise BadInput(Problem(where, f"must be a list of texts, not {_shown(written)}"))
    if len(written) > _MOST_VALUES:
        raise BadInput(Problem(where, f"has {len(written)} values: {_MOST_VALUES} at most"))
    values, problems = list[str](), list[Problem]()
    for position, value in enumerate(written):
        try:
            if not isinstance(value, str):
                raise BadInput(f"must be a text, not {_shown(value)}")
            values.append((rule or RULES[clause])(value))
        except BadInput as error:
            problems += [Problem(f"{where}[{position}]", problem.message) for problem in error.problems]
    if problems:
        raise BadInput(problems)
    return tuple(dict.fromkeys(values))


def checked_attributes(written: object, where: str) -> dict[str, Value]:
    """Attributes by name, each a number or a range of two; null is none. BadInput with every problem."""
    values, problems = dict[str, Value](), list[Problem]()
    for name, value in _mapping(written, where).items():
        field = f"{where}.{name}"
        low, high = _BETWEEN.get(name, (-math.inf, math.inf))
        numbers = value if isinstance(value, list | tuple) else [value]
        if not all(_is_number(each) for each in numbers) or (isinstance(value, list | tuple) and len(value) != 2):
            problems.append(Problem(field, f"must be a number or a range [lowest, highest], not {_shown(value)}"))
        elif not _ATTRIBUTE.fullmatch(name):
            problems.append(Problem(field, "an attribute's name is small Latin letters, digits and _, such as headcount"))
        elif numbers[0] > numbers[-1]:
            problems.append(Problem(field, f"the range {_shown(value)} ends before it begins"))
        elif not low <= numbers[0] <= numbers[-1] <= high:
            problems.append(Problem(field, f"must lie between {low} and {high}, not {_shown(value)}"))
        else:
            values[name] = (numbers[0], numbers[1]) if len(numbers) == 2 else numbers[0]
    if problems:
        raise BadInput(problems)
    return values


def checked_limits(written: object, where: str) -> dict[str, Limit]:
    """An event's `eligibility`: limits by attribute, `{"min", "max"}` with either end open. BadInput with every problem."""
    limits, problems = dict[str, Limit](), list[Problem]()
    for name, value in _mapping(written, where).items():
        field = f"{where}.{name}"
        ends = value if isinstance(value, Mapping) else {"": value}
        if ends.keys() - {"min", "max"} or not all(end is None or _is_number(end) for end in ends.values()):
            problems.append(Problem(field, f'must be {{"min": number, "max": number}} or one of them, not {_shown(value)}'))
            continue
        limit = Limit(ends.get("min"), ends.get("max"))
        if limit.min is not None and limit.max is not None and limit.min > limit.max:
            problems.append(Problem(field, f"min {limit.min} is over max {limit.max}"))
        limits[name] = limit
    if problems:
        raise BadInput(problems)
    return limits


def _mapping(written: object, where: str) -> Mapping[str, Any]:
    if written is None:
        return {}
    if not isinstance(written, Mapping):
        raise BadInput(Problem(where, f"must be an object, not {_shown(written)}"))
    return written


def _is_number(value: object) -> bool:
    # The comparison comes first: a whole number of hundreds of digits fits no float.
    return type(value) in (int, float) and -_LARGEST <= value <= _LARGEST and math.isfinite(value)  # type: ignore[operator, arg-type]


def _shown(value: object) -> str:
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 60 else shown[:60] + "…"


def tried(read: Callable[[], _Read], refused: list[BadInput]) -> _Read | None:
    """What `read` gives; where it refuses, None, and the refusal is noted, so that the rest is checked too."""
    try:
        return read()
    except BadInput as error:
        refused.append(error)
        return None


def raise_all(refused: Sequence[BadInput]) -> None:
    """Raise what was noted as one BadInput; nothing when nothing was."""
    if refused:
        raise BadInput([problem for each in refused for problem in each.problems])
