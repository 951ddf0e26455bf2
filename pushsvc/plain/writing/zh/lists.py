"""Lists of conditions and of papers: how many there are, and what they are where that can be said in few words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pushsvc.plain import catalogue
from pushsvc.plain.sentences import Span
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS, without_asides, without_numbering
from pushsvc.plain.writing.glossary import plainer
from pushsvc.plain.writing.zh.saying import STOP
from pushsvc.plain.writing.zh.sparing import shorter
from pushsvc.plain.writing.zh.standing import may_be_label
from pushsvc.plain.writing.zh.statements import depth_of, is_numbered

Kind = Literal["conditions", "papers"]

#: Sentences in which a list may begin, and those that one list may have.
_LOOKED_AT, _LONGEST_LIST = 200, 40
_HEADINGS: dict[Kind, re.Pattern[str]] = {
    "conditions": re.compile(
        r"^[^，,。：:]{0,10}(?:申请|申报|申领|报名|报考|应聘|招聘|基本|资格|认定|享受|补贴|补助|入学|准入|保障|参赛|必备|发放|领取)[^，,。：:]{0,4}条件[:：]?$|^条件[:：]?$"
        r"|(?:符合|具备|满足)[^。：:，,]{0,8}(?:以下|下列|如下)(?:基本)?条件(?!之一)(?![^。]*(?:之一|不得|不予))[^。]{0,40}[:：]$"
    ),
    "papers": re.compile(
        r"^[^，,。：:]{0,8}(?:申请|申报|申领|报名|所需|需|应|提交|办理|提供|领取|登记)[^，,。：:]{0,8}(?:材料|资料|证件)(?:清单)?[:：]?$"
        r"|(?:提交|提供|携带|准备|出具|持)[^。：:，,]{0,12}(?:以下|下列|如下)?[^。：:，,]{0,8}(?:材料|资料|证件|证明)(?:[（(][^（()）]*[）)])?[^。，,]{0,12}[:：]$"
    ),
}
#: 报名所需材料：身份证、户口簿、…: all papers in one sentence.
_INLINE = re.compile(
    r"^\W{0,3}(?:\d{1,2}[.、．]|[（(][一二三四五六七八九十\d]{1,2}[）)])?\s*[^，,。：:]{0,10}(?:材料|资料|证件)[:：](?P<names>[^。]*、[^。]*、[^。]{2,})。?$"
)
#: Whose papers they are: what an office keeps or sends on is nothing to bring.
_OFFICES = re.compile(r"部门|机关|局(?:应|须|将)|归档|存档|上报|备查|审核(?:人|部门)")
_NUMBER = re.compile(r"[（(]?[^\s）)、.．]{1,4}[）)、.．]?")
_PAPER = re.compile(r"(?:证|证件|簿|户口本|书|表|证明|材料|合同|复印件|原件|照片|发票|单|协议|卡|执照|凭证|简历|档案)$")
#: Whose it is and that it is to be handed in, before the name of a paper.
_BEFORE_A_PAPER = re.compile(
    r"^(?:(?:填写|居民(?=身份证)|近期|原始|提交|提供|出具|携带|本人|申请人|报名人|考生|家庭成员|有效|合法|的|及其?|夫妻双方)+)(?=[^，]{2,})"
)
_WELL_KNOWN = re.compile(
    r"身份证|户口[簿本]|居住证|房产证|不动产|毕业证|学历|学位|结婚|出生|银行卡|营业执照|合同|申请表|报名表"
)
_LONGEST_NAME, _MOST_NAMES = 14, 2
#: 违反政策的人员不予聘用: a bar is no condition.
_BARS = re.compile(r"不予|不得|不能|不接受")
#: Conditions that no reader learns anything from.
OF_EVERY_LIST = re.compile(
    r"宪法|国籍|品行|遵纪守法|遵守(?:国家)?法律|身体(?:条件|健康)|职业道德|思想政治|完全民事行为能力|热爱|爱岗敬业|责任心|(?:其[他它]|规定的)[^，。]{0,8}条件|义务。?$|为准"
)
#: All of the conditions are told where they take no more room than this.
_MOST_CHARACTERS, _MOST_CONDITIONS = 120, 5


@dataclass(frozen=True)
class Listing:
    """A list under a heading: the first sentence of each item, the places of all of its sentences, whether items go on."""

    kind: Kind
    items: tuple[tuple[int, str], ...]
    places: frozenset[int]
    counted: bool = True
    """Does the document number the items? A row in one sentence may go on with 等."""
    numbers: tuple[str, str] = ("", "")
    """The numbers of the first and the last item, as the document writes them."""

    @property
    def whole(self) -> bool:
        """Is each item one sentence?"""
        return len(self.items) == len(self.places)


def listings(spans: Sequence[Span]) -> Iterator[Listing]:
    """The lists of conditions and papers of a document in order."""
    for place, span in enumerate(spans[:_LOOKED_AT]):
        if len(span.text) > 160 or not ("条件" in span.text or "料" in span.text or "证" in span.text):
            continue
        head = without_numbering(span.text).rstrip("。 ")
        if inline := _INLINE.match(span.text):
            names = tuple((place, name) for name in re.split("[、，,；;]", inline["names"]))
            yield Listing("papers", names, frozenset((place,)), counted=False)
            continue
        kind = next((kind for kind, pattern in _HEADINGS.items() if pattern.search(head)), None)
        if kind and not _OFFICES.search(head) and (found := _under(spans, place, kind)):
            yield found


def _under(spans: Sequence[Span], place: int, kind: Kind) -> Listing | None:
    """The numbered items below a heading, to the next number of the heading's own depth or above."""
    above = depth_of(spans[place].text) if is_numbered(spans[place].text) else -1
    items: list[tuple[int, str]] = []
    places: list[int] = []
    numbers: list[str] = []
    depth = -1
    for at in range(place + 1, min(len(spans), place + 1 + _LONGEST_LIST)):
        raw = spans[at].text
        if is_numbered(raw):
            here = depth_of(raw)
            if here <= above or (items and here < depth):
                break
            depth = here if not items else depth
            if here == depth:
                items.append((at, without_numbering(raw)))
                numbers.append(_NUMBER.match(raw.strip())[0])  # type: ignore[index]
        elif not items or (spans[at - 1].text.rstrip().endswith(("。", "！")) and spans[at].start != spans[at - 1].end):
            break
        places.append(at)
    return Listing(kind, tuple(items), frozenset(places), numbers=(numbers[0], numbers[-1])) if len(items) > 1 else None


def conditions_told(listing: Listing) -> tuple[str, ...]:
    """The conditions of a list, one sentence each, but for those of every such list; empty where they are too long or many."""
    if not listing.whole or len(listing.items) > _MOST_CONDITIONS:
        return ()
    told: list[str] = []
    for _, text in listing.items:
        if OF_EVERY_LIST.search(text):
            continue
        said = plainer(without_asides("".join(text.split())), "zh")
        said = shorter(STOP.sub("", said).replace(",", "，"), SENTENCE_CHARACTERS - 4)
        sentence = f"{said}。" if _BARS.search(said) else catalogue.phrase("zh", "text", "condition", said=said)
        if len(sentence) > SENTENCE_CHARACTERS or not may_be_label(sentence):
            return ()
        told.append(sentence)
    return tuple(told) if sum(map(len, told)) <= _MOST_CHARACTERS else ()


def how_many(listing: Listing) -> Iterator[str]:
    """共有3个条件，见原文。 or, where the document counts in another way, 条件见原文（一）至（三）。"""
    yield catalogue.phrase("zh", "text", "conditions_counted", number=len(listing.items))
    first, last = listing.numbers
    if "一" in first or "１" in first:
        yield catalogue.phrase("zh", "text", "conditions_numbered", first=first.rstrip("、.．"), last=last.rstrip("、.．"))


def papers_told(listing: Listing) -> str:
    """需要身份证、户口簿等5样材料。: how many papers, and the two best known of them by name."""
    names = [name for _, text in listing.items if (name := _name_of(text))]
    known = sorted(dict.fromkeys(names), key=lambda name: not _WELL_KNOWN.search(name))[:_MOST_NAMES]
    if not known:
        return ""
    both = catalogue.phrase("zh", "short", "sums").join(known)
    if not listing.counted:
        return catalogue.phrase("zh", "text", "more_papers", names=both) if len(known) > 1 else ""
    key = "papers" if len(listing.items) > len(known) else "all_papers"
    return catalogue.phrase("zh", "text", key, names=both, number=len(listing.items))


def _name_of(text: str) -> str:
    """The paper that an item names first: 身份证 of 2.申请人身份证（原件和复印件）。; empty where it has no short name."""
    bare = re.split(r"[（(，,：:；;。、《【\[]|及(?=其|复印)|和(?=复印)|或|原件", "".join(text.split()).lstrip("《"))[0]
    bare = _BEFORE_A_PAPER.sub("", bare)
    return bare if 2 < len(bare) <= _LONGEST_NAME and _PAPER.search(bare) else ""
