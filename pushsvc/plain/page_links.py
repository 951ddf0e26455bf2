"""Links of a page that belong to its document: those of the main text, of the blocks of related documents, and the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from pushsvc.domain.invisible import without_invisible
from pushsvc.plain.page_lines import is_file
from pushsvc.plain.page_names import RELATED, Node, named

#: (words, address as the page writes it)
Link = tuple[str, str]

MOST_LINKS = 200
_WORDS, _ADDRESS = 300, 2000  # characters
#: What stands over a list of links to what belongs to the document.
HEADING = re.compile(
    r"[【\[]?(?:(?:相关|延伸|关联|有关)(?:链接|解读|文件|文档|政策|阅读|稿件|问答|图解|附件|新闻|文章|信息|推荐)(?:下载|链接)?"
    r"|(?:推荐|热门)阅读|(?:政策|文件|部门|专家|媒体|官方|图文)?(?:解读|问答|图解)(?:链接|信息|材料)?|一图读懂|图解政策"
    r"|附件(?:下载|列表|信息)?|Related (?:content|documents?|links?)|Documents?|Attachments?)[】\]]?\s*[:：]?",
    re.IGNORECASE,
)
_BARE = re.compile(r"https?://[A-Za-z0-9./?=&%#_~:@+,;!$*'()\-]{4,2000}")
_BEFORE = re.compile(r"[：:\s（(]+$")
#: Elements up from a link among which its block is sought.
_ANCESTORS = 6
_FRAME_ANCESTORS = 40


def links_in(top: Node) -> list[Link]:
    """The links below an element, in order, each address once."""
    return _each_once(_link(node) for node in top.iter("a"))


def files_in(body: Node) -> list[Link]:
    """The links of a page that lead to files, but for those in its head and foot."""
    found = (node for node in body.iter("a") if node.get("href") and is_file(node) and not _in_frame(node))
    return _each_once(_link(node) for node in found)


def related_in(body: Node) -> list[Link]:
    """The links of the blocks that are named or headed as related documents ("政策解读", "相关链接")."""
    known: dict[Node, bool] = {}
    return _each_once(_link(node) for node in body.iter("a") if node.get("href") and _is_related(node, known))


def bare_links(text: str) -> list[Link]:
    """Addresses written out in a text, with the words before them on their line."""
    if "http" not in text:
        return []
    found = []
    for address in _BARE.finditer(text):
        line = text[max(0, address.start() - 120) : address.start()].rpartition("\n")[2]
        words = re.split(r"[。；;]", _BEFORE.sub("", line))[-1].strip()
        found.append((words or address.group(), address.group().rstrip(").,;:!'")))
        if len(found) >= MOST_LINKS:
            break
    return _each_once(found)


def joined(*lists: Iterable[Link]) -> tuple[Link, ...]:
    """The lists one after the other, each address once, at most 200."""
    return tuple(_each_once(link for links in lists for link in links))


def _each_once(links: Iterable[Link | None]) -> list[Link]:
    kept: dict[str, Link] = {}
    for link in links:
        if link is None:
            continue
        # A link whose words are its own address is named better by the words before it.
        if link[1] not in kept or kept[link[1]][0].startswith("http"):
            kept[link[1]] = link
        if len(kept) >= MOST_LINKS:
            break
    return list(kept.values())


def _link(node: Node) -> Link | None:
    address = (node.get("href") or "")[: _ADDRESS + 1].strip()
    if not address or len(address) > _ADDRESS or address.lower().startswith(("javascript:", "#", "mailto:", "tel:", "data:")):
        return None
    words = _clean("".join(_some(node)))
    title = _clean((node.get("title") or "")[:_WORDS])
    # Lists cut a long title and keep it whole in the attribute.
    if not words or (words.rstrip(".…") != words and len(title) > len(words)):
        words = title or words
    return (words, address) if words else None


def _some(node: Node) -> Iterator[str]:
    length = 0
    for piece in node.itertext():
        yield str(piece)
        length += len(piece)
        if length > _WORDS:
            return


def _clean(text: str) -> str:
    return " ".join(without_invisible(text).split())[:_WORDS]


def _in_frame(node: Node) -> bool:
    return any(ancestor.tag in ("nav", "header", "footer") for ancestor in islice(node.iterancestors(), _FRAME_ANCESTORS))


def _is_related(node: Node, known: dict[Node, bool]) -> bool:
    for ancestor in islice(node.iterancestors(), _ANCESTORS):
        if ancestor.tag in ("body", "html"):
            return False
        if ancestor not in known:
            known[ancestor] = bool(RELATED.search(named(ancestor))) or _is_headed_so(ancestor)
        if known[ancestor]:
            return True
    return False


def _is_headed_so(block: Node) -> bool:
    """The first words in it say so."""
    for number, piece in enumerate(block.itertext()):
        words = str(piece).strip()
        if words:
            return bool(HEADING.fullmatch(words[:40]))
        if number > 20:
            break
    return False
