"""What `/o/providers` shows of a provider, and of a template that is refused: in words and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.ledger.by_provider import ByProvider, Done, Spent
from pushsvc.operations.providers import BREAKER, Provider, StoppedTemplate
from pushsvc.web.operator.budget_words import HERE, When, yuan
from pushsvc.web.operator.confirming import number
from pushsvc.web.words import say

_FULL = 100


@dataclass(frozen=True)
class Listed:
    """A provider of the settings. `where` is its host and port, `callback` the address that it calls, key and all ("" where it
    needs none)."""

    name: str
    channel: Channel
    where: str
    callback: str = ""


def shares(listed: Sequence[Listed], known: Mapping[str, Provider]) -> Mapping[str, int]:
    """Of each provider in use, how many percent of its channel's messages try it first. See domain/standing.py."""
    found: dict[str, int] = {}
    for channel in {one.channel for one in listed}:
        usable = [one.name for one in listed if one.channel == channel and not is_paused(known, one.name)]
        weights = {name: known[name].weight if name in known else 1 for name in usable}
        total = sum(weights.values())
        for place, name in enumerate(usable):
            found[name] = round(_FULL * weights[name] / total) if total else (_FULL if place == 0 else 0)
    return found


def is_paused(known: Mapping[str, Provider], name: str) -> bool:
    return name in known and known[name].paused_at is not None


def provider_row(
    one: Listed, row: Provider, share: int | None, figures: ByProvider, reader: Language, when: When
) -> dict[str, Any]:
    """`share`: None for one that is paused."""
    done, spent = figures.done.get(one.name, Done()), figures.spent.get(one.name, Spent())
    paused = row.paused_at is not None
    address = f"{HERE}/{quote(one.name)}"
    return {
        "name": one.name,
        "channel": say(reader, f"channel.{one.channel}"),
        "channel_code": one.channel,
        "where": one.where,
        "callback": one.callback,
        "keyed": "?" in one.callback,
        "paused": paused,
        "since": say(reader, "pauses.since_by", when=when(row.paused_at, reader), who=who(row.paused_by, reader))
        if row.paused_at is not None
        else "",
        "why": row.why or "",
        "weight": row.weight,
        "share": say(reader, f"providers.share{_sort_of(share)}", weight=row.weight, share=share),
        "tried": done.tried > 0,
        "done": [
            (number(done.accepted), say(reader, "providers.accepted"), False),
            (number(done.delivered), say(reader, "providers.delivered"), False),
            (number(done.failed), say(reader, "providers.failed"), done.failed > 0),
            (number(done.doubt), say(reader, "providers.doubt"), done.doubt > 0),
        ],
        "rates": _rates(done, reader),
        "today": say(reader, "providers.yuan", yuan=yuan(spent.today)),
        "month": say(reader, "providers.yuan", yuan=yuan(spent.month)),
        "href": f"{address}/{'resume' if paused else 'pause'}",
        "weigh": f"{address}/weight",
    }


def _sort_of(share: int | None) -> str:
    return "_paused" if share is None else {0: "_none", _FULL: "_all"}.get(share, "")


def _rates(done: Done, reader: Language) -> list[str]:
    """Sentences on the rates; one that says that there is nothing to rate."""
    if not done.tried:
        return [say(reader, "providers.nothing_sent")]
    accepted, delivered = done.percent_accepted or 0.0, done.percent_delivered
    first = say(reader, "providers.rate_accepted", rate=percent(accepted), tried=number(done.tried))
    if delivered is None:
        return [first, say(reader, "providers.no_receipts")]
    return [first, say(reader, "providers.rate_delivered", rate=percent(delivered), settled=number(done.settled))]


def percent(share: float) -> str:
    """`98.7%`; never 100% of what is not all, never 0% of what is something."""
    if 0 < share < 0.1:
        return "0.1%"
    shown = f"{min(share, 99.9):.1f}" if share < _FULL else "100"
    return f"{shown.removesuffix('.0')}%"


def who(name: str | None, reader: Language) -> str:
    """Who paused: an account, or the service itself."""
    return say(reader, "providers.breaker") if name == BREAKER else (name or say(reader, "audit.command_line"))


def template_row(one: StoppedTemplate, reader: Language, when: When) -> dict[str, Any]:
    return {
        "provider": one.provider, "template": one.template, "code": one.code, "why": one.why or "",
        "since": when(one.stopped_at, reader),
    }  # fmt: skip
