"""`/o/`: whether anything needs a person, and what to do; then what happens, and how soon people are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant
from pushsvc.ledger.happened import SPANS, Happened, Swiftness
from pushsvc.ledger.tallies import BOUNDS
from pushsvc.operations.needs import Need
from pushsvc.web.gate import Gate
from pushsvc.web.operator.board import Board, Now, age
from pushsvc.web.operator.charts import Chart, amount, chart, lasting, percent
from pushsvc.web.operator.menu import may_open, menu
from pushsvc.web.pages import page
from pushsvc.web.readers import default_language, language_of, same_page
from pushsvc.web.words import say

LOOKS_AGAIN_SECONDS = 30
#: Old addresses fail every day; so many of them are no news.
USUALLY_FAIL = 0.02
#: Where stages of the flow are listed: all of them may have dead letters, the first ones show what waits for them.
STAGES = ("fetch", "normalise", "summarise", "match", "plan", "deliver", "record")
#: How soon people were told, in steps that a person can read.
STEPS = (5, 15, 60, 300, 600, 3_600)


@dataclass(frozen=True)
class DashboardPages:
    gate: Gate
    board: Board
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [Route("/o/", self.page)]

    async def page(self, request: Request) -> Response:
        account = await self.gate.account(request, "watch")
        reader = language_of(request, default_language(request))
        span = span_of(request)
        by_itself = request.query_params.get("again") == str(LOOKS_AGAIN_SECONDS)
        return page(
            request, "dashboard.html", width="wide", account=account, menu=menu(reader, account), here="/o/",
            spans=[(name, same_page(request, span=name), name == span) for name in SPANS],
            again=same_page(request), every=LOOKS_AGAIN_SECONDS if by_itself else 0,
            by_itself=same_page(request, again="0" if by_itself else str(LOOKS_AGAIN_SECONDS)),
            live=f"/o/live?span={span}&lang={reader}",
            **await self.figures(reader, span, frozenset(may_open(account))),
        )  # fmt: skip

    async def figures(self, reader: Language, span: str, may: frozenset[str]) -> dict[str, Any]:
        """What the changing part of the page is filled with; `may`: the addresses that this reader may open."""
        now, lately = await self.board.now(), await self.board.lately(span)
        told = _Told(reader, self.zone, now.at)
        return {
            "as_of": told.say("dashboard.as_of", when=told.clock(now.at)),
            "needs": [told.need(need, may) for need in now.needs],
            "standing": told.standing(now),
            "tiles": told.tiles(lately),
            "charts": told.charts(lately),
            "swift": told.swift(lately.swiftness),
            "channels": told.channels(now, lately),
            "stages": told.stages(now),
            "span": span,
        }


def span_of(request: Request) -> str:
    asked = request.query_params.get("span", "")
    return asked if asked in SPANS else "hour"


@dataclass(frozen=True)
class _Told:
    """Puts figures into one reader's words."""

    reader: Language
    zone: ZoneInfo
    now: Instant

    def say(self, key: str, **values: object) -> str:
        return say(self.reader, key, **values)

    def clock(self, at: Instant) -> str:
        return f"{at.astimezone(self.zone):%H:%M:%S}"

    def lasting(self, since: Instant | None) -> str:
        return lasting(age(since, self.now).total_seconds(), self.reader)

    def need(self, need: Need, may: frozenset[str]) -> Mapping[str, str]:
        names = ", ".join(self.name(name) for name in need.names)
        number = amount(need.number)
        words = self.say(
            f"dashboard.need.{need.kind}", number=number, people=amount(need.people), names=names,
            since=self.lasting(need.since),
        )  # fmt: skip
        action = self.say(f"dashboard.do.{need.kind}")
        return {"words": words, "action": action, "href": need.href if need.href.partition("?")[0] in may else ""}

    def name(self, name: str) -> str:
        return self.say(f"channel.{name}" if name in (*CHANNELS, "all") else f"dashboard.stage.{name}")

    def standing(self, now: Now) -> Sequence[Mapping[str, object]]:
        """How things stand now, at a glance."""
        waits, dead = now.waiting.values(), sum(now.dead.values())
        oldest = self.lasting(now.oldest) if now.oldest else self.say("dashboard.none")
        return [
            self.tile("due", amount(sum(one.due + one.leaving for one in waits))),
            self.tile("oldest", oldest),
            self.tile("held", amount(sum(one.later + one.release + one.approval for one in waits))),
            self.tile("dead", amount(dead), bad=dead > 0),
        ]

    def tiles(self, lately: Happened) -> Sequence[Mapping[str, object]]:
        """What happened in the span."""
        figures = {name: lately.total(name) for name in ("events", "matched", "told", "failed")}
        alarming = figures["failed"] > USUALLY_FAIL * figures["told"]
        return [self.tile(name, amount(value), bad=name == "failed" and alarming) for name, value in figures.items()]

    def tile(self, name: str, value: str, *, bad: bool = False) -> Mapping[str, object]:
        return {"name": self.say(f"dashboard.tile.{name}"), "value": value, "bad": bad}

    def charts(self, lately: Happened) -> Sequence[Mapping[str, object]]:
        step = timedelta(seconds=lately.span.width * lately.span.together)
        starts = [lately.start + step * number for number in range(lately.span.bars)]
        labels = [self.label(at, lately.span.name) for at in starts]
        drawn: dict[str, Chart] = {name: chart(labels, lately.bars[name]) for name in ("told", "events", "failed")}
        return [
            {"name": name, "title": self.say(f"dashboard.chart.{name}"), "chart": each, "first": labels[0],
             "most": amount(each.most), "total": amount(each.total)}
            for name, each in drawn.items() if each.total or name == "told"
        ]  # fmt: skip

    def label(self, at: Instant, span: str) -> str:
        local = at.astimezone(self.zone)
        return (
            f"{local:%H:%M}" if span != "week" else self.say("dashboard.day", month=local.month, day=local.day, hour=local.hour)
        )

    def swift(self, swiftness: Swiftness) -> Mapping[str, Any]:
        if not swiftness.total:
            return {}
        edges = [0, *(BOUNDS.index(step) + 1 for step in STEPS), len(swiftness.people)]
        people = [sum(swiftness.people[low:high]) for low, high in pairwise(edges)]
        labels = [self.say("dashboard.swift.under", long=lasting(step, self.reader)) for step in STEPS]
        labels.append(self.say("dashboard.swift.over", long=lasting(STEPS[-1], self.reader)))
        return {
            "half": lasting(swiftness.percentile(0.5), self.reader), "most": lasting(swiftness.percentile(0.9), self.reader),
            "minute": percent(swiftness.within(60)), "ten": percent(swiftness.within(600)),
            "hour": percent(swiftness.within(3_600)), "people": amount(swiftness.total),
            "rows": [(label, amount(many), round(many / swiftness.total * 100, 2), percent(many / swiftness.total))
                     for label, many in zip(labels, people, strict=True)],
        }  # fmt: skip

    def channels(self, now: Now, lately: Happened) -> Sequence[Mapping[str, object]]:
        return [
            {
                "name": self.name(channel), "paused": bool(now.paused & {channel, "all"}),
                "told": amount(lately.by_channel("told", channel)), "failed": amount(lately.by_channel("failed", channel)),
                "unknown": amount(lately.by_channel("unknown", channel)), "due": amount(waits.due + waits.leaving),
                "held": amount(waits.later + waits.release + waits.approval),
                "oldest": self.lasting(waits.since) if waits.since else "",
            }
            for channel, waits in now.waiting.items()
        ]  # fmt: skip

    def stages(self, now: Now) -> Sequence[Mapping[str, object]]:
        """What waits for each stage, since when, and what of it was set aside."""
        rows = []
        for stage in STAGES:
            way = now.on_the_way.get(stage)
            waits, since = (way.events, way.since) if way else (0, None)
            if stage == "deliver":
                waits, since = sum(one.due for one in now.waiting.values()), now.oldest
            rows.append(
                {"name": self.name(stage), "waits": amount(waits), "since": self.lasting(since) if since else "",
                 "dead": amount(now.dead.get(stage, 0)), "bad": bool(now.dead.get(stage))}
            )  # fmt: skip
        return rows
