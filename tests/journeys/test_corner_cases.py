"""What happens when two things happen at once: the corners where a message could be lost, doubled or wrong."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.errors import InvalidRecord
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.streams import dead_letters
from tests.journeys.house import BASE_URL, Town, shanghai
from tests.journeys.publications import a_subsidy, another_subsidy
from tests.services.smtp import SmtpServer

SMS = {"sms": "13800001111"}
OLD, NEW = "2026年3月31日", "2026年4月10日"


async def kinds(town: Town, name: str = "mei") -> list[str]:
    return [mail.kind for mail in await town.mailbox(name)]


async def test_what_was_too_late_is_told_as_new_when_the_deadline_is_extended(town: Town) -> None:
    town.clock.set(shanghai("2026-03-02 21:30"))
    await town.a_citizen("mei", channels=["sms"], address=SMS)
    first = await town.tells(**a_subsidy(until="2026年3月2日"))
    assert first["suppressed"] == {"too_late": 1}
    second = await town.publish(event="updated", **a_subsidy(until=OLD))
    await town.advance(to="2026-03-03 08:00")
    assert (await town.funnel(second))["accepted"] == {"sms": 1}
    assert await kinds(town, "+8613800001111") == ["new"]


async def test_a_withdrawal_taken_back_at_night_disturbs_nobody_in_the_morning(town: Town) -> None:
    await town.a_citizen("mei", channels=["sms"], address=SMS)
    await town.tells(**a_subsidy())
    await town.advance(to="2026-03-02 22:00")
    withdrawal = await town.withdraw()
    await town.settle()
    assert (await town.funnel(withdrawal))["held"] == 1
    await town.publish(**a_subsidy())
    await town.advance(to="2026-03-03 12:00")
    assert await kinds(town, "+8613800001111") == ["new"]
    assert (await town.funnel(withdrawal))["cancelled"] == 1


async def test_a_message_in_doubt_is_not_repeated_once_it_was_withdrawn(mail_town: Town, smtp_server: SmtpServer) -> None:
    town = mail_town
    smtp_server.drop_after_data()
    await town.a_citizen("mei")
    event = await town.publish(**a_subsidy())
    await town.settle()
    assert (await town.funnel(event))["unknown"] == {"email": 1}
    await town.withdraw()
    await town.advance(hours=2)
    assert len(smtp_server.messages) == 2
    assert len({mail.message_id for mail in smtp_server.messages}) == 2


async def test_a_relay_that_refuses_softly_for_a_day_leads_to_the_next_channel(
    mail_town: Town, smtp_server: SmtpServer
) -> None:
    town = mail_town
    smtp_server.refuse(451, "4.3.0 try later")
    await town.a_citizen("mei", channels=["email", "sms"], address=SMS, quiet_hours=[])
    event = await town.publish(**a_subsidy())
    await town.advance(hours=60)
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["planned"], funnel["accepted"]) == ("done", 1, {"sms": 1})


async def test_a_mailbox_that_was_dead_is_written_to_again_after_a_newer_consent(
    mail_town: Town, smtp_server: SmtpServer
) -> None:
    town = mail_town
    smtp_server.refuse(550, "5.1.1 no such user")
    await town.a_citizen("mei")
    await town.tells("/1", **another_subsidy(1))
    smtp_server.behave()
    await town.advance(hours=1)
    await town.a_citizen("mei")
    assert (await town.tells("/2", **another_subsidy(2)))["accepted"] == {"email": 1}


async def test_who_has_a_new_address_gets_what_was_planned_at_the_new_one(town: Town) -> None:
    await town.a_citizen("mei")
    await town.pauses("email")
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.advance(minutes=1)
    await town.a_citizen("mei", address={"email": "new@mail.example"})
    await town.resumes("email")
    await town.settle()
    assert (await town.funnel(event))["accepted"] == {"email": 1}
    assert [mail.to for mail in await town.mailbox()] == ["new@mail.example"]


async def test_who_stops_only_this_subject_gets_nothing_more_of_it_that_waits(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily", interests=[{"any_of": ["补贴"]}, {"any_of": ["停水"]}])
    await town.publish("/1", **another_subsidy(1))
    await town.advance(to="2026-03-03 09:00")
    subsidy = await town.publish("/2", **another_subsidy(2))
    water = await town.publish(
        "/3", title="锦江区停水通知", text="锦江区三圣街道明日9时至18时停水，请居民提前储水。" * 2, language="zh"
    )
    await town.settle()
    page = re.search(rf"{BASE_URL}/u/\S+", (await town.mailbox("mei"))[-1].text)
    assert page
    assert await town.post(page[0], "choice=subject") == 200
    await town.advance(to="2026-03-04 09:00")
    assert (await town.funnel(subsidy))["suppressed"] == {"not_wanted": 1}
    assert (await town.funnel(water))["accepted"] == {"email": 1}
    assert "停水" in (await town.mailbox("mei"))[-1].text
    assert another_subsidy(2)["title"] not in (await town.mailbox("mei"))[-1].text


async def test_an_undo_brings_back_what_waited(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish("/1", **another_subsidy(1))
    await town.advance(to="2026-03-03 09:00")
    event = await town.publish("/2", **another_subsidy(2))
    await town.settle()
    page = re.search(rf"{BASE_URL}/u/\S+", (await town.mailbox("mei"))[-1].text)
    assert page
    stop = await town.stop_token(page[0])
    assert (await town.funnel(event))["suppressed"] == {"no_consent": 1}
    assert await town.post(page[0], f"choice=undo&stop={stop}") == 200
    await town.advance(to="2026-03-04 09:00")
    assert (await town.funnel(event))["accepted"] == {"email": 1}


async def test_a_test_of_a_withdrawal_withdraws_nothing(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    funnel = await town.tells(event="withdrawn", test=True)
    assert (funnel["outcome"], funnel["planned"], funnel["state"]) == ("test", 0, "no_audience")
    assert (await town.tells(event="updated", **a_subsidy(until=NEW)))["changed"] == 1


async def test_a_version_that_nobody_could_read_holds_the_one_before_for_five_minutes_only(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.may_die = True
    await town.a_citizen("mei")
    await town.pauses("email")
    first = await town.publish(**a_subsidy())
    await town.settle()
    with monkeypatch.context() as broken:
        broken.setattr("pushsvc.streams.summarise.changed", _refuse)
        second = await town.publish(event="updated", **a_subsidy(until=NEW))
        await town.settle()
    assert (await town.funnel(second))["state"] == "dead"
    town.clock.advance(timedelta(minutes=6))
    await town.resumes("email")
    await town.settle()
    assert (await town.funnel(first))["accepted"] == {"email": 1}
    await _replay(town)
    assert (await town.funnel(second))["accepted"] == {"email": 1}
    assert await kinds(town) == ["new", "correction"]


async def test_a_dead_revision_that_is_replayed_after_a_newer_one_says_nothing_old(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.may_die = True
    await town.a_citizen("mei")
    await town.tells(**a_subsidy(until=OLD))
    with monkeypatch.context() as broken:
        broken.setattr("pushsvc.streams.summarise.changed", _refuse)
        dead = await town.publish(event="updated", **a_subsidy(until=NEW))
        await town.settle()
    await town.tells(event="updated", **a_subsidy(until="2026年4月20日"))
    await _replay(town)
    assert (await town.funnel(dead))["state"] in ("done", "no_audience")
    first, second = await town.mailbox("mei")
    assert (first.kind, second.kind, "4月20日" in second.text) == ("new", "correction", True)


async def test_a_correction_reaches_thousands_page_by_page(town: Town) -> None:
    many = 2_050
    consent = {"at": town.clock.now().isoformat(), "source": "hall-form"}
    await town.imports(
        [
            {
                "id": f"c-{number}", "kind": "citizen", "places": ["510104"], "interests": [{"any_of": ["补贴"]}],
                "endpoints": [{"channel": "email", "address": f"c{number}@mail.example", "consent": consent}],
            }
            for number in range(many)
        ]
    )  # fmt: skip
    await town.pauses("email")
    first = await town.publish(**a_subsidy(until=OLD))
    await town.settle()
    assert (await town.funnel(first))["held"] == many
    async with town.house.database.write() as tx:  # as if all of them but the last three had been sent
        few = sa.select(deliveries.c.delivery_id).order_by(deliveries.c.subscriber_no.desc()).limit(3)
        await tx.execute(sa.update(deliveries).where(deliveries.c.delivery_id.not_in(few)).values(state="accepted"))
    second = await town.publish(event="updated", **a_subsidy(until=NEW))
    await town.settle()
    funnel = await town.funnel(second)
    assert (funnel["matched"], funnel["changed"], funnel["held"], funnel["state"]) == (many, many - 3, many, "done")
    assert (await town.funnel(first))["cancelled"] == 3
    withdrawal = await town.withdraw()
    await town.settle()
    assert (await town.funnel(second))["cancelled"] == many
    assert (await town.funnel(withdrawal))["changed"] == many - 3


async def test_a_correction_that_waits_for_the_digest_leaves_at_once_when_the_deadline_moves_too(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish(**a_subsidy(until=OLD, most="3000元"))
    await town.advance(to="2026-03-03 09:30")
    amount = await town.publish(event="updated", **a_subsidy(until=OLD, most="5000元"))
    await town.settle()
    assert (await town.funnel(amount))["held"] == 1
    deadline = await town.publish(event="updated", **a_subsidy(until=NEW, most="5000元"))
    await town.settle()
    assert ((await town.funnel(amount))["cancelled"], (await town.funnel(deadline))["accepted"]) == (1, {"email": 1})
    await town.advance(to="2026-03-05 09:30")
    assert await kinds(town) == ["digest", "correction"]
    assert "5000元" in (await town.mailbox("mei"))[1].text


async def test_a_copy_still_tells_who_would_have_heard_from_the_one_that_was_withdrawn(town: Town) -> None:
    await town.a_site("5101050001", reach=["510100"])
    await town.a_citizen("mei", frequency="daily")
    await town.tells("/1", **a_subsidy())
    copy = await town.tells("/copy", site="5101050001", regions=["510104"], **a_subsidy())
    assert copy["suppressed"] == {"told_before": 1}
    await town.withdraw("/1")
    await town.advance(to="2026-03-03 09:00")
    assert await kinds(town) == ["digest"]


async def test_a_message_that_was_not_sent_because_it_was_paused_is_reminded_of_when_it_is(town: Town) -> None:
    await town.a_citizen("mei")
    await town.pauses("email")
    await town.publish(**a_subsidy(until=OLD))
    await town.advance(to="2026-03-29 12:00")
    assert await kinds(town) == []
    await town.resumes("email")
    await town.advance(to="2026-03-31 23:00")
    assert await kinds(town) == ["new"]


async def _replay(town: Town) -> None:
    async with town.house.database.write() as tx:
        letters = await dead_letters.list_dead(tx)
        await dead_letters.replay(tx, town.house.publisher, [letter.dead_letter_id for letter in letters], town.clock)
    town.house.publisher.ring()
    await town.settle()


def _refuse(*_: Any, **__: Any) -> Any:
    raise InvalidRecord("the reader is broken")
