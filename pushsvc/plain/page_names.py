"""How pages name their parts: the tags, classes and ids by which chrome and main text are told apart."""

from __future__ import annotations

import re
from typing import TypeAlias

from lxml import etree

Node: TypeAlias = "etree._Element"

#: Elements whose content no reader of the main text sees.
DROP = frozenset(
    """script style noscript template iframe object embed svg math canvas audio video nav footer button select option
    input textarea label head link meta map area dialog aside""".split()  # noqa: SIM905
)
#: Elements that begin a new line.
BLOCK = frozenset(
    """address article blockquote body br caption center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4
    h5 h6 header hr li main ol p pre section summary table tbody tfoot thead tr ul""".split()  # noqa: SIM905
)
#: Elements that are the document itself, whatever they are called; the ids of headings are made of their words.
NEVER_CHROME = frozenset("html body main article p h1 h2 h3 h4 h5 h6 td tr abbr em strong b i sup sub".split())  # noqa: SIM905
#: Elements within a line: a link of class `govuk-link` is a part of its sentence.
INLINE = frozenset("a span font label u s".split())  # noqa: SIM905
CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navbar|mainnav\w*|menu\w*|foot|footer\w*|bottom|breadcrumb\w*|crumb\w*|share\w*|bshare"
    r"|bdsharebuttonbox|qrcode|qr|ewm|toolbar|sidebar|slide\w*|aside|related|relate|recommend\w*|copyright|pagination|pagebar"
    r"|pager|login|search\w*|modal\w*|popup|dialog|banner|advert|ads?|cookie\w*|skip-?link\w*|wza\w*|easybtn\w*"
    r"|zoom-(?:btn|controls)|dqwz|dangqian|weizhi|fontsize|font-size|accessib\w*|xgxx|xglj|xgwj|xgwz|xgjd|xgyd|xgnews|beian"
    r"|print-link|metadata__update-link|contextual-sidebar|contextual-footer|step-nav\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: Names of chrome on most pages and of content on some ("地点：" in a `location`): chrome only while they say little.
SOFT_CHROME = re.compile(
    r"(?:^|[\s_-])(?:position|location|print|tools?|scan|hits|views?|counter|feedback|links?|source|info-?bar)(?:$|[\s_-])",
    re.IGNORECASE,
)
CONTENT = re.compile(
    r"(?:^|\s)(?:zoom|zoomcon|trs_?editor|trs_uedit\w*|view\s+trs\w*|ucap-content|pages?_content"
    r"|article_?-?con(?:tent)?\w*|content_article"
    r"|article-content-body|article_body|news_?-?(?:con(?:tent)?|text|body)\w*|vsb_content\w*|v_news_content|custom_unionstyle"
    r"|wenzhang-content|xl-wz|detail_?-?con(?:tent)?|txt_txt|conTxt\w*|govspeak|bt-content"
    r"|artical\w*|info_?-?con(?:t|tent)?)(?:$|\s)",
    re.IGNORECASE,
)
#: Names that the widespread publishing systems give to the body of an article and to nothing else.
ARTICLE = re.compile(
    r"(?:^|\s)(?:zoom|zoomcon|trs_?editor|trs_uedit\w*|ucap-content|vsb_content\w*|v_news_content|govspeak|wenzhang-content)(?:$|\s)",
    re.IGNORECASE,
)
#: Blocks of links to what belongs to the document: its interpretation, its original, its annexes.
RELATED = re.compile(
    r"(?:^|[\s_-])(?:relat\w*|xgwj|xgwz|xgjd|xglj|xgxx|xgzc|xgyd|bq_xgwz|zcjd\w*|jiedu\w*|jdlj|fujian|fj|attach\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def named(node: Node) -> str:
    """Class, id and role of an element: at most 340 characters, for a page may write a megabyte there."""
    return f"{(node.get('class') or '')[:200]} {(node.get('id') or '')[:100]} {(node.get('role') or '')[:40]}"


def is_content(node: Node) -> bool:
    """Whether its class or id is one of a main text's container."""
    return bool(CONTENT.search((node.get("class") or "")[:200]) or CONTENT.search((node.get("id") or "")[:100]))


def is_article(node: Node) -> bool:
    """Whether its class or id can only be that of an article's body."""
    return bool(ARTICLE.search((node.get("class") or "")[:200]) or ARTICLE.search((node.get("id") or "")[:100]))


def is_hidden(node: Node) -> bool:
    return node.get("hidden") is not None or bool(_HIDDEN.search((node.get("style") or "")[:300]))
