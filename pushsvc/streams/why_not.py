"""Why somebody is not among those whom a version answers: their profile held against it once more."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.matching.explaining import explain
from pushsvc.profiles.reading import profiles_of
from pushsvc.publications import loading
from pushsvc.storage.tables.sites import events
from pushsvc.streams.match import question_of


async def why_not(tx: AsyncConnection, subscriber_no: int, event_id: str) -> list[str]:
    """The clauses of each interest that the event's version does not answer; [] when one of them is answered."""
    event = (
        await tx.execute(sa.select(events.c.version_id, events.c.received_at).where(events.c.event_id == event_id))
    ).first()
    profiles = await profiles_of(tx, [subscriber_no])
    if event is None or event.version_id is None or not profiles:
        return ["no_match"]
    versions = await loading.versions(tx, [event.version_id])
    summaries = await loading.summaries(tx, [event.version_id])
    if event.version_id not in versions or event.version_id not in summaries:
        return ["no_match"]
    question = question_of(versions[event.version_id], summaries[event.version_id], event.received_at)
    return explain(profiles[0], question)
