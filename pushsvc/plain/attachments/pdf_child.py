"""The child process that reads a PDF: bytes on stdin, one JSON object on stdout. Imports nothing of the product.

    {"blocks": [{"p": "a line"}, …], "pages": 9, "read": 9}      or      {"why": "encrypted"}

Reads page by page until the pages have placed 600,000 bytes of drawing commands: that takes about a second, and where it ends
does not depend on how busy the machine is.
"""

from __future__ import annotations

import io
import logging
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import limits  # type: ignore[import-not-found]
import pdf_lines  # type: ignore[import-not-found]
import pypdf
from pypdf._text_extraction._text_extractor import TextExtraction

_MOST_PAGES = 300
_MOST_COMMANDS = 600_000  # bytes
_MOST_CHARACTERS = 400_000


def read(body: bytes) -> dict[str, Any]:
    """The answer for one document; raises whatever pypdf raises."""
    reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"why": "encrypted"}
    pages: list[list[str]] = []
    commands = characters = 0
    complete = True
    for page in reader.pages:
        content = page.get_contents()
        commands += len(content.get_data()) if content is not None else 0
        if len(pages) >= _MOST_PAGES or commands > _MOST_COMMANDS or characters > _MOST_CHARACTERS:
            complete = False
            break
        pages.append(pdf_lines.page_lines(_pieces(page)))
        characters += sum(map(len, pages[-1]))
    lines = [line for line in pdf_lines.document_text(pages).split("\n") if line.strip()]
    if not complete and len(lines) > 1 and lines[-1][-1] not in "。.；;":
        lines.pop()  # the sentence goes on on a page that was not read
    if not any(character.isalnum() for line in lines for character in line):
        return {"why": "scan"} if complete else {"why": "too_large"}
    return {"blocks": [{"p": line} for line in lines], "part": None if complete else len(pages)}


def _pieces(page: Any) -> list[Any]:
    """The pieces of text as the page places them. pypdf's visitors tell a line, not the pieces that columns are made of;
    so its own method that shows a piece is listened to (the version is locked, and a test reads a table)."""
    pieces: list[Any] = []
    shown = TextExtraction._handle_tj
    last: list[Any] = []

    def listen(self: Any, text: str, operands: Any, cm: Any, tm: Any, *rest: Any) -> Any:
        before = float(self._actual_str_size["str_widths"])
        answer = shown(self, text, operands, cm, tm, *rest)
        words = str(answer[0])
        words = words[len(text) :] if words.startswith(text) else words
        place = [*cm, *tm]
        scale = math.hypot(tm[0], tm[1]) * math.hypot(cm[0], cm[1]) or 1.0
        width = (float(answer[2]["str_widths"]) - before) / 1000 * scale
        if pieces and place == last:  # a further part of the same array: pypdf has put a blank where it saw a gap
            pieces[-1] = replace(pieces[-1], text=pieces[-1].text + pdf_lines.clean(words), width=pieces[-1].width + width)
        else:
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            size = max(1.0, float(self.font_size) * scale)
            pieces.append(pdf_lines.Piece(float(x), float(y), size, pdf_lines.clean(words), width))
        last[:] = place
        return answer

    TextExtraction._handle_tj = listen  # type: ignore[method-assign,assignment]
    try:
        page.extract_text()
    finally:
        TextExtraction._handle_tj = shown  # type: ignore[method-assign]
    return pieces


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    limits.run(read)
