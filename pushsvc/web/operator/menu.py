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
    ("reports", "mend"),
    ("sites", "watch"),
    ("subscribers", "administer"),
    ("accounts", "administer"),
    ("audit", "mend"),
)


def menu(reader: Language, account: Account) -> list[tuple[str, str]]:
    """The addresses that `account` may open and their words, in the order of the day's work."""
    allowed = ALLOWED[account.role]
    return [(f"/o/{name}", say(reader, f"operator.menu.{name or 'dashboard'}")) for name, doing in PAGES if doing in allowed]
