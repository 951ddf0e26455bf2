from __future__ import annotations

import pytest

from pushsvc import taxonomy
from pushsvc.errors import BadInput


def test_a_county_lies_in_its_city_its_province_and_the_nation() -> None:
    assert taxonomy.regions().above("510104") == ("510104", "510100", "510000", "CN")


def test_a_zone_that_the_list_does_not_have_hangs_under_its_city() -> None:
    assert not taxonomy.regions().known("510190")
    assert taxonomy.regions().above("510190") == ("510190", "510100", "510000", "CN")
    assert taxonomy.regions().name("510190") == "成都市"


def test_six_zeros_are_the_nation_and_an_iso_region_ends_in_its_country() -> None:
    assert taxonomy.regions().above("000000") == ("CN",)
    assert taxonomy.regions().above("gb-wls") == ("GB-WLS", "GB")
    assert taxonomy.regions().name("GB-WLS", "en") == "Wales"


def test_a_chinese_iso_code_is_its_province() -> None:
    assert taxonomy.regions().normalise("CN-SC") == "510000"


@pytest.mark.parametrize("code", ["", "51", "5101", "990000", "CN-ZZ", "成都", "5101040", "５１０１０４", "G", "GB-"])
def test_a_malformed_region_is_refused_and_named(code: str) -> None:
    with pytest.raises(BadInput, match=f'"{code}"'):
        taxonomy.regions().normalise(code)


@pytest.mark.parametrize("name", ["成都", "成都市", "四川成都", "四川省成都市"])
def test_a_city_is_found_with_and_without_its_suffix_and_province(name: str) -> None:
    assert taxonomy.regions().find(name) == ("510100",)


@pytest.mark.parametrize(
    ("name", "code"),
    [("内蒙古", "150000"), ("新疆", "650000"), ("凉山", "513400"), ("恩施", "422800"), ("香港", "810000")],
)
def test_an_autonomous_place_is_found_by_its_short_name(name: str, code: str) -> None:
    assert taxonomy.regions().find(name)[0] == code


def test_a_name_that_several_places_share_finds_them_all() -> None:
    found = taxonomy.regions().find("鼓楼区")
    assert [taxonomy.regions().full_name(code) for code in found] == [
        "江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区",
    ]  # fmt: skip
    assert taxonomy.regions().find("福州鼓楼") == ("350102",)


def test_the_pseudo_city_of_a_municipality_is_never_said() -> None:
    assert taxonomy.regions().full_name("110101") == "北京市东城区"
    assert taxonomy.regions().find("市辖区") == ()
    assert taxonomy.regions().full_name("CN") == "全国"


def test_a_county_is_its_city_to_an_english_reader() -> None:
    assert taxonomy.regions().name("510104", "en") == "Chengdu"
    assert taxonomy.regions().full_name("510104", "en") == "Chengdu, Sichuan"
    assert taxonomy.regions().name("110101", "en") == "Beijing"
    cities = [entry for entry in taxonomy.regions().all() if entry.code.endswith("00") and "市辖" not in entry.name]
    assert all(entry.name_en for entry in cities if entry.name != "县" and "直辖县级" not in entry.name)


def test_every_listed_region_is_its_own_normal_form_and_has_a_listed_parent() -> None:
    regions = taxonomy.regions()
    for entry in regions.all():
        assert regions.normalise(entry.code) == entry.code
        assert entry.parent is None or regions.known(entry.parent), entry
        assert entry.code in regions.find(entry.name) or entry.name in ("市辖区", "县") or "直辖县级" in entry.name


def test_children_lie_directly_below() -> None:
    assert "510100" in taxonomy.regions().children("510000")
    assert "510104" not in taxonomy.regions().children("510000")


def test_an_industry_has_no_level_of_one_digit() -> None:
    assert taxonomy.industries().above("c3911") == ("C3911", "C391", "C39", "C")
    assert taxonomy.industries().name("C3911") == "计算机、通信和其他电子设备制造业"


@pytest.mark.parametrize("code", ["", "C3", "39", "A39", "Z", "C39111", "C00"])
def test_an_industry_out_of_its_section_or_malformed_is_refused(code: str) -> None:
    assert not taxonomy.industries().known(code)
    with pytest.raises(BadInput, match="industry"):
        taxonomy.industries().normalise(code)


def test_a_topic_is_a_code_with_its_theme_above_or_a_name_with_nothing_above() -> None:
    assert taxonomy.topics().above("t0101") == ("T0101", "T01")
    assert taxonomy.topics().above("养老") == ("养老",)


@pytest.mark.parametrize("written", ["停水", "停水停电", "Water and power cuts", "water and power cuts"])
def test_a_life_topic_is_understood_by_its_names_and_aliases(written: str) -> None:
    assert taxonomy.topics().normalise(written) == "停水停电"


@pytest.mark.parametrize("topic", ["天外来客", "T9901", "T1", ""])
def test_an_unknown_topic_is_refused_with_the_command_that_lists_them(topic: str) -> None:
    assert not taxonomy.topics().known(topic)
    with pytest.raises(BadInput, match="pushsvc taxonomy topics"):
        taxonomy.topics().normalise(topic)


def test_no_two_entries_share_a_name_or_an_alias_and_all_have_cues() -> None:
    for entries in (taxonomy.topics().life(), taxonomy.audiences().all()):
        written = [name.casefold() for e in entries for name in (e.name, e.name_en or "", *e.aliases)]
        assert len(written) == len(set(written)), sorted(n for n in set(written) if written.count(n) > 1)
        assert all(entry.cues_zh and entry.cues_en and entry.name_en for entry in entries)
        assert all(cue == cue.lower() for entry in entries for cue in entry.cues_en)


def test_an_audience_is_understood_in_both_languages() -> None:
    assert taxonomy.audiences().normalise("Disabled People") == "残疾人"
    assert taxonomy.audiences().normalise("外来务工人员") == "农民工"
    with pytest.raises(BadInput, match="pushsvc taxonomy audiences"):
        taxonomy.audiences().normalise("火星人")


@pytest.mark.parametrize("kind", taxonomy.KINDS)
def test_a_listing_has_a_code_and_a_name_in_each_row(kind: str) -> None:
    rows = taxonomy.listing(kind)
    codes = {row["code"] for row in rows}
    assert len(codes) == len(rows) > 30
    assert all(row["name"] and (row["parent"] is None or row["parent"] in codes) for row in rows)


def test_a_list_that_does_not_exist_is_named_in_the_error() -> None:
    with pytest.raises(BadInput, match="planets"):
        taxonomy.listing("planets")


def test_a_cue_for_titles_only_is_listed_without_its_mark() -> None:
    entry = taxonomy.topics().life()
    marked = [cue for each in entry for cue in (*each.cues_zh, *each.cues_en) if "~" in cue]
    assert marked == []
    assert "身份证" in next(each for each in entry if each.name == "户籍身份证").title_cues


def test_every_subject_that_concerns_a_group_says_where_it_counts() -> None:
    for language in ("zh", "en"):
        pattern, meant = taxonomy.concerned(language)
        assert all(where in ("title", "opening", "text", "said") for groups in meant.values() for _, where in groups)
        assert all(pattern.fullmatch(cue) and cue == cue.lower() for cue in meant)
