"""Channels that an operator has paused: nothing leaves on them, nothing is lost, and all of it leaves after the resume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pushsvc import telemetry
from pushsvc.clock import Clock
from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, Problem
from pushsvc.operations.audit import COMMAND_LINE, note
from pushsvc.operations.installation import forget, value
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.restore import doubt_what_was_accepted_before
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.operations import paused_channels


@dataclass(frozen=True)
class Pause:
    channel: Channel
    paused_at: Instant
    why: str


async def pauses(tx: Transaction) -> Mapping[Channel, Pause]:
    """What is paused now. Read in the transaction that claims: a pause holds from its commit on."""
    rows = await tx.execute(sa.select(paused_channels))
    return {row.channel: Pause(row.channel, row.paused_at, row.why) for row in rows}


async def pause(database: Database, clock: Clock, name: str, *, why: str = "", who: str = COMMAND_LINE) -> Sequence[Channel]:
    """Pause a channel or `all`; gives the channels that this pauses and that were not before."""
    async with database.write() as tx:
        before = await pauses(tx)
        new = [channel for channel in channels_named(name) if channel not in before]
        rows = [{"channel": channel, "paused_at": clock.now(), "why": why} for channel in new]
        await insert_new(tx, paused_channels, rows)
        for channel in new:
            await note(tx, clock.now(), who, "channel paused", channel, {"why": why} if why else None)
    await _show(database)
    return new


async def resume(database: Database, clock: Clock, name: str, *, who: str = COMMAND_LINE) -> Sequence[Channel]:
    """Resume a channel or `all`; gives the channels that were paused.

    After a restore, what was on its way when the backup was made becomes `unknown` first; the last channel ends that pause.
    """
    async with database.write() as tx:
        before = await pauses(tx)
        restored = await value(tx, "paused")
        if restored:
            await doubt_what_was_accepted_before(tx, datetime.fromisoformat(restored["at"]), clock.now())
        again = [channel for channel in channels_named(name) if channel in before]
        await tx.execute(sa.delete(paused_channels).where(paused_channels.c.channel.in_(again)))
        for channel in again:
            await note(tx, clock.now(), who, "channel resumed", channel)
        if restored and set(before) <= set(again):
            await forget(tx, "paused")
            await note(tx, clock.now(), who, "installation resumed", "after a restore")
    await _show(database)
    return again


def channels_named(name: str) -> Sequence[Channel]:
    """One channel, or every one for `all`. BadInput for any other name."""
    chosen = CHANNELS if name == "all" else tuple(channel for channel in CHANNELS if channel == name)
    if not chosen:
        raise BadInput(Problem("channel", f"{name!r} is none of {', '.join(CHANNELS)}, all"))
    return chosen


async def _show(database: Database) -> None:
    async with database.read() as tx:
        paused = await pauses(tx)
    for channel in CHANNELS:
        telemetry.gauge("channel_paused", float(channel in paused), channel=channel)
