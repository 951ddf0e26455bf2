"""The console's sentences: every place, reason and fault has words in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from pushsvc.domain.languages import Language
from pushsvc.domain.notices import Held, Suppression
from pushsvc.domain.publications import EventWord
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.ledger.funnel import State as FunnelState
from pushsvc.sites.drafts import State as DraftState
from pushsvc.sites.intake import Origin
from pushsvc.sites.page_check import FindingCode, PageType
from pushsvc.sites.rules import rules
from pushsvc.web.publisher.faults import NAMES, fault_of
from pushsvc.web.publisher.funnel_words import sentences, whole
from pushsvc.web.publisher.reach_words import cut
from pushsvc.web.words import catalogue

WANTED = {
    "publisher.state.": get_args(FunnelState), "publisher.word.": get_args(EventWord), "publisher.fault.": NAMES,
    "publisher.origin.": get_args(Origin),
    "publisher.draft.": [state for state in get_args(DraftState) if state != "sent"],
    "publisher.held.": [held for held in get_args(Held) if held], "publisher.left_out.": get_args(Suppression),
    "publisher.finding.": get_args(FindingCode), "publisher.check.type.": get_args(PageType), "publisher.road.": CHANNELS,
    "publisher.tag.": [f"{rule['tag']}.{part}" for rule in rules("page_tags")["tags"] for part in ("name", "why")],
    "publisher.why.": ("place", "subject", "no_subject", "words", "eligibility", "wider"),
}  # fmt: skip
FUNNEL = {
    "outcome": "new", "state": "done", "matched": 123, "changed": 0, "planned": 121, "suppressed": {"paused": 2}, "held": 41,
    "accepted": {"email": 60}, "delivered": {"sms": 18}, "failed": {"email": 1}, "unknown": {}, "cancelled": 0, "pending": 1,
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_can_become_of_an_event_has_words(language: Language) -> None:
    wanted = [start + ending for start, endings in WANTED.items() for ending in endings]
    assert [key for key in wanted if key not in catalogue(language)] == []


def test_a_funnel_is_told_in_sentences_and_nobody_is_counted_twice() -> None:
    assert sentences(FUNNEL, {"digest": 40}, "zh") == [
        "已告诉 78 人：邮件 60 人、短信 18 人。", "1 人没有送到（邮件）。", "40 人等下一次汇总一起收。",
        "1 人的渠道暂停了，恢复后再收。", "1 人的消息正在发。", "2 人请我们暂停，没有发。",
    ]  # fmt: skip
    assert whole(FUNNEL, {"digest": 41}, "en")[:2] == [
        "It concerns 123 people.", "78 people told: 60 by email, 18 by text message.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("the server answers 404 for https://a.example/1", "gone"),
        ("a.example has the address 10.0.0.1, which is not public: FETCH_ALLOW names the exceptions", "private"),
        ("https://login.example/ is not one of the site's own addresses", "elsewhere"),
        ("the server's certificate is not valid: expired", "certificate"),
        ("content: no main text was found in it; send the page's main text as content_text", "no_text"),
        ("url: nothing was published at https://a.example/1, so there is nothing to withdraw", "nothing"),
        ("something that nobody has thought of", "other"),
    ],
)
def test_a_fault_is_known_by_its_reason(reason: str, fault: str) -> None:
    assert fault_of(reason) == fault


@pytest.mark.parametrize(
    ("code", "reach", "place"),
    [
        ("510104", ("510100",), "510104"), ("510104", ("510000",), "510100"), ("510104", ("CN",), "510000"),
        ("510104", ("510104",), "510104"), ("320102", ("510000",), ""),
    ],
)  # fmt: skip
def test_places_are_counted_one_level_below_what_the_site_may_address(code: str, reach: tuple[str, ...], place: str) -> None:
    assert cut(code, reach) == place
