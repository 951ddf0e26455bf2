"""A lost address: who can no longer read it puts another in its place.

The rule. Whoever asks has proved the new address by a code, names the old one in full, and says one fact of the profile:
the year of birth; where the profile has none, a city or district of it. Then nothing happens for WAITS: every open address
of the profile, the old one too, is told at once and can say "I still read this" in one step, which ends the matter. Only
after that does the new address get the link that makes the change, and the link is void when anything happened meanwhile.

Why it is so. An old address is known to many, and a fact to some; neither proves a person. What protects is the time in which
the true owner hears of it. So somebody who knows both gains nothing against a person who reads any of their addresses
within WAITS. What remains: a person who reads none of them in that time, and whose address and year of birth somebody knows.

Never by this way: an address where stop was said, or that the last import no longer names; a profile without either fact.
Those subscribe anew, which takes a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.profiles.agreeing import give_consent
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.profiles.own_addresses import forget_address
from pushsvc.profiles.self_service import MyAddress, Myself, Stale, myself
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.profiles import consents, endpoints
from pushsvc.storage.vault import Vault
from pushsvc.taxonomy.lines import region_line

WAITS = timedelta(days=3)
SOURCE = "page /me/lost"
#: A city or a district is a fact of somebody; a province is one of millions.
_CITY_DEPTH = 3


@dataclass(frozen=True)
class Fact:
    """What somebody says of the profile whose address is lost; None for what they leave out. `place` is a region's code."""

    birth_year: int | None
    place: str | None


@dataclass(frozen=True)
class Lost:
    """A profile whose address was named and whose fact fits. `consent_at` of the old endpoint marks the state of now."""

    me: Myself
    old: MyAddress
    consent_at: Instant


async def losers(tx: Transaction, vault: Vault, channel: Channel, address: str, fact: Fact) -> Sequence[Lost]:
    """The profiles that hold the normalised address and that the fact fits; mostly one or none. Unreadable."""
    query = sa.select(endpoints.c.endpoint_id, endpoints.c.subscriber_no, endpoints.c.consent_at).where(
        endpoints.c.channel == channel, endpoints.c.address_hash == vault.find(channel, address)
    )
    found = []
    for row in (await tx.execute(query.order_by(endpoints.c.subscriber_no).limit(5))).all():
        me = await myself(tx, vault, row.subscriber_no)
        old = next(each for each in me.addresses if each.endpoint_id == row.endpoint_id)
        if old.state in ("open", "dead") and fits(me, fact):
            found.append(Lost(me, old, row.consent_at))
    return found


def fits(me: Myself, fact: Fact) -> bool:
    """Whether the fact is one of this profile. The year of birth counts before a place: it is known to fewer."""
    born = me.attributes.get("birth_year")
    if born is not None:
        return fact.birth_year is not None and fact.birth_year == born
    near = {place for place in me.places if len(region_line(place)) >= _CITY_DEPTH}
    return fact.place is not None and fact.place in near


async def still_mine(tx: Transaction, endpoint_id: int, consent_at: Instant, at: Instant) -> bool:
    """Somebody reads one of the addresses: what was asked for is void. It counts as a consent that is renewed.

    False where the address moved on already (it was said before, or the address is gone).
    """
    await hold_the_pen(tx)
    same = sa.and_(endpoints.c.endpoint_id == endpoint_id, endpoints.c.consent_at == consent_at)
    open_now = sa.and_(endpoints.c.withdrawn_at.is_(None), endpoints.c.closed_at.is_(None))
    # Later than it was in any case: another machine's clock may have run before ours.
    at = max(at, consent_at + timedelta(microseconds=1))
    changed = sa.update(endpoints).where(same, open_now).values(consent_at=at, consent_source=SOURCE).returning(endpoints)
    row = (await tx.execute(changed)).first()
    if row is None:
        return False
    evidence = {
        "subscriber_no": row.subscriber_no, "channel": row.channel, "address_hash": row.address_hash, "given": True,
        "at": at, "source": SOURCE, "noted_at": at,
    }  # fmt: skip
    await insert_new(tx, consents, [evidence])
    await note_changes(tx, [row.subscriber_no], at)
    return True


async def replace_address(
    tx: Transaction, vault: Vault, subscriber_no: int, endpoint_id: int, consent_at: Instant,
    new: tuple[Channel, str], at: Instant,
) -> None:  # fmt: skip
    """Put the proved address `new` in the old one's place, and forget the old one. Stale when anything happened to it since.

    The caller has proved `new` and waited WAITS.
    """
    await hold_the_pen(tx)
    row = (await tx.execute(sa.select(endpoints).where(endpoints.c.endpoint_id == endpoint_id))).first()
    if row is None or row.subscriber_no != subscriber_no or row.consent_at != consent_at or row.closed_at is not None:
        raise Stale("the address was kept, changed or removed meanwhile")
    if row.withdrawn_at is not None and row.withdrawn_at >= row.consent_at:
        raise Stale("stop was said at the address meanwhile")
    try:
        me = await myself(tx, vault, subscriber_no)
    except NotFound:
        raise Stale("the profile was erased meanwhile") from None
    old = next(each for each in me.addresses if each.endpoint_id == endpoint_id)
    new_id = await give_consent(tx, vault, subscriber_no, *new, at, SOURCE)
    await tx.execute(sa.update(endpoints).where(endpoints.c.endpoint_id == new_id).values(position=row.position))
    await forget_address(tx, vault, subscriber_no, old, at, SOURCE)
