"""Approved templates of SMS: which one says most of a message, and what stands in its variables.

Aliyun and Tencent Cloud send only texts that they have approved, with a few short variables. A variable may not hold a
sentence, an address or a link, so the link stands in the approved text and only its last part is a variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pushsvc.channels.rendering.lengths import shorten
from pushsvc.channels.sms.provider import Filled
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import Message

Sort = Literal["notice", "promotional", "code"]
#: The last part of the link to the message's page.
TOKEN = "token"  # noqa: S105  (the name of a variable)
VARIABLE = re.compile(r"\{([A-Za-z_]+)\}")


@dataclass(frozen=True)
class Template:
    """One approved text. `of`: the kinds of notices, or the service messages, that it tells. `ids` by provider."""

    name: str
    kind: Sort
    of: tuple[str, ...]
    language: Language
    text: str
    ids: Mapping[str, str]
    most: Mapping[str, int] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[str, ...]:
        """In the order in which they stand in the text, each once."""
        return tuple(dict.fromkeys(VARIABLE.findall(self.text)))

    def fill(self, message: Message) -> Mapping[str, str] | None:
        """The variables of `message` within their lengths; None when it lacks one of them."""
        filled = {}
        for name in self.variables:
            value = " ".join(message.slots.get(name, "").split())
            value = value if name == TOKEN else shorten(value, self.most[name])
            if not value:
                return None
            filled[name] = value
        return filled

    def shown(self, filled: Mapping[str, str]) -> str:
        """What arrives on the phone, without the signature."""
        return VARIABLE.sub(lambda found: filled[found[1]], self.text)


@dataclass(frozen=True)
class Chosen:
    """A template with the variables of one message, and what will be read."""

    template: Template
    filled: Mapping[str, str]
    text: str

    def of(self, provider: str) -> Filled:
        """As `provider` takes it; KeyError when it has not approved it."""
        return Filled(self.template.ids[provider], self.filled, self.template.variables)


class Templates:
    """All approved templates of an installation."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._all = tuple(templates)

    def __iter__(self) -> Iterator[Template]:
        return iter(self._all)

    def choose(self, message: Message, provider: str, stopped: frozenset[str] = frozenset()) -> Chosen | None:
        """The template that says most of `message` among those that `provider` approved; None when none fits.

        `stopped`: ids of templates that the provider has refused of late. A promotional one is never chosen for a notice.
        """
        about = message.about if message.kind == "service" else message.kind
        best: Chosen | None = None
        for template in self._all:
            approved = template.ids.get(provider)
            if approved is None or approved in stopped or about not in template.of or template.language != message.language:
                continue
            filled = template.fill(message)
            if filled is not None and (best is None or len(filled) > len(best.filled)):
                best = Chosen(template, filled, template.shown(filled))
        return best

    def any_stopped(self, message: Message, provider: str, stopped: frozenset[str]) -> bool:
        """Whether a template for `message` is there, and only stopped."""
        return self.choose(message, provider) is not None and self.choose(message, provider, stopped) is None
