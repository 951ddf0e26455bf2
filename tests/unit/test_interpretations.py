"""A document and its official interpretation find each other, whichever is published first, and no site intrudes on another."""

from __future__ import annotations

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.decoding import decode
from pushsvc.domain.interpretations import Relatives
from pushsvc.domain.publications import publication_id
from pushsvc.plain.attachments import read_attachments, why_words
from pushsvc.plain.interpreting import names_and_hints
from pushsvc.plain.reading import read_document, work_key
from pushsvc.publications.interpretations import relatives
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.streams.normalise import Normalise, Readers
from tests.unit.intake_builders import PAGE, TEXT, an_intake, registered
from tests.unit.test_normalise import SC_PAGE, Bench

RULES = "关于印发《成都市公租房管理办法》的通知"
GUIDE = "《成都市公租房管理办法》政策解读"
GUIDE_PAGE = PAGE + "/jd"
GUIDE_TEXT = "现就办法的主要内容解读如下。" + "收入线以下的家庭可以申请公租房，由街道受理。" * 4


@pytest.fixture
async def bench(database: Database, clock: FixedClock, vault: Vault) -> Bench:
    await registered(database, clock)
    intake, published = an_intake(database, vault, clock)
    readers = Readers(decode, read_attachments, why_words, read_document, work_key, names_and_hints)
    return Bench(database, clock, intake, published, Normalise(database, clock, readers))


async def of(bench: Bench, url: str) -> Relatives:
    async with bench.database.read() as tx:
        return (await relatives(tx, [publication_id(url)])).get(publication_id(url), Relatives())


async def test_an_interpretation_that_comes_later_is_found_by_the_name_in_its_title(bench: Bench) -> None:
    await bench.tell(TEXT, PAGE, title=RULES)
    assert await of(bench, PAGE) == Relatives()
    await bench.tell(GUIDE_TEXT, GUIDE_PAGE, title=GUIDE)
    assert [each.url for each in (await of(bench, PAGE)).explained_by] == [GUIDE_PAGE]
    assert [each.title for each in (await of(bench, GUIDE_PAGE)).explains] == [RULES]


async def test_a_document_that_comes_after_its_interpretation_is_found_too(bench: Bench) -> None:
    await bench.tell(GUIDE_TEXT, GUIDE_PAGE, title=GUIDE)
    await bench.tell(TEXT, PAGE, title=RULES)
    assert [each.url for each in (await of(bench, PAGE)).explained_by] == [GUIDE_PAGE]


async def test_a_declared_interpretation_needs_no_name(bench: Bench) -> None:
    await bench.tell(TEXT, PAGE, title="关于公租房的通知")
    await bench.tell(GUIDE_TEXT, GUIDE_PAGE, title="热点问题说明", interprets=PAGE + "?utm_source=x")
    assert [each.url for each in (await of(bench, PAGE)).explained_by] == [GUIDE_PAGE]


async def test_a_withdrawn_interpretation_is_not_shown(bench: Bench) -> None:
    await bench.tell(TEXT, PAGE, title=RULES)
    await bench.tell(GUIDE_TEXT, GUIDE_PAGE, title=GUIDE)
    await bench.tell(None, GUIDE_PAGE, event="withdrawn")
    assert await of(bench, PAGE) == Relatives()


async def test_an_interpretation_that_is_changed_into_something_else_explains_nothing_any_more(bench: Bench) -> None:
    await bench.tell(TEXT, PAGE, title=RULES)
    await bench.tell(GUIDE_TEXT, GUIDE_PAGE, title=GUIDE)
    await bench.tell(GUIDE_TEXT, GUIDE_PAGE, title="关于停水的通知")
    assert await of(bench, PAGE) == Relatives()


async def test_no_site_puts_its_page_into_the_messages_of_another(bench: Bench) -> None:
    await bench.tell(TEXT, PAGE, title=RULES)
    await bench.tell(GUIDE_TEXT, SC_PAGE, title=GUIDE, interprets=PAGE)
    assert (await of(bench, PAGE)).explained_by == ()
    # The page itself may point to what it explains: that link is its own.
    assert [each.url for each in (await of(bench, SC_PAGE)).explains] == [PAGE]


async def test_a_name_that_two_other_sites_use_joins_nothing(bench: Bench) -> None:
    await bench.tell(TEXT, PAGE, title="关于印发《公租房管理办法》的通知")
    await bench.tell(TEXT + "另一处。", PAGE + "/2", title="关于印发《公租房管理办法》的通知")
    await bench.tell(GUIDE_TEXT, SC_PAGE, title="《公租房管理办法》解读")
    assert (await of(bench, SC_PAGE)).explains == ()
