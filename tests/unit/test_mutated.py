"""10,000 mutated feeds and pages: none crashes a reader, none keeps it busy for 2 seconds. Seeded, so that a failure repeats.

MUTATIONS_SEED chooses another run, MUTATIONS_TIMES a longer one.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pushsvc import plain
from pushsvc.errors import PushsvcError
from pushsvc.sites.feeds.items import keys_of
from pushsvc.sites.feeds.reading import read_feed
from pushsvc.sites.page_check import check_page

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
SEED = int(os.environ.get("MUTATIONS_SEED", "20260302"))
TIMES = int(os.environ.get("MUTATIONS_TIMES", "1"))
FEEDS, PAGES = 6_000 * TIMES, 4_000 * TIMES
LONGEST_SECONDS = 2.0  # of the processor: a busy machine is no fault of the reader
#: A mutated document is mostly a piece of so many bytes: real ones are long, and most of their length is alike.
MAX_BYTES = 12_000
WHOLE = 0.03
NOW = datetime(2026, 3, 2, tzinfo=UTC)
URL = "https://www.chengdu.gov.example/a.html"
SPICE = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"</", b"/>", b'"', b"'", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"&#x0;", b"&#xD800;", b"&#99999999;", b"&nbsp;", b"&amp;amp;", b"<?xml version='1.0' encoding='utf-7'?>", b"\xc0\x80",
    b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"xml:base='http://['", b"<link>", b"</link>", b"<item>", b"</item>", b"<entry>",
    b"http://[::1", b"//", b"\xa3\xa4", "２０２６年".encode(), "日".encode("gbk"), b"2026-13-45", b"9" * 40, b"-" * 40, b"{",
    b"[", b"}", b"null", b"1e999", b'"\\ud800"', b"<table>", b"<tr><td>", b"<script>", b"</p>", b"<meta charset=big5>",
    b"\r\n" * 20, b"<div style='display:none'>", b" " * 200,
]  # fmt: skip
OUR_OWN = [
    b'<rss version="2.0"><channel><ttl>5</ttl><item><title>a</title><link>/1</link><pubDate>2026-03-01 09:00</pubDate></item>',
    b'<feed><entry><link href="/1"/><id>urn:1</id><updated>2026-03-01T01:00:00Z</updated></entry></feed>',
    b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"/1","date_published":"2026-03-01"}]}',
    b"<urlset><url><loc>https://a.example/1</loc><lastmod>2026-03-01</lastmod></url></urlset>",
    "<html><head><meta name=PubDate content='2026-03-01'></head><body><h1>通知</h1><p>每月一百元，6月30日截止。</p>".encode(),
]


def mutated(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """A piece of a sample, with one to eight things done to it."""
    body = bytearray(piece(chance, chance.choice(samples)))
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(body))
        end = min(len(body), at + chance.choice((1, 4, 30, 300)))
        match chance.randint(0, 6):
            case 0:
                body[at:end] = b""
            case 1:
                body[at:at] = chance.choice(SPICE)
            case 2:
                body[at:end] = chance.choice(SPICE)
            case 3:
                body[at:at] = body[at:end] * chance.choice((1, 2, 20))
            case 4:
                body[at:end] = chance.randbytes(end - at)
            case 5:
                body[at:at] = piece(chance, chance.choice(samples))[:600]
            case _:
                del body[at:]
    return bytes(body)


def piece(chance: random.Random, sample: bytes) -> bytes:
    """The head of a sample and some of the rest; now and then all of it."""
    if len(sample) <= MAX_BYTES or chance.random() < WHOLE:
        return sample
    start = chance.randint(0, len(sample) - MAX_BYTES // 2)
    return sample[: MAX_BYTES // 2] + sample[start : start + MAX_BYTES // 2]


def survived(samples: Sequence[bytes], times: int, read: Callable[[bytes, random.Random], object]) -> int:
    """Reads `times` mutated documents; gives how many were read to the end. Fails on the first that crashes or hangs."""
    good = 0
    for number in range(times):
        chance = random.Random(f"{SEED} {number}")
        body = mutated(chance, samples)
        began = time.process_time()
        try:
            read(body, chance)
            good += 1
        except PushsvcError:
            pass
        except Exception as error:
            pytest.fail(f"seed {SEED}, document {number}: {type(error).__name__}: {error}\n{body[:2000]!r}")
        took = time.process_time() - began
        assert took < LONGEST_SECONDS, f"seed {SEED}, document {number} took {took:.1f} s\n{body[:2000]!r}"
    return good


def samples(*patterns: str) -> list[bytes]:
    found = [
        path.read_bytes() for pattern in patterns for path in sorted(CORPUS.glob(pattern)) if path.name != "manifest.jsonl"
    ]
    return found + OUR_OWN


def test_thousands_of_mutated_feeds_are_read_or_refused() -> None:
    def read(body: bytes, chance: random.Random) -> None:
        charset = chance.choice((None, "utf-8", "gbk", "utf-16", "big5", "x-none"))
        for key, item in keys_of(read_feed(body, charset, URL).items):
            assert len(key) == len(item.fingerprint()) == 32

    assert survived(samples("feeds/*"), FEEDS, read) > FEEDS // 4


def test_thousands_of_mutated_pages_are_read_and_checked_or_refused() -> None:
    def read(body: bytes, chance: random.Random) -> None:
        charset = chance.choice((None, "utf-8", "gbk"))
        plain.read_html(plain.decode(body, charset))
        check_page(body, charset, URL, now=NOW, site="5101000012")

    assert survived(samples("zh/*.html", "en/*.html"), PAGES, read) > PAGES // 4
