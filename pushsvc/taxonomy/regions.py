"""Regions: GB/T 2260 six digits, `CN` for the nation, ISO 3166 codes elsewhere. The digits say what lies above."""

from __future__ import annotations

import re
from collections import defaultdict

from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.taxonomy.entries import Entry, rows
from pushsvc.taxonomy.lines import NATION, region_line

_SIX_DIGITS = re.compile(r"[0-9]{6}")
_ISO = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
#: City rows that stand for no city: the names of places below skip them.
_PSEUDO_CITIES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|"
    "仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|鄂伦春|各"
)
_SUFFIX = re.compile(
    rf"((({_PEOPLES})族|(?<!内)蒙古|维吾尔|哈萨克|柯尔克孜|鄂温克|达斡尔)*自治[区州县旗]|特别行政区|新区|林区|地区|省|市|区|县|盟|旗)$"
)
_SHORTEST_NAME = 2


def short_name(name: str) -> str:
    """`name` without its 省, 市, 区, 县, …; as it is where less than two characters would stay."""
    short = _SUFFIX.sub("", name)
    return short if len(short) >= _SHORTEST_NAME else name


class Regions:
    """The shipped list of regions. Read it through `taxonomy.regions()`."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._by_iso: dict[str, str] = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for row in rows("regions.csv"):
            code = row["code"]
            above = region_line(code)
            parent = above[1] if len(above) > 1 else None
            self._entries[code] = Entry(code, row["name"], row["name_en"] or None, parent)
            if row["iso"]:
                self._by_iso[row["iso"]] = code
            if parent:
                self._children[parent].append(code)
            if row["name"] not in _PSEUDO_CITIES:
                for name in {row["name"], short_name(row["name"])}:
                    self._by_name[name].append(code)

    def normalise(self, code: str) -> str:
        """The one way to write a region: `CN` for `000000`, GB/T 2260 for a Chinese ISO code (`CN-SC` is 510000).

        A six-digit zone that the list does not have is accepted when its province is known. BadInput for anything else.
        """
        written = code.strip().upper()
        if written == "000000":
            return NATION
        if _SIX_DIGITS.fullmatch(written):
            if written[:2] + "0000" not in self._entries:
                raise BadInput(f'region "{code}": no province has the digits {written[:2]} in GB/T 2260')
            return written
        written = self._by_iso.get(written, written)
        if _SIX_DIGITS.fullmatch(written) or (_ISO.fullmatch(written) and not written.startswith("CN-")):
            return written
        raise BadInput(
            f'region "{code}" is neither six digits of GB/T 2260, nor CN, nor an ISO 3166-2 code such as GB-WLS: '
            "`pushsvc taxonomy regions` lists them"
        )

    def above(self, code: str) -> tuple[str, ...]:
        """The region itself, then what lies above it, nearest first: 510104, 510100, 510000, CN; or GB-WLS, GB."""
        return region_line(self.normalise(code))

    def known(self, code: str) -> bool:
        """Does the list have this code itself? A zone below a known city may still be a good region."""
        return code in self._entries

    def name(self, code: str, language: Language = "zh") -> str:
        """The region's own name; where the list has none in `language`, the nearest above: in English a county is its city."""
        return next(iter(self._names(code, language)), code)

    def full_name(self, code: str, language: Language = "zh") -> str:
        """As an address says it: 四川省成都市锦江区; Chengdu, Sichuan. No nation, unless it is meant."""
        names = self._names(code, language)
        below_country = names[:-1] or names or [code]
        return ", ".join(below_country) if language == "en" else "".join(reversed(below_country))

    def _names(self, code: str, language: Language) -> list[str]:
        """The names of the region and of what lies above it, nearest first, without those that the list does not have."""
        line = [self._entries[each] for each in self.above(code) if each in self._entries]
        named = [entry.name_en if language == "en" else entry.name for entry in line if entry.name not in _PSEUDO_CITIES]
        return [name for name in named if name]

    def children(self, code: str) -> tuple[str, ...]:
        """The listed regions directly below, in the order of their codes."""
        return tuple(self._children.get(code, ()))

    def find(self, name: str) -> tuple[str, ...]:
        """The codes that a Chinese name means, widest first; 成都, 成都市, 四川省成都市 and 四川成都 all find 510100.

        Several places may share a name (鼓楼区): the caller chooses, or asks.
        """
        name = name.strip()
        if found := self._by_name.get(name):
            return tuple(sorted(found, key=lambda code: (len(region_line(code)), code)))
        for cut in range(len(name) - _SHORTEST_NAME, _SHORTEST_NAME - 1, -1):
            heads = self._by_name.get(name[:cut])
            tails = self.find(name[cut:]) if heads else ()
            if below := tuple(code for code in tails if set(heads or ()) & set(region_line(code)[1:])):
                return below
        return ()

    def names(self) -> dict[str, tuple[str, ...]]:
        """Every name, with and without its suffix, and the codes that it means: for finding places in a text."""
        return {name: tuple(codes) for name, codes in self._by_name.items()}

    def all(self) -> tuple[Entry, ...]:
        """Every listed region: the nation, provinces, cities, counties, then some abroad."""
        return tuple(self._entries.values())
