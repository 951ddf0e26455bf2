"""Everything that we know of one person, for that person: their import line, what it leaves out, and the evidence."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant, iso
from pushsvc.profiles.leaving import export
from pushsvc.profiles.self_service import myself
from pushsvc.storage.database import Database
from pushsvc.storage.tables.profiles import consents
from pushsvc.storage.vault import Vault


async def everything_of(database: Database, vault: Vault, clock: Clock, subscriber_no: int) -> dict[str, Any]:
    """`subscriber` is CONTRACT's import line: what another service could go on with. The rest is what it does not say:
    addresses that are closed, interests that rest, the pause, the print, and every consent and withdrawal with its moment.

    An address that was removed stands in `consents` without its text: we have only a keyed hash of it. NotFound, Unreadable.
    """
    async with database.read() as tx:
        me = await myself(tx, vault, subscriber_no)
        known = {vault.find(each.channel, each.address): each.address for each in me.addresses}
        evidence = sa.select(consents).where(consents.c.subscriber_no == subscriber_no).order_by(consents.c.at)
        given = [
            {
                "channel": row.channel, "address": known.get(row.address_hash), "given": row.given, "at": iso(row.at),
                "source": row.source,
            }
            for row in await tx.execute(evidence)
        ]  # fmt: skip
    line = await anext(export(database, vault, clock, me.subscriber_id))
    return {
        "subscriber": line,
        "closed_addresses": [
            {"channel": each.channel, "address": each.address, "why": each.state}
            for each in me.addresses
            if each.state != "open"
        ],
        "resting_interests": [each.body for each in me.interests if each.paused],
        "interests_saved_at": {each.interest_id: iso(each.saved_at) for each in me.interests},
        "paused_until": _said(me.paused_until),
        "large_print": me.large_print,
        "known_since": iso(me.created_at),
        "consents": given,
    }


def _said(moment: Instant | None) -> str | None:
    return iso(moment) if moment else None
