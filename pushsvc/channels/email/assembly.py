"""One email as bytes, RFC 5322, with the headers that one-step leaving needs (RFC 2369, RFC 8058).

Put together by hand, because many are sent: what is the same for a segment is encoded once, both parts are base64, so no
line is too long and nothing in a text can look like a header or a boundary.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from pushsvc.channels.rendering.words import say
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import Message
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1
_BASE64_LINE = 76  # RFC 2045, 6.8
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,900}")
_LANGUAGE_TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Sender:
    """Who writes: `address` is EMAIL_FROM, `names` is what stands beside it, by language; unsaid, it is the brand."""

    address: str
    names: tuple[tuple[Language, str], ...] = ()

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def name(self, language: Language) -> str:
        return dict(self.names).get(language) or say(language, "brand")


def message_id(delivery_id: str, domain: str) -> str:
    """Derived, so a repeat of a message in doubt carries the same one and a mailbox can see that it is the same."""
    return f"<{delivery_id}@{domain}>"


def envelope_address(address: str) -> str:
    """`address` as SMTP takes it, its domain in ASCII (IDNA). BadInput for anything that is not one plain mailbox."""
    local, _, domain = address.strip().rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}" if not domain.isascii() else f"{local}@{domain}"
    except UnicodeError:
        plain = ""
    if len(plain) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(plain):
        raise BadInput("the email address is not one that SMTP can carry: it must be one mailbox, name@domain, in ASCII")
    return plain


def assemble(message: Message, sender: Sender, at: Instant) -> bytes:
    """The whole message with CRLF line ends. BadInput when an address or a header cannot be carried safely."""
    boundary = f"=_{message.delivery_id}"
    language = _LANGUAGE_TAGS[message.language]
    headers = [
        ("From", _mailbox(sender.name(message.language), sender.address)),
        ("To", envelope_address(message.to)),
        ("Subject", _encoded("Subject", message.subject)),
        ("Date", _date(at.replace(microsecond=0))),
        ("Message-ID", message_id(message.delivery_id, sender.domain)),
        *message.headers.items(),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", language),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    head = "".join(f"{name}: {_checked(name, value)}\r\n" for name, value in headers)
    parts = "".join(
        f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{_body(text)}"
        for kind, text in (("plain", message.text), ("html", message.html))
        if text
    )
    return f"{head}\r\n{parts}--{boundary}--\r\n".encode("ascii")


def _checked(name: str, value: str) -> str:
    # Folded lines that we made ourselves are the only line ends that a header may have.
    if not _HEADER_NAME.fullmatch(name) or not all(_HEADER_VALUE.fullmatch(line) for line in value.split("\r\n ")):
        raise BadInput(f"the header {name!r} cannot be sent: it must be printable ASCII on one line of at most 900 signs")
    return value


def _body(text: str) -> str:
    canonical = text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    signs = binascii.b2a_base64(canonical, newline=False).decode("ascii")
    return "".join([f"{signs[start : start + _BASE64_LINE]}\r\n" for start in range(0, len(signs), _BASE64_LINE)])


@lru_cache(maxsize=2)
def _date(second: Instant) -> str:
    return format_datetime(second)


@lru_cache(maxsize=512)
def _encoded(name: str, value: str) -> str:
    """RFC 2047 encoded words, folded. Control signs and line ends become blanks, so nothing can start a header of its own."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    plain = line.isascii() and len(line) < 70 and "=?" not in line
    return line if plain else Header(line, "utf-8", header_name=name).encode(linesep="\r\n")


@lru_cache(maxsize=16)
def _mailbox(name: str, address: str) -> str:
    return formataddr((" ".join(name.split()), address), "utf-8")
