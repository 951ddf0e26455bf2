"""Reading a document: its page or its text, with what its attachments say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pushsvc.domain.attachments import AttachmentText
from pushsvc.domain.ids import derived_id
from pushsvc.domain.publications import Reading
from pushsvc.errors import InvalidRecord
from pushsvc.plain import metadata
from pushsvc.plain.attachments import joined as joined_texts
from pushsvc.plain.page_links import bare_links, joined
from pushsvc.plain.page_reading import ANY_CHARACTER, read_html, read_text, title_in, title_of_line

#: Two copies are one work only when their main text has this many characters or more (DESIGN, "work").
WORK_CHARACTERS = 80
_WHITE = re.compile(r"\s+")


def read_document(html: str | None, text: str | None, title: str | None, beside: Sequence[AttachmentText] = ()) -> Reading:
    """The document of an event: its page or its text, and what its attachments say under their names.

    Where the page says nothing (a scan, "see the attachment") the attachments are the document. Raises InvalidRecord when
    nothing of it could be read, and then names each attachment with its reason.
    """
    if not any(each.text for each in beside):
        try:
            return _page_or_text(html, text, title)
        except InvalidRecord as error:
            raise InvalidRecord("; ".join([str(error), *(_not_read(each) for each in beside)])) from None
    reading = read_html(html, alone=False) if html else _beside_text(text or "", title)
    whole = joined_texts(reading.source_text, beside)
    first = next(line for each in beside if each.text for line in each.text.split("\n") if line.strip())
    named = reading.title or title_of_line(first.strip())
    return replace(
        reading,
        source_text=whole,
        title=named,
        language=metadata.language_of(whole),
        doc_number=reading.doc_number or metadata.doc_number_of(named, whole),
        links=reading.links or joined(bare_links(whole)),
    )


def work_key(title: str, source_text: str) -> str | None:
    """The key that copies of one document share: same title and main text, white space aside. None under 80 characters."""
    body = _WHITE.sub("", unicodedata.normalize("NFKC", source_text))
    if len(body) < WORK_CHARACTERS:
        return None
    return derived_id("wrk", _WHITE.sub("", unicodedata.normalize("NFKC", title)), body)


def _page_or_text(html: str | None, text: str | None, title: str | None) -> Reading:
    if html:
        return read_html(html)
    if text:
        return read_text(text, title)
    raise InvalidRecord("content: there is none, and no attachment that could be read")


def _beside_text(text: str, title: str | None) -> Reading:
    """A text that need not say anything, for attachments do; binary noise is refused all the same."""
    if ANY_CHARACTER.search(text):
        return read_text(text, title)
    return Reading(text, title_in(title), "zh")


def _not_read(each: AttachmentText) -> str:
    return f'attachment "{each.name[:120]}" not read: {each.why}'
