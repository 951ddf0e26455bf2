"""A real SMTP server in the test process, which keeps what it took and can be told to misbehave.

smtp_server.refuse(550, "5.1.1 no such user", to="dead@example.cn")     a hard refusal of one mailbox
smtp_server.refuse(451, "4.3.0 try later", times=2)                     the next two messages, whoever gets them
smtp_server.refuse(421, "4.7.0 too many", at="mail")                    a rate limit at MAIL FROM
smtp_server.drop_after_data()                                           the message is taken, its answer is never sent
smtp_server.drop_before_data()                                          the connection breaks before the body was taken
smtp_server.hang_after_data(seconds)                                    the answer comes late
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.services.postgres import free_port

Moment = Literal["connect", "mail", "rcpt", "data", "drop_before", "drop_after", "hang_after"]
TAKEN = "250 2.0.0 taken"


@dataclass(frozen=True)
class Received:
    """One message that the server took, with the connection (counted from 1) that brought it."""

    sender: str
    to: tuple[str, ...]
    raw: bytes
    connection: int
    at: float

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def part(self, kind: Literal["plain", "html"]) -> str:
        body = self.message.get_body((kind,))
        return body.get_content() if body else ""


@dataclass
class _Rule:
    at: Moment
    answer: str
    to: str | None
    left: int | None
    seconds: float = 0.0


class SmtpServer:
    """`messages` holds what was taken, in order. Rules are tried in the order in which they were given."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None, port: int = 0) -> None:
        self.port = port or free_port()
        self.messages: list[Received] = []
        self.connections = 0
        self.logins: list[str] = []
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()
        self._tls, self._login = tls, login
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        who = f"{self._login[0]}:{self._login[1]}@" if self._login else ""
        return f"smtp://{who}127.0.0.1:{self.port}"

    def start(self) -> SmtpServer:
        options: dict[str, Any] = {"tls_context": self._tls, "auth_require_tls": self._tls is not None}
        if self._login:
            options |= {"authenticator": self._check_login, "auth_required": True}
        self._controller = Controller(_Handler(self), hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Close the port; messages and rules stay, and `start` opens the same port again."""
        if self._controller:
            self._controller.stop(no_assert=True)
            self._controller = None

    def refuse(self, code: int, text: str, *, to: str | None = None, at: Moment = "rcpt", times: int | None = None) -> None:
        """Answer `code text` at that command, to one recipient or to all, `times` times or for ever."""
        self._rules.append(_Rule(at, f"{code} {text}", to, times))

    def drop_after_data(self, *, to: str | None = None, times: int | None = 1) -> None:
        self._rules.append(_Rule("drop_after", "", to, times))

    def drop_before_data(self, *, to: str | None = None, times: int | None = 1) -> None:
        self._rules.append(_Rule("drop_before", "", to, times))

    def hang_after_data(self, seconds: float, *, to: str | None = None, times: int | None = 1) -> None:
        self._rules.append(_Rule("hang_after", "", to, times, seconds))

    def behave(self) -> None:
        """Forget every rule."""
        self._rules.clear()

    def to(self, address: str) -> list[Received]:
        return [message for message in self.messages if address in message.to]

    async def wait_for(self, count: int, *, seconds: float = 10.0) -> list[Received]:
        """The messages, once at least `count` were taken; fails after `seconds`."""
        return await self.wait_until(lambda messages: len(messages) >= count, seconds=seconds, what=f"{count} messages")

    async def wait_until(
        self, holds: Callable[[Sequence[Received]], bool], *, seconds: float = 10.0, what: str = "the messages"
    ) -> list[Received]:
        end = time.monotonic() + seconds
        while not holds(self.messages):
            assert time.monotonic() < end, f"waited {seconds} s for {what}; the server took {len(self.messages)}"
            await asyncio.sleep(0.01)
        return list(self.messages)

    def _rule(self, at: Moment, recipients: Sequence[str] = ()) -> _Rule | None:
        with self._lock:
            for rule in self._rules:
                if rule.at == at and (rule.to is None or rule.to in recipients) and rule.left != 0:
                    rule.left = None if rule.left is None else rule.left - 1
                    return rule
        return None

    def _check_login(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any) -> AuthResult:
        self.logins.append(said.login.decode())
        return AuthResult(success=(said.login.decode(), said.password.decode()) == self._login, handled=False)


class _Handler:
    def __init__(self, owner: SmtpServer) -> None:
        self._owner = owner

    async def handle_EHLO(
        self, server: SMTP, session: Any, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if not hasattr(session, "number"):
            self._owner.connections += 1
            session.number = self._owner.connections
        rule = self._owner._rule("connect")
        return [rule.answer] if rule else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        rule = self._owner._rule("mail")
        if rule:
            return rule.answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        rule = self._owner._rule("rcpt", [address])
        if rule:
            return rule.answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        recipients = tuple(str(address) for address in envelope.rcpt_tos)
        if self._owner._rule("drop_before", recipients):
            server.transport.abort()
            return TAKEN
        refusal = self._owner._rule("data", recipients)
        if refusal:
            return refusal.answer
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self._owner.messages.append(
            Received(str(envelope.mail_from), recipients, raw, getattr(session, "number", 0), time.time())
        )
        late = self._owner._rule("hang_after", recipients)
        if late:
            await asyncio.sleep(late.seconds)
        if self._owner._rule("drop_after", recipients):
            server.transport.abort()
        return TAKEN
