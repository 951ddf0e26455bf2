"""Which position a new interest gets: never one of an interest that is gone, for reasons of old notices name it.

"Only this subject" in a message of last year must not pause what was asked for last week. An import is the full state and
numbers its interests anew, as it always did.
"""

from __future__ import annotations

import sqlalchemy as sa

from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.profiles import interests, subscribers


async def next_position(tx: Transaction, subscriber_no: int) -> int:
    """The first position that nobody had. Needs the pen."""
    held = sa.select(sa.func.max(interests.c.position) + 1).where(interests.c.subscriber_no == subscriber_no).scalar_subquery()
    row = sa.select(held, subscribers.c.next_position).where(subscribers.c.subscriber_no == subscriber_no)
    return max((value for value in (await tx.execute(row)).one() if value is not None), default=0)


async def retire(tx: Transaction, subscriber_no: int) -> None:
    """Call it before an interest goes: its position is not given again."""
    after = await next_position(tx, subscriber_no)
    theirs = subscribers.c.subscriber_no == subscriber_no
    await tx.execute(sa.update(subscribers).where(theirs).values(next_position=after))
