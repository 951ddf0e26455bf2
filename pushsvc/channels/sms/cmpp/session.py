"""A session of CMPP 3.0, a long connection: submits go, reports and texts come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pushsvc.channels.sms.cmpp import pdu
from pushsvc.channels.sms.operators.session import Session
from pushsvc.telemetry import log

Answer = Callable[[int], None]
OnDelivered = Callable[[pdu.Delivered, Answer], None]
"""Hears a CMPP_DELIVER and answers it by a result, at most once. What is not answered is delivered again (T 60 s, N 3)."""
OK, INVALID_STRUCTURE = 0, 1
_QUESTIONS = frozenset((pdu.CONNECT_RESP, pdu.TERMINATE | pdu.RESPONSE, pdu.ACTIVE_TEST | pdu.RESPONSE))


class CmppSession(Session):
    """The frames of CMPP. `first`: the number of the first message; a gateway may remember those of a session before."""

    header = pdu.HEADER

    def __init__(self, window: int, on_delivered: OnDelivered, first: int = 1, *, idle_seconds: float = 30.0) -> None:
        super().__init__(window, idle_seconds=idle_seconds)
        self._on_delivered, self._sequence, self._wondered = on_delivered, first, False

    def frame(self, sequence: int, body: bytes) -> bytes:
        return pdu.HEADER.pack(12 + len(body), pdu.SUBMIT, sequence) + body

    def probe(self, sequence: int) -> bytes:
        return pdu.message(pdu.ACTIVE_TEST, sequence)

    def taken(self, octets: bytes, at: int, end: int) -> None:
        _, command, sequence = pdu.HEADER.unpack_from(octets, at)
        if command == pdu.SUBMIT_RESP:
            own, result = pdu.read_submitted(octets, at + 12, end)
            self.settle(sequence, result, str(own) if result == 0 else "")
        elif command == pdu.DELIVER:
            self._delivered(octets, at, end, sequence)
        elif command == pdu.ACTIVE_TEST:
            self.send(pdu.message(pdu.ACTIVE_TEST | pdu.RESPONSE, sequence, b"\0"))
        elif command == pdu.TERMINATE:
            self.send(pdu.message(pdu.TERMINATE | pdu.RESPONSE, sequence))
            self.go("the operator said goodbye")
        elif command in _QUESTIONS:
            self.answer(sequence, octets[at:end])
        else:
            # CMPP has no word for "unknown command".
            self._wonder(f"a command that we do not know, 0x{command:08X}")

    def _wonder(self, what: str) -> None:
        """Say it once a session: a peer that does it once does it a thousand times."""
        if not self._wondered:
            self._wondered = True
            log.warning("an operator sent what we cannot use", what=what)

    def _delivered(self, octets: bytes, at: int, end: int, sequence: int) -> None:
        try:
            delivered = pdu.read_delivered(octets, at + 12, end)
        except pdu.Broken as broken:
            self._wonder(f"a delivery that cannot be read: {broken}")
            self.send(pdu.delivered_answer(sequence, 0, INVALID_STRUCTURE))
            return
        self._on_delivered(delivered, partial(self._answer_delivered, sequence, delivered.message_id))

    def _answer_delivered(self, sequence: int, message_id: int, result: int) -> None:
        if not self.closed.is_set():
            self.send(pdu.delivered_answer(sequence, message_id, result))
