"""The two roads of an alert: a webhook, or a mail over the relays that carry everything else."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

import aiosmtplib

from pushsvc.domain.time import iso
from pushsvc.operations.alerts import Alert, Send
from pushsvc.settings import SmtpRelay

TIMEOUT_SECONDS = 10.0


def road(alert_url: str, relays: Sequence[SmtpRelay], sender: str, base_url: str) -> Send:
    """How ALERT_URL is reached. `base_url` tells the reader which installation speaks."""
    if alert_url.startswith("mailto:"):
        return _mail(alert_url.removeprefix("mailto:"), relays, sender, base_url)
    return _webhook(alert_url, base_url)


def _webhook(url: str, base_url: str) -> Send:
    """POST `{"service", "kind", "text", "at", "from"}`. Any answer below 400 counts as heard."""

    def post(alert: Alert) -> None:
        told = {"service": "pushsvc", "kind": alert.kind, "text": alert.text, "at": iso(alert.at), "from": base_url}
        request = urllib.request.Request(  # noqa: S310 - settings allow http and https only
            url, json.dumps(told, ensure_ascii=False).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            _opener.open(request, timeout=TIMEOUT_SECONDS).close()
        except OSError as fault:
            # urllib's own words may quote the address, and that may hold a secret.
            reason = getattr(fault, "reason", None) or type(fault).__name__
            raise OSError(f"the webhook at {urlsplit(url).hostname} answered: {getattr(fault, 'code', '')} {reason}") from None

    async def send(alert: Alert) -> None:
        await asyncio.to_thread(post, alert)

    return send


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A webhook that points elsewhere is a slip; what we say is sent nowhere but where the setting says."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def _mail(to: str, relays: Sequence[SmtpRelay], sender: str, base_url: str) -> Send:
    async def send(alert: Alert) -> None:
        if not relays:
            raise OSError("ALERT_URL is mailto:, but SMTP_URL names no relay")
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, f"[pushsvc] {alert.kind}"
        mail["Date"], mail["Message-ID"] = format_datetime(alert.at), make_msgid(domain="pushsvc.invalid")
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{alert.text}\n\n{iso(alert.at)}\n{base_url}\n")
        fault: Exception | None = None
        for relay in relays:
            try:
                await aiosmtplib.send(
                    mail, hostname=relay.host, port=relay.port, username=relay.user, password=relay.password,
                    use_tls=relay.tls == "implicit", start_tls={"starttls": True, "implicit": False}.get(relay.tls),
                    timeout=TIMEOUT_SECONDS,
                )  # fmt: skip
                return
            except (aiosmtplib.SMTPException, OSError) as error:
                fault = error
        raise OSError(f"no relay took the alert: {type(fault).__name__}")

    return send
