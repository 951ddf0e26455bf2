"""Amounts and percentages, each with the role that the words around it prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, Surroundings
from pushsvc.plain.facts.numerals import NUMBER, any_number, number

_SCALE = r"(?:万亿|千万|百万|十万|万|亿|千|百)"
_PER = r"(?:\s?[/／每]\s?(?:人|户|家|年|月|日|天|次|平方米|平米|㎡|m2|m²|吨|亩|套|辆|人次|学期|学年|生|台|名|个)(?:\s?[·/／•・.]?\s?(?:月|年|日|次|天|人|学期))?)?"
_CNY = re.compile(
    rf"(?P<low>{NUMBER})\s?(?P<lowscale>{_SCALE})?(?:元)?\s?(?:-|—|–|~|～|至|到|元以上|元以上,)\s?(?P<high>{NUMBER})\s?(?P<highscale>{_SCALE})?\s?元(?:以下(?=的?罚款))?(?P<per1>{_PER})"
    rf"|(?P<n>{NUMBER})\s?(?P<scale>{_SCALE})?\s?(?:元|块钱)(?:人民币)?(?P<per>{_PER})"
    rf"|(?:人民币|￥|¥)\s?(?P<n2>{NUMBER})\s?(?P<scale2>{_SCALE})?"
    rf"|(?<![一二两三四五六七八九十百千万])(?P<words>[一二两三四五六七八九十百千]+万?)元(?P<per3>{_PER})"
    rf"|(?<=[从由为到至的过])(?P<n4>{NUMBER})\s?(?P<scale4>[万亿])(?=[提上下调降增,，。；;及和]|$)"
)
_FOREIGN = re.compile(
    rf"(?P<sign>US\$|\$|£|€)\s?(?P<low>{NUMBER})(?:\s?(?:-|–|—|to)\s?(?:US\$|\$|£|€)?(?P<high>{NUMBER}))?(?:\s?(?P<scale>trillion|billion|million|thousand|bn|k|m)\b)?",
    re.IGNORECASE,
)
_SIGNS = {"us$": "USD", "$": "USD", "£": "GBP", "€": "EUR"}
_PERCENT = re.compile(
    rf"(?P<low>{NUMBER})\s?[%％]?\s?(?:-|—|–|~|～|至|到)\s?(?P<high>{NUMBER})\s?[%％]|(?P<n>{NUMBER})\s?(?:[%％]|percent\b|per cent\b)|百分之(?P<words>[一二两三四五六七八九十百]+|{NUMBER})"
)
_AID = r"补贴|补助|奖励|资助|津贴|救助|奖补|消费券|补偿|扶持|贴息|抚恤|奖金|助学金|慰问金|优待金|护理费|生活费|安家费|报销|支付限额|一次性给予|给予|发放|减免|经费支持|奖金|配套支持|扣除标准|保障标准|低保标准|救助金"
_CAP = re.compile(r"(?:最高|最多|上限|封顶|不(?:得)?超(?:过|出)?|不(?:得)?高于|限额|以内|至多|累计不)")
_CAP_CLOSE = re.compile(r"(?:最高|最多|上限|封顶|不(?:得)?超(?:过|出)?|不(?:得)?高于|至多|限额)[^,，。；;\d]{0,8}$")
_OLD_NEW = re.compile(r"(?:由|从|原)[^,，。；;]{0,22}$")
_TO_NEW = re.compile(r"(?:由|从)[^。；;]{0,40}(?:提高|提升|上调|下调|调整|降低|增加|上浮|降|调|升|增|扩大|下降|减少)[到至为]\s?$")
_MOVED_AFTER = re.compile(r"^[^,，。；;\d]{0,4}(?:统一)?(?:提高|提升|上调|下调|调整|降低|增加|降|调|升|增|下降)[到至为]")
_MOVED_TO = re.compile(r"(?:提高|提升|上调|下调|调整|降低|增加|降|调|下降)[到至为]\s?(?:最高)?$")
_RAISED_BY = re.compile(r"(?:上浮|增加|提高|上调|增长|下调|降低|下浮|额外增加|叠加)\s?(?:了|最高)?\s?$")
_THRESHOLD_AFTER = re.compile(r"^\s?(?:[（(]含[^）)]{0,6}[）)])?\s?(?:及)?(?:以上|以下|以内|之间)")
_THRESHOLD_BEFORE = re.compile(r"(?:不(?:得)?低于|不少于|达到|达|超过|满|低于|(?<!不)(?<!得)高于|大于|小于|不足|注册资本|年?收入|营业收入|余额|资产|投资额|产值)[^,，。；;\d]{0,8}$")


#: A "total" of this many yuan is what all receive together, not what one can get.
_POOL = 1_000_000
_PAIRED = re.compile(r"[^,，。；;\d至到]{0,6}[、/和及][^,，。；;\d至到]{0,5}")


@dataclass(frozen=True)
class _Words:
    """The clause of a figure: before it, after it, and both."""

    before: str
    after: str
    clause: str


def money_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds amount and percentage."""
    if context.language == "zh" or "元" in context.text:
        yield from _coordinated(context.text, (_yuan(context, found) for found in _CNY.finditer(context.text)))
    for found in _FOREIGN.finditer(context.text):
        yield _foreign(context, found)
    for found in _PERCENT.finditer(context.text):
        fact = _percentage(context, found)
        if fact:
            yield fact


def _yuan(context: Context, found: re.Match[str]) -> Fact | None:
    value: str | int | float | None
    if found["low"]:
        high_scale = found["highscale"]
        low, high = number(found["low"], found["lowscale"] or high_scale), number(found["high"], high_scale)
        value = f"{low}-{high}" if low < high else None
    elif found["words"]:
        value = any_number(found["words"])
    else:
        value = number(found["n"] or found["n2"] or found["n4"], found["scale"] or found["scale2"] or found["scale4"])
    if value is None:
        return None
    if found["n4"] and not _is_money_context(context, found):
        return None
    if re.search(r"[（(](?:不)?含\s?$", context.text[max(0, found.start() - 4) : found.start()]):
        return None
    per = next((found[name] for name in ("per", "per1", "per3") if found[name]), "")
    where = context.around(found.start(), found.end())
    role = _amount_role(_words(where), per)
    if role == "subsidy_max" and re.search(r"总额|总量", where.before[-20:]) and isinstance(value, int) and value >= _POOL:
        role = "budget"
    if role == "limit" and re.search(_AID, where.before[-70:]) and not re.search(r"提取|贷|缴|优惠", where.before[-24:]):
        role = "subsidy_max"
    return Fact("amount", value, found.group(), found.start(), found.end(), role, _unit("CNY", per), _condition(where), 1.0 if role else 0.5)


def _coordinated(text: str, amounts: Iterable[Fact | None]) -> Iterator[Fact]:
    """"增加10万元/单职工、20万元/双职工": the second of a pair has the role of the first."""
    last: Fact | None = None
    for amount in amounts:
        if amount is None:
            continue
        between = text[last.end : amount.start] if last else ""
        if last and last.role not in (None, "old_value", "new_value") and len(between) <= 10 and _PAIRED.fullmatch(between):
            amount = replace(amount, role=last.role, confidence=last.confidence)
        yield amount
        last = amount


def _is_money_context(context: Context, found: re.Match[str]) -> bool:
    """"由60万提高至80万": a scale without 元 is money only in a sentence about money."""
    where = context.around(found.start(), found.end())
    return bool(re.search(r"额度|贷款|补贴|资金|金额|元", where.sentence))


def _foreign(context: Context, found: re.Match[str]) -> Fact:
    low, scale = number(found["low"], found["scale"]), found["scale"]
    value: str | int | float = f"{low}-{number(found['high'], scale)}" if found["high"] else low
    where = context.around(found.start(), found.end())
    role = _english_amount_role(where.before[-90:], where.after[:60])
    return Fact("amount", value, found.group().strip(), found.start(), found.start() + len(found.group().rstrip()), role, _SIGNS[found["sign"].lower()], None, 1.0 if role else 0.5)


def _percentage(context: Context, found: re.Match[str]) -> Fact | None:
    value: str | int | float | None
    if found["low"]:
        value = f"{number(found['low'])}-{number(found['high'])}"
    else:
        value = any_number(found["n"] or found["words"])
    if value is None:
        return None
    where = context.around(found.start(), found.end())
    role = _percentage_role(_words(where)) if context.language == "zh" else _english_percentage_role(where.before[-60:], where.after[:50])
    return Fact("percentage", value, found.group(), found.start(), found.end(), role, "%", _condition(where), 1.0 if role else 0.5)


def _words(where: Surroundings) -> _Words:
    before = re.split(r"[,，。；;:：](?!\d)", where.before[-70:])[-1]
    after = re.split(r"[,，。；;、](?!\d)", where.after[:40])[0]
    return _Words(before, after, before + "#" + after)


def _moved(words: _Words) -> str | None:
    if _TO_NEW.search(words.before) or (_MOVED_TO.search(words.before)):
        return "new_value"
    if _OLD_NEW.search(words.before) and _MOVED_AFTER.match(words.after):
        return "old_value"
    return None


def _amount_role(words: _Words, per: str) -> str | None:
    before, after, clause = words.before, words.after, words.clause
    if re.search(r"罚款|罚金|处以?罚", clause):
        return "fine"
    moved = _moved(words)
    if "贷" in before and not re.search(r"贴息|补贴|补助", before[-10:]) and re.search(r"贷款.{0,12}(?:额度|金额|限额)|最高.{0,4}贷款|可贷", before) and moved != "old_value":
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
    aid = re.search(_AID, clause)
    if aid and (_CAP_CLOSE.search(before) or re.match(r"^\s?(?:以内|封顶|为限)", after)):
        return "subsidy_max"
    if _CAP_CLOSE.search(before):
        return "limit"
    if re.search(r"收费|工本费|报名费|考试费|学费|缴费|押金|保证金|租金|服务费|缴纳|手续费|票价|自付|个人缴", before[-24:]) and not aid:
        return "fee"
    if re.search(r"资金|预算|安排|投入|总额|投资|规模", before[-20:]) and not re.search(r"每", before[-12:]):
        return "budget"
    if aid and (re.search(rf"(?:{_AID}|标准|按|一次性|每人|每户|每月|每年|每家|每)[^,，。]{{0,14}}$", before) or re.match(rf"^的?\s?(?:一次性)?\S{{0,6}}(?:{_AID})", after)):
        return "subsidy"
    if re.search(r"标准", before[-16:]) or per:
        return "standard" if re.search(r"标准|每人|每月|每户", before[-20:]) else None
    return None


def _percentage_role(words: _Words) -> str | None:
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
    if _THRESHOLD_AFTER.match(after) or re.search(r"(?:不(?:得)?低于|不少于|达到|超过|达|高于|低于|大于|占比)[^,，。\d]{0,6}$", before):
        return "threshold"
    if re.search(r"利率|税率|费率|比例|率", before[-14:]):
        return "rate"
    return None


def _english_amount_role(before: str, after: str) -> str | None:
    near, head = before.lower(), after.lower()
    if re.search(r"\b(?:penalt(?:y|ies)|fines?|fined)\b", near[-60:] + head[:30]):
        return "fine"
    if re.search(r"\bburden\b", near[-40:]):
        return None
    if re.search(r"\b(?:costs?|fees?|pay|price|charged?)\b[^.]{0,40}$", near) or re.match(r"^\s?(?:fee|per application|to (?:renew|apply|register))", head):
        return "fee"
    if re.search(r"\b(?:grants?|payments?|awards?|allowance|benefit|you (?:can|could|may|will) (?:get|receive|claim)|scheme)\b[^.]{0,40}(?:up to|maximum of)\s?$", near):
        return "subsidy_max"
    if re.search(r"\b(?:you (?:can|could|may|will|'ll) (?:get|receive|claim)|entitled to|grants? of|payments? of|awards? of|prize of)\s?[^.]{0,12}$", near):
        return "subsidy"
    if re.search(r"\b(?:more than|less than|over|under|at least|exceed(?:s|ing)?|below|above|threshold of)\s?$", near):
        return "threshold"
    if re.search(r"\b(?:budget|fund(?:ing|s|ed)?|invest(?:ment|ing|ed)?|annual (?:cost )?burden|total (?:annual )?cost|programme|program)\b[^.]{0,50}$", near) or re.match(r"^\s?(?:of )?(?:funding|investment|fund\b|budget|programme)", head):
        return "budget"
    return None


def _english_percentage_role(before: str, after: str) -> str | None:
    near, head = before.lower(), after.lower()
    if re.search(r"\b(?:increas\w+|ris\w+|grow\w+|fell|reduc\w+|decreas\w+)\b[^.]{0,12}(?:by|of)\s?$", near):
        return "increment"
    if re.search(r"\b(?:at least|more than|less than|minimum of|over|below|exceed\w*)\s?$", near):
        return "threshold"
    if re.match(r"^\s?(?:discount|of (?:the|your|eligible) costs?|grant)", head):
        return "subsidy_rate"
    if re.search(r"\b(?:rate|margin|margins|tax)\b[^.]{0,24}$", near):
        return "rate"
    return None


def _unit(currency: str, per: str) -> str:
    names = {"人": "person", "户": "household", "家": "firm", "年": "year", "月": "month", "日": "day", "天": "day", "次": "time", "套": "home", "亩": "mu", "吨": "tonne"}
    parts = [names.get(part, part) for part in re.findall(r"平方米|平米|㎡|人次|学期|学年|[人户家年月日天次吨亩套辆生台名个]", per)]
    return "/".join([currency, *parts])


def _condition(where: Surroundings) -> str | None:
    """The clause that a figure is said under, when it is short enough to read."""
    clause = re.split(r"[,，。；;:：](?!\d)", where.before[-40:])[-1].strip(" 、(（")
    return clause if 2 <= len(clause) <= 24 and not clause[0].isdigit() else None
