"""Approved templates of SMS: what is refused when they are loaded, and which one is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pushsvc import resources
from pushsvc.channels.sms.template_files import load
from pushsvc.channels.sms.templates import Templates
from pushsvc.domain.notices import Message
from pushsvc.errors import BadSetting

BASE = "https://push.example"
GOOD = """
kind = "notice"
of = ["new"]
language = "zh"
text = "{matter}，{deadline}截止。怎么办：{base_url}/s/{token}"
ids = { aliyun = "SMS_1" }
slots = { matter = { most = 20 }, deadline = { most = 20 } }
"""


def written(folder: Path, text: str = GOOD, name: str = "one") -> Path:
    (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def a_message(slots: Mapping[str, str] | None = None, **changed: Any) -> Message:
    given = {"matter": "适老化改造补贴", "token": "abcdefghij", **(slots or {})}
    return Message("dlv_1", "sms", "+8613800000000", "zh", changed.pop("kind", "new"), "", "…", slots=given, **changed)


def shipped() -> Templates:
    return load(resources.templates_root() / "sms" / "approved", BASE)


def test_a_template_is_read_with_its_variables_in_their_order(tmp_path: Path) -> None:
    (template,) = load(written(tmp_path), BASE)
    assert template.variables == ("matter", "deadline", "token")
    assert "https://push.example/s/{token}" in template.text


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{matter}，", "{short}，", "whole sentence"),
        ("{matter}，", "{matter}，{place}，", "an address"),
        ("{base_url}/s/{token}", "{link}", "a link"),
        ("{matter}，", "{matter}，{colour}，", "nothing that a summary gives"),
        ("matter = { most = 20 }, ", "", "slots.matter.most is missing"),
        ("deadline = { most = 20 }", "deadline = { most = 20 }, amount = { most = 9 }", "the text has no {amount}"),
        ("{ most = 20 }", "{ most = 99 }", "less than or equal to 35"),
        ("{base_url}/s/{token}", "https://evil.example/s/{token}", "the link must be https://push.example/s/"),
        ("{base_url}/s/{token}", "见网页", "no link"),
        ("怎么办", "拒收请回复R 怎么办", "opt-out"),
        ("怎么办", "退订回T 怎么办", "opt-out"),
        ('kind = "notice"', 'kind = "promotional"', "must say how to stop"),
        ('of = ["new"]', 'of = ["news"]', "is none of"),
        ('language = "zh"', 'language = "fr"', "language"),
        ("ids = {", "colour = 1\nids = {", "colour"),
        ('aliyun = "SMS_1"', 'aliyun = ""', "ids.aliyun"),
        ("of = [", "of = [[", "TOML"),
    ],
)
def test_what_a_provider_would_refuse_is_refused_at_load_with_the_file_and_the_rule(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    assert before in GOOD
    with pytest.raises(BadSetting) as refused:
        load(written(tmp_path, GOOD.replace(before, after, 1)), BASE)
    assert "one.toml" in str(refused.value)
    assert says in str(refused.value)


def test_a_promotional_text_says_how_to_stop_and_tells_digests_only(tmp_path: Path) -> None:
    promotional = GOOD.replace('kind = "notice"', 'kind = "promotional"\nopt_out = true').replace("怎么办：", "拒收请回复R ")
    with pytest.raises(BadSetting, match="only tell a digest"):
        load(written(tmp_path, promotional), BASE)
    assert load(written(tmp_path, promotional.replace('["new"]', '["digest"]')), BASE)


def test_two_templates_of_one_id_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="holds no template"):
        load(tmp_path, BASE)
    written(tmp_path, name="two")
    with pytest.raises(BadSetting, match="have the same id SMS_1"):
        load(written(tmp_path), BASE)


def test_the_template_that_says_most_is_chosen(tmp_path: Path) -> None:
    templates = shipped()
    everything = {"deadline": "3月31日", "amount": "最高3000元", "issuer": "锦江区民政局"}
    names = []
    for slots in (everything, {"deadline": "3月31日", "issuer": "锦江区民政局"}, {}):
        chosen = templates.choose(a_message(slots), "aliyun")
        assert chosen is not None
        names.append(chosen.template.name)
    assert names == ["new-all-zh", "new-deadline-zh", "new-zh"]


def test_what_arrives_is_whole_and_a_variable_that_is_too_long_is_never_cut_inside_a_number() -> None:
    chosen = shipped().choose(a_message({"amount": "每户每月最高补贴人民币12345678.90元整", "issuer": "局"}), "tencent")
    assert chosen is not None
    amount = chosen.filled["amount"]
    assert len(amount) <= 20
    assert "12345678.90" in amount or not any(sign.isdigit() for sign in amount)
    assert chosen.of("tencent").order == ("matter", "amount", "issuer", "token")
    assert chosen.text.endswith("https://push.example/s/abcdefghij")


def test_each_kind_and_each_service_message_has_a_template_in_both_languages() -> None:
    templates = shipped()
    for language in ("zh", "en"):
        for kind in ("new", "correction", "withdrawal", "digest"):
            message = Message("d", "sms", "+8613800000000", language, kind, "", "", slots={"matter": "x", "token": "t"})  # type: ignore[arg-type]
            assert templates.choose(message, "aliyun"), (language, kind)
            assert templates.choose(message, "tencent"), (language, kind)
        code = Message("d", "sms", "+8613800000000", language, "service", "", "", slots={"code": "123456"}, about="code")  # type: ignore[arg-type]
        assert templates.choose(code, "aliyun")


def test_a_stopped_template_gives_way_to_the_next_and_with_none_left_it_is_known_why() -> None:
    templates = shipped()
    message = a_message({"deadline": "3月31日", "issuer": "局"})
    first = templates.choose(message, "aliyun")
    assert first is not None
    stopped = frozenset({first.of("aliyun").template})
    second = templates.choose(message, "aliyun", stopped)
    assert second is not None
    assert second.template.name != first.template.name
    every = frozenset(approved for template in templates for approved in template.ids.values())
    assert templates.choose(message, "aliyun", every) is None
    assert templates.any_stopped(message, "aliyun", every)
    assert not templates.any_stopped(a_message(kind="service", about="silent"), "aliyun", every)
