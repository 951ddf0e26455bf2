"""A list told in one sentence: the words that lead it in, and as many of its short items as a sentence holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.plain import catalogue
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing.cutting import SENTENCE_WORDS

BULLET = re.compile(r"^(?:[•○●*·–-]|\(?(?:\d{1,2}|[a-z])[.)])\s+")
_LAST_WORD = re.compile(r"[;,.]? ?\b(?P<joins>and|or)[,;]?$")
_NO_ITEM = re.compile(r"[.?!] |[:?!|]|\b(?:the|a|an|of|to|in|for|on|by|with|at|from|that|which)$")
_OF_SOME = re.compile(r"\b(?:includ(?:e|es|ed|ing)|such as|for example):$", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:either|any (?:one )?of|one (?:or more )?of|at least one|not|cannot|never|without)\b|n[’']t\b")
#: What holds only if something does: all of it, or any? The source says it, or each item names somebody.
_IF, _SOMEBODY = re.compile(r"\b(?:if|unless|provided)\b[^,]*:$"), re.compile(r"an? [a-z]")
_WAYS, _WAY = re.compile(r"\b(?:can|may)\b"), re.compile(r"(?:by|from|at|in|on|online|through|via|over)\b")
#: Words behind which a list reads on without its colon.
_READS_ON = re.compile(
    r"\b(?:includ(?:e|es|ed|ing)|such as|for example|in|for|to|about|on|by|with|from|of|as|are|is|you|must|can|cannot|should"
    r"|will|may|need|must not|should not|may not|also|provide|send|bring|show|give|tell us|get|have|use|cover|covers|study"
    r"|offer|teach)$"
)
#: "Its duties are the following: …" keeps it. Below other words ("Write to us:") stands no list.
_WITH_COLON = re.compile(r"\b(?:(?:following|these)(?: [a-z]+){0,2}|as follows)$")
_OF_NAMES = re.compile(r"\b(?:are|includ(?:e|es|ed|ing)|such as|in|cover|covers)$")
_MOST_ITEMS, _ITEM_WORDS, _NAME_WORDS, _NEXT_LINE = 30, 14, 4, 1


def listed(lead: str, spans: Sequence[Span], at: int) -> tuple[str, int, int]:
    """The sentence, where its last item ends, and how many items need not be told any more; no sentence of long items.

    `lead` ends in a colon; the items begin at `at`.
    """
    items, is_whole = _items(spans, at)
    words = [_LAST_WORD.sub("", BULLET.sub("", " ".join(item.text.split()))).rstrip(" ;,.") for item in items]
    bare = lead if _WITH_COLON.search(lead[:-1]) else lead[:-1] if _READS_ON.search(lead[:-1]) else ""
    is_named = any(item.text[:1].isupper() for item in items)
    if len(words) < 2 or not bare or (is_named and not _OF_NAMES.search(lead[:-1])):
        return "", 0, 0
    joined_by = _joint(lead, [item.text for item in items], words)
    of_some = bool(_OF_SOME.search(lead))
    more = catalogue.phrase("en", "told", "more")
    kept = _that_fit(words, SENTENCE_WORDS - len(bare.split()) - 1)
    if of_some or (len(kept) == len(words) and is_whole):
        more = ""
    else:
        kept = _that_fit(words, SENTENCE_WORDS - len(bare.split()) - len(more.split()))
    if len(kept) < 2 or not joined_by or (more and joined_by == "or"):
        return "", 0, 0
    told = [words[number] for number in kept]
    said = ", ".join(told) + more if more else ", ".join(told[:-1]) + catalogue.phrase("en", "told", joined_by) + told[-1]
    return f"{bare} {said}.", items[kept[-1]].end, len(words) if len(kept) == len(words) and not _IF.search(lead) else 0


def _that_fit(words: Sequence[str], room: int) -> list[int]:
    """The numbers of the items that fit in a sentence together, the first first."""
    kept = []
    for number, item in enumerate(words):
        count = len(item.split())
        if "," not in item and count <= min(room, _ITEM_WORDS):
            kept.append(number)
            room -= count
    return kept


def _joint(lead: str, raw: Sequence[str], words: Sequence[str]) -> str:
    said = {last["joins"] for item in raw if (last := _LAST_WORD.search(item.strip()))}
    if said:
        return said.pop()
    if _IF.search(lead):
        return "or" if all(map(_SOMEBODY.match, words)) else ""
    ways = _WAYS.search(lead) and all(map(_WAY.match, words))
    return "or" if ways or _ONE_OF.search(lead) else "and"


def _items(spans: Sequence[Span], at: int) -> tuple[list[Span], bool]:
    """The items, and whether it is sure that these are all."""
    found: list[Span] = []
    first = spans[at].text.strip() if at < len(spans) else ""
    marked, small = bool(BULLET.match(first)), first[:1].islower()
    for number, span in enumerate(spans[at : at + _MOST_ITEMS]):
        text = " ".join(span.text.split())
        item = BULLET.sub("", text)
        far = number > 0 and span.start - found[-1].end > _NEXT_LINE and not marked
        if far or marked != bool(BULLET.match(text)) or (small and not marked and not item[:1].islower()):
            return found, True
        if _NO_ITEM.search(item) or (not marked and not small and len(item.split()) > _NAME_WORDS):
            if marked or small:
                return found, False
            # Of names without a mark the last may be the heading of what follows.
            return (found, True) if found and found[-1].text[:1].islower() else (found[:-1], False)
        found.append(span)
    return found, len(found) < _MOST_ITEMS
