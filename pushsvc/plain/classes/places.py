"""Which regions a document names: in its title, its issuer, its signature. Nothing is guessed from the text."""

from __future__ import annotations

import re
from functools import cache

from pushsvc import taxonomy
from pushsvc.domain.publications import Reading

_NATIONAL = re.compile(
    r"国务院|中华人民共和国|国家(?:税务总局|发展改革委|金融监督管理总局|医疗保障局|卫生健康委|市场监督管理总局|移民管理局|知识产权局|统计局|邮政局)|财政部"
    r"|教育部|民政部|人力资源社会保障部|人力资源和社会保障部|住房城乡建设部|住房和城乡建设部|商务部|公安部|司法部|农业农村部|退役军人事务部|中国人民银行|中国银保监会"
    r"|全国人民代表大会"
)
#: Marks of the Federal Register.
AMERICAN = re.compile(r"\bFR Doc\b|\bU\.S\.C\.|\bCFR\b|Federal Register")
_BRITISH = re.compile(r"\bGOV\.UK\b|\bHM Revenue|\bHMRC\b|\bNHS\b|\bUnited Kingdom\b|\bthe UK\b|\bUK\b")
#: Characters of a text that are looked at for the country that it is of.
_HEAD = 4000


def read_regions(reading: Reading, site_region: str | None, issuer: str | None) -> tuple[str, ...]:
    """The regions that the title, the issuer or the signature name; the narrowest of each line."""
    if reading.language == "en":
        return _foreign_regions(reading, issuer)
    head, tail = reading.source_text[:300], reading.source_text[-300:]
    for place in (reading.title, issuer or "", reading.meta.get("ContentSource", ""), _signature(tail), _signature(head)):
        found = _places(place, site_region)
        if found:
            return found
        if _NATIONAL.search(place):
            return ("CN",)
    return ("CN",) if re.search(r"中华人民共和国国务院令|中华人民共和国主席令", head) else ()


def _signature(text: str) -> str:
    """Lines that name an office and no more: where a document is signed, or headed."""
    lines = [line.strip() for line in text.split("\n")]
    return " ".join(
        line for line in lines if 4 <= len(line) <= 30 and re.search(r"(?:局|委|政府|厅|办公室|中心|委员会|部|院|会|行)$", line)
    )


@cache
def _names() -> dict[str, tuple[str, ...]]:
    return taxonomy.regions().names()


@cache
def _place_pattern() -> re.Pattern[str]:
    names = sorted((name for name in _names() if len(name) >= 2), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def _places(text: str, site_region: str | None) -> tuple[str, ...]:
    regions = taxonomy.regions()
    names = _names()
    mentioned: list[tuple[str, ...]] = []
    for found in _place_pattern().finditer(text[:400]):
        if not _is_whole_name(found.group(), text, found):
            continue
        mentioned.append(names[found.group()])
    known = {code for codes in mentioned if len(codes) == 1 for code in codes}
    near = known | {site_region} if site_region and regions.known(site_region) else known
    chosen: list[str] = []
    for codes in mentioned:
        fitting = (
            codes if len(codes) == 1 else tuple(code for code in codes if near & set(regions.above(code)[1:]) or code in near)
        )
        if len(fitting) == 1 and fitting[0] not in chosen:
            chosen.append(fitting[0])
    wider = {above for code in chosen for above in regions.above(code)[1:]}
    return tuple(code for code in chosen if code not in wider)


def _is_whole_name(name: str, text: str, found: re.Match[str]) -> bool:
    """A short name (成都, 南山) counts only for a province or a city, and not before 路, 银行 and the like."""
    if name == "全国":
        return False
    if re.search(r"[省市区县州盟旗]$", name):
        return True
    codes = _names()[name]
    after = text[found.end() : found.end() + 6]
    return (
        any(code.endswith("00") for code in codes)
        and len(codes) == 1
        and not re.match(r"路|街|大道|银行|人寿|证券|大学", after)
    )


def _foreign_regions(reading: Reading, issuer: str | None) -> tuple[str, ...]:
    text = f"{reading.title} {issuer or ''} {reading.meta.get('SiteName', '')}"
    for code, pattern in (
        ("GB-WLS", r"\bWales\b|\bWelsh\b"),
        ("GB-SCT", r"\bScotland\b"),
        ("GB-NIR", r"\bNorthern Ireland\b"),
        ("GB-ENG", r"\bEngland\b"),
    ):
        if re.search(pattern, text):
            return (code,)
    if AMERICAN.search(reading.source_text[:1500]) or AMERICAN.search(reading.source_text[-1500:]):
        return ("US",)
    return ("GB",) if _BRITISH.search(text) or len(_BRITISH.findall(reading.source_text[:_HEAD])) >= 2 else ()
