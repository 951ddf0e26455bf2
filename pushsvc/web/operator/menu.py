"""What the operator's console offers: to each account only what its role may do."""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc.domain.languages import Language
from pushsvc.operations.accounts import Account
from pushsvc.web.gate import ALLOWED
from pushsvc.web.words import say

#: Each page, and what somebody must be allowed to do to see it (`gate.ALLOWED`).
PAGES: Sequence[tuple[str, str]] = (
    ("", "watch"),
    ("find", "find"),
    ("dlq", "mend"),
    ("waiting", "mend"),
    ("pauses", "mend"),
    ("providers", "mend"),
    ("reports", "mend"),
    ("sites", "watch"),
    ("subscribers", "administer"),
    ("accounts", "administer"),
    ("audit", "mend"),
)


def may_open(account: Account) -> list[str]:
    """The addresses of the pages that `account` may open, in the order of the day's work."""
    return [f"/o/{name}" for name, doing in PAGES if doing in ALLOWED[account.role]]


def menu(reader: Language, account: Account) -> list[tuple[str, str]]:
    """The same with their words."""
    return [(href, say(reader, f"operator.menu.{href.removeprefix('/o/') or 'dashboard'}")) for href in may_open(account)]
