"""Tencent Cloud's request signature V3, TC3-HMAC-SHA256. https://www.tencentcloud.com/document/product/382/40466"""

from __future__ import annotations

import hashlib
import hmac

from pushsvc.domain.time import Instant

ALGORITHM = "TC3-HMAC-SHA256"
SERVICE = "sms"
CONTENT_TYPE = "application/json"
_SIGNED = "content-type;host"


def call_headers(
    secret_id: str, secret_key: str, host: str, action: str, version: str, region: str, body: bytes, now: Instant
) -> dict[str, str]:
    """All headers of one call, Authorization included. It is good for 5 minutes."""
    timestamp = int(now.timestamp())
    day = now.strftime("%Y-%m-%d")
    scope = f"{day}/{SERVICE}/tc3_request"
    canonical = "\n".join((
        "POST", "/", "", f"content-type:{CONTENT_TYPE}\nhost:{host}\n", _SIGNED, hashlib.sha256(body).hexdigest(),
    ))  # fmt: skip
    to_sign = f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = _hmac(_signing_key(secret_key, day), to_sign).hex()
    return {
        "Host": host,
        "Content-Type": CONTENT_TYPE,
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Region": region,
        "X-TC-Timestamp": str(timestamp),
        "X-TC-Language": "zh-CN",
        "Authorization": f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={_SIGNED}, Signature={signature}",
    }


def _signing_key(secret_key: str, day: str) -> bytes:
    key = f"TC3{secret_key}".encode()
    for part in (day, SERVICE, "tc3_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
