"""Reading one page or one text: its main text, title, number, time and language."""

from __future__ import annotations

import re

from pushsvc.domain.invisible import without_invisible
from pushsvc.domain.publications import Reading
from pushsvc.errors import InvalidRecord
from pushsvc.plain import metadata
from pushsvc.plain.furniture import document_lines, head_time_line
from pushsvc.plain.maintext import MainText, main_text, parse
from pushsvc.plain.page_links import bare_links, joined

#: A title is cut here: what is longer is no title.
TITLE_CHARACTERS = 1000
#: A page says something from this many letters and digits beside its title on.
_SAYS_SOMETHING = 8
_WAY_OUT = "send the text as content_text, or as a DOCX or a PDF with text in attachments"
ANY_CHARACTER = re.compile(r"[0-9A-Za-z\u3400-\u9fff]")
_WHITE = re.compile(r"\s+")


def read_html(html: str, *, alone: bool = True) -> Reading:
    """The document in a page. Raises InvalidRecord when the page has no main text, and says so when it only shows a scan;
    but for a page that is not `alone`: what it lacks stands in an attachment."""
    root = parse(html)
    if root is None:
        raise _unreadable()
    meta = metadata.standard_tags(root)
    title = metadata.title_of(root, meta)
    boxed = metadata.head_matter_number(root)
    page = main_text(root)
    kept = document_lines(page.lines, menus=not page.is_article)
    text = "\n".join(kept)
    if alone:
        _refuse_scan(page, text, title)
    if alone and not ANY_CHARACTER.search(text):
        raise _unreadable()
    title = title or "".join(kept[:1])[:120]
    if title and _WHITE.sub("", title) not in _WHITE.sub("", text[:600]):
        text = f"{title}\n{text}" if text else title
    return Reading(
        source_text=text,
        title=title,
        language=metadata.language_of(text),
        meta=meta,
        published_at=metadata.published_at(meta.get("PubDate")) or metadata.published_at(head_time_line(page.lines)),
        doc_number=metadata.doc_number_of(title, text) or boxed,
        links=joined(page.links, bare_links(text)),
        attachments=page.files,
    )


def read_text(text: str, title: str | None) -> Reading:
    """The document in plain text; `source_text` is `text` itself, unchanged. Raises InvalidRecord when it says nothing."""
    _refuse_noise(text)
    named = title_in(title) or _first_of(text)
    return Reading(
        source_text=text,
        title=named,
        language=metadata.language_of(text),
        doc_number=metadata.doc_number_of(named, text),
        links=joined(bare_links(text)),
    )


def _refuse_scan(page: MainText, text: str, title: str | None) -> None:
    """A page that says no more than its title beside a picture, a PDF in a frame or files to download cannot be summarised."""
    said = _WHITE.sub("", text).replace(_WHITE.sub("", title or ""), "") if title else text
    if len(ANY_CHARACTER.findall(said)) >= _SAYS_SOMETHING:
        return
    if page.pictures or page.embedded:
        shown = "a PDF in a frame" if page.embedded else f"{page.pictures} picture{'s' if page.pictures > 1 else ''}"
        raise InvalidRecord(f"content: scan: the page shows only {shown}, no text; {_WAY_OUT}")
    if page.files:
        names = ", ".join(name for name, _ in page.files[:3])
        raise InvalidRecord(f"content: only files: the page says its title alone, the rest is in {names[:200]}; {_WAY_OUT}")


def _first_of(text: str) -> str:
    """The title in the first line that says something."""
    first = next((line.strip(" #\t\u3000*") for line in text.split("\n") if ANY_CHARACTER.search(line)), "")
    return title_of_line(without_invisible(first))


def title_in(title: str | None) -> str:
    """A given title in one line, without signs that nobody sees."""
    return " ".join(without_invisible((title or "")[:TITLE_CHARACTERS]).split())


def title_of_line(first: str) -> str:
    """A first line is the title; a long one is its first clause."""
    if len(first) <= 80:
        return first
    return re.split(r"(?<=.{8})[。；;，,:：]|(?<=.{20})\. ", first, maxsplit=1)[0][:120]


def _refuse_noise(text: str) -> None:
    sample = text[:20_000]
    noise = sum(1 for character in sample if character == "\ufffd" or (character < " " and character not in "\t\n\r\f"))
    if noise > len(sample) * 0.2:
        raise InvalidRecord("content: binary, not text; send HTML or plain text as UTF-8 or GB18030")
    if not ANY_CHARACTER.search(text):
        raise _unreadable()


def _unreadable() -> InvalidRecord:
    return InvalidRecord("content: no main text was found in it; send the page's main text as content_text")
