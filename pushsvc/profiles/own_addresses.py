"""A person's own addresses: their order, and taking one away. Another one is added by a consent (`agreeing.give_consent`)."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, NotFound
from pushsvc.profiles.changes import hold_the_pen
from pushsvc.profiles.self_service import SOURCE, MyAddress, fresh, myself, write_person
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, upsert
from pushsvc.storage.tables.profiles import consents, endpoints, erasures
from pushsvc.storage.vault import Vault


async def move_address(
    tx: Transaction, vault: Vault, subscriber_no: int, made_from: str, endpoint_id: int, by: Literal[-1, 1], at: Instant
) -> None:
    """Put an address one place forward or back. From then on the order is what the list shows: a channel order that was
    given before is part of it. NotFound, Stale."""
    me = await fresh(tx, vault, subscriber_no, "addresses", made_from)
    order = [each.endpoint_id for each in me.addresses]
    if endpoint_id not in order:
        raise NotFound(f"endpoint {endpoint_id} is not one of this subscriber")
    here = order.index(endpoint_id)
    there = here + by
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        await tx.execute(sa.update(endpoints).where(endpoints.c.endpoint_id == each).values(position=position))
    said = {name: value for name, value in me.said.items() if name != "channels"}
    await write_person(tx, subscriber_no, {"preferences": said}, at)


async def remove_address(
    tx: Transaction, vault: Vault, subscriber_no: int, endpoint_id: int, at: Instant, *, source: str = SOURCE
) -> MyAddress:
    """Forget one address of this person, and nobody else's. Gives what it was.

    Kept are the evidence and a keyed hash with the moment, so that an import with an older consent does not open it again.
    What waits for it goes to the next address by itself. NotFound; BadInput for the last open one: that is to stop
    everything, which is a decision of its own.
    """
    await hold_the_pen(tx)
    me = await myself(tx, vault, subscriber_no)
    gone = next((each for each in me.addresses if each.endpoint_id == endpoint_id), None)
    if gone is None:
        raise NotFound(f"endpoint {endpoint_id} is not one of this subscriber")
    if me.open_addresses == (gone,):
        raise BadInput("the last open address cannot be removed: stop everything instead")
    await forget_address(tx, vault, subscriber_no, gone, at, source)
    return gone


async def forget_address(tx: Transaction, vault: Vault, subscriber_no: int, gone: MyAddress, at: Instant, source: str) -> None:
    """Take the row out, and leave the evidence. Needs the pen."""
    address_hash = vault.find(gone.channel, gone.address)
    await tx.execute(sa.delete(endpoints).where(endpoints.c.endpoint_id == gone.endpoint_id))
    evidence = {
        "subscriber_no": subscriber_no, "channel": gone.channel, "address_hash": address_hash, "given": False, "at": at,
        "source": source, "noted_at": at,
    }  # fmt: skip
    await insert_new(tx, consents, [evidence])
    await upsert(tx, erasures, [{"subject_hash": address_hash, "erased_at": at}], update=("erased_at",))
    await write_person(tx, subscriber_no, {}, at)
