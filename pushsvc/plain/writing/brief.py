"""What an approved template may be filled with, and how long a line for an SMS may be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing import when, whose
from pushsvc.plain.writing.figures import (
    amount_words,
    date_words,
    main_amount,
    per_and_sum,
)
from pushsvc.plain.writing.titles import matter

#: CONTRACT, "summary line": without link and signature.
SHORT_CHARACTERS = {"zh": 28, "en": 90}
_ISSUER_CHARACTERS, _ISSUER_LATIN = 30, 80
#: Roles of money that the reader gets. A template says only the sum beside the matter: a fee, a fine, a rent or a threshold
#: would be read there as what one is paid.
_RECEIVED = frozenset({"subsidy_max", "subsidy", "loan_max"})


def slots(
    reading: Reading, facts: tuple[Fact, ...], issuer: str | None, language: Language, days: Sequence[Fact]
) -> dict[str, str]:
    """What an approved template may be filled with; an empty slot is absent. `days`: the reader's open deadlines in order."""
    chinese = reading.language == "zh"
    deadline = next(iter(days), None)
    own = language == reading.language
    filled = {
        "issuer": issuer_of(reading, issuer),
        "matter": matter(reading.title, language) if own else "",
        "deadline": date_words(deadline.value, language) if deadline else "",
        "amount": _chinese_amount(reading, facts, deadline, language) if chinese else _amount(facts, language),
    }
    return {name: value for name, value in filled.items() if value}


def _amount(facts: tuple[Fact, ...], language: Language) -> str:
    """The sum that the reader of an English document gets."""
    amount = main_amount(facts)
    if amount is None or amount.role not in _RECEIVED:
        return ""
    return amount_words(amount, language, "en")


def _chinese_amount(reading: Reading, facts: tuple[Fact, ...], deadline: Fact | None, language: Language) -> str:
    """The sum that every reader gets whom the title addresses; a template has no room to say for whom else, or that it is paid.

    None beside a day of another thing: a template shows the two side by side.
    """
    sum_ = whose.reader_sum(reading, facts)
    if sum_ is None or sum_.role not in _RECEIVED or sum_.group or sum_.beside:
        return ""
    if deadline and not when.go_together(reading, sum_, deadline):
        return ""
    per, words = per_and_sum(sum_.fact, language)
    capped = sum_.highest or sum_.role in ("subsidy_max", "loan_max")
    key = "slot_max" if language == "zh" else "subsidy_max"
    return per + (catalogue.phrase(language, "short", key, amount=words) if capped else words)


def issuer_of(reading: Reading, issuer: str | None) -> str:
    """Who published it: as given, else the page's ContentSource, else the office that the title begins with."""
    source = issuer or reading.meta.get("ContentSource", "")
    if not source or source in ("本网", "本站", "原创", "本网站"):
        found = re.match(
            r"^(?:（转载）)?([\u4e00-\u9fff]{4,28}?(?:局|委|委员会|政府|办公厅|办公室|厅|中心|院|部|会))关于", reading.title
        )
        source = found[1] if found else ""
    if source.isascii():
        return source if len(source) <= _ISSUER_LATIN else ""
    first = re.split(r"[\s、,，（(]", source)[0]
    return source if len(source) <= _ISSUER_CHARACTERS else first if len(first) <= _ISSUER_CHARACTERS else ""
