"""What a reader is to do by a day, or within a time: the deed as the document names it, in the words of the catalogue."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.figures import date_words, is_calendar_date

#: The deed by the words near the day, the more particular first. Keys of the catalogue's section "due".
_DEEDS = (
    (
        "speak",
        re.compile(
            r"\boral (?:presentations?|statements?|comments?|testimony|remarks)\b"
            r"|\brequests? to speak\b|\bwish(?:ing)? to speak\b",
            re.IGNORECASE,
        ),
    ),
    ("nominate", re.compile(r"\bnominat", re.IGNORECASE)),
    (
        "register",
        re.compile(
            r"\bregister (?:for|to|by|online|in advance)\b|\bto register\b|\bregistrations? (?:is|are|for|must"
            r"|deadline|closes)\b|\bRSVP\b|\bsign up\b|\bregister$",
            re.IGNORECASE,
        ),
    ),
    ("petition", re.compile(r"\bpetition\b", re.IGNORECASE)),
    ("apply", re.compile(r"\bappl(?:y|ications?)\b", re.IGNORECASE)),
    ("request", re.compile(r"\brequests?\b", re.IGNORECASE)),
    ("statement", re.compile(r"\bstatements?\b|\bsubmissions?\b", re.IGNORECASE)),
    ("form", re.compile(r"\bforms?\b", re.IGNORECASE)),
    ("claim", re.compile(r"\bclaims?\b", re.IGNORECASE)),
    ("notify", re.compile(r"\bnotif", re.IGNORECASE)),
    ("send", re.compile(r"\b(?:send|submit\w*|post|file|proposals?|bids?|written)\b", re.IGNORECASE)),
)
_ACTS = (
    ("contact", re.compile(r"\bcontact\b|\bcall\b", re.IGNORECASE)),
    ("renew", re.compile(r"\brenew", re.IGNORECASE)),
    ("report", re.compile(r"\breport\b", re.IGNORECASE)),
    ("comply", re.compile(r"\bcompl(?:y|iance)\b", re.IGNORECASE)),
    ("return", re.compile(r"\breturn\b", re.IGNORECASE)),
    ("tell", re.compile(r"\b(?:tell|inform|notify)\b", re.IGNORECASE)),
)
_CLOCK = re.compile(
    r"(?P<clock>\d{1,2}(?::\d{2})? ?[ap]\.?m\.?(?:,? ?\(?(?:[ECMP][DS]?T|GMT|BST|UTC|Eastern(?: (?:Standard"
    r"|Daylight))?(?: Time)?)\)?)?|midnight|noon|midday),?"
    r"(?: on)?(?: \w+day)?,? $",
    re.IGNORECASE,
)
#: From what a limit runs: up to the end of its clause.
_ANCHOR = re.compile(r",? (?:of|from|after|following|before|prior to|in advance of|ahead of|preceding) [^,.;:()\n\[]{2,90}")
_ANCHOR_END = re.compile(
    r" (?:at the following|at this|by |in order|pursuant|using|so that|unless|if|and "
    r"|to (?:allow|ensure|enable|permit|help|give|arrange)\b)"
)
_ANCHOR_WORDS = 12
_LIMITS = re.compile(r"within|at least|(?:by )?no|not|up to|you have", re.IGNORECASE)
#: A day for those only whose case the sentence names is told by that sentence.
_ONLY_SOME = re.compile(r"\W*(?:[iI]f|[wW]here|[wW]hen|[uU]nless|[fF]or those|In the case)\b")
_BACK = 460
#: What is sent in by the day are comments where the part of the text asks for them.
_VIEWS = re.compile(
    r"\b(?:solicitation of comments|submit (?:written )?(?:data, views|comments)|written comments)\b", re.IGNORECASE
)
_VIEWS_BACK = 2500
_PRINTED = re.compile(r"[A-Z][a-z]{2,8} \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4}")
#: Days that are told as they are printed, for nobody finds "31 March" in a text that has "the end of March": also ranges
#: that share a month, and days in figures.
_END_OF = re.compile(r"end of ", re.IGNORECASE)
_AS_PRINTED = re.compile(
    r"\d/\d|^\d{1,2}(?:st|nd|rd|th)?(?: ?[-–—] ?| (?:to|and|until|through) )\d|^[A-Z][a-z.]+ \d{1,2} ?[-–—] ?\d"
)
_ZONE = ZoneInfo("UTC")


def due(reading: Reading, fact: Fact) -> str:
    """ "Send your comments by 7 October 2014.", "Send the form at least 48 hours before the import."; empty if unsure."""
    when = "" if _ONLY_SOME.match(sentence_before(reading, fact)) else _when(reading, fact)
    return catalogue.phrase("en", "due", deed(reading, fact), when=when).replace("..", ".") if when else ""


def deed(reading: Reading, fact: Fact) -> str:
    """The key of what is to be done, by the role and by the words of the sentence before the day."""
    text, before = reading.source_text, sentence_before(reading, fact)
    start = fact.start - len(before)
    if fact.role == "payment_deadline":
        return "pay"
    if fact.role == "comment_deadline":
        return "comment"
    deeds = _DEEDS if fact.role == "application_deadline" else _ACTS
    after = re.split(r"\n|\. ", text[fact.end : fact.end + 50])[0]
    for words in (f"{before} {after}", text[max(0, start - 80) : start]):
        found = next((key for key, cue in deeds if cue.search(words)), None)
        if found in ("statement", "send", "form") and _VIEWS.search(text, max(0, start - _VIEWS_BACK), fact.start):
            return "comment"
        if found:
            return found
    return "apply" if fact.role == "application_deadline" else "act"


def sentence_before(reading: Reading, fact: Fact) -> str:
    """The sentence of a day, up to the day."""
    text = reading.source_text
    start = max(text.rfind("\n", 0, fact.start) + 1, fact.start - _BACK)
    return re.split(
        r"(?<=[a-z)])\. (?=[A-Z])|(?<= \d{4})\. (?=[A-Z])"
        r"|(?<=[ap]\.m\.) (?=Those|If|All|Any)",
        text[start : fact.start],
    )[-1]


def day_words(fact: Fact) -> str:
    """A day as the document prints it, where it prints it in words with its year."""
    printed = " ".join(fact.raw.split())
    if _END_OF.match(printed):
        return catalogue.phrase("en", "due", "end_of", end=printed)
    return printed if _PRINTED.fullmatch(printed) or _AS_PRINTED.search(printed) else date_words(fact.value, "en")


def day_short(fact: Fact) -> str:
    """A day without its year, where the document does not print it in another way."""
    printed = " ".join(fact.raw.split())
    other = _END_OF.match(printed) or _AS_PRINTED.search(printed)
    return day_words(fact) if other else date_words(fact.value, "en", year=False)


def is_closed(reading: Reading, fact: Fact) -> bool:
    """Whether the day was past when the document came out."""
    return is_calendar_date(fact.value) and not is_future(reading, fact)


def is_future(reading: Reading, fact: Fact) -> bool:
    """Whether a day was not yet past when the document came out; where that is not known, it is not."""
    if reading.published_at is None:
        return True
    published = reading.published_at.astimezone(_ZONE).date().isoformat()
    return str(fact.value)[: len(published)] >= published[: len(str(fact.value))]


def _when(reading: Reading, fact: Fact) -> str:
    text = reading.source_text
    if is_calendar_date(fact.value):
        date = day_words(fact)
        clock = _CLOCK.search(text[max(0, fact.start - 60) : fact.start])
        key = "by_clock" if clock else "by"
        return catalogue.phrase("en", "due", key, date=date, clock=clock["clock"] if clock else "")
    anchor = _ANCHOR.match(text, fact.end)
    limit = fact.raw.replace("\n", " ")
    if not _LIMITS.match(limit):
        return ""  # "five days after": what is due then is told by its own sentence
    if anchor:
        said = _ANCHOR_END.split(anchor.group())[0]
        if len(said.split()) <= _ANCHOR_WORDS:
            return f"{limit}{said}"
        return ""
    return limit
