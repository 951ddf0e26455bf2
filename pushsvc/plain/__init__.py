"""Reading a document (main text, facts, classes), writing it plainly, and verifying what was written. Pure functions."""

from __future__ import annotations

from pushsvc.domain.decoding import decode
from pushsvc.plain.attachments import read_attachments, why_words
from pushsvc.plain.changes import changed
from pushsvc.plain.classes import classify
from pushsvc.plain.facts import extract
from pushsvc.plain.incoming import line_from_file
from pushsvc.plain.interpreting import names_and_hints
from pushsvc.plain.lines import reading_of, summary_line, verify_line
from pushsvc.plain.metadata import published_at
from pushsvc.plain.page_reading import read_html, read_text
from pushsvc.plain.reading import read_document, work_key
from pushsvc.plain.verifying import problems
from pushsvc.plain.writing import summarise

__all__ = [
    "changed",
    "classify",
    "decode",
    "extract",
    "line_from_file",
    "names_and_hints",
    "problems",
    "published_at",
    "read_attachments",
    "read_document",
    "read_html",
    "read_text",
    "reading_of",
    "summarise",
    "summary_line",
    "verify_line",
    "why_words",
    "work_key",
]
