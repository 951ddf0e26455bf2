"""The case that a figure is for, in the source's own words: "二孩家庭", "面积在90平方米以上的", "硕士研究生".

A condition is a piece of the text, cut at its ends only. It is looked for from near to far: the group that a list pairs with
the figure ("硕士、博士研究生,分别给予2万元、3万元"), the name at the figure's side ("本科生4万元"), the case that the sentence
begins with ("对全款购买的,一次性发放1.5万元").
"""

from __future__ import annotations

import re

from pushsvc.plain.facts.context import Context

_SENTENCE_STOP = re.compile(r"[。；;！？!?\n]")
_CLAUSE_STOP = re.compile(r"[,，:：](?!\d{3}(?!\d))")
_BRACKETS = re.compile(r"[（(][^（()）]{0,80}[）)]")
#: What a sum is per, said at some distance before it: "每人每月发放津贴100元". The writer reads it from the condition.
_PER_APART = re.compile(r"每(?:个?月|年|日|天|次|学期|学年|平方米|立方米|平米|吨|小时|公里|度|亩)[\u4e00-\u9fff]{1,8}$")
#: Where the name of a case ends and what is done for it begins.
_DOING = re.compile(
    r"(?:一次性|分别|再|额外|另外?|可|均|各|统一|每年|每月)*(?:给予|发放|发给|补贴|补助|奖励|资助|救助|津贴|奖金|予以|享受|申领|领取|可获|兑现|提取|贷款|可贷|最高|最多|上限"
    r"|不超过|不得|不高于|不低于|不少于|限额|按照?|处以|并处|可以?处|处$|罚款|交纳|缴纳|收取|收费|减收|减免|(?<!国家)(?<!行业)(?<!地方)(?<!国际)标准|金额|额度|费用|租金|提高|增加|上浮|下浮|调整|降低|由|从|为|是|达到?|超过|低于"
    r"|每[人户家名月年次套平个日天件生]|由原|原|现行|购房款|契税|首付|利率|比例|合计|累计|总)"
)
_OPENS = re.compile(
    r"^(?:[\s、，,（(]|第[一二三四五六七八九十百\d]{1,5}[条项款]|其中|对于|对(?!应|口|象|外)|凡|若|如(?!皋|东)|经(?=认定|批准|核|评|市|区|县|省|审|有关)|向|且|并|但|则|和|及|或|以及|等|或者|一是|二是|三是|[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|按照?|为)+"
)
_CLOSES = re.compile(
    r"(?:[\s、，,（(]|等|购房|年度|一次性|在|的家庭购买.*|及|和|则|可以?|还可以?|应当|均|将|满|达|其|的贷款|最|首次)+$"
)
_CASE = re.compile(
    r"(?:的|者|人员|人才|家庭|企业|单位|机构|职工|学生|毕业生|老年?人|儿童|居民|农民|军人|对象|申请人|借款人|缴存人|购房人|用户|个人|等奖(?:\d{1,3}[名个项])?|户|以上|以下|以内)$|^(?:对|凡|若|如|属于?)"
)
#: What is left of a clause that names no case.
_NO_CASE = re.compile(
    r"^(?:以.{1,6}为.{1,4}|由.*|不|没有|有|可以|应当|[省市区县]财政|财政|具体.*|其中|之后|以后|对应.*|处.*|同时|最长|累计|连续|第.{1,3}|.)$"
)
_FIGURE = re.compile(r"\d\s?[万亿]?元(?:[/／·](?:人次|平方米|[\u4e00-\u9fff]))*|\d[%％]")
_WHO_PAYS = frozenset({"省级", "市级", "区级", "县级", "省", "市", "区", "县"})
#: How many clauses back the case may stand, and how long it may be to be read at a glance.
_CLAUSES_BACK, _CHARACTERS = 6, 30
_LOOKED_AT = 180
_AND = re.compile(r"[、]|和|与|及(?!以)|或(?!以)")


def condition_of(context: Context, start: int, place: int, of: int) -> str | None:
    """The case of the figure that begins at `start`, the `place`-th of `of` figures that stand side by side."""
    placed = context.cells.at(start)
    low = max(0, start - _LOOKED_AT, placed.cell.start if placed else 0)
    stops = [found.end() for found in _SENTENCE_STOP.finditer(context.text, low, start)]
    sentence = context.text[stops[-1] if stops else low : start]
    clauses = _clauses(sentence)
    if _PER_APART.search(clauses[-1]) and len(clauses[-1]) <= _CHARACTERS:
        return clauses[-1]
    if placed:
        return _named(clauses[-1]) or placed.condition()
    return _paired(clauses, place, of) or _named(clauses[-1]) or _entry(sentence, clauses) or _case(clauses[:-1])


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; commas in brackets end none, and a bracket that is still open begins one."""
    masked = _BRACKETS.sub(lambda found: "\x00" * len(found.group()), sentence)
    cuts = [found.end() for found in re.finditer(rf"{_CLAUSE_STOP.pattern}|[（(]", masked)]
    return [sentence[a:b].strip(" ,，:：（(") for a, b in zip([0, *cuts], [*cuts, len(sentence)], strict=True)]


def _paired(clauses: list[str], place: int, of: int) -> str | None:
    """ "对硕士、博士研究生购房的,分别给予2万元、3万元": the group that stands at the same place of its own list."""
    if of < 2 or "分别" not in clauses[-1]:
        return None
    before, _, _ = clauses[-1].partition("分别")
    for clause in [before, *reversed(clauses[-4:-1])]:
        masked = _BRACKETS.sub(lambda found: "\x00" * len(found.group()), clause)
        cuts = [0, *(at for found in _AND.finditer(masked) for at in found.span()), len(clause)]
        pieces = [clause[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
        if len(pieces) == of:
            return _short(re.split(r"(?<!^)(?:在|购买|申请|的家庭)(?=.{3})", pieces[place])[-1 if place == 0 else 0])
    return None


def _named(clause: str) -> str | None:
    """ "本科生4万元": the name at the figure's side, after the figure before it."""
    figures = list(_FIGURE.finditer(clause))
    name = re.split(r"[、和及]", clause[figures[-1].end() :])[-1] if figures else clause
    doing = _DOING.search(name)
    said = _short(name[: doing.start()] if doing else name)
    return None if said in _WHO_PAYS else said


def _entry(sentence: str, clauses: list[str]) -> str | None:
    """ "（1）本科生：每人1万元": the name of a list's entry."""
    return _short(clauses[-2]) if len(clauses) == 2 and sentence.rstrip("每人户月年").endswith((":", "：")) else None


def _case(clauses: list[str]) -> str | None:
    """The nearest clause before that names for whom or when; of a long one its head."""
    for clause in reversed(clauses[-_CLAUSES_BACK:]):
        bare = _BRACKETS.sub("", clause)
        if not _CASE.search(bare) or re.search(r"(?:补贴|补助|奖励)的$|\d\s?万?元(?!以|的|及)", bare):
            continue
        case = _short(clause)
        if case is None:
            people = re.match(r"(?:对于?|凡)?(.{2,24}?)(?=在|购买|申请|从事|首次|于)", clause)
            case = _short(people[1]) if people else None
        if case is not None:
            return case
    return None


def _short(piece: str) -> str | None:
    piece = _CLOSES.sub("", _OPENS.sub("", piece)).strip()
    if piece.count("（") + piece.count("(") != piece.count("）") + piece.count(")"):
        return None
    if _NO_CASE.match(piece) or "|" in piece:
        return None
    return piece if 2 <= len(piece) <= _CHARACTERS and re.search(r"[\u4e00-\u9fffA-Za-z]", piece) else None
