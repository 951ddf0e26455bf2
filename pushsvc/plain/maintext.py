"""The main text of a government page: what a reader came for, without menus, counters, share buttons and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from pushsvc.errors import InvalidRecord
from pushsvc.plain.invisible import without_invisible

Node: TypeAlias = "etree._Element"

_DROP = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "nav",
        "footer",
        "button",
        "select",
        "option",
        "input",
        "textarea",
        "label",
        "head",
        "link",
        "meta",
        "map",
        "area",
        "dialog",
        "aside",
    ]
)
_BLOCK = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navbar|mainnav\w*|menu\w*|foot|footer\w*|bottom|breadcrumb\w*"
    r"|crumb\w*|position|location|share\w*|bshare"
    r"|bdsharebuttonbox|qrcode|qr|ewm|print|toolbar|tools?|sidebar|slide\w*|aside|related"
    r"|relate|recommend\w*|copyright|pagination"
    r"|pager|login|search\w*|modal\w*|popup|dialog|banner|advert|ads?|cookie\w*|skip-?link\w*"
    r"|wza\w*|easybtn\w*|zoom-(?:btn|controls)"
    r"|dqwz|dangqian|weizhi|fontsize|font-size|scan|hits|views?|counter|accessib\w*|feedback|xgxx|xglj|links?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"(?:^|\s)(?:zoom|zoomcon|trs_?editor|trs_uedit\w*|view\s+trs\w*|ucap-content|pages?_content"
    r"|article_?-?con(?:tent)?\w*|content_article"
    r"|article-content-body|article_body|news_?-?(?:con(?:tent)?|text|body)\w*|vsb_content\w*|v_news_content|custom_unionstyle"
    r"|wenzhang-content|xl-wz|detail_?-?con(?:tent)?|txt_txt|conTxt\w*|govspeak|bt-content"
    r"|artical\w*|info_?-?con(?:tent)?)(?:$|\s)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
#: A tag of this many characters is no markup that a person wrote; libxml2's time grows with the square of its attributes.
_MONSTER_TAG = re.compile(r"<[^<>]{8192,}>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A container is the main one while it holds this share of the running text of the container around it.
_HOLDS = 0.8
#: Characters of main text under which a well-known container is not believed.
_ENOUGH = 60
#: A cell longer than this is layout, not a table of facts.
_CELL_CHARACTERS = 120
#: No page that people read comes near; a megabyte of `<br>` would cost seconds.
_MOST_ELEMENTS = 300_000


def parse(html: str) -> Node | None:
    """The element tree of any input, or None when there is nothing to parse. Entities of a DTD are not expanded.

    Raises InvalidRecord for a page of more than 300,000 elements.
    """
    clean = _MONSTER_TAG.sub(" ", _CONTROLS.sub(" ", html))
    parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(clean.encode("utf-8", errors="replace"), parser)
    except (etree.LxmlError, ValueError):
        return None
    if root is not None and sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise InvalidRecord(f"content: the page has more than {_MOST_ELEMENTS} elements; send its main text as content_text")
    return root


def main_lines(root: Node) -> list[str]:
    """The lines of the main text, in reading order, white space collapsed. Changes `root`: chrome is cut away."""
    body = root.find(".//body")
    body = root if body is None else body
    weights = _weigh(body)
    if _cut_chrome(body, weights):
        weights = _weigh(body)
    return _lines(_main_container(body, weights))


def _weigh(top: Node) -> dict[Node, tuple[int, int]]:
    """(characters of running text, characters inside links) below each element; one pass, no recursion."""
    weights: dict[Node, tuple[int, int]] = {}
    for _, node in etree.iterwalk(top, events=("end",)):
        if not isinstance(node.tag, str) or node.tag in _DROP:
            weights[node] = (0, 0)
            continue
        plain, linked = len((node.text or "").strip()), 0
        for child in node:
            below = weights.get(child, (0, 0))
            plain, linked = plain + below[0] + len((child.tail or "").strip()), linked + below[1]
        weights[node] = (0, plain + linked) if node.tag == "a" else (plain, linked)
    return weights


def _cut_chrome(body: Node, weights: dict[Node, tuple[int, int]]) -> bool:
    """Removes what is named or hidden like chrome, unless most of the page's running text lies in it."""
    most = max(1, weights[body][0]) * 0.5
    doomed = [node for node in body.iter() if node is not body and _is_chrome(node) and weights[node][0] < most]
    for node in doomed:
        _empty(node)
    return bool(doomed)


def _empty(node: Node) -> None:
    """Leaves a blank where `node` was. Taking it out would join the text after it to the text before, which for a long
    row of neighbours copies that text again and again."""
    if isinstance(node.tag, str):
        tail = node.tail
        node.clear()
        node.tag, node.text, node.tail = "span", " ", tail


def _is_chrome(node: Node) -> bool:
    if not isinstance(node.tag, str) or node.tag in _DROP:
        return True
    if node.get("hidden") is not None or _HIDDEN.search((node.get("style") or "")[:300]):
        return True
    if node.tag in ("html", "body", "main", "article", "p", "h1", "td", "tr"):
        return False
    named = f"{(node.get('class') or '')[:200]} {(node.get('id') or '')[:100]} {(node.get('role') or '')[:40]}"
    return bool(_CHROME.search(named)) and not _CONTENT.search(named)


def _main_container(body: Node, weights: dict[Node, tuple[int, int]]) -> Node:
    total = weights[body][0]
    known = [node for node in body.iter("div", "td", "article", "section", "main") if _is_known(node)]
    known = [node for node in known if weights[node][0] >= max(_ENOUGH, total * 0.25)]
    if known:
        return max(known, key=lambda node: (weights[node][0], -_depth(node)))
    node = body
    while True:
        inner = max(node, key=lambda child: weights.get(child, (0, 0))[0], default=None)
        if inner is None or inner.tag in ("p", "ul", "ol", "table", "tbody", "li", "span", "a", "h1"):
            return node
        if weights.get(inner, (0, 0))[0] < max(_ENOUGH, weights[node][0] * _HOLDS):
            return node
        node = inner


def _is_known(node: Node) -> bool:
    return bool(_CONTENT.search((node.get("class") or "")[:200]) or _CONTENT.search((node.get("id") or "")[:100]))


def _depth(node: Node) -> int:
    return sum(1 for _ in node.iterancestors())


def _lines(top: Node) -> list[str]:
    pieces: list[str] = []
    rows = {row for row in top.iter("tr") if _is_table_row(row)}
    open_rows: list[Node] = []
    for event, node in etree.iterwalk(top, events=("start", "end")):
        if not isinstance(node.tag, str):
            pass
        elif event == "start":
            if node.tag in ("td", "th") and open_rows:
                if pieces and not pieces[-1].endswith("\n"):
                    pieces.append(" | ")
            elif node.tag in _BLOCK and not open_rows:
                pieces.append("\n")
            if node in rows:
                open_rows.append(node)
            pieces.append(_flat(node.text))
        else:
            if open_rows and node is open_rows[-1]:
                open_rows.pop()
            if node.tag in _BLOCK and not open_rows:
                pieces.append("\n")
        if event == "end" and node is not top:
            pieces.append(_flat(node.tail))
    return list(_tidy("".join(pieces)))


def _flat(text: str | None) -> str:
    return " ".join(text.split("\n")) if text else ""


def _is_table_row(row: Node) -> bool:
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2 or row.find(".//table") is not None:
        return False
    return all(sum(len(piece) for piece in cell.itertext()) <= _CELL_CHARACTERS for cell in cells)


def _tidy(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        line = _SPACES.sub(" ", without_invisible(line)).strip(" |")
        if line:
            yield line
