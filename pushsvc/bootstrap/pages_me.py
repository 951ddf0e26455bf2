"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.bootstrap.wechat import Binding, WeChatBinding
from pushsvc.profiles.wechat import BindingState
from pushsvc.web.api.wechat_join import WeChatJoinRoutes
from pushsvc.web.citizen.codes import Codes
from pushsvc.web.citizen.me import MePages
from pushsvc.web.citizen.my_addresses import MyAddressPages
from pushsvc.web.citizen.my_facts import MyFactsPages
from pushsvc.web.citizen.my_interests import MyInterestPages
from pushsvc.web.citizen.my_lost import MyLostPages
from pushsvc.web.citizen.my_moving import Moving
from pushsvc.web.citizen.my_room import MyRoom
from pushsvc.web.citizen.my_settings import MySettingsPages
from pushsvc.web.citizen.my_wechat import MyWeChatPages
from pushsvc.web.gate import Gate


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    codes = Codes(house.database, house.vault, house.clock, house.shared, house.random_bytes, service.posted)
    room = MyRoom(
        house.database, house.vault, house.clock, gate, house.shared, lambda: service.lately, codes, house.zone,
        house.settings.base_url.rstrip("/"), phone=bool(house.settings.sms_url or not house.settings.smtp_url),
    )  # fmt: skip
    moving = Moving(house.database, house.vault, house.clock, room.base_url, house.random_bytes, service.posted)
    binder = _Binder(house)
    return [
        *MePages(room).routes(),
        *MyInterestPages(room).routes(),
        *MyFactsPages(room).routes(),
        *MyAddressPages(room, binder.can_bind).routes(),
        *MyWeChatPages(room, binder).routes(),
        *(WeChatJoinRoutes(binder, house.shared).routes() if binder.is_mini else ()),
        *MySettingsPages(room).routes(),
        *MyLostPages(room, moving).routes(),
    ]


class _Binder:
    """The QR codes of WeChat. Codes are few, so each has a connection of its own, which ends with it."""

    def __init__(self, house: House) -> None:
        self._house = house
        one = WeChatBinding(house)
        self.can_bind, self.is_mini = one.can_bind, one.is_mini

    async def begin_binding(self, subscriber_no: int) -> Binding:
        binding = WeChatBinding(self._house)
        try:
            return await binding.begin_binding(subscriber_no)
        finally:
            await binding.close()

    async def picture(self, scene: str) -> bytes:
        binding = WeChatBinding(self._house)
        try:
            return await binding.picture(scene)
        finally:
            await binding.close()

    async def join(self, scene: str, login: str) -> BindingState:
        binding = WeChatBinding(self._house)
        try:
            return await binding.join(scene, login)
        finally:
            await binding.close()

    async def binding_state(self, subscriber_no: int, scene: str) -> BindingState:
        return await WeChatBinding(self._house).binding_state(subscriber_no, scene)
