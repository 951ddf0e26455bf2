"""Sending a draft: as a test event, which counts whom it would reach and tells nobody, and for good, once."""

from __future__ import annotations

from pushsvc.clock import Clock
from pushsvc.errors import BadInput, NotDurable, NotFound, PushsvcError
from pushsvc.sites import drafts
from pushsvc.sites.drafts import Draft
from pushsvc.sites.intake import IdTaken, Intake
from pushsvc.sites.senders import NotYours
from pushsvc.storage.database import Database

#: What sending again does not mend: the clerk must change something.
REFUSALS = (BadInput, NotYours, NotFound, IdTaken)


async def ask(database: Database, intake: Intake, draft: Draft) -> str:
    """Send the draft through the pipeline as a test. Gives the test's event id; asking again gives the same one.

    Raises as `Intake.send`.
    """
    document = {**draft.document, "test": True}
    sent = await intake.send(document, site=draft.site, origin="console", webhook_id=f"test-{draft.draft_id}")
    async with database.write(first=True) as tx:
        await drafts.note_test(tx, draft.draft_id, sent.event_id)
    return sent.event_id


async def send_due(database: Database, intake: Intake, clock: Clock, draft_id: str | None = None) -> int:
    """Send every draft whose undo period is over (or only the one that is named, when its is). Gives how many were sent.

    The event's id is derived from the draft's, so a sender that dies between sending and noting it sends once.
    """
    async with database.read() as tx:
        if not await drafts.any_due(tx, clock.now()):
            return 0
    async with database.write(first=True) as tx:
        claimed = await drafts.claim(tx, clock.now(), draft_id)
    return sum([await _send(database, intake, draft) for draft in claimed])


async def _send(database: Database, intake: Intake, draft: Draft) -> bool:
    try:
        sent = await intake.send(draft.document, site=draft.site, origin="console", webhook_id=draft.draft_id)
    except NotDurable:
        return False  # it stays claimed, and is sent at the next turn
    except REFUSALS as error:
        async with database.write(first=True) as tx:
            await drafts.note_refused(tx, draft.draft_id, _words(error))
        return False
    async with database.write(first=True) as tx:
        await drafts.note_sent(tx, draft.draft_id, sent.event_id)
    return True


def _words(error: PushsvcError) -> str:
    return str(error)[:500]
