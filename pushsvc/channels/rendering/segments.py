"""Rendering by segment: what many recipients share is written once, then only the links are filled in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jinja2

from pushsvc import resources
from pushsvc.channels.rendering.cards import Card, Story, card
from pushsvc.channels.rendering.lengths import shorten, sms_length
from pushsvc.channels.rendering.wechat import slots_of
from pushsvc.channels.rendering.words import say
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind, Message
from pushsvc.domain.ports import Links
from pushsvc.domain.subscribers import Channel
from pushsvc.telemetry import observe

#: Where a recipient's own links go. The signs are from a private area: escaping leaves them alone, no document has them so.
_PAGE, _LEAVE, _SHORT, _CODE, _TOKEN = (f"\ue0f0{name}\ue0f1" for name in ("page", "leave", "short", "code", "token"))
_KEPT_SEGMENTS = 512
#: Two SMS of 67 signs each. One is the aim, which `short` keeps; a long host name in the link may cost the second.
_MOST_SMS_SEGMENTS = 2
_LINK_SIGNS = 40
"""Room for the link when the length of a segment is judged: `https://` + a host + `/s/` + 10."""
_SMS_SHORTEST = 12
_MATTER_SIGNS = 20
#: One typographic quote would make an English SMS count 70 signs instead of 160.
#: Signs that turn the direction of a text: with them 100元 can be made to look like 001元.
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_LINK = re.compile(r"(?i)(?:https?://|www\.)[!-~]*")
_BRACKETS = str.maketrans("【】", "[]")
_PLAIN_SIGNS = str.maketrans({"’": "'", "‘": "'", "–": "-", "\u00a0": " "})


@dataclass(frozen=True)
class Segment:
    """A message without its recipient."""

    channel: Channel
    language: Language
    kind: DeliveryKind
    subject: str
    text: str
    html: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    publication_id: str | None = None
    site: str = ""

    def fill(self, delivery_id: str, to: str, links: Links) -> Message:
        """The message of one recipient: their links in place."""
        own = tuple((place, address(links, delivery_id)) for place, address in _LINKS[self.channel])
        unsubscribe = dict(own).get(_LEAVE)
        return Message(
            delivery_id, self.channel, to, self.language, self.kind, self.subject,
            text=_filled(self.text, own), html=_filled(self.html, own),
            headers={"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
            if unsubscribe else {},
            slots={name: _filled(value, own) for name, value in self.slots.items()},
            publication_id=self.publication_id, site=self.site,
        )  # fmt: skip


def _page(links: Links, delivery_id: str) -> str:
    return links.message_page(delivery_id)


def _leave(links: Links, delivery_id: str) -> str:
    return links.unsubscribe(delivery_id)


def _short(links: Links, delivery_id: str) -> str:
    return links.short(delivery_id)


def _token(links: Links, delivery_id: str) -> str:
    """What stands after `/s/`: an approved template of an SMS holds the rest of the address itself."""
    return links.short(delivery_id).rpartition("/")[2]


def _code(links: Links, delivery_id: str) -> str:
    return links.check_code(delivery_id)


#: The links (and the check code) that each channel's templates have room for.
_LINKS: Mapping[Channel, tuple[tuple[str, Callable[[Links, str], str]], ...]] = {
    "email": ((_PAGE, _page), (_LEAVE, _leave), (_CODE, _code)),
    "sms": ((_SHORT, _short), (_TOKEN, _token)),
    "wechat": ((_PAGE, _page),),
}


def _filled(text: str, own: tuple[tuple[str, str], ...]) -> str:
    for place, link in own:
        text = text.replace(place, link)
    return text


class Renderer:
    """Writes segments from the templates. `segment` remembers the last ones, so equal stories are written once."""

    def __init__(self, root: str | None = None) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(root or str(resources.templates_root())),
            autoescape=jinja2.select_autoescape(("html",), default=False),
            undefined=jinja2.StrictUndefined,
            finalize=_without_turns,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._kept: dict[str, Segment] = {}

    def segment(self, story: Story) -> Segment:
        """The words of `story`, without a recipient."""
        segment = self._kept.pop(story.key, None)
        if segment is None:
            started = time.perf_counter()
            segment = self._write(story)
            observe("render_seconds", time.perf_counter() - started, channel=story.channel)
        self._kept[story.key] = segment
        if len(self._kept) > _KEPT_SEGMENTS:
            del self._kept[next(iter(self._kept))]
        return segment

    def _write(self, story: Story) -> Segment:
        cards = tuple(card(told, story.language) for told in story.told)
        ids = {told.publication_id for told in story.told}
        writers = {"email": self._email, "sms": self._sms, "wechat": self._wechat}
        parts = writers[story.channel](story, cards)
        return Segment(
            story.channel, story.language, story.kind, subject=_subject(story, cards),
            publication_id=ids.pop() if len(ids) == 1 else None, site=story.told[0].site if story.told else "", **parts,
        )  # fmt: skip

    def _email(self, story: Story, cards: tuple[Card, ...]) -> dict[str, Any]:
        shown = self._shown(story, cards)
        html = self._templates.get_template("email/message.html").render(shown)
        # Jinja writes quotes as numbers; their names say the same, and leave no digit that the document does not have.
        return {
            "text": _tidy(self._templates.get_template("email/message.txt").render(shown)),
            "html": html.replace("&#34;", "&quot;").replace("&#39;", "&apos;"),
        }

    def _sms(self, story: Story, cards: tuple[Card, ...]) -> dict[str, Any]:
        first = story.told[0].summary.wording(story.language)
        short = _of_an_sms(cards[0].headline if story.kind == "withdrawal" else first.short or cards[0].headline)
        for most in range(len(short), _SMS_SHORTEST, -1):
            shown = self._shown(story, cards) | {"short": shorten(short, most), "link": "x" * _LINK_SIGNS}
            if sms_length(self._sms_text(shown)).segments <= _MOST_SMS_SEGMENTS:
                break
        else:
            shown = self._shown(story, cards) | {"short": shorten(short, _SMS_SHORTEST)}
        slots = {name: _of_an_sms(value).translate(_TURNS) for name, value in first.slots.items() if value}
        slots["matter"] = slots.get("matter") or shorten(_of_an_sms(cards[0].headline), _MATTER_SIGNS)
        return {"text": self._sms_text(shown | {"link": _SHORT}), "slots": slots | {"token": _TOKEN}}

    def _sms_text(self, shown: Mapping[str, Any]) -> str:
        return " ".join(self._templates.get_template("sms/message.txt").render(shown).translate(_PLAIN_SIGNS).split())

    def _wechat(self, story: Story, cards: tuple[Card, ...]) -> dict[str, Any]:
        slots = {name: value.translate(_TURNS) for name, value in slots_of(story, cards).items()} | {"url": _PAGE}
        shown = self._shown(story, cards) | {"slots": slots}
        return {"text": _tidy(self._templates.get_template("wechat/message.txt").render(shown)), "slots": slots}

    def _shown(self, story: Story, cards: tuple[Card, ...]) -> dict[str, Any]:
        return {
            "kind": story.kind, "language": story.language, "cards": cards, "subject": _subject(story, cards),
            "page": _PAGE, "leave": _LEAVE, "code": _CODE, "say": _sayer(story.language), "tag": {"zh": "zh-CN", "en": "en"},
        }  # fmt: skip


def _subject(story: Story, cards: tuple[Card, ...]) -> str:
    """One line: a headline may not break out of a header."""
    key = "subject.digest_several" if story.kind == "digest" and len(cards) > 1 else f"subject.{story.kind}"
    return " ".join(say(story.language, key, headline=cards[0].headline).translate(_TURNS).split())


def _of_an_sms(words: str) -> str:
    """A document's words as an SMS may carry them. Handsets and carriers read 【】 as the signature of who sends, and make a
    link of any address: the only ones are ours."""
    return " ".join(_LINK.sub("", words).translate(_BRACKETS).split())


def _without_turns(value: object) -> object:
    return value.translate(_TURNS) if isinstance(value, str) else value


def _tidy(text: str) -> str:
    """No blank at a line's end, no two empty lines in a row."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])) + "\n"


@lru_cache(maxsize=2)
def _sayer(language: Language) -> Any:
    return lambda key, **values: say(language, key, **values)
