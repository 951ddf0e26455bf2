"""The schema's history, shipped in the package: `migrate` brings any older database up to the tables of this version.

Run as a library, without `alembic.ini` and without the alembic command, so that an installed wheel can do it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from pushsvc.errors import BadSetting
from pushsvc.storage.database import Database
from pushsvc.storage.tables import metadata

HERE = Path(__file__).parent
#: Any constant will do; it keeps two processes that start together from migrating at once.
_POSTGRESQL_LOCK = 7_305_113


async def migrate(database: Database) -> list[str]:
    """Bring the schema up to date in one transaction; gives the revisions that were applied, [] when it was current.

    Raises BadSetting when the database was migrated by a newer pushsvc.
    """
    if database.dialect == "sqlite":
        Path(make_url(database.url).database or ".").parent.mkdir(parents=True, exist_ok=True)
    async with database.write() as tx:
        return await tx.run_sync(upgrade)


async def is_current(database: Database) -> bool:
    """Whether the schema is that of this version: `readyz` and `doctor` ask."""
    async with database.read() as tx:
        return await tx.run_sync(_heads) == (scripts().get_current_head(),)


def upgrade(connection: sa.Connection) -> list[str]:
    """`migrate` on a connection that is in a transaction already."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK})
    script = scripts()
    before = _heads(connection)
    known = {revision.revision for revision in script.walk_revisions()}
    if not set(before) <= known:
        raise BadSetting(
            f"DATABASE_URL: this database has schema {', '.join(before)}, which this version does not know: a newer pushsvc "
            "has migrated it; run that version, or restore an older backup into an empty database"
        )
    applied: list[str] = []

    def steps(at: Any, _context: MigrationContext) -> Any:
        todo = script._upgrade_revs("head", at)
        applied.extend(step.revision.revision for step in todo)
        return todo

    with EnvironmentContext(Config(), script, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, target_metadata=metadata)
        environment.run_migrations()
    return applied


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(HERE))


def schema_revision(connection: sa.Connection) -> str | None:
    """The revision that the database has; None before the first migration."""
    return next(iter(_heads(connection)), None)


def _heads(connection: sa.Connection) -> tuple[str, ...]:
    return tuple(MigrationContext.configure(connection).get_current_heads())
