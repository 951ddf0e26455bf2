"""Who follows a site: the people with an interest that names it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.storage.tables.profiles import interests, stopped_subjects

_PAGE = 5_000
_MOST_NAMED = 50
"""Sites that a statement names; for more of them every interest that names any site is looked at."""


async def site_followers(tx: AsyncConnection, sites: Collection[str]) -> dict[int, set[str]]:
    """By subscriber_no, which of `sites` each follows. Interests that are paused or were stopped do not count."""
    columns, wanted, found = interests.c, set(sites), dict[int, set[str]]()
    written = sa.cast(columns.body, sa.Text)
    named = [written.like(f'%"{site}"%') for site in sorted(wanted)] if len(wanted) <= _MOST_NAMED else []
    stopped = sa.exists().where(
        stopped_subjects.c.subscriber_no == columns.subscriber_no, stopped_subjects.c.subject == columns.interest_id
    )
    page = (
        sa.select(columns.interest_id, columns.subscriber_no, columns.body)
        .where(columns.paused.is_(False), ~stopped, written.like('%"sites"%'), sa.or_(*named) if named else sa.true())
        .order_by(columns.interest_id)
        .limit(_PAGE)
    )
    last = ""
    while wanted:
        rows = (await tx.execute(page.where(columns.interest_id > last))).all()
        for row in rows:
            if theirs := wanted & set(row.body.get("sites") or ()):
                found.setdefault(row.subscriber_no, set()).update(theirs)
        if len(rows) < _PAGE:
            break
        last = rows[-1].interest_id
    return found
