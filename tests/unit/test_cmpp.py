"""CMPP 3.0: what leaves, what becomes of it, and what the gateway delivers."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.channels.sms.cmpp import pdu
from pushsvc.channels.sms.cmpp.provider import Cmpp
from pushsvc.channels.sms.operators import joining, receiving, sending
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.cmpp import FakeCmpp
from tests.unit.operators_town import LONG, NOW, SHORT, Diary, a_doubt, a_url, an_sms, bound_to

PHONE = "8613800138000"


@pytest.fixture
async def fake() -> AsyncIterator[FakeCmpp]:
    server = FakeCmpp(receipts=())
    await server.start()
    yield server
    await server.stop()


def test_the_proof_is_the_one_that_the_protocol_describes() -> None:
    """The figures are those of the tests of gocmpp (github.com/bigwhite/gocmpp, connect_test.go)."""
    made = pdu.proof("900001", "888888", "1021080510")
    assert made.hex() == "90d00c1d517abd0b4f65f6bcf8535d16"
    assert pdu.is_their_proof(bytes.fromhex("7942977274098cf210ab0c16c367bc8d"), 0, made, "888888")
    assert not pdu.is_their_proof(bytes(16), 0, made, "888888")
    answer = bytes.fromhex("00000021 80000001 00000017 00000000 7942977274098cf210ab0c16c367bc8d 30")
    assert pdu.read_connected(answer) == (0, answer[16:32], 0x30)
    older = bytes.fromhex("0000001e 80000001 00000017 00 6c0b846e25bab6daa4ed1c466e0f4bd8 21")
    assert pdu.read_connected(older) == (0, older[13:29], 0x21)


def test_a_submit_has_its_fields_where_another_implementation_has_them() -> None:
    """gocmpp, submit_test.go, CMPP 3.0; without its Fee_terminal_Id and ValId_Time, which we leave empty."""
    account = pdu.Account("900001", "900001", "test", "02", "10", 2)
    words = "测试gocmpp submit".encode("utf-16-be")
    made = pdu.submit(account, "13500002696", (1, 1), False, pdu.UCS2, words)
    theirs = (
        bytes(8) + bytes.fromhex("01010101") + b"test" + bytes(6) + b"\2" + bytes(32) + bytes.fromhex("00000008") + b"900001"
        b"0210" + bytes(4) + bytes(17) + bytes(17) + b"900001" + bytes(15) + b"\1" + b"13500002696" + bytes(21)
        + bytes.fromhex("001e 6d4b8bd50067006f0063006d007000700020007300750062006d00690074") + bytes(20)
    )  # fmt: skip
    assert made == theirs
    assert len(made) + 12 == 0xE1
    answer = bytes.fromhex("00000018 80000004 00000017 b2b9da8000010000 00000000")
    assert pdu.read_submitted(answer, 12, len(answer)) == (12878564852733378560, 0)


async def test_a_short_message_is_one_submit_with_the_gateways_id(fake: FakeCmpp) -> None:
    async with bound_to(fake, Cmpp) as provider:
        result = await provider.send(an_sms())
    assert (result.verdict, result.provider_id) == ("accepted", fake.sent[0].provider_id)
    assert fake.texts == [("+8613800138000", SHORT)]
    assert (fake.sent[0].as_written, fake.sent[0].coding) == ("13800138000", 8)
    assert (fake.binds, fake.goodbyes) == (1, 1)


async def test_a_gateway_that_wants_the_country_code_gets_it(fake: FakeCmpp) -> None:
    async with bound_to(fake, Cmpp, url_prefix="86") as provider:
        await provider.send(an_sms())
    assert fake.sent[0].as_written == PHONE


async def test_a_long_message_arrives_whole_and_is_billed_by_its_parts(fake: FakeCmpp) -> None:
    async with bound_to(fake, Cmpp) as provider:
        result = await provider.send(an_sms(LONG))
    assert fake.texts == [("+8613800138000", LONG)]
    assert result.provider_id == fake.sent[-1].provider_id
    assert fake.bill[0] == sms_length(LONG).segments == 2
    assert fake.refused == []


async def test_plain_english_travels_as_ascii_and_other_signs_make_it_wide(fake: FakeCmpp) -> None:
    english, accents = "Aid for [older] people @ your office. " * 5, "Café aid for older people"
    async with bound_to(fake, Cmpp) as provider:
        await provider.send(replace(an_sms(english), signature=""))
        await provider.send(replace(an_sms(accents, named="dlv_2"), signature=""))
    assert [words for _, words in fake.texts] == [english, accents]
    assert [taken.coding for taken in fake.sent] == [0, 0, 8]


async def test_the_window_is_never_overrun_and_no_number_is_used_twice(fake: FakeCmpp) -> None:
    fake.window, fake.delay_seconds = 4, 0.02
    async with bound_to(fake, Cmpp) as provider:
        results = await asyncio.gather(*(provider.send(an_sms(LONG, named=f"dlv_{n}")) for n in range(12)))
    assert {result.verdict for result in results} == {"accepted"}
    assert (fake.overruns, fake.unanswered_most, fake.refused) == (0, 4, [])


@pytest.mark.parametrize(
    ("fault", "verdict", "code"),
    [
        ("throttle", "slow_down", "8"), ("no_number", "suppress", "13"), ("later", "try_later", "3"),
        ("refuse", "refused", "6"), ("own", "refused", "66"), ("reset", "unknown", "broken"),
        ("reset_after", "unknown", "broken"),
        ("garbage", "unknown", "broken"), ("huge", "unknown", "broken"), ("short", "unknown", "broken"),
        ("unknown_command", "accepted", "0"), ("twice", "accepted", "0"),
    ],
)  # fmt: skip
async def test_each_answer_of_the_gateway_has_its_verdict(fake: FakeCmpp, fault: str, verdict: str, code: str) -> None:
    fake.faults.append(fault)  # type: ignore[arg-type]
    async with bound_to(fake, Cmpp) as provider:
        result = await provider.send(an_sms())
        assert (result.verdict, result.code, result.provider) == (verdict, code, "cmpp")
        assert (await provider.send(an_sms(named="dlv_2"))).verdict == "accepted"


@pytest.mark.parametrize(
    ("changed", "code"),
    [("service", "7"), ("source", "10")],
)
async def test_what_a_person_must_mend_stops_the_provider(fake: FakeCmpp, changed: str, code: str) -> None:
    async with bound_to(fake, Cmpp, **{f"url_{changed}": "OTHER"}) as provider:
        result = await provider.send(an_sms())
    assert (result.verdict, result.code, result.stops) == ("not_sent", code, "provider")
    assert changed in result.why


@pytest.mark.parametrize(
    ("user", "secret", "version", "code"),
    [("901234", "wrong", 0x30, "connect:3"), ("999999", "secret", 0x30, "connect:2"), ("901234", "secret", 0x20, "connect:4")],
)
async def test_a_gateway_that_does_not_let_us_in_stops_the_provider(
    fake: FakeCmpp, user: str, secret: str, version: int, code: str
) -> None:
    fake.version = version
    provider = Cmpp(a_url(fake.url.replace("901234:secret", f"{user}:{secret}")), FixedClock(NOW), Diary())
    result = await provider.send(an_sms())
    assert (result.verdict, result.code, result.stops) == ("not_sent", code, "provider")
    assert "wrong" not in result.why
    await provider.close()


async def test_a_gateway_with_another_fault_is_only_not_reached(fake: FakeCmpp) -> None:
    fake.bind_status = 5
    async with bound_to(fake, Cmpp) as provider:
        result = await provider.send(an_sms())
    assert (result.verdict, result.code, result.stops) == ("not_sent", "connect:5", "")


async def test_a_gateway_that_proves_nothing_is_used_all_the_same(fake: FakeCmpp) -> None:
    fake.proves = False
    async with bound_to(fake, Cmpp) as provider:
        assert (await provider.send(an_sms())).verdict == "accepted"


async def test_a_part_refused_for_good_after_another_was_taken_leaves_the_message_unknown(fake: FakeCmpp) -> None:
    fake.faults = deque([None, "refuse"])  # type: ignore[list-item]
    diary = Diary()
    async with bound_to(fake, Cmpp, diary) as provider:
        assert (await provider.send(an_sms(LONG))).verdict == "unknown"
        assert await provider.look_up(a_doubt()) == "later"
        await fake.receipt(fake.sent[0], "UNDELIV")
    assert [(said.state, said.delivery_id) for said in diary.said] == [("undelivered", "dlv_1")]


async def test_a_doubt_stays_one_because_this_gateway_cannot_be_asked(fake: FakeCmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SINGLE_PART_SECONDS", 0.3)
    fake.faults.append("mute")
    async with bound_to(fake, Cmpp) as provider:
        assert (await provider.send(an_sms())).verdict == "unknown"
        assert await provider.look_up(a_doubt()) == "later"
        assert await provider.look_up(a_doubt(provider_id="17")) == "later"


@pytest.mark.parametrize(
    ("stat", "state"),
    [("DELIVRD", "delivered"), ("UNDELIV", "undelivered"), ("EXPIRED", "undelivered"), ("REJECTD", "undelivered"),
     ("MK:0012", "undelivered"), ("MK:0001", "dead"), ("MA:0001", "undelivered"), ("ACCEPTD", "sent"), ("UNKNOWN", "sent")],
)  # fmt: skip
async def test_a_report_says_what_became_of_its_message(fake: FakeCmpp, stat: str, state: str) -> None:
    diary = Diary()
    async with bound_to(fake, Cmpp, diary) as provider:
        result = await provider.send(an_sms())
        assert await fake.receipt(fake.sent[0], stat) == 0
    assert [(said.state, said.provider_id, said.code) for said in diary.said] == [(state, result.provider_id, stat)]


def test_a_report_of_the_older_form_is_read_too() -> None:
    octets = struct.pack(">Q7s10s10s21sI", 17, b"DELIVRD", b"2603010900", b"2603010901", b"13800138000", 1)
    assert pdu.read_report(octets) == pdu.Report(17, "DELIVRD", "2603010900", "2603010901", "13800138000")
    with pytest.raises(pdu.Broken):
        pdu.read_report(octets[:-1])


async def test_the_gateways_clock_is_chinas(fake: FakeCmpp) -> None:
    diary = Diary()
    octets = struct.pack(">Q7s10s10s32sI", 17, b"DELIVRD", b"2603010900", b"2603010901", PHONE.encode(), 1)
    async with bound_to(fake, Cmpp, diary) as provider:
        await provider.open()
        await fake.deliver(PHONE, octets, report=True)
    assert diary.said[0].at == datetime(2026, 3, 1, 1, 1, tzinfo=UTC)


async def test_what_cannot_be_made_durable_is_not_answered_and_comes_again(
    fake: FakeCmpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_PAUSE_SECONDS", 0.01)
    diary = Diary()
    diary.fails = 1
    async with bound_to(fake, Cmpp, diary) as provider:
        await provider.send(an_sms())
        assert await fake.receipt(fake.sent[0], "DELIVRD") == 0
    assert fake.heard == [0]
    assert len(diary.said) == 1


async def test_a_report_before_the_answer_waits_for_it_and_a_long_message_for_all_of_its_parts(fake: FakeCmpp) -> None:
    fake.receipts, fake.delay_seconds = ("DELIVRD",), 0.05
    fake.faults = deque(["early", "early"])
    diary = Diary()
    async with bound_to(fake, Cmpp, diary) as provider:
        result = await provider.send(an_sms(LONG))
        await diary.until(lambda heard: heard.said)
    assert [(said.state, said.provider_id) for said in diary.said] == [("delivered", result.provider_id)]


async def test_a_persons_answer_is_heard_with_the_gateways_id_and_a_long_one_whole(
    fake: FakeCmpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "WAIT_SECONDS", 0.1)
    fake.again_after_seconds = 2.0
    diary = Diary()
    words = "请问补贴怎么申请，" * 12
    async with bound_to(fake, Cmpp, diary) as provider:
        await provider.open()
        await fake.deliver(PHONE[2:], "退订".encode("gb18030"), coding=15)
        await fake.deliver(PHONE, b"TD")
        assert await fake.text(PHONE, words, parts=3) == [0, 0, 0]
    assert [one.words for one in diary.incoming] == ["退订", "TD", words]
    assert {one.address for one in diary.incoming} == {f"+{PHONE}"}
    assert len({one.said_id for one in diary.incoming}) == 3


async def test_a_delivery_that_cannot_be_read_is_refused_and_the_session_goes_on(fake: FakeCmpp) -> None:
    diary = Diary()
    async with bound_to(fake, Cmpp, diary) as provider:
        await provider.open()
        for size in (0, 8, 40, 76):
            fake.say(struct.pack(">III", 12 + size, 5, 900 + size) + bytes(size))
        fake.say(struct.pack(">III", 12 + 97, 5, 1000) + bytes(76) + b"\xff" + bytes(20))
        assert await fake.deliver(PHONE, b"short", report=True) == 1
        assert (await provider.send(an_sms())).verdict == "accepted"
    assert diary.said == []
    assert diary.incoming == []


async def test_a_gateway_that_says_goodbye_gets_nothing_more_on_that_session(fake: FakeCmpp) -> None:
    fake.faults.append("goodbye")
    async with bound_to(fake, Cmpp) as provider:
        assert (await provider.send(an_sms())).verdict == "accepted"
        await asyncio.sleep(0.1)
        assert (await provider.send(an_sms(named="dlv_2"))).verdict == "accepted"
    assert fake.binds == 2


async def test_a_silent_gateway_is_asked_whether_it_is_there(fake: FakeCmpp) -> None:
    fake.deaf = True
    async with bound_to(fake, Cmpp, idle_seconds=0.2) as provider:
        await provider.open()
        provider.line.bound._patience = 0.3
        async with asyncio.timeout(5):
            while fake.binds < 2:
                await asyncio.sleep(0.05)


async def test_a_session_goes_on_with_the_numbers_of_the_one_before() -> None:
    provider = Cmpp(a_url("cmpp://901234:secret@127.0.0.1:7890/?source=1"), FixedClock(NOW), Diary())
    before = provider.new()
    used = [before.next_sequence() for _ in range(3)]
    assert provider.new().next_sequence() == used[-1] + 1


@pytest.mark.parametrize(
    "option", ["window=0", "service=longer-than-ten", f"source={'9' * 22}", "prefix=0086", "fee_user=4", "fee_type=001"]
)
def test_an_option_that_makes_no_sense_is_named(option: str) -> None:
    with pytest.raises(ValueError, match=option.split("=")[0]):
        Cmpp(a_url(f"cmpp://901234:secret@127.0.0.1:7890/?{option}"), FixedClock(NOW), Diary())
