"""The SMS providers of SMS_URL: one line each, with its signature, its price and its approved templates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

from pushsvc import resources
from pushsvc.bootstrap.house import House
from pushsvc.channels.rendering.words import say
from pushsvc.channels.sms.carrier import SmsCarrier
from pushsvc.channels.sms.lines import Line
from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.channels.sms.template_files import load
from pushsvc.channels.sms.templates import Templates
from pushsvc.clock import Clock
from pushsvc.domain.ports import Alerts
from pushsvc.domain.receipts import Heard, Said
from pushsvc.errors import BadSetting
from pushsvc.ledger.intents import LedgerIntents
from pushsvc.operations.provider_names import kind_of
from pushsvc.operations.providers import ProviderBook
from pushsvc.settings import Settings
from pushsvc.settings.providers import ProviderUrl
from pushsvc.streams.timekeeper import Duty
from pushsvc.web.api.receipts import Caller

#: CONTRACT: "the signature has at most 6".
MOST_SIGNATURE = 6
POLL_EVERY_SECONDS = 60.0
#: So often in a row, while there is more: a day's receipts do not wait for the minutes of many hours.
MOST_POLLS = 30
_MICROS = 1_000_000
_MOST_YUAN = 100

Hear = Callable[[str, Heard], Awaitable[None]]
"""(provider, what it said over its own session): returns when that is durable."""


@dataclass(frozen=True)
class Ground:
    """What a provider stands on, beside its address. `key`: by its name, the key of its callbacks."""

    clock: Clock
    key: Callable[[str], str]
    hear: Hear


Make = Callable[[Ground, ProviderUrl, str], SmsProvider]


# Each is loaded only where a setting names it: most installations speak to one.
def _gateway(ground: Ground, url: ProviderUrl, name: str) -> SmsProvider:
    from pushsvc.channels.sms.gateway import Gateway

    return Gateway(url, ground.clock, name)


def _aliyun(ground: Ground, url: ProviderUrl, name: str) -> SmsProvider:
    from pushsvc.channels.sms.aliyun import Aliyun

    return Aliyun(url, ground.clock, callback_key=ground.key(name), name=name)


def _tencent(ground: Ground, url: ProviderUrl, name: str) -> SmsProvider:
    from pushsvc.channels.sms.tencent import Tencent

    return Tencent(url, ground.clock, callback_key=ground.key(name), name=name)


def _smpp(ground: Ground, url: ProviderUrl, name: str) -> SmsProvider:
    from pushsvc.channels.sms.smpp.provider import Smpp

    return Smpp(url, ground.clock, partial(ground.hear, name), name)


def _cmpp(ground: Ground, url: ProviderUrl, name: str) -> SmsProvider:
    from pushsvc.channels.sms.cmpp.provider import Cmpp

    return Cmpp(url, ground.clock, partial(ground.hear, name), name)


KINDS: Mapping[str, Make] = {"aliyun": _aliyun, "tencent": _tencent, "smpp": _smpp, "cmpp": _cmpp, "http": _gateway}


#: What each takes beside `sign`, `price`, `name` and `insecure`. The clouds look at theirs themselves.
_OPTIONS: Mapping[str, frozenset[str]] = {
    "http": frozenset({"at_once"}),
    "smpp": frozenset({"reference", "service", "source", "source_npi", "source_ton", "system_type", "tls", "window", "zone"}),
    "cmpp": frozenset({"fee_code", "fee_type", "fee_user", "prefix", "service", "source", "tls", "window"}),
}
_OF_ALL = frozenset({"insecure", "name", "price", "sign"})

#: Those that do not sign what they call back with.
_KEYED = ("aliyun", "tencent")
#: Those that say everything over the session that we open.
_OVER_THE_SESSION = ("smpp", "cmpp")


def callback_address(house: House, name: str, url: ProviderUrl) -> str:
    """What an administrator gives to the provider of this name, key and all; "" where it needs none."""
    kind = kind_of(url)
    if kind in _OVER_THE_SESSION:
        return ""
    address = f"{house.settings.base_url}/api/v1/receipts/{name}"
    return f"{address}?key={callback_key(house, name)}" if kind in _KEYED else address


def callback_key(house: House, name: str) -> str:
    """What stands behind `?key=` in the address that is given to a provider which does not sign its callbacks."""
    return house.vault.keyed_hash("callbacks", name).hex()[:32]


async def nobody_hears(_provider: str, _heard: Heard) -> None:
    """For a process that reads callbacks and opens no session of its own."""


def line_of(ground: Ground, name: str, url: ProviderUrl) -> Line:
    """BadSetting names the option that makes no sense, never the address."""
    kind = kind_of(url)
    try:
        _no_unknown(kind, url)
        return Line(KINDS[kind](ground, url, name), _signature(url), _price(url), kind)
    except ValueError as error:
        raise BadSetting(f"PUSHSVC_SMS_URL: {name}: {error}") from None


def sms_lines(house: House, hear: Hear = nobody_hears) -> tuple[Line, ...]:
    """A line for each provider of SMS_URL, in its order. BadSetting as for `line_of`."""
    ground = Ground(house.clock, partial(callback_key, house), hear)
    return tuple(line_of(ground, name, url) for name, url in house.sms_providers)


def sms_carrier(house: House, lines: Sequence[Line], alerts: Alerts | None) -> SmsCarrier:
    book = ProviderBook(house.database, house.clock, alerts, "sms")
    texts = templates(house) if any(line.provider.takes == "templates" for line in lines) else None
    return SmsCarrier(lines, book, house.clock, texts, LedgerIntents(house.database))


def polling(lines: Sequence[Line], hear: Hear) -> Duty:
    """Asks the providers what they said, where callbacks are lost."""
    kept: dict[str, Sequence[Said]] = {}
    """What a provider said and no database has yet: it says it once."""

    async def ask(provider: SmsProvider) -> bool:
        if provider.name not in kept:
            kept[provider.name] = await provider.poll()
        said = kept[provider.name]
        if said:
            await hear(provider.name, Heard(said=tuple(said)))
        del kept[provider.name]
        return bool(said)

    async def poll() -> None:
        for line in lines:
            for _ in range(MOST_POLLS):
                if not await ask(line.provider):
                    break

    return Duty("receipts that are asked for", POLL_EVERY_SECONDS, poll)


def sms_callers(lines: Sequence[Line]) -> Mapping[str, Caller]:
    """Who may call `/api/v1/receipts/{provider}`. Reading a callback opens no connection."""
    return {line.provider.name: Caller("sms", line.provider.read_callback) for line in lines}


def templates(house: House) -> Templates:
    """The approved templates. BadSetting names file and rule."""
    return load(templates_folder(house.settings), house.settings.base_url)


def templates_folder(settings: Settings) -> Path:
    """That of SMS_TEMPLATES, else the shipped examples."""
    return settings.sms_templates or resources.templates_root() / "sms" / "approved"


def _no_unknown(kind: str, url: ProviderUrl) -> None:
    """A misspelt `sign` would send under another signature, a misspelt `price` without a budget."""
    if kind not in _OPTIONS:
        return
    known = _OPTIONS[kind] | _OF_ALL
    for name in url.options:
        if name not in known:
            raise ValueError(f"{url.scheme}:// knows no option {name[:40]!r}; it takes {', '.join(sorted(known))}")


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
