"""Which role one end of a Chinese range of days plays: an application window, a rule's life, a period for a qualifying act."""

from __future__ import annotations

import re

from pushsvc.plain.facts.acts_zh import actor, asked, office_must
from pushsvc.plain.facts.cues_zh import (
    ACT_OF_READER,
    EXPIRES,
    IN_FORCE,
    OLD,
    PERIOD_END,
    PERIOD_START,
    PLAIN,
    QUALIFYING_TIME,
    Role,
)
from pushsvc.plain.facts.deadlines_zh import is_window, window_role
from pushsvc.plain.facts.mentions import DateMention

_FORCE_LABEL = re.compile(
    r"(?:(?:有效|执行|施行|实施|试行|适用)(?:期限|期间|期|时间|时限)?|(?:待遇|保障|保险|参保)(?:享受)?(?:期限?|期间|时间))(?:暂定[^,，。]{0,6})?(?:为|是|[:：]|自|从|[（(])*\s?$"
)
_IN_FORCE_AFTER = re.compile(r"^\s?(?:止|期间)?[,，]?\s?(?:期间)?(?:施行|执行|实施|有效|享受[^,，。；;]{0,14}待遇)")
_BENEFIT_LABEL = re.compile(r"(?:待遇|保障)(?:享受)?(?:期限?|期间|时间)[^,，。；;\d]{0,4}$")
_GIVES = re.compile(r"补贴|补助|奖励|消费券|贴息|奖补")
_ASKS = re.compile(r"请|可|应|须|需|接受|开始|集中")
_TOLD = re.compile(r"(?:(?<!申)请|须|务必|(?<![对相供响适反])应(?![急届税用征收]))[^,，。；;]{0,20}$")
_ASIDE = re.compile(r"[（(][^（()）\n]{1,80}[）)]|[“\"][^”\"\n]{1,30}[”\"]")
#: "，家长持户口簿到学校现场核验": who is to come, and what for.
_COMES_TO_DO = re.compile(
    r"^\s?(?:止)?(?:期间)?[,，]?\s?(?:[^,，。；;\n校局区门会]{0,24}[,，])?(?:凡|请|各?(?:有关|符合条件的)?)?[^,，。；;]{0,24}?(?:家长|监护人|考生|申请人|申请者|申领人|参保人员?|市民|居民|业主|学生|毕业生|新生|学区生|调配生|户籍生|片区生|政策生|随迁子女|儿童|(?<!工作)(?<!执法)(?<!检查)(?<!评审)人员|对象|(?:用人|申报|参保|建设|各)单位|企业|用户|村民|农户|本人|(?<!记)(?<!或)者)"
    r"(?:[（(][^（）()]{0,16}[）)])?[：:]?(?:须|应当?|需|可|请)?(?:本人)?(?:携带?|持|凭|登录|登陆|通过|到|前往|自行|根据|按)[^。；;]{0,40}?"
    r"(?:核验|审核|确认|登记|填报|报名|申请|申报|提交|缴费|缴纳|报到|领取|办理|认证|打印|选岗|选房|签约|体检|注册|预约)"
)
#: "于7月6日至8日到片区内小学注册报名", "携带户口簿到街道登记": where to go in that time, and what for.
_GOES_TO_DO = re.compile(
    r"^\s?(?:止)?(?:期间)?[,，]?\s?(?:每[天日])?(?:[^,，。；;：:\n]{1,12}[：:])?(?:持|凭|携带?|到|前往|赴|登[录陆])(?![^,，。；;\n]{0,24}(?:检查|督查|开展|调研|抽查))"
    r"[^。；;\n]{0,48}?(?:登记|注册|报名|办理|领取|缴费|缴纳|申请|申报|提交|报到|核验|认证|确认|填报|打印|签约|体检|预约)(?!情况|工作|大厅|窗口|处|点|中心)"
)
#: "，全市集中开展隐患排查登记工作": what offices go about.
_CAMPAIGN = re.compile(
    r"^\s?(?:止)?(?:期间)?[,，]?\s?[^,，。；;\n]{0,20}?(?:开展|组织|进行|集中)[^,，。；;\n]{0,12}?(?:排查|核查|检查|清查|整治|督查|普查|摸排|入户|走访|巡查|家访|调研)"
)
#: "，我市将启动疫苗摇号登记", "，受理网上申请": what opens for that time.
_OPENS_IN_IT = re.compile(
    r"^\s?(?:止)?(?:期间)?[,，]\s?[^,，。；;]{0,8}?(?:将|拟|集中|统一)?(?:启动|开放|接受|受理|开始|开启)[^,，。；;\n]{0,24}?(?:报名|登记|预约|申请|申报|缴费|征集)"
    r"(?!备案|情况|核查|排查)"
)
#: "网上报名自6月16日开始，至6月30日结束": what goes on in that time, without a label.
_GOES_ON = re.compile(
    r"(?:报名|申报|申请|缴费|登记|征集|预约|认证|填报)(?:工作|系统|通道)?(?:将|均)?(?:统一)?(?:开放)?(?:于|从|自|在)\s?$"
)
_IT_ENDS = re.compile(r"^\s?(?:止|结束|截止|进行|期间进行|开放|[,，。；;\n]|$)")
#: "9月1日至12月31日为集中缴费期": what the days are is said behind them.
_IS_WINDOW = re.compile(
    r"^\s?(?:止)?[,，]?\s?(?:均)?(?:为|是)[^,，。；;]{0,20}?(?P<what>(?:缴费|申报|报名|受理|申请|登记|填报|征集|征求意见|参保|认证)(?:时间|期限?|时段|阶段|期间))"
)
#: "5月26日—6月20日 家长网上报名": a line of a calendar, its step and nothing else.
_STEP_BEHIND = re.compile(
    r"^\s?(?:[ \t\u3000]{1,4}|[:：|]\s?)(?:家长|考生|申请人|学生|新生|企业)?"
    r"(?:网上|线上|现场|集中|网络|登录[\u4e00-\u9fff“”]{2,12})?"
    r"(?P<what>报名|申报|申请|登记|缴费|填报志愿|志愿填报|提交材料|信息登记|报到)(?:阶段|时间)?(?=\s*$|[ \t]*[\n|]|[。；;])"
)
#: "入园登记5月3日-6日。": a step and its days, and no word between them.
_STEP_BEFORE = re.compile(
    r"(?:^|[。；;，,、：:\n）)])\s?(?![^。；;，,、：:\n）)]*[核审查普])[\u4e00-\u9fff]{0,8}?(?P<what>报名|登记|申报|申请|预约|缴费|报到|填报)\s?$"
)
#: "10月1日至12月20日缴费的，1月1日起享受待遇": one of several windows, with what comes of acting in it.
_IN_THIS_WINDOW = re.compile(
    r"^\s?(?:止|期间|之间)?[,，]?\s?(?:集中)?(?:参保)?(?P<what>缴费|缴纳|报名|登记|申报|申领|领取|预约)的[,，]"
    r"[^。；;]{0,40}?(?:待遇|享受|优惠|折|等待期|每人|生效|发放)"
)
#: "2024年1月1日至2027年12月31日居民个人取得的综合所得".
_EARNED = re.compile(r"^\s?(?:期间)?[^,，。；;]{0,14}(?:取得|发生|实现|支付|开具)的")
#: "公示时间：6月14日至6月20日。如有异议，请于公示期内向区教育局反映": the last day on which the reader may object.
_OBJECT = re.compile(
    r"(?:如有|若有|有|持|存在|[^。；;\n]{0,6}问题[^。；;\n]{0,4}欢迎)(?:任何)?(?:异议|不同意见|疑义|意见|在公示期)"
    r"[^。；;\n]{0,40}?(?:反映|提出|反馈|举报|来电|来信|申诉|联系)|提出异议的[,，]"
    r"|公示期(?:限|间)?内?[,，][^。；;\n]{0,40}?(?:可|请|欢迎)[^。；;\n]{0,44}?(?:提出|反馈|反映)[^。；;\n]{0,10}(?:意见|建议|异议)"
)
#: Characters before the period and behind it in which objections are invited.
_INVITED_BEFORE, _INVITED_BEHIND = 160, 120
#: "自6月1日起至8月31日，对人民路实施全封闭施工": something is done in that time, no rule holds for so long.
_WORKS = re.compile(
    r"^\s?止?[,，]\s?(?:对|将|在)?[^,，。；;]{0,30}?(?:封闭施工|施工|停水|停电|停气|断路|检修|演练|闭馆|清洗|冲洗)"
)
#: Characters behind a window within which somebody who is told to act is told what to do.
_FAR_ASKED = 90
#: "各经营主体应当于每年1月1日至6月30日，申报上一年年度报告".
_EACH_YEAR_MUST = re.compile(r"(?:(?<!申)请|应当?|须|需)(?:于|在)每年度?\s?$")
_PUBLICITY = re.compile(
    r"(?:公示|公告)(?:时间|期限|期间|期)(?:[^。；;\n\d]{0,6}|[ \t]*[:：]?\s*\n\s*)"
    r"(?:\d{1,2}\s?个?(?:工作日|自然日|日|天)\s?[（(]?)?$"
    r"|公示\d{1,2}\s?个?(?:工作日|自然日|日|天)\s?[（(]$"
)


def invites_objections(text: str, start: int, end: int) -> bool:
    """Is `text[start:end]` a time for which something is made public, and may the reader object in it?"""
    if not _PUBLICITY.search(text, max(0, start - 40), start):
        return False
    return bool(_OBJECT.search(text, max(0, start - _INVITED_BEFORE), end + _INVITED_BEHIND))


def role_in_range(mention: DateMention, before: str, after: str) -> Role:
    """One end of "A to B": an application window, the life of a rule, or a period in which the act must fall."""
    near, ahead = before[-60:], _ASIDE.sub("", after[:160])[:60]
    head = re.split(r"[。；;\n]", ahead)[0]
    life = IN_FORCE if mention.opens else EXPIRES
    period = PERIOD_START if mention.opens else PERIOD_END
    happens: Role = ("event_date", "event_start" if mention.opens else "event_end")
    if _PUBLICITY.search(near):
        return happens
    if re.search(r"原(?![则件始籍料因产文])(?:定|计划)?(?:于|为|在)?[^,，。；;（(]{0,6}$", near):
        return OLD
    if re.search(rf"{QUALIFYING_TIME}[^,，。；;]{{0,4}}$", near):
        return period
    if is_window(near) and not _BENEFIT_LABEL.search(near) and not office_must(before[-50:]):
        return _end_of_window(mention, near)
    if _EACH_YEAR_MUST.search(near) and not office_must(before[-50:]):
        role = asked(re.split(r"[。；;\n]", _ASIDE.sub("", after))[0][:_FAR_ASKED])
        if role:
            return ("event_date", "application_open") if mention.opens else ("deadline", role)
    behind = _IS_WINDOW.match(head) or (not near.strip(" |\n") and _STEP_BEHIND.match(after))
    if behind:
        return _end_of_window(mention, behind["what"])
    step = _STEP_BEFORE.search(before[-24:])
    if step and _IT_ENDS.match(after) and not office_must(before[-50:]):
        return _end_of_window(mention, step["what"])
    here = _IN_THIS_WINDOW.match(after[:80])
    if here and not office_must(before[-50:]):
        return _end_of_window(mention, here["what"])
    if _FORCE_LABEL.search(near) or _IN_FORCE_AFTER.match(head):
        return life
    if _WORKS.search(head[:40]):
        return happens
    if _CAMPAIGN.match(head):
        return happens
    act = ACT_OF_READER.search(head[:24])
    if re.search(r"(?:^|[,，、.．\s]|决定)(?:自|从)(?:今年|本年)?\s?$", near) and re.match(
        r"^\s?(?:止)?[,，]\s?(?:对|免|减|暂|继续|在?全国|阶段性|(?:降低|下调|上调|提高|调整)[^,，。；;]{0,30}(?:率|标准|比例)"
        r"|[^,，。；;]{2,30}(?:继续|统一)(?:执行|实行)|[^,，。；;]{2,40}(?:由|从)[^,，。；;]{1,12}(?:降|提|调)[\u4e00-\u9fff]?[到至为])",
        head,
    ):
        return period if act and _GIVES.search(after[:140]) else life
    asked_at = re.search(r"申请|申报|报名|提交|登记(?!备案|之日)|受理|填报|预约|申领|投递|推荐|填写|上传|递交|报送", head[:40])
    if asked_at and (act is None or asked_at.start() < act.start()) and _ASKS.search(near[-14:] + head[:8]):
        return _end_of_window(mention, head) if not office_must(before[-50:]) else PLAIN
    if act is None and _TOLD.search(near[-24:]) and not office_must(before[-50:]):
        role = asked(head[:30]) or asked(re.split(r"[。；;\n]", _ASIDE.sub("", after))[0][:_FAR_ASKED])
        if role:
            return ("event_date", "application_open") if mention.opens else ("deadline", role)
    if _GOES_ON.search(near) and _IT_ENDS.match(after) and not office_must(before[-50:]):
        return _end_of_window(mention, near[-16:])
    if _OPENS_IN_IT.match(head):
        return _end_of_window(mention, head)
    if _goes_to_do(before, head):
        return _end_of_window(mention, head)
    if _COMES_TO_DO.match(head) and not office_must(before[-50:] + head):
        return _end_of_window(mention, head)
    if _EARNED.match(head):
        return period
    return period if act or re.match(r"^\s?(?:止)?\s?(?:期间|之间|内|期限内)", head) else happens


def _goes_to_do(before: str, head: str) -> bool:
    """Is somebody who is no office to go somewhere in that time, to sign up or to fetch something?"""
    return bool(_GOES_TO_DO.match(head)) and actor(before[-50:]) != "office"


def _end_of_window(mention: DateMention, words: str) -> Role:
    return ("event_date", "application_open") if mention.opens else ("deadline", window_role(words))
