"""What one person was told, newest first, and what became of it: two queries a page, over that person's own rows only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import TOLD_STATES, NoticeKind
from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.domain.summaries import Summary
from pushsvc.domain.summary_json import from_json
from pushsvc.domain.time import Instant, from_micros, to_micros
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.publications import summaries, versions
from pushsvc.storage.tables.sites import sites

PAGE = 20
Show = Literal["all", "waiting", "changes", "not"]
SHOWS: tuple[Show, ...] = ("all", "waiting", "changes", "not")
_CHANGES: tuple[NoticeKind, ...] = ("correction", "withdrawal")
_LONGEST_MICROS = 17
_DID_NOT_COME = ("failed", "cancelled", "suppressed")


@dataclass(frozen=True)
class Other:
    """Another notice of the same publication to the same person: what a correction corrects, or what corrected it later."""

    notice_id: str
    kind: NoticeKind
    at: Instant
    delivery_id: str | None


@dataclass(frozen=True)
class Line:
    """One notice. `state` and `held` are the delivery's while one carries it (the notice's `suppressed` says why it does not).

    `at`: when it left, where it did, else when it was planned. `due_at`: when it is to leave. `earlier` and `later`, oldest
    first, are what it corrects and what corrected it.
    """

    notice_id: str
    kind: NoticeKind
    publication_id: str
    at: Instant
    title: str
    url: str
    site_name: str
    summary: Summary | None
    delivery_id: str | None
    channel: Channel | None
    in_digest: bool
    state: str
    held: str
    suppressed: str
    why: str
    due_at: Instant | None
    earlier: tuple[Other, ...] = ()
    later: tuple[Other, ...] = ()


@dataclass(frozen=True)
class Page:
    """`after` is what the next page begins behind; "" on the last."""

    lines: tuple[Line, ...] = field(default=())
    after: str = ""


async def history(
    tx: AsyncConnection,
    subscriber_no: int,
    *,
    show: Show = "all",
    channel: Channel | None = None,
    after: str = "",
    most: int = PAGE,
) -> Page:
    """A page of what this person was told. `after` is the one of the page before; anything else begins at the newest."""
    wanted = _carried(sa.select(notices.c.notice_id)).where(notices.c.subscriber_no == subscriber_no, _shown(show))
    if channel in CHANNELS:
        wanted = wanted.where(deliveries.c.channel == channel)
    place = _place(after)
    if place:
        created_at, notice_id = place
        at_once = sa.and_(notices.c.created_at == created_at, notices.c.notice_id < notice_id)
        wanted = wanted.where(sa.or_(notices.c.created_at < created_at, at_once))
    newest = (notices.c.created_at.desc(), notices.c.notice_id.desc())
    # Who was told ten thousand things has them sorted by these two columns alone; the rest is read for a page.
    page = wanted.order_by(*newest).limit(most + 1).subquery()
    rows = (await tx.execute(_lines().where(notices.c.notice_id.in_(sa.select(page.c.notice_id))).order_by(*newest))).all()
    shown = rows[:most]
    others = await _others(tx, subscriber_no, {row.publication_id for row in shown})
    lines = tuple(_line(row, others.get(row.publication_id, ())) for row in shown)
    last = f"{to_micros(shown[-1].created_at)}-{shown[-1].notice_id}" if len(rows) > most else ""
    return Page(lines, last)


def _lines() -> sa.Select[Any]:
    return (
        _carried(sa.select(
            notices, deliveries.c.channel, deliveries.c.kind.label("carried_as"), deliveries.c.state.label("delivery_state"),
            deliveries.c.held, deliveries.c.due_at, deliveries.c.ended_at, deliveries.c.code, deliveries.c.why,
            versions.c.title, versions.c.url, summaries.c.summary, sites.c.name.label("site_name"),
        ))
        .outerjoin(versions, versions.c.version_id == notices.c.version_id)
        .outerjoin(summaries, summaries.c.version_id == notices.c.version_id)
        .outerjoin(sites, sites.c.site == versions.c.site)
    )  # fmt: skip


def _carried(query: sa.Select[Any]) -> sa.Select[Any]:
    """Each notice with the delivery that carries it, where one does."""
    return query.outerjoin_from(notices, deliveries, deliveries.c.delivery_id == notices.c.delivery_id)


def _shown(show: Show) -> sa.ColumnElement[bool]:
    stands = notices.c.state == "planned"
    came = sa.and_(stands, deliveries.c.state.not_in(_DID_NOT_COME))
    if show == "waiting":
        return sa.and_(stands, deliveries.c.state.in_(("planned", "claimed")))
    if show == "changes":
        return sa.and_(came, notices.c.kind.in_(_CHANGES))
    if show == "not":
        # What a newer version took the place of before it left is told by that version's own line.
        return sa.or_(notices.c.state.in_(("suppressed", "cancelled")), sa.and_(stands, deliveries.c.state.in_(_DID_NOT_COME)))
    return stands


async def _others(tx: AsyncConnection, subscriber_no: int, publication_ids: Collection[str]) -> Mapping[str, Sequence[Other]]:
    """All that stands of these publications for this person, oldest first."""
    found: dict[str, list[Other]] = defaultdict(list)
    told = (
        sa.select(notices.c.notice_id, notices.c.publication_id, notices.c.kind, notices.c.created_at, notices.c.delivery_id,
                  deliveries.c.state.label("delivery_state"), deliveries.c.ended_at)
        .outerjoin_from(notices, deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .where(notices.c.publication_id.in_(publication_ids), notices.c.subscriber_no == subscriber_no,
               notices.c.state == "planned")
        .order_by(notices.c.created_at, notices.c.notice_id)
    )  # fmt: skip
    if publication_ids:
        for row in await tx.execute(told):
            found[row.publication_id].append(Other(row.notice_id, row.kind, _at(row), row.delivery_id))
    return found


def _line(row: sa.Row[Any], others: Sequence[Other]) -> Line:
    ids = [other.notice_id for other in others]
    here = ids.index(row.notice_id) if row.notice_id in ids else len(ids)
    stands = row.state == "planned"
    return Line(
        row.notice_id, row.kind, row.publication_id, _at(row), row.title or "", row.url or "",
        row.site_name or "", from_json(row.summary) if row.summary else None,
        row.delivery_id, row.channel, row.carried_as == "digest",
        (row.delivery_state or row.state) if stands else row.state, row.held or "", row.suppressed or "",
        row.code or row.why or "", row.due_at,
        tuple(others[:here]) if row.kind in (*_CHANGES, "reminder") else (),
        tuple(other for other in others[here + 1 :] if other.kind in _CHANGES),
    )  # fmt: skip


def _at(row: Any) -> Instant:
    left = row.ended_at if row.delivery_state in TOLD_STATES else None
    at: Instant = left or row.created_at
    return at


def _place(after: str) -> tuple[Instant, str] | None:
    micros, dash, notice = after.partition("-")
    try:
        return (from_micros(int(micros)), notice) if dash and len(micros) <= _LONGEST_MICROS else None
    except (ValueError, OverflowError):
        return None
