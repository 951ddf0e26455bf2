"""What the publisher's console offers."""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc.domain.languages import Language
from pushsvc.operations.accounts import Account
from pushsvc.web.words import say

PAGES: Sequence[tuple[str, str]] = (("/p/", "events"), ("/p/new", "new"), ("/p/check", "check"), ("/p/key", "key"))


def menu(reader: Language, account: Account) -> list[tuple[str, str]]:
    """The addresses and their words, in the order of the day's work; whoever acts for all sites can choose another one."""
    pages = [*PAGES, *([("/p/site", "site")] if account.site is None else [])]
    return [(address, say(reader, f"publisher.menu.{name}")) for address, name in pages]
