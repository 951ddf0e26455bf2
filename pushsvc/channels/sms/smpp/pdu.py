"""The octets of SMPP 3.4 (specification issue 1.2). Chapter 4 is the messages, chapter 5 their fields."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

HEADER = struct.Struct(">IIII")
GENERIC_NACK, RESPONSE = 0x80000000, 0x80000000
QUERY_SM, SUBMIT_SM, DELIVER_SM, UNBIND, BIND_TRANSCEIVER, ENQUIRE_LINK = 0x03, 0x04, 0x05, 0x06, 0x09, 0x15
DATA_SM = 0x103
SUBMIT_SM_RESP, DELIVER_SM_RESP, DATA_SM_RESP = SUBMIT_SM | RESPONSE, DELIVER_SM | RESPONSE, DATA_SM | RESPONSE
_VERSION = 0x34
#: Optional parameters, 5.3.2.
USER_MESSAGE_REFERENCE, RECEIPTED_MESSAGE_ID = 0x0204, 0x001E
SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER = 0x020C, 0x020E, 0x020F
MESSAGE_PAYLOAD, NETWORK_ERROR_CODE, MESSAGE_STATE = 0x0424, 0x0423, 0x0427
#: esm_class, 5.2.12: what kind of message it is, and whether its text begins with a header.
KIND, RECEIPT, INTERMEDIATE, HEADED = 0x3C, 0x04, 0x20, 0x40
DEFAULT_ALPHABET, UCS2 = 0, 8
_TAIL = struct.Struct(">BBBxxBBBBB")
_TLV, _REFERENCE = struct.Struct(">HH"), struct.Struct(">HHH")


class Broken(ValueError):
    """A message whose fields do not fit into it."""


@dataclass(frozen=True)
class Address:
    """A number with its type and plan (5.2.5, 5.2.6): 1 and 1 are an international telephone number."""

    number: str
    kind: int = 0
    plan: int = 0

    def octets(self) -> bytes:
        return bytes((self.kind, self.plan)) + self.number.encode("ascii") + b"\0"


@dataclass(frozen=True)
class Delivered:
    """A deliver_sm or data_sm: a receipt, or what a person sent us."""

    source: Address
    to: Address
    esm_class: int
    coding: int
    octets: bytes
    options: dict[int, bytes] = field(default_factory=dict)


def message(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    return HEADER.pack(HEADER.size + len(body), command, status, sequence) + body


def bind_transceiver(sequence: int, user: str, password: str, system_type: str) -> bytes:
    """4.1.5."""
    names = b"".join(name.encode("latin-1") + b"\0" for name in (user, password, system_type))
    return message(BIND_TRANSCEIVER, 0, sequence, names + bytes((_VERSION, 0, 0, 0)))


def submit(head: bytes, digits: str, esm_class: int, coding: int, octets: bytes, reference: int | None) -> bytes:
    """The body of a submit_sm (4.4.1) that asks for a receipt. `head`: service type and source, the same for all;
    `digits`: an international number."""
    # Behind esm_class: protocol, priority, (no schedule, no validity), receipt, replace; behind the coding: no canned text.
    fixed = _TAIL.pack(esm_class, 0, 0, 1, 0, coding, 0, len(octets))
    if reference is None:
        return b"%b\1\1%b\0%b%b" % (head, digits.encode(), fixed, octets)
    return b"%b\1\1%b\0%b%b%b" % (head, digits.encode(), fixed, octets, _REFERENCE.pack(USER_MESSAGE_REFERENCE, 2, reference))


def query(sequence: int, provider_id: str, source: Address) -> bytes:
    """4.8.1."""
    return message(QUERY_SM, 0, sequence, provider_id.encode("latin-1") + b"\0" + source.octets())


def read_text(octets: bytes, at: int, end: int) -> tuple[str, int]:
    """A C string and where the next field begins. One without its end takes all there is."""
    stop = octets.find(b"\0", at, end)
    return (octets[at:end].decode("latin-1"), end) if stop < 0 else (octets[at:stop].decode("latin-1"), stop + 1)


def read_delivered(octets: bytes, at: int, end: int, command: int) -> Delivered:
    """The body of a deliver_sm (4.6.1) or a data_sm (4.7.1). Broken when its fields do not fit."""
    octets, at, end = octets[at:end], 0, end - at
    try:
        at = _after_text(octets, at, end)
        source, at = _address(octets, at, end)
        to, at = _address(octets, at, end)
        esm_class = octets[at]
        if command == DATA_SM:
            coding, text, at = octets[at + 2], b"", at + 3
        else:
            at = _after_text(octets, _after_text(octets, at + 3, end), end)
            coding, length = octets[at + 2], octets[at + 4]
            text, at = octets[at + 5 : at + 5 + length], at + 5 + length
    except IndexError:
        raise Broken("it ends in the middle of a field") from None
    if at > end:
        raise Broken("it is shorter than its own length fields say")
    options = _options(octets, at, end)
    return Delivered(source, to, esm_class, coding, text or options.get(MESSAGE_PAYLOAD, b""), options)


def _after_text(octets: bytes, at: int, end: int) -> int:
    stop = octets.find(b"\0", at, end)
    if stop < 0:
        raise Broken("a text in it has no end")
    return stop + 1


def _address(octets: bytes, at: int, end: int) -> tuple[Address, int]:
    stop = _after_text(octets, at + 2, end)
    return Address(octets[at + 2 : stop - 1].decode("latin-1"), octets[at], octets[at + 1]), stop


def _options(octets: bytes, at: int, end: int) -> dict[int, bytes]:
    """Optional parameters (3.2.4). What follows a broken one is left out: the message itself is whole."""
    found: dict[int, bytes] = {}
    while at + _TLV.size <= end:
        tag, length = _TLV.unpack_from(octets, at)
        if at + _TLV.size + length > end:
            break
        found[tag] = octets[at + _TLV.size : at + _TLV.size + length]
        at += _TLV.size + length
    return found
