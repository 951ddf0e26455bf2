"""Postal addresses in Chinese: behind a label, or beside the telephone of the place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.contact_places_zh import addresses_in_tables
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.scanning import found_near, places_of

_LABELLED = re.compile(
    r"(?:地址|地点|信函|邮寄至|寄送至|寄至|来访来信处|来信来访处|受理点)(?:\s?[:：|]\s?|为)(?P<where>[^。；;，,\n:：|（(]{4,60}(?:[（(][^（）()\n:：]{1,24}[）)][^。；;，,\n:：|（(]{0,12})?)"
)
#: "四、办理地点", and the place in the line below.
_UNDER_HEADING = re.compile(
    r"(?:^|\n)[ \u3000]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s?)?"
    r"(?![\u4e00-\u9fff]{0,4}(?:户籍|注册|项目|施工|管制|建设))[\u4e00-\u9fff]{0,6}(?:地址|地点)[:：]?[ \u3000]*\n\s*"
    r"(?P<where>[^。；;，,\n:：|（(]{6,60}(?:[（(][^（()）\n:：]{1,24}[）)])?)(?=[。；;，,\n]|$)"
)
_BESIDE_PHONE = re.compile(
    r"(?:(?<=[，,。；;：:\n])|^)(?P<where>[^，,。；;：:\n|]{4,44}(?:室|号|楼|窗口|大厅|中心|层)(?:[（(][^（）()\n]{1,16}[）)])?)"
    r"[，,]\s?(?:政策|业务|窗口|受理)?(?:咨询|联系|服务)?电话"
)
#: "到市政务服务中心二楼5号窗口提出申请": where something is handled in person.
_GO_THERE = re.compile(
    r"(?:到|至|向|在|赴|前往)(?P<where>[^到至向在赴、。；;，,\n:：|《》]{2,40}?(?:窗口|大厅|办事厅|服务站|市民之家|\d\s?[号室楼]|[一二三四五六七八九十]楼|[一二三四五六七八九十\d]楼[^到至向在赴、。；;，,\n:：|《》（(]{1,12}(?:办公室|科|股|处|室))(?:[（(][^（）()\n]{1,16}[）)])?)"
    r"(?=(?:现场|直接|统一|当面|进行|领取|提出|申请|申办|申报|办理|提交|递交|受理|报名|登记|缴费|缴纳|咨询|报到|取|领|补办|确认|审核|交))"
)
#: "书面意见送（或邮寄）至市行政服务中心三楼服务窗口；".
_SENT_TO = re.compile(
    r"(?:送|寄|送达|递交|提交)[）)]?(?:至|到)(?P<where>[^到至向在赴、。；;，,\n:：|《》（()）]{6,40}?(?:窗口|大厅|[室科股处]|[\d一二三四五六七八九十]楼|\d\s?号))(?=[;；。，,（(\n])"
)
#: "在福州市东大路36号人才大厦3层举办": where something takes place.
_TAKES_PLACE = re.compile(
    r"(?<!现)在(?P<where>[^在、。；;，,\n:：|《》]{5,40}?(?:中心|广场|大厦|市场|大厅|礼堂|体育[馆场]|会议室|公园|酒店|剧院|影院|学校|[厅馆室楼层]))"
    r"(?=[,，]?(?:公开)?(?:举办|举行|召开|拍卖|开考|开幕))"
)
#: "送区人社局人才科（文昌路88号区政务中心B座412室）": an office with its place in brackets.
_IN_BRACKETS = re.compile(
    r"[（(](?<=[局科处室厅心部所站委会校院司办馆园店场楼堂厦城][（(])(?:地址[:：]\s?)?(?P<where>[^（()）,，。；;:：\n|]{2,30}?(?:路|街|道|巷|大道|弄)[^（()）,，。；;:：\n|]{0,8}\d{1,5}\s?号[^（()）,，。；;:：\n|]{0,24})[）)]"
)
#: "到镇人民政府办公室报名", "向户口所在地的村（居）委会领取": the office to go to, by its name alone.
_OFFICE_TO_GO_TO = re.compile(
    r"(?:(?<![得达直])到|(?<!甚)至|向|赴|前往)(?P<where>(?:[^到至向赴、。；;，,\n:：|《》（()）“”]|[（(][^（()）\n]{1,6}[）)]){2,28}?"
    r"(?:[镇乡](?:人民)?政府|(?<!小组)办公室|财政所|便民中心|服务中心|村委会|居委会|(?:[（(]居[）)]|[（(]社区[）)])委?会?|办事处|派出所|卫生院|卫生室|门诊|门卫室|服务所|服务站|工作站|营业厅))"
    r"(?=(?:现场|直接|统一|当面|自愿)?(?:领取|提出|申请|申办|申报|办理|提交|递交|报名|登记|缴费|缴纳|报到|接种|体检|预约|进行(?:登记|报名|现场)))"
)
#: "可跟北秀社区卫生服务中心接种门诊联系（3432551）预约".
_CALLED = re.compile(
    r"(?:跟|与|联系)(?P<where>[^、。；;，,\n:：|《》（()）]{4,28}(?:中心|门诊|卫生院|医院|卫生室|服务站|营业厅))(?=(?:联系)?[（(]\s?\d{7,8}\s?[）)][^。；;\n]{0,4}(?:预约|报名))"
)
#: "信函邮寄至：某县交通运输局，邮编：": the post finds an office by its name.
_POSTED_TO = re.compile(
    r"(?:邮寄至|寄送至|寄至|寄往|寄到)[:：]?\s?(?P<where>[^、。；;，,\n:：|（(]{4,30}[局委办厅所处科室会](?:[，,]\s?邮(?:政?编码?)[:：]\s?\d{6})?)(?=[，,（(；;。\n])"
)
#: "对人民路（华电路至龙虹路）实施交通管制": the road that is closed.
_CLOSED_ROAD = re.compile(
    r"对(?P<where>[^对、。；;，,\n:：|《》（()）]{2,16}(?:路|街|大道|大桥|隧道|巷|高速)(?:[（(][^（()）\n]{3,24}[）)]|[^、。；;，,\n:：（()）]{2,16}?段)?)"
    r"(?=(?:实施|实行|进行|采取)[^。；;，,\n]{0,10}(?:交通管制|封闭|断路|限行|禁行|管控))"
)
_BY_NAME = (_OFFICE_TO_GO_TO, _CALLED, _POSTED_TO, _CLOSED_ROAD)
_BROUGHT = re.compile(r"(?:送|报|寄|交|到|至|前往)[^,，。；;:：\n（(]{2,24}[（(]$")
#: What a place in a town is told by.
_PLACE = re.compile(r"\d\s?号|大院|院内|\d信箱|楼|室|窗口|大厅|中心|栋|层|座|街|路")
_TOWN = re.compile(r"省|市|区|县|路|街|道|镇|楼|大厅")
#: What is done at an office that makes it the place of the application.
_SIGNS_UP = re.compile(
    r"(?:联系)?(?:[（(][\d\s]{7,10}[）)])?(?:现场|直接|统一|当面|自愿)?(?:领取|提出|申请|申报|报名|登记|提交|递交|预约)"
)
_APPLY = re.compile(r"报名|申请|申报|提交|受理|办理|寄|递交|申领")
_CONSULT = re.compile(r"联系|办公|咨询|通讯|来信|信函")


def address_facts(context: Context) -> Iterator[Fact]:
    """Facts of the kind address."""
    text = context.text
    taken = -1
    beside_phones = found_near(_BESIDE_PHONE, text, places_of(text, ("电话",)), 90, 8)
    under_heading = found_near(_UNDER_HEADING, text, places_of(text, ("地址", "地点")), 24, 90)
    found_at = sorted(
        (
            *_LABELLED.finditer(text),
            *under_heading,
            *beside_phones,
            *_GO_THERE.finditer(text),
            *_TAKES_PLACE.finditer(text),
            *_SENT_TO.finditer(text),
            *_IN_BRACKETS.finditer(text),
            *(found for by_name in _BY_NAME for found in by_name.finditer(text)),
        ),
        key=lambda found: (found.start("where"), found.re in _BY_NAME),
    )
    in_tables = list(addresses_in_tables(context))
    for start, end in in_tables:
        yield Fact("address", text[start:end], text[start:end], start, end, "handle")
    taken_cells = {start for start, _ in in_tables}
    for found in found_at:
        where = found["where"].rstrip()
        if (
            found.start("where") < taken
            or found.start("where") in taken_cells
            or (found.re not in _BY_NAME and not (_PLACE.search(where) and _TOWN.search(where)))
        ):
            continue
        start = found.start("where") + len(found["where"]) - len(found["where"].lstrip())
        taken = start + len(where.strip())
        label = text[max(0, found.start("where") - 14) : found.start("where")]
        brought = found.re is _IN_BRACKETS and _BROUGHT.search(text[max(0, found.start("where") - 30) : found.start("where")])
        role = "apply" if brought or _APPLY.search(label) else "consult" if _CONSULT.search(label) else "handle"
        role = "event" if found.re in (_TAKES_PLACE, _CLOSED_ROAD) else "apply" if found.re in (_SENT_TO, _POSTED_TO) else role
        if found.re in (_OFFICE_TO_GO_TO, _CALLED):
            role = "apply" if _SIGNS_UP.match(text, found.end("where")) else "handle"
        yield Fact("address", where.strip(), where.strip(), start, taken, role)
