"""What the journeys' sites publish: short notices in the manner of real ones."""

from __future__ import annotations

from typing import Any


def a_subsidy(
    *, until: str | None = "2026年3月31日", most: str = "3000元", phone: str = "028-86651234", more: str = ""
) -> dict[str, Any]:
    """A subsidy for old people's homes, open `until` a day. `more` stands at its end."""
    closing = f"申请截止时间为{until}，逾期不再受理。" if until else ""
    return {
        "title": "锦江区居家适老化改造补贴申请通知",
        "text": (
            f"锦江区居家适老化改造补贴现已开始申请。本区户籍60周岁以上老年人家庭可以申请居家适老化改造补贴，"
            f"每户最高补贴{most}。{closing}申请人应当携带身份证和户口簿到户籍所在地街道办事处提出申请。"
            f"咨询电话：{phone}。{more}"
        ),
        "language": "zh",
    }  # fmt: skip


def another_subsidy(number: int, *, until: str | None = None) -> dict[str, Any]:
    """One of several subsidies, each a work of its own."""
    things = ("空调", "电梯", "沼气池", "太阳能热水器", "电动自行车", "节水器具", "灶具", "窗户")
    thing = things[number % len(things)]
    closing = f"申请截止时间为{until}。" if until else ""
    return {
        "title": f"锦江区{thing}更新补贴申请通知",
        "text": (
            f"锦江区{thing}更新补贴现已开始申请。本区居民更新{thing}的，每户补贴{(number + 1) * 100}元。{closing}"
            f"申请人应当携带身份证、{thing}购买发票和银行卡到户籍所在地街道办事处提出申请，"
            f"由街道办事处审核后将补贴打入申请人的银行卡。咨询电话：028-8665{1000 + number}。"
        ),
        "language": "zh",
    }  # fmt: skip
