"""What a page is made of: the reader's language, dates, evidence, letters, the policy of a framed email."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from pushsvc.domain.spans import sentence_bounds
from pushsvc.domain.summaries import Fact
from pushsvc.web.citizen.evidence import MOST_FACTS, evidence
from pushsvc.web.operator.framed import framed
from pushsvc.web.operator.letters import card_of, pieces_of
from pushsvc.web.pages import web_address
from pushsvc.web.readers import language_of, same_page
from pushsvc.web.times import day, day_of_value, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


def asked(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": raw, "app": Starlette()}
    )


def fact_of(text: str, raw: str, kind: str, *, value: str | None = None, role: str | None = None, nth: int = 0) -> Fact:
    start = -1
    for _ in range(nth + 1):
        start = text.index(raw, start + 1)
    return Fact(kind, value or raw, raw, start, start + len(raw), role)


@pytest.mark.parametrize(
    ("browser", "language"),
    [
        ("", "zh"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-TW", "zh"), ("fr,de", "zh"), ("fr;q=1, en;q=0.2", "en"),
        ("en;q=0.1,zh;q=0.9", "zh"), ("en;q=0", "zh"), ("en;q=x,zh", "zh"), (";;,,", "zh"),
    ],
)  # fmt: skip
def test_the_browser_is_asked_in_the_order_of_its_wishes(browser: str, language: str) -> None:
    assert language_of(asked(accept_language=browser)) == language


def test_a_link_to_the_same_page_keeps_what_it_does_not_change() -> None:
    assert same_page(asked("channel=sms&lang=zh&channel=x"), lang="en") == "?channel=sms&channel=x&lang=en"
    assert same_page(asked("q=%22%3E%3Cscript%3E"), lang="en") == "?q=%22%3E%3Cscript%3E&lang=en"
    assert same_page(asked("q=" + "x" * 5_000), lang="en") == "?lang=en"


def test_days_and_moments_are_written_as_a_reader_writes_them() -> None:
    late = datetime(2026, 3, 1, 18, 5, 9, tzinfo=UTC)
    assert (day(date(2026, 3, 1), "zh"), day(date(2026, 3, 1), "en")) == ("2026年3月1日", "1 March 2026")
    assert moment(late, SHANGHAI, "zh") == "2026年3月2日 02:05"
    assert moment(late, SHANGHAI, "en", seconds=True) == "2 March 2026 02:05:09"
    assert day_of_value("2026-04-30", "en") == "30 April 2026"
    assert day_of_value("2026-04-30T17:00", "en") == "30 April 2026 17:00"
    assert [day_of_value(value, "en") for value in ("P5D", "on_publication", "2026-02-31", "12345678", "")] == [""] * 5


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example/", "http:", "http://[", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert web_address(url) == ""
    assert web_address("HTTPS://www.example.cn/a") == "HTTPS://www.example.cn/a"


def test_a_sentence_ends_at_its_mark_and_not_at_a_decimal_point() -> None:
    text = "第一句。 每台补贴1.5万元，最高20万元！第三句"
    left, right = sentence_bounds(text, text.index("1.5"), text.index("1.5") + 3)
    assert text[left:right] == "每台补贴1.5万元，最高20万元！"


def test_facts_of_one_sentence_share_it_and_what_a_reader_asks_first_comes_first() -> None:
    text = "文号：民发〔2026〕1号。每台补贴15万元，最高20万元。请于2026年4月30日前申请。"
    shown = evidence(
        [
            fact_of(text, "民发〔2026〕1号", "doc_number", role="self"),
            fact_of(text, "15万元", "amount", role="subsidy"),
            fact_of(text, "20万元", "amount", role="subsidy_max"),
            fact_of(text, "2026年4月30日", "deadline", value="2026-04-30", role="application_deadline"),
        ],
        text, "zh", "en",
    )  # fmt: skip
    assert [[(answer.label, answer.value) for answer in each.answers] for each in shown] == [
        [("Apply by", "30 April 2026")],
        [("You can get", "15万元"), ("At most", "20万元")],
        [("Document number", "民发〔2026〕1号")],
    ]  # fmt: skip
    assert [piece.text for piece in shown[1].sentence if piece.marked] == ["15万元", "20万元"]
    assert "".join(piece.text for piece in shown[1].sentence) == "每台补贴15万元，最高20万元。"


def test_a_value_that_the_source_repeats_is_shown_once_where_its_role_is_proved() -> None:
    text = "涉及15万元。每台补贴15万元。"
    first = fact_of(text, "15万元", "amount", value="150000")
    second = fact_of(text, "15万元", "amount", value="150000", role="subsidy", nth=1)
    shown = evidence([first, second], text, "zh", "zh")
    assert ["".join(piece.text for piece in each.sentence) for each in shown] == ["每台补贴15万元。"]


def test_a_long_sentence_is_cut_outside_its_marks() -> None:
    text = "甲" * 500 + "补贴15万元" + "乙" * 500
    (shown,) = evidence([fact_of(text, "15万元", "amount", role="subsidy")], text, "zh", "zh")
    words = "".join(piece.text for piece in shown.sentence)
    assert words.startswith("…")
    assert words.endswith("…")
    assert "补贴15万元乙" in words
    assert len(words) < 300


def test_facts_that_lie_in_each_other_are_marked_once() -> None:
    text = "拨打电话028-61880001转8001咨询。"
    (shown,) = evidence([fact_of(text, "028-61880001转8001", "phone"), fact_of(text, "61880001", "phone")], text, "zh", "zh")
    assert "".join(piece.text for piece in shown.sentence) == text
    assert sum(piece.marked for piece in shown.sentence) == 1
    assert shown.answers[0].link == "tel:02861880001"


def test_a_page_shows_no_more_facts_than_a_person_reads() -> None:
    text = "".join(f"补贴{number}00元。" for number in range(1, 40))
    facts = [fact_of(text, f"补贴{number}00元", "amount", role="subsidy") for number in range(1, 40)]
    assert len(evidence(facts, text, "zh", "zh")) == MOST_FACTS


def test_an_address_that_was_cut_is_no_link() -> None:
    text = "网址：https://www.example.cn/ab。见https://www.example.cn/。"
    whole, half = fact_of(text, "https://www.example.cn/ab", "url"), fact_of(text, "https://www.example.cn/a", "url")
    assert evidence([whole], text, "zh", "zh")[0].answers[0].link == "https://www.example.cn/ab"
    assert evidence([half], text, "zh", "zh")[0].answers[0].link == ""


def test_a_wechat_message_is_read_into_its_card() -> None:
    card = card_of(
        "政策到家 · 更正\n电梯补贴\n发布单位：区政府\n金额：15万元\n请尽快办理\n看网页\nhttp://x.cn/m/1\nhttps://y.cn/\n"
    )
    assert card.title == "电梯补贴"
    assert card.fields == (("发布单位", "区政府"), ("金额", "15万元"))
    assert card.notes == ("请尽快办理",)
    assert card.links == (("看网页", "http://x.cn/m/1"), ("https://y.cn/", "https://y.cn/"))


def test_only_web_addresses_of_a_text_message_are_links() -> None:
    assert pieces_of("请看 http://x.cn/s/a1 或 javascript:x") == [
        ("请看 ", False), ("http://x.cn/s/a1", True), (" 或 javascript:x", False),
    ]  # fmt: skip


def test_a_framed_email_may_use_its_own_style_and_nothing_else() -> None:
    html, policy = framed('<html><head><style>p{}</style></head><body><p style="font:&apos;x&apos;">hi</p></body></html>')
    assert '<head><base target="_blank">' in html
    assert "unsafe-inline" not in policy
    assert policy.count("'sha256-") == 2
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
