"""The mutation test's mutator: what it makes is another sentence, of the kind it says, and nothing that the source states."""

from __future__ import annotations

import random

import pytest

from bench.mutations import KINDS, Mutant, mutants, mutate, sentences
from bench.mutations.source import Source, tokens
from bench.mutations.swaps import swaps
from bench.mutations.values import values

NOTICE = """广州市天河区民政局关于发放养老补贴的通知
一、年满60周岁的本市户籍老年人，可以申请每人每月200元的补贴，每人每年最高不超过3万元。
二、重度残疾人的补贴为每人每月350元。
三、申请人应当在2026年5月31日前提交申请，不得重复享受。首次申请由街道办事处受理。
四、本办法自2026年7月1日起施行，有效期5年。咨询电话：38622527。传真：38622599。
五、所有补贴在10个工作日内发放。受理时间上午9时至下午17时。"""
LEAFLET = """Student grants in Wales
Students over 18 may apply for a grant of up to £500 each year. Nurses get £750.
You must send your form by 31 May 2026. You must not apply twice.
The scheme starts on 1 September 2026 if Parliament approves it. It is open to all students.
Call 029 2082 0000. We will answer within 10 working days."""


def made(sentence: str, source: str = NOTICE, language: str = "zh", seed: int = 1) -> list[Mutant]:
    return mutants(sentence, source, language, random.Random(seed))


def texts(sentence: str, kind: str, source: str = NOTICE, language: str = "zh") -> set[str]:
    """All that many seeds make of one kind."""
    return {m.text for seed in range(12) for m in made(sentence, source, language, seed) if m.kind == kind}


ZH_EXAMPLES = [
    ("value", "老年人每人每月200元。", "老年人每人每月300元。"),
    ("value", "有效期5年。本办法有效。", "有效期5个月。本办法有效。"),
    ("swap", "老年人每人每月补200元。", "老年人每人每月补350元。"),
    ("swap", "老年人每月200元，残疾人每月350元。", "老年人每月350元，残疾人每月200元。"),
    ("role", "每人每年最高不超过3万元。", "每人每年最低不少于3万元。"),
    ("role", "申请要在2026年5月31日前提交。", "申请要在2026年5月31日后提交。"),
    ("polarity", "老年人可以申请补贴。", "老年人不得申请补贴。"),
    ("polarity", "申请人不得重复享受。", "申请人可以重复享受。"),
    ("negation", "不得重复的人享受补贴金。", "不得重复的人不享受补贴金。"),
    ("place", "天河区的老年人可以申请。", "福田区的老年人可以申请。"),
    ("audience", "本市老年人每月领200元。", "本市学生每月领200元。"),
    ("invented", "老年人可以申请补贴。", "老年人可以申请补贴。可免费领取大米。"),
    ("condition", "年满60周岁的人可以申请。", "未满60周岁的人可以申请。"),
    ("condition", "首次申请由街道办事处受理。", "第二次申请由街道办事处受理。"),
    ("quantifier", "老年人每人每月领200元。", "老年人每户每月领200元。"),
    ("quantifier", "所有补贴在10个工作日内发放。", "部分补贴在10个工作日内发放。"),
]
EN_EXAMPLES = [
    ("value", "You must send your form by 31 May 2026.", "You must send your form by 31 July 2026."),
    ("swap", "You must send your form by 31 May 2026.", "You must send your form by 1 September 2026."),
    ("swap", "Students may apply for £500 and nurses get £750.", "Students may apply for £750 and nurses get £500."),
    ("role", "You must send your form by 31 May 2026.", "You must send your form from 31 May 2026."),
    ("role", "Students get up to £500 each year.", "Students get at least £500 each year."),
    ("polarity", "Students over 18 may apply for a grant.", "Students over 18 must not apply for a grant."),
    ("negation", "We will answer within 10 working days.", "We will not answer within 10 working days."),
    ("place", "There are student grants in Wales.", "There are student grants in Scotland."),
    ("audience", "The scheme is for all students.", "The scheme is for all pensioners."),
    ("invented", "You must not apply twice.", "You must not apply twice. Free parking is available."),
    ("condition", "Students over 18 may apply for it.", "Students under 18 may apply for it."),
    ("condition", "The scheme starts if Parliament approves it.", "The scheme starts."),
    ("quantifier", "It is open to all students.", "It is open to only some students."),
]


@pytest.mark.parametrize(("kind", "sentence", "false"), ZH_EXAMPLES)
def test_a_chinese_sentence_is_made_false(kind: str, sentence: str, false: str) -> None:
    assert false in texts(sentence, kind)


@pytest.mark.parametrize(("kind", "sentence", "false"), EN_EXAMPLES)
def test_an_english_sentence_is_made_false(kind: str, sentence: str, false: str) -> None:
    assert false in texts(sentence, kind, LEAFLET, "en")


def test_every_kind_has_an_example_in_both_languages() -> None:
    assert {kind for kind, _, _ in ZH_EXAMPLES} == {kind for kind, _, _ in EN_EXAMPLES} == set(KINDS)


@pytest.mark.parametrize(("source", "language"), [(NOTICE, "zh"), (LEAFLET, "en")])
def test_every_mutant_differs_and_is_not_in_the_source(source: str, language: str) -> None:
    tight = "".join(tokens(source))
    for sentence in sentences(source, language):
        for kind, altered in mutate(sentence, source, language, random.Random(3)):
            assert kind in KINDS
            assert tokens(altered) != tokens(sentence)
            if kind != "condition":
                # A sentence without its condition is a part of the true one.
                assert "".join(tokens(altered)) not in tight, (kind, altered)


def test_the_same_seed_makes_the_same_mutants() -> None:
    assert made("老年人每人每月200元。", seed=5) == made("老年人每人每月200元。", seed=5)


def test_a_new_value_is_not_the_sources_however_it_writes_it() -> None:
    source = "补贴为20000元，另有3万元、4万元、5万元、9万元、8万元的奖励，最高为10万元、100万元。"
    new = {text for text in texts("奖励为1万元。", "value", source) if "万" in text}
    assert "奖励为2万元。" not in new
    assert "奖励为10万元。" not in new


def test_the_days_of_a_list_are_not_exchanged_as_their_order_says_nothing() -> None:
    source = "The board meets on 2 May 2026 and 16 June 2026. It rests on 3 July 2026 to 9 July 2026."
    listed = swaps("The board meets on 2 May 2026 and 16 June 2026.", Source(source), random.Random(1))
    ranged = swaps("It rests on 3 July 2026 to 9 July 2026.", Source(source), random.Random(1))
    assert not [change for change in listed if change.rule == "dates exchanged"]
    assert [change for change in ranged if change.rule == "dates exchanged"]


def test_a_telephone_number_is_replaced_by_a_fax_number_only() -> None:
    other = texts("有事请打咨询电话38622527。", "swap")
    assert other == {"有事请打咨询电话38622599。"}


def test_a_word_that_the_source_uses_in_the_same_place_makes_no_mutant() -> None:
    source = "Students may apply for the grant. Students must apply for the grant before the course."
    assert "Students must apply for the grant." not in texts("Students may apply for the grant.", "polarity", source, "en")


def test_a_group_that_the_source_names_beside_the_first_is_no_other_audience() -> None:
    source = "老年人、残疾人、学生、退役军人乘车半价。"
    assert not texts("老年人乘车只付半价。", "audience", source)


def test_a_claim_that_the_source_might_make_is_not_invented() -> None:
    source = "Lunch is served. The service costs nothing, and you can apply on our website. Parking is at the back."
    new = " ".join(texts("The service is for everyone here.", "invented", source, "en"))
    assert "Lunch" not in new
    assert "online" not in new
    assert "parking" not in new


def test_a_pointer_to_the_source_is_left_alone() -> None:
    assert made("条件见原文。") == []


def test_values_of_both_languages_are_read() -> None:
    told = "2026年5月31日前，年满60周岁的领3万元、补5%，等10个工作日，拨12345。"
    chinese = {(value.kind, value.text) for value in values(told)}
    assert chinese == {
        ("date", "2026年5月31日"),
        ("age", "60周岁"),
        ("amount", "3万"),
        ("percent", "5%"),
        ("duration", "10个工作日"),
        ("phone", "12345"),
    }
    english = {value.kind for value in values("By 5 p.m. on May 3, 2026 pay £1,000 or 5% within two weeks; call 202-555-0100.")}
    assert english == {"time", "date", "amount", "percent", "duration", "phone"}


def test_sentences_are_not_cut_in_their_abbreviations() -> None:
    assert sentences("Ask Mr. Lee of the U.S. Board. Come at 5 p.m. ET on Monday.", "en") == [
        "Ask Mr. Lee of the U.S. Board.",
        "Come at 5 p.m. ET on Monday.",
    ]
