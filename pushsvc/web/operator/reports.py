"""`/o/reports`: the sentences that readers found wrong, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.errors import NotFound
from pushsvc.operations import reports
from pushsvc.operations.reports import Report
from pushsvc.publications import loading
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.confirming import console, done, done_words, reader_of
from pushsvc.web.operator.mending import Desk
from pushsvc.web.words import say

HERE = "/o/reports"
LISTED, CLOSED_LISTED = 30, 10
MOST_ANSWER = 1_000
_HIGHEST_ID = 2**63 - 1


@dataclass(frozen=True)
class ReportPages:
    desk: Desk

    def routes(self) -> list[Route]:
        one = f"{HERE}/{{report:int}}"
        return [Route(HERE, self.overview), Route(one, self.look), Route(one, self.close, methods=["POST"])]

    async def overview(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        asked = request.query_params.get("after", "")
        after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len(str(_HIGHEST_ID)) else 0
        vault = self.desk.gate.vault
        async with self.desk.database.read() as tx:
            found = await reports.open_reports(tx, vault, after=after, most=LISTED)
            closed = await reports.closed_reports(tx, vault, most=CLOSED_LISTED)
            shown = await self._shown(tx, [*found, *closed], reader)
        more = f"{HERE}?after={found[-1].report_id}" if len(found) == LISTED else ""
        return console(
            request, account, HERE, "reports.html", open=shown[: len(found)], closed=shown[len(found) :],
            before=HERE if after else "", more=more, done=done_words(request),
        )  # fmt: skip

    async def look(self, request: Request) -> Response:
        return await self._one(request, wrong="")

    async def _one(self, request: Request, *, wrong: str, status: int = 200) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            report = await self._found(tx, request)
            (shown,) = await self._shown(tx, [report], reader)
        return console(request, account, HERE, "report.html", status=status, report=shown, wrong=wrong)

    async def close(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, answer = await self.desk.account(request), field(form, "answer", MOST_ANSWER)
        if not answer:
            return await self._one(request, wrong=say(reader_of(request), "reports.answer_missing"), status=422)
        async with self.desk.database.write() as tx:
            report = await self._found(tx, request)
            closed = await reports.close_report(tx, report.report_id, account.name, answer, self.desk.now())
            if closed:
                await self.desk.note(tx, account, "report closed", str(report.report_id))
        return done(HERE, "closed" if closed else "already")

    async def _found(self, tx: AsyncConnection, request: Request) -> Report:
        try:
            return await reports.find_report(tx, self.desk.gate.vault, min(request.path_params["report"], _HIGHEST_ID))
        except NotFound:
            raise HTTPException(404) from None

    async def _shown(self, tx: AsyncConnection, found: Sequence[Report], reader: Language) -> list[dict[str, Any]]:
        titles = await loading.titles(tx, {one.publication_id for one in found})
        versions = await loading.versions(tx, {one.version_id for one in found})
        sites = await loading.site_names(tx, {one.site for one in versions.values()})
        return [
            {
                "href": f"{HERE}/{one.report_id}",
                "sentence": one.sentence,
                "words": one.words,
                "at": self.desk.when(one.at, reader),
                "title": titles.get(one.publication_id, one.publication_id),
                "url": version.url if (version := versions.get(one.version_id)) else "",
                "site": sites.get(version.site, version.site) if version else "",
                "delivery": one.delivery_id,
                "closed": self.desk.when(one.closed_at, reader) if one.closed_at else "",
                "closed_by": one.closed_by or "",
                "answer": one.answer or "",
            }
            for one in found
        ]
