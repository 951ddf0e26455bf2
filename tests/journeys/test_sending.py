"""What a relay answers, what an operator holds, and what a record that nobody can read leads to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from pushsvc.channels import pace
from pushsvc.ledger import holding
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.streams import dead_letters
from tests.journeys.house import Town, a_house
from tests.journeys.publications import a_subsidy, another_subsidy
from tests.services.smtp import SmtpServer

SMS = {"sms": "13800001111"}


async def test_a_message_reaches_a_real_relay_with_a_way_out(mail_town: Town, smtp_server: SmtpServer) -> None:
    await mail_town.a_citizen("mei")
    assert (await mail_town.tells(**a_subsidy()))["accepted"] == {"email": 1}
    (mail,) = smtp_server.messages
    assert mail.to == ("mei@mail.example",)
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "3000元" in mail.part("plain")


async def test_a_dead_mailbox_is_closed_and_the_message_takes_the_next_channel(
    mail_town: Town, smtp_server: SmtpServer
) -> None:
    town = mail_town
    smtp_server.refuse(550, "5.1.1 no such user", to="mei@mail.example")
    await town.a_citizen("mei", channels=["email", "sms"], address=SMS)
    funnel = await town.tells("/1", **another_subsidy(1))
    assert (funnel["state"], funnel["planned"], funnel["accepted"]) == ("done", 1, {"sms": 1})
    smtp_server.behave()
    await town.tells("/2", **another_subsidy(2))
    assert smtp_server.messages == []
    assert [mail.channel for mail in await town.mailbox()] == ["sms", "sms"]


async def test_a_dead_mailbox_without_another_channel_is_failed_and_then_suppressed(
    mail_town: Town, smtp_server: SmtpServer
) -> None:
    town = mail_town
    smtp_server.refuse(550, "5.1.1 no such user", to="mei@mail.example")
    await town.a_citizen("mei")
    first = await town.tells("/1", **another_subsidy(1))
    assert (first["state"], first["failed"]) == ("done", {"email": 1})
    assert (await town.tells("/2", **another_subsidy(2)))["suppressed"] == {"no_endpoint": 1}


async def test_a_soft_refusal_is_tried_again(mail_town: Town, smtp_server: SmtpServer) -> None:
    town = mail_town
    smtp_server.refuse(451, "4.3.0 try later", times=2)
    await town.a_citizen("mei")
    event = await town.publish(**a_subsidy())
    await town.settle()
    assert (await town.funnel(event))["state"] == "working"
    await town.advance(minutes=10)
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["accepted"]) == ("done", {"email": 1})
    assert len(smtp_server.messages) == 1


async def test_a_rate_limit_slows_down_and_never_suppresses(
    mail_town: Town, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = mail_town
    monkeypatch.setattr(pace, "FIRST_PAUSE_SECONDS", 0.05)
    smtp_server.refuse(550, "5.7.1 too many messages, rate limit exceeded", times=2)
    for name in ("mei", "wang", "li"):
        await town.a_citizen(name)
    event = await town.publish(**a_subsidy())
    await town.advance(minutes=10)
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["accepted"], funnel["suppressed"]) == ("done", {"email": 3}, {})
    assert len(smtp_server.messages) == 3


async def test_an_answer_that_never_came_is_unknown_and_repeated_under_the_same_message_id(
    mail_town: Town, smtp_server: SmtpServer
) -> None:
    town = mail_town
    smtp_server.drop_after_data()
    await town.a_citizen("mei")
    event = await town.publish(**a_subsidy())
    await town.settle()
    assert (await town.funnel(event))["unknown"] == {"email": 1}
    await town.advance(minutes=5)
    assert (await town.funnel(event))["accepted"] == {"email": 1}
    assert len({mail.message_id for mail in smtp_server.messages}) == 1


async def test_a_paused_channel_holds_everything_and_sends_it_after_the_resume(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.a_citizen("wang", channels=["sms"], address=SMS)
    await town.pauses("all")
    event = await town.publish(**a_subsidy())
    await town.settle()
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["held"]) == ("done", 2)
    assert (await town.trace("mei", event))["reasons"][0] == "held:paused"
    await town.resumes("sms")
    await town.settle()
    assert [mail.channel for mail in await town.mailbox()] == ["sms"]
    await town.resumes("email")
    await town.settle()
    assert (await town.funnel(event))["accepted"] == {"email": 1, "sms": 1}


async def test_an_event_for_too_many_waits_until_an_operator_releases_it(database_url: str, tmp_path: Path) -> None:
    async with a_house(database_url, tmp_path, max_people=2) as town:
        await town.a_site()
        for name in ("mei", "wang", "li"):
            await town.a_citizen(name)
        with capture_logs() as said:
            event = await town.publish(**a_subsidy())
            await town.advance(hours=48)
        funnel = await town.funnel(event)
        assert (funnel["state"], funnel["held"]) == ("done", 3)
        assert [(line["kind"], event in line["why"]) for line in said if line["event"] == "alert"] == [("release", True)]
        for _ in range(2):  # releasing twice tells once
            async with town.house.database.write() as tx:
                await town.house.publisher.publish(tx, await holding.release(tx, event, town.clock))
            town.house.publisher.ring()
            await town.settle()
        assert (await town.funnel(event))["accepted"] == {"email": 3}
        assert len(await town.mailbox()) == 3


async def test_a_change_while_it_waits_for_the_release_waits_too(database_url: str, tmp_path: Path) -> None:
    async with a_house(database_url, tmp_path, max_people=2) as town:
        await town.a_site()
        for name in ("mei", "wang", "li"):
            await town.a_citizen(name)
        first = await town.publish(**a_subsidy())
        await town.settle()
        second = await town.publish(event="updated", **a_subsidy(until="2026年4月10日"))
        await town.settle()
        assert ((await town.funnel(first))["cancelled"], (await town.funnel(second))["held"]) == (3, 3)
        async with town.house.database.write() as tx:
            await town.house.publisher.publish(tx, await holding.release(tx, second, town.clock))
        town.house.publisher.ring()
        await town.settle()
        assert all("4月10日" in mail.text for mail in await town.mailbox())
        assert len(await town.mailbox()) == 3


async def test_a_withdrawal_while_it_waits_for_the_release_leaves_nothing_to_release(database_url: str, tmp_path: Path) -> None:
    async with a_house(database_url, tmp_path, max_people=1) as town:
        await town.a_site()
        for name in ("mei", "wang"):
            await town.a_citizen(name)
        event = await town.publish(**a_subsidy())
        await town.settle()
        await town.withdraw()
        await town.settle()
        async with town.house.database.write() as tx:
            await town.house.publisher.publish(tx, await holding.release(tx, event, town.clock))
        town.house.publisher.ring()
        await town.settle()
        assert await town.mailbox() == []
        assert (await town.funnel(event))["cancelled"] == 2


async def test_a_test_event_tells_nobody_and_says_whom_it_would_have_told(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    funnel = await town.tells(test=True, **a_subsidy())
    assert (funnel["outcome"], funnel["state"], funnel["matched"], funnel["planned"]) == ("test", "done", 1, 0)
    assert await town.mailbox() == []
    assert (await town.tells(**a_subsidy()))["accepted"] == {"email": 1}


async def test_a_test_of_a_change_corrects_nobody(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    funnel = await town.tells(event="updated", test=True, **a_subsidy(until="2026年4月10日"))
    assert (funnel["outcome"], funnel["changed"], funnel["planned"]) == ("test", 0, 0)
    assert len(await town.mailbox()) == 1


async def test_a_record_that_cannot_be_used_is_listed_alarms_and_can_be_replayed(
    mail_town: Town, smtp_server: SmtpServer
) -> None:
    town = mail_town
    town.may_die = True
    await town.a_citizen("mei")
    early = await town.withdraw()  # of what was never published
    await town.settle()
    assert (await town.funnel(early))["state"] == "dead"
    async with town.house.database.read() as tx:
        (letter,) = await dead_letters.list_dead(tx)
    assert (letter.stage, letter.event_id) == ("normalise", early)
    assert "nothing was published" in letter.reason
    (alarm,) = await smtp_server.wait_until(lambda messages: any("ops@example.cn" in one.to for one in messages))
    assert "dlq list" in alarm.part("plain")
    await town.tells(**a_subsidy())  # the record before it did not stop the stage
    async with town.house.database.write() as tx:
        await dead_letters.replay(tx, town.house.publisher, [letter.dead_letter_id], town.clock)
    town.house.publisher.ring()
    await town.settle()
    funnel = await town.funnel(early)
    assert (funnel["outcome"], funnel["state"], funnel["accepted"]) == ("withdrawn", "done", {"email": 1})


async def test_what_a_dead_connection_had_in_hand_is_sent_and_its_first_message_is_in_doubt(
    mail_town: Town, smtp_server: SmtpServer
) -> None:
    town = mail_town
    for name in ("mei", "wang", "li"):
        await town.a_citizen(name)
    await town.pauses("email")
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.service.stop()
    async with town.house.database.write() as tx:  # as a kill -9 leaves it: three claimed, none with an outcome
        order = sa.func.row_number().over(order_by=deliveries.c.delivery_id)
        places = sa.select(deliveries.c.delivery_id, order.label("place")).subquery()
        lease = {"leased_until": town.clock.now(), "claim_order": places.c.place, "claim": "dead-1", "state": "claimed"}
        await tx.execute(sa.update(deliveries).where(deliveries.c.delivery_id == places.c.delivery_id).values(lease))
    town.clock.advance(timedelta(seconds=1))  # where others may send too, a lease must have run out
    await town.start_again()
    await town.settle()
    funnel = await town.funnel(event)
    assert (funnel["unknown"], funnel["held"]) == ({"email": 1}, 2)
    await town.resumes("email")
    await town.settle()
    assert (await town.funnel(event))["accepted"] == {"email": 3}
    told = [mail.message_id for mail in smtp_server.messages if "ops@example.cn" not in mail.to]  # who hears of the pause too
    assert len(told) == len(set(told)) == 3


async def test_an_english_reader_of_a_chinese_document_gets_an_english_frame(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei", language="en")
    await town.tells(**a_subsidy())
    (mail,) = await town.mailbox()
    assert "There is no translation" in mail.text
    assert 'lang="en"' in mail.html
    assert "31 March 2026" in mail.text
    assert "one step, at once" in mail.text


async def test_an_english_reader_of_a_withdrawal_sees_which_document_it_was(town: Town) -> None:
    await town.a_citizen("mei", language="en")
    await town.tells(**a_subsidy())
    await town.withdraw()
    await town.settle()
    _, withdrawal = await town.mailbox()
    assert a_subsidy()["title"] in withdrawal.text
    assert a_subsidy()["title"] in withdrawal.html
