"""English lists told in one sentence: the words that lead a list in, then items that stand under them, whole and in order.

"You can apply if you are:" over "a charity" and "a school" is told as "You can apply if you are a charity or a school".
Word for word and no other way: whatever is changed in it is read as any other sentence is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_LEAD = re.compile(r"(?:^|(?<=[.!?] ))(?P<lead>[^.!?:\n]{6,200}):[ \t]*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[•○●*·–-]|\(?(?:\d{1,2}|[a-z])[.)])[ \t]+")
#: A heading just above the lead that is a condition: "If you are applying for a vehicle".
_ONLY_IF, _NEAR = re.compile(r"^(?:If|When|Unless|Where)\b[^.:;?\n]{4,90}\n\s*\Z", re.MULTILINE), 120
_LAST_WORD = re.compile(r"[;,.]? ?\b(?P<joins>and|or)[,;]?$")
#: In an item a sentence ends, a list begins, or a line was broken that goes on.
_NO_ITEM = re.compile(r"[.?!] |[:?!|]|\b(?:the|a|an|of|to|in|for|on|by|with|at|from|that|which)$")
_MOST_ITEMS, _MOST_WORDS, _NAME_WORDS = 30, 24, 4
#: A list of some: others may be left out.
_OF_SOME = re.compile(r"\b(?:includ(?:e|es|ed|ing)|such as|for example)$")
#: Words behind which a list reads on without its colon.
_OPEN_END = re.compile(
    r"\b(?:includ(?:e|es|ed|ing)|such as|for example|in|for|to|about|on|by|with|from|of|as|are|is|you|must|can|cannot|should"
    r"|will|may|need|must not|should not|may not|also|not|provide|send|bring|show|give|tell us|get|have|use|see|cover|covers"
    r"|study|offer|teach|find|mean|means)$"
)
#: Of names without a mark only such leads make a list: below "Write to:" stands an address.
_OF_NAMES = re.compile(r"\b(?:are|includ(?:e|es|ed|ing)|such as|in|cover|covers)$")
_ONE_OF = re.compile(r"\b(?:either|any (?:one )?of|one (?:or more )?of|at least one)\b")
_ALL_OF = re.compile(r"\b(?:both|all(?: of)?|each of|every)\b")
_DENIES = re.compile(r"\b(?:not|cannot|never|no|nor|neither|without|except|excluding|excludes?|unless)\b|n't\b")
_CONDITION = re.compile(r"\b(?:if|when|where|who|whose|unless|provided|only|until|whether|anyone)\b[^,]*$")
#: Whoever is one of these is not another: "if you are: a charity, a school" means either.
_WHO = re.compile(
    r"(?:an? )(?:[a-z-]+ ){0,2}(?:charity|school|academy|college|university|business|company|council|authority|partnership"
    r"|individual|club|nursery|trust|farmer|landlord|tenant|sole trader|employer|employee|parent|student|pupil)$"
)
#: "You can apply: online, by post" names ways, of which one will do.
_MAY, _WAY = re.compile(r"\b(?:can|may)\b"), re.compile(r"(?:by|from|at|in|on|online|through|via|over)\b")
_MORE = " and more"
#: Characters behind a lead in which its items stand.
_LONGEST = 4_000


@dataclass(frozen=True)
class Listing:
    """A list as it may be told, in small letters: its lead without the colon, its items, and the word that joins the last."""

    lead: str
    items: tuple[str, ...]
    joined_by: str
    #: Whether these are all the items, for sure.
    is_whole: bool
    #: Whether some of them may be told without the others.
    of_some: bool


def listings(source_text: str) -> tuple[Listing, ...]:
    """The lists of a source that may be told in one sentence, in order."""
    return tuple(_listings(source_text))


def lead_of(sentence: str, known: Sequence[Listing]) -> str:
    """The lead, where the sentence is nothing but that and two or more of its own items in order, joined as the source does.

    All of them; or some, where the lead says "including" or the sentence ends in "and more". Empty for any other sentence.
    """
    if " and " not in sentence and " or " not in sentence:
        return ""
    said = _folded(sentence).removesuffix(".")
    told = (one for one in known if said.startswith(one.lead) and _tells(said[len(one.lead) :], one))
    found = next(told, None)
    return sentence[: len(found.lead)] if found else ""


def misjoined(sentence: str, known: Sequence[Listing]) -> str | None:
    """That the items of a list are joined by "and" where the source says "or", or "or" where it says "and"; else None."""
    if " and " not in sentence and " or " not in sentence:
        return None
    said = _folded(sentence).removesuffix(".")
    for one in (one for one in known if said.startswith(one.lead)):
        other = "or" if one.joined_by == "and" else "and"
        is_open = one.joined_by == "and" and _MAY.search(one.lead)
        if not is_open and _tells(said[len(one.lead) :], replace(one, joined_by=other, of_some=True)):
            return f'the source does not join this list by "{other}"'
    return None


def _tells(said: str, one: Listing) -> bool:
    rest = said.removeprefix(":")
    if rest == said and not _OPEN_END.search(one.lead):
        return False
    more = rest.endswith(_MORE)
    rest = rest.removesuffix(_MORE).rstrip(",")
    told, joint = 0, " "
    for item in one.items:
        if not rest.startswith(joint + item) or not _ends_item(rest[len(joint + item) :]):
            continue
        rest = rest[len(joint + item) :]
        told += 1
        if not rest:
            break
        joint = ", " if rest.startswith(", ") else f" {one.joined_by} "
    if rest or told < 2 or not (more or joint == f" {one.joined_by} "):
        return False
    if told == len(one.items) and one.is_whole:
        return not more
    return one.of_some and (more or bool(_OF_SOME.search(one.lead)))


def _ends_item(behind: str) -> bool:
    return not behind or behind.startswith((", ", " and ", " or "))


def _listings(source_text: str) -> Iterator[Listing]:
    for found in _LEAD.finditer(source_text):
        below = source_text[found.end() + 1 : found.end() + _LONGEST].lstrip("\n")
        lines = below.split("\n")[: None if len(below) < _LONGEST // 2 else -1]
        if _BULLET.match(lines[0]):
            lines = list(filter(None, map(str.rstrip, lines)))
        if _ONLY_IF.search(source_text, max(0, found.start() - _NEAR), found.start()):
            continue
        lead = _folded(found["lead"])
        raw, is_whole = _items(lines)
        joins = {last["joins"] for line in raw if (last := _LAST_WORD.search(line))}
        items = tuple(_folded(_LAST_WORD.sub("", line)).rstrip(" ;,.") for line in raw)
        joined_by = _joint(lead, items, joins)
        named = any(line[:1].isupper() for line in raw) and not _BULLET.match(lines[0])
        if named and (not _OF_NAMES.search(lead) or any(map(str.isdigit, "".join(items)))):
            continue
        if len(items) > 1 and joined_by and all(items):
            some = joined_by == "and" and not (_CONDITION.search(lead) or _DENIES.search(lead) or _ALL_OF.search(lead))
            yield Listing(lead, items, joined_by, is_whole, some)


def _items(lines: Sequence[str]) -> tuple[list[str], bool]:
    """The items under a lead, and whether it is sure that they are all."""
    marked = bool(lines and _BULLET.match(lines[0]))
    small = bool(lines and not marked and lines[0].strip()[:1].islower())
    found: list[str] = []
    for line in lines[: _MOST_ITEMS + 1]:
        item = _BULLET.sub("", line).strip()
        if not item:
            return found, True
        if marked != bool(_BULLET.match(line)) or (small and not item[:1].islower()):
            return ([], False) if marked and item[:1].islower() else (found, marked or small)
        if _NO_ITEM.search(item) or len(item.split()) > (_MOST_WORDS if marked or small else _NAME_WORDS):
            if marked or small:
                return found, False
            # Of names without a mark the last may be the heading of what follows.
            return (found, True) if found and found[-1][:1].islower() else (found[:-1], False)
        found.append(item)
    return found, len(lines) <= _MOST_ITEMS


def _joint(lead: str, items: Sequence[str], joins: set[str]) -> str:
    """The word that may join the last item to the others; empty where the source leaves it open, or says both."""
    denies, condition = bool(_DENIES.search(lead)), bool(_CONDITION.search(lead))
    said = joins | ({"or"} if _ONE_OF.search(lead) else set()) | ({"and"} if _ALL_OF.search(lead) else set())
    if len(said) > 1 or (denies and said):
        return ""
    if said:
        return said.pop()
    if denies:
        return "" if condition else "or"
    if _MAY.search(lead) and all(_WAY.match(item) for item in items):
        return "or"
    if condition:
        return "or" if all(_WHO.match(item) for item in items) else ""
    return "and"


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("‘", "'").lower().split())
