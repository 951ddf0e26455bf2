"""One endpoint has one spelling; what is no address gets an error that names the rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput


@pytest.mark.parametrize(
    ("channel", "written", "one_spelling"),
    [
        ("email", "Li.Wei@Example.CN", "li.wei@example.cn"),
        ("email", "  a+b@example.cn ", "a+b@example.cn"),
        ("email", "ａ@ｅｘａｍｐｌｅ．ｃｎ", "a@example.cn"),
        ("email", "a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
        ("email", "a@localhost", "a@localhost"),
        ("sms", "13812345678", "+8613812345678"),
        ("sms", "138-1234-5678", "+8613812345678"),
        ("sms", "16191234567", "+8616191234567"),
        ("sms", "19212345678", "+8619212345678"),
        ("sms", "１３８１２３４５６７８", "+8613812345678"),
        ("sms", "8613812345678", "+8613812345678"),
        ("sms", "0086 138 1234 5678", "+8613812345678"),
        ("sms", "+86 13812345678", "+8613812345678"),
        ("sms", "+44 (7700) 900123", "+447700900123"),
        ("wechat", "oAbC-12_x", "oAbC-12_x"),
    ],
)
def test_an_endpoint_has_one_spelling(channel: Channel, written: str, one_spelling: str) -> None:
    assert normalise_address(channel, written) == one_spelling
    assert normalise_address(channel, one_spelling) == one_spelling


@pytest.mark.parametrize(
    ("channel", "written", "rule"),
    [
        ("email", "a@example.cn\r\nBcc: b@example.cn", "line break"),
        ("email", "a@example.cn\x00", "invisible"),
        ("email", "a\u202e@example.cn", "invisible"),
        ("email", "a@example.cn, b@example.cn", "before the @"),
        ("email", "a@b@example.cn", "before the @"),
        ("email", "Li <a@example.cn>", "before the @"),
        ("email", '"a b"@example.cn', "before the @"),
        ("email", "a..b@example.cn", "before the @"),
        ("email", "李@example.cn", "before the @"),
        ("email", "example.cn", "name@domain"),
        ("email", "@example.cn", "name@domain"),
        ("email", "a@", "name@domain"),
        ("email", "a@example", "not a domain"),
        ("email", "a@[127.0.0.1]", "not a domain"),
        ("email", "a@ex ample.cn", "not a domain"),
        ("email", "a@-x.cn", "not a domain"),
        ("email", "a@x..cn", "not a domain"),
        ("email", "a" * 65 + "@example.cn", "too long"),
        ("email", "a@" + "b" * 60 + ".c" * 120, "too long"),
        ("sms", "1380000", r"11 digits, 1\[3-9\]"),
        ("sms", "15412345678", "no operator owns 154"),
        ("sms", "+86 194 1234 5678", "no operator owns 194"),
        ("sms", "14012345678", "no operator owns 140"),
        ("sms", "12345678901", "11 digits"),
        ("sms", "028-86666666", "11 digits"),
        ("sms", "+861381234567", "11 digits"),
        ("sms", "+12", "E.164"),
        ("sms", "+1" + "2" * 20, "E.164"),
        ("sms", "13812345678;rm -rf", "11 digits"),
        ("sms", "13812345678\n", "line break"),
        ("wechat", "o 1", "openid"),
        ("wechat", "o" * 129, "openid"),
        ("wechat", "开放", "openid"),
        ("email", "   ", "is empty"),
    ],
)
def test_what_is_no_address_is_refused_with_its_rule(channel: Channel, written: str, rule: str) -> None:
    with pytest.raises(BadInput, match=rule) as refusal:
        normalise_address(channel, written)
    assert refusal.value.problems[0].field == "address"
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_an_unknown_channel_is_named() -> None:
    with pytest.raises(BadInput, match='"fax" is no channel'):
        normalise_address("fax", "1")  # type: ignore[arg-type]


def test_a_number_in_place_of_a_string_is_refused() -> None:
    with pytest.raises(BadInput, match="must be a string"):
        normalise_address("sms", 13812345678)  # type: ignore[arg-type]


@given(st.sampled_from(["email", "sms", "wechat"]), st.text(max_size=300))
def test_whatever_is_written_gives_an_address_or_a_clear_error(channel: Channel, written: str) -> None:
    try:
        address = normalise_address(channel, written)
    except BadInput:
        return
    assert address.isascii()
    assert address.isprintable()
    assert normalise_address(channel, address) == address
