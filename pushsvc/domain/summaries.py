"""What one version says: facts with source spans, and plain words made only from those facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pushsvc.domain.languages import Language

#: A day of which we are less sure than this is one that the text only tells of.
_KEPT = 0.7


@dataclass(frozen=True)
class Fact:
    """One fact. `raw == source_text[start:end]`; kinds, values and roles as in `docs/reference/facts.md`.

    `role` is None unless a cue in the text proves it.
    """

    kind: str
    value: str | int | float
    raw: str
    start: int
    end: int
    role: str | None = None
    unit: str | None = None
    condition: str | None = None
    confidence: float = 1.0
    of_others: bool = False
    """A deadline that is somebody else's: an office's, a developer's. Nobody is reminded of it."""

    @property
    def in_passing(self) -> bool:
        """Is it a day that the text only tells of, such as that of an earlier paper? Nobody has to keep it."""
        return self.kind == "event_date" and self.confidence < _KEPT


@dataclass(frozen=True)
class Contact:
    kind: str
    value: str


@dataclass(frozen=True)
class Quote:
    """A key sentence of the source made plain, beside the span that it came from: `source_text[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Evidence:
    """Why a class was read. `raw` stands in `where`: "text", "title", "issuer", "site" or a standard tag such as "SiteName".

    `of` names the field of the summary that holds `value`. In the text `raw == source_text[start:end]`; elsewhere both are
    None.
    """

    of: str
    value: str
    raw: str
    where: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Wording:
    """The plain words in one language. Limits: CONTRACT, "summary line". `action` is None when nothing is to be done.

    `by_model`: a language model said it so, and the verifier agreed. Then `ruled_action` is the action as the rules word
    it: versions are compared by that, so that nobody is told of a change because a model found other words.
    """

    headline: str
    text: str
    short: str
    action: str | None = None
    slots: Mapping[str, str] = field(default_factory=dict)
    verified: bool = True
    by_model: bool = False
    ruled_action: str | None = None


@dataclass(frozen=True)
class Summary:
    """A summary of one content with one set of declared fields.

    `wordings` has the document's own language always; where a safe rendering exists, the other language too.
    `regions`, `topics`, `audiences`, `industries` are what the event declared, else what was read.
    `regions_inferred` marks regions that are the site's own, because neither the event nor the text named any.
    `evidence` says of each class that was read where the document says it; of a declared one there is none.
    """

    title: str
    language: Language
    wordings: Mapping[Language, Wording]
    facts: tuple[Fact, ...] = ()
    quotes: tuple[Quote, ...] = ()
    audiences: tuple[str, ...] = ()
    audience_words: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    regions_inferred: bool = False
    topics: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    type: str | None = None
    contacts: tuple[Contact, ...] = ()
    unknown: tuple[str, ...] = ()
    verified: bool = True
    evidence: tuple[Evidence, ...] = ()

    def wording(self, language: Language) -> Wording:
        """The words for a reader of `language`; the document's own words where there is no safe rendering."""
        return self.wordings.get(language) or self.wordings[self.language]

    def deadline(self, on: str = "") -> Fact | None:
        """The reader's next deadline on or after the day `on` (ISO date); the last one when all are over.

        Only proved ones that are calendar dates: a notice of several steps is no more too late when its first step is over.
        """
        days = self._deadlines()
        return next((fact for fact in days if str(fact.value)[: len(on)] >= on), days[-1] if days else None)

    def last_deadline(self) -> Fact | None:
        """The reader's last deadline: until then something can be done."""
        return next(reversed(self._deadlines()), None)

    def _deadlines(self) -> list[Fact]:
        return dated_deadlines(self.facts)


def dated_deadlines(facts: Iterable[Fact]) -> list[Fact]:
    """The proved deadlines that are calendar dates and not somebody else's, the nearest first."""
    dated = (fact for fact in facts if fact.kind == "deadline" and fact.role and not fact.of_others)
    return sorted((fact for fact in dated if str(fact.value)[:4].isdigit()), key=lambda fact: str(fact.value))
