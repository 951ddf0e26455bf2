"""Hostile documents: an error with a reason, or a summary; never a crash, never a wait."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pushsvc.domain.publications import Reading
from pushsvc.errors import InvalidRecord
from pushsvc.plain import decode, problems, read_html, read_text, summarise

#: Seconds that a megabyte may take; the promise is two on a quiet machine, and the suite's is not quiet.
SECONDS = 8.0
SENTENCE = "对于2025年9月25日至2025年12月31日期间购房的购房人，给予总价2%、最高不超过3万元的购房补贴。咨询电话：020-12345678。"
PIECES = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<p class='nav'>",
        "<table><tr><td>",
        "</table>",
        "<!--",
        "-->",
        "<script>",
        "]]>",
        "&amp;",
        "&#0;",
        "&bomb;",
        "2026年3月31日前",
        "3万元",
        "50%",
        "《",
        "》",
        "（",
        "有效期",
        "申请",
        "至",
        "。",
        "，",
        "\n",
        "\x00",
        "\ud800",
        "1",
        "a@b.c",
        "http://",
        "by May 2, 2016",
        "$1.8 million",
        "comments must",
        ". ",
        "０２０",
        "半",
        "百分之",
        "〔2026〕1号",
        "条件：",
        "…",
        "\u202e",
    ]
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _survives(reading: Reading) -> None:
    summary = summarise(reading, {})
    for fact in summary.facts:
        assert reading.source_text[fact.start : fact.end] == fact.raw
    for language, wording in summary.wordings.items():
        assert wording.headline
        assert wording.short
        assert len(wording.short) <= (28 if language == "zh" else 90)


@FEW
@given(st.lists(PIECES, max_size=60).map("".join))
def test_pieces_of_pages_in_any_order_are_read_or_refused(html: str) -> None:
    try:
        reading = read_html(html)
    except InvalidRecord:
        return
    _survives(reading)


@FEW
@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=60).map("".join)), st.one_of(st.none(), st.text(max_size=80)))
def test_any_text_under_any_title_is_read_or_refused(text: str, title: str | None) -> None:
    try:
        reading = read_text(text, title)
    except InvalidRecord:
        return
    assert reading.source_text == text
    _survives(reading)


@FEW
@given(
    st.binary(max_size=300),
    st.one_of(st.none(), st.sampled_from(["utf-8", "gbk", "utf-16", "hz", "rot13", "zlib_codec", "\ud800"])),
)
def test_any_bytes_are_decoded_or_refused(body: bytes, declared: str | None) -> None:
    with contextlib.suppress(InvalidRecord):
        assert isinstance(decode(body, declared), str)


@FEW
@given(st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=20).map("".join))
def test_the_verifier_answers_whatever_it_is_given(source: str, text: str) -> None:
    assert isinstance(problems(source, text, "zh"), list)


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE * 4_000,
        f"{SENTENCE}\n" * 4_000,
        "1" * 1_000_000 + "元",
        "1," * 500_000,
        "一" * 300_000 + "元",
        "申请" * 170_000,
        "（" * 300_000 + "a",
        "《法" * 150_000,
        "a@" * 500_000 + "b",
        "a" * 1_000_000 + "@",
        "http://" * 150_000,
        "0-" * 500_000,
        "x" + " " * 1_000_000 + "x",
        "x" + "\n" * 1_000_000 + "x",
        "3月1日至" * 90_000,
        "Act And Of The " * 66_000,
        "Comments must be submitted by May 16, 2016. Call 202-482-1550 for $1.8 million. " * 12_000,
    ],
)
def test_a_megabyte_of_anything_takes_seconds(text: str) -> None:
    started = time.perf_counter()
    _survives(read_text(text, "关于购房补贴的通知"))
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "正文内容" * 20,
        "<table><tr><td>" * 50_000 + "正文内容" * 20,
        '<div class="' + "a " * 500_000 + '">正文内容很多</div>',
        "<div " + " ".join(f"a{i}=1" for i in range(50_000)) + ">正文内容很多</div>",
        "<!--" * 100_000 + "<p>正文</p>",
        "<p>a<b>c<i>d" * 20_000,
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><html><body>&b;正文内容很多</body></html>',
        '<!DOCTYPE html SYSTEM "http://127.0.0.1/evil.dtd"><html><body>正文内容很多</body></html>',
    ],
)
def test_a_page_made_to_hurt_takes_seconds(html: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(InvalidRecord):
        _survives(read_html(html))
    assert time.perf_counter() - started < SECONDS


def test_a_title_of_a_megabyte_is_cut() -> None:
    started = time.perf_counter()
    _survives(read_text(SENTENCE, "关于" * 500_000))
    assert time.perf_counter() - started < SECONDS
