"""A card is one notice as its reader meets it: only what the summary says, in the order in which a reader asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pushsvc import taxonomy
from pushsvc.channels.rendering.reasons import tell_reasons, without_digits
from pushsvc.channels.rendering.words import catalogue, say
from pushsvc.domain.interpretations import Relatives
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind, NoticeKind
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.summaries import Fact, Summary, Wording

#: What a reader may get or must pay; a budget or a threshold of somebody else's is no answer to "how much".
_READERS_AMOUNTS = frozenset({"subsidy", "subsidy_max", "fee", "loan_max", "standard", "fine", "new_value"})
_CAPS = frozenset({"subsidy_max", "loan_max"})
_MOST_AMOUNTS = 3
_MOST_PHONES = 3
_MOST_AUDIENCES = 4
_DIALLED = re.compile(r"[+0-9][0-9\- ()（）]{4,}")
_SENTENCES = {"zh": re.compile(r"(?<=[。！？])"), "en": re.compile(r"(?<=[.!?]) +(?=[A-Z“\"])")}
_SENTENCES_A_PARAGRAPH = 2


@dataclass(frozen=True)
class Told:
    """One notice with what is needed to tell it. `change` is the told text of its revision, by language."""

    notice_id: str
    kind: NoticeKind
    publication_id: str
    summary: Summary
    source_url: str
    site_name: str = ""
    change: Mapping[str, str] = field(default_factory=dict)
    eligibility: str | None = None
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    site_names: Mapping[str, str] = field(default_factory=dict)
    """By site code, for a reason that names a site."""
    relatives: Relatives = field(default_factory=Relatives)
    """The official interpretation of the document, or what it explains itself."""
    site: str = ""
    """The code of the site that published it."""


@dataclass(frozen=True)
class Story:
    """What one message tells: everything that its words depend on, and nothing of who reads it.

    Two deliveries with equal stories are rendered once. `key` says so without comparing texts.
    """

    channel: Channel
    kind: DeliveryKind
    language: Language
    told: tuple[Told, ...]
    key: str


@dataclass(frozen=True)
class Row:
    """One answer: `values` are shown one a line; `dial` holds what a telephone link dials, where it is a phone number."""

    name: str
    label: str
    values: tuple[str, ...]
    dial: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """A page that belongs to the document, in fixed words: its title may hold figures that the document does not have."""

    label: str
    url: str


@dataclass(frozen=True)
class Card:
    """`language` is the one that the words are in: the document's own where there is no safe rendering."""

    kind: NoticeKind
    language: Language
    badge: str
    headline: str
    lead: tuple[str, ...]
    """What became of it, before what it says: for a correction with what changed."""
    paragraphs: tuple[str, ...]
    rows: tuple[Row, ...]
    missing: str
    notes: tuple[str, ...]
    why: str
    issuer: str
    source_url: str
    beside: tuple[Beside, ...] = ()


def card(told: Told, reader: Language) -> Card:
    """The card of `told` for a reader of `reader`."""
    summary, wording = told.summary, told.summary.wording(reader)
    language: Language = reader if reader in summary.wordings else summary.language
    withdrawn = told.kind == "withdrawal"
    rows = () if withdrawn else tuple(_rows(told, wording, reader, language))
    reasons = tell_reasons(told.reasons, reader, told.site_names)
    return Card(
        kind=told.kind,
        language=language,
        badge=say(reader, f"kind.{told.kind}"),
        headline=wording.headline,
        lead=tuple(_lead(told, reader, language)),
        paragraphs=() if withdrawn else paragraphs(wording.text, language),
        rows=rows,
        missing="" if withdrawn else _missing(summary, reader),
        notes=() if withdrawn else tuple(_notes(told, reader, rows)),
        why=say(reader, "why.intro") + say(reader, "reason_separator").join(reasons) + say(reader, "full_stop")
        if reasons
        else "",
        issuer=wording.slots.get("issuer") or without_digits(told.site_name),
        source_url=told.source_url,
        beside=() if withdrawn else tuple(_beside(told.relatives, reader)),
    )


def paragraphs(text: str, language: Language) -> tuple[str, ...]:
    """The text in pieces of two sentences, so that a small screen shows air between them."""
    pieces = [piece.strip() for line in text.splitlines() for piece in _SENTENCES[language].split(line) if piece.strip()]
    joint = "" if language == "zh" else " "
    return tuple(joint.join(pieces[at : at + _SENTENCES_A_PARAGRAPH]) for at in range(0, len(pieces), _SENTENCES_A_PARAGRAPH))


def _beside(relatives: Relatives, reader: Language) -> Iterable[Beside]:
    for key, pages in (("interpretation", relatives.explained_by), ("explains", relatives.explains)):
        yield from (Beside(say(reader, f"link.{key}"), page.url) for page in pages[:1])


def _lead(told: Told, reader: Language, language: Language) -> Iterable[str]:
    if told.kind != "new":
        yield say(reader, f"lead.{told.kind}")
    change = told.change.get(reader) or told.change.get(language)
    if told.kind == "correction" and change:
        yield say(reader, "row.change") + say(reader, "colon") + change
    if language != reader:
        yield say(reader, "note.other_language")
    own = told.summary.language
    if told.kind == "withdrawal" and own != reader:
        # It has no text that names the document, and the headline in the reader's language says only what kind it is.
        yield told.summary.wording(own).headline


def _rows(told: Told, wording: Wording, reader: Language, language: Language) -> Iterable[Row]:
    summary = told.summary
    deadline = wording.slots.get("deadline") or _raw(summary.deadline())
    phones = tuple(contact.value for contact in summary.contacts)[:_MOST_PHONES]
    answers: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("action", (wording.action or "",)),
        ("deadline", (deadline,)),
        ("amount", _amounts(wording, summary.facts, reader)),
        ("audience", (say(reader, "list_separator").join(_audience(summary, reader, language)),)),
        ("place", tuple(fact.raw for fact in summary.facts if fact.kind == "address")[:1]),
        ("phone", phones),
    )
    for name, values in answers:
        said = tuple(value for value in values if value)
        if said:
            dial = tuple(_dial(value) for value in said) if name == "phone" else ()
            yield Row(name, say(reader, f"row.{name}"), said, dial)


def _raw(fact: Fact | None) -> str:
    return fact.raw if fact else ""


def _amounts(wording: Wording, facts: Iterable[Fact], reader: Language) -> tuple[str, ...]:
    """As the document writes them; the slot alone where the summary chose one. A cap is told as one: "up to"."""
    facts = tuple(facts)
    chosen = wording.slots.get("amount")
    if chosen:
        # Somewhere in it: 每户最高3000元 says whose cap it is first.
        is_said = say(reader, "amount.up_to", amount="").strip() in chosen
        capped = any(fact.kind == "amount" and fact.role in _CAPS and "".join(fact.raw.split()) in chosen for fact in facts)
        return (say(reader, "amount.up_to", amount=chosen) if capped and not is_said else chosen,)
    amounts = [fact for fact in facts if fact.kind == "amount" and fact.role in _READERS_AMOUNTS]
    # In a table whose head says 万元 a bare "10" is no sum that anybody could read.
    said = dict.fromkeys(fact.raw for fact in amounts if not re.fullmatch(r"[\d.,~～—–-]+", fact.raw))
    return tuple(said)[:_MOST_AMOUNTS]


def _audience(summary: Summary, reader: Language, language: Language) -> tuple[str, ...]:
    """The document's own words where they are in the card's language; else the groups that it is for, by name."""
    if summary.audience_words and language == summary.language:
        words = tuple(dict.fromkeys(summary.audience_words))
        # 困难老年人 says 老年人 too: the wider word beside it would read as if everybody old were meant.
        narrow = (word for word in words if not any(word != other and word in other for other in words))
        return tuple(narrow)[:_MOST_AUDIENCES]
    known = taxonomy.audiences()
    names = (known.name(group, reader) if known.known(group) else without_digits(group) for group in summary.audiences)
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_AUDIENCES]


def _dial(value: str) -> str:
    """What a telephone link dials: the first number in `value`; empty for an email address or a web page."""
    found = _DIALLED.search(value) if "@" not in value and "/" not in value else None
    return re.sub(r"[^+0-9]", "", found[0]) if found else ""


def _missing(summary: Summary, reader: Language) -> str:
    known = (f"unknown.{thing}" for thing in summary.unknown)
    things = say(reader, "list_separator").join(say(reader, key) for key in known if key in catalogue(reader))
    if not things:
        return ""
    return say(reader, "unknown.intro") + things + say(reader, "full_stop")


def _notes(told: Told, reader: Language, rows: Iterable[Row]) -> Iterable[str]:
    if told.eligibility == "unknown":
        callable_ = any(row.name == "phone" for row in rows)
        yield say(reader, "note.eligibility_unknown" if callable_ else "note.eligibility_unknown_no_phone")
