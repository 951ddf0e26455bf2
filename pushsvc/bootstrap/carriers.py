"""Which way each channel's messages go: to the provider that the settings name, else to the mailbox viewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from email.utils import parseaddr

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.sms import Hear, nobody_hears, sms_carrier, sms_lines
from pushsvc.bootstrap.wechat import wechat_carrier
from pushsvc.channels.email.assembly import Sender
from pushsvc.channels.email.signing import Signer
from pushsvc.channels.email.smtp import SmtpCarrier
from pushsvc.channels.mailbox import MailboxCarrier
from pushsvc.channels.sms.carrier import SmsCarrier
from pushsvc.channels.sms.lines import Line
from pushsvc.channels.wechat.carrier import WeChatCarrier
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Alerts, Carrier
from pushsvc.domain.subscribers import CHANNELS, Channel


def carriers(house: House, alerts: Alerts | None = None, hear: Hear = nobody_hears) -> Sequence[Carrier]:
    """One carrier a channel, made once a process: providers keep their connections in them. `hear`: what an
    SMS provider says over its own session. BadSetting for a provider or a template that cannot work.
    """
    return [_carrier(house, channel, alerts, hear) for channel in CHANNELS]


def _carrier(house: House, channel: Channel, alerts: Alerts | None, hear: Hear) -> Carrier:
    if channel == "email" and house.settings.smtp_url:
        return _email(house)
    if channel == "sms" and house.settings.sms_url:
        return sms_carrier(house, sms_lines(house, hear), alerts)
    if channel == "wechat" and house.settings.wechat_url:
        return wechat_carrier(house, alerts)
    return _viewer(house, channel)


def lines_of(ways: Iterable[Carrier]) -> tuple[Line, ...]:
    """The SMS providers of the carriers."""
    return tuple(line for way in ways if isinstance(way, SmsCarrier) for line in way.lines.values())


def open_sessions(ways: Iterable[Carrier]) -> None:
    """Receipts come whenever providers have them, so their sessions are open while nobody sends."""
    for way in ways:
        if isinstance(way, SmsCarrier):
            way.open()


async def close(ways: Iterable[Carrier]) -> None:
    """Let go of what the providers keep open, once nobody sends any more."""
    for way in ways:
        if isinstance(way, SmsCarrier | WeChatCarrier):
            await way.close()


def _viewer(house: House, channel: Channel) -> Carrier:
    return MailboxCarrier(channel, house.database, house.vault, house.clock)


def _email(house: House) -> Carrier:
    settings = house.settings
    name, address = parseaddr(settings.email_from)
    names: tuple[tuple[Language, str], ...] = (("zh", name), ("en", name)) if name else ()
    signer = None
    if settings.dkim_key_file and settings.dkim_selector:
        domain = settings.dkim_domain or address.rpartition("@")[2]
        signer = Signer.read(settings.dkim_key_file, settings.dkim_selector, domain)
    return SmtpCarrier(
        settings.smtp_url, Sender(address, names), house.clock, connections=settings.smtp_connections, signer=signer
    )
