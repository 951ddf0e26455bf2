"""The lines below an element in reading order, each with what it is made of: running text, links, or links to files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pushsvc.domain.invisible import without_invisible
from pushsvc.plain.page_names import BLOCK, Node
from pushsvc.plain.table_rows import rows_of

_SPACES = re.compile(r"[^\S\n]+")
#: Around links that stand alone on a line: bullets, numbers, brackets, a date.
_DECORATION = re.compile(r"[\s·•●■◆▪\-—|｜、,，.．:：\[\]【】()（）<>《》>＞»\d年月日]+")
#: Beside links to files: "附件：", "点击下载".
_FILE_WORDS = re.compile(r"附件|附表|附|点击|此处|查看|下载")
#: The end of an address or a name by which a link leads to a file that people download.
FILE = re.compile(
    r"\.(?:docx?|pdf|xlsx?|wps|et|ofd|zip|rar|7z|pptx?|csv|rtf|odt|ods|txt)\s*(?:$|[?#&）)」』\"'”])", re.IGNORECASE
)


@dataclass(frozen=True)
class Line:
    """`text` is clean. `only_links`: nothing but links and their decoration; `only_files`: all of them lead to files."""

    text: str
    only_links: bool = False
    only_files: bool = False


@dataclass
class _Open:
    """The line that is being written."""

    pieces: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    links: int = 0
    files: int = 0

    def close(self) -> Line | None:
        text = _SPACES.sub(" ", without_invisible("".join(self.pieces))).strip(" |")
        line = None
        if text:
            rest = _DECORATION.sub("", "".join(self.plain)) if self.links else text
            files = 0 < self.links == self.files and not _FILE_WORDS.sub("", rest)
            line = Line(text, not rest or files, files)
        self.pieces, self.plain, self.links, self.files = [], [], 0, 0
        return line


def lines_of(top: Node) -> list[Line]:
    """The lines below `top`; a table of facts is its rows. One pass, no recursion."""
    return [line for line in _walk(top) if line]


def is_file(link: Node) -> bool:
    """Whether a link leads to a file that people download, by its address or by its words."""
    if FILE.search((link.get("href") or "")[:2000]):
        return True
    words = "".join(str(piece) for piece in link.itertext())[:400].strip()
    return bool(FILE.search(words[-12:])) or bool(FILE.search((link.get("title") or "")[-12:]))


def _walk(top: Node) -> Iterator[Line | None]:
    line = _Open()
    inside: list[Node] = []  # the links around the place that we are at
    walk = etree.iterwalk(top, events=("start", "end"))
    for event, node in walk:
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            rows = rows_of(node) if tag == "table" else None
            if tag in BLOCK:
                yield line.close()
            if rows is not None:
                walk.skip_subtree()
                yield from (Line(_SPACES.sub(" ", without_invisible(row))) for row in rows)
                continue
            if tag == "a" and node.get("href"):
                inside.append(node)
                line.links += 1
                line.files += is_file(node)
            _add(line, node.text, linked=bool(inside))
            continue
        if inside and inside[-1] is node:
            inside.pop()
        if tag in BLOCK:
            yield line.close()
        if node is not top:
            _add(line, node.tail, linked=bool(inside))
    yield line.close()


def _add(line: _Open, text: str | None, *, linked: bool) -> None:
    if not text:
        return
    text = text.replace("\n", " ")
    line.pieces.append(text)
    if not linked:
        line.plain.append(text)
