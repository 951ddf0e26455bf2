"""Percentages in Chinese documents, each with the role that the words around it prove."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.clauses_zh import clause_of
from pushsvc.plain.facts.conditions_zh import condition_of
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.cues import NOTHING, Cue, cue_of, role_by_head
from pushsvc.plain.facts.money_found_zh import in_lines
from pushsvc.plain.facts.money_roles_zh import AID, CAP, FLOOR, RAISED
from pushsvc.plain.facts.numerals import NUMBER, any_number, number
from pushsvc.plain.facts.series_zh import side_by_side, spread

_N = rf"(?:{NUMBER}|[零一二两三四五六七八九十百]{{1,8}}(?:点[零一二三四五六七八九]{{1,4}})?)"
_UNIT = {"百分之": 1.0, "千分之": 0.1, "万分之": 0.01, "%": 1.0, "％": 1.0, "‰": 0.1}
_PERCENT = re.compile(
    rf"(?<![\d.０-９])(?P<low>{NUMBER})\s?[%％]?\s?(?:[（(]含[^）)]{{0,6}}[）)])?(?:-|—{{1,2}}|–|~|～|－|至|到|以上)\s?(?P<high>{NUMBER})\s?[%％](?:以下(?=的?罚款))?"
    rf"|(?<![\d.０-９])(?P<n>{NUMBER})\s?(?P<sign>[%％‰])"
    rf"|(?P<of>百分之|千分之|万分之)(?P<words>{_N})(?:(?:至|到|以上)(?:百分之|千分之|万分之)(?P<most>{_N})(?:以下(?=的?罚款))?)?"
    r"|(?P<tenths>[一二三四五六七八九][一二三四五六七八九]?|(?<![\d.])[1-9](?:\.\d)?)折(?![叠合算旧扣抵线])"
    r"|(?P<half>半价)"
)
_HINT = re.compile(r"[%％‰折]|分之|半价")
_MOST = 1_000
#: A list or a formula: "去年人数*100%".
_FORMULA = re.compile(r"[×*x＊]\s?$")

_RATE = r"利率|税率|费率|比例|率|占比|系数|份额|标准|折扣"
PERCENT_CUES: Sequence[Cue] = (
    Cue("other", sentence=r"(?:例如|比如|譬如|举例|假设|假如|为例)"),
    Cue("other", sentence=r"举报|提供线索", clause=r"奖"),
    # How the economy grew is nobody's raise.
    Cue(
        NOTHING,
        before=r"(?:同比|环比|GDP|产值|增加值|总量|总额|消费|投资|出口)[^,，]{0,8}(?:增长|提高|下降|上升|上涨|减少|增加)$",
    ),
    Cue("fine_rate", clause=r"罚款|滞纳金|违约金|加收|加处"),
    Cue("rate", before=r"占$"),
    Cue("rate", before=r"(?:由|各由)(?:申请人|个人|本人|家庭|用人单位|单位|参保人)[^,，。；;]{0,8}$"),
    Cue("rate", before=r"(?:费率|(?:缴费|缴存)基数)[^,，。；;]{0,40}$", unless=r"#[^,，]{0,10}(?:给予|补|贴)"),
    Cue("rate", after=r"^的?(?:征收率|税率|优惠税率)|^(?:征收|计入应纳税)"),
    # From the old to the new.
    Cue("new_value", sentence=rf"(?:由|从|原)[^。；;]{{0,40}}\d\s?[%％][^。；;\d]{{0,30}}(?:{RAISED})[到至为]$"),
    Cue("old_value", before=r"(?:由|从|原)[^,，。；;]{0,22}$", following=rf"^[^。；;\d]{{0,6}}(?:统一)?(?:{RAISED})[到至为]"),
    Cue("min_downpayment", before=r"首付[^,，。；;]{0,24}$"),
    Cue("min_downpayment", after=r"^的?(?:最低)?首付"),
    Cue("new_value", before=rf"(?:{RAISED})[到至为](?:原来的?)?$", unless=r"#以[上下]"),
    Cue("increment", before=r"(?:上浮|增加|提高|上调|增长|下调|降低|下浮|叠加|增发|增值|上涨)(?:了|最高|不超过|每年)?$"),
    Cue("increment", before=r"(?:上浮|下浮|增发)[^,，。；;\d]{0,6}$", unless=FLOOR + r"|下浮不"),
    Cue("subsidy_rate", after=rf"^的?(?:标准|比例)?(?:一次性)?(?:给予|予以|发放)[^,，]{{0,10}}(?:{AID})", unless=r"不低于"),
    # What a rate is counted on: "月收入超过15%的".
    Cue("threshold", before=r"(?:超过|不足|低于|高于|满|达到?|超出)[^,，。；;\d]{0,14}$", after=r"^的$|^的?部分|^以上|^以下"),
    Cue(
        "subsidy_rate",
        clause=rf"(?:{AID}|返还|支付比例|支付限额|给予|减按|减征|报销比例)",
        unless=rf"退还|自付|{CAP}|达|监管|首付|缴交|分.{{0,6}}年|年度按",
    ),
    Cue("limit", before=CAP, unless=r"(?<!不)(?<!不得)超过"),
    Cue("limit", after=r"^以内", unless=r"罚"),
    Cue("threshold", after=r"^(?:[（(]含[^）)]*[）)])?(?:及|或)?(?:以上|以下|以内|之间)"),
    Cue("threshold", before=FLOOR),
    Cue("threshold", before=r"(?:不(?:得)?低于|不少于|达到?|超过|高于|低于|大于|小于|占比)[^,，。\d]{0,16}$"),
    Cue("limit", before=CAP),
    Cue(
        "subsidy_rate",
        before=rf"(?:{AID}|由[^,，。]{{0,10}}基金)[^,，。；;]{{0,24}}$",
        after=r"^的?(?:比例|标准)?[^,，]{0,4}(?:支付|发放|计发|发给)",
    ),
    Cue("limit", before=r"放宽[到至]?[^,，。\d]{0,10}$"),
    Cue("rate", before=r"享受$|实行$", after=r"^(?:优惠|优待|乘车|票)"),
    Cue(
        "subsidy_rate", before=r"标准(?:分别)?为[^,，。；;]{0,24}$", sentence=rf"(?:{AID})[^。；;]{{0,60}}$", unless=r"租金|缴"
    ),
    Cue("rate", before=r"(?:保证金|预付款|质保金)[^,，。；;]{0,12}$"),
    Cue("rate", before=rf"(?:{_RATE})[^,，。；;]{{0,10}}$", unless=r"(?:覆盖|完成|合格|达标|签约|续约|满意|成功)率"),
    Cue(
        "rate",
        after=r"^的?(?:比例|标准)?[^,，。；;\d]{0,3}(?:缴纳|交纳|缴费|计入|收取|计征|征收|计租|计算|执行|计缴|缴存)",
        unless=r"覆盖率|完成",
    ),
)
HEAD_CUES: Sequence[Cue] = (
    Cue("subsidy_rate", head=rf"(?:{AID}|支付比例|报销)[^。]{{0,10}}[:：]?$"),
    Cue("rate", head=r"(?:费率|利率|税率|缴费比例|缴存比例)[^。]{0,10}[:：]?$"),
)
_LISTED = frozenset({"subsidy_rate", "rate", "increment", "min_downpayment", "fine_rate"})


@dataclass(frozen=True)
class Share:
    """A percentage as printed: `text[start:end]`; a range's value is "low-high"."""

    value: int | float | str
    start: int
    end: int


def percentages_zh(context: Context) -> Iterator[Fact]:
    """The percentages of a document in the order of their places."""
    text = context.text
    found = [share for each in islice(in_lines(_PERCENT, _HINT, text), _MOST) if (share := _share(text, each))]
    groups = side_by_side(text, found)
    clauses = [clause_of(context, group[0].start, group[-1].end) for group in groups]
    cues = [cue_of(PERCENT_CUES, clause) for clause in clauses]
    roles = spread(text, groups, [cue.role if cue else None for cue in cues], _LISTED)
    for group, clause, role in zip(groups, clauses, roles, strict=True):
        if role is None:
            role = role_by_head(HEAD_CUES, clause) or ("rate" if text[group[0].end - 1] in "折价" else None)
        for place, share in enumerate(group):
            condition = condition_of(context, share.start, place, len(group))
            raw = text[share.start : share.end]
            yield Fact(
                "percentage", share.value, raw, share.start, share.end, role or None, "%", condition, 1.0 if role else 0.5
            )


def _share(text: str, found: re.Match[str]) -> Share | None:
    if _FORMULA.search(text[max(0, found.start() - 2) : found.start()]):
        return None
    value: int | float | str | None
    if found["low"]:
        value = f"{number(found['low'])}-{number(found['high'])}"
    elif found["n"]:
        value = _times(any_number(found["n"]), _UNIT[found["sign"]])
    elif found["of"]:
        least, most = _spoken(found["words"]), _spoken(found["most"] or "")
        least, most = _times(least, _UNIT[found["of"]]), _times(most, _UNIT[found["of"]])
        value = f"{least}-{most}" if least is not None and most is not None else least
    else:
        value = 50 if found["half"] else _tenths(found["tenths"])
    return Share(value, found.start(), found.end()) if value is not None else None


def _spoken(words: str) -> float | int | None:
    """十五, 二点五, 0.5."""
    if "点" in words:
        whole, _, part = words.partition("点")
        digits = ["零一二三四五六七八九".index(each) for each in part]
        start = any_number(whole)
        return None if start is None else start + sum(digit / 10 ** (place + 1) for place, digit in enumerate(digits))
    return any_number(words) if words else None


def _tenths(words: str) -> float | int | None:
    """九折 is 90 %, 八五折 85 %, 8.5折 85 %."""
    if words[0].isdigit():
        return _times(any_number(words), 10)
    digits = ["零一二三四五六七八九".index(each) for each in words]
    return digits[0] * 10 + (digits[1] if len(digits) > 1 else 0)


def _times(value: float | int | None, by: float) -> float | int | None:
    if value is None:
        return None
    product = round(value * by, 6)
    return int(product) if float(product).is_integer() else product
