"""A table of a page as rows `a | b`: cells that span rows or columns are filled in, so that each row says it all.

A table that only lays out the page has no rows: it holds another table, a single column, or an article in a cell.
`pushsvc.plain.tables` finds these rows again in the source text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.plain.page_names import BLOCK, DROP, Node

_SPACES = re.compile(r"[^\S\n]+")
#: "类 别" is one word set wide.
_SPREAD = re.compile(r"[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff]){1,5}")
#: What a cell that spans several rows or columns says again in each: longer words would drown the rest.
_FILLED_CHARACTERS = 40
#: Heads stand in the first rows; a figure is this short.
_HEAD_ROWS, _FIGURE_CHARACTERS = 3, 20
#: Two columns with a value longer than this are a list of paragraphs, not a row.
_ROW_CHARACTERS = 300
#: A cell longer than this holds an article.
_CELL_CHARACTERS = 1500
_MOST_COLUMNS, _MOST_ROWS, _MOST_CELLS = 40, 2000, 20_000


@dataclass(frozen=True)
class SourceCell:
    """A cell as a document writes it: its lines, and how many columns and rows it spans."""

    lines: tuple[str, ...]
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class _Place:
    """A place in the grid; `lines` of its cell, whose upper left corner is at (`row`, `column`)."""

    lines: tuple[str, ...]
    row: int
    column: int

    @property
    def text(self) -> str:
        if len(self.lines) > 2 and all(len(line) == 1 for line in self.lines):
            return "".join(self.lines)  # a head that is written downwards
        return " ".join("".join(line.split()) if len(line) < 12 and _SPREAD.fullmatch(line) else line for line in self.lines)


_Grid = list[list[_Place | None]]


def rows_of(table: Node) -> list[str] | None:
    """The lines of a page's table of facts; None when it lays out the page, or is larger than anybody reads."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return None
    rows = _own_rows(table)
    if len(rows) > _MOST_ROWS:
        return None
    lines = grid_lines([[_source_cell(cell) for cell in row.iterchildren("td", "th")] for row in rows])
    caption = table.find("caption")
    return lines if lines is None or caption is None else [*cell_lines(caption), *lines]


def grid_lines(cells: Sequence[Sequence[SourceCell]]) -> list[str] | None:
    """The lines of a table by its cells, row by row, as they are written: each where it begins; None as in `rows_of`."""
    grid = _grid(cells)
    if grid is None:
        return None
    rows = _shown(grid)
    width = max((len(row) for row in rows), default=0)
    longest = max((len(place.text) for row in rows for place in row if place), default=0)
    if width < 2 or longest > _CELL_CHARACTERS or (len(rows) < 3 and longest > _ROW_CHARACTERS):
        return None
    if not any(sum(1 for place in row if place and place.lines) > 1 for row in rows):
        return None
    told: set[int] = set()
    return [line for row in rows for line in _row(row, width, told)]


def _source_cell(cell: Node) -> SourceCell:
    return SourceCell(cell_lines(cell), _span(cell, "colspan", _MOST_COLUMNS), _span(cell, "rowspan", _MOST_ROWS))


def cell_lines(cell: Node) -> tuple[str, ...]:
    """The lines of a cell: `<br>` and blocks end a line, a number split over spans stays one number."""
    pieces = [_flat(cell.text)]
    # Not recursive, and tails in reading order: each element is met when it begins and when it ends.
    stack = [(cell, iter(cell))]
    while stack:
        parent, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                pieces.append("\n" if parent.tag in BLOCK else "")
                pieces.append(_flat(parent.tail))
            continue
        if not isinstance(child.tag, str) or child.tag in DROP:
            pieces.append(_flat(child.tail))
            continue
        pieces.append(("\n" if child.tag in BLOCK else "") + _flat(child.text))
        stack.append((child, iter(child)))
    lines = (_SPACES.sub(" ", line).strip().replace("|", "｜") for line in "".join(pieces).split("\n"))
    return tuple(line for line in lines if line)


def _grid(rows: Sequence[Sequence[SourceCell]]) -> _Grid | None:
    if len(rows) > _MOST_ROWS:
        return None
    grid: _Grid = [[] for _ in rows]
    filled = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(grid[number]) and grid[number][column] is not None:
                column += 1
            down = max(1, min(cell.down, len(rows) - number))
            if column + cell.across > _MOST_COLUMNS:
                return None
            filled += cell.across * down
            if filled > _MOST_CELLS:
                return None
            _place(grid, _Place(cell.lines, number, column), cell.across, down)
            column += cell.across
    return grid


def _place(grid: _Grid, place: _Place, across: int, down: int) -> None:
    for line in grid[place.row : place.row + down]:
        line.extend([None] * (place.column + across - len(line)))
        for column in range(place.column, place.column + across):
            if line[column] is None:
                line[column] = place


def _own_rows(table: Node) -> list[Node]:
    rows = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("tbody", "thead", "tfoot"):
            rows += child.iterchildren("tr")
    return rows


def _span(cell: Node, name: str, most: int) -> int:
    written = (cell.get(name) or "").strip()
    return min(most, max(1, int(written))) if written.isascii() and written.isdecimal() and len(written) < 6 else 1


def _shown(grid: _Grid) -> _Grid:
    """The grid without rows that only go on with cells from above, and without columns that say nothing of their own."""
    width = max((len(row) for row in grid), default=0)
    grid = [row + [None] * (width - len(row)) for row in grid]
    rows = [row for number, row in enumerate(grid) if any(place and place.row == number and place.lines for place in row)]
    columns = [at for at in range(width) if any(_begins_at(row[at], at) for row in rows)]
    return [[row[at] for at in columns] for row in rows]


def _begins_at(place: _Place | None, column: int) -> bool:
    return place is not None and place.column == column and bool(place.lines)


def _row(row: Sequence[_Place | None], width: int, told: set[int]) -> list[str]:
    """`told`: the cells that a row before has said; a long one is not said again."""
    said = [place for place in row if place and place.lines]
    if not said:
        return []
    if all(place is said[0] for place in row):  # one cell across the whole table heads the rows below it
        return list(said[0].lines)
    if width == 2 and any(len(place.text) > _ROW_CHARACTERS for place in said):
        return [line for place in said for line in place.lines]
    texts = []
    for at, place in enumerate(row):
        if place is None or (id(place) in told and not _is_filled_in(place, at > 0 and row[at - 1] is place)):
            texts.append("")
            continue
        texts.append(place.text)
        told.add(id(place))
    return [" | ".join(texts).strip()]


def _is_filled_in(place: _Place, across: bool) -> bool:
    """Whether a cell is said again where it goes on: down always; across a head, or a figure that holds for both columns."""
    text = place.text
    if len(text) > _FILLED_CHARACTERS:
        return False
    return not across or place.row < _HEAD_ROWS or (len(text) <= _FIGURE_CHARACTERS and any(map(str.isdigit, text)))


def _flat(text: str | None) -> str:
    return " ".join(text.split("\n")) if text else ""
