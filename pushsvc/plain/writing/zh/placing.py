"""Where the reader goes or whom the reader calls, made of a place or a number that a label or a verb says to be for that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS

_DEED = r"(?P<deed>报名|申请|申领|申报|登记|办理|领取|预约|缴费|报到|咨询)"
#: 到镇人民政府办公室报名: the deed behind the place.
_BEHIND = re.compile(
    rf"(?:现场|直接|统一|当面|自愿)?(?:提出)?{_DEED}(?P<what>(?<=办理)[\u4e00-\u9fff]{{2,6}}手续|(?<=领取)[\u4e00-\u9fff]{{2,8}}(?=[。；;，,\n]))?(?P<form>并?(?:填写)?《?[^，,。；;》\n]{{0,30}}申[请报][^，,。；;》\n]{{0,6}}表)?"
)
#: 申请审批表: the form by its kind, and the deeds by which one gets it.
_FORM, _FETCHES = re.compile(r"申[请报][\u4e00-\u9fff]{0,6}表"), frozenset({"领取", "申领"})
#: 报名网址：
_SITE = re.compile(rf"{_DEED}[\u4e00-\u9fff]{{0,4}}(?:网址|网站|入口|平台|系统|链接)(?:为|[:：])?\s*$")
#: 报名地点：: the deed before the place, in its label.
_BEFORE = re.compile(rf"{_DEED}[\u4e00-\u9fff]{{0,4}}(?:地点|地址)(?:为|[:：])?\s*$")
#: (5512340)预约报名: what one calls for.
_CALLS_FOR = re.compile(r"[”\"）)]?\s?(?P<deed>预约|报名|登记|申请)")
#: Whoever is told to bring it there is somebody else, or it is an exception.
_OTHERS = re.compile(
    r"不予|不得|逾期|未按|由[^，,。；;]{0,14}(?:局|部门|机构|街道|镇|委员会)$|(?:局|部门|机构|委员会)[^，,。；;]{0,10}$"
)


def places(reading: Reading, facts: Sequence[Fact]) -> list[tuple[int, str]]:
    """(where in the source, 到党群服务中心一楼报名) for each place of which the source says what it is for, in order."""
    found = []
    for fact in facts:
        if fact.kind == "url" and (site := _SITE.search(reading.source_text[max(0, fact.start - 16) : fact.start])):
            found.append((fact.start, catalogue.phrase("zh", "action", "at_site", site=str(fact.value), deed=site["deed"])))
        if fact.kind != "address" or fact.role not in ("apply", "handle") or len(str(fact.value)) > SENTENCE_CHARACTERS - 8:
            continue
        before = reading.source_text[max(0, fact.start - 24) : fact.start]
        deed = _BEHIND.match(reading.source_text, fact.end) or _BEFORE.search(before)
        if deed and not _OTHERS.search(re.sub(r"[到至向赴]$", "", before.rsplit("\n", 1)[-1])):
            place = "".join(str(fact.value).split())
            for said in dict.fromkeys((_deed_said(deed), deed["deed"])):
                if said in _FETCHES:
                    continue  # 到窗口领取 does not say what.
                found.append((fact.start, catalogue.phrase("zh", "action", "at_place", place=place, deed=said)))
    return found


def _deed_said(deed: re.Match[str]) -> str:
    """办理补贴手续, 领取申请表: the deed with what it is done to, where the source says so right behind it."""
    groups = deed.groupdict()
    form = _FORM.search(groups.get("form") or "")
    if form and deed["deed"] in _FETCHES:
        return deed["deed"] + form.group()
    return deed["deed"] + (groups.get("what") or "")


def asked_at_places(reading: Reading, facts: Sequence[Fact]) -> list[str]:
    """请到…报名。 and 请拨打…预约。: what is asked where no sentence asks it, each of at most 40 characters."""
    said = [catalogue.phrase("zh", "action", "please", act=act) for _, act in places(reading, facts)]
    for fact in facts:
        deed = _CALLS_FOR.match(reading.source_text, fact.end) if fact.kind == "phone" and fact.role == "register" else None
        if deed:
            act = catalogue.phrase("zh", "action", "by_phone", number=str(fact.value), deed=deed["deed"])
            said.insert(0, catalogue.phrase("zh", "action", "please", act=act))
    return [one for one in said if len(one) <= SENTENCE_CHARACTERS]
