"""Told once: whatever comes twice is told once, and old news is told to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pushsvc.errors import InvalidRecord
from pushsvc.streams import dead_letters
from tests.journeys.house import SITE, Town
from tests.journeys.publications import a_subsidy

SECOND_SITE = "5101050001"
SECOND = timedelta(seconds=1)


async def test_exactly_those_whom_it_concerns_get_one_message(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.a_citizen("wang", in_="510105")
    await town.a_citizen("li", interests=[{"any_of": ["停水"]}])
    funnel = await town.tells(**a_subsidy())
    assert (funnel["outcome"], funnel["state"], funnel["matched"]) == ("new", "done", 1)
    assert funnel["accepted"] == {"email": 1}
    (mail,) = await town.mailbox()
    assert mail.to == "mei@mail.example"
    assert "金额：每户最高3000元" in mail.text
    assert f"https://{town.domains[SITE]}/1" in mail.text


async def test_an_event_that_concerns_nobody_ends_as_no_audience(town: Town) -> None:
    await town.a_citizen("wang", in_="510105")
    funnel = await town.tells(**a_subsidy())
    assert (funnel["state"], funnel["matched"], funnel["planned"]) == ("no_audience", 0, 0)


async def test_the_same_event_again_is_the_same_event(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    document = {
        "event": "published",
        "url": f"https://{town.domains[SITE]}/1",
        "title": "补贴",
        "content_text": a_subsidy()["text"],
    }
    town.clock.advance(SECOND)
    first = await town.house.intake.send(document, site=SITE, origin="api", webhook_id="one")
    again = await town.house.intake.send(document, site=SITE, origin="api", webhook_id="one")
    await town.settle()
    assert (again.event_id, again.status) == (first.event_id, "repeat")
    assert len(await town.mailbox()) == 1


async def test_a_new_event_with_the_current_state_is_the_same_and_tells_nobody(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    funnel = await town.tells(**a_subsidy())
    assert (funnel["outcome"], funnel["state"], funnel["matched"]) == ("same", "done", 0)
    assert len(await town.mailbox()) == 1


async def test_the_same_document_on_two_sites_is_told_once(either_town: Town) -> None:
    town = either_town
    await town.a_site(SECOND_SITE, reach=["510100"])
    await town.a_citizen("mei")
    await town.a_citizen("wang", in_="510105")
    await town.tells(**a_subsidy())
    funnel = await town.tells("/copy", site=SECOND_SITE, regions=["510100"], **a_subsidy())
    assert funnel["matched"] == 2
    assert funnel["suppressed"] == {"told_before": 1}
    assert [mail.to for mail in await town.mailbox()] == ["mei@mail.example", "wang@mail.example"]


async def test_copies_that_come_at_the_same_moment_are_told_once(either_town: Town) -> None:
    town = either_town
    await town.a_site(SECOND_SITE, reach=["510100"])
    for name in ("mei", "wang", "li"):
        await town.a_citizen(name)
    await town.publish(**a_subsidy())
    await town.publish("/copy", site=SECOND_SITE, regions=["510100"], **a_subsidy())
    await town.settle()
    assert sorted(mail.to for mail in await town.mailbox()) == [f"{name}@mail.example" for name in ("li", "mei", "wang")]


async def test_two_subscribers_with_one_mailbox_get_one_message(either_town: Town) -> None:
    town = either_town
    home = {"email": "home@mail.example"}
    await town.a_citizen("mei", address=home)
    await town.a_citizen("wang", address=home)
    funnel = await town.tells(**a_subsidy())
    assert (funnel["matched"], funnel["planned"]) == (2, 1)
    assert funnel["suppressed"] == {"shared_address": 1}
    assert [mail.to for mail in await town.mailbox()] == ["home@mail.example"]


async def test_two_who_share_a_mailbox_hear_of_a_withdrawal_once(town: Town) -> None:
    home = {"email": "home@mail.example"}
    await town.a_citizen("mei", address=home)
    await town.a_citizen("wang", address=home)
    await town.tells(**a_subsidy())
    await town.withdraw()
    await town.settle()
    assert [mail.kind for mail in await town.mailbox()] == ["new", "withdrawal"]


async def test_who_joins_later_is_not_told_old_news(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    event = await town.publish(**a_subsidy())
    await town.settle()
    town.clock.advance(SECOND)
    await town.a_citizen("late")
    await town.tells(**a_subsidy())  # the same state, sent again
    assert [mail.to for mail in await town.mailbox()] == ["mei@mail.example"]
    assert (await town.trace("late", event))["told"] is False


async def test_a_dead_letter_replayed_tells_who_asked_then_and_not_who_joined_since(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.may_die = True
    await town.a_citizen("mei")
    with monkeypatch.context() as broken:
        broken.setattr(town.service.matcher.index, "answer", _refuse)
        event = await town.publish(**a_subsidy())
        await town.settle()
    assert (await town.funnel(event))["state"] == "dead"
    town.clock.advance(SECOND)
    await town.a_citizen("late")
    for _ in range(2):  # replayed twice, it is told once
        async with town.house.database.write() as tx:
            letters = await dead_letters.list_dead(tx, replayed=True)
            await dead_letters.replay(tx, town.house.publisher, [letter.dead_letter_id for letter in letters], town.clock)
        town.house.publisher.ring()
        await town.settle()
    assert (await town.funnel(event))["state"] == "done"
    assert [mail.to for mail in await town.mailbox()] == ["mei@mail.example"]


async def test_a_restart_tells_nobody_again(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    await town.restart()
    await town.settle()
    assert len(await town.mailbox()) == 1


async def test_the_whole_log_read_once_more_tells_nobody_again(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.a_citizen("daily", frequency="daily")
    events = [await town.publish(**a_subsidy()), await town.publish(**a_subsidy(until="2026年4月10日")), await town.withdraw()]
    await town.settle()
    before = [await town.funnel(event) for event in events], await town.mailbox()
    await town.service.stop()
    await town.service.read_all_again()
    await town.start_again()
    await town.settle()
    assert ([await town.funnel(event) for event in events], await town.mailbox()) == before


def _refuse(_question: Any) -> Iterator[Any]:
    raise InvalidRecord("the index is broken")
