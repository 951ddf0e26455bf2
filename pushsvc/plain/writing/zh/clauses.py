"""The clauses of one statement: which say for whom and when, and which say what is the case then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from pushsvc.plain.quick_patterns import Anywhere

Role = Literal["period", "condition", "people", "reason", "leaning", "main"]

#: Further hours of the same day, and the code of an address, are told with what stands before them.
_COMMA = re.compile(
    r"[,，:：](?:(?<=[,，])(?!\d{3}(?!\d)|[上下]午\s?\d{1,2}[:：时点]|邮编|邮政编码)|(?<=[^,，。“《]{10}[:：])(?<!邮编[:：])(?![\d/]))"
)
_BLANKS = "".join(character for character in map(chr, range(0x3001)) if character.isspace())
#: What a clause may end in that says nothing; to be stripped.
ENDS = f"。；;，,、：:{_BLANKS}"
#: A sentence of more commas than these is a list, and hostile text is made of commas.
_MOST_PARTS = 24
_CLOCK = r"(?:\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分)?))?"
_DAY = rf"(?:\d{{4}}年|每年|当年|次年)?\d{{1,2}}月(?:\d{{1,2}}日)?{_CLOCK}"
_START = rf"(?:{_DAY}起?|自[^,，\d]{{2,12}}(?:之日)?起)"
_FROM_TO = rf"{_START}(?:至|到|-|—|－|~|～)(?:\d{{4}}年|次年)?(?:\d{{1,2}}月)?\d{{1,2}}[日号]{_CLOCK}"
_PERIOD = re.compile(rf"^(?:自|从|在|于)?(?P<said>{_FROM_TO})(?:止|期间|内|之间)?$")
#: A clause with a period in its middle is two for a reader: when, and what is the case then.
_TIMED = re.compile(
    rf"^(?P<head>(?:对于?)?[^,，\d]{{0,24}}?)(?:自|从|将[于在]|定于|拟于|计划在|于|在)?(?P<period>{_FROM_TO})(?:止|期间|之间)?[,，]?"
    r"(?P<then>(?!出生|毕业|取得|参军|入伍)[^,，\d内前后。][^,，]{3,}.*)$"
)
#: 自文件印发起至2026年6月30日期间，: when, before it is said for whom.
_DATED = re.compile(r"\d(?:年|月|日).*(?:[起止内前后日]|期间)$")
#: 受理时间为, without the period that follows, is half a clause.
_NEEDS_ITS_PERIOD = Anywhere(r"(?:[:：为是即]|时间|日期|期限|期间|有效期)$")
_NAME = re.compile(r"的[^的，,\d]{1,9}$")
#: 按照200元/月发放, 按房价的2%给予: how much, and no reason.
_RATE = re.compile(r"\d[^，,]{0,12}(?:元|[%％])")
_HAPPENS = re.compile(r"起[,，]|开通|上线(?!下)|施行|继续|实施|实行|执行|开展|印发|公布")
#: 凭身份证、户口簿等，: the papers with which it is done.
_MEANS = re.compile(r"^(?:凭|持|携带)[^，,]*(?:证|合同|书|材料|发票|户口簿)[^，,]{0,6}$")
_ENDS_A_RULE = re.compile(r"执行|计算|发放|给予|享受|办理|缴纳|支付|结算")
_IN_CASE = Anywhere(r"(?:^|[,，])(?:如|若)")
_ACTS = re.compile(r"(?:全额|一次性|及时|直接)*(?:退|返|缴|提交|提供|填写|携带|取消|停止|支持|执行|领取|登录|打开|点击|上传)")
#: 深入实施国家育儿补贴制度，: what is to be better, before what is done.
_SLOGAN = re.compile(
    r"(?:深入|稳妥|全面|积极|大力|持续|进一步|加快|切实|不断|有序|扎实)?"
    r"(?:实施|推进|推动|完善|健全|加强|加大|优化|促进|保障|落实|强化|建立|提升|改善|满足|发挥|做好|深化)"
    r"[^，,\d]*(?:体系|机制|力度|支持|保障|水平|环境|需求|养老|作用|建设|工作|制度|权益|改革|转型|发展|衔接|措施|投入|能力)"
)
_REASON = re.compile(r"^(?:根据|按照|依据|遵照|为了?(?!期)|鉴于|结合|基于|因(?!此)|由于|经.{0,24}(?:同意|批准|研究|审议))")
_CONDITION = re.compile(r"的$|^(?:期间)?(?:如|若|凡|只要|一旦).{2,}(?!可|应|须).$")
_FOR = re.compile(r"^(?:对于?|凡|面向|针对)")
#: Nouns for those whom a document is for, as a clause ends with them.
_PEOPLE = re.compile(
    r"(?:人|者|人员|职工|家庭|企业|单位|户|学生|毕业生|居民|老人|老年人|儿童|妇女|人才|群众|市民|青年|教师|军人|机构|商户|人口|博士|硕士|住户|业主|个体)$"
)
_PREDICATES = (
    r"(?<!申)请(?!人)|鼓励|可(?!支配)|(?<![相供适响对反])应(?![届急用])|须|不得"
    r"|给予|享受|有权|(?<![必急所])需(?!求)|由|能(?![力源])|是(?!否)|发放|不予|予以|免(?!费)"
)
_PREDICATE = Anywhere(_PREDICATES)
#: A clause without any of these says nothing of anybody: it is a name, and leans on the next.
_SAYS = Anywhere(
    rf"{_PREDICATES}|免费|[为达于至到按享含][^的]|\d|申请|申报|报名|办理|提交|登录|预约|领取|缴|携带|拨打|打开|进入|点击|选择|填写|上传|提高|降低|上浮"
    r"|增加|减少|延长|放宽|取消|停|暂|封闭|禁|开通|实行|执行|支持|提取|使用|购买|招聘|举办|举行|开展|受理|审核|公布|公示|发布|补贴\d|补助\d|奖励\d|包括|分为|属于|无|有|没|未|不|关注"
    r"|提醒|注意|避开|绕行|转移|联系|咨询|通过|退|减|贷|租|买|迁|落户|就医|结算|参保|转入|转出|合格|视|认定|扣|计|加|调整|恢复|上线|启动|开始|结束|截止|失效|作废|无效"
)
_MODAL = Anywhere(
    r"可(?!支配)|(?<![相供适响对反])应(?![届急用])|须|(?<!申)请(?!人)|给予|免|为(?!老)|是(?!否)|由|将|不|每|有[^的]*$|包括"
)
_SAYS_OF = Anywhere(
    r"实行|采取|适用|可(?!支配)|(?<![相供适响对反])应(?![届急用])|须|(?<!申)请(?!人)|不|给予|予以|享受|由|为(?!老)|是(?!否)|按|免|将|包括|达到|提高|降低|上浮|增加|减少|取消|停|元|%|％"
)
#: 对硕士研究生购买住房，: for whom, when nothing is done to them in the clause itself.
_DOES = re.compile(
    r"征求|招[聘收]|公开|给予|予以|进行|实行|采取|发放|提供|实施|开展|作出|处|负责|执行|可|应|须|不得|免|按|补|奖|上浮|提高|增加|限|停|加(?!装)"
)
#: 逾期未认证人员，按规定暂停发放: those who are late.
_THE_LATE = re.compile(r"(?:逾期|过期|超期|未按[期时])[^，,。]{2,12}(?:人员|者|单位|企业|个人|家庭)")
_TAKES_BACK = re.compile(
    r"^(?:\d+(?:\.\d+)?[%％]|不(?!仅)|但|除|最[高多低]|至[多少]|仅|只|超|以|限|方可|否则|逾期|未|每|其中|扣|原则上|有效期)"
)
#: A clause that says when, where or under which rule leans on the next one.
_LEANING = Anywhere(
    r"(?:(?<!以)[内下上]|[时后前起止中间]|(?<=[\d之当])日|期间|规定|要求|明确|基础上|情况下|条件下|的同时|其中|[《“（(][^》”）)]*)$"
    r"|^(?:自|从|在|经|除|通过|凭|持|以|按(?!每[^,，]*元(?:/[^,，]{1,3})?(?:的标准)?(?:征收|收取|缴纳|缴费|计收|发放)$)|按照|由|向|将|对)[^,，]{0,14}$"
)
_GOES_ON = re.compile(r"^(?:其中|且|并|或|而|则|也|及(?!时|早)|和(?!谐)|又|仍|均|都|即|以及|还(?!款|贷)|才|就|但|与|同时)")
_VERB_FIRST = re.compile(
    r"^(?:减按|减征|免征|计入|即|就|便|方|均|都|适用|属于|可|应|须|需|不|给予|享受|按|由|请|能|免|予以|一次性|发放|补贴|补助|奖励|最高(?!\S{0,14}\d)|每(?!\S{0,14}\d)|全额|直接|逾期|超过|视|自动|提交|办理|并|经|取消|撤销|责令|处|没收|吊销|退回|告知|停止|暂停|恢复|延长|提高|降低|简化|扩大|减少|收回|追回|列入|纳入|报)"
)
_CAP = re.compile(r"^(?:每[人户家套件个次])?(?:最[高多低]|不(?:超过|高于|低于)|至多|至少|总额|合计|累计)")
_OF_WHAT = re.compile(r"(?:补贴|补助|奖励|资助|贷款|提取|贴息|额度|金额|限额)[^，,的]*\d")
_NAMES_A_CASE = 8
#: 报名时间为6月2日至6月4日, though it ends in a day.
_STATES_A_TIME = re.compile(r"(?:时间|日期|期限|[费名募报理火传验渔汛]期)(?:原则上)?[为是][^，,]*\d[日天月年]$")
#: 补贴资金每季度发放一次: how often an office pays is no condition.
_PAID_EACH = re.compile(r"(?:每|按)个?(?:季度?|月|年|半年|学期)(?:集中|统一)?(?:发放|拨付|兑付|结算|受理|审核)")
_STATES_A_SEASON = re.compile(r"\d[日月]为[^，,]{2,10}期$")
#: 自办理个体工商户登记当月起，: when, said apart where the rest is long.
_SINCE = re.compile(r"[自从][^，,]{4,30}起")
_LONG = 38
_WHERE, _FORBIDDEN = re.compile(r"[内上间][，,]$"), re.compile(r"严禁|禁止|不得|不准|一律")
#: A long name of people, or of what something is paid for.
_LONG_NAME = re.compile(
    r"(?!.*(?:(?:应当?|可以?)(?:对|向|给)|部门|政府))[^，,：]*的[^，,、的]{0,16}(?:人|者|人员|职工|家庭|企业|单位|户|学生|毕业生|居民|儿童|人才|青年|老年人|农民|项目|小区)$"
)
#: 对通过…认定的港澳青年企业给予50万元奖励: whom, and what they get, of a clause that is longer than a sentence.
_WHO_AND_WHAT = re.compile(
    r"(?P<who>[^，,：]{10,}的[^，,：的]{0,8}(?:人|者|人员|职工|家庭|企业|单位|户|毕业生|居民|老年人|人才|青年|机构|载体|项目|银行|对象))"
    r"(?P<what>(?:可以?(?!支)|给予|享受|应当?(?![届急])|须|不得|按|增加|免)[^。]{6,})$"
)
#: 未能完成资金拨付的请在12月31日前…重新提交: a case and what is asked in it, with no comma between.
_CASE_AND_WHAT = re.compile(r"(?P<case>[^，,：]{6,}的)(?P<what>请[^。]{6,})$")
_CASE_LONG = 24
_RULES = Anywhere(
    r"退回|返还|追回|取消|视[为同]|不再|办理|(?<![相供适响对反])应(?![届急用])|可(?!支配)|不得|须|(?<!申)请|给予|予以|享受|免|元|[%％]|负责|鼓励|支持|提高|调整"
)
#: 现将草案公示，面向社会征求意见: what is announced is no case.
_ANNOUNCES = re.compile(r"(?:现|特|兹|为了?|根据|按照)|[^，,]*(?:公示|征求|公告|招[聘收])")
#: 裁员率不高于5.5%, 缴费12个月以上: how much is asked for, and not what is given.
_BOUND_OF = re.compile(r"(?:不?[高低多少]于|不?超过|满|达到?|未)[^，,]*")
_GETS = re.compile(
    r"(?:由?(?:政府|财政|[市区县]财政|[市区县]、[市区县](?:两级)?财政)|[从自][^，]{2,12}[内起后])?(?:分别)?(?:并)?(?:可(?!支配)|给予|予以|享受|按|免|不受|一次性|最高|每[人户套]|补贴|奖励|发放)"
)
_PREPOSITION = re.compile(r"^(?:对|将|把|向|通过|在|按|凭|经|由|以|与|从|根据|为)")


@dataclass(frozen=True)
class Clause:
    text: str
    role: Role

    @cached_property
    def bare(self) -> str:
        return self.text.rstrip(ENDS)

    @property
    def goes_on(self) -> bool:
        return bool(_GOES_ON.match(self.text))

    @property
    def names_people(self) -> bool:
        """Is it a name of people without anything said of them?"""
        return bool(_PEOPLE.search(self.bare)) and not _MODAL.search(self.bare) and not _RATE.search(self.bare)

    @property
    def says_of_somebody(self) -> bool:
        """Is there a word for what somebody may, must, gets or is?"""
        return bool(_SAYS_OF.search(self.text))

    @property
    def only_a_cap(self) -> bool:
        """最高不超过2万元, without a word of what."""
        return bool(_CAP.match(self.text)) and not _OF_WHAT.search(self.text)

    @property
    def takes_back(self) -> bool:
        """Does it narrow what the words before it say? Then those are not told without it."""
        return bool(_TAKES_BACK.match(self.text))

    @property
    def leans_forward(self) -> bool:
        """Does it begin with whom or what something is done to, and leave who does it to the words before?"""
        return bool(_PREPOSITION.match(self.text))

    @property
    def has_predicate(self) -> bool:
        return bool(_PREDICATE.search(self.text))

    @property
    def verb_first(self) -> bool:
        """Does it say what is done and leave who does it to the words before?"""
        return bool(_VERB_FIRST.match(self.text))


def clauses(text: str) -> list[Clause]:
    """The clauses in order. What leans on the next clause is one with it; a 对…的 that runs over a comma is one."""
    parts = [part for part in _between_commas(text.rstrip(ENDS)) if part.strip("，, ")][:_MOST_PARTS]
    found: list[Clause] = []
    held = ""
    for place, part in enumerate(parts):
        if held and len(held) + len(part) > _LONG and _WHERE.search(held) and _FORBIDDEN.match(part):
            # 防火期内，在林地及边缘100米范围内，严禁…: when and where, said apart from what is forbidden there.
            found.append(Clause(held, "condition"))
            held = ""
        whole, held = held + part, ""
        bare = whole.rstrip(ENDS)
        last = place == len(parts) - 1
        if not last and whole == part and _SLOGAN.fullmatch(bare) and not _GOES_ON.match(parts[place + 1]):
            found.append(Clause(whole, "reason"))
            continue
        if not last and _reaches_over(bare, parts, place):
            held = whole
            continue
        role = _role(bare)
        if role == "leaning" and not last and not held and _is_a_case(bare, parts[place + 1]):
            found.append(Clause(whole, "condition"))
            continue
        if role == "leaning" and not last:
            if (_DATED.search(bare) and _FOR.match(parts[place + 1])) or (
                _SINCE.fullmatch(bare) and len(bare) + len(parts[place + 1]) > _LONG
            ):
                found.append(Clause(whole, "period"))
            else:
                held = whole
            continue
        says = (role == "leaning" and _SAYS.search(bare)) or (role == "reason" and last and _ENDS_A_RULE.search(bare))
        found += _timed(whole, bare, "main" if says else role)
    # From the last to the first: what a condition ends in makes conditions of the clauses before it.
    for place in range(len(found) - 1, -1, -1):
        found[place] = _in_its_place(found, place)
    return found


def _between_commas(text: str) -> Iterator[str]:
    """The parts of a text, each with the comma that it ends in."""
    start = 0
    for comma in _COMMA.finditer(text):
        yield text[start : comma.end()]
        start = comma.end()
    yield text[start:]


def _is_a_case(bare: str, following: str) -> bool:
    """已投入运营的项目，持有运营单位应…: a name before a clause that has its own subject and verb is the case it holds for."""
    if _HAPPENS.search(bare):
        return False
    return bool(_NAME.search(bare)) and bool(_SAYS_OF.search(following)) and not _VERB_FIRST.match(following) and len(bare) > 8


def _in_its_place(found: list[Clause], place: int) -> Clause:
    """Between for whom and what they get, a clause that gives nothing is a condition: 首次申请贷款购买新房，."""
    clause = found[place]
    if (
        place == 0
        and len(found) > 2
        and clause.role == "main"
        and not (clause.says_of_somebody or _HAPPENS.search(clause.text))
        and found[1].role in ("people", "condition")
    ):
        return Clause(clause.text, "condition")  # 具有本市户籍，符合生育政策的家庭，…: the first of several conditions.
    ahead = found[place + 1] if place + 1 < len(found) else None
    if ahead and clause.role == "main" and not _HAPPENS.search(clause.text):
        # 外县居民在本区购房，可…，并给予…: whoever buys is whom the rest is for.
        first = all(part.role in ("period", "reason") for part in found[:place])
        if first and len(clause.bare) >= _LONG and _LONG_NAME.match(clause.bare) and _GETS.match(ahead.text):
            return Clause(
                clause.text, "people"
            )  # 未就业、且未享受…的高校毕业生，可按…: what is asked of them says nothing yet.
        buys = first and ahead.role == "main" and len(clause.bare) >= _NAMES_A_CASE and not clause.says_of_somebody
        if buys and _GETS.match(ahead.text) and not _PAID_EACH.search(clause.bare):
            return Clause(clause.text, "condition")
        # 职工认为是工伤，单位不认为是工伤的，…: the first half of a case is no rule.
        series = ahead.role == "condition" and (ahead.bare.endswith("的") or place + 2 < len(found))
        if (
            series
            and not _THE_LATE.fullmatch(ahead.bare)
            and not _STATES_A_SEASON.search(clause.bare)
            and not _HAPPENS.search(clause.text)
            and not _ANNOUNCES.match(clause.text)
            and not _RULES.search(_BOUND_OF.sub("", clause.text))
        ):
            return Clause(clause.text, "condition")
    between = (
        0 < place < len(found) - 1 and found[place - 1].role in ("people", "condition") and found[place + 1].role == "main"
    )
    if between and clause.role == "main" and not clause.says_of_somebody:
        return Clause(clause.text, "condition")
    return clause


def _reaches_over(bare: str, parts: list[str], place: int) -> bool:
    """对于…备案，并在3月31日前缴税的购房人: the first clause is no end, for the second still says for whom."""
    role = _role(bare)
    if role in ("people", "period", "reason") or (role == "condition" and not (_FOR.match(bare) and not bare.endswith("的"))):
        return False
    following = parts[place + 1].rstrip(ENDS)
    if not _GOES_ON.match(following):
        return False
    # 且自出售之日起12个月内，在市区购买住房的: the condition may end one clause later.
    ends = [part.rstrip(ENDS) for part in parts[place + 1 : place + 3]]
    return _role(following) in ("people", "condition") or (_role(following) == "leaning" and ends[-1].endswith("的"))


@lru_cache(maxsize=4096)
def _role(bare: str) -> Role:
    if _PERIOD.match(bare):
        return "period"
    if _THE_LATE.fullmatch(bare):
        return "condition"
    if _MEANS.match(bare):
        return "reason"
    if _REASON.match(bare) and not _CONDITION.search(bare) and not _RATE.search(bare):
        return "reason"
    if _CONDITION.search(bare):
        return "condition"
    if not _PREDICATE.search(bare) and (_FOR.match(bare) or _NAME.search(bare)):
        if _PEOPLE.search(bare) and not _IN_CASE.search(bare):
            return "people"
        if _NAME.search(bare) and not _ACTS.match(bare) and not _HAPPENS.search(bare):
            return "leaning"
    if _FOR.match(bare) and not _DOES.search(bare[2:]):
        return "condition"
    if _STATES_A_TIME.search(bare):
        return "main"
    return "leaning" if _LEANING.search(bare) or not _SAYS.search(bare) else "main"


def _timed(whole: str, bare: str, role: Role) -> list[Clause]:
    """A clause, its period taken out where it has one and is long."""
    timed = _TIMED.match(whole) if len(bare) > 30 or role in ("people", "condition") else None
    if timed is None or role == "period":
        who = _WHO_AND_WHAT.match(whole) if role == "main" and len(bare) > _LONG else None
        if who:
            return [Clause(who["who"], "people"), Clause(who["what"], "main")]
        case = _CASE_AND_WHAT.match(whole) if role == "main" and len(bare) > _CASE_LONG else None
        return [Clause(case["case"], "condition"), Clause(case["what"], "main")] if case else [Clause(whole, role)]
    head = timed["head"]
    if _NEEDS_ITS_PERIOD.search(head):
        return [Clause(whole, "main")]  # 现场审核：6月27日至6月28日，上午…: the label says what the time is of.
    return [Clause(timed["period"] + "，", "period"), Clause(head + timed["then"], role)]


def period_said(clause: Clause) -> str:
    """The period of a clause that is one, without 自 and 止."""
    found = _PERIOD.match(clause.bare)
    return found["said"] if found else re.sub(r"期间$", "", clause.bare)


def names_people(said: str) -> bool:
    """在本区购买商业用房的购房人 is a name of people."""
    return "的" in said and bool(_PEOPLE.search(said))
