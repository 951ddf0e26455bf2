"""From whatever an operator has in hand to what is meant by it: a person, an id of ours, a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.check_codes import read_check_code
from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.errors import BadInput
from pushsvc.ledger import finding
from pushsvc.ledger.check_codes import find_sent
from pushsvc.ledger.finding import Document
from pushsvc.ledger.one_person import Person, person
from pushsvc.ledger.told import publication_of
from pushsvc.profiles.recipients import find_by_contact
from pushsvc.sites.addresses import canonical
from pushsvc.storage.vault import Vault

_LINK = re.compile(r"/([mus])/([\w-]+)")
_OPENID = re.compile(r"[A-Za-z0-9_-]{6,128}")
_PHONE = re.compile(r"[+0-9 ().-]{7,24}")
_SHORT = re.compile(r"[A-Za-z0-9]{10}")
_BARE_ADDRESS = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?/\S*")


class ReadLinks(Protocol):
    """What the addresses in our messages name."""

    def read_message_page(self, token: str) -> str | None: ...

    def read_unsubscribe(self, token: str) -> str | None: ...

    async def read_short(self, tx: AsyncConnection, token: str) -> str | None: ...


@dataclass(frozen=True)
class Found:
    """What one text leads to. `by`: the channel through whose hash people were looked for, or "id"."""

    people: tuple[Person, ...] = ()
    ids: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    by: str = ""

    @property
    def empty(self) -> bool:
        return not (self.people or self.ids or self.documents)

    def and_also(self, other: Found) -> Found:
        return Found(
            self.people + other.people, self.ids + other.ids, self.documents + other.documents, self.by or other.by
        )  # fmt: skip


@dataclass(frozen=True)
class Finder:
    """From a text to what it means."""

    vault: Vault
    links: ReadLinks

    async def find(self, tx: AsyncConnection, written: str) -> Found:
        """Empty when nothing is meant by it that is known here."""
        written = "".join(sign for sign in written if sign.isprintable()).strip()
        if not written:
            return Found()
        known = await self._id(tx, written) or await self._publication(tx, written)
        if known:
            return Found(ids=(known,))
        people = await self._people(tx, written)
        if people.people or people.by in ("email", "sms"):
            return people
        documents = tuple(await finding.documents(tx, written))
        if len(documents) == 1:
            return Found(ids=(documents[0].publication_id,))
        return replace(people, documents=documents)

    async def _id(self, tx: AsyncConnection, written: str) -> str | None:
        """An id, a link of ours, a check code, the token of a short link."""
        if known := finding.id_in(written):
            return known
        if link := _LINK.search(written):
            letter, token = link.groups()
            if letter == "s":
                return await self.links.read_short(tx, token)
            return (self.links.read_message_page if letter == "m" else self.links.read_unsubscribe)(token)
        if (code := read_check_code(written)) and (sent := await find_sent(tx, code, self.vault.keyed_hash)):
            return sent.delivery_id
        return await self.links.read_short(tx, written) if _SHORT.fullmatch(written) else None

    async def _publication(self, tx: AsyncConnection, written: str) -> str | None:
        url = f"https://{written}" if _BARE_ADDRESS.fullmatch(written) and "@" not in written else written
        if "://" not in url:
            return None
        try:
            return await publication_of(tx, canonical(url)) or await publication_of(tx, url)
        except BadInput:
            return None

    async def _people(self, tx: AsyncConnection, written: str) -> Found:
        by_id = await person(tx, subscriber_id=written)
        if by_id:
            return Found((by_id,), by="id")
        tried = ""
        for channel in _channels(written):
            try:
                ids = await find_by_contact(tx, self.vault, channel, written)
            except BadInput:
                continue
            # Any word may be an openid: of those nobody is told that they were looked for.
            tried = tried or (channel if channel != "wechat" else "")
            people = [found for each in ids if (found := await person(tx, subscriber_id=each))]
            if people:
                return Found(tuple(people), by=channel)
        return Found(by=tried)


def _channels(written: str) -> Sequence[Channel]:
    """The channels whose address this may be."""
    fits = {"email": "@" in written, "sms": _PHONE.fullmatch(written), "wechat": _OPENID.fullmatch(written)}
    return [channel for channel in CHANNELS if fits[channel]]
