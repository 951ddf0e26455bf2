"""A check code names one message that was sent, and nothing can be made up that looks like one."""

from __future__ import annotations

import secrets
from datetime import timedelta

import sqlalchemy as sa

from pushsvc.channels.links import VaultLinks
from pushsvc.clock import FixedClock
from pushsvc.domain.check_codes import LETTERS, check_code, read_check_code
from pushsvc.ledger.check_codes import find_sent
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.vault import Vault

ONE = "dlv_00ff10a2b3c4d5e6f708192a3b4c5d6e"


async def hold(database: Database, clock: FixedClock, *ids: str, state: str = "accepted") -> None:
    rows = [
        {
            "delivery_id": one, "subscriber_no": 1, "endpoint_id": 1, "channel": "email", "kind": "new", "language": "zh",
            "urgent": False, "state": state, "held": "", "due_at": clock.now(), "tries": 1, "segment": "s",
            "created_at": clock.now(), "ended_at": clock.now() + timedelta(seconds=3),
        }
        for one in ids
    ]  # fmt: skip
    async with database.write() as tx:
        await tx.execute(sa.insert(deliveries), rows)


def test_a_code_is_ten_letters_in_two_groups_without_digits_or_vowels() -> None:
    for _ in range(200):
        first, dash, second = str(check_code(f"dlv_{secrets.token_hex(16)}", secrets.token_bytes(32))).partition("-")
        assert (len(first), dash, len(second)) == (5, "-", 5)
        assert set(first + second) <= set(LETTERS)
    assert not set(LETTERS) & set("AEIOUL0123456789")


def test_a_code_reads_back_however_it_is_typed() -> None:
    for begins in ("000000", "ffffff", "00ff10"):
        code = check_code(f"dlv_{begins}{'0' * 26}", bytes(range(32)))
        for typed in (str(code), str(code).lower(), f"  {str(code).replace('-', ' ')}\n", str(code).replace("-", "")):
            assert read_check_code(typed) == code
        wide = "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else "－" for sign in str(code))
        assert read_check_code(wide) == code


def test_what_is_no_code_is_none() -> None:
    for typed in ("", "BCDFG", "BCDFG-HJKM1", "AAAAA-AAAAA", "补贴补贴补贴补贴补贴", "B" * 100_000, "ZZZZZ-ZZZZZ", "%00" * 20):
        assert read_check_code(typed) is None or typed == "ZZZZZ-ZZZZZ"


async def test_a_code_finds_the_message_that_it_stands_on_among_others_that_begin_alike(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    alike = [f"dlv_00ff10{secrets.token_hex(13)}" for _ in range(20)]
    await hold(database, clock, ONE, *alike, "dlv_ffffff" + "f" * 26, "dlv_000000" + "0" * 26)
    links = VaultLinks(vault, "https://push.example")
    for wanted in (ONE, alike[7], "dlv_ffffff" + "f" * 26, "dlv_000000" + "0" * 26):
        code = read_check_code(links.check_code(wanted))
        assert code
        async with database.read() as tx:
            found = await find_sent(tx, code, vault.keyed_hash)
        assert found
        assert (found.delivery_id, found.channel, found.at) == (wanted, "email", clock.now() + timedelta(seconds=3))


async def test_a_code_with_one_letter_changed_finds_nothing(database: Database, vault: Vault, clock: FixedClock) -> None:
    await hold(database, clock, ONE)
    right = VaultLinks(vault, "").check_code(ONE)
    for place in range(len(right)):
        for other in LETTERS:
            code = read_check_code(right[:place] + other + right[place + 1 :])
            if code is None or other == right[place]:
                continue
            async with database.read() as tx:
                assert await find_sent(tx, code, vault.keyed_hash) is None


async def test_what_has_not_left_is_not_yet_ours(database: Database, vault: Vault, clock: FixedClock) -> None:
    await hold(database, clock, ONE, state="planned")
    code = read_check_code(VaultLinks(vault, "").check_code(ONE))
    assert code
    async with database.read() as tx:
        assert await find_sent(tx, code, vault.keyed_hash) is None


async def test_looking_a_code_up_reads_the_primary_key_and_no_more(sqlite_database: Database) -> None:
    query = "EXPLAIN QUERY PLAN SELECT * FROM deliveries WHERE delivery_id BETWEEN 'dlv_00ff10' AND 'dlv_00ff10g'"
    async with sqlite_database.read() as tx:
        plan = " ".join(str(row) for row in await tx.execute(sa.text(query)))
    assert "SEARCH deliveries USING INDEX" in plan
