"""The access token: one for all, in time, renewed once when WeChat does not take it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from pushsvc.storage.tables.providers import provider_tokens
from tests.contract.wechat.conftest import Open, Stand


async def test_one_token_serves_all_messages_and_lies_sealed(stand: Stand) -> None:
    await asyncio.gather(*(stand.send() for _ in range(10)))
    assert len(stand.fake.sent) == 10
    assert (stand.fake.tokens_asked, stand.fake.tokens_forced) == (1, 0)
    async with stand.database.read() as tx:
        row = (await tx.execute(sa.select(provider_tokens))).one()
    assert b"99_" not in row.token


async def test_all_processes_use_the_token_that_one_of_them_asked_for(open_stand: Open) -> None:
    first = await open_stand()
    others = [await open_stand(fake=first.fake) for _ in range(3)]
    await asyncio.gather(*(each.send() for each in (first, *others)))
    assert len(first.fake.sent) == 4
    assert first.fake.tokens_asked == 1


async def test_a_token_is_renewed_before_it_ends_without_killing_the_old_one(stand: Stand) -> None:
    await stand.send()
    stand.clock.advance(timedelta(seconds=7200 - 270))
    await stand.send()
    assert (stand.fake.tokens_asked, stand.fake.tokens_forced, len(stand.fake.sent)) == (2, 0, 2)
    await stand.send()
    assert stand.fake.tokens_asked == 2


@pytest.mark.parametrize("stale", [40001, 40014, 41001, 42001])
async def test_a_token_that_wechat_does_not_take_is_renewed_once_and_the_message_leaves(stand: Stand, stale: int) -> None:
    await stand.send()
    stand.clock.advance(timedelta(minutes=5))
    stand.fake.faults.append(stale)
    assert (await stand.send()).verdict == "accepted"
    assert (stand.fake.tokens_asked, stand.fake.tokens_forced, len(stand.fake.sent)) == (2, 1, 2)


async def test_a_token_that_is_never_taken_is_renewed_once_only(stand: Stand) -> None:
    stand.fake.faults.extend([42001] * 4)
    result = await stand.send()
    assert (result.verdict, result.code) == ("try_later", "42001")
    assert stand.fake.requests == 2


async def test_who_finds_a_stale_token_that_another_has_renewed_takes_the_new_one(open_stand: Open) -> None:
    first = await open_stand()
    second = await open_stand(fake=first.fake)
    await first.send()
    await second.send()
    first.clock.advance(timedelta(minutes=5))
    first.fake.forget_tokens()
    assert (await first.send()).verdict == "accepted"
    assert (await second.send()).verdict == "accepted"
    assert first.fake.tokens_asked == 2


async def test_a_token_is_forced_at_most_once_in_half_a_minute(stand: Stand) -> None:
    await stand.send()
    stand.fake.faults.extend([40001] * 6)
    for _ in range(3):
        await stand.send()
    assert stand.fake.tokens_forced == 0
    assert stand.fake.tokens_asked <= 4


@pytest.mark.parametrize(("wrong", "code"), [("fake-secret", "40125"), ("wxfake0000000000", "40013")])
async def test_a_wrong_secret_or_app_id_pauses_the_account_and_nothing_left(open_stand: Open, wrong: str, code: str) -> None:
    stand = await open_stand()
    other = await open_stand(fake=stand.fake, url=stand.fake.url.replace(wrong, "wrong"))
    result = await other.send()
    assert (result.verdict, result.code, result.stops) == ("not_sent", code, "provider")
    assert other.book.paused == ["wechat"]
    assert stand.fake.requests == 0


async def test_no_token_stands_in_what_is_said_of_a_failure(stand: Stand) -> None:
    await stand.send()
    await stand.fake.stop()
    assert "99_" not in (await stand.send()).why
