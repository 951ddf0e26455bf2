"""Builders of small documents in the manner of government pages, for the tests of the room `plain`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import extract, read_text

NOTICE = (
    "各有关单位：\n为贯彻落实市政府工作部署，现将有关事项公告如下。\n"
    "一、年满60周岁、具有本市户籍的老年人，可申请居家适老化改造补贴。\n"
    "二、每户给予一次性补贴，最高不超过5000元。\n"
    "三、请于2026年3月31日前到户籍所在地街道办事处提交申请。\n"
    "四、咨询电话：028-12345678。\n"
    "成都市民政局\n2026年3月1日"
)


def a_document(
    text: str = NOTICE, title: str = "关于申请居家适老化改造补贴的公告", published: str | None = "2026-03-01"
) -> Reading:
    """A reading of `text`, published on a day."""
    reading = read_text(text, title)
    at = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    return replace(reading, published_at=at)


def facts_of(text: str, *kinds: str, title: str = "关于某项工作的通知", published: str | None = "2026-03-01") -> list[Fact]:
    """The facts of the given kinds in `text`."""
    return [fact for fact in extract(a_document(text, title, published)) if fact.kind in kinds]


def said(
    text: str, *kinds: str, title: str = "关于某项工作的通知", published: str | None = "2026-03-01"
) -> list[tuple[str | None, object]]:
    """(role, value) of the facts of the given kinds."""
    return [(fact.role, fact.value) for fact in facts_of(text, *kinds, title=title, published=published)]
