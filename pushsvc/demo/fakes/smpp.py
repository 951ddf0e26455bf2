"""An SMSC that speaks SMPP 3.4: strict, with faults to order, receipts to come, and a bill."""

from __future__ import annotations

import asyncio
import itertools
import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pushsvc.demo.fakes.operators import Fault, Server, Taken, read_phone_alphabet

_OK, _INVMSGLEN, _INVCMDID, _INVBNDSTS, _ALYBND, _SYSERR, _INVDSTADR = 0, 0x01, 0x03, 0x04, 0x05, 0x08, 0x0B
_INVMSGID, _INVPASWD, _INVSYSID, _MSGQFUL, _INVESMCLASS, _SUBMITFAIL, _THROTTLED = 0x0C, 0x0E, 0x0F, 0x14, 0x43, 0x45, 0x58
_REFUSED: dict[Fault, int] = {
    "throttle": _THROTTLED,
    "full": _MSGQFUL,
    "refuse": 0x66,
    "no_number": _INVDSTADR,
    "later": _SYSERR,
    "own": 0x421,
}
_STATES = {
    "ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6, "UNKNOWN": 7, "REJECTD": 8,
}  # fmt: skip
_MOST_LENGTH = 4096


class _Wrong(Exception):
    """What is wrong with a message, and the status that says so."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


@dataclass
class FakeSmpp(Server):
    """`ids`: "hex" gives hexadecimal ids in answers and the same number in decimal in receipts, as some do. `options`:
    whether receipts carry receipted_message_id, message_state and user_message_reference."""

    user: str = "push"
    password: str = "secret"  # noqa: S105  # of a fake
    ids: Literal["decimal", "hex"] = "decimal"
    options: bool = True
    can_query: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._numbers = itertools.count(1001)
        self._sequences = itertools.count(1)
        self._bound: list[asyncio.StreamWriter] = []
        self._asked: dict[int, asyncio.Future[int]] = {}
        self.unanswered = 0

    @property
    def url(self) -> str:
        """For SMS_URL."""
        return f"smpp://{self.user}:{self.password}@127.0.0.1:{self.port}/?window={self.window}&source=10690000"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readexactly(16)
                length, command, status, sequence = struct.unpack(">IIII", head)
                if not 16 <= length <= _MOST_LENGTH:
                    return self._say(writer, 0x80000000, 0x02, sequence)
                body = await reader.readexactly(length - 16)
                if not await self._hear(writer, command, status, sequence, body):
                    return None
        finally:
            if writer in self._bound:
                self._bound.remove(writer)
            self.unanswered = 0

    async def _hear(self, writer: asyncio.StreamWriter, command: int, status: int, sequence: int, body: bytes) -> bool:
        """False: the connection ends."""
        bound = writer in self._bound
        if command & 0x80000000:
            answer = self._asked.pop(sequence, None)
            if answer is not None and not answer.done():
                answer.set_result(status)
        elif not 1 <= sequence <= 0x7FFFFFFF:
            self._say(writer, 0x80000000, 0xFF, sequence)
        elif command == 0x15:
            if not self.deaf:
                self._say(writer, 0x80000015, _OK, sequence)
        elif command == 0x09:
            verdict = self._let_in(body, bound)
            self._say(writer, 0x80000009, verdict, sequence, b"FAKE\0" if not verdict else b"")
            if not verdict:
                self._bound.append(writer)
        elif command == 0x06:
            self.goodbyes += 1
            self._say(writer, 0x80000006, _OK, sequence)
        elif not bound:
            self._say(writer, command | 0x80000000, _INVBNDSTS, sequence)
        elif command == 0x04:
            return self._submitted(writer, sequence, body)
        elif command == 0x03 and self.can_query:
            self._queried(writer, sequence, body)
        else:
            self._say(writer, 0x80000000, _INVCMDID, sequence)
        return True

    def _let_in(self, body: bytes, bound: bool) -> int:
        fields = body.split(b"\0", 3)
        if bound:
            return _ALYBND
        if self.bind_status or len(fields) < 4 or len(fields[3]) < 4 or fields[3][0] != 0x34:
            return self.bind_status or 0x0D
        if fields[0].decode() != self.user:
            return _INVSYSID
        if fields[1].decode() != self.password:
            return _INVPASWD
        self.binds += 1
        return _OK

    def _submitted(self, writer: asyncio.StreamWriter, sequence: int, body: bytes) -> bool:
        fault = self.faults.popleft() if self.faults else None
        self.unanswered += 1
        self.unanswered_most = max(self.unanswered_most, self.unanswered)
        if fault == "reset":
            writer.transport.abort()
            return False
        try:
            if self.unanswered > self.window:
                self.overruns += 1
                raise _Wrong(_THROTTLED, f"{self.unanswered} submits unanswered")
            if fault in _REFUSED:
                raise _Wrong(_REFUSED[fault], fault)
            taken = self._read(body)
        except _Wrong as wrong:
            self.refused.append(str(wrong))
            self._answer(writer, sequence, wrong.status, b"", fault)
            return True
        if fault == "hang":
            return True
        self.sent.append(taken)
        if fault == "reset_after":
            writer.transport.abort()
        if fault == "early":
            self._receipts(taken)
        if fault not in ("mute", "reset_after"):
            self._answer(writer, sequence, _OK, taken.provider_id.encode() + b"\0", fault)
        if fault != "early":
            self._receipts(taken)
        return fault != "reset_after"

    def _read(self, body: bytes) -> Taken:
        """The submit_sm, if nothing is wrong with it."""
        try:
            _, rest = body.split(b"\0", 1)
            source, rest = rest[2:].split(b"\0", 1)
            kind, (to, rest) = rest[0], rest[2:].split(b"\0", 1)
            esm_class, (_, rest) = rest[0], rest[3:].split(b"\0", 1)
            _, rest = rest.split(b"\0", 1)
            registered, coding, length = rest[0], rest[2], rest[4]
            octets, options = rest[5 : 5 + length], rest[5 + length :]
        except (ValueError, IndexError):
            raise _Wrong(0x02, "the fields do not fit") from None
        if kind != 1 or not to.isdigit() or not 7 <= len(to) <= 15 or f"+{to.decode()}" in self.no_numbers:
            raise _Wrong(_INVDSTADR, "no such number")
        if len(octets) != length or registered != 1:
            raise _Wrong(_INVMSGLEN if len(octets) != length else 0x07, "wrong length or no receipt asked for")
        words, place = _words(octets, coding, bool(esm_class & 0x40))
        reference = int.from_bytes(options[4:6], "big") if options[:4] == b"\x02\x04\x00\x02" else None
        number = next(self._numbers)
        own = f"{number:X}" if self.ids == "hex" else str(number)
        return Taken(own, f"+{to.decode()}", source.decode(), words, coding, place, reference, as_written=to.decode())

    def _queried(self, writer: asyncio.StreamWriter, sequence: int, body: bytes) -> None:
        own = body.split(b"\0")[0].decode()
        found = next((taken for taken in self.sent if taken.provider_id == own), None)
        if found is None:
            self._say(writer, 0x80000003, _INVMSGID, sequence)
            return
        self._say(writer, 0x80000003, _OK, sequence, own.encode() + b"\0\0" + bytes((_STATES.get(found.state, 7), 0)))

    def _answer(self, writer: asyncio.StreamWriter, sequence: int, status: int, body: bytes, fault: Fault | None) -> None:
        if fault == "garbage":
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        elif fault in ("huge", "short"):
            writer.write((b"\xff\xff\xff\xff" if fault == "huge" else b"\0\0\0\3") + bytes(12))
        elif fault == "unknown_command":
            self._say(writer, 0x00000777, 0, next(self._sequences))
        self.later(self._answer_after(writer, sequence, status, body, fault))

    async def _answer_after(
        self, writer: asyncio.StreamWriter, sequence: int, status: int, body: bytes, fault: Fault | None
    ) -> None:
        wait = self.late_seconds if fault == "late" else self.delay_seconds
        if wait:
            await asyncio.sleep(wait)
        self.unanswered -= 1
        self._say(writer, 0x80000004, status, sequence, body)
        if fault == "twice":
            self._say(writer, 0x80000004, status, sequence, body)
        if fault == "goodbye":
            self._say(writer, 0x06, 0, next(self._sequences))

    def _say(self, writer: asyncio.StreamWriter, command: int, status: int, sequence: int, body: bytes = b"") -> None:
        if not writer.is_closing():
            writer.write(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)

    # What it delivers.

    def _receipts(self, taken: Taken) -> None:
        for number, stat in enumerate(self.receipts, start=1):
            self.later(self._receipt_after(number * self.receipt_after_seconds, taken, stat))

    async def _receipt_after(self, seconds: float, taken: Taken, stat: str) -> None:
        await asyncio.sleep(seconds)
        taken.state = stat
        await self.receipt(taken, stat)

    async def receipt(self, taken: Taken, stat: str, *, again: int = 20, written: str | None = None) -> int:
        """Tell what became of a message, again while the answer is not yes. Gives the last status, -1 without one."""
        own = str(int(taken.provider_id, 16)).zfill(10) if self.ids == "hex" else taken.provider_id
        moment = datetime.now().strftime("%y%m%d%H%M")  # an SMSC writes its own wall clock
        words = written or (
            f"id:{own} sub:001 dlvrd:{'001' if stat == 'DELIVRD' else '000'} submit date:{moment} done date:{moment} "
            f"stat:{stat} err:{'000' if stat == 'DELIVRD' else '069'} text:"
        )
        options = b""
        if self.options:
            name = taken.provider_id.encode() + b"\0"
            options = struct.pack(">HH", 0x1E, len(name)) + name + struct.pack(">HHB", 0x0427, 1, _STATES.get(stat, 7))
            if taken.reference is not None:
                options += struct.pack(">HHH", 0x0204, 2, taken.reference)
        kind = 0x20 if stat == "ENROUTE" else 0x04
        return await self.deliver(taken.to.lstrip("+"), words.encode("latin-1"), esm_class=kind, options=options, again=again)

    async def deliver(
        self, source: str, octets: bytes, *, esm_class: int = 0, coding: int = 0, options: bytes = b"", again: int = 0
    ) -> int:
        """Send a deliver_sm to whoever is bound, and wait for the answer; -1 when none comes."""
        status = -1
        for _ in range(again + 1):
            if not await self.somebody_is_bound(self._bound):
                break
            body = b"\0\1\1" + source.encode() + b"\0\0\1" + b"10690000\0"
            body += bytes((esm_class, 0, 0, 0, 0, 0, 0, coding, 0, len(octets))) + octets + options
            sequence = next(self._sequences)
            answer = self._asked[sequence] = asyncio.get_running_loop().create_future()
            self._say(self._bound[-1], 0x05, 0, sequence, body)
            try:
                status = await asyncio.wait_for(answer, 5.0)
            except TimeoutError:
                continue
            self.heard.append(status)
            if status == _OK:
                break
            await asyncio.sleep(0.05)
        return status

    async def text(self, source: str, words: str, *, parts: int = 1, by: Literal["header", "sar"] = "header") -> list[int]:
        """A person writes to us, in so many parts."""
        size = -(-len(words) // parts)
        sendings = []
        for number in range(parts):
            octets = words[number * size : (number + 1) * size].encode("utf-16-be")
            options, esm_class = b"", 0
            if parts > 1 and by == "header":
                octets, esm_class = bytes((5, 0, 3, 77, parts, number + 1)) + octets, 0x40
            elif parts > 1:
                options = struct.pack(">HHHHHBHHB", 0x020C, 2, 77, 0x020E, 1, parts, 0x020F, 1, number + 1)
            sendings.append(self.deliver(source, octets, esm_class=esm_class, coding=8, options=options))
        return list(await asyncio.gather(*sendings))

    def say(self, octets: bytes) -> None:
        """Any octets, to whoever is bound."""
        for writer in self._bound:
            writer.write(octets)


def _words(octets: bytes, coding: int, headed: bool) -> tuple[str, tuple[int, int, int] | None]:
    """What a phone shows of one SMS, or what is wrong with it."""
    place = None
    if headed:
        if len(octets) < 7 or octets[:3] != b"\x05\x00\x03" or not 1 <= octets[5] <= octets[4]:
            raise _Wrong(_INVESMCLASS, "the header of a part is wrong")
        place, octets = (octets[3], octets[4], octets[5]), octets[6:]
    if coding not in (0, 8):
        raise _Wrong(_SUBMITFAIL, f"data_coding {coding} is not possible here")
    most = (153 if headed else 160) if coding == 0 else (134 if headed else 140)
    if not 1 <= len(octets) <= most or (coding == 8 and len(octets) % 2):
        raise _Wrong(_INVMSGLEN, f"{len(octets)} octets of text, at most {most}")
    try:
        return (octets.decode("utf-16-be") if coding == 8 else read_phone_alphabet(octets)), place
    except ValueError:
        raise _Wrong(_SUBMITFAIL, "the text is cut in the middle of a sign") from None
