"""Writing a document plainly: only from its facts and its own key sentences, and only what the verifier lets through."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Contact, Fact, Quote, Summary, Wording
from pushsvc.plain import catalogue
from pushsvc.plain.classes import Classes, classify
from pushsvc.plain.facts import extract, reading_context
from pushsvc.plain.furniture import is_furniture
from pushsvc.plain.sentences import Span
from pushsvc.plain.verifying import sentences_of
from pushsvc.plain.writing import en, zh
from pushsvc.plain.writing.checking import refused, stands
from pushsvc.plain.writing.cutting import (
    SENTENCE_CHARACTERS,
    SENTENCE_WORDS,
    cut_english,
    without_numbering,
)
from pushsvc.plain.writing.frame import framed
from pushsvc.plain.writing.unknowns import unknown
from pushsvc.plain.writing.when import is_others_day

__all__ = ["summarise"]

_MOST_CONTACTS = 6


def summarise(
    reading: Reading, declared: Mapping[str, Any], *, site_region: str | None = None, issuer: str | None = None
) -> Summary:
    """The summary of one content with one set of declared fields, in both languages, each sentence verified."""
    context = reading_context(reading)
    facts = extract(reading, context)
    classes = classify(reading, declared, site_region, issuer)
    spans = context.source_spans()
    other: Language = "en" if reading.language == "zh" else "zh"
    source = f"{reading.title[:300]}\n{context.text}"
    writer = zh if reading.language == "zh" else en
    own, quotes = writer.wording(reading, facts, spans, issuer, source)
    own = _verified(own, source, reading.language)
    pieces: list[str] = []
    if not own.text:
        pieces, quotes = _first_sentence(spans, reading.language, reading.title)
        pieces = [*(zh.titled(reading.title) if reading.language == "zh" else []), *pieces]
        # A row of a table is no headline that says anything.
        bare = own.headline if "|" not in own.headline else catalogue.phrase(reading.language, "short", "generic")
        own = _verified(replace(own, text="".join(pieces) or bare), source, reading.language)
    elif own.text == catalogue.phrase("zh", "text", "for_offices"):
        # Nothing that touches people was found in it: the source says itself what it is about.
        pieces, quotes = _first_sentence(spans, "zh", reading.title)
        own = _verified(replace(own, text=own.text + "".join(pieces)), source, "zh")
    # Of a text that only quotes the source, the other language quotes the source too, and not our quotation of it.
    quoted = [quote.text for quote in quotes] if own.text == "".join(pieces) else []
    said = quoted or sentences_of(own.text, reading.language)
    wordings: dict[Language, Wording] = {
        reading.language: own,
        other: _verified(framed(reading, facts, own, said, issuer, classes.type, other), source, other),
    }
    return _summary(reading, facts, classes, wordings, _still_said(tuple(quotes), own))


def _summary(
    reading: Reading, facts: tuple[Fact, ...], classes: Classes, wordings: Mapping[Language, Wording], quotes: tuple[Quote, ...]
) -> Summary:
    contacts = dict.fromkeys(Contact(fact.kind, str(fact.value)) for fact in facts if fact.kind in ("phone", "email"))
    return Summary(
        title=reading.title,
        language=reading.language,
        wordings=wordings,
        facts=tuple(_whose(fact, reading) for fact in facts),
        quotes=quotes,
        audiences=classes.audiences,
        audience_words=classes.audience_words,
        regions=classes.regions,
        regions_inferred=classes.regions_inferred,
        topics=classes.topics,
        industries=classes.industries,
        type=classes.type,
        evidence=classes.evidence,
        contacts=tuple(contacts)[:_MOST_CONTACTS],
        # Whom we tell that it is for them we do not tell that nobody knows for whom it is.
        unknown=unknown(reading, facts, classes.audience_words or classes.audiences),
        verified=all(wording.verified for wording in wordings.values()),
    )


#: Characters of a quotation that is no whole sentence.
_SAYS_ENOUGH = 12
#: To whom it is sent, what for, and who agreed to it.
_BEFORE_THE_POINT = re.compile(
    r"公网安备|版权|ICP|标识码|习近平|^\W*以[^，]*为(?:指导|引领)|^\W*(?:为(?:了|全面|深入|进一步|贯彻|落实|加快|推动|规范|加强)|根据|按照|各[区县市镇单部分]|关于)|(?:研究|审议)(?:通过|同意)|印发给|请[^。]{0,8}(?:遵照|贯彻)"
    r"|如下[。：:]?\s*$|(?:分行|委员会|办公室|营业管理部|有关单位|直属机构)[，,、：:。]?\s*$|^[^。]{0,40}\d{4}-\d{2}-\d{2}"
)
#: The first item of a list with its heading: told alone it would stand for the whole list.
_FIRST_OF_LIST = re.compile(r"[:：]\s?(?:[（(][一1][）)]|①)|(?:以下|下列)[^:：。]{0,14}[:：]")


def _whose(fact: Fact, reading: Reading) -> Fact:
    return replace(fact, of_others=True) if fact.kind == "deadline" and is_others_day(reading, fact) else fact


def _first_sentence(spans: Sequence[Span], language: Language, title: str) -> tuple[list[str], list[Quote]]:
    """Where no sentence is a key one: the first that is not the title, in quotation marks, whole or cut at a clause's end."""
    bare = re.sub(r"\W+", "", title)
    # What greets, says why, or who agreed comes after what says something.
    for span in sorted(
        spans[:60], key=lambda one: (len(one.text) < 8, bool(_BEFORE_THE_POINT.search(one.text)), len(one.text) < 20, one.start)
    ):
        said = without_numbering(span.text).strip("。；;.:： |")
        if len(said) < 4 or re.sub(r"\W+", "", said) in bare or _FIRST_OF_LIST.search(said) or is_furniture(said):
            continue
        if language == "zh" and span.text.rstrip().endswith(("：", ":")):
            continue  # 各区人民政府： greets, and says nothing.
        head = cut_english(said, SENTENCE_WORDS - 5) if language == "en" else _head(said)
        if head:
            return [catalogue.phrase(language, "text", "quoted", said=head)], [Quote(head, span.start, span.end)]
    return [], []


def _head(said: str) -> str:
    """As many of its first clauses as fit into a quotation; empty when not even the first does, or when that says little."""
    most = SENTENCE_CHARACTERS - len(catalogue.phrase("zh", "text", "quoted", said="")) - 1
    if len(said) <= most:
        return said
    head = ""
    for clause in re.split(r"(?<=[,，;；:：])", said):
        if len((head + clause).rstrip(",，;；:：")) > most:
            break
        head += clause
    head = head.rstrip(",，;；:：")
    return head if len(head) >= _SAYS_ENOUGH else ""


def _verified(wording: Wording, source: str, language: Language) -> Wording:
    """The wording without what the verifier does not find in the source."""
    wrong = set(refused(source, wording.text, language))
    kept = [sentence for sentence in sentences_of(wording.text, language) if sentence not in wrong]
    checked = replace(wording, text=(" " if language == "en" else "").join(kept)) if wrong else wording
    if checked.action and not stands(source, checked.action, language):
        checked = replace(checked, action=None)
    if not stands(source, checked.short, language):
        checked = replace(checked, short=catalogue.phrase(language, "short", "generic"))
    if not stands(source, checked.headline, language):
        checked = replace(checked, headline=catalogue.phrase(language, "short", "generic"))
    slots = {name: value for name, value in checked.slots.items() if name == "issuer" or stands(source, value, language)}
    return replace(checked, slots=slots, verified=bool(checked.text) and stands(source, checked.text, language))


def _still_said(quotes: tuple[Quote, ...], wording: Wording) -> tuple[Quote, ...]:
    return tuple(quote for quote in quotes if quote.text[:12] in wording.text) or quotes[:1]
