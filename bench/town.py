"""Made people and publications whose matches are known beforehand, without asking the matcher.

Everybody lives in one district and asks one question: a topic. A publication names one topic and one district or the whole
city; whom it concerns follows from two numbers. No two publications share a text, so that each is a work of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SITE = {
    "code": "5100000001", "name": "四川省政策网", "organisation": "四川省人民政府办公厅", "region": "510000",
    "domains": "www.sc.example",
}  # fmt: skip
CITY = "510100"
DISTRICTS = ("510104", "510105", "510106", "510107", "510108", "510112", "510113", "510114", "510115", "510116")
DISTRICT_NAMES = ("锦江区", "青羊区", "金牛区", "武侯区", "成华区", "龙泉驿区", "青白江区", "新都区", "温江区", "双流区")
TOPICS = (
    "养老", "教育入学", "就业创业", "社会保障", "社会救助", "医疗医保", "公共卫生", "住房", "公积金", "税务",
    "中小企业补贴", "金融贷款", "停水停电", "水电气价格", "交通出行", "车辆驾驶", "防灾应急", "残疾人", "生育育儿", "招聘考试",
)  # fmt: skip
MATTERS = (
    "居家改造",
    "入户走访",
    "设备更新",
    "技能培训",
    "费用减免",
    "体检筛查",
    "装修补助",
    "租金补贴",
    "岗位开发",
    "网点建设",
    "消费帮扶",
)
WHOM = ("居民家庭", "个体工商户", "高校毕业生", "物业服务企业", "社区食堂", "残疾人家庭", "小微企业", "新就业人员", "退休人员")


@dataclass(frozen=True)
class Town:
    """`topics` x `districts` classes of people, person n in class n modulo their product."""

    people: int
    topics: int = 10
    districts: int = 2

    def topic_of(self, person: int) -> int:
        return person % self.topics

    def district_of(self, person: int) -> int:
        return person // self.topics % self.districts

    def subscribers(self, first: int = 0) -> Iterator[dict[str, Any]]:
        """Import lines. All of them have agreed to email, a day ago, and want to hear at once."""
        agreed = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
        for person in range(first, first + self.people):
            yield {
                "id": subscriber_id(person),
                "kind": "business" if person % 5 == 4 else "citizen",
                "language": "en" if person % 10 == 9 else "zh",
                "endpoints": [{
                    "channel": "email", "address": address(person), "consent": {"at": agreed, "source": "hall-form"},
                }],
                "places": [DISTRICTS[self.district_of(person)]],
                "interests": [{"topics": [TOPICS[self.topic_of(person)]]}],
            }  # fmt: skip

    def write_subscribers(self, file: Path, first: int = 0) -> Path:
        with file.open("w", encoding="utf-8") as out:
            for line in self.subscribers(first):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
        return file

    def whom(self, topic: int, district: int | None) -> set[int]:
        """The people whom a publication on `topic` concerns; `district` None: the whole city."""
        return {
            person
            for person in range(self.people)
            if self.topic_of(person) == topic and district in (None, self.district_of(person))
        }


def subscriber_id(person: int) -> str:
    return f"person-{person}"


def address(person: int) -> str:
    return f"person-{person}@mail.example"


def person_of(written: str) -> int:
    """The inverse of `address`."""
    return int(written.partition("@")[0].removeprefix("person-"))


def url(number: int) -> str:
    return f"https://www.sc.example/policy/notice-{number}.html"


def publication(number: int, topic: int, district: int | None, run: str = "a") -> dict[str, Any]:
    """Publication `number` as an event: a subsidy with an amount, a deadline two months from now, a phone."""
    where = "成都市" if district is None else f"成都市{DISTRICT_NAMES[district]}"
    matter, whom = MATTERS[number % len(MATTERS)], WHOM[number // len(MATTERS) % len(WHOM)]
    deadline = datetime.now(UTC) + timedelta(days=60 + number % 20)
    amount = 800 + 37 * number
    day = f"{deadline.year}年{deadline.month}月{deadline.day}日"
    return {
        "event": "published",
        "url": url(number),
        "site": SITE["code"],
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "title": f"{where}关于开展第{number + 1}批{whom}{matter}补贴申报工作的通知",
        "content_text": "\n".join((
            f"为支持{where}{whom}开展{matter}，现就第{number + 1}批（编号{run}-{number}）补贴申报工作通知如下。",
            f"一、补贴对象。在{where}登记或者居住，并已完成第{number + 1}批{matter}的{whom}。",
            f"二、补贴标准。符合条件的，每户给予一次性补贴{amount}元，由{where}财政资金安排。",
            f"三、申报时间。请于{day}前提交申请，逾期不再受理。",
            f"四、申报方式。到所在街道便民服务中心第{number % 30 + 1}号窗口办理，咨询电话：028-86{100000 + number % 800000}。",
        )),
        "language": "zh",
        "type": "notice",
        "regions": [CITY if district is None else DISTRICTS[district]],
        "topics": [TOPICS[topic]],
    }  # fmt: skip
