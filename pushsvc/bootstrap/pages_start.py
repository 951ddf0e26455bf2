"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.domain.subscribers import Channel
from pushsvc.web.citizen.agreeing import AgreeingPages
from pushsvc.web.citizen.choosing import Choosing
from pushsvc.web.citizen.codes import Codes
from pushsvc.web.citizen.enter import EnterPages
from pushsvc.web.citizen.start import StartPages
from pushsvc.web.citizen.taste import Tasting
from pushsvc.web.citizen.wanting import WantingPages
from pushsvc.web.citizen.welcoming import Welcome
from pushsvc.web.gate import Gate


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    """Signing up in three steps, and signing in by a code."""
    codes = Codes(house.database, house.vault, house.clock, house.shared, house.random_bytes, service.posted)
    tasting, choosing, offers = Tasting(service.lately, house.clock), Choosing(gate), _offers(house)
    welcome = Welcome(house.vault, house.clock, service.links, f"{house.settings.base_url.rstrip('/')}/me")
    return [
        *StartPages(gate, tasting).routes(),
        *WantingPages(tasting).routes(),
        *AgreeingPages(gate, codes, choosing, tasting, welcome, offers, service.posted).routes(),
        *EnterPages(gate, codes, choosing, offers).routes(),
    ]


def _offers(house: House) -> tuple[Channel, ...]:
    """The channels that a code can reach. Where nothing is set up, everything goes to the viewer, and all can be tried."""
    settings = house.settings
    if settings.smtp_url and not settings.sms_url:
        return ("email",)
    return ("email", "sms")
