"""Email over kept SMTP connections. Each command is sent by itself, because only so is it known how far a message came
when a connection breaks: before its content nothing has left, after it nobody can say."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import aiosmtplib
from aiosmtplib.protocol import PERIOD_REGEX, SMTPProtocol

from pushsvc.channels.email.assembly import Sender, assemble, envelope_address
from pushsvc.channels.email.replies import Phase, judge
from pushsvc.channels.email.signing import Signer
from pushsvc.clock import Clock
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput
from pushsvc.settings.providers import SmtpRelay, Tls
from pushsvc.telemetry import log

#: For a whole message, so that it ends while its lease of 20 s has time left.
SEND_SECONDS = 15.0
CONNECT_SECONDS = 10.0
DEFAULT_CONNECTIONS = 2
_START_INPUT = 354
#: For aiosmtplib: None is "where it is offered".
_START_TLS: dict[Tls, bool | None] = {"implicit": False, "starttls": True, "starttls_if_offered": None}
_BROKEN = (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError)


class SmtpCarrier:
    """Carries email to the first relay that can be reached."""

    channel: Channel = "email"
    name = "smtp"

    def __init__(
        self,
        relays: Sequence[SmtpRelay],
        sender: Sender,
        clock: Clock,
        *,
        connections: int = DEFAULT_CONNECTIONS,
        signer: Signer | None = None,
        send_seconds: float = SEND_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`tls` checks the relay's certificate; without it the machine's own list of authorities does."""
        self.relays, self.sender, self.clock, self.signer = tuple(relays), sender, clock, signer
        self.connections, self.send_seconds, self._tls = connections, send_seconds, tls
        self._contexts: dict[SmtpRelay, ssl.SSLContext] = {}

    async def connect(self) -> SmtpConnection:
        """A connection that opens when it has something to send."""
        return SmtpConnection(self)

    async def raw(self, message: Message) -> bytes:
        """The signed bytes of `message`. BadInput when it cannot be an email."""
        raw = assemble(message, self.sender, self.clock.now())
        return await asyncio.to_thread(self.signer.sign, raw) if self.signer else raw

    def tls(self, relay: SmtpRelay) -> ssl.SSLContext:
        """A password goes only to a relay whose certificate is right. Without one, STARTTLS is better than none, even
        when the relay's certificate is its own: the alternative would be no TLS at all."""
        if self._tls:
            return self._tls
        if relay not in self._contexts:
            context = ssl.create_default_context()
            if relay.tls == "starttls_if_offered":
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self._contexts[relay] = context
        return self._contexts[relay]


class SmtpConnection:
    """One kept connection; carries one message at a time."""

    def __init__(self, carrier: SmtpCarrier) -> None:
        self._carrier = carrier
        self._client: aiosmtplib.SMTP | None = None
        self._relay = ""

    async def send(self, message: Message) -> SendResult:
        """See `domain.ports.Connection`. Ends within the carrier's `send_seconds`."""
        try:
            raw, to = await self._carrier.raw(message), envelope_address(message.to)
        except BadInput as error:
            return SendResult("refused", "message", str(error))
        ends_at = asyncio.get_running_loop().time() + self._carrier.send_seconds
        kept = self._is_open()
        result = await self._send(raw, to, ends_at)
        if kept and result.verdict == "not_sent":
            # A relay closes what was idle for long, and says so only now. Nothing has left: a fresh connection may do.
            result = await self._send(raw, to, ends_at)
        # Relays repeat the address; the ledger keeps none.
        return replace(result, why=result.why.replace(to, "the recipient"))

    async def trouble(self, seconds: float = CONNECT_SECONDS) -> str | None:
        """Connect, begin TLS and log in as for a message, and leave again: why no relay lets us, or None. For the doctor."""
        refused = await self._open(asyncio.get_running_loop().time() + 2 * seconds)
        await self.close()
        return refused.why if refused else None

    async def close(self) -> None:
        """Say goodbye if the relay still listens."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_BROKEN):
                await client.quit(timeout=1.0)
            client.close()

    def _is_open(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def _send(self, raw: bytes, to: str, ends_at: float) -> SendResult:
        if not self._is_open():
            failure = await self._open(ends_at)
            if failure:
                return failure
        reached: Phase = "MAIL"
        try:
            # One time limit for all four steps: a timer for each command was a tenth of what sending costs.
            async with asyncio.timeout(_seconds_until(ends_at)):
                sender = self._carrier.sender.address
                envelope: tuple[tuple[Phase, bytes], ...] = (
                    ("MAIL", f"MAIL FROM:<{sender}>".encode()), ("RCPT", f"RCPT TO:<{to}>".encode()), ("DATA", b"DATA"),
                )  # fmt: skip
                for phase, command in envelope:
                    reached = phase
                    reply = await self._connected().execute_command(command, timeout=None)
                    if reply.code != _START_INPUT if phase == "DATA" else not 200 <= reply.code < 300:
                        break
                else:
                    protocol = self._begin_content(raw)
                    reached = "CONTENT"  # from here on nobody can say whether it left
                    reply = await protocol.read_response(timeout=None)
        except _BROKEN as broken:
            return self._broke(reached, broken)
        if reached == "CONTENT" and 200 <= reply.code < 300:
            return SendResult("accepted", str(reply.code), reply.message[:200], provider=self._relay)
        return await self._refused(reached, reply, _seconds_until(ends_at))

    def _begin_content(self, raw: bytes) -> SMTPProtocol:
        """Hand all of the content to the connection. When it raises, nothing of it has left."""
        protocol = self._connected().protocol
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        protocol.write(PERIOD_REGEX.sub(b"..", raw) + b".\r\n")
        return protocol

    async def _refused(self, phase: Phase, reply: aiosmtplib.SMTPResponse, seconds: float) -> SendResult:
        """The verdict, with the connection ready for the next message."""
        verdict = judge(phase, reply.code, reply.message)
        if self._is_open() and phase != "CONTENT":
            try:
                await self._connected().execute_command(b"RSET", timeout=min(seconds, 2.0))
            except _BROKEN:
                self._drop()
        return SendResult(verdict.verdict, verdict.code, verdict.why, provider=self._relay)

    def _broke(self, phase: Phase, error: BaseException) -> SendResult:
        self._drop()
        late = isinstance(error, TimeoutError)
        why = f"{self._relay}: {'no answer in time' if late else 'the connection broke'} at {phase}"
        if str(error):
            why += f" ({error})"
        verdict: Literal["unknown", "try_later", "not_sent"] = "unknown"
        if phase != "CONTENT":
            # A relay that keeps one message waiting may take the others: this one waits its turn.
            verdict = "try_later" if late else "not_sent"
        return SendResult(verdict, "timeout" if late else "broken", why, provider=self._relay)

    async def _open(self, ends_at: float) -> SendResult | None:
        """Connect to the first relay that answers; None when one did."""
        failures = []
        for relay in self._carrier.relays:
            seconds = min(CONNECT_SECONDS, _seconds_until(ends_at) / 2)
            name = f"{relay.host}:{relay.port}"
            client = None
            try:
                client = aiosmtplib.SMTP(
                    hostname=relay.host, port=relay.port, username=relay.user, password=relay.password,
                    use_tls=relay.tls == "implicit", start_tls=_START_TLS[relay.tls], tls_context=self._carrier.tls(relay),
                    timeout=seconds, local_hostname=_helo(self._carrier.sender.domain),
                )  # fmt: skip
                await asyncio.wait_for(_greet(client), seconds)
            except (*_BROKEN, ValueError) as error:
                if client:
                    client.close()
                failures.append(f"{name}: {error}" if str(error) else f"{name}: no answer in time")
                log.warning("relay not reached", relay=name, why=str(error))
                continue
            self._client, self._relay = client, name
            return None
        return SendResult("not_sent", "connect", "no relay could be reached: " + "; ".join(failures))

    def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Connect, and introduce ourselves where the library has not: it does so only for its own commands, and after STARTTLS
    a relay has forgotten who we are (RFC 3207, 4.2)."""
    await client.connect()
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


def _helo(domain: str) -> str:
    """What we call ourselves: a name as it is, an address in brackets (RFC 5321, 4.1.3)."""
    try:
        address = ipaddress.ip_address(domain)
    except ValueError:
        return domain
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"


def _seconds_until(ends_at: float) -> float:
    return max(0.05, ends_at - asyncio.get_running_loop().time())
