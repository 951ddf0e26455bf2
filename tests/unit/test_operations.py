"""Accounts, the trail, pauses, alerts and free space: what an operator can rely on."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.time import iso
from pushsvc.errors import BadInput, NotFound
from pushsvc.operations import accounts, audit, installation, paused_channels
from pushsvc.operations.alert_roads import road
from pushsvc.operations.alerts import MOST_AN_HOUR, REPEATED_AFTER, Alert, Alerter
from pushsvc.operations.disk import DiskWatch
from pushsvc.operations.pause_watch import PauseWatch
from pushsvc.settings import SmtpRelay
from pushsvc.storage.database import Database
from pushsvc.storage.tables import operations
from tests.services.postgres import free_port
from tests.services.smtp import SmtpServer

# --- accounts


async def test_the_one_time_password_opens_the_account_and_is_kept_nowhere(database: Database, clock: FixedClock) -> None:
    password = await accounts.add_account(database, clock, "lina", "operator")
    account = await accounts.verify(database, "lina", password)
    assert account is not None
    assert (account.role, account.site, account.one_time) == ("operator", None, True)
    async with database.read() as tx:
        (stored,) = (await tx.execute(sa.select(operations.accounts.c.password_hash))).scalars()
    assert stored.startswith("$argon2id$")
    assert password not in stored


async def test_a_wrong_password_and_an_unknown_name_look_the_same(database: Database, clock: FixedClock) -> None:
    await accounts.add_account(database, clock, "lina", "viewer")
    assert await accounts.verify(database, "lina", "wrong") is None
    assert await accounts.verify(database, "nobody", "wrong") is None
    assert await accounts.verify(database, "lina", "x" * 1_000_000) is None


async def test_the_persons_own_password_replaces_the_one_time_one(database: Database, clock: FixedClock) -> None:
    first = await accounts.add_account(database, clock, "lina", "viewer")
    await accounts.set_password(database, clock, "lina", "three blue bicycles")
    account = await accounts.verify(database, "lina", "three blue bicycles")
    assert account is not None
    assert not account.one_time
    assert await accounts.verify(database, "lina", first) is None


@pytest.mark.parametrize("password", ["short", "x" * 201, "lina12345678"])
async def test_a_poor_password_is_refused(database: Database, clock: FixedClock, password: str) -> None:
    first = await accounts.add_account(database, clock, "lina", "viewer")
    with pytest.raises(BadInput, match="password"):
        await accounts.set_password(database, clock, "lina", password)
    assert await accounts.verify(database, "lina", first) is not None


async def test_a_disabled_account_is_shut_until_it_is_reset(database: Database, clock: FixedClock) -> None:
    password = await accounts.add_account(database, clock, "lina", "viewer")
    await accounts.disable_account(database, clock, "lina")
    assert await accounts.verify(database, "lina", password) is None
    assert await accounts.find_account(database, "lina") is None
    again = await accounts.reset_account(database, clock, "lina")
    assert again != password
    assert await accounts.verify(database, "lina", again) is not None
    assert await accounts.verify(database, "lina", password) is None


@pytest.mark.parametrize(
    ("name", "role", "site", "field"),
    [
        ("", "viewer", None, "name"),
        ("a b", "viewer", None, "name"),
        ("a\n", "viewer", None, "name"),
        ("x" * 81, "viewer", None, "name"),
        ("a", "boss", None, "role"),
        ("a", "publisher", None, "site"),
        ("a", "publisher", "51", "site"),
    ],
)
async def test_a_malformed_account_is_refused_and_changes_nothing(
    sqlite_database: Database, clock: FixedClock, name: str, role: str, site: str | None, field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        await accounts.add_account(sqlite_database, clock, name, role, site)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert await accounts.list_accounts(sqlite_database) == []


async def test_a_name_is_given_once_and_an_unknown_one_is_named(database: Database, clock: FixedClock) -> None:
    password = await accounts.add_account(database, clock, "lina", "publisher", "5101000012")
    with pytest.raises(BadInput, match="there already"):
        await accounts.add_account(database, clock, "lina", "admin")
    assert await accounts.verify(database, "lina", password) is not None
    for change in (accounts.reset_account, accounts.disable_account):
        with pytest.raises(NotFound, match='"otto"'):
            await change(database, clock, "otto")
    assert [(account.name, account.site) for account in await accounts.list_accounts(database)] == [("lina", "5101000012")]


# --- the trail and pauses


async def test_the_trail_tells_who_did_what_newest_first(database: Database, clock: FixedClock) -> None:
    await accounts.add_account(database, clock, "lina", "operator")
    clock.advance(timedelta(minutes=1))
    await paused_channels.pause(database, clock, "sms", why="provider is down", who="lina")
    async with database.read() as tx:
        newest, first = await audit.latest_deeds(tx)
        assert await audit.latest_deeds(tx, before=newest.audit_id) == [first]
    assert (newest.who, newest.action, newest.subject) == ("lina", "channel paused", "sms")
    assert (newest.at, newest.detail) == (clock.now(), {"why": "provider is down"})
    assert (first.who, first.action, first.subject) == (audit.COMMAND_LINE, "account added", "lina")


async def test_a_pause_holds_until_it_is_resumed(database: Database, clock: FixedClock) -> None:
    assert await paused_channels.pause(database, clock, "sms", why="provider is down") == ["sms"]
    assert await paused_channels.pause(database, clock, "all") == ["email", "wechat"]
    async with database.read() as tx:
        paused = await paused_channels.pauses(tx)
    assert set(paused) == {"email", "sms", "wechat"}
    assert paused["sms"].why == "provider is down"
    assert await paused_channels.resume(database, clock, "email") == ["email"]
    assert await paused_channels.resume(database, clock, "email") == []
    assert await paused_channels.resume(database, clock, "all") == ["sms", "wechat"]
    async with database.read() as tx:
        assert await paused_channels.pauses(tx) == {}


async def test_an_unknown_channel_is_named_and_pauses_nothing(database: Database, clock: FixedClock) -> None:
    with pytest.raises(BadInput, match="'fax' is none of email, sms, wechat, all"):
        await paused_channels.pause(database, clock, "fax")
    async with database.read() as tx:
        assert await paused_channels.pauses(tx) == {}


async def test_the_pause_of_a_restore_ends_with_the_last_channel(database: Database, clock: FixedClock) -> None:
    async with database.write() as tx:
        await installation.set_value(tx, "paused", {"paused": True, "at": iso(clock.now())})
    await paused_channels.pause(database, clock, "all")
    await paused_channels.resume(database, clock, "email")
    async with database.read() as tx:
        assert await installation.value(tx, "paused") is not None
    await paused_channels.resume(database, clock, "all")
    async with database.read() as tx:
        assert await installation.value(tx, "paused") is None


# --- alerts


class Heard:
    """A road that keeps what it was given, and fails as often as it is told to."""

    def __init__(self, fails: int = 0) -> None:
        self.alerts: list[Alert] = []
        self.fails = fails

    async def __call__(self, alert: Alert) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("away")
        self.alerts.append(alert)


async def test_the_same_alert_is_told_once_until_some_time_has_passed(clock: FixedClock) -> None:
    heard = Heard()
    alerter = Alerter(heard, clock)
    for _ in range(3):
        await alerter.raise_alert("dead_letter", "summarise set a record aside")
    await alerter.raise_alert("dead_letter", "match set a record aside")
    await alerter.close()
    assert [alert.text for alert in heard.alerts] == ["summarise set a record aside", "match set a record aside"]
    clock.advance(REPEATED_AFTER)
    await alerter.raise_alert("dead_letter", "summarise set a record aside")
    await alerter.close()
    assert len(heard.alerts) == 3


async def test_a_storm_of_alerts_is_cut_and_the_next_hour_hears_again(clock: FixedClock) -> None:
    heard = Heard()
    alerter = Alerter(heard, clock)
    for number in range(200):
        await alerter.raise_alert("dead_letter", f"record {number}")
        await asyncio.sleep(0)
    await alerter.close()
    assert len(heard.alerts) == MOST_AN_HOUR
    clock.advance(timedelta(hours=1))
    await alerter.raise_alert("dead_letter", "another")
    await alerter.close()
    assert heard.alerts[-1].text == "another"


async def test_an_alert_that_could_not_leave_is_tried_again(clock: FixedClock) -> None:
    heard = Heard(fails=2)
    alerter = Alerter(heard, clock, first_pause_seconds=0.01)
    await alerter.raise_alert("disk", "full")
    await alerter.close()
    assert len(heard.alerts) == 1


async def test_raising_an_alert_never_waits_for_its_road(clock: FixedClock) -> None:
    async def hangs(_alert: Alert) -> None:
        await asyncio.sleep(60)

    alerter = Alerter(hangs, clock)
    async with asyncio.timeout(1):
        await alerter.raise_alert("disk", "full")
        await alerter.close(seconds=0.05)


async def test_nothing_personal_is_in_an_alert(clock: FixedClock) -> None:
    heard = Heard()
    alerter = Alerter(heard, clock)
    await alerter.raise_alert("dead_letter", "bounce of li.wei@example.cn and 13812345678 " + "x" * 5000)
    await alerter.close()
    assert "li.wei" not in heard.alerts[0].text
    assert "138" not in heard.alerts[0].text
    assert len(heard.alerts[0].text) <= 500


async def test_without_alert_url_nothing_fails(clock: FixedClock) -> None:
    alerter = Alerter(None, clock)
    await alerter.raise_alert("disk", "full")
    await alerter.close()


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    heard: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response({"/gone": 500, "/moved": 302}.get(self.path.partition("?")[0], 204))
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


async def test_a_webhook_hears_an_alert(webhook: tuple[str, list[dict[str, str]]], clock: FixedClock) -> None:
    url, heard = webhook
    await road(f"{url}/hook", (), "p@example.cn", "https://push.example.cn")(Alert("disk", "磁盘将满", clock.now()))
    assert heard == [
        {
            "service": "pushsvc",
            "kind": "disk",
            "text": "磁盘将满",
            "at": "2026-03-02T01:00:00.000Z",
            "from": "https://push.example.cn",
        }
    ]


@pytest.mark.parametrize("path", ["/gone?key=hunter2", "/moved"])
async def test_a_webhook_that_refuses_is_a_fault_without_its_secret(
    webhook: tuple[str, list[dict[str, str]]], clock: FixedClock, path: str
) -> None:
    url, _ = webhook
    with pytest.raises(OSError, match=r"127\.0\.0\.1") as fault:
        await road(url + path, (), "p@example.cn", "x")(Alert("disk", "full", clock.now()))
    assert "hunter2" not in str(fault.value)


async def test_a_mail_hears_an_alert_over_the_relay_that_answers(smtp_server: SmtpServer, clock: FixedClock) -> None:
    relays = [SmtpRelay("127.0.0.1", port, "starttls_if_offered") for port in (free_port(), smtp_server.port)]
    send = road("mailto:ops@example.cn", relays, "pushsvc@example.cn", "https://push.example.cn")
    await send(Alert("disk", "磁盘将满", clock.now()))
    (mail,) = smtp_server.messages
    assert (mail.to, mail.subject) == (("ops@example.cn",), "[pushsvc] disk")
    assert "磁盘将满" in mail.part("plain")


async def test_a_mail_without_a_relay_is_a_fault(clock: FixedClock) -> None:
    with pytest.raises(OSError, match="SMTP_URL"):
        await road("mailto:ops@example.cn", (), "p@example.cn", "x")(Alert("disk", "full", clock.now()))


# --- free space


async def test_a_disk_that_fills_up_is_told_once_a_time(tmp_path: Path, clock: FixedClock) -> None:
    heard = Heard()
    alerter = Alerter(heard, clock)
    watch = DiskWatch(tmp_path, alerter, low_bytes=1 << 60)
    await watch.look()
    await watch.look()
    assert watch.low
    await alerter.close()
    assert len(heard.alerts) == 1
    assert "503" in heard.alerts[0].text


async def test_a_disk_with_room_is_quiet(tmp_path: Path, clock: FixedClock) -> None:
    heard = Heard()
    watch = DiskWatch(tmp_path, Alerter(heard, clock), low_bytes=1)
    assert await watch.look() > 1
    assert not watch.low
    assert heard.alerts == []


async def test_each_pause_is_told_once_whoever_made_it(sqlite_database: Database, clock: FixedClock) -> None:
    heard = Heard()
    alerter = Alerter(heard, clock)
    watch = PauseWatch(sqlite_database, alerter)
    await watch.look()
    await paused_channels.pause(sqlite_database, clock, "sms", why="the gateway is being moved")
    for _ in range(3):
        await watch.look()
    await alerter.close()
    assert [(alert.kind, "sms is paused (the gateway is being moved)" in alert.text) for alert in heard.alerts] == [
        ("channel_paused", True)
    ]
    await paused_channels.resume(sqlite_database, clock, "sms")
    await watch.look()
    clock.advance(REPEATED_AFTER + timedelta(minutes=1))
    await paused_channels.pause(sqlite_database, clock, "sms")
    await watch.look()
    await alerter.close()
    assert len(heard.alerts) == 2
