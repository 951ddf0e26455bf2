"""Email over real SMTP: what a relay says becomes a verdict, and a break is known by how far the message had come."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dkim
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from pushsvc.channels.email import Sender, Signer, SmtpCarrier, assemble, message_id
from pushsvc.channels.email.replies import judge
from pushsvc.clock import FixedClock
from pushsvc.domain.notices import Message
from pushsvc.errors import BadInput, BadSetting
from pushsvc.settings.providers import smtp_relays
from tests.services.smtp import SmtpServer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SENDER = Sender("push@gov.example", (("zh", "政策到家"),))
MESSAGE = Message(
    "dlv_0123456789abcdef0123456789abcdef", "email", "reader@mail.example", "zh", "new", "居家适老化改造，最高补贴3000元",
    "每户最高补贴3000元。\n.一行以点开头\n", "<p>每户最高补贴3000元。</p>",
    {"List-Unsubscribe": "<https://push.example/u/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
)  # fmt: skip


def a_carrier(*urls: str, seconds: float = 5.0, signer: Signer | None = None) -> SmtpCarrier:
    return SmtpCarrier(smtp_relays(" ".join(urls)), SENDER, FixedClock(NOW), send_seconds=seconds, signer=signer)


async def test_a_message_arrives_whole_with_its_headers(smtp_server: SmtpServer) -> None:
    connection = await a_carrier(smtp_server.url).connect()
    result = await connection.send(MESSAGE)
    await connection.close()
    assert result.verdict == "accepted"
    (received,) = smtp_server.messages
    assert received.to == ("reader@mail.example",)
    assert received.subject == MESSAGE.subject
    assert (
        received.message_id
        == "<dlv_0123456789abcdef0123456789abcdef@gov.example>"
        == message_id(MESSAGE.delivery_id, "gov.example")
    )
    assert received.part("plain").replace("\r\n", "\n") == MESSAGE.text
    assert received.part("html").strip() == MESSAGE.html
    head = received.message
    assert head["From"] == "政策到家 <push@gov.example>"
    assert head["List-Unsubscribe"] == "<https://push.example/u/abc>"
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (head["Auto-Submitted"], head["Content-Language"]) == ("auto-generated", "zh-CN")
    assert all(len(line) <= 998 and line.isascii() for line in received.raw.split(b"\r\n"))


async def test_one_connection_carries_many_messages_and_goes_on_after_a_refusal(smtp_server: SmtpServer) -> None:
    smtp_server.refuse(550, "5.1.1 no such user", to="dead@mail.example")
    connection = await a_carrier(smtp_server.url).connect()
    verdicts = [
        (await connection.send(replace(MESSAGE, to=to))).verdict
        for to in ("a@mail.example", "dead@mail.example", "b@mail.example")
    ]
    await connection.close()
    assert verdicts == ["accepted", "suppress", "accepted"]
    assert {received.connection for received in smtp_server.messages} == {1}


@pytest.mark.parametrize(
    ("phase", "code", "text", "verdict"),
    [
        ("RCPT", 550, "5.1.1 no such user", "suppress"),
        ("RCPT", 550, "Mailbox not found", "suppress"),
        ("RCPT", 550, "5.2.1 mailbox disabled", "suppress"),
        ("RCPT", 553, "mailbox name not allowed", "suppress"),
        ("CONTENT", 550, "5.1.1 unknown after all", "suppress"),
        ("RCPT", 550, "5.7.1 blocked by policy", "refused"),
        ("RCPT", 550, "message rejected as spam", "refused"),
        ("RCPT", 552, "5.2.2 mailbox full", "refused"),
        ("CONTENT", 554, "5.7.1 spam", "refused"),
        ("CONTENT", 552, "5.3.4 message size exceeds fixed limit", "refused"),
        ("MAIL", 550, "5.7.1 sender not allowed", "try_later"),
        ("RCPT", 554, "5.7.1 <x>: Relay access denied", "try_later"),
        ("MAIL", 530, "5.7.0 authentication required", "try_later"),
        ("RCPT", 450, "4.2.0 greylisted, come back", "try_later"),
        ("RCPT", 450, "4.7.1 Greylisted", "try_later"),
        ("RCPT", 451, "4.3.0 try again later", "try_later"),
        ("MAIL", 421, "4.7.0 too many messages", "slow_down"),
        ("RCPT", 450, "4.7.1 limit for you", "slow_down"),
        ("RCPT", 550, "Ip frequency limited", "slow_down"),
        ("CONTENT", 550, "5.4.5 Daily sending limit exceeded", "slow_down"),
        ("MAIL", 550, "连接频率限制", "slow_down"),
        ("DATA", 552, "5.3.4 message size exceeds limit exceeded", "refused"),
        ("RCPT", 550, "5.1.8 bad sender domain", "refused"),
        ("RCPT", 550, "5.4.4 host unknown", "suppress"),
        ("CONTENT", 550, "mailbox unavailable", "refused"),
    ],
)
def test_what_a_relay_says_means_one_thing(phase: str, code: int, text: str, verdict: str) -> None:
    assert judge(phase, code, text).verdict == verdict  # type: ignore[arg-type]


async def test_a_break_after_the_content_is_unknown(smtp_server: SmtpServer) -> None:
    smtp_server.drop_after_data()
    connection = await a_carrier(smtp_server.url).connect()
    assert (await connection.send(MESSAGE)).verdict == "unknown"
    assert (await connection.send(MESSAGE)).verdict == "accepted"
    await connection.close()
    assert len({received.message_id for received in smtp_server.messages}) == 1


async def test_an_answer_that_never_comes_after_the_content_is_unknown(smtp_server: SmtpServer) -> None:
    smtp_server.hang_after_data(3.0)
    connection = await a_carrier(smtp_server.url, seconds=0.5).connect()
    result = await connection.send(MESSAGE)
    assert (result.verdict, result.code) == ("unknown", "timeout")


@contextlib.asynccontextmanager
async def a_relay_that(
    ends: Callable[[bytes, asyncio.StreamWriter], Awaitable[bool]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """A relay that answers 250 (354 to DATA) until `ends` takes a command away from it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay\r\n")
        in_content = False
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if in_content and line != b".\r\n":
                    continue
                in_content = line.startswith(b"DATA")
                if await ends(line, writer):
                    writer.transport.abort()
                    return
                writer.write(b"354 go on\r\n" if line.startswith(b"DATA") else b"250 ok\r\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("command", [b"MAIL", b"RCPT", b"DATA"])
async def test_a_break_before_the_content_means_that_nothing_was_sent(command: bytes) -> None:
    async def breaks(line: bytes, _writer: asyncio.StreamWriter) -> bool:
        return line.startswith(command)

    async with a_relay_that(breaks) as url:
        connection = await a_carrier(url).connect()
        assert (await connection.send(MESSAGE)).verdict == "not_sent"


async def test_a_relay_that_keeps_one_recipient_waiting_holds_up_only_that_message() -> None:
    async def waits(line: bytes, _writer: asyncio.StreamWriter) -> bool:
        if line.startswith(b"RCPT"):
            await asyncio.sleep(5)
        return False

    async with a_relay_that(waits) as url:
        connection = await a_carrier(url, seconds=0.5).connect()
        result = await connection.send(MESSAGE)
    assert (result.verdict, result.code) == ("try_later", "timeout")


async def test_a_kept_connection_that_the_relay_has_closed_is_opened_again(smtp_server: SmtpServer) -> None:
    connection = await a_carrier(smtp_server.url).connect()
    assert (await connection.send(MESSAGE)).verdict == "accepted"
    smtp_server.stop()
    smtp_server.start()
    assert (await connection.send(MESSAGE)).verdict == "accepted"


async def test_the_next_relay_takes_over_and_none_at_all_is_not_sent(smtp_server: SmtpServer, unused_port: int) -> None:
    dead = f"smtp://127.0.0.1:{unused_port}"
    connection = await a_carrier(dead, smtp_server.url).connect()
    assert (await connection.send(MESSAGE)).verdict == "accepted"
    alone = await (a_carrier(dead)).connect()
    result = await alone.send(MESSAGE)
    assert (result.verdict, result.code) == ("not_sent", "connect")


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


async def test_a_password_does_not_leave_without_tls() -> None:
    server = SmtpServer(login=("user", "secret")).start()
    try:
        connection = await a_carrier(server.url).connect()
        result = await connection.send(MESSAGE)
    finally:
        server.stop()
    assert result.verdict == "not_sent"
    assert server.logins == []
    assert "secret" not in result.why


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, signed by itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "relay.pem").write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return tmp_path / "relay.pem"


@contextlib.contextmanager
def a_relay_with_tls(certificate: Path, login: tuple[str, str] | None = None) -> Iterator[SmtpServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = SmtpServer(tls=context, login=login).start()
    try:
        yield server
    finally:
        server.stop()


async def test_a_login_goes_to_a_relay_whose_certificate_is_right(certificate: Path) -> None:
    with a_relay_with_tls(certificate, ("user", "secret")) as server:
        trusting = ssl.create_default_context(cafile=str(certificate))
        carrier = SmtpCarrier(smtp_relays(server.url), SENDER, FixedClock(NOW), tls=trusting)
        connection = await carrier.connect()
        assert (await connection.send(MESSAGE)).verdict == "accepted"
        await connection.close()
    assert server.logins == ["user"]


async def test_a_login_does_not_go_to_a_relay_whose_certificate_nobody_knows(certificate: Path) -> None:
    with a_relay_with_tls(certificate, ("user", "secret")) as server:
        connection = await a_carrier(server.url).connect()
        assert (await connection.send(MESSAGE)).verdict == "not_sent"
    assert server.logins == []


async def test_without_a_login_tls_is_used_where_it_is_offered_whoever_signed_it(certificate: Path) -> None:
    with a_relay_with_tls(certificate) as server:
        connection = await a_carrier(server.url).connect()
        result = await connection.send(MESSAGE)
        assert result.verdict == "accepted", result
        await connection.close()
    assert len(server.messages) == 1


async def test_tls_from_the_first_byte(certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def answers(_line: bytes, _writer: asyncio.StreamWriter) -> bool:
        heard.append(_line)
        return False

    heard: list[bytes] = []
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with a_relay_that(answers, context) as url:
        carrier = SmtpCarrier(smtp_relays(url.replace("smtp://", "smtps://")), SENDER, FixedClock(NOW), tls=trusting)
        connection = await carrier.connect()
        assert (await connection.send(MESSAGE)).verdict == "accepted"
        await connection.close()
    assert [line.split()[0] for line in heard[:4]] == [b"EHLO", b"MAIL", b"RCPT", b"DATA"]


async def test_the_relays_answer_is_kept_without_the_address(smtp_server: SmtpServer) -> None:
    smtp_server.refuse(550, "5.1.1 <reader@mail.example> is unknown here")
    connection = await a_carrier(smtp_server.url).connect()
    result = await connection.send(MESSAGE)
    assert "reader@mail.example" not in result.why
    assert "unknown here" in result.why


async def test_a_signed_message_verifies(smtp_server: SmtpServer, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "dkim.pem").write_bytes(pem)
    signer = Signer.read(tmp_path / "dkim.pem", "s1", "gov.example")
    connection = await a_carrier(smtp_server.url, signer=signer).connect()
    assert (await connection.send(MESSAGE)).verdict == "accepted"
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    raw = smtp_server.messages[0].raw
    assert dkim.verify(raw, dnsfunc=lambda *_args, **_more: record)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "no-at-sign",
        "a@b@c.example",
        "a b@c.example",
        "a@c.example\r\nRCPT TO:<x@y.example>",
        "a@c.example>",
        "读者@c.example",
    ],
)
async def test_an_address_that_smtp_cannot_carry_is_refused_before_anything_is_said(smtp_server: SmtpServer, to: str) -> None:
    connection = await a_carrier(smtp_server.url).connect()
    assert (await connection.send(replace(MESSAGE, to=to))).verdict == "refused"
    assert smtp_server.connections == 0


def test_a_domain_in_chinese_is_carried_as_ascii() -> None:
    assert b"To: a@xn--" in assemble(replace(MESSAGE, to="a@例子.中国"), SENDER, NOW)


def test_nothing_in_a_headline_can_start_a_header() -> None:
    raw = assemble(replace(MESSAGE, subject="A\r\nBcc: x@y.example\r\n\r\nbody"), SENDER, NOW)
    head = raw.split(b"\r\n\r\n")[0]
    assert b"\r\nBcc:" not in head


def test_a_header_with_a_line_end_is_refused() -> None:
    with pytest.raises(BadInput, match="printable ASCII"):
        assemble(replace(MESSAGE, headers={"List-Unsubscribe": "<https://x>\r\nBcc: x@y.example"}), SENDER, NOW)


def test_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key")
    with pytest.raises(BadSetting, match="DKIM_KEY_FILE"):
        Signer.read(tmp_path / "key", "s1", "gov.example")
