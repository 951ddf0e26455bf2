"""Approved templates of WeChat: which are chosen, and what is refused when their files are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pushsvc import resources
from pushsvc.channels.wechat.template_files import load
from pushsvc.domain.notices import Message
from pushsvc.errors import BadSetting

GOOD = 'id = "tpl-1"\nkind = "official"\nof = ["new"]\nlanguage = "zh"\nfields = { thing1 = "matter", date2 = "day" }\n'
MINI = 'id = "tpl-2"\nkind = "subscribe"\nof = ["new"]\nlanguage = "zh"\nfields = { thing1 = "matter" }\npage = "p?u={url}"\n'


def a_message(kind: str = "new", language: str = "zh", **slots: str) -> Message:
    known = {"matter": "适老化改造补贴", "url": "https://push.example/m/x?y"}
    return Message("dlv_1", "wechat", "openid", language, kind, "", "", slots=known | slots)  # type: ignore[arg-type]


def folder(tmp_path: Path, *files: str) -> Path:
    for number, text in enumerate(files):
        (tmp_path / f"{number}.toml").write_text(text, "utf-8")
    return tmp_path


def test_the_shipped_templates_load_and_tell_every_kind_of_notice_in_both_languages_on_both_accounts() -> None:
    shipped = load(resources.templates_root() / "wechat" / "approved")
    for kind in ("new", "correction", "withdrawal", "reminder", "digest"):
        assert shipped.that_tell(a_message(kind, note="请看"), "official"), kind
        assert shipped.that_tell(a_message(kind, note="请看"), "mini"), kind
        assert shipped.that_tell(a_message(kind, "en", note="Read it"), "official"), kind


def test_the_template_that_says_most_is_first_and_one_that_lacks_a_field_is_none(tmp_path: Path) -> None:
    shorter = GOOD.replace("tpl-1", "tpl-0").replace(', date2 = "day"', "")
    templates = load(folder(tmp_path, shorter, GOOD))
    both = templates.that_tell(a_message(day="2026年3月31日"), "official")
    assert [each.template.id for each in both] == ["tpl-1", "tpl-0"]
    assert [each.template.id for each in templates.that_tell(a_message(), "official")] == ["tpl-0"]


def test_a_field_that_may_miss_is_left_out_when_its_value_does_not_fit_its_type(tmp_path: Path) -> None:
    template = GOOD.replace('date2 = "day"', 'amount2 = "amount"') + 'may_miss = ["amount2"]\n'
    (chosen,) = load(folder(tmp_path, template)).that_tell(a_message(amount="最高3000元"), "official")
    assert chosen.filled == {"thing1": "适老化改造补贴"}


def test_a_long_term_template_comes_before_one_that_uses_up_a_consent(tmp_path: Path) -> None:
    long_term = MINI.replace("tpl-2", "tpl-3").replace("subscribe", "long_term")
    found = load(folder(tmp_path, MINI, long_term)).that_tell(a_message(), "mini")
    assert [each.template.kind for each in found] == ["long_term", "subscribe"]
    assert found[0].leads_to == "p?u=https%3A%2F%2Fpush.example%2Fm%2Fx%3Fy"


def test_a_notice_of_an_official_account_leads_to_its_page_and_a_long_term_one_comes_first(tmp_path: Path) -> None:
    notice = GOOD.replace('"official"', '"notice"').replace(', date2 = "day"', "")
    templates = load(folder(tmp_path, notice, notice.replace("tpl-1", "tpl-4").replace('"notice"', '"notice_long_term"')))
    found = templates.that_tell(a_message(), "official")
    assert [(each.template.kind, each.template.counted) for each in found] == [("notice_long_term", False), ("notice", True)]
    assert found[0].leads_to == "https://push.example/m/x?y"
    assert templates.that_tell(a_message(), "mini") == []


def test_an_accounts_templates_are_its_own(tmp_path: Path) -> None:
    templates = load(folder(tmp_path, GOOD, MINI))
    assert [each.template.id for each in templates.that_tell(a_message(day="3月1日"), "official")] == ["tpl-1"]
    assert [each.template.id for each in templates.that_tell(a_message(day="3月1日"), "mini")] == ["tpl-2"]


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (GOOD.replace("date2", "datum2"), "fields.datum2: a field is a type and a number"),
        (GOOD.replace('"day"', '"weather"'), "'weather' is nothing that a summary gives"),
        (GOOD.replace('date2 = "day"', 'number2 = "matter"'), "matter never fits a number"),
        (GOOD.replace('"new"', '"news"'), "'news' is none of"),
        (GOOD + 'may_miss = ["thing9"]', "no field thing9"),
        (GOOD + 'may_miss = ["thing1", "date2"]', "one field at least"),
        (GOOD + 'page = "pages/x"', "leads to its own page by itself"),
        (GOOD.replace('"official"', '"notice"') + 'page = "pages/x"', "leads to its own page by itself"),
        (GOOD + "colour = 1", "colour"),
        (GOOD.replace('"tpl-1"', '"a b"'), "id"),
        (MINI.replace("{url}", ""), "where the message leads is missing"),
        (MINI.replace("p?u", "https://x.example/?u"), "is no address"),
        ("][", "cannot be read as TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_rule(tmp_path: Path, file: str, rule: str) -> None:
    with pytest.raises(BadSetting, match=r"0\.toml") as told:
        load(folder(tmp_path, file))
    assert rule in str(told.value)


def test_an_empty_folder_and_one_id_with_two_sets_of_fields_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="holds no template"):
        load(tmp_path)
    other = GOOD.replace(', date2 = "day"', "").replace('"new"', '"reminder"')
    with pytest.raises(BadSetting, match="not the same fields"):
        load(folder(tmp_path, GOOD, other))
