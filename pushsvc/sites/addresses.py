"""Canonical addresses: the one way to write a URL, so that every road to a page leads to one publication.

What counts as the same address (and why) is a choice that this module makes once:
- `http` and `https` are one: sites move to https and keep their pages. A port that is the scheme's own is left out.
- The host is lower-case ASCII (IDNA, UTS 46), without a final dot; `www.` stays, because it may be another server.
- Dot segments are resolved, percent-encoding is written one way, the fragment is gone, an empty path is `/`.
- Campaign parameters (`utm_…`) are gone; every other parameter stays, in its order, because pages are told apart by them.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

import idna

from pushsvc.errors import BadInput, Problem

MAX_URL_CHARACTERS = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff\\]")
#: What may need another spelling: every other character stays as it is, and a feed has ten thousand addresses.
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|([^A-Za-z0-9._~!$&'()*+,;=:@/-])")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_KEEPS = "!$&'()*+,;=:@/"
_QUERY_KEEPS = _PATH_KEEPS + "?"
_HOST_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_MAX_HOST = 249  # with a port it still fits the 255 characters of its column


@dataclass(frozen=True)
class Address:
    """A URL taken apart and written one way. `port` is None where it is the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str

    @property
    def authority(self) -> str:
        """Host, and the port where it is not the scheme's own: what a site's domains are compared with."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def canonical(self) -> str:
        """The address that names the publication: always `https:`, without campaign parameters."""
        kept = "&".join(part for part in self.query.split("&") if part and not part.lower().startswith("utm_"))
        return f"https://{self.authority}{self.path}" + (f"?{kept}" if kept else "")

    @property
    def url(self) -> str:
        """The URL to fetch: the scheme and every parameter as they were given."""
        return f"{self.scheme}://{self.authority}{self.path}" + (f"?{self.query}" if self.query else "")


def canonical(url: str, field: str = "url") -> str:
    """The canonical address of `url`. BadInput as `parse`."""
    return parse(url, field).canonical


def parse(url: str, field: str = "url") -> Address:
    """Takes an absolute http or https URL apart.

    BadInput, naming `field` and the rule, for anything that could mean one thing to us and another to a server: other
    schemes, user names, blanks, control characters and backslashes, hosts that are none, escaped `..`, over 2000 characters.
    """
    written = url.strip(" ")
    if len(written) > MAX_URL_CHARACTERS:
        raise _refused(field, f"is longer than {MAX_URL_CHARACTERS} characters")
    if found := _UNPRINTABLE.search(written):
        raise _refused(field, f"holds U+{ord(found.group()):04X} at character {found.start() + 1}: percent-encode it")
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError as error:
        raise _refused(field, f'"{_shown(written)}" is no URL ({error})') from None
    if parts.scheme not in DEFAULT_PORTS:
        raise _refused(field, f'"{_shown(written)}" must begin with https:// or http://')
    if "@" in parts.netloc:
        raise _refused(field, "carries a user name or password before the host: leave it out")
    address = Address(
        scheme=parts.scheme,
        host=_host(parts, field),
        port=None if port in (None, DEFAULT_PORTS[parts.scheme]) else port,
        path=_path(parts.path, field),
        query=_escaped(parts.query, _QUERY_KEEPS),
    )
    if len(address.url) > MAX_URL_CHARACTERS or len(address.canonical) > MAX_URL_CHARACTERS:
        raise _refused(field, f"is longer than {MAX_URL_CHARACTERS} characters once it is percent-encoded")
    return address


def host_name(written: str, field: str) -> str:
    """A host in lower-case ASCII; an IPv6 address in brackets. BadInput when it can be no host."""
    if ":" in written:
        try:
            return f"[{ipaddress.IPv6Address(written.strip('[]')).compressed}]"
        except ValueError:
            raise _refused(field, f'host "{_shown(written)}" is no IPv6 address') from None
    plain = written.rstrip(".").lower()
    if not plain.isascii():
        try:
            plain = idna.encode(plain, uts46=True).decode("ascii").lower()
        except idna.IDNAError as error:
            raise _refused(field, f'host "{_shown(written)}" is no domain name ({error})') from None
    if not plain or len(plain) > _MAX_HOST or not all(_HOST_LABEL.fullmatch(label) for label in plain.split(".")):
        raise _refused(field, f'host "{_shown(written)}" is no domain name (letters, digits and hyphens between dots)')
    return plain


def _host(parts: SplitResult, field: str) -> str:
    if not parts.hostname:
        raise _refused(field, "has no host: write it in full, as in https://www.example.gov.cn/page.html")
    return host_name(unquote(parts.hostname), field)


def _path(path: str, field: str) -> str:
    written = _escaped(path or "/", _PATH_KEEPS)
    # A server that decodes %2F or %5C would leave the path prefix that we checked.
    decoded = unquote(written).replace("\\", "/")
    if "%2F" in written or "%5C" in written or "%00" in written:
        hides_dots = any(segment in ("..", ".") for segment in decoded.split("/"))
        if hides_dots or "%5C" in written or "%00" in written:
            raise _refused(field, "hides a step up, a backslash or a zero byte in percent-encoding")
    return _without_dots(written)


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4, for a path that begins with a slash."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    ends_open = segments[-1:] and segments[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if ends_open and kept else "")


def _escaped(text: str, keeps: str) -> str:
    """Percent-encoding written one way (RFC 3986, 6.2.2): capitals, and only where it is needed."""

    def one(found: re.Match[str]) -> str:
        if found.group(1):
            character = chr(int(found.group(1), 16))
            return character if character in _UNRESERVED else f"%{found.group(1).upper()}"
        return quote(found.group(2), safe=keeps)

    return _ESCAPE.sub(one, text)


def _shown(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"


def _refused(field: str, rule: str) -> BadInput:
    return BadInput(Problem(field, rule))
