"""`/o/audit`: who did what, newest first, and whether nobody has changed the trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.operations import audit, audit_check
from pushsvc.operations.audit_check import Checked
from pushsvc.web.operator.confirming import console, reader_of, say_many
from pushsvc.web.operator.deed_words import deed_row
from pushsvc.web.operator.mending import Desk
from pushsvc.web.words import say

HERE = "/o/audit"
LISTED = 50
#: The whole trail is read for a check: a page shows one that is so old at most, and says how old it is.
CHECKED_EVERY = timedelta(minutes=5)
_LONGEST_ID = 18


@dataclass
class LastCheck:
    at: Instant
    found: Checked


@dataclass(frozen=True)
class AuditPages:
    desk: Desk
    last: list[LastCheck] = field(default_factory=list)
    """The last check, of this process; empty before the first."""

    def routes(self) -> list[Route]:
        return [Route(HERE, self.page)]

    async def page(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        asked = request.query_params.get("before", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_ID else None
        check = await self._check(anew="check" in request.query_params)
        async with self.desk.database.read() as tx:
            deeds = await audit.latest_deeds(tx, limit=LISTED, before=before)
        return console(
            request, account, HERE, "audit.html", whole=check.found.whole, check=self._said(check, reader),
            head=check.found.head, deeds=[deed_row(deed, reader, self.desk.when) for deed in deeds],
            newer=HERE if before is not None else "",
            older=f"{HERE}?before={deeds[-1].audit_id}" if len(deeds) == LISTED else "",
        )  # fmt: skip

    async def _check(self, *, anew: bool) -> LastCheck:
        now = self.desk.now()
        if anew or not self.last or self.last[0].at < now - CHECKED_EVERY:
            async with self.desk.database.read() as tx:
                self.last[:] = [LastCheck(now, await audit_check.verify(tx))]
        return self.last[0]

    def _said(self, check: LastCheck, reader: Language) -> str:
        found, when = check.found, self.desk.when(check.at, reader)
        if found.broken is None:
            late = say_many(reader, "audit.late", found.chained_late) if found.chained_late else ""
            return say_many(reader, "audit.whole", found.rows, when=when) + late
        return say(reader, f"audit.broken.{found.broken.what}", id=found.broken.audit_id, when=when)
