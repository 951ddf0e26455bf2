"""Console accounts: who may see, publish, operate, approve, administer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, NotFound, Problem
from pushsvc.operations.audit import COMMAND_LINE, note
from pushsvc.operations.passwords import check_new, fits, hashed, one_time_password
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.storage.database import Database
from pushsvc.storage.rows import insert_one
from pushsvc.storage.tables.operations import accounts

Role = Literal["viewer", "publisher", "operator", "approver", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
_NAME = re.compile(r"[\w.@-]{1,80}")
_SITE = re.compile(r"[0-9A-Za-z]{10}")


@dataclass(frozen=True)
class Account:
    """One account. `site`: the one site for which it acts, None for all. `one_time`: its password must be changed first."""

    name: str
    role: Role
    site: str | None
    one_time: bool
    disabled: bool
    created_at: Instant
    second_factor: bool = False
    """Signing in asks for a code of an authenticator app too."""


async def add_account(
    database: Database, clock: Clock, name: str, role: str, site: str | None = None, *, who: str = COMMAND_LINE
) -> str:
    """Make an account; gives its one-time password, which is kept nowhere. BadInput names the field that is wrong."""
    _check(name, role, site)
    password = one_time_password()
    row = {
        "name": name, "role": role, "site": site, "password_hash": await asyncio.to_thread(hashed, password),
        "one_time": True, "disabled": False, "created_at": clock.now(),
    }  # fmt: skip
    async with database.write() as tx:
        if not await insert_one(tx, accounts, row):
            raise BadInput(Problem("name", f'account "{name}" is there already; reset gives it a new one-time password'))
        await note(tx, clock.now(), who, "account added", name, {"role": role, "site": site})
    return password


async def list_accounts(database: Database) -> Sequence[Account]:
    """All of them, by name."""
    async with database.read() as tx:
        rows = (await tx.execute(sa.select(accounts).order_by(accounts.c.name))).all()
    return [_account(row) for row in rows]


async def reset_account(database: Database, clock: Clock, name: str, *, who: str = COMMAND_LINE) -> str:
    """A new one-time password, which also opens an account that was disabled. NotFound when there is none of that name."""
    password = one_time_password()
    values = {"password_hash": await asyncio.to_thread(hashed, password), "one_time": True, "disabled": False}
    await _change(database, clock, name, values, "account reset", who, ends_sessions=True)
    return password


async def disable_account(database: Database, clock: Clock, name: str, *, who: str = COMMAND_LINE) -> None:
    """Nobody signs in with it any more, and open sessions end at their next request."""
    await _change(database, clock, name, {"disabled": True}, "account disabled", who, ends_sessions=True)


async def set_password(database: Database, clock: Clock, name: str, password: str) -> None:
    """The person's own password, in place of the one-time one. BadInput names the rule."""
    check_new(password, name)
    values = {"password_hash": await asyncio.to_thread(hashed, password), "one_time": False}
    await _change(database, clock, name, values, "password set", name)


async def verify(database: Database, name: str, password: str) -> Account | None:
    """The account when name and password fit and it is not disabled; None otherwise, without saying which was wrong."""
    async with database.read() as tx:
        row = (await tx.execute(sa.select(accounts).where(accounts.c.name == name))).first()
    fitting = await asyncio.to_thread(fits, password, row.password_hash if row else None)
    return _account(row) if row and fitting and not row.disabled else None


async def find_account(database: Database, name: str) -> Account | None:
    """For a session that is open already: an account that is gone or disabled is None."""
    async with database.read() as tx:
        row = (await tx.execute(sa.select(accounts).where(accounts.c.name == name))).first()
    return _account(row) if row and not row.disabled else None


async def _change(
    database: Database,
    clock: Clock,
    name: str,
    values: dict[str, object],
    action: str,
    who: str,
    *,
    ends_sessions: bool = False,
) -> None:
    async with database.write() as tx:
        changed = await tx.execute(sa.update(accounts).where(accounts.c.name == name).values(**values))
        if changed.rowcount != 1:
            raise NotFound(f'there is no account "{name}"; `pushsvc accounts list` shows them')
        if ends_sessions:
            await end_sessions_of(tx, "console", name)
        await note(tx, clock.now(), who, action, name)


def _check(name: str, role: str, site: str | None) -> None:
    problems = []
    if not _NAME.fullmatch(name):
        problems.append(Problem("name", "must be 1 to 80 letters, digits, and . _ @ -"))
    if role not in ROLES:
        problems.append(Problem("role", f"{role!r} is none of {', '.join(ROLES)}"))
    if site is not None and not _SITE.fullmatch(site):
        problems.append(Problem("site", f"{site!r} is no site code (ten characters)"))
    if role == "publisher" and site is None:
        problems.append(Problem("site", "a publisher acts for one site: name it with --site CODE"))
    if problems:
        raise BadInput(problems)


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(row.name, row.role, row.site, row.one_time, row.disabled, row.created_at, row.totp is not None)
