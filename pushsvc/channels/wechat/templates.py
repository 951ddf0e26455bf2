"""Approved templates of WeChat: which ones tell a message, the one that says most first, and what stands in their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from pushsvc.channels.wechat.fields import fit
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import Message

Kind = Literal["official", "notice_long_term", "notice", "subscribe", "long_term"]
Account = Literal["official", "mini"]
#: Which templates an account sends with: an official account its template messages and its subscription notices (订阅通知), a
#: mini-program its subscription messages. Long-term ones need no consent for each message.
KINDS_OF: Mapping[Account, tuple[Kind, ...]] = {
    "official": ("official", "notice_long_term", "notice"), "mini": ("long_term", "subscribe"),
}  # fmt: skip
#: Of these one consent is one message.
COUNTED: tuple[Kind, ...] = ("notice", "subscribe")
NOTICES: tuple[Kind, ...] = ("notice_long_term", "notice")
#: Stands in a mini-program's page for the address of the message's page, percent-encoded.
PAGE_URL = "{url}"


@dataclass(frozen=True)
class Template:
    """One approved template. `of`: the kinds of notices, or the service messages, that it tells. `fields`: what each of its
    fields is filled with; those of `may_miss` may stay away. `page`: where a mini-program's message leads."""

    name: str
    id: str
    kind: Kind
    of: tuple[str, ...]
    language: Language
    fields: Mapping[str, str]
    may_miss: frozenset[str] = frozenset()
    page: str = ""

    @property
    def counted(self) -> bool:
        return self.kind in COUNTED

    def fill(self, message: Message) -> Mapping[str, str] | None:
        """The fields of `message` in their types' forms; None when it lacks one that must be there."""
        filled = {field: fit(field, message.slots.get(slot, "")) for field, slot in self.fields.items()}
        if any(not value and field not in self.may_miss for field, value in filled.items()):
            return None
        return {field: value for field, value in filled.items() if value} or None

    def leads_to(self, message: Message) -> str:
        """The message's own page: its address, or the mini-program's page that shows it."""
        url = message.slots.get("url", "")
        return self.page.replace(PAGE_URL, quote(url, safe="")) if self.page else url


@dataclass(frozen=True)
class Chosen:
    """A template with the fields of one message, and where it leads."""

    template: Template
    filled: Mapping[str, str]
    leads_to: str


class Templates:
    """All approved templates of an installation."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._all = tuple(templates)

    def __iter__(self) -> Iterator[Template]:
        return iter(self._all)

    def that_tell(self, message: Message, account: Account) -> list[Chosen]:
        """Those that `account` may send and that fit `message`: the one that says most first, and of equals the one that
        uses up no consent."""
        about = message.about if message.kind == "service" else message.kind
        kinds = KINDS_OF[account]
        found = [
            Chosen(template, filled, template.leads_to(message))
            for template in self._all
            if template.kind in kinds and about in template.of and template.language == message.language
            if (filled := template.fill(message)) is not None
        ]
        return sorted(found, key=lambda chosen: (-len(chosen.filled), kinds.index(chosen.template.kind)))
