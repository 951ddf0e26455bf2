"""A publication is one document at one address, as a series of versions. See DESIGN, section 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pushsvc.domain.ids import derived_id
from pushsvc.domain.invisible import without_invisible
from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant

EventWord = Literal["published", "updated", "withdrawn"]
Urgency = Literal["normal", "urgent", "emergency"]
RevisionKind = Literal["new", "changed", "withdrawn"]
Outcome = Literal["new", "changed", "same", "withdrawn", "test"]

#: The declared fields: what a site may say of a publication, and what is hashed into its version.
DECLARED_FIELDS = (
    "title", "type", "doc_number", "regions", "topics", "audiences", "industries", "eligibility",
    "interprets", "supersedes", "urgency", "language",
)  # fmt: skip
PUBLICATION_TYPES = (
    "notice", "policy", "interpretation", "service", "consultation", "recruitment", "emergency", "news",
)  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """What an event limits an attribute to; an end that is None is open."""

    min: float | None = None
    max: float | None = None


@dataclass(frozen=True)
class PublicationEvent:
    """What a site emitted, after intake has checked it.

    `declared` holds only the declared fields that the event says; a None in it clears the field, an absent one keeps its
    last value. The body (`content_html` or `content_text`) lies in SQL under `event_id`.
    """

    event_id: str
    event: EventWord
    url: str
    address: str
    site: str
    received_at: Instant
    published_at: Instant | None = None
    declared: Mapping[str, Any] = field(default_factory=dict)
    test: bool = False


@dataclass(frozen=True)
class Reading:
    """A document's main text and what its own markup says of it. `source_text` is what every span points into."""

    source_text: str
    title: str
    language: Language
    meta: Mapping[str, str] = field(default_factory=dict)
    published_at: Instant | None = None
    doc_number: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    """(words, address as the page writes it) of the main text and of the link blocks beside it ("政策解读"); at most 200."""
    attachments: tuple[tuple[str, str], ...] = ()
    """(name, address as the page writes it) of the files that the page lists or links; at most 200."""

    @property
    def content_id(self) -> str:
        return content_id(self.source_text)


def content_id(source_text: str) -> str:
    return derived_id("con", source_text)


def publication_id(address: str) -> str:
    return derived_id("pub", address)


def version_id(publication: str, content: str, declared: Mapping[str, Any]) -> str:
    """The state of a publication: the same text and the same effective declared fields are the same version."""
    said = {name: declared[name] for name in DECLARED_FIELDS if declared.get(name) is not None}
    return derived_id("ver", publication, content, said)


def change_id(publication: str, revision: int) -> str:
    return derived_id("chg", publication, revision)


def effective(last: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The declared fields after an event: an unsaid field keeps its last value, null clears it."""
    merged = {**last, **said}
    return {name: merged[name] for name in DECLARED_FIELDS if merged.get(name) is not None}


@dataclass(frozen=True)
class Version:
    """One state of a publication with the text that it shows."""

    version_id: str
    publication_id: str
    content_id: str
    work_id: str
    site: str
    url: str
    title: str
    language: Language
    declared: Mapping[str, Any]
    published_at: Instant | None
    source_text: str
    meta: Mapping[str, str] = field(default_factory=dict)
    """What the page's own tags said of it, and its document number: evidence for regions, issuer and type."""

    @property
    def reading(self) -> Reading:
        """The document as it was read, under the title and language of this version."""
        number = self.declared.get("doc_number") or self.meta.get("doc_number")
        # A site may declare a title with signs that turn it round; what they hide is not told.
        return Reading(self.source_text, without_invisible(self.title), self.language, self.meta, self.published_at, number)


@dataclass(frozen=True)
class Change:
    """What is new between a revision and the one before it. `material`: a fact, the eligibility or the action moved.

    `told` says it in plain words per language (`{"zh": "…", "en": "…"}`); `urgent` when the action or the deadline moved.
    """

    change_id: str
    kind: RevisionKind
    material: bool
    told: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
