"""The SMS providers of SMS_URL: one line each, with its signature, its price and its approved templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial

from pushsvc import resources
from pushsvc.bootstrap.house import House
from pushsvc.channels.rendering.words import say
from pushsvc.channels.sms.carrier import SmsCarrier
from pushsvc.channels.sms.lines import Line
from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.channels.sms.template_files import load
from pushsvc.channels.sms.templates import Templates
from pushsvc.domain.ports import Alerts
from pushsvc.domain.receipts import Heard
from pushsvc.errors import BadSetting
from pushsvc.operations.providers import ProviderBook
from pushsvc.settings.providers import ProviderUrl
from pushsvc.streams.timekeeper import Duty
from pushsvc.web.api.receipts import Caller

#: CONTRACT: "the signature has at most 6".
MOST_SIGNATURE = 6
POLL_EVERY_SECONDS = 60.0
_MICROS = 1_000_000
_MOST_YUAN = 100

Hear = Callable[[str, Heard], Awaitable[None]]
"""(provider, what it said over its own session): returns when that is durable."""
Make = Callable[[House, ProviderUrl, str, Hear], SmsProvider]


# Each is loaded only where a setting names it: most installations speak to one.
def _gateway(house: House, url: ProviderUrl, name: str, _hear: Hear) -> SmsProvider:
    from pushsvc.channels.sms.gateway import Gateway

    return Gateway(url, house.clock, name)


def _aliyun(house: House, url: ProviderUrl, name: str, _hear: Hear) -> SmsProvider:
    from pushsvc.channels.sms.aliyun import Aliyun

    return Aliyun(url, house.clock, callback_key=callback_key(house, name), name=name)


def _tencent(house: House, url: ProviderUrl, name: str, _hear: Hear) -> SmsProvider:
    from pushsvc.channels.sms.tencent import Tencent

    return Tencent(url, house.clock, callback_key=callback_key(house, name), name=name)


def _smpp(house: House, url: ProviderUrl, name: str, hear: Hear) -> SmsProvider:
    from pushsvc.channels.sms.smpp.provider import Smpp

    return Smpp(url, house.clock, partial(hear, name), name)


def _cmpp(house: House, url: ProviderUrl, name: str, hear: Hear) -> SmsProvider:
    from pushsvc.channels.sms.cmpp.provider import Cmpp

    return Cmpp(url, house.clock, partial(hear, name), name)


KINDS: Mapping[str, tuple[str, Make]] = {
    "aliyun": ("aliyun", _aliyun),
    "tencent": ("tencent", _tencent),
    "smpp": ("smpp", _smpp),
    "cmpp": ("cmpp", _cmpp),
    "http": ("http", _gateway),
    "https": ("http", _gateway),
}
"""By the scheme of the setting: the name under which receipts come, and how the provider is made."""


def callback_key(house: House, name: str) -> str:
    """What stands behind `?key=` in the address that is given to a provider which does not sign its callbacks."""
    return house.vault.keyed_hash("callbacks", name).hex()[:32]


async def nobody_hears(_provider: str, _heard: Heard) -> None:
    """For a process that reads callbacks and opens no session of its own."""


def sms_lines(house: House, hear: Hear = nobody_hears) -> tuple[Line, ...]:
    """A line for each provider of SMS_URL, in its order. BadSetting names the option that makes no sense, never the address."""
    counted: Counter[str] = Counter()
    lines = []
    for url in house.settings.sms_url:
        kind, make = KINDS[url.scheme]
        counted[kind] += 1
        name = kind if counted[kind] == 1 else f"{kind}-{counted[kind]}"
        try:
            lines.append(Line(make(house, url, name, hear), _signature(url), _price(url)))
        except ValueError as error:
            raise BadSetting(f"PUSHSVC_SMS_URL: {name}: {error}") from None
    return tuple(lines)


def sms_carrier(house: House, lines: Sequence[Line], alerts: Alerts | None) -> SmsCarrier:
    book = ProviderBook(house.database, house.clock, alerts, "sms")
    texts = templates(house) if any(line.provider.takes == "templates" for line in lines) else None
    return SmsCarrier(lines, book, house.clock, texts)


def polling(lines: Sequence[Line], hear: Hear) -> Duty:
    """Asks the providers what they said, where callbacks are lost."""

    async def poll() -> None:
        for line in lines:
            if said := await line.provider.poll():
                await hear(line.provider.name, Heard(said=tuple(said)))

    return Duty("receipts that are asked for", POLL_EVERY_SECONDS, poll)


def sms_callers(house: House) -> Mapping[str, Caller]:
    """Who may call `/api/v1/receipts/{provider}`. Reading a callback opens no connection."""
    return {line.provider.name: Caller("sms", line.provider.read_callback) for line in sms_lines(house)}


def templates(house: House) -> Templates:
    """The approved templates: those of SMS_TEMPLATES, else the shipped examples. BadSetting names file and rule."""
    folder = house.settings.sms_templates or resources.templates_root() / "sms" / "approved"
    return load(folder, house.settings.base_url)


def _signature(url: ProviderUrl) -> str:
    signature = url.options.get("sign") or say("zh", "signature")
    if not 2 <= len(signature) <= MOST_SIGNATURE or set(signature) & set("【】[] "):
        raise ValueError(f"sign has 2 to {MOST_SIGNATURE} signs, without brackets or blanks")
    return signature


def _price(url: ProviderUrl) -> int:
    """`price=0.045`: yuan a segment."""
    try:
        yuan = Decimal(url.options.get("price", "0"))
    except InvalidOperation:
        yuan = Decimal(-1)
    if not yuan.is_finite() or not 0 <= yuan <= _MOST_YUAN or yuan * _MICROS != int(yuan * _MICROS):
        raise ValueError("price is what a segment costs in yuan, such as 0.045 (at most 6 decimals)")
    return int(yuan * _MICROS)
