"""Which interests brought a message, what each could leave out, and what that would have spared lately."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.matches import Question
from pushsvc.domain.ports import Foretaste, Lately
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.ledger.messages import Told
from pushsvc.matching.index import MatchingIndex
from pushsvc.profiles.narrowing import proposals
from pushsvc.web.citizen.opened import Opened
from pushsvc.web.words import say

REST, END, OWN_WORD = "rest", "end", "own"
_MOST_CAUSES = 3
QuestionOf = Callable[[Opened, Told], Question]


@dataclass(frozen=True)
class Choice:
    """`interest` is the narrower question; None for a rest, an end, and a word that is yet to be written."""

    key: str
    how: str
    interest: Interest | None
    value: str = ""

    def words(self, opened: Opened) -> str:
        named = {"name": _name(self, opened)} if self.value else {}
        return say(opened.reader, f"nfm.how.{self.how}", **named)


@dataclass(frozen=True)
class Cause:
    """One interest of the reader that answers the document now; `reasons` are why it did when it was told."""

    position: int
    interest: Interest
    reasons: Sequence[str]
    choices: tuple[Choice, ...]


def causes_of(profile: Profile, told: Told, opened: Opened, question: Question) -> list[Cause]:
    """The interests that the notice names, where they still stand and still answer it. Each choice would have spared it."""
    held = {position: interest for position, interest, _saved in profile.interests}
    found = []
    for written, reasons in sorted(told.reasons.items(), key=lambda entry: int(entry[0])):
        position = int(written)
        interest = held.get(position)
        if interest is not None and _answers(profile, {position: interest}, question):
            choices = tuple(_choices(profile, position, interest, reasons, opened.versions[told.version_id].title, question))
            found.append(Cause(position, interest, reasons, choices))
    return found[:_MOST_CAUSES]


def _choices(
    profile: Profile, position: int, interest: Interest, reasons: Sequence[str], title: str, question: Question
) -> list[Choice]:
    narrower = [
        Choice(f"{position}|{each.key}", each.how, each.interest, each.value)
        for each in proposals(interest, reasons, title, profile.places)
        if not _answers(profile, {position: each.interest}, question)
    ]
    left = (OWN_WORD, REST, END)
    return [*narrower, *(Choice(f"{position}|{how}", how, None) for how in left)]


async def with_spared(
    lately: Lately, question: Question, profile: Profile, causes: Sequence[Cause], reader: Language
) -> dict[int, list[tuple[Choice, str]]]:
    """For each cause, by its position, its choices with a hint in words: what each would have spared in the last days."""
    before = await lately.foretaste(profile, reader, examples=0)
    found: dict[int, list[tuple[Choice, str]]] = {}
    for cause in causes:
        hints = found.setdefault(cause.position, [])
        for choice in cause.choices:
            if choice.how == OWN_WORD:
                hints.append((choice, say(reader, "nfm.own_hint")))
                continue
            left = {position: interest for position, interest, _saved in profile.interests if position != cause.position}
            if choice.interest is not None:
                left[cause.position] = choice.interest
            after = await lately.foretaste(_with(profile, left), reader, examples=0)
            hints.append((choice, _hint(before, after, _answers(profile, left, question), reader)))
    return found


def _hint(before: Foretaste, after: Foretaste, comes_anyway: bool, reader: Language) -> str:
    """`comes_anyway`: another interest brings the message all the same."""
    spared = max(0, before.total - after.total)
    key = "spares" if spared else "spares_none"
    if comes_anyway:
        key = "spares_other"
    elif not before.total:
        key = "spares_later"
    elif not after.total:
        key = "spares_all"
    return say(reader, f"nfm.{key}", total=before.total, spared=spared, days=before.days)


def _with(profile: Profile, interests: Mapping[int, Interest]) -> Profile:
    saved = {position: at for position, _interest, at in profile.interests}
    return replace(profile, interests=tuple((position, one, saved[position]) for position, one in sorted(interests.items())))


def _answers(profile: Profile, interests: Mapping[int, Interest], question: Question) -> bool:
    index = MatchingIndex()
    index.put(_with(profile, interests))
    return any(True for _match in index.answer(question))


def _name(choice: Choice, opened: Opened) -> str:
    reader, value = opened.reader, choice.value
    if choice.how == "place":
        return say(reader, "nfm.list").join(taxonomy.regions().name(place, reader) for place in value.split())
    if choice.how == "site":
        return opened.site_names.get(value, value)
    if choice.how == "type":
        return say(reader, f"nfm.type.{value}")
    if choice.how == "topic" and taxonomy.topics().known(value):
        return taxonomy.topics().name(value, reader)
    if choice.how == "audience" and taxonomy.audiences().known(value):
        return taxonomy.audiences().name(value, reader)
    if choice.how == "industry" and taxonomy.industries().known(value):
        return taxonomy.industries().name(value, reader)
    return value
