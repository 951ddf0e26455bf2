"""What a provider says of its own accord: receipts and people's answers, and what somebody else says in its name."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from pushsvc.domain.receipts import Callback, Forged, ReceiptState, Unreadable
from tests.contract.sms.stand import Stand

RUBBISH = [
    b"", b"not json", b"\xff\xfe\x00", b"null", b"17", b'"text"', b"[17]", b"[null]", b"[[]]", b"{}", b"[{}]", b'[{"a":1}]',
    b"[" * 100_000, b'[{"phone_number":{"a":[]},"biz_id":[],"success":"yes"}]', b'[{"sid":17,"report_status":[]}]',
    b'[{"content":"TD"}]', b'{"text":"TD","mobile":"12"}',
]  # fmt: skip

ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "\ud800", "a\0b", "x" * 100_000, [], {}, [[]], {"a": 1}, "NaN",
    "１３８００１３８０００",
    "+", "+1", "13800138000", "008613800138000", "2026-13-45 99:99:99", "b1abc", "SUCCESS", "‮",
]  # fmt: skip


async def a_receipt(stand: Stand, state: ReceiptState = "delivered") -> Callback:
    await stand.provider.send(stand.sms(1))
    made = stand.receipt(stand.sms(1).delivery_id, state)
    if made is None:
        pytest.skip("its receipts do not come by HTTP")
    return made


@pytest.mark.parametrize("state", ["delivered", "undelivered", "dead"])
async def test_a_receipt_names_its_message_and_says_what_became_of_it(stand: Stand, state: ReceiptState) -> None:
    sent = await stand.provider.send(stand.sms(1))
    callback = stand.receipt(stand.sms(1).delivery_id, state)
    if callback is None:
        pytest.skip("its receipts do not come by HTTP")
    heard = stand.provider.read_callback(callback)
    [said] = heard.said
    assert said.state == state
    assert said.code
    assert (said.provider_id, said.delivery_id) in {
        (sent.provider_id, None), (sent.provider_id, stand.sms(1).delivery_id)
    }  # fmt: skip
    assert heard.answer


async def test_a_receipt_that_comes_again_says_the_same_to_the_letter(stand: Stand) -> None:
    callback = await a_receipt(stand)
    assert stand.provider.read_callback(callback) == stand.provider.read_callback(callback)


async def test_a_forged_callback_is_refused_whatever_it_says(stand: Stand) -> None:
    callback = await a_receipt(stand)
    for forged in stand.forged(callback):
        for body in (callback.body, *RUBBISH):
            with pytest.raises(Forged):
                stand.provider.read_callback(replace(forged, body=body))


@pytest.mark.parametrize("body", RUBBISH, ids=range(len(RUBBISH)))
async def test_a_callback_that_cannot_be_understood_is_unreadable_and_never_an_accident(stand: Stand, body: bytes) -> None:
    callback = await a_receipt(stand)
    with pytest.raises(Unreadable) as refused:
        stand.provider.read_callback(stand.dressed(callback, body))
    assert str(refused.value)


async def test_a_callback_of_10_megabytes_is_refused_unread(stand: Stand) -> None:
    callback = await a_receipt(stand)
    with pytest.raises((Unreadable, Forged)):
        stand.provider.read_callback(stand.dressed(callback, b"[" + b" " * 10_000_000 + b"]"))


async def test_one_item_that_cannot_be_read_does_not_cost_the_others(stand: Stand) -> None:
    callback = await a_receipt(stand)
    told = json.loads(callback.body)
    if not isinstance(told, list):
        pytest.skip("a callback of this provider says one thing")
    heard = stand.provider.read_callback(stand.dressed(callback, json.dumps([{"odd": 1}, *told, 17]).encode()))
    assert len(heard.said) == len(told)


async def test_whatever_stands_in_place_of_a_value_the_callback_is_heard_or_unreadable(stand: Stand) -> None:
    """2,000 callbacks with odd values, seeded. What is heard can be kept: no half characters, no NUL, no endless id."""
    receipt, reply = await a_receipt(stand), stand.reply("+8613800138001", "TD")
    dice = random.Random(20261126)
    heard = 0
    for _ in range(1000):
        for callback in filter(None, (receipt, reply)):
            body = json.dumps(_spoilt(json.loads(callback.body), dice)).encode()
            try:
                said = stand.provider.read_callback(stand.dressed(callback, body))
            except Unreadable:
                continue
            heard += 1
            kept = str([(one.provider_id, one.delivery_id, one.code) for one in said.said])
            kept += str([(one.address, one.words, one.said_id) for one in said.incoming])
            kept.encode()
            assert "\\x00" not in kept
            assert all(len(one.provider_id) <= 200 and len(one.code) <= 200 for one in said.said)
            assert all(one.address.startswith("+") and len(one.said_id) <= 200 for one in said.incoming)
    assert heard


def _spoilt(told: Any, dice: random.Random) -> Any:
    """The same with one or two values replaced by what nobody expects there."""
    items = told if isinstance(told, list) else [told]
    spoilt: list[Any] = [dict(item) for item in items]
    for item in spoilt:
        for name in dice.sample(sorted(item), k=dice.randint(1, 2)):
            item[name] = dice.choice(ODD)
    return spoilt if isinstance(told, list) else spoilt[0]


async def test_what_a_person_answers_is_heard_with_the_number_in_our_form(stand: Stand) -> None:
    callback = stand.reply("+8613800138001", "退订")
    if callback is None:
        pytest.skip("answers do not come by HTTP")
    [one] = stand.provider.read_callback(callback).incoming
    [again] = stand.provider.read_callback(callback).incoming
    assert (one.address, one.words) == ("+8613800138001", "退订")
    assert one.said_id == again.said_id != ""
    assert "13800138001" not in one.said_id


async def test_a_poll_of_a_provider_that_has_nothing_to_say_is_empty(stand: Stand) -> None:
    assert list(await stand.provider.poll()) == []


async def test_a_poll_of_a_host_that_answers_to_nobody_is_empty(stand: Stand) -> None:
    provider = stand.nobody()
    try:
        assert list(await provider.poll()) == []
    finally:
        await provider.close()
