"""Limits and terms in Chinese that run from an event: 自发布之日起30日内, 有效期三年."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, fact_of
from pushsvc.plain.facts.numerals import any_number

_COUNT = r"(?P<n>\d{1,4}|[一二两三四五六七八九十]{1,4}|半)"
_ON_PUBLICATION = re.compile(
    r"自?(?:印发|公布|发布|发文|颁布|下发|签发|出台|发出|颁发|公告|通告)(?:实施)?之?日起(?:正式)?(?:开始)?(?:施行|实施|执行|生效|试行|起施行|计算)?"
)
_TERM = re.compile(
    rf"(?:有效期限?|施行期限?|试行期限?|执行期限?|实施期限?|试行期)(?:暂定)?(?:为|是|[:：])?\s?{_COUNT}\s?(?P<unit>个?月|年)"
)
_WITHIN = re.compile(rf"{_COUNT}\s?个?\s?(?P<unit>工作日|自然日|日历日|日|天|月|个月|年|小时)\s?(?:之)?(?:以)?内")
_UNITS = {"工作日": "D", "自然日": "D", "日历日": "D", "日": "D", "天": "D", "月": "M", "个月": "M", "年": "Y"}
_RULE = re.compile(r"施行|执行|实施|印发|发布|发文|公布|本(?:办法|通知|规定|细则|方案|意见|政策|措施|公告|制度|条例)")
_READER = re.compile(
    r"申请人|职工|参保人|缴存人|纳税人|个人|用人单位|企业|家庭|申报单位|您|请|当事人|购房人|业主|学生|家长|经营者|本人|承租人|持有人|购房者|居民"
)
_OF_READER = re.compile(r"的(?:纳税人|购房人|购房者|职工|申请人|企业|家庭|人员|居民|个人|毕业生)")
_OFFICE = re.compile(r"部门|机关|窗口|局|政府|机构|银行|审核|审批|街道|办公室|工作人员|法院|受理之|经办|委员会|中心|园区|镇")
_READER_ACT = re.compile(
    r"递交|提交|提出|申请|补正|缴纳|签订|报到|申报|登记|重新购买|购买|办理|搬|退还|补缴|补齐|领取|缴清|确认|报名"
)
_OFFICE_ACT = re.compile(
    r"审核|审批|答复|作出|完成审|出具|公示|发放|办结|送达|核查|复核|告知|核准|受理|拨付|反馈|转|推送|录入|评估|回复|审查|批准|支付|退回|认定|核实|开展|公布|处理"
)
_SINCE = re.compile(r"(?:日起|之?后|时起|(?:请|应|须|需|务必)(?:于|在)?)[^,，。]{0,5}$")
_PERMIT = re.compile(r"证书|资格|结果|预审|凭证|票|卡|合同|许可")


def chinese_terms(context: Context) -> Iterator[Fact]:
    """Facts of the kinds effective_date, expiry, deadline (values are durations) and quantity (an office's time)."""
    text = context.text
    for found in _ON_PUBLICATION.finditer(text):
        where = context.around(found.start(), found.end())
        if re.search(r"施行|实施|执行|生效|试行", found.group() + where.after[:4]):
            yield fact_of(context, "effective_date", "on_publication", found.start(), found.end(), "effective_from")
    for found in _TERM.finditer(text):
        where = context.around(found.start(), found.end())
        if _RULE.search(where.sentence[-80:] + where.previous[-40:]) and not _PERMIT.search(where.before[-12:]):
            yield fact_of(context, "expiry", _duration(found), found.start(), found.end(), "valid_until")
    for found in _WITHIN.finditer(text):
        if found["unit"] == "小时":
            continue
        yield from _within(context, found)


def _within(context: Context, found: re.Match[str]) -> Iterator[Fact]:
    where = context.around(found.start(), found.end())
    before, after = where.before[-60:], re.split(r"[。；;\n]", where.after[:44])[0]
    reader = [item.start() for item in _READER.finditer(before)]
    office = [item.start() for item in _OFFICE.finditer(before)]
    theirs, ours = _READER_ACT.search(after), _OFFICE_ACT.search(after)
    by_reader = (bool(reader) and (not office or reader[-1] > office[-1])) or bool(_OF_READER.search(after))
    asked = theirs and theirs.start() <= 18 and _SINCE.search(before) and not re.match(r"^[,，]?\s?(?:不|均|只)", after)
    if asked and by_reader and (not ours or (theirs and theirs.start() < ours.start())):
        role = "payment_deadline" if re.match(r".{0,4}(?:缴|补缴)", after) else "action_deadline"
        yield fact_of(context, "deadline", _duration(found), found.start(), found.end(), role, 0.8)
    elif ours or office:
        count = any_number(found["n"])
        if count is not None:
            yield fact_of(context, "quantity", count, found.start(), found.end(), "processing_time", 0.8, found["unit"])


def _duration(found: re.Match[str]) -> str:
    if found["n"] == "半":
        return "P6M"
    return f"P{any_number(found['n'])}{_UNITS[found['unit']]}"
