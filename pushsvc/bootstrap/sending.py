"""The deliverer with its carriers, and what it needs of the other rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.stages import Recipients
from pushsvc.channels.links import VaultLinks
from pushsvc.channels.rendering import Renderer
from pushsvc.domain.ports import Alerts, Carrier
from pushsvc.ledger.claims import waiting_by_channel
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.operations.alert_roads import road
from pushsvc.operations.alerts import Alerter
from pushsvc.profiles.recipients import contacts
from pushsvc.streams.callbacks import Callbacks
from pushsvc.streams.deliver import Deliverer
from pushsvc.streams.service_post import ServicePost
from pushsvc.streams.wechat_events import WeChatEvents
from pushsvc.telemetry import gauge


def alerter(house: House) -> Alerter:
    """Alerts to ALERT_URL; unset: to the log alone."""
    settings = house.settings
    if settings.alert_url is None:
        return Alerter(None, house.clock)
    url = settings.alert_url.get_secret_value()
    return Alerter(road(url, settings.smtp_url, settings.email_from, settings.base_url), house.clock)


def links(house: House) -> VaultLinks:
    return VaultLinks(house.vault, house.settings.base_url)


def deliverer(house: House, alerts: Alerts, ways: Sequence[Carrier], *, alone: bool) -> Deliverer:
    """`alone`: no other process sends, so what is claimed at the start belongs to a process that is dead."""

    async def plain_addresses(tx: AsyncConnection, endpoint_ids: Iterable[int]) -> Mapping[int, str]:
        return await contacts(tx, house.vault, endpoint_ids)

    writer = OutcomeWriter(house.database, house.publisher, house.clock, LedgerLateCheck(house.clock))
    return Deliverer(
        house.database, ways, writer, Renderer(), links(house), plain_addresses, house.clock,
        alerts=alerts, alone=alone, shared=house.shared, zone=house.zone, recipients=Recipients(house),
        rates={"email": house.settings.email_rate} if house.settings.email_rate else {},
    )  # fmt: skip


def service_post(house: House, alerts: Alerts, ways: Sequence[Carrier]) -> ServicePost:
    """Sends codes and welcomes, on connections of its own."""
    return ServicePost(house.database, house.vault, ways, house.clock, house.zone, alerts)


def callbacks(house: House, posted: Callable[[], None]) -> Callbacks:
    """What providers call for. `posted`: a service message was queued."""
    page = f"{house.settings.base_url.rstrip('/')}/me"
    return Callbacks(
        house.database, house.vault, house.publisher, house.clock, page, house.settings.language, posted,
        on_events=WeChatEvents(house.vault),
    )  # fmt: skip


async def measure_deliveries(house: House) -> None:
    """How many messages could leave now, and how many are in doubt, by channel."""
    async with house.database.read() as tx:
        waiting = await waiting_by_channel(tx, house.clock.now())
    for channel, (due, in_doubt) in waiting.items():
        gauge("deliveries_due", due, channel=channel)
        gauge("deliveries_unknown", in_doubt, channel=channel)
