"""Preparing a claimed batch: what each delivery tells and to whom, read in a few queries, written when its turn comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from pushsvc.channels.rendering import Renderer, Story
from pushsvc.domain.notices import Due, Message, SendResult
from pushsvc.domain.ports import Contacts, Links
from pushsvc.errors import PushsvcError
from pushsvc.ledger.doubts import Doubt, doubts
from pushsvc.storage.database import Database
from pushsvc.streams.stories import Stories
from pushsvc.telemetry import log

Wanted = TypeVar("Wanted")
Key = TypeVar("Key")
Found = TypeVar("Found")
#: What one row that cannot be read raises: bytes that the vault does not open, a summary of an unknown shape.
_UNREADABLE = (PushsvcError, ValueError, KeyError, TypeError)


class Preparer:
    """Shared by all connections, so that what many recipients are told is read and written once."""

    def __init__(self, database: Database, renderer: Renderer, links: Links, contacts: Contacts) -> None:
        self._database, self._renderer, self._links, self._contacts = database, renderer, links, contacts
        self._stories = Stories()

    async def prepare(self, dues: Sequence[Due]) -> Batch:
        """Read what the batch needs. What cannot be read holds up only its own delivery."""
        async with self._database.read() as tx:
            stories = await _readable(partial(self._stories.of, tx), dues)
            addresses = await _readable(partial(self._contacts, tx), sorted({due.endpoint_id for due in dues}))
            known = await doubts(tx, [due.delivery_id for due in dues if due.in_doubt])
        return Batch(self._renderer, self._links, stories, addresses, known)


async def _readable(
    read: Callable[[Sequence[Wanted]], Awaitable[Mapping[Key, Found]]], wanted: Sequence[Wanted]
) -> dict[Key, Found]:
    """What `read` finds for `wanted`: at once, or one by one where one of them spoils it for all."""
    try:
        return dict(await read(wanted))
    except _UNREADABLE:
        found: dict[Key, Found] = {}
        for one in wanted:
            try:
                found.update(await read([one]))
            except _UNREADABLE as fault:
                log.error("a delivery cannot be read", fault=type(fault).__name__, why=str(fault))
        return found


@dataclass(frozen=True)
class Batch:
    """`stories` by delivery id, `addresses` in the plain by endpoint id: both only for as long as the batch is sent. `doubts`:
    of the deliveries of which it is not known whether they left. What was written to be priced is kept, and written once."""

    renderer: Renderer
    links: Links
    stories: Mapping[str, Story]
    addresses: Mapping[int, str]
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    _kept: dict[tuple[str, tuple[str, ...]], Message] = field(default_factory=dict)

    def keep(self, due: Due, message: Message) -> None:
        """Send `due` as `message`, unless it loses a notice before."""
        self._kept[due.delivery_id, due.notices] = message

    def message(self, due: Due) -> Message | SendResult:
        """The message with those of its notices that `due` still names; or why there is none.

        What a mended template, summary or key may still make good is tried later.
        """
        if (due.delivery_id, due.notices) in self._kept:
            return self._kept[due.delivery_id, due.notices]
        story = self.stories.get(due.delivery_id)
        if story is None:
            return SendResult("try_later", "no_summary", "what it tells is missing or cannot be read")
        if due.endpoint_id not in self.addresses:
            return SendResult("try_later", "no_contact", "the vault does not open the address")
        told = tuple(one for one in story.told if one.notice_id in due.notices)
        if len(told) < len(story.told):
            story = replace(story, told=told, key=f"{story.key}:{','.join(one.notice_id for one in told)}")
        try:
            message = self.renderer.segment(story).fill(due.delivery_id, self.addresses[due.endpoint_id], self.links)
            message = replace(message, claim=due.claim)
            doubt = self.doubts.get(due.delivery_id)
            if doubt is None:
                return message
            return replace(message, in_doubt_since=doubt.since, in_doubt_last=doubt.last, in_doubt_at=doubt.provider)
        except Exception as fault:
            log.exception("a message could not be rendered", delivery_id=due.delivery_id, segment=due.segment)
            return SendResult("try_later", "render", f"it could not be rendered: {type(fault).__name__}")
