"""Signs that nobody sees change no amount, no telephone number and no direction of what people are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pushsvc.plain import lines
from tests.journeys.house import a_house
from tests.services import databases

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
TEXT = "关于发放补贴的通知\n符合条件的企业每家补贴1{0}00元，请于2026年12月3{0}0日前申报。联系电话：028-123{0}45678。"


@pytest.mark.parametrize("sign", [*ZERO_WIDTH, "\u202e", "\u2066"])
def test_an_invisible_sign_in_a_number_of_a_plain_text_leaves_the_number_untold(sign: str) -> None:
    line = lines.summary_line({"url": "https://a.example/", "content_text": TEXT.format(sign)}, with_text=False)
    told = str([line[name] for name in ("headline", "short", "text", "action", "slots", "contacts", "facts")])
    for wrong in ("00元", "028-123", "12月3", "0日"):
        assert wrong not in told


@pytest.mark.parametrize("sign", ["\u202e", "&#x202e;"])
def test_what_a_page_turns_round_is_not_told_because_its_reader_sees_another_number(sign: str) -> None:
    html = f"<p>关于发放补贴的通知</p><p>每家补贴{sign}0005\u202c元。</p><p>请于2026年{sign}12月30日\u202c前申报。</p>"
    line = lines.summary_line({"url": "https://a.example/", "content_html": html}, with_text=True)
    assert not [fact for fact in line["facts"] if fact["kind"] in ("amount", "deadline", "event_date")]
    assert "0005" not in line["source_text"]


def test_a_date_in_a_plain_text_that_is_turned_round_is_not_told() -> None:
    text = "关于发放补贴的通知\n请于\u202e2026年12月30日\u202c前申报，每家补贴100元。"
    line = lines.summary_line({"url": "https://a.example/", "content_text": text}, with_text=False)
    assert {fact["kind"] for fact in line["facts"]} == {"amount"}
    assert "12月30日" not in line["text"] + line["short"]


@pytest.mark.parametrize("sign", [*ZERO_WIDTH, "&#8203;"])
def test_an_invisible_sign_in_a_number_of_a_page_is_passed_over(sign: str) -> None:
    html = "".join(f"<p>{line}</p>" for line in TEXT.format(sign).split("\n"))
    line = lines.summary_line({"url": "https://a.example/", "content_html": html}, with_text=False)
    assert "100元" in line["text"]
    assert line["contacts"] == [{"kind": "phone", "value": "028-12345678"}]
    assert line["slots"]["deadline"] == "2026年12月30日"


async def test_no_message_turns_the_direction_of_its_words(tmp_path: Path, sqlite_template: Path) -> None:
    async with (
        databases.sqlite_database(sqlite_template, tmp_path) as database,
        a_house(database.url, tmp_path) as town,
    ):
        await town.a_site()
        for channel in ("email", "sms", "wechat"):
            await town.a_citizen(f"by-{channel}", channels=[channel], quiet_hours=[])
        text = "关于发\u202e放补贴\u202c的通知。符合条件的企\u202e业每家补贴100元\u202c，\u2066请于2026年5月30日前\u2069申报。"
        await town.publish("/1", title="关于发\u202e放\u202c补贴的\u2066通\u2069知", text=text)
        await town.settle()
        messages = await town.mailbox()
    assert {mail.channel for mail in messages} == {"email", "sms", "wechat"}
    for mail in messages:
        assert not TURNS.search(mail.subject + mail.text + mail.html), mail


async def test_an_sms_has_one_signature_and_no_link_but_ours_also_when_its_document_is_withdrawn(
    tmp_path: Path, sqlite_template: Path
) -> None:
    async with (
        databases.sqlite_database(sqlite_template, tmp_path) as database,
        a_house(database.url, tmp_path) as town,
    ):
        await town.a_site()
        await town.a_citizen(channels=["sms"], quiet_hours=[])
        title = "【某某银行】补贴申报http://elsewhere.example/a 和www.elsewhere.example 的通知"
        await town.publish("/1", title=title, text=f"{title}。符合条件的企业每家补贴100元，请于2026年5月30日前申报。")
        await town.settle()
        await town.publish("/1", event="withdrawn")
        await town.settle()
        messages = await town.mailbox()
    assert [mail.kind for mail in messages] == ["new", "withdrawal"]
    for mail in messages:
        assert mail.text.count("【") == 1
        assert mail.text.startswith("【")
        assert "elsewhere" not in mail.text
        assert len(re.findall("https?://", mail.text)) == 1
