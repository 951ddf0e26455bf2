"""Where a Chinese text lists contacts without a label at each: columns of a table, lists under a heading, cells a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.plain.facts.context import Context

Span = tuple[int, int]

#: A telephone number of a town, with or without the area code; no year begins it, and a local number begins with 2 to 8.
LOCAL = r"(?:[（(]?0\d{2,3}[）)]?[-—－–\s]?)?[2-8]\d{6,7}(?:[-—转]\d{1,5})?"
#: A day that is printed without marks: 20260301.
_DAY = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")
_NUMBER = re.compile(
    rf"(?<![\dA-Za-z.\-—〔第@/])(?:{LOCAL}|400[-—]?\d{{3,4}}[-—]?\d{{3,4}}|1[3-9]\d{{9}}|12\d{{3}}|9[56]\d{{3,4}})(?![\d.A-Za-z@]|[-—/]\d)"
)
_LABEL = re.compile(r"电话|热线|联系方式|手机号")
_NO_CONTACT = re.compile(r"邮编|邮政编码|证号|编号|账号|帐号|代码|房号|门牌|案号|QQ|qq|微信")
_FAX_HEAD = re.compile(r"传真")
_UNIT = re.compile(r"\s?(?:万|亿|元|[人户次吨亩套件家米辆天](?![\u4e00-\u9fff]{2})|人次|平方|号(?!码)|%|㎡|年|月)")
#: "掌上12333" is a program, "12123APP" another.
_APP = re.compile(r"[”\"’]?\s?(?:APP|App|app|小程序|公众号|网站|客户端)")
#: Lines of a list of contacts are short, and a label's list does not go on beyond so many.
_LINE_CHARACTERS, _MOST_LINES, _HEADING_CHARACTERS = 90, 60, 40
_PHONE_HEAD = re.compile(r"电话|热线|联系方式|手机|联络方式")
_ADDRESS_HEAD = re.compile(r"地址|地点|位置|办公场所|受理点|办理点|所在地")
_TOWN_PLACE = re.compile(r"[路街道巷弄村镇乡区县市]|大厦|广场|\d\s?号|楼|窗口|大厅|中心")


def numbers_in_lists(context: Context) -> Iterator[Span]:
    """The telephone numbers that a column's head, a heading or an earlier label of the same line says to be some."""
    text = context.text
    for placed in context.cells:
        heads = " ".join(placed.heads())
        if not placed.cell.is_head and _PHONE_HEAD.search(heads) and not is_fax_column(context, placed.cell.start):
            yield from _numbers(text, placed.cell.start, placed.cell.end)
    read_until = -1
    for label in _LABEL.finditer(text):
        if label.start() < read_until:
            continue
        line_end = _line_end(text, label.end())
        read_until = _stop(text, label.end(), line_end)
        yield from _numbers(text, label.end(), read_until)
        if _heads_list(text, label.start(), line_end):
            for start, end in _listed_lines(text, line_end + 1):
                yield from _numbers(text, start, end)
                read_until = end


def is_other_number(text: str, start: int, end: int) -> bool:
    """A count, a day, a code or an account: "受理诉求2555123件", "信用代码：85551234"."""
    if _DAY.match(text[start:end]) or _UNIT.match(text, end):
        return True
    return bool(
        _NO_CONTACT.search(text[max(0, start - 8) : start])
        or _APP.match(text, end)
        or text[max(0, start - 2) : start] == "掌上"
    )


def is_fax_column(context: Context, start: int) -> bool:
    """Does a cell's column hold nothing but fax numbers?"""
    placed = context.cells.at(start)
    head = placed.cell.column_head if placed else None
    return bool(head and _FAX_HEAD.search(head) and not _PHONE_HEAD.search(head))


def addresses_in_tables(context: Context) -> Iterator[Span]:
    """The cells of columns that are headed as addresses and tell a place in a town."""
    for placed in context.cells:
        cell = placed.cell
        head = cell.column_head or cell.row_head or ""
        if cell.is_head or not _ADDRESS_HEAD.search(head) or re.search(r"网|邮箱|项目|户籍|注册", head):
            continue
        if 4 <= len(cell.text) <= 60 and _TOWN_PLACE.search(cell.text) and not re.search(r"[。；;]|https?:", cell.text):
            yield cell.start, cell.end


def _numbers(text: str, start: int, end: int) -> Iterator[Span]:
    for found in _NUMBER.finditer(text, start, end):
        if not is_other_number(text, *found.span()):
            yield found.span()


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _stop(text: str, start: int, line_end: int) -> int:
    stop = text.find("。", start, line_end)
    return line_end if stop < 0 else stop


def _heads_list(text: str, label: int, line_end: int) -> bool:
    """A short line, or one that ends in a colon: "各区咨询电话如下：", "联系电话"."""
    line = text[text.rfind("\n", 0, label) + 1 : line_end].strip()
    return line.endswith(("：", ":")) or (len(line) <= _HEADING_CHARACTERS and not re.search(r"[。；;，,]|\d{5}", line))


def _listed_lines(text: str, at: int) -> Iterator[Span]:
    """The short lines below, as long as each brings a number, or the name of the next one's place."""
    bare = 0
    for _ in range(_MOST_LINES):
        if at >= len(text):
            return
        end = _line_end(text, at)
        line = text[at:end].strip()
        if len(line) > _LINE_CHARACTERS or line.endswith("。"):
            return
        if _NUMBER.search(line):
            bare = 0
            yield at, end
        elif line:
            bare += 1
            if bare > 3:
                return
        at = end + 1
