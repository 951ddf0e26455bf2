"""Whose address is it? An address that proved itself by a code belongs to everybody who is registered at it and whom an
import still names there, whether an import or a page gave it, whether it was stopped or found dead since:

- nobody: the sign-up makes a new subscriber; signing in answers as if a code had been sent.
- one: that person. No second one is made; what they asked for is added, and what they had set before stands.
- several (a family's mailbox, a shop's and its owner's): the person chooses. All of them read that mailbox, so showing
  their places and number of interests there tells nobody anything new. The newest stands first. Who signs up may also
  become a new person; each work is told to that mailbox once all the same.

Signing in alone opens nothing: it proves an address and is no consent.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.profiles import endpoints, interests, subscribers
from pushsvc.storage.vault import Vault


@dataclass(frozen=True)
class Holder:
    """Somebody who is registered at an address, as far as whoever reads there may know them."""

    subscriber_no: int
    kind: str
    places: tuple[str, ...]
    interests: int
    language: Language | None


async def holders(tx: Transaction, vault: Vault, channel: Channel, address: str) -> tuple[Holder, ...]:
    """Everybody registered at this address, the newest first; nobody for one that we do not know. BadInput for no address."""
    address_hash = vault.find(channel, address)
    asked = sa.select(sa.func.count()).where(interests.c.subscriber_no == subscribers.c.subscriber_no).scalar_subquery()
    query = (
        sa.select(subscribers, asked.label("asked"))
        .join(endpoints, endpoints.c.subscriber_no == subscribers.c.subscriber_no)
        .where(endpoints.c.channel == channel, endpoints.c.address_hash == address_hash, endpoints.c.closed_at.is_(None))
        .order_by(subscribers.c.created_at.desc(), subscribers.c.subscriber_no.desc())
    )
    return tuple(
        Holder(row.subscriber_no, row.kind, tuple(row.places), row.asked, row.language)
        for row in (await tx.execute(query)).all()
    )


async def endpoint_of(tx: Transaction, endpoint_id: int) -> tuple[int, Channel, Language | None] | None:
    """(subscriber_no, channel, language) of an endpoint, for the page where one leaves; None when it is no more."""
    query = (
        sa.select(endpoints.c.subscriber_no, endpoints.c.channel, subscribers.c.language)
        .join(subscribers, subscribers.c.subscriber_no == endpoints.c.subscriber_no)
        .where(endpoints.c.endpoint_id == endpoint_id)
    )
    row = (await tx.execute(query)).first()
    return (row.subscriber_no, row.channel, row.language) if row else None


@dataclass(frozen=True)
class AtTheMailbox:
    """An endpoint of a mailbox, whatever its state, and whose it is."""

    endpoint_id: int
    subscriber_no: int
    language: Language | None


async def endpoints_at(tx: Transaction, channel: Channel, address_hash: bytes) -> tuple[AtTheMailbox, ...]:
    """Every endpoint of this mailbox, the first one first: somebody wrote to us from there."""
    query = (
        sa.select(endpoints.c.endpoint_id, endpoints.c.subscriber_no, subscribers.c.language)
        .join(subscribers, subscribers.c.subscriber_no == endpoints.c.subscriber_no)
        .where(endpoints.c.channel == channel, endpoints.c.address_hash == address_hash)
        .order_by(endpoints.c.endpoint_id)
    )
    return tuple(AtTheMailbox(*row) for row in (await tx.execute(query)).all())
