"""The child process that reads a DOCX: bytes on stdin, one JSON object on stdout. Imports nothing of the product.

    {"blocks": [{"p": "a paragraph"}, {"t": [[{"lines": ["…"], "across": 1, "down": 2}, …], …]}]}      or      {"why": "bomb"}

The main part is read as XML, not with python-docx: that leaves out content controls, tracked insertions and text boxes,
in which forms keep their words, and takes seconds for a table of some hundred rows. Macros are never looked at.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))

import limits  # type: ignore[import-not-found]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAIN = "officeDocument"
_MOST_ENTRIES = 4000
#: Bytes of the main part, unpacked; Word writes about 100 pages into a megabyte.
_MOST_BYTES = 12 * 2**20
_MOST_CHARACTERS = 400_000
#: A part that unpacks to this many times its size is made to hurt: text of officials shrinks to a tenth.
_MOST_RATIO, _RATIO_FROM = 200, 2**20
#: What is deleted, a field's command, or a second form of the same words.
_SILENT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr", _FALLBACK})


def read(body: bytes) -> dict[str, Any]:
    """The answer for one document; raises what zipfile and lxml raise."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        entries = package.infolist()
        if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > 8 * _MOST_BYTES:
            return {"why": "bomb"}
        names = {entry.filename: entry for entry in entries}
        main = names.get("word/document.xml") or names.get(_main_part(package, names))
        if main is None:
            other = any(name.startswith(("xl/", "ppt/")) for name in names)
            return {"why": "not_read" if other else "mismatch"}
        if main.flag_bits & 1:
            return {"why": "encrypted"}
        if _is_bomb(main):
            return {"why": "bomb"}
        if main.file_size > _MOST_BYTES:
            return {"why": "too_large"}
        with package.open(main) as part:
            written = part.read(_MOST_BYTES + 1)
    if len(written) > _MOST_BYTES or b"<!DOCTYPE" in written[:4096] or b"<!ENTITY" in written[:65536]:
        return {"why": "bomb"}
    written = written.replace(_STRICT[1:-1].encode(), _W[1:-1].encode())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    root = etree.fromstring(written, parser)
    top = root.find(f"{_W}body")
    blocks, more = ([], False) if top is None else _first_blocks(top)
    if not any(_says(block) for block in blocks):
        return {"why": "scan" if any(name.startswith("word/media/") for name in names) else "empty"}
    return {"blocks": blocks, "part": more}


def _main_part(package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> str:
    """The main part's name where it is not the usual one, from the package's relations."""
    entry = names.get("_rels/.rels")
    if entry is None or entry.file_size > 2**20 or _is_bomb(entry):
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for relation in etree.fromstring(package.read(entry), parser):
        if str(relation.get("Type", "")).endswith(f"/{_MAIN}") and "word/" in str(relation.get("Target", "")):
            return str(relation.get("Target")).lstrip("/")
    return ""


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > _RATIO_FROM and entry.file_size > _MOST_RATIO * max(1, entry.compress_size)


def _first_blocks(top: Any) -> tuple[list[dict[str, Any]], bool]:
    """As many as anybody reads, and whether there are more."""
    blocks: list[dict[str, Any]] = []
    characters = 0
    for block in _blocks(top):
        if characters > _MOST_CHARACTERS:
            return blocks, True
        blocks.append(block)
        characters += sum(map(len, _said(block)))
    return blocks, False


def _says(block: dict[str, Any]) -> bool:
    return any(character.isalnum() for line in _said(block) for character in line)


def _said(block: dict[str, Any]) -> list[str]:
    return [block["p"]] if "p" in block else [line for row in block["t"] for cell in row for line in cell["lines"]]


def _blocks(top: Any) -> Iterator[dict[str, Any]]:
    """Paragraphs and tables in order; a content control or another wrapper is what it holds. lxml limits the depth to 256."""
    for child in top:
        if child.tag == f"{_W}p":
            yield from ({"p": line} for line in _lines(child))
        elif child.tag == f"{_W}tbl":
            yield {"t": _table(child)}
        elif isinstance(child.tag, str) and child.tag not in _SILENT:
            yield from _blocks(child)


def _lines(paragraph: Any) -> list[str]:
    lines = ("".join(_words(paragraph))).split("\n")
    return [squeezed for line in lines if (squeezed := " ".join(line.split()))]


def _words(node: Any) -> Iterator[str]:
    for child in node:
        tag = child.tag
        if tag in _SILENT or not isinstance(tag, str):
            continue
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            yield " "
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag == f"{_W}r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        elif tag in (f"{_W}p", f"{_W}tr"):  # in a text box, or a table in one
            yield "\n"
            yield from _words(child)
            yield "\n"
        else:
            yield from _words(child)


def _table(table: Any) -> list[list[dict[str, Any]]]:
    """The rows of a table; a cell that is merged downwards is told once, with how many rows it spans."""
    rows: list[list[dict[str, Any]]] = []
    above: dict[int, dict[str, Any]] = {}
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl"), None) is not table:
            continue
        column = _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
        cells: list[dict[str, Any]] = [{"lines": [], "across": column, "down": 1}] if column else []
        for cell in row.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tr"), None) is not row:
                continue
            across = max(1, _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val") != "restart" and column in above:
                above[column]["down"] += 1
            else:
                told = {"lines": [line for part in cell.iter(f"{_W}p") for line in _lines(part)], "across": across, "down": 1}
                cells.append(told)
                above.pop(column, None)
                if merge is not None:
                    above[column] = told
            column += across
        rows.append(cells)
    return rows


def _number(node: Any, otherwise: int) -> int:
    written = str(node.get(f"{_W}val", "")) if node is not None else ""
    return min(60, int(written)) if written.isdecimal() and len(written) < 4 else otherwise


if __name__ == "__main__":
    limits.run(read)
