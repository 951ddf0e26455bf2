"""Chinese document numbers and laws, and why they are cited: as a basis, as repealed or amended, for a penalty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, Surroundings

_YEAR_AND_NUMBER = re.compile(r"[〔\[［【(（﹝匚{]\s?(?P<year>(?:19|20)\d{2})\s?[〕\]］】)）﹞}]\s?第?\s?(?P<no>\d{1,5})\s?号")
_NEXT_NUMBER = re.compile(r"\s?(?:[、和及]|以及)\s?第?(?P<no>\d{1,4})\s?号(?![线楼院路门房窗])")
#: A number that is printed behind its paper's title without the issuer's word: 《…会议纪要》（〔2020〕60号）.
_TITLE_BEFORE = re.compile(r"》\s?[（(]\s?$")
_WORD = re.compile(r"(?P<word>[\u4e00-\u9fff]{1,9})(?:[A-Za-z]{0,4})\s?$")
#: Characters before the year in which the issuer's word stands.
_WORD_REACH = 14
_WORD_START = re.compile(
    r"^.*(?:根据|按照|依据|以及|及|和|与|、|的|见|按|于|由|以|文号|编号|为|第|参照|继续|延续|执行|落实|对|将|在|到|好|转发|关于|印发|通知)(?=[\u4e00-\u9fff]{1,8}$)"
)
#: An order that makes a rule public: 国务院令第387号, its line broken before 第 in some.
_ORDER = re.compile(
    r"(?:(?<=日)|(?<![\u4e00-\u9fff]))(?!日)(?:中华人民共和国)?"
    r"(?P<word>国务院|[\u4e00-\u9fff]{1,14}?(?:部|委员会|总局|署|银行|政府|局|院))令\s{0,2}第?\s?(?P<no>\d{1,4})\s?号"
)
#: The same with the number before the word: 市场监管总局第26号令.
_NUMBERED_ORDER = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<word>国务院|[\u4e00-\u9fff]{1,12}?(?:部|委员会|总局|署|银行|政府|局|院))第\s?(?P<no>\d{1,4})\s?号令"
)
#: A notice of a people's congress that makes a rule public: 省第十一届人民代表大会常务委员会公告第35号.
_NOTICE = re.compile(r"(?P<word>[\u4e00-\u9fff]{2,24}人民代表大会(?:常务委员会)?)公告\s?第?\s?(?P<no>\d{1,4})\s?号")
#: An announcement that is numbered within its year: 国家税务总局公告2015年第14号, 财政部 税务总局公告2023年第39号.
_ANNOUNCED = re.compile(r"(?:公告|通告)\s?[（(〔\[]?(?P<year>20\d{2})[）)〕\]]?\s?年?\s?第?\s?(?P<no>\d{1,4})\s?号")
_ISSUERS = re.compile(r"(?:[\u4e00-\u9fff]{1,12}(?:部|局|署|委|会|政府|银行|院|厅|办公室)[ 、]?){1,4}$")
_CITES = re.compile(r"^.*(?:根据|依据|按照|依照|遵照|参照|执行|落实|由|与|和|及)(?=[\u4e00-\u9fff]{2})")
_ISSUERS_REACH = 40
#: A law that is named without its marks: "依照劳动合同法第四十一条".
_BARE_LAW = re.compile(
    r"(?:依照|依据|根据|按照|违反|适用)(?P<title>(?![本该此]|上述|前述|现行|国家|相关|有关)(?:中华人民共和国)?[^\W和与及、a-zA-Z\d]{2,12}(?<!办)法)(?=第[一二三四五六七八九十百零]{1,6}条|的?有?关?规定)"
)
_LAW = re.compile(r"《(?P<title>[^《》\n]{1,60}(?:法|条例|规定|办法|细则|决定|规则|法典))》")
#: Papers that are no law, but that a document may rest on.
_PAPER = re.compile(r"《(?P<title>[^《》〈〉<>\n]{2,60}(?:意见|规范|纲要|规划|标准|准则|解释|通知))》")
_BASIS = re.compile(
    r"(?:^|[。：:\s])\s?据(?=[《、]|$)|根据|依据|按照|依照|遵照|贯彻|落实|结合|为(?:进一步)?|实施(?=《|、|$)|精神|规定|(?<!不)符合"
)
#: "按照财税〔2016〕36号": the only number of a document may be another paper's.
_RESTS_ON = re.compile(r"(?:根据|按照|依据|依照|执行|参照|落实)$")
_BASIS_AFTER = re.compile(r"^[）)》\s]*(?:[文号等、]{0,3})(?:[^，,。；;]{0,6})(?:精神|要求|规定)|^》[^，,。；;]{0,30}为准")
_BASIS_HEADING = re.compile(r"依据\s*[:：]?\s*$")
_REPEALED = re.compile(r"^[^。；;，,]{0,24}(?:废止|失效|停止执行)")
_AMENDED = re.compile(r"^[^。；;，,]{0,16}(?:修改|修订|修正)")
_PENALTY = re.compile(r"^[^。；;，,]{0,24}(?:处罚|处分|追究)")
#: Who has had something under another rule is not told of this one's basis.
_ENJOYED = re.compile(r"^\s?(?:已)?(?:享受|领取|获得)")
_CITED = re.compile(r"《[^《》]{0,120}》|[（(][^（）()]{0,60}[）)]|〈[^〈〉]{0,80}〉")
#: Characters from the head of a document within which its own number and order stand.
_HEAD = 600


def citation_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds doc_number and legal_ref."""
    numbers = list(document_numbers(context))
    yield from numbers
    if "令" in context.text or "人民代表大会" in context.text:
        yield from _orders(context)
    if "告" in context.text:
        # "农业部通告〔2017〕4号" is one number, whichever way it is read.
        yield from (fact for fact in _announcements(context) if fact.end not in {number.end for number in numbers})
    yield from _laws(context)


#: Characters at a title's end by which it is known again.
_NAMES_IT = 8


def document_numbers(context: Context) -> Iterator[Fact]:
    """Facts of the kind doc_number: 穗民规字〔2025〕2号, in whatever brackets it is printed."""
    text = context.text
    for found in _YEAR_AND_NUMBER.finditer(text):
        begin = max(0, found.start() - _WORD_REACH)
        issuer = _WORD.search(text[begin : found.start()])
        if issuer is None and not _TITLE_BEFORE.search(text[begin : found.start()]):
            continue
        word = _WORD_START.sub("", issuer["word"]) if issuer else ""
        start = begin + issuer.end("word") - len(word) if issuer else found.start()
        value = f"{word}〔{found['year']}〕{found['no']}号"
        where = context.around(start, found.end())
        own = re.match(r"^\s?$", where.before) and start < _HEAD and len(where.sentence) < 30
        own = own or (start < _HEAD and _follows_title(context.title, where.before))
        own = own or (context.doc_number == value and not _RESTS_ON.search(where.before[-8:]))
        role = "self" if own else _why_cited(where)
        yield Fact("doc_number", value, text[start : found.end()], start, found.end(), role)
        yield from _further(text, found.end(), f"{word}〔{found['year']}〕", role)


def _follows_title(title: str, before: str) -> bool:
    """ "关于召开听证会的公告 临自然资规听公字〔2023〕第1号": the number behind the title in the title's own line."""
    return bool(title) and len(title) > _NAMES_IT and before.rstrip().endswith(title[-_NAMES_IT:])


def _further(text: str, at: int, issued: str, role: str) -> Iterator[Fact]:
    """ "〔2022〕1号、2号": further numbers of the same word and year."""
    while found := _NEXT_NUMBER.match(text, at):
        start, at = found.start("no"), found.end()
        yield Fact("doc_number", f"{issued}{found['no']}号", text[start:at], start, at, role)


def _announcements(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _ANNOUNCED.finditer(text):
        before = text[max(0, found.start() - _ISSUERS_REACH) : found.start()]
        issuers = _ISSUERS.search(before)
        word = _CITES.sub("", issuers.group()) if issuers else ""
        start = found.start() - len(word)
        line = text[text.rfind("\n", 0, start) + 1 : start].strip()
        own = start < _HEAD and not line and re.match(r"\s*(?:\n|$)", text[found.end() : found.end() + 8])
        why = "self" if own else _why_cited(context.around(start, found.end()))
        issued = re.sub(r"[ 、]", "", word) + text[found.start() : found.start() + 2]
        yield Fact(
            "doc_number", f"{issued}{found['year']}年第{found['no']}号", text[start : found.end()], start, found.end(), why
        )


def _orders(context: Context) -> Iterator[Fact]:
    text = context.text
    for found in _NOTICE.finditer(text) if "人民代表大会" in text else ():
        word = re.sub(r"^.*(?:根据|依据|按照|由|经)", "", found["word"])
        start = found.end("word") - len(word)
        why = _why_cited(context.around(start, found.end()))
        yield Fact("doc_number", f"{word}公告第{found['no']}号", text[start : found.end()], start, found.end(), why)
    for found in _NUMBERED_ORDER.finditer(text):
        start = found.end("word") - len(_CITES.sub("", found["word"]))
        raw = text[start : found.end()]
        yield Fact("doc_number", raw, raw, start, found.end(), _why_cited(context.around(start, found.end())))
    for found in _ORDER.finditer(text):
        where = context.around(found.start(), found.end())
        own = (
            found.start() < _HEAD
            and "》" not in where.before
            and re.match(r"\s*(?:公布|发布|公告|\n|$)", text[found.end() :][:8])
        )
        value = f"{found['word']}令第{found['no']}号"
        start = found.start("word")
        yield Fact("doc_number", value, text[start : found.end()], start, found.end(), "self" if own else _why_cited(where))


def _laws(context: Context) -> Iterator[Fact]:
    for found in _LAW.finditer(context.text):
        where = context.around(*found.span())
        role = _why_cited(where)
        role = "penalty" if _PENALTY.search(_CITED.sub("", where.after)) else role
        yield Fact("legal_ref", found["title"], found["title"], *found.span("title"), role if role in _LAW_ROLES else None)
    for found in _BARE_LAW.finditer(context.text):
        role = "penalty" if _PENALTY.search(context.text[found.end() : found.end() + 40]) else "basis"
        yield Fact("legal_ref", found["title"], found["title"], *found.span("title"), role)
    for found in _PAPER.finditer(context.text):
        if _why_cited(context.around(*found.span())) == "basis":
            yield Fact("legal_ref", found["title"], found["title"], *found.span("title"), "basis")


_LAW_ROLES = ("basis", "penalty")


def _why_cited(where: Surroundings) -> str:
    """By the words that govern a list of citations: the titles and brackets between them are passed over."""
    before = _CITED.sub("", where.before[-500:])
    after = _CITED.sub("", re.sub(r"^[^（(）)]{0,12}[）)]", "", where.after[:300]))
    if _REPEALED.search(after):
        return "repealed"
    if _AMENDED.search(after):
        return "amended"
    if _ENJOYED.search(after) and re.search(r"已|曾|未|重复", before[-20:] + after[:4]):
        return "related"
    clause = re.split(r"[,，]", before)[-1]
    if _BASIS.search(re.sub(r"《[^《》]*$", "", clause)) or _BASIS_AFTER.search(where.after):
        return "basis"
    if _BASIS_HEADING.search(where.previous) and not before.strip(" 、，,（(《"):
        return "basis"
    return "related"
