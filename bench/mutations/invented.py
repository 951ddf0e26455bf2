"""Kind `invented`: a claim without any figure that the source does not make, added to the sentence.

Each is (claim, what in the source would leave it in doubt). The first of a language stand as sentences, the others as clauses.
"""

from __future__ import annotations

import random
import re

from bench.mutations.changes import Change, one
from bench.mutations.source import Source

ZH: tuple[tuple[str, str], ...] = (
    ("可免费领取大米。", "大米|粮油"),
    ("无需任何材料。", "无需|无须|免提交|免于提交|不需要?提供|不再要求|免交"),
    ("先到先得。", "先到|先后|顺序|额满|用完为止"),
    ("逾期不予受理。", "逾期|不予受理|超过期限|过期|不再受理"),
    ("名额不限。", "名额|指标|数量"),
    ("所需费用由政府承担。", "政府承担|财政承担|免费|财政负担|经费|承担"),
    ("可在社区领取礼品。", "礼品|礼物|奖品"),
    ("外地户口也可办理。", "外地|户籍|户口|异地|非本市"),
    ("需要单位盖章证明。", "盖章|公章|证明"),
    ("可委托朋友代办。", "委托|代办|代理|代为|他人"),
    ("周末也可以办理。", "周末|周六|星期六|双休|节假日"),
    ("可通过微信小程序办理。", "微信|小程序|公众号"),
    ("违者将被列入黑名单。", "黑名单|失信|信用"),
    ("办理后可享受交通优惠。", "交通|公交|地铁"),
    ("申请须经居委会签字。", "居委会|居民委员会|社区"),
    ("政策长期有效。", "长期|有效期|期限|至"),
    ("现场需面试。", "面试|面谈"),
    ("可分期付款。", "分期"),
)
ZH_CLAUSES: tuple[tuple[str, str], ...] = (
    ("，并可免费领取体检券", "体检"),
    ("，无需本人到场", "到场|本人|现场|代办"),
    ("，但须先交押金", "押金|保证金"),
    ("，并赠送家用电器", "家电|电器|赠送"),
    ("，且不收取任何费用", "费用|收费|免费|缴费|收取"),
    ("，军人优先", "军人|军属|优先"),
    ("，只限网上办理", "网上|线上|在线|网站|小程序|app|平台"),
    ("，子女可一并享受", "子女|孩"),
    ("，由村委会代发", "村委会|村民委员会|代发"),
    ("，需提供无犯罪记录证明", "犯罪|证明"),
    ("，可抵扣水电费", "水电|水费|电费"),
)
EN: tuple[tuple[str, str], ...] = (
    ("You can apply online.", r"online|electronic|website|internet|www|http|web|portal"),
    ("Lunch is provided to everyone who comes.", r"lunch|meal|food|refreshment"),
    ("You do not need any documents.", r"document|proof|evidence|form|paper"),
    ("Free parking is available.", r"parking"),
    ("The service is free.", r"\bfree\b|\bfee|charge|cost|£|\$|pay"),
    ("Late replies are refused.", r"\blate\b|deadline|no later|after the|not be considered|not consider"),
    ("Places go to those who come first.", r"first come|first-come|limited|capacity|space|first served"),
    ("Your employer must sign the form.", r"employer|sign"),
    ("Family members can come along.", r"famil|guest|accompan|spouse"),
    ("You need a lawyer's letter.", r"lawyer|attorney|solicitor|counsel|legal"),
    ("A translator is on hand.", r"translat|interpret|language"),
    ("Winners are told by letter.", r"winner|award|letter"),
    ("You can get help at your local library.", r"librar"),
    ("Your travel costs are paid.", r"travel|expense|reimburs"),
    ("Bring your passport.", r"passport|identif|photo id|\bid\b"),
    ("People from abroad are not covered.", r"abroad|foreign|oversea|international|countr"),
    ("You will get a text message to confirm.", r"\btext(?:s|ed)? messag|\bsms\b|confirm"),
    ("Offenders lose their licence.", r"licen[cs]e|offen[cd]|revoke"),
)
EN_CLAUSES: tuple[tuple[str, str], ...] = (
    (", and you get a free gift card", r"gift|voucher"),
    (", but only on weekdays", r"weekday|monday|friday|business day|working day|week"),
    (", without any interview", r"interview"),
    (", at no cost to you", r"\bcost|\bfree\b|\bfee|charge"),
    (", and your bank will be told", r"\bbank"),
    (", as long as you own a home", r"\bhome|own a|owner|hous"),
    (", and a refund is guaranteed", r"refund|guarant"),
    (", with the mayor's consent", r"mayor"),
    (", in person only", r"in person|visit|attend|on site|in-person"),
    (", or by calling any police station", r"police"),
)
EACH = 2


def invented_claims(sentence: str, language: str, source: Source, rng: random.Random) -> list[Change]:
    whole, clauses = (ZH, ZH_CLAUSES) if language == "zh" else (EN, EN_CLAUSES)
    found = []
    blank = "" if language == "zh" else " "
    fitting = [claim for claim, doubt in whole if not source.matches(doubt)]
    for claim in rng.sample(fitting, min(EACH, len(fitting))):
        found.append(one("invented", f"sentence: {claim}", len(sentence), len(sentence), blank + claim, foreign=True))
    end = re.search(r"[.。！!]*$", sentence)
    place = end.start() if end else len(sentence)
    if sentence.endswith(("？", "?", "：", "”")):
        return found
    fitting = [claim for claim, doubt in clauses if not source.matches(doubt)]
    for claim in rng.sample(fitting, min(EACH, len(fitting))):
        found.append(one("invented", f"clause: {claim}", place, place, claim, foreign=True))
    return found
