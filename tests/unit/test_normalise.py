"""What events make of their publications, on both databases: new, changed, the same, withdrawn, a test."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.decoding import decode
from pushsvc.domain.publications import publication_id
from pushsvc.domain.records import Record
from pushsvc.errors import InvalidRecord
from pushsvc.plain.attachments import read_attachments, why_words
from pushsvc.plain.interpreting import names_and_hints
from pushsvc.plain.reading import read_document, work_key
from pushsvc.publications import loading, store
from pushsvc.sites import fetch_queue
from pushsvc.sites.events import Body, Form
from pushsvc.sites.intake import Intake
from pushsvc.storage.database import Database
from pushsvc.storage.tables import publications as tables
from pushsvc.storage.tables import sites as site_tables
from pushsvc.storage.vault import Vault
from pushsvc.streams.dead_letters import bury, dead_letter
from pushsvc.streams.normalise import Normalise, Readers
from tests.unit.intake_builders import OTHER_TEXT, PAGE, TEXT, Recorded, an_intake, registered
from tests.unit.office_files import a_docx, a_pdf, lines, paragraph

SC_PAGE = "https://www.sc.gov.example/copy.html"


@dataclass
class Bench:
    """Intake and normalise, without an engine between: a test says when what is published is carried on."""

    database: Database
    clock: FixedClock
    intake: Intake
    published: Recorded
    stage: Normalise
    sent: int = 0

    async def send(self, text: str | None = TEXT, url: str = PAGE, **said: Any) -> str:
        self.sent += 1
        document = {"url": url, **({} if text is None else {"content_text": text}), **said}
        self.clock.advance(timedelta(minutes=1))
        return (await self.intake.send(document, site=None, origin="api", webhook_id=f"m{self.sent}")).event_id

    def records(self) -> list[Record]:
        taken, self.published.outputs = self.published.outputs, []
        return [Record(each.topic, 0, offset, each.key, each.value, self.clock.now()) for offset, each in enumerate(taken)]

    async def carry(self, records: list[Record]) -> list[Mapping[str, Any]]:
        prepared = await self.stage.prepare(records)
        async with self.database.write() as tx:
            outputs = await self.stage.apply(tx, prepared)
        assert all(output.topic == "versions" and output.key == output.value["publication_id"] for output in outputs)
        return [output.value for output in outputs]

    async def tell(self, text: str | None = TEXT, url: str = PAGE, **said: Any) -> list[Mapping[str, Any]]:
        await self.send(text, url, **said)
        return await self.carry(self.records())

    async def event(self, event_id: str) -> sa.Row[tuple[object, ...]]:
        async with self.database.read() as tx:
            events = site_tables.events
            return (await tx.execute(sa.select(events).where(events.c.event_id == event_id))).one()

    async def last(self) -> sa.Row[tuple[object, ...]]:
        async with self.database.read() as tx:
            events = site_tables.events
            return (await tx.execute(sa.select(events).order_by(events.c.received_at.desc()).limit(1))).one()

    async def publication(self, url: str = PAGE) -> sa.Row[tuple[object, ...]]:
        async with self.database.read() as tx:
            wanted = tables.publications.c.publication_id == publication_id(url)
            return (await tx.execute(sa.select(tables.publications).where(wanted))).one()

    async def count(self, table: sa.Table) -> int:
        async with self.database.read() as tx:
            return int(await tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


@pytest.fixture
async def bench(database: Database, clock: FixedClock, vault: Vault) -> Bench:
    await registered(database, clock)
    intake, published = an_intake(database, vault, clock)
    readers = Readers(decode, read_attachments, why_words, read_document, work_key, names_and_hints)
    return Bench(database, clock, intake, published, Normalise(database, clock, readers))


async def test_a_first_event_makes_a_publication_with_its_first_version(bench: Bench) -> None:
    [made] = await bench.tell(title="关于发放高龄津贴的通知", published_at="2026-03-01T09:00:00", regions=["510104"])
    assert (made["kind"], made["revision"], made["before"], made["test"]) == ("new", 1, None, False)
    async with bench.database.read() as tx:
        version = (await loading.versions(tx, [made["version_id"]]))[made["version_id"]]
    assert (version.title, version.language, version.source_text) == ("关于发放高龄津贴的通知", "zh", TEXT)
    assert version.published_at == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    assert version.declared == {"title": "关于发放高龄津贴的通知", "regions": ["510104"]}
    event = await bench.last()
    assert (event.outcome, event.publication_id, event.revision) == ("new", publication_id(PAGE), 1)


async def test_a_new_event_with_the_current_state_says_the_same_and_goes_no_further(bench: Bench) -> None:
    await bench.tell(title="通知", regions=["510104", "510107"])
    assert await bench.tell(title="通知", regions=["510107", "510104"], published_at="2026-03-02T00:00:00Z") == []
    assert await bench.tell() == []  # what is unsaid keeps its value
    assert (await bench.last()).outcome == "same"
    assert (await bench.publication()).revision == 1


async def test_a_declared_field_moves_the_state_and_null_clears_it(bench: Bench) -> None:
    [first] = await bench.tell(topics=["养老"])
    [wider] = await bench.tell(topics=["养老"], regions=["510104"])
    [cleared] = await bench.tell(regions=None)
    assert [wider["kind"], cleared["kind"]] == ["changed", "changed"]
    assert cleared["version_id"] == first["version_id"]
    assert (await bench.publication()).declared == {"topics": ["养老"]}


async def test_going_back_to_an_earlier_text_is_a_change_like_any_other(bench: Bench) -> None:
    [first] = await bench.tell(TEXT)
    [second] = await bench.tell(OTHER_TEXT)
    [third] = await bench.tell(TEXT)
    assert [each["revision"] for each in (first, second, third)] == [1, 2, 3]
    assert third["version_id"] == first["version_id"] == second["before"]
    assert third["before"] == second["version_id"]
    assert third["kind"] == "changed"
    assert await bench.count(tables.revisions) == 3
    assert await bench.count(tables.versions) == 2


async def test_a_withdrawal_and_publishing_again_are_changes_and_a_second_withdrawal_is_the_same(bench: Bench) -> None:
    [first] = await bench.tell()
    [gone] = await bench.tell(None, event="withdrawn")
    assert (gone["kind"], gone["revision"], gone["version_id"], gone["before"]) == (
        "withdrawn", 2, first["version_id"], first["version_id"],
    )  # fmt: skip
    assert (await bench.publication()).withdrawn
    assert await bench.tell(None, event="withdrawn") == []
    [back] = await bench.tell()
    assert (back["kind"], back["revision"], back["version_id"]) == ("changed", 3, first["version_id"])
    assert back["restored"]
    assert not (await bench.publication()).withdrawn


async def test_a_withdrawal_of_what_was_never_published_names_the_address(bench: Bench) -> None:
    with pytest.raises(InvalidRecord, match=f"nothing was published at {PAGE}"):
        await bench.tell(None, event="withdrawn")


async def test_a_record_whose_event_is_not_stored_is_invalid(bench: Bench) -> None:
    record = Record("publication-events", 0, 0, "pub_x", {"event_id": "evt_x"}, bench.clock.now())
    with pytest.raises(InvalidRecord, match="evt_x is not in the store"):
        await bench.stage.prepare([record])


async def test_several_events_of_one_publication_in_one_batch_are_taken_in_their_order(bench: Bench) -> None:
    for text in (TEXT, TEXT, OTHER_TEXT, TEXT):
        await bench.send(text)
    await bench.send(None, event="withdrawn")
    await bench.send(TEXT)
    await bench.send(TEXT, SC_PAGE)
    made = await bench.carry(bench.records())
    assert [(each["kind"], each["revision"]) for each in made] == [
        ("new", 1), ("changed", 2), ("changed", 3), ("withdrawn", 4), ("changed", 5), ("new", 1),
    ]  # fmt: skip
    assert (await bench.publication()).revision == 5


async def test_a_repeat_gives_the_same_outputs_and_moves_nothing(bench: Bench) -> None:
    for text, said in (
        (TEXT, {}),
        (OTHER_TEXT, {}),
        (None, {"event": "withdrawn"}),
        (TEXT, {}),
        (TEXT, {}),
        (TEXT, {"test": True}),
    ):
        await bench.send(text, **said)
    records = bench.records()
    made = await bench.carry(records)
    for repeated in (records, records[:1], [*records, *records]):
        again = await bench.carry(repeated)
        assert again[: len(made)] == made[: len(again)]
    assert (await bench.publication()).revision == 4
    assert await bench.count(tables.revisions) == 4


async def test_an_old_event_that_said_the_same_stays_the_same_when_it_is_replayed(bench: Bench) -> None:
    await bench.tell(TEXT)
    await bench.send(TEXT)
    same = bench.records()
    assert await bench.carry(same) == []
    await bench.tell(OTHER_TEXT)
    assert await bench.carry(same) == []
    assert (await bench.publication()).revision == 2


async def test_a_test_event_goes_on_without_moving_its_publication(bench: Bench) -> None:
    [unknown] = await bench.tell(test=True)
    assert (unknown["test"], unknown["revision"], unknown["kind"], unknown["before"]) == (True, 0, "new", None)
    assert await bench.count(tables.publications) == 0
    [first] = await bench.tell()
    assert (first["kind"], first["revision"]) == ("new", 1)
    [known] = await bench.tell(OTHER_TEXT, test=True)
    assert (known["kind"], known["revision"], known["before"]) == ("changed", 0, first["version_id"])
    async with bench.database.read() as tx:
        assert known["version_id"] in await loading.versions(tx, [known["version_id"]])
    [gone] = await bench.tell(None, event="withdrawn", test=True)
    assert (gone["kind"], gone["revision"]) == ("withdrawn", 0)
    stands = await bench.publication()
    assert (stands.revision, stands.version_id, stands.withdrawn) == (1, first["version_id"], False)
    assert (await bench.last()).outcome == "test"


async def works(bench: Bench, *urls: str) -> list[str]:
    return [str((await bench.publication(url)).work_id) for url in urls]


async def test_copies_with_the_same_title_and_text_share_one_work(bench: Bench) -> None:
    await bench.tell(title="通知", url=PAGE)
    await bench.tell(title="通知", url=SC_PAGE)
    await bench.tell(title="另一通知", url="https://www.sc.gov.example/other.html")
    copies = await works(bench, PAGE, SC_PAGE, "https://www.sc.gov.example/other.html")
    assert copies[0] == copies[1] != copies[2]


async def test_copies_share_a_work_and_each_has_a_version_of_its_own(bench: Bench) -> None:
    [first] = await bench.tell(title="通知", url=PAGE)
    [copy] = await bench.tell(title="通知", url=SC_PAGE)
    assert first["version_id"] != copy["version_id"]
    async with bench.database.read() as tx:
        version = (await loading.versions(tx, [copy["version_id"]]))[copy["version_id"]]
    assert version.url == SC_PAGE


async def test_two_copies_in_one_batch_share_one_work(bench: Bench) -> None:
    await bench.send(url=PAGE)
    await bench.send(url=SC_PAGE)
    await bench.carry(bench.records())
    first, second = await works(bench, PAGE, SC_PAGE)
    assert first == second


async def test_short_texts_are_never_one_work(bench: Bench) -> None:
    await bench.tell("停水通知", url=PAGE)
    await bench.tell("停水通知", url=SC_PAGE)
    first, second = await works(bench, PAGE, SC_PAGE)
    assert first != second


async def test_a_publication_keeps_its_first_work_and_a_copy_of_its_correction_joins_it(bench: Bench) -> None:
    await bench.tell(TEXT, url=PAGE)
    [work] = await works(bench, PAGE)
    await bench.tell(OTHER_TEXT, url=PAGE)
    await bench.tell(OTHER_TEXT, url=SC_PAGE)
    assert await works(bench, PAGE, SC_PAGE) == [work, work]


async def test_a_title_declared_once_still_names_the_work_of_later_texts(bench: Bench) -> None:
    await bench.tell(TEXT, url=PAGE, title="通知")
    await bench.tell(OTHER_TEXT, url=PAGE)  # its title is unsaid, and so still 通知
    await bench.tell(OTHER_TEXT, url=SC_PAGE, title="通知")
    first, second = await works(bench, PAGE, SC_PAGE)
    assert first == second


HTML = """<html><head><META NAME="pubdate" CONTENT="2026-02-27 10:00"><meta name="ArticleTitle" content="高龄津贴通知"></head>
<body><div id="zoom"><p>{}</p></div></body></html>"""


async def test_the_time_of_publication_is_the_sites_word_then_the_pages_then_the_arrival(bench: Bench) -> None:
    said = datetime(2026, 2, 1, tzinfo=UTC)
    await bench.tell(None, content_html=HTML.format(TEXT))
    assert (await bench.publication()).published_at == datetime(2026, 2, 27, 2, 0, tzinfo=UTC)
    await bench.tell(None, content_html=HTML.format(OTHER_TEXT), published_at=said.isoformat())
    assert (await bench.publication()).published_at == said
    for text in (TEXT, OTHER_TEXT):
        await bench.tell(None, content_html=HTML.format(text))
        assert (await bench.publication()).published_at == said
    await bench.tell(url=SC_PAGE)
    assert (await bench.publication(SC_PAGE)).published_at == bench.clock.now()


async def test_a_page_has_its_own_title_unless_the_site_declares_one(bench: Bench) -> None:
    [made] = await bench.tell(None, content_html=HTML.format(TEXT))
    [renamed] = await bench.tell(None, content_html=HTML.format(TEXT), title="新标题")
    async with bench.database.read() as tx:
        found = await loading.versions(tx, [made["version_id"], renamed["version_id"]])
    assert [found[each["version_id"]].title for each in (made, renamed)] == ["高龄津贴通知", "新标题"]


async def fetched(
    bench: Bench, event_id: str, content: bytes, charset: str | None = None, form: Form = "html-bytes"
) -> list[Mapping[str, Any]]:
    async with bench.database.write() as tx:
        [fetch] = await fetch_queue.claim(tx, bench.clock.now(), timedelta(), 16)
        assert fetch.event_id == event_id
        assert await fetch_queue.arrived(tx, fetch, Body(form, content, charset))
    return await bench.carry([Record("publication-events", 0, 0, "", {"event_id": event_id}, bench.clock.now())])


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
async def test_a_fetched_page_is_read_in_the_encoding_of_its_bytes(bench: Bench, encoding: str) -> None:
    event_id = await bench.send(None)
    [made] = await fetched(bench, event_id, HTML.format(TEXT).encode(encoding), "iso-8859-1")
    async with bench.database.read() as tx:
        version = (await loading.versions(tx, [made["version_id"]]))[made["version_id"]]
    assert TEXT in version.source_text


RULES = "The grant is 500 pounds for each home that is made safe for an older person."


@pytest.mark.parametrize(
    ("content", "form", "title", "text"),
    [
        (a_docx(paragraph("关于发放高龄津贴的通知") + paragraph(TEXT)), "docx-bytes", "关于发放高龄津贴的通知", TEXT),
        (a_pdf(lines((72, 720, "Grants for safe homes"), (72, 690, RULES))), "pdf-bytes", "Grants for safe homes", RULES),
    ],
)
async def test_a_fetched_file_is_the_document_with_its_first_line_as_title(
    bench: Bench, content: bytes, form: Form, title: str, text: str
) -> None:
    event_id = await bench.send(None)
    [made] = await fetched(bench, event_id, content, form=form)
    async with bench.database.read() as tx:
        version = (await loading.versions(tx, [made["version_id"]]))[made["version_id"]]
    assert (version.title, version.source_text) == (title, f"{title}\n{text}")


async def test_the_title_of_an_event_goes_before_the_first_line_of_its_file(bench: Bench) -> None:
    event_id = await bench.send(None, title="高龄津贴通知")
    [made] = await fetched(bench, event_id, a_docx(paragraph(TEXT)), form="docx-bytes")
    async with bench.database.read() as tx:
        version = (await loading.versions(tx, [made["version_id"]]))[made["version_id"]]
    assert (version.title, version.source_text) == ("高龄津贴通知", TEXT)


async def test_a_fetched_file_that_cannot_be_read_says_why(bench: Bench) -> None:
    event_id = await bench.send(None)
    with pytest.raises(InvalidRecord, match="not read: scan"):
        await fetched(bench, event_id, a_pdf(""), form="pdf-bytes")


async def test_a_page_that_comes_after_a_later_event_of_its_address_changes_nothing(bench: Bench) -> None:
    late = await bench.send(None, regions=["510107"])
    await bench.tell(OTHER_TEXT, regions=["510104"])
    assert await fetched(bench, late, HTML.format(TEXT).encode()) == []
    event = await bench.event(late)
    assert event.outcome == "same"
    assert "later event" in event.note
    assert (await bench.publication()).declared == {"regions": ["510104"]}


async def test_an_event_whose_page_is_not_here_has_it_fetched_again(bench: Bench) -> None:
    event_id = await bench.send(None)
    async with bench.database.write() as tx:
        [fetch] = await fetch_queue.claim(tx, bench.clock.now(), timedelta(), 16)
        assert await fetch_queue.failed(tx, fetch, "gone", bench.clock.now(), final=True, wait=None)
    assert (await bench.event(event_id)).dead_at is not None
    # An operator's replay puts the record on its topic again.
    assert await bench.carry([Record("publication-events", 0, 0, "", {"event_id": event_id}, bench.clock.now())]) == []
    assert (await bench.event(event_id)).dead_at is None
    assert len(await fetched(bench, event_id, HTML.format(TEXT).encode())) == 1


async def test_an_old_event_that_was_dead_and_is_replayed_does_not_undo_a_later_one(bench: Bench) -> None:
    event_id = await bench.send(TEXT)
    [record] = bench.records()
    async with bench.database.write() as tx:
        await bury(tx, dead_letter("normalise", record, "could not be read", bench.clock.now()))
    await bench.tell(OTHER_TEXT)
    assert await bench.carry([record]) == []
    event = await bench.event(event_id)
    assert (event.outcome, event.dead_at) == ("same", None)
    assert (await bench.publication()).revision == 1


async def test_a_page_without_text_is_invalid_and_says_what_to_send(bench: Bench) -> None:
    with pytest.raises(InvalidRecord, match="content_text"):
        await bench.tell(None, content_html="<html><body><script>1</script></body></html>")


async def test_a_zero_byte_in_a_fetched_page_does_not_stop_the_stage(bench: Bench) -> None:
    event_id = await bench.send(None)
    assert len(await fetched(bench, event_id, HTML.format(TEXT + "\x00").encode())) == 1


async def test_the_note_of_the_door_and_of_the_stage_stand_together(bench: Bench) -> None:
    late = await bench.send(None, urgency="emergency")
    await bench.tell(OTHER_TEXT)
    await fetched(bench, late, HTML.format(TEXT).encode())
    note = str((await bench.event(late)).note)
    assert "approvals" in note
    assert "later event" in note


async def test_a_publication_shows_its_current_state(bench: Bench) -> None:
    await bench.tell(title="通知", type="notice")
    async with bench.database.read() as tx:
        page = await store.page(tx, publication_id(PAGE))
        assert await store.page(tx, "pub_unknown") is None
    assert page is not None
    assert (page["url"], page["title"], page["revision"], page["withdrawn"], page["summary"]) == (PAGE, "通知", 1, False, None)
    assert page["declared"] == {"title": "通知", "type": "notice"}


def _carried(name: str, body: bytes) -> dict[str, str]:
    return {"name": name, "content_base64": base64.b64encode(body).decode()}


async def test_what_an_attachment_says_joins_the_text_and_changes_its_version(bench: Bench) -> None:
    [first] = await bench.tell(
        "详见附件。", title="关于补贴的通知", attachments=[_carried("指南.docx", a_docx(paragraph(TEXT)))]
    )
    [second] = await bench.tell(
        "详见附件。", title="关于补贴的通知", attachments=[_carried("指南.docx", a_docx(paragraph(OTHER_TEXT)))]
    )
    assert (first["kind"], second["kind"]) == ("new", "changed")
    async with bench.database.read() as tx:
        version = (await loading.versions(tx, [first["version_id"]]))[first["version_id"]]
    assert version.source_text == f"详见附件。\n指南.docx\n{TEXT}"


async def test_the_same_page_with_the_same_attachments_is_the_same_version(bench: Bench) -> None:
    event = {"attachments": [_carried("指南.docx", a_docx(paragraph(TEXT)))]}
    await bench.tell("详见附件。", **event)
    assert await bench.tell("详见附件。", **event) == []
    assert (await bench.last()).outcome == "same"


async def test_the_note_of_an_event_names_each_attachment_that_was_not_read_and_why(bench: Bench) -> None:
    await bench.tell(attachments=[_carried("表.pdf", a_pdf("")), _carried("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")])
    note = (await bench.last()).note
    assert '"表.pdf" not read (scan): 图片扫描件，读不出文字' in note
    assert '"旧.doc" not read (old_format)' in note


async def test_an_event_with_nothing_that_can_be_read_is_refused_by_every_reason(bench: Bench) -> None:
    with pytest.raises(InvalidRecord, match=r'no main text.*"表\.pdf" not read: scan'):
        await bench.tell("。", attachments=[_carried("表.pdf", a_pdf(""))])


async def test_a_withdrawal_keeps_no_attachments(bench: Bench) -> None:
    await bench.tell()
    await bench.tell(None, event="withdrawn", attachments=[_carried("指南.docx", a_docx(paragraph(TEXT)))])
    assert await bench.count(site_tables.event_attachments) == 0
