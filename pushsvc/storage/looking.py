"""Looking at the database as an operator would: is it there, and can it be written to?"""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from sqlalchemy.exc import SQLAlchemyError

from pushsvc.errors import NotDurable
from pushsvc.storage.database import Database
from pushsvc.storage.faults import words_of

ANSWER_SECONDS = 3.0
_QUESTION = (
    "SELECT pg_is_in_recovery() AS replica, current_setting('transaction_read_only') = 'on' AS read_only,"
    " pg_encoding_to_char(encoding) AS encoding, datname AS name FROM pg_database WHERE datname = current_database()"
)
#: What was asked and not answered yet: a server that is frozen is not asked again and again until the pool is empty.
_asked: WeakKeyDictionary[Database, asyncio.Task[str | None]] = WeakKeyDictionary()


async def look(database: Database, seconds: float = ANSWER_SECONDS) -> str | None:
    """What is wrong with this database, in one line with its mend; None when it can be read and written.

    Never raises, and answers within `seconds`: for readiness, for the doctor, and for who waits at its start.
    """
    asked = _asked.get(database)
    if asked is None or asked.done():
        asked = _asked[database] = asyncio.create_task(_ask(database), name="look at the database")
    await asyncio.wait([asked], timeout=seconds)
    if not asked.done():
        return (
            f"the database gives no answer within {seconds:g} s: look whether its server, and the network to it, are alive; "
            "or every connection of this process is in use: raise PUSHSVC_DATABASE_POOL"
        )
    return "the database could not be asked" if asked.cancelled() else asked.result()


async def _ask(database: Database) -> str | None:
    try:
        async with database.read() as tx:
            if database.dialect != "postgresql":
                await tx.exec_driver_sql("SELECT count(*) FROM sqlite_master")
                return None
            found = (await tx.exec_driver_sql(_QUESTION)).one()
    except NotDurable as error:
        return str(error)
    except (SQLAlchemyError, OSError) as error:
        return f"the database refuses a question: {words_of(error)}"
    if found.replica:
        return "this PostgreSQL is a read-only replica: point PUSHSVC_DATABASE_URL at the primary, or promote it"
    if found.read_only:
        return (
            "this PostgreSQL takes no writes, default_transaction_read_only is on: switch it off (ALTER DATABASE or ALTER ROLE "
            "… RESET default_transaction_read_only, or in postgresql.conf)"
        )
    if found.encoding != "UTF8":
        return (
            f'the database "{found.name}" is encoded in {found.encoding}, which cannot hold Chinese: make it anew with '
            "createdb -E UTF8 -T template0"
        )
    return None
