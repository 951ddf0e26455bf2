"""How much an English sentence tells a reader: what it is, who it is for, what to do or get, how much, by when, where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import BLANKED
from pushsvc.plain.writing.en.making import Made
from pushsvc.plain.writing.en.statements import Statement

_KINDS = {
    "deadline": 0.0,
    "amount": 1.5,
    "percentage": 1.2,
    "effective_date": 1.0,
    "expiry": 1.0,
    "age_range": 1.5,
    "event_date": 0.0,
    "phone": 0.4,
    "email": 0.3,
}
_ROLES = {
    "fee": 3.0,
    "subsidy": 2.5,
    "subsidy_max": 3.0,
    "fine": 1.5,
    "limit": 1.0,
    "event": 0.5,
    "event_start": 1.0,
    "processing_time": 1.0,
    "quota": 0.8,
    "register": 1.5,
    "application_open": 1.0,
}
_PARTS = {"description": 4.0, "summary": 2.5, "dates": 1.5, "status": 0.5, "place": 1.5}
#: What stands first is what it is about.
_BODY, _LATER = 1.6, 0.4
_EASY = 8.0
#: A limit that runs from an event is told by its own sentence only.
_RELATIVE = 5.0
_CUES = (
    (
        2.0,
        re.compile(r"\byou (?:can|must|need|should|will|may|could|have to|do(?:n’t|n't| not) (?:need|have))\b", re.IGNORECASE),
    ),
    (
        1.5,
        re.compile(
            r"^(?:To (?:apply|register|renew|report|join|book|attend)|Apply|Contact|Call|Submit|Send|Email|Use|Register"
            r"|Check|Report|Renew|Book|Pay|Tell|Get"
            r"|Respond)\b"
        ),
    ),
    (
        1.0,
        re.compile(
            r"\b(?:must|may|can|should|required|free|eligible|entitled|open to the public|allow\w*|not)\b", re.IGNORECASE
        ),
    ),
    (
        1.0,
        re.compile(
            r"\b(?:apply|applications?|comments?|register|nominat\w+|meeting|hearing|grants?|award\w*|consultation|evidence"
            r"|views|costs?|fees?"
            r"|cancel\w*|withdr\w+|delay\w*|effective|closed)\b",
            re.IGNORECASE,
        ),
    ),
    (
        0.8,
        re.compile(
            r"\b(?:proposes?|proposed|proposing|announces?|intends?|amends?|extends?|invites?|seeking|seeks|changes?"
            r"|corrects?|issued|will)\b",
            re.IGNORECASE,
        ),
    ),
)
_CUE = re.compile(r"\b(?:you|must|may|can|meeting|grants?|costs?|free|eligible|will|apply)\b|\bpropos|^(?:contact|call|send)")
_SHORTEST = 20
_LEANS = re.compile(
    r"^(?:They|It|These|Those|That|Such|He|She|Or|And|But|For example|As a result|Instead|Then|Both|Each|Other|Their|Its"
    r"|This (?:will|is|was|means|has|can|may|includes|would|also|equates))\b"
)
_IF = re.compile(r"(?:If|Those|Where|Anyone|Individuals|Persons)\b")
_CONDITIONAL, _TOLD_ANYWAY = 8.0, 4.0
_POINTS = re.compile(r"\b(?:above|below|this in writing|the following|as follows|at this time)\b", re.IGNORECASE)
#: A line that lists what a page treats of, and tells nothing of it.
_TOPICS = re.compile(
    r"(?:How|When|What|Where|Details|Information|Guidance|Advice|Find out|Contact details)\b(?! (?:you"
    r"|your) (?:must|can))"
)
_HISTORY = re.compile(
    r"^(?:On|In) (?:[A-Z]\w+day, )?[A-Z]\w+ \d|^(?:On|In) \d|\b[Ww]e (?:also |had )?(?:announced"
    r"|published|issued)\b|\b(?:was|were) (?:published|established|created|set up|required)\b"
)
#: What had to be done once, told beside what must be done now.
_OLD_DUTY = re.compile(r"\b(?:was|were) (?:required|asked|due|originally|to be)\b|\bhad to be\b|\bhad been scheduled\b")
_NARRATIVE = re.compile(
    r"\b(?:said|told|Minister|Prime Minister|he|she|I am|I’m|was born|my|delighted|proud)\b|[‘“]\w+ \w+ \w+"
)
#: In small letters, as the words are searched for.
_BOILERPLATE = re.compile(
    r"paperwork reduction|fr doc|regulatory flexibility|impracticable|accessible format|assistive technology|\ufffd"
    r"|federal relay"
    r"|incorporat\w+ by reference|cookies|javascript|^for (?:a|an) (?:copy|complete|full)|executive order|unfunded mandates"
    r"|small entit"
    r"|register\b.{0,40}\b(?:published|appeared)|article search|portable document|adobe|electrical outlets|good cause"
    r"|list of subjects"
    r"|notice is (?:hereby )?given|confidential business|social security number|do not (?:submit|include)"
    r"|supporting documents|docket (?:folder|number)"
    r"|personal information|privacy act|burden|find out about call charges|screen reader|more accessible|page(?:s)?\)"
    r"|designated federal|signed"
    r"|follow us|twitter|facebook|youtube|flickr|read more|notes to editors|background$|memorandum|notice of availability"
    r"|reading room|redacted|advanced search|adhesive label|ways to (?:enhance|minimize)"
    r"|whether the (?:proposed )?(?:collection|information)"
    r"|identified with the|what format you need|copies total|identifying information|publicly available at any time|withhold",
)
_CONTACT_LINE = re.compile(
    r"\b[A-Z]{2} \d{5}\b|^(?:[Tt]el|[Pp]hone|[Ee]-?mail|[Ff]ax|Contact Person|Direct all|Or )"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
)
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Told:
    """A statement as it would be told, with what it is worth to a reader."""

    statement: Statement
    made: Made
    worth: float
    hard: float
    """By how many years of school it is harder than a text should be."""
    facts: tuple[Fact, ...]

    @property
    def leads(self) -> bool:
        """Whether it says what the document is: a part that does so, and no list of what a page treats of."""
        return self.statement.part in ("description", "summary") and not _TOPICS.match(self.made.text)

    @property
    def rank(self) -> float:
        """What it is worth, less what it costs to read."""
        return self.worth - 0.35 * self.hard

    @property
    def words(self) -> int:
        return len(self.made.text.split())


def valued(statement: Statement, made: Made, inside: Sequence[Fact], title_words: frozenset[str]) -> Told | None:
    """What a statement is worth; None for one that no reader needs."""
    text = statement.text
    if not made.pieces or not _tells(text, made, title_words):
        return None
    worth = max(0.0, _PARTS.get(statement.part, _BODY) - _LATER * statement.place)
    carried = tuple(fact for fact in inside if fact.raw in made.text or str(fact.value) in made.text or _is_term(fact))
    for fact in carried[:5]:
        worth += (_KINDS.get(fact.kind, 0.0) if fact.role else 0.2) + _ROLES.get(fact.role or "", 0.0)
        worth += _RELATIVE * (_is_term(fact) and fact.raw in made.text)
    worth += sum(weight for weight, cue in _CUES if cue.search(made.text))
    worth -= 2.0 * bool(_LEANS.match(made.text) or _POINTS.search(made.text)) + 1.5 * bool(_NARRATIVE.search(text))
    worth -= 2.5 * bool(_TOPICS.match(made.text)) + 1.5 * bool(_HISTORY.search(made.text))
    # The fixed sentences tell it better.
    worth -= _TOLD_ANYWAY * any(fact.kind == "deadline" and fact.role and not _is_term(fact) for fact in carried)
    # A day that is only for some is told with its condition.
    worth += _CONDITIONAL * (bool(_IF.match(made.text)) and any(fact.kind == "deadline" for fact in carried))
    worth -= 1.5 * (": " in made.text) + 0.8 * (not made.whole)
    return Told(statement, made, worth, max(0.0, grade(made.text) - _EASY), carried)


def promising(statement: Statement, inside: Sequence[Fact]) -> float:
    """What a statement may be worth, read from its source words at once: only the best are made plain and weighed."""
    text = statement.text.lower()
    if len(text) < _SHORTEST:
        return -1.0
    told = sum(1.0 + _ROLES.get(fact.role, 0.0) + _RELATIVE * _is_term(fact) for fact in inside if fact.role)
    return (
        max(0.0, _PARTS.get(statement.part, _BODY) - _LATER * statement.place) + min(told, 8.0) + 1.5 * bool(_CUE.search(text))
    )


def is_boilerplate(statement: Statement) -> bool:
    """Words of the printer, the web page or the registry, which are in every document."""
    first = statement.part in ("summary", "description") and statement.place <= 1
    return not first and bool(_BOILERPLATE.search(statement.text.lower()))


def _is_term(fact: Fact) -> bool:
    return fact.kind == "deadline" and str(fact.value).startswith("P")


def _tells(text: str, made: Made, title_words: frozenset[str]) -> bool:
    if BLANKED in text or " | " in text or text.rstrip().endswith("?") or not text[:1].isascii():
        return False
    if _CONTACT_LINE.search(made.text) or _OLD_DUTY.search(made.text):
        return False
    return len(word_set(made.text) - title_words) >= 2


def word_set(text: str) -> frozenset[str]:
    """The words of a text that say something, in small letters."""
    return frozenset(word for word in re.findall(r"[a-z0-9£$]+", text.lower()) if len(word) > 3 or word.isdigit())


def grade(text: str) -> float:
    """About how many years of school a reader of the text needs, after Flesch and Kincaid (1975)."""
    words = re.findall(r"[A-Za-z][A-Za-z'’]*", text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?](?=\s|$)", text)))
    parts = sum(max(1, len(_VOWELS.findall(word.lower())) - word.lower().endswith("e")) for word in words)
    return float(0.39 * len(words) / sentences + 11.8 * parts / len(words) - 15.59)
