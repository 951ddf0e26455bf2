"""The providers of SMS and WeChat as operators see them: which are used and how much, what is stopped, and by whom."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.ports import Alerts
from pushsvc.domain.standing import Standing
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, Problem
from pushsvc.operations.audit import COMMAND_LINE, note
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import insert_one, upsert
from pushsvc.storage.tables.providers import providers, stopped_templates

#: How old what a sender knows of the providers may be.
FRESH_SECONDS = 2.0
MOST_WEIGHT = 100
#: Who paused, where no person did.
BREAKER = "breaker"
_PAUSE = ("paused_at", "paused_by", "why")


@dataclass(frozen=True)
class Provider:
    """A provider's row; one without a row has weight 1 and is used."""

    name: str
    channel: Channel
    weight: int = 1
    paused_at: Instant | None = None
    paused_by: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class StoppedTemplate:
    provider: str
    template: str
    code: str
    why: str | None
    stopped_at: Instant


class ProviderBook:
    """The port of the carriers (domain/standing.py, Providers), for one channel."""

    def __init__(self, database: Database, clock: Clock, alerts: Alerts | None, channel: Channel) -> None:
        self._database, self._clock, self._alerts, self._channel = database, clock, alerts, channel
        self._known, self._known_until = Standing(), 0.0

    async def standing(self) -> Standing:
        if time.monotonic() >= self._known_until:
            async with self._database.read() as tx:
                self._known = await standing(tx, self._channel)
            self._known_until = time.monotonic() + FRESH_SECONDS
        return self._known

    async def pause(self, provider: str, why: str) -> None:
        async with self._database.write() as tx:
            new = await set_pause(tx, self._clock.now(), provider, self._channel, paused=True, who=BREAKER, why=why)
        self._known_until = 0.0
        if new and self._alerts:
            text = (
                f"{provider} takes nothing from us ({why}): the others carry its share. Mend it, then resume it at /o/providers"
            )
            await self._alerts.raise_alert("provider_paused", text)

    async def stop_template(self, provider: str, template: str, code: str, why: str) -> None:
        now = self._clock.now()
        row = {"provider": provider, "template": template, "code": code[:40], "why": why[:500], "stopped_at": now}
        async with self._database.write() as tx:
            new = await insert_one(tx, stopped_templates, row)
            if new:
                await note(tx, now, BREAKER, "template stopped", f"{provider} {template}", {"code": code})
        self._known_until = 0.0
        if new and self._alerts:
            text = (
                f"{provider} refuses the template {template} ({code}: {why}): its messages wait. "
                "Mend it, then let it go on at /o/providers"
            )
            await self._alerts.raise_alert("template_stopped", text)


async def standing(tx: Transaction, channel: Channel) -> Standing:
    rows = (await tx.execute(sa.select(providers).where(providers.c.channel == channel))).all()
    stopped: dict[str, set[str]] = defaultdict(set)
    for row in await tx.execute(sa.select(stopped_templates.c.provider, stopped_templates.c.template)):
        stopped[row.provider].add(row.template)
    return Standing(
        {row.name: row.weight for row in rows},
        frozenset(row.name for row in rows if row.paused_at is not None),
        {name: frozenset(ids) for name, ids in stopped.items()},
    )


async def known(tx: Transaction) -> dict[str, Provider]:
    """The providers that have a row, by name."""
    rows = await tx.execute(sa.select(providers))
    return {row.name: Provider(row.name, row.channel, row.weight, row.paused_at, row.paused_by, row.why) for row in rows}


async def templates_stopped(tx: Transaction) -> Sequence[StoppedTemplate]:
    rows = await tx.execute(sa.select(stopped_templates).order_by(stopped_templates.c.stopped_at.desc()))
    return [StoppedTemplate(row.provider, row.template, row.code, row.why, row.stopped_at) for row in rows]


async def set_pause(
    tx: Transaction, now: Instant, name: str, channel: Channel, *, paused: bool, who: str = COMMAND_LINE, why: str = ""
) -> bool:
    """Pause a provider, or use it again. False when it was so already."""
    before = (await known(tx)).get(name, Provider(name, channel))
    if (before.paused_at is not None) == paused:
        return False
    pause = {"paused_at": now, "paused_by": who, "why": why[:500] or None} if paused else dict.fromkeys(_PAUSE)
    row = _row(before, now) | pause
    await upsert(tx, providers, [row], update=(*_PAUSE, "changed_at"))
    await note(tx, now, who, "provider paused" if paused else "provider resumed", name, {"why": why} if why else None)
    return True


async def set_weight(tx: Transaction, now: Instant, name: str, channel: Channel, weight: int, who: str = COMMAND_LINE) -> None:
    """The provider's share among those in use. BadInput for a weight that is none."""
    if not 0 <= weight <= MOST_WEIGHT:
        raise BadInput(Problem("weight", f"{weight} is not a number from 0 to {MOST_WEIGHT}; 0 means only when no other can"))
    before = (await known(tx)).get(name, Provider(name, channel))
    await upsert(tx, providers, [_row(before, now) | {"weight": weight}], update=("weight", "changed_at"))
    await note(tx, now, who, "provider weighted", name, {"weight": weight})


async def release_template(tx: Transaction, now: Instant, provider: str, template: str, who: str = COMMAND_LINE) -> bool:
    """Use the template again. False when it was not stopped."""
    which = sa.and_(stopped_templates.c.provider == provider, stopped_templates.c.template == template)
    gone = await tx.execute(sa.delete(stopped_templates).where(which))
    if gone.rowcount:
        await note(tx, now, who, "template released", f"{provider} {template}")
    return bool(gone.rowcount)


def _row(one: Provider, now: Instant) -> dict[str, object]:
    return {
        "name": one.name, "channel": one.channel, "weight": one.weight, "paused_at": one.paused_at,
        "paused_by": one.paused_by, "why": one.why, "changed_at": now,
    }  # fmt: skip
