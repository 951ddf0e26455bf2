"""All 218 real publications go the whole way, each at its own date, to one subscriber whom it concerns."""

from __future__ import annotations

import asyncio
import html
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pushsvc.domain.publications import Version
from pushsvc.domain.summaries import Summary
from pushsvc.plain import decode
from pushsvc.publications import loading
from pushsvc.sites import registry
from pushsvc.storage.tables.publications import publications
from tests.journeys.house import Mail, Town, a_house, shanghai
from tests.services import databases

SHARED = Path(__file__).parents[2].parent / "shared"
CORPUS = SHARED / "corpus"
WITHOUT_A_DATE = "2026-06-01"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SCALES = {"万": 1e4, "亿": 1e8, "百万": 1e6, "千": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "m": 1e6}

pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this checkout"),
    pytest.mark.timeout(300),  # some 25 s on a quiet machine
]


@dataclass(frozen=True)
class Story:
    """One document: its line of the manifest, what the pipeline made of it, and what arrived."""

    entry: dict[str, Any]
    funnel: dict[str, Any]
    version: Version
    summary: Summary
    mails: list[Mail]

    @property
    def name(self) -> str:
        return str(self.entry["id"])

    @property
    def source(self) -> str:
        return f"{self.version.title}\n{self.version.source_text}"


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    """The manifest, the oldest first, so that the clock only goes on."""
    found = [json.loads(line) for line in (CORPUS / "manifest.jsonl").read_text("utf-8").splitlines()]
    return sorted(found, key=lambda entry: str(entry.get("published_at") or WITHOUT_A_DATE))


@pytest.fixture(scope="module")
def stories(entries: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    """The whole corpus through one house; what it made is read before the house closes."""
    return asyncio.run(_through_the_house(entries, tmp_path_factory.mktemp("corpus")))


async def _through_the_house(entries: list[dict[str, Any]], folder: Path) -> dict[str, Story]:
    databases.make_sqlite_template(folder / "pushsvc.sqlite3")
    first = _day(entries[0]) - timedelta(days=1)
    async with a_house(f"sqlite+aiosqlite:///{folder}/pushsvc.sqlite3", folder, at=first) as town:
        sites = await _register(town, entries)
        for language in ("zh", "en"):
            theirs = sorted({sites[_address(entry)] for entry in entries if entry["lang"] == language})
            asked = {"sites": theirs, "regions": ["CN", "GB", "US"]}
            await town.a_citizen(f"reader-{language}", interests=[asked], language=language, reminders=False)
        sent = {}
        for entry in entries:
            town.clock.set(max(_day(entry), town.clock.now() + timedelta(seconds=1)))
            document = _event(entry)
            accepted = await town.house.intake.send(document, site=sites[document["url"]], origin="api", webhook_id=entry["id"])
            await town.settle()
            sent[entry["id"]] = accepted.event_id
        return await _read(town, entries, sent)


def _day(entry: dict[str, Any]) -> datetime:
    """Nine o'clock on the day of publication, in Shanghai."""
    return shanghai(f"{str(entry.get('published_at') or WITHOUT_A_DATE)[:10]} 09:00")


def _event(entry: dict[str, Any]) -> dict[str, Any]:
    file = CORPUS / entry["file"]
    event = {"event": "published", "url": _address(entry), "title": entry["title"]}
    if file.suffix == ".html":
        event["content_html"] = decode(file.read_bytes(), None)
    else:
        event["content_text"] = (CORPUS / entry["text"]).read_text("utf-8")
    return event | ({"published_at": entry["published_at"]} if entry.get("published_at") else {})


def _address(entry: dict[str, Any]) -> str:
    """Where it was published; the few whose address nobody wrote down get one of their own."""
    parts = urlsplit(entry["source"])
    is_a_page = parts.scheme in ("http", "https") and parts.path.strip("/")
    return str(entry["source"]) if is_a_page else f"https://www.{entry['lang']}-archive.example/{entry['id']}"


async def _register(town: Town, entries: list[dict[str, Any]]) -> dict[str, str]:
    """A site for each host. Gives the site of each address."""
    hosts: dict[str, str] = {}
    publishers: dict[str, str] = {}
    of = {}
    for entry in entries:
        host = urlsplit(_address(entry)).netloc
        hosts.setdefault(host, f"bm{len(hosts):08}")
        publishers.setdefault(
            host, re.sub(r'[\d",\s]+', "", str(entry.get("publisher") or entry.get("site") or "机关")) or "机关"
        )
        of[_address(entry)] = hosts[host]
    lines = [f"{code},{publishers[host]},{publishers[host]},CN,{host}," for host, code in hosts.items()]
    await registry.import_sites(
        town.house.database, town.clock, "\n".join(["code,name,organisation,region,domains,feeds", *lines, ""])
    )
    return of


async def _read(town: Town, entries: list[dict[str, Any]], sent: dict[str, str]) -> dict[str, Story]:
    mails = defaultdict(list)
    for mail in await town.mailbox():
        mails[mail.publication].append(mail)
    stories = {}
    async with town.house.database.read() as tx:
        current = {row.publication_id: row.version_id for row in await tx.execute(publications.select())}
        versions = await loading.versions(tx, set(current.values()))
        summaries = await loading.summaries(tx, set(current.values()))
    for entry in entries:
        funnel = await town.funnel(sent[entry["id"]])
        version = current[funnel["publication_id"]]
        stories[entry["id"]] = Story(entry, funnel, versions[version], summaries[version], mails[funnel["publication_id"]])
    return stories


def test_every_document_goes_through_and_its_subscriber_gets_exactly_one_message(stories: dict[str, Story]) -> None:
    assert len(stories) == 218
    for story in stories.values():
        assert (story.funnel["outcome"], story.funnel["state"]) == ("new", "done"), (story.name, story.summary.regions)
        assert story.funnel["accepted"] == {"email": 1}, (story.name, story.funnel)
        assert [mail.kind for mail in story.mails] == ["new"], story.name


def test_every_span_equals_its_text(stories: dict[str, Story]) -> None:
    for story in stories.values():
        text = story.version.source_text
        for fact in story.summary.facts:
            assert text[fact.start : fact.end] == fact.raw, (story.name, fact)


def test_every_digit_of_every_message_stands_in_its_source(stories: dict[str, Story]) -> None:
    wrong = []
    for story in stories.values():
        known = set(_numbers(story.source)) | _months_in(story.source)
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", story.source))
        for mail in story.mails:
            for words in (mail.subject, _without_links(mail.text), _words_of(mail.html)):
                wrong += [
                    (story.name, shown, words[max(0, words.find(shown.strip()) - 50) : words.find(shown.strip()) + 60])
                    for value, shown in _said(words)
                    if value not in known and value * 1e4 not in known and re.sub(r"\D", "", shown) not in digits
                ]
    assert not wrong


def test_nearly_every_message_carries_a_sentence_of_the_source_beyond_the_title(stories: dict[str, Story]) -> None:
    without = []
    for story in stories.values():
        source, title = _squeezed(story.version.source_text), _squeezed(story.version.title)
        pieces = (_squeezed(piece) for piece in re.split(r"[。；;，,“”：:.…\n]", story.mails[0].text))
        if not any(len(said) >= 8 and said in source and said not in title for said in pieces):
            without.append(story.name)
    assert len(without) <= 0.05 * len(stories), without


def _numbers(text: str) -> Iterator[float]:
    """Every number of a text: as it stands, and with its 万, 亿 or million."""
    pattern = r"(\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(百万|[万亿千]|million|billion|trillion|bn\b|m\b)?"
    for found in re.finditer(pattern, unicodedata.normalize("NFKC", text)):
        value = float(found[1].replace(",", ""))
        yield value
        if found[2]:
            yield round(value * SCALES[found[2]], 4)


def _said(words: str) -> Iterator[tuple[float, str]]:
    """Every number that a message shows."""
    pattern = r"(\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(百万|[万亿千]|million|billion|trillion|bn\b|m\b)?"
    for found in re.finditer(pattern, unicodedata.normalize("NFKC", words)):
        yield round(float(found[1].replace(",", "")) * SCALES.get(found[2] or "", 1.0), 4), found[0]


def _months_in(text: str) -> set[float]:
    """The numbers of the months that an English text names."""
    small = text.lower()
    return {float(number) for number, month in enumerate(MONTHS, 1) if month in small}


def _without_links(text: str) -> str:
    return re.sub(r"https?://\S+", "", text)


def _words_of(written: str) -> str:
    """What a reader of the HTML part sees."""
    shown = re.sub(r"(?s)<(style|head)\b.*?</\1>", "", written)
    return _without_links(html.unescape(re.sub(r"<[^>]*>", "\n", shown)))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text)).lower()
