"""Messages that followed a failure or a silence, and that a person's word holds back since: they go on from where they stood.

Planned anew they would begin again with the endpoint that failed: under the name of the message that failed there, so that
nobody would be told of them at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from pushsvc.domain.notices import Held, delivery_id
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import end_of_quiet_hours, habits
from pushsvc.ledger import emergencies
from pushsvc.ledger.holding import HeldBack, Hold, plan_released
from pushsvc.ledger.matters import Matter
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import deliveries


def apart(page: Iterable[HeldBack], event_id: str) -> tuple[list[HeldBack], list[HeldBack]]:
    """Those that the planner planned, by the name that it gives a message; and those that followed a failure or a silence."""
    planned: list[HeldBack] = []
    fallbacks: list[HeldBack] = []
    for one in page:
        own = delivery_id(one.endpoint_id, one.notice_id, event_id)
        (planned if one.delivery_id == own else fallbacks).append(one)
    return planned, fallbacks


async def let_leave(
    tx: Transaction,
    matter: Matter,
    fallbacks: Sequence[HeldBack],
    recipients: Mapping[int, Recipient],
    now: Instant,
    held: Hold,
) -> None:
    """They wait for `held` no more: each leaves on its own endpoint, after the person's quiet hours there."""
    rings = bool(fallbacks) and (await emergencies.as_approved(tx, matter, now)).may_pass_quiet_hours
    leaving: dict[Instant, list[str]] = defaultdict(list)
    for one in fallbacks:
        leaving[now if rings else _awake(one, recipients.get(one.subscriber_no), now)].append(one.delivery_id)
    for at, those in leaving.items():
        ours = (one_of(tx, deliveries.c.delivery_id, those), deliveries.c.state == "planned", deliveries.c.held == held)
        why = "quiet_hours" if at > now else ""
        await tx.execute(sa.update(deliveries).where(*ours).values(held=why, due_at=at))


async def plan_resumed(
    tx: Transaction,
    matter: Matter,
    page: Sequence[HeldBack],
    recipients: Mapping[int, Recipient],
    now: Instant,
    held: Hold,
    *,
    hold: Held = "",
) -> None:
    """Let one page of `holding.held_page` go that waited for its site or its release. `hold`: what the planned wait for next; a
    fallback was counted and approved when it was planned."""
    planned, fallbacks = apart(page, matter.event_id)
    await plan_released(tx, matter, planned, recipients, now, hold=hold)
    await let_leave(tx, matter, fallbacks, recipients, now, held)


def _awake(one: HeldBack, person: Recipient | None, now: Instant) -> Instant:
    """Who is gone is seen by the late check."""
    endpoint = next((each for each in person.endpoints if each.endpoint_id == one.endpoint_id), None) if person else None
    if person is None or endpoint is None:
        return now
    return end_of_quiet_hours(now, habits(person.preferences, endpoint.channel, person.timezone))
