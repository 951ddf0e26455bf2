"""What the timekeeper does for the publisher's console: drafts leave when their undo period is over, and a preview that
reaches nobody is told why."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from pushsvc.bootstrap.house import House
from pushsvc.sites import drafts
from pushsvc.sites.reach_preview import REFUSALS, ask, send_due
from pushsvc.storage.tables import sites as tables
from pushsvc.streams.timekeeper import Duty
from pushsvc.streams.why_nobody import why_nobody

#: Nobody waits longer at a preview; an older one is previewed again.
LOOKED_AT = timedelta(minutes=30)
#: Whose test was not sent by then was previewed while the database was full or away.
FORGOTTEN = timedelta(seconds=10)


def draft_duties(house: House) -> list[Duty]:
    return [
        Duty("send drafts", 1.0, partial(send_due, house.database, house.intake, house.clock)),
        Duty("why nobody", 2.0, partial(_why_nobody, house)),
        Duty("forget old drafts", 86_400.0, partial(_forget, house)),
    ]


async def _why_nobody(house: House) -> None:
    now = house.clock.now()
    async with house.database.read() as tx:
        untested = await drafts.untested(tx, now - LOOKED_AT, now - FORGOTTEN)
    for draft in untested:
        # One that is refused by now (its site has lost the address, say) keeps nobody else's preview waiting.
        with suppress(*REFUSALS):
            await ask(house.database, house.intake, draft)
    async with house.database.read() as tx:
        waiting = (await tx.execute(_unexplained(), {"since": house.clock.now() - LOOKED_AT})).scalars().all()
    for event_id in waiting:
        funnel = await house.funnel(event_id)
        if funnel is not None and funnel["state"] == "no_audience":
            await why_nobody(house.database, event_id)


def _unexplained() -> sa.Select[Any]:
    """Tests of drafts that are being looked at, that matched nobody so far, and of which nobody knows why."""
    counted = sa.exists().where(tables.reaches.c.event_id == tables.drafts.c.test_event_id)
    return (
        sa.select(tables.drafts.c.test_event_id)
        .where(tables.drafts.c.state == "open", tables.drafts.c.test_event_id.is_not(None), ~counted)
        .where(tables.drafts.c.created_at > sa.bindparam("since", type_=tables.drafts.c.created_at.type))
        .limit(5)
    )


async def _forget(house: House) -> None:
    async with house.database.write() as tx:
        await drafts.forget_old(tx, house.clock.now())
