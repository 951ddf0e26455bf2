"""Cuts the chrome of a page away and finds the element that holds its main text. One pass each, no recursion."""

from __future__ import annotations

from itertools import islice

from pushsvc.plain.page_names import (
    CHROME,
    DROP,
    INLINE,
    NEVER_CHROME,
    SOFT_CHROME,
    Node,
    is_article,
    is_content,
    is_hidden,
    named,
)  # fmt: skip

#: (characters of running text, characters inside links) below each element.
Weights = dict[Node, tuple[int, int]]

#: A container is the main one while it holds this share of the running text of the container around it.
_HOLDS = 0.8
#: Characters of main text under which a well-known container is not believed; an article's own is believed sooner.
_ENOUGH = 60
_ENOUGH_OF_AN_ARTICLE = 15
#: What is named like chrome on some pages only is cut below this many characters of running text.
_LITTLE = 60
#: A share button says no more than this many characters.
_FEW = 16
#: Elements up from an aside among which the article is sought that it belongs to.
_ANCESTORS = 40
#: Hidden elements with most of a page's text that are compared with the rest of it: the comparison reads the page.
_MOST_COPIES = 3
#: A probe of this many characters of a hidden element that stands in the open too shows that it is a copy.
_PROBE = 24


def cut_chrome(body: Node) -> Weights:
    """Empties what is named or hidden like chrome, unless most of the page's text lies in it; gives the weights left."""
    weights = weigh(body)
    most = max(1, weights[body][0]) * 0.5
    doomed = [node for node in weights if node is not body and _is_chrome(node, weights, most)]
    hidden = (node for node in weights if node is not body and weights[node][0] >= most and node.attrib and is_hidden(node))
    doomed += [node for node in islice(hidden, _MOST_COPIES) if _is_copy(node)]
    for node in doomed:
        _empty(node)
    return weigh(body) if doomed else weights


def weigh(top: Node) -> Weights:
    """One pass from the end: what lies below an element is known before the element."""
    weights: Weights = {}
    below: Weights = {}
    for node in reversed(list(top.iter())):
        if not isinstance(node.tag, str) or node.tag in DROP:
            plain = linked = 0
        else:
            plain, linked = below.get(node, (0, 0))
            plain += len(node.text.strip()) if node.text else 0
            if node.tag == "a":
                plain, linked = 0, plain + linked
        weights[node] = (plain, linked)
        parent = None if node is top else node.getparent()
        if parent is not None:
            beside = below.get(parent, (0, 0))
            tail = len(node.tail.strip()) if node.tail else 0
            below[parent] = (beside[0] + plain + tail, beside[1] + linked)
    return weights


def main_container(body: Node, weights: Weights) -> Node:
    """The element of the main text; the body itself where no part of it stands out."""
    total = weights[body][0]
    known = [node for node in body.iter("div", "td", "article", "section", "main") if is_content(node)]
    weighty = [node for node in known if weights[node][0] >= max(_ENOUGH, total * 0.25)]
    if weighty:
        return max(weighty, key=lambda node: (weights[node][0], -_depth(node)))
    articles = [node for node in known if is_article(node) and (_says_enough(node, weights) or _shows(node))]
    if articles:
        return max(articles, key=lambda node: weights[node])
    return _densest(body, weights)


def _densest(node: Node, weights: Weights) -> Node:
    while True:
        inner = max(node, key=lambda child: weights.get(child, (0, 0))[0], default=None)
        if inner is None or inner.tag in ("p", "ul", "ol", "table", "tbody", "li", "span", "a", "h1"):
            return node
        if weights.get(inner, (0, 0))[0] < max(_ENOUGH, weights[node][0] * _HOLDS):
            return node
        node = inner


def _says_enough(node: Node, weights: Weights) -> bool:
    return sum(weights[node]) >= _ENOUGH_OF_AN_ARTICLE


def _shows(node: Node) -> bool:
    """A picture, or what was a frame: the whole of an article that is a scan."""
    return next(node.iter("img"), None) is not None


def _is_chrome(node: Node, weights: Weights, most: float) -> bool:
    if not isinstance(node.tag, str):
        return True
    if not node.attrib and node.tag not in DROP:
        return False  # nothing says so: most elements
    plain, linked = weights[node]
    if plain >= most:
        return False
    if is_hidden(node):
        return True
    if node.tag in DROP:
        return node.tag != "aside" or not any(is_content(ancestor) for ancestor in islice(node.iterancestors(), _ANCESTORS))
    if node.tag in NEVER_CHROME:
        return False
    name = named(node)
    if CHROME.search(name):
        return not is_content(node) and not (node.tag in INLINE and plain + linked > _FEW)
    if node.tag == "a" or not SOFT_CHROME.search(name) or is_content(node):
        return False
    return plain < _LITTLE or plain < linked


def _is_copy(node: Node) -> bool:
    """Hidden text that the page shows elsewhere: pages keep a copy for printing or for the reading voice."""
    text = "".join("".join(str(piece) for piece in node.itertext()).split())
    page = "".join("".join(str(piece) for piece in node.getroottree().getroot().itertext()).split())
    probes = [text[at : at + _PROBE] for at in (len(text) // 4, len(text) // 2, len(text) * 3 // 4)]
    return all(page.count(probe) > text.count(probe) for probe in probes)


def _empty(node: Node) -> None:
    """Leaves a blank where `node` was. Taking it out would join the text after it to the text before, which for a long
    row of neighbours copies that text again and again."""
    if isinstance(node.tag, str):
        tail = node.tail
        node.clear()
        node.tag, node.text, node.tail = "span", " ", tail


def _depth(node: Node) -> int:
    return sum(1 for _ in node.iterancestors())
