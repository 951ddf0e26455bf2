"""What an English document states: its sentences, whole again where lines cut them, each with the part that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pushsvc.plain import catalogue
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing.en.listed import BULLET, listed
from pushsvc.plain.writing.en.weights import LEANS

#: A line that names a part of a notice: "SUMMARY:", "DATES:".
_PART = re.compile(r"(?P<name>[A-Z][A-Z ]{2,40}):?$|(?P<run_in>SUMMARY|Summary|DATES|Dates|ADDRESSES|STATUS|PLACE): ")
#: Parts that say who wrote it, whom to write to, and under which law: they are told from facts, or not at all.
_SILENT = re.compile(r"FOR FURTHER|AUTHORITY|BILLING|REF\b|LIST OF SUBJECTS", re.IGNORECASE)
#: Parts of one line, which say who wrote it and what kind of paper it is.
_ONE_LINE = re.compile(r"AGENCY|ACTION", re.IGNORECASE)
#: What a web page says of itself, above its text.
_UPDATED = re.compile(r"Published/updated: |(?:opening|closing) date: ")
_OPEN_END = re.compile(r"(?:\b(?:at|to|via|the|a|an|in|of|and|or|on|for|with|by|from|section|see)|,)$", re.IGNORECASE)
#: The end of words that lead a list in of which each item holds by itself: not "you can apply if:", not "either:".
_LEAD = re.compile(
    r"(?<!\bnot )\b(?:must(?: not)?|can(?:not|’t)?|should|may|will|to|need|about|contact|send|bring|provide"
    r"|include)(?: also)?:$",
    re.IGNORECASE,
)
_NO_LEAD = re.compile(r"\b(?:either|any of|one of|such as|only|if you want to|reasons? to)\b", re.IGNORECASE)
_BLANK_BEFORE = re.compile(r" ([.,;])")
_ENDS = (".", "!", "?", ".”", '."', ".)", ";")
_NOTE_MARK = re.compile(r"[a-z][.”]\d{1,2}$|\b20\d\d\.\d{1,2}$")
_AFTER_CLOCK = re.compile(r"(?<=[ap]\.m\.) (?=(?:Those|If|The|All|Any|Time|Comments?|Please|You|This|There|To|We|An?|For)\b)")
#: A footnote on a line of its own: "2 See the letter of Ann Reed".
_FOOTNOTE = re.compile(
    r"\d{1,2} (?!January|February|March|April|May|June|July|August|September|October|November|December)[A-Z]"
)
#: With which a notice without a summary says what it is.
_SAYS_WHAT = re.compile(
    r"(?:This (?:notice|document|is|rule|action)|Notice is (?:hereby )?given|Take notice|The [A-Z]|Part [A-Z]|Pursuant to"
    r"|In accordance|Under|On [A-Z]\w+ \d{1,2}, \d{4}|As required|[A-Z]{2,6} )"
)
#: "Take notice that the Commission received the following filings:" says what a list is of.
_FOLLOWING = re.compile(
    r"(?:Take notice that )?(?P<what>[^:;]{4,60} (?:received|accepted|issued)) the following (?P<things>[a-z][a-z -]{4,40}):$"
)
_HEAD_SPANS, _FEWEST_WORDS = 24, 8
#: "You must do this by 1 May": what, the sentence before says.
_DO_THIS = re.compile(r"(?:You|They|Applicants|People|Members) (?:must|need to|should|have to|will need to) do (?:this|so)\b")
_FEWEST_TO_DO = 5
#: "You can get free advice on:" says something without the list that follows: that there is advice, and not on what.
_POINTS_ON = re.compile(
    r",? (?:on|about|with|for|in|from|including|such as|like|listed below|set out below|shown below|below|as follows"
    r"|(?:in )?(?:one of )?(?:the|these) following(?: [a-z]+){0,2}):$"
)
#: "You can apply for £100 if you:" with its conditions in a list below.
_IF_LIST = re.compile(r",? (?:if|provided(?: that)?|as long as) (?:you|they|it|your \w+)(?: (?:are|is|have|has|can|meet))?:$")
_LONGEST_IF = 24
#: A heading that is a condition: "If you're applying for a vehicle".
_ONLY_IF = re.compile(r"(?:If|When|Unless|Where)\b[^.:;?]{4,90}$")
_THERE_ARE = re.compile(r"There (?:are|is)\b")
_NOT_ALONE = re.compile(
    r"\b(?:that|(?:more )?(?:details|information)|if|unless|when|where|either|only|not|must|should|need to"
    r"|the|a|an|of|to|is|are"
    r"|include[sd]?|and|or|for|by|by \w+ing|reads?)\.$"
)
#: Sentences of a quotation that say least: what the speaker thinks of it.
_QUOTED, _MARKED = 2, 6
_SAYS = re.compile(r"\b(?:said|says|added|adds|commented|explained|continued|concluded)(?: \w+){0,3}[:,]$")
_MOST_ITEMS, _MOST_STATEMENTS = 5, 220
_LONGEST_LEAD, _LONGEST_ITEM = 18, 30


@dataclass(frozen=True)
class Statement:
    """One sentence in one line, and its span in the source. `place` counts the statements of its part from 0."""

    text: str
    start: int
    end: int
    part: str
    place: int
    item: bool = False
    """An item of a list, with the words that lead the list in before it."""
    together: bool = False
    """Several items of a list, behind the words that lead the list in."""


def statements(spans: Sequence[Span]) -> list[Statement]:
    """The statements in order. `part` is "description", "summary", "dates", "body" or the like in small letters."""
    found: list[Statement] = []
    part, place = "body", 0
    described = _description(spans)
    lead = -1 if described else _lead(spans)
    opening = -1 if lead >= 0 or described or _has_summary(spans) else 0
    quoted = _after_said(spans)
    for text, start, end, item, together in _whole([piece for span in spans for piece in _halves(span)]):
        named = _PART.match(text)
        if named and (named["run_in"] or text.endswith(":")):
            part, place = (named["name"] or named["run_in"]).lower(), 0
            text = text[named.end() :]
            if not text:
                continue
        if _ONE_LINE.match(part):
            part = "body"
            continue
        if _FOOTNOTE.match(text) or _SILENT.match(part) or _UPDATED.match(text) or text.isupper():
            continue
        here = "description" if start in described else "summary" if start == lead else part
        place = 0 if start == lead else place
        if opening == 0 and part == "body" and not item and _ended(text) and len(text.split()) >= _FEWEST_WORDS:
            opening = 1
            here = here if LEANS.match(text) else "opening"
        if start in quoted or text.count("“") != text.count("”"):
            here = "quote"
        if here != "description" and not item and not _ended(text):
            continue  # a heading, or a line of a table
        found.append(Statement(BULLET.sub("", text), start, end, here, place, item, together))
        place += 1
        if len(found) >= _MOST_STATEMENTS:
            break
    return found


def _has_summary(spans: Sequence[Span]) -> bool:
    return any(re.match(r"\W*summary\b", span.text, re.IGNORECASE) for span in spans[:_HEAD_SPANS])


def _after_said(spans: Sequence[Span]) -> frozenset[int]:
    """Where the sentences begin with which somebody is quoted: "The minister said:" and what follows."""
    found = []
    for at in (at for at, span in enumerate(spans) if _SAYS.search(span.text[-30:])):
        marked = spans[at + 1].text[:1] in "“‘\"'" if at + 1 < len(spans) else False
        for span in spans[at + 1 : at + 1 + (_MARKED if marked else _QUOTED)]:
            found.append(span.start)
            if marked and span.text.rstrip()[-1:] in "”’\"'":
                break
    return frozenset(found)


def _ended(text: str) -> bool:
    """Does it end as a sentence does, or in the mark of a footnote behind one?"""
    return text.endswith(_ENDS) or bool(_NOTE_MARK.search(text))


def _halves(span: Span) -> Iterator[Span]:
    """A sentence that ends in "2:30 p.m." and the one after it."""
    start = 0
    for found in _AFTER_CLOCK.finditer(span.text) if ".m. " in span.text else ():
        yield Span(span.start + start, span.start + found.start(), span.text[start : found.start()])
        start = found.end()
    yield Span(span.start + start, span.end, span.text[start:])


def _description(spans: Sequence[Span]) -> tuple[int, ...]:
    """Where the sentences start that a web page has under its title, above the day when it came out."""
    for at, span in enumerate(spans[:8]):
        if _UPDATED.match(span.text):
            return tuple(each.start for each in spans[1:at])
    return ()


def _lead(spans: Sequence[Span]) -> int:
    """Where a notice of no part named summary says what it is; -1 where it has such a part, or no such sentence."""
    head = spans[:_HEAD_SPANS]
    if not head or not head[0].text.isupper() or any(re.match(r"\W*summary\b", span.text, re.IGNORECASE) for span in head):
        return -1
    for span in head[1:]:
        part = _PART.match(span.text)
        if part and not _ONE_LINE.match(part["name"] or ""):
            return -1  # it has parts of its own: when, where, what for
        if len(span.text.split()) >= _FEWEST_WORDS and (_ended(span.text) or span.text.endswith(":")):
            return span.start if _SAYS_WHAT.match(span.text) else -1
    return -1


def _whole(spans: Sequence[Span]) -> Iterator[tuple[str, int, int, bool, bool]]:
    """Sentences that a line end cut in two are joined; items of a list stand behind the words that lead them in."""
    at = 0
    while at < len(spans):
        text, start, end = " ".join(spans[at].text.split()), spans[at].start, spans[at].end
        at += 1
        if text.endswith(":") and at > 1 and _ONLY_IF.match(spans[at - 2].text):
            continue  # of the case that the heading above names
        together, last, count = listed(text, spans, at) if text.endswith(":") and not _PART.match(text) else ("", 0, 0)
        if together:
            yield together, start, last, True, True
            if count:
                at += count
                continue
        if text.endswith(":") and len(text.split()) <= _LONGEST_LEAD and _leads(text):
            items = _items(spans, at)
            for item in items[:_MOST_ITEMS]:
                said = BULLET.sub("", " ".join(item.text.split())).rstrip(";,.")
                yield f"{text[:-1]} {said}.", item.start, item.end, True, False
            at += len(items)
            continue
        received = _FOLLOWING.match(text)
        if received:
            yield f"{received['what']} {received['things']}.", start, end, False, False
            continue
        waits = _IF_LIST.search(text) if text.endswith(":") else None
        if waits and len(text.split()) <= _LONGEST_IF:
            yield f"{text[: waits.start()]}. {catalogue.phrase('en', 'text', 'conditions_in_source')}", start, end, False, False
            continue
        pointed = _POINTS_ON.sub(".", text) if text.endswith(":") else text
        if (
            pointed != text
            and not _THERE_ARE.match(text)
            and len(pointed.split()) >= _FEWEST_TO_DO
            and not _NOT_ALONE.search(pointed)
        ):
            yield pointed, start, end, False, False
            continue
        if text.endswith(":") and not text.isupper() and not _PART.match(text):
            continue  # it leads in what is not told with it
        while at < len(spans) and spans[at].start - end <= 3 and _goes_on(text, spans[at].text):
            text, end = f"{text} {' '.join(spans[at].text.split())}", spans[at].end
            at += 1
        yield (
            _BLANK_BEFORE.sub(r"\1", text) if any(sign in text for sign in (" .", " ,", " ;")) else text,
            start,
            end,
            False,
            False,
        )


def _leads(text: str) -> bool:
    return not text.isupper() and bool(_LEAD.search(text)) and not _NO_LEAD.search(text)


def _items(spans: Sequence[Span], at: int) -> list[Span]:
    items: list[Span] = []
    for span in spans[at : at + 40]:
        bare = BULLET.sub("", span.text)
        if not bare[:1].islower() or len(bare.split()) > _LONGEST_ITEM:
            break
        if re.search(r"\bor[,;]?$", bare):
            return []  # one of several would do: none of them stands by itself
        items.append(span)
    return items


def _goes_on(text: str, following: str) -> bool:
    if text.endswith(".") and _DO_THIS.match(following) and len(text.split()) >= _FEWEST_TO_DO:
        return not _DO_THIS.search(text)  # only the sentence before says what
    if len(text) > 900 or text.endswith((".", "?", "!", ":", ";")):
        return following[:1] in ".," and len(text) <= 900
    return (following[:1].islower() or bool(_OPEN_END.search(text)) or following[:1] in ".,(") and len(text) > 25
