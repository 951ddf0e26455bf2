"""What every process can say of the parts that it stands on."""

from __future__ import annotations

from pushsvc.storage.database import Database
from pushsvc.storage.looking import look
from pushsvc.storage.migrations import is_current


async def database_state(database: Database) -> str:
    """ "ok", or what is wrong and how to mend it."""
    trouble = await look(database)
    if trouble is None and not await is_current(database):
        trouble = "schema is not current: run pushsvc migrate"
    return trouble or "ok"
