"""Documents that are made to hurt, each by name: what `bench.plain` times and a test puts behind a limit on memory.

python -m bench.hostile NAME      reads one in this process, within 200 MB, and prints {"seconds", "megabytes", "outcome"}
"""

from __future__ import annotations

import base64
import io
import json
import resource
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ZH = "对于2025年9月25日至2025年12月31日期间购房的购房人，给予总价2%、最高不超过3万元的购房补贴，咨询电话：020-12345678，"
_EN = "comments must be submitted by May 16, 2016 and the fee is $250 for each applicant who asks for it, "
_MEGABYTES = 200


def _docx(document: str, zeros: dict[str, int] | None = None, *, filler: int = 0) -> bytes:
    """`zeros`: further parts of so many MiB of nothing; `filler`: MiB of blanks behind the document's text."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open("word/document.xml", "w") as part:
            part.write(document.encode())
            for _ in range(filler):
                part.write(b" " * 2**20)
        for name, megabytes in (zeros or {}).items():
            with package.open(name, "w", force_zip64=True) as part:
                for _ in range(megabytes):
                    part.write(bytes(2**20))
    return packed.getvalue()


def _document(body: str, prologue: str = "") -> str:
    return f'<?xml version="1.0"?>{prologue}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'


def _xml_bomb() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return _docx(_document("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", f"<!DOCTYPE w [{entities}]>"))


def _pdf(pages: int, content: bytes, times: int = 1) -> bytes:
    """All pages share one stream of drawing commands, which says `content` so many times."""
    packer, packed = zlib.compressobj(), bytearray()
    for _ in range(times):
        packed += packer.compress(content)
    packed += packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{n + 5} 0 R' for n in range(pages))}] /Count {pages} >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
    objects += [page] * pages
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\n" % (count, table, count)
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)


def _file(name: str, body: bytes) -> dict[str, Any]:
    return {"attachments": [{"name": name, "content_base64": base64.b64encode(body).decode()}]}


_SAID = b"BT /F1 11 Tf 1 0 0 1 50 700 Tm (Every household is paid 5000 yuan.) Tj ET "

#: Each makes what an event would carry; "bytes" is a page or text as it was fetched.
DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "20 MiB of nested elements": lambda: {"content_html": "<div>" * 4_194_304},
    "20 MiB of one element": lambda: {"content_html": "<p>" + "a" * 20 * 2**20},
    "100,000 deep": lambda: {"content_html": "<div>" * 100_000 + "正文内容" + "</div>" * 100_000},
    "5 MiB of text in a page": lambda: {"content_html": f"<p>{(_ZH * 28_000)[:1_700_000]}</p>"},
    "90,000 elements": lambda: {"content_html": "<div><p>" + "</p><p>".join(["正文内容一二三。"] * 45_000) + "</p></div>"},
    "spans of 9,000 by 900": lambda: {
        "content_html": "<table>" + "<tr><td rowspan=9000 colspan=900>a</td><td>乙丙丁</td></tr>" * 9_000 + "</table>"
    },
    "9,000 tables": lambda: {
        "content_html": "<table><tr><td>项目</td><td>标准</td></tr><tr><td>改造</td><td>5000元</td></tr></table>" * 9_000
    },
    "50,000 links to files": lambda: {"content_html": "<p>正文内容很多很多很多</p>" + "<a href='/a.pdf'>x</a>" * 50_000},
    "one line of Chinese, 2 MB": lambda: {"content_text": (_ZH * 20_000)[:700_000]},
    "one line of English, 2 MB": lambda: {"content_text": (_EN * 30_000)[:2_000_000]},
    "2 MB of digits": lambda: {"content_text": "1234567890" * 200_000},
    "2 MB of brackets": lambda: {"content_text": "正文" + "(" * 2_000_000},
    "2 MB of table bars": lambda: {"content_text": "a | 1 | 2元 | " * 150_000},
    "GBK that says UTF-8": lambda: {"bytes": f'<meta charset="utf-8"><p>{_ZH * 20}</p>'.encode("gb18030")},
    "UTF-16 without its mark": lambda: {"bytes": (_ZH * 20).encode("utf-16-le")},
    "two encodings in one": lambda: {"bytes": (_ZH * 20).encode("utf-8") + (_ZH * 20).encode("gb18030")},
    "an override in every number": lambda: {"content_text": "每家补贴\u202e0005\u202c元，共1\u200b00户。\n" * 20_000},
    "DOCX: zip bomb": lambda: _file("a.docx", _docx(_document("<w:p/>"), {"word/media/a": 500})),
    "DOCX: bomb in its text": lambda: _file("a.docx", _docx(_document("<w:p/>"), filler=128)),
    "DOCX: 65,000 entries": lambda: _file("a.docx", _docx(_document("<w:p/>"), {f"a/{n}": 0 for n in range(65_000)})),
    "DOCX: XML bomb": lambda: _file("a.docx", _xml_bomb()),
    "DOCX: 100,000 deep": lambda: _file("a.docx", _docx(_document("<w:sdt>" * 100_000))),
    "DOCX: 12 MB of paragraphs": lambda: _file(
        "a.docx", _docx(_document("".join(f"<w:p><w:r><w:t>第{n}户补贴5000元。</w:t></w:r></w:p>" for n in range(190_000))))
    ),
    "PDF: without text": lambda: _file("a.pdf", _pdf(3, b"0 0 100 100 re f")),
    "PDF: 10,000 pages": lambda: _file("a.pdf", _pdf(10_000, _SAID)),
    "PDF: bomb in a page": lambda: _file("a.pdf", _pdf(1, _SAID, 2_000_000)),
    "PDF: 8,000 pieces in one place": lambda: _file("a.pdf", _pdf(1, _SAID, 8_000)),
    "PDF: cut in the middle": lambda: _file("a.pdf", _pdf(50, _SAID)[:3_000]),
}


def outcome(event: dict[str, Any]) -> str:
    """What became of it: `read: …` with what was told, or `refused: …` with the reason. Any error but ours is raised."""
    from pushsvc.errors import PushsvcError
    from pushsvc.plain import decode, summary_line

    try:
        if "bytes" in event:
            text = decode(event["bytes"], "utf-8")
            event = {"content_html" if text.lstrip().startswith("<") else "content_text": text}
        line = summary_line({"id": "hostile", **event}, False)
    except PushsvcError as error:
        return f"refused: {error}"
    return f"read: {line['text']}"


def _read(name: str, in_use: int) -> dict[str, Any]:
    event = DOCUMENTS[name]()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, wall = time.process_time(), time.perf_counter()
    told = outcome(event)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.process_time() - cpu + after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - in_use / 2**20
    return {"name": name, "seconds": seconds, "wall": time.perf_counter() - wall, "megabytes": grown, "outcome": told}


def main(names: list[str]) -> None:
    """Reads the named documents one after the other, all within 200 MB of what the program takes without them."""
    from pushsvc.plain import summary_line

    # What is loaded once (lists, words, patterns) is the program's, not the document's.
    for text in (_ZH, _EN):
        summary_line({"id": "warm", "content_text": text}, False)
    pages = Path("/proc/self/statm").read_text().split()
    limit = int(pages[0]) * resource.getpagesize() + _MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for name in names:
        print(json.dumps(_read(name, int(pages[1]) * resource.getpagesize())), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(DOCUMENTS))
