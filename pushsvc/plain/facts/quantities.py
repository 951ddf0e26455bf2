"""Quantities and ages: Chinese in `quantities_zh`, English in `quantities_en`. Listed, never made into a rule."""

from __future__ import annotations

from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.quantities_en import quantities_en
from pushsvc.plain.facts.quantities_zh import quantities_zh


def quantity_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds quantity and age_range."""
    yield from quantities_en(context) if context.language == "en" else quantities_zh(context)
