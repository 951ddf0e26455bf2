"""Builders for the tests of SMPP and CMPP: a fake operator, a provider bound to it, what it heard."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pushsvc.channels.sms.provider import InDoubt, Sms
from pushsvc.clock import FixedClock
from pushsvc.domain.receipts import Heard, Incoming, Said
from pushsvc.settings.providers import ProviderUrl, provider_urls

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SHORT = "【市民政局】适老化改造补贴4月30日前可申请"
LONG = "【市民政局】" + "适老化改造补贴申请从今天开始，" * 8


class Diary:
    """Keeps what was heard; `fails` times it cannot."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.incoming: list[Incoming] = []
        self.batches = 0
        self.fails = 0
        self.wait: asyncio.Event | None = None

    async def __call__(self, heard: Heard) -> None:
        self.batches += 1
        if self.wait is not None:
            await self.wait.wait()
        if self.fails:
            self.fails -= 1
            raise OSError("the disk is full")
        self.said += heard.said
        self.incoming += heard.incoming

    async def until(self, fits: Callable[[Diary], Any], seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not fits(self):
                await asyncio.sleep(0.01)


def a_url(written: str, **options: str) -> ProviderUrl:
    more = "".join(f"&{name}={value}" for name, value in options.items())
    return provider_urls(written + more, ("smpp", "cmpp"))[0]


def an_sms(text: str = SHORT, *, to: str = "+8613800138000", named: str = "dlv_1") -> Sms:
    return Sms(named, to, text, "市民政局")


def a_doubt(named: str = "dlv_1", *, to: str = "+8613800138000", provider_id: str | None = None) -> InDoubt:
    return InDoubt(named, to, NOW, provider_id)


@asynccontextmanager
async def bound_to(fake: Any, provider: type[Any], diary: Diary | None = None, **more: Any) -> AsyncIterator[Any]:
    """The provider, with the fake's window and options of the URL by name (`url_…`)."""
    options = {name.removeprefix("url_"): more.pop(name) for name in list(more) if name.startswith("url_")}
    one = provider(a_url(fake.url, **options), FixedClock(NOW), diary or Diary(), **more)
    try:
        yield one
    finally:
        await one.close()


def tls_pair(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate of its own for localhost, and a client's that knows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "operator.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
