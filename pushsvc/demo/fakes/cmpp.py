"""A gateway of China Mobile (ISMG) that speaks CMPP 3.0: strict, with faults to order, reports to come, and a bill."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import struct
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pushsvc.demo.fakes.operators import Fault, Server, Taken

_REFUSED: dict[Fault, int] = {"throttle": 8, "full": 8, "refuse": 6, "no_number": 13, "later": 3, "own": 66}
_OTHER = 9
_CHINA = ZoneInfo("Asia/Shanghai")
_MOST_LENGTH = 3500
#: The widths of a CMPP_SUBMIT to one number, up to its text.
_SUBMIT = (8, 1, 1, 1, 1, 10, 1, 32, 1, 1, 1, 1, 6, 2, 6, 17, 17, 21, 1, 32, 1, 1)


class _Wrong(Exception):
    """What is wrong with a message, and the result that says so."""

    def __init__(self, result: int, what: str) -> None:
        super().__init__(what)
        self.result = result


@dataclass
class FakeCmpp(Server):
    """`proves`: whether it proves that it knows the secret. `version`: the highest that it speaks."""

    window: int = 16
    user: str = "901234"
    secret: str = "secret"  # noqa: S105  # of a fake
    source: str = "10690000"
    service: str = "PUSH"
    proves: bool = True
    version: int = 0x30
    again_after_seconds: float = 0.3
    """What is not answered is delivered again after so long (T, 60 s at real ones), three times (N)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._numbers = itertools.count(7_000_000_000_000_000_001)
        self._sequences = itertools.count(1)
        self._bound: list[asyncio.StreamWriter] = []
        self._asked: dict[int, asyncio.Future[int]] = {}
        self._seen: set[int] = set()
        self.unanswered = 0

    @property
    def url(self) -> str:
        """For SMS_URL."""
        options = f"window={self.window}&source={self.source}&service={self.service}"
        return f"cmpp://{self.user}:{self.secret}@127.0.0.1:{self.port}/?{options}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length, command, sequence = struct.unpack(">III", await reader.readexactly(12))
                if not 12 <= length <= _MOST_LENGTH:
                    return
                if not self._hear(writer, command, sequence, await reader.readexactly(length - 12)):
                    return
        finally:
            if writer in self._bound:
                self._bound.remove(writer)
            self.unanswered = 0
            self._seen.clear()

    def _hear(self, writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes) -> bool:
        """False: the connection ends."""
        if command == 0x01:
            status = self._let_in(body)
            ours = hashlib.md5(struct.pack(">I", status) + body[6:22] + self.secret.encode(), usedforsecurity=False).digest()
            answer = struct.pack(">I16sB", status, ours if self.proves else b"", self.version)
            self._say(writer, 0x80000001, sequence, answer)
            if not status:
                self.binds += 1
                self._bound.append(writer)
            return not status
        if writer not in self._bound:
            return False
        if command == 0x04:
            return self._submitted(writer, sequence, body)
        if command == 0x02:
            self.goodbyes += 1
            self._say(writer, 0x80000002, sequence)
        elif command == 0x08 and not self.deaf:
            self._say(writer, 0x80000008, sequence, b"\0")
        elif command == 0x80000005:
            asked = self._asked.pop(sequence, None)
            if asked is not None and not asked.done():
                asked.set_result(int.from_bytes(body[8:12], "big"))
        return True

    def _let_in(self, body: bytes) -> int:
        if self.bind_status or len(body) != 27:
            return self.bind_status or 1
        user, proof, version, moment = struct.unpack(">6s16sBI", body)
        if user.rstrip(b"\0").decode() != self.user:
            return 2
        if version > self.version:
            return 4
        wanted = hashlib.md5(usedforsecurity=False)
        for piece in (self.user.encode(), b"\0" * 9, self.secret.encode(), f"{moment:010d}".encode()):
            wanted.update(piece)
        return 0 if wanted.digest() == proof else 3

    def _submitted(self, writer: asyncio.StreamWriter, sequence: int, body: bytes) -> bool:
        fault = self.faults.popleft() if self.faults else None
        self.unanswered += 1
        self.unanswered_most = max(self.unanswered_most, self.unanswered)
        if fault == "reset":
            writer.transport.abort()
            return False
        try:
            if sequence in self._seen:
                raise _Wrong(3, f"number {sequence} again")
            self._seen.add(sequence)
            if self.unanswered > self.window:
                self.overruns += 1
                raise _Wrong(8, f"{self.unanswered} submits unanswered")
            if fault in _REFUSED:
                raise _Wrong(_REFUSED[fault], fault)
            taken = self._read(body)
        except _Wrong as wrong:
            self.refused.append(str(wrong))
            self._answer(writer, sequence, wrong.result, 0, fault)
            return True
        if fault == "hang":
            return True
        self.sent.append(taken)
        if fault == "reset_after":
            writer.transport.abort()
        if fault == "early":
            self._reports(taken)
        if fault not in ("mute", "reset_after"):
            self._answer(writer, sequence, 0, int(taken.provider_id), fault)
        if fault != "early":
            self._reports(taken)
        return fault != "reset_after"

    def _read(self, body: bytes) -> Taken:
        """The CMPP_SUBMIT, if nothing is wrong with it."""
        if len(body) < sum(_SUBMIT) + 20:
            raise _Wrong(1, "the fields do not fit")
        at, fields = 0, []
        for width in _SUBMIT:
            fields.append(body[at : at + width])
            at += width
        own, total, number, report, _, service, _, _, _, _, headed, coding = fields[:12]
        pays, fee_type, fee_code, _, _, source, many, to, _, length = fields[12:]
        octets, rest = body[at : at + length[0]], body[at + length[0] :]
        phone = to.rstrip(b"\0").decode("latin-1")
        if any(own) or len(octets) != length[0] or len(rest) != 20 or many != b"\1" or report != b"\1":
            raise _Wrong(1 if len(octets) == length[0] else 4, "a field has a value that it cannot have")
        for result, written, right in (
            (7, service, self.service), (10, source, self.source), (11, pays, self.user),
        ):  # fmt: skip
            if written.rstrip(b"\0").decode("latin-1") != right:
                raise _Wrong(result, f"the account has no {written!r}")
        if fee_type not in (b"01", b"02", b"03") or not fee_code.rstrip(b"\0").isdigit():
            raise _Wrong(5, "no such tariff")
        if not _is_mobile(phone) or f"+86{phone[-11:]}" in self.no_numbers:
            raise _Wrong(13, "no such number")
        words, place = _words(octets, coding[0], headed[0] == 1)
        if (number[0], total[0]) != ((place[2], place[1]) if place else (1, 1)):
            raise _Wrong(1, "Pk_number and Pk_total are not those of the header")
        return Taken(str(next(self._numbers)), f"+86{phone[-11:]}", self.source, words, coding[0], place, as_written=phone)

    def _answer(self, writer: asyncio.StreamWriter, sequence: int, result: int, own: int, fault: Fault | None) -> None:
        if fault == "garbage":
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        elif fault in ("huge", "short"):
            writer.write((b"\xff\xff\xff\xff" if fault == "huge" else b"\0\0\0\3") + bytes(12))
        elif fault == "unknown_command":
            self._say(writer, 0x00000777, next(self._sequences))
        self.later(self._answer_after(writer, sequence, struct.pack(">QI", own, result), fault))

    async def _answer_after(self, writer: asyncio.StreamWriter, sequence: int, body: bytes, fault: Fault | None) -> None:
        wait = self.late_seconds if fault == "late" else self.delay_seconds
        if wait:
            await asyncio.sleep(wait)
        self.unanswered -= 1
        for _ in range(2 if fault == "twice" else 1):
            self._say(writer, 0x80000004, sequence, body)
        if fault == "goodbye":
            self._say(writer, 0x02, next(self._sequences))

    def _say(self, writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes = b"") -> None:
        if not writer.is_closing():
            writer.write(struct.pack(">III", 12 + len(body), command, sequence) + body)

    # What it delivers.

    def _reports(self, taken: Taken) -> None:
        for number, stat in enumerate(self.receipts, start=1):
            self.later(self._report_after(number * self.receipt_after_seconds, taken, stat))

    async def _report_after(self, seconds: float, taken: Taken, stat: str) -> None:
        await asyncio.sleep(seconds)
        await self.receipt(taken, stat)

    async def receipt(self, taken: Taken, stat: str) -> int:
        """Tell what became of a message; gives the result of the answer, -1 without one."""
        taken.state = stat
        moment = datetime.now(_CHINA).strftime("%y%m%d%H%M").encode()  # a gateway writes its own wall clock
        phone = taken.to.lstrip("+").encode()
        text = struct.pack(">Q7s10s10s32sI", int(taken.provider_id), stat.encode(), moment, moment, phone, 5)
        return await self.deliver(phone.decode(), text, report=True)

    async def deliver(self, source: str, octets: bytes, *, coding: int = 0, headed: bool = False, report: bool = False) -> int:
        """Send a CMPP_DELIVER to whoever is bound, again while it is not answered; the result, -1 without one."""
        own = next(self._numbers)
        body = struct.pack(
            ">Q21s10sBBB32sBBB", own, self.source.encode(), self.service.encode(), 0, int(headed), coding, source.encode(), 0,
            int(report), len(octets),
        ) + octets + bytes(20)  # fmt: skip
        for _ in range(3):
            if not await self.somebody_is_bound(self._bound):
                break
            sequence = next(self._sequences)
            answer = self._asked[sequence] = asyncio.get_running_loop().create_future()
            self._say(self._bound[-1], 0x05, sequence, body)
            try:
                result: int = await asyncio.wait_for(answer, self.again_after_seconds)
            except TimeoutError:
                continue
            self.heard.append(result)
            return result
        return -1

    async def text(self, source: str, words: str, *, parts: int = 1) -> list[int]:
        """A person writes to us, in so many parts."""
        size = -(-len(words) // parts)
        sendings = []
        for number in range(parts):
            octets = words[number * size : (number + 1) * size].encode("utf-16-be")
            head = bytes((5, 0, 3, 77, parts, number + 1)) if parts > 1 else b""
            sendings.append(self.deliver(source, head + octets, coding=8, headed=parts > 1))
        return list(await asyncio.gather(*sendings))

    def say(self, octets: bytes) -> None:
        """Any octets, to whoever is bound."""
        for writer in self._bound:
            writer.write(octets)


def _is_mobile(phone: str) -> bool:
    digits = phone[2:] if len(phone) == 13 and phone.startswith("86") else phone
    return len(digits) == 11 and digits.isascii() and digits.isdigit() and digits[0] == "1" and digits[1] in "3456789"


def _words(octets: bytes, coding: int, headed: bool) -> tuple[str, tuple[int, int, int] | None]:
    """What a phone shows of one SMS, or what is wrong with it."""
    place = None
    if headed:
        if len(octets) < 7 or octets[:3] != b"\x05\x00\x03" or not 1 <= octets[5] <= octets[4]:
            raise _Wrong(1, "the header of a part is wrong")
        place, octets = (octets[3], octets[4], octets[5]), octets[6:]
    if coding not in (0, 8):
        raise _Wrong(_OTHER, f"Msg_Fmt {coding} is not possible here")
    most = (153 if headed else 160) if coding == 0 else (134 if headed else 140)
    if not 1 <= len(octets) <= most or (coding == 8 and len(octets) % 2):
        raise _Wrong(6, f"{len(octets)} octets of text, at most {most}")
    try:
        return octets.decode("utf-16-be" if coding == 8 else "ascii"), place
    except ValueError:
        raise _Wrong(1, "the text is cut in the middle of a sign") from None
