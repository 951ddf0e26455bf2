"""The addresses of providers, as settings write them: `scheme://user:password@host:port/path?option=value`.

No error of this module shows what was written, because a password may stand anywhere in it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Tls = Literal["implicit", "starttls_if_offered", "starttls"]
SMTP_PORTS = {"smtp": 25, "smtps": 465}
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|[0-9a-fA-F:.]+")


@dataclass(frozen=True)
class SmtpRelay:
    """One mail relay. `smtps` speaks TLS from the start; `smtp` upgrades where offered, and must with a password."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ProviderUrl:
    """One provider of SMS or WeChat. `secret` is what stands after the colon; `options` what stands after `?`."""

    scheme: str
    host: str
    port: int | None
    user: str | None = None
    secret: str | None = field(default=None, repr=False)
    path: str = "/"
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def insecure(self) -> bool:
        """Speak plain HTTP, to a provider on loopback."""
        return self.options.get("insecure") == "1"


def several(written: str) -> list[str]:
    """The values of a setting that holds several, separated by commas or blanks."""
    return [value for value in re.split(r"[,\s]+", written) if value]


def smtp_relays(written: str) -> tuple[SmtpRelay, ...]:
    """SMTP_URL: one relay, or several in the order in which they are tried. ValueError names the rule."""
    return tuple(_smtp_relay(url) for url in several(written))


def provider_urls(written: str, schemes: tuple[str, ...]) -> tuple[ProviderUrl, ...]:
    """SMS_URL or WECHAT_URL: one provider, or several for failover. ValueError names the rule."""
    return tuple(_provider_url(url, schemes) for url in several(written))


def _smtp_relay(url: str) -> SmtpRelay:
    parts, port = split(url, ("smtp", "smtps"), "smtp[s]://[user:password@]host:port")
    if parts.path not in ("", "/") or parts.query:
        raise ValueError("nothing may follow the port; the form is smtp[s]://[user:password@]host:port")
    user, password = plain(parts.username), plain(parts.password)
    if (user is None) != (password is None):
        raise ValueError("a relay needs both user and password, or neither (percent-encode : @ / in them)")
    tls: Tls = "implicit" if parts.scheme == "smtps" else "starttls" if password else "starttls_if_offered"
    return SmtpRelay(str(parts.hostname), port or SMTP_PORTS[parts.scheme], tls, user, password)


def _provider_url(url: str, schemes: tuple[str, ...]) -> ProviderUrl:
    parts, port = split(url, schemes, "scheme://user:secret@host:port/?option=value")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    provider = ProviderUrl(
        parts.scheme,
        str(parts.hostname),
        port,
        plain(parts.username) or None,
        plain(parts.password),
        parts.path or "/",
        options,
    )
    if not provider.secret:
        raise ValueError(f"a {parts.scheme}:// provider needs its secret, after the colon before the @")
    if options.get("insecure", "0") not in {"0", "1"}:
        raise ValueError("insecure is 1 or absent")
    if provider.insecure and not is_loopback(provider.host):
        raise ValueError("insecure=1 is only for a provider on loopback (127.0.0.1, ::1, localhost)")
    return provider


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def split(url: str, schemes: tuple[str, ...], form: str) -> tuple[SplitResult, int | None]:
    """The parts of an address of `schemes`, and its port. ValueError names the rule and the `form`, never the address."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValueError(f"has a port that is not 1 to 65535, or a broken host; the form is {form}") from None
    if parts.scheme not in schemes:
        raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if not host or not _HOST.fullmatch(host) or port == 0 or parts.fragment:
        raise ValueError(f"names no usable host; the form is {form} (percent-encode : @ / # in a password)")
    return parts, port


def plain(part: str | None) -> str | None:
    """A part without its percent encoding."""
    return None if part is None else unquote(part)
