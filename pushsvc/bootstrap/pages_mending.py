"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.routing import BaseRoute

from pushsvc.bootstrap import site_pausing
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.bootstrap.sms_words import SmsWords
from pushsvc.storage.database import Transaction
from pushsvc.streams import dead_causes, dead_letters
from pushsvc.web.gate import Gate
from pushsvc.web.operator.audit_page import AuditPages
from pushsvc.web.operator.cancel import CancelPages
from pushsvc.web.operator.dlq import DlqPages
from pushsvc.web.operator.emergency_approvals import EmergencyApprovals
from pushsvc.web.operator.mending import Desk
from pushsvc.web.operator.pauses import PausePages
from pushsvc.web.operator.reports import ReportPages
from pushsvc.web.operator.sms_approvals import SmsApprovals
from pushsvc.web.operator.waiting import WaitingPages


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    desk = Desk(gate, house.zone)
    write = SmsWords(house, service.sms_lines)
    approvals = SmsApprovals(desk, house.publisher, write)
    emergencies = EmergencyApprovals(desk, house.publisher, write)

    async def pause(site: str, why: str, who: str) -> site_pausing.Done:
        return await site_pausing.pause_site(house, site, why=why, who=who)

    async def resume(site: str, who: str) -> site_pausing.Done:
        return await site_pausing.resume_site(house, site, who=who)

    return [
        *DlqPages(desk, DeadLetters(house)).routes(),
        *approvals.routes(),
        *emergencies.routes(),
        *WaitingPages(desk, house.publisher, house.settings.max_people, approvals, emergencies).routes(),
        *PausePages(desk, pause, resume).routes(),
        *CancelPages(desk).routes(),
        *ReportPages(desk).routes(),
        *AuditPages(desk).routes(),
    ]


@dataclass(frozen=True)
class DeadLetters:
    """The dead letters as the page asks for them."""

    house: House

    async def causes(self, tx: AsyncConnection, *, since: int = 0) -> Sequence[dead_causes.Cause]:
        return await dead_causes.causes(tx, since=since)

    async def cause(self, tx: AsyncConnection, key: str) -> dead_causes.Cause | None:
        return await dead_causes.cause(tx, key)

    async def show(self, tx: AsyncConnection, letter: int) -> dead_letters.DeadLetter:
        return await dead_letters.show(tx, letter)

    async def listed(self, tx: AsyncConnection, letters: Sequence[int]) -> Sequence[dead_letters.DeadLetter]:
        return await dead_letters.show_all(tx, letters)

    async def replay(self, tx: Transaction, letters: Sequence[int], *, dry_run: bool) -> Mapping[str, int]:
        tried = await dead_letters.replay(tx, self.house.publisher, letters, self.house.clock, dry_run=dry_run)
        return Counter(one.verdict for one in tried)

    def ring(self) -> None:
        self.house.publisher.ring()
