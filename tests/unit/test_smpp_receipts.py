"""Receipts and people's answers over SMPP: read, made durable, and only then answered."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pushsvc.channels.sms.operators import joining, receiving, sending
from pushsvc.channels.sms.provider import InDoubt
from pushsvc.channels.sms.smpp import pdu
from pushsvc.channels.sms.smpp.provider import Smpp
from pushsvc.channels.sms.smpp.receipts import is_receipt, read_receipt
from pushsvc.demo.fakes.smpp import FakeSmpp
from tests.unit.operators_town import LONG, NOW, Diary, a_doubt, an_sms, bound_to

PHONE = "8613800138000"


@pytest.fixture
async def fake() -> AsyncIterator[FakeSmpp]:
    server = FakeSmpp(receipts=())
    await server.start()
    yield server
    await server.stop()


def a_receipt(words: str, *, esm_class: int = 0x04, **options: bytes) -> pdu.Delivered:
    tags = {"own": pdu.RECEIPTED_MESSAGE_ID, "state": pdu.MESSAGE_STATE, "reference": pdu.USER_MESSAGE_REFERENCE,
            "error": pdu.NETWORK_ERROR_CODE}  # fmt: skip
    by_tag = {tags[name]: value for name, value in options.items()}
    return pdu.Delivered(pdu.Address(PHONE, 1, 1), pdu.Address("10690000"), esm_class, 0, words.encode("latin-1"), by_tag)


DATES = "submit date:2603010900 done date:2603010901"


@pytest.mark.parametrize(
    ("words", "own", "state", "code"),
    [
        (f"id:1001 sub:001 dlvrd:001 {DATES} stat:DELIVRD err:000 text:x", "1001", "delivered", "DELIVRD"),
        (f"id:0A1F sub:1 {DATES} stat:UNDELIV err:069 Text:id:9 stat:DELIVRD", "0A1F", "undelivered", "UNDELIV:069"),
        (f"ID: 7 SUB: 001 {DATES.upper()} STAT: EXPIRED ERR: 011 TEXT:", "7", "undelivered", "EXPIRED:011"),
        ("id:0118Z-01I submitdate:1801 donedate:000000 stat:REJECTD err:375 text:", "0118Z-01I", "undelivered", "REJECTD:375"),
        ("stat:DELIVERED id:5", "5", "delivered", "DELIVERED"),
        ("id:5 stat:ACCEPTD err:0", "5", "sent", "ACCEPTD"),
        ("id:5 stat:ENROUTE", "5", "sent", "ENROUTE"),
        ("id:5 stat:SOMETHING err:1", "5", "sent", "SOMETHING:1"),
        ("id:5 stat:MK:0012 err:0", "5", "undelivered", "MK:0012"),
        ("id:5 stat:MK:0001 err:0", "5", "dead", "MK:0001"),
        ("id:5", "5", "sent", "UNKNOWN"),
    ],
)
def test_the_text_of_a_receipt_is_read_in_its_variants(words: str, own: str, state: str, code: str) -> None:
    receipt = read_receipt(a_receipt(words), ZoneInfo("Asia/Shanghai"))
    assert receipt is not None
    assert (receipt.provider_id, receipt.state, receipt.code, receipt.phone) == (own, state, code, f"+{PHONE}")


def test_parameters_say_more_than_the_text() -> None:
    receipt = read_receipt(
        a_receipt("id:5 stat:UNDELIV", own=b"1A2B\0", state=b"\2", reference=b"\x12\x34", error=b"\3\0\x45"), ZoneInfo("UTC")
    )
    assert receipt is not None
    assert (receipt.provider_id, receipt.state, receipt.reference, receipt.code) == ("1A2B", "delivered", 0x1234, "DELIVRD:69")


def test_the_operators_clock_is_read_in_its_own_zone() -> None:
    receipt = read_receipt(a_receipt("id:5 done date:2603010901 stat:DELIVRD"), ZoneInfo("Asia/Shanghai"))
    assert receipt is not None
    assert receipt.at == datetime(2026, 3, 1, 1, 1, tzinfo=UTC)


def test_a_receipt_that_a_person_typed_is_no_receipt() -> None:
    words = "id:1001 sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
    assert not is_receipt(a_receipt(words, esm_class=0))
    assert not is_receipt(a_receipt(words, esm_class=0x40))
    assert is_receipt(a_receipt("", esm_class=0, own=b"1\0", state=b"\2"))
    assert is_receipt(a_receipt(words))


async def test_a_receipt_is_answered_only_when_it_is_durable(fake: FakeSmpp) -> None:
    diary = Diary()
    diary.wait = asyncio.Event()
    async with bound_to(fake, Smpp, diary) as provider:
        result = await provider.send(an_sms())
        telling = asyncio.create_task(fake.receipt(fake.sent[0], "DELIVRD"))
        await asyncio.sleep(0.1)
        assert fake.heard == []
        diary.wait.set()
        assert await telling == 0
    assert [(said.state, said.provider_id) for said in diary.said] == [("delivered", result.provider_id)]


async def test_what_cannot_be_made_durable_is_delivered_again(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_PAUSE_SECONDS", 0.01)
    diary = Diary()
    diary.fails = 2
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.send(an_sms())
        await fake.receipt(fake.sent[0], "DELIVRD")
    assert fake.heard == [0x64, 0x64, 0]
    assert len(diary.said) == 1


async def test_many_receipts_are_made_durable_together(fake: FakeSmpp) -> None:
    fake.receipts = ("DELIVRD",)
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await asyncio.gather(*(provider.send(an_sms(named=f"dlv_{n}")) for n in range(50)))
        await diary.until(lambda heard: len(heard.said) == 50)
    assert diary.batches < 40
    assert {said.provider_id for said in diary.said} == {taken.provider_id for taken in fake.sent}


async def test_a_message_of_several_parts_is_delivered_when_all_of_them_are(fake: FakeSmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        result = await provider.send(an_sms(LONG))
        await fake.receipt(fake.sent[1], "DELIVRD")
        await fake.receipt(fake.sent[1], "DELIVRD")
        assert diary.said == []
        await fake.receipt(fake.sent[0], "DELIVRD")
    assert [(s.state, s.provider_id, s.delivery_id) for s in diary.said] == [("delivered", result.provider_id, "dlv_1")]


async def test_a_message_of_which_one_part_came_to_grief_was_not_delivered(fake: FakeSmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        result = await provider.send(an_sms(LONG))
        await fake.receipt(fake.sent[0], "EXPIRED")
        await fake.receipt(fake.sent[1], "DELIVRD")
    assert diary.said[0].state == "undelivered"
    assert (diary.said[0].provider_id, diary.said[0].code) == (result.provider_id, "EXPIRED:069")


async def test_a_receipt_before_the_answer_waits_for_it(fake: FakeSmpp) -> None:
    fake.receipts, fake.delay_seconds = ("DELIVRD",), 0.05
    fake.faults = deque(["early", "early"])
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        result = await provider.send(an_sms(LONG))
        await diary.until(lambda heard: heard.said)
    assert [(said.state, said.provider_id) for said in diary.said] == [("delivered", result.provider_id)]


async def test_ids_that_are_hexadecimal_in_answers_and_decimal_in_receipts_are_the_same(fake: FakeSmpp) -> None:
    fake.ids, fake.options = "hex", False
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        result = await provider.send(an_sms())
        await fake.receipt(fake.sent[0], "DELIVRD")
    assert result.provider_id == "3E9"
    assert diary.said[0].provider_id == "3E9"


async def test_an_id_that_only_looks_like_another_phones_is_not_taken_for_it(fake: FakeSmpp) -> None:
    fake.options = False
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.send(an_sms())
        # 4097 is 1001 in hexadecimal, and was given to another phone by a process before this one.
        written = "id:4097 sub:001 dlvrd:001 stat:DELIVRD err:000"
        await fake.deliver("8613900139000", written.encode(), esm_class=4)
        await fake.deliver(PHONE, written.encode(), esm_class=4)
    assert [said.provider_id for said in diary.said] == ["4097", "1001"]


async def test_an_unknown_id_is_handed_on_as_it_is(fake: FakeSmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        assert await fake.deliver(PHONE, b"id:777 stat:DELIVRD err:000", esm_class=4) == 0
    assert [(said.provider_id, said.delivery_id) for said in diary.said] == [("777", None)]


async def test_a_receipt_that_names_nothing_is_answered_and_passed_over(fake: FakeSmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        assert await fake.deliver(PHONE, b"stat:DELIVRD", esm_class=4) == 0
    assert diary.said == []


async def test_our_reference_in_a_receipt_settles_a_message_whose_answer_was_lost(
    fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_SINGLE_PART_SECONDS", 0.3)
    fake.faults.append("mute")
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        assert (await provider.send(an_sms())).verdict == "unknown"
        await fake.receipt(fake.sent[0], "DELIVRD")
    assert [(s.state, s.delivery_id, s.provider_id) for s in diary.said] == [("delivered", "dlv_1", fake.sent[0].provider_id)]


async def test_another_process_settles_the_doubt_by_a_receipt_that_it_heard(fake: FakeSmpp) -> None:
    fake.faults.append("reset_after")
    async with bound_to(fake, Smpp) as before:
        assert (await before.send(an_sms())).verdict == "unknown"
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as after:
        await after.open()
        assert await after.look_up(a_doubt()) == "later"
        await fake.receipt(fake.sent[0], "DELIVRD")
        said = await after.look_up(a_doubt())
        assert (said.state, said.provider_id, said.delivery_id) == ("delivered", fake.sent[0].provider_id, "dlv_1")
        assert await after.look_up(InDoubt("dlv_2", "+8613800138000", NOW)) == "later"


async def test_a_persons_answer_is_handed_on_with_the_number_as_we_write_it(fake: FakeSmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        for source in (PHONE, PHONE[2:], f"+{PHONE}"):
            assert await fake.deliver(source, "退订".encode("utf-16-be"), coding=8) == 0
        assert await fake.deliver(PHONE, b"R") == 0
    assert {incoming.address for incoming in diary.incoming} == {f"+{PHONE}"}
    assert [incoming.words for incoming in diary.incoming] == ["退订", "退订", "退订", "R"]
    assert len({incoming.said_id for incoming in diary.incoming}) == 2  # a repeat is seen as one


@pytest.mark.parametrize("by", ["header", "sar"])
async def test_an_answer_in_several_parts_is_one_text(fake: FakeSmpp, by: str) -> None:
    diary = Diary()
    words = "请问补贴怎么申请，" * 12
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        assert await fake.text(PHONE, words, parts=3, by=by) == [0, 0, 0]  # type: ignore[arg-type]
    assert [incoming.words for incoming in diary.incoming] == [words]


async def test_a_part_whose_others_never_come_is_handed_on_alone(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "WAIT_SECONDS", 0.1)
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        octets = bytes((5, 0, 3, 9, 2, 1)) + "退订".encode("utf-16-be")
        assert await fake.deliver(PHONE, octets, esm_class=0x40, coding=8) == 0
    assert [incoming.words for incoming in diary.incoming] == ["退订"]


async def test_another_process_counts_the_parts_of_a_message_by_our_reference(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as before:
        long = await before.send(an_sms(LONG))
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as after:
        # One of its own shows that this operator repeats our reference, and not one of its own.
        await after.send(an_sms(named="dlv_2", to="+8613900139000"))
        await fake.receipt(fake.sent[2], "DELIVRD")
        await fake.receipt(fake.sent[1], "DELIVRD")
        assert len(diary.said) == 1
        await fake.receipt(fake.sent[0], "DELIVRD")
    assert [(said.state, said.provider_id) for said in diary.said[1:] if said.provider_id == long.provider_id] == [
        ("delivered", long.provider_id)
    ]


async def test_half_of_a_message_that_a_killed_process_sent_does_not_count_as_told(fake: FakeSmpp) -> None:
    fake.faults = deque([None, "reset"])  # type: ignore[list-item]
    async with bound_to(fake, Smpp) as before:
        assert (await before.send(an_sms(LONG))).verdict == "unknown"
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as after:
        await after.open()
        await fake.receipt(fake.sent[0], "DELIVRD")
        assert await after.look_up(a_doubt()) == "later"
        await fake.receipt(fake.sent[0], "EXPIRED")
        assert (await after.look_up(a_doubt())).state == "undelivered"


async def test_a_reference_of_the_operators_own_holds_back_no_receipt(fake: FakeSmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        for number in range(1, 40):
            mark = struct.pack(">HHH", 0x0204, 2, number)
            await fake.deliver(PHONE, f"id:{number} stat:DELIVRD err:000".encode(), esm_class=4, options=mark)
    assert [said.provider_id for said in diary.said] == [str(number) for number in range(1, 40)]


async def test_a_settled_doubt_stays_settled(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SINGLE_PART_SECONDS", 0.3)
    fake.faults.append("mute")
    async with bound_to(fake, Smpp) as provider:
        await provider.send(an_sms())
        await fake.receipt(fake.sent[0], "EXPIRED")
        for _ in range(2):
            said = await provider.look_up(a_doubt())
            assert (said.state, said.delivery_id) == ("undelivered", "dlv_1")


async def test_what_a_database_cannot_keep_never_reaches_it(fake: FakeSmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        assert await fake.deliver(PHONE, b"id:a\x00b\xff stat:DELIVRD err:000", esm_class=4) == 0
        assert await fake.deliver(PHONE, b"id:5 stat:UNDELIV err:\x00\xff", esm_class=4) == 0
        assert await fake.deliver(PHONE, b"\xd8\x3d\x00\x00\x00R", coding=8) == 0
        assert await fake.deliver("10086", "您的余额".encode("utf-16-be"), coding=8) == 0
    [said], [incoming] = diary.said, diary.incoming
    assert said.provider_id == "5"
    for kept in (said.code, incoming.words, incoming.address, incoming.said_id):
        kept.encode()
        assert "\0" not in kept
    assert "R" in incoming.words
