"""The WeChat account of WECHAT_URL: its carrier, its callbacks, the QR codes by which people join their openid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pushsvc import resources
from pushsvc.bootstrap.house import House
from pushsvc.channels.http_calls import HttpCalls, base_of
from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.api import CALL_SECONDS, NO_LOGIN, WeChatApi
from pushsvc.channels.wechat.callbacks import WeChatCallbacks
from pushsvc.channels.wechat.carrier import WeChatCarrier
from pushsvc.channels.wechat.codes import PROVIDER
from pushsvc.channels.wechat.mini_codes import mini_code
from pushsvc.channels.wechat.qr_codes import qr_code
from pushsvc.channels.wechat.template_files import load
from pushsvc.channels.wechat.templates import Templates
from pushsvc.channels.wechat.tokens import AccessTokens
from pushsvc.domain.notices import SendResult
from pushsvc.domain.ports import Alerts
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, BadSetting, Problem, TryLater
from pushsvc.operations.providers import ProviderBook
from pushsvc.profiles import wechat
from pushsvc.profiles.wechat import BindingState
from pushsvc.settings import Settings
from pushsvc.settings.providers import ProviderUrl
from pushsvc.web.api.receipts import Caller


class CountedConsents:
    """`Quotas` of the carrier, each in a transaction of its own."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def take(self, openid: str, template: str) -> bool:
        async with self._house.database.write(first=True) as tx:
            return await wechat.take(tx, self._house.vault, openid, template, self._house.clock.now())

    async def give_back(self, openid: str, template: str) -> None:
        async with self._house.database.write(first=True) as tx:
            await wechat.add(tx, self._house.vault, openid, template, 1, self._house.clock.now())

    async def empty(self, openid: str, template: str) -> None:
        async with self._house.database.write(first=True) as tx:
            await wechat.empty(tx, self._house.vault, openid, template, self._house.clock.now())


def account_of(settings: Settings) -> Account | None:
    """The account of WECHAT_URL. BadSetting names the option that makes no sense, never the address."""
    if not settings.wechat_url:
        return None
    if len(settings.wechat_url) > 1:
        raise BadSetting("PUSHSVC_WECHAT_URL: name one account: an openid belongs to one, so no other could carry its messages")
    try:
        return Account.of(settings.wechat_url[0])
    except ValueError as error:
        raise BadSetting(f"PUSHSVC_WECHAT_URL: {error}") from None


def wechat_carrier(house: House, alerts: Alerts | None, *, call_seconds: float = CALL_SECONDS) -> WeChatCarrier:
    """Needs WECHAT_URL. BadSetting names the file and rule of a template that cannot work."""
    book = ProviderBook(house.database, house.clock, alerts, "wechat")
    api = _api(house, _required(house.settings), call_seconds)
    return WeChatCarrier(api, templates(house.settings), book, CountedConsents(house), house.clock)


def wechat_callers(house: House) -> Mapping[str, Caller]:
    """Who may call `/api/v1/receipts/wechat`: WeChat, where the setting names the token and key of its callbacks."""
    account = account_of(house.settings)
    if account is None or not account.token:
        return {}
    return {PROVIDER: Caller("wechat", WeChatCallbacks(account, house.clock).read)}


def templates(settings: Settings) -> Templates:
    """The approved templates: those of WECHAT_TEMPLATES, else the shipped examples."""
    return load(settings.wechat_templates or resources.templates_root() / "wechat" / "approved")


@dataclass(frozen=True)
class Binding:
    """A code to show: it leads to `url`, or of a mini-program it is the `picture` (PNG or JPEG). `scene` asks what became of
    it; keep it out of logs and addresses."""

    scene: str
    url: str
    ends_at: Instant
    picture: bytes = field(default=b"", repr=False)


class WeChatBinding:
    """Joins a person's WeChat to them: their page shows a code, and they scan it."""

    def __init__(self, house: House) -> None:
        self._house = house
        account = account_of(house.settings)
        self.can_bind = account is not None and account.can_join
        self.is_mini = account is not None and account.kind == "mini"
        self._api = _api(house, account, CALL_SECONDS) if account else None

    async def begin_binding(self, subscriber_no: int) -> Binding:
        """A new code, good once and for ten minutes; the one before works no more. BadInput where WeChat is not set up for
        it, TryLater with the reason when WeChat gives no code now, NotFound for nobody."""
        if not self.can_bind or self._api is None:
            raise BadInput(
                "people cannot join their WeChat: WECHAT_URL needs token and aes (kind=official) or join (kind=mini)"
            )
        house = self._house
        async with house.database.write() as tx:
            scene = await wechat.begin(tx, subscriber_no, house.clock.now(), house.random_bytes)
        if self.is_mini:
            return Binding(scene.words, "", scene.ends_at, await self.picture(scene.words))
        url = await qr_code(self._api, scene.words, int(wechat.BINDS_FOR.total_seconds()))
        if isinstance(url, SendResult):
            raise TryLater(f"WeChat gives no QR code now: {url.why}", url.retry_after_seconds)
        return Binding(scene.words, url, scene.ends_at)

    async def picture(self, scene: str) -> bytes:
        """The code of a mini-program for this scene, as often as it is shown. TryLater with the reason."""
        assert self._api
        picture = await mini_code(self._api, scene)
        if isinstance(picture, SendResult):
            raise TryLater(f"WeChat gives no code now: {picture.why}", picture.retry_after_seconds)
        return picture

    async def join(self, scene: str, login: str) -> BindingState:
        """The mini-program's page says: who got `login` by wx.login scanned `scene`. BadInput when WeChat does not know the
        login, TryLater when it cannot say now. A scene that waits no more is answered without asking WeChat."""
        if not (self.is_mini and self._api):
            raise BadInput("this service has no mini-program (WECHAT_URL, kind=mini)")
        house = self._house
        async with house.database.read() as tx:
            state = await wechat.scene_state(tx, scene, house.clock.now())
        if state != "waiting":
            return state
        openid = await self._api.openid_of(login)
        if isinstance(openid, SendResult):
            if openid.code.isdecimal() and int(openid.code) in NO_LOGIN:
                raise BadInput(Problem("code", "WeChat does not know it; call wx.login again"))
            raise TryLater(f"WeChat cannot say who it is now: {openid.why}", openid.retry_after_seconds)
        async with house.database.write() as tx:
            return await wechat.join_by_scene(tx, house.vault, scene, openid, house.clock.now())

    async def binding_state(self, subscriber_no: int, scene: str) -> BindingState:
        """waiting, joined, refused (the WeChat is somebody else's), over; "unknown" for a code that is not this person's."""
        async with self._house.database.read() as tx:
            return await wechat.binding_state(tx, subscriber_no, scene, self._house.clock.now())

    async def close(self) -> None:
        if self._api:
            await self._api.close()


def _required(settings: Settings) -> Account:
    account = account_of(settings)
    if account is None:
        raise BadSetting("PUSHSVC_WECHAT_URL: it is not set")
    return account


def _api(house: House, account: Account, call_seconds: float) -> WeChatApi:
    url: ProviderUrl = house.settings.wechat_url[0]
    calls = HttpCalls(PROVIDER, base_of(url), at_once=account.at_once, call_seconds=call_seconds)
    return WeChatApi(account, calls, AccessTokens(account, calls, house.database, house.vault, house.clock), house.clock)
