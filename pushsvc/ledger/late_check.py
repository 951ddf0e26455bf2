"""The late check: consent, pause and current version, read again just before a message leaves (DESIGN, promise 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from pushsvc.clock import Clock
from pushsvc.domain.ports import LateReason
from pushsvc.domain.time import Instant
from pushsvc.ledger.matters import PASSES_WITH_ITS_DEADLINE
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.operations import paused_channels, paused_sites
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.tables.publications import publications, revisions

#: A newer version that nobody could summarise for so long does not hold back the last one that was understood.
NEWER_VERSION_COUNTS_FOR = timedelta(minutes=5)


class LedgerLateCheck:
    """One query for any number of deliveries. It is the one place that reads across rooms: three queries would not be
    one moment, and the moment is the point."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, connection: sa.Connection, delivery_ids: Sequence[str]) -> Mapping[str, Mapping[str, LateReason | None]]:
        """See `domain.ports.LateCheck`."""
        now = self._clock.now()
        standing: dict[str, dict[str, LateReason | None]] = defaultdict(dict)
        rows = connection.execute(_LATE, {"ids": list(delivery_ids), "since": now - NEWER_VERSION_COUNTS_FOR})
        for row in rows:
            standing[row.delivery_id][row.notice_id] = _reason(row, now)
        return standing


def _reason(row: Row[Any], now: Instant) -> LateReason | None:
    if row.erased:
        return "erased"
    if row.stopped:
        return "no_consent"
    if row.endpoint is None or row.suppressed_at is not None or row.closed_at is not None:
        return "no_endpoint"
    if row.paused_until is not None and row.paused_until > now:
        return "paused"
    if row.state != "planned":
        # The planner took it back.
        return "replaced" if row.state == "replaced" else "withdrawn"
    if row.withdrawn and row.kind != "withdrawal":
        return "withdrawn"
    if row.kind in PASSES_WITH_ITS_DEADLINE and row.deadline is not None and row.deadline < now:
        return "too_late"  # it waited for a channel, or was tried again for long
    return "wait" if row.newer or row.channel_paused or row.site_paused else None


_newer = (
    sa.exists()
    .where(
        revisions.c.publication_id == notices.c.publication_id,
        revisions.c.revision > notices.c.revision,
        sa.or_(
            revisions.c.material,
            sa.and_(
                revisions.c.material.is_(None),
                revisions.c.accepted_at > sa.bindparam("since", type_=revisions.c.accepted_at.type),
            ),
        ),
    )
    .correlate(notices)
)
_channel_paused = (
    sa.exists().where(paused_channels.c.channel.in_([deliveries.c.channel, sa.literal("all")])).correlate(deliveries)
)
#: A digest is not kept for one of its sites; what of it still waited at the pause was taken out of it.
_site_paused = sa.and_(
    deliveries.c.kind != "digest", sa.exists().where(paused_sites.c.site == publications.c.site).correlate(publications)
)
_LATE = (
    sa.select(
        deliveries.c.delivery_id,
        notices.c.notice_id,
        notices.c.kind,
        notices.c.state,
        notices.c.deadline,
        endpoints.c.endpoint_id.label("endpoint"),
        # A consent that is newer than the stop opens it again.
        sa.and_(endpoints.c.withdrawn_at.is_not(None), endpoints.c.consent_at <= endpoints.c.withdrawn_at).label("stopped"),
        endpoints.c.closed_at,
        endpoints.c.suppressed_at,
        subscribers.c.subscriber_no.is_(None).label("erased"),
        subscribers.c.paused_until,
        publications.c.withdrawn,
        _newer.label("newer"),
        _channel_paused.label("channel_paused"),
        _site_paused.label("site_paused"),
    )
    .select_from(deliveries)
    .join(notices, notices.c.delivery_id == deliveries.c.delivery_id)
    .outerjoin(endpoints, endpoints.c.endpoint_id == deliveries.c.endpoint_id)
    .outerjoin(subscribers, subscribers.c.subscriber_no == deliveries.c.subscriber_no)
    .outerjoin(publications, publications.c.publication_id == notices.c.publication_id)
    .where(deliveries.c.delivery_id.in_(sa.bindparam("ids", expanding=True)))
)
