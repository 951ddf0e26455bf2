"""Small PDF and DOCX files for tests, made here: honest ones and hostile ones."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def a_docx(body: str, parts: Mapping[str, bytes] | None = None, *, prologue: str = "") -> bytes:
    """A DOCX whose main part holds this XML; `w:` is WordprocessingML."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", document)
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return packed.getvalue()


def paragraph(*runs: str) -> str:
    """A paragraph of runs of text."""
    return "<w:p>" + "".join(f"<w:r><w:t xml:space='preserve'>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table; a cell may begin with properties: `<w:gridSpan w:val="2"/>|text`."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(_cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


def _cell(written: str) -> str:
    properties, bar, text = written.rpartition("|")
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if bar else ''}{paragraph(text)}</w:tc>"


def a_pdf(*pages: str, encrypt: str | None = None) -> bytes:
    """A PDF of the content stream of each page, with Helvetica as /F1 (Latin text only): 612 by 792 points."""
    from pypdf import PdfReader, PdfWriter

    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for content in pages:
        packed = zlib.compress(content.encode("latin-1"))
        objects.append(f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed.decode('latin-1')}\nendstream")
        stream = len(objects)
        font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {stream} 0 R /Resources {font} >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>"
    body = _numbered(objects)
    if encrypt is None:
        return body
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(body)))
    writer.encrypt(encrypt, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _numbered(objects: Sequence[str]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    return bytes(out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode())


def lines(*written: tuple[int, int, str]) -> str:
    """A content stream that places texts at (x, y) in 11 points."""
    return "BT /F1 11 Tf " + " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in written) + " ET"
