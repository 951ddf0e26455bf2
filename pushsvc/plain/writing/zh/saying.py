"""One sentence of at most 40 characters from clauses of the source: shorter where it must be, and split where it can be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pushsvc.plain.quick_patterns import quickly
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.zh.clauses import ENDS, Clause, clauses
from pushsvc.plain.writing.zh.standing import stands_alone

STOP = re.compile(r"[。；;，,、：:\s]+$")
BEGINS = re.compile(r"^(?:其中[,，:：]?|并且?|且|但|而|及(?!时|早)|和(?!谐)|即(?=最高)|以及|或者?|同时|则|也)(?=[^。]{4,})")
#: A comma of the other script between Chinese words.
COMMA = re.compile(r",(?!\d)|(?<!\d),")
_LABELLED = re.compile(r"[^，,。]{0,6}[:：]")
#: A sentence of so many characters is not split further; a part of fewer says too little.
_COMFORTABLE, SHORTEST = 18, 7
#: Neither half of a sentence that is split has fewer.
_SHORTEST_HALF = 9
#: A sentence of more characters is made shorter by what it can spare.
_EASY = 24
#: Names and quotations stay as they are.
_NAMED = re.compile(r"(《[^《》]*》|“[^“”]*”)")
#: Everyday words that are shorter and mean the same.
_PLAIN_WORDS = {
    "按照": "按",
    "以及": "及",
    "或者": "或",
    "并且": "并",
    "人民政府": "政府",
    "社会保险经办机构": "社保机构",
    "社会保险费": "社保费",
    "首付款比例": "首付比例",
    "人力资源社会保障部门": "人社部门",
}
_OFFICE_WORDS = re.compile("|".join(sorted(_PLAIN_WORDS, key=len, reverse=True)))
#: Whoever applies is the reader.
_YOU = re.compile(r"^申请人(?:本人)?(?=(?:也|还|均|都)?(?:可|应|须|需|在|向|通过|登录|凭|持|提交|提供|填)|对)")
#: 应当 is 应, but not where that would be another word: 应用, 应对.
_MUST = re.compile(r"应当(?![用对急届聘答纳付收征税诉变激酬邀场日天月年时地事])")
#: What begins so is read with the words before it.
_BOUND = re.compile(r"但|即|每[人户套名对家件份]|最[高低]|除|其中|[只仅限]|方可|否则|以|按|\d+(?:\.\d+)?[%％]|其|均|都|则")


def _compiled(pattern: str) -> re.Pattern[str]:
    """In its quick form where it has one: most sentences have nothing of it."""
    try:
        return quickly(pattern)
    except (ValueError, re.error):
        return re.compile(pattern)


#: What a long sentence says without, and still says the same; the first goes first. The last ones only where they must.
_SHORTER = tuple(
    (_compiled(pattern), plain)
    for pattern, plain in (
        # The year that it still is: 2026年1月1日至2026年3月31日.
        (
            r"(?<=(?P<year>\d{4}年))(?P<from>\d{1,2}月\d{1,2}日(?:\d{1,2}[时点:：](?:\d{2}分?)?)?起?(?:至|到|-|—|－|～))(?P=year)",
            r"\g<from>",
        ),
        # Who pays it out.
        (
            r"由[^，。由]{2,20}?(?:政府|财政|部门|局|财政局|管委会|中心|基金)(?:[（(][^（）()]*[）)])?(?=给予|发放|予以|补贴)",
            "",
        ),
        # How it is reckoned: 按100元/m2的标准给予, 由原来的30万元提高到.
        (r"(?<=按)(?P<rate>[^，。按]{0,14}\d[^，。按]{0,12})的标准(?=给予|发放|予以|计发|支付|补|奖)", r"\g<rate>"),
        (r"(?<=[由从])(?:原来的?|现行的?|原先的?|原有的?|目前的?)(?=\d)", ""),
        (r"统一为(?=不[低高超])", ""),
        # Of what the cap is, where the words before it say it: 给予200元/平方米的购房补贴，且购房补贴不超过.
        (
            r"(?P<given>[补奖][贴助励][^。]*[，,])且?(?:(?![每单套年户人月累共])[\u4e00-\u9fff]){0,2}"
            r"(?:(?:补贴|补助|奖励|资助)(?:资金|金额|额度|总额|标准)?|金额|总额)(?=最高不超过|不超过|最高\d)",
            r"\g<given>",
        ),
        # 按规定, 依法, 统一: they say nothing that the rest does not say.
        (
            r"[,，]?(?:按照?(?:国家)?(?:有关|相关)?规定|依法|切实|认真|严格|(?<=为)进一步)[,，]?(?=[^，,。]{6,})"
            r"|(?:统一|适当|相应)(?=提高|调整|上浮|并轨)|(?:有关|相关)(?=手续|待遇|费用|情况|记录|补贴|政策|职能)",
            "",
        ),
        # 予以登记, 进行查询: doing is said by the verb.
        (r"予以(?!每|一次)(?=[\u4e00-\u9fff]{2})(?![^，。]{0,4}优惠)", ""),
        (
            r"(?P<before>(?:^|，)[^，对将就]*)进行(?=查询|审核|公示|登记|备案|申报|申请|办理|更换|治疗|评估|缴费|咨询)",
            r"\g<before>",
        ),
        (
            r"可以(?=申请|享受|向|到|通过|凭|在|提取|直接|按|选择|办理|领取|查询|拨打|委托|自愿|独立|购买|使用|同时|要求|提出|根据)",
            "可",
        ),
        (r"(?P<sum>给予\d[\d.]*万?元)的(?=[^，。的]{0,6}(?:补贴|补助|奖励|津贴|资助|消费券|奖补))", r"\g<sum>"),
        (r"(?<![\u4e00-\u9fff])在(?=[^，]{4,20}期间)", ""),
        (r"(?<=[市县区])范围内", ""),
        (r"^对于", "对"),
        # 提出工伤认定申请, 办理转移手续, 自批准之日起.
        (r"提出(?P<what>[\u4e00-\u9fff]{2,10})申请(?=[，。]|$)", r"申请\g<what>"),
        (r"办理(?P<what>[^，。、的]{2,14}?)手续", r"办理\g<what>"),
        (r"(?P<since>自[^，。在]{2,24})之日起(?=\d)", r"\g<since>起"),
        (r"自住住房", "自住房"),
        (r"商业性个人住房贷款", "商业贷款"),
        (r"住房公积金(?!管理|中心)", "公积金"),
    )
)
_SHORTEST_FORM = tuple(
    (_compiled(pattern), plain)
    for pattern, plain in (
        # Whose town it is.
        (
            r"在(?:我|本)市(?:范围内|行政区域内)?(?!城区|市区|[区县]|范围|城市|主城|行政)(?=[\u4e00-\u9fff])"
            r"|我[省市](?!城区|市区|[区县]|范围|城市|主城|行政)(?=[\u4e00-\u9fff])",
            "",
        ),
        (r"(?<=[市县区])(?:行政区域|区域)?范围内", ""),
        (r"(?<=元)(?:人民币)|[（(]含[^（）()]*[）)](?=[^以]|$)", ""),
        (r"最高不(?:得)?超过(?=\d)", "最高"),
        # The name of a form; whom one applies to, behind the day by which.
        (r"(?<=填写|填报|提交)《[^《》]{2,40}?(?P<form>申请表|审批表|登记表|申报表|承诺书)》", r"\g<form>"),
        (r"(?<=[日月年天]内)[，,]?向[^，。向]{4,30}?(?=提出|提交|申请|报送|办理)", "，"),
        # The rest of a row that ends the sentence.
        (r"(?<=[\u4e00-\u9fff]{3})(?:、[^，。、\d：]{2,12}){2,}(?:和|及|以及|与)[^，。、\d]{2,12}$", "等"),
        # Rows before 等其他, which says all of them; who it is that a time is for, where what it is for says it too.
        (r"(?:[^，。、：的]{2,12}、){2,}[^，。、的]{1,12}等(?=其他)", ""),
        (
            r"^[^，。]{6,}?(?:的|人|者|儿童|家庭|人员|学生)(?=(?:参加)?[^，。的]{2,20}的?(?:报名|申请|申报|受理|办理|缴费)?(?:时间|期限|日期)(?:原则上)?[为是]\d)",
            "",
        ),
    )
)
#: Plain words shorten a sentence, but not by so much.
_TOO_LONG = SENTENCE_CHARACTERS + 40


def one_sentence(label: str, said: str) -> str:
    """A sentence with its full stop, plain words in it; empty when it is longer than a reader takes in at one go."""
    if len(said) > _TOO_LONG:
        return ""
    said = shorter(said, SENTENCE_CHARACTERS - 1 - (len(label) + 1 if label else 0))
    said = said.rstrip(ENDS)
    said = COMMA.sub("，", said) if "," in said else said
    if label:
        said = f"{label}{'' if _LABELLED.match(said) else '：'}{said}"
    ended = said if said.endswith(("！", "!", "？", "。”", "！”")) else said + "。"
    return ended if 6 <= len(ended) <= SENTENCE_CHARACTERS else ""


def shorter(said: str, most: int) -> str:
    """The same in fewer characters, where it is longer than `most`."""
    for pattern, plain in (*_SHORTER, *_SHORTEST_FORM):
        if len(said) <= most:
            return said
        said = pattern.sub(plain, said)
    return said if len(said) <= most else plainly(said)


#: A sentence is asked for again each time that it is laid beside another.
@lru_cache(maxsize=2048)
def easier(sentence: str) -> str:
    """A sentence that is told, in plain words, and without what a long one says as well without."""
    said = _YOU.sub("您", plainly(sentence))
    for pattern, plain in _SHORTER:
        if len(said) <= _EASY:
            break
        said = pattern.sub(plain, said)
    return said


def plainly(said: str) -> str:
    """Shorter words for those that offices like; names and quotations stay as they are."""
    pieces = _NAMED.split(said) if "《" in said or "“" in said else [said]
    return "".join(
        piece
        if _NAMED.fullmatch(piece)
        else _OFFICE_WORDS.sub(lambda found: _PLAIN_WORDS[found.group()], _MUST.sub("应", piece))
        for piece in pieces
    )


def in_short_sentences(sentence: str) -> list[str]:
    """A sentence of several clauses that each say something, as that many sentences; nothing is left out."""
    return list(_in_short_sentences(sentence))


#: A sentence is asked for each time that what is chosen is told anew.
@lru_cache(maxsize=512)
def _in_short_sentences(sentence: str) -> tuple[str, ...]:
    if len(sentence) <= _COMFORTABLE or sentence[:4].endswith("：") or not sentence.endswith("。"):
        return (sentence,)
    said = [""]
    parts = clauses(sentence)
    for place, part in enumerate(parts):
        said[-1] += part.text
        if place + 1 < len(parts) and _ends(said[-1], part) and _begins(parts, place + 1):
            said[-1] = STOP.sub("", said[-1]) + "。"
            said.append("")
    return (*said[:-1], said[-1] if said[-1].endswith("。") else STOP.sub("", said[-1]) + "。")


def _ends(said: str, part: Clause) -> bool:
    """Is what was said so far a sentence?"""
    whole = part.role == "main" and (part.has_predicate or part.says_of_somebody) and part.text.endswith(("，", ","))
    return (
        whole and len(said) > _SHORTEST_HALF and not part.leans_forward and stands_alone(STOP.sub("", said) + "。", before="")
    )


def _begins(parts: Sequence[Clause], place: int) -> bool:
    """Does a sentence begin here that says by itself whom it is about?"""
    following = parts[place]
    if (
        _BOUND.match(following.text)
        or following.text[0].isdigit()
        or following.goes_on
        or following.role not in ("main", "condition", "people")
    ):
        return False
    rest = STOP.sub("", "".join(part.text for part in parts[place:]))
    first = following.bare if following.role == "main" else rest
    return len(first) >= _SHORTEST_HALF and all(stands_alone(each + "。", before="") for each in (first, rest))
