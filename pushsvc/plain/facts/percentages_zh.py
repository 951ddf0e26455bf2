"""Percentages in Chinese documents, each with the role that the words around it prove."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.clauses_zh import clause_of
from pushsvc.plain.facts.conditions_zh import condition_of
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.cues import cue_of, role_by_head
from pushsvc.plain.facts.money_found_zh import in_lines
from pushsvc.plain.facts.numerals import NUMBER, any_number, number
from pushsvc.plain.facts.percent_roles_zh import HEAD_CUES, PERCENT_CUES
from pushsvc.plain.facts.rewritten_zh import rewritten, role_of_change
from pushsvc.plain.facts.series_zh import side_by_side, spread

_N = rf"(?:{NUMBER}|[零一二两三四五六七八九十百]{{1,8}}(?:点[零一二三四五六七八九]{{1,4}})?)"
_UNIT = {"百分之": 1.0, "千分之": 0.1, "万分之": 0.01, "%": 1.0, "％": 1.0, "‰": 0.1, "个百分点": 1.0}
_PERCENT = re.compile(
    rf"(?<![\d.０-９])(?P<low>{NUMBER})\s?[%％]?\s?(?:[（(]含[^）)]{{0,6}}[）)])?(?:-|—{{1,2}}|–|~|～|－|至|到|以上)\s?(?P<high>{NUMBER})\s?[%％](?:以下(?=的?罚款))?"
    rf"|(?<![\d.０-９])(?P<n>{NUMBER})\s?(?P<sign>[%％‰]|个百分点)"
    rf"|(?P<of>百分之|千分之|万分之)(?P<words>{_N})(?:(?:至|到|以上)(?:百分之|千分之|万分之)(?P<most>{_N})(?:以下(?=的?罚款))?)?"
    r"|(?P<tenths>[一二三四五六七八九][一二三四五六七八九]?|(?<![\d.])[1-9](?:\.\d)?)折(?![叠合算旧扣抵线])"
    r"|(?P<part>[二四五十]分之[一二三四五六七八九])(?!以上|的?(?:多数|业主|委员|代表|成员|同意|票))"
    r"|(?P<half>半价|减半(?=[征收缴交计发,，。；;]))"
)
_HINT = re.compile(r"[%％‰折]|分之|半价|减半|百分点")
_MOST = 1_000
#: A list or a formula: "去年人数*100%".
_FORMULA = re.compile(r"[×*x＊]\s?$")

#: "总成绩=笔试成绩×60%+面试成绩×40%": what each mark counts.
_MARK_PART = re.compile(r"(?:成绩|得分|分数)[）)]?\s?[×*x＊]\s?$")
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
    changes = rewritten(text)
    for group, clause, role in zip(groups, clauses, roles, strict=True):
        if role is None:
            role = role_by_head(HEAD_CUES, clause) or ("rate" if text[group[0].end - 1] in "折价半" else None)
        role = role_of_change(changes, group[0].start) or role
        for place, share in enumerate(group):
            condition = condition_of(context, share.start, place, len(group))
            raw = text[share.start : share.end]
            yield Fact(
                "percentage", share.value, raw, share.start, share.end, role or None, "%", condition, 1.0 if role else 0.5
            )


def _share(text: str, found: re.Match[str]) -> Share | None:
    if _FORMULA.search(text[max(0, found.start() - 2) : found.start()]) and not _MARK_PART.search(
        text[max(0, found.start() - 8) : found.start()]
    ):
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
    elif found["part"]:
        value = _times(any_number(found["part"][-1]), 100 / (any_number(found["part"][0]) or 1))
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
