"""Which cells of a table are heads, and under which heads every other cell stands; by the words alone, without markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Texts = Sequence[Sequence[str]]

#: Digits that a head may carry: a year, a list mark, what stands in brackets ("（2025年）", "(元)"), an ordinal.
_HARMLESS = re.compile(
    r"[（(\[〔【][^（）()\[\]]{0,40}[）)\]〕】]|(?:19|20)\d{2}\s?年?(?:度|版)?(?![-\d])|第\s?\d{1,3}|^\d{1,2}\s?[.．、]"
)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]{1,9}[元户人个件]|[百千万亿]元")
#: Bands that head a column: "60-79周岁", "3人及以下", "Under 18", "满1年"; money and shares are no bands.
_BAND = re.compile(
    r"\d[\d.,]*\s?(?:[-–—~～至到]\s?\d[\d.,]*\s?)?(?:周?岁|人|户|年|个月|月|级|档|类|万元|平方米|㎡|years?|months?|people)?"
    r"(?:及|\(|（)?(?:以上|以下|以内|or (?:over|more|under|less)|and (?:over|above))?",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\d\s?(?:元|万元|亿元|%|％|‰|倍|美元)|[£$€¥￥]\s?\d|^\d[\d,.]*$")
_SERIAL = re.compile(r"(?:\(|（)?\d{1,4}(?:\)|）)?[.、．]?|[一二三四五六七八九十]{1,3}")
#: The nouns that name a column of officials' tables: what a second cell must end with to head a table of two columns.
_LABEL = re.compile(
    r"(?:标准|金额|额度|限额|比例|电话|方式|地址|地点|时间|日期|期限|名称|内容|条件|要求|备注|说明|部门|单位|机构|对象|范围"
    r"|项目|类别|类型|等级|级别|档次|指标|数量|名额|人数|姓名|联系人|结果|材料|流程|情况|分值|费用|价格|收费|依据|状态)"
    r"\s*(?:[（(][^（）()]{0,20}[）)])?$"
)
_HEAD_CHARACTERS = 40
_ENGLISH_HEAD_WORDS = 6
_JOINED_CHARACTERS = 120


@dataclass(frozen=True)
class Heads:
    """What stands over and before one cell."""

    is_head: bool = False
    row: str | None = None
    column: str | None = None


def with_heads(rows: Texts, head_rows: int | None) -> tuple[int, list[list[Heads]]]:
    """How many of the first rows are heads (given, or found when None), and the heads of each cell, row by row."""
    count = _head_rows(rows) if head_rows is None else min(head_rows, len(rows))
    above = [_joined([row[column] for row in rows[:count]]) for column in range(len(rows[0]))]
    body = rows[count:]
    carried = _carried(body)
    before = _head_columns(carried, headed=count > 0)
    answer = [[Heads(is_head=True) for _ in row] for row in rows[:count]]
    for row, filled in zip(body, carried, strict=True):
        answer.append([_heads_of(row, filled, column, above[column], before) for column in range(len(row))])
    return count, answer


def _carried(body: Texts) -> list[list[str]]:
    """An empty cell goes on with the one above it, as a cell that spans rows does in a copied text."""
    filled: list[list[str]] = []
    for row in body:
        filled.append([own or last for own, last in zip(row, filled[-1] if filled else row, strict=True)])
    return filled


def _heads_of(row: Sequence[str], carried: Sequence[str], column: int, above: str | None, before: tuple[int, ...]) -> Heads:
    if not before:  # pairs of name and value: the nearest name to the left
        if _is_name(row[column]):
            return Heads(is_head=True)
        return Heads(row=next((text for text in reversed(row[:column]) if _is_name(text)), None), column=above)
    if column in before or column < before[0]:
        return Heads(is_head=column in before and above is None, column=above)
    return Heads(row=_joined([carried[each] for each in before]), column=above)


def _head_rows(rows: Texts) -> int:
    """One row of heads, or two or three where the first says what the next divides."""
    if len(rows) < 2 or not _heads(rows[0], rows[1:]):
        return 0
    count = 1
    while count < min(3, len(rows) - 1) and _divides(rows[count - 1], rows[count]) and not has_figures(rows[count]):
        count += 1
    return count


def _heads(row: Sequence[str], below: Texts) -> bool:
    said = [text for text in row if text]
    if len(said) < 2 or any(len(text) > _HEAD_CHARACTERS or text[-1] in "。；;.!！" for text in said):
        return False
    if any(len(text.split()) > _ENGLISH_HEAD_WORDS for text in said):
        return False
    if has_figures(row):
        return _bands(row, below)
    if len(row) > 2:
        return True
    named = [bool(_LABEL.search(text)) for text in row]
    # "办理地点 | 街道办事处" over figures is the first of several names with values, not a head.
    return all(named) or (named != [True, False] and _only_below(row, below))


def has_figures(row: Sequence[str]) -> bool:
    """Whether a cell says a figure that no head says: a sum, a number, a date."""
    return any(_FIGURE.search(_HARMLESS.sub("", text)) for text in row)


def _bands(row: Sequence[str], below: Texts) -> bool:
    """`年龄 | 60-79岁 | 80岁以上` over amounts: bands head their columns when money or shares stand below."""
    banded = [at for at, text in enumerate(row) if at and _BAND.fullmatch(text)]
    rest = [text for at, text in enumerate(row) if at not in banded]
    if not banded or has_figures(rest):
        return False
    return all(_VALUE.search(other[at]) and not _VALUE.search(row[at]) for at in banded for other in below[:3])


def _only_below(row: Sequence[str], below: Texts) -> bool:
    """Two columns without a telling noun: the first row heads them when every value below is a figure and its own is none."""
    return bool(row[1]) and all(_FIGURE.search(other[1]) for other in below) and len(below) > 1


def _divides(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """A second row of heads repeats a head that spans rows, or stands under one that spans columns."""
    spans_rows = any(one and one == other for one, other in zip(upper, lower, strict=True))
    spans_columns = any(left and left == right for left, right in pairwise(upper))
    return spans_columns or (spans_rows and upper != lower)


def _head_columns(body: Texts, *, headed: bool) -> tuple[int, ...]:
    """The columns that name the rows: the first that is no running number, and the next while names repeat.

    None at all for pairs of name and value (`联系人 | 张三 | 电话 | 123`).
    """
    if not body:
        return (0,)
    width = len(body[0])
    if not headed and width >= 4 and width % 2 == 0 and all(_is_name(text) for row in body for text in row[::2] if text):
        return ()
    first = next((at for at in range(width) if not all(_SERIAL.fullmatch(row[at]) for row in body)), 0)
    columns = [first]
    while columns[-1] + 2 < width and _repeats(body, columns) and not _values(body, columns[-1] + 1):
        columns.append(columns[-1] + 1)
    return tuple(columns)


def _repeats(body: Texts, columns: Sequence[int]) -> bool:
    names = [tuple(row[at] for at in columns) for row in body]
    return len(set(names)) < len(names)


def _values(body: Texts, column: int) -> bool:
    return any(_VALUE.search(row[column]) for row in body)


def _is_name(text: str) -> bool:
    return (
        0 < len(text) <= 16 and not re.search(r"\d", _HARMLESS.sub("", text)) and bool(_LABEL.search(text) or text[-1] in ":：")
    )


def _joined(texts: Sequence[str]) -> str | None:
    """Different heads one after the other: what spans two rows is said once."""
    said = list(dict.fromkeys(" ".join(text.split()) for text in texts if text))
    return " ".join(said)[:_JOINED_CHARACTERS] or None
