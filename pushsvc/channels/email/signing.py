"""DKIM (RFC 6376, RFC 8463): the sender's domain signs what it sends, so that mailboxes can tell it from a forgery."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pushsvc.errors import BadSetting

_SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post", b"mime-version",
    b"content-type", b"content-language", b"auto-submitted",
)  # fmt: skip
_SHORTEST_RSA = 1024


@dataclass(frozen=True)
class Signer:
    selector: str
    domain: str
    algorithm: str
    key: bytes = field(repr=False)

    @classmethod
    def read(cls, path: Path, selector: str, domain: str) -> Signer:
        """A key in PEM, RSA or Ed25519. BadSetting names the file and what to do."""
        try:
            pem = path.read_bytes()
            key = serialization.load_pem_private_key(pem, None)
        except (OSError, ValueError, TypeError) as error:
            raise BadSetting(f"DKIM_KEY_FILE: {path} is no readable private key in PEM without a password: {error}") from None
        if isinstance(key, RSAPrivateKey):
            if key.key_size < _SHORTEST_RSA:
                raise BadSetting(f"DKIM_KEY_FILE: {path} has {key.key_size} bits; mailboxes take 1024 or more, 2048 is usual")
            plain = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
            )
            return cls(selector, domain, "rsa-sha256", plain)
        if isinstance(key, Ed25519PrivateKey):
            if find_spec("nacl") is None:  # what dkimpy signs Ed25519 with
                raise BadSetting(
                    f"DKIM_KEY_FILE: {path} is an Ed25519 key, which needs PyNaCl here: install it, or use an RSA key"
                )
            return cls(selector, domain, "ed25519-sha256", base64.b64encode(key.private_bytes_raw()))
        raise BadSetting(f"DKIM_KEY_FILE: {path} is neither an RSA nor an Ed25519 key")

    def sign(self, raw: bytes) -> bytes:
        """`raw` with its signature in front. Takes some milliseconds of a core: call it in a thread."""
        import dkim  # brings a DNS library: a tenth of a start, for those who have no key

        signature: bytes = dkim.sign(
            raw, self.selector.encode(), self.domain.encode(), self.key, signature_algorithm=self.algorithm.encode(),
            canonicalize=(b"relaxed", b"simple"), include_headers=_SIGNED,
        )  # fmt: skip
        return signature + raw
