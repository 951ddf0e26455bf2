"""What a long Chinese sentence can spare: office words, who pays, what is said twice, and still it says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pushsvc.plain import catalogue
from pushsvc.plain.quick_patterns import quickly

#: A sentence of more characters is made shorter by what it can spare.
_EASY = 24
#: Names and quotations stay as they are.
_NAMED = re.compile(r"(《[^《》]*》|“[^“”]*”)")
#: Whoever applies is the reader.
_YOU = re.compile(r"^申请人(?:本人)?(?=(?:也|还|均|都)?(?:可|应|须|需|在|向|通过|登录|凭|持|提交|提供|填)|对)")
#: 应当 is 应, but not where that would be another word: 应用, 应对.
_MUST = re.compile(r"应当(?![用对急届聘答纳付收征税诉变激酬邀场日天月年时地事])")


@dataclass(frozen=True)
class _Spared:
    """What a long sentence can spare: `words` of which one stands wherever `pattern` does, and what takes its place."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    plain: str


def _spared(words: str, pattern: str, plain: str = "") -> _Spared:
    return _Spared(tuple(words.split("|")), re.compile(pattern), plain)


#: What a long sentence says without, and still says the same; the first goes first. The last ones only where they must.
_SHORTER = (
    # The year that it still is: 2026年1月1日至2026年3月31日.
    _spared(
        "年",
        r"(?<=(?P<year>\d{4}年))(?P<from>\d{1,2}月\d{1,2}日(?:\d{1,2}[时点:：](?:\d{2}分?)?)?起?(?:至|到|-|—|－|～))(?P=year)",
        r"\g<from>",
    ),
    # Who writes, where it is said of whom or what: 我公司对人民路停止供水.
    _spared("我公司|我单位|我局", r"(?:^|(?<=[，,]))(?:我公司|我单位|我局)(?=对[^，,。]{6,}停[止水电气])"),
    # Who pays it out.
    _spared(
        "由",
        r"由[^，。由]{2,20}?(?:政府|财政|部门|局|财政局|管委会|中心|基金)(?:[（(][^（）()]*[）)])?(?=给予|发放|予以|补贴)",
    ),
    # How it is reckoned: 按100元/m2的标准给予, 由原来的30万元提高到.
    _spared(
        "的标准", r"(?<=按)(?P<rate>[^，。按]{0,14}\d[^，。按]{0,12})的标准(?=给予|发放|予以|计发|支付|补|奖)", r"\g<rate>"
    ),
    _spared("原|现行|目前", r"(?<=[由从])(?:原来的?|现行的?|原先的?|原有的?|目前的?)(?=\d)"),
    _spared("统一为", r"统一为(?=不[低高超])"),
    # Of what the cap is, where the words before it say it: 给予200元/平方米的购房补贴，且购房补贴不超过.
    _spared(
        "超过|最高",
        r"(?P<given>[补奖][贴助励][^。]*[，,])且?(?:(?![每单套年户人月累共])[\u4e00-\u9fff]){0,2}"
        r"(?:(?:补贴|补助|奖励|资助)(?:资金|金额|额度|总额|标准)?|金额|总额)(?=最高不超过|不超过|最高\d)",
        r"\g<given>",
    ),
    # 按规定, 依法, 统一: they say nothing that the rest does not say.
    _spared(
        "规定|依法|切实|认真|严格|进一步",
        r"[,，]?(?:按照?(?:国家)?(?:有关|相关)?规定|依法|切实|认真|严格|(?<=为)进一步)[,，]?(?=[^，,。]{6,})",
    ),
    _spared("统一|适当|相应", r"(?:统一|适当|相应)(?=提高|调整|上浮|并轨)"),
    _spared("有关|相关", r"(?:有关|相关)(?=手续|待遇|费用|情况|记录|补贴|政策|职能)"),
    # 予以登记, 进行查询: doing is said by the verb.
    _spared("予以", r"予以(?!每|一次)(?=[\u4e00-\u9fff]{2})(?![^，。]{0,4}优惠)"),
    _spared(
        "进行",
        r"(?P<before>(?:^|，)[^，对将就]*)进行(?=查询|审核|公示|登记|备案|申报|申请|办理|更换|治疗|评估|缴费|咨询)",
        r"\g<before>",
    ),
    _spared(
        "可以",
        r"可以(?=申请|享受|向|到|通过|凭|在|提取|直接|按|选择|办理|领取|查询|拨打|委托|自愿|独立|购买|使用|同时|要求|提出|根据)",
        "可",
    ),
    _spared("元的", r"(?P<sum>给予\d[\d.]*万?元)的(?=[^，。的]{0,6}(?:补贴|补助|奖励|津贴|资助|消费券|奖补))", r"\g<sum>"),
    _spared("期间", r"(?<![\u4e00-\u9fff])在(?=[^，]{4,20}期间)"),
    _spared("范围内", r"(?<=[市县区])范围内"),
    _spared("对于", r"^对于", "对"),
    # 提出工伤认定申请, 办理转移手续, 自批准之日起.
    _spared("提出", r"提出(?P<what>[\u4e00-\u9fff]{2,10})申请(?=[，。]|$)", r"申请\g<what>"),
    _spared("手续", r"办理(?P<what>[^，。、的]{2,14}?)手续", r"办理\g<what>"),
    _spared("之日起", r"(?P<since>自[^，。在]{2,24})之日起(?=\d)", r"\g<since>起"),
    _spared("自住住房", r"自住住房", "自住房"),
    _spared("商业性", r"商业性个人住房贷款", "商业贷款"),
    _spared("住房公积金", r"住房公积金(?!管理|中心)", "公积金"),
)
_SHORTEST_FORM = (
    # Whose town it is.
    _spared(
        "我市|本市|我省",
        r"在(?:我|本)市(?:范围内|行政区域内)?(?!城区|市区|[区县]|范围|城市|主城|行政)(?=[\u4e00-\u9fff])"
        r"|我[省市](?!城区|市区|[区县]|范围|城市|主城|行政)(?=[\u4e00-\u9fff])",
    ),
    _spared("材料|资料", r"(?<=等)(?:相关|有效|有关|的)+(?=材料|证件|资料)"),
    # Each group stands before its own sum.
    _spared("分别", r"(?:(?<=[，。])|^)(?:政府)?分别(?=给予[^，。\d]{1,8}\d)|分别(?=给予[^，。\d]{1,8}每[人户]\S{0,3}\d)"),
    _spared("区域", r"(?<=[市县区])(?:行政区域|区域)(?:范围)?内"),
    _spared("人民币|含", r"(?<=元)(?:人民币)|[（(]含[^（）()]+[）)](?=[^以]|$)"),
    _spared("最高不", r"最高不(?:得)?超过(?=\d)", "最高"),
    # The year that the sentence has said: 2016年考试录用公务员体检时间为2016年6月28日.
    _spared("年", r"(?P<year>\d{4}年)(?P<between>[^，。\d]{4,30}[为于是])(?P=year)(?=\d{1,2}月)", r"\g<year>\g<between>"),
    _spared("邮编|邮政编码", r"[，,](?:邮编|邮政编码)[:：]?\d{6}"),
    # The name of a form; whom one applies to, behind the day by which.
    _spared("《", r"(?<=填写|填报|提交)《[^《》]{2,40}?(?P<form>申请表|审批表|登记表|申报表|承诺书)》", r"\g<form>"),
    _spared("内向|内，向|内,向", r"(?<=[日月年天]内)[，,]?向[^，。向]{4,30}?(?=提出|提交|申请|报送|办理)", "，"),
    # The rest of a row that ends the sentence.
    _spared("、", r"(?<=[\u4e00-\u9fff]{3})(?:、[^，。、\d：]{2,12}){2,}(?:和|及|以及|与)[^，。、\d的中]{2,12}$", "等"),
    # Rows before 等其他, which says all of them; who it is that a time is for, where what it is for says it too.
    _spared("等其他", r"(?:[^，。、：的]{2,12}、){2,}[^，。、的]{1,12}等(?=其他)"),
    _spared(
        "时间|期限|日期",
        r"^[^，。]{6,}?(?:的|人|者|儿童|家庭|人员|学生)"
        r"(?=(?:参加)?[^，,。的]{2,20}的?(?:报名|申请|申报|受理|办理|缴费)?(?:时间|期限|日期)(?:原则上)?[为是]\d)",
    ),
)


#: What is told of a statement is tried in several ways, of the same clauses.
@lru_cache(maxsize=2048)
def shorter(said: str, most: int) -> str:
    """The same in fewer characters, where it is longer than `most`."""
    if len(said) > most:
        said = _without(_without(said, _SHORTER, most), _SHORTEST_FORM, most)
    return said if len(said) <= most else plainly(said)


def _without(said: str, table: Sequence[_Spared], most: int) -> str:
    """The sentence without one thing of the table after the other, until it is as short as wanted."""
    for spared in table:
        if len(said) <= most:
            break
        for word in spared.words:  # a generator costs more than the looks
            if word in said:
                said = spared.pattern.sub(spared.plain, said)
                break
    return said


#: A sentence is asked for again each time that it is laid beside another.
@lru_cache(maxsize=2048)
def easier(sentence: str) -> str:
    """A sentence that is told, in plain words, and without what a long one says as well without."""
    return _without(_YOU.sub("您", plainly(sentence)), _SHORTER, _EASY)


def plainly(said: str) -> str:
    """Shorter words for those that offices like; names and quotations stay as they are."""
    if "《" not in said and "“" not in said:
        return _in_plain_words(said)
    return "".join(piece if _NAMED.fullmatch(piece) else _in_plain_words(piece) for piece in _NAMED.split(said))


def _in_plain_words(said: str) -> str:
    plain = catalogue.words("zh")["glossary"]
    return _office_words().sub(lambda found: plain[found.group()], _MUST.sub("应", said))


@cache
def _office_words() -> re.Pattern[str]:
    return quickly("|".join(sorted(catalogue.words("zh")["glossary"], key=len, reverse=True)))
