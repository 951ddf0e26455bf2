"""A page is held against the national tags: what is missing or wrong is named with its value, and a good page passes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pushsvc.errors import BadInput
from pushsvc.sites.page_check import Finding, PageCheck, check_page
from pushsvc.sites.rules import rules

SHARED = Path(__file__).parents[2].parent / "shared"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
URL = "https://www.chengdu.gov.example/tz/2026/content_1.html"
SITE = "5101000012"
GOOD = {
    "SiteName": "成都市人民政府", "SiteDomain": "www.chengdu.gov.example", "SiteIDCode": SITE, "ColumnName": "通知公告",
    "ColumnType": "政策文件", "ArticleTitle": "关于高龄津贴的通知", "PubDate": "2026-03-01 09:30", "ContentSource": "市民政局",
    "Keywords": "高龄津贴", "Author": "李明", "Description": "津贴", "Image": "/a.png", "Url": URL,
}  # fmt: skip


def a_page(**tags: str | None) -> bytes:
    said = {name: value for name, value in {**GOOD, **tags}.items() if value is not None}
    return ("<html><head>" + "".join(f'<meta name="{n}" content="{v}">' for n, v in said.items()) + "</head><p>正文").encode()


def checked(page: bytes, url: str = URL) -> PageCheck:
    return check_page(page, "utf-8", url, now=NOW, site=SITE)


def test_a_page_with_every_tag_has_nothing_to_mend() -> None:
    check = checked(a_page())
    assert check.findings == ()
    assert check.page_type == "article"
    assert check.passed
    assert check.tags["SiteIDCode"] == SITE


@pytest.mark.parametrize(
    ("tag", "value", "finding"),
    [
        ("SiteName", None, Finding("missing", "SiteName")),
        ("Author", None, Finding("advised", "Author")),
        ("ContentSource", "", Finding("empty", "ContentSource")),
        ("SiteIDCode", "51010012", Finding("site_code_form", "SiteIDCode", "51010012", SITE)),
        ("SiteIDCode", "5100000001", Finding("site_code_other", "SiteIDCode", "5100000001", SITE)),
        ("SiteDomain", "www.sc.gov.example",
         Finding("domain_other", "SiteDomain", "www.sc.gov.example", "www.chengdu.gov.example")),
        ("PubDate", "3月1日", Finding("time_form", "PubDate", "3月1日")),
        ("PubDate", "2026-02-30 09:00", Finding("time_form", "PubDate", "2026-02-30 09:00")),
        ("PubDate", "2026-03-02 12:00", Finding("time_future", "PubDate", "2026-03-02 12:00")),
        ("PubDate", "1970-01-01 08:00", Finding("time_old", "PubDate", "1970-01-01 08:00")),
        ("PubDate", "2026-03-01\u00a009:30", Finding("time_blank", "PubDate", "2026-03-01\u00a009:30", "2026-03-01 09:30")),
        ("Url", "https://www.chengdu.gov.example/b.html",
         Finding("address_other", "Url", "https://www.chengdu.gov.example/b.html", URL)),
        ("Image", "http://[", Finding("address_form", "Image", "http://[")),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_what_the_page_says(tag: str, value: str | None, finding: Finding) -> None:
    assert checked(a_page(**{tag: value})).findings == (finding,)


@pytest.mark.parametrize("time", ["2026-03-01", "2026-03-01 09:30", "2026-03-01 09:30:59"])
def test_the_three_forms_of_a_time_that_sites_use_are_all_good(time: str) -> None:
    assert checked(a_page(PubDate=time)).findings == ()


def test_a_tag_in_other_letters_counts_and_is_said() -> None:
    page = a_page(PubDate=None).replace(b"<head>", b'<head><meta name="pubdate" content="2026-03-01">')
    assert checked(page).findings == (Finding("spelling", "PubDate", "pubdate", "PubDate"),)


def test_a_tag_that_says_two_things_is_said_and_one_that_repeats_itself_is_not() -> None:
    twice = a_page().replace(b"<head>", b'<head><meta name="Author" content="A"><meta name="SiteIDCode" content="5101000012">')
    assert checked(twice).findings == (Finding("twice", "Author", "A", "李明"),)


@pytest.mark.parametrize(
    ("url", "kind"),
    [("https://www.a.example/", "home"), ("https://www.a.example/index.html", "home"), ("https://www.a.example/tz/", "column"),
     ("https://www.a.example/tz/index_2.shtml", "column"), ("https://www.a.example/tz/t1.html", "article")],
)  # fmt: skip
def test_a_page_without_tags_is_taken_for_what_its_address_looks_like(url: str, kind: str) -> None:
    check = check_page(b"<p>x", None, url, now=NOW)
    assert check.page_type == kind
    missing = {rule["tag"] for rule in rules("page_tags")["tags"] if kind in rule["pages"] and rule["required"]}
    assert {finding.tag for finding in check.findings if finding.code == "missing"} == missing
    assert not check.passed


def test_a_gbk_page_that_says_utf_8_keeps_its_words() -> None:
    page = a_page().decode().encode("gbk")
    assert check_page(page, "utf-8", URL, now=NOW, site=SITE).tags["SiteName"] == "成都市人民政府"


@pytest.mark.parametrize("page", [b"", b"   ", b"%PDF-1.4", b"\x00" * 100])
def test_what_is_no_page_is_refused_with_its_reason(page: bytes) -> None:
    with pytest.raises(BadInput, match="page"):
        check_page(page, None, URL, now=NOW)


@pytest.mark.skipif(not SHARED.exists(), reason="the corpus is not beside the repository")
def test_every_real_page_of_the_corpus_is_taken_for_an_article_of_a_site_with_a_code() -> None:
    for path in sorted((SHARED / "corpus" / "zh").glob("*.html")):
        check = check_page(path.read_bytes(), None, URL, now=datetime(2026, 12, 1, tzinfo=UTC))
        if "SiteIDCode" in check.tags:
            assert check.page_type == "article", path.name
            assert not [each for each in check.findings if each.code in ("site_code_form", "time_form", "time_old")], path.name
