"""Alembic as a library: no `alembic.ini` and no alembic command, so that an installed wheel can migrate."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from pushsvc.storage.migrations import HERE, schema_revision, too_new
from pushsvc.storage.tables import metadata

#: Any constant will do; it keeps two processes that start together from migrating at once.
_POSTGRESQL_LOCK = 7_305_113


def upgrade(connection: sa.Connection, to: str = "head") -> list[str]:
    """Apply what is missing, on a connection that is in a transaction already; gives the revisions that were applied.

    `to`: how far; an older revision makes the database that an older pushsvc had.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK})
    script = scripts()
    before = schema_revision(connection)
    if before is not None and before not in {revision.revision for revision in script.walk_revisions()}:
        raise too_new(before)
    applied: list[str] = []

    def steps(at: Any, _context: MigrationContext) -> Any:
        todo = script._upgrade_revs(to, at)
        applied.extend(step.revision.revision for step in todo)
        return todo

    with EnvironmentContext(Config(), script, fn=steps, destination_rev=to) as environment:
        environment.configure(connection=connection, target_metadata=metadata)
        environment.run_migrations()
    return applied


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(HERE))
