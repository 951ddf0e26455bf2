"""What pages say around a document, each kind as a pattern of a whole line. In verbose syntax, joined at the end."""

from __future__ import annotations

import re

_WHEN_AND_WHO = r"""
      (?:发布|发文|公布|更新|成文|生成|印发)(?:日期|时间)\s*[:：]?\s*
      \d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?
    | (?:日期|时间)\s*[:：]?\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?
    | (?:文章|信息|稿件|内容)?来\s*源\s*[:：].{0,60}
    | (?:责任)?(?:编辑|审核|校对|编审)\s*[:：].{0,20}
"""
_COUNTERS = r"""
      (?:浏览|阅读|点击|访问|查看)(?:次数|量|人次|数)?\s*[:：]?\s*[-\d,万+]*\s*次?
    | \d{0,9}\s*(?:次(?:浏览|阅读|点击)|人(?:浏览|阅读|点赞)|views?)
    | (?:Page\s+)?views?\s*[:：]?\s*[\d,]+
"""
_READING_AIDS = r"""
      (?:字体|字号)(?:大小)?\s*[:：]?.{0,20} | [大中小](?:\s*[|｜/]?\s*[大中小]){0,2} | 默认 | A\s?[-+]? | 】 | 【
    | 语音播报 | 朗读 | 无障碍(?:浏览|版)? | 长者(?:助手|专区|版) | 保护视力色\s*[:：]?.{0,20}
    | 简体(?:中文)?\s*[|｜/]?\s*繁[体體](?:中文)? | English
"""
_SHARING = r"""
      (?:分享|转发|收藏)(?:到|至)?\s*(?:[:：].{0,30}|微信.{0,10}|微博|朋友圈|QQ.{0,4})?
    | (?:微信|手机)?(?:扫一扫|扫码)(?:打开|查看|浏览|分享|关注)?
      (?:此页|本页|当前页|网页|手机版|至?朋友圈|公众号|[，,]?分享到朋友圈)?[，,。]?
    | (?:请?用|使用)?(?:手机|微信)(?:扫一扫|扫描|扫码|打开|查看)(?:二维码)?(?:打开|查看|浏览|分享)?
      (?:此页|本页|当前页|网页|手机版|至?朋友圈)?[，,。]?
    | 用微信扫一扫.{0,10}分享.{0,24} | (?:微信|官方)?二维码 | 手机(?:版|端|浏览)
    | QQ(?:空间|好友)? | (?:新浪)?微博 | 微信(?:公众号|好友)? | 更多
    | Share(?:\s+this)?(?:\s+page)?
"""
_PRINTING = r"""
      (?:打印|关闭)(?:本页|页面|此页|窗口|正文)?(?:[\s|｜/】【\]\[]*(?:打印|关闭|返回)(?:本页|页面|窗口|顶部)?)*
    | (?:返回|回到)(?:顶部|首页|列表|上一页|页首)(?:[】\]\s|【\[]*(?:打印|关闭)(?:本页|页面|窗口)?)* | 顶部
    | (?:我要)?纠错 | 收藏本页 | 下载(?:文字|图片|PDF|Word|本)?版?(?:\s*下载(?:文字|图片|PDF|Word)版)?
    | Print(?:\s+this)?(?:\s+page)? | Back\s+to\s+top
"""
_PLACE_ON_THE_SITE = r"""
      (?:您|你)?(?:当前|现在)?(?:所在)?(?:的)?位置\s*[:：]?.{0,80} | 首\s?页\s*[>＞»›/→].{0,80} | Home\s*[>»›/].{0,80}
"""
_NEIGHBOURS = r"""
      相关(?:文件下载|附件|链接|阅读|文档|新闻|文章|稿件|信息|推荐)\s*[:：]? | (?:推荐|延伸|热门)阅读\s*[:：]?
    | (?:上一篇|下一篇|上一条|下一条|上篇|下篇|前一篇|后一篇)\s*[:：]?.{0,80}
"""
_GOV_UK = r"""
      Skip\s+to\s+(?:main\s+)?content | Cookies\s+on\s+GOV\.UK | (?:Accept|Reject|View)\s+(?:additional\s+)?cookies
    | Hide\s+this\s+message | Is\s+this\s+page\s+useful\? | (?:Maybe|Yes|No)(?:\s+this\s+page\s+is\s+(?:not\s+)?useful)?
    | Thank\s+you\s+for\s+your\s+feedback | Report\s+a\s+problem\s+with\s+this\s+page
    | There\s+is\s+something\s+wrong\s+with\s+this\s+page | Give\s+feedback\s+about\s+this\s+page
    | Get\s+emails\s+about\s+this\s+page | (?:See|Show|Hide)\s+all\s+updates.{0,20} | Contents
    | Explore\s+the\s+topic | Related\s+content | ©?\s*Crown\s+copyright.{0,20}
    | All\s+content\s+is\s+available\s+under\s+the\s+Open\s+Government\s+Licence.{0,60}
"""
_KINDS = (
    _WHEN_AND_WHO, _COUNTERS, _READING_AIDS, _SHARING, _PRINTING, _PLACE_ON_THE_SITE, _NEIGHBOURS, _GOV_UK,
)  # fmt: skip

#: A line is furniture when it says only who, when, how often read, or how to share; lines of 160 characters never are.
FURNITURE = re.compile(rf"^[\s【\[（(|·]*(?:{'|'.join(_KINDS)})[\s】\]）)|]*$", re.VERBOSE | re.IGNORECASE)
#: Several of these in one line, as a page copied into a file has them: "日期： 2020-06-18 浏览量：1283 文字大小：大 中 小".
HEAD_ROW = re.compile(
    r"(?:\s|[|｜【】\[\]]|(?:发布|发文|更新|成文)?(?:日期|时间)\s?[:：]\s?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|(?:浏览|阅读|点击|访问)(?:量|次数|数)?\s?[:：]\s?\d{0,9}次?|(?:信息|文章|稿件)?(?:来源|作者|编辑|责编)\s?[:：]\s?\S{0,40}(?=\s|$)"
    r"|(?:文字|字体|字号)(?:大小)?\s?[:：]\s?(?:大\s?中\s?小)?|大\s中\s小|打印|关闭|分享)+"
)
#: Below a document in several pages; these, numbers and bars alone are pagination.
PAGINATION = re.compile(r"上一页|下一页|首页|尾页|末页|第一页|最后一页|跳转|GO|[共第]\d{1,5}页|[共第到页]", re.IGNORECASE)
#: Furniture with the words of the page around it: a counter or a font switch in a line of head matter.
COUNTER = re.compile(
    r"(?:浏览|阅读|点击|访问|查看)(?:次数|量|人次|数)\s*[:：]?\s*[-\d,万+]*\s*次?"
    r"|[\[【]?\s*(?:字体|字号)(?:大小)?\s*[:：]?\s*[\[【]?\s*大\s*中\s*小\s*[\]】]?"
)
#: Of a bare "时间：" the sign in the date tells: systems write 2026-03-01, officials who invite people 2026年3月1日.
HEAD_MATTER = re.compile(
    r"^[^，。；]{0,40}(?:发布|更新|成文|发文|印发|生成)(?:日期|时间)\s*[:：].{0,80}$"
    r"|^[\s【\[（(|]*(?:日期|时间)\s*[:：]\s*\d{4}[-/.]\d{1,2}[-/.].{0,80}$|^(?:文章|信息|稿件)?来源\s*[:：]"
)
#: What stands only in the foot of a site, and what stands there beside it (and elsewhere: then it stays).
FOOT = re.compile(
    r"ICP\s?[备证]|公网安备|网站标识码|(?:版权|著作权)(?:所有|归)|Copyright\s*(?:©|\(c\)|\d{4})|网站(?:支持|维护|管理)(?:单位)?[:：]",
    re.IGNORECASE,
)
BESIDE_FOOT = re.compile(
    r"^(?:(?:主办|承办|协办|维护|技术支持|运维|开发)(?:单位)?\s*[:：]|地址|邮编|邮政编码|联系电话|电话|传真|网站?(?:地图|声明)"
    r"|关于我们|联系我们|隐私|使用帮助|法律声明|免责声明|版权声明|站点地图|党政机关|政府网站|找错|建议使用|推荐使用|最佳浏览"
    r"|您是第|访问量|设为首页|加入收藏)"
)
