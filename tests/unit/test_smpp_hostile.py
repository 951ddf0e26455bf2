"""An SMPP server that lies, floods or speaks something else: a clear reason, bounded memory, and the next session works."""

from __future__ import annotations

import asyncio
import random
import struct
import time
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from pushsvc.channels.sms.operators import receiving, sending
from pushsvc.channels.sms.smpp import pdu
from pushsvc.channels.sms.smpp import provider as provider_module
from pushsvc.channels.sms.smpp.provider import Smpp
from pushsvc.channels.sms.smpp.session import SmppSession
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.smpp import FakeSmpp
from tests.unit.operators_town import NOW, Diary, a_url, an_sms, bound_to


@pytest.fixture
async def fake() -> AsyncIterator[FakeSmpp]:
    server = FakeSmpp(receipts=())
    await server.start()
    yield server
    await server.stop()


@pytest.mark.parametrize("fault", ["huge", "short", "garbage"])
async def test_octets_that_are_no_message_end_the_session_with_a_reason(fake: FakeSmpp, fault: str) -> None:
    fake.faults.append(fault)  # type: ignore[arg-type]
    async with bound_to(fake, Smpp) as provider:
        result = await provider.send(an_sms())
        assert (result.verdict, result.code) == ("unknown", "broken")
        assert "octets; 16 to 70000 are possible" in result.why
        async with asyncio.timeout(5):
            while (await provider.send(an_sms(named="dlv_2"))).verdict != "accepted":
                await asyncio.sleep(0.05)


async def test_a_command_that_does_not_exist_is_refused_and_the_session_goes_on(fake: FakeSmpp) -> None:
    fake.faults.append("unknown_command")
    async with bound_to(fake, Smpp) as provider:
        assert (await provider.send(an_sms())).verdict == "accepted"
        assert (await provider.send(an_sms(named="dlv_2"))).verdict == "accepted"
    assert fake.binds == 1


async def test_a_second_answer_to_the_same_submit_changes_nothing(fake: FakeSmpp) -> None:
    fake.faults.append("twice")
    async with bound_to(fake, Smpp) as provider:
        assert (await provider.send(an_sms())).verdict == "accepted"
        assert (await provider.send(an_sms(named="dlv_2"))).provider_id == fake.sent[1].provider_id


async def test_an_answer_that_nobody_asked_for_changes_nothing(fake: FakeSmpp) -> None:
    async with bound_to(fake, Smpp) as provider:
        await provider.open()
        for command in (0x80000004, 0x80000003, 0x80000009, 0x80000015, 0x80000021, 0x80000000):
            fake.say(struct.pack(">IIII", 16, command, 0, 99))
        assert (await provider.send(an_sms())).verdict == "accepted"
    assert fake.binds == 1


async def test_a_delivery_whose_fields_do_not_fit_is_refused_and_the_session_goes_on(fake: FakeSmpp) -> None:
    diary = Diary()
    whole = (
        b"\0\1\1"
        + b"8613800138000\0"
        + b"\0\1"
        + b"10690000\0"
        + bytes((4, 0, 0, 0, 0, 0, 0, 0, 0, 20))
        + b"id:1 stat:DELIVRD ..."
    )
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        for cut in range(len(whole) - 21):
            fake.say(struct.pack(">IIII", 16 + cut, 5, 0, 500 + cut) + whole[:cut])
        assert (await provider.send(an_sms())).verdict == "accepted"
    assert diary.said == []


async def test_a_flood_of_deliveries_is_put_off_and_costs_no_memory(fake: FakeSmpp) -> None:
    diary = Diary()
    diary.wait = asyncio.Event()
    async with bound_to(fake, Smpp, diary) as provider:
        await provider.open()
        flood = b"".join(_a_text(number) for number in range(1, 3001))
        tracemalloc.start()
        for _ in range(3):
            fake.say(flood)
            await asyncio.sleep(0.05)
        grown = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert provider._receiver.waiting <= receiving.MOST_WAITING
        assert (await provider.send(an_sms())).verdict == "accepted"
        diary.wait.set()
        await diary.until(lambda heard: len(heard.incoming) >= receiving.MOST_WAITING)
    assert grown < 20_000_000


async def test_random_octets_never_break_more_than_the_session() -> None:
    chance = random.Random(7)
    for _ in range(300):
        session = SmppSession(10, lambda delivered, answer: answer(0))
        sink = _Sink()
        session.connection_made(sink)  # type: ignore[arg-type]
        answers: list[int] = []
        session.taking = True
        session.submit(b"body", lambda status, own, heard=answers: heard.append(status))  # type: ignore[misc]
        for _ in range(5):
            command = chance.choice([4, 5, 6, 0x15, 0x103, 0x80000004, 0x80000000, 0x80000005, chance.getrandbits(32)])
            body = chance.randbytes(chance.randrange(60))
            length = chance.choice([16 + len(body), 16 + len(body), 16, chance.getrandbits(32)])
            octets = struct.pack(">IIII", length, command, chance.choice([0, 8]), chance.choice([1, 2])) + body
            for piece in (octets[:3], octets[3:17], octets[17:]):
                if piece and not sink.closed:
                    session.data_received(piece)
        session.connection_lost(None)
        assert len(answers) == 1


def test_a_message_of_every_length_is_read_or_called_broken() -> None:
    chance = random.Random(11)
    for _ in range(3000):
        octets = chance.randbytes(chance.randrange(120)).replace(b"\x07", b"\0")
        for command in (pdu.DELIVER_SM, pdu.DATA_SM):
            try:
                delivered = pdu.read_delivered(octets, 0, len(octets), command)
            except pdu.Broken:
                continue
            assert len(delivered.octets) <= len(octets)


def _a_text(sequence: int) -> bytes:
    body = b"\0\1\1" + b"8613800138000\0" + b"\0\1" + b"10690000\0" + bytes((0, 0, 0, 0, 0, 0, 0, 0, 0, 140)) + b"x" * 140
    return struct.pack(">IIII", 16 + len(body), 5, 0, sequence) + body


class _Sink:
    """A transport that takes everything."""

    def __init__(self) -> None:
        self.closed = False

    def get_extra_info(self, name: str) -> None:
        return None

    def is_closing(self) -> bool:
        return self.closed

    def write(self, octets: bytes) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    abort = close


async def test_a_process_that_was_held_does_not_blame_the_peer(fake: FakeSmpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SINGLE_PART_SECONDS", 1.0)
    fake.delay_seconds = 0.3
    async with bound_to(fake, Smpp, idle_seconds=0.2) as provider:
        await provider.open()
        provider.line.bound._patience = 0.5
        sendings = asyncio.gather(*(provider.send(an_sms(named=f"dlv_{number}")) for number in range(5)))
        await asyncio.sleep(0.1)
        time.sleep(1.6)
        assert {result.verdict for result in await sendings} == {"accepted"}
        await asyncio.sleep(0.6)
    assert fake.binds == 1


@pytest.mark.parametrize(
    ("greeting", "why"),
    [(b"", "no answer in time"), (b"HTTP/1.1 400 Bad Request\r\n\r\n", "check that the port speaks this protocol")],
)
async def test_a_port_that_speaks_something_else_is_named_with_what_it_said(
    greeting: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "_BIND_SECONDS", 0.3)

    async def other(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        await asyncio.sleep(2)
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    provider = Smpp(a_url(f"smpp://push:secret@127.0.0.1:{port}/?source=1"), FixedClock(NOW), Diary())
    result = await provider.send(an_sms())
    await provider.close()
    server.close()
    assert (result.verdict, result.code) == ("not_sent", "connect")
    assert why in result.why
    assert f"127.0.0.1:{port}" in result.why


async def test_half_of_an_answer_and_then_nothing_is_a_message_in_doubt(fake: FakeSmpp) -> None:
    fake.faults.append("mute")
    async with bound_to(fake, Smpp) as provider:
        sending_one = asyncio.create_task(provider.send(an_sms()))
        while not fake.sent:
            await asyncio.sleep(0.01)
        fake.say(struct.pack(">IIII", 24, 0x80000004, 0, 2) + b"10")
        await asyncio.sleep(0.05)
        fake.hang_up()
        assert (await sending_one).verdict == "unknown"
