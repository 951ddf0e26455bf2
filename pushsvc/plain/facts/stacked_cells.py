"""Tables that lost their rows: simple extractors write one cell a line, heads first, then each row's name and its sums.

    缴存年限 / 第一次贷款额度 / 第二次贷款额度 / 6个月—1年(含) / 10万元 / 10万元 / 1年—3年(含) / 18万元 / 15万元

Only this shape is read: a name, and as many lines that are nothing but a sum as the table has further columns, at least
twice, with as many short lines of words above. Anything else stays lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pushsvc.plain.tables import Cell

_SUM = re.compile(r"[\d０-９][\d０-９,，.．~～—–-]{0,18}\s?(?:万亿|[万亿千百])?元(?:[/／][^\s]{1,8})?")
_HEAD_CHARACTERS, _NAME_CHARACTERS, _MOST_COLUMNS = 20, 30, 6
#: A heading of the document, or the end of a sentence, names no column.
_NO_HEAD = re.compile(r"[。；;！!？?]|\d\s?万?元|^[（(]?[一二三四五六七八九十]{1,2}[）)、.．]|^\d{1,2}[、.．]")


@dataclass(frozen=True)
class _Line:
    text: str
    start: int

    @property
    def is_sum(self) -> bool:
        return bool(_SUM.fullmatch(self.text))


def stacked_cells(text: str) -> Iterator[tuple[Cell, str | None]]:
    """(cell, caption) of each sum of such tables."""
    lines = list(_lines(text))
    place = 1
    while place < len(lines):
        if not lines[place].is_sum or lines[place - 1].is_sum:
            place += 1
            continue
        rows, after = _rows(lines, place - 1)
        columns = len(rows[0])
        heads = lines[place - 1 - columns : place - 1] if place - 1 >= columns else []
        if len(rows) > 1 and len(heads) == columns and all(_is_head(head) for head in heads):
            caption = lines[place - 2 - columns].text if place - 2 >= columns else None
            for row in rows:
                for head, line in zip(heads[1:], row[1:], strict=True):
                    end = line.start + len(line.text)
                    yield Cell(line.text, line.start, end, False, row[0].text, head.text), caption
        place = after


def _rows(lines: list[_Line], start: int) -> tuple[list[list[_Line]], int]:
    """The rows from `start` on that are a name and equally many sums, and the place after them."""
    rows: list[list[_Line]] = []
    place = start
    while place < len(lines) and not lines[place].is_sum and len(lines[place].text) <= _NAME_CHARACTERS:
        after = place + 1
        while after < len(lines) and lines[after].is_sum and after - place < _MOST_COLUMNS:
            after += 1
        if after == place + 1 or (rows and after - place != len(rows[0])):
            break
        rows.append(lines[place:after])
        place = after
    return rows or [lines[start : start + 2]], max(place, start + 2)


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            yield _Line(bare, at + line.index(bare))
        at += len(line) + 1


def _is_head(line: _Line) -> bool:
    return len(line.text) <= _HEAD_CHARACTERS and not _NO_HEAD.search(line.text)
