"""When two written addresses are the same endpoint, and which strings are no address at all.

An address ends up in message headers, in provider requests and in the keyed hash that finds it again, so hostile input
stops here: control characters, second recipients, and anything longer than the standards allow.
"""

from __future__ import annotations

import re
import unicodedata

from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.errors import BadInput, Problem

MAX_EMAIL = 254  # octets of a mailbox, RFC 5321 4.5.3.1.3 less the brackets
MAX_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1
MAX_DOMAIN = 253
MAX_OPENID = 128
_SHOWN = 40
_FIRST_DIGITS, _LAST_DIGITS, _NOBODYS_DIGITS = 3, 2, 7

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PHONE_MARKS = str.maketrans("", "", " -().\u00a0")
_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")
#: Beginnings that some operator has for people's telephones (1619 and 174 are satellites): Ministry of Industry and Information
#: Technology, allocation of public mobile network numbers, end of March 2023. 140 to 144 are things, with 13 digits.
_OWNED = re.compile(r"1(?:3|8)|14[5-9]|15[0-35-9]|16[25-7]|1619|17[0-35-8]|174[019]|19[0-35-9]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_OPENID = re.compile(r"[A-Za-z0-9_-]+")


def normalise_address(channel: Channel, address: str) -> str:
    """The one spelling of `address` that stands for the endpoint; the same endpoint always gives the same string.

    email: lower case, an international domain in its ASCII form. sms: E.164, `+86` for an 11-digit number 1[3-9]….
    wechat: the openid as it is. Full-width characters count as their plain forms. Raises BadInput on field `address`.
    """
    if channel not in CHANNELS:
        raise BadInput(Problem("channel", f"{_shown(channel)} is no channel; use email, sms or wechat"))
    if not isinstance(address, str):
        raise _bad(f"must be a string, not {type(address).__name__}")
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in address):
        words = masked_phone(address) if channel == "sms" else _shown(address)
        raise _bad(f"{words} contains a line break or another invisible character; send the bare address")
    plain = unicodedata.normalize("NFKC", address).strip()
    if not plain:
        raise _bad("is empty")
    if channel == "email":
        return _email(plain)
    return _phone(plain) if channel == "sms" else _openid(plain)


def _email(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise _bad(f"email {_shown(address)} is not of the form name@domain")
    if len(address.encode()) > MAX_EMAIL or len(local) > MAX_LOCAL_PART:
        raise _bad(f"email {_shown(address)} is too long: at most {MAX_EMAIL} characters, {MAX_LOCAL_PART} before the @")
    if not _LOCAL_PART.fullmatch(local):
        raise _bad(
            f"email {_shown(address)}: the part before the @ may hold ASCII letters, digits, single dots and "
            "!#$%&'*+/=?^_`{|}~- only; give one plain address"
        )
    return f"{local.lower()}@{_domain(address, domain)}"


def _domain(address: str, domain: str) -> str:
    try:
        plain = domain.casefold().encode("idna").decode("ascii").lower()
    except UnicodeError:
        plain = ""
    labels = plain.split(".")
    known_form = len(labels) > 1 or plain == "localhost"
    if not known_form or len(plain) > MAX_DOMAIN or not all(_LABEL.fullmatch(label) for label in labels):
        raise _bad(f"email {_shown(address)}: {_shown(domain)} is not a domain such as example.cn")
    return plain


def _phone(written: str) -> str:
    number = written.translate(_PHONE_MARKS)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    at_home = number.removeprefix("+").removeprefix("86") if number.startswith(("86", "+86")) else number
    if _CHINESE_MOBILE.fullmatch(at_home):
        if not _OWNED.match(at_home):
            raise _bad(
                f"phone {masked_phone(written)} is not a Chinese mobile number: no operator owns {at_home[:3]}; "
                "look for a slip in it"
            )
        return f"+86{at_home}"
    if not number.startswith("+") or number.startswith("+86"):
        raise _bad(
            f"phone {masked_phone(written)} is not a Chinese mobile number (11 digits, 1[3-9]…); "
            "write a foreign one with + and its country code"
        )
    if not _E164.fullmatch(number):
        raise _bad(f"phone {masked_phone(written)} is not an international number (+, then 7 to 15 digits, E.164)")
    return number


def _openid(openid: str) -> str:
    if len(openid) > MAX_OPENID or not _OPENID.fullmatch(openid):
        raise _bad(f"wechat openid {_shown(openid)}: 1 to {MAX_OPENID} ASCII letters, digits, _ and -")
    return openid


def masked_phone(phone: str) -> str:
    """A number as errors and logs may show it: its first three digits and its last two. One so short that this would be nearly
    all of it is nobody's, and is shown."""
    digits = [place for place, sign in enumerate(phone) if sign.isdigit()]
    hidden = set(digits[_FIRST_DIGITS:-_LAST_DIGITS]) if len(digits) > _NOBODYS_DIGITS else set()
    return _shown("".join("*" if place in hidden else sign for place, sign in enumerate(phone)))


def _shown(text: object) -> str:
    """Quoted on one line and cut, so that hostile input can neither break a log line nor fill a page."""
    words = str(text)
    shown = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    return '"' + "".join(sign if sign.isprintable() else "\ufffd" for sign in shown) + '"'


def _bad(message: str) -> BadInput:
    return BadInput(Problem("address", message))
