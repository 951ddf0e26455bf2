"""Amounts and percentages: Chinese in `money_zh` and `percentages_zh`, English in `money_en`."""

from __future__ import annotations

from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.money_en import foreign_amounts, percentages_en
from pushsvc.plain.facts.money_zh import yuan_amounts
from pushsvc.plain.facts.percentages_zh import percentages_zh


def money_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds amount and percentage."""
    if context.language == "zh" or "元" in context.text:
        yield from yuan_amounts(context)
    yield from foreign_amounts(context)
    yield from percentages_zh(context) if context.language == "zh" else percentages_en(context)
