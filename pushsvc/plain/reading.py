"""Reading a document: from HTML or plain text to its main text, title, number, time and language."""

from __future__ import annotations

import re
import unicodedata

from pushsvc.domain.ids import derived_id
from pushsvc.domain.publications import Reading
from pushsvc.errors import InvalidRecord
from pushsvc.plain import metadata
from pushsvc.plain.maintext import main_lines, parse

#: Two copies are one work only when their main text has this many characters or more (DESIGN, "work").
WORK_CHARACTERS = 80
#: A title is cut here: what is longer is no title.
TITLE_CHARACTERS = 1000
#: A line is furniture when it says only who, when, how often read, or how to share.
_FURNITURE = re.compile(
    r"""^[\s【\[（(|·]*(?:
      (?:发布|发文|公布|更新|成文|生成|印发)?(?:日期|时间)\s*[:：]?\s*\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?
    | (?:文章|信息|稿件|内容)?来源\s*[:：].{0,60}
    | (?:浏览|阅读|点击|访问|查看)(?:次数|量|人次|数)?\s*[:：]?\s*[-\d,万+]*\s*次?
    | \d{0,9}\s*(?:次(?:浏览|阅读|点击)|人(?:浏览|阅读|点赞)|views?)
    | (?:字体|字号)(?:大小)?\s*[:：]?.{0,20} | [大中小](?:\s*[大中小]){0,2} | A\s?[-+]? | 】 | 【
    | (?:分享|转发|收藏)(?:到|至)?\s*[:：]?.{0,30} | 扫一扫.{0,30} | (?:用)?(?:手机|微信)(?:扫|打开|查看).{0,30}
    | (?:打印|关闭)(?:本页|页面|此页|窗口|正文)?(?:\s*[|｜/]?\s*(?:打印|关闭)(?:本页|页面|窗口)?)?
    | 返回(?:顶部|首页|列表|上一页) | 顶部
    | (?:您|你)?(?:当前)?(?:所在)?(?:的)?位置\s*[:：]?.{0,80} | 首页\s*[>＞»].{0,80}
    | 相关(?:文件下载|附件|链接|阅读|文档)\s*[:：]?
    | (?:上一篇|下一篇|上一条|下一条)\s*[:：]?.{0,80} | (?:责任)?编辑\s*[:：].{0,20}
    | 语音播报 | 朗读 | 无障碍(?:浏览)? | 保护视力色\s*[:：]?.{0,20}
    | Share(?:\s+this)?(?:\s+page)? | Print(?:\s+this)?(?:\s+page)? | Back\s+to\s+top | (?:Page\s+)?views?\s*[:：]?\s*[\d,]+
    )[\s】\]）)|]*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: Furniture with the words of the page around it: a counter or a font switch in a line of head matter.
_COUNTER = re.compile(
    r"(?:浏览|阅读|点击|访问|查看)(?:次数|量|人次|数)\s*[:：]?\s*[-\d,万+]*\s*次?|(?:字体|字号)(?:大小)?\s*[:：]?\s*[\[【]?\s*大\s*中\s*小\s*[\]】]?"
)
_HEAD_MATTER = re.compile(r"^.{0,40}(?:发布|更新|成文)?(?:日期|时间)\s*[:：].{0,80}$|^(?:文章|信息|稿件)?来源\s*[:：]")
_ANY_CHARACTER = re.compile(r"[0-9A-Za-z\u3400-\u9fff]")
_WHITE = re.compile(r"\s+")


def read_html(html: str) -> Reading:
    """The document in a page. Raises InvalidRecord when the page has no main text."""
    root = parse(html)
    if root is None:
        raise _unreadable()
    meta = metadata.standard_tags(root)
    title = metadata.title_of(root, meta)
    lines = main_lines(root)
    head_time = next((line for line in lines[:15] if _HEAD_MATTER.match(line) and metadata.published_at(line)), None)
    kept = _without_furniture(lines)
    text = "\n".join(kept)
    if not _ANY_CHARACTER.search(text):
        raise _unreadable()
    title = title or kept[0][:120]
    if _WHITE.sub("", title) not in _WHITE.sub("", text[:600]):
        text = f"{title}\n{text}"
    return Reading(
        source_text=text,
        title=title,
        language=metadata.language_of(text),
        meta=meta,
        published_at=metadata.published_at(meta.get("PubDate")) or metadata.published_at(head_time),
        doc_number=metadata.doc_number_of(title, text),
    )


def read_text(text: str, title: str | None) -> Reading:
    """The document in plain text; `source_text` is `text` itself, unchanged. Raises InvalidRecord when it says nothing."""
    _refuse_noise(text)
    first = next((line.strip(" #\t\u3000*") for line in text.split("\n") if _ANY_CHARACTER.search(line)), "")
    named = " ".join((title or "")[:TITLE_CHARACTERS].split()) or _first_line_title(first)
    return Reading(
        source_text=text,
        title=named,
        language=metadata.language_of(text),
        doc_number=metadata.doc_number_of(named, text),
    )


def work_key(title: str, source_text: str) -> str | None:
    """The key that copies of one document share: same title and main text, white space aside. None under 80 characters."""
    body = _WHITE.sub("", unicodedata.normalize("NFKC", source_text))
    if len(body) < WORK_CHARACTERS:
        return None
    return derived_id("wrk", _WHITE.sub("", unicodedata.normalize("NFKC", title)), body)


def _without_furniture(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        line = _COUNTER.sub("", line).strip() if len(line) < 200 else line
        if line and not (len(line) < 160 and _FURNITURE.match(line)) and not (len(kept) < 6 and _is_head_matter(line)):
            kept.append(line)
    return kept


def _is_head_matter(line: str) -> bool:
    return len(line) < 120 and bool(_HEAD_MATTER.match(line)) and metadata.published_at(line) is not None


def _first_line_title(first: str) -> str:
    """A first line is the title; a long one is its first clause."""
    if len(first) <= 80:
        return first
    return re.split(r"(?<=.{8})[。；;，,:：]|(?<=.{20})\. ", first, maxsplit=1)[0][:120]


def _refuse_noise(text: str) -> None:
    sample = text[:20_000]
    noise = sum(1 for character in sample if character == "\ufffd" or (character < " " and character not in "\t\n\r\f"))
    if noise > len(sample) * 0.2:
        raise InvalidRecord("content: binary, not text; send HTML or plain text as UTF-8 or GB18030")
    if not _ANY_CHARACTER.search(text):
        raise _unreadable()


def _unreadable() -> InvalidRecord:
    return InvalidRecord("content: no main text was found in it; send the page's main text as content_text")
