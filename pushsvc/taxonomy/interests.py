"""Reading an interest: strictly when somebody saves it, by its shape alone for the match command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from pushsvc.domain.subscribers import Interest
from pushsvc.errors import BadInput, Problem
from pushsvc.taxonomy.checking import RULES, ValueRule, checked_attributes, checked_values, raise_all, tried, well_formed_phrase

#: Clauses that can make an interest; `none_of` and `attributes` only narrow one.
CLAUSES = ("topics", "audiences", "industries", "sites", "types", "regions", "any_of", "places")
KEYS = (*CLAUSES, "none_of", "attributes")

_REGION = re.compile(r"[0-9]{6}|CN|[A-Z]{2}(-[A-Z0-9]{1,3})?")
_INDUSTRY = re.compile(r"[A-Z]([0-9]{2,4})?")


def checked_interest(body: Mapping[str, Any], where: str = "") -> Interest:
    """An interest as it is saved: codes and names looked up and in their one way of writing, phrases as the person wrote them.

    `where` begins each problem's field (`interests[0]`). BadInput with every problem: an unknown key, a wrong type, an
    unknown topic, audience, type or region, a malformed industry or site, a phrase that is blank or one character, a
    value that is no number or range, or no clause at all.
    """
    return _interest(body, where, RULES, must_ask=True)


def read_interest(body: Mapping[str, Any], where: str = "") -> Interest:
    """An interest of a line of the match command: well formed, but no name is looked up. BadInput with every problem.

    A topic that the lists do not have is a tree of one there, and an interest without a clause is one that any event
    for its place answers.
    """
    return _interest(body, where, _SHAPES, must_ask=False)


def read_values(clause: str, written: object, where: str) -> tuple[str, ...]:
    """The values of one clause by their shapes alone, as `read_interest` reads them. BadInput with every problem."""
    return checked_values(clause, written, where, _SHAPES[clause])


def _interest(body: object, where: str, rules: Mapping[str, ValueRule], *, must_ask: bool) -> Interest:
    if not isinstance(body, Mapping):
        raise BadInput(Problem(where, "an interest must be an object of clauses"))
    prefix, refused = f"{where}." if where else "", list[BadInput]()
    for key in sorted(body.keys() - set(KEYS)):
        refused.append(BadInput(Problem(f"{prefix}{key}", f"is no clause of an interest: choose from {', '.join(KEYS)}")))
    clauses = {
        clause: tried(partial(checked_values, clause, body.get(clause), f"{prefix}{clause}", rule), refused) or ()
        for clause, rule in rules.items()
    }
    attributes = tried(partial(checked_attributes, body.get("attributes"), f"{prefix}attributes"), refused)
    if must_ask and not refused and not any(clauses[clause] for clause in CLAUSES):
        refused.append(BadInput(Problem(where, f"an interest must ask for something: {', '.join(CLAUSES)}")))
    raise_all(refused)
    places = clauses.pop("places")
    return Interest(**clauses, places=places or None, attributes=attributes or None)


def _region(code: str) -> str:
    """A region by its shape alone. BadInput otherwise."""
    if not _REGION.fullmatch(code):
        raise BadInput(f'region "{code}" is neither six digits, nor CN, nor an ISO 3166-2 code such as GB-WLS')
    return "CN" if code == "000000" else code


def _industry(code: str) -> str:
    """An industry by its shape alone. BadInput otherwise."""
    if not _INDUSTRY.fullmatch(code):
        raise BadInput(f'industry "{code}" is not a section letter with two to four digits, such as C, C39 or C3911')
    return code


def _name(name: str) -> str:
    """Any text that is not blank. BadInput otherwise."""
    if not name.strip():
        raise BadInput("is blank")
    return name


_SHAPES: Mapping[str, ValueRule] = {
    "topics": _name,
    "audiences": _name,
    "industries": _industry,
    "sites": _name,
    "types": _name,
    "regions": _region,
    "places": _region,
    "any_of": well_formed_phrase,
    "none_of": well_formed_phrase,
}
