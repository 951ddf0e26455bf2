"""The vault: what it seals opens only where it belongs, what it hashes stays the same, what it names cannot be forged."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput, BadSetting
from pushsvc.storage.database import Database
from pushsvc.storage.secret_key import secret_key_of
from pushsvc.storage.tables.operations import vault_keys
from pushsvc.storage.vault import SETTLE, Unreadable, Vault
from tests.conftest import SECRET_KEY

DELIVERY = "dlv_0123456789abcdef0123456789abcdef"


async def test_what_is_sealed_opens_again_and_shows_nothing(vault: Vault) -> None:
    sealed = vault.seal("王小明 13812345678", "endpoint")
    assert vault.open(sealed, "endpoint") == "王小明 13812345678"
    assert b"138" not in sealed
    assert vault.seal("王小明 13812345678", "endpoint") != sealed


async def test_a_sealed_value_does_not_open_in_another_place(vault: Vault) -> None:
    with pytest.raises(Unreadable, match="site_key"):
        vault.open(vault.seal("secret", "endpoint"), "site_key")


@pytest.mark.parametrize("position", [0, 1, 4, 5, 17, -1])
async def test_one_changed_byte_is_noticed(vault: Vault, position: int) -> None:
    sealed = bytearray(vault.seal("a@example.cn", "endpoint"))
    sealed[position] ^= 1
    with pytest.raises(Unreadable):
        vault.open(bytes(sealed), "endpoint")


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x01\x00\x00\x00\x01", b"\x02" + bytes(40)])
async def test_rubbish_is_unreadable_and_not_a_crash(vault: Vault, rubbish: bytes) -> None:
    with pytest.raises(Unreadable):
        vault.open(rubbish, "endpoint")


async def test_the_same_secret_key_opens_it_after_a_restart(database: Database, vault: Vault, clock: FixedClock) -> None:
    again = await Vault.load(database, SECRET_KEY, clock)
    assert again.open(vault.seal("x", "endpoint"), "endpoint") == "x"
    assert again.find("sms", "13812345678") == vault.find("sms", "13812345678")
    assert again.token("u", DELIVERY) == vault.token("u", DELIVERY)
    assert again.short_token(DELIVERY) == vault.short_token(DELIVERY)


async def test_another_secret_key_is_told_so_and_changes_nothing(database: Database, vault: Vault, clock: FixedClock) -> None:
    with pytest.raises(BadSetting, match="SECRET_KEY does not open"):
        await Vault.load(database, "another-secret-key", clock)
    assert (await Vault.load(database, SECRET_KEY, clock)).open(vault.seal("x", "c"), "c") == "x"


async def test_processes_that_start_together_agree_on_the_keys(database: Database, clock: FixedClock) -> None:
    one, two = await asyncio.gather(*(Vault.load(database, SECRET_KEY, clock) for _ in range(2)))
    assert two.open(one.seal("x", "c"), "c") == "x"
    assert one.token("u", "s") == two.token("u", "s")


async def test_no_key_lies_in_the_database_in_the_clear(database: Database, vault: Vault) -> None:
    async with database.read() as tx:
        rows = (await tx.execute(sa.select(vault_keys.c.wrapped))).scalars().all()
    secrets = [key.secret for key in vault._keys]
    assert len(rows) == 3
    assert not any(secret in wrapped for secret in secrets for wrapped in rows)


async def test_a_rotated_key_seals_once_every_process_has_seen_it(database: Database, vault: Vault, clock: FixedClock) -> None:
    neighbour = await Vault.load(database, SECRET_KEY, clock)
    before = vault.seal("old", "c")
    clock.advance(timedelta(days=90))
    assert await vault.rotate() == "seal-2"
    assert neighbour.open(vault.seal("at once", "c"), "c") == "at once"
    clock.advance(SETTLE)
    after = vault.seal("new", "c")
    assert after[:5] != before[:5]
    with pytest.raises(Unreadable, match="names no key"):
        neighbour.open(after, "c")
    await neighbour.refresh()
    assert neighbour.open(after, "c") == "new"
    assert vault.open(before, "c") == "old"


async def test_a_new_secret_key_opens_everything_and_the_old_one_nothing(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    sealed, found = vault.seal("x", "c"), vault.find("email", "a@example.cn")
    await vault.rewrap("a-new-secret-key")
    again = await Vault.load(database, "a-new-secret-key", clock)
    assert again.open(sealed, "c") == "x"
    assert again.find("email", "a@example.cn") == found
    with pytest.raises(BadSetting):
        await Vault.load(database, SECRET_KEY, clock)


async def test_one_endpoint_has_one_hash_however_it_is_written(vault: Vault) -> None:
    assert vault.find("sms", "138 1234 5678") == vault.find("sms", "+8613812345678")
    assert vault.find("email", "Li.Wei@Example.CN") == vault.find("email", "li.wei@example.cn")
    assert vault.find("wechat", "o123") != vault.find("wechat", "O123")
    assert len(vault.find("email", "a@example.cn")) == 32
    with pytest.raises(BadInput):
        vault.find("email", "a@example.cn\r\nBcc: b@example.cn")


@pytest.mark.parametrize("subject", [DELIVERY, "12", "", "endpoint:7:成都"])
async def test_a_token_reads_back_only_for_its_own_purpose(vault: Vault, subject: str) -> None:
    token = vault.token("unsubscribe", subject)
    assert vault.read_token("unsubscribe", token) == subject
    assert vault.read_token("message", token) is None


async def test_a_token_is_short_fits_an_address_and_tells_nothing(vault: Vault) -> None:
    token = vault.token("message", DELIVERY)
    assert len(token) <= 48
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert "0123456789abcdef" not in token


@pytest.mark.parametrize("forged", ["", "x", "====", "成都", "A" * 48, "../..", "a b", "A" * 100_000])
async def test_a_forged_token_is_nobodys(vault: Vault, forged: str) -> None:
    assert vault.read_token("message", forged) is None


async def test_every_changed_sign_spoils_a_token(vault: Vault) -> None:
    token = vault.token("message", DELIVERY)
    for position in range(len(token)):
        other = "A" if token[position] != "A" else "Q"
        assert vault.read_token("message", token[:position] + other + token[position + 1 :]) is None


async def test_a_short_token_has_ten_letters_and_digits(vault: Vault) -> None:
    tokens = {vault.short_token(f"dlv_{number}") for number in range(2000)}
    assert len(tokens) == 2000
    assert all(len(token) == 10 and token.isascii() and token.isalnum() for token in tokens)


def test_without_secret_key_one_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "var"
    key = secret_key_of(home)
    assert len(key) >= 32
    assert secret_key_of(home) == key
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["secret_key"]


def test_an_empty_secret_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    with pytest.raises(BadSetting, match="secret_key is empty"):
        secret_key_of(tmp_path)


async def test_one_value_has_another_hash_for_each_use(vault: Vault) -> None:
    assert vault.keyed_hash("subscriber", "1") != vault.keyed_hash("address:email", "1")
