"""The file of a backup: lines, compressed, then sealed chunk by chunk, so that it is written and read as a stream.

    magic · salt (32) · key check (16) · chunks: length (4) · AES-256-GCM of at most 256 KiB

Each backup has a key of its own, derived from SECRET_KEY and the salt. A chunk's nonce is its number and whether it is the
last one: a chunk that is missing, doubled, moved, or cut off at the end does not open (the STREAM construction).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pushsvc.errors import BadInput, BadSetting
from pushsvc.storage.vault_keys import Entropy, derived_key

MAGIC = b"pushsvc backup 1\n"
CHUNK_BYTES = 256 * 1024
_SALT_BYTES, _CHECK_BYTES, _LENGTH_BYTES, _TAG_BYTES = 32, 16, 4, 16
_READ_BYTES = 1024 * 1024
_LEVEL = 3  # a seventh more bytes than level 6

_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class BackupWriter:
    """Takes JSON values, one a line; nothing can be read back until `close` has sealed the last chunk."""

    def __init__(self, file: BinaryIO, secret_key: str, entropy: Entropy) -> None:
        salt = entropy(_SALT_BYTES)
        key = _key(secret_key, salt)
        self._file, self._cipher, self._salt = file, AESGCM(key), salt
        self._packer = zlib.compressobj(_LEVEL)
        self._waiting = bytearray()
        self._number = 0
        file.write(MAGIC + salt + _check(key))

    def write(self, value: Any) -> None:
        self._take(self._packer.compress(_line(value).encode() + b"\n"))

    def close(self) -> None:
        """Seal what is left. The file itself stays open: its owner makes it durable."""
        self._take(self._packer.flush())
        self._seal(bytes(self._waiting), last=True)

    def _take(self, packed: bytes) -> None:
        self._waiting += packed
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), chunk, MAGIC + self._salt)
        self._file.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._number += 1


def read_lines(file: BinaryIO, secret_key: str) -> Iterator[Any]:
    """The values of a backup in order. BadSetting: another SECRET_KEY made it. BadInput: it is no backup, or damaged."""
    pending = b""
    unpacker = zlib.decompressobj()
    for chunk in _chunks(file, secret_key):
        while chunk:
            pending += unpacker.decompress(chunk, _READ_BYTES)
            chunk = unpacker.unconsumed_tail
            *lines, pending = pending.split(b"\n")
            for line in lines:
                yield json.loads(line)
    if pending or not unpacker.eof:
        raise _damaged(file)


def _chunks(file: BinaryIO, secret_key: str) -> Iterator[bytes]:
    head = file.read(len(MAGIC) + _SALT_BYTES + _CHECK_BYTES)
    if not head.startswith(MAGIC) or len(head) != len(MAGIC) + _SALT_BYTES + _CHECK_BYTES:
        raise BadInput(f"{_name(file)} is no backup of pushsvc")
    salt, check = head[len(MAGIC) : -_CHECK_BYTES], head[-_CHECK_BYTES:]
    key = _key(secret_key, salt)
    if not hmac.compare_digest(check, _check(key)):
        raise BadSetting(f"SECRET_KEY does not open {_name(file)}: set the key of the installation that made this backup")
    cipher, number = AESGCM(key), 0
    sealed = _next_sealed(file)
    while sealed:
        following = _next_sealed(file)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), sealed, MAGIC + salt)
        except InvalidTag:
            raise _damaged(file) from None
        sealed, number = following, number + 1
    if not number:
        raise _damaged(file)


def _next_sealed(file: BinaryIO) -> bytes:
    """The next sealed chunk; empty at the end of the file."""
    length = file.read(_LENGTH_BYTES)
    if not length:
        return b""
    size = int.from_bytes(length, "big")
    sealed = file.read(size) if len(length) == _LENGTH_BYTES and _TAG_BYTES <= size <= CHUNK_BYTES + _TAG_BYTES else b""
    if len(sealed) != size or not sealed:
        raise _damaged(file)
    return sealed


def _key(secret_key: str, salt: bytes) -> bytes:
    return derived_key(secret_key, f"backup-1:{salt.hex()}")


def _check(key: bytes) -> bytes:
    return hmac.digest(key, b"the key of this backup", hashlib.sha256)[:_CHECK_BYTES]


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _damaged(file: BinaryIO) -> BadInput:
    return BadInput(f"{_name(file)} is damaged or was cut off; take another backup")


def _name(file: BinaryIO) -> str:
    return str(getattr(file, "name", "the file"))
