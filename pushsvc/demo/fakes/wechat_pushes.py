"""What the fake of WeChat pushes to its account: XML, sealed and signed as the safe mode has it, by code of its own."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Value = str | int | list[Mapping[str, str]]


def written(fields: Mapping[str, Value]) -> str:
    """The XML of a push; a list becomes `<List>`s, as in pushes about subscription messages."""
    inner = ""
    for name, value in fields.items():
        if isinstance(value, list):
            items = "".join(
                "<List>" + "".join(f"<{k}>{escape(v)}</{k}>" for k, v in item.items()) + "</List>" for item in value
            )
            inner += f"<{name}>{items}</{name}>"
        else:
            inner += f"<{name}>{escape(str(value))}</{name}>"
    return f"<xml>{inner}</xml>"


def sealed(xml: str, *, aes: str, app_id: str, token: str, at: int, nonce: str) -> tuple[dict[str, str], bytes]:
    """The query and the body of the call."""
    key, message = base64.b64decode(aes + "="), xml.encode()
    plain = os.urandom(16) + len(message).to_bytes(4, "big") + message + app_id.encode()
    padder = padding.PKCS7(256).padder()
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    cipher = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    encrypted = base64.b64encode(cipher).decode()

    def sign(*parts: str) -> str:
        digest = hashlib.sha1(usedforsecurity=False)
        for part in sorted(parts):
            digest.update(part.encode())
        return digest.hexdigest()

    query = {
        "signature": sign(token, str(at), nonce), "timestamp": str(at), "nonce": nonce, "encrypt_type": "aes",
        "msg_signature": sign(token, str(at), nonce, encrypted),
    }  # fmt: skip
    return query, f"<xml><ToUserName>gh_fake</ToUserName><Encrypt>{encrypted}</Encrypt></xml>".encode()
