"""A file that an administrator has uploaded: checked first, applied when the question is answered, and how far that is.

It lies sealed in the database, so that any process can go on with it, and is forgotten when it was applied or after a day.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant, iso
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.operations import installation
from pushsvc.storage.vault import Vault

Kind = Literal["sites", "subscribers"]
State = Literal["checked", "running", "done", "failed"]
KEPT_FOR = timedelta(days=1)
#: A process that applies a file says so every few seconds; after so long without a word it has stopped.
STALLED_AFTER = timedelta(seconds=30)
_TEXT, _STATE = "upload text", "upload state"


@dataclass(frozen=True)
class Upload:
    """`token` names it, `who` may go on with it. `lines`: how many it has, `done`: how many were applied.

    `said`: what the check or the import found, as JSON. `beat`: the last sign of life of whoever applies it.
    """

    token: str
    kind: Kind
    who: str
    lines: int
    state: State = "checked"
    done: int = 0
    beat: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)

    def is_running(self, now: Instant) -> bool:
        return self.state == "running" and datetime.fromisoformat(self.beat) > now - STALLED_AFTER

    def running(self, now: Instant, done: int = 0) -> Upload:
        return replace(self, state="running", done=done, beat=iso(now))


async def keep(tx: Transaction, vault: Vault, upload: Upload, text: str, now: Instant) -> None:
    """Put the file away; those of yesterday go."""
    await sweep(tx, now)
    packed = base64.b64encode(zlib.compress(text.encode(), 1)).decode()
    await upsert(tx, installation, [_row(vault, f"{_TEXT} {upload.token}", packed, now)], update=["value"])
    await write(tx, vault, upload, now)


async def write(tx: Transaction, vault: Vault, upload: Upload, now: Instant) -> None:
    """How it stands now."""
    stands = json.dumps(asdict(upload), ensure_ascii=False)
    await upsert(tx, installation, [_row(vault, f"{_STATE} {upload.token}", stands, now)], update=["value"])


async def find(tx: AsyncConnection, vault: Vault, kind: Kind, token: str, who: str) -> Upload | None:
    """This person's upload; None for another's, and for one that is forgotten."""
    written = await _open(tx, vault, f"{_STATE} {token}")
    found = Upload(**json.loads(written)) if written else None
    return found if found and (found.kind, found.who) == (kind, who) else None


async def text_of(tx: AsyncConnection, vault: Vault, token: str) -> str | None:
    """The file itself, while it is kept."""
    packed = await _open(tx, vault, f"{_TEXT} {token}")
    return zlib.decompress(base64.b64decode(packed)).decode() if packed else None


async def take(tx: Transaction, vault: Vault, kind: Kind, token: str, who: str, now: Instant) -> Upload | None:
    """The upload, if nobody is applying it and it waits to be applied: from now on it is running. None otherwise."""
    await one_after_another(tx, "upload", [token])
    found = await find(tx, vault, kind, token, who)
    if found is None or found.state == "done" or found.is_running(now):
        return None
    found = found.running(now, found.done)
    await write(tx, vault, found, now)
    return found


async def forget_text(tx: Transaction, token: str) -> None:
    """It was applied: the file itself is of no use any more."""
    await tx.execute(sa.delete(installation).where(installation.c.name == f"{_TEXT} {token}"))


async def forget(tx: Transaction, token: str) -> None:
    names = (f"{_TEXT} {token}", f"{_STATE} {token}")
    await tx.execute(sa.delete(installation).where(installation.c.name.in_(names)))


async def sweep(tx: Transaction, now: Instant) -> None:
    """A duty too, for no other file may ever come: those of yesterday go."""
    ours = sa.or_(*(installation.c.name.startswith(f"{each} ") for each in (_TEXT, _STATE)))
    at = installation.c.value["at"].as_string()
    rows = await tx.execute(sa.select(installation.c.name, at.label("at")).where(ours))
    old = [row.name for row in rows if datetime.fromisoformat(row.at) < now - KEPT_FOR]
    if not old:
        return
    await tx.execute(sa.delete(installation).where(installation.c.name.in_(old)))


def _row(vault: Vault, name: str, plain: str, now: Instant) -> dict[str, Any]:
    # The name stands in the seal, so that a file cannot be moved under another question.
    return {"name": name, "value": {"at": iso(now), "sealed": base64.b64encode(vault.seal(plain, name)).decode()}}


async def _open(tx: AsyncConnection, vault: Vault, name: str) -> str | None:
    value = (await tx.execute(sa.select(installation.c.value).where(installation.c.name == name))).scalar()
    return vault.open(base64.b64decode(value["sealed"]), name) if value else None
