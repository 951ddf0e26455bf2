"""How the mailbox viewer shows a WeChat message: each field beside its name, as on a phone."""

from __future__ import annotations

from typing import get_args
from urllib.parse import quote

import pytest

from pushsvc.bootstrap.wechat import templates
from pushsvc.channels.rendering.words import catalogue
from pushsvc.channels.wechat.shown import address, shown
from pushsvc.channels.wechat.template_files import SLOTS
from pushsvc.channels.wechat.templates import Template
from pushsvc.domain.languages import Language
from pushsvc.settings import read_settings
from pushsvc.web.operator.letters import card_of

PAGE = "https://push.example/m/AbC-_9"
OFFICIAL = Template(
    "all", "id", "official", ("new",), "zh",
    {"phrase1": "kind", "thing2": "matter", "date3": "day", "thing4": "amount", "thing5": "note"},
)  # fmt: skip
MINI = Template(
    "once", "id", "subscribe", ("new",), "en", {"thing1": "matter", "thing2": "note"}, page="pages/web?url={url}&a=1"
)


def test_each_field_of_a_card_stands_beside_its_name() -> None:
    filled = {"phrase1": "更正", "thing2": "电梯更新补贴", "date3": "4月30日", "thing5": "到区住建局申请"}
    card = card_of(shown(OFFICIAL, filled, PAGE))
    assert card.title == "电梯更新补贴"
    assert card.fields == (("类型", "更正"), ("截止日期", "4月30日"), ("说明", "到区住建局申请"))
    assert card.notes == ()
    assert card.links == (("看这条消息的网页，每一项都有出处", PAGE),)


def test_a_card_of_a_mini_program_leads_to_the_page_of_the_message_and_speaks_its_language() -> None:
    leads_to = "pages/web?url=https%3A%2F%2Fpush.example%2Fm%2FAbC-_9&a=1"
    card = card_of(shown(MINI, {"thing1": "Grants", "thing2": "Apply by 30 April"}, leads_to))
    assert (card.title, card.fields) == ("Grants", (("Note", "Apply by 30 April"),))
    assert card.links == (("Open it in the mini-program", PAGE),)
    assert address(MINI, leads_to) == PAGE


def test_a_card_without_the_matter_has_the_name_of_its_template() -> None:
    assert card_of(shown(OFFICIAL, {"date3": "4月30日"}, PAGE)).title == "all"


@pytest.mark.parametrize("language", get_args(Language))
def test_every_slot_has_a_name(language: Language) -> None:
    assert [slot for slot in SLOTS if f"card.{slot}" not in catalogue(language)] == []


def test_the_shipped_templates_show_every_field_that_they_have() -> None:
    for template in templates(read_settings(None)):
        filled = dict.fromkeys(template.fields, "x")
        card = card_of(shown(template, filled, template.page.replace("{url}", quote(PAGE, safe="")) or PAGE))
        assert (len(card.fields), card.notes, len(card.links)) == (len(template.fields) - 1, (), 1), template.name
