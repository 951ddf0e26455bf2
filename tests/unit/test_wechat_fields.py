"""What the typed fields of WeChat templates take. The forms are those of the table on developers.weixin.qq.com, sendMessage."""

from __future__ import annotations

import random

import pytest

from pushsvc.channels.wechat.fields import fit, type_of


@pytest.mark.parametrize(
    ("field", "words", "taken"),
    [
        ("thing1", "锦江区居家适老化改造补贴申请", "锦江区居家适老化改造补贴申请"),
        ("thing1", "锦江区居家适老化改造补贴申请通知，每户最高补贴3000元", "锦江区居家适老化改造补贴申请通知…"),
        ("thing1", "请在下一个工作日之前拨打电话12345678901问", "请在下一个工作日之前拨打电话…"),
        ("thing1", "一行\n又一行", "一行 又一行"),
        ("number1", "12.5", "12.5"),
        ("number1", "12户", ""),
        ("letter1", "ABC", "ABC"),
        ("letter1", "A1", ""),
        ("character_string1", "A-2026/3", "A-2026/3"),
        ("character_string1", "2026第3号", ""),
        ("amount1", "3000元", "3000元"),
        ("amount1", "¥3,000.50", "¥3000.50"),
        ("amount1", "2.5万元", "25000元"),
        ("amount1", "最高3000元", ""),
        ("amount1", "3000", ""),
        ("amount1", "1000元至3000元", ""),
        ("amount1", "12345678901元", ""),
        ("date1", "2026年3月31日", "2026年3月31日"),
        ("date1", "2026-03-31", "2026年3月31日"),
        ("date1", "3月31日", "3月31日"),
        ("date1", "2026年3月", "2026年3月"),
        ("date1", "2026年3月1日至2026年3月31日", "2026年3月1日~2026年3月31日"),
        ("date1", "2026-03-31T17:00", "2026年3月31日 17:00"),
        ("date1", "2026年13月1日", ""),
        ("date1", "本月底", ""),
        ("date1", "3月31日前", ""),
        ("time1", "2026年3月31日 17:00", "2026年3月31日 17:00"),
        ("time1", "9:00至17:00", "09:00~17:00"),
        ("time1", "2026年3月31日", ""),
        ("phone_number1", "028-86651234", "028-86651234"),
        ("phone_number1", "028-86651234转8001", ""),
        ("car_number1", "粤A8Z888挂", "粤A8Z888挂"),
        ("car_number1", "不是车牌号", ""),
        ("name1", "锦江区民政局", "锦江区民政局"),
        ("name1", "成都市锦江区人力资源和社会保障局", ""),
        ("name1", "张三2", ""),
        ("phrase1", "更正", "更正"),
        ("phrase1", "已经撤回了的", ""),
        ("phrase1", "New", ""),
        ("symbol1", "！！", "！！"),
        ("symbol1", "好", ""),
    ],
)  # fmt: skip
def test_a_value_takes_the_form_of_its_field_or_stays_away(field: str, words: str, taken: str) -> None:
    assert fit(field, words) == taken


@pytest.mark.parametrize("name", ["thing", "thing100", "Thing1", "const1", "enum1", "1", "first", "keyword1"])
def test_what_is_no_field_of_ours_is_filled_with_nothing(name: str) -> None:
    assert type_of(name) is None
    assert fit(name, "2026年3月31日") == ""


def test_no_thing_is_longer_than_wechat_counts_whatever_signs_it_has() -> None:
    dice = random.Random(7)
    signs = "补贴，。 12345元万A b𠮷😀1,000"
    for _ in range(3_000):
        words = "".join(dice.choice(signs) for _ in range(dice.randint(1, 60)))
        assert len(fit("thing1", words).encode("utf-16-le")) <= 40


def test_a_long_number_is_never_cut() -> None:
    assert fit("thing1", "1" * 40) == ""
