"""Reading what an event carries beside its page: the text layer of a PDF, a DOCX, plain text, a page.

read_attachment("申报指南.pdf", "application/pdf", body)      -> AttachmentText(name, text, why)
read_attachments(event's attachments)                       -> list[AttachmentText], in order
joined(page_text, texts)                                    -> the source text with the attachments under their names
why_words("scan")                                           -> {"zh": "图片扫描件，读不出文字；…", "en": "a scan: …"}
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pushsvc import resources
from pushsvc.domain.attachments import Attachment, AttachmentText, WhyNot
from pushsvc.domain.decoding import decode
from pushsvc.domain.invisible import without_invisible
from pushsvc.errors import InvalidRecord
from pushsvc.plain.attachments.child import blocks_of
from pushsvc.plain.attachments.kinds import kind_of
from pushsvc.plain.furniture import is_furniture
from pushsvc.plain.page_reading import read_html
from pushsvc.plain.table_rows import SourceCell, grid_lines

__all__ = ["joined", "read_attachment", "read_attachments", "why_words"]

#: Of one attachment and of all of an event, in characters: what is longer is cut at the end of a line.
_MOST_CHARACTERS, _MOST_TOGETHER = 400_000, 1_000_000
#: All attachments of an event together; what is not read by then is `too_slow`.
_SECONDS_TOGETHER = 20.0


def read_attachment(name: str, media_type: str | None, body: bytes) -> AttachmentText:
    """What an attachment says. Never raises for what a file holds: `why` names it.

    A PDF or DOCX is opened in a process of its own, with 200 MB and 2 s; a page or a text is read here, as `content_*` is.
    """
    kind = kind_of(name, media_type, body)
    if kind == "text":
        return _cut(name, *_text(body))
    if kind == "html":
        return _cut(name, *_page(body))
    if kind != "pdf" and kind != "docx":
        return AttachmentText(name, None, kind)
    answer = blocks_of(kind, body)
    if isinstance(answer, str):
        return AttachmentText(name, None, answer)
    lines = (line for line in _lines(answer.blocks) if not is_furniture(line))
    return _cut(name, "\n".join(lines), "part" if answer.part else None)


def read_attachments(attachments: Iterable[Attachment]) -> list[AttachmentText]:
    """Each in turn; one that is given by its address only is `linked`."""
    until = time.monotonic() + _SECONDS_TOGETHER
    texts, room = [], _MOST_TOGETHER
    for each in attachments:
        if each.body is None:
            texts.append(AttachmentText(each.name, None, "linked"))
            continue
        late = time.monotonic() > until
        text = AttachmentText(each.name, None, "too_slow") if late else read_attachment(each.name, each.type, each.body)
        room -= len(text.text or "")
        texts.append(text if room >= 0 else AttachmentText(each.name, None, "too_large"))
    return texts


def joined(page_text: str, texts: Sequence[AttachmentText]) -> str:
    """The page's text, then each attachment's under a line with its name. Without a read one it is the page's text itself;
    a single file without a page is its own text itself."""
    read = [each for each in texts if each.text]
    if not read:
        return page_text
    if len(read) == 1 and not page_text.strip():
        return read[0].text or ""
    named = [f"{' '.join(each.name.split())}\n{each.text}" for each in read]
    return "\n".join([page_text, *named] if page_text.strip() else named)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.text("plain/attachments.toml"))


def why_words(why: WhyNot) -> Mapping[str, str]:
    """The reason in words, by language."""
    return _words()[why]


def _cut(name: str, text: str | None, why: WhyNot | None) -> AttachmentText:
    if text is None or not any(map(str.isalnum, text)):
        return AttachmentText(name, None, why or "empty")
    if len(text) > _MOST_CHARACTERS:
        return AttachmentText(name, text[: max(text.rfind("\n", 0, _MOST_CHARACTERS), 1)], "part")
    return AttachmentText(name, text, why)


def _text(body: bytes) -> tuple[str | None, WhyNot | None]:
    try:
        return without_invisible(decode(body, None)).replace("\x00", " ").strip(), None
    except InvalidRecord:
        return None, "mismatch"


def _page(body: bytes) -> tuple[str | None, WhyNot | None]:
    try:
        return read_html(decode(body, None)).source_text, None
    except InvalidRecord:
        return None, "empty"


def _lines(blocks: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block.get("p"), str):
            yield without_invisible(str(block["p"])).replace("\x00", " ")
            continue
        rows = [[SourceCell(_clean(cell["lines"]), cell["across"], cell["down"]) for cell in row] for row in block["t"]]
        lines = grid_lines(rows)
        yield from lines if lines is not None else (line for row in rows for cell in row for line in cell.lines)


def _clean(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(without_invisible(line).replace("\x00", " ").replace("|", "｜") for line in lines)
