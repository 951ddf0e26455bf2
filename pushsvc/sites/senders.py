"""Who sent this request? The site whose key signed it, and nobody else may speak for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.signatures import BadSignature, Signed, read_headers
from pushsvc.errors import BadInput, PushsvcError
from pushsvc.sites import keys, registry
from pushsvc.sites.registry import Site
from pushsvc.sites.site_lines import plain_code
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault

#: To tell "another site's key" (403) from "nobody's" (401), every key is tried, as long as that costs little: this many
#: keys at most, and this many bytes hashed in all (about 50 ms).
_MOST_KEYS = 2_000
_MOST_HASHED_BYTES = 32 * 1024 * 1024


class NotYours(PushsvcError):
    """Signed well, but not for this site or this address: HTTP 403."""


@dataclass(frozen=True)
class Sender:
    """The site that signed a request, under which id."""

    site: Site
    webhook_id: str


async def authenticate(
    database: Database,
    vault: Vault,
    clock: Clock,
    headers: Mapping[str, str],
    body: bytes,
    document: Mapping[str, object],
    *,
    may_search: Callable[[], bool],
) -> Sender:
    """The site that signed `body`. `document` is the parsed body, read only for the site that it claims to come from.

    `may_search` says whether the keys of all sites may be tried when the site's own do not fit: a flood of bad requests
    must not keep the process busy. Without it, what would be NotYours is BadSignature.

    BadSignature when no key of anybody fits, NotYours when the key of another site does.
    """
    signed = read_headers(headers, clock.now())
    async with database.read() as tx:
        claimed = await _claimed(tx, document)
        if claimed and any(signed.by(secret, body) for secret in await keys.keys_of(tx, vault, claimed)):
            return Sender(await registry.site(tx, claimed), signed.webhook_id)
        signer = await _signer(tx, vault, signed, body) if may_search() else None
        if signer is None:
            raise BadSignature("webhook-signature fits no key of the site: sign `id.timestamp.body` exactly as it is sent")
        if claimed and signer != claimed:
            raise NotYours(f"the request is signed with the key of {signer}, but speaks for {claimed}: use that site's key")
        return Sender(await registry.site(tx, signer), signed.webhook_id)


async def _claimed(tx: AsyncConnection, document: Mapping[str, object]) -> str | None:
    said, url = document.get("site"), document.get("url")
    if isinstance(said, str) and said.strip():
        return plain_code(said)
    try:
        return await registry.owner_of(tx, url) if isinstance(url, str) else None
    except BadInput:
        return None


async def _signer(tx: AsyncConnection, vault: Vault, signed: Signed, body: bytes) -> str | None:
    most = min(_MOST_KEYS, _MOST_HASHED_BYTES // (len(body) + 1024))
    for site, secret in await keys.keys_of_all(tx, vault, most):
        if signed.by(secret, body):
            return site
    return None
