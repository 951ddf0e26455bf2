"""The octets of CMPP 3.0 (China Mobile, 中国移动通信互联网短信网关接口协议 V3.0): fields of fixed widths, filled with zeros."""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass

HEADER = struct.Struct(">III")
RESPONSE = 0x80000000
CONNECT, TERMINATE, SUBMIT, DELIVER, ACTIVE_TEST = 0x01, 0x02, 0x04, 0x05, 0x08
SUBMIT_RESP, CONNECT_RESP = SUBMIT | RESPONSE, CONNECT | RESPONSE
VERSION = 0x30
ASCII, UCS2, GB18030 = 0, 8, 15
_SUBMIT = struct.Struct(">QBBBB10sB32sBBBB6s2s6s17s17s21sB32sBB")
_SUBMIT_RESP, SUBMIT_RESP_2 = struct.Struct(">QI"), struct.Struct(">QB")
_DELIVER = struct.Struct(">Q21s10sBBB32sBBB")
_REPORT, _REPORT_2 = struct.Struct(">Q7s10s10s32sI"), struct.Struct(">Q7s10s10s21sI")
_LINK_ID = bytes(20)


class Broken(ValueError):
    """A message whose fields do not fit into it."""


@dataclass(frozen=True)
class Delivered:
    """A CMPP_DELIVER: a report, or what a person sent us."""

    message_id: int
    to: str
    headed: bool
    coding: int
    source: str
    is_report: bool
    octets: bytes


@dataclass(frozen=True)
class Report:
    """The text of a report: what became of the submit that got `message_id`."""

    message_id: int
    stat: str
    submitted: str
    done: str
    phone: str


@dataclass(frozen=True)
class Account:
    """What stands in every submit of an account."""

    user: str
    source: str
    service: str
    fee_type: str = "01"
    fee_code: str = "000000"
    fee_user: int = 2
    """2: the sender pays. 01: the reader pays nothing."""


def message(command: int, sequence: int, body: bytes = b"") -> bytes:
    return HEADER.pack(HEADER.size + len(body), command, sequence) + body


def proof(user: str, secret: str, moment: str) -> bytes:
    """AuthenticatorSource: MD5 of user, nine zeros, secret and MMDDHHMMSS. The protocol knows no other hash."""
    return hashlib.md5(user.encode() + bytes(9) + secret.encode() + moment.encode(), usedforsecurity=False).digest()


def connect(sequence: int, user: str, secret: str, moment: str) -> bytes:
    body = struct.pack(">6s16sBI", user.encode(), proof(user, secret, moment), VERSION, int(moment))
    return message(CONNECT, sequence, body)


def read_connected(octets: bytes) -> tuple[int, bytes, int]:
    """Status, AuthenticatorISMG, version. A gateway of CMPP 2 has a status of one octet."""
    if len(octets) >= HEADER.size + 21:
        status, theirs, version = struct.unpack_from(">I16sB", octets, HEADER.size)
    elif len(octets) >= HEADER.size + 18:
        status, theirs, version = struct.unpack_from(">B16sB", octets, HEADER.size)
    else:
        raise Broken("the answer to CMPP_CONNECT is too short")
    return status, theirs, version


def is_their_proof(theirs: bytes, status: int, ours: bytes, secret: str) -> bool:
    """AuthenticatorISMG: MD5 of status, our proof and the secret."""
    made = hashlib.md5(status.to_bytes(4, "big") + ours + secret.encode(), usedforsecurity=False).digest()
    return hmac.compare_digest(theirs, made)


def submit(account: Account, to: str, part: tuple[int, int], headed: bool, coding: int, octets: bytes) -> bytes:
    """The body of a CMPP_SUBMIT to one number that asks for a report. `part`: which of how many."""
    number, total = part
    fixed = _SUBMIT.pack(
        0, total, number, 1, 1, account.service.encode(), account.fee_user, b"", 0, 0, int(headed), coding,
        account.user.encode(), account.fee_type.encode(), account.fee_code.encode(), b"", b"", account.source.encode(),
        1, to.encode(), 0, len(octets),
    )  # fmt: skip
    return fixed + octets + _LINK_ID


def read_submitted(octets: bytes, at: int, end: int) -> tuple[int, int]:
    """Msg_Id and result of a CMPP_SUBMIT_RESP; 9, "another error", when it is cut short."""
    form = _SUBMIT_RESP if end - at >= _SUBMIT_RESP.size else SUBMIT_RESP_2
    if end - at < form.size:
        return 0, 9
    own, result = form.unpack_from(octets, at)
    return own, result


def read_delivered(octets: bytes, at: int, end: int) -> Delivered:
    """The body of a CMPP_DELIVER. Broken when its fields do not fit."""
    if end - at < _DELIVER.size:
        raise Broken("it ends in the middle of a field")
    own, to, _, _, headed, coding, source, _, report, length = _DELIVER.unpack_from(octets, at)
    at += _DELIVER.size
    if at + length > end:
        raise Broken("it is shorter than its own length field says")
    return Delivered(own, _text(to), bool(headed), coding, _text(source), report == 1, octets[at : at + length])


def read_report(octets: bytes) -> Report:
    """The text of a report; of CMPP 2 its number is shorter. Broken when it is too short for both."""
    form = _REPORT if len(octets) >= _REPORT.size else _REPORT_2
    if len(octets) < form.size:
        raise Broken("the text of the report is too short")
    own, stat, submitted, done, phone, _ = form.unpack_from(octets)
    return Report(own, _text(stat), _text(submitted), _text(done), _text(phone))


def delivered_answer(sequence: int, message_id: int, result: int) -> bytes:
    return message(DELIVER | RESPONSE, sequence, _SUBMIT_RESP.pack(message_id, result))


def _text(octets: bytes) -> str:
    return octets.split(b"\0", 1)[0].decode("latin-1").strip()
