"""From the embedded engine to Kafka: what its stages had not read yet goes to the outbox, and so to the topics."""

from __future__ import annotations

import sqlalchemy as sa

from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.sole import sole
from pushsvc.storage.tables.flow import log, log_heads, outbox, positions


async def leave_the_log(database: Database) -> int:
    """Carry the embedded engine's unread records over, once: `pushsvc migrate` calls it when ENGINE_URL names Kafka.

    Gives how many. Raises BadSetting when an embedded engine still runs on this database: it would work on them too.
    """
    async with database.read() as tx:
        if (await tx.execute(sa.select(log.c.offset).limit(1))).first() is None:
            return 0
    alone = sole(database, "engine")
    await alone.take()
    try:
        async with database.write() as tx:
            return await carry_log_to_outbox(tx)
    finally:
        await alone.release()


async def carry_log_to_outbox(tx: Transaction) -> int:
    """Put every record of `log` that a stage has not read yet into `outbox`, and empty the log. Gives how many.

    A topic that several stages read goes on from where the slowest of them is: the others get some records once more, which
    changes nothing, because all that a stage writes has a derived id. The records of one key keep their order, since they
    lie in one partition. `log_heads` and `positions` stay, at the end: an embedded engine that comes back finds nothing to do.
    """
    carried = await tx.execute(outbox.insert().from_select(["topic", "key", "value", "at"], _UNREAD))
    await tx.execute(sa.delete(log))
    head = sa.select(log_heads.c.next_offset).where(
        log_heads.c.topic == positions.c.topic, log_heads.c.part == positions.c.part
    )
    await tx.execute(sa.update(positions).values(next_offset=sa.func.coalesce(head.scalar_subquery(), positions.c.next_offset)))
    return carried.rowcount


_slowest = (
    sa.select(positions.c.topic, positions.c.part, sa.func.min(positions.c.next_offset).label("next_offset"))
    .group_by(positions.c.topic, positions.c.part)
    .subquery()
)
#: A partition that no stage has ever read has no position: all of it is unread.
_UNREAD: sa.Select[tuple[str, str, str, object]] = (
    sa.select(log.c.topic, log.c.key, log.c.value, log.c.at)
    .select_from(log.outerjoin(_slowest, sa.and_(_slowest.c.topic == log.c.topic, _slowest.c.part == log.c.part)))
    .where(log.c.offset >= sa.func.coalesce(_slowest.c.next_offset, 0))
    .order_by(log.c.topic, log.c.part, log.c.offset)
)
