"""The vault's data keys: random, numbered, and kept in the database wrapped by a key that only SECRET_KEY gives.

So SECRET_KEY can be changed by wrapping a few keys anew, and no personal data has to be written again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pushsvc.domain.time import Instant
from pushsvc.errors import BadSetting
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.operations import vault_keys

Purpose = Literal["seal", "find", "token"]
Entropy = Callable[[int], bytes]
KEY_BYTES: dict[Purpose, int] = {"seal": 32, "find": 32, "token": 64}
_NONCE_BYTES = 12


@dataclass(frozen=True, repr=False)
class DataKey:
    """One key in the clear. Only ever in memory, and never shown."""

    purpose: Purpose
    number: int
    secret: bytes
    created_at: Instant

    @property
    def key_id(self) -> str:
        return f"{self.purpose}-{self.number}"


def derived_key(secret_key: str, use: str) -> bytes:
    """32 bytes that only SECRET_KEY gives, another for each `use`."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"pushsvc", info=use.encode()).derive(secret_key.encode())


async def load_keys(database: Database, secret_key: str, now: Instant, entropy: Entropy) -> list[DataKey]:
    """Every data key, oldest first; the first of each purpose is made where none is there yet."""
    rows = await _rows(database)
    if not {"seal", "find", "token"} <= {row.purpose for row in rows}:
        # Two processes may come here together: the key ids are the same, so one of them wins and both read its keys.
        first = [new_key(purpose, 1, now, entropy) for purpose in KEY_BYTES]
        async with database.write() as tx:
            await store_keys(tx, first, secret_key, entropy)
        rows = await _rows(database)
    return [_unwrap(row, secret_key) for row in rows]


async def check_opens(tx: Transaction, secret_key: str) -> None:
    """Raises BadSetting when `secret_key` does not open every data key; makes none where there is none."""
    for row in await tx.execute(sa.select(vault_keys)):
        _unwrap(row, secret_key)


async def find_key(tx: Transaction, secret_key: str) -> bytes | None:
    """The key of the vault's hashes as this transaction sees it; None where there is none yet."""
    row = (await tx.execute(sa.select(vault_keys).where(vault_keys.c.purpose == "find"))).first()
    return _unwrap(row, secret_key).secret if row else None


def new_key(purpose: Purpose, number: int, now: Instant, entropy: Entropy) -> DataKey:
    return DataKey(purpose, number, entropy(KEY_BYTES[purpose]), now)


async def store_keys(tx: Transaction, keys: Sequence[DataKey], secret_key: str, entropy: Entropy) -> None:
    """Write keys that are new; one whose id is there already stays as it is."""
    await insert_new(tx, vault_keys, [_row(key, secret_key, entropy) for key in keys])


async def wrap_anew(tx: Transaction, keys: Sequence[DataKey], new_secret: str, entropy: Entropy) -> None:
    """Replace the wrapping of every key: from the commit on, only `new_secret` opens them."""
    for key in keys:
        row = _row(key, new_secret, entropy)
        await tx.execute(sa.update(vault_keys).where(vault_keys.c.key_id == key.key_id).values(wrapped=row["wrapped"]))


def _row(key: DataKey, secret_key: str, entropy: Entropy) -> dict[str, object]:
    nonce = entropy(_NONCE_BYTES)
    wrapped = nonce + AESGCM(derived_key(secret_key, "vault-wrap-1")).encrypt(nonce, key.secret, key.key_id.encode())
    return {"key_id": key.key_id, "purpose": key.purpose, "wrapped": wrapped, "created_at": key.created_at}


def _unwrap(row: sa.Row[tuple[object, ...]], secret_key: str) -> DataKey:
    wrapping = AESGCM(derived_key(secret_key, "vault-wrap-1"))
    try:
        secret = wrapping.decrypt(row.wrapped[:_NONCE_BYTES], row.wrapped[_NONCE_BYTES:], row.key_id.encode())
    except InvalidTag:
        raise BadSetting(
            "SECRET_KEY does not open this database's vault: it was made with another key; set that key again "
            "(without one set, it lies in the file secret_key under HOME)"
        ) from None
    return DataKey(row.purpose, int(row.key_id.rpartition("-")[2]), secret, row.created_at)


async def _rows(database: Database) -> Sequence[sa.Row[tuple[object, ...]]]:
    async with database.read() as tx:
        return (await tx.execute(sa.select(vault_keys).order_by(vault_keys.c.created_at, vault_keys.c.key_id))).all()
