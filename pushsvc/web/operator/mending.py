"""What the pages that put something right share: who does it, when it was, and cancelling by pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request

from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.ledger import cancelling
from pushsvc.operations import audit
from pushsvc.operations.accounts import Account
from pushsvc.storage.database import Database, Transaction
from pushsvc.web.gate import Gate
from pushsvc.web.times import moment


@dataclass(frozen=True)
class Desk:
    """Where an operator works. Everything here needs the role's "mend"."""

    gate: Gate
    zone: ZoneInfo

    @property
    def database(self) -> Database:
        return self.gate.database

    def now(self) -> Instant:
        return self.gate.clock.now()

    async def account(self, request: Request) -> Account:
        """Who is signed in and may mend. Raises as `Gate.account` does."""
        return await self.gate.account(request, "mend")

    def when(self, at: Instant, reader: Language) -> str:
        return moment(at, self.zone, reader)

    async def note(
        self,
        tx: Transaction,
        account: Account,
        action: str,
        subject: str,
        why: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """The deed, last in its transaction."""
        said = {**({"why": why} if why else {}), **(detail or {})}
        await audit.note(tx, self.now(), account.name, action, subject, said or None)

    async def cancel(
        self, account: Account, scope: cancelling.Scope, action: str, words: str, why: str, *, unless_released: bool = False
    ) -> int:
        """Cancel all that has not left of `scope`, a page a transaction; the deed is in the first. Gives how many people's.

        `unless_released`: what another operator lets go meanwhile is told.
        """
        people, after, noted = 0, 0, False
        while True:
            async with self.database.write() as tx:
                if unless_released and await cancelling.is_let_go(tx, scope):
                    return people
                expected = 0 if noted else (await cancelling.standing(tx, scope)).people
                page = await cancelling.cancel_page(tx, scope, self.now(), words, after)
                if page.people and not noted:
                    await self.note(tx, account, action, scope.event_id or scope.site, why, {"people": expected})
                    noted = True
            people += page.people
            if page.after is None:
                return people
            after = page.after
