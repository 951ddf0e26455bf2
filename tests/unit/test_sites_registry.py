"""Sites are registered all or not at all; each holds its own part of the web, and speaks only to its own reach."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.signatures import secret_bytes
from pushsvc.errors import BadInput, NotFound
from pushsvc.sites import keys, registry
from pushsvc.sites.registry import Site, import_sites
from pushsvc.storage.database import Database
from pushsvc.storage.tables.sites import site_feeds, site_keys, sites
from pushsvc.storage.vault import Vault
from tests.unit.intake_builders import CHENGDU, HEADER, MINISTRY, SICHUAN, SITES, registered


def a_line(
    code: str = "1101000001", region: str = "110000", domains: str = "a.example", feeds: str = "", reach: str = ""
) -> str:
    return f"{code},名称,单位,{region},{domains},{feeds},{reach}"


def a_file(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


async def owner(database: Database, url: str) -> str | None:
    async with database.read() as tx:
        return await registry.owner_of(tx, url)


async def test_registered_sites_are_found_by_their_addresses(database: Database, clock: FixedClock) -> None:
    imported = await import_sites(database, clock, "\ufeff" + SITES.replace("\n", "\r\n"))
    assert (imported.new, imported.changed) == (3, 0)
    assert await owner(database, "http://www.chengdu.gov.example/a") == CHENGDU
    assert await owner(database, "https://www.sc.gov.example:8443/zt/a") == SICHUAN
    assert await owner(database, "https://www.sc.gov.example:8443/ztx") is None
    assert await owner(database, "https://www.chengdu.gov.example:8080/a") is None
    assert await owner(database, "https://sub.www.chengdu.gov.example/") is None


async def test_of_two_sites_on_one_host_the_longer_path_wins(database: Database, clock: FixedClock) -> None:
    await registered(database, clock, a_file(
        a_line("1101000001", domains="gov.example"), a_line("1101000002", domains="gov.example/chengdu gov.example:443/mz/"),
    ))  # fmt: skip
    assert await owner(database, "https://gov.example/chengdu/a") == "1101000002"
    assert await owner(database, "https://gov.example/chengdu") == "1101000002"
    assert await owner(database, "https://gov.example/mz/x") == "1101000002"
    assert await owner(database, "https://gov.example/chengdu2") == "1101000001"
    assert await owner(database, "https://gov.example/chengdu/../a") == "1101000001"
    assert await owner(database, "https://gov.example/x/%2e%2e/chengdu/a") == "1101000002"


async def test_an_import_writes_known_sites_anew_and_leaves_the_others(database: Database, clock: FixedClock) -> None:
    await registered(database, clock)
    again = await import_sites(database, clock, a_file(a_line(CHENGDU, "510100", "new.example"), a_line("1101000009")))
    assert (again.new, again.changed) == (1, 1)
    assert await owner(database, "https://www.chengdu.gov.example/") is None
    assert await owner(database, "https://new.example/") == CHENGDU
    assert await owner(database, "https://www.mca.gov.example/") == MINISTRY


async def test_a_domain_may_move_between_two_sites_of_one_file(database: Database, clock: FixedClock) -> None:
    for first, second in (("a.example", "b.example"), ("b.example", "a.example")):
        lines = a_line("1101000001", domains=first), a_line("1101000002", domains=second)
        await registered(database, clock, a_file(*lines))
    assert await owner(database, "https://a.example/") == "1101000002"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the header must be"),
        ("code,name\n", "no organisation"),
        (HEADER.replace("reach", "colour") + "\n", '"colour" is unknown'),
        (HEADER + "\n", "no line below"),
        (a_file(a_line(code="51")), "line 2, code: "),
        (a_file(a_line(code="9901000001")), "line 2, code: "),
        (a_file(a_line(code="bm0100001")), "ten characters"),
        (a_file(a_line(region="9")), "line 2, region: "),
        (a_file(a_line(reach="110000 nowhere")), 'line 2, reach: region "nowhere"'),
        (a_file(a_line(domains="")), "line 2, domains: a site needs at least one domain"),
        (a_file(a_line(domains="https://a.example")), "no https://"),
        (a_file(a_line(domains="a.example:0")), "a domain is a host"),
        (a_file(a_line(domains="a_é b..c")), "no domain name"),
        (a_file(a_line(domains="a.example/" + "x" * 255)), "at most 255"),
        (a_file(a_line(feeds="https://other.example/rss")), "outside the site's own domains"),
        (a_file(a_line(feeds="file:///etc/passwd")), "must begin with https://"),
        (a_file("1101000001,,单位,110000,a.example,,"), "line 2, name: must have 1 to 200"),
        (a_file("1101000001,名,单位,110000,a.example"), "another number of cells"),
        (a_file('1101000001,"名,单位,110000,a.example,,'), "not CSV"),
        (a_file(a_line(), a_line(domains="b.example")), "line 3, code: 1101000001 stands in line 2 already"),
        (a_file(a_line(), a_line("1101000002")), "line 3, domains: a.example belongs to 1101000001 (line 2)"),
    ],
)
async def test_a_bad_file_names_the_line_the_field_and_the_rule_and_changes_nothing(
    sqlite_database: Database, clock: FixedClock, text: str, says: str
) -> None:
    with pytest.raises(BadInput) as refused:
        await import_sites(sqlite_database, clock, text)
    assert says in str(refused.value)
    async with sqlite_database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(sites)) == 0


async def test_every_bad_line_is_named_at_once(sqlite_database: Database, clock: FixedClock) -> None:
    lines = a_line(code="1", region="2"), a_line("1101000002"), a_line(domains="")
    with pytest.raises(BadInput) as refused:
        await import_sites(sqlite_database, clock, a_file(*lines))
    assert [problem.field for problem in refused.value.problems] == [
        "sites line 2, code", "sites line 2, region", "sites line 4, domains",
    ]  # fmt: skip


async def test_a_domain_of_a_registered_site_cannot_be_taken(database: Database, clock: FixedClock) -> None:
    await registered(database, clock)
    with pytest.raises(BadInput, match=f"belongs to {CHENGDU} already"):
        await import_sites(database, clock, a_file(a_line(domains="www.chengdu.gov.example")))
    assert await owner(database, "https://www.chengdu.gov.example/") == CHENGDU


async def test_a_site_reaches_its_region_and_below_unless_its_row_says_more(database: Database, clock: FixedClock) -> None:
    await registered(database, clock, SITES + a_line("5101000099", "510100", "more.example", "", "510100 520000") + "\n")
    async with database.read() as tx:
        found = {site.code: site for site in await registry.all_sites(tx)}
    assert found[CHENGDU].reaches("510104")
    assert not found[CHENGDU].reaches("510000")
    assert not found[CHENGDU].reaches("CN")
    assert found[MINISTRY].reaches("CN")
    assert found[MINISTRY].reaches("510104")
    assert not found[MINISTRY].reaches("GB-WLS")
    assert found["5101000099"].reaches("520100")


async def test_feeds_of_the_own_domains_are_kept(database: Database, clock: FixedClock) -> None:
    await registered(database, clock, a_file(a_line(feeds="https://a.example/rss.xml https://a.example/b.xml")))
    async with database.read() as tx:
        assert len((await tx.execute(sa.select(site_feeds))).all()) == 2


async def test_a_key_is_shown_once_and_lies_sealed_and_the_older_one_goes_on_holding(
    database: Database, clock: FixedClock, vault: Vault
) -> None:
    await registered(database, clock)
    assert (await keys.make_key(database, vault, clock, lambda count: b"3" * count, MINISTRY.upper())).startswith("whsec_")
    first = await keys.make_key(database, vault, clock, lambda count: b"1" * count, CHENGDU)
    second = await keys.make_key(database, vault, clock, lambda count: b"2" * count, CHENGDU)
    assert first.startswith("whsec_")
    assert len(secret_bytes(first)) == 32
    async with database.read() as tx:
        assert await keys.keys_of(tx, vault, CHENGDU) == [secret_bytes(second), secret_bytes(first)]
        rows = (await tx.execute(sa.select(site_keys).where(site_keys.c.site == CHENGDU))).all()
    assert all(secret_bytes(first) not in row.secret and first.encode() not in row.secret for row in rows)
    async with database.write() as tx:
        await keys.revoke_key(tx, clock, rows[0].site_key_id)
    async with database.read() as tx:
        assert await keys.keys_of(tx, vault, CHENGDU) == [secret_bytes(second)]


async def test_a_key_for_an_unknown_site_is_refused(database: Database, clock: FixedClock, vault: Vault) -> None:
    with pytest.raises(NotFound, match="sites import"):
        await keys.make_key(database, vault, clock, bytes, "1101000001")


def test_the_nation_reaches_a_zone_that_no_list_has() -> None:
    assert Site("bm01000001", "", "", "CN", ("CN",)).reaches("510199")
