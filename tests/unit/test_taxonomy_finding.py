"""A place is found by what people type: names in either kind of characters, pinyin, initials, codes, a place in a place."""

from __future__ import annotations

import pytest

from pushsvc import taxonomy
from pushsvc.taxonomy.entries import rows
from pushsvc.taxonomy.finding import find_industries, find_places, place_words, the_place

CHENGDU, WUHOU = "510100", "510107"


@pytest.mark.parametrize(
    "typed", ["成都", "成都市", "四川成都", "chengdu", "Chengdu", "CHENG DU", "Chengdu City", " 成都 ", "510100"]
)
def test_one_way_of_naming_a_city_is_as_good_as_another(typed: str) -> None:
    assert the_place(typed) == CHENGDU


@pytest.mark.parametrize(
    "typed",
    ["武侯", "武侯区", "成都武侯", "武侯，成都", "wuhou", "Wuhou District", "wuhou, chengdu", "Chengdu Wuhou", "510107"],
)
def test_a_district_is_found_alone_and_with_its_city_in_any_order(typed: str) -> None:
    assert the_place(typed) == WUHOU


@pytest.mark.parametrize(("typed", "code"), [("廣州", "440100"), ("綿陽", "510700"), ("臺灣", "710000"), ("錦江區", "510104")])
def test_traditional_characters_are_understood(typed: str, code: str) -> None:
    assert the_place(typed) == code


@pytest.mark.parametrize("typed", ["cd", "chd", "chdu", "chengd"])
def test_beginnings_of_the_syllables_offer_the_place_but_take_none_by_themselves(typed: str) -> None:
    assert CHENGDU in find_places(typed, 4)
    assert the_place(typed) is None


def test_of_several_places_of_one_name_each_is_shown_with_what_it_lies_in() -> None:
    assert the_place("鼓楼区") is None
    shown = [place_words(code, "zh") for code in find_places("鼓楼区")]
    assert shown == ["江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区"]


def test_a_city_does_not_lose_its_english_name_to_a_district_that_sounds_like_it() -> None:
    assert the_place("Xi'an") == "610100"
    assert the_place("西安") is None  # two districts have that very name: better asked than wrong


@pytest.mark.parametrize(
    ("typed", "code"),
    [("lu'an", "341500"), ("dandong", "210600"), ("luchun", "532531"), ("lvchun", "532531"), ("panyu", "440113"),
     ("Urumqi", "650100"), ("Hohhot", "150100"), ("Wales", "GB-WLS"), ("China", "CN"), ("全国", "CN"), ("CN-SC", "510000")],
)  # fmt: skip
def test_places_are_read_as_they_are_spoken(typed: str, code: str) -> None:
    assert the_place(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "   ", "火星", "zzzz", "😀", "<script>", "999999", "长" * 10_000, "x" * 10_000, "1;DROP"]
)
def test_what_names_no_place_finds_none(typed: str) -> None:
    assert the_place(typed) is None
    assert find_places(typed) == ()


def test_an_english_reader_sees_a_county_by_its_pinyin_and_its_characters() -> None:
    assert place_words(WUHOU, "en") == "Wuhou 武侯区, Chengdu, Sichuan"
    assert place_words(CHENGDU, "en") == "Chengdu, Sichuan"


def test_every_place_has_one_syllable_for_each_of_its_characters() -> None:
    spoken = {row["code"]: row["pinyin"].split() for row in rows("region_pinyin.csv")}
    wrong = [
        entry.name for entry in taxonomy.regions().all()
        if entry.code in spoken and len(spoken[entry.code]) != len(entry.name)
    ]  # fmt: skip
    assert wrong == []
    assert len(spoken) > 3_300


@pytest.mark.parametrize(
    ("said", "code"),
    [("restaurant", "H62"), ("a small noodle shop", "H62"), ("饭馆", "H62"), ("我开火锅店", "H62"), ("Shops", "F52"),
     ("小超市", "F52"), ("Hairdresser", "O80"), ("养猪", "A03"), ("Software", "I65"), ("hotel", "H61"), ("修车", "O81"),
     ("trucks", "G54")],
)  # fmt: skip
def test_an_industry_is_found_by_what_its_people_call_it(said: str, code: str) -> None:
    assert find_industries(said) == (code,)


def test_every_industry_but_the_last_has_an_english_name() -> None:
    nameless = [entry.code for entry in taxonomy.industries().all() if not entry.name_en]
    assert all(code.startswith(("S", "T")) for code in nameless), nameless


def test_an_industry_is_found_by_its_name_a_part_of_it_or_its_code() -> None:
    assert find_industries("餐饮")[0] == "H62"
    assert find_industries("h62") == ("H62",)
    assert find_industries("manufacturing") == ("C",)
    assert len(find_industries("制造")) > 3
    assert find_industries("火星旅行") == ()
