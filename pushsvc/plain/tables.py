"""Finds the tables of a document again in its source text, so that a figure is read with the heads that it stands under.

    for table in tables(reading.source_text):
        for cell in table.cells():
            cell.text, cell.start, cell.end       # source_text[start:end] == text
            cell.row_head, cell.column_head       # "高血压病", "统筹基金最高支付限额 职工医保"; None where there is none
            cell.is_head                          # the cell is a head itself and says nothing about anything

`table.caption` is the short line above the table ("附件1 补贴标准（单位：元）"), None where there is none;
`cell_at(tables, position)` is the cell that a span begins in.

Four ways of writing a table are read: the rows `a | b` that `maintext` writes (spans filled in), Markdown (`|a|b|`), rows with
tabs, and the one endless line `序号 | 单位 | 电话 | 1 | 沙河街 | 37286460 | 2 | …` that simple extractors make of a table, as
far as its running numbers show where the rows begin. What fits none of them is no table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pushsvc.plain.table_heads import has_figures, with_heads

__all__ = ["Cell", "Table", "cell_at", "tables"]

_RULE = re.compile(r"[\s|:+-]*-{2,}[\s|:+-]*")
_SERIAL_HEAD = re.compile(r"序\s?号|编\s?号|项次|No\.?|#", re.IGNORECASE)
#: A line above a table is its caption up to this length; a longer one is a sentence.
_CAPTION_CHARACTERS = 60
#: A row of officials' tables has fewer cells; a line with more is a whole table that ran on.
_MOST_COLUMNS = 24
_MOST_COLUMNS_WITHOUT_HEADS = 6
_SUBHEAD_CHARACTERS = 40
#: Cells of a document beyond which nobody reads a table in a message.
_MOST_CELLS = 20_000
#: An endless line is taken apart from this many running numbers on.
_FEWEST_SERIALS = 3


@dataclass(frozen=True)
class Cell:
    """One cell: `source_text[start:end] == text`, without the blanks around it; empty cells have `start == end`."""

    text: str
    start: int
    end: int
    is_head: bool = False
    row_head: str | None = None
    column_head: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows of equally many cells; the first `head_rows` of them are heads. `source_text[start:end]` holds all of it."""

    rows: tuple[tuple[Cell, ...], ...]
    head_rows: int
    caption: str | None

    @property
    def start(self) -> int:
        return self.rows[0][0].start

    @property
    def end(self) -> int:
        return self.rows[-1][-1].end

    @property
    def header(self) -> tuple[Cell, ...] | None:
        """The last row of heads, which names each column most closely."""
        return self.rows[self.head_rows - 1] if self.head_rows else None

    def cells(self) -> Iterator[Cell]:
        """Every cell that is not empty, row by row."""
        return (cell for row in self.rows for cell in row if cell.text)


@dataclass(frozen=True)
class _Line:
    cells: tuple[Cell, ...]
    start: int
    end: int
    is_rule: bool = False


def tables(source_text: str) -> list[Table]:
    """The tables of a document in their order; linear in its length, at most 20,000 cells."""
    if "|" not in source_text and "\t" not in source_text:
        return []
    found: list[Table] = []
    cells = 0
    for block in _blocks(source_text):
        for table in _tables_of(block, source_text):
            found.append(table)
        cells += sum(len(line.cells) for line in block)
        if cells > _MOST_CELLS:
            break
    return found


def cell_at(found: Sequence[Table], position: int) -> Cell | None:
    """The cell of these tables in which `position` lies; None outside of them."""
    place = bisect_right([table.start for table in found], position) - 1
    if place < 0 or position >= found[place].end:
        return None
    return next((cell for cell in found[place].cells() if cell.start <= position < cell.end), None)


def _blocks(text: str) -> Iterator[list[_Line]]:
    """Runs of lines that may be rows, one below the other; a short line within ("一、城镇") heads the rows after it."""
    block: list[_Line] = []
    end, gap = -1, False
    for written in text.split("\n"):
        start, end = end + 1, end + 1 + len(written)
        line = _line(text, start, end) if "|" in written or "\t" in written else None
        # A tab before the first word is an indent, not an empty cell.
        if line and (len(line.cells) > 1 or line.is_rule) and ("|" in written or line.cells[0].text):
            if gap and not _goes_on(block[-1], line):
                yield _without_frame(block)
                block = []
            block.append(line)
            gap = False
        elif block:
            if gap or not 0 < len(written.strip()) <= _SUBHEAD_CHARACTERS:
                yield _without_frame(block)
                block = []
            gap = bool(block)
    if block:
        yield _without_frame(block)


def _goes_on(before: _Line, line: _Line) -> bool:
    """Whether a row after a line of words belongs to the table above: as wide, and no row of heads."""
    return len(before.cells) == len(line.cells) and has_figures([cell.text for cell in line.cells])


def _line(text: str, start: int, end: int) -> _Line:
    line = text[start:end]
    mark = "|" if "|" in line else "\t"
    cells, at = [], start
    for piece in line.split(mark):
        lead = len(piece) - len(piece.lstrip())
        body = piece.strip()
        cells.append(Cell(body, at + (lead if body else 0), at + (lead if body else 0) + len(body)))
        at += len(piece) + len(mark)
    rule = mark == "|" and bool(_RULE.fullmatch(line.strip()[:400]))
    return _Line(tuple(cells), start, end, rule)


def _without_frame(block: list[_Line]) -> list[_Line]:
    """Markdown frames its rows: where every line begins and ends with a bar, the bars stand around cells, not between them."""
    if all(len(line.cells) > 2 and not line.cells[0].text and not line.cells[-1].text for line in block):
        return [replace(line, cells=line.cells[1:-1]) for line in block]
    return block


def _tables_of(block: list[_Line], text: str) -> Iterator[Table]:
    endless = _endless(block, text)
    if endless:
        yield endless
        return
    rows: list[_Line] = []
    for line in block:
        if len(line.cells) > _MOST_COLUMNS:
            return
        if rows and not line.is_rule and len(line.cells) != len(rows[0].cells):
            yield from _table(rows, text, alone=False)
            rows = []
        if rows or not line.is_rule:
            rows.append(line)
    yield from _table(rows, text, alone=len(rows) == len(block))


def _table(lines: list[_Line], text: str, *, alone: bool) -> Iterator[Table]:
    """A single row is a table only where it is a name with its value, and nothing stands above or below (`alone`).

    Rows without heads between lines of another width are what is left of an endless line: they look like a table by chance.
    """
    rows = [line.cells for line in lines if not line.is_rule]
    if not rows or not any(cell.text for row in rows for cell in row):
        return
    if len(rows) < 2 and not (alone and len(rows[0]) == 2 and "|" in text[lines[0].start : lines[0].end]):
        return
    ruled = 1 if len(lines) > 1 and lines[1].is_rule else None
    table = _headed(rows, _caption(text, lines[0].start), ruled)
    if table.head_rows or (alone and len(rows[0]) <= _MOST_COLUMNS_WITHOUT_HEADS):
        yield table


def _headed(rows: Sequence[Sequence[Cell]], caption: str | None, head_rows: int | None) -> Table:
    count, heads = with_heads([[cell.text for cell in row] for row in rows], head_rows)
    return Table(
        tuple(
            tuple(
                replace(cell, is_head=head.is_head, row_head=head.row, column_head=head.column)
                for cell, head in zip(row, above, strict=True)
            )
            for row, above in zip(rows, heads, strict=True)
        ),
        count,
        caption,
    )


def _caption(text: str, start: int) -> str | None:
    line = text[max(0, start - 2 * _CAPTION_CHARACTERS) : max(0, start - 1)].rstrip().rpartition("\n")[2].strip()
    if not line or len(line) > _CAPTION_CHARACTERS or "|" in line or "\t" in line or line[-1] in "。；;！!？?":
        return None
    return line


def _endless(block: list[_Line], text: str) -> Table | None:
    """The table in lines whose rows run on, where 1, 2, 3 … stand at equal distances; a line end may lie within a cell."""
    if max(len(line.cells) for line in block) < 3 * _FEWEST_SERIALS or any(line.is_rule for line in block):
        return None
    cells = _run_on(block, text)
    first = next((at for at, cell in enumerate(cells) if _serial(cell) == 1), None)
    second = None if first is None else next((at for at in range(first + 2, len(cells)) if _serial(cells[at]) == 2), None)
    if first is None or second is None:
        return None
    width = second - first
    count = 2
    while first + count * width < len(cells) and _serial(cells[first + count * width]) == count + 1:
        count += 1
    rows = [cells[first + width * row : first + width * (row + 1)] for row in range(count)]
    rows = [row for row in rows if len(row) == width]
    if len(rows) < _FEWEST_SERIALS:
        return None
    head = cells[max(0, first - width) : first]
    has_head = len(head) == width and (first == width or bool(_SERIAL_HEAD.fullmatch(head[0].text)))
    return _headed([head, *rows] if has_head else rows, _caption(text, block[0].start), 1 if has_head else 0)


def _serial(cell: Cell) -> int | None:
    number = cell.text.rstrip(".、．")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else None


def _run_on(block: list[_Line], text: str) -> list[Cell]:
    cells: list[Cell] = []
    for line in block:
        joins = bool(cells) and bool(cells[-1].text) and bool(line.cells[0].text)
        if joins:
            whole = text[cells[-1].start : line.cells[0].end]
            cells[-1] = Cell(whole, cells[-1].start, line.cells[0].end)
        cells += line.cells[1:] if joins else line.cells
    return cells
