"""The whole pipeline on one page. What a stage does stands in the module of its name; who runs it is the engine's matter.

    publication-events -> normalise -> versions -> summarise -> summaries -> match -> matches -> plan -> (the ledger)
    (the ledger) -> deliver -> outcomes, receipts -> record -> (the ledger)

`deliver` is no row of the table: the ledger row is its queue, and a topic record would be only a doorbell (see deliver.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from pushsvc.streams.match import Answer
from pushsvc.streams.normalise import Normalise
from pushsvc.streams.plan import Plan
from pushsvc.streams.record import RecordOutcomes
from pushsvc.streams.stage import Stage
from pushsvc.streams.summarise import Summarise


@dataclass(frozen=True)
class Handlers:
    """The stages' functions, put together in bootstrap."""

    normalise: Normalise
    summarise: Summarise
    match: Answer
    plan: Plan
    record: RecordOutcomes


def pipeline(handlers: Handlers) -> tuple[Stage, ...]:
    """Stage, sources, sinks, functions, batch. Every topic is keyed by publication (outcomes: by delivery)."""
    normalise, summarise, match, plan, record = (
        handlers.normalise, handlers.summarise, handlers.match, handlers.plan, handlers.record,
    )  # fmt: skip
    return (
        Stage("normalise", ("publication-events",), ("versions",), normalise.prepare, normalise.apply, batch=20),
        Stage("summarise", ("versions",), ("summaries",), summarise.prepare, summarise.apply, batch=10),
        Stage("match", ("summaries",), ("matches",), match.prepare, match.apply, batch=10),
        # One chunk is a thousand people: a transaction of two would keep others from writing for too long.
        Stage("plan", ("matches",), ("matches",), plan.prepare, plan.apply, batch=1),
        Stage("record", ("outcomes", "receipts"), (), record.prepare, record.apply, batch=100),
    )
