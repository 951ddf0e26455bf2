"""Which role an amount or a percentage plays: what a reader gets, pays, may not pass, or is told has moved."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Words for what a reader gets.
AID = (
    r"补贴|补助|奖励|资助|津贴|救助|奖补|消费券|补偿|扶持|贴息|抚恤|奖金|助学金|慰问金|优待金|护理费|生活费|安家费|报销"
    r"|支付限额|给予|发放|减免|经费支持|配套支持|扣除标准|保障标准|低保标准"
)
_CAP = re.compile(r"(?:最高|最多|上限|封顶|不(?:得)?超(?:过|出)?|不(?:得)?高于|限额|以内|至多|累计不)")
_CAP_CLOSE = re.compile(r"(?:最高|最多|上限|封顶|不(?:得)?超(?:过|出)?|不(?:得)?高于|至多|限额)[^,，。；;\d]{0,8}$")
_OLD_NEW = re.compile(r"(?:由|从|原)[^,，。；;]{0,22}$")
_TO_NEW = re.compile(
    r"(?:由|从)[^。；;]{0,40}(?:提高|提升|上调|下调|调整|降低|增加|上浮|降|调|升|增|扩大|下降|减少)[到至为]\s?$"
)
_MOVED_AFTER = re.compile(r"^[^,，。；;\d]{0,4}(?:统一)?(?:提高|提升|上调|下调|调整|降低|增加|降|调|升|增|下降)[到至为]")
_MOVED_TO = re.compile(r"(?:提高|提升|上调|下调|调整|降低|增加|降|调|下降)[到至为]\s?(?:最高)?$")
_RAISED_BY = re.compile(r"(?:上浮|增加|提高|上调|增长|下调|降低|下浮|额外增加|叠加)\s?(?:了|最高)?\s?$")
_THRESHOLD_AFTER = re.compile(r"^\s?(?:[（(]含[^）)]{0,6}[）)])?\s?(?:及)?(?:以上|以下|以内|之间)")
_THRESHOLD_BEFORE = re.compile(
    r"(?:不(?:得)?低于|不少于|达到|达|超过|满|低于|(?<!不)(?<!得)高于|大于|小于|不足|注册资本|年?收入|营业收入|余额|资产|投资额|产值)[^,，。；;\d]{0,8}$"
)


@dataclass(frozen=True)
class Words:
    """The clause of a figure: before it, after it, and both."""

    before: str
    after: str
    clause: str


def _moved(words: Words) -> str | None:
    if _TO_NEW.search(words.before) or (_MOVED_TO.search(words.before)):
        return "new_value"
    if _OLD_NEW.search(words.before) and _MOVED_AFTER.match(words.after):
        return "old_value"
    return None


def amount_role(words: Words, per: str) -> str | None:
    """The role of an amount in yuan; `per` is what it is counted by (元/人). None when no cue proves one."""
    before, after, clause = words.before, words.after, words.clause
    if re.search(r"罚款|罚金|处以?罚", clause):
        return "fine"
    if "举报人" in clause:  # a reward for a tip-off is nothing that the document offers its readers
        return "other"
    if re.search(r"(?:抵扣|立减|直减|减免)[^,，。\d]{0,4}$", before):
        return "subsidy"
    moved = _moved(words)
    if (
        "贷" in before
        and not re.search(r"贴息|补贴|补助", before[-10:])
        and re.search(r"贷款.{0,12}(?:额度|金额|限额)|最高.{0,4}贷款|可贷", before)
        and moved != "old_value"
    ):
        if _RAISED_BY.search(before):
            return "increment"
        if moved and re.search(r"(?:由|从)", before):
            return moved
        return "loan_max" if _CAP.search(clause) or moved or "额度" in before else None
    if moved:
        return moved
    if _RAISED_BY.search(before):
        return "increment"
    if _THRESHOLD_AFTER.match(after) or (_THRESHOLD_BEFORE.search(before) and not re.search(r"不(?:得)?超过", before)):
        return "threshold"
    aid = re.search(AID, clause)
    if aid and (_CAP_CLOSE.search(before) or re.match(r"^\s?(?:以内|封顶|为限)", after)):
        return "subsidy_max"
    if _CAP_CLOSE.search(before):
        # "不超过400元的，无需办理": a cap that says whom the rule is for.
        return "threshold" if re.match(r"^\s?的$", after) else "limit"
    if (
        re.search(r"收费|工本费|报名费|考试费|学费|缴费|押金|保证金|租金|服务费|缴纳|手续费|票价|自付|个人缴", before[-24:])
        and not aid
    ):
        return "fee"
    if re.search(r"资金|预算|安排|投入|总额|投资|规模", before[-20:]) and not re.search(r"每", before[-12:]):
        return "budget"
    if aid and (
        re.search(rf"(?:{AID}|标准|按|一次性|每人|每户|每月|每年|每家|每)[^,，。]{{0,14}}$", before)
        or re.match(rf"^的?\s?(?:一次性)?\S{{0,6}}(?:{AID})", after)
    ):
        return "subsidy"
    if re.search(r"标准", before[-16:]) or per:
        return "standard" if re.search(r"标准|每人|每月|每户", before[-20:]) else None
    return None


def percentage_role(words: Words) -> str | None:
    """The role of a percentage in a Chinese text, or None."""
    before, after, clause = words.before, words.after, words.clause
    if re.search(r"首付", before):
        return _moved(words) or "min_downpayment"
    moved = _moved(words)
    if moved:
        return moved
    if _RAISED_BY.search(before) or re.search(r"上浮[^,，。\d]{0,4}$", before):
        return "increment"
    if re.search(r"罚款|滞纳金|违约金", clause):
        return "fine_rate"
    if re.search(r"补贴|补助|奖励|资助|贴息|返还|报销|支付比例|给予|减按|减征|退还", clause):
        return "subsidy_rate"
    if _CAP_CLOSE.search(before):
        return "limit"
    if _THRESHOLD_AFTER.match(after) or re.search(
        r"(?:不(?:得)?低于|不少于|达到|超过|达|高于|低于|大于|占比)[^,，。\d]{0,6}$", before
    ):
        return "threshold"
    if re.search(r"利率|税率|费率|比例|率", before[-14:]):
        return "rate"
    return None
