"""The cells of a document's tables, to be asked by place: which cell does this figure stand in, and under which heads?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pushsvc.plain.facts.stacked_cells import stacked_cells
from pushsvc.plain.tables import Cell, tables

_BRACKETS = re.compile(r"[（(\[][^（()）\[\]]{0,40}[）)\]]")
_CHARACTERS = 30


@dataclass(frozen=True)
class Placed:
    """A cell, and the line above its table."""

    cell: Cell
    caption: str | None

    def heads(self) -> tuple[str, ...]:
        """What the cell stands under, from near to far, without what stands in brackets."""
        said = (self.cell.column_head, self.cell.row_head, self.caption)
        return tuple(_BRACKETS.sub("", head).strip() for head in said if head)

    def condition(self) -> str | None:
        """The row's head and the column's, as printed: for whom or what the cell is."""
        said = [head for head in (self.cell.row_head, self.cell.column_head) if head and len(head) <= _CHARACTERS]
        return " ".join(said) or None


@dataclass(frozen=True)
class Cells:
    """All cells of a text in the order of their places."""

    starts: tuple[int, ...]
    placed: tuple[Placed, ...]

    @classmethod
    def of(cls, text: str) -> Cells:
        """The cells of the tables in `text`; none where nothing in it looks like a table."""
        found = [Placed(cell, table.caption) for table in tables(text) for cell in table.cells()]
        found += [Placed(cell, caption) for cell, caption in stacked_cells(text)]
        found.sort(key=lambda placed: placed.cell.start)
        return cls(tuple(placed.cell.start for placed in found), tuple(found))

    def at(self, position: int) -> Placed | None:
        """The cell in which `position` lies."""
        place = bisect_right(self.starts, position) - 1
        return self.placed[place] if place >= 0 and position < self.placed[place].cell.end else None

    def __iter__(self) -> Iterator[Placed]:
        return iter(self.placed)
