"""What each claimed delivery tells: its notices with the summaries, addresses and changes that they were told from."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.channels.rendering import Story, Told
from pushsvc.domain.interpretations import Relatives
from pushsvc.domain.notices import Due
from pushsvc.domain.summaries import Summary
from pushsvc.publications import loading
from pushsvc.publications.interpretations import relatives
from pushsvc.storage.tables.ledger import notices

_KEPT_VERSIONS = 64
_IDS_AT_ONCE = 500
#: For so long what is beside a publication is believed: to ask for it cost 2.7% of the CPU of each message.
_RELATIVES_SECONDS = 2.0
#: In this order several notices stand in one digest: what must be known first comes first.
_ORDER = ("withdrawal", "correction", "reminder", "new")


@dataclass(frozen=True)
class _Said:
    """What a version says, and where it stands."""

    summary: Summary
    url: str
    site: str
    site_names: Mapping[str, str] = field(default_factory=dict)


class Stories:
    """Reads stories a batch at a time, and remembers the last versions: a campaign reads its text once."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        """`steady`: seconds that only grow."""
        self._said: dict[str, _Said] = {}
        self._relatives: dict[str, tuple[float, Relatives]] = {}
        self._steady = steady

    async def of(self, tx: AsyncConnection, dues: Sequence[Due]) -> dict[str, Story]:
        """The stories by delivery id; one whose summary is missing is absent."""
        rows = await _notices(tx, dues)
        said = await self._versions(tx, {row.version_id for row in rows})
        moved = {(row.publication_id, row.revision) for row in rows if row.kind == "correction"}
        changes = await loading.told_changes(tx, moved) if moved else {}
        beside = await self.beside(tx, {row.publication_id for row in rows})
        carried: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            carried[row.delivery_id].append(row)
        stories = {}
        for due in dues:
            mine = sorted(carried[due.delivery_id], key=lambda row: (_ORDER.index(row.kind), row.created_at, row.notice_id))
            if mine and all(row.version_id in said for row in mine):
                stories[due.delivery_id] = _story(due, mine, said, changes, beside)
        return stories

    async def beside(self, tx: AsyncConnection, publications: set[str]) -> dict[str, Relatives]:
        """What explains each publication and what it explains. Asked again after seconds: an interpretation may appear while
        a campaign runs."""
        now = self._steady()
        self._relatives = {name: kept for name, kept in self._relatives.items() if now - kept[0] < _RELATIVES_SECONDS}
        known = {name: self._relatives[name][1] for name in publications if name in self._relatives}
        new = publications - known.keys()
        if new:
            found = await relatives(tx, new)
            read = {name: found.get(name, Relatives()) for name in new}
            self._relatives |= {name: (now, each) for name, each in read.items()}
            known |= read
        return known

    async def _versions(self, tx: AsyncConnection, ids: set[str]) -> dict[str, _Said]:
        new = [version for version in ids if version not in self._said]
        if new:
            summaries = await loading.summaries(tx, new)
            versions = await loading.versions(tx, new)
            names = await loading.site_names(tx, {version.site for version in versions.values()})
            for version in new:
                if version in summaries and version in versions:
                    at = versions[version]
                    self._said[version] = _Said(summaries[version], at.url, at.site, names)
        found = {version: self._said[version] for version in ids if version in self._said}
        while len(self._said) > _KEPT_VERSIONS:
            del self._said[next(iter(self._said))]
        return found


async def _notices(tx: AsyncConnection, dues: Sequence[Due]) -> list[Any]:
    columns = notices.c
    ids = [notice for due in dues for notice in due.notices]
    found: list[Any] = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        query = sa.select(
            columns.delivery_id, columns.notice_id, columns.kind, columns.publication_id, columns.revision,
            columns.version_id, columns.eligibility, columns.reasons, columns.created_at,
        ).where(columns.notice_id.in_(ids[start : start + _IDS_AT_ONCE]))  # fmt: skip
        found += (await tx.execute(query)).all()
    return found


def _story(
    due: Due,
    mine: Sequence[Any],
    said: Mapping[str, _Said],
    changes: Mapping[tuple[str, int], Mapping[str, str]],
    beside: Mapping[str, Relatives],
) -> Story:
    told = tuple(
        Told(
            row.notice_id, row.kind, row.publication_id, said[row.version_id].summary, said[row.version_id].url,
            said[row.version_id].site_names.get(said[row.version_id].site, ""),
            changes.get((row.publication_id, row.revision), {}), row.eligibility, row.reasons or {},
            said[row.version_id].site_names, beside.get(row.publication_id, Relatives()), said[row.version_id].site,
        )
        for row in mine
    )  # fmt: skip
    same = [
        [row.kind, row.version_id, row.revision, row.eligibility, row.reasons, _addresses(beside.get(row.publication_id))]
        for row in mine
    ]
    words = json.dumps([due.channel, due.kind, due.language, same], ensure_ascii=False, sort_keys=True)
    return Story(due.channel, due.kind, due.language, told, hashlib.sha256(words.encode()).hexdigest())


def _addresses(relatives: Relatives | None) -> list[str]:
    return [page.url for page in (*relatives.explained_by, *relatives.explains)] if relatives else []
