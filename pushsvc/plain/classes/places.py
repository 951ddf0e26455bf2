"""Which regions a document is for: by its title, its issuer, its signature, or by who it says that it is for.

A place that is merely mentioned (a firm's seat, an example, another city's document) is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pushsvc import taxonomy
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes.place_home import home_of, resolved, to_the_nation
from pushsvc.plain.classes.place_names import Place, places_in
from pushsvc.plain.classes.places_abroad import regions_abroad

_NATIONAL = re.compile(
    r"国务院|中华人民共和国(?!.{0,12}(?:省|市|自治区))|全国人民代表大会|国家(?:税务|金融监督管理|市场监督管理|广播电视"
    r"|粮食和物资储备|体育|统计|移民管理|医疗保障"
    r"|知识产权|邮政|铁路|能源|林业和草原|发展改革|发展和改革|卫生健康|疾病预防控制|药品监督管理|中医药管理|数据"
    r"|外汇管理|消防救援)(?:总局|委员会|委|局)"
    r"|(?:外交|国防|教育|科学技术|科技|工业和信息化|公安|民政|司法|财政|人力资源(?:和)?社会保障|自然资源|生态环境"
    r"|住房(?:和)?城乡建设|交通运输"
    r"|水利|农业农村|商务|文化和旅游|退役军人事务|应急管理)部(?!门)|中国(?:人民银行|银保监会|证监会"
    r"|银行保险监督管理委员会|证券监督管理委员会|残疾人联合会)"
    r"|(?<![\u4e00-\u9fff])(?:人民银行|税务总局|金融监管总局|海关总署|审计署|中共中央|中央组织部|最高人民)"
)
#: A title that sends round another office's document names that office: who sends it round signs.
_FORWARDS = re.compile(r"转发|转载")
_OFFICE = re.compile(r"(?:局|委|政府|厅|办公室|办公厅|中心|委员会|部|院|会|行|处|站|所|大队|支队|管委会)$")
#: Around a place of the text: whoever lives, works or buys there.
_BEFORE = re.compile(r"(?:凡在|适用于|适用范围[:：]?(?:为|是)?|具有|面向|限于|仅限|范围为|在)$")
_AFTER = re.compile(
    r"(?:全域|全市|全区)?(?:行政区域|行政区划|行政辖区|辖区|范围|区域|境内|城区|市区)?(?:范围)?内?"
    r"(?:居住|户籍|常住|工作|注册|登记|参保|就业|缴纳|缴存|购买|购房|新购|从事|生活|依法|经营|内|的|各|户口|[,，、和及])"
)
_STRONG_BEFORE = re.compile(r"(?:凡在|适用于|面向)$")
#: Characters at the head of a text that say who it is for.
_HEAD = 3000


def read_regions(reading: Reading, site_region: str | None, issuer: str | None) -> list[Evidence]:
    """The regions, each with where it was read. Nothing where the document does not say it."""
    return regions_abroad(reading, issuer) if reading.language == "en" else _chinese(reading, site_region, issuer)


def _chinese(reading: Reading, site_region: str | None, issuer: str | None) -> list[Evidence]:
    text = reading.source_text
    head, tail = text[:_HEAD], text[-300:]
    meta = reading.meta
    names = [("title", reading.title[:400]), ("ContentSource", meta.get("ContentSource", ""))]
    signed = [("text", _signature(tail)), ("text", _signature(text[:300])), ("issuer", issuer or "")]
    site = [("SiteName", meta.get("SiteName", "")), ("Author", meta.get("Author", ""))]
    near = _near(site_region, [words for _, words in names + signed + site])
    if _FORWARDS.search(reading.title):
        names, signed = names[1:], [*signed, names[0]]
    base: list[Evidence] = []
    for where, words in names + signed:
        base = _named(words, where, near, text)
        national = _NATIONAL.search(words) if not base else None
        if national:
            base = [_evidence("CN", national.group(), where, text)]
        if base:
            break
    narrower, mentioned = _scope(head, near, {one.value for one in base}, site_region)
    if narrower or base:
        return narrower or base
    home = home_of(text, near)
    if home and site_region and home[0].value in taxonomy.regions().above(site_region)[1:]:
        return []  # a city's site that tells its people of the province's rules speaks to its people
    return to_the_nation(text) or home or mentioned or _of_site(site, near, text)


def _near(site_region: str | None, words: Iterable[str]) -> frozenset[str]:
    """The regions that are named beyond doubt, and what lies above them: a district's common name is one of theirs."""
    regions = taxonomy.regions()
    sure = {place.codes[0] for said in words for place in places_in(said[:400], True) if len(place.codes) == 1}
    if site_region and regions.known(site_region):
        sure.add(site_region)
    return frozenset(code for each in sure for code in regions.above(each) if code != "CN")


def _narrowest(codes: Iterable[str]) -> list[str]:
    chosen = list(dict.fromkeys(codes))
    wider = {above for code in chosen for above in taxonomy.regions().above(code)[1:]}
    return [code for code in chosen if code not in wider]


def _named(words: str, where: str, near: frozenset[str], text: str) -> list[Evidence]:
    raws: dict[str, str] = {}
    for place in places_in(words[:400], True):
        code = resolved(place, near)
        if code:
            raws.setdefault(code, place.raw)
    return [_evidence(code, raws[code], where, text) for code in _narrowest(raws)]


def _evidence(code: str, raw: str, where: str, text: str) -> Evidence:
    if where != "text":
        return Evidence("regions", code, raw, where)
    start = text.rfind(raw) if raw in text[-300:] else text.find(raw)
    return Evidence("regions", code, raw, where, start, start + len(raw))


def _signature(text: str) -> str:
    """Lines that name an office and no more: where a document is signed, or headed."""
    lines = [re.sub(r"^(?:来源|发布机构|发文机关|信息来源)[:：]\s*", "", line.strip()) for line in text.split("\n")]
    return " ".join(line for line in lines if 4 <= len(line) <= 40 and _OFFICE.search(line))


def _scope(head: str, near: frozenset[str], base: set[str], site_region: str | None) -> tuple[list[Evidence], list[Evidence]]:
    """(the regions that the document is only for, regions in which people are said to live, work or buy).

    What one of many cases asks for narrows nothing: only 凡在…, 适用于… and the like do, within the document's own region.
    """
    only: dict[str, Place] = {}
    mentioned: dict[str, Place] = {}
    within = base or ({site_region} if site_region else set())
    begins, ended = 0, -1
    for place in places_in(head, False):
        begins, ended = begins if place.start == ended else place.start, place.end  # 成都市武侯区 begins at 成都市
        code = resolved(place, near)
        opening = head[max(0, begins - 12) : begins]
        if not code or not _BEFORE.search(opening) or not _AFTER.match(head, place.end):
            continue
        line = taxonomy.regions().above(code)
        if _STRONG_BEFORE.search(opening) and (not within or within & set(line)):
            only.setdefault(code, place)
        elif site_region is None or site_region in line:
            mentioned.setdefault(code, place)
    several_cities = len({code[:4] for code in mentioned}) > 1
    return _from_text(only), [] if several_cities else _from_text(mentioned)


def _from_text(places: Mapping[str, Place]) -> list[Evidence]:
    return [
        Evidence("regions", code, places[code].raw, "text", places[code].start, places[code].end) for code in _narrowest(places)
    ]


def _of_site(site: Sequence[tuple[str, str]], near: frozenset[str], text: str) -> list[Evidence]:
    for where, words in site:
        found = _named(words, where, near, text)
        if found:
            return found
    return []
