"""Aliyun's request signature V3, ACS3-HMAC-SHA256: what the current SDK uses for Dysmsapi 2017-05-25.

https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

from pushsvc.domain.time import Instant

ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted by name, percent-encoded by RFC 3986: the form that is signed, and that is sent."""
    return "&".join(f"{_encoded(name)}={_encoded(parameters[name])}" for name in sorted(parameters))


def call_headers(host: str, action: str, version: str, body: bytes, now: Instant, nonce: str) -> dict[str, str]:
    """The headers that Aliyun wants signed, but for Authorization. A request is good for 15 minutes, a nonce once."""
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-version": version,
        "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
    }
    if body:
        headers["content-type"] = "application/x-www-form-urlencoded"
    return headers


def authorization(
    key_id: str, secret: str, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    """The header Authorization. All of `headers` are signed; `x-acs-content-sha256` among them stands for the body."""
    plain = {name.lower(): value.strip() for name, value in headers.items()}
    names = sorted(plain)
    signed = ";".join(names)
    canonical = "\n".join((
        method, path, canonical_query(query), "".join(f"{name}:{plain[name]}\n" for name in names), signed,
        plain["x-acs-content-sha256"],
    ))  # fmt: skip
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={signed},Signature={signature}"


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
