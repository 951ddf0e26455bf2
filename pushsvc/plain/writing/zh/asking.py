"""The sentence of the source that tells its reader where or how to do what the title is about, made one imperative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pushsvc.domain.publications import Reading
from pushsvc.plain.quick_patterns import Anywhere
from pushsvc.plain.writing import titles
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS, without_asides, without_numbering
from pushsvc.plain.writing.glossary import plainer
from pushsvc.plain.writing.zh.worth import nearness, pairs

#: Of a long document only so much is looked at, and only so many sentences that may ask something.
_LOOKED_AT, _MOST_SENTENCES = 30_000, 60
_MAY_ASK = re.compile(r"申请|申报|申领|报名|办理|提交|预约|领取|登记|缴纳|参保|备案|查询|登录|拨打|窗口")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_COMMA = re.compile(r"[，,](?!\d)")
#: What is done, and where or how.
_DONE = re.compile(
    r"(?:提出|自助|网上|线上|现场|在线)*(?:申请|申报|申领|报名|办理|提交|预约|领取|登记|缴纳|缴费|参保|备案|查询|提取|填写|填报|报到|咨询|投递|领券|反馈)"
)
CHANNEL = Anywhere(
    r"登录|登陆|拨打|关注|扫码|扫描|打开|邮寄|网上|线上|(?:通过|使用|进入|在|于|到|至|向|前往|凭|持|携带?)(?=[^，,]{0,30}"
    r"(?:网|平台|系统|小程序|公众号|APP|App|app|窗口|大厅|中心|街道|镇|村|社区|机构|机关|局|所|办事处|银行|网点|证|邮箱|电话|医院|学校|部门|银行卡|管理站|专柜|单位))"
)
PLACE = re.compile(
    r"网|平台|系统|小程序|公众号|APP|App|app|窗口|大厅|中心|街道|邮箱|号|服务站|登录|拨打|部门|机构|机关|局|委员会|办事处"
)
_STARTS = re.compile(
    r"^(?:登录|登陆|拨打|关注|扫码|打开|邮寄|通过|使用|进入|在|于|到|至|向|前往|凭|持|携带?|填写|提交|自行|网上|线上|现场)"
)
#: Whoever is told to do it: the reader, or nobody by name.
_READER = re.compile(
    r"^(?:您|你|市民|群众|居民|业主|用户|考生|家长|职工|学生|企业|单位|个人|[^，,]{0,14}(?:人|者|户|家庭|职工|企业|单位|毕业生|人员|对象|老年人|个体户|代理人|监护人|家属|双方))?"
    r"(?:本人|或[^，,]{1,8})?(?P<modal>(?:也|还|既|均)?(?:可以|可|应当|应|须|需要|需|请))"
)
NOT_READERS = Anywhere(
    r"^持有|^于|激活|(?:部门|机关|局|委|政府|机构|中心|窗口|街道|办事处|镇|银行|平台|开发企业|开发公司|经纪|运营|会议|领导|工作机制|监管|竞得|土地)[^，,。]{0,12}(?:应|须|需|负责|将|可(?!以?[凭向在到通])|受理|审核|组织)"
    r"|不予|不得|不再|不能|逾期|未按|未在|异议|复议|诉讼|罚|虚假|骗取|撤销|退回|续租|续期|补办|补交|变更|注销|停止|暂停|如有|遗失|争议|退出|分支机构|保函|告知|公示|共享|拨付|核拨|多种方式|工作人员|各区|各县|审议|验收"
    r"|评估通过|开发企业|预售|楼盘|上报|报送|材料真实|承诺|进度|原则上|结果"
)
_LEANS = re.compile(
    r"上述|以上|前款|批准文件|所就业|该|其(?!他)|附件|下列|以下|如下|本条|第[一二三四五六七八九十\d]+条|《|规定|[:：]|\||“$|[(（)）]"
)
#: The place of a deed that stands behind it in brackets: 提交申请（政务大厅三楼5号窗口）.
_IN_BRACKETS = re.compile(
    r"(?P<deed>(?:提出|提交|现场|自行)?(?:申请|申报|报名|办理|领取|登记|提交))[（(](?:地址|地点)?[:：]?(?P<place>[^（）()，,:：]{4,24}(?:窗口|大厅|柜台|中心|室))[）)]"
)
_SOMEBODY_ELSE = re.compile(r"设施|组织|机构|开发商|运营|服务商|团队|银行|(?:单位|企业)(?!为|出具|职工|退休|在职|事业)")
#: How it is done, before where.
_MANNER = re.compile(
    r"^(?:按照?规定(?:要求)?|及时|自行|共同|直接|随时|主动|本人或委托[^，]{2,4}人?)+(?=[登拨关扫打邮通使进在于到至向前凭持携])"
)
#: 按规定, between whoever asks and whom.
_BY_RULE = re.compile(r"(?<=[应当须可，,])按照?(?:有关|相关)?(?:规定|要求)(?=[向到在通持凭登])")
#: 由购房人持合同到住建局领取, 购房农民到窗口提交申请: who does it, with no word that he may or must.
_DOER = re.compile(
    r"^(?:[^，,]{0,12}(?:应当?|须|可以?))?由(?:本人|[^，,由]{0,10}(?:人|者|职工|家庭|居民|毕业生|农民|学生|群众))(?=[持凭到向在登通])"
    r"|^[^，,的可应须请]{0,6}(?:申请|申报|报名|购房|领取|参保|符合条件的?)[^，,的]{0,6}(?:人员|人|者|职工|家庭|居民|毕业生|农民|学生|群众)(?=[持凭到向登通])"
)
_UNFINISHED = re.compile(
    r"(?:的|后|上|前|情况下|申请人|理由)$|^(?!.*(?:提交|递交|携带|报送|提供)).*(?:证明|材料)$|^请.*(?:可(?!用)|应当|必须)|时$"
)
#: Deeds that most readers come for, and such as count only where the title is about them.
_TO_GET = re.compile(r"申请|申领|报名|办理")
_BESIDE = ("咨询", "查询", "备案", "登记", "反馈")
#: Days that run from something say nothing without it.
_FROM_A_DAY = re.compile(r"\d+个?(?:工作日|日|天|月)[之以]?内")
_TO_A_SITE = re.compile(r"请登[录陆][^，,]*(?:官网|网站|网|平台|系统|小程序|公众号|大厅|APP|App)$")
_WHEN = re.compile(r"(?:后|内|前|时|之日起|期间|的)$")
_NEAR_WORTH, _PLACE_WORTH, _PLEASE_WORTH, _MORE_WORTH = 3.0, 1.0, 0.7, 0.05
#: Behind so many sentences that ask something, one further back is no worse.
_FAR = 12
_LEAST = 1.5


@dataclass(frozen=True)
class Asked:
    """One imperative of at most 40 characters, and where in the source its sentence starts."""

    said: str
    start: int


def asked(reading: Reading) -> list[Asked]:
    """What the source asks its reader to do, the sentence nearest to the title first."""
    title = pairs(titles.plain_title(reading.title, "zh"))
    found: dict[Asked, float] = {}
    for place, (start, sentence) in enumerate(_sentences(reading.source_text)):
        for said in _imperatives(sentence, reading.title):
            worth = (
                _NEAR_WORTH * nearness(said, title) + _PLACE_WORTH * bool(PLACE.search(said)) - _MORE_WORTH * min(place, _FAR)
            )
            worth += _PLEASE_WORTH * ("请" in sentence or "申请人" in sentence) + _PLEASE_WORTH * bool(_TO_GET.search(said))
            deed = next(iter(_DONE.findall(said)[::-1]), "")
            beside = [word for word in _BESIDE if word in deed and word not in reading.title]
            worth -= _PLACE_WORTH * bool(beside) + _NEAR_WORTH * (said.endswith("备案。") and bool(beside))
            if worth >= _LEAST:
                found.setdefault(Asked(said, start), worth)
    return sorted(found, key=lambda one: -found[one])


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences that may ask something with their starts, without numbers and asides."""
    seen = 0
    for found in _SENTENCE.finditer(text[:_LOOKED_AT]):
        raw = found.group()
        if len(raw) < 8 or len(raw) > 260 or not _MAY_ASK.search(raw) or not CHANNEL.search(raw):
            continue
        placed = _IN_BRACKETS.search(raw)
        if placed and not NOT_READERS.search(raw[: placed.start()]):
            yield found.start(), f"到{placed['place']}{placed['deed']}"
        else:
            yield found.start(), _BY_RULE.sub("", re.sub(r"\s+", "", without_asides(without_numbering(raw.strip()))))
        seen += 1
        if seen == _MOST_SENTENCES:
            return


def _imperatives(sentence: str, title: str) -> Iterator[str]:
    """The clauses that say where or how and what, each as one sentence to the reader; none of what offices do."""
    parts = [part for part in _COMMA.split(sentence) if part]
    for at, part in enumerate(parts):
        if not CHANNEL.search(part) or NOT_READERS.search(part) or _LEANS.search(part):
            continue
        said = _addressed(part)
        if not said or not _leads_on("，".join(parts[:at]), title):
            continue
        if not _DONE.search(said):
            following = parts[at + 1] if at + 1 < len(parts) else ""
            if _TO_A_SITE.match(said) and any(map(_DONE.search, parts[at + 1 :])) and 10 <= len(said) < SENTENCE_CHARACTERS:
                # 请登录某局官网，进入某模块，…，提交申请: the way in is told, and the rest is on its pages.
                more = f"{said}，{following}。"
                yield more if following.startswith("进入") and len(more) <= SENTENCE_CHARACTERS else f"{said}。"
                continue
            if not _DONE.search(following) or NOT_READERS.search(following) or _LEANS.search(following):
                continue
            said = f"{said}，{following}"
        if said.endswith("办理") and not PLACE.search(said):
            continue
        when = bool(at and _WHEN.search(parts[at - 1]))
        if _UNFINISHED.search(said) or (_FROM_A_DAY.search(said) and not when):
            continue
        before = (
            parts[at - 1].removeprefix("于") if at and _WHEN.search(parts[at - 1]) and not _LEANS.search(parts[at - 1]) else ""
        )
        for line in (f"{before}，{said}。" if before else "", f"{said}。"):
            line = plainer(line, "zh")
            if line and 10 <= len(line) <= SENTENCE_CHARACTERS:
                yield line
                break


def _leads_on(before: str, title: str) -> bool:
    """Does what stands before a clause leave its subject open to the reader, and no exception unsaid?"""
    if NOT_READERS.search(before) or re.search(r"(?<!解)除|但|例外|仅|只有|受理|审批|审核", before):
        return False
    return not any(found.group() not in title for found in _SOMEBODY_ELSE.finditer(before))


def _addressed(part: str) -> str:
    """A clause as an imperative: 申请人可登录… is 请登录…; empty where somebody else does it."""
    part = re.sub(r"^(?:并|且|或者?|同时|然后|再|即|其中)", "", part)
    part = _DOER.sub("", part)
    found = _READER.match(part)
    rest = _MANNER.sub("", part[found.end() :] if found else part)
    if not _STARTS.match(rest):
        return ""
    if found and re.search(r"[的]$", part[: found.start("modal")]):
        return ""
    return f"请{rest}"
