"""Signatures by Standard Webhooks 1.1 (https://www.standardwebhooks.com): symmetric, `v1`.

What is signed is `{webhook-id}.{webhook-timestamp}.{body}`; the header may carry several signatures, separated by blanks,
while a key is being changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pushsvc.domain.time import Instant
from pushsvc.errors import PushsvcError

TOLERANCE = timedelta(minutes=5)
SECRET_PREFIX = "whsec_"  # noqa: S105  (a prefix, no secret)
MAX_ID_CHARACTERS = 256
#: More signatures than this in one header help nobody but an attacker.
_MAX_SIGNATURES = 8
#: With what whoever signs nothing is told to sign, where nobody says otherwise.
SITE_KEY = "your site's key"
_ID = re.compile(r"[\x21-\x7e]+")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class BadSignature(PushsvcError):
    """The request is not signed, too old, or signed with another key: HTTP 401."""


@dataclass(frozen=True)
class Signed:
    """The three headers of a request, checked for form and time. `signatures` holds the decoded `v1` ones."""

    webhook_id: str
    timestamp: str
    signatures: tuple[bytes, ...]

    def by(self, secret: bytes, body: bytes) -> bool:
        """Whether one of the signatures was made with `secret` over `body`. Takes the same time for a near miss."""
        expected = _mac(secret, self.webhook_id, self.timestamp, body)
        return any(hmac.compare_digest(expected, each) for each in self.signatures)


def read_headers(headers: Mapping[str, str], now: Instant, key: str = SITE_KEY) -> Signed:
    """Reads `webhook-id`, `webhook-timestamp` and `webhook-signature`. BadSignature names what is missing or too old.

    `key`: in words, with what the sender is to sign.
    """
    webhook_id = _header(headers, "webhook-id", key)
    timestamp = _header(headers, "webhook-timestamp", key)
    written = _header(headers, "webhook-signature", key)
    if len(webhook_id) > MAX_ID_CHARACTERS or not _ID.fullmatch(webhook_id):
        raise BadSignature(f"webhook-id must be at most {MAX_ID_CHARACTERS} printable ASCII characters without blanks")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise BadSignature(f'webhook-timestamp "{timestamp[:40]}" is not a number of seconds since 1970')
    away = int(timestamp) - now.timestamp()
    if abs(away) > TOLERANCE.total_seconds():
        way = "old" if away < 0 else "in the future"
        raise BadSignature(f"webhook-timestamp is more than 5 minutes {way}: set the sender's clock, then sign again")
    return Signed(webhook_id, timestamp, tuple(_signatures(written)))


def verify(secrets: Iterable[bytes], headers: Mapping[str, str], body: bytes, now: Instant, key: str = SITE_KEY) -> str:
    """The `webhook-id` of a request that one of `secrets` signed within the last 5 minutes; else BadSignature, which says in
    the words of `key` with what to sign."""
    signed = read_headers(headers, now, key)
    if not any(signed.by(secret, body) for secret in secrets):
        raise BadSignature("webhook-signature does not fit the body and the key: sign `id.timestamp.body` as it is sent")
    return signed.webhook_id


def sign(secret: bytes, webhook_id: str, at: Instant, body: bytes) -> dict[str, str]:
    """The three headers that sign `body`."""
    timestamp = str(int(at.timestamp()))
    mac = base64.b64encode(_mac(secret, webhook_id, timestamp, body)).decode("ascii")
    return {"webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{mac}"}


def secret_bytes(written: str) -> bytes:
    """The key in `whsec_` + base64 (the prefix may be absent). ValueError when it is not base64."""
    try:
        return base64.b64decode(written.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(f"the key is not base64 ({error})") from None


def written_secret(secret: bytes) -> str:
    """The inverse of `secret_bytes`, with the prefix."""
    return SECRET_PREFIX + base64.b64encode(secret).decode("ascii")


def _header(headers: Mapping[str, str], name: str, key: str) -> str:
    value = headers.get(name, "").strip()
    if not value:
        raise BadSignature(f"the header {name} is missing: sign requests by Standard Webhooks 1.1 with {key}")
    return value


def _signatures(written: str) -> list[bytes]:
    found = []
    for each in written.split()[:_MAX_SIGNATURES]:
        version, _, mac = each.partition(",")
        if version != "v1" or not mac:
            continue
        try:
            found.append(base64.b64decode(mac, validate=True))
        except (binascii.Error, ValueError):
            continue
    if not found:
        raise BadSignature("webhook-signature holds no `v1,…` signature in base64")
    return found


def _mac(secret: bytes, webhook_id: str, timestamp: str, body: bytes) -> bytes:
    return hmac.new(secret, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
