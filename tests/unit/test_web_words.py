"""The catalogues of the pages: both languages say the same things, and every word that is asked for is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from pushsvc import resources
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import (
    NEVER_KNOWN,
    NO_ENDPOINT,
    DeliveryKind,
    DeliveryState,
    Held,
    NoticeKind,
    Suppression,
    Verdict,
)
from pushsvc.domain.publications import EventWord, Outcome, RevisionKind
from pushsvc.domain.receipts import ReceiptState
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.ledger.way import WHY_NOT
from pushsvc.sites.intake import Origin
from pushsvc.web.citizen.leave import CHOICES
from pushsvc.web.pages import PROBLEM_PAGES, stylesheet
from pushsvc.web.words import catalogue, say

LANGUAGES: tuple[Language, ...] = ("zh", "en")
WEB = Path(__file__).parents[2] / "pushsvc" / "web"


def our_codes() -> set[str]:
    """Every code of a sending that is a word of ours: providers' own are numbers, or in capitals."""
    codes = {NEVER_KNOWN, NO_ENDPOINT, "found", "timeout"}
    for path in WEB.parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "SendResult" and len(call.args) > 1:
                code = call.args[1]
                if isinstance(code, ast.Constant) and isinstance(code.value, str) and code.value.islower():
                    codes.add(code.value)
    return codes


#: What a key that is put together may end in: the values that the rooms below can hand over.
ENDINGS: dict[str, tuple[str, ...]] = {
    "channel.": ("all", *CHANNELS),
    "audit.by.": ("id", *CHANNELS),
    "kind.": (*get_args(DeliveryKind), "service"),
    "unknown.": ("deadline", "contact", "amount", "audience"),
    "leave.ask_text.": CHANNELS,
    "leave.again.": CHANNELS,
    "leave.done.": CHOICES,
    "leave.done_text.": CHOICES,
    "problem.": tuple(f"{code}.{part}" for code in PROBLEM_PAGES for part in ("title", "text")),
    "trace.": ("event", "publication", "notice", "delivery", "subscriber"),
    "stage.": ("event", "fetch", "normalise", "summarise", "match", "plan", "deliver", "record", "notice", "publication",
               "subscriber", "other"),
    "follow.": ("event", "publication", "notice", "delivery"),
    "told.event.": get_args(EventWord),
    "told.origin.": get_args(Origin),
    "told.fetch.": ("waiting", "done", "dead"),
    "told.outcome.": (*get_args(Outcome), *get_args(RevisionKind)),
    "told.material.": ("true", "false"),
    "told.notice.": get_args(NoticeKind),
    "told.subscriber.": ("citizen", "business"),
    "state.": (*get_args(DeliveryState), *get_args(ReceiptState), "replaced"),
    "held.": tuple(held for held in get_args(Held) if held),
    "suppressed.": (*get_args(Suppression), *WHY_NOT.values()),
    "verdict.": get_args(Verdict),
    "funnel.": ("matched", "changed", "planned", "held", "pending", "cancelled", "accepted", "delivered", "failed", "unknown"),
    "funnel.state.": ("received", "working", "done", "no_audience", "dead"),
    "code.": tuple(our_codes()),
    "month.": tuple(str(month) for month in range(1, 13)),
    "fact.": ("deadline", "effective_date", "expiry", "event_date", "amount", "percentage", "quantity", "doc_number", "phone",
              "email", "url", "address", "age_range", "legal_ref"),
}  # fmt: skip


def sources() -> dict[str, str]:
    templates = {path.name: path.read_text("utf-8") for path in (resources.templates_root() / "web").glob("*.html")}
    return templates | {str(path.relative_to(WEB)): path.read_text("utf-8") for path in WEB.rglob("*.py")}


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(catalogue("zh")) == sorted(catalogue("en"))


def test_both_languages_have_the_same_blanks_to_fill() -> None:
    def blanks(word: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(word) if name}

    # A month has a name in English, and only a number in Chinese.
    differing = [key for key in catalogue("zh") if blanks(catalogue("zh")[key]) != blanks(catalogue("en")[key])]
    assert differing == ["date.day"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_written_out_is_there(language: Language) -> None:
    written = {
        (name, key)
        for name, text in sources().items()
        for key in re.findall(r"""say\((?:reader, )?f?['"]([a-z_0-9.]+)['"]\s*[,)]""", text)
    }
    assert len(written) > 80
    assert [(name, key) for name, key in sorted(written) if key not in catalogue(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_put_together_is_there(language: Language) -> None:
    wanted = [start + ending for start, endings in ENDINGS.items() for ending in endings]
    assert [key for key in wanted if key not in catalogue(language)] == []


def test_no_word_is_left_that_nobody_asks_for() -> None:
    text = "\n".join(sources().values())
    together = {start + ending for start, endings in ENDINGS.items() for ending in endings}
    # `say('find.reason.' ~ reason)`, `say(f"find.reason.{reason}")`: whatever begins like that is asked for.
    begun = tuple(set(re.findall(r"""['"]([a-z_0-9]+(?:\.[a-z_0-9]+)*\.)(?:['"]\s*~|\{)""", text)))
    unused = [
        key for key in catalogue("zh") if f"{key}'" not in text and f'{key}"' not in text and key not in together
        and not key.startswith(begun)
    ]  # fmt: skip
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_one_language(language: Language) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    others = [key for key, word in catalogue(language).items() if bool(chinese.search(word)) != (language == "zh")]
    assert [key for key in others if key != "mailbox.of"] == []


def test_a_missing_key_shows_itself() -> None:
    assert say("zh", "no.such.key") == "no.such.key"


def test_the_stylesheet_is_small_and_asks_for_nothing_elsewhere() -> None:
    css = stylesheet()[0]
    assert len(css.encode()) <= 30 * 1024
    assert "url(" not in css
    assert "@import" not in css
