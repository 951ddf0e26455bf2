"""Ages, times and other counted things in Chinese documents."""

from __future__ import annotations

import pytest

from tests.unit.plain_documents import facts_of, said


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("年满60周岁不满65周岁的老年人乘车半价。", ["60-65"]),
        ("男18-60周岁、女18-55周岁。", ["18-60", "18-55"]),
        ("年满18周岁，且男性未满60周岁、女性未满55周岁。", ["18-60", "18-55"]),
        ("申报人年龄须在18周岁以上、35周岁以下，博士可放宽至40周岁。", ["18-35", "-40"]),
        ("35岁以下（含35岁）的毕业生。", ["-35"]),
        ("十八周岁以上的公民。", ["18-"]),
        ("随迁子女年龄不满18周岁。", ["-18"]),
        ("0-6岁残疾儿童。", ["0-6"]),
        ("80—89周岁每人每月100元，90周岁以上每人每月200元。", ["80-89", "90-"]),
        ("1.80周岁及以上的老年人。", ["80-"]),
        ("补贴发放至婴幼儿满3周岁。", ["-3"]),
        ("男满50周岁、女满40周岁。", ["50-", "40-"]),
        ("每增加1岁少加2分，心理年龄约6-9岁。", []),
        ("2025岁末，岁月静好。", []),
    ],
)
def test_an_age_has_both_its_ends(text: str, ages: list[str]) -> None:
    assert [value for _, value in said(text, "age_range")] == ages


def test_ages_that_differ_by_sex_say_whose_they_are() -> None:
    facts = facts_of("年满18周岁，且男性未满60周岁、女性未满55周岁。", "age_range")
    assert [fact.condition for fact in facts] == ["男性", "女性"]


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("法定办结时限：20个工作日。", "processing_time", 20),
        ("窗口将在1个至5个工作日内完成审核。", "processing_time", "1-5"),
        ("网上办理需等待12个工作日领卡。", "processing_time", 12),
        ("公示期不少于5个工作日。", "duration", 5),
        ("贴息期为3年。", "duration", 3),
        ("合同实行每两年一签。", "duration", 2),
        ("领取24个月的租房补贴。", "entitlement", 24),
        ("女职工产假98天。", "entitlement", 98),
        ("连续缴纳社会保险满12个月。", "threshold", 12),
        ("承诺服务期限满5年。", "threshold", 5),
        ("近5年内未受过刑事处罚。", "threshold", 5),
        ("积分满150分。", "threshold", 150),
        ("每人只可享受一次。", "limit", 1),
        ("所购房屋3年内不得转让。", "limit", 3),
        ("弄虚作假的，3年内不得申报。", "penalty", 3),
        ("公开招聘工作人员35名。", "quota", 35),
        ("积分入户指标为1.6万个。", "quota", 16_000),
        ("前5000名签订合同的消费者。", "quota", 5000),
        ("购买面积不超过144m2。", "area", 144),
        ("按最低生活保障标准的1.6倍发放。", "multiple", 1.6),
        ("处违法所得1倍以上5倍以下的罚款。", "fine_multiple", "1-5"),
    ],
)
def test_a_count_says_what_it_is(text: str, role: str, value: object) -> None:
    assert (role, value) in said(text, "quantity")


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月1日起施行。",
        "利率下限为LPR减20个基点。",
        "三年级新生报到。",
        "一次性发放。",
        "办事处位于12号2栋。",
        "残疾人两项补贴。",
    ],
)
def test_what_counts_nothing_is_not_listed(text: str) -> None:
    assert said(text, "quantity") == []
