"""`/m/{token}` and `/s/{token}`: the page of a message. Each fact beside its source sentence, and why it was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.clock import Clock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Links
from pushsvc.ledger.messages import Told
from pushsvc.storage.database import Database
from pushsvc.web.citizen.calendar import CALENDAR, calendar_file, entry_of
from pushsvc.web.citizen.evidence import evidence
from pushsvc.web.citizen.opened import Opened, ReadToken, open_message
from pushsvc.web.pages import SAFE_HEADERS, page, problem_page
from pushsvc.web.times import day

ReadShort = Callable[[AsyncConnection, str], Awaitable[str | None]]


class TellReasons(Protocol):
    """Reasons such as `region:510000` in words, each said once. `site_names` names the sites by their code."""

    def __call__(
        self, reasons: Mapping[str, Iterable[str]], language: Language, site_names: Mapping[str, str] | None = None
    ) -> Sequence[str]: ...


@dataclass(frozen=True)
class MessagePages:
    database: Database
    clock: Clock
    links: Links
    read_token: ReadToken
    read_short: ReadShort
    tell_reasons: TellReasons
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [
            Route("/m/{token}", self.message),
            Route("/m/{token}/deadline.ics", self.calendar),
            Route("/s/{token}", self.short),
        ]

    async def short(self, request: Request) -> Response:
        async with self.database.read() as tx:
            delivery = await self.read_short(tx, request.path_params["token"])
        if not delivery:
            return problem_page(request, 404)
        return RedirectResponse(self.links.message_page(delivery), status_code=302, headers=SAFE_HEADERS)

    async def message(self, request: Request) -> Response:
        opened = await open_message(self.database, self.read_token, request)
        if opened is None:
            return problem_page(request, 404)
        return page(
            request,
            "message.html",
            language=opened.letter.language,
            items=[self._item(told, opened) for told in opened.told],
            unsubscribe=self.links.unsubscribe(opened.letter.delivery_id),
            code=self.links.check_code(opened.letter.delivery_id),
            here=opened.path,
        )

    async def calendar(self, request: Request) -> Response:
        """The deadline of one item (`?item=2` for the second of a digest) for the reader's calendar."""
        opened = await open_message(self.database, self.read_token, request)
        number = request.query_params.get("item", "1")
        place = int(number) - 1 if number.isdecimal() and len(number) < len("1000") else -1
        if opened is None or not 0 <= place < len(opened.told):
            return problem_page(request, 404)
        entry = entry_of(opened, opened.told[place], self.zone, self.clock.now())
        if entry is None:
            return problem_page(request, 404)
        return Response(
            calendar_file(entry, opened.reader, self.clock.now()),
            headers={**SAFE_HEADERS, "Content-Type": CALENDAR, "Content-Disposition": 'attachment; filename="deadline.ics"'},
        )

    def _item(self, told: Told, opened: Opened) -> dict[str, Any]:
        version, summary, wording = opened.versions[told.version_id], opened.summaries[told.version_id], opened.wording(told)
        reader = opened.reader
        changed = opened.changes.get((told.publication_id, told.revision), {}) if told.kind == "correction" else {}
        published = version.published_at.astimezone(self.zone).date() if version.published_at else None
        return {
            "kind": told.kind,
            "state": opened.state(told),
            "site_name": opened.site_names.get(version.site, ""),
            "published": {"iso": published.isoformat(), "said": day(published, reader)} if published else None,
            "headline": wording.headline,
            "language": opened.language(told),
            "source_language": summary.language,
            "changed": changed.get(reader, ""),
            "paragraphs": [line for line in wording.text.splitlines() if line.strip()],
            "action": wording.action,
            "url": version.url,
            "relatives": opened.relatives.get(told.publication_id),
            "eligibility": told.eligibility,
            "evidence": evidence(summary.facts, version.source_text, summary.language, reader),
            "unknown": summary.unknown,
            "reasons": self.tell_reasons(told.reasons, reader, opened.site_names),
            "in_calendar": entry_of(opened, told, self.zone, self.clock.now()) is not None,
        }
