"""For whom, or in which case, a fact holds, in the words of its document."""

from __future__ import annotations

import re

from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Fact
from pushsvc.plain.changes.parts import Part

#: Longer words than these are no name of a group: characters in Chinese, words in English.
_LONGEST = {"zh": 16, "en": 9}
_MOST_CELLS = 8
_NAMED = re.compile(r"[\u4e00-\u9fffA-Za-z0-9“”（）()《》、/·\s]+")
#: A group that ends so is the head of a sentence, not a name.
_NO_HEADS = frozenset({"序号", "编号", "合计", "总计", "No.", "Number", "Total"})
_OPEN_END = re.compile(
    r"(?:[应为在可须需达按由至对是和与及或给予过足]|不少于|不超过|至少|最高|连续|年龄|以上|每[人户家年月套]+)$"
)
_ENGLISH_CASE = re.compile(
    r"^(?:\s?(?:a|per) (?:week|month|year|day|person))?(?:,)?\s(?P<case>(?:for|if|when|unless)\s[^,.;:|()£$€]{3,70}?)"
    r"(?=$|[,.;:|()]|\s(?:or|and)\s[£$€]?\d|\s(?:or|and)\s[£$€])",
    re.IGNORECASE,
)


def whom(fact: Fact, part: Part, language: Language) -> str | None:
    """Whom the fact is for as its document says it; None where it does not say it in a few words.

    In English a case as it stands behind the value ("if you fill out a paper form"), else the head of its row.
    """
    row = _row(fact, part)
    if fact.condition:
        said = fact.condition.strip().removesuffix("的")
    elif language == "en" and (found := _ENGLISH_CASE.match(part.text[fact.end - part.start :] if part.text else "")):
        said = " ".join(found["case"].split())
    elif row:
        said = row
    else:
        return None
    return said if _short(said, language) and (language == "en" or not _OPEN_END.search(said)) else None


def _short(said: str, language: Language) -> bool:
    if language == "en":
        return 0 < len(said.split()) <= _LONGEST["en"]
    return 1 < len(said) <= _LONGEST["zh"] and bool(_NAMED.fullmatch(said))


def _row(fact: Fact, part: Part) -> str | None:
    """The first cell of the row that the fact stands in, where it is words and not the fact's own cell."""
    cells = part.text.split(" | ")
    if not 1 < len(cells) <= _MOST_CELLS or fact.start - part.start < len(cells[0]):
        return None
    head = next((cell for cell in cells[:2] if re.search(r"[^\W\d_]{2,}", cell) and cell.strip() not in _NO_HEADS), "")
    return head.strip() if head and fact.raw not in head else None
