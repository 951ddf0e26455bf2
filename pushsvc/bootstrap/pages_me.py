"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.web.citizen.codes import Codes
from pushsvc.web.citizen.me import MePages
from pushsvc.web.citizen.my_addresses import MyAddressPages
from pushsvc.web.citizen.my_facts import MyFactsPages
from pushsvc.web.citizen.my_interests import MyInterestPages
from pushsvc.web.citizen.my_lost import MyLostPages
from pushsvc.web.citizen.my_moving import Moving
from pushsvc.web.citizen.my_room import MyRoom
from pushsvc.web.citizen.my_settings import MySettingsPages
from pushsvc.web.gate import Gate


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    codes = Codes(house.database, house.vault, house.clock, house.shared, house.random_bytes, service.posted)
    room = MyRoom(
        house.database, house.vault, house.clock, gate, house.shared, lambda: service.lately, codes, house.zone,
        house.settings.base_url.rstrip("/"), phone=bool(house.settings.sms_url or not house.settings.smtp_url),
    )  # fmt: skip
    moving = Moving(house.database, house.vault, house.clock, room.base_url, house.random_bytes, service.posted)
    return [
        *MePages(room).routes(),
        *MyInterestPages(room).routes(),
        *MyFactsPages(room).routes(),
        *MyAddressPages(room).routes(),
        *MySettingsPages(room).routes(),
        *MyLostPages(room, moving).routes(),
    ]
