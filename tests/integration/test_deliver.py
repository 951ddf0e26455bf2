"""Deliver against a real SMTP server, on SQLite and PostgreSQL: once, in order, and only what may still leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.channels.email import Sender, SmtpCarrier, message_id
from pushsvc.channels.mailbox import MailboxCarrier, list_messages
from pushsvc.channels.rendering import Renderer
from pushsvc.clock import FixedClock
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import NotDurable
from pushsvc.ledger import claims
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.settings.providers import smtp_relays
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.operations import paused_channels
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.tables.publications import publications, revisions
from pushsvc.storage.vault import Vault
from pushsvc.streams.deliver import Deliverer
from tests.services.smtp import SmtpServer
from tests.unit.post_office import URL, Bell, PlainLinks, PostOffice, endpoint_of

SENDER = Sender("push@gov.example")


@pytest.fixture
async def office(database: Database, clock: FixedClock, vault: Vault) -> PostOffice:
    made = PostOffice(database, clock, vault)
    await made.publish()
    return made


def smtp(server: SmtpServer, office: PostOffice, connections: int = 2, seconds: float = 5.0) -> SmtpCarrier:
    return SmtpCarrier(smtp_relays(server.url), SENDER, office.clock, connections=connections, send_seconds=seconds)


@asynccontextmanager
async def delivering(office: PostOffice, *carriers: Any, bell: Bell | None = None, **options: Any) -> AsyncIterator[Deliverer]:
    """A deliverer that runs until the end of the block."""
    late_check = LedgerLateCheck(office.clock)
    writer = OutcomeWriter(office.database, bell or Bell(), office.clock, late_check)
    deliverer = Deliverer(
        office.database, carriers, writer, Renderer(), PlainLinks(), office.contacts, office.clock,
        **({"sweep_seconds": 0.2} | options),
    )  # fmt: skip
    await deliverer.start()
    try:
        yield deliverer
    finally:
        await deliverer.stop()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 30.0) -> None:
    async def wait() -> None:
        while not await holds():
            await asyncio.sleep(0.02)

    await asyncio.wait_for(wait(), seconds)


async def until_states(office: PostOffice, **states: int) -> None:
    async def reached() -> bool:
        return await office.states() == states

    try:
        await until(reached)
    except TimeoutError:
        assert await office.states() == states


async def test_everybody_gets_the_message_once_with_their_own_links(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(30)
    ids = await office.plan(*range(1, 31))
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, accepted=30)
    assert sorted(received.to[0] for received in smtp_server.messages) == sorted(
        f"reader{n}@mail.example" for n in range(1, 31)
    )
    assert {received.message_id for received in smtp_server.messages} == {message_id(one, "gov.example") for one in ids}
    one = smtp_server.to("reader7@mail.example")[0]
    for part in (one.part("plain"), one.part("html")):
        assert "每户最高补贴3000元" in part
        assert "成都市" in part
        assert URL in part
        assert f"https://push.example/u/{ids[6]}" in part
        assert f"https://push.example/m/{ids[6]}" in part
    assert {received.connection for received in smtp_server.messages} <= {1, 2}


async def test_what_is_planned_while_it_runs_leaves_at_the_ring(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(1)
    async with delivering(office, smtp(smtp_server, office), sweep_seconds=30) as deliverer:
        await asyncio.sleep(0.2)
        await office.plan(1)
        deliverer.ring()
        await smtp_server.wait_for(1, seconds=3)


async def test_a_lost_ring_costs_one_sweep(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(1)
    async with delivering(office, smtp(smtp_server, office), sweep_seconds=0.3):
        await asyncio.sleep(0.1)
        await office.plan(1)
        await smtp_server.wait_for(1, seconds=3)


class Pausing:
    """A carrier that stops at its first message until it is let go, and keeps what it was given."""

    channel: Channel = "email"
    name = "pausing"
    connections = 1

    def __init__(self, results: Sequence[SendResult] = ()) -> None:
        self.sent: list[Message] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self._results = list(results)

    async def connect(self) -> Pausing:
        return self

    async def send(self, message: Message) -> SendResult:
        self.sent.append(message)
        self.begun.set()
        await self.go_on.wait()
        return self._results.pop(0) if self._results else SendResult("accepted")

    async def close(self) -> None:
        pass


async def stop_consent(office: PostOffice) -> None:
    await office.set(
        endpoints, endpoints.c.endpoint_id == endpoint_of(2), withdrawn_at=office.clock.now() + timedelta(seconds=1)
    )


async def close_endpoint(office: PostOffice) -> None:
    await office.set(endpoints, endpoints.c.endpoint_id == endpoint_of(2), suppressed_at=office.clock.now())


async def pause_person(office: PostOffice) -> None:
    await office.set(subscribers, subscribers.c.subscriber_no == 2, paused_until=office.clock.now() + timedelta(days=1))


async def withdraw(office: PostOffice) -> None:
    await office.set(publications, publications.c.publication_id == "pub_a", withdrawn=True)


async def erase(office: PostOffice) -> None:
    async with office.database.write() as tx:
        await tx.execute(sa.delete(subscribers).where(subscribers.c.subscriber_no == 2))


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (stop_consent, "no_consent"),
        (pause_person, "paused"),
        (withdraw, "withdrawn"),
        (erase, "erased"),
    ],
)
async def test_what_was_committed_before_a_send_begins_stops_it(
    office: PostOffice, happens: Callable[[PostOffice], Awaitable[None]], reason: str
) -> None:
    await office.people(2)
    first, second = await office.plan(1, 2)
    await office.set(deliveries, deliveries.c.delivery_id == first, urgent=True)
    carrier = Pausing()
    async with delivering(office, carrier):
        await asyncio.wait_for(carrier.begun.wait(), 5)
        await happens(office)
        carrier.go_on.set()
        await until_states(office, accepted=1, suppressed=1)
    assert [message.delivery_id for message in carrier.sent] == [first]
    assert (await office.row(second)).why == reason
    assert await office.suppressions() == {reason: 1}


async def test_an_endpoint_closed_before_a_send_begins_fails_it_so_that_another_way_may_be_found(office: PostOffice) -> None:
    """The record stage then falls back to the person's next endpoint, or suppresses it as `no_endpoint`."""
    await office.people(2)
    first, second = await office.plan(1, 2)
    await office.set(deliveries, deliveries.c.delivery_id == first, urgent=True)
    carrier = Pausing()
    async with delivering(office, carrier):
        await asyncio.wait_for(carrier.begun.wait(), 5)
        await close_endpoint(office)
        carrier.go_on.set()
        await until_states(office, accepted=1, failed=1)
    assert [message.delivery_id for message in carrier.sent] == [first]
    assert (await office.row(second)).code == "no_endpoint"


async def test_a_consent_that_is_newer_than_the_stop_lets_it_leave(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(1)
    now = office.clock.now()
    await office.set(endpoints, endpoints.c.endpoint_id == endpoint_of(1), withdrawn_at=now - timedelta(days=2), consent_at=now)
    await office.plan(1)
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, accepted=1)


async def test_a_newer_version_that_is_still_to_be_planned_holds_the_old_one_back(
    office: PostOffice, smtp_server: SmtpServer
) -> None:
    await office.people(1)
    (one,) = await office.plan(1)
    await office.publish(version="ver_a2", revision=2, kind="changed")
    async with delivering(office, smtp(smtp_server, office)), asyncio.timeout(30):
        while (row := await office.row(one)).state != "planned" or row.due_at <= office.clock.now():
            await asyncio.sleep(0.05)  # until it was looked at, and put off
        assert smtp_server.messages == []
        # It turns out that nothing material changed: what was planned holds.
        await office.set(revisions, revisions.c.revision == 2, material=False)
        assert isinstance(office.clock, FixedClock)
        office.clock.advance(timedelta(seconds=3))
        await until_states(office, accepted=1)


async def test_a_notice_that_the_planner_took_back_is_not_sent(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(1)
    await office.plan(1)
    await office.set(notices, notices.c.subscriber_no == 1, state="replaced")
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, suppressed=1)
    assert smtp_server.messages == []


async def test_a_digest_leaves_without_what_fell_away(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(1)
    await office.publish("pub_b", "ver_b1")
    (digest,) = await office.plan(1)
    await office.plan(1, publication="pub_b", version="ver_b1")
    await office.set(deliveries, deliveries.c.delivery_id == digest, kind="digest")
    await office.set(notices, notices.c.subscriber_no == 1, delivery_id=digest)
    async with office.database.write() as tx:
        await tx.execute(sa.delete(deliveries).where(deliveries.c.delivery_id != digest))
    await office.set(publications, publications.c.publication_id == "pub_b", withdrawn=True)
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, accepted=1)
    (received,) = smtp_server.messages
    assert received.part("plain").count("您要做的") == 1
    assert received.subject.startswith("为您汇总")
    assert await office.suppressions() == {"withdrawn": 1}


async def test_a_hard_refusal_fails_and_is_published_and_the_others_go_on(office: PostOffice, smtp_server: SmtpServer) -> None:
    smtp_server.refuse(550, "5.1.1 no such user", to="reader2@mail.example")
    await office.people(3)
    ids = await office.plan(1, 2, 3)
    bell = Bell()
    async with delivering(office, smtp(smtp_server, office), bell=bell):
        await until_states(office, accepted=2, failed=1)
    (output,) = bell.outputs
    assert output.topic == "outcomes"
    assert output.value["delivery_id"] == ids[1]
    assert (output.value["verdict"], output.value["endpoint_id"]) == ("suppress", endpoint_of(2))
    assert bell.rings == 1
    assert "reader2" not in str(output.value)


async def test_a_passing_fault_is_tried_again_later(office: PostOffice, smtp_server: SmtpServer, clock: FixedClock) -> None:
    smtp_server.refuse(451, "4.3.0 try later", times=1)
    await office.people(1)
    (one,) = await office.plan(1)
    async with delivering(office, smtp(smtp_server, office)):

        async def tried() -> bool:
            return (await office.row(one)).tries == 1

        await until(tried)
        await asyncio.sleep(0.5)
        assert smtp_server.messages == []
        clock.advance(timedelta(seconds=31))
        await until_states(office, accepted=1)
    assert await office.outcomes(one) == ["try_later", "accepted"]


async def test_a_rate_limit_slows_the_channel_and_suppresses_nobody(
    office: PostOffice, smtp_server: SmtpServer, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pushsvc.channels.pace.FIRST_PAUSE_SECONDS", 1.0)
    smtp_server.refuse(421, "4.7.0 too many messages", at="mail", times=1)
    await office.people(3)
    ids = await office.plan(1, 2, 3)
    async with delivering(office, smtp(smtp_server, office, connections=1)):

        async def told() -> bool:
            return any([(await office.row(one)).code == "421 4.7.0" for one in ids])

        await until(told)
        assert smtp_server.messages == []
        clock.advance(timedelta(seconds=61))
        await until_states(office, accepted=3)


async def test_a_break_after_the_content_is_repeated_once_under_the_same_message_id(
    office: PostOffice, smtp_server: SmtpServer, clock: FixedClock
) -> None:
    smtp_server.drop_after_data()
    await office.people(1)
    (one,) = await office.plan(1)
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, unknown=1)
        clock.advance(timedelta(seconds=31))
        await until_states(office, accepted=1)
    assert [received.message_id for received in smtp_server.messages] == [message_id(one, "gov.example")] * 2
    assert await office.outcomes(one) == ["unknown", "accepted"]


async def test_a_second_break_leaves_it_unknown_for_good(
    office: PostOffice, smtp_server: SmtpServer, clock: FixedClock
) -> None:
    smtp_server.drop_after_data(times=5)
    await office.people(1)
    (one,) = await office.plan(1)
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, unknown=1)
        clock.advance(timedelta(seconds=31))
        await smtp_server.wait_for(2)

        async def ended() -> bool:
            return (await office.row(one)).ended_at is not None

        await until(ended)
        clock.advance(timedelta(days=1))
        await asyncio.sleep(0.5)
    assert len(smtp_server.messages) == 2
    assert await office.states() == {"unknown": 1}


async def test_while_no_relay_answers_messages_wait_and_then_leave(office: PostOffice, smtp_server: SmtpServer) -> None:
    smtp_server.stop()
    await office.people(2)
    await office.plan(1, 2)
    async with delivering(office, smtp(smtp_server, office)):
        await asyncio.sleep(0.5)
        states = await office.states()
        assert states.get("planned", 0) + states.get("claimed", 0) == 2
        smtp_server.start()
        await until_states(office, accepted=2)
    assert len(smtp_server.messages) == 2


async def test_stopping_finishes_the_message_in_hand_and_gives_the_rest_back(office: PostOffice) -> None:
    await office.people(5)
    await office.plan(*range(1, 6))
    carrier = Pausing()
    async with delivering(office, carrier) as deliverer:
        await asyncio.wait_for(carrier.begun.wait(), 5)
        stopping = asyncio.create_task(deliverer.stop())
        await asyncio.sleep(0.05)
        carrier.go_on.set()
        await stopping
    assert await office.states() == {"accepted": 1, "planned": 4}


async def test_after_a_crash_one_message_a_connection_is_in_doubt_and_nothing_is_lost(
    office: PostOffice, smtp_server: SmtpServer
) -> None:
    await office.people(6)
    await office.plan(*range(1, 7))
    async with office.database.write() as tx:
        dead = await claims.claim(tx, "email", "dead process", 6, office.clock.now())
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, accepted=6)
    assert len(smtp_server.messages) == 6
    assert await office.outcomes(dead[0].delivery_id) == ["unknown", "accepted"]
    assert [await office.outcomes(due.delivery_id) for due in dead[1:]] == [["accepted"]] * 5


async def test_a_message_begins_only_while_its_lease_has_time_left(office: PostOffice) -> None:
    await office.people(3)
    await office.plan(1, 2, 3)
    carrier = Pausing()
    async with delivering(office, carrier, lease_seconds=1.2, send_seconds=1.0):
        await asyncio.wait_for(carrier.begun.wait(), 5)
        await asyncio.sleep(0.4)
        carrier.go_on.set()
        await until_states(office, accepted=3)
    assert len(carrier.sent) == 3


async def test_a_paused_channel_sends_nothing_until_it_is_resumed(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(1)
    await office.plan(1)
    async with office.database.write() as tx:
        await tx.execute(sa.insert(paused_channels).values(channel="all", paused_at=office.clock.now(), why="test"))
    async with delivering(office, smtp(smtp_server, office)):
        await asyncio.sleep(0.5)
        assert await office.states() == {"planned": 1}
        async with office.database.write() as tx:
            await tx.execute(sa.delete(paused_channels))
        await until_states(office, accepted=1)


async def test_channels_without_a_provider_go_to_the_viewer_as_a_phone_shows_them(office: PostOffice) -> None:
    await office.people(1, "sms", "wechat")
    await office.plan(1, channel="sms")
    await office.plan(1, channel="wechat", place=1)
    viewers = [MailboxCarrier(channel, office.database, office.vault, office.clock) for channel in ("sms", "wechat")]
    async with delivering(office, *viewers):
        await until_states(office, accepted=2)
    async with office.database.read() as tx:
        shown = {message["channel"]: message for message in await list_messages(tx, office.vault)}
    assert set(shown["sms"]) == {"channel", "to", "subject", "text", "html", "at", "delivery", "publication", "kind"}
    assert shown["sms"]["to"] == "+8613800000001"
    assert shown["sms"]["text"].startswith("【政策到家】适老化改造补贴最高3000元，4月30日前申请 https://push.example/s/")
    assert "居家适老化改造补贴" in shown["wechat"]["text"]
    assert (shown["wechat"]["publication"], shown["wechat"]["kind"]) == ("pub_a", "new")


async def test_a_missing_summary_is_tried_later_and_holds_nobody_else(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(2)
    (lost,) = await office.plan(1)
    await office.set(notices, notices.c.subscriber_no == 1, version_id="ver_gone")
    await office.plan(2)
    async with delivering(office, smtp(smtp_server, office)):
        await smtp_server.wait_for(1)

        async def tried() -> bool:
            return (await office.row(lost)).tries == 1

        await until(tried)
    assert (await office.row(lost)).code == "no_summary"


async def test_an_address_that_the_vault_does_not_open_holds_nobody_else(office: PostOffice, smtp_server: SmtpServer) -> None:
    await office.people(3)
    ids = await office.plan(1, 2, 3)
    await office.set(endpoints, endpoints.c.endpoint_id == endpoint_of(2), address=b"\x01broken")
    async with delivering(office, smtp(smtp_server, office)):
        await until_states(office, accepted=2, planned=1)
    assert (await office.row(ids[1])).code == "no_contact"


async def test_when_nothing_can_be_prepared_nothing_is_in_doubt(
    office: PostOffice, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.people(2)
    ids = await office.plan(1, 2)

    async def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    with monkeypatch.context() as bug:
        bug.setattr("pushsvc.streams.stories.Stories.of", broken)
        async with delivering(office, smtp(smtp_server, office)):
            await asyncio.sleep(0.5)
    assert await office.states() == {"planned": 2}
    assert [await office.outcomes(one) for one in ids] == [[], []]


async def test_a_database_that_is_away_does_not_hold_a_stop_and_the_message_in_hand_is_in_doubt(
    office: PostOffice, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.people(1)
    await office.plan(1)
    away = asyncio.Event()
    commit = OutcomeWriter._commit

    async def commit_unless_away(writer: OutcomeWriter, entries: Any) -> Any:
        if any(entry.result for entry in entries):
            away.set()
            raise NotDurable("the server is away")
        return await commit(writer, entries)

    monkeypatch.setattr(OutcomeWriter, "_commit", commit_unless_away)
    async with delivering(office, smtp(smtp_server, office), send_seconds=0.5) as deliverer:
        await asyncio.wait_for(away.wait(), 10)
        async with asyncio.timeout(6):
            await deliverer.stop()
    assert len(smtp_server.messages) == 1
    assert await office.states() == {"claimed": 1}
    async with office.database.write() as tx:
        assert await claims.void_all_leases(tx, office.clock.now()) == 1
    assert await office.states() == {"unknown": 1}
