"""The life of a rule or a permit in Chinese where no day is printed: 自印发之日起施行, 有效期三年, 设置2年有效期."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, fact_of
from pushsvc.plain.facts.limits_zh import COUNT, duration, limit_facts

_ON_PUBLICATION = re.compile(
    r"自?(?:印发|公布|发布|发文|颁布|下发|签发|出台|发出|颁发|公告|通告)(?:实施)?之?日(?:起|(?=\s?[至到]))(?:正式)?(?:开始)?(?:施行|实施|执行|生效|试行|实行|起施行|计算)?"
)
_TERM = re.compile(
    rf"(?:有效期限?|施行期限?|试行期限?|执行期限?|实施期限?|试行期?)(?:暂定)?(?:为|是|[:：])?\s?(?!(?:19|20)\d\d\s?年){COUNT}\s?(?P<unit>个?月|年)(?!前)"
)
#: "设置2年有效期": of a card or a permit, which lasts so long.
_LASTS = re.compile(rf"(?P<gives>设置|在|有|为|享有)\s?{COUNT}\s?(?P<unit>个?月|年)(?:的)?有效期(?!届满|满)")
_POLICY_TERM = re.compile(
    r"(?:应当?|须|需|请)[^。；;,，]{0,6}(?:政策|活动|补贴|方案|办法|通知|措施)(?:的)?(?:有效期|实施期限?|执行期限?|活动期)(?:限)?内[^。；;,，]{0,12}?(?:申请|申报|提交|办理)"
)
#: "自发文之日起，《关于……的通知》停止执行".
_ENDS_OTHERS = re.compile(r"^[,，]\s?《[^。；;\n]{4,160}?(?:废止|停止执行|不再执行|失效|解除|取消)")
_LABELLED_LIFE = re.compile(r"(?:实施|执行|施行|有效|适用)(?:时间|期限|期)[为:：是]?\s?(?:自|从)?(?:本[\u4e00-\u9fff]{2,4})?$")
_RULE = re.compile(r"施行|试行|执行|实施|印发|发布|发文|公布|本(?:办法|通知|规定|细则|方案|意见|政策|措施|公告|制度|条例)")
#: "指标自颁发营业执照之日起计算，有效期2年": what lasts says from when.
_COUNTED_FROM = re.compile(r"(?:之日|日)起(?:计算|算起?)?[,，]\s?$")
#: A coupon or a place that is used within a time: "分别发放20万元、8万元购房券，有效期12个月".
_BENEFIT = re.compile(
    r"(?:(?:消费|购房|优惠|代金|抵扣|抵用|补贴|就餐|餐|培训)券|房票|红包|指标)[^,，。；;\d]{0,6}[,，]?(?:使用)?$"
)
_PERMIT = re.compile(r"证书|资格|结果|预审|凭证|票|卡|合同|许可")


def chinese_terms(context: Context) -> Iterator[Fact]:
    """Facts of the kinds effective_date, expiry, deadline (values are durations) and quantity (an office's time)."""
    text = context.text
    for found in _ON_PUBLICATION.finditer(text):
        where = context.around(found.start(), found.end())
        if (
            re.search(r"施行|实施|执行|生效|试行|实行", found.group() + where.after[:4])
            or _ENDS_OTHERS.match(where.after)
            or _LABELLED_LIFE.search(where.before)
        ):
            yield fact_of(context, "effective_date", "on_publication", found.start(), found.end(), "effective_from")
    for found in _TERM.finditer(text):
        where = context.around(found.start(), found.end())
        if _COUNTED_FROM.search(where.before) or _BENEFIT.search(where.before[-60:]):
            yield _expiry(context, found, 0.8)
        elif _RULE.search(where.sentence[-80:] + where.previous[-40:]) and not _PERMIT.search(where.before[-12:]):
            yield _expiry(context, found, 1.0)
    for found in _LASTS.finditer(text):
        yield _expiry(context, found, 0.8)
    yield from limit_facts(context)


def until_policy_ends(context: Context, ends: Fact | None) -> Iterator[Fact]:
    """ "应在政策有效期内申请": the deadline is the one printed day on which the rule ends."""
    for found in _POLICY_TERM.finditer(context.text) if ends else ():
        if ends is not None:
            yield fact_of(
                context, "deadline", ends.value, found.start(), found.end(), "application_deadline", 0.8, condition=ends.raw
            )


def _expiry(context: Context, found: re.Match[str], confidence: float) -> Fact:
    unit = "个月" if found["unit"].endswith("月") else "年"
    return fact_of(context, "expiry", duration(found["n"], unit), found.start(), found.end(), "valid_until", confidence)
