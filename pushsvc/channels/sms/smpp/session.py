"""A session of SMPP 3.4, bound as a transceiver: submits go, receipts and texts come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pushsvc.channels.sms.clouds import an_id
from pushsvc.channels.sms.operators.session import Session
from pushsvc.channels.sms.smpp import pdu
from pushsvc.telemetry import log

Answer = Callable[[int], None]
OnDelivered = Callable[[pdu.Delivered, Answer], None]
"""Hears a deliver_sm or data_sm and answers it, once, by a command_status."""
OK, INVALID_LENGTH, INVALID_COMMAND, COMMAND_LENGTH, COME_AGAIN = 0, 0x01, 0x03, 0x02, 0x64
_QUESTIONS = frozenset((pdu.QUERY_SM, pdu.BIND_TRANSCEIVER, pdu.UNBIND, pdu.ENQUIRE_LINK))


class SmppSession(Session):
    """The frames of SMPP. `on_delivered` hears what the operator delivers."""

    header = pdu.HEADER

    def __init__(
        self, window: int, on_delivered: OnDelivered, *, idle_seconds: float = 30.0, patience_seconds: float = 10.0
    ) -> None:
        super().__init__(window, idle_seconds=idle_seconds, patience_seconds=patience_seconds)
        self._on_delivered, self._wondered = on_delivered, False

    def frame(self, sequence: int, body: bytes) -> bytes:
        return pdu.HEADER.pack(16 + len(body), pdu.SUBMIT_SM, 0, sequence) + body

    def probe(self, sequence: int) -> bytes:
        return pdu.message(pdu.ENQUIRE_LINK, 0, sequence)

    def taken(self, octets: bytes, at: int, end: int) -> None:
        _, command, status, sequence = pdu.HEADER.unpack_from(octets, at)
        if command == pdu.SUBMIT_SM_RESP:
            # Up to its closing zero; one without it is read to its end.
            stop = end - 1 if end > at + 16 and not octets[end - 1] else end
            self.settle(sequence, status, an_id(octets[at + 16 : stop].decode("latin-1")) if status == 0 else "")
        elif command in (pdu.DELIVER_SM, pdu.DATA_SM):
            self._delivered(octets, at, end, command, sequence)
        elif command == pdu.ENQUIRE_LINK:
            self.send(pdu.message(pdu.ENQUIRE_LINK | pdu.RESPONSE, OK, sequence))
        elif command == pdu.UNBIND:
            self.send(pdu.message(pdu.UNBIND | pdu.RESPONSE, OK, sequence))
            self.go("the operator said goodbye")
        elif command == pdu.GENERIC_NACK:
            if not self.answer(sequence, octets[at:end]):
                self.settle(sequence, status or INVALID_COMMAND, "")
        elif command & pdu.RESPONSE:
            if (command & ~pdu.RESPONSE) in _QUESTIONS:
                self.answer(sequence, octets[at:end])
        else:
            self._wonder(f"a command that we do not know, 0x{command:08X}")
            self.send(pdu.message(pdu.GENERIC_NACK, INVALID_COMMAND, sequence))

    def _wonder(self, what: str) -> None:
        """Say it once a session: a peer that does it once does it a thousand times."""
        if not self._wondered:
            self._wondered = True
            log.warning("an operator sent what we cannot use", what=what)

    def malformed(self, what: str) -> None:
        self.send(pdu.message(pdu.GENERIC_NACK, COMMAND_LENGTH, 0))
        super().malformed(what)

    def _delivered(self, octets: bytes, at: int, end: int, command: int, sequence: int) -> None:
        answer = partial(self._answer_delivered, command, sequence)
        try:
            delivered = pdu.read_delivered(octets, at + 16, end, command)
        except pdu.Broken as broken:
            self._wonder(f"a delivery that cannot be read: {broken}")
            answer(INVALID_LENGTH)
            return
        self._on_delivered(delivered, answer)

    def _answer_delivered(self, command: int, sequence: int, status: int) -> None:
        # Its message_id is unused and empty (4.6.2).
        if not self.closed.is_set():
            self.send(pdu.message(command | pdu.RESPONSE, status, sequence, b"\0"))
