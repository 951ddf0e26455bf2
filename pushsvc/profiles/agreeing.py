"""One person says yes, or asks for a rest: what a page does for one subscriber, where an import does it for thousands."""

from __future__ import annotations

import sqlalchemy as sa

from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.profiles.importing import SEALED_AS
from pushsvc.profiles.standing import later
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.profiles import consents, endpoints, subscribers
from pushsvc.storage.vault import Vault


async def give_consent(
    tx: Transaction, vault: Vault, subscriber_no: int, channel: Channel, address: str, at: Instant, source: str
) -> int:
    """The subscriber agreed at `at` to be written to at this address. Gives the endpoint_id. Raises BadInput, NotFound.

    It opens what was stopped, closed or found dead before `at`; an older consent changes nothing but the evidence.
    """
    plain = normalise_address(channel, address)
    address_hash = vault.find(channel, plain)
    await hold_the_pen(tx)
    await _must_exist(tx, subscriber_no)
    mailbox = sa.and_(endpoints.c.channel == channel, endpoints.c.address_hash == address_hash)
    held = sa.select(endpoints).where(endpoints.c.subscriber_no == subscriber_no, mailbox)
    row = (await tx.execute(held)).first()
    if row is None:
        place, stopped = sa.func.max(endpoints.c.position), sa.func.max(endpoints.c.withdrawn_at)
        last = (await tx.execute(sa.select(place).where(endpoints.c.subscriber_no == subscriber_no))).scalar_one()
        new = {
            "subscriber_no": subscriber_no, "channel": channel, "position": 0 if last is None else last + 1,
            "address": vault.seal(plain, SEALED_AS), "address_hash": address_hash, "consent_at": at,
            "consent_source": source, "withdrawn_at": (await tx.execute(sa.select(stopped).where(mailbox))).scalar_one(),
        }  # fmt: skip
        insert = sa.insert(endpoints).values(new).returning(endpoints.c.endpoint_id)
        endpoint_id = int((await tx.execute(insert)).scalar_one())
    else:
        endpoint_id = row.endpoint_id
        if at > (later(row.consent_at, row.withdrawn_at, row.closed_at, row.suppressed_at) or row.consent_at):
            renewed = {
                "consent_at": at, "consent_source": source, "closed_at": None,
                "suppressed_at": None, "suppressed_reason": None,
            }  # fmt: skip
            await tx.execute(sa.update(endpoints).where(endpoints.c.endpoint_id == endpoint_id).values(renewed))
    evidence = {
        "subscriber_no": subscriber_no, "channel": channel, "address_hash": address_hash, "given": True,
        "at": at, "source": source, "noted_at": at,
    }  # fmt: skip
    await insert_new(tx, consents, [evidence])
    await note_changes(tx, [subscriber_no], at)
    return endpoint_id


async def rest_until(tx: Transaction, subscriber_no: int, until: Instant | None, at: Instant) -> None:
    """Pause everything until then; None ends the pause. Raises NotFound."""
    await hold_the_pen(tx)
    await _must_exist(tx, subscriber_no)
    changed = sa.update(subscribers).where(subscribers.c.subscriber_no == subscriber_no)
    await tx.execute(changed.values(paused_until=until, changed_at=at))
    await note_changes(tx, [subscriber_no], at)


async def _must_exist(tx: Transaction, subscriber_no: int) -> None:
    known = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_no == subscriber_no)
    if (await tx.execute(known)).first() is None:
        raise NotFound(f"there is no subscriber number {subscriber_no}: they were erased, or never imported")
