"""What the reader does now: by when, and where or how the document says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.quick_patterns import Anywhere
from pushsvc.plain.writing import when
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.figures import date_words
from pushsvc.plain.writing.glossary import plainer
from pushsvc.plain.writing.zh import asking, placing
from pushsvc.plain.writing.zh.asking import Asked
from pushsvc.plain.writing.zh.worth import Told

#: Behind the day: 3月31日前到街道办事处提交申请.
_DONE_BY = re.compile(
    r"^[\s\d:：时点分下上午晚（()）含当日24星期一二三四五六天]{0,14}(?:之?以?前|止)[,，]?(?P<act>[^。；;\n]{2,60}?)(?=[,，。；;\n]|的|并|$)"
)
ACT = re.compile(
    r"申请|申报|报名|提交|报送|反馈|缴纳|缴清|缴费|登记|填报|办理|预约|领取|确认|签订|购买|投递|发送|转移|撤离|参保|报到|补缴|寄|回复|提出|备案|更正|补正|变更|交回|领回|认领|核对|激活"
)
_LEADS_NOWHERE = re.compile(r"未|逾期|不|上述|附件|以下|下列|其|该|本办法|申请人$|所称|：")
_ASKS = Anywhere(
    r"请[^，。]{0,10}(?:提前|注意|做好|避开|绕行|勿|不要|立即|及时|关注|合理|去|在|到|带|通过|拨打|登录|携带)|应停止|立即转移"
    r"|(?:请|可|需|须|应|登录|拨打|通过|携带|凭|持|打开|进入|向)[^。]{0,34}(?:申请|办理|提交|报名|登录|预约|领取|缴纳|咨询|申领|登记|查询|填写|报到|补缴|申报|接种|体检|选择|报送|转移|撤离|停止)"
)
#: A list of names or results asks nobody for anything, and a law tells one of its rules at most.
_OVER = re.compile(r"结果|名单|公示|废止|失效|中标|成交|拟录用|行政处罚")
#: Such a paper may still ask for something: 返还工作公示, with the day by which firms apply.
_MADE_PUBLIC = frozenset({"公示", "名单"})
_LAW = re.compile(r"(?:条例|法)(?:[（(][^）)]*[）)])?$")
#: 领取时间：…至13日.
_TO_FETCH = re.compile(r"领取[^。；;,，\n\d]{0,8}(?:时间|日期|期限)[^。；;\n]{0,30}$")
_HAS_A_DAY = re.compile(r"\d+(?:日|个工作日|天|个月)|[内前]")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_BESIDE_A_DAY = 200
_IN_NEED = Anywhere(r"遇险|报警|(?<!\d)1[12][09](?!\d)")
_NOT_READER = Anywhere(
    r"部门|各区|各县|机关|政府|单位应|机构应|局应|中心应|委员会应|工作人员|银行应|责任|处罚|罚款|撤销|不予|追究|不支持|不得|暂不|不符合|支持有条件|上调"
    r"|不宜|禁忌|核算|考核|监管|告知|发放到|拨付|拨到|开发企业应|由申请|(?:局|处|站|所|机构|中心|事务所|办事处|协会|公司)(?:应|将|要|负责|可(?!以?[凭向在到通]))"
)


def by(reading: Reading, deadline: Fact) -> str:
    """请在2026年3月31日前到街道办事处提交申请。: the document's own words for what is done, else those of the role."""
    date = day_of(reading, deadline) + _clock(deadline)
    act = act_of(reading, deadline)
    for said in (act, verb_of(reading, deadline)):
        sentence = catalogue.phrase("zh", "action", "said", date=date, act=said) if said else ""
        if sentence and len(sentence) <= SENTENCE_CHARACTERS:
            return sentence
    return catalogue.phrase("zh", "action", str(deadline.role), date=date)


def without_year(sentence: str) -> str:
    """The sentence with its day alone: its year stands far from it in the source, beside another day."""
    return re.sub(r"\d{4}年(?=\d)", "", sentence)


def yearly(reading: Reading, fact: Fact) -> str:
    """每年 before a day that comes round each year, else nothing."""
    return catalogue.phrase("zh", "text", "yearly") if when.recurs(reading, fact) else ""


def day_of(reading: Reading, fact: Fact) -> str:
    """The day of a fact; with its year only where the document writes the year, and with 每年 where it comes round."""
    if when.recurs(reading, fact):
        return yearly(reading, fact) + date_words(fact.value, "zh", year=False)
    year = str(fact.value)[:4]
    return date_words(fact.value, "zh", year=year in reading.source_text or year in reading.title)


def act_of(reading: Reading, deadline: Fact) -> str:
    """What stands behind the day, as far as it says what is to be done; empty when it does not."""
    done = _DONE_BY.match(reading.source_text[deadline.end : deadline.end + 90])
    if not done:
        return ""
    act = plainer(re.sub(r"\s+|[（(][^（）()]*[）)]", "", done["act"]), "zh").strip("，,")
    return act if ACT.search(act) and not _LEADS_NOWHERE.search(act) and len(act) <= 26 else ""


def verb_of(reading: Reading, deadline: Fact) -> str:
    """What is to be handed in by an application's deadline: the nearest such word of the source; empty when none is near."""
    text = reading.source_text
    if deadline.role == "action_deadline" and _TO_FETCH.search(text, max(0, deadline.start - 40), deadline.start):
        return catalogue.words("zh")["verbs"]["领取"]
    if deadline.role != "application_deadline":
        return ""
    before, after = text[max(0, deadline.start - 60) : deadline.start], text[deadline.end : deadline.end + 40]
    words = catalogue.words("zh")["verbs"]
    near = [(len(before) - at, said) for word, said in words.items() if (at := before.rfind(word)) >= 0]
    near += [(at, said) for word, said in words.items() if (at := after.find(word)) >= 0]
    return min(near, default=(0, ""))[1]


def _clock(deadline: Fact) -> str:
    """The hour of a deadline that has one, where the document writes it by the same number."""
    found = re.search(r"T(\d{2}):(\d{2})", str(deadline.value))
    if not found or str(int(found[1])) not in re.findall(r"\d+", deadline.raw):
        return ""
    return f"{int(found[1])}时" + (f"{found[2]}分" if found[2] != "00" else "")


def action(
    reading: Reading, facts: Sequence[Fact], chosen: Sequence[Told], others: Sequence[Told], stands: Callable[[str], bool]
) -> str | None:
    """One sentence that says what to do: by the deadline and where, else where or how; None where nothing is to be done."""
    days = when.reader_deadlines(reading, facts)
    over = _OVER.search(reading.title)
    if when.is_over(reading, facts) or (over and not (over.group() in _MADE_PUBLIC and _asks_by(days))):
        return None
    asks = asking.asked(reading)
    if days:
        where = [*_by_and_where(reading, days[0], asks), *_by_at_place(reading, days[0], facts)]
        plain = by(reading, days[0])
        tried = [*_both(reading, days), *where, *map(without_year, where), plain, without_year(plain)]
        return next((sentence for sentence in tried if len(sentence) <= SENTENCE_CHARACTERS and stands(sentence)), None)
    said = (
        [one.said for one in asks]
        + placing.asked_at_places(reading, facts)
        + ([] if _LAW.search(reading.title) else _told(chosen, others))
    )
    fitting = (sentence for sentence in said if len(sentence) <= SENTENCE_CHARACTERS)
    return next((sentence for sentence in fitting if not _names_a_past_day(reading, sentence) and stands(sentence)), None)


def _asks_by(days: Sequence[Fact]) -> bool:
    """Is there something to be done by a day, other than to object to what is made public?"""
    return any(day.role != "comment_deadline" for day in days[:1])


def _names_a_past_day(reading: Reading, sentence: str) -> bool:
    days = (f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" for found in _DAY.finditer(sentence))
    return any(day < when.published_on(reading) for day in days)


def _by_and_where(reading: Reading, deadline: Fact, asks: Sequence[Asked]) -> list[str]:
    """请在8月20日前向县住建局提出申请。: the day, and what the sentences beside it ask for; empty where it says so itself."""
    if asking.PLACE.search(act_of(reading, deadline)):
        return []
    date = day_of(reading, deadline) + _clock(deadline)
    near = [one.said for one in asks if abs(one.start - deadline.start) <= _BESIDE_A_DAY]
    acts = [said.partition("请")[2].rstrip("。") for said in near]
    lines = [catalogue.phrase("zh", "action", "said", date=date, act=act) for act in acts if not _HAS_A_DAY.search(act)]
    return [line for line in lines if len(line) <= SENTENCE_CHARACTERS]


def _both(reading: Reading, days: Sequence[Fact]) -> list[str]:
    """请在12月31日前缴纳购房契税，并申请。: to pay and to apply by the same day; empty where there is one thing to do."""
    same = [day for day in days if str(day.value) == str(days[0].value) and not when.recurs(reading, day)]
    paid = next((day for day in same if day.role == "payment_deadline"), None)
    applied = next((day for day in same if day.role == "application_deadline"), None)
    if paid is None or applied is None:
        return []
    first, second = (act_of(reading, paid), act_of(reading, applied) or verb_of(reading, applied))
    if not first or not second or asking.PLACE.search(first) or first == second:
        return []
    act = catalogue.phrase("zh", "action", "both", first=first, second=second)
    line = catalogue.phrase("zh", "action", "said", date=day_of(reading, paid), act=act)
    return [line] if len(line) <= SENTENCE_CHARACTERS else []


def _by_at_place(reading: Reading, deadline: Fact, facts: Sequence[Fact]) -> list[str]:
    """请在3月13日前到党群服务中心一楼报名。: the place that stands under a label of its own, of the same deed as the day."""
    if asking.PLACE.search(act_of(reading, deadline)):
        return []
    date = day_of(reading, deadline) + _clock(deadline)
    mine = verb_of(reading, deadline) or act_of(reading, deadline)
    acts = [act for place, act in placing.places(reading, facts) if abs(place - deadline.start) <= _BESIDE_A_DAY]
    lines = [catalogue.phrase("zh", "action", "said", date=date, act=act) for act in acts if mine and act.endswith(mine)]
    return [line for line in lines if len(line) <= SENTENCE_CHARACTERS]


def _told(chosen: Sequence[Told], others: Sequence[Told]) -> list[str]:
    """Told sentences that ask the reader for something in so many words, with where or how."""
    asks = [
        told.made.sentences[-1]
        for told in [*chosen, *sorted(others, key=lambda one: -one.worth)[:12]]
        if _ASKS.search(told.made.sentences[-1]) and not _NOT_READER.search(told.made.statement.text)
        if not asking.NOT_READERS.search(told.made.sentences[-1])
        if asking.CHANNEL.search(told.made.sentences[-1]) and not _IN_NEED.search(told.made.sentences[-1])
        if not re.search("[：:(（]", told.made.sentences[-1]) and len(told.made.sentences) == 1
    ]
    urgent = [one for one in _sentences_of(chosen) if one.startswith("请") and _ASKS.search(one)]
    return [*urgent, *asks]


def _sentences_of(chosen: Sequence[Told]) -> list[str]:
    return [told.made.sentences[-1] for told in chosen if not _NOT_READER.search(told.made.statement.text)]
