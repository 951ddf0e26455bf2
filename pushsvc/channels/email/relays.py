"""Where email is handed over: SMTP_URL, `smtp[s]://[user:pass@]host[:port]`, several for failover."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from pushsvc.errors import BadSetting

#: RFC 6409 (submission) and RFC 8314 (implicit TLS); without a login a relay listens on 25.
_PORTS = {("smtp", False): 25, ("smtp", True): 587, ("smtps", False): 465, ("smtps", True): 465}


@dataclass(frozen=True)
class Relay:
    """One relay. `implicit_tls`: TLS from the first byte; else STARTTLS, which must be there when a password is sent."""

    host: str
    port: int
    implicit_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """For logs and the ledger: no login in it."""
        return f"{self.host}:{self.port}"


def read_relays(setting: str) -> tuple[Relay, ...]:
    """The relays in the order in which they are tried, separated by commas or blanks. BadSetting never shows a password."""
    urls = [url for url in re.split(r"[\s,]+", setting.strip()) if url]
    if not urls:
        raise BadSetting("SMTP_URL is empty: write smtp://host:port, or leave it unset for the mailbox viewer")
    return tuple(_relay(url, place) for place, url in enumerate(urls, start=1))


def _relay(url: str, place: int) -> Relay:
    form = "smtp[s]://[user:pass@]host[:port]"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSetting(f"SMTP_URL, entry {place}: the port is no number from 1 to 65535; write {form}") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise BadSetting(f"SMTP_URL, entry {place}: not an SMTP address; write {form}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadSetting(
            f"SMTP_URL, entry {place}: something follows the port (a / or # in the password is %2F, %23); write {form}"
        )
    if (parts.username is None) != (parts.password is None):
        raise BadSetting(f"SMTP_URL, entry {place}: a login needs a user and a password; write {form}")
    login = parts.username is not None
    return Relay(
        parts.hostname,
        port or _PORTS[parts.scheme, login],
        parts.scheme == "smtps",
        unquote(parts.username) if parts.username is not None else None,
        unquote(parts.password) if parts.password is not None else None,
    )
