"""`pushsvc restore DIR`: a backup into an empty database, all or nothing.

Between the backup and now the lost installation went on sending. So the restored one starts paused, and what was due
before now is `unknown`, for good: it may have left, and nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant, iso
from pushsvc.errors import BadInput
from pushsvc.storage.audit_chain import append
from pushsvc.storage.backup import FORMAT, as_stored, counted_columns, newest_backup
from pushsvc.storage.backup_file import read_lines
from pushsvc.storage.database import KEYED_HASH, Database, Transaction
from pushsvc.storage.migrations import migrate, schema_revision
from pushsvc.storage.rows import insert_new, upsert
from pushsvc.storage.tables import metadata, operations, sites
from pushsvc.storage.tables.ledger import attempts, deliveries, notices
from pushsvc.storage.vault import keyed_hash
from pushsvc.storage.vault_keys import find_key

_ROWS_AT_ONCE = 1000
#: What a start makes by itself in an empty database; a backup's rows take its place.
MADE_BY_A_START = frozenset(
    {"vault_keys", "turns", "log_heads", "positions", "profile_counters", "matcher_positions", "installation", "leases"}
)
WHY_UNKNOWN = "restored from a backup: it may have left after that backup was made"


@dataclass(frozen=True)
class Restored:
    """What came back. `unknown`: deliveries that were due, and may have left after the backup."""

    path: Path
    made_at: str
    rows: Mapping[str, int]
    unknown: int


async def restore(database: Database, secret_key: str, place: Path, clock: Clock) -> Restored:
    """Restore the newest backup in `place` (or that file). No process may run on the database meanwhile.

    BadInput: the database is not empty, or the file is no whole backup; BadSetting: SECRET_KEY does not open it. In either
    case the database stays as it was.
    """
    path = newest_backup(place)
    await migrate(database)
    with path.open("rb") as file:
        lines = read_lines(file, secret_key)
        first = next(lines, None)
        async with database.write() as tx:
            head = await _check_head(tx, first, path)
            await make_empty(tx)
            rows, foot = await _load(tx, lines)
            if foot is None or foot["rows"] != rows:
                raise BadInput(f"{path} is not whole: its counts do not fit its rows; take another backup")
            await set_counters(tx, foot["counters"])
            unknown = await _doubt_what_was_due(tx, clock.now())
            await _pause(tx, clock.now(), path, str(head["at"]))
            await _note(tx, secret_key, clock.now(), path, str(head["at"]))
    return Restored(path, head["at"], rows, unknown)


async def _check_head(tx: Transaction, head: Any, path: Path) -> dict[str, Any]:
    if not isinstance(head, dict) or head.get("pushsvc") != FORMAT:
        raise BadInput(f"{path} has a form that this version does not read; restore it with the version that made it")
    revision = await tx.run_sync(schema_revision)
    if head["schema"] != revision:
        raise BadInput(
            f"{path} has schema {head['schema']}, this version makes {revision}: restore it with the version that made it, "
            "then run `pushsvc migrate` with this one"
        )
    return head


async def make_empty(tx: Transaction) -> None:
    """Remove what a start has made by itself. Raises BadInput when there is anything else."""
    for table in metadata.sorted_tables:
        if table.name in MADE_BY_A_START or table.info.get("derived"):
            await tx.execute(sa.delete(table))
        elif (await tx.execute(sa.select(sa.literal(1)).select_from(table).limit(1))).first():
            raise BadInput(f"the database is not empty: {table.name} has rows; use a new one (another DATABASE_URL or HOME)")


async def _load(tx: Transaction, lines: Iterator[Any]) -> tuple[dict[str, int], Any]:
    """Insert every table; gives the counts and the foot line, None when the file ended without one."""
    counts: dict[str, int] = {}
    line = next(lines, None)
    while isinstance(line, dict) and "table" in line:
        name, columns = line["table"], line["columns"]
        if name not in metadata.tables or set(columns) != set(metadata.tables[name].columns.keys()):
            raise BadInput(f"the backup's table {name} does not fit this version; restore it with the version that made it")
        table = metadata.tables[name]
        readers = [as_stored(table.columns[column]) for column in columns]
        counts[name], line = 0, next(lines, None)
        while isinstance(line, list):
            values = [line, *_rows(lines, _ROWS_AT_ONCE - 1)]
            after = values.pop() if not isinstance(values[-1], list) else None
            await _insert(tx, table, columns, readers, values)
            counts[name] += len(values)
            line = after if after is not None else next(lines, None)
    return counts, line


def _rows(lines: Iterator[Any], most: int) -> Iterator[Any]:
    """Row lines, and the first line that is none."""
    for line in islice(lines, most):
        yield line
        if not isinstance(line, list):
            return


async def _insert(tx: Transaction, table: sa.Table, columns: Sequence[str], readers: Sequence[Any], values: list[Any]) -> None:
    rows = [{name: read(cell) for name, read, cell in zip(columns, readers, row, strict=True)} for row in values]
    await tx.execute(sa.insert(table), rows)


async def set_counters(tx: Transaction, come: Mapping[str, int]) -> None:
    """Let each counted key go on after `come` (`backup.counters`)."""
    for column in counted_columns():
        table = column.table.name
        last = come.get(table, 0)
        if not last:
            continue
        if tx.dialect.name == "postgresql":
            sequence = sa.func.pg_get_serial_sequence(table, column.name)
            await tx.execute(sa.select(sa.func.setval(sequence, last)))
        elif column.table.dialect_options["sqlite"]["autoincrement"]:
            await tx.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table})
            await tx.execute(
                sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": table, "seq": last}
            )


async def _doubt_what_was_due(tx: Transaction, now: Instant) -> int:
    doubtful = sa.or_(
        deliveries.c.state == "claimed",
        sa.and_(deliveries.c.state == "planned", deliveries.c.due_at <= now),
        # In doubt already, with one repeat to come: that repeat is not sent either.
        sa.and_(deliveries.c.state == "unknown", deliveries.c.ended_at.is_(None)),
    )
    return await _make_unknown(tx, doubtful, now)


async def doubt_what_was_accepted_before(tx: Transaction, restored_at: Instant, now: Instant) -> int:
    """Called when an operator resumes a restored installation, before anything leaves.

    Events that were still on their way when the backup was made have been planned since the restore. The lost installation
    went on with them too, so their messages are `unknown` like those that were due. Reminders were not yet due then.
    """
    carried = sa.select(notices.c.notice_id).where(notices.c.delivery_id == deliveries.c.delivery_id)
    accepted = sa.select(sites.events.c.received_at).where(sites.events.c.event_id == notices.c.event_id).scalar_subquery()
    doubtful = sa.and_(
        deliveries.c.state == "planned",
        deliveries.c.kind != "reminder",
        deliveries.c.created_at >= restored_at,
        carried.where(accepted < restored_at).exists(),
        ~carried.where(accepted >= restored_at).exists(),
    )
    return await _make_unknown(tx, doubtful, now)


async def _make_unknown(tx: Transaction, doubtful: sa.ColumnElement[bool], now: Instant) -> int:
    """These deliveries are `unknown` for good, with an attempt that says why, and their notices count as told."""
    found = (await tx.execute(sa.select(deliveries.c.delivery_id, deliveries.c.tries).where(doubtful))).all()
    for start in range(0, len(found), _ROWS_AT_ONCE):
        piece = found[start : start + _ROWS_AT_ONCE]
        ids = [row.delivery_id for row in piece]
        tried = [
            {"delivery_id": row.delivery_id, "attempt": row.tries + 1, "outcome": "unknown", "code": "restore",
             "why": WHY_UNKNOWN, "at": now}
            for row in piece
        ]  # fmt: skip
        await insert_new(tx, attempts, tried)
        await tx.execute(
            sa.update(deliveries)
            .where(deliveries.c.delivery_id.in_(ids))
            .values(state="unknown", held="", code="restore", why=WHY_UNKNOWN, ended_at=now, tries=deliveries.c.tries + 1)
            .values(claim=None, claim_order=None, leased_until=None)
        )
        await tx.execute(
            sa.update(notices)
            .where(notices.c.delivery_id.in_(ids), notices.c.state == "planned", notices.c.told_at.is_(None))
            .values(told_at=now)
        )
    return len(found)


async def _pause(tx: Transaction, now: Instant, path: Path, made_at: str) -> None:
    why = f"restored from {path.name}; `pushsvc channel resume all` lets messages leave again"
    paused = {"paused": True, "at": iso(now), "why": why, "backup_made_at": made_at}
    await upsert(tx, operations.installation, [{"name": "paused", "value": paused}], update=["value"])
    channels = [{"channel": channel, "paused_at": now, "why": why} for channel in CHANNELS]
    await insert_new(tx, operations.paused_channels, channels)


async def _note(tx: Transaction, secret_key: str, now: Instant, path: Path, made_at: str) -> None:
    """The deed goes on the chain that came with the backup, under the key that came with it."""
    key = await find_key(tx, secret_key)
    if key is not None:
        tx.info[KEYED_HASH] = partial(keyed_hash, key)
    deed = {"at": now, "who": "command line", "action": "restored", "subject": path.name, "detail": {"made_at": made_at}}
    await append(tx, deed)
