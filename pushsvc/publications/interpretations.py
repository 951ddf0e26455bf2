"""Which page explains which document: written by what each says of the other, joined when somebody asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.ids import derived_id
from pushsvc.domain.interpretations import Hint, Named, Related, Relation, Relatives
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables import publications as tables

#: What is said outright outweighs a link, a link a name.
_WEIGHT = {"declared": 2, "link": 1, "name": 0}
#: A reader is pointed to this many pages at most.
_MOST_SHOWN = 3


@dataclass(frozen=True)
class Said:
    """What one publication says of itself and of others. `addresses`: its hints' addresses, canonical, by hint."""

    publication_id: str
    address: str
    named: Named
    addresses: Mapping[Hint, str]


async def write_names(tx: Transaction, said: Sequence[Said]) -> None:
    """Writes what the publications say of themselves and of others, in place of what they said before."""
    if not said:
        return
    ids = [each.publication_id for each in said]
    for table in (tables.publication_names, tables.interpretation_hints):
        await tx.execute(sa.delete(table).where(table.c.publication_id.in_(ids)))
    await insert_new(tx, tables.publication_names, _unique(row for each in said for row in _name_rows(each)))
    await insert_new(tx, tables.interpretation_hints, _unique(row for each in said for row in _hint_rows(each)))


async def relatives(tx: AsyncConnection, publication_ids: Collection[str]) -> dict[str, Relatives]:
    """The pages that explain each publication and the documents that it explains, those that stand now.

    A page of another site is shown only where the publication itself names or links it: no site puts its link into another
    site's messages. A name that several sites use (every county has its own rules of public rental housing) is believed
    within one site only.
    """
    if not publication_ids:
        return {}
    rows = [*await _joined(tx, publication_ids, by_hint=True), *await _joined(tx, publication_ids, by_hint=False)]
    best: dict[tuple[str, str, bool], tuple[int, Related]] = {}
    for row in rows:
        explains = (row.relation == "interprets") == row.mine_said
        place = (row.mine, row.other, explains)
        found = (-_WEIGHT[row.how], Related(row.other, row.title, row.url))
        best[place] = min(best.get(place, found), found, key=lambda each: each[0])
    shown: dict[str, dict[bool, list[tuple[int, str, Related]]]] = defaultdict(lambda: {True: [], False: []})
    for (mine, other, explains), (weight, related) in best.items():
        shown[mine][explains].append((weight, other, related))
    return {mine: Relatives(_first(both[False]), _first(both[True])) for mine, both in shown.items()}


def _first(found: list[tuple[int, str, Related]]) -> tuple[Related, ...]:
    return tuple(related for _, _, related in sorted(found, key=lambda each: each[:2])[:_MOST_SHOWN])


async def _joined(tx: AsyncConnection, ids: Collection[str], *, by_hint: bool) -> Sequence[Any]:
    """Pairs in which one of `ids` left the hint (`by_hint`), or is the one that a hint names."""
    hints, names = tables.interpretation_hints.c, tables.publication_names.c
    mine, other, versions = tables.publications.alias("mine"), tables.publications.alias("other"), tables.versions.c
    ours, theirs = (hints, names) if by_hint else (names, hints)
    namesakes = tables.publication_names.alias("namesakes")
    unique = (
        sa.select(sa.func.count(namesakes.c.publication_id)).where(namesakes.c.name_key == hints.key).scalar_subquery() == 1
    )
    same_site = mine.c.site == other.c.site
    rows = await tx.execute(
        sa.select(
            ours.publication_id.label("mine"), theirs.publication_id.label("other"), hints.relation, hints.how,
            sa.literal(by_hint).label("mine_said"), versions.title, versions.url,
        )
        .select_from(tables.interpretation_hints.join(tables.publication_names, names.name_key == hints.key))
        .join(mine, mine.c.publication_id == ours.publication_id)
        .join(other, other.c.publication_id == theirs.publication_id)
        .join(tables.versions, versions.version_id == other.c.version_id)
        .where(
            ours.publication_id.in_(ids),
            ours.publication_id != theirs.publication_id,
            other.c.withdrawn.is_(False),
            sa.or_(same_site, sa.and_(hints.how != "name", sa.literal(by_hint)), sa.and_(unique, sa.literal(by_hint))),
        )
    )  # fmt: skip
    return rows.all()


def _key(kind: str, value: str) -> str:
    return derived_id("nam", kind, value)


def _name_rows(said: Said) -> Iterable[dict[str, str]]:
    """A publication goes by its address and by its names; an interpretation is not looked for as the document explained."""
    kind = "interpretation" if said.named.explains else "policy"
    yield {"name_key": _key("address", said.address), "publication_id": said.publication_id}
    for name in said.named.names:
        yield {"name_key": _key(kind, name), "publication_id": said.publication_id}


def _hint_rows(said: Said) -> Iterable[dict[str, str]]:
    for hint in said.named.hints:
        key = _hint_key(hint.relation, hint.name, said.addresses.get(hint))
        if key:
            yield {"key": key, "publication_id": said.publication_id, "relation": hint.relation, "how": hint.how}


def _hint_key(relation: Relation, name: str | None, address: str | None) -> str | None:
    if name is not None:
        return _key("policy" if relation == "interprets" else "interpretation", name)
    return None if address is None else _key("address", address)


def _unique(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Each key once: the first way in which it was said stands."""
    seen: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        seen.setdefault(tuple(value for name, value in row.items() if name != "how"), row)
    return list(seen.values())
