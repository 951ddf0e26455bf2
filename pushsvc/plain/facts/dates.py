"""Every calendar date of a text, with its exact span; what role it plays is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.dates_en import english_dates
from pushsvc.plain.facts.dates_zh import chinese_dates
from pushsvc.plain.facts.mentions import CLOCK, LINK, LINK_REACH, DateMention, Years, mention_of
from pushsvc.plain.facts.scanning import found_at

__all__ = ["DateMention", "find_dates"]

_NUMERIC = re.compile(
    r"(?<![\d./-])(?P<y>(?:19|20)\d{2}|2[12]\d{2}(?=-\d\d-\d\dT\d\d:))(?P<sep>[-/.])(?P<m>1[0-2]|0?[1-9])(?P=sep)(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/]|[.-]\d)"
    + CLOCK
)


#: "is changed from September 9 to July 12": the later day that was comes before the earlier one that is.
_BROUGHT_FORWARD = re.compile(r"\b(?:changed|moved|brought forward|advanced) from (?:\w+day, )?$")


def find_dates(context: Context) -> list[DateMention]:
    """The dates of the text, in order. One without a year is left out unless the context proves its year."""
    text = context.text
    years = Years(context)
    found: list[DateMention] = []
    chinese = context.language == "zh" or "月" in text
    if chinese:
        found += chinese_dates(text, years, context.figures)
    found += [mention_of(item, item["y"], item["m"], item["d"], item) for item in found_at(_NUMERIC, text, context.figures)]
    if context.language == "en":
        found += english_dates(text, years, context.figures)
    return _tie_ranges(text, _apart(mention for mention in found if mention.value))


def _apart(mentions: Iterable[DateMention]) -> list[DateMention]:
    kept: list[DateMention] = []
    for mention in sorted(mentions, key=lambda one: (one.start, -one.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _tie_ranges(text: str, mentions: list[DateMention]) -> list[DateMention]:
    tied = list(mentions)
    for index in range(len(tied) - 1):
        between = text[tied[index].end : tied[index + 1].start]
        if tied[index].yearly and tied[index + 1].yearly and tied[index].value > tied[index + 1].value:
            # "每年1月1日至6月30日", told in March: the window that is open now began before.
            tied[index] = replace(tied[index], value=f"{int(tied[index + 1].value[:4]):04d}{tied[index].value[4:]}")
        if (
            len(between) <= LINK_REACH
            and LINK.fullmatch(between)
            and (
                tied[index].value[:10] <= tied[index + 1].value[:10]
                or _BROUGHT_FORWARD.search(text[max(0, tied[index].start - 40) : tied[index].start])
            )
        ):
            if (
                between.strip(" ,").lower() == "and"
                and "between" not in text[max(0, tied[index].start - 20) : tied[index].start].lower()
            ):
                continue
            tied[index] = replace(tied[index], opens=True)
            tied[index + 1] = replace(tied[index + 1], closes=True)
    return tied
