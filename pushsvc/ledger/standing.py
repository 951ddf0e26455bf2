"""Where a publication stands now: the planner asks in the transaction in which it writes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.storage.tables.publications import publications, revisions, work_aliases


@dataclass(frozen=True)
class Standing:
    """`works`: all ids of its work, its own first. `material`: the revisions that changed what people were told."""

    works: tuple[str, ...]
    withdrawn: bool
    material: tuple[int, ...]

    def overtaken(self, revision: int) -> bool:
        """Whether a later revision said something else. One that changed nothing material does not count: it is told to
        nobody, so what was matched before it still holds. Nor does one that nobody has read yet."""
        return any(later > revision for later in self.material)

    def told_apart_since(self, revision: int) -> int:
        """The last material revision up to `revision`: what was planned before it is out of date."""
        return max((one for one in self.material if one <= revision), default=1)


async def standing(tx: AsyncConnection, publication_id: str) -> Standing | None:
    """None when there is no such publication."""
    row = (
        await tx.execute(
            sa.select(publications.c.work_id, publications.c.withdrawn).where(publications.c.publication_id == publication_id)
        )
    ).first()
    if row is None:
        return None
    material = await tx.execute(
        sa.select(revisions.c.revision).where(
            revisions.c.publication_id == publication_id, sa.or_(revisions.c.material, revisions.c.kind == "withdrawn")
        )
    )
    return Standing(await _works(tx, row.work_id), row.withdrawn, tuple(material.scalars()))


async def _works(tx: AsyncConnection, work_id: str) -> tuple[str, ...]:
    """The work with its aliases, followed in both directions: which of two joined works kept its id does not matter."""
    known = [work_id]
    asked = 0
    while asked < len(known):
        piece, asked = known[asked:], len(known)
        rows = await tx.execute(
            sa.select(work_aliases).where(sa.or_(work_aliases.c.work_id.in_(piece), work_aliases.c.alias.in_(piece)))
        )
        known += [one for one in dict.fromkeys(one for row in rows for one in row) if one not in known]
    return tuple(known)
