"""The schema's history, shipped in the package: `migrate` brings any older database up to the tables of this version.

Every command and process asks first, and nearly always finds the schema current: that is answered without Alembic, which
takes a tenth of a start to import.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from pushsvc.errors import BadSetting, NotDurable
from pushsvc.storage.database import Database

HERE = Path(__file__).parent
_version = sa.table("alembic_version", sa.column("version_num", sa.String))


async def migrate(database: Database) -> list[str]:
    """Bring the schema up to date in one transaction; gives the revisions that were applied, [] when it was current.

    Raises BadSetting when the database was migrated by a newer pushsvc.
    """
    if database.dialect == "sqlite":
        _make_folder(Path(make_url(database.url).database or ".").parent)
    if await _is_current_at_last(database):
        return []
    from pushsvc.storage.migrations.running import upgrade

    async with database.write() as tx:
        return await tx.run_sync(upgrade)


async def _is_current_at_last(database: Database) -> bool:
    """Two processes that make a SQLite file together: one turns it to WAL, and meanwhile the other is refused at once,
    without the time that it would wait for a lock."""
    for _again in range(20):
        try:
            return await is_current(database)
        except NotDurable:
            if database.dialect != "sqlite":
                raise
            await asyncio.sleep(0.1)
    return await is_current(database)


async def is_current(database: Database) -> bool:
    """Whether the schema is that of this version: `readyz` and `doctor` ask."""
    async with database.read() as tx:
        return await tx.run_sync(schema_revision) == newest_revision()


async def require_current(database: Database) -> None:
    """For processes that leave the schema to `pushsvc migrate`. BadSetting when it is not that of this version."""
    async with database.read() as tx:
        revision = await tx.run_sync(schema_revision)
    if revision == newest_revision():
        return
    if revision is not None and revision > newest_revision():
        raise too_new(revision)
    state = "no schema yet" if revision is None else f"schema {revision}, this version has {newest_revision()}"
    raise BadSetting(f"DATABASE_URL: this database has {state}: run `pushsvc migrate` first")


def newest_revision() -> str:
    """The revision that this version's tables have; files are named after theirs, `0001_….py`."""
    return max(path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*_*.py"))


def schema_revision(connection: sa.Connection) -> str | None:
    """The revision that the database has; None before the first migration."""
    if not sa.inspect(connection).has_table(_version.name):
        return None
    return connection.execute(sa.select(_version.c.version_num)).scalar()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise BadSetting(
            f"DATABASE_URL: the folder {folder} cannot be made ({fault.strerror}); set HOME or DATABASE_URL to one that can"
        ) from None


def too_new(revision: str) -> BadSetting:
    return BadSetting(
        f"DATABASE_URL: this database has schema {revision}, which this version does not know: a newer pushsvc has migrated "
        "it; run that version, or restore an older backup into an empty database"
    )
