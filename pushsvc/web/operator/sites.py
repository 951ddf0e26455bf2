"""`/o/sites`: every site with how it stands, what needs somebody first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput
from pushsvc.sites import directory
from pushsvc.sites.directory import FILTERS, Filter, Listed
from pushsvc.sites.feeds.standings import STATES as FEED_STATES
from pushsvc.web.gate import ALLOWED, Gate
from pushsvc.web.operator.confirming import console, number, reader_of
from pushsvc.web.operator.kept import Kept
from pushsvc.web.times import day
from pushsvc.web.words import say

HERE = "/o/sites"
ON_ONE_PAGE = 30
_MOST_PAGES = 10_000
_LONGEST_NUMBER = 8
BETWEEN: Mapping[Language, str] = {"zh": "、", "en": ", "}
#: The colour of a state, as in templates/web/style/30-lists.css.
TONES = {"ok": "good", "due": "busy", "late": "bad", "failing": "bad"}
FEED_TONES = {"ok": "good", "new": "busy", "failing": "bad", "refused": "bad", "gone": "bad"}


@dataclass(frozen=True)
class SitesPage:
    gate: Gate
    zone: ZoneInfo
    counted: Kept[Mapping[Filter, int]]

    def routes(self) -> list[Route]:
        return [Route(HERE, self.overview)]

    async def overview(self, request: Request) -> Response:
        """`?q=` a name, an organisation, a domain or the beginning of a code; `?state=` one of FILTERS; `?page=` from 1 on."""
        account, reader = await self.gate.account(request, "watch"), reader_of(request)
        asked = request.query_params.get("q", "").strip()[:100]
        only = next((each for each in FILTERS if each == request.query_params.get("state")), None)
        at = _page_of(request)
        counted = await self.counted.now()
        async with self.gate.database.read() as tx:
            found = await directory.listed(tx, asked, only, ON_ONE_PAGE + 1, (at - 1) * ON_ONE_PAGE)
        return console(
            request, account, HERE, "sites.html", asked=asked, only=only or "",
            sites=[self._row(each, reader) for each in found[:ON_ONE_PAGE]],
            filters=[("", say(reader, "sites.all")), *((each, _filter(each, counted.value[each], reader)) for each in FILTERS)],
            needs=[(each, number(counted.value[each])) for each in FILTERS[:3]],
            newer=_address(asked, only, at - 1) if at > 1 else "",
            older=_address(asked, only, at + 1) if len(found) > ON_ONE_PAGE else "",
            may_import="administer" in ALLOWED[account.role],
        )  # fmt: skip

    def _row(self, site: Listed, reader: Language) -> dict[str, Any]:
        return {
            "code": site.code, "name": site.name, "organisation": site.organisation,
            "region": region_words(site.region, reader),
            "state": say(reader, f"sites.state.{site.state}"), "tone": TONES.get(site.state, ""), "paused": site.paused,
            "heard": heard(site.last_at, self.gate.clock.now(), self.zone, reader), "feeds": _feeds(site.feeds, reader),
        }  # fmt: skip


def heard(at: Instant | None, now: Instant, zone: ZoneInfo, reader: Language) -> str:
    """When something last came, and for how many days nothing has."""
    if at is None:
        return say(reader, "sites.never")
    silent = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    said = say(reader, "sites.last", day=day(at.astimezone(zone).date(), reader))
    word = "today" if silent <= 0 else "silent_one" if silent == 1 else "silent"
    return said + say(reader, f"sites.heard.{word}", days=silent)


def region_words(code: str, reader: Language) -> str:
    """As an address says it; a code that the list does not have stays itself.

    Where the region has no name of its own in the reader's language (a county in English) its code stands beside what it
    lies in: two counties must not read the same.
    """
    regions = taxonomy.regions()
    try:
        named, above = regions.full_name(code, reader), regions.above(code)
        nameless = len(above) > 1 and named == regions.full_name(above[1], reader)
    except BadInput:
        return code
    return f"{named} ({code})" if nameless else named or code


def _filter(name: Filter, many: int, reader: Language) -> str:
    return say(reader, "sites.counted", what=say(reader, f"sites.filter.{name}"), number=number(many))


def _feeds(states: Mapping[str, int], reader: Language) -> str:
    if not states:
        return say(reader, "sites.no_feed")
    if set(states) == {"ok"}:
        return say(reader, "sites.feeds_ok", number=sum(states.values()))
    return BETWEEN[reader].join(
        say(reader, "sites.counted", what=say(reader, f"sites.feed.{state}"), number=states[state])
        for state in FEED_STATES
        if state in states
    )


def _page_of(request: Request) -> int:
    asked = request.query_params.get("page", "")
    return min(max(int(asked), 1), _MOST_PAGES) if asked.isascii() and asked.isdigit() and len(asked) < _LONGEST_NUMBER else 1


def _address(asked: str, only: str | None, page: int) -> str:
    return f"{HERE}?{urlencode({'q': asked, 'state': only or '', 'page': page})}"
