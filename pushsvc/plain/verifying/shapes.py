"""How values are written: the shapes of dates, times, amounts, telephones and numbers, as patterns of small letters.

A pattern that begins with a sign or a set of signs is looked for many times faster than one that begins by looking around.
"""

from __future__ import annotations

import re

N = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,16}(?:\.\d{1,6})?"
S = r"万亿|千万|百万|十万|万|亿|千|百|trillion|billion|million|thousand|bn|k|m"
H = r"[零〇一二三四五六七八九十百千万亿两]{1,16}"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Behind the first letter or digit of a word: nothing of the word stands before it.
F = r"(?<!\w\w)"
M = (
    rf"(?:j{F}(?:an(?:uary)?|une?|uly?)|f{F}eb(?:ruary)?|m{F}(?:ar(?:ch)?|ay)|a{F}(?:pr(?:il)?|ug(?:ust)?)"
    rf"|s{F}ept?(?:ember)?|o{F}ct(?:ober)?|n{F}ov(?:ember)?|d{F}ec(?:ember)?)\.?"
)
URL = re.compile(r"(?:https?://|www\.)[\w\-.~%/?#=&+:@!$*;,()]{1,300}", re.ASCII)
EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
DOCUMENT = re.compile(r"[〔\[【(]\s?((?:19|20)\d{2})\s?[〕\]】)]\s?第?\s?(\d{1,5})\s?号")
#: The issuer's short name just before the bracket of a document's number.
ISSUER = re.compile(r"[\u4e00-\u9fff]{0,10}[A-Za-z]{0,3}\s?$")
DATES = (
    re.compile(r"(?P<y>\d\d{3})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号]"),
    re.compile(r"(?P<y>(?:1(?<!\d1)9|2(?<!\d2)\d)\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<y>\d\d{3})\s?年\s?(?P<m>\d{1,2})\s?月"),
    re.compile(r"(?P<m>\d(?<!\d\d)\d?)\s?月\s?(?P<d>\d{1,2})\s?[日号]"),
    re.compile(rf"(?P<d>\d{F}\d?)(?:st|nd|rd|th)?\s(?P<n>{M})(?:,?\s(?P<y>\d{{4}}))?\b"),
    re.compile(rf"(?P<n>{M})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y>\d{{4}}))?"),
    re.compile(rf"(?P<n>{M})\s(?P<y>\d{{4}})\b"),
    re.compile(r"(?P<m>\d(?<![\d/].)\d?)/(?P<d>\d{1,2})/(?P<y>(?:20)?\d{2})(?![\d/])"),
    re.compile(r"(?P<y>[12](?:(?<=1)9|(?<=2)0)\d{2})\s?年(?!度?内)"),
    re.compile(r"(?<=[至到-])\s?(?P<m>\d{1,2})\s?月(?!\d)"),
    re.compile(r"(?<=[至到-])\s?(?P<d>\d{1,2})\s?日"),
)
#: Those whose first letters are a month's.
BEGIN_WITH_MONTH = frozenset((DATES[5], DATES[6]))
TIMES = (
    re.compile(
        r"(?=[\d上下中早晚])(?P<half>上午|下午|中午|晚上|晚|早上|早)?(?<!\d)(?P<h>\d{1,2})(?::(?P<m>[0-5]\d)(?!\d)(?::\d\d)?|\s?[时点](?!间|候|段|隔|效)(?:(?P<m2>[0-5]?\d)分?|(?P<m3>半))?)"
        r"(?:\s?(?P<ap>[ap]\.?\s?m\b)\.?)?",
    ),
    re.compile(r"(?P<h>\d(?<![\d.:].)\d?)\s?(?P<ap>[ap]\.?\s?m\b)\.?"),
)
#: What each of the patterns needs, in small letters: to look for one word is cheap, and most texts are of one language.
ANYTHING = ("",)
DATES_NEED = (("年",), ANYTHING, ("年",), ("月",), MONTHS, MONTHS, MONTHS, ("/",), ("年",), ("月",), ("日",))
HOURS, AFTER_NOON = 24, ("下午", "晚上", "晚")
PHONE = re.compile(
    r"(?=[\d(+])(?<![\d.])(?:\+\d{1,3}[\s-]?(?:\(0\)\s?)?)?(?:\(?0\d{2,4}\)?[\s-]?\d{3,4}[\s-]?\d{3,4}"
    r"|400-?\d{3,4}-?\d{3,4}|1[3-9]\d{9}|(?:1[-\s])?\(?\d{3}\)?[\s-]\s?\d{3}-\d{4}"
    r"|\d{2,4}\s\d{3,4}\s\d{3,4}|0\d{3,4}\s\d{3}\s?\d{3}|0\d{2,3}-\d{5}|12[03]\d{2})(?:-\d{1,5})?(?!\d|\.\d|\s?[万亿元%])"
)
#: First a look at one sign: most of a text is none of these.
AMOUNT = re.compile(
    rf"(?=[\d$£€¥￥零〇一二三四五六七八九十百千万亿两]|us\$|cny|rmb|usd|gbp|eur)(?:(?P<a>{N})\s?(?P<as>{S})?\s?元?\s?(?:-|至|到|元以上)\s?(?P<b>{N})\s?(?P<bs>{S})?\s?元"
    rf"|(?P<n>{N})\s?(?P<ns>{S})?\s?(?P<c>美元|英镑|欧元|港元|元|块)"
    rf"|(?P<sign>us\$|cny|rmb|usd|gbp|eur|\$|£|€|¥|￥)\s?(?P<p>{N})(?:\s?-\s?(?P<q>{N}))?(?:\s?(?P<ps>{S})\b)?"
    rf"|(?P<h>{H})元)",
)
TENTHS = re.compile(
    r"([一二两三四五六七八九\d](?<![\d.零〇一二三四五六七八九十百千].)(?:\.\d)?)[成折](?![立为员果功人长本年品效就交绩分型])"
)
PERCENT = re.compile(
    rf"(?=[\d百])(?:(?:(?P<a>{N})\s?%?\s?(?:-|至|到)\s?)?(?P<n>{N})\s?(?:%|percent\b|per cent\b|个百分点)"
    rf"|百分之(?P<h>{H}|{N}))",
)
UNIT_WORDS = """
周岁 岁 个工作日 工作日 个月 月 个人 人 名 位 户 家 套 次 件 份 间 台 辆 张 本 天 日 年 周 倍
平 米 公 层 栋 幢 亩 吨 千 克 类 种
项 条 款 号 级 孩 分 小 点 时 楼 届 期 学 床 区 所 批 门 ㎡ 成 个 折 科 档 队 片 处 座 根 瓶 部 股 秒 里 元 度 季
"""
UNITS = frozenset(UNIT_WORDS.split())
SPANS = r"(?:working |business |calendar )?(?:day|week|month|year|hour|minute)"
NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
U = "|".join(sorted(UNITS, key=len, reverse=True))
COUNT = re.compile(
    rf"(?=\d)(?:(?P<n>{N})\s?(?P<s>(?!m2)(?:{S}))?(?!(?!s\b|m2)[a-z])\s?(?:(?P<u>{U}|m2(?!\d))|[\s-]?(?P<u2>{SPANS})s?\b)?|(?P<n2>{N})\s?(?P<s2>million|billion|thousand)?)",
)
WORD_COUNT = re.compile(rf"(?P<w>{'|'.join(f'{word[0]}{F}{word[1:]}' for word in NUMBER_WORDS)})[\s-](?P<u>{SPANS})s?\b")
HAN_COUNT = re.compile(
    rf"(?=[零〇一二三四五六七八九十百千万亿两半])(?P<n>{H}|(?<![上下])半)(?P<u>个?月|年|日|天|个?工作日|周岁|岁|倍|人|名|户|套|次|孩|成|(?<=[三四五六七八九十])个)"
)
#: A run of digits that is no amount and no date: it must stand in the source as it is.
LONG = re.compile(r"\d\d{24,}")
TITLE = re.compile(r"《([^《》]{2,80})》")

#: A text without any of these claims nothing.
ANY = re.compile(rf"\d|\b(?:{'|'.join(NUMBER_WORDS)})[\s-]{SPANS}|[@《]|www\.|://|{H}|半")
