"""What an English text tells only for contrast, the rule that this news lifts or moves; and which last day is the news."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, dated_deadlines
from pushsvc.plain.quick_patterns import Anywhere
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing.en.due import is_closed

#: With which a sentence begins that tells of how it was, or is in other years.
_OLD_RULE = re.compile(
    r"(?:Normally|Usually|Ordinarily|Typically|Traditionally|Previously|Formerly|Originally|Until (?:now|recently)|Up to now"
    r"|In (?:the past|(?:a |other |past |previous |normal |earlier |most )+(?:years?|circumstances))|Last year|Before this"
    r"|Under (?:the )?(?:old|previous|existing|current|normal|usual) (?:rules?|law|arrangements?|scheme|system))\b"
)
#: What the sentence beside it says where this time is another.
_NEWS = re.compile(
    r"(?:(?:But|However|Instead|Now|From now on)\b|(?:This year|This time|For (?:this year|20\d\d))\b)"
    r"|[^.;]{0,160}\b(?:this year|no longer|more time|extra time|instead|waiv\w+|suspend\w+|will not be (?:charged|required)"
    r"|has been (?:extended|lifted|scrapped|abolished)|(?:new|changed) (?:rules?|deadline|date))\b",
    re.IGNORECASE,
)
_LEANS = re.compile(r"(?:But|However|Instead)\b")
#: A sum that nobody pays: "will not be charged the £20 late fee".
_LIFTED = re.compile(
    r"\b(?:not (?:be )?(?:charged?|pay|fined|liable|face|have to pay|need to pay)|no longer (?:be )?(?:pay|charged?|face|fined)"
    r"|without (?:paying|being charged|a|any)|waiv(?:e[sd]?|ing)|avoid(?:s|ing)?|instead of|rather than|scrap(?:s|ped|ping)?"
    r"|abolish(?:es|ed|ing)?|suspend(?:s|ed|ing)?)\b[^.;,]{0,40}$",
    re.IGNORECASE,
)
#: The words of a last day that is the news, where others are told of as they were.
_MOVED = Anywhere(
    r"\bextend|\bextension|\bmoved\b|\bpostponed\b|\bis now\b|\bmore time\b|\bextra time\b|\bnot be charged\b|\bnew deadline\b"
    r"|\bnot (?:be )?(?:charge|fine)d?\b|\blonger to\b|\bwaiv",
    ignore_case=True,
)
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)])[.;] |\n")


def old_rules(spans: Sequence[Span]) -> list[Span]:
    """The sentences that tell an old rule beside the one which lifts it: alone they would say the opposite."""
    found = []
    for at, span in enumerate(spans):
        if not _OLD_RULE.match(span.text):
            continue
        beside = [*spans[max(0, at - 1) : at], *spans[at + 1 : at + 2]]
        if any(_NEWS.match(other.text) for other in beside) and not re.search(r"\bbut\b", span.text):
            found.append(span)
            # "But this year …" has nothing to lean on without it.
            found += [other for other in spans[at + 1 : at + 2] if _LEANS.match(other.text)]
    return found


def in_force(reading: Reading, facts: tuple[Fact, ...], old: Sequence[Span]) -> tuple[Fact, ...]:
    """The facts without those of an old rule, and without the sums that nobody has to pay."""
    return tuple(
        fact
        for fact in facts
        if not any(span.start <= fact.start < span.end for span in old)
        and not (fact.kind == "amount" and _LIFTED.search(reading.source_text[max(0, fact.start - 70) : fact.start]))
    )


def open_deadlines(reading: Reading, facts: Sequence[Fact]) -> list[Fact]:
    """The reader's last days that are not over, the nearest first: but one that was moved comes before what it was."""
    still = [fact for fact in dated_deadlines(facts) if not is_closed(reading, fact)]
    if len({str(fact.value)[:10] for fact in still}) < 2:
        return still
    moved = [fact for fact in still if _MOVED.search(_sentence(reading, fact))]
    roles = {fact.role for fact in moved}
    return [*moved, *(fact for fact in still if fact not in moved)] if any(one.role in roles for one in still) else still


def _sentence(reading: Reading, fact: Fact) -> str:
    before = _SENTENCE_END.split(reading.source_text[max(0, fact.start - 300) : fact.start])[-1]
    return before + _SENTENCE_END.split(reading.source_text[fact.end : fact.end + 120])[0]
