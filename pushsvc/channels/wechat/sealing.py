"""How WeChat signs and seals what it sends us: developers.weixin.qq.com, "Message encryption and decryption".

Signature: the SHA-1 of the parts, sorted and joined. Seal: AES-256-CBC with the key's first half as its start; inside stand 16
random bytes, the length (4 bytes), the message, the app id; padded to whole 32 bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK, _RANDOM, _LENGTH = 32, 16, 4


class NotOurs(Exception):
    """It was not sealed with our key, or for another account."""


def signature(*parts: str) -> str:
    """The signature of `parts`, one of which is the account's token."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  (WeChat's own)


def is_signed(given: str, *parts: str) -> bool:
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


def unseal(sealed: str, key: bytes, app_id: str) -> bytes:
    """The message in `sealed` (base64). NotOurs."""
    try:
        taken = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise NotOurs("it is no base64") from None
    if not taken or len(taken) % _RANDOM:
        raise NotOurs("it is not whole")
    opener = _cipher(key).decryptor()
    plain = opener.update(taken) + opener.finalize()
    pad = plain[-1]
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise NotOurs("it was sealed with another key")
    plain = plain[_RANDOM:-pad]
    (length,) = struct.unpack(">I", plain[:_LENGTH]) if len(plain) >= _LENGTH else (-1,)
    message, whose = plain[_LENGTH : _LENGTH + length], plain[_LENGTH + length :]
    if len(message) != length or not hmac.compare_digest(whose, app_id.encode()):
        raise NotOurs("it is for another account")
    return message


def seal(message: bytes, key: bytes, app_id: str, random_bytes: Callable[[int], bytes]) -> str:
    """`message` as `unseal` opens it."""
    plain = random_bytes(_RANDOM) + struct.pack(">I", len(message)) + message + app_id.encode()
    pad = _BLOCK - len(plain) % _BLOCK
    closer = _cipher(key).encryptor()
    return base64.b64encode(closer.update(plain + bytes([pad]) * pad) + closer.finalize()).decode()


def _cipher(key: bytes) -> Cipher[CBC]:
    return Cipher(AES(key), CBC(key[:16]))
