"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.sites.fetch_client import PageClient
from pushsvc.web.gate import Gate
from pushsvc.web.publisher.choosing import ChoosingPages
from pushsvc.web.publisher.desk import Desk
from pushsvc.web.publisher.events import EventPages
from pushsvc.web.publisher.funnels import Funnels
from pushsvc.web.publisher.keys import KeyPages
from pushsvc.web.publisher.leaving import LeavingPages
from pushsvc.web.publisher.page_checks import CheckPages
from pushsvc.web.publisher.preview import PreviewPages, Previews
from pushsvc.web.publisher.trial import TrialPages
from pushsvc.web.publisher.withdrawing import WithdrawalPages
from pushsvc.web.publisher.writing import WritingPages


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    settings = house.settings
    desk = Desk(
        gate, house.database, house.vault, house.clock, house.intake, house.shared, PageClient(settings.fetch_allow),
        house.funnel, service.posted, house.random_bytes, house.zone, settings.base_url,
        timedelta(seconds=settings.hold_seconds),
    )  # fmt: skip
    previews = Previews(desk)
    shown = PreviewPages(desk, previews)
    return [
        *EventPages(desk, Funnels(desk)).routes(),
        *WithdrawalPages(desk).routes(),
        *WritingPages(desk).routes(),
        *shown.routes(),
        *LeavingPages(desk).routes(),
        *TrialPages(desk, previews, shown).routes(),
        *KeyPages(desk).routes(),
        *CheckPages(desk).routes(),
        *ChoosingPages(desk).routes(),
    ]
