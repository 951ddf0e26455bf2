"""Requests are signed by Standard Webhooks, as its own reference package signs them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from pushsvc.domain.signatures import BadSignature, secret_bytes, sign, verify, written_secret

SECRET = bytes(range(32))
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BODY = '{"url": "https://www.sc.gov.example/政策"}'.encode()


def headers_of_the_reference(secret: bytes = SECRET, at: datetime = NOW, webhook_id: str = "msg_1") -> dict[str, str]:
    signature = Webhook(written_secret(secret)).sign(webhook_id, at, BODY.decode())
    return {"webhook-id": webhook_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def test_what_the_reference_package_signs_is_accepted() -> None:
    assert verify([SECRET], headers_of_the_reference(), BODY, NOW) == "msg_1"


def test_the_reference_package_accepts_what_we_sign() -> None:
    now = datetime.now(UTC)
    assert Webhook(written_secret(SECRET)).verify(BODY.decode(), sign(SECRET, "msg_2", now, BODY)) is not None


def test_a_key_reads_back_with_and_without_its_prefix() -> None:
    assert secret_bytes(written_secret(SECRET)) == SECRET
    assert secret_bytes(base64.b64encode(SECRET).decode()) == SECRET
    with pytest.raises(ValueError, match="base64"):
        secret_bytes("whsec_***")


def test_while_a_key_is_changed_either_signature_of_the_header_and_either_key_hold() -> None:
    old, new = headers_of_the_reference(bytes(24)), headers_of_the_reference()
    both = {**new, "webhook-signature": f"v1a,xx {old['webhook-signature']} {new['webhook-signature']}"}
    assert verify([SECRET], both, BODY, NOW) == "msg_1"
    assert verify([bytes(31), bytes(24)], both, BODY, NOW) == "msg_1"


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_request_holds_for_five_minutes_either_way_and_no_longer(minutes: int) -> None:
    signed = headers_of_the_reference()
    assert verify([SECRET], signed, BODY, NOW + timedelta(minutes=minutes))
    with pytest.raises(BadSignature, match="5 minutes"):
        verify([SECRET], signed, BODY, NOW + timedelta(minutes=minutes, seconds=1 if minutes > 0 else -1))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("webhook-id", "", "webhook-id is missing"),
        ("webhook-id", "msg_other", "does not fit"),
        ("webhook-id", "a b", "printable ASCII"),
        ("webhook-id", "a" * 257, "256"),
        ("webhook-timestamp", "yesterday", "not a number"),
        ("webhook-timestamp", "٣", "not a number"),
        ("webhook-timestamp", "-1", "not a number"),
        ("webhook-timestamp", "9" * 12, "5 minutes in the future"),
        ("webhook-timestamp", "9" * 400, "not a number"),
        ("webhook-signature", "v1,AAAA", "does not fit"),
        ("webhook-signature", "v2,AAAA", "no `v1"),
        ("webhook-signature", "v1,***", "no `v1"),
        ("webhook-signature", "v1", "no `v1"),
    ],
)
def test_a_bad_header_is_refused_with_its_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(BadSignature, match=reason):
        verify([SECRET], {**headers_of_the_reference(), name: value}, BODY, NOW)


def test_another_body_or_another_key_does_not_hold() -> None:
    with pytest.raises(BadSignature, match="does not fit"):
        verify([SECRET], headers_of_the_reference(), BODY + b" ", NOW)
    with pytest.raises(BadSignature, match="does not fit"):
        verify([bytes(32)], headers_of_the_reference(), BODY, NOW)
    with pytest.raises(BadSignature, match="does not fit"):
        verify([], headers_of_the_reference(), BODY, NOW)
