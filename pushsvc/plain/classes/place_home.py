"""Where a text is at home that names no issuer: the nation, or the one place that its 我市 and 本区 are of."""

from __future__ import annotations

import re
from collections import Counter

from pushsvc import taxonomy
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes.place_names import Place, places_in

#: In the head of a document without a place of its own: it speaks to the whole country.
_TO_THE_NATION = re.compile(
    r"各省、自治区、直辖市|各省(?:税务|、|级)|中华人民共和国(?:国务院令|主席令|境内)|国务院令|各省、?自治区"
    r"|全国人民代表大会(?:常务委员会)?通过"
)
#: The law that something rests on says nothing of whom it is for: 根据《…条例》（国务院令第1号）.
_BASIS, _CLAUSE = re.compile(r"(?:根据|依据|按照|依照|遵照|贯彻|落实|按)[^。；;\n]*$"), 200
_ITS_LAW = re.compile(r"(?:根据|依据|按照|依照|遵照)《[^。；;\n,，]{2,300}")
#: Only a national rule gives duties to the departments of the State Council.
_NATIONAL_DUTY = re.compile(
    r"国务院(?!办公厅)[^，。；《》\n]{0,14}(?:部门|机构)(?:负责|应当|会同|主管|制定|规定|指导|依照|按照|可以|根据)"
)
#: What a text calls its own.
_OWN_COUNTY = re.compile(r"[我本全]县|[我本全]区(?!域|间|块)")
_OWN_CITY = re.compile(r"[我本全]州(?!际)|[我本全]市(?!场|值)|市政府|市住房|市民政|市人力")
_OWN_PROVINCE = re.compile(r"[我本全]省|我区各市|[本全]自治区")
#: Characters of a text that are looked at, and its head.
_BODY, _HEAD = 8000, 1200
#: How many times oftener than any place outside it the home of a document is named.
_OFTENER = 3


def resolved(place: Place, near: frozenset[str]) -> str | None:
    """The one region that a name means, among those near where several share it."""
    if len(place.codes) == 1:
        return place.codes[0]
    above = taxonomy.regions().above
    for most in (4, 2):
        prefixes = {code[:most] for code in near if not (most == 4 and code.endswith("0000"))}
        fitting = [code for code in place.codes if code[:most] in prefixes and near & set(above(code))]
        if len(fitting) == 1:
            return fitting[0]
    return None


def to_the_nation(text: str) -> list[Evidence]:
    """The nation, where the head speaks to all provinces or the rule gives duties to the State Council's departments."""
    head = text[:_HEAD]
    spoken = (
        one for one in _TO_THE_NATION.finditer(head) if not _BASIS.search(head, max(0, one.start() - _CLAUSE), one.start())
    )
    found = next(spoken, None) or _NATIONAL_DUTY.search(text[:_BODY])
    return [Evidence("regions", "CN", found.group(), "text", found.start(), found.end())] if found else []


def home_of(text: str, near: frozenset[str]) -> list[Evidence]:
    """The one place that a text without a named issuer is at home in: what it says of 我市 or 本区 is of that one.

    Every other place that it names lies above it or in it, or is named far less often.
    """
    text = _ITS_LAW.sub(lambda found: " " * len(found.group()), text[:_BODY])
    level = 6 if _OWN_COUNTY.search(text) else 4 if _OWN_CITY.search(text) else 2 if _OWN_PROVINCE.search(text) else 0
    counted: Counter[str] = Counter()
    first: dict[str, Place] = {}
    for place in places_in(text, False):
        code = resolved(place, near)
        own = _cut(code, level) if code and level else code
        if own:
            counted[own] += 1
            first.setdefault(own, place)
    if not counted:
        return []
    home, times = max(counted.items(), key=lambda pair: pair[1])
    above = taxonomy.regions().above
    others = max((n for code, n in counted.items() if home not in above(code) and code not in above(home)), default=0)
    if (times < 2 and not level) or times < _OFTENER * others:
        return []
    place = first[home]
    return [Evidence("regions", home, place.raw, "text", place.start, place.end)]


def _cut(code: str, digits: int) -> str | None:
    """The region of so many digits that `code` is or lies in (a city of the first rank is its own); None where it is wider."""
    if code[:2] in ("11", "12", "31", "50") and digits == 4:
        return code[:2] + "0000"
    cut = code[:digits].ljust(6, "0")
    if not taxonomy.regions().known(cut):  # a county-level city straight below its province
        return code
    is_wider = code.rstrip("0") != cut.rstrip("0") and len(code.rstrip("0")) < digits - 1
    # 我市 may be said by a city of county rank (海宁市): it stays itself.
    if digits == 4 and code != cut and taxonomy.regions().name(code).endswith("市"):
        return code
    return None if is_wider else cut
