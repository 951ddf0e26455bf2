"""Mentions of groups in Chinese documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.publications import Reading
from pushsvc.plain.classes.groups import Mention, Words, words

#: Groups that say by themselves who is meant.
_WHOLE = (
    r"(?:事业单位|机关)工作人员|公务员|应聘人员|出租人|(?:香港居民、澳门居民、台湾居民|港澳(?:居民)?(?:和|及"
    r"|、)台湾(?:地区)?居民)|高校毕业生|(?:技师|职业"
    r"|技工)院校毕业生|应届毕业生|退役(?:大学生)?(?:军人|士兵)|现役军人"
    r"|残疾(?:人|儿童)(?!联合会|证|人?联)|老年人|老人|未成年人|婴幼儿|幼儿|儿童|孕产妇|妇女|女职工"
    r"|农民工|农民|农户|村民|(?<![企事产农商就作])业主(?!管)|承租人|承租家庭|出租人|租赁双方|买卖双方|双方当事人"
    r"|购房(?:人|者|群众|居民|家庭"
    r"|职工)|买房人|卖方|买方|借款人|借款申请人|纳税人|缴费人|参保人员?|参保(?:单位"
    r"|职工|居民|企业)|失业人员|灵活就业人员"
    r"|就业困难人员|特困(?:供养)?人员|低保(?:对象|家庭|边缘家庭)|最低生活保障(?:对象|家庭)|优抚对象|困难群众|劳动者"
    r"|用人单位|个体工商户|研究生|博士后?|硕士|大学生|学生|学员|考生|人才"
    r"|教师|医务人员|医护人员|患者|家长|监护人|消费者|经营者|当事人|港澳台?(?:居民|青年|同胞)|台湾居民|华侨|侨胞"
    r"|外国人|外籍人(?:员|才)|烈属|军属|劳模|劳动模范|环卫工人|志愿者|驾驶人|驾驶员"
    r"|车主|机动车所有人"
    r"|房地产(?:开发)?企业|开发企业|开发商|房地产(?:经纪|估价)机构|住房租赁企业|租赁企业|运营(?:单位|企业|机构|主体)"
    r"|物业服务(?:企业|人)|建设单位|施工(?:单位|企业)|缴存(?:人|职工"
    r"|单位|家庭)|租房(?:家庭|职工|人群?)"
    r"|供养服务机构|养老(?:服务)?机构|托育机构|医疗机构|定点医(?:疗|药)机构|金融机构|商业银行|保险公司|学校|幼儿园"
    r"|社会组织|行业协会|合作社|家庭农场|新市民"
    r"|(?<!初中)(?<!高中)(?<!中学)毕业生|主管(?:部门|机构)|税务部门|(?:不动产|婚姻)?登记机[关构]|(?:街道|镇|乡|村"
    r"|地方各级|县级以上)?人民政府(?!办公|关于|网|令|门户|印发)"
    r"|街道办事处|管委会|被征收(?:人|居民)|房票安置户|安置户|困难户|种粮大户|脱贫户|求职者|创业者|租房者"
    r"|公民、法人和其他组织|新业态从业人员|居住证持有人|社会公众|申请人"
    r"|退休人员|离退休人员|职工|市民|居民|企业(?!职工|员工)|小微企业|家庭|个人"
)
#: What stands before a general word and makes it a group.
_MODIFIER = (
    r"(?:\d{1,3}周?岁(?:及)?(?:以上|以下)的?|[一二三四]孩(?:及以上|以上)?|多子女|多孩|独生子女|无房|首套房?|二套房?"
    r"|改善型|租房|购房|换购住房|房票安置|住房公积金缴存|公积金缴存"
    r"|缴存|参保|困难|低收入|低保边缘|低保|住房困难|中等偏下收入"
    r"|经济困难|支出型困难|支出型临时救助|急难型临时救助|户籍|本市户籍|非本市户籍|非户籍|外地户籍|外来"
    r"|来[\u4e00-\u9fff](?=人员)|随迁|进城|返乡|务工|就业|求职|创业|失业|灵活就业"
    r"|新就业形态|非全日制|退休|离退休|在职|重度残疾|困难残疾|残疾|失能|半失能"
    r"|高龄|独居|孤寡|留守|困境|适龄|被征收|拆迁|安置|公租房承租|承租|出租|引进(?=人才)|高层次|高技能|技能|青年|重点"
    r"|创新型|科技型|高新技术|专精特新|小微|中小微?|民营|外资|外贸|外商投资"
    r"|规模以上|规上|建筑|餐饮|养老|培训|用工|招用|吸纳|就业见习|见习|食品生产|生产|经营|销售|种植|养殖"
    r"|生育|新婚|双职工|单职工|异地就医|慢性病|特殊病|特殊工种|优抚|常住|城乡|城镇|农村|内地|外国|外籍|境外|公租房"
    r"|参训|报考|应聘|加装电梯|供养|检测|受灾|参战|随军|烈士|残疾人|物业|用水|用电"
    r"|用气)"
)
_NOUN = (
    r"(?:从业人员|人员|人群|群体|对象|家庭|职工|居民|市民|村民|农民(?!工)|青年|儿童|学生|考生|毕业生"
    r"|研究生|人才|用户|单位|企业|机构|主体|当事人|业主(?!管)|住户)"
)
#: Behind a word: a name or a thing that only contains it (企业职工基本养老保险, 居民身份证, 家庭成员).
_OF_A_THING = (
    r"(?!(?:基本|城镇|城乡|社会)?(?:医疗|养老|工伤|失业|生育)?保险|基本(?:养老|医疗)|医保|身份证|联合会|委员会|权益"
    r"|保障(?:法|中心|局|厅"
    r"|部)|所得税|法|条例|证|卡|户口|成员|医生|财产"
    r"|名下"
    r"|服务(?:中心|局|平台|窗口|网|站|大厅)|公共服务|市场|交流|工作(?!的)|管理(?:局|中心|部门|服务中心)|登记|年金|名称"
    r"|代表|提供的?材料|住房(?:公积金|面积"
    r"|困难)|病|社区|大学|教育(?!培训)|委|会)"
)
_FIRST = "".join(sorted({word[0] for word in re.findall(r"[\u4e00-\u9fff]+", f"{_MODIFIER}|{_WHOLE}")}))
#: The first character is looked at before the many words: it makes the search twice as fast.
_GROUP = re.compile(rf"(?=[\d{_FIRST}])(?:{_MODIFIER}{{1,3}}{_NOUN}|{_WHOLE}){_OF_A_THING}")
#: Sentences and headings that say whom the document is for.
_SCOPE = re.compile(
    r"(?:适用|服务|申请|申报|补贴|补助|保障|支持|救助|奖励|发放|优待|享受|办理|参保|引进|奖补|供应|配租|招生|招聘|资助"
    r"|受益|培训|认定|提取|面向|享受)(?:的)?(?:对象|人群|主体"
    r"|范围)(?:和条件|及条件|及标准|为|是|包括|[:：\s])"
    r"|适用于|面向|凡(?:是|在|具有|符合)?|符合[^。；\n]{0,30}条件的|下列(?:人员|对象|情形)|(?:支持|鼓励|帮助|引导|保障"
    r"|满足|减轻|方便|惠及"
    r"|照顾)(?=[\u4e00-\u9fff]{0,14})|(?:^|[，,。；;\n、])对(?!于|照|应|接|外|内)|给予|(?:^|\n)各(?!级|区|有关|相关|镇"
    r"|街|市|省|部门)"
)
_SCOPE_REACH = 45
_STOP = re.compile(r"[。；;\n]")
#: Behind a group: what it may, must or gets.
_VERB_BEHIND = re.compile(
    r"(?:及其[^，。]{0,8}|本人|均|也|还|每人|每户|双方|[（(][^）)]{0,20}[)）])?(?:可(?!能)|应当?(?!届)|须|需|必须|凭"
    r"|自愿|享受|申请(?!表)|申领|办理|购买|新购"
    r"|提取|缴存|参加|有权|不得|负有|按|在[^，。]{0,12}(?:购买|缴纳|缴存|居住|就业|申请)|因|连续|符合|未|已|首次|使用"
    r"|领取|租住|承租|携带|登录|通过)"
)
#: Before a group: what it is given. Behind 由, 经, 会同 it is an office that acts.
_GIVEN_BEFORE = re.compile(r"(?:对|向|给|为|给予|支持|鼓励|帮助|面向|凡|的|下列|各类|广大|包括|属于?|惠及|是|[:：、]|^)$")
_ACTS_BEFORE = re.compile(r"(?:由|经|会同|委托|报|与|同|约谈|督促|责令|指导|监督|如|例如|等|除|非|原|拖欠|冒充)$")
_LEFT_OUT = re.compile(r"(?:等)?(?:不宜|不可|不能|不得申|除外|不适用|不享受|不予|代办|代为|代理|工作人员)")
WORDS = Words(
    common=words(
        "企业 居民 职工 人才 学生 市民 学校 用人单位 医疗机构 监护人 金融机构 商业银行 社会组织 经营者 开发企业 消费者"
        " 儿童 个体工商户 缴存单位 研究生 硕士 博士 港澳居民 台湾居民 志愿者 当事人 社会公众"
    ),
    vague=words(
        "申请人 家庭 个人 单位职工 企业职工 申请家庭 申报单位 申报人 服务机构 机关事业单位 在编人员 入户人员"
        " 定点医疗机构 就业服务机构 专业技术机构 重点人群 城镇企业 外国企业 农村居民 提取对象 城镇居民 申请单位 申请企业"
    ),
    same=tuple(
        words(alike)
        for alike in (
            "缴存人 缴存职工 住房公积金缴存人 住房公积金缴存职工 公积金缴存人 公积金缴存职工 缴存家庭 单职工缴存家庭"
            " 双职工缴存家庭",
            "参保人 参保人员 参保职工 参保居民",
            "购房人 购房者 购房居民 购房家庭 购房群众 购房职工 买房人",
            "多子女家庭 多孩家庭 二孩家庭 三孩家庭 二孩及以上家庭 三孩及以上家庭 二孩以上家庭 三孩以上家庭",
            "高校毕业生 应届毕业生 毕业生 大学生 大学毕业生",
            "研究生 硕士 博士 博士研究生 硕士研究生",
            "退役军人 退役士兵 现役军人",
            "老年人 老人",
            "低保家庭 低保对象 最低生活保障家庭 最低生活保障对象",
            "租房家庭 租房职工 承租人",
            "港澳台居民 港澳居民 台湾居民 港澳台青年 港澳青年 港澳同胞",
            "劳模 劳动模范",
            "房地产开发企业 房地产企业 开发企业",
            "驾驶人 驾驶员 车主",
        )
    ),
    offices=("部门", "人民政府", "办事处", "管委会", "主管机构"),
    precise=4,
    base=-1.0,
    late=-1.0,
)
#: Short forms, told in full.
_TOLD = {
    "毕业生": "高校毕业生", "应届毕业生": "高校毕业生", "开发企业": "房地产开发企业", "开发商": "房地产开发企业",
    "县级以上人民政府": "人民政府", "地方各级人民政府": "人民政府",
}  # fmt: skip
#: Words of the machinery: never whom a document is for.
_NEVER = words(
    "工作人员 服务人员 管理人员 供养人员 专业技术人员 技能人员 检测人员 经营人员 监测对象 服务对象 保障对象"
    " 申报对象 重点单位 重点对象 重点机构 生产单位"
)
#: Characters of the text that are looked at.
TEXT = 4500
_NO_SCOPE = (1 << 60, 1 << 60)


def mentions(reading: Reading) -> Iterator[Mention]:
    """Each mention of a group in the title and the text, with what is by it."""
    for found in _GROUP.finditer(reading.title[:300]):
        if found.group() not in _NEVER:
            yield Mention(_told(found.group()), found.group())
    text = reading.source_text[:TEXT]
    scopes = iter(_scopes(text))
    begins, ends = next(scopes, _NO_SCOPE)
    for found in _GROUP.finditer(text, len(reading.title) if text.startswith(reading.title) else 0):
        word, at = found.group(), found.start()
        if word in _NEVER or _LEFT_OUT.match(text, found.end()) or _ACTS_BEFORE.search(text, max(0, at - 4), at):
            continue
        while ends <= at and (begins, ends) != _NO_SCOPE:
            begins, ends = next(scopes, _NO_SCOPE)
        verb = _VERB_BEHIND.match(text, found.end()) or _GIVEN_BEFORE.search(text, max(0, at - 4), at)
        yield Mention(_told(word), word, at, found.end(), scope=begins <= at, verb=bool(verb))


def _told(word: str) -> str:
    """The word as a reader knows it: 香港居民、澳门居民、台湾居民 are 港澳台居民."""
    if "台湾" in word and "澳" in word:
        return "港澳台居民"
    return _TOLD.get(word, word)


def _scopes(text: str) -> list[tuple[int, int]]:
    """The stretches, in order, that say whom the document is for: behind a scope cue, to the end of its sentence."""
    stretches: list[tuple[int, int]] = []
    for cue in _SCOPE.finditer(text):
        stop = _STOP.search(text, cue.end() + 2, cue.end() + _SCOPE_REACH)
        stretches.append((cue.start(), stop.start() if stop else cue.end() + _SCOPE_REACH))
    return stretches
