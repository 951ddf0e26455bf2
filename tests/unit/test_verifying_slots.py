"""The verifier: a word, an office or a value in the place of another, and a condition that a word divides from its rule."""

from __future__ import annotations

import pytest

from pushsvc.plain import verify_line
from pushsvc.plain.verifying.claims import claims
from pushsvc.plain.verifying.offices import another_office
from pushsvc.plain.verifying.source import SignedSource

SOURCE = """关于调整住房公积金贷款额度和临时救助办理的通知
再次购买普通自住住房的，一人最高可贷30万元，二人及以上共同申请贷款最高可贷45万元。
超出规定年限的费用由申请对象自行承担。
老年人需要助餐配餐服务的，应当通过全市为老服务综合平台提交申请。
委托装修公司（应当取得相应资质证书）进行全屋装修的，单套商品住房给予1万元装修补贴。
请向参保地税务机关申报缴费。持合法有效的材料到公安机关办理户籍登记。
补贴期限最长不超过12个月。每年度补贴申请截止日期为9月30日，逾期申请的不予受理。
本措施有效期自发文之日起至2026年12月31日，购房补贴申请受理自2026年3月1日起至2027年12月31日止。
F类人才30万元；B类人才150万元。
"""


def _doubts(text: str, source: str = SOURCE, language: str = "zh") -> list[str]:
    answer = verify_line({"id": "a", "source_text": source, "text": text, "language": language})
    return [problem["reason"] for problem in answer["problems"]]


@pytest.mark.parametrize(
    "told",
    [
        "再次购买普通自住住房的，一人最高可贷30万元。",
        "超出规定年限的费用由申请对象自己承担。",
        "老年人需要助餐配餐服务的，应通过全市为老服务综合平台提交申请。",
        "请到公安机关办理户籍登记。",
        "补贴期限最长不超过12个月。",
        "F类人才30万元。",
    ],
)
def test_what_the_source_says_passes(told: str) -> None:
    assert _doubts(told) == []


@pytest.mark.parametrize(
    "told",
    [
        "再次购买普通自住住房的，一人最高必须贷30万元。",
        "再次购买普通自住住房的，一人最高不得贷30万元。",
        "超出规定年限的费用不由申请对象自己承担。",
        "补贴期限最低不少于12个月。",
    ],
)
def test_an_operator_between_the_same_words_is_the_source_s(told: str) -> None:
    assert _doubts(told)


@pytest.mark.parametrize("told", ["请向参保地教育部门申报缴费。", "持合法有效的材料到民政部门办理户籍登记。"])
def test_an_office_behind_the_same_words_is_the_source_s(told: str) -> None:
    assert _doubts(told)


@pytest.mark.parametrize("told", ["F类人才150万元。", "本措施有效期自发文之日起至2027年12月31日。"])
def test_a_value_beside_the_same_words_is_the_source_s(told: str) -> None:
    assert _doubts(told)


def test_the_last_day_of_every_year_is_no_first_day() -> None:
    assert _doubts("请在每年9月30日后申请。")


@pytest.mark.parametrize("told", ["应通过全市为老服务综合平台提交申请。", "单套商品住房给予1万元装修补贴。"])
def test_a_condition_is_told_though_a_word_or_a_bracket_divides_it_from_its_rule(told: str) -> None:
    assert any("leaves out" in reason for reason in _doubts(told))


def test_a_short_form_of_an_office_is_the_same_office() -> None:
    source = "请向所在地人力资源和社会保障局提交申请材料。请向所在区民政局办理。"
    beside = SignedSource(source, claims(source))
    assert another_office("请向所在地人社局提交申请材料。", beside) is None
    assert another_office("请向所在地民政局提交申请材料。", beside) is not None
