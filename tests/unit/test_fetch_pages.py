"""Pages are fetched from the site's own public addresses, within limits, and a bad one waits or dies with its reason."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pushsvc.clock import FixedClock
from pushsvc.errors import BadSetting
from pushsvc.sites import fetch_client, fetch_queue, registry
from pushsvc.sites.addresses import Address
from pushsvc.sites.events import Body
from pushsvc.sites.fetch_client import PageClient, Refused, Unavailable
from pushsvc.sites.fetch_queue import MAX_TRIES, PAUSES
from pushsvc.sites.fetching import FetchWorker
from pushsvc.sites.networks import may_reach, read_networks, system_resolve
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.sites import event_bodies, events, fetches
from pushsvc.storage.vault import Vault
from tests.unit.intake_builders import HEADER, Recorded, an_intake

LOOPBACK = read_networks(["127.0.0.0/8"])
SITE = "5101000012"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class County:
    """A county's web server on loopback, whose answers a test sets path by path."""

    answers: dict[str, Handler] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    server: TestServer | None = None

    def url(self, path: str) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.port}{path}"

    def says(self, path: str, body: bytes | str = "<p>正文</p>", status: int = 200, **headers: str) -> None:
        sent = {"Content-Type": "text/html; charset=utf-8", **{name.replace("_", "-"): each for name, each in headers.items()}}
        content = body.encode() if isinstance(body, str) else body

        async def answer(request: web.Request) -> web.StreamResponse:
            return web.Response(body=content, status=status, headers=sent)

        self.answers[path] = answer

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        return await self.answers[request.path](request)


@asynccontextmanager
async def a_county() -> AsyncIterator[County]:
    county = County()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", county.handle)
    county.server = TestServer(app, host="127.0.0.1")
    await county.server.start_server()
    try:
        yield county
    finally:
        await county.server.close()


@pytest.fixture
async def county() -> AsyncIterator[County]:
    async with a_county() as started:
        yield started


async def own(address: Address) -> bool:
    return address.host == "127.0.0.1"


async def fetched(url: str, **options: object) -> Body:
    return await PageClient(allowed=LOOPBACK, **options).fetch(url, own)  # type: ignore[arg-type]


async def test_a_page_comes_as_its_bytes_with_what_the_server_declared(county: County) -> None:
    county.says("/a", "正文".encode("gbk"), Content_Type="text/html; charset=GBK")
    county.says("/b", "text", Content_Type="text/plain")
    assert await fetched(county.url("/a")) == Body("html-bytes", "正文".encode("gbk"), "GBK")
    assert await fetched(county.url("/b")) == Body("text-bytes", b"text", None)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("kind", "body", "form"),
    [
        ("application/pdf", b"%PDF-1.7 ...", "pdf-bytes"),
        ("application/octet-stream", b"\n%PDF-1.4 ...", "pdf-bytes"),
        ("text/html", b"%PDF-1.4 ...", "pdf-bytes"),
        (DOCX, b"PK\x03\x04...", "docx-bytes"),
        ("application/msword", b"PK\x03\x04...", "docx-bytes"),
        ("text/html", b"<p>PDF</p>", "html-bytes"),
    ],
)
async def test_a_document_that_is_a_file_comes_as_one_where_files_are_wanted(
    county: County, kind: str, body: bytes, form: str
) -> None:
    county.says("/a.pdf", body, Content_Type=kind)
    assert await fetched(county.url("/a.pdf"), files=True) == Body(form, body, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("application/octet-stream", b"MZ...", "sent as application/octet-stream, and its bytes are no PDF and no DOCX"),
        ("application/pdf", b"<p>no PDF</p>", "sent as application/pdf, and its bytes are no PDF"),
        ("image/png", b"\x89PNG", "the page is image/png; only HTML, plain text, PDF and DOCX are read"),
        ("application/pdf", b"%PDF-" + bytes(5 * 1024 * 1024), "larger than 5 MiB"),
    ],
)
async def test_a_file_that_is_none_or_too_large_is_refused_with_its_kind(
    county: County, kind: str, body: bytes, reason: str
) -> None:
    county.says("/a", body, Content_Type=kind)
    with pytest.raises(Refused, match=reason):
        await fetched(county.url("/a"), files=True)


async def test_a_file_on_another_site_is_not_fetched_by_way_of_a_redirect(county: County) -> None:
    county.says("/a", status=302, Location="http://www.evil.example/a.pdf")
    with pytest.raises(Refused, match="not one of the site's own"):
        await fetched(county.url("/a"), files=True)


async def test_a_packed_page_is_unpacked(county: County) -> None:
    county.says("/a", gzip.compress(b"page" * 100), Content_Encoding="gzip")
    assert (await fetched(county.url("/a"))).content == b"page" * 100


async def test_a_small_packed_page_that_holds_a_mountain_is_refused(county: County) -> None:
    county.says("/a", gzip.compress(b"0" * (64 * 1024 * 1024)), Content_Encoding="gzip")
    with pytest.raises(Refused, match="larger than 5 MiB"):
        await fetched(county.url("/a"))


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ({"body": b"x" * (5 * 1024 * 1024 + 1)}, Refused, "larger than 5 MiB"),
        ({"body": b"x" * 9, "Content_Encoding": "br"}, Refused, 'packed as "br"'),
        ({"body": b"x" * 9, "Content_Encoding": "gzip"}, Unavailable, "cannot be unpacked"),
        ({"body": gzip.compress(b"x" * 9999)[:20], "Content_Encoding": "gzip"}, Unavailable, "ends too early"),
        ({"Content_Type": "application/pdf"}, Refused, "application/pdf"),
        ({"status": 404}, Unavailable, "answers 404"),
        ({"status": 503, "Retry_After": "120"}, Unavailable, "answers 503"),
        ({"status": 302, "Location": "http://www.evil.example/"}, Refused, "not one of the site's own"),
        ({"status": 302, "Location": "file:///etc/passwd"}, Refused, "redirects to an address that is none"),
        ({"status": 302, "Location": "/a"}, Refused, "more than 5 times"),
        ({"status": 302}, Unavailable, "answers 302"),
    ],
)
async def test_a_bad_answer_has_its_reason(
    county: County, answer: dict[str, object], error: type[Exception], reason: str
) -> None:
    county.says("/a", **answer)  # type: ignore[arg-type]
    with pytest.raises(error, match=reason):
        await fetched(county.url("/a"))


async def test_a_redirect_inside_the_site_is_followed(county: County) -> None:
    county.says("/a", status=301, Location="/b?x=1")
    county.says("/b", "here")
    assert (await fetched(county.url("/a"))).content == b"here"
    assert county.asked == ["/a", "/b"]


async def test_a_server_that_hangs_is_left_after_the_time_in_all(county: County) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/html"})
        await answer.prepare(request)
        for _ in range(100):
            await answer.write(b"x")
            await asyncio.sleep(0.02)
        return answer

    county.answers["/a"] = drip
    with pytest.raises(Unavailable, match=r"within 0\.2 seconds"):
        await fetched(county.url("/a"), total_seconds=0.2)


async def test_headers_without_end_are_refused(county: County) -> None:
    county.says("/a", X_Long="x" * 100_000)
    with pytest.raises(Unavailable, match="could not be read"):
        await fetched(county.url("/a"))


async def test_a_closed_port_is_a_passing_fault() -> None:
    with pytest.raises(Unavailable, match="could not be read"):
        await fetched("http://127.0.0.1:1/")


async def test_loopback_is_out_of_reach_unless_it_is_allowed(county: County) -> None:
    county.says("/a")
    with pytest.raises(Refused, match="not public"):
        await PageClient().fetch(county.url("/a"), own)
    assert county.asked == []


async def test_the_connection_goes_to_the_address_that_was_checked_and_names_are_looked_up_once(county: County) -> None:
    county.says("/a", "pinned")
    looked_up: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["10.0.0.1"]

    async def anything(address: Address) -> bool:
        return True

    url = county.url("/a").replace("127.0.0.1", "www.chengdu.gov.example")
    page = await PageClient(allowed=LOOPBACK, resolve=resolve).fetch(url, anything)
    assert page.content == b"pinned"
    assert looked_up == ["www.chengdu.gov.example"]


async def test_a_name_that_points_both_ways_is_refused(county: County) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1", "169.254.169.254"]

    async def anything(address: Address) -> bool:
        return True

    with pytest.raises(Refused, match=r"169\.254\.169\.254"):
        await PageClient(allowed=LOOPBACK, resolve=resolve).fetch("http://www.chengdu.gov.example/", anything)


async def test_a_redirect_to_a_private_address_is_refused(county: County) -> None:
    county.says("/a", status=302, Location="http://inside.example/")

    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.1"] if host == "inside.example" else await system_resolve(host, port)

    async def anything(address: Address) -> bool:
        return True

    with pytest.raises(Refused, match=r"inside\.example has the address 10\.0\.0\.1"):
        await PageClient(allowed=LOOPBACK, resolve=resolve).fetch(county.url("/a"), anything)


async def test_a_certificate_must_be_valid_and_name_the_host(county: County) -> None:
    certificate = a_certificate("www.chengdu.gov.example")
    county.says("/a", "over TLS")

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def anything(address: Address) -> bool:
        return True

    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        Path(folder, "pem").write_bytes(certificate)
        server_side.load_cert_chain(Path(folder, "pem"))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", county.handle)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(ssl=server_side)
    own_url, other_url = (f"https://{host}:{server.port}/a" for host in ("www.chengdu.gov.example", "www.sc.gov.example"))
    trusting = ssl.create_default_context(cadata=certificate.decode().split("-----BEGIN PRIVATE")[0])
    client = PageClient(allowed=LOOPBACK, resolve=resolve, tls=trusting)
    try:
        assert (await client.fetch(own_url, anything)).content == b"over TLS"
        with pytest.raises(Unavailable, match="certificate"):
            await client.fetch(other_url, anything)
        with pytest.raises(Unavailable, match="certificate"):
            await PageClient(allowed=LOOPBACK, resolve=resolve).fetch(own_url, anything)
    finally:
        await server.close()


def a_certificate(host: str) -> bytes:
    """A self-signed certificate with its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signed.public_bytes(serialization.Encoding.PEM) + private


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "168.63.129.16", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fd00:ec2::254",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_address_inside_is_reachable(address: str) -> None:
    assert not may_reach(ipaddress.ip_address(address), ())


def test_public_and_allowed_addresses_are_reachable() -> None:
    assert may_reach(ipaddress.ip_address("8.8.8.8"), ())
    assert may_reach(ipaddress.ip_address("2400:3200::1"), ())
    assert may_reach(ipaddress.ip_address("10.1.2.3"), read_networks(["10.1.0.0/16"]))
    assert not may_reach(ipaddress.ip_address("10.2.2.3"), read_networks(["10.1.0.0/16"]))
    with pytest.raises(BadSetting, match="FETCH_ALLOW"):
        read_networks(["inside"])


# The worker


@dataclass
class Desk:
    """An installation with one site on the county's server, and its fetch worker."""

    database: Database
    clock: FixedClock
    worker: FetchWorker
    published: Recorded
    county: County
    vault: Vault

    async def announce(self, path: str, number: int = 1, **said: object) -> str:
        intake, self.published = an_intake(self.database, self.vault, self.clock)
        self.worker._publisher = self.published
        document = {"url": self.county.url(path), **said}
        return (await intake.send(document, site=SITE, origin="api", webhook_id=f"{path}-{number}")).event_id

    async def fetch_row(self, event_id: str) -> sa.Row[tuple[object, ...]]:
        async with self.database.read() as tx:
            return (await tx.execute(sa.select(fetches).where(fetches.c.event_id == event_id))).one()


@pytest.fixture
async def desk(database: Database, clock: FixedClock, vault: Vault, county: County) -> Desk:
    host = county.url("").removeprefix("http://")
    await registry.import_sites(database, clock, f"{HEADER}\n{SITE},市,市政府,510100,{host},,\n")
    published = Recorded()
    worker = FetchWorker(database, clock, published, PageClient(allowed=LOOPBACK, total_seconds=5, files=True))
    return Desk(database, clock, worker, published, county, vault)


async def test_a_pdf_that_arrives_becomes_the_content_of_its_event(desk: Desk) -> None:
    desk.county.says("/a", b"%PDF-1.7", Content_Type="application/pdf")
    await desk.announce("/a")
    await desk.worker.run_due()
    async with desk.database.read() as tx:
        body = (await tx.execute(sa.select(event_bodies))).one()
    assert (body.form, body.charset, body.body) == ("pdf-bytes", None, b"%PDF-1.7")


async def test_a_page_that_arrives_becomes_the_content_of_its_event(desk: Desk) -> None:
    desk.county.says("/a", "<p>正文</p>")
    event_id = await desk.announce("/a")
    assert await desk.worker.run_due() == 1
    assert [output.value for output in desk.published.outputs] == [{"event_id": event_id}]
    async with desk.database.read() as tx:
        body = (await tx.execute(sa.select(event_bodies))).one()
    assert (body.form, body.charset, body.body.decode()) == ("html-bytes", "utf-8", "<p>正文</p>")
    desk.clock.advance(timedelta(hours=1))
    assert await desk.worker.run_due() == 0


async def test_a_host_is_asked_once_a_second_and_one_page_at_a_time(desk: Desk) -> None:
    for path in ("/a", "/b", "/c"):
        desk.county.says(path)
        await desk.announce(path)
    assert [await desk.worker.run_due() for _ in range(2)] == [1, 0]
    desk.clock.advance(timedelta(seconds=1))
    assert [await desk.worker.run_due() for _ in range(2)] == [1, 0]
    claimed = await desk.worker._claim(16)
    assert claimed == []
    desk.clock.advance(timedelta(seconds=1))
    assert len(await desk.worker._claim(16)) == 1
    desk.clock.advance(timedelta(seconds=1))
    await desk.announce("/d")
    assert await desk.worker._claim(16) == []  # the third page is still in hand


async def test_a_page_that_fails_is_tried_again_later_and_later_and_then_dies_visibly(desk: Desk) -> None:
    desk.county.says("/a", status=500)
    event_id = await desk.announce("/a")
    for pause in PAUSES:
        assert await desk.worker.run_due() == 1
        desk.clock.advance(pause - timedelta(seconds=1))
        assert await desk.worker.run_due() == 0
        desk.clock.advance(timedelta(seconds=1))
    assert await desk.worker.run_due() == 1
    assert (await desk.fetch_row(event_id)).state == "dead"
    assert desk.county.asked == ["/a"] * MAX_TRIES
    async with desk.database.read() as tx:
        event = (await tx.execute(sa.select(events))).one()
        letter = (await tx.execute(sa.select(dead_letters))).one()
    assert event.dead_at is not None
    assert "answers 500" in event.dead_reason
    assert (letter.stage, letter.event_id, letter.value) == ("fetch", event_id, {"event_id": event_id})


async def test_a_server_that_names_a_wait_is_given_it(desk: Desk) -> None:
    desk.county.says("/a", status=429, Retry_After="300")
    event_id = await desk.announce("/a")
    await desk.worker.run_due()
    assert (await desk.fetch_row(event_id)).due_at == desk.clock.now() + timedelta(seconds=300)


async def test_a_page_outside_the_limits_dies_at_once(desk: Desk) -> None:
    desk.county.says("/a", Content_Type="image/png")
    event_id = await desk.announce("/a")
    await desk.worker.run_due()
    assert (await desk.fetch_row(event_id)).state == "dead"


async def test_a_domain_that_was_taken_from_the_site_is_not_asked_any_more(desk: Desk) -> None:
    event_id = await desk.announce("/a")
    await registry.import_sites(desk.database, desk.clock, f"{HEADER}\n{SITE},市,市政府,510100,other.example,,\n")
    await desk.worker.run_due()
    assert (await desk.fetch_row(event_id)).state == "dead"
    assert desk.county.asked == []


async def test_a_fetch_whose_worker_died_is_taken_up_when_its_lease_ends(desk: Desk) -> None:
    desk.county.says("/a")
    await desk.announce("/a")
    assert len(await desk.worker._claim(16)) == 1
    assert await desk.worker.run_due() == 0
    desk.clock.advance(timedelta(seconds=31))
    assert await desk.worker.run_due() == 1


async def test_a_page_withdrawn_before_it_came_is_not_published(desk: Desk) -> None:
    desk.county.says("/a")
    event_id = await desk.announce("/a")
    [fetch] = await desk.worker._claim(16)
    await desk.announce("/a", 2, event="withdrawn")
    before = len(desk.published.outputs)
    await desk.worker._arrived(fetch, Body("html-bytes", b"late"))
    assert len(desk.published.outputs) == before
    async with desk.database.read() as tx:
        event = (await tx.execute(sa.select(events).where(events.c.event_id == event_id))).one()
    assert event.outcome == "same"
    assert "before it was fetched" in event.note


async def test_a_page_that_arrives_while_it_is_withdrawn_has_arrived(
    postgres_database: Database, clock: FixedClock, county: County
) -> None:
    """In two processes at once: its record is on its way, so the withdrawal must not call it the same."""
    vault = await Vault.load(postgres_database, "a-secret-key-of-the-tests-0123456789", clock)
    host = county.url("").removeprefix("http://")
    await registry.import_sites(postgres_database, clock, f"{HEADER}\n{SITE},市,市政府,510100,{host},,\n")
    worker = FetchWorker(postgres_database, clock, Recorded(), PageClient())
    desk = Desk(postgres_database, clock, worker, Recorded(), county, vault)
    event_id = await desk.announce("/a")
    [fetch] = await desk.worker._claim(16)
    async with desk.database.write() as tx:
        assert await fetch_queue.arrived(tx, fetch, Body("html-bytes", b"in time"))
        withdrawing = asyncio.create_task(desk.announce("/a", 2, event="withdrawn"))
        await asyncio.sleep(0.3)
    await withdrawing
    async with desk.database.read() as tx:
        event = (await tx.execute(sa.select(events).where(events.c.event_id == event_id))).one()
    assert (event.outcome, event.note) == (None, None)
    assert (await desk.fetch_row(event_id)).reason is None


async def test_a_fetcher_that_lost_its_lease_makes_nothing_dead(desk: Desk) -> None:
    event_id = await desk.announce("/a")
    [late] = await desk.worker._claim(16)
    desk.clock.advance(timedelta(seconds=31))
    assert len(await desk.worker._claim(16)) == 1
    async with desk.database.write() as tx:
        assert not await fetch_queue.failed(tx, late, "404", desk.clock.now(), final=True, wait=None)
    assert (await desk.fetch_row(event_id)).state == "waiting"


async def test_a_hanging_server_holds_only_itself(desk: Desk) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    desk.county.answers["/slow"] = hang
    async with a_county() as other:
        other.says("/a")
        host = other.url("").removeprefix("http://")
        await registry.import_sites(desk.database, desk.clock, f"{HEADER}\n5101000013,区,区政府,510104,{host},,\n")
        await desk.announce("/slow")
        await desk.worker.start(alone=True)
        try:
            await _until(lambda: desk.county.asked == ["/slow"])
            intake, published = an_intake(desk.database, desk.vault, desk.clock)
            desk.worker._publisher = published
            await intake.send({"url": other.url("/a")}, site=None, origin="api", webhook_id="other")
            await _until(lambda: len(published.outputs) == 1)
        finally:
            await desk.worker.stop()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.02)


def test_the_limits_are_those_of_the_design() -> None:
    assert (fetch_client.TOTAL_SECONDS, fetch_client.MAX_REDIRECTS, fetch_client.MAX_PAGE_BYTES) == (20, 5, 5 * 1024 * 1024)
