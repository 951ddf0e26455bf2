"""Limits in Chinese that run from an event: 自发布之日起30日内, 期满3个月前.

A limit of the reader's is a deadline, a limit of an office's is how long it takes: decided by who acts and by which verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.acts_zh import actor, asked_within
from pushsvc.plain.facts.context import Context, fact_of
from pushsvc.plain.facts.deadlines_zh import EXAMPLE, window_role
from pushsvc.plain.facts.numerals import any_number
from pushsvc.plain.facts.scanning import found_at, opened

COUNT = r"(?P<n>\d{1,4}|[一二两三四五六七八九十]{1,4}|半)"
_LIMIT = re.compile(
    rf"(?<![\d.])[（(]?{COUNT}[）)]?\s?个?\s?(?P<unit>工作日|自然日|日历日|日|天|月|个月|年|小时)\s?(?:(?P<within>(?:之|以)?内)|(?P<before>(?:以|之)?前))"
)
_AHEAD = re.compile(
    rf"(?P<lead>提前(?:至少)?|(?:期满|届满|到期)(?:之日)?前){COUNT}\s?个?\s?(?P<unit>工作日|自然日|日|天|月|个月)(?!内|以内|之内|以上)"
)
#: "最后一次申请时间不得超过登记注册之日起4年": a day that an application may not come after.
_NOT_BEYOND = re.compile(
    rf"(?P<act>申请|申报|申领|提出|报名|领取|提取|缴费|缴纳|补缴|备案|登记)(?:的)?(?:时间|日期|期限|时限)?(?:最迟|最晚|最长)?(?:均|应|也)?不(?:得|应|能)?"
    rf"(?:超过|晚于|迟于)(?P<what>[^,，。；;\n]{{2,24}}?(?:日起?|之?后|当月))的?(?:第)?{COUNT}\s?个?(?P<unit>工作日|自然日|日|天|月|个月|年)(?!龄|限|度)"
)
_UNITS = {"工作日": "D", "自然日": "D", "日历日": "D", "日": "D", "天": "D", "月": "M", "个月": "M", "年": "Y"}

#: A stretch of the past, of somebody's life or of a contract: no limit.
_NO_LIMIT_BEFORE = re.compile(
    r"(?:近|最近|过去|未来|毕业|离校|退役|创业|就业|登记注册|每|年龄|有效期|最长|剩余期限?|最高|不少于|不超过|未在|未于|连续|累计|上|前|同|任意|任一|第)\s?$"
    r"|(?:申请|申领)[^，,。；;]{0,12}前\s?$|\d\s?月\s?$"
)
_NO_LIMIT_AFTER = re.compile(
    r"^[,，]?\s?(?:不得|不允许|不可|不能|不予|不再|不|禁止|均|只|未|没有|无|连续|累计|任意|已|曾|新|每[人户年月]|的(?!最后)|外|到期|完工|竣工|首次|两次)"
)
_VALID = re.compile(r"^\s?(?:有效|使用有效|可使用)")
_SINCE = re.compile(
    r"(?:日起|日期|(?:公示|公告|发布|登记|成立)起|日前|之?后|以后|时起|当日|(?:(?<!申)请|应|应当|须|需|务必|必须|可以?)(?:于|在|自)?)[,，]?[^,，。]{0,5}$"
)
#: "可在60日内申请行政复议，或者6个月内提起诉讼": the second of two limits.
_OR_WITHIN = re.compile(r"(?:日|月)内[^,，。；;]{2,20}[,，]?(?:或者?|也可以?)(?:依法)?(?:在|于)?$")
#: "方案批准一个月内，项目单位应及时缴纳": what has been done just before, where a reader is named behind it.
_JUST_DONE = re.compile(
    r"(?:完成|结束|通过|批准|批复|生效|签订|签署|发布|公布|成交|备案|公示|期满|交付|到账|立项|核准|验收|下达|送达|中标|录取)\s?$"
)
_FROM_PAPER = re.compile(r"(?:应当?|须|需|请|可)(?:于|在)?(?:收到|接到|取得|领取|签订|签署|办理|获得|完成)[^,，。；;]{1,16}$")
_UNTIL_END = re.compile(r"(?:期满|届满|到期|期限届满|结束|满\s?\d{1,2}\s?年)(?:之日)?前?\s?$")
_INVITED = re.compile(r"(?<!申)请[^,，。；;]{0,30}$")
_TOLD_AFTER = re.compile(r"^[,，][^,，。；;]{0,16}(?:应|须|需|可)")
_ORDERED = re.compile(r"(?:(?:通知|要求|告知|督促)其|承诺)(?:应?在|于|应)?\s?$")
_MUST = re.compile(r"(?:(?<!申)请|(?<![对相供响适反])应(?![急届税用征收])|须|需|务必|必须)[^,，。；;]{0,8}$")
_TOLD = re.compile(r"(?:(?<!申)请|(?<![对相供响适反])应(?![急届税用征收])|须|需|务必|必须)[^,，。；;]{0,32}$")
#: "接到本告知书后请按照规定，在5个工作日内": what the limit runs from stands farther off.
_FROM_NOTICE = re.compile(r"(?:接到|收到)[^,，。；;]{0,12}(?:告知书|通知书?|决定书|公告|函|文书)[^。；;]{0,44}$")
#: "自公示之日起五日内，申请人、利害关系人可对以下拟作出的决定要求听证": who may object until then.
_READER_MAY = re.compile(
    r"^[,，]?[^,，。；;]{0,24}(?:申请人|利害关系人|当事人|公民|公众|个人)[^。；;]{0,12}可[^。；;]{0,60}?"
    r"(?P<what>要求(?:举行)?听证|听证申请|申请听证|提出(?:书面)?(?:意见|异议))"
)
#: "3年内（逾期不再受理），向人社部门提出申请": a note between the limit and the act.
_ASIDE = re.compile(r"^[（(][^（()）\n]{1,40}[）)]")
#: "余款一年内缴清": what is left of a price, or its first part, has its own limit behind the first one.
_REST_DUE = re.compile(
    r"(?:余款|尾款|剩余(?:款项?|价款|部分|出让金|资金)?|其余(?:款项?|价款|部分)?|首付款|全部(?:价款|款项|出让金))(?:须|应|可)?(?:在|于)?$"
)
_PAID_AT_ONCE = re.compile(r"[,，]?(?:再|一次性|全部|足额|全额)?(?:缴清|缴纳|付清|交清|缴齐|结清|支付|缴足|交齐|补缴)(?!的)")
#: "如五年内发生转让的": a case, no limit.
_IN_CASE = re.compile(r"(?:如|若|凡|但)(?:在|于)?$")
#: 的 after the act says who did it in time, not that it has to be done.
_DESCRIBES = re.compile(
    r"^[^,，。；;]{0,60}的(?=[,，。；;]|$)|^[^,，。；;]{2,40}的(?:人员|家庭|购房|纳税|企业|职工|申请人|个人|居民|毕业生|青年|材料|业主)"
)
_OF_READER = re.compile(r"的(?:纳税人|购房人|购房者|人员)")
_DIRECTED = re.compile(
    r"^[,，]?[^,，。；;]{0,16}(?:向|到|至|通过|登录|凭|持)[^,，。；;]{2,40}?(?:提出|提交|递交|申请|申报|报告|办理|登记|备案|提起|补交|报到|反映|交纳|缴纳|续期|领取)"
)
_OFFICE_ACT = re.compile(
    r"^[,，]?登记|审核|审批|审定|审查|答复|作出|做出|制发|制作|完成(?:初审|审|资格|调查|实地|内部|核实|评审)|完成[^,，。；;]{0,10}核|出具|公示|发放|办结|送达|核查|复核|告知|核准|受理|拨付|反馈|推送"
    r"|录入|评估|回复|批准|支付|退回|认定|核实|公布|处理|予以|给予|通知|派发|发布|转交|移送|划入|到账|派件|寄出|返还|组织|落实"
)
_HANDED_TO = re.compile(r"(?:提交|反馈|寄送?|发送|交)(?:给|至|到)")
#: "自发布之日起30日内如有意见请书面反馈": who has something to say is asked to say it by then.
_VIEWS_WITHIN = re.compile(
    r"^[,，]?[^。；;]{0,30}?(?:如|若|凡)?(?:有|持)(?:任何)?(?:不同)?(?:异议|意见|建议|疑义)[^。；;]{0,30}?(?:反馈|提出|反映|告知|来电|来函|联系|书面)"
)
#: "征求意见期限为自公告发布之日起30日": a label, and how long from when.
_LASTS_FROM = re.compile(
    r"(?P<what>征求意见|意见征集|意见反馈|公开征集|征集意见|征询意见|公告异议|报名|申请|申报|受理|申领|缴费|使用|核销|兑换)[^,，。；;\n]{0,4}(?:时间|期限|时限|期)(?:为|是|[:：])?\s?"
    rf"(?P<since>(?:自|从|本|公告|发布|公示|领取|投放|印发)[^,，。；;\n\d]{{1,24}}?(?:日起|当日(?:开始|起)|之后|后)(?:计算)?)(?:至|的)?[,，]?\s?{COUNT}\s?个?\s?(?P<unit>工作日|自然日|日|天|个月|月)(?!内|以内|之内|\s?\d)"
)
_USES = re.compile(r"使用|核销|兑换")
#: "提取时间为许可批准后一年内": a label says what the limit is for.
_LABELLED = re.compile(
    r"(?:提取|申请|申报|报名|领取|兑换|申领|缴费|征求意见|意见反馈|意见征集)(?:的)?(?:截止)?(?:时间|期限|时限|日期)[为是:：][^,，。；;]{0,30}$"
)
_ANCHOR = re.compile(r"(?:自|从|(?<!所)在|于)[^,，。；;]{2,44}(?:日起|之?后|日前)[,，]?\s*$")
_MARKS = re.compile(r"(?:时间|期限|时限|日期)[为是:：]|应当?|须|需|(?<!许)可以?|(?<![所存现])在|自(?!愿|主|行|然)|于|并")
#: "满三年起6个月内，逾期不受理": who waits longer loses it.
_LOST_AFTER = re.compile(r"^[,，]?\s?(?:逾期|过期|超期|超过期限)(?:未|不|视|将|的|仍|后|申)")
#: "取得证书12个月以内即可申请提取", "毕业后2年内申请": what the reader may do until then.
_FROM_ACT = re.compile(
    r"(?:取得|收到|购买|购|签订|生育|出生|离职|退休|结清|拿到|领取|登记|办理|网签|备案|退役|转业|入职|迁入|落户|缴清|毕业后|毕业之日起)[^,，。；;]{0,24}$"
)
_MAY_ACT = re.compile(
    r"^[,，]?(?:且[^,，。；;]{1,24}[,，])?(?:即|均|都)?(?:可以?(?:一次性|直接|随时)?[^,，。；;]{0,10}?(?:申请|提取|申报|申领|报销|领取)|(?:一次性)?(?:提出)?申(?:请|报|领))(?![^,，。；;]{0,12}的)"
)
#: "自出生之日起90日内参保缴费的，自出生之日起享受待遇": what acting in time brings.
_BRINGS = re.compile(r"^(?P<doing>[^,，。；;]{2,36})的[,，][^。；;]{0,24}(?:享受|给予|予以|发放|补助|补贴|奖励|免|减|可)")
#: Characters within which an act follows its limit, where nobody is named.
_NEAR = 18
#: A payment that is named right behind its limit ("1年内缴清", "6个月内再缴纳") is always the reader's.
_AT_ONCE = 2
_HOURS_A_DAY = 24
_SINCE_WHAT = re.compile(
    r"(?:^|自|从|于|在|应当?|须|需|可|[,，。；;：:）)])(?P<what>[^,，。；;：:自从于]{2,36}?(?:日起|之?后|日前|届满|期满|到期)前?)[,，]?$"
)


def duration(count: str, unit: str) -> str:
    """An ISO 8601 duration: ("三", "年") is P3Y, ("半", "年") P6M, 半个月 P15D; working days are days, 48 小时 are two."""
    if unit == "小时":
        return f"P{int(any_number(count) or 0) // _HOURS_A_DAY}D"
    if count == "半":
        return "P6M" if unit == "年" else "P15D" if unit.endswith("月") else "P1D"
    return f"P{any_number(count)}{_UNITS[unit]}"


def limit_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kinds deadline (a duration, what it runs from in `condition`), expiry, and quantity (an office's time)."""
    if "内" in context.text or "前" in context.text:
        for found in found_at(_LIMIT, context.text, opened(context.text, context.counts, "（(")):
            yield from _limit(context, found)
    if "不" in context.text:
        for found in _NOT_BEYOND.finditer(context.text):
            doing = asked_within(found["act"])
            if doing and actor(context.around(*found.span()).before[-40:]) != "office":
                value, (start, end) = duration(found["n"], found["unit"]), (found.start("n"), found.end())
                yield fact_of(context, "deadline", value, start, end, doing[0], 0.8, condition=found["what"])
    if "日起" in context.text or "当日" in context.text:
        for found in _LASTS_FROM.finditer(context.text):
            value, (start, end) = duration(found["n"], found["unit"]), (found.start("n"), found.end())
            role = "action_deadline" if _USES.match(found["what"]) else window_role(found["what"])
            yield fact_of(context, "deadline", value, start, end, role, 0.8, condition=found["since"].lstrip("自从"))
    if "前" in context.text:
        for found in _AHEAD.finditer(context.text):
            yield from _ahead(context, found)


def _ahead(context: Context, found: re.Match[str]) -> Iterator[Fact]:
    """ "期满前3个月向所有权人提出": so long before something, and who is told to act."""
    where = context.around(found.start(), found.end())
    after = _clause(where.after)
    doing = asked_within(after[:30])
    told = _MUST.search(where.before[-14:]) or _TOLD_AFTER.match(after)
    if doing and told and actor(where.before[-60:]) != "office" and not _DESCRIBES.search(after):
        yield _deadline(context, found, doing[0], _since_what(where.before + found["lead"]))


def _clause(after: str) -> str:
    return re.split(r"[。；;\n]", after[:140])[0]


def _limit(context: Context, found: re.Match[str]) -> Iterator[Fact]:
    if found["unit"] == "小时" and (any_number(found["n"]) or 1) % _HOURS_A_DAY:
        return
    where = context.around(found.start(), found.end())
    before, after = where.before[-80:], _clause(_ASIDE.sub("", where.after[:180]))
    if EXAMPLE.search(before):
        return
    if found["before"]:
        if _UNTIL_END.search(before):
            yield from _of_reader(context, found, before, after)
        return
    if _VALID.match(after) and re.search(r"日起\s?$", before):
        yield fact_of(context, "expiry", duration(found["n"], found["unit"]), found.start(), found.end(), "valid_until", 0.8)
        return
    if _NO_LIMIT_AFTER.match(after) or (_NO_LIMIT_BEFORE.search(before) and not _UNTIL_END.search(before)):
        return
    if _IN_CASE.search(before) and re.match(r"[^,，。；;]{1,24}的(?:[,，]|$)", after):
        return
    if re.match(r"[^,，。；;]{1,16}的[,，]", after) and not _is_asked(before) and not _FROM_ACT.search(before):
        return
    if _LABELLED.search(before) and re.match(r"[,，。；;]|$", after):
        yield _deadline(context, found, window_role(before[-44:]), _since_what(before))
        return
    may = _READER_MAY.match(after) if _SINCE.search(before) or _FROM_NOTICE.search(before) else None
    if may:
        role = "application_deadline" if "听证" in may["what"] else "comment_deadline"
        yield _deadline(context, found, role, _since_what(before))
        return
    if _VIEWS_WITHIN.match(after) and (_SINCE.search(before) or re.search(r"(?:公示|公告)(?:期|之日)?起?$", before)):
        yield _deadline(context, found, "comment_deadline", _since_what(before))
        return
    if _REST_DUE.search(before) and _PAID_AT_ONCE.match(after):
        yield _deadline(context, found, "payment_deadline", None)
        return
    if _LOST_AFTER.match(after) and _who(before) != "office":
        role = (asked_within(after[:40]) or asked_within(before[-60:]) or ("application_deadline", 0))[0]
        yield _deadline(context, found, role, _since_what(before))
        return
    if _FROM_ACT.search(before) and re.match(r"(?:再次|又)?(?:出售|转让|离职|离婚|解除|退房|退保|转出)", after):
        # What undoes the benefit within that time.
        return
    if _FROM_ACT.search(before) and _MAY_ACT.match(after):
        yield _deadline(context, found, "application_deadline", _since_what(before))
        return
    doing, theirs = asked_within(after[:44]), _OFFICE_ACT.search(after[:44])
    directed = _DIRECTED.match(after)
    who = _who(before)
    office = who == "office" and not (_JUST_DONE.search(before) and actor(after[:20]) == "reader")
    theirs_first = theirs is not None and (doing is None or theirs.start() <= doing[1])
    told = doing is not None and bool(_INVITED.search(before) or (who == "reader" and _MUST.search(before[-44:])))
    if office or (theirs_first and not told and not (directed and _is_asked(before))):
        if theirs or (office and not _DESCRIBES.search(after)):
            yield from _time_of_office(context, found)
        return
    yield from _of_reader(context, found, before, after)


def _is_asked(before: str) -> bool:
    return bool(
        _SINCE.search(before)
        or _OR_WITHIN.search(before)
        or _FROM_PAPER.search(before)
        or _FROM_NOTICE.search(before)
        or _UNTIL_END.search(before)
        or _ORDERED.search(before)
    )


def _of_reader(context: Context, found: re.Match[str], before: str, after: str) -> Iterator[Fact]:
    doing = asked_within(after if _UNTIL_END.search(before) else after[:60])
    just_done = _JUST_DONE.search(before) and re.match(r"[,，]", after) and actor(after[:20]) == "reader"
    if not (_is_asked(before) or just_done) or (_who(before) == "office" and not just_done):
        return
    if doing is None:
        # Whatever a reader is named and told to do.
        if _who(before) == "reader" and _TOLD.search(before[-44:]) and re.match(r"^[,，]?[\u4e00-\u9fff]{2}", after):
            yield _deadline(context, found, "action_deadline", _since_what(before))
        return
    if _DESCRIBES.search(after):
        # Who buys again or pays in time is told what it brings: still the reader's last moment for it.
        proved = bool(_OF_READER.search(after) and re.search(r"购买|缴纳|缴清", after[: doing[1] + 8]))
        brings = _BRINGS.match(after)
        asks = doing[0] in ("application_deadline", "payment_deadline")
        proved = proved or bool(brings and asks and doing[1] < brings.end("doing"))
    elif doing[0] == "payment_deadline" and doing[1] <= _AT_ONCE:
        proved = True
    elif _who(before) is None and not _UNTIL_END.search(before) and doing[1] > _NEAR:
        proved = _DIRECTED.match(after) is not None
    else:
        proved = _DIRECTED.match(after) is not None or _is_told(before, after) or _HANDED_TO.search(after) is not None
    if proved:
        yield _deadline(context, found, doing[0], _since_what(before))


def _is_told(before: str, after: str) -> bool:
    """Somebody is told to act: "须将户籍及时迁出" behind the limit, "承租人应自收到通知之日起" before it."""
    return bool(
        re.match(
            r"^[,，]?(?:[^,，。；;]{0,10}按照?[^,，。；;]{2,16}[,，])?[^,，。；;]{0,30}(?:须|应|需|及时|可以|可|请|凭|按规定)",
            after,
        )
        or re.search(r"(?:请|应|须|需|可|务必|必须|承诺|时间为|期限为)", before[-40:])
        or _who(before) == "reader"
    )


def _who(before: str) -> str | None:
    """Who acts, by the words before what the limit runs from: "申请人应自收到民政部门通知之日起" is the applicant."""
    anchor = _ANCHOR.search(before)
    return actor((before[: anchor.start()] if anchor else before)[-60:])


def _since_what(before: str) -> str | None:
    said = _SINCE_WHAT.search(before[-44:])
    return _MARKS.split(said["what"])[-1].strip() or None if said else None


def _deadline(context: Context, found: re.Match[str], role: str, condition: str | None) -> Fact:
    value = duration(found["n"], found["unit"])
    return fact_of(context, "deadline", value, found.start(), found.end(), role, 0.8, condition=condition)


def _time_of_office(context: Context, found: re.Match[str]) -> Iterator[Fact]:
    count = any_number(found["n"])
    if count is not None:
        yield fact_of(context, "quantity", count, found.start(), found.end(), "processing_time", 0.8, found["unit"])
