"""Every route of the service, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.routing import BaseRoute

from pushsvc.bootstrap import (
    pages_dashboard,
    pages_me,
    pages_mending,
    pages_message,
    pages_people,
    pages_providers,
    pages_publisher,
    pages_search,
    pages_start,
)
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.bootstrap.sms import sms_callers
from pushsvc.bootstrap.wechat import wechat_callers
from pushsvc.channels.rendering.reasons import tell_reason
from pushsvc.web.api.events import EventRoutes
from pushsvc.web.api.health import HealthRoutes
from pushsvc.web.api.limits import RateLimit
from pushsvc.web.api.receipts import ReceiptRoutes
from pushsvc.web.citizen.front import FrontPages
from pushsvc.web.citizen.leave import LeavePages
from pushsvc.web.gate import Gate
from pushsvc.web.operator.mailbox import MailboxPages
from pushsvc.web.operator.sign_in import SignInPages
from pushsvc.web.operator.trace import TracePages

GROUPS = (
    pages_start, pages_me, pages_message, pages_search, pages_publisher, pages_dashboard, pages_mending, pages_providers,
    pages_people,
)  # fmt: skip


def routes(house: House, service: Served, *, dev: bool) -> Sequence[BaseRoute]:
    """The API, the pages, and in `dev` the mailbox viewer."""
    settings, database, links = house.settings, house.database, service.links
    gate = Gate(database, house.vault, house.clock, house.random_bytes)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    pages: list[BaseRoute] = [
        *EventRoutes(
            database, house.vault, house.clock, house.intake, house.funnel, RateLimit(house.shared), settings.base_url
        ).routes(),
        *ReceiptRoutes({**sms_callers(service.sms_lines), **wechat_callers(house)}, service.callbacks.take).routes(),
        *HealthRoutes(service.readiness, service.measure, token, is_open=dev and token is None).routes(),
        *FrontPages(database, gate, dev).routes(),
        *LeavePages(database, house.vault, house.clock, links.read_unsubscribe).routes(),
        *SignInPages(gate, house.shared).routes(),
    ]
    for group in GROUPS:
        pages += group.routes(house, service, gate)
    if dev:
        pages += MailboxPages(database, house.vault, house.zone).routes()
        pages += TracePages(database, partial(_trace, house), tell_reason, house.zone).routes()
    return pages


async def _trace(house: House, tx: AsyncConnection, what: str) -> Mapping[str, Any] | None:
    return await house.trace(tx, what)
