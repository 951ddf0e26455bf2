"""The names of SMS providers stay theirs, whatever else stands in SMS_URL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import BadSetting
from pushsvc.operations import providers
from pushsvc.operations.provider_names import name_them, remember_names
from pushsvc.settings.fields import Settings
from pushsvc.settings.providers import ProviderUrl
from pushsvc.storage.database import Database
from pushsvc.storage.tables.providers import providers as table

A = "aliyun://LTAI-a:secret-a@dysmsapi.aliyuncs.com/?sign=成都发布"
B = "aliyun://LTAI-b:secret-b@dysmsapi.aliyuncs.com/?sign=成都发布"
GATE, OTHER_GATE = "http://:s3@sms-1.city.example/send", "http://:s4@sms-2.city.example/send"


def read(*addresses: str) -> tuple[ProviderUrl, ...]:
    return Settings(sms_url=",".join(addresses), _env_file=None).sms_url  # type: ignore[arg-type,call-arg]


async def names(database: Database, clock: FixedClock, *addresses: str) -> list[str]:
    return [name for name, _ in await remember_names(database, read(*addresses), clock.now())]


async def test_who_is_left_keeps_their_name_and_who_comes_back_gets_theirs(database: Database, clock: FixedClock) -> None:
    assert await names(database, clock, A, B, GATE, OTHER_GATE) == ["aliyun", "aliyun-2", "http", "http-2"]
    assert await names(database, clock, OTHER_GATE, B) == ["http-2", "aliyun-2"]
    assert await names(database, clock, B, A) == ["aliyun-2", "aliyun"]


async def test_a_new_secret_or_another_door_of_a_cloud_is_no_new_provider(database: Database, clock: FixedClock) -> None:
    await names(database, clock, A, B)
    moved = B.replace("secret-b", "another").replace("dysmsapi.", "dysmsapi.cn-chengdu.")
    assert await names(database, clock, moved, GATE.replace("s3", "s9")) == ["aliyun-2", "http"]


async def test_a_new_provider_never_gets_the_name_of_one_that_is_gone(database: Database, clock: FixedClock) -> None:
    await names(database, clock, A)
    assert await names(database, clock, B) == ["aliyun-2"]
    assert await names(database, clock, OTHER_GATE, GATE) == ["http", "http-2"]


async def test_a_name_of_the_setting_holds_and_takes_over_what_stood_under_it(database: Database, clock: FixedClock) -> None:
    await names(database, clock, A)
    async with database.write() as tx:
        await providers.set_pause(tx, clock.now(), "aliyun", "sms", paused=True)
    assert await names(database, clock, f"{B}&name=aliyun", A) == ["aliyun", "aliyun-2"]
    assert await names(database, clock, B) == ["aliyun"]
    async with database.read() as tx:
        assert (await providers.known(tx))["aliyun"].paused_at is not None


async def test_a_pause_of_before_names_were_remembered_stays_with_its_provider(database: Database, clock: FixedClock) -> None:
    async with database.write() as tx:
        await providers.set_pause(tx, clock.now(), "aliyun-2", "sms", paused=True)
    assert await names(database, clock, A, B) == ["aliyun", "aliyun-2"]
    async with database.read() as tx:
        assert {name for name, one in (await providers.known(tx)).items() if one.paused_at} == {"aliyun-2"}


async def test_nothing_that_opens_an_account_is_kept_and_nothing_is_written_twice(
    database: Database, clock: FixedClock
) -> None:
    await names(database, clock, A, GATE)
    async with database.read() as tx:
        before = (await tx.execute(sa.select(table))).all()
    assert not any(part in str(before) for part in ("secret-a", "LTAI-a", "s3", "city.example"))
    await names(database, clock, A, GATE)
    async with database.read() as tx:
        assert (await tx.execute(sa.select(table))).all() == before


@pytest.mark.parametrize("name", ["", "Aliyun", "wechat", "all", "a" * 21, "成都", "a b"])
def test_a_name_that_is_none_is_refused_and_no_secret_is_said(name: str) -> None:
    with pytest.raises(BadSetting, match="name= is lower-case letters") as refused:
        name_them(read(f"{A}&name={name.replace(' ', '%20')}"), {})
    assert "secret" not in str(refused.value)


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(BadSetting, match="two providers are named main"):
        name_them(read(f"{A}&name=main", f"{GATE}?name=main"), {})
