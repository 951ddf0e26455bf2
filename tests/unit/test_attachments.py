"""Attachments: what a PDF or DOCX says is read beside walls; what is not read is named with its reason."""

from __future__ import annotations

import pytest

from pushsvc.domain.attachments import Attachment, AttachmentText
from pushsvc.errors import InvalidRecord
from pushsvc.plain.attachments import joined, read_attachment, read_attachments, why_words
from pushsvc.plain.reading import read_document
from pushsvc.plain.tables import tables
from tests.unit.office_files import a_docx, a_pdf, lines, paragraph, table

GUIDE = "申请人应当于2026年6月30日前向街道办事处提出申请，每户给予一次性补贴5000元。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _docx(body: str, name: str = "指南.docx") -> str | None:
    return read_attachment(name, None, a_docx(body)).text


def _pdf(*pages: str) -> str | None:
    return read_attachment("guide.pdf", None, a_pdf(*pages)).text


def test_the_paragraphs_of_a_docx_are_read_in_order() -> None:
    assert _docx(paragraph("申报指南") + paragraph("每户", "5", "000", "元。")) == "申报指南\n每户5000元。"


def test_a_table_of_a_docx_keeps_its_rows_with_merged_cells_filled_in() -> None:
    text = _docx(
        table(
            [
                ['<w:vMerge w:val="restart"/>|项目', '<w:gridSpan w:val="2"/>|补贴标准'],
                ["<w:vMerge/>|", "城镇", "农村"],
                ["电梯加装", "100000元", "80000元"],
            ]
        )
    )
    assert text == "项目 | 补贴标准 | 补贴标准\n项目 | 城镇 | 农村\n电梯加装 | 100000元 | 80000元"
    cell = next(cell for found in tables(text) for cell in found.cells() if cell.text == "80000元")
    assert (cell.row_head, cell.column_head) == ("电梯加装", "补贴标准 农村")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"<w:sdt><w:sdtContent>{paragraph('控件里的字')}</w:sdtContent></w:sdt>", "控件里的字"),
        ("<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>", "新"),
        ("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>", "甲\n乙"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r><w:r><w:t>明</w:t></w:r></w:p>", "明"),
        (f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('文本框')}</w:txbxContent></w:pict></w:r></w:p>", "文本框"),
    ],
)
def test_words_in_every_corner_of_a_form_are_read_and_what_was_deleted_is_not(body: str, text: str) -> None:
    assert _docx(body) == text


def test_the_macros_of_a_docm_are_never_looked_at() -> None:
    body = a_docx(paragraph(GUIDE), {"word/vbaProject.bin": OLE})
    assert read_attachment("指南.docm", None, body) == AttachmentText("指南.docm", GUIDE)


def test_a_paragraph_of_a_pdf_is_one_line_again() -> None:
    one = "Applications must be submitted by 30 June 2026 to the local office, together with copies of the"
    text = _pdf(lines((50, 700, one), (50, 686, "identity card and the household register.")))
    assert text == f"{one} identity card and the household register."


def test_a_table_of_a_pdf_keeps_its_rows() -> None:
    text = _pdf(
        lines(
            (50, 700, "Item"), (300, 700, "City"), (420, 700, "Village"),
            (50, 680, "Lift"), (300, 680, "5000 yuan"), (420, 680, "3000 yuan"),
        )
    )  # fmt: skip
    assert text == "Item | City | Village\nLift | 5000 yuan | 3000 yuan"


def test_page_numbers_and_repeated_heads_of_a_pdf_are_left_out_and_a_sentence_goes_on_over_the_page() -> None:
    pages = [
        lines(
            (50, 760, "Ministry of Housing"),
            (50, 700, f"Part {n} of the rules says that the money is paid"),
            (300, 30, f"- {n} -"),
        )
        for n in (1, 2, 3, 4)
    ]
    assert _pdf(*pages) == "Ministry of Housing\n" + " ".join(
        f"Part {n} of the rules says that the money is paid" for n in (1, 2, 3, 4)
    )


def test_a_long_pdf_is_read_in_part_up_to_a_whole_sentence() -> None:
    page = lines(*[(50, 780 - 12 * n, f"Line {n} says that every household is paid 5000 yuan.") for n in range(60)]) * 30
    read = read_attachment("a.pdf", None, a_pdf(*[page] * 12))
    assert read.why == "part"
    assert read.text is not None
    assert read.text.endswith("yuan.")


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("a.pdf", a_pdf(""), "scan"),
        ("a.pdf", a_pdf(lines((50, 700, "Secret words"))), None),
        ("a.pdf", a_pdf(lines((50, 700, "Secret words")), encrypt="key"), "encrypted"),
        ("a.pdf", a_pdf("BT ET")[:200], "damaged"),
        ("a.docx", a_docx(paragraph(GUIDE))[:-40], "damaged"),
        ("a.docx", a_docx(""), "empty"),
        ("a.docx", a_docx("", {"word/media/image1.png": b"\x89PNG"}), "scan"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.doc", OLE, "old_format"),
        ("a.xls", OLE, "old_format"),
        ("a.doc", b"{\\rtf1 text}", "old_format"),
        ("a.xlsx", a_docx("", {"xl/workbook.xml": b"<x/>"}), "not_read"),
        ("a.zip", a_docx(paragraph(GUIDE)), "not_read"),
        ("a.pdf", a_docx(paragraph(GUIDE)), "mismatch"),
        ("a.docx", a_pdf(lines((50, 700, "text"))), "mismatch"),
        ("a.docx", GUIDE.encode(), "mismatch"),
        ("a.txt", b"\x00\x01\x02" * 200, "mismatch"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "scan"),
        ("a.pdf", b"", "empty"),
        ("a.exe", b"MZ\x90", "not_read"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named_with_its_reason(name: str, body: bytes, why: str | None) -> None:
    read = read_attachment(name, None, body)
    assert (read.text is None, read.why) == (why is not None, why)
    if read.why:
        assert all(read.why and why_words(read.why)[language] for language in ("zh", "en"))


def test_a_scan_is_called_a_scan_in_the_words_of_its_readers() -> None:
    assert "图片扫描件，读不出文字" in why_words("scan")["zh"]


@pytest.mark.parametrize(("name", "body"), [("a.txt", GUIDE.encode("gb18030")), ("a.html", f"<p>{GUIDE}</p>".encode())])
def test_texts_and_pages_are_read_as_content_is(name: str, body: bytes) -> None:
    assert read_attachment(name, None, body).text == GUIDE


def test_a_file_without_an_ending_is_known_by_its_first_bytes() -> None:
    assert read_attachment("附件一", None, a_docx(paragraph(GUIDE))).text == GUIDE


def test_what_is_given_by_its_address_is_linked() -> None:
    assert read_attachments([Attachment("表", url="https://a.example/b.pdf")]) == [AttachmentText("表", None, "linked")]


def test_attachments_follow_the_page_under_their_names() -> None:
    texts = [AttachmentText("1.指南.docx", GUIDE), AttachmentText("2.表.pdf", None, "scan")]
    assert joined("请见附件。", texts) == f"请见附件。\n1.指南.docx\n{GUIDE}"
    assert joined("请见附件。", texts[1:]) == "请见附件。"


def test_a_page_that_is_only_a_picture_is_read_from_its_attachment() -> None:
    page = "<html><head><title>关于补贴的通知</title></head><body><div id='zoom'><img src='/1.jpg'></div></body></html>"
    reading = read_document(page, None, None, [AttachmentText("指南.docx", GUIDE)])
    assert (reading.title, reading.source_text) == ("关于补贴的通知", f"关于补贴的通知\n指南.docx\n{GUIDE}")


def test_a_file_alone_is_a_document_with_its_first_line_as_title() -> None:
    reading = read_document(None, None, None, [AttachmentText("指南.docx", f"关于补贴的通知\n{GUIDE}")])
    assert (reading.title, reading.language) == ("关于补贴的通知", "zh")


def test_when_nothing_could_be_read_the_error_names_every_attachment() -> None:
    with pytest.raises(InvalidRecord, match=r'attachment "a\.pdf" not read: scan'):
        read_document(None, None, None, [AttachmentText("a.pdf", None, "scan")])
