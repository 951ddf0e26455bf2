"""Every metric of the service, in one table. A label has few values: never an id, a site, or anything of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

CounterName = Literal[
    "events_answered",  # answers to POST /api/v1/events, by HTTP status
    "feeds_asked",  # visits to feeds, by what came of them: same, changed, failing, refused, gone, lost
    "fetches",  # pages fetched, by what came of it: done, put_off, dead
    "records_handled",  # records that a stage has finished, by stage
    "records_retried",  # times that a batch met a passing fault and waits, by stage
    "dead_letters",  # records that no repeat can make good, by stage
    "model_writings",  # documents about which a language model was to be asked, by what came of it: plain/by_model, Outcome
    "versions",  # accepted changes of state: new, changed, withdrawn, same
    "people_matched",  # people whom versions answered
    "notices_planned",  # notices, by kind: new, correction, withdrawal, reminder
    "notices_suppressed",  # notices that nobody is told, by reason
    "attempts",  # tries to send one message, by channel and verdict
    "receipts",  # what providers said later, by channel and state
    "answers",  # messages that people sent us, by channel and what they mean: stop, other
    "endpoints_suppressed",  # mailboxes and numbers found dead, by channel
    "unsubscribes",  # people who said stop, by what they stopped: subject, endpoint, everything
    "joins",  # people who subscribed on a page: new, or known before
    "leases_expired",  # claims whose connection died; their first message is in doubt
    "alerts",  # alerts for a person, by what became of them: sent, repeated, dropped, failed, unheard
    "requests",  # HTTP requests, by route and status class
    "service_messages",  # codes and welcomes, by channel and what came of the try to send one
    "shared_state_fallbacks",  # questions that Redis did not answer, so that the safe answer was given, by kind
]
HistogramName = Literal[
    "accept_seconds",  # POST /api/v1/events until it is durable and answered
    "batch_seconds",  # one batch of a stage, prepare to commit, by stage
    "batch_records",  # records in a batch, by stage
    "send_seconds",  # one message handed to a provider, by channel
    "render_seconds",  # one segment rendered, by channel
    "commit_seconds",  # one group commit of outcomes
    "request_seconds",  # HTTP requests, by route
]
GaugeName = Literal[
    "stage_lag",  # records that a stage has still to read, by stage
    "deliveries_due",  # messages that could leave now, by channel
    "deliveries_unknown",  # messages in doubt, by channel
    "channel_paused",  # 1 while an operator has paused it, by channel
    "channel_failing",  # 1 while every provider of it fails, by channel
    "scheduler_active",  # 1 in the scheduler that rings, 0 in those that stand by
    "subscribers_held",  # subscribers whom the matcher holds in memory
    "matcher_behind",  # profile changes that the matcher has still to follow
    "feeds",  # feeds that the registry names, by state: new, ok, failing, refused, gone
    "feeds_late_seconds",  # for how long the most overdue feed has waited to be asked
    "sites",  # sites by their health: ok, due, late, failing
    "fetches_waiting",  # pages that wait to be fetched
    "outbox_waiting",  # records on their way from SQL to the topics
    "outbox_oldest_seconds",  # how long the oldest of them has waited
    "disk_free_bytes",  # free space where the data lies
    "database_up",  # 1 while the figures above could be asked of the database, 0 while they are old
    "broker_up",  # 1 while Kafka and its topics are as they must be
    "shared_state_up",  # 1 while what processes share can be asked, 0 while Redis is away and rates are the safe ones
]
MetricName = CounterName | HistogramName | GaugeName


@dataclass(frozen=True)
class _Kind:
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


_COUNTERS: dict[CounterName, _Kind] = {
    "events_answered": _Kind("Answers to posted events", ("status",)),
    "feeds_asked": _Kind("Visits to feeds", ("outcome",)),
    "fetches": _Kind("Pages fetched", ("outcome",)),
    "records_handled": _Kind("Records finished", ("stage",)),
    "records_retried": _Kind("Batches that met a passing fault", ("stage",)),
    "dead_letters": _Kind("Records set aside with a reason", ("stage",)),
    "model_writings": _Kind("Documents that a language model was to word", ("outcome",)),
    "versions": _Kind("Accepted changes of state", ("outcome",)),
    "people_matched": _Kind("People whom versions answered"),
    "notices_planned": _Kind("Notices planned", ("kind",)),
    "notices_suppressed": _Kind("Notices that nobody is told", ("reason",)),
    "attempts": _Kind("Tries to send one message", ("channel", "verdict")),
    "receipts": _Kind("What providers said later", ("channel", "state")),
    "answers": _Kind("Messages that people sent us", ("channel", "what")),
    "endpoints_suppressed": _Kind("Endpoints found dead", ("channel",)),
    "unsubscribes": _Kind("People who said stop", ("what",)),
    "joins": _Kind("People who subscribed on a page", ("what",)),
    "leases_expired": _Kind("Claims whose connection died"),
    "alerts": _Kind("Alerts for a person", ("outcome",)),
    "requests": _Kind("HTTP requests", ("route", "status")),
    "service_messages": _Kind("Codes and welcomes", ("what", "channel")),
    "shared_state_fallbacks": _Kind("Questions to Redis that got the safe answer instead", ("kind",)),
}
_HISTOGRAMS: dict[HistogramName, _Kind] = {
    "accept_seconds": _Kind("Posted event until durable, seconds"),
    "batch_seconds": _Kind("One batch of a stage, seconds", ("stage",)),
    "batch_records": _Kind("Records in a batch", ("stage",), (1, 2, 5, 10, 20, 50, 100, 200)),
    "send_seconds": _Kind("One message handed to a provider, seconds", ("channel",)),
    "render_seconds": _Kind("One segment rendered, seconds", ("channel",)),
    "commit_seconds": _Kind("One group commit of outcomes, seconds"),
    "request_seconds": _Kind("HTTP requests, seconds", ("route",)),
}
_GAUGES: dict[GaugeName, _Kind] = {
    "stage_lag": _Kind("Records still to read", ("stage",)),
    "deliveries_due": _Kind("Messages that could leave now", ("channel",)),
    "deliveries_unknown": _Kind("Messages in doubt", ("channel",)),
    "channel_paused": _Kind("1 while paused by an operator", ("channel",)),
    "channel_failing": _Kind("1 while every provider fails", ("channel",)),
    "scheduler_active": _Kind("1 in the scheduler that rings"),
    "subscribers_held": _Kind("Subscribers in the matcher's memory"),
    "matcher_behind": _Kind("Profile changes still to follow"),
    "feeds": _Kind("Feeds by state", ("state",)),
    "feeds_late_seconds": _Kind("How long the most overdue feed has waited, seconds"),
    "sites": _Kind("Sites by their health", ("state",)),
    "fetches_waiting": _Kind("Pages that wait to be fetched"),
    "outbox_waiting": _Kind("Records on their way from SQL to the topics"),
    "outbox_oldest_seconds": _Kind("How long the oldest of them has waited, seconds"),
    "disk_free_bytes": _Kind("Free space where the data lies, bytes"),
    "database_up": _Kind("1 while the database answers; at 0 the figures that it gives are old"),
    "broker_up": _Kind("1 while Kafka and its topics are as they must be"),
    "shared_state_up": _Kind("1 while rates and codes are shared between processes"),
}

_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
PlatformCollector(registry=_registry)
_counters = {name: Counter(f"pushsvc_{name}", kind.help, kind.labels, registry=_registry) for name, kind in _COUNTERS.items()}
_gauges = {name: Gauge(f"pushsvc_{name}", kind.help, kind.labels, registry=_registry) for name, kind in _GAUGES.items()}
_histograms = {
    name: Histogram(f"pushsvc_{name}", kind.help, kind.labels, registry=_registry, buckets=kind.buckets)
    for name, kind in _HISTOGRAMS.items()
}


def count(name: CounterName, by: float = 1, **labels: str) -> None:
    """Add `by` to a counter. Labels are those of the table, all of them."""
    metric = _counters[name]
    (metric.labels(**labels) if labels else metric).inc(by)


def observe(name: HistogramName, value: float, **labels: str) -> None:
    """Note one duration (seconds) or size."""
    metric = _histograms[name]
    (metric.labels(**labels) if labels else metric).observe(value)


def gauge(name: GaugeName, value: float, **labels: str) -> None:
    """Say how much there is now."""
    metric = _gauges[name]
    (metric.labels(**labels) if labels else metric).set(value)


def exposition() -> bytes:
    """Every metric in Prometheus' text format, for `/metrics`."""
    return generate_latest(_registry)
