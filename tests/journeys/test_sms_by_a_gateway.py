"""SMS by the plain HTTP gateway: sent, delivered, answered, refused, in doubt, too dear. A real HTTP server takes them."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.bootstrap.site_pausing import pause_site, resume_site
from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.demo.fakes.gateway import FakeGateway
from pushsvc.domain.receipts import Heard, Said
from pushsvc.domain.signatures import sign
from pushsvc.ledger.budgets import set_budget
from pushsvc.ledger.fallback import fall_back
from pushsvc.operations import providers
from pushsvc.profiles.importing import SEALED_AS
from pushsvc.profiles.recipients import recipients
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.operations import service_messages
from pushsvc.storage.tables.profiles import endpoints
from pushsvc.storage.tables.providers import charges, spending
from tests.journeys.house import SITE, Town, a_house
from tests.journeys.publications import a_subsidy, another_subsidy

SECRET = base64.b64encode(b"a secret of the gateway").decode()
OTHER = base64.b64encode(b"somebody else's secret!").decode()
PHONE = "+8613800000000"


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    made = FakeGateway(SECRET)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def town(gateway: FakeGateway, database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_house(database_url, tmp_path, sms_url=f"{gateway.url}?price=0.05&sign=民政提醒") as made:
        await made.a_site()
        yield made


async def says(town: Town, told: dict[str, Any], *, secret: str = SECRET, provider: str = "http") -> int:
    """The gateway calls back. Gives the status."""
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = sign(base64.b64decode(secret), f"hook-{len(body)}-{told.get('state')}", town.clock.now(), body)
    status, _ = await town.request("POST", f"/api/v1/receipts/{provider}", body, headers)
    await town.settle()
    return status


async def posted(town: Town) -> None:
    """The service's own messages have left: its worker and we may have had them in hand."""
    waiting = sa.select(sa.func.count()).where(service_messages.c.state == "waiting")
    async with asyncio.timeout(10):
        while await one(town, waiting):
            await town.service.post.once()
            await asyncio.sleep(0.01)


async def own_id(gateway: FakeGateway) -> str:
    (message,) = gateway.sent.values()
    return str(message["own"])


async def test_an_sms_is_sent_in_one_piece_and_its_receipt_shows_in_the_funnel(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    (message,) = gateway.sent.values()
    assert message["to"] == PHONE
    assert message["text"].startswith("【民政提醒】")
    assert message["text"].count("【") == 1
    assert "http://push.example/s/" in message["text"]
    assert (await town.funnel(event))["accepted"] == {"sms": 1}
    assert await says(town, {"id": message["own"], "state": "delivered", "code": "000"}) == 200
    funnel = await town.funnel(event)
    assert (funnel["delivered"], funnel["accepted"]) == ({"sms": 1}, {})


async def test_a_late_sent_after_delivered_and_a_repeat_change_nothing(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    own = await own_id(gateway)
    for state in ("delivered", "sent", "undelivered", "delivered"):
        assert await says(town, {"id": own, "state": state, "code": "x"}) == 200
    assert (await town.funnel(event))["delivered"] == {"sms": 1}
    assert await town.mailbox("mei") == []


async def test_an_undelivered_sms_falls_back_to_email_once(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    own = await own_id(gateway)
    for _ in range(2):
        assert await says(town, {"id": own, "state": "undelivered", "code": "UNDELIV"}) == 200
    assert len(await town.mailbox("mei")) == 1
    assert (await town.funnel(event))["accepted"] == {"email": 1}


async def test_an_sms_that_arrives_after_it_was_said_not_to_is_not_told_by_email_too(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.pauses("email")
    for state in ("undelivered", "delivered"):
        assert await says(town, {"id": await own_id(gateway), "state": state, "code": ""}) == 200
    await town.resumes("email")
    await town.settle()
    assert await town.mailbox("mei") == []
    assert (await town.funnel(event))["delivered"] == {"sms": 1}


async def test_a_number_that_the_gateway_refuses_is_told_by_email(town: Town, gateway: FakeGateway) -> None:
    gateway.faults.append("refuse")
    await town.a_citizen("mei", channels=["sms", "email"])
    await town.tells(**a_subsidy())
    assert (len(gateway.sent), len(await town.mailbox("mei"))) == (0, 1)


@pytest.mark.parametrize("fault", ["reset", "reset_after", "rubbish", "throttle", "later"])
async def test_whatever_goes_wrong_the_gateway_has_the_message_once(town: Town, gateway: FakeGateway, fault: Any) -> None:
    gateway.faults.append(fault)
    await town.a_citizen("mei", channels=["sms", "email"])
    event = await town.publish(**a_subsidy())
    await town.advance(minutes=30)
    assert len(gateway.sent) == 1
    assert (await town.funnel(event))["accepted"] == {"sms": 1}
    assert await town.mailbox("mei") == []


@pytest.mark.parametrize("words", ["R", "td", "ＴＤ", "退订", "我要退订！", "TD。"])
async def test_who_answers_with_a_stop_word_hears_no_more_on_that_number_at_once(
    town: Town, gateway: FakeGateway, words: str
) -> None:
    await town.a_citizen("mei", channels=["sms", "email"])
    await town.tells(**a_subsidy())
    assert await says(town, {"id": "in-1", "from": "13800000000", "text": words}) == 200
    await town.tells("/2", **another_subsidy(2))
    assert len(gateway.sent) == 1
    assert len(await town.mailbox("mei")) == 1


async def test_anything_else_is_answered_with_help_once_a_day(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms"])
    await town.tells(**a_subsidy())
    for number, words in enumerate(["在哪里办？", "怎么退订", "喂"]):
        assert await says(town, {"id": f"in-{number}", "from": PHONE, "text": words}) == 200
        await posted(town)
    assert [message["text"].count("回复TD") for message in gateway.sent.values()] == [0, 1]
    await town.advance(hours=25)
    assert await says(town, {"id": "in-9", "from": PHONE, "text": "喂"}) == 200
    await posted(town)
    assert len(gateway.sent) == 3


async def test_a_stranger_s_answer_costs_nothing_and_breaks_nothing(town: Town, gateway: FakeGateway) -> None:
    for number, sender in enumerate(("13912345678", "10086", "no number", "")):
        assert await says(town, {"id": f"in-{number}", "from": sender, "text": "退订"}) == 200
    await posted(town)
    assert gateway.sent == {}


async def test_a_forged_or_strange_callback_is_refused_with_the_reason(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    told = {"id": await own_id(gateway), "state": "delivered", "code": ""}
    assert await says(town, told, secret=OTHER) == 401
    assert await says(town, told, provider="nobody") == 404
    assert await says(town, {"id": "", "state": "delivered"}) == 400
    assert await says(town, {"id": "x", "state": "exploded"}) == 400
    body = b"x" * (1024 * 1024 + 1)
    assert (await town.request("POST", "/api/v1/receipts/http", body))[0] == 413
    assert (await town.funnel(event))["accepted"] == {"sms": 1}


async def test_an_unsigned_or_endless_callback_is_told_the_rule_of_callbacks_not_of_sites(town: Town) -> None:
    status, answer = await town.request("POST", "/api/v1/receipts/http", b"{}")
    assert (status, "the secret that SMS_URL has for http" in answer, "site's key" in answer) == (401, True, False)
    status, answer = await town.request("POST", "/api/v1/receipts/http", b"x" * (1024 * 1024 + 1))
    assert (status, "a callback has 1 MiB at most" in answer, "5 MiB" in answer) == (413, True, False)


async def test_a_replayed_callback_is_too_old(town: Town, gateway: FakeGateway) -> None:
    body = json.dumps({"id": "gw-1", "state": "undelivered"}).encode()
    old = sign(base64.b64decode(SECRET), "hook", town.clock.now() - timedelta(minutes=6), body)
    status, answer = await town.request("POST", "/api/v1/receipts/http", body, old)
    assert (status, "5 minutes" in answer) == (401, True)


async def test_a_receipt_of_an_unknown_message_is_kept_and_matched_later(town: Town, gateway: FakeGateway) -> None:
    assert await says(town, {"id": "gw-1", "state": "delivered", "code": "000"}) == 200
    await town.a_citizen("mei", channels=["sms"])
    event = await town.publish(**a_subsidy())
    await town.advance(seconds=10)
    assert (await town.funnel(event))["delivered"] == {"sms": 1}


async def test_what_is_spent_is_counted_and_a_full_budget_holds_the_rest_until_it_is_raised(
    town: Town, gateway: FakeGateway
) -> None:
    async with town.house.database.write() as tx:
        await set_budget(tx, "sms", "all", 200_000, None, "chen", town.clock.now())
    for name in ("ai", "bo", "chun", "ding", "er"):
        await town.a_citizen(name, channels=["sms"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    per_message = await one(town, sa.select(sa.func.max(charges.c.estimated)))
    fit = 200_000 // per_message
    assert len(gateway.sent) == fit < 5
    funnel = await town.funnel(event)
    assert (funnel["held"], funnel["accepted"]) == (5 - fit, {"sms": fit})
    assert await one(town, sa.select(spending.c.spent).where(spending.c.tenant == "all")) == fit * per_message
    async with town.house.database.write() as tx:
        assert await set_budget(tx, "sms", "all", None, None, "chen", town.clock.now()) == 5 - fit
    await town.settle()
    assert len(gateway.sent) == 5


async def help_is_asked_for(town: Town, *, said: str) -> None:
    assert await says(town, {"id": said, "from": PHONE, "text": "你们是谁"}) == 200
    await posted(town)


async def test_what_the_service_itself_says_is_never_held_by_a_full_budget_and_counts_as_the_whole_house_s(
    town: Town, gateway: FakeGateway
) -> None:
    async with town.house.database.write() as tx:
        await set_budget(tx, "sms", "all", 0, 0, "chen", town.clock.now())
    await town.a_citizen("mei", channels=["sms"])
    await help_is_asked_for(town, said="in-1")
    (helped,) = gateway.sent.values()
    cost = 50_000 * sms_length(helped["text"]).segments
    async with town.house.database.read() as tx:
        spent = [tuple(row) for row in await tx.execute(sa.select(spending.c.tenant, spending.c.spent))]
        (charged,) = (await tx.execute(sa.select(charges))).all()
    assert spent == [("all", cost)]
    assert (charged.delivery_id, charged.provider, charged.estimated) == (helped["id"], "http", cost)


async def test_what_the_service_itself_says_and_nobody_takes_costs_nothing_until_it_is_taken(
    town: Town, gateway: FakeGateway
) -> None:
    await town.a_citizen("mei", channels=["sms"])
    gateway.faults.append("later")
    assert await says(town, {"id": "in-1", "from": PHONE, "text": "你们是谁"}) == 200
    await town.service.post.once()
    async with asyncio.timeout(10):
        while gateway.requests == 0 or await one(town, sa.select(service_messages.c.code)) is None:
            await asyncio.sleep(0.01)
    assert (gateway.sent, await one(town, sa.select(sa.func.sum(spending.c.spent)))) == ({}, 0)
    town.clock.advance(timedelta(minutes=1))
    await posted(town)
    assert (len(gateway.sent), await one(town, sa.select(spending.c.spent)) > 0) == (1, True)


async def test_a_receipt_bills_what_the_service_itself_said_only_where_its_own_provider_says_so(
    town: Town, gateway: FakeGateway
) -> None:
    await town.a_citizen("mei", channels=["sms"])
    await help_is_asked_for(town, said="in-1")
    (helped,) = gateway.sent.values()
    for provider, segments in (("aliyun", 9), ("http", 5)):
        said = Said("delivered", f"p-{segments}", delivery_id=helped["id"], segments=segments)
        await town.service.callbacks.take("sms", provider, Heard(said=(said,)))
        await town.settle()
    assert await one(town, sa.select(spending.c.spent)) == 5 * 50_000


async def test_a_full_budget_opens_again_on_the_next_day_when_its_reader_is_awake(town: Town, gateway: FakeGateway) -> None:
    async with town.house.database.write() as tx:
        await set_budget(tx, "sms", "all", 60_000, None, "chen", town.clock.now())
    for name in ("ai", "bo"):
        await town.a_citizen(name, channels=["sms"])
    await town.publish(**a_subsidy())
    await town.settle()
    assert len(gateway.sent) == 1
    await town.advance("2026-03-03 07:59")
    assert len(gateway.sent) == 1
    await town.advance("2026-03-03 08:00")
    assert len(gateway.sent) == 2


async def test_a_budget_of_a_site_stops_that_site_alone(town: Town, gateway: FakeGateway) -> None:
    other = "5101050001"
    await town.a_site(other)
    async with town.house.database.write() as tx:
        await set_budget(tx, "sms", SITE, 0, None, "chen", town.clock.now())
    await town.a_citizen("mei", in_="510104", channels=["sms"])
    await town.a_citizen("bo", in_="510105", channels=["sms"])
    assert (await town.tells("/1", **a_subsidy()))["held"] == 1
    assert (await town.tells("/2", site=other, **another_subsidy(3)))["accepted"] == {"sms": 1}


async def test_a_second_try_at_night_waits_for_the_morning(town: Town, gateway: FakeGateway) -> None:
    await town.advance("2026-03-02 20:59:50")
    gateway.faults.append("later")
    await town.a_citizen("mei", channels=["sms"])
    await town.publish(**a_subsidy())
    await town.advance("2026-03-03 07:59")
    assert (len(gateway.sent), gateway.requests) == (0, 1)
    await town.advance("2026-03-03 08:01")
    assert len(gateway.sent) == 1


async def test_a_message_that_the_gateway_refused_costs_nothing(town: Town, gateway: FakeGateway) -> None:
    gateway.faults.append("refuse")
    await town.a_citizen("mei", channels=["sms"])
    await town.tells(**a_subsidy())
    await town.advance(minutes=2)
    assert await one(town, sa.select(spending.c.spent).where(spending.c.tenant == "all")) == 0


async def test_two_gateways_share_and_one_that_is_down_or_deaf_loses_nothing(
    gateway: FakeGateway, database_url: str, tmp_path: Path
) -> None:
    second = FakeGateway(OTHER)
    await second.start()
    try:
        async with a_house(database_url, tmp_path, sms_url=f"{gateway.url},{second.url}") as town:
            await town.a_site()
            people = [f"p{number}" for number in range(40)]
            for name in people:
                await town.a_citizen(name, channels=["sms"])
            await town.tells("/1", **a_subsidy())
            assert min(len(gateway.sent), len(second.sent)) >= 8
            gateway.faults.extend(["deaf"] * 100)
            await town.tells("/2", **another_subsidy(1))
            assert len(gateway.sent) + len(second.sent) == 80
            async with town.house.database.read() as tx:
                paused = (await providers.known(tx))["http"]
            assert (paused.paused_by, "401" in (paused.why or "") or "unauthorized" in (paused.why or "")) == ("breaker", True)
            gateway.faults.clear()
            await gateway.stop()
            await town.tells("/3", **another_subsidy(3))
            assert len(gateway.sent) + len(second.sent) == 120
    finally:
        await second.stop()


async def test_a_message_that_the_dearer_gateway_carried_costs_its_price(
    gateway: FakeGateway, database_url: str, tmp_path: Path
) -> None:
    second = FakeGateway(OTHER)
    await second.start()
    try:
        urls = f"{gateway.url}?price=0.01,{second.url}?price=0.5"
        async with a_house(database_url, tmp_path, sms_url=urls) as town:
            await town.a_site()
            for number in range(6):
                await town.a_citizen(f"p{number}", channels=["sms"])
            gateway.faults.extend(["deaf"] * 100)
            await town.tells(**a_subsidy())
            assert len(second.sent) == 6
            dear = sum(500_000 * sms_length(message["text"]).segments for message in second.sent.values())
            async with asyncio.timeout(10):  # each connection notes it after its claim
                while await one(town, sa.select(spending.c.spent).where(spending.c.tenant == "all")) != dear:
                    await asyncio.sleep(0.02)
    finally:
        await second.stop()


async def test_a_phone_number_that_is_none_is_never_sent_to(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms", "email"])
    broken = town.house.vault.seal("tel:110", SEALED_AS)
    async with town.house.database.write() as tx:
        await tx.execute(sa.update(endpoints).where(endpoints.c.channel == "sms").values(address=broken))
    await town.tells(**a_subsidy())
    assert gateway.sent == {}


async def test_quiet_hours_hold_an_sms_until_eight(town: Town, gateway: FakeGateway) -> None:
    await town.advance("2026-03-02 21:30")
    await town.a_citizen("mei", channels=["sms"])
    await town.publish(**a_subsidy())
    await town.settle()
    assert gateway.sent == {}
    await town.advance("2026-03-03 08:00")
    assert len(gateway.sent) == 1


async def one(town: Town, query: Any) -> Any:
    async with town.house.database.read() as tx:
        return (await tx.execute(query)).scalar()


async def an_urgent_sms(town: Town, gateway: FakeGateway) -> str:
    """Told to mei by SMS, while the gateway is known to give receipts. Gives the event."""
    assert await says(town, {"id": "of-another", "state": "delivered", "code": ""}) == 200
    await town.a_citizen("mei", channels=["sms", "email"])
    event = await town.publish(urgency="urgent", **a_subsidy())
    await town.settle()
    assert len(gateway.sent) == 1
    return event


async def test_an_urgent_sms_that_stays_silent_is_told_by_email_too_and_says_that_it_may_be_a_repeat(
    town: Town, gateway: FakeGateway
) -> None:
    event = await an_urgent_sms(town, gateway)
    await town.advance(minutes=9)
    assert await town.mailbox("mei") == []
    await town.advance(minutes=3)
    (mail,) = await town.mailbox("mei")
    async with town.house.database.read() as tx:
        way = await town.house.trace(tx, mail.delivery)
    assert way is not None
    assert any(step.get("possible_repeat") for step in way["steps"])
    await town.advance(hours=2)
    assert len(await town.mailbox("mei")) == 1
    assert (await town.funnel(event))["accepted"] == {"email": 1}


async def test_a_silent_sms_that_is_not_urgent_stays_as_it_is(town: Town, gateway: FakeGateway) -> None:
    assert await says(town, {"id": "of-another", "state": "delivered", "code": ""}) == 200
    await town.a_citizen("mei", channels=["sms", "email"])
    await town.tells(**a_subsidy())
    await town.advance(hours=2)
    assert await town.mailbox("mei") == []


async def test_sent_is_no_sign_that_an_urgent_sms_arrived(town: Town, gateway: FakeGateway) -> None:
    await an_urgent_sms(town, gateway)
    assert await says(town, {"id": await own_id(gateway), "state": "sent", "code": ""}) == 200
    await town.advance(minutes=12)
    assert len(await town.mailbox("mei")) == 1


async def test_of_a_gateway_that_never_says_more_than_sent_silence_says_nothing(town: Town, gateway: FakeGateway) -> None:
    assert await says(town, {"id": "of-another", "state": "sent", "code": ""}) == 200
    await town.a_citizen("mei", channels=["sms", "email"])
    await town.tells(urgency="urgent", **a_subsidy())
    await town.advance(hours=2)
    assert await town.mailbox("mei") == []


async def test_where_no_receipts_come_at_all_silence_says_nothing(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms", "email"])
    await town.tells(urgency="urgent", **a_subsidy())
    await town.advance(hours=2)
    assert await town.mailbox("mei") == []


async def test_an_sms_that_arrives_after_all_is_not_said_again(town: Town, gateway: FakeGateway) -> None:
    event = await an_urgent_sms(town, gateway)
    await town.pauses("email")
    await town.advance(minutes=12)
    assert (await town.funnel(event))["held"] == 1
    assert await says(town, {"id": await own_id(gateway), "state": "delivered", "code": ""}) == 200
    await town.resumes("email")
    await town.settle()
    assert await town.mailbox("mei") == []
    assert (await town.funnel(event))["delivered"] == {"sms": 1}


async def test_a_repeat_that_fails_leaves_the_notice_where_it_was_accepted(town: Town, gateway: FakeGateway) -> None:
    assert await says(town, {"id": "of-another", "state": "delivered", "code": ""}) == 200
    second = "13800009999"
    await town.a_citizen("mei", channels=["sms"])
    await town.imports([{
        "id": "mei", "kind": "citizen", "language": "zh", "places": ["510104"], "interests": [{"any_of": ["补贴"]}],
        "endpoints": [
            {"channel": "sms", "address": number, "consent": {"at": town.clock.now().isoformat(), "source": "form"}}
            for number in ("13800000000", second)
        ],
    }])  # fmt: skip
    event = await town.publish(urgency="urgent", **a_subsidy())
    await town.settle()
    gateway.faults.append("refuse")
    await town.advance(minutes=12)
    assert gateway.requests == 2
    assert (await town.funnel(event))["accepted"] == {"sms": 1}


async def test_what_fell_back_and_is_kept_by_a_paused_site_goes_on_where_it_stood(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["sms", "email"])
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.pauses("email")
    assert await says(town, {"id": await own_id(gateway), "state": "undelivered", "code": "UNDELIV"}) == 200
    assert (await pause_site(town.house, SITE, why="被人改了网页", who="lina")).people == 1
    await town.resumes("email")
    await town.advance(hours=1)
    assert await town.mailbox("mei") == []
    assert (await town.funnel(event))["held"] == 1
    await resume_site(town.house, SITE, who="lina")
    await town.settle()
    assert (len(gateway.sent), len(await town.mailbox("mei"))) == (1, 1)
    assert (await town.funnel(event))["accepted"] == {"email": 1}


async def test_a_fallback_to_sms_that_a_site_keeps_leaves_after_quiet_hours(town: Town, gateway: FakeGateway) -> None:
    await town.a_citizen("mei", channels=["email", "sms"])
    await town.pauses("sms")
    event = await town.publish(**a_subsidy())
    await town.settle()
    (mail,) = await town.mailbox("mei")
    async with town.house.database.write() as tx:
        failed = sa.update(deliveries).where(deliveries.c.delivery_id == mail.delivery)
        await tx.execute(failed.values(state="failed", why="bounced"))
        who = await recipients(tx, [1], language="zh", timezone="Asia/Shanghai")
        assert await fall_back(tx, mail.delivery, who[1], town.clock.now())
    await pause_site(town.house, SITE, why="被人改了网页", who="lina")
    await town.resumes("sms")
    await town.advance("2026-03-02 22:00")
    await resume_site(town.house, SITE, who="lina")
    await town.settle()
    assert (len(gateway.sent), (await town.funnel(event))["held"]) == (0, 1)
    await town.advance("2026-03-03 08:01")
    assert (len(gateway.sent), len(await town.mailbox("mei"))) == (1, 1)
