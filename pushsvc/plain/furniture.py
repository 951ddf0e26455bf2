"""Lines of a page that are not its document: who, when, how often read, how to share, lists of links, the site's foot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pushsvc.plain.furniture_words import BESIDE_FOOT, COUNTER, FOOT, FURNITURE, HEAD_MATTER, HEAD_ROW, PAGINATION
from pushsvc.plain.metadata import published_at
from pushsvc.plain.page_lines import Line
from pushsvc.plain.page_links import HEADING

_FOOT_LINES, _FOOT_CHARACTERS = 30, 160
#: This many links in a row are a menu when the page says something else too.
_MENU_LINES = 6
_REPEATED_CHARACTERS = 8


def document_lines(lines: Sequence[Line], *, menus: bool = True) -> list[str]:
    """The lines of the document alone. A page that is all links (a list of notices, a list of files) keeps them.

    `menus`: whether a long list of links may be a menu of the page.
    """
    kept = _without_link_lists(lines, menus=menus)
    texts = [text for text in (_without_counter(line) for line in kept) if text]
    return _without_foot(_without_repeats(_without_head(texts)))


def head_time_line(lines: Sequence[Line]) -> str | None:
    """The line among the first in which the page says when it was published."""
    return next((each.text for each in lines[:15] if HEAD_MATTER.match(each.text) and published_at(each.text)), None)


def _without_link_lists(lines: Sequence[Line], *, menus: bool) -> list[str]:
    running = sum(len(line.text) for line in lines if not line.only_links)
    if running < 0.5 * sum(len(line.text) for line in lines):
        return [line.text for line in lines]
    kept: list[str] = []
    for links, group in groupby(lines, key=lambda line: line.only_links):
        run = list(group)
        if not links:
            kept += [line.text for line in run]
            continue
        headed = bool(kept) and len(kept[-1]) < 24 and bool(HEADING.fullmatch(kept[-1]))
        if headed:
            kept.pop()
        elif len(run) < _MENU_LINES or not menus:
            kept += [line.text for line in run if not line.only_files]
    return kept


def _without_counter(line: str) -> str:
    if len(line) >= 200:
        return line
    line = COUNTER.sub("", line).strip()
    return "" if is_furniture(line) else line


def is_furniture(line: str) -> bool:
    """Whether a line says only when, from whom, how often read or how to share: nothing of the document."""
    if len(line) >= _FOOT_CHARACTERS:
        return False
    if HEAD_ROW.fullmatch(line):
        return True
    return all(FURNITURE.match(cell) or _is_pagination(cell) for cell in line.split(" | "))


def _is_pagination(line: str) -> bool:
    if len(line.split()) < 2:
        return False
    words = [word for word in line.replace("|", " ").replace("/", " ").split() if not word.isdecimal()]
    return bool(words) and all(PAGINATION.fullmatch(word) for word in words)


def _without_head(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        matter = len(kept) < 6 and len(line) < 120 and HEAD_MATTER.match(line) and published_at(line)
        if not matter:
            kept.append(line)
    return kept


def _without_repeats(lines: list[str]) -> list[str]:
    return [
        line
        for at, line in enumerate(lines)
        if not at or line != lines[at - 1] or len(line) < _REPEATED_CHARACTERS or " | " in line
    ]


def _without_foot(lines: list[str]) -> list[str]:
    """Cuts the foot: from the lines around the first that only a foot has, as far as they are of its kind."""
    start = max(0, len(lines) - _FOOT_LINES)
    foot = next((at for at in range(start, len(lines)) if len(lines[at]) < _FOOT_CHARACTERS and FOOT.search(lines[at])), None)
    if foot is None:
        return lines
    while foot > start and len(lines[foot - 1]) < _FOOT_CHARACTERS and BESIDE_FOOT.search(lines[foot - 1]):
        foot -= 1
    after = [line for line in lines[foot:] if not (FOOT.search(line) or BESIDE_FOOT.search(line)) and len(line) > 40]
    return lines[:foot] + after
