"""The SMTP server of the suite does what tests tell it to: otherwise a green test says nothing."""

from __future__ import annotations

from email.message import EmailMessage

import aiosmtplib
import pytest

from tests.services.smtp import SmtpServer


def a_mail(to: str = "a@example.cn") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "p@example.cn", to, "补贴通知", "<1@example.cn>"
    mail.set_content("您好")
    return mail


async def connected(server: SmtpServer) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.port, timeout=5, start_tls=False)
    await client.connect()
    return client


async def test_it_keeps_what_it_took(smtp_server: SmtpServer) -> None:
    client = await connected(smtp_server)
    await client.send_message(a_mail())
    await client.send_message(a_mail("b@example.cn"))
    await client.quit()
    first, second = await smtp_server.wait_for(2)
    assert (first.subject, first.part("plain").strip(), first.message_id) == ("补贴通知", "您好", "<1@example.cn>")
    assert (first.to, second.to, second.connection) == (("a@example.cn",), ("b@example.cn",), 1)


async def test_it_refuses_whom_it_is_told_to(smtp_server: SmtpServer) -> None:
    smtp_server.refuse(550, "5.1.1 no such user", to="dead@example.cn")
    smtp_server.refuse(451, "4.3.0 later", at="data", times=1)
    client = await connected(smtp_server)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as hard:
        await client.send_message(a_mail("dead@example.cn"))
    assert hard.value.recipients[0].code == 550
    with pytest.raises(aiosmtplib.SMTPDataError) as soft:
        await client.send_message(a_mail())
    assert soft.value.code == 451
    await client.send_message(a_mail())
    assert len(smtp_server.messages) == 1


async def test_it_breaks_off_after_it_took_the_message(smtp_server: SmtpServer) -> None:
    smtp_server.drop_after_data()
    client = await connected(smtp_server)
    with pytest.raises((aiosmtplib.SMTPServerDisconnected, ConnectionError)):
        await client.send_message(a_mail())
    assert len(smtp_server.messages) == 1


async def test_it_breaks_off_before_it_took_the_message(smtp_server: SmtpServer) -> None:
    smtp_server.drop_before_data()
    client = await connected(smtp_server)
    with pytest.raises((aiosmtplib.SMTPServerDisconnected, ConnectionError)):
        await client.send_message(a_mail())
    assert smtp_server.messages == []


async def test_it_answers_late_when_told_to(smtp_server: SmtpServer) -> None:
    smtp_server.hang_after_data(3)
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=smtp_server.port, timeout=0.5, start_tls=False)
    await client.connect()
    with pytest.raises(aiosmtplib.SMTPTimeoutError):
        await client.send_message(a_mail())


async def test_it_comes_back_on_the_same_port(smtp_server: SmtpServer) -> None:
    smtp_server.stop()
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await connected(smtp_server)
    smtp_server.start()
    await (await connected(smtp_server)).quit()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_it_asks_for_a_login_when_told_to() -> None:
    server = SmtpServer(login=("user", "pass")).start()
    try:
        client = await connected(server)
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await client.login("user", "wrong")
        client = await connected(server)
        await client.login("user", "pass")
        await client.send_message(a_mail())
    finally:
        server.stop()
    assert len(server.messages) == 1
