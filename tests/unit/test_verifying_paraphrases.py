"""A paraphrase is free in its words and not in what they say: rivals, modes, moves and things of the source decide."""

from __future__ import annotations

import pytest

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying import problems

HOMES = """关于支持购房的若干措施
对首次购买新建商品住房的博士，给予30万元购房补贴；对购买存量住房的，不予补贴。
职工在本市连续缴纳社会保险满12个月的，可申请公积金贷款，最高可贷25万。
首套住房面积100㎡以下的，每套补贴1万元。单职工贷款最高额度由50万元提高至60万元。
A类人才补贴80万元，B类人才补贴60万元。本措施自2026年3月9日起施行，有效期5年。
受疫情影响的企业，可申请缓缴住房公积金。各县应当在一个窗口受理申请。
"""
TESTS = """Book your driving test
You may book a new test online once you have passed the theory test. The old certificate is not needed.
Adults pay £62 for a test. You must bring your provisional licence to the test centre at least 20 minutes before the test.
The foundation course takes 2 years. On 9 March 2026 the agency received a request. Comments must be sent by 16 May 2026.
"""


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        (HOMES, "公积金贷款最多能贷25万元。", "zh"),
        (HOMES, "100平方米以下的首套房，每套补1万元。", "zh"),
        (HOMES, "博士第一次买新房补30万元。", "zh"),
        (HOMES, "受疫情影响的企业可以缓缴公积金。", "zh"),
        (HOMES, "B类人才补60万元。", "zh"),
        (TESTS, "You can book a new test once you pass the theory test.", "en"),
    ],
)
def test_other_words_for_the_same_pass(source: str, text: str, language: Language) -> None:
    assert problems(source, text, language) == []


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        pytest.param(HOMES, "在本市累计缴社保满12个月就能申请贷款。", "zh", id="in all for without a break"),
        pytest.param(HOMES, "受疫情影响的企业必须申请缓缴公积金。", "zh", id="must for may"),
        pytest.param(HOMES, "单职工最高额度由60万元提高至50万元。", "zh", id="a rise that falls"),
        pytest.param(HOMES, "B类人才补贴80万元。", "zh", id="another class"),
        pytest.param(HOMES, "2026年3月9日停止施行。", "zh", id="a force that stops"),
        pytest.param(HOMES, "部分县应当在一个窗口受理申请。", "zh", id="some for each"),
        pytest.param(HOMES, "可在社区领取礼品。", "zh", id="a thing of which the source holds nothing"),
        pytest.param(TESTS, "Children pay £62 for a test.", "en", id="children for adults"),
        pytest.param(TESTS, "The foundation course takes 2 weeks.", "en", id="another length of time"),
        pytest.param(TESTS, "Send your comments by 9 March 2026.", "en", id="a day that is no last one"),
        pytest.param(TESTS, "You can get help at your local library.", "en", id="a place of which it says nothing"),
    ],
)
def test_what_the_source_does_not_say_is_refused_in_whatever_words(source: str, text: str, language: Language) -> None:
    assert problems(source, text, language) != []
