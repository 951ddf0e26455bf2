"""Every sample feed is read, or refused with its reason; what real feeds get wrong is mended, what is hostile is refused."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pushsvc.sites.feeds.dates import read_date
from pushsvc.sites.feeds.items import MAX_ITEMS, NotAFeed, keys_of
from pushsvc.sites.feeds.reading import read_feed

FEEDS = Path(__file__).parents[2].parent / "shared" / "corpus" / "feeds"
URL = "https://www.chengdu.gov.example/rss/feed.xml"

#: What each sample is: (kind, entries, entries without an address, date of the first one), or the reason why it is refused.
NO_LINK = 1
EXPECTED: dict[str, tuple[str, int, int, str | None] | str] = {
    "constructed_cn_dates.xml": ("rss", 12, 0, "2026-02-24T16:00:00+00:00"),
    "constructed_gb2312_declared_utf8_bytes.xml": ("rss", 12, 0, "2026-02-24T16:00:00+00:00"),
    "constructed_gbk_zoneless.xml": ("rss", 12, 0, "2026-02-25T01:30:00+00:00"),
    "constructed_sitemap.xml": ("sitemap", 12, 0, "2026-02-24T16:00:00+00:00"),
    "constructed_sitemap_index.xml": ("sitemap index", 0, 0, None),
    "constructed_utf8_declared_gbk_bytes.xml": ("rss", 12, 0, "2026-02-25T01:30:00+00:00"),
    "fastfeedparser__integration_json_feed_sample.json": ("json", 2, 0, "2024-01-15T12:00:00+00:00"),
    "fastfeedparser__integration_kagi.xml": ("atom", 35, 0, "2024-11-08T18:15:51+00:00"),
    "fastfeedparser__integration_malformed_rss_namespaced.xml": ("rss", 2, 0, "2024-01-01T12:00:00+00:00"),
    "fastfeedparser__integration_osm.xml": ("atom", 20, 0, "2024-11-28T22:55:15+00:00"),
    "fastfeedparser__integration_utf16_encoded.xml": ("rss", 1, 0, "2024-01-03T12:00:00+00:00"),
    "feedparser__encoding_big5.xml": ("rss", 0, 0, None),
    "feedparser__encoding_http_application_atom_xml_gb2312_charset_overrides_encoding.xml": ("atom", 0, 0, None),
    "feedparser__encoding_http_application_atom_xml_gb2312_encoding.xml": ("atom", 0, 0, None),
    "feedparser__illformed_aaa_illformed.xml": ("rss", 0, 0, None),
    "feedparser__illformed_chardet_big5.xml": ("atom", 0, 0, None),
    "feedparser__illformed_chardet_gb2312.xml": ("rss", 0, NO_LINK, None),
    "feedparser__illformed_http_high_bit_date.xml": ("rss", 0, 0, None),
    "feedparser__illformed_rss_empty_document.xml": "it is empty",
    "feedparser__illformed_rss_incomplete_cdata.xml": ("rss", 0, NO_LINK, None),
    "feedparser__illformed_rss_item_link_corrupted_ampersands.xml": ("rss", 1, 0, None),
    "feedparser__illformed_undeclared_namespace.xml": ("rss", 0, 0, None),
    "feedparser__json_example.json": ("json", 2, 0, None),
    "feedparser__wellformed_rss_item_dc_date.xml": ("rss", 0, NO_LINK, None),
    "feedparser__wellformed_rss_item_expirationDate.xml": ("rss", 0, NO_LINK, None),
    "feedparser__wellformed_rss_item_pubDate.xml": ("rss", 0, NO_LINK, None),
    "gofeed__parser_json_invalid_invalid.json": "its JSON cannot be read",
    "gofeed__parser_universal_atom03_feed.xml": ("atom", 0, 0, None),
    "gofeed__parser_universal_atom10_feed.xml": ("atom", 0, 0, None),
    "gofeed__parser_universal_json11_feed.json": ("json", 1, 0, "2019-10-12T07:20:50+00:00"),
    "gofeed__parser_universal_rdf_feed.xml": ("rdf", 0, 0, None),
    "gofeed__parser_universal_rss_feed_bom.xml": ("rss", 0, 0, None),
    "gofeed__parser_universal_rss_feed_leading_spaces.xml": ("rss", 0, 0, None),
    "gofeed__parser_universal_unknown_feed.xml": 'its root element is "note"',
    "gofeed__translator_json_json11_full.json": ("json", 1, 0, "2019-10-12T07:20:50+00:00"),
    "publication_events_cn.jsonl": ("lines", 1500, 0, "2026-02-24T16:00:00+00:00"),
    "rss-parser__input_encoding.rss": ("rss", 40, 0, "2018-01-03T13:47:00+00:00"),
    "rss-parser__input_incomplete-fields.atom": ("atom", 0, NO_LINK, None),
    "rss-parser__input_missing-fields.atom": ("atom", 0, NO_LINK, None),
    "rss-parser__input_pagination-links.rss": ("rss", 1, 0, "2021-01-21T07:58:00+00:00"),
    "rss-parser__input_rss-1.rss": ("rdf", 69, 0, "2017-06-15T17:29:47+00:00"),
    "sh_warning_center_sample.js": "it is a script, not a feed",
}  # fmt: skip
corpus = pytest.mark.skipif(not FEEDS.exists(), reason="the corpus is not beside the repository")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def rss(inner: str, head: str = "") -> bytes:
    return f'{head}<rss version="2.0"><channel>{inner}</channel></rss>'.encode()


def links(body: bytes, url: str = URL) -> list[str]:
    return [item.url for item in read_feed(body, None, url).items]


@corpus
def test_the_expectations_name_every_sample_and_nothing_else() -> None:
    listed = {json.loads(line)["file"].removeprefix("feeds/") for line in (FEEDS / "manifest.jsonl").read_text().splitlines()}
    assert listed == set(EXPECTED)


@corpus
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_sample_feed_is_read_or_refused_with_its_reason(name: str) -> None:
    expected, body = EXPECTED[name], (FEEDS / name).read_bytes()
    if isinstance(expected, str):
        with pytest.raises(NotAFeed, match=expected):
            read_feed(body, None, URL)
        return
    feed = read_feed(body, None, URL)
    first = next((item.dated for item in feed.items), None)
    found = (feed.kind, len(feed.items), sum(feed.skipped.values()), first.isoformat() if first else None)
    assert found == expected
    assert all(reason.startswith("it has no address") for reason in feed.skipped)


@corpus
@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("constructed_") and "sitemap" not in name])
def test_chinese_titles_come_out_whole_whatever_the_bytes_and_the_declaration_say(name: str) -> None:
    titles = [item.title for item in read_feed((FEEDS / name).read_bytes(), None, URL).items]
    assert titles[1] == "习近平主席特使倪虹将出席智利总统就职仪式"
    assert not any("\ufffd" in title for title in titles)


def test_a_page_in_place_of_a_feed_says_which_feed_it_names() -> None:
    page = b"<!DOCTYPE html><html><head><link rel=alternate type='application/rss+xml' href='/rss/tz.xml'></head>"
    with pytest.raises(NotAFeed, match=r"it names https://www\.chengdu\.gov\.example/rss/tz\.xml as its feed"):
        read_feed(page, None, URL)


def test_utf_16_is_read_with_and_without_its_mark() -> None:
    text = rss("<item><title>通知</title><link>/a.html</link></item>").decode()
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert read_feed(text.encode(encoding), None, URL).items[0].title == "通知"


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("<link>/tz/1.html</link>", "https://www.chengdu.gov.example/tz/1.html"),
        ("<link>1.html</link>", "https://www.chengdu.gov.example/rss/1.html"),
        ("<link>http://a.example/?a=1&b=2</link>", "http://a.example/?a=1&b=2"),
        ("<link>http://a.example/?a=1&amp;b=2</link>", "http://a.example/?a=1&b=2"),
        ("<link>http://a.example/?a=1&amp;amp;copy=2</link>", "http://a.example/?a=1&copy=2"),
        ("<link>http://a.example/?a=1&copy=2</link>", "http://a.example/?a=1&copy=2"),
        ("<link><![CDATA[ http://a.example/?a=1&b=2 ]]></link>", "http://a.example/?a=1&b=2"),
        ("<link>\n  http://a.example/x\n</link>", "http://a.example/x"),
        ("<guid>http://a.example/x</guid>", "http://a.example/x"),
        ('<guid isPermaLink="true">http://a.example/x</guid><link></link>', "http://a.example/x"),
        ('<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="http://a.example/x"/>', "http://a.example/x"),
        ('<link xml:base="http://b.example/">/x</link>', "https://www.chengdu.gov.example/x"),
    ],
)
def test_a_link_is_found_wherever_it_stands_and_made_whole(written: str, there: str) -> None:
    assert links(rss(f"<item>{written}</item>")) == [there]


def test_xml_base_counts_from_the_outside_in() -> None:
    feed = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/x/"><entry xml:base="y/">'
        b'<link rel="self" href="no"/><link type="application/pdf" href="p.pdf"/><link rel="alternate" href="z.html"/>'
        b"</entry></feed>"
    )
    assert links(feed) == ["https://a.example/x/y/z.html"]


def test_an_id_that_is_no_address_leaves_the_entry_out_and_counts_it() -> None:
    feed = read_feed(
        rss('<item><guid isPermaLink="false">http://a.example/x</guid></item><item><link>ftp://x/</link></item>'), None, URL
    )
    assert feed.items == ()
    assert sum(feed.skipped.values()) == 2


def test_one_id_for_several_entries_is_no_id() -> None:
    twice = rss("".join(f"<item><guid>1</guid><link>/{number}.html</link></item>" for number in range(3)))
    assert len(keys_of(read_feed(twice, None, URL).items)) == 3
    again = rss("<item><guid>1</guid><link>/a.html</link></item><item><guid>1</guid><link>/a.html</link></item>")
    assert len(keys_of(read_feed(again, None, URL).items)) == 1


def test_html_only_names_of_characters_do_not_spoil_the_rest() -> None:
    feed = read_feed(rss("<item><title>A&nbsp;B &mdash; C &lt;b&gt; &unknown; &</title><link>/a</link></item>"), None, URL)
    assert feed.items[0].title == "A B — C  &unknown; &"


def test_news_sitemaps_say_when_a_page_was_published() -> None:
    body = (
        b'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/1</loc><news:news>'
        b"<news:publication_date>2026-03-01T08:00:00+08:00</news:publication_date><news:title>T</news:title></news:news></url></urlset>"
    )
    (item,) = read_feed(body, None, URL).items
    assert (item.published, item.title) == (utc(2026, 3, 1), "T")


@pytest.mark.parametrize(
    ("head", "seconds"),
    [("<ttl>60</ttl>", 3600), ("<ttl>x</ttl>", None), ("<ttl>0</ttl>", None),
     ('<sy:updatePeriod xmlns:sy="s">daily</sy:updatePeriod><sy:updateFrequency xmlns:sy="s">4</sy:updateFrequency>', 21_600)],
)  # fmt: skip
def test_how_often_a_feed_wants_to_be_asked_is_read(head: str, seconds: int | None) -> None:
    assert read_feed(rss(head), None, URL).ttl_seconds == seconds


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 02 Mar 2026 09:30:00 +0800", utc(2026, 3, 2, 1, 30)),
        ("Mon, 2 Mar 2026 09:30 GMT", utc(2026, 3, 2, 9, 30)),
        ("Mon Mar 02 09:30:00 CST 2026", utc(2026, 3, 2, 1, 30)),
        ("2 March 26 09:30", utc(2026, 3, 2, 1, 30)),
        ("周一, 02 三月 2026 09:30:00 +0800", utc(2026, 3, 2, 1, 30)),
        ("星期一, 02 3月 2026 09:30:00", utc(2026, 3, 2, 1, 30)),
        ("2026-03-02T09:30:00+08:00", utc(2026, 3, 2, 1, 30)),
        ("2026-03-02T09:30:00.123Z", utc(2026, 3, 2, 9, 30)),
        ("2026-03-02T09:30:00-05:00", utc(2026, 3, 2, 14, 30)),
        ("2026-03-02 09:30:00", utc(2026, 3, 2, 1, 30)),
        ("2026-03-02\u00a009:30", utc(2026, 3, 2, 1, 30)),
        ("2026-03-02 09:30:00.0", utc(2026, 3, 2, 1, 30)),
        ("2026/3/2 9:30", utc(2026, 3, 2, 1, 30)),
        ("2026.03.02", utc(2026, 3, 1, 16)),
        ("2026年3月2日", utc(2026, 3, 1, 16)),
        ("２０２６年３月２日 下午3时05分", utc(2026, 3, 2, 7, 5)),
        ("发布时间：2026年03月02日 09:30", utc(2026, 3, 2, 1, 30)),
        ("3/2/2026 9:30", None),
        ("20260302", utc(2026, 3, 1, 16)),
        ("20260302T093000Z", utc(2026, 3, 2, 9, 30)),
        ("1772415000", utc(2026, 3, 2, 1, 30)),
        ("1772415000000", utc(2026, 3, 2, 1, 30)),
        ("2026-03-02 24:00", utc(2026, 3, 2, 16)),
        ("2026-02-30", None),
        ("0000-00-00 00:00:00", None),
        ("1970-01-01", utc(1969, 12, 31, 16)),
        ("昨天", None),
        ("3月2日", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_as_it_is_meant_or_not_at_all(written: str | None, moment: datetime | None) -> None:
    assert read_date(written) == moment


def bomb(levels: int) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "lol">{entities}]>'
    return rss(f"<item><link>&a{levels - 1};</link></item>", head)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (bomb(12), "declares entities"),
        (
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><link>&x;</link></item></rss>',
            "declares entities",
        ),
        (b'<!DOCTYPE r [<!entity % x SYSTEM "http://127.0.0.1/x"> %x;]><rss></rss>', "declares entities"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no text"),
        (b"%PDF-1.7", "no text"),
        (b"[" * 100_000, "JSON"),
        (b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100_000, "JSON"),
        (b"<", "no element"),
        (b"<!--", "no element|is empty"),
        ("<!doctype html><html><body>404 页面不存在".encode(), "HTML page"),
        (b"<HTML><BODY>", "HTML page"),
    ],
)
def test_what_is_hostile_or_no_feed_is_refused_at_once(body: bytes, reason: str) -> None:
    began = time.process_time()
    with pytest.raises(NotAFeed, match=reason):
        read_feed(body, None, URL)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "body",
    [
        b"<rss>" + b"<a>" * 500_000,
        b"<rss>" + b"<!--" * 500_000,
        b"<rss>" + b"<![CDATA[" * 500_000,
        b"<rss>" + b"&" * 2_000_000,
        b"<rss " + b"a=b " * 500_000,
        b"<rss><item><title>" + b"<" * 2_000_000,
        b"<rss>" + b"<item><link>/a</link><item>" * 100_000,
        b'<rss xml:base="' + b"../" * 500_000 + b'"><item><link>/a</link></item></rss>',
        b"<rss><item><pubDate>" + b"2" * 2_000_000,
    ],
    ids=["deep", "comments", "cdata", "ampersands", "attributes", "brackets", "nested items", "base", "digits"],
)
def test_megabytes_made_to_hang_a_reader_are_read_or_refused_within_two_seconds(body: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(NotAFeed):
        read_feed(body, None, URL)
    assert time.process_time() - began < 2


def test_of_a_very_long_feed_the_newest_entries_are_kept() -> None:
    entries = "".join(
        f"<item><link>/{n}.html</link><pubDate>{1_700_000_000 + n}</pubDate></item>" for n in range(MAX_ITEMS + 500)
    )
    began = time.process_time()
    items = read_feed(rss(entries), None, URL).items
    assert len(items) == MAX_ITEMS
    assert min(item.url.rsplit("/")[-1] for item in items if item.url.endswith("/500.html")) == "500.html"
    assert not any(item.url.endswith("/499.html") for item in items)
    assert time.process_time() - began < 8
