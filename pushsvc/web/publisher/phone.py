"""A draft as its readers will meet it: the very messages that the channels would send, with links that lead nowhere yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pushsvc.channels.rendering import Renderer, Story, Told
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import Message
from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.sites.registry import Site
from pushsvc.web.operator.letters import card_of, pieces_of
from pushsvc.web.publisher.reading import Seen

_NAME = "preview"
#: A check code has ten letters; this one is nobody's.
_CODE = "XXXXXXXXXX"


@dataclass(frozen=True)
class PreviewLinks:
    """Addresses of the length that real ones have."""

    base_url: str

    def message_page(self, delivery_id: str) -> str:
        return f"{self.base_url}/m/{delivery_id}"

    def unsubscribe(self, delivery_id: str) -> str:
        return f"{self.base_url}/u/{delivery_id}"

    def short(self, delivery_id: str) -> str:
        return f"{self.base_url}/s/{delivery_id}"

    def check_code(self, delivery_id: str) -> str:
        return _CODE

    async def remember_short(self, tx: Any, delivery_ids: Any) -> None:
        """Nothing is sent, so nothing is kept."""


def message(seen: Seen, site: Site, channel: Channel, language: Language, base_url: str) -> Message:
    """What a reader of `language` gets on `channel`."""
    corrects = seen.before is not None and not seen.before.withdrawn and seen.material and not seen.same
    told = Told(
        _NAME, "correction" if corrects else "new", seen.version.publication_id, seen.summary, seen.version.url, site.name,
        {str(tongue): words for tongue, words in seen.change.items()},
    )  # fmt: skip
    story = Story(channel, told.kind, language, (told,), key=f"{channel}:{language}")
    # A renderer of its own, because it remembers segments by their keys.
    return Renderer().segment(story).fill(_NAME, "", PreviewLinks(base_url.rstrip("/")))


def as_a_phone_shows_it(seen: Seen, site: Site, language: Language, base_url: str) -> list[Mapping[str, Any]]:
    """Each channel's message with what its view needs."""
    shown: list[Mapping[str, Any]] = []
    for channel in CHANNELS:
        made = message(seen, site, channel, language, base_url)
        more: dict[str, Any] = {"channel": channel, "subject": made.subject, "kind": made.kind}
        if channel == "sms":
            more["pieces"] = [piece for piece, _ in pieces_of(made.text)]
        elif channel == "wechat":
            more["card"] = card_of(made.text)
        shown.append(more)
    return shown
