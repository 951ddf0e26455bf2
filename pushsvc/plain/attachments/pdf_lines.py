"""From the pieces of text that a PDF places on a page to lines: rows of tables with ` | `, paragraphs unwrapped.

Runs in the child process: nothing but the standard library is imported here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

#: Radicals that PDFs of browsers and word processors carry in the place of the characters that look the same; those of
#: U+2F00 on Unicode maps itself (NFKC), these it does not.
_RADICALS = str.maketrans(
    "⺠⺟⻅⻆⻉⻋⻓⻑⻔⻘⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳⻄⻁⻣⻤⻙⻧⻪⺝⺒⺓⺩⺬⺶⻊",
    "民母见角贝车长長门青页风飞食马鱼鸟麦黄齐齿龙龟西虎骨鬼韦卤黾月巳幺王示羊足",
)
_COMPATIBLE = re.compile("[\u2f00-\u2fd5\uf900-\ufaff\ufb00-\ufb06]")
_PAGE_NUMBER = re.compile(
    r"[-—–－\s·]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–－\s·]*", re.IGNORECASE
)
_ITEM = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,5}[章节条款]|[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|[（(]?\d{1,3}[）)、．.](?!\d)|[●■◆·•▪-]|附件|附表)"
)
#: A gap of this many widths of a character parts two cells, and so much of the piece before, whose width is a guess.
_GAP, _GUESS = 1.5, 0.06
#: A line goes on when it reaches this share of the widest line, and the next lies no farther below than this many heights.
_FULL, _BELOW = 0.86, 2.0
#: A line that goes on is this long at least, of the width of the page's text: a signature is not.
_LONG = 0.6
#: Rows above in which the cells of a row still to come are sought.
_LOOK_BACK = 60
#: Lines of one cell lie closer than rows.
_WITHIN_CELL = 1.35


@dataclass(frozen=True)
class Piece:
    """A piece of text and where it begins: `x`, `y`, `size` and `width` in points, `y` upwards. Without a width (a font that
    does not tell it) it is guessed."""

    x: float
    y: float
    size: float
    text: str
    width: float = 0.0

    @property
    def end(self) -> float:
        return self.x + (self.width or self.size * sum(_width(character) for character in self.text))


@dataclass
class _Row:
    y: float
    size: float
    pieces: list[Piece] = field(default_factory=list)

    def cells(self) -> list[Piece]:
        """Pieces without a gap between them are one."""
        cells: list[Piece] = []
        for piece in sorted(self.pieces, key=lambda each: each.x):
            last = cells[-1] if cells else None
            if last and piece.x - last.end < _GAP * piece.size + _GUESS * (last.end - last.x):
                cells[-1] = Piece(last.x, last.y, last.size, _beside(last, piece), piece.end - last.x)
            else:
                cells.append(piece)
        return [replace(cell, text=cell.text.strip()) for cell in cells if cell.text.strip()]


def clean(text: str) -> str:
    """Radicals and ligatures become the characters that a reader sees; a bar of the text is not one of ours."""
    text = text.translate(_RADICALS).replace("|", "｜")
    return _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)


def page_lines(pieces: Iterable[Piece]) -> list[str]:
    """The lines of one page, in reading order; page numbers are left out."""
    rows = [(row, row.cells()) for row in _rows(pieces)]
    rows = [(row, cells) for row, cells in rows if cells and not _is_page_number(cells)]
    left = min((cells[0].x for _, cells in rows), default=0.0)
    right = max((cells[-1].end for _, cells in rows), default=0.0)
    lines: list[str] = []
    at = 0
    while at < len(rows):
        end = _table_end(rows, at)
        if end > at:
            lines += _table([cells for _, cells in rows[at:end]])
            at = end
            continue
        row, cells = rows[at]
        text = " ".join(cell.text for cell in cells)
        if at and lines and _goes_on(rows[at - 1], (row, cells), left, right) and not _ITEM.match(text):
            lines[-1] = _joined(lines[-1], text)
        else:
            lines.append(text)
        at += 1
    return lines


def document_text(pages: Sequence[list[str]]) -> str:
    """Pages one after the other: heads that every page repeats are said once, a sentence goes on over a page's end."""
    heads = [lines[0] for lines in pages if lines]
    repeated = {head for head in heads if heads.count(head) > max(2, len(pages) // 2)}
    text: list[str] = []
    for lines in pages:
        kept = lines[1:] if lines and lines[0] in repeated and lines[0] in text else lines
        if kept and text and _runs_over(text[-1], kept[0]):
            text[-1] = _joined(text[-1], kept[0])
            kept = kept[1:]
        text += kept
    return "\n".join(text)


def _runs_over(last: str, first: str) -> bool:
    """Whether the last line of a page is half a sentence that the next page ends."""
    if " | " in last or " | " in first or _ITEM.match(first):
        return False
    return len(last) > 12 and last[-1] not in "。；;：:！!？?.”"


def _rows(pieces: Iterable[Piece]) -> list[_Row]:
    """Pieces of one height are one row, though a table is often written cell by cell."""
    rows: list[_Row] = []
    for piece in pieces:
        if rows and _level(rows[-1], piece):
            rows[-1].pieces.append(piece)
            continue
        beside = (row for row in reversed(rows[-_LOOK_BACK:]) if _level(row, piece) and piece.x >= row.pieces[-1].end)
        row = next(beside, None)
        if row is None:
            rows.append(_Row(piece.y, piece.size, [piece]))
        else:
            row.pieces.append(piece)
    return rows


def _level(row: _Row, piece: Piece) -> bool:
    return abs(row.y - piece.y) < 0.35 * min(row.size, piece.size)


def _table_end(rows: Sequence[tuple[_Row, list[Piece]]], at: int) -> int:
    """Where the table that begins at this row ends: `at` where none does. A row that shares no column ends it."""
    first = rows[at][1]
    if len(first) < 2:
        return at
    end, columns = at + 1, _starts(first)
    while end < len(rows):
        row, cells = rows[end]
        close = rows[end - 1][0].y - row.y < _WITHIN_CELL * row.size
        if len(cells) < 2 and not (close and _shares(columns, cells)):
            break
        if not _shares(columns, cells):
            break
        columns |= _starts(cells) if len(cells) > 1 else set()
        end += 1
    return end if sum(1 for _, cells in rows[at:end] if len(cells) > 1) > 1 else at


def _starts(cells: Sequence[Piece]) -> set[float]:
    return {cell.x for cell in cells} | {cell.end for cell in cells} | {(cell.x + cell.end) / 2 for cell in cells}


def _shares(columns: set[float], cells: Sequence[Piece]) -> bool:
    """Whether a cell begins, ends or has its middle where one above does: cells are set left, right or centred."""
    return any(abs(mark - column) < 0.7 * cells[0].size for mark in _starts(cells) for column in columns)


def _table(rows: Sequence[list[Piece]]) -> list[str]:
    """Rows with every cell in its column; a row with fewer cells close below another goes on with its cells."""
    widest = max(rows, key=len)
    middles = [(cell.x + cell.end) / 2 for cell in widest]
    lines: list[list[str]] = []
    before = 0.0
    for cells in rows:
        placed = [""] * len(middles)
        for cell in cells:
            column = min(range(len(middles)), key=lambda at, cell=cell: _distance(cell, widest[at], middles[at]))  # type: ignore[misc]
            placed[column] = _joined(placed[column], cell.text)
        if lines and len(cells) < len(middles) and before - cells[0].y < _WITHIN_CELL * cells[0].size:
            lines[-1] = [_joined(above, below) for above, below in zip(lines[-1], placed, strict=True)]
        else:
            lines.append(placed)
        before = cells[0].y
    return [" | ".join(line).strip() for line in lines]


def _distance(cell: Piece, column: Piece, middle: float) -> float:
    return min(abs(cell.x - column.x), abs(cell.end - column.end), abs((cell.x + cell.end) / 2 - middle))


def _goes_on(before: tuple[_Row, list[Piece]], now: tuple[_Row, list[Piece]], left: float, right: float) -> bool:
    (row, cells), (below, _) = before, now
    if len(cells) > 1 or not 0 < row.y - below.y < _BELOW * row.size or abs(row.size - below.size) > 1:
        return False
    return cells[0].end >= _FULL * right and cells[0].end - cells[0].x >= _LONG * (right - left)


def _beside(left: Piece, right: Piece) -> str:
    """Two pieces of one cell: letters that stand close are one word, blanks that part Latin words are kept."""
    close = right.x - left.end < 0.15 * right.size
    if close and not left.text.endswith(" ") and not right.text.startswith(" "):
        return left.text + right.text
    return _joined(left.text, right.text)


def _joined(left: str, right: str) -> str:
    """Latin words are parted by a blank, Chinese ones by nothing: PDFs part them as it happens."""
    left, right = left.rstrip(), right.strip()
    if not left or not right:
        return left + right
    if left[-1] == "-" and len(left) > 1 and left[-2].isalpha() and right[0].islower():
        return left[:-1] + right
    return f"{left} {right}" if left[-1].isascii() and right[0].isascii() else left + right


def _is_page_number(cells: Sequence[Piece]) -> bool:
    return len(cells) == 1 and len(cells[0].text) < 24 and bool(_PAGE_NUMBER.fullmatch(cells[0].text))


def _width(character: str) -> float:
    """In sizes of the font, on average."""
    if character >= "\u2e80":
        return 1.0
    if character.isupper():
        return 0.66
    return 0.28 if character in " .,:;'!|il()-" else 0.52
