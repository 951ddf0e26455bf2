"""Kind `audience`: those whom the sentence is for become others, who are none of them."""

from __future__ import annotations

import random
import re

from bench.mutations.changes import Change, one
from bench.mutations.source import Source

#: (those, others who may stand in their place)
ZH: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"残疾人(?!联合会)", ("老年人", "退役军人", "高校毕业生")),
    (r"老年人|老人(?!家)|长者(?!饭堂)", ("残疾人", "学生", "退役军人")),
    (r"高校毕业生|毕业生", ("退休人员", "残疾人", "农民工")),
    (r"失业人员", ("在职职工", "退休人员")),
    (r"离退休人员|退休人员", ("在职职工", "失业人员")),
    (r"在职职工|缴存职工|(?<![单双])职工(?![养基医])", ("退休人员", "个体工商户", "学生")),
    (r"(?<!纳)企业(?![职年家所名会完税纳事单信社章债国])", ("个人", "社会组织", "事业单位")),
    (r"个体工商户|个体户", ("农民专业合作社", "国有企业")),
    (r"用人单位", ("劳动者", "行业协会")),
    (r"劳动者", ("用人单位", "学生")),
    (r"未成年人|儿童|幼儿|婴幼儿(?!托)", ("老年人", "退休人员")),
    (r"家长|父母(?!亲)", ("教师", "雇主")),
    (r"学生", ("教师", "退休人员")),
    (r"购房人|购房者", ("出租人", "房地产中介", "房地产开发企业")),
    (r"缴存人(?!家庭)|借款人|参保人(?!员)", ("房地产开发企业", "用人单位", "出租人")),
    (r"参保人员", ("未参保人员",)),
    (r"出租人|房东", ("承租人",)),
    (r"承租人|租客|租房者", ("出租人",)),
    (r"灵活就业人员", ("机关工作人员", "现役军人")),
    (r"二孩(?!、)", ("一孩",)),
    (r"多子女家庭|多孩家庭", ("独生子女家庭", "无子女家庭")),
    (r"博士(?![后学])", ("高中生", "大专生")),
    (r"硕士", ("高中生", "中专生")),
    (r"特困人员|低保对象", ("高收入人员", "现役军人")),
    (r"农民(?!工)|进城农民", ("城镇居民", "公务员")),
    (r"退役军人|退役的?军官", ("现役军人", "公务员")),
    (r"港澳青年", ("海外华侨", "台湾青年")),
    (r"业主", ("租户", "物业公司")),
    (r"房地产开发企业|开发企业", ("购房人", "商业银行")),
    (r"保险公司", ("证券公司",)),
    (r"纳税人", ("免税单位",)),
    (r"单位(?=送|的)", ("个人",)),
    (r"(?<=的)个人(?!所|账|住|缴|自)", ("企业", "单位")),
    (r"市民|居民(?!家庭|医|养|委)", ("境外游客", "企业法人")),
    (r"人才(?![公房安住])", ("退休人员", "在校学生")),
    (r"申请人", ("受理机关", "见证人")),
)
EN: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"students", ("pensioners", "teachers")),
    (r"pensioners", ("students",)),
    (r"employers", ("employees", "charities")),
    (r"employees", ("employers", "contractors")),
    (r"(?<!an )employee", ("shareholder",)),
    (r"children|young people", ("pensioners", "older people")),
    (r"parents", ("teachers", "grandparents")),
    (r"disabled (?:people|persons)|people with disabilities", ("students", "veterans")),
    (r"drivers?", ("cyclist", "passenger")),
    (r"businesses|companies", ("households", "charities")),
    (r"industry", ("academia",)),
    (r"consumers", ("manufacturers", "shareholders")),
    (r"patients", ("doctors", "insurers")),
    (r"importers?", ("exporter",)),
    (r"applicants?", ("inspector",)),
    (r"nominees?", ("voter",)),
    (r"journalists?", ("student",)),
    (r"(?:members of )?the (?:general )?public", ("committee members", "federal employees")),
    (r"[Ii]nterested (?:persons|parties)", ("federal employees", "committee members")),
    (r"manufacturers", ("retailers", "consumers")),
    (r"landlords?", ("tenant",)),
    (r"tenants?", ("landlord",)),
    (r"farmers", ("fishermen", "gardeners")),
    (r"councils?|local authorit(?:y|ies)", ("private landlord",)),
    (r"researchers", ("hobbyists",)),
    (r"veterans", ("reservists",)),
    (r"British (?:people|nationals|citizens)", ("Irish nationals",)),
    (r"schools", ("nurseries", "hospitals")),
    (r"[Aa]cademies", ("private schools",)),
    (r"taxpayers", ("tax advisers",)),
    (r"investors", ("brokers",)),
    (r"women", ("men",)),
    (r"adults?", ("child",)),
    (r"owners?", ("tenant",)),
    (r"visitors", ("residents",)),
    (r"residents", ("visitors",)),
    (r"petitioners", ("respondents",)),
    (r"members", ("outsiders", "observers")),
    (r"staff", ("customers",)),
    (r"vessels|boats", ("trains", "lorries")),
    (r"small (?:businesses|entities|firms)", ("large corporations",)),
)


def other_audiences(sentence: str, language: str, source: Source, rng: random.Random) -> list[Change]:
    found = []
    for those, others in ZH if language == "zh" else EN:
        pattern = those if language == "zh" else rf"\b(?:{those})\b"
        for match in re.finditer(pattern, sentence):
            plural = match[0].endswith("s") and language == "en"
            fitting = [new + "s" if plural and not new.endswith(("s", "n", "e")) else new for new in others]
            fitting = [new for new in fitting if not _near(source, match[0], new)]
            if fitting and not _in_name(sentence, match.start()):
                new = rng.choice(fitting)
                new = new[0].upper() + new[1:] if match[0][0].isupper() else new
                found.append(one("audience", f"{match[0]}→{new}", match.start(), match.end(), new))
    return found


def _near(source: Source, old: str, new: str) -> bool:
    """Both groups in one sentence of the source: perhaps it is for both."""
    return any(new.lower() in part.lower() and old.lower() in part.lower() for part, _ in source.sentences)


def _in_name(sentence: str, place: int) -> bool:
    """Inside 《…》, quotation marks or a name of capitalised words, as Board of Visitors."""
    before = sentence[:place]
    inside = before.count("《") > before.count("》") or before.count("“") > before.count("”")
    return inside or re.search(r"(?:[A-Z][a-z]+ (?:of|for) |(?<!^)\b[A-Z][a-z]+ )$", before) is not None
