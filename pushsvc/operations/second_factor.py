"""A second factor for accounts: a code that an authenticator app shows, new every 30 seconds (TOTP, RFC 6238).

The secret lies sealed in the account's row. A code works once: the row keeps the last 30 seconds that were used.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, NotFound, Problem
from pushsvc.operations.audit import note
from pushsvc.storage.database import Database
from pushsvc.storage.tables.operations import accounts
from pushsvc.storage.vault import Vault

STEP_SECONDS, DIGITS, _SECRET_BYTES = 30, 6, 20
#: A phone's clock may run so many steps before or behind ours (RFC 6238, 5.2 recommends one).
_DRIFT_STEPS = 1
_SEALED_AS = "account totp"


def new_secret(random_bytes: Callable[[int], bytes]) -> str:
    """32 letters and digits (base32), as authenticator apps take them."""
    return base64.b32encode(random_bytes(_SECRET_BYTES)).decode()


def app_address(secret: str, name: str, issuer: str) -> str:
    """What the QR code says: `otpauth://totp/…`, the form that the apps read."""
    label = quote(f"{issuer}:{name}", safe="")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}&digits={DIGITS}&period={STEP_SECONDS}"


def step_of(secret: str, code: str, at: Instant) -> int | None:
    """The 30 seconds whose code this is, when they are about now; None for a code that does not fit."""
    # SHA-1 is what every authenticator app speaks; as a keyed hash it is sound (RFC 6238, 1.2).
    made = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)  # noqa: S303
    digits = "".join(sign for sign in code if sign.isdigit()).encode()
    now = int(at.timestamp()) // STEP_SECONDS
    for step in range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1):
        if made.generate(step * STEP_SECONDS) == digits:
            return step
    return None


async def set_up(database: Database, vault: Vault, clock: Clock, name: str, secret: str, code: str) -> None:
    """From now on signing in asks for a code. `code` proves that the app has the secret: BadInput when it does not fit."""
    step = step_of(secret, code, clock.now())
    if step is None:
        raise BadInput(Problem("code", "does not fit: wait for the next one, and see that the phone's clock is right"))
    values = {"totp": vault.seal(secret, _SEALED_AS), "totp_step": step}
    await _change(database, clock, name, values, "second factor set up", name)


async def take_off(database: Database, clock: Clock, name: str, who: str) -> None:
    """Signing in asks for the password alone again, for example when the phone is lost. NotFound for an unknown account."""
    await _change(database, clock, name, {"totp": None, "totp_step": None}, "second factor taken off", who)


async def passes(database: Database, vault: Vault, clock: Clock, name: str, code: str) -> bool:
    """Whether the code is right and was not used before; it is used up by it. True where no second factor is set up."""
    async with database.write(first=True) as tx:
        row = (await tx.execute(sa.select(accounts.c.totp).where(accounts.c.name == name))).first()
        if row is None or row.totp is None:
            return row is not None
        step = step_of(vault.open(row.totp, _SEALED_AS), code, clock.now())
        if step is None:
            return False
        later = sa.or_(accounts.c.totp_step.is_(None), accounts.c.totp_step < step)
        used = await tx.execute(sa.update(accounts).where(accounts.c.name == name, later).values(totp_step=step))
        return used.rowcount == 1


async def _change(database: Database, clock: Clock, name: str, values: dict[str, object], action: str, who: str) -> None:
    async with database.write() as tx:
        changed = await tx.execute(sa.update(accounts).where(accounts.c.name == name).values(**values))
        if changed.rowcount != 1:
            raise NotFound(f'there is no account "{name}"; `pushsvc accounts list` shows them')
        await note(tx, clock.now(), who, action, name)
