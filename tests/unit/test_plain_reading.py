"""From bytes and pages to the document: encodings, main text, standard tags, title, number, time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pushsvc.errors import InvalidRecord
from pushsvc.plain import decode, read_html, read_text, work_key

BODY = "本办法自2026年3月1日起施行，有效期五年。每户给予一次性补贴，最高不超过5000元，由街道办事处受理。"
PAGE = f"""<!DOCTYPE html><html><head><title>关于补贴的通知-某市人民政府门户网站</title>
<META NAME="SITENAME" content="某市人民政府门户网站"><meta name="siteidcode" content="5101000012">
<meta name="ArticleTitle" content="关于补贴的通知"><meta name="PubDate" content="2026-03-01\u00a009:30:00">
<meta name="contentsource" content="某市民政局"></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/x">政务公开</a></li></ul></div>
<div class="breadcrumb">您当前的位置：<a>首页</a> &gt; <a>通知公告</a></div>
<div id="zoom"><h1>关于补贴的通知</h1><p>发布日期：2026-03-01 浏览次数：<span>1234</span></p><p>民发〔2026〕12号</p>
<p>{BODY}</p><table><tr><th>项目</th><th>标准</th></tr><tr><td>改造</td><td>5000元</td></tr></table>
<p>字体：[大 中 小]</p><p>【打印本页】</p><p>分享到：</p></div>
<div class="footer">版权所有 ICP备12345号 网站标识码5101000012</div><script>var a="不要读我";</script></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_bytes_are_read_in_every_encoding_that_sites_use(encoding: str) -> None:
    assert decode(BODY.encode(encoding), None) == BODY


@pytest.mark.parametrize(
    ("real", "declared"), [("gb18030", "utf-8"), ("utf-8", "gb2312"), ("gbk", "iso-8859-1"), ("utf-8", "nonsense")]
)
def test_a_wrong_declaration_does_not_win_over_the_bytes(real: str, declared: str) -> None:
    assert decode(BODY.encode(real), declared) == BODY


def test_a_meta_tag_that_lies_does_not_win_over_the_bytes() -> None:
    page = f'<meta charset="utf-8">{BODY}'
    assert decode(page.encode("gb18030"), None) == page


def test_curly_quotes_of_a_western_page_are_not_read_as_chinese() -> None:
    assert decode("It’s the council’s “green” plan".encode("cp1252"), "iso-8859-1") == "It’s the council’s “green” plan"


def test_a_spoilt_byte_does_not_turn_a_utf8_page_into_rubbish() -> None:
    assert BODY[:10] in decode(BODY.encode()[:-1], None)


@pytest.mark.parametrize("body", [b"%PDF-1.7\n%\xe2\xe3", b"PK\x03\x04\x14\x00", b"\x00\x01" * 400])
def test_a_binary_file_is_refused_with_the_way_out(body: bytes) -> None:
    with pytest.raises(InvalidRecord, match="HTML or plain text"):
        decode(body, None)


def test_the_main_text_of_a_page_is_read_without_its_chrome() -> None:
    text = read_html(PAGE).source_text
    assert BODY in text
    for chrome in ("首页", "政务公开", "当前的位置", "浏览次数", "1234", "打印", "分享", "版权所有", "不要读我", "大 中 小"):
        assert chrome not in text, chrome


def test_a_table_keeps_its_rows() -> None:
    assert "改造 | 5000元" in read_html(PAGE).source_text.split("\n")


def test_standard_tags_are_read_in_any_letter_case() -> None:
    meta = read_html(PAGE).meta
    assert meta["SiteName"] == "某市人民政府门户网站"
    assert meta["SiteIDCode"] == "5101000012"
    assert meta["ContentSource"] == "某市民政局"


def test_a_publication_time_without_zone_is_chinese_time_even_with_a_no_break_space() -> None:
    assert read_html(PAGE).published_at == datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>关于停水的公告 - 某市水务局网站</title>", "关于停水的公告"),
        ("<title>某市水务局网站</title></head><body><h1>关于停水的公告</h1>", "关于停水的公告"),
        ("", "本办法自2026年3月1日起施行，有效期五年。"),
    ],
)
def test_the_title_comes_from_the_best_place_that_has_one(head: str, title: str) -> None:
    assert read_html(f"<html><head>{head}<div id='zoom'><p>{BODY}</p><p>{BODY}</p></div>").title.startswith(title[:8])


@pytest.mark.parametrize(
    "written",
    ["穗民规字〔2025〕2号", "穗民规字[2025]2号", "穗民规字（2025）2号", "穗民规字【2025】第2号", "文号：穗民规字〔2025〕2 号"],
)
def test_a_document_number_is_read_in_one_form(written: str) -> None:
    assert read_text(f"关于补贴的通知\n{written}\n{BODY}", None).doc_number == "穗民规字〔2025〕2号"


def test_a_number_that_a_document_only_cites_is_not_its_own() -> None:
    assert read_text(f"根据《某办法》（民发〔2020〕1号）规定，{BODY}", "关于补贴的通知").doc_number is None


def test_the_number_of_a_federal_register_document_is_read() -> None:
    text = "Notice of a meeting of the committee.\n[FR Doc. 2016-08865 Filed 4-13-16; 11:15 am]"
    assert read_text(text, "Meeting").doc_number == "FR Doc. 2016-08865"


def test_the_source_text_of_a_plain_text_is_that_text_itself() -> None:
    text = f"  标题行\r\n\n{BODY}\n\t "
    assert read_text(text, None).source_text == text


@pytest.mark.parametrize(
    ("text", "language"), [(BODY, "zh"), ("The committee will meet on May 2.", "en"), ("通过APP（Android、iOS）申请", "zh")]
)
def test_the_language_is_told_by_the_text(text: str, language: str) -> None:
    assert read_text(text, None).language == language


@pytest.mark.parametrize(
    "html", ["", "<html><body></body></html>", "<script>alert(1)</script>", "<div class='nav'><a>。。。</a></div>"]
)
def test_a_page_without_main_text_is_refused_with_the_way_out(html: str) -> None:
    with pytest.raises(InvalidRecord, match="content_text"):
        read_html(html)


def test_binary_noise_as_text_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="binary"):
        read_text("\x01\x02\x03\ufffd" * 50, None)


def test_copies_that_differ_only_in_white_space_and_counters_are_one_work() -> None:
    other = PAGE.replace("1234", "99999").replace("<p>", "<p>\n   ")
    first, second = read_html(PAGE), read_html(other)
    assert first.source_text == second.source_text
    key = work_key(first.title, first.source_text)
    assert key is not None
    assert key == work_key(f" {second.title}", second.source_text.replace("，", "， "))


def test_a_short_text_has_no_work_key() -> None:
    assert work_key("停水", "明天停水。") is None


def test_another_title_is_another_work() -> None:
    assert work_key("甲", BODY * 3) != work_key("乙", BODY * 3)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", [BODY, "Comments must be submitted by May 16, 2016.\nCall us.", "对符合条件的家庭给予补贴，不收费用。"]
)
def test_sixteen_bits_without_a_mark_are_known_by_their_punctuation(encoding: str, text: str) -> None:
    assert decode((text * 3).encode(encoding), "utf-8") == text * 3
