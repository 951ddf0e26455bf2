"""The lines of `pushsvc summarise`, as CONTRACT gives them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from pushsvc.errors import BadInput, InvalidRecord
from pushsvc.plain import line_from_file, summary_line
from tests.unit.office_files import a_docx, a_pdf, paragraph
from tests.unit.plain_documents import NOTICE

EVENT = {
    "id": "e-1",
    "url": "https://www.example.gov.cn/a",
    "title": "成都市关于申请居家适老化改造补贴的公告",
    "content_text": NOTICE,
}
KEYS = {
    "id",
    "url",
    "title",
    "language",
    "headline",
    "text",
    "short",
    "action",
    "facts",
    "audiences",
    "audience_words",
    "regions",
    "topics",
    "contacts",
    "unknown",
    "verified",
    "slots",
}


def test_a_summary_line_has_the_contract_s_fields() -> None:
    line = summary_line(EVENT, with_text=False)
    assert set(line) == KEYS
    assert line["id"] == "e-1"
    assert set(line["facts"][0]) == {"kind", "role", "value", "unit", "raw", "start", "end", "condition", "confidence"}
    assert {"kind": "phone", "value": "028-12345678"} in line["contacts"]
    assert json.loads(json.dumps(line, ensure_ascii=False)) == line


def test_the_source_text_is_printed_on_demand_and_the_spans_point_into_it() -> None:
    line = summary_line(EVENT, with_text=True)
    assert line["source_text"] == NOTICE
    assert all(line["source_text"][fact["start"] : fact["end"]] == fact["raw"] for fact in line["facts"])


def test_a_line_without_an_id_is_named_by_its_url() -> None:
    assert summary_line({key: value for key, value in EVENT.items() if key != "id"}, False)["id"] == EVENT["url"]


def test_an_amount_that_nobody_can_place_is_not_listed() -> None:
    line = summary_line({**EVENT, "content_text": "他带来了5万元，大家都很高兴。"}, False)
    assert [fact for fact in line["facts"] if fact["kind"] == "amount"] == []


def test_the_site_s_region_stands_in_when_none_is_said_or_read() -> None:
    event = {
        **EVENT,
        "title": "关于停水的公告",
        "content_text": "因管道检修，部分路段停水，请居民提前储水。",
        "site": "5101000012",
    }
    assert summary_line(event, False)["regions"] == ["510100"]


def test_an_html_event_is_read_as_a_page() -> None:
    head = "<html><head><meta name='ArticleTitle' content='某公告标题'></head>"
    page = f"{head}<body><div id='zoom'><p>{NOTICE}</p></div></body></html>"
    line = summary_line({"url": "https://x.gov.cn/a", "content_html": page}, True)
    assert line["title"] == "某公告标题"
    assert line["source_text"].startswith("某公告标题\n")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content_text": None}, "content_text"),
        ({"content_text": 5}, "content_text"),
        ({"title": 5}, "title"),
        ({"language": "fr"}, "language"),
        ({"published_at": "soon"}, "published_at"),
    ],
)
def test_a_malformed_event_names_the_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput, match=field):
        summary_line({**EVENT, **change}, False)


def test_an_unreadable_document_is_refused_with_the_reason() -> None:
    with pytest.raises(InvalidRecord, match="main text"):
        summary_line({**EVENT, "content_text": "。。。"}, False)


def test_a_file_becomes_an_event(tmp_path: Path) -> None:
    page, text, event = tmp_path / "a.html", tmp_path / "b.txt", tmp_path / "c.json"
    page.write_bytes(f"<p>{NOTICE}</p>".encode("gb18030"))
    text.write_text(NOTICE, encoding="utf-8")
    event.write_text(json.dumps(EVENT), encoding="utf-8")
    assert NOTICE in line_from_file(page)["content_html"]
    assert line_from_file(text) == {"id": "b.txt", "content_text": NOTICE}
    assert line_from_file(event)["id"] == "e-1"


@pytest.mark.parametrize(("name", "body"), [("a.xlsx", "x"), ("a.json", "{"), ("b.json", "[1]")])
def test_a_file_that_is_no_document_is_named(tmp_path: Path, name: str, body: str) -> None:
    path = tmp_path / name
    path.write_text(body, encoding="utf-8")
    with pytest.raises(BadInput, match=name):
        line_from_file(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere\.txt"):
        line_from_file(tmp_path / "nowhere.txt")


def _carried(name: str, body: bytes) -> dict[str, str]:
    return {"name": name, "content_base64": base64.b64encode(body).decode()}


def test_an_event_that_only_says_see_the_attachment_is_summarised_from_it() -> None:
    guide = _carried("指南.docx", a_docx(paragraph("申请人应当于2026年6月30日前提出申请，每户给予一次性补贴5000元。")))
    line = summary_line({**EVENT, "content_text": "详见附件。", "attachments": [guide, _carried("表.pdf", a_pdf(""))]}, True)
    assert line["attachments"] == [
        {"name": "指南.docx", "read": True, "why": None},
        {"name": "表.pdf", "read": False, "why": "scan"},
    ]
    [amount] = [fact for fact in line["facts"] if fact["kind"] == "amount"]
    assert amount["value"] == 5000
    assert line["source_text"][amount["start"] : amount["end"]] == amount["raw"]
    assert "5000" in line["text"]


def test_a_docx_and_a_pdf_are_summarised_as_files(tmp_path: Path) -> None:
    path, scan = tmp_path / "指南.docx", tmp_path / "scan.pdf"
    path.write_bytes(a_docx(paragraph("关于补贴的通知") + paragraph(NOTICE)))
    scan.write_bytes(a_pdf(""))
    assert summary_line(line_from_file(path), False)["title"] == "关于补贴的通知"
    with pytest.raises(InvalidRecord, match=r'"scan\.pdf" not read: scan'):
        summary_line(line_from_file(scan), False)


@pytest.mark.parametrize(
    "attachments",
    [
        "表",
        [1],
        [{"name": "表"}],
        [{"name": "表", "content_base64": "x", "url": "https://a.example/"}],
        [{"name": "表", "content_base64": "*"}],
        [{"name": "表", "url": "https://a.example/"}] * 51,
    ],
)
def test_malformed_attachments_are_named(attachments: object) -> None:
    with pytest.raises(BadInput, match="attachments"):
        summary_line({**EVENT, "attachments": attachments}, False)


def test_a_file_larger_than_a_document_can_be_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<div>" * 2**22)
    with pytest.raises(BadInput, match="at most 5,242,880"):
        line_from_file(path)
