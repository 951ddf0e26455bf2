"""The lines of `pushsvc summarise` and `pushsvc verify`: an event in, a summary out; a text and its source in, problems out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pushsvc import taxonomy
from pushsvc.domain.attachments import AttachmentText
from pushsvc.domain.invisible import without_invisible
from pushsvc.domain.languages import Language
from pushsvc.domain.publications import DECLARED_FIELDS, Reading
from pushsvc.domain.summaries import Fact, Summary
from pushsvc.errors import BadInput, Problem
from pushsvc.plain import metadata
from pushsvc.plain.attachments import read_attachments
from pushsvc.plain.by_model import Reworded
from pushsvc.plain.incoming import attachments_of
from pushsvc.plain.reading import read_document
from pushsvc.plain.verifying import problems
from pushsvc.plain.writing import summarise

#: Kinds of which only facts with a proved role are listed: an amount or a number that nobody can place helps nobody.
_ROLE_PROVED = frozenset({"amount", "percentage", "doc_number", "deadline", "effective_date", "expiry"})
_TEXTS = (
    "url", "published_at", "title", "content_html", "content_text", "language", "type", "doc_number", "issuer",
    "interprets", "supersedes", "urgency",
)  # fmt: skip
Rewords = Callable[[Reading, Summary], Reworded]
"""Asks a language model for better words, and says what came of it."""
_LISTS = ("regions", "topics", "audiences", "industries")


def summary_line(event: Mapping[str, Any], with_text: bool, reword: Rewords | None = None) -> dict[str, Any]:
    """CONTRACT's summary line of one event with its content, in the document's own language.

    With a `reword` the line says in `writer` what came of asking it for better words. Raises BadInput when the event is
    malformed and InvalidRecord when its content has no main text.
    """
    beside = read_attachments(attachments_of(event))
    reading = reading_of(event, beside)
    declared = {name: event[name] for name in DECLARED_FIELDS if event.get(name) is not None}
    summary = summarise(reading, declared, site_region=_site_region(event, reading), issuer=event.get("issuer"))
    told = reword(reading, summary) if reword else None
    line: dict[str, Any] = {"id": event.get("id") or event.get("url"), "url": event.get("url")}
    line |= _said(told.summary if told else summary)
    if told:
        line["writer"] = {"outcome": told.outcome, "why": told.why}
    if beside:
        line["attachments"] = [{"name": each.name, "read": each.text is not None, "why": each.why} for each in beside]
    if with_text:
        line["source_text"] = reading.source_text
    return line


def reading_of(event: Mapping[str, Any], beside: Sequence[AttachmentText] = ()) -> Reading:
    """The document that an event brings, with the event's own word on title, time, language and number.

    `beside`: what its attachments say; they join the document under their names.
    """
    _check_types(event)
    html, text = event.get("content_html"), event.get("content_text")
    if not html and not text and not beside:
        raise BadInput(Problem("content_text", "is missing; send content_html or content_text with the document"))
    reading = read_document(html, text, event.get("title"), beside)
    language = event.get("language")
    if language not in (None, "zh", "en"):
        raise BadInput(Problem("language", f'"{language}" is neither "zh" nor "en"'))
    published = metadata.published_at(event.get("published_at")) if event.get("published_at") else reading.published_at
    if event.get("published_at") and published is None:
        raise BadInput(Problem("published_at", f'"{event["published_at"]}" is not a time such as 2026-03-01T09:00:00+08:00'))
    return replace(
        reading,
        title=" ".join(without_invisible((event.get("title") or reading.title)[:1000]).split()),
        language=language or reading.language,
        published_at=published,
        doc_number=event.get("doc_number") or reading.doc_number,
    )


def _check_types(event: Mapping[str, Any]) -> None:
    """BadInput names every field of another type than CONTRACT's; the values themselves are the writers' business."""
    wrong = [
        Problem(name, "is not a string; send the text itself")
        for name in _TEXTS
        if event.get(name) is not None and not isinstance(event[name], str)
    ]
    wrong += [
        Problem(name, "is not a list of strings")
        for name in _LISTS
        if event.get(name) is not None
        and not (isinstance(event[name], list) and all(isinstance(value, str) for value in event[name]))
    ]
    if event.get("eligibility") is not None and not isinstance(event["eligibility"], Mapping):
        wrong.append(Problem("eligibility", "is not an object of limits"))
    if wrong:
        raise BadInput(wrong)


def verify_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """CONTRACT's answer for one line of `pushsvc verify`: {"id", "ok", "problems"}. BadInput names a missing field."""
    for name in ("source_text", "text"):
        if not isinstance(line.get(name), str):
            raise BadInput(Problem(name, "is missing; a line has id, source_text, text and language"))
    language = line.get("language") or metadata.language_of(line["text"])
    if language not in ("zh", "en"):
        raise BadInput(Problem("language", f'"{language}" is neither "zh" nor "en"'))
    found = problems(line["source_text"], line["text"], language)
    return {"id": line.get("id"), "ok": not found, "problems": found}


def _site_region(event: Mapping[str, Any], reading: Reading) -> str | None:
    """The region in the site's identification code; a ministry's (bm…) is the nation's."""
    code = str(event.get("site") or reading.meta.get("SiteIDCode") or "")
    if code.lower().startswith("bm"):
        return "CN"
    region = code[:6]
    return region if len(code) == 10 and region.isdigit() and taxonomy.regions().known(region) else None


def _said(summary: Summary) -> dict[str, Any]:
    wording = summary.wording(summary.language)
    return {
        "title": summary.title,
        "language": summary.language,
        "headline": wording.headline,
        "text": wording.text,
        "short": wording.short,
        "action": wording.action,
        "facts": [_fact(fact) for fact in summary.facts if fact.role or fact.kind not in _ROLE_PROVED],
        "audiences": [_group(name, summary.language) for name in summary.audiences],
        "audience_words": list(summary.audience_words),
        "regions": list(summary.regions),
        "topics": list(summary.topics),
        "contacts": [{"kind": contact.kind, "value": contact.value} for contact in summary.contacts],
        "unknown": list(summary.unknown),
        "verified": summary.verified,
        "slots": dict(wording.slots),
    }


def _group(name: str, language: Language) -> str:
    """A group of the list by its name in the document's language."""
    groups = taxonomy.audiences()
    return groups.name(name, language) if groups.known(name) else name


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind,
        "role": fact.role,
        "value": fact.value,
        "unit": fact.unit,
        "raw": fact.raw,
        "start": fact.start,
        "end": fact.end,
        "condition": fact.condition,
        "confidence": fact.confidence,
    }
