"""The vault: the one place where personal data is turned into bytes that tell nothing, and back.

`seal` and `open` are AES-256-GCM; the number of the key stands in the sealed bytes, so keys can rotate. `find` is a keyed
hash, which answers "is this address known" without reading any. A token is AES-SIV (RFC 5297): the same subject gives the
same token, nobody can forge one, and nothing of the subject can be read from it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import string
from collections.abc import Sequence
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from pushsvc.clock import Clock
from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import PushsvcError
from pushsvc.storage.database import Database
from pushsvc.storage.vault_keys import DataKey, Entropy, load_keys, new_key, store_keys, wrap_anew

#: A new seal key is used only after this long, when every process has seen it (each calls `refresh` once a minute).
SETTLE = timedelta(minutes=2)
SHORT_TOKEN_LENGTH = 10

_FORM = b"\x01"
_NUMBER_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = len(_FORM) + _NUMBER_BYTES
_BASE62 = string.digits + string.ascii_letters
#: Derived ids are most of what tokens carry: their hex is packed, which keeps the address in an email short.
_DERIVED_ID = re.compile(r"([a-z]{3})_([0-9a-f]{32})")


def keyed_hash(key: bytes, use: str, subject: str) -> bytes:
    """What `Vault.keyed_hash` gives, for whoever has the key alone."""
    return hmac.digest(key, f"{use}\0{subject}".encode(), hashlib.sha256)


class Unreadable(PushsvcError):
    """Sealed bytes that no key of this vault opens: they were changed, or sealed for another place or another vault."""


class Vault:
    """Holds the keys in memory; the methods in everyday use need no I/O. Make one with `Vault.load`."""

    def __init__(self, database: Database, secret_key: str, clock: Clock, keys: Sequence[DataKey], entropy: Entropy) -> None:
        self._database, self._secret_key, self._clock, self._entropy = database, secret_key, clock, entropy
        self._use(keys)
        database.use_keyed_hash(self.keyed_hash)

    @classmethod
    async def load(cls, database: Database, secret_key: str, clock: Clock, *, entropy: Entropy = os.urandom) -> Vault:
        """The vault of this database; its keys are made on first use. BadSetting when `secret_key` does not open it."""
        return cls(database, secret_key, clock, await load_keys(database, secret_key, clock.now(), entropy), entropy)

    def seal(self, plain: str, context: str) -> bytes:
        """Encrypt. `context` says what it is ("endpoint", "site_key"…): it opens only under the same one."""
        key = self._seal_key(self._clock.now())
        head = _FORM + key.number.to_bytes(_NUMBER_BYTES, "big")
        nonce = self._entropy(_NONCE_BYTES)
        return head + nonce + self._ciphers[key.number].encrypt(nonce, plain.encode(), head + context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """The plain text of `sealed`. Raises Unreadable."""
        head, nonce = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        cipher = self._ciphers.get(int.from_bytes(head[len(_FORM) :], "big"))
        if head[: len(_FORM)] != _FORM or cipher is None:
            raise Unreadable(f"a sealed {context} names no key of this vault; refresh the keys or restore them from a backup")
        try:
            return cipher.decrypt(nonce, sealed[_HEAD_BYTES + _NONCE_BYTES :], head + context.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unreadable(f"a sealed {context} does not open: its bytes were changed or belong elsewhere") from None

    def find(self, channel: Channel, address: str) -> bytes:
        """32 bytes that stand for the normalised address and never change. BadInput when it is none."""
        return self.keyed_hash(f"address:{channel}", normalise_address(channel, address))

    def keyed_hash(self, use: str, subject: str) -> bytes:
        """32 bytes that stand for `subject`, for example for an erased id that may not be kept in the clear."""
        return keyed_hash(self._find_key, use, subject)

    def token(self, purpose: str, subject: str) -> str:
        """A url-safe token of `subject` that reads back only under the same purpose."""
        derived = _DERIVED_ID.fullmatch(subject)
        packed = b"\x01" + derived[1].encode() + bytes.fromhex(derived[2]) if derived else b"\x00" + subject.encode()
        return base64.urlsafe_b64encode(self._tokens.encrypt(packed, [purpose.encode()])).rstrip(b"=").decode()

    def read_token(self, purpose: str, token: str) -> str | None:
        """The subject of a token that this vault gave for `purpose`; None for anything else."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            packed = self._tokens.decrypt(sealed, [purpose.encode()])
        except (InvalidTag, ValueError, binascii.Error):
            return None
        return f"{packed[1:4].decode()}_{packed[4:].hex()}" if packed[:1] == b"\x01" else packed[1:].decode()

    def short_token(self, subject: str) -> str:
        """10 letters and digits (59 bits) for a link in an SMS. It does not read back: keep it beside its subject."""
        number = int.from_bytes(self.keyed_hash("short", subject), "big")
        signs = []
        for _ in range(SHORT_TOKEN_LENGTH):
            number, rest = divmod(number, len(_BASE62))
            signs.append(_BASE62[rest])
        return "".join(signs)

    async def rotate(self) -> str:
        """Make a new seal key, used from SETTLE after now; what older keys sealed still opens. Gives the new key's id."""
        await self.refresh()
        key = new_key("seal", max(self._ciphers) + 1, self._clock.now(), self._entropy)
        async with self._database.write() as tx:
            await store_keys(tx, [key], self._secret_key, self._entropy)
        await self.refresh()
        return key.key_id

    async def rewrap(self, new_secret: str) -> None:
        """Change SECRET_KEY: from now on only `new_secret` opens this vault. Running processes go on until they restart."""
        await self.refresh()
        async with self._database.write() as tx:
            await wrap_anew(tx, self._keys, new_secret, self._entropy)
        self._secret_key = new_secret

    async def refresh(self) -> None:
        """Read the keys again, so that what another process sealed with a newer key opens here."""
        self._use(await load_keys(self._database, self._secret_key, self._clock.now(), self._entropy))

    def _use(self, keys: Sequence[DataKey]) -> None:
        self._keys = tuple(keys)
        self._seal_keys = sorted((key for key in keys if key.purpose == "seal"), key=lambda key: key.number)
        self._ciphers = {key.number: AESGCM(key.secret) for key in self._seal_keys}
        self._find_key = next(key.secret for key in keys if key.purpose == "find")
        self._tokens = AESSIV(next(key.secret for key in keys if key.purpose == "token"))

    def _seal_key(self, now: Instant) -> DataKey:
        settled = [key for key in self._seal_keys if key.created_at + SETTLE <= now]
        return settled[-1] if settled else self._seal_keys[0]
