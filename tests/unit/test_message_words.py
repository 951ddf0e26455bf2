"""Whatever the rooms below can say of a message has words for its reader."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest

from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryState, Held, NoticeKind, NoticeState, Suppression
from pushsvc.domain.publications import PUBLICATION_TYPES
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.ledger.history import SHOWS
from pushsvc.profiles.narrowing import How
from pushsvc.web.citizen.causes import END, OWN_WORD, REST
from pushsvc.web.citizen.check import ending
from pushsvc.web.citizen.open_now import days_left
from pushsvc.web.words import has_word

LANGUAGES: tuple[Language, ...] = ("zh", "en")
WANTED = {
    "history.state.": (*get_args(DeliveryState), *get_args(NoticeState)),
    "history.held.": tuple(held for held in get_args(Held) if held),
    "history.suppressed.": get_args(Suppression),
    "history.show.": SHOWS,
    "history.channel.": ("all", *CHANNELS),
    "history.by.": CHANNELS,
    "history.by.digest.": CHANNELS,
    "history.failed.": CHANNELS,
    "history.earlier.": tuple(kind for kind in get_args(NoticeKind) if kind != "new"),
    "history.later.": ("correction", "withdrawal"),
    "nfm.how.": (*get_args(How), OWN_WORD, REST, END),
    "nfm.type.": PUBLICATION_TYPES,
    "check.": tuple(state + part for state in ("no", "foreign", "empty") for part in ("", "_text")),
}
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_reason_and_choice_has_words(language: Language) -> None:
    keys = [start + end for start, ends in WANTED.items() for end in ends]
    assert [key for key in keys if not has_word(language, key)] == []


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (-1, "", ""),
        (0, "今天是最后一天", "Today is the last day"),
        (1, "还有一天", "1 day left"),
        (12, "还有 12 天", "12 days left"),
    ],
)
def test_the_days_that_are_left_are_said_in_words(days: int, zh: str, en: str) -> None:
    deadline = TODAY + timedelta(days=days)
    assert (days_left(deadline, TODAY, "zh"), days_left(deadline, TODAY, "en")) == (zh, en)


def test_an_address_shows_only_its_end() -> None:
    assert ending("sms", "+8613800001234", "zh") == "以 1234 结尾的手机号"
    assert ending("email", "wangxiaoming@qq.com", "en") == "a mailbox that ends in ng@qq.com"
    # A name of three signs would be known from two.
    assert ending("email", "abc@qq.com", "en") == "a mailbox that ends in @qq.com"
    assert "openid" not in ending("wechat", "openid-of-somebody", "zh")
    assert ending("email", "", "en") == "an address that was removed since"
