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


def match_group(shard: int, of: int) -> str:
    """The consumer group of one matcher shard: a shard of another number is another group, at a place of its own."""
    return "match" if of == 1 else f"match.{shard}of{of}"


def pipeline(handlers: Handlers, shard: int = 0, of: int = 1) -> tuple[Stage, ...]:
    """Stage, sources, sinks, functions, batch. Every topic is keyed by publication (outcomes: by delivery).

    `shard` of `of`: which matcher this process is, where there are several.
    """
    normalise, summarise, match, plan, record = (
        handlers.normalise, handlers.summarise, handlers.match, handlers.plan, handlers.record,
    )  # fmt: skip
    return (
        Stage("normalise", ("publication-events",), ("versions",), normalise.prepare, normalise.apply, batch=20),
        Stage("summarise", ("versions",), ("summaries",), summarise.prepare, summarise.apply, batch=10),
        Stage("match", ("summaries",), ("matches",), match.prepare, match.apply, batch=10, group=match_group(shard, of)),
        # One chunk is a thousand people: a transaction of two would keep others from writing for too long.
        Stage("plan", ("matches",), ("matches",), plan.prepare, plan.apply, batch=1),
        Stage("record", ("outcomes", "receipts"), (), record.prepare, record.apply, batch=100),
    )
