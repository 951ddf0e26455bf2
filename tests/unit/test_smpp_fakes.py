"""The fake operators of SMPP and CMPP refuse what real ones refuse, with their statuses: asked by octets written by hand."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator, Callable

import pytest

from pushsvc.demo.fakes.cmpp import FakeCmpp
from pushsvc.demo.fakes.smpp import FakeSmpp

Changes = dict[str, bytes]


class Raw:
    """A connection that sends what it is told to and reads whole messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, *messages: bytes) -> list[tuple[int, bytes]]:
        """Command and the rest of the answer to each, in order; fewer when the connection ends."""
        self._writer.write(b"".join(messages))
        answers = []
        for _ in messages:
            try:
                head = await asyncio.wait_for(self._reader.readexactly(8), 5)
                length, command = struct.unpack(">II", head)
                answers.append((command, await self._reader.readexactly(length - 8)))
            except (asyncio.IncompleteReadError, ConnectionError):
                break
        return answers

    def close(self) -> None:
        self._writer.close()


async def raw(port: int) -> Raw:
    return Raw(*await asyncio.open_connection("127.0.0.1", port))


@pytest.fixture
async def smpp() -> AsyncIterator[FakeSmpp]:
    fake = FakeSmpp(receipts=(), window=2)
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def cmpp() -> AsyncIterator[FakeCmpp]:
    fake = FakeCmpp(receipts=(), window=2)
    await fake.start()
    yield fake
    await fake.stop()


def smpp_message(command: int, sequence: int, body: bytes = b"") -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body


BIND = b"push\0secret\0\0\x34\0\0\0"


def a_submit_sm(**changed: bytes) -> bytes:
    fields: Changes = {
        "service": b"\0", "source": b"\0\1" + b"10690000\0", "to": b"\1\1" + b"8613800138000\0", "esm": b"\0",
        "pid": b"\0\0\0\0", "registered": b"\1", "replace": b"\0", "coding": b"\x08", "default": b"\0",
        "text": "补贴".encode("utf-16-be"),
    }  # fmt: skip
    fields |= changed
    length = fields.pop("length", bytes((len(fields["text"]),)))
    text = fields.pop("text")
    return b"".join(fields.values()) + length + text


def statuses(answers: list[tuple[int, bytes]]) -> list[tuple[int, int]]:
    return [(command, int.from_bytes(rest[:4], "big")) for command, rest in answers]


async def test_an_smsc_wants_a_bind_first_and_only_one(smpp: FakeSmpp) -> None:
    line = await raw(smpp.port)
    before = await line.ask(smpp_message(4, 1, a_submit_sm()), smpp_message(0x15, 2))
    assert statuses(before) == [(0x80000004, 0x04), (0x80000015, 0)]
    wrong = [b"other\0secret\0\0\x34\0\0\0", b"push\0wrong\0\0\x34\0\0\0", b"push\0secret\0\0\x33\0\0\0", b"push\0"]
    refused = await line.ask(*(smpp_message(9, 3 + at, body) for at, body in enumerate(wrong)))
    assert [status for _, status in statuses(refused)] == [0x0F, 0x0E, 0x0D, 0x0D]
    assert statuses(await line.ask(smpp_message(9, 8, BIND), smpp_message(9, 9, BIND))) == [(0x80000009, 0), (0x80000009, 0x05)]
    line.close()


async def test_an_smsc_refuses_numbers_of_messages_and_commands_that_it_cannot_have(smpp: FakeSmpp) -> None:
    line = await raw(smpp.port)
    await line.ask(smpp_message(9, 1, BIND))
    answers = await line.ask(
        smpp_message(4, 0, a_submit_sm()), smpp_message(4, 0x80000001, a_submit_sm()), smpp_message(0x66, 3)
    )
    assert statuses(answers) == [(0x80000000, 0xFF), (0x80000000, 0xFF), (0x80000000, 0x03)]
    assert statuses(await line.ask(struct.pack(">IIII", 8, 4, 0, 4))) == [(0x80000000, 0x02)]
    assert smpp.sent == []
    line.close()


async def test_an_smsc_refuses_who_sends_more_than_its_window(smpp: FakeSmpp) -> None:
    smpp.delay_seconds = 0.05
    line = await raw(smpp.port)
    await line.ask(smpp_message(9, 1, BIND))
    answers = await line.ask(*(smpp_message(4, number, a_submit_sm()) for number in range(2, 6)))
    assert sorted(status for _, status in statuses(answers)) == [0, 0, 0x58, 0x58]
    assert smpp.overruns == 2
    line.close()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"to": b"\1\1" + b"86138001380x\0"}, 0x0B), ({"to": b"\0\1" + b"8613800138000\0"}, 0x0B),
        ({"to": b"\1\1" + b"110\0"}, 0x0B), ({"text": b"\0x" * 71}, 0x01), ({"text": b"x" * 161, "coding": b"\0"}, 0x01),
        ({"text": b"odd"}, 0x01), ({"text": b""}, 0x01), ({"length": b"\x40"}, 0x01), ({"registered": b"\0"}, 0x07),
        ({"coding": b"\x04"}, 0x45), ({"esm": b"\x40"}, 0x43), ({"text": b"\xd8\x3d"}, 0x45),
        ({"text": b"\x1b", "coding": b"\0"}, 0x45), ({"text": b"\x80", "coding": b"\0"}, 0x45),
        ({"esm": b"\x40", "text": b"\5\0\3\1\2\1" + b"\0x" * 68}, 0x01),
    ],
)  # fmt: skip
async def test_an_smsc_refuses_a_submit_that_is_wrong(smpp: FakeSmpp, changed: Changes, status: int) -> None:
    line = await raw(smpp.port)
    await line.ask(smpp_message(9, 1, BIND))
    assert statuses(await line.ask(smpp_message(4, 2, a_submit_sm(**changed)))) == [(0x80000004, status)]
    assert (smpp.sent, smpp.bill) == ([], (0, 0))
    line.close()


def cmpp_message(command: int, sequence: int, body: bytes = b"") -> bytes:
    return struct.pack(">III", 12 + len(body), command, sequence) + body


def a_connect(user: bytes = b"901234", secret: bytes = b"secret", version: int = 0x30) -> bytes:
    proof = hashlib.md5(user + bytes(9) + secret + b"0301090000").digest()
    return user + proof + bytes((version,)) + struct.pack(">I", 301090000)


def a_cmpp_submit(**changed: bytes) -> bytes:
    fields: Changes = {
        "own": bytes(8), "total": b"\1", "number": b"\1", "report": b"\1", "level": b"\0", "service": b"PUSH", "pays": b"\2",
        "fee_terminal": b"", "types": bytes(2), "headed": b"\0", "coding": b"\x08", "from": b"901234", "fee_type": b"01",
        "fee_code": b"000000", "times": b"", "source": b"10690000", "many": b"\1", "to": b"13800138000", "type": b"\0",
        "text": "补贴".encode("utf-16-be"),
    }  # fmt: skip
    fields |= changed
    widths = {"service": 10, "fee_terminal": 32, "from": 6, "fee_code": 6, "times": 34, "source": 21, "to": 32}
    text = fields.pop("text")
    length = fields.pop("length", bytes((len(text),)))
    return (
        b"".join(value.ljust(widths.get(name, len(value)), b"\0") for name, value in fields.items()) + length + text + bytes(20)
    )


def results(answers: list[tuple[int, bytes]]) -> list[int]:
    return [int.from_bytes(rest[-4:], "big") for _, rest in answers]


@pytest.mark.parametrize(
    ("connect", "status"),
    [
        (a_connect, 0), (lambda: a_connect(b"999999"), 2), (lambda: a_connect(secret=b"other"), 3),
        (lambda: a_connect(version=0x40), 4), (lambda: a_connect()[:-1], 1),
    ],
)  # fmt: skip
async def test_a_gateway_lets_in_only_whom_it_knows(cmpp: FakeCmpp, connect: Callable[[], bytes], status: int) -> None:
    line = await raw(cmpp.port)
    [(command, rest)] = await line.ask(cmpp_message(1, 1, connect()))
    assert (command, int.from_bytes(rest[4:8], "big")) == (0x80000001, status)
    line.close()


async def test_a_gateway_hangs_up_on_who_has_not_connected(cmpp: FakeCmpp) -> None:
    line = await raw(cmpp.port)
    assert await line.ask(cmpp_message(4, 1, a_cmpp_submit())) == []
    assert cmpp.sent == []


async def test_a_gateway_refuses_a_number_of_a_message_again_and_more_than_its_window(cmpp: FakeCmpp) -> None:
    cmpp.delay_seconds = 0.05
    line = await raw(cmpp.port)
    await line.ask(cmpp_message(1, 1, a_connect()))
    answers = await line.ask(*(cmpp_message(4, number, a_cmpp_submit()) for number in (5, 6, 7)))
    assert sorted(results(answers)) == [0, 0, 8]
    assert results(await line.ask(cmpp_message(4, 5, a_cmpp_submit()))) == [3]
    assert (cmpp.overruns, cmpp.bill[0]) == (1, 2)
    line.close()


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        ({"own": bytes(7) + b"\1"}, 1), ({"report": b"\0"}, 1), ({"many": b"\2"}, 1), ({"number": b"\2"}, 1),
        ({"length": b"\xff"}, 4), ({"fee_type": b"09"}, 5), ({"text": b"\0x" * 71}, 6), ({"text": b""}, 6),
        ({"service": b"OTHER"}, 7), ({"source": b"1"}, 10), ({"from": b"999999"}, 11), ({"to": b"02886123456"}, 13),
        ({"coding": b"\x0f"}, 9), ({"headed": b"\1"}, 1), ({"coding": b"\0", "text": b"\xe9"}, 1),
    ],
)  # fmt: skip
async def test_a_gateway_refuses_a_submit_that_is_wrong(cmpp: FakeCmpp, changed: Changes, result: int) -> None:
    line = await raw(cmpp.port)
    await line.ask(cmpp_message(1, 1, a_connect()))
    assert results(await line.ask(cmpp_message(4, 2, a_cmpp_submit(**changed)))) == [result]
    assert cmpp.bill == (0, 0)
    line.close()


async def test_both_take_what_is_right_and_write_it_on_the_bill(smpp: FakeSmpp, cmpp: FakeCmpp) -> None:
    first, second = await raw(smpp.port), await raw(cmpp.port)
    await first.ask(smpp_message(9, 1, BIND))
    await second.ask(cmpp_message(1, 1, a_connect()))
    assert statuses(await first.ask(smpp_message(4, 2, a_submit_sm()))) == [(0x80000004, 0)]
    assert results(await second.ask(cmpp_message(4, 2, a_cmpp_submit()))) == [0]
    for fake in (smpp, cmpp):
        assert fake.texts == [("+8613800138000", "补贴")]
        assert fake.bill == (1, fake.price)
    first.close()
    second.close()
