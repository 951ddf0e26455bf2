"""Which way each channel's messages go: to the provider that the settings name, else to the mailbox viewer."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from pushsvc.bootstrap.house import House
from pushsvc.channels.email.assembly import Sender
from pushsvc.channels.email.signing import Signer
from pushsvc.channels.email.smtp import SmtpCarrier
from pushsvc.channels.mailbox import MailboxCarrier
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Carrier
from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.errors import BadSetting


def carriers(house: House) -> Sequence[Carrier]:
    """One carrier a channel. BadSetting for a provider that this version does not speak to yet."""
    settings = house.settings
    for name, urls in (("SMS_URL", settings.sms_url), ("WECHAT_URL", settings.wechat_url)):
        if urls:
            raise BadSetting(f"PUSHSVC_{name}: this version sends SMS and WeChat to the mailbox viewer only; unset it")
    return [_email(house) if channel == "email" and settings.smtp_url else _viewer(house, channel) for channel in CHANNELS]


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
