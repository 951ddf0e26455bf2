"""Which document an interpretation explains, and which page explains a document: by what each says of the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from pushsvc.domain.interpretations import Hint, Named
from pushsvc.domain.publications import Reading

_EXPLAINS = re.compile(
    r"解读|图解|读懂|一图看懂|明白卡|问答|答记者问|热点.{0,6}问"
    r"|\bexplained\b|\bexplainer\b|\bexplanatory (?:note|memorandum)\b|\bQ&A\b",
    re.IGNORECASE,
)
#: Words of a link that leads from an interpretation to what it explains.
_TO_POLICY = re.compile(
    r"(?:政策|文件|通知|公告|办法)?(?:原文|全文)|(?:相关|对应|解读|所解读)(?:的)?(?:政策|文件)|文件链接"
    r"|\bfull text\b|\bread the (?:policy|document)\b",
    re.IGNORECASE,
)
#: Words that are an interpretation's beside its policy's name: 《X》政策解读, X的图解, 关于《X》的解读说明.
_WRAPPING = re.compile(
    r"^(?:[【\[（(](?:[^】\])）]{0,8})(?:解读|图解|问答)[】\])）]|一图(?:读懂|看懂)|图解|政策解读|解读|关于|[:：|｜\-—\s])+"
    r"|(?:的)?(?:政策|文件|图文|专家|文字|官方|权威)*(?:解读|图解|问答|答记者问)(?:材料|说明|稿|版)?(?:[（(][^）)]{0,12}[）)])?$"
    r"|\s*(?::|-|–)?\s*(?:explained|explainer|explanatory (?:note|memorandum)(?: to)?|Q&A)\s*$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"《([^《》]{5,100})》")
_ISSUED = re.compile(r"(?:印发|发布|公布|重新发布|修订)\s*《([^《》]{5,100})》")
_SHORTEST_NAME, _LONGEST_NAME = 5, 120
#: An interpretation that names more documents than this explains none of them.
_MOST_NAMES = 2
_MOST_HINTS = 20
#: Characters of an interpretation in which it says what it explains, when its title does not.
_SAYS_EARLY = 400
_EXPLAINED_HERE = re.compile(
    r"(?:现(?:就|将|对)|为了?.{0,20}?(?:理解|了解|解读|实施)|解读|印发了?|出台了?|发布了?)[^。《]{0,30}《([^《》]{5,100})》"
)


def names_and_hints(reading: Reading, declared: Mapping[str, Any]) -> Named:
    """The names of a document, and what it declares, links or names as its interpretation or as what it explains."""
    title = str(declared.get("title") or reading.title)
    explains = declared.get("type") == "interpretation" or bool(declared.get("interprets")) or bool(_EXPLAINS.search(title))
    hints = [*_declared(declared), *(_of_interpretation(reading, title) if explains else _of_policy(reading))]
    return Named(tuple(dict.fromkeys(_names(title))), tuple(dict.fromkeys(hints))[:_MOST_HINTS], explains)


def folded(name: str) -> str:
    """A name without width, case, brackets, blanks and marks: two writings of one title are one."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _names(title: str) -> Iterator[str]:
    """The title itself, what stands in its 《》 when it sends that round, and its subject without the issuer."""
    yield from _fit(title.strip("《》"))
    for inner in _ISSUED.findall(title):
        yield from _fit(inner)
    about = re.match(r"^[^《》]{2,40}?(关于[^《》]{5,})$", title)
    if about:
        yield from _fit(about[1])


def _declared(declared: Mapping[str, Any]) -> Iterator[Hint]:
    if declared.get("interprets"):
        yield Hint("interprets", "declared", address=str(declared["interprets"]))


def _of_interpretation(reading: Reading, title: str) -> Iterator[Hint]:
    for words, address in reading.links:
        if not _EXPLAINS.search(words) and (_TO_POLICY.search(words) or _TITLE.search(words)):
            yield Hint("interprets", "link", address=address)
    named = _TITLE.findall(title)
    if not named:
        bare = _WRAPPING.sub("", _WRAPPING.sub("", title.strip())).strip()
        named = [bare] if bare != title.strip() and len(bare) > _SHORTEST_NAME else []
        named += _EXPLAINED_HERE.findall(reading.source_text[:_SAYS_EARLY])[:1]
    for name in dict.fromkeys(named[:_MOST_NAMES] if len(named) <= _MOST_NAMES else ()):
        for fitting in _fit(name):
            yield Hint("interprets", "name", name=fitting)


def _of_policy(reading: Reading) -> Iterator[Hint]:
    for words, address in reading.links:
        if _EXPLAINS.search(words):
            yield Hint("interpreted_by", "link", address=address)
            if len(words) > _SHORTEST_NAME + 4:
                yield from (Hint("interpreted_by", "name", name=name) for name in _fit(words))


def _fit(name: str) -> Iterator[str]:
    plain = folded(name).removeprefix("关于")
    if _SHORTEST_NAME <= len(plain) <= _LONGEST_NAME:
        yield plain
