"""Kind `place`: another real district, city, province, state, country or office than the sentence's."""

from __future__ import annotations

import random
import re
from functools import lru_cache

from bench.mutations.changes import Change, one
from bench.mutations.source import Source
from pushsvc import taxonomy


def _names(words: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", words))


ZH_OTHERS = {
    "省": "云南省 山东省 浙江省 河北省 四川省 吉林省 甘肃省 福建省",
    "市": "深圳市 杭州市 武汉市 西安市 沈阳市 厦门市 佛山市 洛阳市 温州市 绵阳市 烟台市 南通市",
    "区": "越秀区 海珠区 番禺区 福田区 朝阳区 徐汇区 武侯区 江岸区 雁塔区 鼓楼区",
    "县": "嘉善县 平阳县 沛县 仁寿县 蓝田县 博罗县 南澳县 寿县",
}
#: Offices, in groups of which each member does something else.
ZH_OFFICES = (
    (
        "公安机关",
        "税务机关",
        "民政部门",
        "教育部门",
        "市场监管部门",
        "住房城乡建设部门",
        "人力资源社会保障部门",
        "消防救援机构",
    ),
    ("街道办事处", "居委会", "派出所", "公证处"),
    ("民政局", "教育局", "税务局", "公安局", "住建局", "财政局", "农业农村局", "卫生健康委", "人社局", "医保局"),
    ("人民法院", "人民检察院", "仲裁委员会"),
    ("住房公积金管理机构", "社会保险经办机构", "不动产登记机构", "婚姻登记机关"),
    ("中国建设银行", "中国工商银行", "农业银行", "邮储银行"),
    ("银保监会", "证监会", "国家外汇局"),
    ("市财政", "省财政", "县财政"),
    ("幼儿园", "小学", "养老院"),
    ("高速公路", "乡村道路", "铁路道口"),
)
ZH_SCOPES = (("我市", "我省"), ("本市", "本省"), ("全国", "部分省份"), ("全市", "全省"), ("我区", "我市"), ("我县", "我省"))
EN_GROUPS = (
    ("England", "Scotland", "Wales", "Northern Ireland"),
    _names("Morocco Peru Turkey Fiji Spain China Japan Canada Mexico Chile Kenya Norway Poland Pakistan Brazil India France"),
    (
        *_names("Texas Ohio Florida Oregon Maine Iowa Indiana Alaska Nevada Virginia Maryland Delaware Colorado Pennsylvania"),
        "New Jersey",
        "North Carolina",
    ),
    _names("London Manchester Bristol Leeds Cardiff Belfast Glasgow Hampshire Cornwall Kent Norfolk"),
    _names("Lubbock Denver Seattle Boston Chicago Atlanta Phoenix Islamabad Karachi Washington Houston Portland Ottumwa"),
    (
        "HMRC", "DVLA", "UKVI", "DWP", "Ofsted", "Ofcom", "Companies House", "UKHSA", "Ofqual", "BCMS", "DARD", "HM Treasury",
        "Home Office", "Environment Agency", "Ministry of Defence", "Foreign Office", "Defra", "DfE", "MHRA",
    ),
    (
        "FDA", "EPA", "FCC", "FERC", "NMFS", "NASA", "FAA", "USDA", "HRSA", "APHIS", "FEMA", "Coast Guard", "SEC",
        "Department of Commerce", "Department of Energy", "Department of the Interior", "Department of Education",
        "Food and Drug Administration", "Postal Service", "National Park Service", "Census Bureau", "Bureau of Indian Affairs",
        "Department of Labor", "Department of Agriculture",
    ),
    ("local council", "police", "post office", "job centre"),
    ("UK", "US", "Irish Republic"),
    ("regulations.gov", "gov.uk", "usa.gov"),
)  # fmt: skip


def other_places(sentence: str, language: str, source: Source, rng: random.Random) -> list[Change]:
    return _zh(sentence, source, rng) if language == "zh" else _en(sentence, source, rng)


def _zh(sentence: str, source: Source, rng: random.Random) -> list[Change]:
    found = []
    for match in _regions().finditer(sentence):
        name = match[0]
        level = name[-1] if name[-1] in ZH_OTHERS else "市"
        others = [other for other in ZH_OTHERS[level].split() if other[:-1] not in source.text and other[:2] != name[:2]]
        if others:
            new = rng.choice(others)
            new = new if name[-1] in ZH_OTHERS else new[:-1]
            found.append(one("place", f"{name}→{new}", match.start(), match.end(), new, foreign=True))
    for group in ZH_OFFICES:
        for office in group:
            for match in re.finditer(office, sentence):
                absent = [other for other in group if other not in source.text and other not in sentence]
                if absent:
                    new = rng.choice(absent)
                    found.append(one("place", f"{office}→{new}", match.start(), match.end(), new))
    for mine, wider in ZH_SCOPES:
        for match in re.finditer(mine + r"(?!场)", sentence):
            if wider not in source.text:
                found.append(one("place", f"{mine}→{wider}", match.start(), match.end(), wider))
    return found


def _en(sentence: str, source: Source, rng: random.Random) -> list[Change]:
    found = []
    for group in EN_GROUPS:
        for name in group:
            for match in re.finditer(rf"\b{re.escape(name)}\b(?!\.gov)", sentence):
                absent = [other for other in group if not re.search(rf"(?i)\b{re.escape(other)}\b", source.text)]
                if absent and not re.search(r"(?:https?://|@|www\.)\S*$", sentence[: match.start()]):
                    new = rng.choice(absent)
                    found.append(one("place", f"{name}→{new}", match.start(), match.end(), new))
    return found


@lru_cache(maxsize=1)
def _regions() -> re.Pattern[str]:
    """Every county, city and province of China: its full name, and a city's or province's short one."""
    names = [str(row["name"]) for row in taxonomy.listing("regions") if str(row["code"]).isdigit()]
    full = {name for name in names if len(name) >= 3}
    short = {
        name.removesuffix("市").removesuffix("省")
        for row in taxonomy.listing("regions")
        if str(row["code"]).endswith("00") and (name := str(row["name"])).endswith(("市", "省"))
    }
    every = sorted(full | {name for name in short if len(name) >= 2}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, every)))
