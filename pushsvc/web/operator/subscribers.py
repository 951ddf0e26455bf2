"""`/o/subscribers`: how many are told, in counts alone; nobody's name or address stands here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.profiles.census import FEWEST, LATELY, Census
from pushsvc.web.gate import Gate
from pushsvc.web.operator.confirming import console, count_of, number, reader_of
from pushsvc.web.operator.kept import Kept
from pushsvc.web.operator.sites import region_words
from pushsvc.web.times import moment
from pushsvc.web.words import say

HERE = "/o/subscribers"
KINDS = ("citizen", "business")
FREQUENCIES = ("immediate", "daily", "weekly")
ENDPOINT_STATES = ("open", "stopped", "suppressed", "removed")
#: What the page may say was done.
_DONE = "erased"


@dataclass(frozen=True)
class SubscribersPage:
    gate: Gate
    zone: ZoneInfo
    counted: Kept[Census]

    def routes(self) -> list[Route]:
        return [Route(HERE, self.overview)]

    async def overview(self, request: Request) -> Response:
        account, reader = await self.gate.account(request, "administer"), reader_of(request)
        counted = await self.counted.now()
        census = counted.value
        return console(
            request, account, HERE, "subscribers.html", at=moment(counted.at, self.zone, reader),
            people=number(census.people), stats=_stats(census, reader), kinds=_rows(census.kinds, KINDS, "kind", reader),
            frequencies=_rows(census.frequencies, FREQUENCIES, "frequency", reader),
            endpoints=[
                (say(reader, f"channel.{channel}"), [number(states.get(state, 0)) for state in ENDPOINT_STATES])
                for channel in CHANNELS
                if (states := census.endpoints.get(channel, {}))
            ],
            states=[say(reader, f"subscribers.endpoint.{state}") for state in ENDPOINT_STATES],
            places=[(region_words(code, reader), count_of(reader, "people", many)) for code, many in census.places],
            small=_small(census, reader),
            done=say(reader, "subscribers.erased") if request.query_params.get("done") == _DONE else "",
        )  # fmt: skip


def _stats(census: Census, reader: Language) -> list[tuple[str, str]]:
    shown = {
        "new": census.new, "stopped": census.stopped, "erased": census.erased, "unreachable": census.unreachable,
        "resting": census.resting, "interests": census.interests,
    }  # fmt: skip
    return [(number(many), say(reader, f"subscribers.stat.{name}", days=LATELY.days)) for name, many in shown.items()]


def _small(census: Census, reader: Language) -> str:
    if not census.small_places:
        return ""
    return say(reader, "subscribers.small", number=number(census.small_places), fewest=FEWEST)


def _rows(counted: Mapping[str, int], known: tuple[str, ...], group: str, reader: Language) -> list[tuple[str, str]]:
    return [(say(reader, f"subscribers.{group}.{each}"), count_of(reader, "people", counted.get(each, 0))) for each in known]
