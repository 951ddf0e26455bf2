"""How Aliyun and Tencent Cloud check who calls them: written from their pages, and from nothing of ours.

https://help.aliyun.com/document_detail/2593177.html, https://www.tencentcloud.com/document/product/382/40466
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

TC3_SKEW_SECONDS = 300


@dataclass(frozen=True)
class Asked:
    """A request as it came: header names in small letters, the query as it was encoded."""

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def wrong_acs3(request: Asked, key_id: str, secret: str) -> str:
    """What is wrong with an ACS3-HMAC-SHA256 signature, as Aliyun's code; nothing when it is right."""
    headers = request.headers
    scheme, parts = _parts(headers)
    if scheme != "ACS3-HMAC-SHA256" or {"Credential", "SignedHeaders", "Signature"} - set(parts):
        return "IncompleteSignature"
    if parts["Credential"] != key_id:
        return "InvalidAccessKeyId.NotFound"
    names = parts["SignedHeaders"].split(";")
    needed = {name for name in headers if name.startswith("x-acs-") or name == "host"}
    needed |= {"content-type"} & set(headers) if request.body else set()
    if needed - set(names) or any(name not in headers for name in names):
        return "IncompleteSignature"
    body_hash = hashlib.sha256(request.body).hexdigest()
    if headers.get("x-acs-content-sha256") != body_hash:
        return "SignatureDoesNotMatch"
    pairs = sorted(parse_qsl(request.query, keep_blank_values=True))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    signed = [f"{name}:{headers[name].strip()}" for name in sorted(names)]
    canonical = "\n".join([request.method, "/", query, *signed, "", ";".join(sorted(names)), body_hash])
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    right = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
    return "" if hmac.compare_digest(right, parts["Signature"]) else "SignatureDoesNotMatch"


def wrong_tc3(request: Asked, secret_id: str, secret_key: str, now: datetime) -> str:
    """What is wrong with a TC3-HMAC-SHA256 signature or its time, as Tencent's code; nothing when all is right."""
    headers = request.headers
    scheme, parts = _parts(headers)
    credential = parts.get("Credential", "").split("/")
    if scheme != "TC3-HMAC-SHA256" or len(credential) != 4 or parts.get("SignedHeaders") != "content-type;host":
        return "AuthFailure.InvalidAuthorization"
    if credential[0] != secret_id:
        return "AuthFailure.SecretIdNotFound"
    stamp = headers.get("x-tc-timestamp", "")
    if not stamp.isdecimal() or abs(int(stamp) - now.timestamp()) > TC3_SKEW_SECONDS:
        return "AuthFailure.SignatureExpire"
    day = f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}"
    if credential[1:] != [day, "sms", "tc3_request"]:
        return "AuthFailure.SignatureFailure"
    signed = f"content-type:{headers['content-type'].lower()}\nhost:{headers['host'].lower()}\n"
    canonical = f"POST\n/\n\n{signed}\ncontent-type;host\n{hashlib.sha256(request.body).hexdigest()}"
    text = f"{scheme}\n{stamp}\n{day}/sms/tc3_request\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("TC3" + secret_key).encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    right = hmac.new(key, text.encode(), "sha256").hexdigest()
    return "" if hmac.compare_digest(right, parts.get("Signature", "")) else "AuthFailure.SignatureFailure"


def _parts(headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return scheme, {name: value for name, _, value in pairs}
