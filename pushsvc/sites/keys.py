"""The signing keys of sites: made once, shown once, sealed in the vault. A site may hold several while it changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.signatures import secret_bytes, written_secret
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.sites import registry
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.sites import site_keys
from pushsvc.storage.vault import Vault

KEY_BYTES = 32  # Standard Webhooks asks for 24 to 64
_CONTEXT = "site_key"

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True)
class SiteKey:
    """A key as a console names it."""

    site_key_id: int
    created_at: Instant


async def make_key(database: Database, vault: Vault, clock: Clock, random_bytes: RandomBytes, site: str) -> str:
    """A new key of a registered site, `whsec_` + base64; the older ones go on holding. NotFound for an unknown site."""
    async with database.write() as tx:
        return await add_key(tx, vault, clock, random_bytes, site)


async def add_key(tx: Transaction, vault: Vault, clock: Clock, random_bytes: RandomBytes, site: str) -> str:
    """The same, in the caller's transaction."""
    secret = written_secret(random_bytes(KEY_BYTES))
    code = (await registry.site(tx, site)).code
    await tx.execute(
        sa.insert(site_keys).values(
            site=code, secret=vault.seal(secret, _context(code)), created_at=clock.now(), revoked_at=None
        )
    )
    return secret


async def in_use(tx: AsyncConnection, site: str) -> list[SiteKey]:
    """The keys that sign for this site now, without their secrets, the newest first."""
    query = sa.select(site_keys.c.site_key_id, site_keys.c.created_at).where(
        site_keys.c.site == site, site_keys.c.revoked_at.is_(None)
    )
    return [
        SiteKey(row.site_key_id, row.created_at) for row in await tx.execute(query.order_by(site_keys.c.site_key_id.desc()))
    ]


async def revoke_key(tx: Transaction, clock: Clock, site_key_id: int) -> None:
    """From now on this key signs nothing. NotFound when there is no such key in use."""
    done = await tx.execute(
        sa.update(site_keys)
        .where(site_keys.c.site_key_id == site_key_id, site_keys.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    if not done.rowcount:
        raise NotFound(f"no key {site_key_id} is in use")


async def keys_of(tx: AsyncConnection, vault: Vault, site: str) -> list[bytes]:
    """The secrets that sign for this site now, the newest first."""
    rows = await tx.execute(_in_use().where(site_keys.c.site == site))
    return [secret_bytes(vault.open(row.secret, _context(row.site))) for row in rows]


async def keys_of_all(tx: AsyncConnection, vault: Vault, most: int) -> list[tuple[str, bytes]]:
    """(site, secret) of at most `most` keys in use; nothing at all when there are more."""
    rows = (await tx.execute(_in_use().limit(most + 1))).all()
    if len(rows) > most:
        return []
    return [(row.site, secret_bytes(vault.open(row.secret, _context(row.site)))) for row in rows]


def _in_use() -> sa.Select[tuple[str, bytes]]:
    return (
        sa.select(site_keys.c.site, site_keys.c.secret)
        .where(site_keys.c.revoked_at.is_(None))
        .order_by(site_keys.c.site_key_id.desc())
    )


def _context(site: str) -> str:
    # The site stands in it, so that a key cannot be moved to another site's row.
    return f"{_CONTEXT}:{site}"
