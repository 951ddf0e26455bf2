"""The message and what its reader can do with it; what one was told; "is this message real?"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.channels.rendering.reasons import tell_reasons
from pushsvc.domain.matches import Question
from pushsvc.ledger.messages import Told
from pushsvc.profiles.recipients import contacts, recipients
from pushsvc.streams.match import question_of
from pushsvc.web.citizen.check import CheckPages
from pushsvc.web.citizen.history import HistoryPages
from pushsvc.web.citizen.message import MessagePages
from pushsvc.web.citizen.not_for_me import NotForMePages
from pushsvc.web.citizen.opened import Opened
from pushsvc.web.citizen.report import ReportPages
from pushsvc.web.gate import Gate


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    database, vault, clock, links = house.database, house.vault, house.clock, service.links
    read_token = links.read_message_page

    async def their_contacts(tx: AsyncConnection, endpoint_ids: Iterable[int]) -> Mapping[int, str]:
        return await contacts(tx, vault, endpoint_ids)

    async def their_zone(tx: AsyncConnection, subscriber_no: int) -> ZoneInfo:
        found = await recipients(tx, [subscriber_no], timezone=house.settings.timezone)
        return ZoneInfo(found[subscriber_no].timezone) if subscriber_no in found else house.zone

    return [
        *MessagePages(database, clock, links, read_token, links.read_short, tell_reasons, house.zone).routes(),
        *NotForMePages(database, vault, clock, service.lately, read_token, tell_reasons, _question).routes(),
        *ReportPages(database, vault, clock, house.shared, read_token).routes(),
        *CheckPages(
            database,
            vault,
            house.shared,
            their_contacts,
            links.read_short,
            {"m": links.read_message_page, "u": links.read_unsubscribe},
            house.settings.base_url,
            house.zone,
        ).routes(),
        *HistoryPages(gate, links, service.lately, clock, their_zone).routes(),
    ]


def _question(opened: Opened, told: Told) -> Question:
    return question_of(opened.versions[told.version_id], opened.summaries[told.version_id], None)
